"""Other tools' definition files: taken as they are, held to their own mistakes, and counted against what happened.

Two sources of files: the samples below, written for this, and a folder of files that users of those tools really have, beside the
project. Where that folder is not there, what needs it says so and passes.
"""

import json
import os
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import language_samples
import traffic
from scenario import check, equal, scenario, servers
from traffic import HOUR, Gauge, Process, Service, Target, counter, every, observations, steady

SECONDS = 12 * HOUR
END = 1_740_787_200             # 2025-03-01T00:00:00Z
START = END - SECONDS
STEPS = SECONDS // 60
SCRAPED = 7                     # the second of a minute in which all is scraped
_made = threading.Lock()


def corpus():
    """The folder of files that others have, or None, said loudly."""
    path = os.path.join(os.path.dirname(servers.root()), "shared", "corpus")
    if os.path.isdir(path):
        return path
    print(f"SKIP  {sys._getframe(1).f_code.co_name}: there is no folder {path}", flush=True)
    return None


def yaml_files(folder):
    return sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names if name.endswith((".yaml", ".yml")))


def findings(stage, *paths, code=None):
    got, out, err = stage.run("check", "--verbose", "--format", "json", *paths)
    check(got in ((0, 1) if code is None else (code,)), f"wick check ends with {got} for {paths}: {out}{err}")
    return json.loads(out)["findings"]


# --- loading ---------------------------------------------------------------------------------------------------------------

@scenario
def files_of_others_load_and_their_invalid_ones_do_not(stage):
    """Every file that others have loads without an error, and each of a folder `invalid` is refused with a line."""
    folder = corpus()
    if not folder:
        return
    seen = {True: 0, False: 0}
    for path in yaml_files(folder):
        if "/golden/" in path:      # rules that a tool has made, no definitions
            continue
        invalid = "/invalid/" in path
        found = [one for one in findings(stage, path, code=1 if invalid else 0) if one["level"] == "error"]
        check(bool(found) == invalid and all(one["line"] > 0 for one in found), f"errors of {path}: {found}")
        seen[invalid] += 1
    check(seen[False] > 20 and seen[True] > 3, f"too few files to prove anything: {seen}")


@dataclass
class Line:
    """A line of a sample: `key: value`, perhaps behind a dash, perhaps with lines below it that belong to it."""
    number: int                 # from 0
    depth: int                  # of its key
    dash: bool
    key: str
    value: str                  # empty: what is below it is its value
    marks: list                 # what the comment behind it says
    end: int = 0                # the line behind what belongs to it


def parse(lines):
    """The lines of a sample that have a key; documents begin anew."""
    out = []
    for number, text in enumerate(lines):
        match = re.match(r"^( *)(- )?([\w./-]+):(?: +([^#\s].*?))?(?: +# (.*))?$", text)
        if match:
            out.append(Line(number, len(match[1]) + len(match[2] or ""), bool(match[2]), match[3], match[4] or "", (match[5] or "").split("; ")))
    for at, line in enumerate(out):
        ends = [other.number for other in out[at + 1:] if other.depth <= line.depth]
        ends += [number for number in range(line.number, len(lines)) if lines[number] == "---"]
        line.end = min(ends, default=len(lines))
    return out


def beginning(lines, line):
    """The places of the map that a key stands in: its first key, and the key that it is the value of. Both from 1."""
    above = [other for other in parse(lines[:line.number]) if not any(text == "---" for text in lines[other.number:line.number])]
    first, parent = line.number, None
    for other in reversed(above if not line.dash else []):
        if other.depth < line.depth:
            break
        if other.depth == line.depth:
            first = other.number
            if other.dash:
                break
    for other in reversed(above):
        if other.depth < line.depth:
            parent = other.number
            break
    return {first + 1, line.number + 1} | ({parent + 1} if parent is not None else set())


