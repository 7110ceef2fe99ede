#!/usr/bin/python3
"""Rewritten queries against a real Prometheus: the sums over all steps must be what the generator of the samples knows.

    rewriting_test.py WICK

Events are drawn first; a target's counters show at each scrape how many there were since its process started. The truth is the
number of events that a scrape has seen: those between the last scrape and the end of a process are in no sample.
"""
import json
import random
import subprocess
import sys

from prometheus import Prometheus

START = 1_700_000_040 // 60 * 60  # of the samples
BEGIN = START + 3600              # the first step that is asked for
END = START + 3 * 3600
STEP = 60


class Target:
    """One scraped process after the other under one instance name."""

    def __init__(self, scenario, instance, interval=15.0, offset=None, rng=None):
        self.scenario, self.instance, self.interval = scenario, instance, interval
        self.rng = rng or random.Random(f"{scenario}/{instance}")
        self.offset = self.rng.random() * interval if offset is None else offset
        self.missed = lambda at: False   # no answer: no sample at all
        self.hidden = lambda at: False   # scraped, but the counter was not there
        self.processes = []              # (start, end, events, value at start, there from start)
        self.quiet_start = True          # exports no process_start_time_seconds

    def run(self, start, end, events, base=0, zero=True):
        self.processes.append((start, end, sorted(events), base, zero))
        return self

    def samples(self):
        """(time, counter or None, process start) for each scrape."""
        at = START + self.offset
        while at < END:
            for start, end, events, base, zero in self.processes:
                if start <= at < end and not self.missed(at):
                    value = base + sum(1 for e in events if e <= at)
                    there = (zero or value > 0) and not self.hidden(at)
                    yield at, value if there else None, start
            at += self.interval

    def truth(self):
        """Events of (BEGIN, END] that a scrape has seen."""
        total = 0
        seen = {}  # process start -> last scrape that showed the counter
        for at, value, start in self.samples():
            if value is not None and at <= END:
                seen[start] = at
        for start, _, events, _, _ in self.processes:
            if start in seen:
                before = [at for at, value, s in self.samples() if s == start and value is not None and at <= BEGIN]
                since = before[-1] if before else start
                total += sum(1 for e in events if since < e <= seen[start])
        return total


def draw(rng, start, end, per_minute):
    events, at = [], start
    while True:
        at += rng.expovariate(per_minute / 60)
        if at >= end:
            return events
        events.append(at)


def scenarios():
    """Yields (what it is, targets, what the sum must be or None for the events that scrapes have seen)."""
    targets = [Target("steady", f"pod-{i}") for i in range(3)]
    for t in targets:
        t.run(START - 9999, END, draw(t.rng, START, END, 200), base=1000)
    yield "a busy counter, scraped every 15 s", targets, None

    targets = [Target("sparse", f"pod-{i}") for i in range(20)]
    for t in targets:
        t.run(START - 9999, END, draw(t.rng, BEGIN, END, 0.02), zero=False)
    yield "rare errors, each series born at its first one", targets, None

    t = Target("burst", "pod-0")
    t.run(START - 9999, END, [BEGIN + 1000.0] * 50 + [BEGIN + 4000.0], zero=False)
    yield "a series born at 50", [t], 51

    targets = []
    for i in range(6):
        rng, at, n = random.Random(f"pods/{i}"), START, 0
        while at < END:
            end = at + rng.uniform(200, 900)
            t = Target("pods", f"pod-{i}-{n}", rng=rng)
            t.quiet_start = False
            t.run(at, min(end, END), draw(rng, at, min(end, END), 3), zero=rng.random() < 0.5)
            targets.append(t)
            at, n = end + rng.uniform(1, 20), n + 1
    yield "pods that restart under new names", targets, None

    targets = []
    for i in range(6):
        rng, at = random.Random(f"resets/{i}"), START
        t = Target("resets", f"pod-{i}", rng=rng)
        while at < END:
            end = at + rng.uniform(200, 900)
            t.run(at, min(end, END), draw(rng, at, min(end, END), 20))
            at = end + rng.uniform(1, 10)
        targets.append(t)
    yield "processes that restart in place: the counter falls", targets, None

    targets = [Target("missed", f"pod-{i}") for i in range(5)]
    for t in targets:
        skip = random.Random(t.instance)
        lost = {round(START + t.offset + k * 15, 3) for k in range(3600) if skip.random() < 0.4}
        t.missed = lambda at, lost=lost: round(at, 3) in lost
        t.run(START - 9999, END, draw(t.rng, START, END, 30))
    yield "four of ten scrapes missed", targets, None

    t = Target("away", "pod-0", offset=7.0)
    t.hidden = lambda at: BEGIN + 1800 < at < BEGIN + 2400
    t.run(START - 9999, END, draw(t.rng, START, END, 2), base=500)
    yield "a series that is away for 10 minutes and comes back", [t], None

    t = Target("unknown", "pod-0", offset=7.0)
    t.missed = lambda at: at < BEGIN + 1200
    t.quiet_start = False
    t.run(START - 99999, END, [BEGIN + 3000.0] * 7, base=12345)
    yield "a target that is new to Prometheus, but not started lately", [t], 7

    targets = [Target("slow", f"pod-{i}", interval=120.0) for i in range(3)]
    for t in targets:
        t.run(START - 9999, END, draw(t.rng, START, END, 12))
    yield "a scrape interval of twice the step", targets, None

    targets = [Target("fast", f"pod-{i}", interval=5.0) for i in range(2)]
    for t in targets:
        t.run(START - 9999, END, draw(t.rng, START, END, 40))
    yield "a scrape interval of 5 s", targets, None

    t = Target("grid", "pod-0", offset=0.0, interval=30.0)
    t.run(START - 9999, END, draw(t.rng, START, END, 10))
    yield "scrapes exactly on the grid", [t], None


