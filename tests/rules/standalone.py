#!/usr/bin/python3
"""Rules that need no daemon, held to a truth that they do not know: a made-up service is played through promtool, and what the
rules record of it must be what really happened, event by event.

    tests/rules/standalone.py WICK FOLDER

Exit 1 with promtool's words where it is not. The service: two instances, one of which restarts in place; errors that are born with
their first event; a third instance that comes later; an outage; a spell without any sample.
"""

import functools
import itertools
import os
import re
import subprocess
import sys

MINUTE = 60
LENGTH = 8 * 60               # minutes
OUTAGE = range(375, 405)      # everything fails
BLIND = range(430, 460)       # nothing is scraped
RESTART, LATER = 150, 200     # of b; of c, whose process began a minute before
FIRST_ERROR = 60              # of a: three at once
OBJECTIVE = 0.99

DEFINITIONS = """apiVersion: wick/v1
kind: ServiceLevels
service: shop
labels: {team: front}
slos:
  - name: availability
    objective: 99%
    sli: {events: {bad: 'http_requests_total{code="500"}', total: http_requests_total}}
  - name: by-good
    objective: 99%
    window: 6h
    sli: {events: {good: 'http_requests_total{code="200"}', total: http_requests_total}}
  - name: by-instance
    objective: 99%
    window: 6h
    groupBy: [instance]
    sli: {events: {bad: 'http_requests_total{code="500"}', total: http_requests_total}}
  - name: by-service
    objective: 99%
    window: 6h
    groupBy: [service]
    sli: {events: {bad: 'mail_total{sent="no"}', total: mail_total}}
  - name: latency
    objective: 90%
    window: 6h
    sli: {latency: {histogram: 'request_seconds{job="shop"}', threshold: 500ms}}
  - name: reachable
    objective: 99%
    window: 6h
    sli: {probe: 'probe_success{job="box"}'}
  - name: queue
    objective: 99%
    window: 6h
    sli: {threshold: {query: 'queue_length{job="shop"}', operator: '<', value: 100}}
  - name: ratio
    objective: 99%
    window: 6h
    sli: {ratio: {bad: 'error_ratio{job="shop"}'}}
  - name: nothing
    objective: 99%
    window: 6h
    sli: {events: {bad: nowhere_bad_total, total: nowhere_total}}
"""


# --- what happens: events of one minute, which ends at its number -------------------------------------------------------------

def is_up(instance, minute):
    return minute >= LATER if instance == "c" else True


def requests(instance, minute):
    """(good, bad) events."""
    if not is_up(instance, minute):
        return 0, 0
    load = 40 + minute % 7 if instance != "c" else 25
    if minute in OUTAGE:
        return 0, load
    bad = 0
    if instance == "a" and minute >= FIRST_ERROR:
        bad = 3 if minute == FIRST_ERROR else minute % 25 == 0
    if instance == "b":
        bad = minute > 0 and minute % 47 == 0
    return load - bad, bad


def ill(minute):
    """The box does not answer, the queue is long, a quarter fails."""
    return 110 <= minute < 140


# --- the samples --------------------------------------------------------------------------------------------------------------

def samples(value):
    """A series as promtool wants it; None is no sample."""
    shown = [None if minute in BLIND else value(minute) for minute in range(LENGTH + 1)]
    return " ".join("_" if one is None else f"{one:g}" for one in shown)


def counter(instance, events, born=0):
    """Cumulative, from 0 again where b restarts; no sample before the first event where it is born by it."""
    total, values = 0, []
    for minute in range(LENGTH + 1):
        if instance == "b" and minute == RESTART:
            total = 0
        total += events(minute)
        values.append(total if is_up(instance, minute) and minute >= born else None)
    return samples(lambda minute: values[minute])


