"""Made-up services whose every event is known.

A service is a set of targets, a target a row of processes that follow each other under one name, a process a set of flows,
and a flow says how many events of one kind happen in each second. From that two things are worked out apart: the samples that
a Prometheus would have scraped (text in the OpenMetrics format), and the truth, by counting the events themselves. No PromQL
and no formula of wick is involved in either.

Times are whole seconds since the start of a case. The events of second s happen at s + 0.5.
"""

import random
from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import accumulate

HOUR = 3600
DAY = 24 * HOUR
EVENT_PHASE_MS = 500


# --- how many events happen when: each gives a list with one number per second of the case ---------------------------------

def none(seconds):
    return array("q", bytes(8 * seconds))


def every(gap, first=0, size=1):
    """`size` events every `gap` seconds."""
    def make(seconds):
        out = none(seconds)
        for second in range(first, seconds, gap):
            out[second] = size
        return out
    return make


def steady(per_minute):
    """Evenly spread; exact over every minute that divides."""
    def make(seconds):
        return array("q", ((s + 1) * per_minute // 60 - s * per_minute // 60 for s in range(seconds)))
    return make


def at(*moments):
    """Single events, or (second, size)."""
    def make(seconds):
        out = none(seconds)
        for moment in moments:
            second, size = moment if isinstance(moment, tuple) else (moment, 1)
            out[second] += size
        return out
    return make


def by_chance(per_hour, seed):
    """Single events at random moments, the same ones in every run."""
    def make(seconds):
        out, chance, second = none(seconds), random.Random(seed), 0.0
        while True:
            second += chance.expovariate(per_hour / HOUR)
            if second >= seconds:
                return out
            out[int(second)] += 1
    return make


def during(events, *spans):
    """`events`, but only in the spans (from, to)."""
    def make(seconds):
        every_second, out = events(seconds), none(seconds)
        for begin, end in spans:
            out[begin:end] = every_second[begin:end]
        return out
    return make


def except_during(events, *spans):
    def make(seconds):
        out = events(seconds)
        for begin, end in spans:
            out[begin:end] = none(len(out[begin:end]))
        return out
    return make


def days_and_nights(day, night, day_hours=10):
    """Two ways of behaving; `seconds` starts with a day."""
    def make(seconds):
        busy, quiet = day(seconds), night(seconds)
        for begin in range(0, seconds, DAY):
            quiet[begin:begin + day_hours * HOUR] = busy[begin:begin + day_hours * HOUR]
        return quiet
    return make


# --- what a service is made of ---------------------------------------------------------------------------------------------

@dataclass
class Flow:
    """Events of one kind. Each event adds 1 to every series of `adds_to`; `shows` are series that are there, at 0 if need
    be, as soon as the first event has happened (the other buckets of a histogram)."""
    events: object
    adds_to: tuple            # of (metric, labels)
    bad: bool = False
    shows: tuple = ()
    counts: bool = True       # False: events that the SLO is not about
    hidden: tuple = ()        # spans in which the process does not expose its series


@dataclass
class Gauge:
    metric: str
    labels: dict
    value: object             # a function of the second; None: the series is not there


@dataclass
class Process:
    flows: list
    start: int = -10 * DAY    # before the case: nobody has seen it start
    end: int = 10 ** 9
    eager: bool = False       # series are there at 0 from the start, not from their first event on
    gauges: list = field(default_factory=list)
    head_start: int = 0       # what each counter stood at when the case began


@dataclass
class Target:
    instance: str
    processes: list
    unreachable: tuple = ()   # spans in which scrapes of it fail, while it goes on working
    misses: float = 0.0       # the share of single scrapes that fail
    labels: dict = field(default_factory=dict)
    leaves: bool = False      # is forgotten by service discovery when its last process ends, and unknown before the first
    exports_start: bool = True # exposes process_start_time_seconds


@dataclass
class Service:
    """`seconds` of scraping at an interval, with what Prometheus itself suffers."""
    job: str
    seconds: int
    targets: list
    interval: int = 30
    offset_ms: int = 7250
    jitter_ms: int = 2
    blind: tuple = ()         # spans in which Prometheus is down
    begins: int = 0           # the first scrape: nothing was monitored before


def counter(metric, bad=False, events=none, counts=True, hidden=(), **labels):
    return Flow(events, ((metric, labels),), bad, counts=counts, hidden=hidden)


def requests(events, code="200", bad=False, **more):
    return counter("http_requests_total", bad, events, **more, code=code)


def observations(metric, bounds, seconds, events, bad=False, **labels):
    """Requests that took `seconds`, in a classic histogram whose bounds are given as they are spelled."""
    buckets = [(metric + "_bucket", {**labels, "le": bound}) for bound in (*bounds, "+Inf")]
    fitting = [b for b in buckets if b[1]["le"] == "+Inf" or seconds <= float(b[1]["le"])]
    return Flow(events, (*fitting, (metric + "_count", labels)), bad, shows=tuple(buckets))


# --- scrapes ---------------------------------------------------------------------------------------------------------------

def series_key(metric, labels):
    return metric + "{" + ",".join(f'{name}="{value}"' for name, value in sorted(labels.items())) + "}"


def inside(ms, spans):
    return any(begin * 1000 <= ms < end * 1000 for begin, end in spans)


def scrape_times(service, target):
    """(ms, reached) of each scrape that Prometheus tried."""
    chance = random.Random(f"{service.job} {target.instance}")
    shift = chance.randrange(service.interval * 1000) if service.offset_ms is None else service.offset_ms
    first = max(0, service.begins)
    out = []
    for due in range(first * 1000 + shift, service.seconds * 1000 + 1, service.interval * 1000):
        ms = due + chance.randint(-service.jitter_ms, service.jitter_ms)
        missed = chance.random() < target.misses
        if ms < 0 or ms > service.seconds * 1000 or inside(ms, service.blind):
            continue
        out.append((ms, not missed and not inside(ms, target.unreachable)))
    return out


class Life:
    """A process of a target between its scrapes: what the counters stand at, at any moment."""

    def __init__(self, process, seconds):
        self.process = process
        self.begin = max(process.start, 0)
        self.end = min(process.end, seconds)
        self.cumulative = []
        for flow in process.flows:
            events = flow.events(seconds)
            self.cumulative.append(array("q", accumulate(events[self.begin:self.end], initial=0)))

    def alive(self, ms):
        return self.process.start * 1000 <= ms < self.process.end * 1000

    def happened(self, flow, ms):
        """Events of the flow number `flow` since the process started (or the case began) up to the moment."""
        index = (ms + EVENT_PHASE_MS) // 1000 - self.begin
        cumulative = self.cumulative[flow]
        return cumulative[min(max(index, 0), len(cumulative) - 1)]

    def values(self, ms):
        """Series key -> value, as a scrape at the moment finds them."""
        out = {}
        for number, flow in enumerate(self.process.flows):
            count = self.happened(number, ms)
            if inside(ms, flow.hidden):
                continue
            if not count and not self.process.eager and not self.process.head_start:
                continue
            for name, labels in flow.shows:
                out.setdefault((name, series_key("", labels)), (name, labels, 0))
            for name, labels in flow.adds_to:
                before = out.get((name, series_key("", labels)), (name, labels, self.process.head_start))[2]
                out[(name, series_key("", labels))] = (name, labels, before + count)
        return out.values()


def samples(service, start):
    """Yields (metric, labels, unix ms, value): every sample that Prometheus stores, each series in order of time."""
    for target in service.targets:
        lives = [Life(process, service.seconds) for process in target.processes]
        common = {"job": service.job, "instance": target.instance, **target.labels}
        for ms, reached in scrape_times(service, target):
            life = next((one for one in lives if one.alive(ms)), None)
            if not life and target.leaves:
                continue
            up = 1 if reached and life else 0
            yield "up", {"job": service.job, "instance": target.instance}, start * 1000 + ms, up
            if not up:
                continue
            if target.exports_start:
                yield "process_start_time_seconds", common, start * 1000 + ms, start + life.process.start
            for gauge in life.process.gauges:
                value = gauge.value(ms // 1000)
                if value is not None:
                    yield gauge.metric, {**common, **gauge.labels}, start * 1000 + ms, value
            for name, labels, value in life.values(ms):
                yield name, {**common, **labels}, start * 1000 + ms, value


def write_openmetrics(service, start, out):
    """Writes the samples as promtool reads them; returns how many."""
    count, keys = 0, {}
    for metric, labels, ms, value in samples(service, start):
        cache = (metric, *labels.values())
        key = keys.get(cache)
        if not key:
            key = keys[cache] = series_key(metric, labels)
        out.write(f"{key} {value!r} {ms // 1000}.{ms % 1000:03d}\n")
        count += 1
    return count


# --- the truth -------------------------------------------------------------------------------------------------------------

@dataclass
class Truth:
    """What happened in (begin, end], and what of it the samples can tell.

    `happened` counts events at the moment they happen. `held` counts an event at the first scrape that shows it, so events
    between a process's last scrape and its death are in nobody's samples, and those just before the end come later."""
    bad: int = 0
    total: int = 0
    held_bad: int = 0
    held_total: int = 0

    def add(self, other):
        self.bad += other.bad
        self.total += other.total
        self.held_bad += other.held_bad
        self.held_total += other.held_total


def count_flow(life, number, scrapes, begin_ms, end_ms, first_counts):
    """(happened, held) of one flow of one process."""
    flow = life.process.flows[number]
    last = min(end_ms, life.process.end * 1000 - 1)
    happened = life.happened(number, last) - life.happened(number, max(begin_ms, life.begin * 1000))
    seen = [ms for ms in scrapes if life.alive(ms) and not inside(ms, flow.hidden)]
    newest = bisect_left(seen, end_ms + 1) - 1
    before = bisect_left(seen, begin_ms + 1) - 1
    if newest < 0 or newest == before:
        return max(happened, 0), 0
    known = life.happened(number, seen[before]) if before >= 0 else 0
    if before < 0 and not first_counts:
        known = life.happened(number, seen[0])
    return max(happened, 0), life.happened(number, seen[newest]) - known


def target_truth(service, target, begin, end):
    truth = Truth()
    tried = scrape_times(service, target)
    scrapes = [ms for ms, reached in tried if reached]
    for process in target.processes:
        life = Life(process, service.seconds)
        # Who was there before the first scrape of all has a past that no sample holds.
        first_counts = process.start >= service.begins
        for number, flow in enumerate(process.flows):
            if not flow.counts:
                continue
            happened, held = count_flow(life, number, scrapes, begin * 1000, end * 1000, first_counts or flow_is_new(life, number, scrapes))
            truth.add(Truth(happened if flow.bad else 0, happened, held if flow.bad else 0, held))
    return truth


def flow_is_new(life, number, scrapes):
    """True if an earlier scrape of the process was without the flow's series: they were born where somebody looked."""
    first = next((ms for ms in scrapes if life.alive(ms)), None)
    return first is not None and not life.process.head_start and life.happened(number, first) == 0


def truth(service, begin, end, instance=None):
    """The truth of (begin, end], of the service or of one of its targets."""
    out = Truth()
    for target in service.targets:
        if instance in (None, target.instance):
            out.add(target_truth(service, target, begin, end))
    return out
