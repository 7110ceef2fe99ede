"""What means nothing to wick goes along: back in its own language a file says all that it said.

The second reader is Python's of YAML. What it reads of a file is put into a form in which it does not matter where a thing stands that holds
for several SLOs; how a duration, a number or a query is spelled does not matter either.
"""

import json
import os
import re

import yaml
from conversions import CORPUS, ROOT
from scenario import check, equal, scenario, servers

VERSIONS = {"openslo": "openslo/v1", "sloth": "prometheus/v1", "pyrra": "pyrra.dev/v1alpha1"}

# A field of every kind that means nothing here, and YAML that is easily taken for something else.
MADE_UP = {
    "sloth": r'''
version: "prometheus/v1"
service: "shop"
labels: {owner: team, service: x, "my-label": "1"}
slo_plugins:
  overridePrevious: true
  chain:
    - id: "sloth.dev/core/debug/v1"
      config: {msg: "Hello: world", n: 5, "on": true, y1: "yes", t: 2020-01-01, nothing: null, empty: "", list: [], map: {}}
      priority: 100
slos:
  - name: "availability"
    objective: 99.9
    description: "Common SLO based on availability."
    plugins: {chain: [{id: a/b, priority: -1}]}
    labels: {tier: "2", category: a}
    sli: {events: {error_query: 'sum(rate(x_total{code="5"}[{{.window}}]))', total_query: 'sum(rate(x_total[{{.window}}]))'}}
    alerting:
      name: ShopHigh
      labels: {service: s, team: a}
      annotations: {summary: '{{ printf "%.2f" $value }} is high', title: ok}
      page_alert: {labels: {severity: home, window: 5m}, annotations: {x: '{{ range }}'}}
      ticket_alert: {disable: true}
  - name: raw
    objective: 99
    sli: {raw: {error_ratio_query: 'avg_over_time(x[{{.window}}])'}}
    alerting: {name: Raw, page_alert: {disable: true}, ticket_alert: {disable: true}}
''',
    "pyrra": r'''
apiVersion: v1
kind: List
items:
- apiVersion: pyrra.dev/v1alpha1
  kind: ServiceLevelObjective
  metadata:
    name: up
    namespace: mon
    uid: abc
    generation: 3
    creationTimestamp: "2024-01-01T00:00:00Z"
    annotations: {kubectl.kubernetes.io/last-applied-configuration: "{\"a\":1}\n"}
    labels: {prometheus: k8s, app.kubernetes.io/name: x, pyrra.dev/team: a, pyrra.dev/my-team: b, pyrra.dev/service: shop}
  spec:
    target: "99"
    window: 28d
    description: d
    indicator: {ratio: {errors: {metric: 'x_total{code="5"}'}, total: {metric: x_total}, grouping: [a]}}
    alerting: {name: Foo, absentName: Bar, severities: {critical: page}, absent: false}
    partial_response_strategy: abort
    performanceOverAccuracy: true
    ruleOutput: {shortRulesLabels: {a: b}}
  status: {type: PrometheusRule}
''',
    "openslo": r'''
apiVersion: openslo/v1
kind: SLO
metadata:
  name: web
  displayName: The web
  labels: {team: [a, b], service: q, area: north}
  annotations: {example.org/owner: me, other: "1"}
spec:
  description: d
  service: shop
  indicatorRef: answers
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: Good, target: 0.99, op: lte, value: 5, timeSliceTarget: 0.9, timeSliceWindow: 5m, compositeWeight: 2}]
  alertPolicies:
    - alertPolicyRef: burns
    - kind: AlertPolicy
      metadata: {name: inline, displayName: In}
      spec:
        description: why
        alertWhenResolved: true
        alertWhenBreaching: true
        conditions:
          - kind: AlertCondition
            metadata: {name: cond, annotations: {wick/shortWindow: 5m, more: x}}
            spec: {description: d, severity: page, condition: {kind: burnrate, op: gt, threshold: 14.4, lookbackWindow: 1h, alertAfter: 2m}}
        notificationTargets: [{targetRef: oncall}, {kind: AlertNotificationTarget, metadata: {name: t}, spec: {target: email, description: z}}]
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: inlined}
spec:
  service: shop
  indicator:
    metadata: {name: own, displayName: Own, labels: {a: b}, annotations: {c: d}}
    spec:
      description: an indicator
      ratioMetric:
        counter: true
        bad: {metricSource: {metricSourceRef: mimir, type: Grafana Mimir, spec: {query: 'sum(x_total{code="5"})', interval: 5m, deep: {a: [1, two]}}}}
        total: {metricSource: {metricSourceRef: mimir, type: Grafana Mimir, spec: {query: sum(x_total)}}}
  timeWindow: [{duration: 1M, isRolling: false, calendar: {startTime: "2022-01-01 00:00:00", timeZone: Europe/Berlin}}]
  budgetingMethod: Timeslices
  objectives: [{target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 5m}]
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: comp, annotations: {k: v}}
spec:
  service: shop
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives:
    - {displayName: One, target: 0.99, indicatorRef: answers, compositeWeight: 2}
    - {displayName: Two, target: 0.9, indicatorRef: answers, compositeWeight: 1}
---
apiVersion: openslo/v1
kind: SLI
metadata: {name: answers, annotations: {owner: me}}
spec:
  description: hm
  ratioMetric:
    counter: true
    bad: {metricSource: {metricSourceRef: my, spec: {query: 'sum(x_total{code="5"})'}}}
    total: {metricSource: {metricSourceRef: my, spec: {query: sum(x_total)}}}
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: my}
spec: {type: Prometheus, connectionDetails: {url: "http://x", n: 1}}
---
apiVersion: openslo/v1
kind: Service
metadata: {name: shop, displayName: Shop}
spec: {description: the shop}
---
apiVersion: openslo/v1
kind: AlertPolicy
metadata: {name: burns}
spec:
  alertWhenBreaching: true
  conditions: [{conditionRef: fast}]
  notificationTargets: [{targetRef: oncall}]
---
apiVersion: openslo/v1
kind: AlertCondition
metadata: {name: fast}
spec: {severity: ticket, condition: {kind: burnrate, op: gt, threshold: 2, lookbackWindow: 6h}}
---
apiVersion: openslo/v1
kind: AlertNotificationTarget
metadata: {name: oncall}
spec: {target: pagerduty}
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: dogs, annotations: {k: v}}
spec:
  service: shop
  indicator: {metadata: {name: z}, spec: {thresholdMetric: {metricSource: {type: Datadog, spec: {query: "avg:x{*} by {y"}}}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{op: lt, value: 5, target: 0.99}]
''',
}


