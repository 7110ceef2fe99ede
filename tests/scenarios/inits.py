"""`wick init`: SLOs proposed for the metrics that a Prometheus has.

A landscape of three days in which services speak several conventions. What happened in it is counted by the generator
(conformance/traffic.py); which objectives and thresholds follow is worked out here in fractions; nothing of wick is used for it.
"""

import http.server
import json
import os
import re
import threading
import time
from dataclasses import replace
from fractions import Fraction

import traffic
from scenario import check, equal, scenario, servers
from traffic import Gauge, Process, Service, Target, at, by_chance, counter, every, observations, requests, steady

HOUR, DAY = 3600, 86400
SECONDS = 3 * DAY
END = 1_740_787_200             # 2025-03-01T00:00:00Z
START = END - SECONDS
SINCE = 2 * DAY
LADDER = [Fraction(part, 10000) for part in (9999, 9995, 9990, 9950, 9900, 9500, 9000)]
_made = threading.Lock()


# --- the landscape ---------------------------------------------------------------------------------------------------------

def shop():
    """Go: a counter with codes and a histogram; one pod restarts within the time that is looked at."""
    flows = lambda n: [requests(steady(240)), requests(every(97, n), code="404"), requests(every(601, n), code="500", bad=True),
                       counter("http_request_duration_seconds_count", events=steady(240), counts=False, code="200"),
                       counter("shop_jobs_total", events=steady(6), counts=False), counter("shop_jobs_failed_total", events=every(900), counts=False)]
    restart = SECONDS - DAY - 1000
    return Service("shop", SECONDS, [Target("shop-0:80", [Process(flows(0))], labels={"namespace": "blue"}),
                                     Target("shop-1:80", [Process(flows(1), end=restart), Process(flows(2), start=restart)], labels={"namespace": "green"})], interval=60)


LATENCIES = ((0.02, steady(300)), (0.2, steady(60)), (0.4, every(61)), (0.9, every(607)), (4, every(3001)))
BOUNDS = ("0.05", "0.25", "0.5", "1", "2.5")


def cart():
    """OpenTelemetry: a histogram in seconds with status codes. All come by one collector: `service_name` tells them apart."""
    name = "http_server_request_duration_seconds"
    code = lambda seconds: {"http_response_status_code": "503" if seconds == 4 else "200"}
    targets = [Target("cart:9464", [Process([observations(name, BOUNDS, seconds, events, bad=seconds == 4, **code(seconds)) for seconds, events in LATENCIES])],
                      labels={"service_name": "cart"}),
               Target("pay:9464", [Process([observations(name, BOUNDS, 0.02, steady(120), http_response_status_code="201"),
                                            observations(name, BOUNDS, 0.4, every(11), bad=True, http_response_status_code="500")])],
                      labels={"service_name": "team/pay"}),
               Target("sluggish:9464", [Process([observations(name, BOUNDS[:4], 0.2, steady(19), http_response_status_code="200"),
                                                 observations(name, BOUNDS[:4], 3, steady(1), bad=True, http_response_status_code="200")])],
                      labels={"service_name": "sluggish"})]
    return Service("collector", SECONDS, targets, interval=60)


def legacy():
    """Milliseconds, by the name of the metric; and where the name does not tell."""
    name, upstream = "http_server_duration_milliseconds", "envoy_cluster_upstream_rq_time"
    return Service("legacy", SECONDS, [Target("legacy:80", [Process([
        observations(name, ("5", "25", "100"), 20, steady(60), http_status_code="200"), observations(name, ("5", "25", "100"), 60, every(120), bad=True, http_status_code="200"),
        replace(observations(upstream, ("0.5", "1", "5"), 0.3, steady(60), envoy_cluster_name="legacy-upstream"), counts=False)])])], interval=60)


def orders():
    """Python: a counter with another prefix, whose label holds classes of codes. Worse than 90 %: seven of ten fail."""
    name = "orders_http_requests_total"
    return Service("orders", SECONDS, [Target("orders:80", [Process([counter(name, events=steady(3), status="2xx"),
                                                                     counter(name, True, steady(7), status="5xx")])])], interval=60)