def mutations(text):
    """(what, the text that is wrong, lines of which one must be named, from 1)"""
    lines = text.splitlines()
    for line in parse(lines):
        own, rest = lines[:line.number], lines[line.end:]
        block, head = lines[line.number:line.end], lines[line.number][:line.depth]
        twin = [" " * line.depth + block[0][line.depth:]] + block[1:]
        yield f"{line.key} twice", own + block + twin + rest, {line.end + 1}
        if "anything" not in line.marks:
            for wrong in ("[[x]]", "{x: {y: z}}") if line.value else ("x", "[x]", "{x: {y: [z]}}"):
                yield f"{line.key} as {wrong}", own + [f"{head}{line.key}: {wrong}"] + rest, {line.number + 1}
        for mark in line.marks:
            for wrong in mark[4:].split(", ") if mark.startswith("not ") else ():
                yield f"{line.key} as {wrong}", own + [f"{head}{line.key}: {wrong}"] + rest, {line.number + 1}
        if "required" in line.marks:
            below, places = rest, beginning(lines, line)
            if line.dash and rest and re.match(rf"^ {{{line.depth}}}\S", rest[0]):     # the dash moves to the next key
                below = [head + rest[0][line.depth:]] + rest[1:]
            yield f"no {line.key}", own + below, places
            yield f"{line.key} with nothing", own + [f"{head}{line.key}: ~"] + rest, places


def held_to_its_mistakes(stage, name, text):
    path = lambda number: stage.path(f"{name}-{number}.yaml")
    servers.replace_file(path("whole"), text)
    wrong = [one for one in findings(stage, path("whole"), code=0) if one["level"] != "note"]
    equal(wrong, [], f"findings of {name} as it is")

    def judge(case):
        number, (what, lines, places) = case
        servers.replace_file(path(number), "\n".join(lines) + "\n")
        found = findings(stage, path(number))
        os.unlink(path(number))
        if not any(one["line"] in places for one in found):
            said = [(one["line"], one["text"]) for one in found if one["level"] != "note"]
            return f"{name}: {what}: in none of the lines {sorted(places)} but {said}"
        return None

    cases = list(enumerate(mutations(text)))
    with ThreadPoolExecutor(4) as pool:
        faults = [fault for fault in pool.map(judge, cases) if fault]
    check(not faults, f"{len(faults)} of {len(cases)} mistakes are not said where they are:\n" + "\n".join(faults[:30]))
    check(len(cases) > 40, f"only {len(cases)} mistakes in {name}")


@scenario
def every_mistake_in_a_file_of_others_is_said_in_its_line(stage):
    """Each field as another type, twice, out of its range and, where it is required, missing: all found in the right line, without a crash."""
    for name, text in language_samples.EVERY_FIELD.items():
        held_to_its_mistakes(stage, name, text)


# --- counting --------------------------------------------------------------------------------------------------------------

def events(metric, good, bad, **labels):
    return ([counter(metric, events=steady(30 + 6 * n), **labels, **more) for n, more in enumerate(good)] +
            [counter(metric, True, every(301 + 30 * n), **labels, **more) for n, more in enumerate(bad)])


def seconds(metric, bounds, fast, slow, **labels):
    return [observations(metric, bounds, fast, steady(30), **labels), observations(metric, bounds, slow, every(97), **labels)]


def spell(begin, minutes, well, ill):
    return lambda second: ill if begin <= second < begin + 60 * minutes else well


CODES = lambda label, *values: [{label: value} for value in values]
CLIENTS = {"phone": spell(9000, 70, 0.9, 0.6), "laptop": spell(10800, 90, 0.8, 0.4), "tv": lambda second: 0.95}
RULES = (("prometheus_rule_evaluations_total", {}), ("prometheus_rule_evaluation_failures_total", {}))


