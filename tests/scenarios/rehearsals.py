"""Incidents that are made up, on the traffic that a service had.

A shop of busy days and quiet nights, eight days up to now, whose counts of each minute are known. What its alerts make of an
incident is worked out here from these counts, minute by minute, in fractions; nothing of wick is used for it.
"""

import json
import os
import threading
import time
from fractions import Fraction
from itertools import accumulate

from scenario import check, document, equal, scenario, servers

MINUTE, HOUR, DAY = 60, 3600, 86400
DAYS = 8
OBJECTIVE, WINDOW = Fraction(99, 100), 2 * DAY // MINUTE
TIERS = {                       # long and short window in minutes, burn rate, least bad events
    "page": (60, 5, Fraction(144, 10), 5),
    "page-longer": (360, 30, Fraction(6), 5),
    "ticket": (720, 60, Fraction(1), 3),
}
ROOM = 60                       # minutes behind an incident until the slowest of them is over: its short window
DEFAULTS = ("page-fast", "page-slow", "ticket-fast", "ticket-slow")
_made = threading.Lock()


def clock(second):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


def requests(second):
    """In the minute that begins then."""
    hour = second // HOUR % 24
    return 900 if hour == 14 else 600 if 8 <= hour < 20 else 4 if hour == 3 else 5


