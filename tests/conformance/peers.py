"""What the usual rules say on the same data, asked from the same Prometheus.

sloth: for a period longer than its longest alert window, the mean of all 5-minute ratios that were recorded. A subquery
takes the place of the recording rule: the same expression at the same instants. Pyrra: increase() over the period. The third
is a ledger as one would write it: increase() over 5 minutes, every 5 minutes, added up.
"""

RULE_INTERVAL = "1m"


def selector(metric, matchers, job):
    parts = [f'job="{job}"'] + [f'{name}=~"{value}"' for name, value in matchers.items()]
    return metric + "{" + ",".join(parts) + "}"


def weighted(case, function, span, kind):
    """`sum(function(x[span]))` over the terms that are `kind` events, or their difference; absent where there is no series."""
    parts = []
    for term in case.terms:
        weight = getattr(term, kind)
        if weight:
            text = f"sum({function}({selector(term.metric, term.matchers, case.name)}[{span}]))"
            parts.append(f"{'+' if weight > 0 else '-'} {text}")
    return " ".join(parts).lstrip("+ ")


def remaining(error_ratio, objective):
    return None if error_ratio is None else 1 - error_ratio / (1 - objective)


def sloth(prometheus, case, objective, at):
    if case.recorded:
        return sloth_from_recorded(prometheus, case, objective, at)
    ratio = f"(({weighted(case, 'rate', '5m', 'bad')}) / ({weighted(case, 'rate', '5m', 'total')}))"
    return remaining(prometheus.value(f"avg_over_time({ratio}[{case.window}:{RULE_INTERVAL}])", at), objective)


def sloth_from_recorded(prometheus, case, objective, at):
    """The rule of the whole period over series that were recorded under the labels of their day. The rule sets the labels of
    today on all of them, and where that makes two series one, Prometheus refuses the rule."""
    series = f'{case.recorded}{{job="{case.name}"}}'
    found = prometheus.vector(f"sum_over_time({series}[{case.window}]) / count_over_time({series}[{case.window}])", at)
    return "the rule fails" if len(found) > 1 else remaining(found[0][1], objective)


def pyrra(prometheus, case, objective, at):
    bad, total = (weighted(case, "increase", case.window, kind) for kind in ("bad", "total"))
    return remaining(prometheus.value(f"(({bad}) or vector(0)) / ({total})", at), objective)


def ledger(prometheus, case, objective, at):
    bad, total = (prometheus.value(f"sum_over_time(({weighted(case, 'increase', '5m', kind)})[{case.window}:5m])", at) for kind in ("bad", "total"))
    return remaining((bad or 0) / total, objective) if total else None


PEERS = {"sloth": sloth, "pyrra": pyrra, "5-minute ledger": ledger}
