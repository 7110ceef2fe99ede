"""Alerts as they come and go: the edge's probe fails from LIVE + 800 s to LIVE + 3000 s.

Worked out by hand for an objective of 99 % over 4 h. There page-fast looks at 5 min and 1 min, wants burn rates above 14.4,
which are 14.4 % of failing, and two bad steps. Of the step that ends at 840 s, 40 s fail; by 900 s it is 1.67 steps, by 960 s 2.67:
it fires at 960 s. The step that ends at 3060 s is the first whole one without a failure: there it is over.
"""

import json
import re
import time
from xml.etree import ElementTree

from scenario import ALL, BAD, HOUR, LIVE, STEP, check, document, equal, scenario, servers

PROBE = document("edge", probe="probe: 'probe_success{job=\"edge\"}'")
FIRES, OVER = LIVE + 960, LIVE + 3060


def clock(second):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


def alert(daemon, tier, slo="edge/probe"):
    """One alert of an SLO, with its times."""
    status, text = daemon.get("/api/v1/slos/" + slo)
    check(status == 200, f"/api/v1/slos/{slo} answers {status}: {text}")
    return next(one for one in json.loads(text)["slos"][0]["alerts"] if one["tier"] == tier)


def fired(daemon, tier, slo="edge/probe"):
    """Whenever it did, by the API: [(from, to)]"""
    known = json.loads(daemon.get("/api/v1/slos/" + slo)[1])["slos"][0]["fired"]
    return [(one["fired_at"], one["resolved_at"]) for one in known["times"] if one["tier"] == tier]


def said(*daemons):
    """What was logged of page-fast: [(fires or is over, at)]"""
    line = re.compile(r'msg="an alert (fires|is over)".* tier=page-fast .*?\bat=(\S+)')
    return [match.groups() for daemon in daemons for match in map(line.search, daemon.log().splitlines()) if match]


ONCE = [("fires", clock(FIRES)), ("is over", clock(OVER))]


@scenario
def an_alert_fires_once_and_ends_once_whoever_kills_wick(stage):
    """An incident, live, with kill -9 before it, in it, as it fires, as it ends: one alert, from its first to its last step."""
    stage.define(PROBE)
    daemons = [stage.serve()]
    for second in range(LIVE + STEP, LIVE + HOUR + STEP, STEP):
        stage.live_through(daemons[-1], second)
        now = alert(daemons[-1], "page-fast")
        equal(now["state"], "firing" if FIRES <= second < OVER else "inactive", f"page-fast at {clock(second)}")
        series = [name for name in daemons[-1].metrics() if name.startswith("wick_slo_alert_firing{") and 'tier="page-fast"' in name]
        equal(len(series), int(now["state"] == "firing"), f"series of page-fast at {clock(second)}")
        if FIRES <= second:
            equal(now["fired_at"], clock(FIRES), f"fired_at as told at {clock(second)}")
        if (second - LIVE) // STEP in (7, 15, 16, 30, 50, 51):
            daemons[-1].kill()
            daemons.append(stage.serve())
    equal(alert(daemons[-1], "page-fast")["resolved_at"], clock(OVER), "resolved_at")
    equal(said(*daemons), ONCE, "what the logs say of page-fast")
    equal(fired(daemons[-1], "page-fast"), [(clock(FIRES), clock(OVER))], "what is written down of page-fast")


@scenario
def an_alert_of_the_time_without_a_source_is_found_afterwards(stage):
    """The source is away while an incident begins and ends: what is counted afterwards says when it fired and when it was over."""
    stage.define(PROBE)
    proxy = stage.proxy()
    daemon = stage.serve("--attempts=1", source=proxy.url)
    proxy.fault("mode=status&code=503")
    stage.set_clock(LIVE + 40 * STEP)
    servers.wait_until("wick is not ready", lambda: not daemon.ready(), process=daemon)
    equal(alert(daemon, "page-fast")["state"], "inactive", "page-fast while nothing is known")
    stage.set_clock(LIVE + HOUR)
    proxy.fault("mode=ok")
    stage.wait_counted(daemon, 60)
    now = alert(daemon, "page-fast")
    equal((now["state"], now["fired_at"], now["resolved_at"]), ("inactive", clock(FIRES), clock(OVER)), "page-fast afterwards")
    equal(said(daemon), ONCE, "what the log says of page-fast")


