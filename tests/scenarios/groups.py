"""Groups with a top and a rest: those that are shown and the rest are the whole, through holes, restarts and more groups than the limit."""

import re

from scenario import ALL, BAD, EVENTS, HOUR, LIVE, STEP, check, document, equal, scenario

WINDOW = 4 * HOUR
QUERY = (f"events: {{bad: 'max by (instance) (sum by (instance) (increase({BAD}[$window]))) or max by (instance) (0 * sum by (instance) (increase({ALL}[$window])))',"
         f" total: 'max by (instance) (sum by (instance) (increase({ALL}[$window])))'}}")
TOP, FEW = "{labels: [instance], top: 2}", "{labels: [instance], top: 2, rest: others}"


def groups(results, name):
    return {key[2]: one for key, one in results.items() if key[1] == name}


def counts(one):
    return one["bad"], one["total"]


def added(results):
    return tuple(sum(part) for part in zip(*map(counts, results)))


def compare(stage, results):
    """The top beside the same SLO without one, and all of it beside what the samples hold."""
    truth = stage.world.truth("shop", stage.now - WINDOW, stage.now)
    for all_name, top_name in (("all", "top"), ("all-by-query", "top-by-query")):
        every, shown = groups(results, all_name), groups(results, top_name)
        rest = shown.pop("everything-else")
        hidden = [one for name, one in every.items() if name not in shown]
        for name, one in shown.items():
            equal(counts(one), counts(every[name]), f"{top_name}: '{name}' at {stage.clock_text()}")
            check(not one["rest"] and "groups" not in one, f"'{name}' looks like the rest")
        equal(counts(rest), added(hidden), f"{top_name}: the rest at {stage.clock_text()}")
        equal((rest["rest"], rest["groups"]), (True, len(hidden)), f"{top_name}: what is said of the rest")
    equal(added(groups(results, "all").values()), (truth.held_bad, truth.held_total), "what the samples hold")
    # of more groups than the limit none is lost, whoever is shown
    for few, whole in (("few", "all"), ("few-by-query", "all-by-query")):
        got, want = groups(results, few), groups(results, whole)
        check("others" in got and len(got) == 3, f"{few} shows {sorted(got)}")
        equal(added(got.values()), added(want.values()), f"{few}: all of it at {stage.clock_text()}")


@scenario
def a_top_and_its_rest_are_the_whole(stage):
    """Two groups and the rest hold every event, by sample and by expression, within the limit and over it; kill -9 changes nothing."""
    stage.define(document("shop",
                          all={"sli": EVENTS, "groupBy": "[instance]"},
                          top={"sli": EVENTS, "groupBy": TOP},
                          few={"sli": EVENTS, "groupBy": FEW, "groupLimit": "3"},
                          all_by_query={"sli": QUERY, "groupBy": "[instance]"},
                          top_by_query={"sli": QUERY, "groupBy": TOP},
                          few_by_query={"sli": QUERY, "groupBy": FEW, "groupLimit": "3"}))
    daemon = stage.serve()
    compare(stage, daemon.slos())
    equal(sorted(groups(daemon.slos(), "top")), ["api-1:8080", "api-2:8080", "everything-else"], "who is shown")
    stage.live_through(daemon, LIVE + 75 * STEP)
    before = daemon.slos()
    compare(stage, before)
    daemon.kill()
    daemon = stage.serve()
    after = daemon.slos()
    equal({key: counts(one) for key, one in after.items()}, {key: counts(one) for key, one in before.items()}, "after kill -9")
    stage.live_through(daemon, LIVE + 80 * STEP)
    compare(stage, daemon.slos())


def counters(daemon, slo):
    """{instance: {outcome: events counted}} as the page of metrics has them."""
    found = {}
    for key, value in daemon.metrics().items():
        if key.startswith("wick_slo_events_total{") and f'slo="{slo}"' in key:
            labels = dict(re.findall(r'(\w+)="([^"]*)"', key))
            found.setdefault(labels["instance"], {})[labels["outcome"]] = value
    return found


def rise(before, after):
    return {outcome: after[outcome] - before[outcome] for outcome in after}


@scenario
def the_counters_of_a_rest_rise_by_what_happens_in_it(stage):
    """Series of the rest: how many groups it stands for, and counters that rise by the events of those."""
    stage.define(document("shop", top={"sli": EVENTS, "groupBy": "{labels: [instance], top: 1}"}, every={"sli": EVENTS, "groupBy": "[instance]"}))
    daemon = stage.serve()
    before, every_before = counters(daemon, "top"), counters(daemon, "every")
    equal(sorted(before), ["api-1:8080", "everything-else"], "who is shown")
    metrics = daemon.metrics()
    sizes = [value for key, value in metrics.items() if key.startswith("wick_slo_rest_groups")]
    equal(sizes, [len(groups(daemon.slos(), "every")) - 1], "series of how many groups the rest has")
    equal(metrics["wick_groups_hidden"], sizes[0], "groups that are not shown")
    stage.live_through(daemon, LIVE + 8 * STEP)
    more = rise(before["everything-else"], counters(daemon, "top")["everything-else"])
    # a pod that has come meanwhile began at 0
    parts = [rise(every_before.get(name, dict.fromkeys(one, 0)), one) for name, one in counters(daemon, "every").items() if name != "api-1:8080"]
    equal(more, {outcome: sum(part[outcome] for part in parts) for outcome in more}, "what the counters of the rest rose by")
    check(more["bad"] > 0 and more["good"] > 0, "nothing happened in the rest, which proves little")