class Shop:
    """Lists with a number for each minute: all requests, those that failed, those that were slow."""

    def __init__(self, folder):
        self.end = int(time.time()) // MINUTE * MINUTE
        self.start = self.end - DAYS * DAY
        self.midnight = self.end // DAY * DAY
        minutes = range(self.start, self.end, MINUTE)
        bad_hour = self.midnight - 2 * DAY + 10 * HOUR
        self.total = [requests(second) for second in minutes]
        self.bad = [requests(second) // 2 if bad_hour <= second < bad_hour + HOUR else int(second // MINUTE % 97 == 0) for second in minutes]
        self.slow = [int(second // MINUTE % 41 == 0) for second in minutes]
        path = os.path.join(folder, "samples.om")
        with open(path, "w") as out:
            self.write(out, "requests_total", "counter", [('{job="shop",code="200"}', [every - bad for every, bad in zip(self.total, self.bad)]),
                                                          ('{job="shop",code="500"}', self.bad)])
            fast = [every - slow for every, slow in zip(self.total, self.slow)]
            self.write(out, "duration_seconds", "histogram", [('_bucket{job="shop",le="0.5"}', fast), ('_bucket{job="shop",le="+Inf"}', self.total),
                                                              ('_count{job="shop"}', self.total)])
            out.write("# EOF\n")
        servers.make_blocks(path, os.path.join(folder, "data"))
        self.prometheus = servers.Prometheus(folder, os.path.join(folder, "data"))

    def write(self, out, name, kind, series):
        """A sample at each full minute, so that a step of the grid holds the events of its minute."""
        out.write(f"# TYPE {name.removesuffix('_total')} {kind}\n")
        for labels, events in series:
            for minute, value in enumerate(accumulate(events, initial=0)):
                out.write(f"{name}{labels} {value} {self.start + minute * MINUTE}\n")


def shop(world):
    """Made once per run."""
    with _made:
        if not hasattr(world, "rehearsals"):
            folder = os.path.join(world.folder, "rehearsals")
            os.mkdir(folder)
            world.rehearsals = Shop(folder)
        return world.rehearsals


def define(stage):
    own = ", ".join(f"{{name: {name}, long: {long}m, short: {short}m, factor: {float(factor)}, minBadEvents: {least}}}"
                    for name, (long, short, factor, least) in TIERS.items())
    alerting = "{tiers: [" + ", ".join(f"{{name: {name}, disable: true}}" for name in DEFAULTS) + ", " + own + "]}"
    slo = {"objective": "99%", "window": "2d", "alerting": alerting}
    stage.define(document("shop", availability={**slo, "sli": "events: {bad: 'requests_total{job=\"shop\",code=\"500\"}', total: 'requests_total{job=\"shop\"}'}"},
                          latency={**slo, "sli": "latency: {histogram: 'duration_seconds{job=\"shop\"}', threshold: 500ms}"}))


class Expected:
    """What an incident from `begin` on makes of the minutes; `faults` are (part, seconds from, seconds to)."""

    def __init__(self, made, bad, begin, faults):
        self.made, self.begin, self.end = made, begin, begin + max(to for _, _, to in faults)
        added = [Fraction(0)] * len(bad)
        for minute in range((begin - made.start) // MINUTE, min(-((made.start - self.end) // MINUTE), len(bad))):
            second = made.start + minute * MINUTE
            part = max(part * max(min(second + MINUTE, begin + to) - max(second, begin + since), 0) / MINUTE for part, since, to in faults)
            added[minute] = (made.total[minute] - bad[minute]) * part
        self.total, self.added = [0, *accumulate(made.total)], [0, *accumulate(added)]
        self.without = [0, *accumulate(bad)]
        self.with_ = [one + more for one, more in zip(self.without, self.added)]
        self.before = (begin - made.start) // MINUTE        # the last minute that ended before it

    def of(self, sums, minute, length):
        return sums[minute] - sums[minute - length]

    def true(self, bad, tier, minute):
        long, short, factor, least = TIERS[tier]
        return (self.of(bad, minute, long) >= least and
                all(self.of(bad, minute, window) > factor * (1 - OBJECTIVE) * self.of(self.total, minute, window) for window in (long, short)))

    def part(self, sums, minute):
        return float(self.of(sums, minute, WINDOW) / ((1 - OBJECTIVE) * self.of(self.total, minute, WINDOW)))

    def alert(self, tier):
        """(outcome, seconds until it fires, from the end until it is over, spent, left)"""
        last = min(-((self.made.start - self.end) // MINUTE) + ROOM, len(self.made.total))
        outcome = "fired_before" if self.true(self.without, tier, self.before) else "quiet"
        for minute in range(self.before + 1, last + 1):
            if not self.true(self.with_, tier, minute) or self.true(self.with_, tier, minute - 1):
                continue
            if self.true(self.without, tier, minute):
                outcome = "fires_anyway" if outcome == "quiet" else outcome
                continue
            over = next((later for later in range(minute + 1, last + 1) if not self.true(self.with_, tier, later)), None)
            return ("fires", self.seconds(self.begin, minute), over and self.seconds(self.end, over),
                    self.part(self.added, minute), 1 - self.part(self.with_, minute))
        return (outcome, None, None, None, None)

    def seconds(self, since, minute):
        return self.made.start + minute * MINUTE - since


def same(got, want, what):
    alike = got == want if got is None or want is None or isinstance(want, str) else abs(got - want) <= 1e-8 * max(1, abs(want))
    check(alike, f"{what}: {got!r}, not {want!r}")


def compare(one, expected):
    """All that a rehearsal says, against what was worked out."""
    what = f"{one['id']} from {one['begin']} on"
    equal((one["begin"], one["end"]), (clock(expected.begin), clock(expected.end)), f"{what}: when")
    same(one["budget_left_before"], 1 - expected.part(expected.without, expected.before), f"{what}: left before")
    same(one["budget_spent"], expected.part(expected.added, -((expected.made.start - expected.end) // MINUTE)), f"{what}: spent")
    told = {alert["tier"]: alert for alert in one["alerts"]}
    outcomes = []
    for tier in TIERS:
        want = expected.alert(tier)
        outcomes.append(want[0])
        for key, value in zip(("outcome", "fires_after_seconds", "over_after_seconds", "budget_spent_before", "budget_left"), want):
            same(told[tier][key], value, f"{what}: {key} of {tier}")
    return outcomes


def simulate(stage, made, *options):
    code, out, err = stage.run("simulate", "--source", made.prometheus.url, "--format", "json", *options, stage.definitions)
    equal(code, 0, f"exit code of {' '.join(options)} ({err})")
    return json.loads(out)


@scenario
def an_incident_on_real_traffic_is_detected_when_it_is_counted(stage):
    """By day, at night, beside a real failure and across minutes, an incident fires what the made-up counts of its time fire."""
    made = shop(stage.world)
    define(stage)
    day = made.midnight - 2 * DAY
    seen = set()
    for begin, part, seconds in ((day + 22 * HOUR, 50, HOUR), (day + 22 * HOUR, 5, HOUR), (day + 4 * HOUR + 30 * MINUTE, 20, 2 * HOUR), (day + 12 * HOUR, 20, HOUR),
                                 (day - 9 * HOUR, 100, 10 * MINUTE), (day - 3 * HOUR + 17, 45, 33 * MINUTE + 5), (day + 11 * HOUR + 10 * MINUTE, 30, HOUR),
                                 (day + 9 * HOUR + 55 * MINUTE, 1, HOUR), (day + 9 * HOUR + 50 * MINUTE, 100, 15 * MINUTE)):
        for one in simulate(stage, made, "--at", str(begin), "--outage", f"{part}%:{seconds}s" if seconds % MINUTE else f"{part}%:{seconds // MINUTE}m"):
            bad = made.bad if one["id"] == "shop/availability" else made.slow
            seen |= set(compare(one, Expected(made, bad, begin, [(Fraction(part, 100), 0, seconds)])))
            equal((one["traffic"], one["known"], one["window_known"]), ("chosen", 1, 1), "traffic, and what is known")
    equal(seen, {"quiet", "fires", "fired_before", "fires_anyway"}, "what was compared")


@scenario
def slow_requests_burn_the_budget_of_latencies_alone(stage):
    """Slow requests and a shorter outage: of the latency the worse one counts, and only the outage of the availability."""
    made = shop(stage.world)
    define(stage)
    begin = made.midnight - DAY - 2 * HOUR
    slow, outage = (Fraction(30, 100), 0, 20 * MINUTE), (Fraction(60, 100), 15 * MINUTE, 25 * MINUTE)
    options = ("--at", str(begin), "--slow", "30%:20m")
    availability, latency = simulate(stage, made, *options, "--outage", "60%:10m@+15m")
    compare(latency, Expected(made, made.slow, begin, [slow, outage]))
    compare(availability, Expected(made, made.bad, begin + outage[1], [(outage[0], 0, 10 * MINUTE)]))
    availability, latency = simulate(stage, made, *options)
    compare(latency, Expected(made, made.slow, begin, [slow]))
    equal((availability["touched"], availability["alerts"], availability["budget_spent"]), (False, [], None), "an availability that nothing touches")


@scenario
def without_a_time_the_busiest_and_the_quietest_hour_are_taken(stage):
    """Without --at an incident is laid over the newest hours, of those that are busiest and quietest, behind which it has room."""
    made = shop(stage.world)
    define(stage)
    begun = time.time()
    rehearsals = simulate(stage, made, "--since", "4d", "--outage", "50%:30m")
    ended = time.time()
    equal([(one["id"], one["traffic"]) for one in rehearsals], [(slo, traffic) for slo in ("shop/availability", "shop/latency") for traffic in ("busiest", "quietest")], "SLOs and hours")
    for one in rehearsals:
        hour = {"busiest": 14, "quietest": 3}[one["traffic"]]
        # Ends of the history, settled: what the clock said before, or behind.
        ends = [(int(second) - 30) // MINUTE * MINUTE - 30 * MINUTE - ROOM * MINUTE for second in (begun, ended)]
        begins = [(end - hour * HOUR) // DAY * DAY + hour * HOUR for end in ends]
        begin = next((begin for begin in begins if clock(begin) == one["begin"]), None)
        check(begin is not None, f"the {one['traffic']} hour begins at {one['begin']}, not at {' or '.join(map(clock, begins))}")
        equal(one["events_per_minute"], requests(begin), f"events of the {one['traffic']} hour")
        compare(one, Expected(made, made.bad if one["id"] == "shop/availability" else made.slow, begin, [(Fraction(1, 2), 0, 30 * MINUTE)]))
    code, out, err = stage.run("simulate", "--source", made.prometheus.url, "--since", "4d", "--outage", "50%:30m", stage.definitions)
    equal(code, 0, f"exit code of the table ({err})")
    check("  in the quietest hour of the day, from " in out and ": 4 events a minute; before it " in out, f"the table says:\n{out}")


@scenario
def a_rehearsal_that_makes_no_sense_is_refused(stage):
    """Options that contradict each other, an incident that nobody minds, and a time of which nothing is known are named; nothing is made up."""
    made = shop(stage.world)
    define(stage)
    source = ("--source", made.prometheus.url)
    for options, words in (((*source, "--at", "2026-01-01", "--since", "3d"), "give one of them"), ((*source, "--rate", "3"), "--rate is for even traffic"),
                           (("--at", clock(made.end + DAY)), "there is no history of that yet"), (("--slow", "0%:10m"), "'0%:10m' has no part above 0%"),
                           (("--outage", "5%:0s"), "'5%:0s' takes no time"), (("--slow", "5%"), "'5%' is not of the form"),
                           (("--outage", "1%:1m") * 17, "'1%:1m' is one too many"), ((*source, "--outage", "5%:3d"), "longer than the window of 'shop/availability'")):
        code, out, err = stage.run("simulate", *options, stage.definitions)
        equal((code, out.strip()), (2, ""), f"exit code and output of {' '.join(options)}")
        check(words in err, f"{' '.join(options)}: {err}")
    stage.define(document("shop", availability="events: {bad: 'a_total', total: 'b_total'}"), "other.yaml")
    code, out, err = stage.run("simulate", "--slow", "5%:1h", stage.definitions + "/other.yaml")
    equal((code, out), (2, ""), "exit code and output of --slow without a latency")
    check("--slow concerns latencies alone" in err, err)
    for options, words in ((("--at", clock(made.start - 9 * DAY)), "nothing is known of the time from"), (("--since", "2h", "--outage", "5%:3h"), "has room for the incident")):
        code, out, err = stage.run("simulate", *source, *options, stage.definitions + "/shop.yaml")
        equal(code, 0, f"exit code of {' '.join(options)} ({err})")
        check(out.count(words) == 2 and "%" not in out.replace("99%", ""), f"{' '.join(options)}: {out}")
