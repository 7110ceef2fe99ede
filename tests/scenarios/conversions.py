"""`wick convert`: what it writes is what the other tools take.

Their rules stand here once more, as their own code and documentation have them, and are held against what Python's reader of YAML
makes of the output; queries are put to a real Prometheus.
"""

import datetime
import json
import os
import re
import threading
import urllib.parse

import yaml
from scenario import check, equal, scenario, servers

ROOT = servers.root()
SAMPLES = [os.path.join(ROOT, "slo", "examples"), os.path.join(ROOT, "tests", "data", "definitions", "folder")]
CORPUS = os.path.join(ROOT, "..", "shared", "corpus")
LANGUAGES = ("wick", "openslo", "sloth", "pyrra")

MANY = r'''
apiVersion: wick/v1
kind: ServiceLevels
service: shop
namespace: team-a
labels: {team: "two words", area: north}
alerting: {runbook: "https://example.org/runbook", labels: {route: shop}, annotations: {summary: "{{ $labels.slo }}: \"no\""}}
slos:
  - {name: bad-plain, objective: 99.9%, sli: {events: {bad: 'x_total{code=~"5.."}', total: x_total}}}
  - {name: good-plain, objective: 0.995, window: 28d, sli: {events: {good: 'x_total{code!~"5.."}', total: x_total}}}
  - {name: good-other, objective: 99.5%, sli: {events: {good: 'done_total{code!~"5.."}', total: x_total}}}
  - {name: summed, objective: 50%, sli: {events: {bad: 'sum(rate(x_total{code="[$window]"}[$window])) + sum(rate(y_total[$window]))', total: 'sum(rate(z_total[$window]))'}}}
  - {name: mixed, objective: 99.99999%, sli: {events: {bad: 'sum(increase(x_total{code="5"}[$window]))', total: 'sum(rate(x_total[$window]))'}}}
  - {name: by-route, objective: 99%, groupBy: [route], groupLimit: 7, sli: {events: {bad: 'x_total{code="5"}', total: x_total}}}
  - {name: fast, objective: 95%, window: month, sli: {latency: {histogram: 'h_seconds{job="a"}', threshold: 250ms}}}
  - {name: fast-native, objective: 95%, sli: {latency: {histogram: h_seconds, threshold: 2s, native: true}}}
  - {name: whole, objective: 95%, sli: {latency: {histogram: h_seconds, threshold: 1s}}}
  - name: up
    objective: 99.95%
    description: "line one\nline two: # no comment\n"
    window: {calendar: week, every: 2, timeZone: Europe/Berlin, start: 2026-02-03T06:30}
    alerting: {tiers: [{name: page-fast, severity: wake-up, for: 90s}, {name: vanished, disable: true}, {name: mine, long: 3h, factor: 2.5}]}
    sli: {probe: 'probe_success{job="edge"}'}
  - {name: queue, objective: 99%, windows: [7d, quarter], policy: none, sli: {threshold: {query: "max(queue_length)", operator: "<=", value: 1e-7}}}
  - {name: percentile, objective: 99%, sli: {threshold: {query: "histogram_quantile(0.99, sum by (le) (rate(h_seconds_bucket[$window])))", operator: "<", value: 0.5}}}
  - {name: slices, objective: 99%, budgeting: {method: timeslices, target: 95%, slice: 5m}, sli: {events: {bad: 'x_total{code="5"}', total: x_total}}}
  - {name: slice-ratios, objective: 99%, budgeting: {method: ratioTimeslices, empty: bad, noData: hold}, sli: {probe: up}}
  - {name: ratio, objective: 99%, alerting: {disable: true}, sli: {ratio: {good: 'avg(error_ratio)'}}}
  - {name: quotient, objective: 99%, sli: {ratio: {bad: 'sum(rate(x_total{code="5"}[$window])) / sum(rate(x_total[$window]))'}}}
'''


