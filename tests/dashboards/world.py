"""Servers with a week in the life of the demo: a Prometheus that scrapes it, wick with its history, exporters, a GitHub.

The week is real: wick counts it out of the demo's samples under a clock of its own, and what it shows on the way is put into
Prometheus as if it had been scraped. Then the clock is everyone's, and all goes on live."""

import datetime
import http.server
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "support")]

import servers  # noqa: E402  (found through the line above)
from github import generate, server as github_server  # noqa: E402
from github.truth import Delivery  # noqa: E402
from github.world import World as Code  # noqa: E402
from servers import Failure  # noqa: E402
from wick import Daemon  # noqa: E402

MINUTE, HOUR, DAY = 60, 3600, 86400
DAYS = 9          # of history
SETTLE = 30       # seconds after which wick counts a step
SCRAPE = 1        # seconds between two live scrapes
RATE = "10s"      # a range with enough of them
STRIDE = 3 * HOUR # between two looks at wick in its week

MORE = """
apiVersion: wick/v1
kind: ServiceLevels
service: anvila-api
labels: {team: platform}
slos:
  - name: by-day
    objective: 99%
    window: day
    sli: {events: {bad: 'http_requests_total{job="anvila-api",code=~"5.."}', total: 'http_requests_total{job="anvila-api"}'}}
  - name: corrected
    objective: 99.5%
    window: 7d
    sli: {events: {bad: 'http_requests_total{job="anvila-api",code=~"5.."}', total: 'http_requests_total{job="anvila-api"}'}}
---
apiVersion: wick/v1
kind: ServiceLevels
service: odd
slos:
  - name: names
    objective: 99%
    groupBy: [thing]
    sli: {events: {bad: 'odd_total{result="bad"}', total: odd_total}}
---
apiVersion: wick/v1
kind: Corrections
author: sre
exclusions:
  - {for: {slo: anvila-api/corrected}, from: DRILL, duration: 10m, repeat: FREQ=DAILY, reason: a drill}
adjustments:
  - {for: {slo: anvila-api/corrected}, at: COUNTED, bad: -3, reason: counted twice}
"""

# Values of a group's label that somebody may have meant badly.
ODD = ["<script>alert(1)</script>", "it's ${slo} [[group]] $__from", "back\\slash", '"} or up{a="', "two\nlines", ".*", "(a|b)+", "ünï \u202e right to left"]


class Source:
    """The API of a Prometheus."""

    def __init__(self, prometheus):
        self.prometheus, self.ask = prometheus, prometheus.ask

    def get(self, path, **parameters):
        status, text = servers.http(f"{self.prometheus.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}")
        if status != 200:
            raise Failure(f"prometheus refuses {path} {parameters}: {text}")
        return json.loads(text)["data"]

    def value(self, query, at):
        return self.prometheus.value(query, at)


def utc(second):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


