"""Packs of rules where they are used: in a real Prometheus that scrapes, and before a real Alertmanager with wick's configuration."""

import http.server
import json
import threading
import time

from pages import Receiver
from scenario import check, equal, scenario, servers

PACKS = "host,blackbox,delivery,prometheus"
CONFIG = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
rule_files: ['{rules}']
scrape_configs:
  - {{job_name: prometheus, static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}
  - {{job_name: machines, file_sd_configs: [{{files: ['{targets}'], refresh_interval: 1s}}]}}
"""
HOST = """
node_boot_time_seconds 1
node_memory_MemTotal_bytes 1000
node_memory_MemAvailable_bytes 150
node_filesystem_size_bytes{device="/dev/sda1",fstype="ext4",mountpoint="/"} 1000
node_filesystem_avail_bytes{device="/dev/sda1",fstype="ext4",mountpoint="/"} 50
node_filesystem_readonly{device="/dev/sda1",fstype="ext4",mountpoint="/"} 0
node_filesystem_size_bytes{device="tmpfs",fstype="tmpfs",mountpoint="/run"} 1000
node_filesystem_avail_bytes{device="tmpfs",fstype="tmpfs",mountpoint="/run"} 0
"""


class Exporter:
    """A target that says the same for ever."""

    def __init__(self, text):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def end(self):
        self.server.shutdown()
        self.server.server_close()


@scenario
def packs_run_in_a_prometheus_that_scrapes(stage):
    """Every rule of the packs evaluates on what is scraped; a host that is gone keeps its age, over a kill of Prometheus, too."""
    exporter, port, targets = Exporter(HOST), servers.free_port(), stage.path("targets.json")
    code, rules, said = stage.run("rules", "--pack", PACKS)
    equal((code, said), (0, ""), "wick rules --pack")
    servers.replace_file(stage.path("packs.yml"), rules.replace("interval: 1m\n", "interval: 1s\n"))
    servers.replace_file(targets, json.dumps([{"targets": [exporter.address], "labels": {"team": "infra"}}]))

    def prometheus():
        config = CONFIG.format(rules=stage.path("packs.yml"), port=port, targets=targets)
        stage.processes.append(servers.Prometheus(stage.folder, stage.path("tsdb"), config, port=port))
        return stage.processes[-1]

    def now(query):
        return server.vector(query, time.time())

    def alerts(state, **labels):
        wanted = ",".join(f'{name}="{value}"' for name, value in labels.items())
        return {(found["alertname"], found["severity"], found.get("mountpoint")) for found, _ in now(f'ALERTS{{alertstate="{state}",{wanted}}}')}

    def rules_told():
        told = json.loads(servers.http(server.url + "/api/v1/rules")[1])
        return [rule for group in told["data"]["groups"] for rule in group["rules"]]

    server = prometheus()
    high = {("HostMemoryHigh", "ticket", None), ("HostDiskFilling", "ticket", "/"), ("HostDiskFilling", "page", "/")}
    servers.wait_until("the host's memory and disk are noticed", lambda: alerts("pending", instance=exporter.address, team="infra") == high, process=server)
    seen = f'wick:target:last_seen_timestamp_seconds{{instance="{exporter.address}"}}'
    servers.wait_until("the host has been seen", lambda: now(seen), process=server)
    check(len(rules_told()) > 20, f"{len(rules_told())} rules")
    servers.wait_until("each rule has been evaluated", lambda: all(rule["health"] != "unknown" for rule in rules_told()), process=server)
    equal([rule.get("lastError") for rule in rules_told() if rule["health"] != "ok"], [], "rules that fail")

    exporter.end()  # under a job whose name says nothing: it is known for a host by what it has shown
    servers.wait_until("the host is down", lambda: ("HostDown", "page", None) in alerts("pending", instance=exporter.address), process=server)
    servers.replace_file(targets, "[]")
    vanished = f"({seen}) unless on (job, instance) up"
    labels, when = servers.wait_until("it is no target any more", lambda: now(vanished), process=server)[0]
    equal(labels, {"__name__": "wick:target:last_seen_timestamp_seconds", "job": "machines", "instance": exporter.address, "team": "infra",
                   "target_kind": "host"}, "labels of what was seen last")
    server.kill()
    server = prometheus()
    own = 'wick:target:last_seen_timestamp_seconds{job="prometheus"}'
    started = time.time()
    servers.wait_until("the rules run again", lambda: any(value > started for _, value in now(own)), process=server)
    equal(now(vanished), [(labels, when)], "what was seen last, behind a restart")


def alert(name, severity, instance, pack="host", **labels):
    return {"labels": {"alertname": name, "severity": severity, "job": "node", "instance": instance, "pack": pack, **labels},
            "annotations": {"summary": f"{name} of {instance}"}}


@scenario
def one_alert_at_a_time_for_one_thing(stage):
    """With wick's configuration a page of a pack holds back the ticket of the same thing, and a dead host all that runs on it."""
    receiver, port = Receiver(), servers.free_port()
    code, _, said = stage.run("alertmanager", "--out", stage.path("am"), "--webhook", receiver.url, "--watchdog", receiver.url)
    equal((code, said), (0, ""), "wick alertmanager")
    url = f"http://127.0.0.1:{port}"
    alertmanager = servers.Process("alertmanager", [
        "prometheus-alertmanager", f"--config.file={stage.path('am/alertmanager.yml')}", f"--web.listen-address=127.0.0.1:{port}",
        f"--storage.path={stage.path('data')}", "--cluster.listen-address=", "--log.level=warn"], stage.folder)
    stage.processes.append(alertmanager)
    servers.wait_until("alertmanager is ready", lambda: servers.http(url + "/-/ready")[0] == 200, process=alertmanager)
    posted = [
        alert("HostDiskFilling", "page", "a:9100", device="/dev/sda1", fstype="ext4", mountpoint="/"),
        alert("HostDiskFilling", "ticket", "a:9100", device="/dev/sda1", fstype="ext4", mountpoint="/"),
        alert("HostDiskFilling", "ticket", "a:9100", device="/dev/sdb1", fstype="ext4", mountpoint="/srv"),
        alert("HostMemoryHigh", "ticket", "a:9100"),
        alert("HostDiskFilling", "ticket", "b:9100", device="/dev/sda1", fstype="ext4", mountpoint="/"),
        alert("HostDown", "page", "c:9100"),
        alert("TargetDown", "ticket", "c:9100", pack="prometheus"),
        alert("HostDown", "page", "e:9100", host="e", cluster="east"),
        alert("TargetDown", "ticket", "e:8080", pack="prometheus", host="e", cluster="east"),
        alert("ProbeFailing", "page", "https://e/health", pack="blackbox", host="e", cluster="east"),
        alert("TargetDown", "ticket", "e:8081", pack="prometheus", host="e", cluster="west"),
        alert("TargetDown", "ticket", "f:8080", pack="prometheus", host="f", cluster="east"),
        alert("ProbeMissing", "ticket", "https://d.example", pack="blackbox"),
        alert("TargetDown", "ticket", "https://d.example", pack="prometheus"),
        alert("PrometheusStorageFailing", "page", "p:9090", pack="prometheus"),
        alert("PrometheusStorageFailing", "ticket", "p:9090", pack="prometheus", problem="compaction"),
    ]
    status, body = servers.http(url + "/api/v2/alerts", json.dumps(posted).encode(), headers={"Content-Type": "application/json"})
    equal(status, 200, f"posting: {body}")

    def states():
        told = json.loads(servers.http(url + "/api/v2/alerts")[1])
        return {(one["labels"]["alertname"], one["labels"]["severity"], one["labels"]["instance"], one["labels"].get("mountpoint")): one["status"]["state"]
                for one in told}

    held = {("HostDiskFilling", "ticket", "a:9100", "/"), ("TargetDown", "ticket", "c:9100", None), ("TargetDown", "ticket", "https://d.example", None),
            ("TargetDown", "ticket", "e:8080", None), ("ProbeFailing", "page", "https://e/health", None), ("PrometheusStorageFailing", "ticket", "p:9090", None)}

    def held_now():
        return {key for key, state in states().items() if state == "suppressed"}

    servers.wait_until("all of them are there", lambda: len(states()) == len(posted), process=alertmanager)
    servers.wait_until("what should be is held back", lambda: held <= held_now(), process=alertmanager)
    equal(held_now(), held, "what is held back")
    servers.wait_until("the pages arrive", lambda: len(receiver.got) >= 4, 60, alertmanager)
    equal({(got["labels"]["alertname"], got["labels"]["instance"]) for _, got in receiver.got},
          {("HostDiskFilling", "a:9100"), ("HostDown", "c:9100"), ("HostDown", "e:9100"), ("PrometheusStorageFailing", "p:9090")}, "what wakes people up")
