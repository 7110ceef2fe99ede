"""Templates: each of wick's own, on a Prometheus with the metrics that it names, against what happened there.

One service for each template, of half a day, and beside each what its template must leave out: the same metrics of another job, spans
and requests of the other side, connections that stay open. Whatever happens is counted by the generator (conformance/traffic.py).
"""

import json
import os
import re
import subprocess
import threading
from dataclasses import dataclass, field, replace

import traffic
from scenario import check, equal, scenario, servers
from traffic import HOUR, Gauge, Process, Service, Target, at, counter, every, observations, steady

SECONDS = 12 * HOUR
END = 1_740_787_200             # 2025-03-01T00:00:00Z
START = END - SECONDS
WINDOW = 4 * HOUR               # what the SLOs are judged over: the end of the half day
BEGIN = SECONDS - WINDOW
_made = threading.Lock()


@dataclass
class Case:
    """What a template meets: flows and gauges of its job, the labels that its matchers ask for, and what else it is given."""
    flows: list
    labels: dict = field(default_factory=dict)
    gauges: list = field(default_factory=list)
    given: dict = field(default_factory=dict)
    per_step: int = 0           # of a gauge: the minutes of the window that are bad
    group_by: str = ""


def events(metric, labels, good, bad, noise=()):
    """Counters by the labels of good and of bad events; noise is what the template is not about."""
    return ([counter(metric, events=steady(60 + 6 * n), **labels, **more) for n, more in enumerate(good)] +
            [counter(metric, True, every(301, n), **labels, **more) for n, more in enumerate(bad)] +
            [counter(metric, events=steady(30), counts=False, **labels, **more) for more in noise])


def seconds(metric, labels, bounds, fast, slow, noise=()):
    """A histogram of fast and slow observations; so many of a unit as `bounds` are in."""
    loud = [replace(observations(metric, bounds, slow, steady(20), **labels, **more), counts=False) for more in noise]
    return [observations(metric, bounds, fast, steady(60), **labels), observations(metric, bounds, slow, every(97), bad=True, **labels)] + loud


def ill(begin, minutes):
    """A time of the window in which things are ill, and its value."""
    spell = (BEGIN + begin, BEGIN + begin + 60 * minutes)
    return lambda well, bad: lambda second: bad if spell[0] <= second < spell[1] else well


def jobs():
    """Runs of a cron job, one an hour: kept for two hours, with a series for each condition, of which one is 1."""
    flows = []
    for hour in range(1, 12):
        name = {"job_name": f"nightly-report-{hour}", "namespace": "shop"}
        metric = "kube_job_failed" if hour in (2, 9) else "kube_job_complete"
        kept = ((hour * HOUR + 2 * HOUR, SECONDS + 1),)
        flows += [counter(metric, metric == "kube_job_failed", at(hour * HOUR + 400), condition="true", hidden=kept, **name),
                  counter(metric, events=at(hour * HOUR + 400), counts=False, condition="true", job_name="other", namespace=f"n{hour}", hidden=kept)]
    return Case(flows, gauges=[Gauge("kube_job_complete", {"job_name": "nightly-report-1", "namespace": "shop", "condition": "unknown"}, lambda second: 0)],
                given={"matchers": {"job_name": "~", "namespace": "shop"}})


GO = ("0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10")
OTEL = ("0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1", "2.5", "5", "7.5", "10")
API = ("0.05", "0.1", "0.2", "0.4", "0.6", "0.8", "1.0", "1.25", "1.5", "2.0", "3.0", "4.0", "5.0", "10.0", "60.0")
DNS = tuple(repr(0.00025 * 2 ** n) for n in range(16))
MILLISECONDS = ("0.5", "1.0", "5.0", "10.0", "25.0", "50.0", "100.0", "250.0", "500.0", "1000.0", "2500.0", "5000.0", "10000.0")
TEMPO = ("0.002", "0.004", "0.008", "0.016", "0.032", "0.064", "0.128", "0.256", "0.512", "1.024", "2.048", "4.096", "8.192", "16.384")
CODES = lambda label, *values: [{label: value} for value in values]


