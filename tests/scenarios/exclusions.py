"""Exclusions and adjustments on a real Prometheus: what is corrected, beside what was counted."""

import signal
import time

from scenario import EVENTS, HOUR, LIVE, STEP, check, document, equal, scenario, servers

WINDOW = 9 * HOUR
# Minutes into slots of five, which is what ledgers keep of this age; with pods that come and go meanwhile.
OLD = (LIVE - 8 * HOUR - 13 * 60, LIVE - 7 * HOUR - 31 * 60)
RECENT = (LIVE - 2 * HOUR - 7 * 60, LIVE - 2 * HOUR + 4 * 60)


def utc(second):
    return time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime(second))


def excluding(*stretches, scope="{service: shop}", adjustments=""):
    lines = ["apiVersion: wick/v1", "kind: Corrections", "author: on-call"]
    lines += ["exclusions:"] if stretches else []
    for begin, end in stretches:
        lines += [f"  - {{for: {scope}, from: {utc(begin)}, to: {utc(end)}, reason: a drill}}"]
    return "\n".join(lines) + "\n" + adjustments


def without(stage, begin, *stretches):
    """(bad, total) of what the samples hold of (begin, now] and not of the stretches, which rise."""
    bad = total = 0
    bounds = [begin, *(bound for stretch in stretches for bound in stretch), stage.now]
    for i in range(0, len(bounds), 2):
        if bounds[i] < bounds[i + 1]:
            truth = stage.world.truth("shop", bounds[i], bounds[i + 1])
            bad, total = bad + truth.held_bad, total + truth.held_total
    return bad, total


def served(daemon):
    return daemon.slos()[("shop", "availability", None)]


def reload(daemon):
    before = daemon.metrics()["wick_config_reloads_total"]
    daemon.signal(signal.SIGHUP)
    daemon.wait_metric("wick_config_reloads_total", lambda now: now > before)


def wait_for(daemon, want, what):
    """The SLO, once its counts are the wanted ones: a second look at the source takes a moment."""
    servers.wait_until(what, lambda: (served(daemon)["bad"], served(daemon)["total"]) == want, process=daemon)
    return served(daemon)


@scenario
def a_past_exclusion_is_exact_to_the_minute(stage):
    """An exclusion that is written down hours later, when the ledger is thinned: exact, live, after kill -9, and gone when it is taken out."""
    stage.define(document("shop", availability={"sli": EVENTS, "window": "9h"}))
    daemon = stage.serve("--no-watch")
    whole = without(stage, stage.now - WINDOW)
    equal((served(daemon)["bad"], served(daemon)["total"]), whole, "bad and all events")
    check("raw" not in served(daemon), "there are raw numbers without corrections")
    stage.define(excluding(OLD, RECENT), "drills.yaml")
    reload(daemon)
    want = without(stage, stage.now - WINDOW, OLD, RECENT)
    check(want[0] < whole[0], "nothing bad has happened meanwhile, which proves little")
    slo = wait_for(daemon, want, "it is excluded")
    equal((slo["raw"]["bad"], slo["raw"]["total"]), whole, "raw numbers")
    equal(slo["excluded_seconds"], OLD[1] - OLD[0] + RECENT[1] - RECENT[0], "seconds excluded")
    equal(slo["coverage"], min(slo["coverage"], 1), "coverage")
    daemon.kill()
    daemon = stage.serve("--no-watch")
    equal((served(daemon)["bad"], served(daemon)["total"]), want, "bad and all events after kill -9")
    # five minutes on, and the window begins with a slot again
    stage.live_through(daemon, stage.now + 5 * STEP)
    equal((served(daemon)["bad"], served(daemon)["total"]), without(stage, stage.now - WINDOW, OLD, RECENT), "bad and all events, later")
    stage.define(excluding(), "drills.yaml")
    reload(daemon)
    wait_for(daemon, without(stage, stage.now - WINDOW), "it is as it was")