def services():
    duration, nginx = "http_request_duration_seconds", {"namespace": "lastfm", "ingress": "lastfm", "service": "lastfm"}
    api = lambda scope, verb: seconds("apiserver_request_sli_duration_seconds", ("1", "5", "10"), 0.2, 7, component="apiserver", verb=verb,
                                      **({"scope": scope} if scope else {}))
    made = {
        "myservice": events(duration + "_count", CODES("code", "200", "404"), CODES("code", "500", "429")),
        "myapp": events(duration + "_count", CODES("code", "200"), CODES("code", "500")),
        "beside": events(duration + "_count", CODES("code", "200"), CODES("code", "500")),
        "apiserver": events("apiserver_request_total", CODES("code", "200"), CODES("code", "500", "429")) +
        seconds("apiserver_request_duration_seconds", ("0.1", "0.4", "1"), 0.4, 0.5, verb="GET") +
        seconds("apiserver_request_duration_seconds", ("0.1", "0.4", "1"), 0.3, 0.9, verb="WATCH") +
        api("cluster", "LIST") + api("", "GET") + api("namespace", "LIST") + api("cluster", "POST"),
        "caddy": seconds("caddy_http_response_duration_seconds", ("0.01", "0.05", "0.1"), 0.02, 0.07, handler="subroute", code="200") +
        seconds("caddy_http_response_duration_seconds", ("0.01", "0.05", "0.1"), 0.02, 0.07, handler="subroute", code="500"),
        "nginx": events("nginx_ingress_controller_requests", CODES("status", "200"), CODES("status", "502"), **nginx) +
        seconds("nginx_ingress_controller_request_duration_seconds", ("0.5", "1", "2"), 0.4, 1.5, status="200", **nginx) +
        seconds("nginx_ingress_controller_request_duration_seconds", ("0.5", "1", "2"), 0.4, 1.5, status="502", **nginx),
        "prometheus-k8s": [flow for handler in ("/api/v1/query", "/api/v1/query_range", "/metrics", "/-/ready")
                           for flow in events("prometheus_http_requests_total", CODES("code", "200"), CODES("code", "500"), handler=handler)] +
        seconds(duration, ("0.1", "0.25", "0.5"), 0.2, 0.4, handler="/metrics", code="200") +
        seconds(duration, ("0.1", "0.25", "0.5"), 0.2, 0.4, handler="/metrics", code="404") +
        [traffic.Flow(steady(12), RULES[:1]), traffic.Flow(every(700), RULES)],
        "pyrra": [flow for method in ("List", "Status")
                  for flow in events("connect_server_requests_total", CODES("code", "ok", "not_found"), CODES("code", "internal", "aborted"),
                                     service="objectives", method=method)],
        "kube-dns": events("coredns_dns_responses_total", CODES("rcode", "NOERROR", "NXDOMAIN"), CODES("rcode", "SERVFAIL")),
        "kubelet": events("rest_client_requests_total", CODES("code", "200"), CODES("code", "503")),
        "thanos-store": events("grpc_server_handled_total", CODES("grpc_code", "OK"), CODES("grpc_code", "Internal", "Unavailable"),
                               grpc_service="thanos.Store", grpc_method="Series", namespace="monitoring"),
        "web": events("http_requests", CODES("code", "2xx", "4xx"), [], k8s_cluster="prod", component="web") +
        [counter("http_requests", True, every(1500, 40, 9), k8s_cluster="prod", component="web", code="5xx")],
    }
    gauges = {
        "blackbox": [Gauge("probe_success", {"target": target}, spell(begin, 33, 1, 0)) for target, begin in (("a", 7200), ("b", 14400))],
        "unifi": [Gauge("unifipoller_client_satisfaction_ratio", {"name": name}, value) for name, value in CLIENTS.items()],
        "nginx": [Gauge("api_server_requestMsec", {"host": "*"}, spell(3000, 25, 300, 100))],
        "any": [Gauge("Any", {}, spell(6000, 41, 100, 900)), Gauge("queue_length", {"queue": "mails"}, spell(8400, 29, 5, 70))],
    }
    return [Service(job, SECONDS, [Target(f"{job}:80", [Process(made.get(job, []), gauges=gauges.get(job, []))])], interval=60)
            for job in {**made, **gauges}]


@dataclass
class Want:
    """What must be counted: series by (metric, {label: regular expression}), in Python's own matching. `good` or `bad` is a part of `total`."""
    total: tuple
    bad: tuple = None
    good: tuple = None
    by: tuple = ()
    slice: float = 0            # Timeslices of one minute: the part that must be good in each


@dataclass
class Steps:
    """What is judged once a minute: the sum of what is bad in each, and how many there are."""
    bad: object                 # of the second of the scrape
    total: int = STEPS
    groups: dict = field(default_factory=dict)