class World:
    def __init__(self, wick):
        self.wick, self.folder = wick, servers.folder("wick-dashboards")
        self.until = int(time.time()) // 60 * 60
        self.begin = self.until - DAYS * DAY
        self.data, self.definitions = self.path("data"), self.path("slo")
        self.wick_port, self.demo_port, self.exporter_port, self.probe_port, self.secure_port, self.nobody_port = (
            servers.free_port() for _ in range(6))
        os.mkdir(self.data)
        self.seconds, self._last = {}, time.monotonic()
        code = threading.Thread(target=self.make_deliveries)
        code.start()
        self.make_history()
        self.prometheus = servers.Prometheus(self.folder, self.data)
        self.source = Source(self.prometheus)
        self.passed("the demo's history")
        self.find_outage()
        code.join()
        self.define()
        self.passed("deliveries")
        self.live_through()
        self.passed("a week of wick")
        self.make_months()
        self.passed("blocks")
        self.go_live()
        self.passed("live servers")

    def path(self, name):
        return os.path.join(self.folder, name)

    def passed(self, what):
        now = time.monotonic()
        self.seconds[what], self._last = now - self._last, now

    def run(self, *argv):
        done = subprocess.run([self.wick, *argv], capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            raise Failure(f"'wick {' '.join(argv)}' ends with {done.returncode}: {done.stderr}")
        return done.stdout

    # --- the demo

    def make_history(self):
        samples = self.path("demo.om")
        self.run("demo", f"--history={samples}", f"--until={self.until}", f"--from={self.begin}")
        servers.make_blocks(samples, self.data)
        os.unlink(samples)
        self.make_odd()

    def make_odd(self):
        """Counters whose labels hold what queries, addresses and pages are broken with; one event in ten is bad."""
        odd = self.path("odd.om")
        with open(odd, "w") as out:
            for number, at in enumerate(range(self.begin, self.until, 5 * MINUTE)):
                for value in ODD:
                    quoted = value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
                    out.write(f'odd_total{{job="odd",thing="{quoted}",result="good"}} {9 * number} {at}\nodd_total{{job="odd",thing="{quoted}",result="bad"}} {number} {at}\n')
            out.write("# EOF\n")
        servers.make_blocks(odd, self.data)

    def find_outage(self):
        """The minutes in which nearly every request failed, by the demo's own counters: (its first, its last)."""
        ratio = 'sum(rate(http_requests_total{job="anvila-api",code=~"5.."}[2m])) / sum(rate(http_requests_total{job="anvila-api"}[2m])) > 0.95'
        times = []
        for begin in (self.until - 8 * DAY, self.until - 4 * DAY):  # an answer has 11,000 points at most
            for row in self.prometheus.ask("query_range", query=ratio, start=begin, end=begin + 4 * DAY - MINUTE, step=MINUTE)["result"]:
                times += [int(at) for at, _ in row["values"]]
        if len(times) < 10 or times[-1] - times[0] > HOUR:
            raise Failure(f"the demo's outage is not to be found: {times}")
        self.outage = times[0], times[-1]

    def truth(self, slo, to):
        """(bad, total) events from the beginning of the history up to a time, as the demo knows them itself."""
        text = self.run("demo", "--truth", "--format=json", f"--until={self.until}", f"--from={self.begin}", f"--to={to}")
        row = next(one for one in json.loads(text)["slos"] if one["slo"] == slo)
        return row["bad"], row["total"]

    # --- deliveries

    def make_deliveries(self):
        """A repository with 150 days, and the series of them as `wick dora backfill` writes them."""
        self.code = Code()
        self.shop = generate.play(self.code, seed=5, start=self.until - 150 * DAY, years=149.0 / 365, pulls=150, runs=160, name="acme/anvil",
                                  incidents=0.25, rollbacks=0.06, hotfixes=0.08, reverted=0.08, failing=0.12, skewed=0)
        last = self.shop.run(self.until - 8 * HOUR, took=120)
        self.shop.issue(self.until - 7 * HOUR, "The shop is slow", labels=["incident"])
        self.last_deployed = last.attempts[-1].finished
        self.delivery = Delivery(service="anvila-api", lead_time="commit")
        self.github = github_server.Server(self.code).start()
        servers.replace_file(self.path("token"), github_server.TOKEN + "\n")
        servers.replace_file(self.path("delivery.yaml"), self.delivery_document())
        self.run("dora", "backfill", f"--github-url={self.github.url}", f"--github-token-file={self.path('token')}", f"--at={utc(self.until)}",
                 "--since=130d", f"--facts={self.path('facts.db')}", f"--openmetrics={self.path('dora.om')}", self.path("delivery.yaml"))

    def delivery_document(self):
        own = json.loads(self.delivery.document("acme/anvil"))
        return json.dumps({**own, "team": "platform", "group": "shop", "incidents": [*own["incidents"], {"slo": "page"}]})

    # --- wick

    def define(self):
        shutil.copytree(os.path.join(servers.root(), "slo", "examples"), self.definitions)
        os.unlink(os.path.join(self.definitions, "anvila-delivery.yaml"))
        shutil.copy(self.path("delivery.yaml"), self.definitions)
        day = lambda second: datetime.datetime.fromtimestamp(second, datetime.timezone.utc)
        # a drill of which one is going on now, and one that was counted in the middle of the history
        more = MORE.replace("DRILL", utc(self.until - 3 * DAY - 5 * MINUTE)).replace("COUNTED", day(self.until - 2 * DAY).strftime("%Y-%m-%dT%H:%MZ"))
        servers.replace_file(os.path.join(self.definitions, "more.yaml"), more)

    def moments(self):
        """When wick is looked at in its week: every few hours, and often where something happens or is looked for."""
        begin, end, (first, last) = self.until - 7 * DAY, self.until, self.outage
        out = set(range(min(begin, first - HOUR) // STRIDE * STRIDE, end, STRIDE)) | {end}
        out |= set(range(begin - 10 * MINUTE, begin + 15 * MINUTE, 2 * MINUTE)) | set(range(end - 10 * MINUTE, end, MINUTE))
        out |= set(range(first // 300 * 300 - 600, last + 80 * MINUTE, 300))
        return sorted(out)

    def live_through(self):
        clock = self.path("clock")
        servers.replace_file(clock, f"{self.moments()[0]}\n")
        daemon = Daemon(self.wick, self.folder, self.definitions, self.prometheus.url, store=self.path("wick.db"), clock=clock, port=self.wick_port)
        with open(self.path("week.om"), "w") as out:
            for at in self.moments():
                servers.replace_file(clock, f"{at}\n")
                counted = (at - SETTLE) // 60 * 60
                page = servers.wait_until(f"all is counted up to {counted}", lambda: self.page(daemon, counted), 120, daemon)
                for line in page:
                    out.write(f"{line} {at}\n")
            out.write("# EOF\n")
        daemon.stop()

    def page(self, daemon, counted):
        """The lines, as Prometheus would keep them; None while they are not of that time."""
        status, text = daemon.get("/metrics")
        times = re.findall(r"^wick_slo_counted_timestamp_seconds\{.*\} (\S+)$", text, re.M)
        if status != 200 or not times or any(float(one) < counted for one in times):
            return None
        return [self.scraped(line) for line in text.splitlines() if line.startswith("wick_")]

    def scraped(self, line):
        """With the labels of the target, where the series has none of that name: honor_labels."""
        name, labels, value = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line).groups()
        own = [] if re.search(r'(^|,)instance="', labels or "") else [f'instance="127.0.0.1:{self.wick_port}"']
        text = ",".join([*([labels] if labels else []), 'job="wick"', *own])
        return f"{name}{{{text}}} {value}"

    # --- history that is known beforehand

    def make_months(self):
        """An SLO of 90 % with a thousand events every six hours for more than a year, and in the n-th month of the calendar n bad ones in that time."""
        self.months = {}
        end, good, bad = self.until // DAY * DAY, 0, 0
        labels = 'service="months",slo="even",job="made-up"'
        with open(self.path("months.om"), "w") as out:
            for at in range(end - 430 * DAY, self.until, 6 * HOUR):
                when = datetime.datetime.fromtimestamp(at, datetime.timezone.utc)
                for line in (f'wick_slo_events_total{{{labels},outcome="good"}} {good}', f'wick_slo_events_total{{{labels},outcome="bad"}} {bad}',
                             f"wick_slo_objective_ratio{{{labels}}} 0.9",
                             f'wick_slo_info{{{labels},window="30d",objective="90%",sli="events",slo_id="months/even",alerting="none"}} 1'):
                    out.write(f"{line} {at}\n")
                if at > self.until - 20 * HOUR:
                    out.write(f'up{{job="nobody",instance="127.0.0.1:{self.nobody_port}"}} 1 {at}\n')
                bad, good = bad + when.month, good + 1000 - when.month
                self.months[when.strftime("%Y-%m")] = when.month / 100  # of a budget of a hundred
            out.write("# EOF\n")
        complete = sorted(self.months)[1:-1]
        self.months = {month: self.months[month] for month in complete}
        self.prometheus.stop()
        for name in ("week.om", "months.om", "dora.om"):
            servers.make_blocks(self.path(name), self.data, 4000)

    # --- live

    def go_live(self):
        self.begin_servers()
        servers.wait_until("the demo is there", lambda: servers.http(f"http://127.0.0.1:{self.demo_port}/")[0] == 200, process=self.demo)
        self.prometheus = servers.Prometheus(self.folder, self.data, self.scrape_config(), port=self.prometheus.port)
        self.source = Source(self.prometheus)
        self.daemon = Daemon(self.wick, self.folder, self.definitions, self.prometheus.url, store=self.path("wick.db"), port=self.wick_port, flags=(
            f"--github-url={self.github.url}", f"--github-token-file={self.path('token')}", f"--alertmanager=http://127.0.0.1:{self.alertmanager_port}",
            "--delivery-interval=10s", f"--facts={self.path('facts.db')}"))
        self.daemon.wait_ready(120)
        enough = f"count(up) - count(count_over_time(up[{RATE}]) >= {int(RATE[:-1]) // SCRAPE - 3}) == 0 and count(up) > 8"
        servers.wait_until("everything was scraped often enough", lambda: self.value_now(enough) is not None, 90, self.prometheus)
        servers.wait_until("the history of deliveries is read", lambda: self.value_now("min(wick_dora_complete and on (service, environment) wick_dora_up == 1) == 1") is not None, 60, self.daemon)
        servers.wait_until("rules were evaluated", lambda: self.value_now("max(prometheus_rule_group_last_evaluation_timestamp_seconds) > 0") is not None, 60)
        servers.wait_until("wick posts", lambda: self.value_now("sum(wick_alertmanager_posts_total) > 0") is not None, 90)
        self.now = int(time.time())

    def value_now(self, query):
        """Of the whole second that has passed last: what is there then is there at any `now` to come."""
        return self.source.value(query, int(time.time()))

    def begin_servers(self):
        self.demo = servers.Process("demo", [self.wick, "demo", f"--listen=127.0.0.1:{self.demo_port}", f"--until={self.until}"], self.folder)
        self.exporter = servers.Process("node", ["prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{self.exporter_port}"], self.folder)
        probes = self.path("blackbox.yml")
        servers.replace_file(probes, "modules:\n  answers: {prober: http, http: {preferred_ip_protocol: ip4, tls_config: {insecure_skip_verify: true}}}\n")
        self.prober = servers.Process("blackbox", ["prometheus-blackbox-exporter", f"--config.file={probes}",
                                                   f"--web.listen-address=127.0.0.1:{self.probe_port}"], self.folder)
        self.begin_secure()
        self.alertmanager_port = servers.free_port()
        config = self.path("alertmanager.yml")
        servers.replace_file(config, "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
        self.alertmanager = servers.Process("alertmanager", ["prometheus-alertmanager", f"--config.file={config}", "--cluster.listen-address=",
                                                             f"--web.listen-address=127.0.0.1:{self.alertmanager_port}",
                                                             f"--storage.path={self.path('alertmanager')}"], self.folder)

    def begin_secure(self):
        """A page behind TLS, with a certificate that ends in ten days."""
        key, certificate = self.path("key.pem"), self.path("certificate.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "10", "-subj", "/CN=localhost", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)

        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"here\n")

            def log_message(self, *_):
                pass
        self.secure = http.server.ThreadingHTTPServer(("127.0.0.1", self.secure_port), Page)
        self.secure.socket = context.wrap_socket(self.secure.socket, server_side=True)
        self.secure.daemon_threads = True
        threading.Thread(target=self.secure.serve_forever, daemon=True).start()

    def probed(self):
        return [f"http://127.0.0.1:{self.wick_port}/-/healthy", f"https://127.0.0.1:{self.secure_port}/", f"http://127.0.0.1:{self.nobody_port}/"]

    def scrape_config(self):
        rules = [self.path("wick-rules.yml"), self.path("packs.yml")]
        servers.replace_file(rules[0], self.run("rules"))
        servers.replace_file(rules[1], self.run("rules", "--pack=host,blackbox,delivery,prometheus"))
        local = lambda port: {"targets": [f"127.0.0.1:{port}"]}
        jobs = [{"job_name": job, "http_sd_configs": [{"url": f"http://127.0.0.1:{self.demo_port}/targets/{job}", "refresh_interval": "2s"}]}
                for job in ("anvila-api", "anvila-worker", "blackbox-http")]
        jobs += [{"job_name": "wick", "honor_labels": True, "static_configs": [local(self.wick_port)]},
                 {"job_name": "prometheus", "static_configs": [local(self.prometheus.port)]},
                 {"job_name": "node", "static_configs": [local(self.exporter_port)]},
                 {"job_name": "nobody", "static_configs": [local(self.nobody_port)]},
                 {"job_name": "probes", "metrics_path": "/probe", "params": {"module": ["answers"]}, "static_configs": [{"targets": self.probed()}],
                  "relabel_configs": [{"source_labels": ["__address__"], "target_label": "__param_target"},
                                      {"source_labels": ["__param_target"], "target_label": "instance"},
                                      {"target_label": "__address__", "replacement": f"127.0.0.1:{self.probe_port}"}]}]
        return json.dumps({"global": {"scrape_interval": f"{SCRAPE}s", "evaluation_interval": "2s"}, "rule_files": rules, "scrape_configs": jobs,
                           "alerting": {"alertmanagers": [{"static_configs": [local(self.alertmanager_port)]}]}})

    def api(self):
        status, text = self.daemon.get("/api/v1/slos")
        return json.loads(text)["slos"] if status == 200 else []