def cases():
    shop, ratings, cluster, checkout = {"ingress": "shop"}, {"destination_service_name": "ratings"}, {"envoy_cluster_name": "shop"}, {"service": "checkout"}
    server, client = {"span_kind": "SPAN_KIND_SERVER"}, {"span_kind": "SPAN_KIND_CLIENT"}
    otel = "http_server_request_duration_seconds"
    down, late, lag = ill(1800, 40), ill(3600, 25), ill(600, 33)
    return {
        "http-availability": Case(events("http_requests_total", {}, CODES("code", "200", "404"), CODES("code", "500", "503"))),
        "http-latency": Case(seconds("http_request_duration_seconds", {}, GO, 0.5, 0.7)),
        "grpc-availability": Case(events("grpc_server_handled_total", {"grpc_type": "unary"}, CODES("grpc_code", "OK", "NotFound"),
                                         CODES("grpc_code", "Unavailable", "DeadlineExceeded"))),
        "grpc-latency": Case(seconds("grpc_server_handling_seconds", {"grpc_type": "unary"}, GO, 0.2, 0.3) +
                             [replace(observations("grpc_server_handling_seconds", GO, 8, steady(9), grpc_type="bidi_stream"), counts=False)]),
        "blackbox-probe": Case([], gauges=[Gauge("probe_success", {}, down(1, 0))], per_step=40),
        "kubernetes-api-availability": Case(events("apiserver_request_total", {"verb": "GET"}, CODES("code", "200", "409", "429"), CODES("code", "500", "504"))),
        "kubernetes-api-latency": Case(seconds("apiserver_request_sli_duration_seconds", {"scope": "namespace"}, API, 0.9, 1.2, CODES("verb", "WATCH", "CONNECT"))),
        "coredns-availability": Case(events("coredns_dns_responses_total", {"zone": "."}, CODES("rcode", "NOERROR", "NXDOMAIN"), CODES("rcode", "SERVFAIL"))),
        "coredns-latency": Case(seconds("coredns_dns_request_duration_seconds", {"zone": "."}, DNS, 0.03, 0.033)),
        "ingress-nginx-availability": Case(events("nginx_ingress_controller_requests", shop, CODES("status", "200", "499"), CODES("status", "502")) +
                                           events("nginx_ingress_controller_requests", {"ingress": "other"}, [], [], CODES("status", "502")), shop),
        "ingress-nginx-latency": Case(seconds("nginx_ingress_controller_request_duration_seconds", shop, GO, 0.4, 0.6), shop),
        "traefik-availability": Case(events("traefik_service_requests_total", {"service": "shop@docker"}, CODES("code", "200"), CODES("code", "500", "503")),
                                     {"service": "shop@docker"}),
        "traefik-latency": Case(seconds("traefik_service_request_duration_seconds", {"service": "shop@docker"}, ("0.1", "0.3", "1.2", "5.0"), 0.25, 0.4),
                                {"service": "shop@docker"}),
        "haproxy-availability": Case(events("haproxy_backend_http_responses_total", {"proxy": "shop"}, CODES("code", "2xx", "3xx", "4xx", "other"),
                                            CODES("code", "5xx")), {"proxy": "shop"}),
        "istio-availability": Case(events("istio_requests_total", {**ratings, "reporter": "destination"}, CODES("response_code", "200"),
                                          CODES("response_code", "503", "0")) +
                                   events("istio_requests_total", {**ratings, "reporter": "source"}, [], [], CODES("response_code", "200", "503")), ratings),
        "istio-latency": Case(seconds("istio_request_duration_milliseconds", {**ratings, "reporter": "destination"}, MILLISECONDS, 300, 600) +
                              [replace(observations("istio_request_duration_milliseconds", MILLISECONDS, 900, steady(9), **ratings, reporter="source"), counts=False)],
                              ratings),
        "envoy-availability": Case(events("envoy_cluster_upstream_rq_xx", cluster, CODES("envoy_response_code_class", "2", "4"),
                                          CODES("envoy_response_code_class", "5")), cluster),
        "envoy-latency": Case(seconds("envoy_cluster_upstream_rq_time", cluster, MILLISECONDS, 400, 600), cluster),
        "kafka-lag": Case([], gauges=[Gauge("kafka_consumergroup_lag", {"consumergroup": "billing", "topic": topic, "partition": str(partition)}, value)
                                      for topic, partition, value in (("orders", 0, lag(100, 700)), ("orders", 1, lag(100, 700)), ("mails", 0, lag(900, 900)))],
                          labels={"consumergroup": "billing"}, per_step=33, group_by="[consumergroup]"),
        "cron-job-success": jobs(),
        "cron-job-freshness": Case([], {"namespace": "shop", "cronjob": "nightly-report"}, given={"oldest": "20h"}, per_step=70, gauges=[
            Gauge("kube_cronjob_status_last_successful_time", {"namespace": "shop", "cronjob": "nightly-report"},
                  lambda second: START + (second // 60 * 60 if second >= BEGIN + 4200 else -12 * HOUR - 30))]),
        "queue-age": Case([], gauges=[Gauge("queue_oldest_item_age_seconds", {"queue": "mails"}, late(20, 301)),
                                      Gauge("queue_oldest_item_age_seconds", {"queue": "invoices"}, lambda second: 300)],
                          given={"metric": "queue_oldest_item_age_seconds"}, per_step=25),
        "otel-http-availability": Case([observations(otel, OTEL, 0.02, steady(60), http_response_status_code="200"),
                                        observations(otel, OTEL, 0.02, every(301), bad=True, http_response_status_code="500")]),
        "otel-http-latency": Case(seconds(otel, {"http_response_status_code": "200"}, OTEL, 0.4, 0.6)),
        "spans-availability": Case(events("traces_spanmetrics_calls_total", {**checkout, **server}, CODES("status_code", "STATUS_CODE_UNSET", "STATUS_CODE_OK"),
                                          CODES("status_code", "STATUS_CODE_ERROR")) +
                                   events("traces_spanmetrics_calls_total", {**checkout, **client}, [], [], CODES("status_code", "STATUS_CODE_ERROR")), checkout),
        "spans-latency": Case(seconds("traces_spanmetrics_latency", checkout | server, TEMPO, 0.4, 0.6) +
                              [replace(observations("traces_spanmetrics_latency", TEMPO, 0.9, steady(9), **checkout, **client), counts=False)], checkout),
    }


def service(name, case):
    return Service(name, SECONDS, [Target(f"{name}:80", [Process(case.flows, gauges=case.gauges)])], interval=60)


def slo(name, case):
    """One SLO by a template, as a person writes it."""
    asked = case.given.get("matchers", case.labels)
    if "~" in asked.values():       # a regular expression cannot be written as a map
        matchers = "'" + ",".join([f'job="{name}"', 'job_name=~"nightly-report-[0-9]+"', 'namespace="shop"']) + "'"
    else:
        matchers = "{" + ", ".join(f"{label}: {json.dumps(value)}" for label, value in {"job": name, **asked}.items()) + "}"
    more = "".join(f"        {key}: {value}\n" for key, value in case.given.items() if key != "matchers")
    groups = f"    groupBy: {case.group_by}\n" if case.group_by else ""
    return (f"  - name: {name}\n    objective: 99%\n    window: {WINDOW // HOUR}h\n{groups}    sli:\n      template: {name}\n"
            f"      with:\n        matchers: {matchers}\n{more}")


class Landscape:
    def __init__(self, folder):
        self.cases = cases()
        path = os.path.join(folder, "samples.om")
        with open(path, "w") as out:
            for name, case in self.cases.items():
                traffic.write_openmetrics(service(name, case), START, out)
                traffic.write_openmetrics(service(f"beside-{name}", case), START, out)
            out.write("# EOF\n")
        servers.make_blocks(path, os.path.join(folder, "data"))
        self.prometheus = servers.Prometheus(folder, os.path.join(folder, "data"))


def landscape(world):
    """Made once per run."""
    with _made:
        if not hasattr(world, "templates"):
            folder = os.path.join(world.folder, "templates")
            os.mkdir(folder)
            world.templates = Landscape(folder)
        return world.templates


def explained(stage, *argv):
    code, out, err = stage.run("templates", "--format", "json", *argv)
    equal(code, 0, f"exit code of 'wick templates' ({err})")
    return json.loads(out)


@scenario
def each_template_counts_what_happened(stage):
    """Bad and all events of each of wick's own templates are those of the generator, and nothing of what stands beside them."""
    made = landscape(stage.world)
    equal(sorted(made.cases), [one["name"] for one in explained(stage)], "templates that have a case here")
    stage.define("apiVersion: wick/v1\nkind: ServiceLevels\nservice: all\nslos:\n" + "".join(slo(name, case) for name, case in made.cases.items()))
    code, out, err = stage.run("eval", "--source", made.prometheus.url, "--at", str(END), "--format", "json", stage.definitions)
    equal(code, 0, f"exit code of eval ({err})")
    results = {one["slo"]: one for one in json.loads(out)}
    for name, case in made.cases.items():
        truth = traffic.truth(service(name, case), BEGIN, SECONDS)
        expected = (case.per_step, WINDOW // 60) if case.per_step else (truth.held_bad, truth.held_total)
        check(expected[0] > 0, f"nothing bad happens to {name}")
        check(name in results, f"no result for {name}: {out}")
        equal((results[name]["bad"], results[name]["total"]), expected, f"bad and all events of {name}")


@scenario
def a_live_source_has_nothing_against_what_templates_ask(stage):
    """`wick check` with the source finds each metric, each bucket and each label that the templates name."""
    made = landscape(stage.world)
    stage.define("apiVersion: wick/v1\nkind: ServiceLevels\nservice: all\nslos:\n" + "".join(slo(name, case) for name, case in made.cases.items()))
    code, out, err = stage.run("check", "--source", made.prometheus.url, "--at", str(END), "--format", "json", stage.definitions)
    equal(code, 0, f"exit code ({out} {err})")
    found = [one["text"] for one in json.loads(out)["findings"] if one["rule"] != "window-short"]
    check(len(found) == 1 and "kube_job_failed" in found[0] and "no series now" in found[0], f"findings beside that no job has failed of late: {found}")


@scenario
def examples_work_when_they_are_pasted(stage):
    """What `wick templates NAME` shows as an SLO passes `wick check --strict`, and promtool reads the queries that it stands for."""
    rules = []
    for template in explained(stage):
        name = template["name"]
        code, out, err = stage.run("templates", name)
        equal(code, 0, f"exit code for {name} ({err})")
        shown = out.split("an SLO with it:\n")[1].split("\n\n")[0] + "\n"
        equal(re.sub(r"^  ", "", shown, flags=re.M), template["example"], f"the example of {name} as text and in JSON")
        stage.define(shown.replace("service: example", f"service: {name}"), f"{name}.yaml")
        queries = re.findall(r"^ +(?:bad|good|total|histogram|probe|query): (.*)$", template["stands_for"], re.M)
        check(queries, f"no query of {name}: {template['stands_for']}")
        for query in queries:
            query = query[1:-1].replace("''", "'") if query.startswith("'") else query
            rules.append(f"      - record: a\n        expr: {json.dumps(query.replace('$window', '5m'))}\n")
            check(all(metric["name"] in template["stands_for"] for metric in template["metrics"]), f"a metric of {name} is in no query of its own")
    code, out, err = stage.run("check", "--strict", stage.definitions)
    equal((code, out), (0, ""), f"exit code and findings ({err})")
    path = stage.path("rules.yml")
    servers.replace_file(path, "groups:\n  - name: all\n    rules:\n" + "".join(f"{rule}        labels: {{n: '{n}'}}\n" for n, rule in enumerate(rules)))
    done = subprocess.run(["promtool", "check", "rules", "--lint=none", path], capture_output=True, text=True, check=False)
    equal(done.returncode, 0, f"exit code of promtool ({done.stdout}{done.stderr})")


@scenario
def the_page_says_what_is_true(stage):
    """The files of docs/templates.md pass the checks together, and its table names all templates."""
    with open(os.path.join(servers.root(), "docs", "templates.md")) as file:
        page = file.read()
    for number, block in enumerate(re.findall(r"^```yaml\n(.*?)^```", page, re.S | re.M)):
        stage.define(block, f"{number}.yaml")
    code, out, err = stage.run("check", "--strict", stage.definitions)
    equal((code, out), (0, ""), f"exit code and findings ({err})")
    check("2 files with 2 SLOs" in err, err)
    table = re.search(r"^## Which there are\n(.*?)^## ", page, re.S | re.M)[1]
    equal(sorted(re.findall(r"`([a-z-]+)`", table.split("\n\n")[0])), [one["name"] for one in explained(stage)], "templates of the table")


@scenario
def a_copy_of_a_template_is_ones_own(stage):
    """What --format yaml prints is a template under another name, is listed with its place, and counts the same."""
    made = landscape(stage.world)
    code, out, err = stage.run("templates", "--format", "yaml", "http-availability")
    equal(code, 0, f"exit code ({err})")
    stage.define(out.replace("name: http-availability", "name: mine"), "own.yaml")
    code, out, err = stage.run("templates", stage.definitions)
    check(code == 0 and re.search(r"^mine +HTTP requests", out, re.M), f"'mine' is not listed: {code} {out}{err}")
    one = explained(stage, stage.definitions, "mine")[0]
    equal((one["built_in"], one["place"]), (False, f"{stage.definitions}/own.yaml:1:1"), "what it is and where")
    case = made.cases["http-availability"]
    stage.define("apiVersion: wick/v1\nkind: ServiceLevels\nservice: all\nslos:\n" +
                 slo("http-availability", case).replace("template: http-availability", "template: mine"), "a.yaml")
    code, out, err = stage.run("eval", "--source", made.prometheus.url, "--at", str(END), "--format", "json", stage.definitions)
    equal(code, 0, f"exit code of eval ({err})")
    truth = traffic.truth(service("http-availability", case), BEGIN, SECONDS)
    result = json.loads(out)[0]
    equal((result["bad"], result["total"]), (truth.held_bad, truth.held_total), "bad and all events")


OWN = """apiVersion: wick/v1
kind: Template
name: own
parameters:
  matchers: {type: matchers, default: ''}
sli:
  events:
    bad: http_requests_total{$matchers,code=~"5.."}
    total: http_requests_total{$matchers}
"""


@scenario
def a_daemon_keeps_its_slos_while_a_template_is_broken(stage):
    """A template that another file uses breaks in three ways, and the SLO stays with its counts; once it is whole again all is well."""
    stage.define("apiVersion: wick/v1\nkind: ServiceLevels\nservice: shop\nslos:\n  - name: availability\n    objective: 99%\n    window: 4h\n"
                 "    sli: {template: own, with: {matchers: {job: shop}}}\n", "a.yaml")
    stage.define(OWN, "z.yaml")
    daemon = stage.serve("--watch-interval=1s")
    for broken in (OWN.replace("$matchers,", "$matcher,"), "- [", "a text"):
        stage.define(broken, "z.yaml")
        daemon.wait_metric("wick_definition_files_broken", lambda files: files == 2)
        stage.live_through(daemon, stage.now + 60)
        truth = stage.world.truth("shop", stage.now - WINDOW, stage.now)
        kept = daemon.slos()[("shop", "availability", None)]
        equal((kept["bad"], kept["total"]), (truth.held_bad, truth.held_total), f"bad and all events with a template {broken!r}")
        stage.define(OWN, "z.yaml")
        daemon.wait_metric("wick_definition_files_broken", lambda files: files == 0)
    check("the template 'own'" in daemon.log(), f"the log says nothing of the template: {daemon.log()}")