def selects(selector, series, labels):
    metric, wanted = selector
    return any(name == metric and all(re.fullmatch(pattern, {**labels, **own}.get(label, "")) for label, pattern in wanted.items())
               for name, own in series)


def narrowed(selector, group):
    return selector and (selector[0], {**selector[1], **{label: re.escape(value) for label, value in group.items()}})


def view(service, want, group):
    """The service with its flows marked as the SLO sees them."""
    total, bad, good = (narrowed(one, group) for one in (want.total, want.bad, want.good))

    def seen(flow):
        labels = {"job": service.job}
        part = selects(bad, flow.adds_to, labels) if bad else not selects(good, flow.adds_to, labels)
        return replace(flow, counts=selects(total, flow.adds_to, labels), bad=part)
    return replace(service, targets=[replace(target, processes=[replace(process, flows=[seen(flow) for flow in process.flows])
                                                                for process in target.processes]) for target in service.targets])


def happened(want, group):
    views = [view(service, want, group) for service in services()]
    views = [one for one in views if any(flow.counts for target in one.targets for process in target.processes for flow in process.flows)]
    if want.slice:
        one, = views
        scrapes = [ms for ms, _ in traffic.scrape_times(one, one.targets[0])]
        life = traffic.Life(one.targets[0].processes[0], SECONDS)
        flows = [(number, flow) for number, flow in enumerate(life.process.flows) if flow.counts]
        ill = 0
        for before, now in zip(scrapes, scrapes[1:]):
            counts = [(life.happened(number, now) - life.happened(number, before), flow.bad) for number, flow in flows]
            every_one = sum(count for count, _ in counts)
            ill += every_one and sum(count for count, is_bad in counts if not is_bad) / every_one < want.slice
        return ill, None
    truths = [traffic.truth(one, 0, SECONDS) for one in views]
    return sum(truth.held_bad for truth in truths), sum(truth.held_total for truth in truths)


def groups_of(want):
    found = set()
    for service in services():
        for flow in service.targets[0].processes[0].flows:
            for name, own in flow.adds_to:
                if selects(want.total, ((name, own),), {"job": service.job}):
                    found.add(tuple((label, own.get(label, "")) for label in want.by))
    return [dict(one) for one in sorted(found)]


class Landscape:
    def __init__(self, folder):
        path = os.path.join(folder, "samples.om")
        with open(path, "w") as out:
            for service in services():
                traffic.write_openmetrics(service, START, out)
            out.write("# EOF\n")
        servers.make_blocks(path, os.path.join(folder, "data"))
        self.prometheus = servers.Prometheus(folder, os.path.join(folder, "data"))


def landscape(world):
    """Made once per run."""
    with _made:
        if not hasattr(world, "languages"):
            folder = os.path.join(world.folder, "languages")
            os.mkdir(folder)
            world.languages = Landscape(folder)
        return world.languages


def counted(stage, paths):
    code, out, err = stage.run("eval", "--source", landscape(stage.world).prometheus.url, "--at", str(END), "--format", "json", *paths)
    equal(code, 0, f"exit code of eval of {paths} ({err})")
    results = {}
    for one in json.loads(out):
        results.setdefault(one["id"], []).append(one)
    return results


def same(got, want, what):
    check(want is None or abs(got - want) <= 1e-6 * max(1, want), f"{what}: {got}, not {want}")


def held_to_truth(results, wanted):
    equal(sorted(results), sorted(wanted), "SLOs")
    for name, want in wanted.items():
        groups = list(want.groups) if isinstance(want, Steps) else groups_of(want)
        equal(len(results[name]), max(len(groups), 1), f"groups of {name}")
        for result in results[name]:
            if isinstance(want, Steps):
                ill = want.groups.get(tuple(result["group"].values()), want.bad)
                bad, total = sum(ill(60 * step + SCRAPED) for step in range(STEPS)), want.total
            else:
                bad, total = happened(want, result["group"])
            what = f"of {name} {result['group'] or ''} ({result['way']}, {result['reason'] or 'fine'})"
            check(bad > 0 or isinstance(want, Steps), f"nothing bad happens to {name}")
            same(result["bad"], bad, f"bad {what}")
            same(result["total"], total, f"all {what}")