@scenario
def a_source_that_goes_away_resolves_nothing(stage):
    """The source goes away in the middle of an incident: the alert goes on firing, also through a restart, until the data say otherwise."""
    stage.define(PROBE)
    proxy = stage.proxy()
    daemon = stage.serve("--attempts=1", source=proxy.url)
    stage.live_through(daemon, LIVE + 20 * STEP)
    equal(alert(daemon, "page-fast")["state"], "firing", "page-fast in the incident")
    proxy.fault("mode=status&code=503")
    stage.set_clock(LIVE + 55 * STEP)
    servers.wait_until("wick is not ready", lambda: not daemon.ready(), process=daemon)
    equal(alert(daemon, "page-fast")["state"], "firing", "page-fast without a source")
    daemon.kill()
    daemon = stage.serve("--attempts=1", source=proxy.url, settled=False)
    servers.wait_until("wick answers", lambda: daemon.slos(), process=daemon)
    equal(alert(daemon, "page-fast")["state"], "firing", "page-fast without a source, after a restart")
    proxy.fault("mode=ok")
    stage.wait_counted(daemon, 60)
    now = alert(daemon, "page-fast")
    equal((now["state"], now["fired_at"], now["resolved_at"]), ("inactive", clock(FIRES), clock(OVER)), "page-fast afterwards")


@scenario
def what_burned_while_it_was_read_back_fires_nothing(stage):
    """wick is installed long after an incident: it reads it back, and its budget counts it, and nobody is told."""
    stage.define(PROBE)
    stage.set_clock(LIVE + 2 * HOUR - STEP)
    daemon = stage.serve()
    now = alert(daemon, "page-fast")
    equal((now["state"], now["fired_at"]), ("inactive", None), "page-fast")
    equal(said(daemon), [], "what the log says of page-fast")
    check(alert(daemon, "budget-100")["state"] == "firing", "the spent budget is no alert")


@scenario
def a_page_wants_as_many_bad_events_as_it_is_told(stage):
    """All of the five requests of a quiet service fail: that pages, unless six bad events are wanted."""
    one = 'http_requests_total{job="upside-down",code="500"}'
    sli = f"events: {{bad: '{one}', total: '{one}'}}"
    stage.define(document("quiet", five={"sli": sli, "window": "30d", "objective": "99.9%"},
                          six={"sli": sli, "window": "30d", "objective": "99.9%",
                               "alerting": "{tiers: [{name: page-fast, minBadEvents: 6}]}"}))
    daemon = stage.serve()
    seen = set()
    while stage.now < LIVE + 30 * STEP:
        stage.live_through(daemon, stage.now + STEP)
        five, six = alert(daemon, "page-fast", "quiet/five"), alert(daemon, "page-fast", "quiet/six")
        seen.add((five["bad"], five["state"], six["state"]))
    equal(seen, {(0, "inactive", "inactive"), (5, "firing", "inactive"), (5, "inactive", "inactive")}, "bad events and states")


