#!/usr/bin/python3
"""What is at the edges of rules that need no daemon, played through promtool: names and texts that meet, numbers that cannot be,
counters that an edit or Prometheus's retention cut off. standalone.py has the plain case.

    tests/rules/standalone_edges.py WICK FOLDER

Exit 1 with promtool's words where something is not as it says here.
"""

import os
import re
import subprocess
import sys

from standalone import Tests

LENGTH = 100  # minutes

DEFINITIONS = """apiVersion: wick/v1
kind: ServiceLevels
service: shop
labels: {alerting: mine}
slos:
  - name: idle
    objective: 99%
    window: 1h
    sli: {ratio: {bad: idle_bad / idle_all}}
  - name: no-ratio
    objective: 99%
    window: 1h
    alerting: {tiers: [{name: no-data, for: 1h}]}
    sli: {ratio: {bad: no_ratio}}
  - name: skewed
    objective: 99%
    window: 1h
    sli: {events: {good: 'sum(increase(good_total[$window]))', total: 'sum(increase(all_total[$window]))'}}
  - name: weighted
    objective: 99%
    window: 1h
    sli: {events: {bad: 'sum(increase(bad_total[$window])) * scalar(weight)', total: 'sum(increase(all_total[$window]))'}}
  - name: too-many
    objective: 99%
    window: 1h
    sli: {events: {bad: 'sum(increase(all_total[$window])) * 2', total: 'sum(increase(all_total[$window]))'}}
  - name: literal
    objective: 99%
    window: 1h
    sli: {probe: 'up{path="$job"}'}
  - name: edited
    objective: 99%
    window: 1h
    labels: {team: new}
    sli: {probe: 'up{path="/"}'}
  - name: unlabelled
    objective: 99%
    window: 1h
    sli: {probe: 'up{path="/"}'}
  - name: kept-briefly
    objective: 99%
    window: 1h
    sli: {probe: 'up{path="/"}'}
  - name: paced
    objective: 90%
    window: 1h
    sli: {probe: paced_up}
  - name: longer
    objective: 90%
    sli: {probe: paced_up}
  - name: exact
    objective: 99.9%
    window: 1h
    sli: {events: {bad: exact_bad_total, total: exact_total}}
  - name: gone
    objective: 99%
    window: 1h
    sli: {probe: gone_up}
  - name: spaces
    objective: 99%
    window: 1h
    groupBy: [namespace]
    sli: {probe: spaces_up}
---
apiVersion: wick/v1
kind: ServiceLevels
service: shop
namespace: a
slos:
  - name: spaces
    objective: 99%
    window: 1h
    sli: {probe: 'up{path="/"}'}
---
apiVersion: wick/v1
kind: ServiceLevels
service: told
alerting:
  labels: {team: alerts, instance: alerts, text: 'a {{ b }} {{'}
  annotations: {summary: '{{ $labels.slo }} is down', runbook_url: 'https://wiki.example/', description: plain}
slos:
  - name: by-instance
    objective: 99%
    window: 1h
    groupBy: [instance]
    sli: {probe: 'down{path="/"}'}
  - name: of-a-team
    objective: 99%
    window: 1h
    labels: {team: slo}
    sli: {probe: 'down{path="/"}'}
  - name: of-nobody
    objective: 99%
    window: 1h
    alerting: {tiers: [{name: soon, kind: exhausts, long: 30m, within: 6h, severity: page, annotations: {note: '{{ $labels.tier }} a {{$labels.severity}} for {{ $labels.team }} ({{ $labels.text }}) of {{ $labels.slo }}: {{ $value }}'}}]}
    sli: {probe: 'down{path="/"}'}
---
apiVersion: wick/v1
kind: ServiceLevels
service: grouped
slos:
  - name: halves
    objective: 40%
    window: 1h
    groupBy: [instance, zone]
    alerting: {tiers: [{name: soon, kind: exhausts, long: 30m, within: 1h, severity: page}]}
    sli: {probe: halves_up}
"""


def steady(value):
    return f"{value}x{LENGTH}"