def ledger():
    """gRPC: NotFound is the caller's fault, Unavailable the server's. One in fifteen fails: 90 % and no more."""
    name = "grpc_server_handled_total"
    return Service("ledger", SECONDS, [Target("ledger:90", [Process([
        counter(name, events=steady(52), grpc_code="OK"), counter(name, events=steady(4), grpc_code="NotFound"),
        counter(name, True, steady(4), grpc_code="Unavailable")])])], interval=60)


def spans():
    """Of traces: what the service asks of others is not its own."""
    name, one = "traces_spanmetrics_calls_total", {"service": "checkout", "span_name": "GET /"}
    return Service("tempo", SECONDS, [Target("tempo:3200", [Process([
        counter(name, events=steady(60), **one, span_kind="SPAN_KIND_SERVER", status_code="STATUS_CODE_UNSET"),
        counter(name, True, by_chance(3, "spans"), **one, span_kind="SPAN_KIND_SERVER", status_code="STATUS_CODE_ERROR"),
        counter(name, events=steady(90), counts=False, **one, span_kind="SPAN_KIND_CLIENT", status_code="STATUS_CODE_ERROR")])])], interval=60)


def mesh():
    """Both sides of a call report it."""
    name = "istio_requests_total"
    of = lambda reporter, counts: [counter(name, events=steady(30), reporter=reporter, counts=counts, destination_service_name="ratings", response_code="200"),
                                   counter(name, True, every(4001), reporter=reporter, counts=counts, destination_service_name="ratings", response_code="503")]
    return Service("envoy-stats", SECONDS, [Target("ratings:15090", [Process(of("source", False) + of("destination", True))])], interval=60)


def dot(job):
    """One of two jobs of one app."""
    return Service(job, SECONDS, [Target(f"{job}:80", [Process([counter("http_requests_received_total", events=steady(60), code="200")])], labels={"app": "dot"})], interval=60)


def dot_web():
    return dot("dot-web")


def dot_worker():
    return dot("dot-worker")


def young():
    """Born an hour before the end."""
    return Service("young", SECONDS, [Target("young:80", [Process([requests(steady(60))], start=SECONDS - HOUR)], leaves=True)], interval=60)


def few():
    return Service("few", SECONDS, [Target("few:80", [Process([requests(at(*range(SECONDS - DAY, SECONDS, 7200)))])])], interval=60)


def edge():
    """Two pages that are probed, the second down for 40 minutes of the two days."""
    begin = SECONDS - 5 * HOUR
    down = lambda second: 0 if begin <= second < begin + 2400 else 1
    return Service("blackbox", SECONDS, [Target("https://shop.example/", [Process([], gauges=[Gauge("probe_success", {}, lambda second: 1)])]),
                                         Target("https://pay.example/", [Process([], gauges=[Gauge("probe_success", {}, down)])])], interval=60)


def worded():
    name = "worded_http_requests_total"
    return Service("worded", SECONDS, [Target("worded:80", [Process([counter(name, events=steady(60), status="success"), counter(name, True, every(1200), status="failed"),
                                                                     counter("blue_http_requests_total", events=steady(60), status="blue", counts=False)])])], interval=60)


SERVICES = (shop, cart, legacy, orders, ledger, spans, mesh, young, few, edge, worded, dot_web, dot_worker)


class Landscape:
    def __init__(self, folder):
        self.services = {make.__name__: make() for make in SERVICES}
        path = os.path.join(folder, "samples.om")
        with open(path, "w") as out:
            for service in self.services.values():
                traffic.write_openmetrics(service, START, out)
            self.write_strange(out)
            out.write("# EOF\n")
        servers.make_blocks(path, os.path.join(folder, "data"))
        self.prometheus = servers.Prometheus(folder, os.path.join(folder, "data"))

    @staticmethod
    def write_strange(out):
        """A label value that is made to break out of wherever it is written, a metric that names no service, and 5,000 of no interest."""
        for second in range(START + 540, END, 600):
            out.write('http_requests_total{job="a\\"b\\n- c: \u2028{",code="200"} ' + f"{second - START} {second}\n")
        for second in range(START, END + 1, 60):
            out.write(f'envoy_cluster_upstream_rq_xx{{envoy_response_code_class="2"}} {(second - START) // 6} {second}\n')
        for number in range(5000):
            out.write(f"app_{number}_things_total 1 {END - 60}\n")

    def truth(self, name, instance=None):
        found = traffic.truth(self.services[name], SECONDS - SINCE, SECONDS, instance)
        return found.held_bad, found.held_total


