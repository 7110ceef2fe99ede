"""Composites: an SLO of SLOs on a real Prometheus, against the weighted sums of what its members' samples hold."""

import json
import signal
import time

import several_sources
from scenario import EVENTS, HOUR, LIVE, STEP, check, document, equal, scenario, servers

WINDOW = 4 * HOUR
LATENCY = "latency: {histogram: 'http_request_duration_seconds{job=\"checkout\"}', threshold: 1s}"
MEMBERS = {"availability": EVENTS, "latency": LATENCY, "per_instance": {"sli": EVENTS, "groupBy": "[instance]"}}


def composite(members, **more):
    """`members`: weights by id."""
    text = "composite:\n  members:\n" + "".join(f"    - {{slo: {one}, weight: {weight}}}\n" for one, weight in members.items())
    return text + "".join(f"  {key}: {value}\n" for key, value in more.items())


def close(got, want, what):
    check(abs(got - want) <= 1e-9 * max(1, abs(want)), f"{what} is {got!r}, not {want!r}")


def served(daemon, name):
    return daemon.slos()[("shop", name, None)]


def held(stage, job, seconds=WINDOW):
    truth = stage.world.truth(job, stage.now - seconds, stage.now)
    return truth.held_bad, truth.held_total


def the_whole(slos):
    """What says how composites stand, without what only a running daemon knows."""
    return {key: {name: slo[name] for name in ("bad", "total", "sli", "budget_remaining", "burn_rates", "coverage", "known", "members")}
            for key, slo in slos.items() if slo["sli_kind"] == "composite"}


@scenario
def a_composite_is_the_weighted_sum_of_its_members(stage):
    """By events and equally, nested and with groups: what the samples of all members hold, live, after kill -9, and read back anew."""
    stage.define(document(
        "shop", **MEMBERS,
        by_events=composite({"shop/availability": 2, "shop/latency": 1}, weighting="events"),
        equally=composite({"shop/availability": 2, "shop/latency": 1}),
        nested={"sli": composite({"shop/by-events": 0.5, "shop/per-instance": 1}, weighting="events"), "window": "2h"}))
    daemon = stage.serve("--no-watch")
    for _ in range(10):
        stage.live_through(daemon, stage.now + STEP)
        (a_bad, a_total), (l_bad, l_total) = held(stage, "shop"), held(stage, "checkout")
        check(a_bad and l_bad, "nothing bad has happened, which proves little")
        slo = served(daemon, "by-events")
        equal((slo["bad"], slo["total"]), (2 * a_bad + l_bad, 2 * a_total + l_total), "bad and all events")
        slo = served(daemon, "equally")
        close(slo["sli"], 1 - (2 * a_bad / a_total + l_bad / l_total) / 3, "the mean")
        equal((slo["total"], slo["coverage"]), (WINDOW / STEP, 1), "minutes and coverage")
        close(slo["members"][0]["bad_part"], 2 * a_bad / a_total / (2 * a_bad / a_total + l_bad / l_total), "the first one's part of what is bad")
        (a_bad, a_total), (l_bad, l_total) = held(stage, "shop", 2 * HOUR), held(stage, "checkout", 2 * HOUR)
        slo = served(daemon, "nested")
        close(slo["bad"], 0.5 * (2 * a_bad + l_bad) + a_bad, "what is bad of the nested one")
        close(slo["total"], 0.5 * (2 * a_total + l_total) + a_total, "all of the nested one")
    live = the_whole(daemon.slos())
    equal(len(live), 3, "composites")
    metrics = daemon.metrics()
    check(any(name.startswith("wick_slo_burn_rate{") and 'slo="equally"' in name for name in metrics), "there are no series of burn rates")
    check('wick_slo_events_total{service="shop",slo="equally",outcome="bad"}' not in metrics, "shares of time are counted up")
    daemon.kill()
    daemon = stage.serve("--no-watch")
    equal(the_whole(daemon.slos()), live, "after kill -9")
    daemon.stop()
    daemon = stage.serve("--no-watch", store="again.db")
    equal(the_whole(daemon.slos()), live, "read back anew")


