"""Sums and differences of counts of which one part has no series: what is missing is 0, whichever way is asked, and not all or nothing."""

import json

from scenario import END, HOUR, check, document, equal, scenario

JOB = '{job="checkout"}'
FAST, ALL = 'http_request_duration_seconds_bucket{job="checkout",le=~"1(.0)?"}', f"http_request_duration_seconds_count{JOB}"
NOTHING = f"http_request_retries_total{JOB}"     # nobody has ever counted one
of = lambda selector, by="": f"sum{by} (increase({selector}[$window]))"
EACH = " by (instance)"


@scenario
def a_part_without_series_is_nothing(stage):
    """Sums and differences of counts count what there is where one part has no series, by sample and by expression, plain and inside of functions."""
    events = lambda part, total: {"sli": f"events:\n  {part}\n  total: '{total}'"}
    stage.define(document(
        "checkout",
        good=events(f"good: '{of(FAST)} + {of(NOTHING)}'", of(ALL)),
        bad=events(f"bad: '{of(ALL)} - {of(FAST)} - {of(NOTHING)}'", of(ALL)),
        total=events(f"good: '{of(FAST)}'", f"{of(NOTHING)} + {of(ALL)}"),
        around=events(f"bad: 'clamp_min(round({of(NOTHING)}) + {of(ALL)} - {of(FAST)}, 0)'", of(ALL)),
        groups={**events(f"bad: '{of(ALL, EACH)} - {of(FAST, EACH)} + {of(NOTHING, EACH)}'", of(ALL, EACH)), "groupBy": "[instance]"},
        neither=events(f"bad: '{of(NOTHING)}'", f"{of(NOTHING)} + {of(NOTHING)}")))
    truth = stage.world.truth("checkout", END - 4 * HOUR, END)
    check(truth.held_bad > 100, f"too few events to prove anything: {truth}")
    for ask in ("sample", "expression"):
        code, out, err = stage.run("eval", "--source", stage.world.prometheus.url, "--at", str(END), "--ask", ask, "--format", "json", stage.definitions)
        equal(code, 0, err)
        counted = {}
        for one in json.loads(out):
            bad, total = counted.get(one["slo"], (0, 0))
            counted[one["slo"]] = (bad + one["bad"], total + one["total"])
            equal(one["state"], "no_data" if one["slo"] == "neither" else "ok", f"{one['slo']} by {ask}")
        equal(counted, {name: (0, 0) if name == "neither" else (truth.held_bad, truth.held_total) for name in
                        ("good", "bad", "total", "around", "groups", "neither")}, f"by {ask}")
