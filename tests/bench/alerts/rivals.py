"""The alerting rules of sloth and of Pyrra, on the same Prometheus.

Both record a ratio of sums of rates per window and compare the recorded series in their alerts. The expression of each recording
rule is asked for by query_range at the minutes at which the rule would have been evaluated; what the alerts do with the results (comparison,
`and`, `or`, `for`) is worked out here. No result, or 0/0, compares as false, as it does in PromQL.

Real rules are a little later: an alert sees what was recorded up to one evaluation ago.
"""

from array import array
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction

from truth import BUDGET, WINDOW_DAYS, WORKBOOK, Tier

CHUNK_POINTS = 10_000        # Prometheus refuses a range query with more than 11,000
NAN = float("nan")
FOR_OUTAGE_TOLERANCE = 60    # minutes: after a longer outage Prometheus has forgotten for how long an alert was true


def pyrra_tiers(days):
    """Pyrra's windows for an SLO of so many days: made for 28 days, scaled, and rounded to minutes (half a minute away from 0)."""
    def scaled(minutes):
        exact = Fraction(minutes) * days / 28
        return int(exact + Fraction(1, 2))
    rows = (("critical-14", "page", 60, 5, 14, 2), ("critical-7", "page", 360, 30, 7, 15),
            ("warning-2", "ticket", 1440, 120, 2, 60), ("warning-1", "ticket", 5760, 360, 1, 180))
    return tuple(Tier(name, severity, scaled(long), scaled(short), Fraction(factor), scaled(for_))
                 for name, severity, long, short, factor, for_ in rows)


PYRRA = pyrra_tiers(WINDOW_DAYS)
SLOTH = WORKBOOK             # its windows of 30 days are the workbook's
WINDOWS = sorted({window for tier in SLOTH + PYRRA for window in (tier.long, tier.short)})


@dataclass
class Answers:
    """Of one service: window -> the recorded ratio at the end of each minute; NaN where there is none."""
    ratios: dict

    def over(self, tier):
        """A byte per minute: 1 where both ratios are above what the tier allows."""
        limit = float(tier.factor) * float(BUDGET)
        return bytearray(a > limit and b > limit for a, b in zip(self.ratios[tier.short], self.ratios[tier.long]))


def expression(job, window):
    """The recording rule of sloth as well as of Pyrra; they differ in brackets."""
    select = f'http_requests_total{{job="{job}"'
    return f'(sum(rate({select},code=~"5.."}}[{window}m]))) / (sum(rate({select}}}[{window}m])))'


def ask(prometheus, service, window):
    """The ratios at the end of every minute."""
    out = array("d", [NAN]) * service.minutes
    query = expression(service.profile.job, window)
    for first in range(0, service.minutes, CHUNK_POINTS):
        last = min(first + CHUNK_POINTS, service.minutes) - 1
        result = prometheus.ask("query_range", query=query, start=service.start + 60 * (first + 1), end=service.start + 60 * (last + 1), step=60)
        for series in result["result"]:
            for at, value in series["values"]:
                out[(int(at) - service.start) // 60 - 1] = float(value)
    return out


def ask_all(prometheus, services, threads):
    """{job: Answers}"""
    with ThreadPoolExecutor(threads) as pool:
        futures = {(service.profile.job, window): pool.submit(ask, prometheus, service, window)
                   for window in reversed(WINDOWS) for service in services}
        return {service.profile.job: Answers({window: futures[service.profile.job, window].result() for window in WINDOWS}) for service in services}


def held_through(flags, spans):
    """Nothing begins and nothing ends while nobody looks: in the spans an alert is as it was before."""
    out = bytearray(flags)
    for begin, end in spans:
        out[begin:end] = out[begin - 1:begin] * (end - begin) if begin else bytes(end)
    return out


def firing(condition, tier, down):
    """A byte per minute: 1 where the alert fires. In an outage of Prometheus no rule is evaluated; how long one was true goes on meanwhile."""
    out, since, at = bytearray(len(condition)), None, 0
    for begin, end in [*down, (len(condition), len(condition))]:
        for minute in range(at, begin):
            if not condition[minute]:
                since = None
            else:
                since = minute if since is None else since
                out[minute] = minute - since >= tier.for_
        if end - begin > FOR_OUTAGE_TOLERANCE:
            since = None
        at = end
    return held_through(out, down)


def alerts(answers, tiers, down):
    """{tier: a byte per minute}"""
    return {tier: firing(answers.over(tier), tier, down) for tier in tiers}
