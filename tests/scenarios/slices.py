"""Budgets by slices of time: each slice judged from what the samples hold of it."""

import json

from scenario import END, EVENTS, HOUR, LIVE, STEP, check, document, equal, scenario

WINDOW = 4 * HOUR


def judged(stage, end, slice_seconds, target):
    """Bad slices, all of them, and the sum of their bad parts, by the samples alone."""
    bad = total = parts = 0
    for to in range(end - WINDOW + slice_seconds, end + 1, slice_seconds):
        truth = stage.world.truth("shop", to - slice_seconds, to)
        part = truth.held_bad / truth.held_total if truth.held_total else 0
        bad += truth.held_total and (truth.held_total - truth.held_bad) / truth.held_total < target
        parts += part
        total += 1
    return bad, total, parts


@scenario
def slices_are_judged_by_the_samples(stage):
    """Slices of five minutes and of one, before anything is amiss, are those that the samples hold."""
    stage.define(document("shop",
                          five={"sli": EVENTS, "budgeting": "{method: timeslices, slice: 5m, target: 99.6%}"},
                          one={"sli": EVENTS, "budgeting": "{method: timeslices, slice: 1m, target: 99.6%}"},
                          ratio={"sli": EVENTS, "budgeting": "{method: ratioTimeslices, slice: 5m}"},
                          plain=EVENTS))
    daemon = stage.serve()
    stage.live_through(daemon, stage.now + 600)
    end = stage.now
    results = daemon.slos()
    for name, seconds, target in (("five", 300, 0.996), ("one", 60, 0.996), ("ratio", 300, None)):
        bad, total, parts = judged(stage, end, seconds, target or 0)
        got = results[("shop", name, None)]
        equal(got["total"], total, f"slices of '{name}'")
        if target is None:
            check(abs(got["bad"] - parts) < 1e-6, f"the bad parts of '{name}' add up to {got['bad']}, not {parts}")
        else:
            check(bad > 0, f"no slice of '{name}' is bad, which proves little")
            equal(got["bad"], bad, f"bad slices of '{name}'")
    plain = results[("shop", "plain", None)]
    truth = stage.world.truth("shop", end - WINDOW, end)
    equal((plain["bad"], plain["total"]), (truth.held_bad, truth.held_total), "the events")


@scenario
def the_slice_that_a_window_begins_within_is_judged_whole(stage):
    """A window that begins inside of a slice holds it as it is: the same as where more is read back."""
    stage.define(document("shop",
                          one={"sli": EVENTS, "budgeting": "{method: timeslices, slice: 1h, target: 99.7%}"},
                          two={"sli": EVENTS, "budgeting": "{method: timeslices, slice: 1h, target: 99.7%}", "window": None,
                               "windows": "[4h, 8h]"}).replace("    window: None\n", ""))
    code, out, err = stage.run("eval", "--source", stage.world.prometheus.url, "--at", str(LIVE + 25 * STEP), "--format", "json", stage.definitions)
    one, two = json.loads(out)
    equal((one["bad"], one["total"]), (two["bad"], two["total"]), f"slices (exit code {code}: {err})")
    bad, total, _ = judged(stage, LIVE, 3600, 0.997)
    check(bad > 0, "no slice is bad, which proves little")
    equal((one["bad"], one["total"]), (bad, total), "slices")


@scenario
def slices_that_are_no_steps_are_refused(stage):
    """Slices that a step does not divide are an error of the SLO, which says so, and nothing is counted."""
    stage.define(document("shop", odd={"sli": EVENTS, "budgeting": "{method: timeslices, slice: 3m, target: 99%}"}))
    code, out, err = stage.run("eval", "--source", stage.world.prometheus.url, "--at", str(LIVE), "--step", "2m", "--format", "json",
                               stage.definitions)
    found, = json.loads(out)
    equal((found["state"], found["total"]), ("error", 0), f"state and events (exit code {code}: {err})")
    check("slices of 3m" in found["reason"] and "steps of 2m" in found["reason"], f"the reason is {found['reason']!r}")


@scenario
def time_without_data_counts_as_is_written(stage):
    """Everything vanishes: each step counts as the last hour's mean, as good, as bad, as things were, or not at all."""
    ways = ("ignore", "good", "bad", "hold")
    stage.set_clock(END - STEP)
    stage.define(document("shop", **{way: {"sli": EVENTS, "budgeting": f"{{noData: {way}}}"} for way in ways}))
    daemon = stage.serve("--no-watch")
    gone = 40
    stage.live_through(daemon, END + gone * STEP)
    hour, window = (stage.world.truth("shop", END - seconds, END) for seconds in (HOUR, WINDOW - gone * STEP))
    check(hour.held_bad > 0, "nothing bad has happened in the last hour, which proves little")
    parts = {"ignore": (0, 0), "good": (0, 1), "bad": (hour.held_total / 60, 1), "hold": (hour.held_bad / 60, 1)}
    for way in ways:
        slo, (bad, known) = daemon.slos()[("shop", way, None)], parts[way]
        for what, want in (("bad", window.held_bad + gone * bad), ("total", window.held_total + gone * known * hour.held_total / 60)):
            check(abs(slo[what] - want) < 1e-3, f"{what} of '{way}' is {slo[what]}, not {want}")
        check(abs(slo["known"] - (1 if known else 1 - gone * STEP / WINDOW)) < 1e-9, f"of '{way}' {slo['known']} is known")
        blind = 1200 / WINDOW  # before that, and bridged
        check(abs(slo["coverage"] - (1 - gone * STEP / WINDOW - blind)) < 1e-9, f"of '{way}' {slo['coverage']} is covered")