# --- a small language for what a document may hold -----------------------------------------------------------------------

def text(pattern=r"(?s).+", most=None):
    def rule(value, at):
        check(isinstance(value, str) and re.fullmatch(pattern, value), f"{at}: {value!r} is no text like {pattern}")
        check(most is None or len(value.encode()) <= most, f"{at}: over {most} bytes")
    return rule


def number(fits):
    def rule(value, at):
        check(isinstance(value, (int, float)) and not isinstance(value, bool) and fits(value), f"{at}: {value!r} is no such number")
    return rule


def boolean(value, at):
    check(isinstance(value, bool), f"{at}: {value!r} is neither true nor false")


def one_of(*words):
    return lambda value, at: check(value in words, f"{at}: {value!r} is none of {words}")


def items(rule, least=0, most=None):
    def whole(value, at):
        check(isinstance(value, list) and least <= len(value) <= (len(value) if most is None else most), f"{at}: {value!r} is no such list")
        for index, item in enumerate(value):
            rule(item, f"{at}[{index}]")
    return whole


def pairs(key, value_rule):
    def whole(value, at):
        check(isinstance(value, dict), f"{at}: {value!r} is no map")
        for name, item in value.items():
            key(name, f"{at}, a key")
            value_rule(item, f"{at}.{name}")
    return whole


def fields(required, optional=None, also=None):
    """Strict: a key that is not named here is wrong. `also` looks at the whole."""
    known = {**required, **(optional or {})}

    def whole(value, at):
        check(isinstance(value, dict), f"{at}: {value!r} is no map")
        for name in required:
            check(name in value, f"{at}: '{name}' is missing")
        for name, item in value.items():
            check(name in known, f"{at}: '{name}' is unknown")
            known[name](item, f"{at}.{name}")
        if also:
            also(value, at)
    return whole


def exactly_one(*names):
    return lambda value, at: check(sum(name in value for name in names) == 1, f"{at}: wants exactly one of {names}")


# --- what the tools take -------------------------------------------------------------------------------------------------