def documents(text):
    found = []
    for one in yaml.safe_load_all(text):
        found += one if isinstance(one, list) else one.get("items", [one]) if one else []
    return found


def exact(found):
    return sorted(json.dumps(one, sort_keys=True, default=repr) for one in found)


# --- the form in which they are compared -----------------------------------------------------------------------------------

UNITS = {"w": 7 * 86400, "d": 86400, "h": 3600, "m": 60, "s": 1}


def plain(value):
    """Without what says nothing; spellings of the same are the same."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if item is not None and item != ""}
    if isinstance(value, list):
        return sorted((plain(item) for item in value if item is not None), key=written) if all(isinstance(item, str) for item in value) else [
            plain(item) for item in value if item is not None]
    if isinstance(value, bool) or value is None:
        return value
    text = str(value)
    if re.fullmatch(r"(\d+[wdhms])+", text):
        return sum(int(number) * UNITS[unit] for number, unit in re.findall(r"(\d+)([wdhms])", text))
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    return re.sub(r"\s+", "", text).replace("ORon()", "oron()")


def written(value):
    return json.dumps(value, sort_keys=True, default=repr)


def sloth_form(document):
    """Each SLO has all labels, and each alert all labels and annotations."""
    if "slos" not in document:
        return document
    shared = document.pop("labels", {})
    for slo in document["slos"]:
        slo["labels"] = {**shared, **slo.get("labels", {})}
        alerting = slo.get("alerting", {})
        common = {kind: alerting.pop(kind, None) or {} for kind in ("labels", "annotations")}
        for severity in ("page", "ticket"):
            alert = alerting.setdefault(f"{severity}_alert", {})
            if alert.get("disable"):
                alerting[f"{severity}_alert"] = {"disable": True}
                continue
            for kind, pairs in common.items():
                alert[kind] = {**pairs, **alert.get(kind, {})}
            runbook = alert["annotations"].pop("runbook_url", None) or alert["annotations"].get("runbook")
            if runbook:
                alert["annotations"]["runbook"] = runbook
            alert.pop("disable", None)
    return document


FORMS = {"sloth": sloth_form, "pyrra": lambda document: document, "openslo": lambda document: document}


def comparable(language, found):
    return sorted(written(plain(FORMS[language](one))) for one in found)


def ours(language, found):
    """What convert calls the language, of files that may hold other versions of it, too."""
    return [one for one in found if VERSIONS[language] in (one.get("apiVersion"), one.get("version")) or one.get("kind") == "AlertWindows"]


def convert(stage, language, path):
    code, out, err = stage.run("convert", "--to", language, path)
    check(code in (0, 1) and "please report" not in err, f"'convert --to {language} {path}' ends with {code}: {err}")
    return out, err


def files(stage):
    """(language, path)"""
    for language, text in MADE_UP.items():
        stage.define(text, f"{language}.yaml")
        yield language, os.path.join(stage.definitions, f"{language}.yaml")
    if not os.path.isdir(CORPUS):
        print(f"      SKIPPED in part: there is no corpus of other tools' files at {os.path.relpath(CORPUS, ROOT)}", flush=True)
        return
    for language in VERSIONS:
        for folder, folders, names in os.walk(os.path.join(CORPUS, language)):
            folders[:] = [name for name in folders if name not in ("invalid", "golden")]
            yield from ((language, os.path.join(folder, name)) for name in sorted(names) if name.endswith((".yaml", ".yml")))


def read(path):
    with open(path, encoding="utf-8") as file:
        return documents(file.read())


# --- scenarios -------------------------------------------------------------------------------------------------------------

@scenario
def in_its_own_language_a_file_is_what_it_was(stage):
    """Converted to its own language, every document is there again with every value of the same type, and nothing is said to be lost."""
    count = 0
    for language, path in files(stage):
        given = ours(language, read(path))
        out, err = convert(stage, language, path)
        equal(exact(one for one in documents(out) if one in given), exact(given), f"documents of {path}")
        check("has no effect" not in err or len(given) < len(read(path)), f"{path}: what is there is said to be lost:\n{err}")
        count += len(given)
    check(count >= 12, f"only {count} documents were looked at")


@scenario
def by_way_of_wicks_own_language_nothing_is_lost(stage):
    """A file that has become one of wick's own and goes back says all that it said; wick's own passes the strict check but for hints."""
    for language, path in files(stage):
        given = ours(language, read(path))
        if len(given) < len(read(path)):        # other versions of the language come back as this one
            continue
        native, err = convert(stage, "wick", path)
        check("has no effect" not in err, f"{path}: what is kept is said to be lost:\n{err}")
        servers.replace_file(stage.path("native.yaml"), native)
        code, found, said = stage.run("check", stage.path("native.yaml"))
        equal(code, 0, f"exit of 'wick check' for {path}, which says {found}{said}")
        back, err = convert(stage, language, stage.path("native.yaml"))
        equal(comparable(language, documents(back)), comparable(language, given), f"{path} by way of wick's own language")
        check("has no effect" not in err, f"{path}: what is put back is said to be lost:\n{err}")
        again, _ = convert(stage, "wick", stage.path("native.yaml"))
        equal(again, native, f"wick's own language once more, from {path}")


@scenario
def every_field_without_effect_is_put_back(stage):
    """What `wick check --verbose` lists of a made-up file is in wick's own language, and listed there as well."""
    for language, path in files(stage):
        if os.path.dirname(path) != stage.definitions:
            continue
        _, out, _ = stage.run("check", "--verbose", "--format", "json", path)
        listed = [one for one in json.loads(out)["findings"] if one["rule"] in ("no-effect", "label-renamed", "label-passed", "template", "other-source")]
        check(len(listed) > 8, f"{path}: only {len(listed)} fields are listed")
        out, err = convert(stage, "wick", path)
        for one in listed:
            check(f":{one['line']}:{one['column']}:" not in err, f"{path}: {one} is said to be lost:\n{err}")
        servers.replace_file(stage.path("native.yaml"), out)
        _, out, _ = stage.run("check", "--verbose", "--format", "json", stage.path("native.yaml"))
        kept = [one for one in json.loads(out)["findings"] if one["rule"] == "no-effect"]
        check(len(kept) > 3 and all("for converting back" in one["text"] for one in kept), f"{path}: {kept}")