REQUESTS = "http_request_duration_seconds_count"
SHOP = Want((REQUESTS, {"job": "myservice"}), bad=(REQUESTS, {"job": "myservice", "code": "(5..|429)"}))
HTTP = "prometheus_http_requests_total"
ILL = lambda value: lambda second: value(second) < 0.5
WEB = Want(("http_requests", {"k8s_cluster": "prod"}), good=("http_requests", {"code": "2xx|4xx"}), slice=0.95)
FINE = Steps(lambda second: 0)


def below(limit):
    """What sloth's subquery over a window of a minute counts. Its points are the minute's begin and end, both: so each minute is counted
    twice, and the first one, before the first scrape, once less. The ratio is what it should be; wick says that such a query is not exact."""
    def bad(second):
        step = second // 60
        at = lambda minute: sum(value(60 * minute + SCRAPED) < limit for value in CLIENTS.values()) if minute >= 0 else 0
        return at(step - 1) + at(step)
    return Steps(bad, len(CLIENTS) * (2 * STEPS - 1))


OF_SLOTH = {
    "myservice/requests-availability": SHOP,
    "monitoring/myservice/requests-availability": SHOP,
    "myservice2/requests-availability": SHOP,
    "my-service/sloth-slo-my-service": SHOP,
    "myapp/http-availability": Want((REQUESTS, {"job": "myapp"}), bad=(REQUESTS, {"job": "myapp", "code": "(5..|429)"})),
    "k8s-apiserver/requests-availability": Want(("apiserver_request_total", {}), bad=("apiserver_request_total", {"code": "(5..|429)"})),
    "k8s-apiserver/requests-latency": Want(("apiserver_request_duration_seconds_count", {"verb": "(?!WATCH).*"}),
                                           good=("apiserver_request_duration_seconds_bucket", {"verb": "(?!WATCH).*", "le": r"0\.4"})),
    "home-wifi/good-wifi-client-satisfaction": below(0.75),
    "home-wifi/risk-wifi-client-satisfaction": below(0.5),
    "home-wifi/wifi-client-satisfaction": Steps(lambda second: 1 - sum(value(second) for value in CLIENTS.values()) / len(CLIENTS)),
}
OF_PYRRA = {
    "caddy-response-latency/caddy-response-latency": Want(
        ("caddy_http_response_duration_seconds_count", {"code": "(?!5..).*"}),
        good=("caddy_http_response_duration_seconds_bucket", {"code": "(?!5..).*", "le": r"0\.05"})),
    "monitoring/nginx-api-errors/nginx-api-errors": Want(("nginx_ingress_controller_requests", {"ingress": "lastfm"}),
                                                         bad=("nginx_ingress_controller_requests", {"status": "5.."})),
    "monitoring/nginx-api-latency/nginx-api-latency": Want(
        ("nginx_ingress_controller_request_duration_seconds_count", {}),
        good=("nginx_ingress_controller_request_duration_seconds_bucket", {"status": "5..", "le": "1"})),
    "prometheus-api-query/prometheus-api-query": Want((HTTP, {"handler": "/api.*"}), bad=(HTTP, {"handler": "/api.*", "code": "5.."}),
                                                      by=("handler",)),
    "prometheus-blackbox-probe-success/prometheus-blackbox-probe-success": Steps(
        None, groups={("a",): ILL(spell(7200, 33, 1, 0)), ("b",): ILL(spell(14400, 33, 1, 0))}),
    "monitoring/pyrra-connect-errors/pyrra-connect-errors": Want(
        ("connect_server_requests_total", {"job": "pyrra"}),
        bad=("connect_server_requests_total", {"code": "aborted|unavailable|internal|unknown|unimplemented|dataloss"}), by=("method", "service")),
    "monitoring/apiserver-read-cluster-latency/apiserver-read-cluster-latency": Want(
        ("apiserver_request_sli_duration_seconds_count", {"scope": "cluster|", "verb": "LIST|GET"}),
        good=("apiserver_request_sli_duration_seconds_bucket", {"scope": "cluster|", "verb": "LIST|GET", "le": "5"})),
    "monitoring/coredns-response-errors/coredns-response-errors": Want(("coredns_dns_responses_total", {"job": "kube-dns"}),
                                                                       bad=("coredns_dns_responses_total", {"rcode": "SERVFAIL"})),
    "monitoring/kubelet-request-errors/kubelet-request-errors": Want(("rest_client_requests_total", {"job": "kubelet"}),
                                                                     bad=("rest_client_requests_total", {"code": "5.."})),
    "monitoring/prometheus-query-errors/prometheus-query-errors": Want((HTTP, {"handler": "/api/v1/query.*"}),
                                                                       bad=(HTTP, {"code": "5.."}), by=("handler",)),
    "monitoring/prometheus-rule-evaluation-failures/prometheus-rule-evaluation-failures": Want(
        ("prometheus_rule_evaluations_total", {}), bad=("prometheus_rule_evaluation_failures_total", {})),
    "monitoring/thanos-store/thanos-store": Want(
        ("grpc_server_handled_total", {"grpc_service": "thanos.Store"}),
        bad=("grpc_server_handled_total", {"grpc_code": "Aborted|Unavailable|Internal|Unknown|Unimplemented|DataLoss"})),
}
OF_SLO_GENERATOR = {
    "prom/metrics-availability": Want((HTTP, {"handler": "/metrics"}), good=(HTTP, {"handler": "/metrics", "code": "2.."})),
    "prom/metrics-latency": Want(("http_request_duration_seconds_count", {"handler": "/metrics", "code": "2.."}),
                                 good=("http_request_duration_seconds_bucket", {"handler": "/metrics", "code": "2..", "le": r"0\.25"})),
}
OF_OPENSLO = {
    "web-availability/service-availability": FINE,
    "web-availability/service-availability-internal-objective": FINE,
    "web-availability/service-availability-sla": FINE,
    "web-shop/main-page": FINE,
    "web-shop/search-slo": Steps(lambda second: spell(6000, 41, 100, 900)(second) >= 500),
}
SLOW = {"web/web-latency-threshold": Steps(lambda second: spell(3000, 25, 300, 100)(second) <= 200)}