def input_series():
    series = []
    for instance in "abc":
        where = f'job="shop",instance="{instance}"'
        series += [
            (f"http_requests_total{{{where},code=\"200\"}}", counter(instance, lambda minute: requests(instance, minute)[0])),
            (f"http_requests_total{{{where},code=\"500\"}}",
             counter(instance, lambda minute: requests(instance, minute)[1], born={"a": FIRST_ERROR, "b": 47}.get(instance, LATER))),
            (f"up{{{where}}}", samples(lambda minute: 1 if is_up(instance, minute) else None)),
            (f"request_seconds_count{{{where}}}", counter(instance, lambda minute: sum(requests(instance, minute)))),
            (f"request_seconds_bucket{{{where},le=\"0.5\"}}", counter(instance, lambda minute: requests(instance, minute)[0])),
            (f"process_start_time_seconds{{{where}}}",
             samples(lambda minute: None if not is_up(instance, minute) else {"a": -3600, "b": RESTART * MINUTE - 30 if minute >= RESTART else -3600,
                                                                               "c": LATER * MINUTE - 30}[instance])),
        ]
    for service in ("in", "out"):
        series += [(f'mail_total{{service="{service}",job="mail",instance="m",sent="yes"}}', samples(lambda minute: 5 * minute)),
                   (f'mail_total{{service="{service}",job="mail",instance="m",sent="no"}}', samples(lambda minute: minute // 10))]
    series += [("up{job=\"mail\",instance=\"m\"}", samples(lambda minute: 1)),
               ('probe_success{job="box"}', samples(lambda minute: 0 if ill(minute) else 1)),
               ('queue_length{job="shop"}', samples(lambda minute: 500 if ill(minute) else 3)),
               ('error_ratio{job="shop"}', samples(lambda minute: 0.25 if ill(minute) else 0))]
    return series


# --- the truth ----------------------------------------------------------------------------------------------------------------
# A rule that is evaluated at minute T counts what is half a minute old: the sample of T - 1. The very first sample says
# nothing of what was before it. What happened in the blind spell comes to light at once when it is over.

@functools.cache
def cumulative(events):
    return [tuple(accumulated) for accumulated in itertools.accumulate(
        (events(minute) for minute in range(1, LENGTH + 1)), lambda sums, more: (sums[0] + more[0], sums[1] + more[1]), initial=(0, 0))]


def counted(events, at):
    """(good, bad) that are known at minute `at`, by the samples that there were."""
    last = at - 1
    while last in BLIND:
        last -= 1
    return cumulative(events)[max(last, 0)]


@functools.cache
def seen_steps(at):
    """Steps with data: the lookback of five minutes reaches into a spell without samples. The first has nothing to differ from."""
    return sum(1 for step in range(2, at + 1) if any(0 <= minute <= step - 1 and minute not in BLIND and step - minute <= 5
                                                     for minute in range(step - 6, step)))


def growth(events, at, window):
    now, then = counted(events, at), counted(events, max(at - window, 1))
    return now[0] - then[0], now[1] - then[1]


def coverage(at, window):
    return min((seen_steps(at) - seen_steps(max(at - window, 0))) / window, 1)


def all_requests(minute):
    pairs = [requests(instance, minute) for instance in "abc"]
    return sum(good for good, _ in pairs), sum(bad for _, bad in pairs)


def burns(at, long_, short, factor, least):
    """The tier's condition from the truth alone."""
    good, bad = growth(all_requests, at, long_)
    young, old = growth(all_requests, at, short), coverage(at, long_)
    rate = lambda g, b: b / (g + b) / (1 - OBJECTIVE) if g + b else 0
    return rate(good, bad) * old > factor and rate(*young) > factor and bad >= least


class Tests:
    """A promtool file that grows."""

    def __init__(self):
        self.lines = []

    def holds(self, minute, expression):
        """True at that minute, as exactly one sample."""
        self.lines += [f"      - expr: {quoted(f'count({expression})')}", f"        eval_time: {minute}m", "        exp_samples: [{value: 1}]"]

    def near(self, minute, series, value):
        self.holds(minute, f"abs({series} - {value!r}) <= 1e-9 * {max(abs(value), 1)!r}")

    def absent(self, minute, series):
        self.lines += [f"      - expr: {quoted(f'count({series})')}", f"        eval_time: {minute}m", "        exp_samples: []"]

    def write(self, path, rules, groups, series):
        with open(path, "w") as out:
            out.write(f"rule_files: [{rules}]\nevaluation_interval: 1m\ngroup_eval_order: [{', '.join(groups)}]\ntests:\n  - interval: 1m\n    input_series:\n")
            for name, values in series:
                out.write(f"      - series: {quoted(name)}\n        values: '{values}'\n")
            out.write("    promql_expr_test:\n" + "\n".join(self.lines) + "\n")


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def slo(name, labels=""):
    return f'{{service="shop",slo="{name}"{"," if labels else ""}{labels}}}'


def check_events(tests):
    for minute in (30, 47, 49, 59, 61, 90, 151, 152, 190, 201, 202, 300, 380, 410, 429, 465, 478):
        good, bad = counted(all_requests, minute)
        for name in ("availability", "by-good"):
            tests.near(minute, "wick_slo_events_total" + slo(name, 'outcome="bad"'), bad)
            tests.near(minute, "wick_slo_events_total" + slo(name, 'outcome="good"'), good)
        tests.near(minute, "wick_slo_events_total" + slo("latency", 'outcome="bad"'), bad)
        for instance in "abc" if minute > LATER + 1 else "ab":
            own = counted(lambda at: requests(instance, at), minute)
            tests.near(minute, "wick_slo_events_total" + slo("by-instance", f'instance="{instance}",outcome="bad"'), own[1])
            tests.near(minute, "wick_slo_info" + slo("by-instance", f'instance="{instance}",slo_group="{instance}",slo_id="shop/by-instance"'), 1)
        tests.near(minute, "wick_slo_events_total" + '{exported_service="in",slo="by-service",outcome="bad"}', (minute - 1) // 10
                   if minute - 1 not in BLIND else BLIND[0] // 10)


def check_times(tests):
    """Kinds whose events are steps of time."""
    for minute in (109, 125, 150, 300):
        failed = min(max(minute - 110, 0), 30)
        for name in ("reachable", "queue"):
            tests.near(minute, "wick_slo_events_total" + slo(name, 'outcome="bad"'), failed)
        tests.near(minute, "wick_slo_events_total" + slo("ratio", 'outcome="bad"'), failed * 0.25)
        tests.near(minute, "wick_slo_events_total" + slo("reachable", 'outcome="good"'), minute - failed)


def check_numbers(tests):
    for minute in (55, 170, 410, 428, 476):
        for window, text in ((5, "5m"), (60, "1h"), (360, "6h")):
            good, bad = growth(all_requests, minute, window)
            where = slo("availability", f'window="{text}"')
            tests.near(minute, "wick_slo_sli_ratio" + where, good / (good + bad))
            tests.near(minute, "wick_slo_burn_rate" + where, bad / (good + bad) / (1 - OBJECTIVE))
            tests.near(minute, "wick_slo_coverage_ratio" + where, coverage(minute, window))
        good, bad = growth(all_requests, minute, 360)
        known = coverage(minute, 360)
        budget = (1 - OBJECTIVE) * (good + bad) / known
        left = 1 - bad / budget
        where = slo("by-good")
        tests.near(minute, "wick_slo_error_budget_events" + where, budget)
        tests.near(minute, "wick_slo_error_budget_remaining_ratio" + where, left)
        tests.near(minute, "wick_slo_error_budget_remaining_observed_ratio" + where, 1 - bad / ((1 - OBJECTIVE) * (good + bad)))
        tests.near(minute, "wick_slo_error_budget_remaining_events" + where, budget - bad)
        tests.near(minute, "wick_slo_error_budget_remaining_seconds" + where, left * (1 - OBJECTIVE) * 360 * MINUTE)
        g1, b1 = growth(all_requests, minute, 60)
        pace = b1 / (g1 + b1) / (1 - OBJECTIVE)
        if left > 0 and pace > 0:
            tests.near(minute, "wick_slo_time_to_exhaustion_seconds" + where, left * 360 * MINUTE / pace)
        tests.near(minute, "slo:sli_error:ratio_rate1h" + '{sloth_id="shop-availability",sloth_service="shop",sloth_slo="availability",sloth_window="1h"}',
                   b1 / (g1 + b1))
        tests.near(minute, 'slo:period_error_budget_remaining:ratio{sloth_slo="by-good"}', left)
    tests.near(410, "slo:time_period:days{sloth_slo=\"availability\"}", 30.0)
    tests.near(410, "slo:objective:ratio{sloth_slo=\"availability\"}", OBJECTIVE)
    tests.near(410, "wick_slo_info" + slo("availability", 'window="30d",objective="99%",sli="events",team="front"'), 1.0)
    # no data are no numbers
    tests.absent(410, "wick_slo_events_total" + slo("nothing"))
    tests.absent(410, "wick_slo_error_budget_remaining_ratio" + slo("nothing"))
    tests.absent(442, "wick_slo_step_events" + slo("availability"))


def check_alerts(tests):
    firing = lambda tier, name="availability": f'ALERTS{{slo="{name}",tier="{tier}",alertstate="firing"}}'
    for tier, long_, short, factor, least in (("page-fast", 60, 5, 14.4, 5), ("page-slow", 360, 30, 6, 5)):
        due = [burns(minute, long_, short, factor, least) for minute in range(LENGTH)]
        begin = due.index(True)
        end = begin + due[begin:].index(False)
        assert OUTAGE[0] < begin < OUTAGE[-1] + 2 and True not in due[end:BLIND[0]], (tier, begin, end)
        tests.absent(begin - 1, firing(tier))
        tests.holds(begin, firing(tier) + " == 1")
        tests.holds(end - 1, firing(tier) + " == 1")
        tests.absent(end, firing(tier))
    tests.absent(300, "ALERTS{alertname=\"ErrorBudgetBurn\",slo=\"availability\"}")
    tests.holds(406, 'ALERTS{alertname="ErrorBudgetConsumed",slo="by-good",tier="budget-100",severity="ticket",kind="budget",team="front",alertstate="firing"}')
    # gone for a quarter of an hour, and back
    tests.absent(449, firing("vanished"))
    tests.holds(455, firing("vanished") + " == 1")
    tests.absent(464, firing("vanished"))
    tests.holds(70, 'ALERTS{alertname="SloHasNoData",slo="nothing",alertstate="firing"} == 1')
    tests.absent(70, 'ALERTS{alertname="SloHasNoData",slo="availability"}')


def main():
    wick, folder = sys.argv[1:]
    definitions, rules, path = (os.path.join(folder, name) for name in ("standalone-slos.yaml", "standalone.yml", "standalone-test.yml"))
    with open(definitions, "w") as out:
        out.write(DEFINITIONS)
    with open(rules, "w") as out:
        subprocess.run([wick, "rules", "--standalone", "--sloth", definitions], stdout=out, check=True)
    tests = Tests()
    check_events(tests)
    check_times(tests)
    check_numbers(tests)
    check_alerts(tests)
    with open(rules) as written:
        groups = re.findall(r"^  - name: (.*)$", written.read(), re.M)
    tests.write(path, os.path.basename(rules), groups, input_series())
    for argv in (["promtool", "check", "rules", rules], ["promtool", "test", "rules", path]):
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stdout[-20000:] + done.stderr[-20000:])
    return 0


if __name__ == "__main__":
    sys.exit(main())