def input_series():
    jerky = lambda odd: " ".join(str(1000 * minute + 20 * ((minute + odd) // 2)) for minute in range(LENGTH + 1))
    return [
        ("idle_bad", steady(0)),
        ("idle_all", steady(0)),
        ("no_ratio", steady(1.5)),
        ("all_total", jerky(0)),
        ("good_total", jerky(1)),
        ("bad_total", f"0+1x{LENGTH}"),
        ("weight", "1x29 stale 1x69"),
        ('up{path="$job",job="j",instance="i"}', steady(1)),
        ('up{path="/",job="j",instance="i"}', steady(1)),
        ("paced_up", "1x30 0 1x69"),
        ("exact_bad_total", f"0+1x{LENGTH}"),
        ("exact_total", f"0+1000x{LENGTH}"),
        ("gone_up", "1x40 stale"),
        ('spaces_up{namespace="a"}', steady(1)),
        ('spaces_up{namespace="b"}', steady(0)),
        ('down{path="/",instance="i"}', steady(0)),
        ('down{path="/",instance="k"}', steady(0)),
        ('halves_up{instance="i",zone="a.b"}', steady(0)),
        ('halves_up{instance="k",zone="a.b"}', "0 1 " * (LENGTH // 2) + "0"),
        # what rules had recorded before the labels were edited, and before what Prometheus keeps
        ('wick_slo_events_total{service="shop",slo="edited",team="old",outcome="good"}', "5000"),
        ('wick_slo_steps_total{service="shop",slo="edited",team="old"}', "5000"),
        ('wick_slo_events_total{service="shop",slo="unlabelled",exported_alerting="mine",team="old",outcome="good"}', "5000"),
        ('wick_slo_steps_total{service="shop",slo="unlabelled",exported_alerting="mine",team="old"}', "5000"),
        ('wick_slo_events_total{service="shop",slo="kept-briefly",exported_alerting="mine",outcome="good"}', "5000"),
        ('wick_slo_events_total{service="shop",slo="kept-briefly",exported_alerting="mine",outcome="bad"}', "40"),
        ('wick_slo_steps_total{service="shop",slo="kept-briefly",exported_alerting="mine"}', "5040"),
    ]

# The whole of one alert: a spent budget has run out for good, texts have the labels that only the rule adds, and groups their own numbers (720 s are
# a hair less in binary, and Prometheus cuts what is below a second).
ALERT = """    alert_rule_test:
      - eval_time: 90m
        alertname: ErrorBudgetRunsOut
        exp_alerts:
          - exp_labels: {service: told, slo: of-nobody, tier: soon, kind: exhausts, severity: page, team: alerts, instance: alerts, text: 'a {{ b }} {{'}
            exp_annotations:
              summary: of-nobody is down
              description: plain
              runbook_url: https://wiki.example/
              note: 'soon a page for alerts (a {{ b }} {{) of of-nobody: 0'
          - exp_labels: {service: grouped, slo: halves, instance: i, zone: a.b, tier: soon, kind: exhausts, severity: page}
            exp_annotations:
              summary: 'The error budget of grouped/halves {instance=i, zone=a.b} will be empty in 0s'
              description: "30 of 30 events were bad. Nothing of the error budget is left. "
              runbook_url: https://wick.example/error-budget-runs-out/grouped/halves
          - exp_labels: {service: grouped, slo: halves, instance: k, zone: a.b, tier: soon, kind: exhausts, severity: page}
            exp_annotations:
              summary: 'The error budget of grouped/halves {instance=k, zone=a.b} will be empty in 11m 59s'
              description: "15 of 30 events were bad. 16.67% of the error budget is left. "
              runbook_url: https://wick.example/error-budget-runs-out/grouped/halves
"""


def slo(name, labels=""):
    return f'{{service=~"shop|told",slo="{name}"{"," if labels else ""}{labels}}}'


def check_numbers(tests):
    # 0/0 is a step without events, and no data are missing; a ratio of 1.5 is none
    tests.near(60, "wick_slo_steps_total" + slo("idle"), 60)
    tests.near(60, "wick_slo_error_budget_remaining_ratio" + slo("idle"), 1)
    tests.absent(60, 'ALERTS{alertname="SloDataVanished",slo="idle"}')
    tests.absent(60, "wick_slo_steps_total" + slo("no-ratio"))
    tests.holds(70, 'ALERTS{alertname="SloHasNoData",slo="no-ratio",alertstate="firing"}')
    # good events that are scraped a step before all events are late, not bad
    for minute in (60, 61, 90, 91):
        tests.holds(minute, "abs(wick_slo_events_total" + slo("skewed", 'outcome="bad"') + ") <= 20")
        tests.holds(minute, "wick_slo_error_budget_remaining_ratio" + slo("skewed") + " > 0.96")
    # a step that cannot be counted is left out, and what comes behind it is counted
    tests.near(90, "wick_slo_events_total" + slo("weighted", 'outcome="bad"'), 88)
    # more bad events than events in all are no budget
    tests.near(60, "wick_slo_steps_total" + slo("too-many"), 59)
    tests.absent(60, "wick_slo_error_budget_remaining_ratio" + slo("too-many"))
    # all of the budget, though 1 - 0.999 is more than 0.001
    tests.holds(80, "wick_slo_error_budget_consumed_ratio" + slo("exact") + " < 1")
    tests.holds(80, 'ALERTS{slo="exact",tier="budget-100",alertstate="firing"}')
    # each goes by its own window: half an hour for an hour, an hour for 30 days
    tests.holds(70, "wick_slo_time_to_exhaustion_seconds" + slo("paced") + " == Inf")
    tests.holds(70, "wick_slo_time_to_exhaustion_seconds" + slo("longer") + " < Inf")
    tests.near(60, "wick_slo_events_total" + slo("literal", 'outcome="good"'), 60)


def check_counters(tests):
    for name in ("edited", "unlabelled"):
        tests.near(50, "wick_slo_events_total" + slo(name, 'outcome="good",team!="old"'), 50)
        tests.near(50, "wick_slo_window_events" + slo(name, 'outcome="good"'), 50)
        tests.absent(50, f'ALERTS{{alertname="SloDataVanished",slo="{name}"}}')
    tests.holds(90, 'ALERTS{alertname="SloDataVanished",slo="gone",alertstate="firing",exported_alerting="mine"}')
    # what was before is not known: no window of an hour before an hour is over, and then only that hour
    tests.near(1, "wick_slo_events_total" + slo("kept-briefly", 'outcome="good"'), 5001)
    tests.absent(50, "wick_slo_window_events" + slo("kept-briefly"))
    tests.near(50, "wick_slo_recent_events" + slo("kept-briefly", 'outcome="good",window="5m"'), 5)
    tests.near(61, "wick_slo_window_events" + slo("kept-briefly", 'outcome="good"'), 60)


def check_labels(tests):
    tests.near(50, "wick_slo_error_budget_remaining_ratio" + slo("spaces", 'namespace="",exported_namespace="a"'), 1)
    tests.holds(50, "wick_slo_error_budget_remaining_ratio" + slo("spaces", 'namespace="",exported_namespace="b"') + " < 0")
    tests.near(50, "wick_slo_error_budget_remaining_ratio" + slo("spaces", 'namespace="a",exported_namespace=""'), 1)
    tests.near(50, 'wick_slo_info{slo="idle",exported_alerting="mine"}', 1)
    fires = lambda name, labels: f'ALERTS{{alertstate="firing",tier="budget-100",slo="{name}",text="a {{{{ b }}}} {{{{",{labels}}}'
    tests.holds(90, fires("by-instance", 'instance="i",team="alerts"'))
    tests.holds(90, fires("by-instance", 'instance="k",team="alerts"'))
    tests.holds(90, fires("of-a-team", 'instance="alerts",team="slo"'))
    tests.holds(90, fires("of-nobody", 'instance="alerts",team="alerts"'))


def main():
    wick, folder = sys.argv[1:]
    definitions, rules, path = (os.path.join(folder, name) for name in ("edges-slos.yaml", "edges.yml", "edges-test.yml"))
    with open(definitions, "w") as out:
        out.write(DEFINITIONS)
    with open(rules, "w") as out:
        subprocess.run([wick, "rules", "--standalone", "--runbook-url", "https://wick.example", definitions], stdout=out, check=True)
    tests = Tests()
    check_numbers(tests)
    check_counters(tests)
    check_labels(tests)
    with open(rules) as written:
        groups = re.findall(r"^  - name: (.*)$", written.read(), re.M)
    tests.write(path, os.path.basename(rules), groups, input_series())
    with open(path, "a") as out:
        out.write(ALERT)
    for argv in (["promtool", "check", "rules", rules], ["promtool", "test", "rules", path]):
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stdout[-20000:] + done.stderr[-20000:])
    return 0


if __name__ == "__main__":
    sys.exit(main())