@scenario
def files_of_others_count_what_happened(stage):
    """Bad and all events of every SLO in the files that others have are those of the generator."""
    folder = corpus()
    if not folder:
        return
    files = lambda *parts: [path for path in yaml_files(os.path.join(folder, *parts)) if os.path.dirname(path) == os.path.join(folder, *parts)]
    apart = os.path.join(folder, "sloth", "getting-started.yml")          # another file has its SLO too
    windows = os.path.join(folder, "sloth", "alert-windows-7d.yaml")
    held_to_truth(counted(stage, [path for path in files("sloth") if path not in (apart, windows)]), OF_SLOTH)
    held_to_truth(counted(stage, [apart, windows]), {"myservice/requests-availability": SHOP})
    held_to_truth(counted(stage, files("pyrra")), OF_PYRRA)
    held_to_truth(counted(stage, files("slo-generator")), OF_SLO_GENERATOR)
    held_to_truth(counted(stage, files("openslo")), OF_OPENSLO)
    held_to_truth(counted(stage, files("openslo", "v1")), {"web/web-availability": WEB})
    held_to_truth(counted(stage, files("openslo", "v2alpha")), {"web/web-availability": WEB})
    held_to_truth(counted(stage, files("openslo", "v1alpha")), SLOW)


@scenario
def samples_of_each_language_count_what_happened(stage):
    """The same of samples that are always there: each way to say an SLI, in each language."""
    paths = []
    for name, text in language_samples.COUNTED.items():
        stage.define(text, f"{name}.yaml")
        paths.append(os.path.join(stage.definitions, f"{name}.yaml"))
    api = "apiserver_request_sli_duration_seconds"
    latency = Want((api + "_count", {"verb": "LIST"}), good=(api + "_bucket", {"verb": "LIST", "le": "5"}))
    handlers = Want((HTTP, {"handler": "/api.*"}), bad=(HTTP, {"handler": "/api.*", "code": "5.."}), by=("handler",))
    queue = Steps(lambda second: spell(8400, 29, 5, 70)(second) > 50)
    satisfied = Steps(lambda second: 1 - sum(value(second) for value in CLIENTS.values()) / len(CLIENTS))
    held_to_truth(counted(stage, paths), {
        "sloth/events": SHOP, "sloth/quotient": SHOP, "sloth/average": satisfied, "team/crd/events": SHOP,
        "errors/errors": handlers, "latency/latency": latency,
        "probes/probes": Steps(None, groups={("a",): ILL(spell(7200, 33, 1, 0)), ("b",): ILL(spell(14400, 33, 1, 0))}),
        "v1/counters": SHOP, "v1/windowed": SHOP, "v1/queue": queue, "v1/slices": replace(SHOP, slice=0.99), "v2/counters": SHOP,
        "alpha/counters": SHOP, "alpha/queue": queue,
        "gen/api-ratio": SHOP, "gen/api-bad": SHOP, "gen/api-cut": latency, "gen/api-query": SHOP,
        "gen/api-windowed": SHOP, "gen/api-windowed-cut": latency, "gen/api-pairs": latency})