@scenario
def a_member_that_vanishes_counts_as_the_composite_says(stage):
    """A pod is gone for good: for that time it is ignored, good or bad; where it is bad the composite pages."""
    pod = 'job="shop",instance="web-8:8080"'
    gone, born = LIVE + HOUR + 137, LIVE - 2 * HOUR + 137
    stage.set_clock(LIVE + HOUR - 10 * STEP)
    stage.define(document(
        "shop", latency=LATENCY, pod=f"events: {{bad: 'http_requests_total{{{pod},code=~\"5..\"}}', total: 'http_requests_total{{{pod}}}'}}",
        **{policy: composite({"shop/latency": 1, "shop/pod": 1}, noData=policy) for policy in ("ignore", "good", "bad")},
        events=composite({"shop/latency": 1, "shop/pod": 1}, noData="bad", weighting="events")))
    daemon = stage.serve("--no-watch")
    stage.live_through(daemon, LIVE + HOUR + 40 * STEP)
    slos = {name: slo for (_, name, _), slo in daemon.slos().items()}
    steps = WINDOW / STEP
    known = round(slos["pod"]["known"] * steps)
    # from the step of its first scrape on
    missing = (stage.now - born) // STEP + 1 - known
    check((stage.now - gone) // STEP - 6 <= missing <= (stage.now - gone) // STEP + 1, f"{missing} minutes of the pod are missing")
    busy, quiet = (1 - slos[name]["sli"] for name in ("latency", "pod"))
    check(quiet > 0, "nothing of the pod was bad, which proves little")
    for policy, bad, total in (("ignore", 0, 0), ("good", 0, missing), ("bad", missing, missing)):
        close(slos[policy]["total"], (steps + known + total) / 2, f"minutes of '{policy}'")
        close(slos[policy]["bad"], (steps * busy + known * quiet + bad) / 2, f"bad minutes of '{policy}'")
        close(slos[policy]["known"], (steps + known + total) / 2 / steps, f"what is known of '{policy}'")
        close(slos[policy]["coverage"], slos["ignore"]["coverage"], f"coverage of '{policy}'")
    rate = slos["pod"]["total"] / known
    close(slos["events"]["bad"], slos["latency"]["bad"] + slos["pod"]["bad"] + missing * rate, "bad events")
    pages = {name: any(alert["state"] == "firing" and alert["tier"] == "page-fast" for alert in slo["alerts"]) for name, slo in slos.items()}
    equal({name for name, fires in pages.items() if fires}, {"bad", "events"}, "what pages")


@scenario
def an_error_of_a_member_is_one_of_the_composite(stage):
    """A member whose numbers cannot be had: the composite says whose error it is, and has no numbers either."""
    stage.define(document("shop", availability=EVENTS, odd={"sli": EVENTS, "budgeting": "{method: timeslices, slice: 3m, target: 99%}"},
                          inner=composite({"shop/odd": 1}), outer=composite({"shop/availability": 1, "shop/inner": 1}),
                          well=composite({"shop/availability": 1})))
    code, out, err = stage.run("eval", "--source", stage.world.prometheus.url, "--at", str(LIVE), "--step", "2m", "--format", "json",
                               stage.definitions)
    found = {one["slo"]: one for one in json.loads(out)}
    equal({name: one["state"] for name, one in found.items()},
          {"availability": "ok", "odd": "error", "inner": "error", "outer": "error", "well": "ok"}, f"states (exit code {code}: {err})")
    check(found["outer"]["reason"].startswith("its member 'shop/inner' is in error: its member 'shop/odd' is in error: its slices of 3m"),
          f"the reason is {found['outer']['reason']!r}")
    equal(found["outer"]["sli"], None, "the SLI of what cannot be known")


@scenario
def an_edit_of_members_holds_for_the_past_at_once(stage):
    """Members and weights change: the whole window is read by the new ones; a circle leaves what was there; nothing begins anew."""
    stage.define(document("shop", **MEMBERS))
    journey = lambda members, **more: stage.define(document("journey", all=composite(members, weighting="events", **more)), "journey.yaml")
    journey({"shop/availability": 1})
    daemon = stage.serve("--no-watch")

    def reload():
        before = daemon.metrics()["wick_config_reloads_total"]
        daemon.signal(signal.SIGHUP)
        daemon.wait_metric("wick_config_reloads_total", lambda now: now > before)

    def total():
        slo = daemon.slos()[("journey", "all", None)]
        return slo["bad"], slo["total"]

    shop, checkout = held(stage, "shop"), held(stage, "checkout")
    equal(total(), shop, "one member")
    journey({"shop/availability": 1, "shop/latency": 3})
    reload()
    both = (shop[0] + 3 * checkout[0], shop[1] + 3 * checkout[1])
    servers.wait_until("both members count", lambda: total() == both, process=daemon)
    for members in ({"journey/all": 1}, {"shop/availability": 1, "shop/latncy": 1}):
        journey(members)
        daemon.signal(signal.SIGHUP)
        servers.wait_until("the reload is through", lambda: "journey.yaml" in daemon.log(), process=daemon)
        equal(total(), both, f"what was there, for {members}")
    equal(daemon.metrics()["wick_slos"], 4, "SLOs")


@scenario
def commands_take_composites_for_what_they_are(stage):
    """Checks, changes, backtests, rehearsals and rules: each knows composites, or says why it does not."""
    stage.define(document("shop", availability=EVENTS, latency=LATENCY, all=composite({"shop/availability": 1, "shop/latency": 1})))
    code, out, err = stage.run("check", "--verbose", "--source", stage.world.prometheus.url, stage.definitions)
    check("shop/all: by its members shop/availability, shop/latency" in out, f"check --source ends with {code}: {out} {err}")
    code, out, err = stage.run("backtest", "--source", stage.world.prometheus.url, "--at", str(LIVE), "--since", "2h", "--format", "json", stage.definitions)
    played = {one["id"]: one for one in json.loads(out)} if code == 0 else {}
    check("shop/all" in played, f"backtest ends with {code}: {out[:300]} {err}")
    equal(played["shop/all"]["known"], 1, "what is known of the composite's past")
    code, out, err = stage.run("simulate", "--outage", "100%:10m", "--format", "json", stage.definitions)
    spent = {one["id"]: one["budget_spent"] for one in json.loads(out)} if code == 0 else {}
    check(spent, f"simulate ends with {code}: {out[:300]} {err}")
    # every event of all members fails: as for one of them
    close(spent["shop/all"], spent["shop/availability"], "what an outage of all spends")
    code, out, err = stage.run("simulate", "--outage", "100%:10m", "--source", stage.world.prometheus.url, "--at", str(LIVE - HOUR), "--format", "json", stage.definitions)
    check(code == 0 and "shop/all" in out, f"simulate on history ends with {code}: {out[:300]} {err}")
    code, out, err = stage.run("rules", "--standalone", stage.definitions)
    check(code == 2 and "composites cannot be counted by rules" in err, f"standalone rules end with {code}: {err}")
    code, out, err = stage.run("convert", "--to", "sloth", stage.definitions)
    check("sloth has no composites" in err, f"a conversion ends with {code}: {err}")
    code, out, err = stage.run("convert", "--to", "wick", stage.definitions)
    check("composite:" in out and "slo: shop/latency" in out, f"a conversion to wick ends with {code}: {out} {err}")


@scenario
def a_source_that_is_gone_is_waited_for_no_longer_than_the_delay(stage):
    """Members at two servers, one of which goes away: three minutes are waited, then the composite goes on without; when it is back all is counted."""
    second = several_sources.Second(stage)
    several_sources.define_two(stage)
    stage.define(document("all", journey=composite({"shop/availability": 1, "abroad/availability": 10}, weighting="events", delay="3m")), "journey.yaml")
    daemon = stage.serve("--no-watch", several_sources.settings(stage, second.prometheus.url))

    def journey(at):
        """The composite, once it is counted up to then."""
        until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
        servers.wait_until(f"it is counted up to {until}", lambda: daemon.slos()[("all", "journey", None)]["counted_to"] == until, process=daemon)
        slo = daemon.slos()[("all", "journey", None)]
        return slo["bad"], slo["total"]

    def truth(at, abroad_to):
        ours, theirs = stage.world.truth("shop", at - WINDOW, at), second.truth(at - WINDOW, abroad_to)
        return ours.held_bad + 10 * theirs.held_bad, ours.held_total + 10 * theirs.held_total

    gone, port = stage.now, second.prometheus.port
    equal(journey(gone), truth(gone, gone), "both")
    second.prometheus.kill()
    for step in range(1, 6):
        stage.set_clock(stage.now + STEP)
        several_sources.wait_one(stage, daemon, several_sources.ONE)
        daemon.wait_metric(several_sources.up("abroad"), lambda up: up == 0)
        reached = stage.now if step > 3 else gone
        equal(journey(reached), truth(reached, gone), f"{step} minutes on")
    check(daemon.slos()[("all", "journey", None)]["known"] < 1, "what is missing is not seen")
    second.start(port)
    servers.wait_until("all of it is there", lambda: journey(stage.now) == truth(stage.now, stage.now), process=daemon)