@scenario
def a_query_that_was_refused_from_the_beginning_is_no_silence(stage):
    """It never was counted, and stays 4 h behind: its error fires all the same, and is no backtest in which nothing happened."""
    refused = f"events: {{bad: 'sum(rate({BAD}[$window]) * on (job) rate({ALL}[$window]))', total: 'sum(rate({ALL}[$window]))'}}"
    stage.define(document("odd", refused=refused))
    daemon = stage.serve(settled=False)
    servers.wait_until("the error is seen", lambda: daemon.slos().get(("odd", "refused", None), {}).get("state") == "error", process=daemon)
    servers.wait_until("the error is pending", lambda: alert(daemon, "error", "odd/refused")["state"] == "pending", process=daemon)
    stage.set_clock(stage.now + 15 * STEP)
    servers.wait_until("it fires", lambda: alert(daemon, "error", "odd/refused")["state"] == "firing", process=daemon)
    for how in ("table", "json", "html"):
        code, out, err = stage.run("backtest", "--source", stage.world.prometheus.url, "--at", clock(LIVE), "--since", "2h", "--format", how, stage.definitions)
        equal((code, out), (2, ""), f"exit code and output as {how}")
        check("'odd/refused' cannot be played: " in err and "match" in err, f"as {how}: {err}")


@scenario
def a_backtest_says_what_the_daemon_did(stage):
    """The same incident, played afterwards: fired and over at the same steps; edited tiers stand beside it."""
    stage.define(PROBE)
    source = ("--source", stage.world.prometheus.url, "--at", clock(LIVE + HOUR), "--since", "2h")
    code, out, err = stage.run("backtest", *source, "--format", "json", stage.definitions)
    equal(code, 0, f"exit code ({err})")
    one, = json.loads(out)
    equal([(alert["fired_at"], alert["over_at"]) for alert in one["alerts"] if alert["tier"] == "page-fast"], [(clock(FIRES), clock(OVER))], "page-fast")
    # 2200 s of failing are 36.7 steps of 240; 1 % of them, 2.4, is the budget
    check(abs(one["bad"] - 2200 / STEP) < 0.5, f"bad {one['bad']}")
    check(abs(one["budget_least"] - (1 - 2200 / STEP / 2.4)) < 0.5, f"budget_least {one['budget_least']}")
    check(abs(one["objective_met"] - (1 - 2200 / STEP / 240)) < 0.003, f"objective_met {one['objective_met']}")
    code, out, err = stage.run("backtest", *source, "--format", "html", stage.definitions)
    equal(code, 0, f"exit code of html ({err})")
    drawing = ElementTree.fromstring(out[out.index("<svg"):out.index("</svg>") + len("</svg>")])
    equal(len(drawing.findall("rect")), len(one["alerts"]), "alerts in the drawing")
    curve = [float(y) for y in re.findall(r"[ML][0-9.]+ (-?[0-9.]+)", drawing.find("path").get("d"))]
    whole, _, worst = (float(line.get("y1")) for line in drawing.findall("line"))
    equal((min(curve), max(curve)), (whole, worst), "the curve's bounds")
    ends = whole + (worst - whole) * (1 - one["budget"][-1][1]) / (1 - one["budget_least"])
    check(abs(curve[-1] - ends) < 0.1, f"the curve ends at {curve[-1]}, not {ends}")
    edited = stage.path("edited.yaml")
    code, out, err = stage.run("backtest", "--source", "http://127.0.0.1:1", "--compare", edited, stage.definitions)
    check(code == 2 and "edited.yaml" in err and "127.0.0.1" not in err, f"definitions that are not there are found before anything is asked: {err}")
    servers.replace_file(edited, PROBE + "    alerting: {tiers: [{name: page-fast, minBadEvents: 100}, {name: mine, long: 30m, factor: 5}]}\n")
    code, out, err = stage.run("backtest", *source, "--compare", edited, stage.definitions)
    equal(code, 0, f"exit code of --compare ({err})")
    lines = {line.split()[0]: line.split()[2:] for line in out.splitlines() if line.startswith("  ")}
    equal(lines["page-fast"], ["1,", "35m", "0"], "page-fast, before and after")
    equal(lines["mine"][0], "-", "a tier that was not there before")
    check(lines["mine"][1].startswith("1"), f"mine: {lines['mine']}")