@scenario
def an_exclusion_that_is_known_when_history_is_read_back_is_the_same(stage):
    """The exclusion is there from the start: the same numbers as where it came later, for groups as well."""
    stage.define(document("shop", availability={"sli": EVENTS, "window": "9h"}, per_instance={"sli": EVENTS, "window": "9h", "groupBy": "[instance]"}))
    stage.define(excluding(OLD, RECENT, scope="{slo: [shop/availability, shop/per-instance]}"), "drills.yaml")
    daemon = stage.serve("--no-watch")
    want = without(stage, stage.now - WINDOW, OLD, RECENT)
    equal((served(daemon)["bad"], served(daemon)["total"]), want, "bad and all events")
    groups = [slo for (_, name, _), slo in daemon.slos().items() if name == "per-instance"]
    check(len(groups) > 5, f"there are {len(groups)} groups")
    equal((sum(slo["bad"] for slo in groups), sum(slo["total"] for slo in groups)), want, "the sum of all groups")


@scenario
def an_exclusion_is_in_force_and_over(stage):
    """While an exclusion is in force nothing is spent and nothing fires, and it says so; after it all goes on."""
    begin, end = LIVE + 3 * STEP, LIVE + 8 * STEP
    stage.define(document("shop", availability={"sli": EVENTS, "window": "4h"}))
    stage.define(excluding((begin, end), scope="{labels: {team: shop}}"), "drills.yaml")
    stage.define(document("shop", availability={"sli": EVENTS, "window": "4h", "labels": "{team: shop}"}))
    daemon = stage.serve("--no-watch")
    for _ in range(10):
        stage.live_through(daemon, stage.now + STEP)
        slo = served(daemon)
        excluded = begin < stage.now <= end
        equal(slo["exclusion"] is not None, excluded, f"in force {stage.now - LIVE} s on")
        equal(daemon.metrics()['wick_slo_excluded{service="shop",slo="availability",team="shop"}'], float(excluded), "the series")
        cut = [(begin, min(end, stage.now))] if stage.now > begin else []
        equal(slo["total"], without(stage, stage.now - 4 * HOUR, *cut)[1], f"all events {stage.now - LIVE} s on")
    equal(slo["raw"]["total"], without(stage, stage.now - 4 * HOUR)[1], "raw events")


@scenario
def an_adjustment_is_added_beside_what_was_counted(stage):
    """Events and minutes are added and taken away; each window has what lies in it."""
    text = document("shop", availability={"sli": EVENTS, "window": None, "windows": "[9h, {calendar: day}]"}).replace("    window: None\n", "")
    stage.define(text)
    daemon = stage.serve("--no-watch")
    bad, total = without(stage, stage.now - WINDOW)
    stage.define(excluding(adjustments="adjustments:\n"
                                       f"  - {{for: {{service: shop}}, at: {utc(stage.now - HOUR)}, bad: -3, good: 40, reason: a test of ours}}\n"
                                       f"  - {{for: {{service: shop}}, at: {utc(stage.now - 20 * HOUR)}, bad: 9, reason: before the window}}\n"), "hand.yaml")
    reload(daemon)
    slo = wait_for(daemon, (bad - 3, total + 37), "it is adjusted")
    equal((slo["adjusted_bad"], slo["adjusted_good"], slo["raw"]["bad"]), (-3, 40, bad), "the adjustment")
    day = next(window for window in slo["windows"] if window["window"] == "day")
    equal(day["adjusted_bad"], -3 + 9, "the adjustment of the day")  # which is 22 hours old
    stage.define(excluding(adjustments="adjustments:\n"
                                       f"  - {{for: {{service: shop}}, at: {utc(stage.now - HOUR)}, badMinutes: 2, reason: an outage that no scrape saw}}\n"), "hand.yaml")
    reload(daemon)
    servers.wait_until("minutes are added", lambda: served(daemon)["adjusted_bad"] > 0, process=daemon)
    slo = served(daemon)
    known = slo["known"] * WINDOW / 60
    check(abs(slo["adjusted_bad"] - 2 * total / known) < 1e-6 * total, f"two minutes are {slo['adjusted_bad']} bad events, not {2 * total / known}")
    check(abs(slo["total"] - total) < 1e-6 * total, "minutes have changed how many events there are")