LABEL = text(r"[a-zA-Z_][a-zA-Z0-9_]*")
DNS_LABEL = text(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
DNS_NAME = text(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*", most=253)
seen = threading.local()        # .queries: of one output at a time, (where, PromQL without placeholders)


def windowed(value, at):
    """sloth's: with its placeholder, so that it is another query for each window."""
    text()(value, at)
    check("{{.window}}" in value and "$window]" not in value.replace('="[$window]"', ""), f"{at}: {value!r} has no window of sloth's")
    seen.queries.append((at, value.replace("{{.window}}", "5m")))


def plain(value, at):
    """OpenSLO's: as it stands."""
    text()(value, at)
    check("{{" not in value and "$window]" not in value.replace('="[$window]"', ""), f"{at}: {value!r} has a placeholder")
    seen.queries.append((at, value))


def selector(value, at):
    """Pyrra's: a metric by its name, and matchers."""
    text(r"[a-zA-Z_:][a-zA-Z0-9_:]*(\{.*\})?")(value, at)
    seen.queries.append((at, value))


def sloth_alerts(value, at):
    disabled = all(value.get(kind, {}).get("disable") for kind in ("page_alert", "ticket_alert"))
    check(disabled or value.get("name"), f"{at}: an alert has no name")


SLOTH_NAME = text(r"[A-Za-z0-9][-A-Za-z0-9_.]*[A-Za-z0-9]")
SLOTH_LABELS = pairs(LABEL, text())
SLOTH_ALERT = fields({}, {"disable": boolean, "labels": SLOTH_LABELS, "annotations": SLOTH_LABELS})
SLOTH = fields({
    "version": one_of("prometheus/v1"), "service": SLOTH_NAME,
    "slos": items(fields({
        "name": SLOTH_NAME, "objective": number(lambda value: 0 < value <= 100),
        "sli": fields({}, {"raw": fields({"error_ratio_query": windowed}),
                           "events": fields({"error_query": windowed, "total_query": windowed})}, exactly_one("raw", "events")),
        "alerting": fields({}, {"name": text(), "labels": SLOTH_LABELS, "annotations": SLOTH_LABELS, "page_alert": SLOTH_ALERT,
                                "ticket_alert": SLOTH_ALERT}, sloth_alerts),
    }, {"description": text(), "labels": SLOTH_LABELS}), least=1)}, {"labels": SLOTH_LABELS})

WORD = text(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
METRIC = fields({"metric": selector})
GROUPING = {"grouping": items(LABEL)}
DURATION = text(r"([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?")


def percent(value, at):
    text(r"[0-9]+(\.[0-9]+)?")(value, at)
    check(0 < float(value) < 100, f"{at}: {value} is no percentage")


def bucket(value, at):
    check(re.search(r'[{,]le="[0-9.e+]+"', value["success"]["metric"]), f"{at}: no bound in {value['success']['metric']!r}")


PYRRA = fields({
    "apiVersion": one_of("pyrra.dev/v1alpha1"), "kind": one_of("ServiceLevelObjective"),
    "metadata": fields({"name": DNS_NAME}, {"namespace": DNS_LABEL, "labels": pairs(text(r"pyrra\.dev/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"), WORD)}),
    "spec": fields({
        "target": percent, "window": DURATION,
        "indicator": fields({}, {
            "ratio": fields({"errors": METRIC, "total": METRIC}, GROUPING),
            "latency": fields({"success": METRIC, "total": METRIC}, GROUPING, bucket),
            "latencyNative": fields({"latency": DURATION, "total": METRIC}, GROUPING),
            "bool_gauge": fields({"metric": selector}, GROUPING)}, exactly_one("ratio", "latency", "latencyNative", "bool_gauge"))},
        {"description": text(), "alerting": fields({}, {"disabled": boolean, "burnrates": boolean, "absent": boolean})})})

SHORTHAND = text(r"[1-9][0-9]*[mhdwMQY]")


def start_time(value, at):
    text(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")(value, at)
    datetime.datetime.strptime(value, "%Y-%m-%d %H:%M:%S")


def metadata(**more):
    return fields({"name": DNS_LABEL}, {
        "displayName": text(most=63), "labels": pairs(text(r"[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?"), text_or_texts),
        "annotations": pairs(text(), text()), **more})


def text_or_texts(value, at):
    (items(text(), 1) if isinstance(value, list) else text())(value, at)


def window(value, at):
    check(value["isRolling"] != ("calendar" in value), f"{at}: a calendar is for what does not roll, and only for that")


def threshold_has_op(value, at):
    """What one part of the SLO asks of another."""
    threshold = "thresholdMetric" in value["indicator"]["spec"]
    method = value["budgetingMethod"]
    for objective in value["objectives"]:
        equal(("op" in objective, "value" in objective), (threshold, threshold), f"{at}: op and value")
        equal("timeSliceTarget" in objective, method == "Timeslices", f"{at}: timeSliceTarget")
        equal("timeSliceWindow" in objective, method != "Occurrences", f"{at}: timeSliceWindow")


def parts(value, at):
    raw = {"raw", "rawType"}
    check(set(value) == raw or ("total" in value and ("good" in value) != ("bad" in value) and not raw & set(value)), f"{at}: {set(value)}")


SOURCE = fields({"metricSource": fields({"type": one_of("Prometheus"), "spec": fields({"query": plain})})})
CONDITION = fields({"kind": one_of("AlertCondition"), "metadata": metadata(annotations=pairs(text(r"wick/shortWindow"), SHORTHAND)), "spec": fields({
    "severity": text(), "condition": fields({
        "kind": one_of("burnrate"), "op": one_of("gt"), "threshold": number(lambda value: value > 0), "lookbackWindow": SHORTHAND},
        {"alertAfter": SHORTHAND})})})
TARGET = fields({"kind": one_of("AlertNotificationTarget"), "metadata": metadata(), "spec": fields({"target": text()})})
POLICY = fields({"kind": one_of("AlertPolicy"), "metadata": metadata(), "spec": fields({
    "conditions": items(CONDITION, 1, 1), "notificationTargets": items(TARGET, 1)},
    {"alertWhenNoData": boolean, "alertWhenBreaching": boolean, "alertWhenResolved": boolean})})
OPENSLO = fields({
    "apiVersion": one_of("openslo/v1"), "kind": one_of("SLO"), "metadata": metadata(), "spec": fields({
        "service": text(), "budgetingMethod": one_of("Occurrences", "Timeslices", "RatioTimeslices"),
        "indicator": fields({"metadata": metadata(), "spec": fields({}, {"thresholdMetric": SOURCE, "ratioMetric": fields({}, {
            "counter": boolean, "good": SOURCE, "bad": SOURCE, "total": SOURCE, "raw": SOURCE, "rawType": one_of("success", "failure")}, parts)},
            exactly_one("thresholdMetric", "ratioMetric"))}),
        "timeWindow": items(fields({"duration": SHORTHAND, "isRolling": boolean}, {
            "calendar": fields({"startTime": start_time, "timeZone": text(r"[A-Za-z_]+(/[-A-Za-z_+0-9]+)*")})}, window), 1, 1),
        "objectives": items(fields({"target": number(lambda value: 0 <= value < 1)}, {
            "op": one_of("lt", "lte", "gt", "gte"), "value": number(lambda value: True),
            "timeSliceTarget": number(lambda value: 0 < value <= 1), "timeSliceWindow": SHORTHAND, "displayName": text(most=63)}), 1, 1)},
        {"description": text(most=1050), "alertPolicies": items(POLICY, 1)}, threshold_has_op)})

RULES = {"sloth": SLOTH, "pyrra": PYRRA, "openslo": OPENSLO}
NAMES = {
    "sloth": lambda one: [f"{one['service']}-{slo['name']}" for slo in one["slos"]],
    "pyrra": lambda one: [(one["metadata"].get("namespace"), one["metadata"]["name"])],
    "openslo": lambda one: [one["metadata"]["name"]],
}


# How many SLOs a document of a language is, where it is one of SLOs.
SLOS = {
    "sloth": lambda one: len(one.get("slos", ())),
    "pyrra": lambda one: 1,
    "openslo": lambda one: len(one["spec"]["objectives"]) if one["kind"] == "SLO" else 0,
}


def written(document):
    return json.dumps(document, sort_keys=True, default=str)


def stood(paths):
    """All documents of files and folders, as texts: what is in the language already is written as it stood (tests/scenarios/kept.py)."""
    files = [os.path.join(folder, name) for path in paths for folder, _, names in os.walk(path) for name in names if name.endswith((".yaml", ".yml"))]
    files += [path for path in paths if os.path.isfile(path)]
    documents = set()
    for path in files:
        with open(path, encoding="utf-8") as file:
            for one in yaml.safe_load_all(file):
                documents.update(map(written, one if isinstance(one, list) else one.get("items", [one]) if one else ()))
    return documents


def hold(stage, language, output, what, paths=()):
    """The output by the rules of its language, but for what stood in the files at `paths`; returns how many SLOs it has."""
    seen.queries = []
    documents = [one for one in yaml.safe_load_all(output) if one is not None]
    given, count = stood(paths), 0
    names = []
    for index, one in enumerate(documents):
        if written(one) in given:
            count += SLOS[language](one)
            continue
        RULES[language](one, f"{what}, document {index} in {language}")
        names += NAMES[language](one)
    equal(sorted(map(str, names)), sorted(map(str, set(names))), f"names in {language}")
    for at, query in seen.queries:
        status, answer = servers.http(f"{stage.world.prometheus.url}/api/v1/query?" + urllib.parse.urlencode({"query": query}))
        check(status == 200, f"{at}: Prometheus refuses {query!r}: {answer}")
    return count + len(names)


def convert(stage, language, *paths):
    code, out, err = stage.run("convert", "--to", language, *paths)
    check(code in (0, 1), f"'convert --to {language}' ends with {code}: {err}")
    check("please report" not in err, f"a fault of the writer's:\n{err}")
    check(("could not be carried over stands above" in err) == (code == 1), f"exit {code}, and it says:\n{err}")
    return out, err


def all_sources(stage):
    stage.define(MANY, "many.yaml")
    yield "samples", SAMPLES
    yield "many", [os.path.join(stage.definitions, "many.yaml")]
    if not os.path.isdir(CORPUS):
        print(f"      SKIPPED in part: there is no corpus of other tools' files at {os.path.relpath(CORPUS, ROOT)}", flush=True)
        return
    for name in ("sloth", "pyrra", "openslo", "slo-generator"):
        yield name, [os.path.join(CORPUS, name)]


@scenario
def other_tools_take_what_is_written(stage):
    """Everything that is written for sloth, Pyrra and OpenSLO keeps the rules of those tools, and Prometheus parses each query."""
    for what, paths in all_sources(stage):
        for language in RULES:
            out, err = convert(stage, language, *paths)
            count = hold(stage, language, out, what, paths)
            said = int(re.search(r"wick: (\d+) SLOs? written", err)[1])
            equal(count, said, f"SLOs of {what} in {language}")


@scenario
def the_rules_of_the_scenario_are_strict(stage):
    """The scenario's own rules refuse what the tools refuse."""
    out, _ = convert(stage, "openslo", *SAMPLES)
    seen.queries = []
    document = next(yaml.safe_load_all(out))
    for change in (lambda one: one.update(extra=1), lambda one: one["metadata"].update(name="Upper"), lambda one: one["spec"].pop("service"),
                   lambda one: one["spec"]["timeWindow"].append(one["spec"]["timeWindow"][0]),
                   lambda one: one["spec"]["objectives"][0].update(target="0.99"), lambda one: one["spec"]["timeWindow"][0].update(isRolling=False)):
        broken = json.loads(json.dumps(document))
        change(broken)
        try:
            OPENSLO(broken, "a broken one")
        except servers.Failure:
            continue
        check(False, f"this should be refused: {broken}")


@scenario
def wicks_own_language_says_everything(stage):
    """Converted to wick's own language nothing is lost of its own files, and what is written passes `wick check`."""
    stage.define(MANY, "many.yaml")
    for paths in (SAMPLES, [os.path.join(stage.definitions, "many.yaml")]):
        out, err = convert(stage, "wick", *paths)
        check("could not be carried over" not in err, f"something is lost:\n{err}")
        servers.replace_file(stage.path("again.yaml"), out)
        code, found, said = stage.run("check", stage.path("again.yaml"))
        equal(code, 0, f"exit of 'wick check', which says {found}{said}")
        again, _ = convert(stage, "wick", stage.path("again.yaml"))
        equal(again, out, "the same once more")


@scenario
def a_conversion_counts_the_same(stage):
    """Counted over real data, the SLO of a converted file has the numbers of the one that it was made from."""
    stage.define("""
apiVersion: wick/v1
kind: ServiceLevels
service: shop
slos:
  - {name: events, objective: 99%, sli: {events: {bad: 'http_requests_total{job="shop",code=~"5.."}', total: 'http_requests_total{job="shop"}'}}}
  - {name: good, objective: 99%, sli: {events: {good: 'http_requests_total{job="shop",code!~"5.."}', total: 'http_requests_total{job="shop"}'}}}
  - {name: latency, objective: 99%, sli: {latency: {histogram: 'http_request_duration_seconds{job="checkout"}', threshold: 500ms}}}
""")
    path = os.path.join(stage.definitions, "shop.yaml")

    def numbers(file):
        code, out, err = stage.run("eval", "--source", stage.world.prometheus.url, "--format", "json", "--at", stage.clock_text(), file)
        check(code == 0, f"'wick eval' ends with {code}: {err}")
        return {slo["id"]: (slo["state"], slo["bad"], slo["total"], slo["sli"]) for slo in json.loads(out)}
    truth = numbers(path)
    check(len(truth) == 3, f"three SLOs are wanted: {truth}")
    for language in ("openslo", "sloth", "pyrra"):
        out, _ = convert(stage, language, path)
        servers.replace_file(stage.path(f"{language}.yaml"), out)
        found = numbers(stage.path(f"{language}.yaml"))
        equal(found, {name: truth[name] for name in found}, f"the numbers by way of {language}")
        check(len(found) >= 2, f"by way of {language} there are {sorted(found)}")


@scenario
def what_is_lost_is_said_with_its_place(stage):
    """What the other language has no place for is listed on stderr, by SLO and place, and the exit code says so."""
    stage.define(MANY, "many.yaml")
    path = os.path.join(stage.definitions, "many.yaml")
    cases = {
        "pyrra": [r"many\.yaml:\d+:\d+: warning: team-a/shop/fast: pyrra has no calendar windows: 'month' becomes the last 30d",
                  r"team-a/shop/good-other: counts good events, and which ones are bad cannot be told from the selectors: it is left out",
                  r"team-a/shop/queue: pyrra has no thresholds: it is left out",
                  r"team-a/shop/by-route: pyrra has no limit of groups: 7 is left out",
                  r"'team: two words' is no label of Kubernetes"],
        "sloth": [r"team-a/shop/up: sloth has no calendar windows", r"team-a/shop/up: sloth has no probes", r"sloth has no namespaces: 'team-a' is left out",
                  r"team-a/shop/queue: sloth has one window for an SLO: 'quarter' is left out",
                  r"team-a/shop/queue: sloth has no policies: 'none' is left out"],
        "openslo": [r"team-a/shop/by-route: openslo has no groups", r"team-a/shop/up: of the alerts in openslo: .*labels of .*cannot be said",
                    r"openslo has no place for the runbook", r"team-a/shop/slice-ratios: openslo does not say what time without data is: 'hold' is left out"],
    }
    for language, lines in cases.items():
        _, err = convert(stage, language, path)
        for line in lines:
            check(re.search(line, err), f"--to {language} does not say {line!r}:\n{err}")


@scenario
def fields_of_the_source_without_effect_are_listed(stage):
    """What wick itself has no use for in the source is lost in a third language, and said so; wick's own has it."""
    stage.define("""
apiVersion: openslo/v1
kind: SLO
metadata: {name: web}
spec:
  service: shop
  indicator: {metadata: {name: web}, spec: {ratioMetric: {counter: true, bad: {metricSource: {type: Prometheus, spec: {query: 'sum(x_total{code="5"})'}}},
                                                          total: {metricSource: {type: Prometheus, spec: {query: sum(x_total)}}}}}}
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99, compositeWeight: 2}]
  alertPolicies:
    - kind: AlertPolicy
      metadata: {name: fast}
      spec:
        conditions: [{kind: AlertCondition, metadata: {name: fast}, spec: {severity: page, condition: {kind: burnrate, op: gt, threshold: 14, lookbackWindow: 1h}}}]
        notificationTargets: [{targetRef: on-call}]
""", "openslo.yaml")
    stage.define("""
version: prometheus/v1
service: shop
slos:
  - {name: raw, objective: 99, plugins: {chain: []}, sli: {raw: {error_ratio_query: "max_over_time(r[{{.window}}])"}}}
""", "sloth.yaml")
    stage.define("""
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: web, labels: {role: alert-rules, pyrra.dev/team: shop}}
spec: {target: "99", window: 30d, performanceOverAccuracy: true, indicator: {bool_gauge: {metric: up}}}
""", "pyrra.yaml")
    for name, to, lines in (("pyrra.yaml", "sloth", ("labels: 'role' is the cluster's", "performanceOverAccuracy: has no effect")), ("openslo.yaml", "pyrra", ("notificationTargets: has no effect", "compositeWeight: has no effect")), ("sloth.yaml", "openslo", ("plugins: has no effect",))):
        code, _, err = stage.run("convert", "--to", "wick", os.path.join(stage.definitions, name))
        equal((code, "has no effect" in err), (0, False), f"exit for {name}, with {err}")
        code, _, err = stage.run("convert", "--to", to, os.path.join(stage.definitions, name))
        equal(code, 1, f"exit for {name}, with {err}")
        for line in lines:
            check(line in err, f"{name}: {line!r} is not said:\n{err}")


@scenario
def files_are_replaced_with_force_alone(stage):
    """--output writes a file for each that defines something, leaves those alone that are there, and --force replaces them."""
    stage.define(MANY, "many.yaml")
    os.makedirs(os.path.join(stage.definitions, "team", "b"))
    stage.define(MANY.replace("service: shop", "service: market"), "team/b/many.yaml")
    stage.define("apiVersion: openslo/v1\nkind: Service\nmetadata: {name: a}\nspec: {}\n", "service.yaml")
    out = stage.path("out/deeper")
    code, printed, err = stage.run("convert", "--to", "sloth", "--output", out, stage.definitions)
    equal((code, printed), (1, ""), f"exit and stdout, with {err}")
    equal(sorted(os.path.relpath(os.path.join(folder, name), out) for folder, _, names in os.walk(out) for name in names),
          ["many.yaml", "team/b/many.yaml"], "the files")
    hold(stage, "sloth", open(os.path.join(out, "many.yaml")).read(), "a file")
    servers.replace_file(os.path.join(out, "many.yaml"), "mine\n")
    code, _, err = stage.run("convert", "--to", "sloth", "--output", out, stage.definitions)
    check(code == 2 and "exists; --force replaces it" in err, f"exit {code}: {err}")
    equal(open(os.path.join(out, "many.yaml")).read(), "mine\n", "a file that is there")
    code, _, err = stage.run("convert", "--to", "sloth", "--output", out, "--force", stage.definitions)
    equal(code, 1, f"exit with --force, with {err}")
    check("version: prometheus/v1" in open(os.path.join(out, "many.yaml")).read(), "--force replaces nothing")


@scenario
def exit_codes_of_a_conversion(stage):
    """0 where all is carried over, 1 where a file has errors (the others are written), 2 for what cannot be read."""
    stage.define("apiVersion: wick/v1\nkind: ServiceLevels\nservice: shop\nslos:\n- {name: a1, objective: 99%, sli: {probe: up}}\n", "fine.yaml")
    fine = os.path.join(stage.definitions, "fine.yaml")
    equal(stage.run("convert", "--to", "wick", fine)[0], 0, "exit for a file that is fine")
    stage.define("apiVersion: wick/v1\nkind: ServiceLevels\nservice: shop\nslos: []\n", "broken.yaml")
    code, out, err = stage.run("convert", "--to", "wick", stage.definitions)
    check(code == 1 and "name: a1" in out and "broken.yaml:4:7: error" in err, f"exit {code}: {out}{err}")
    code, out, err = stage.run("convert", "--to", "wick", fine, stage.path("nowhere.yaml"))
    check(code == 2 and "name: a1" in out and "nowhere.yaml" in err, f"exit {code}: {out}{err}")
    for argv in (["--to", "nobl9", fine], [fine], ["--to", "wick"], ["--to", "wick", "--force", fine]):
        code, out, err = stage.run("convert", *argv)
        check(code == 2 and not out and err, f"convert {argv}: exit {code}, {out}{err}")