# --- alerts ----------------------------------------------------------------------------------------------------------------

def tiers_of(stage, *paths):
    """{(service, slo): {(severity, short, long, factor)}}, by the rules that `wick rules --standalone` makes of the tiers."""
    code, out, err = stage.run("rules", "--standalone", *paths)
    equal(code, 0, f"exit code of wick rules for {paths} ({err})")
    label = lambda text, name: (re.search(rf'^ +{name}: "?([^"\n]+)"?$', text, re.M) or [None, ""])[1]
    found = {}
    for info in re.findall(r"- record: wick_slo_info\n.*?(?=\n      - )", out, re.S):
        found[(label(info, "service"), label(info, "slo"))] = (label(info, "alerting"), set())
    for rule in re.findall(r"- alert: ErrorBudgetBurn\n.*?annotations:", out, re.S):
        whose = re.search(r'alerting=~\\"(.*?)\\"', rule)[1]
        for alerting, tiers in found.values():
            if re.fullmatch(whose, alerting):
                tiers.add((label(rule, "severity"), label(rule, "short"), label(rule, "long"), float(label(rule, "factor"))))
    return {slo: tiers for slo, (_, tiers) in found.items()}


def golden_tiers(path):
    """The same, read out of the alerting rules that sloth has made."""
    found = {}
    with open(path) as file:
        text = file.read()
    for match in re.finditer(r'sloth_service="([^"]+)", sloth_slo="([^"]+)"', text):
        found.setdefault(match.groups(), set())
    for rule in text.split("- alert:")[1:]:
        severity = re.search(r"^ +severity: (\S+)$", rule, re.M)[1]
        bounds = re.findall(r'ratio_rate(\w+)\{[^}]*sloth_service="([^"]+)", sloth_slo="([^"]+)"\} > \(([\d.]+) \*', rule)
        equal(len(bounds), 4, f"bounds in an alert of {path}")
        for (short, service, slo, factor), (long, *_) in zip(bounds[::2], bounds[1::2]):
            found[(service, slo)].add((severity.strip('"'), short, long, float(factor)))
    return found


@scenario
def alerts_have_the_windows_and_factors_of_sloths_own_rules(stage):
    """Severity, windows and factor of each burn tier are those of the rules that sloth itself makes of the same file."""
    folder = corpus()
    if not folder:
        return
    golden = {name: golden_tiers(os.path.join(folder, "sloth", "golden", name)) for name in os.listdir(os.path.join(folder, "sloth", "golden"))}
    check(len(golden) > 5 and sum(map(len, golden.values())) > 7, f"too few rules to prove anything: {golden}")
    for name, wanted in golden.items():
        if name.startswith("openslo"):
            equal(set(map(len, wanted.values())), {0}, f"alerts that sloth makes of {name}")
            continue
        equal(tiers_of(stage, os.path.join(folder, "sloth", name)), wanted, f"tiers of {name}")