@scenario
def what_has_changed_since_counts(stage):
    """An SLO that has been changed in wick's own language is written as it is; what would make another of it is left out, with a warning."""
    stage.define(MADE_UP["openslo"], "openslo.yaml")
    native, _ = convert(stage, "wick", os.path.join(stage.definitions, "openslo.yaml"))
    changed = [one for one in documents(native)]
    for one in changed:
        for slo in one.get("slos", ()):
            if slo["name"] == "web":
                slo["sli"]["events"]["total"] = "sum(increase(y_total[$window]))"
            if slo["name"] == "comp-two":
                slo["objective"] = "0.95"
            if slo["name"] == "inlined":
                slo["kept"]["openslo/v1"]["spec.service"] = "another"
                slo["kept"]["openslo/v1"]["spec.nonsense"] = 1
    servers.replace_file(stage.path("native.yaml"), yaml.safe_dump_all(changed))
    out, err = convert(stage, "openslo", stage.path("native.yaml"))
    found = {(one["kind"], one["metadata"]["name"]): one for one in documents(out)}
    web = found["SLO", "web"]
    check("indicatorRef" not in web["spec"], f"the reference says what is not so any more: {web}")
    equal(web["spec"]["indicator"]["spec"]["ratioMetric"]["total"]["metricSource"]["spec"]["query"], "sum(y_total)", "the query that counts")
    equal(web["metadata"]["annotations"], {"example.org/owner": "me", "other": "1"}, "annotations all the same")
    equal([("SLO", "comp") in found, ("SLO", "comp-one") in found, ("SLO", "comp-two") in found], [False, True, True], "SLOs of a document that is another one now")
    inlined = found["SLO", "inlined"]
    equal((inlined["spec"]["service"], "nonsense" in inlined["spec"]), ("shop", False), "what was never a field without effect")
    equal(inlined["spec"]["indicator"]["metadata"]["name"], "own", "and what was")
    for path in ("spec.indicatorRef", "spec.service", "spec.nonsense"):
        check(f"'{path}' has no effect" in err, f"{path} is left out without a word:\n{err}")


@scenario
def a_third_language_has_no_place_for_it(stage):
    """From wick's own language into a third one each field and each document that is kept is said to be lost, with its place."""
    stage.define(MADE_UP["sloth"], "sloth.yaml")
    stage.define(MADE_UP["openslo"], "openslo.yaml")
    native, _ = convert(stage, "wick", stage.definitions)
    servers.replace_file(stage.path("native.yaml"), native)
    kept = [(number, line.strip()) for number, line in enumerate(native.split("\n"), 1) if re.match(r"document:|        (alerting|plugins|labels|spec|metadata)\b.*:|    slo_plugins:", line)]
    check(len(kept) > 15, f"only {kept}")
    _, err = convert(stage, "pyrra", stage.path("native.yaml"))
    said = {int(number) for number in re.findall(r"native\.yaml:(\d+):\d+: warning: (?:kept|document): ", err)}
    # the place of a document is that of what stands in it
    missing = [(number, line) for number, line in kept if not {number, number + 1} & said]
    equal(missing, [], f"what is lost without a word, in {err}")
