"""Says what is wrong with wick's answer to a case, if anything. The truth comes from the generator."""

from dataclasses import dataclass

import traffic
from case import END, seconds_of

TOTAL_TOLERANCE = 0.0005   # of all events
BUDGET_TOLERANCE = 0.005   # of the part of the budget that was used
EVENT = 1e-6               # "exact to the event", in floating point
COVERAGE_TOLERANCE = 0.02


@dataclass
class Wanted:
    """The truth about one budget."""
    bad: float
    total: float
    happened_bad: float
    happened_total: float
    remaining: float = None   # None: nothing happened
    sli: float = None
    least_bad: float = None   # where a way of asking cannot see all of it
    least_total: float = None


def wanted(case, samples, ask, instance=None):
    """The truth of a case, or of one of its groups, as far as a way of asking can see it."""
    truth = traffic.truth(case.service, case.begin, case.service.seconds, instance)
    bad, total = truth.held_bad, truth.held_total
    happened_bad, happened_total = truth.bad, truth.total
    if case.expect.total is not None:
        bad, total = case.expect.bad, case.expect.total
        happened_bad, happened_total = bad, total
    out = Wanted(bad, total, happened_bad, happened_total)
    if case.coarse and ask == "expression":
        out.least_bad, out.least_total = samples.at_grid_points(60).count(case.terms, END - seconds_of(case.window), END, instance)
    if total:
        # A window that is partly unknown is judged against the events that all of it would hold.
        out.remaining = 1 - bad / ((1 - objective(case)) * total / case.expect.known)
        out.sli = 1 - bad / total
    return out


def objective(case):
    return float(case.objective.rstrip("%")) / 100


def faults(case, slo, want, got):
    """Sentences; none if the answer is right."""
    out = []
    if got is None:
        return ["wick gives no answer"]
    if case.expect.no_numbers:
        if got.get("sli") is not None:
            out.append(f"sli is {got['sli']}; there is none")
    else:
        out += numbers(slo, want, got)
    if case.expect.state and got.get("state") not in case.expect.state:
        out.append(f"state is '{got.get('state')}', not {' or '.join(case.expect.state)} ({got.get('reason', '')})")
    out += [f"the reason does not say '{word}': {got.get('reason')}" for word in case.expect.reason if word not in got.get("reason", "").split()]
    if case.expect.coverage is not None and abs(got["coverage"] - case.expect.coverage) > COVERAGE_TOLERANCE:
        out.append(f"coverage is {got['coverage']}, not about {case.expect.coverage}")
    return out


def numbers(slo, want, got):
    out = []
    bad, total = got.get("bad"), got.get("total")
    if bad is None or total is None:
        return [f"no events counted: state '{got.get('state')}' ({got.get('reason', '')})"]
    if want.least_bad is not None:
        return between(want, bad, total)
    if abs(bad - want.bad) > max(EVENT, slo.tolerance * want.bad):
        out.append(f"{bad:g} bad events, not {want.bad:g} ({want.happened_bad:g} happened)")
    if abs(total - want.total) > max(TOTAL_TOLERANCE, slo.tolerance) * want.total:
        out.append(f"{total:g} events, not {want.total:g} ({want.happened_total:g} happened)")
    remaining = got.get("budget_remaining")
    if remaining is None:
        out.append("no budget_remaining")
    elif abs(remaining - want.remaining) > max(BUDGET_TOLERANCE, slo.tolerance) * (1 - want.remaining) + EVENT:
        out.append(f"{remaining:.4%} of the budget left, not {want.remaining:.4%}")
    return out


def between(want, bad, total):
    """No less than the grid points tell, and no more than all samples do."""
    if want.least_bad <= bad <= want.bad and want.least_total <= total <= want.total:
        return []
    return [f"{bad:g} of {total:g}, not between {want.least_bad:g} of {want.least_total:g} and {want.bad:g} of {want.total:g}"]


def differences(one, other):
    """What two answers that should be equal do not agree in."""
    return [f"{field}: {one.get(field)!r} by sample, {other.get(field)!r} by expression"
            for field in ("bad", "total") if one.get(field) != other.get(field)]