def exposition(cases):
    families = {"events_total": [], "up": [], "process_start_time_seconds": []}
    for _, targets, _ in cases:
        for t in targets:
            labels = f'{{scenario="{t.scenario}",job="{t.scenario}",instance="{t.instance}"'
            for at, value, start in t.samples():
                families["up"].append(f"up{labels}}} 1 {at:.3f}")
                if value is not None:
                    families["events_total"].append(f'events_total{labels},code="500"}} {value} {at:.3f}')
                if not t.quiet_start:
                    families["process_start_time_seconds"].append(f"process_start_time_seconds{labels}}} {start:.3f} {at:.3f}")
    lines = []
    for family, samples in families.items():
        kind = "counter" if family.endswith("_total") else "gauge"
        lines.append(f"# TYPE {family.removesuffix('_total')} {kind}")
        lines += samples
    return "\n".join(lines + ["# EOF", ""])


def rewrite(wick, queries):
    answer = subprocess.run([wick, "promql", "--format", "json", "-"], input="\n".join(queries) + "\n", text=True,
                            stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in answer.stdout.splitlines()]


def over_range(server, query):
    """All series of a range query over the whole time: {labels: [values]}."""
    result = server.api("query_range", query=query, start=BEGIN + STEP, end=END, step=STEP)["result"]
    return {json.dumps(s["metric"], sort_keys=True): [float(v) for _, v in s["values"]] for s in result}


def sum_of(series):
    return sum(sum(values) for values in series.values())


# What may stand around a counter; each must be a query that Prometheus takes, with values that are no errors.
SHAPES = [
    'sum by (instance) (increase(events_total{scenario="steady"}[$window]))',
    'sum(rate(events_total{scenario="steady"}[5m])) / sum(rate(events_total{scenario=~"steady|sparse"}[5m]))',
    'rate(events_total{scenario="steady"}[5m])',
    'events_total{scenario="steady"}',
    'sum(events_total{scenario="steady"}) - sum(events_total{scenario="sparse"})',
    'sum(rate(events_total{scenario="steady"}[5m])) * 2 + 1',
    'sum(rate(events_total{scenario="steady"}[5m])) > 0.5',
    'max by (scenario) (rate(events_total[$__window]))',
    'label_replace(rate(events_total{scenario="steady"}[{{.window}}]), "a", "$1", "instance", "(.*)")',
    'sum by (code) (rate(events_total[1m])) or vector(0)',
    'rate(events_total{scenario="steady"}[5m]) * on (instance) group_left () up{scenario="steady"}',
    'rate(events_total{scenario="steady"}[5m] offset 10m) ^ 2',
    'topk(2, increase(events_total[5m]))',
    'max_over_time(sum(rate(events_total[5m]))[10m:1m])',
    'clamp_min(sum(rate(events_total[5m])), 0) unless sum(rate(events_total[5m])) < 0',
    'resets(events_total[$window])',
    'rate(events_total[5m] @ end())',
]


