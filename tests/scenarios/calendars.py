"""Calendar windows on a real Prometheus: what has happened since midnight, where it is midnight."""

from datetime import datetime
from zoneinfo import ZoneInfo

from scenario import EVENTS, HOUR, STEP, check, document, equal, scenario

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
