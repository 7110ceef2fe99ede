"""Calendar windows on a real Prometheus: what has happened since midnight, where it is midnight."""

import json
import re
import time
from datetime import datetime
from zoneinfo import ZoneInfo

from scenario import END, EVENTS, HOUR, STEP, check, document, equal, scenario

# On which days began within the history of all scenarios; of one the offset is no whole hour.
ZONES = ("Asia/Tokyo", "Asia/Kathmandu")


def midnight(now, zone):
    local = datetime.fromtimestamp(now, ZoneInfo(zone))
    return int(local.replace(hour=0, minute=0, second=0).timestamp())


def hold_to_the_samples(stage, daemon):
    """Each window of the SLO, side by side, against what the samples hold of it."""
    windows = daemon.slos()[("shop", "availability", None)]["windows"]
    equal(len(windows), 1 + len(ZONES), "windows")
    for window, begin in zip(windows, (stage.now - 4 * HOUR, *(midnight(stage.now, zone) for zone in ZONES))):
        truth = stage.world.truth("shop", begin, stage.now)
        check(truth.held_bad > 0, "nothing bad has happened, which proves little")
        equal((window["bad"], window["total"]), (truth.held_bad, truth.held_total), f"bad and all events of {window['window']}")
    for window, zone in zip(windows[1:], ZONES):
        equal(window["time_zone"], zone, "the zone")
        passed = (stage.now - midnight(stage.now, zone)) / (24 * HOUR)
        check(abs(window["elapsed"] - passed) < 1e-9, f"elapsed of a day in {zone} is {window['elapsed']}, not {passed}")


@scenario
def days_begin_where_it_is_midnight(stage):
    """Two days in two time zones and a rolling window, side by side, live and after a restart."""
    days = ", ".join(f"{{calendar: day, timeZone: {zone}}}" for zone in ZONES)
    stage.define(document("shop", availability={"sli": EVENTS, "window": None, "windows": f"[4h, {days}]"}).replace("    window: None\n", ""))
    daemon = stage.serve()
    hold_to_the_samples(stage, daemon)
    stage.live_through(daemon, stage.now + 5 * STEP)
    hold_to_the_samples(stage, daemon)
    daemon.kill()
    daemon = stage.serve()
    hold_to_the_samples(stage, daemon)


def day_missed(daemon):
    """(the alert of closed days, the records of closed days)"""
    status, text = daemon.get("/api/v1/slos/edge/probe")
    equal(status, 200, "the status of the SLO")
    slo = json.loads(text)["slos"][0]
    return next(one for one in slo["alerts"] if one["tier"] == "day-missed"), slo["periods"]


def said_of_days(*daemons):
    """What was logged of the alert: [(fires or is over, the period)]"""
    line = re.compile(r'msg="an alert (fires|is over)".* tier=day-missed .*\bperiod=(\S+)')
    return [match.groups() for daemon in daemons for match in map(line.search, daemon.log().splitlines()) if match]


@scenario
def a_day_that_missed_its_objective_is_told_once_when_it_is_closed(stage):
    """A day known from noon on, in which 37 minutes failed where 14.4 of a whole day may: wick is down as it is closed, and killed as it is told."""
    # days from 23:00 to 23:00; the probe fails from 22:13:20 to 22:50. What is unknown is waited for until a day behind the end.
    stage.define(document("edge", probe={"sli": "probe: 'probe_success{job=\"edge\"}'", "window": "{calendar: day, start: 2025-02-28T23:00}"}))
    closed, clock = END + 23 * HOUR, lambda second: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))
    stage.set_clock(closed - STEP)
    daemons = [stage.serve()]
    alert, periods = day_missed(daemons[0])
    equal((alert["state"], periods), ("inactive", []), "the day before it is closed")
    daemons[0].kill()
    stage.set_clock(closed + 10 * STEP)
    fired = stage.clock_text()
    daemons.append(stage.serve())
    alert, periods = day_missed(daemons[-1])
    equal((alert["state"], alert["fired_at"], alert["period"], alert["window"]), ("firing", fired, "2025-02-27", "day"), "the day once it is closed")
    record = periods[0]
    equal((len(periods), record["met"], record["to"], record["closed_at"]), (1, False, "2025-02-28T23:00:00Z", fired), "its record")
    check(abs(record["bad"] - 2200 / 60) < 0.6 and abs(record["known"] - 11 / 24) < 0.002, f"its record has {record}")
    check(abs(alert["value"] - record["bad"] / 14.4) < 0.02, f"{alert['value']} of the budget was used")
    series = {name: value for name, value in daemons[-1].metrics().items() if 'tier="day-missed"' in name or "closed_period_missed" in name}
    equal(series.get('wick_slo_closed_period_missed{service="edge",slo="probe",window="day"}'), 1, "the series of the record")
    equal(series.get('wick_slo_alert_firing{service="edge",slo="probe",kind="missed",period="2025-02-27",severity="ticket",tier="day-missed",window="day"}'),
          1, "the series of the alert")
    daemons[-1].kill()
    daemons.append(stage.serve())
    stage.set_clock(closed + 24 * HOUR - STEP)
    stage.wait_counted(daemons[-1])
    alert, _ = day_missed(daemons[-1])
    equal((alert["state"], alert["fired_at"]), ("firing", fired), "the day before the next one is closed")
    # of the next day an hour is known, and nothing of it was bad
    stage.set_clock(closed + 24 * HOUR)
    stage.wait_counted(daemons[-1])
    alert, periods = day_missed(daemons[-1])
    equal((alert["state"], alert["period"], [one["met"] for one in periods]), ("inactive", "2025-02-27", [False, True]), "the day once the next one is closed")
    equal(alert["resolved_at"], clock(closed + 24 * HOUR + 30), "its end")
    equal(said_of_days(*daemons), [("fires", "2025-02-27"), ("is over", "2025-02-27")], "what the logs say")
    check("nan" not in "".join(daemon.log().lower() for daemon in daemons), "a number that is not known stands in the log")