def sums_with_gaps():
    """Sums of which some part has no series: (query, the label of its groups or None, {scenarios: how often they count} per group)."""
    of = lambda name, tail="": f'sum(increase(events_total{{scenario="{name}"}}[$window]{tail}))'
    by = lambda pattern: f'sum by (scenario) (increase(events_total{{scenario=~"{pattern}"}}[$window]))'
    yield f"{of('steady')} - {of('nothing')}", None, {"": {"steady": 1}}
    yield f"{of('nothing')} + {of('steady')} + {of('sparse')}", None, {"": {"steady": 1, "sparse": 1}}
    yield f"clamp_min(2 * {of('steady')} - round({of('nothing')}), 0)", None, {"": {"steady": 2}}
    yield f"{of('nothing')} + {of('nowhere')}", None, {}
    yield f"{of('steady')} + on () {of('nothing')} - ignoring (x) {of('nothing')}", None, {"": {"steady": 1}}
    yield f"{by('steady|grid')} + {by('grid|sparse')} - {by('nothing')}", "scenario", {
        "steady": {"steady": 1}, "grid": {"grid": 2}, "sparse": {"sparse": 1}}
    rates = lambda pattern: f'rate(events_total{{scenario=~"{pattern}"}}[5m])'
    yield f"sum by (scenario) ({rates('steady|grid')} + on (scenario, instance) {rates('grid|burst')})", "scenario", {
        "steady": {"steady": 1}, "grid": {"grid": 2}, "burst": {"burst": 1}}


def check_sums(server, wick, cases):
    truths = {targets[0].scenario: sum(t.truth() for t in targets) if fixed is None else fixed for _, targets, fixed in cases}
    wanted, failed = list(sums_with_gaps()), 0
    for (query, label, groups), line in zip(wanted, rewrite(wick, [query for query, _, _ in wanted])):
        truth = {group: sum(truths[name] * times for name, times in parts.items()) for group, parts in groups.items()}
        counted = {json.loads(labels).get(label, ""): sum(values) for labels, values in over_range(server, line["rewritten"]).items()}
        ok = line["exact"] and counted.keys() == truth.keys() and all(abs(counted[group] - truth[group]) < 1e-6 for group in truth)
        failed += not ok
        print(f"{'ok' if ok else 'FAILED'}: {query}: {counted}, truth {truth}")
    return failed


def same(a, b):
    return a.keys() == b.keys() and all(
        len(a[k]) == len(b[k]) and all(abs(x - y) < 1e-6 for x, y in zip(a[k], b[k])) for k in a)


def main():
    wick = sys.argv[1]
    cases = list(scenarios())
    failed = 0
    with Prometheus(exposition(cases)) as server:
        queries = [f'sum(rate(events_total{{scenario="{targets[0].scenario}"}}[$window]))' for _, targets, _ in cases]
        for (what, targets, fixed), line in zip(cases, rewrite(wick, queries)):
            truth = sum(t.truth() for t in targets) if fixed is None else fixed
            counted = sum_of(over_range(server, line["rewritten"]))
            ok = line["exact"] and line["events"] and abs(counted - truth) < 1e-6
            failed += not ok
            print(f"{'ok' if ok else 'FAILED'}: {what}: {counted:g} events, truth {truth}")
        failed += check_sums(server, wick, cases)
        answers = {}
        for query, line in zip(SHAPES, rewrite(wick, SHAPES)):
            try:
                answers[query] = over_range(server, line["rewritten"])
                ok = len(answers[query]) > 0
            except ValueError as e:
                ok, answers[query] = False, {}
                print(f"  {e}")
            failed += not ok
            print(f"{'ok' if ok else 'FAILED'}: accepted, with {len(answers[query])} series: {query}")
        # what passes numbers per second is counted as without them
        plain = 'sum(rate(events_total{scenario="steady"}[5m]))'
        counts, *passed = rewrite(wick, [plain, f"{plain} > 0.001", f"clamp({plain}, 0, 1e9)", f"clamp_max({plain}, 1e9)",
                                         f"clamp_min({plain}, 0.0001)", f"round({plain}, 1e-9)"])
        for one in passed:
            ok = same(over_range(server, counts["rewritten"]), over_range(server, one["rewritten"])) and one["events"]
            failed += not ok
            print(f"{'ok' if ok else 'FAILED'}: what passes becomes a count: {one['canonical']}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