def landscape(world):
    """Made once per run."""
    with _made:
        if not hasattr(world, "landscape"):
            folder = os.path.join(world.folder, "landscape")
            os.mkdir(folder)
            world.landscape = Landscape(folder)
        return world.landscape


# --- what is expected ------------------------------------------------------------------------------------------------------

def rung(bad, total):
    """The strictest objective of which a tenth would be left, and whose budget is five events or more."""
    return next((f"{float(objective * 100):.6g}%" for objective in LADDER
                 if (1 - objective) * total >= 5 and bad <= (1 - objective) * total * Fraction(9, 10)), None)


def slow(bound):
    """Of all observations of `cart` in the time, those above the bound, and all."""
    counts = [(seconds, sum(events(SECONDS)[SECONDS - SINCE:])) for seconds, events in LATENCIES]
    return sum(count for seconds, count in counts if seconds > bound), sum(count for _, count in counts)


class Proposed:
    """The file as it was written: its SLOs by "service/name", the active ones apart from those in comments."""

    def __init__(self, text):
        self.text = text
        self.slos, self.comments = {}, {}
        service, into, block = None, None, []
        for line in text.splitlines():
            bare, active = re.sub(r"^# (?=(  |apiVersion|kind|service|slos))", "", line), not line.startswith("# ")
            if bare.startswith("service: "):
                service = bare.split(": ", 1)[1].strip('"')
            if bare.startswith("  - name: "):
                block = []
                into = self.slos if active else self.comments
                into[f"{service}/{bare.split(': ', 1)[1]}"] = block
            if line.startswith("# Seen"):
                break
            if into is not None:
                block.append(bare)

    def of(self, name, active=True):
        where = self.slos if active else self.comments
        check(name in where, f"'{name}' is not {'proposed' if active else 'there as a comment'}:\n{self.text}")
        return "\n".join(where[name])

    def field(self, name, field):
        return re.search(rf"^ *(?:- )?{field}: (.*)$", self.of(name), re.M)[1]

    def counts(self, name, active=True):
        """(bad, total) as the comment says."""
        words = " ".join(re.sub(r"^ *# ", "", line) for line in self.of(name, active).splitlines() if line.lstrip().startswith("#"))
        found = re.search(r"is known, ([\d.]+) of ([\d.]+) ", words)
        check(found, f"no counts in: {words}")
        return float(found[1]), float(found[2])


def init(stage, *flags, source=None, since="2d"):
    made = landscape(stage.world)
    return stage.run("init", "--source", source or made.prometheus.url, "--at", str(END), *(("--since", since) if since else ()), *flags)


def proposed(stage, *flags):
    """Once per run where nothing special is asked for."""
    code, out, err = init(stage, *flags)
    equal(code, 0, f"exit code ({err})")
    return Proposed(out), err


# --- scenarios -------------------------------------------------------------------------------------------------------------