@scenario
def a_catalogue_that_breaks_leaves_the_period_as_it_was(stage):
    """An AlertWindows document says period, windows and factors; while it is broken, in three ways, a daemon's SLOs stay as they were."""
    stage.define(language_samples.SLOTH_OF_SHOP.replace("JOB", stage.world.services["shop"].job), "a.yaml")
    stage.define(language_samples.WEEK, "z.yaml")
    equal(tiers_of(stage, stage.definitions), {("sloth", "events"): {     # the part of the budget x a week / the long window
        ("page", "5m", "1h", 13.44), ("page", "30m", "6h", 3.5), ("ticket", "2h", "1d", 1.4), ("ticket", "6h", "3d", 0.98)}}, "tiers")
    daemon = stage.serve("--watch-interval=1s")
    for broken in (language_samples.WEEK.replace("page:", "pages:"), language_samples.WEEK + "- [", language_samples.WEEK.replace("1h", "soon")):
        stage.define(broken, "z.yaml")
        daemon.wait_metric("wick_definition_files_broken", lambda files: files == 2)
        stage.live_through(daemon, stage.now + 60)
        one, = daemon.slos().values()
        equal(one["window"], "7d", f"window with {broken!r}")
        stage.define(language_samples.WEEK, "z.yaml")
        daemon.wait_metric("wick_definition_files_broken", lambda files: files == 0)
    check("AlertWindows" in daemon.log(), f"the log says nothing of the catalogue: {daemon.log()}")


@scenario
def the_page_about_migrating_says_what_is_true(stage):
    """The files of docs/migrating.md pass the checks, and what it says is without effect is what `wick check --verbose` lists."""
    with open(os.path.join(servers.root(), "docs", "migrating.md")) as file:
        page = file.read()
    blocks = re.findall(r"^```yaml\n(.*?)^```", page, re.S | re.M)
    check(len(blocks) > 1, f"only {len(blocks)} files on the page")
    for number, block in enumerate(blocks):
        stage.define(block, f"{number}.yaml")
    code, out, err = stage.run("check", "--strict", stage.definitions)
    equal((code, out), (0, ""), f"exit code and findings ({err})")
    sections = {section.split("\n")[0]: section for section in page.split("\n## ")}
    for name, heading in (("sloth", "sloth"), ("pyrra", "Pyrra"), ("openslo", "OpenSLO"), ("slo-generator", "slo-generator")):
        path = stage.path(f"{name}.yaml")
        servers.replace_file(path, language_samples.EVERY_FIELD[name])
        listed = {re.match(r"(\w+): has no effect", one["text"])[1] for one in findings(stage, path) if one["rule"] == "no-effect"}
        rows = re.findall(r"^\| (.*) \| no effect \|$", sections[heading], re.M)
        said = {key.split(".")[-1] for row in rows for key in re.findall(r"`([\w.]+)`", row)}
        # of two spellings the page has one; what has no effect beside a ratio only is no field without effect
        equal(said, listed - {"sloPlugins", "op", "value"}, f"fields of {name} without effect")


# --- many ------------------------------------------------------------------------------------------------------------------

FILES = 10_000


@scenario
def ten_thousand_mixed_files_load_in_a_second(stage):
    """10,000 files of five languages are read and checked in under a second of CPU time, in under 150 MB."""
    kinds = list(language_samples.ONE_OF_MANY.items())
    for number in range(FILES):
        name, text = kinds[number % len(kinds)]
        with open(os.path.join(stage.definitions, f"{number}-{name}.yaml"), "w") as out:
            out.write(text.replace("NUMBER", str(number)))
    stage.run("check", stage.definitions)       # the files are in the page cache from here on
    done = subprocess.Popen([stage.wick, "check", stage.definitions], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    text = done.stdout.read()
    _, status, usage = os.wait4(done.pid, 0)
    done.returncode = os.waitstatus_to_exitcode(status)
    equal((done.returncode, text), (0, f"wick: checked {FILES} files with {FILES} SLOs: 0 errors, 0 warnings\n"), "exit code and what is said")
    cpu, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    print(f"      {FILES} files of {len(kinds)} languages: {cpu:.2f} s of CPU time, {memory:.0f} MB", flush=True)
    check(cpu < 1, f"{cpu:.2f} s of CPU time for {FILES} files")
    check(memory < 150, f"{memory:.0f} MB for {FILES} files")
