"""Budgets by slices of time: each slice judged from what the samples hold of it."""

import json

from scenario import EVENTS, HOUR, LIVE, check, document, equal, scenario

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
def slices_that_are_no_steps_are_refused(stage):
    """Slices that a step does not divide are an error of the SLO, which says so, and nothing is counted."""
    stage.define(document("shop", odd={"sli": EVENTS, "budgeting": "{method: timeslices, slice: 3m, target: 99%}"}))
    code, out, err = stage.run("eval", "--source", stage.world.prometheus.url, "--at", str(LIVE), "--step", "2m", "--format", "json",
                               stage.definitions)
    found, = json.loads(out)
    equal((found["state"], found["total"]), ("error", 0), f"state and events (exit code {code}: {err})")
    check("slices of 3m" in found["reason"] and "steps of 2m" in found["reason"], f"the reason is {found['reason']!r}")