class Guard:
    """Stands before a Prometheus, asks for a token, and writes down what was asked."""

    def __init__(self, upstream, token):
        asked = self.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                known = self.headers.get("Authorization") == f"Bearer {token}"
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length) or None
                headers = {"Content-Type": self.headers["Content-Type"]} if body else {}
                status, text = servers.http(upstream + self.path, data=body, headers=headers) if known else (401, "who are you")
                self.send_response(status)
                self.send_header("Content-Type", "application/json" if known else "text/plain")
                self.end_headers()
                self.wfile.write(text.encode())

            do_POST = do_GET

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@scenario
def proposals_hold_what_happened_and_the_objective_that_follows(stage):
    """The counts in the comments are those of the generator, and the objective is the strictest that they would have met."""
    made = landscape(stage.world)
    file, err = proposed(stage)
    for name, service in (("shop/availability", "shop"), ("checkout/span-availability", "spans"), ("ratings/mesh-availability", "mesh"),
                          ("ledger/grpc-availability", "ledger"), ("worded/availability", "worded")):
        truth = made.truth(service)
        equal(file.counts(name), truth, f"events of {name}")
        equal(file.field(name, "objective"), rung(*truth), f"objective of {name}")
        check(f"{name}: {rung(*truth)}\n" in err and f"{truth[0]} of {truth[1]} " in err, f"the summary does not say it of {name}: {err}")
    for instance, name in (("cart:9464", "cart/availability"), ("pay:9464", "team-pay/availability")):
        truth = made.truth("cart", instance)
        equal(file.counts(name), truth, f"events of {name}")
        equal(file.field(name, "objective"), rung(*truth), f"objective of {name}")
    for name in ("dot-web", "dot-worker"):       # by job, although both have the label app
        equal(file.counts(f"{name}/availability"), made.truth(name.replace("-", "_")), f"events of {name}")
    equal(file.counts("all/envoy-availability"), (0, SINCE // 6), "events of nobody in particular")
    equal(file.field("ledger/grpc-availability", "objective"), "90%", "the last rung")
    down = file.counts("blackbox/reachable")
    equal((down, file.field("blackbox/reachable", "objective")), ((40, SINCE // 60), rung(40, SINCE // 60)), "the worst instance, and its objective")
    check("https://pay.example/" in file.of("blackbox/reachable"), "the worst instance is not named")


@scenario
def a_threshold_is_the_smallest_bound_that_nearly_all_requests_met(stage):
    """Of the bounds that there are, the smallest that 99 % of the requests met, and the counts are those above it."""
    file, _ = proposed(stage)
    bound = next(float(bound) for bound in BOUNDS if Fraction(*slow(float(bound))) <= Fraction(1, 100))
    equal(file.field("cart/latency", "threshold"), f"{bound * 1000:.0f}ms", "the threshold")
    bad, total = file.counts("cart/latency")
    # What happened behind the last scrape before the two days is within them, what behind their last one is not.
    check(abs(bad - slow(bound)[0]) <= 2 and abs(total - slow(bound)[1]) <= 10, f"{bad} of {total}, not about {slow(bound)}")
    equal(total, landscape(stage.world).truth("cart", "cart:9464")[1], "all requests")
    equal(file.field("cart/latency", "objective"), rung(int(bad), int(total)), "the objective")
    equal(file.field("team-pay/latency", "threshold"), "500ms", "one in eleven took 0.4 s")
    equal((file.field("legacy/latency", "threshold"), file.counts("legacy/latency")), ("25ms", landscape(stage.world).truth("legacy")),
          "milliseconds by the name of the metric, and what was slower")
    equal((file.field("legacy-upstream/envoy-latency", "threshold"), file.field("legacy-upstream/envoy-latency", "unit")), ("0.5", "ms"), "half a millisecond")
    slowest = landscape(stage.world).truth("cart", "sluggish:9464")
    equal((file.field("sluggish/latency", "threshold"), file.counts("sluggish/latency"), file.field("sluggish/latency", "objective")), ("1s", slowest, rung(*slowest)),
          "the largest bound, where one in twenty is slower than all of them")
    check("the largest bound" in file.of("sluggish/latency"), "that no bound is met by 99 % is not said")


@scenario
def what_cannot_be_told_is_a_comment_with_its_reason(stage):
    """An hour of history, a dozen events, or fewer good ones than 90 %: the SLO is there as a comment, with its counts, and says why."""
    file, err = proposed(stage)
    for name, words in (("young/availability", "too little of the history is known"), ("few/availability", "too few events happened"),
                        ("orders/availability", "would have missed even 90 %")):
        check(words in re.sub(r"\s+#?\s*#? *", " ", file.of(name, active=False)), f"{name} does not say '{words}':\n{file.of(name, False)}")
        check(f"{name}: no objective\n" in err and words in err, f"the summary does not say '{words}' of {name}: {err}")
        check(name not in file.slos, f"{name} is active")
    equal(file.counts("orders/availability", active=False), landscape(stage.world).truth("orders"), "events of orders")
    # the SLI of a service that is young is not passed off as one of two days
    check("2.0% is known" in file.of("young/availability", active=False), file.of("young/availability", active=False))


@scenario
def every_choice_and_all_that_is_left_out_is_said(stage):
    """Which label names the service, which values are bad, what counts the same, what looks like a pair: in the file and in the summary."""
    file, err = proposed(stage)
    for text in (" ".join(file.text.replace("\n", " ").replace("#", " ").split()), " ".join(err.split())):
        for words in ("'code' holds 200, 404, 500; bad are server errors", "the service is the label 'service_name', which is on all series",
                      "its value 'team/pay' is no name here, so it is written 'team-pay'", "'status' holds failed, success; bad are failures",
                      'only series with reporter="destination" are counted', "'shop_jobs_failed_total' and 'shop_jobs_total' look like bad events and all",
                      "it is in several namespaces (blue and others), which are counted together",
                      "no label that could name a service is on all series",
                      "'blue_http_requests_total' of worded has no label whose values tell bad events from good ones: 'status' holds blue",
                      "a value of 'job' of 'http_requests_total' is too long, or holds what cannot be shown",
                      "'http_request_duration_seconds_count' of shop counts what 'http_requests_total' does"):
            check(words in text, f"it is not said that {words}: {text}")


@scenario
def the_file_passes_all_checks(stage):
    """What is written has no fault and no warning, by itself and against the source that it came from; that a metric tells no target is warned of."""
    path, source = stage.path("new/folder/slo.yaml"), landscape(stage.world).prometheus.url
    code, out, err = init(stage, "--out", path)
    equal((code, out), (0, ""), f"exit code and output ({err})")
    for flags, expected in ((("--strict",), set()), (("--source", source, "--at", str(END)), {("no-target", "warning")})):
        code, out, err = stage.run("check", *flags, "--format", "json", path)
        found = json.loads(out)["findings"]
        equal((code, {(one["rule"], one["level"]) for one in found}), (0, expected), f"check {' '.join(flags)}, of which {found} ({err})")
        check(all("envoy_cluster" in one["text"] for one in found), f"a word about another metric than the one without a target: {found}")
    code, out, err = stage.run("eval", "--source", source, "--at", str(END), "--format", "json", path)
    equal((code, len(json.loads(out))), (0, 19), f"exit code of eval, and the budgets that there are ({err})")


@scenario
def a_file_that_is_there_stays(stage):
    """Nothing is asked where FILE exists; --force replaces it."""
    path = stage.path("mine.yaml")
    servers.replace_file(path, "mine\n")
    code, out, err = init(stage, "--out", path, source=f"http://127.0.0.1:{servers.free_port()}")
    equal((code, out), (2, ""), "exit code and output")
    check("--force" in err and "is there already" in err, err)
    with open(path) as file:
        equal(file.read(), "mine\n", "the file")
    equal(init(stage, "--out", path, "--force")[0], 0, "exit code with --force")
    with open(path) as file:
        check("kind: ServiceLevels" in file.read(), "the file is replaced")


@scenario
def a_source_with_nothing_or_none_at_all_is_said(stage):
    """An empty Prometheus: exit 1, nothing is written. No Prometheus: exit 2, with its address. Another server: exit 2."""
    data, path = stage.path("data"), stage.path("slo.yaml")
    os.mkdir(data)
    empty = servers.Prometheus(stage.folder, data)
    stage.processes.append(empty)
    code, out, err = init(stage, "--out", path, source=empty.url)
    equal((code, out, os.path.exists(path)), (1, "", False), f"exit code, output and file ({err})")
    check("no metric of a kind that wick knows" in err, err)
    port = servers.free_port()
    code, out, err = init(stage, "--attempts", "1", source=f"http://127.0.0.1:{port}")
    equal((code, out), (2, ""), "exit code and output without a source")
    check(str(port) in err, f"the address is not named: {err}")
    proxy = stage.proxy()
    for fault in ("mode=html", "mode=garbage&body={}", "mode=garbage&body={%22status%22:%22success%22,%22data%22:[1]}", "mode=status&code=404", "mode=status&code=500&body=broken"):
        proxy.fault(fault)
        code, out, err = init(stage, "--attempts", "1", source=proxy.url)
        equal((code, out), (2, ""), f"exit code and output with {fault} ({err})")
        check(proxy.url.split("//")[1] in err, f"the address is not named with {fault}: {err}")


@scenario
def a_token_is_sent_with_every_question_and_questions_are_few(stage):
    """Without its token a source answers nothing; with it all is found. 5,000 metrics of no interest are asked for by no name."""
    guard = Guard(landscape(stage.world).prometheus.url, "open sesame")
    token = stage.path("token")
    servers.replace_file(token, "open sesame\n")
    code, out, err = init(stage, source=guard.url)
    equal((code, out, len(guard.asked)), (2, "", 1), f"exit code, output and questions without a token ({err})")
    check("401" in err, err)
    code, out, err = init(stage, "--bearer-token-file", token, source=guard.url)
    equal((code, len(Proposed(out).slos)), (0, 18), f"exit code and SLOs with a token ({err})")
    check("sesame" not in out + err, "the token is told")
    check(not [path for path in guard.asked if "things" in path], "metrics of no interest are asked for")
    check(re.search(r"^wick: 50\d\d metrics, ", err, re.M), f"the metrics are not counted: {err}")
    found = int(re.search(r"(\d+) requests$", err.splitlines()[-1])[1])
    equal(found, len(guard.asked) - 1, "requests that are told, and that were made")
    check(found < 250, f"{found} requests")


@scenario
def a_label_that_is_told_names_the_service(stage):
    """--service LABEL names the services, and what lacks it is left out with a word. No label of that name at all: nothing is proposed."""
    file, err = proposed(stage, "--service", "instance")
    check("shop-0-80/availability" in file.slos, f"not by instance: {list(file.slos)}")
    equal(file.counts("shop-0-80/availability"), landscape(stage.world).truth("shop", "shop-0:80"), "events of one instance")
    check("the service is the label 'instance', as told by --service" in err, err)
    code, out, err = init(stage, "--service", "team")
    equal((code, out), (1, ""), f"exit code and output ({err})")
    check("'http_requests_total' is left out: it has no label 'team'" in err, err)
    equal(init(stage, "--service", "no label")[0], 2, "a name that is none")


class Exposed(http.server.BaseHTTPRequestHandler):
    PAGE = b"# TYPE http_requests_total gauge\nhttp_requests_total{code=\"200\"} 3\n# TYPE probe_success gauge\nprobe_success 1\n"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(self.PAGE)

    def log_message(self, *args):
        pass


@scenario
def what_targets_say_of_a_metric_goes_before_its_name(stage):
    """A gauge that is named like a counter is left out, and what is young is no objective: all by a Prometheus that scrapes."""
    target = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Exposed)
    threading.Thread(target=target.serve_forever, daemon=True).start()
    data = stage.path("data")
    os.mkdir(data)
    config = ("global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs: [{job_name: live, static_configs: [{targets: ['127.0.0.1:"
              f"{target.server_address[1]}']}}]}}]\n")
    own = servers.Prometheus(stage.folder, data, config)
    stage.processes.append(own)
    servers.wait_until("it is scraped", lambda: "probe_success" in servers.http(own.url + "/api/v1/metadata")[1] and own.vector("probe_success", time.time()), process=own)

    def found():
        answer = stage.run("init", "--source", own.url, "--settle", "0s", "--step", "10s")
        return "live/reachable: no objective" in answer[2] and answer
    code, out, err = servers.wait_until("the probe is found", found, process=own)
    equal((code, out), (1, ""), f"exit code and output ({err})")
    check("'http_requests_total' is a gauge here, and not what its name says" in err, err)
