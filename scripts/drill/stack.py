"""The servers of a game day: the demo, Prometheus, wick, Alertmanager, and a receiver in Slack's place. All on loopback; they end
with the program that started them."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tests", "support"))

import alertmanager  # noqa: E402  (found through the line above)
import servers  # noqa: E402
from wick import Daemon  # noqa: E402

PORTS = ("prometheus", "demo", "wick", "alertmanager", "receiver")
STEP, SCRAPE, SETTLE = 10, 1, 2          # seconds
RESEND = 5                               # seconds between two posts of Prometheus; an alert of its is over after four of them
SLOW = 0.5                               # seconds: the threshold of anvila-api/responsive
STOPPED, RUNNING = 1.4, 0.3              # seconds of a throttled process; together no multiple of a scrape interval
THROTTLED_AT_MOST = 600                  # seconds
SUMMARY = re.compile(r"^(Resolved(?:: |[.] It had said: ))?(\S+/\S+) (?:burns its error budget \S+ times|does not burn its error budget) too fast(?: any more)?$", re.M)


def definitions(tiers):
    """The definition file's text, with the game day's alert tiers or the default ones."""
    text = ""
    for name in ("slo.yaml", "tiers.yaml") if tiers else ("slo.yaml",):
        with open(os.path.join(HERE, name)) as file:
            text += file.read()
    return text


class Message:
    """What Slack would get: when, where, and which SLOs it says what of."""

    def __init__(self, at, body):
        self.at, self.channel = at, body.get("channel", "")
        attachment = (body.get("attachments") or [{}])[0]
        self.title, self.text = attachment.get("title", ""), attachment.get("text", "")
        self.says = [(bool(resolved), slo) for resolved, slo in SUMMARY.findall(self.text)]


class Throttle:
    """A process gets the processor for a part of the time only, as a container at its CPU limit does. Ends by itself at last."""

    def __init__(self, process):
        self.process, self.over = process, threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        end = time.monotonic() + THROTTLED_AT_MOST
        while not self.over.is_set() and time.monotonic() < end and self.process.running():
            self.process.signal(signal.SIGSTOP)
            self.over.wait(STOPPED)
            self.process.signal(signal.SIGCONT)
            self.over.wait(RUNNING)

    def end(self):
        self.over.set()
        self.thread.join()


class Prober:
    """Asks a server once in a while and writes down how long its answers take: [(when asked, seconds)]."""

    def __init__(self, url):
        self.url, self.answers, self.over = url, [], threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.over.wait(0.25):
            asked, begin = time.time(), time.monotonic()
            status, _ = servers.http(self.url, timeout=SCRAPE)
            self.answers.append((asked, time.monotonic() - begin if status == 200 else float(SCRAPE)))

    def end(self):
        self.over.set()
        self.thread.join()

    def slow_steps(self, begin, end):
        """How many steps of (begin, end], on wick's grid, have an answer that took too long; when the first of those was asked for."""
        slow = [asked for asked, seconds in list(self.answers) if seconds >= SLOW and begin < asked <= end]
        return len({int(asked // STEP) for asked in slow}), min(slow, default=None)


class Stack:
    def __init__(self, wick, folder, port_base, quick):
        self.wick, self.folder, self.quick = wick, folder, quick
        self.ports = {name: port_base + i if port_base else servers.free_port() for i, name in enumerate(PORTS)}
        self.demo_url = f"http://127.0.0.1:{self.ports['demo']}"
        self.receiver = alertmanager.Receiver(self.ports["receiver"])
        self.definitions = self.write("slo.yaml", definitions(tiers=True))
        self.throttle = None
        self._looked_at, self._slos = 0.0, {}

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        servers.replace_file(path, text)
        return path

    def run(self, *argv):
        done = subprocess.run([self.wick, *argv], capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise servers.Failure(f"'wick {argv[0]}' ends with {done.returncode}: {done.stderr}")
        return done.stdout

    # --- start -----------------------------------------------------------------------------------------------------------------

    def start(self):
        self._start_alertmanager()
        self.demo = servers.Process("demo", [self.wick, "demo", f"--listen=127.0.0.1:{self.ports['demo']}"], self.folder)
        servers.wait_until("the demo answers", lambda: servers.http(self.demo_url)[0] == 200, process=self.demo)
        self.tell_demo("deploy?errors=0")  # nobody has seen these pods before: there is no past to be read back
        self.write("rules.yml", self.run("rules", "--health"))
        self.start_prometheus()
        self.daemon = Daemon(self.wick, self.folder, self.definitions, self.prometheus.url, port=self.ports["wick"], flags=[
            f"--step={STEP}s", f"--settle={SETTLE}s", f"--alertmanager={self.alertmanager.url}",
            f"--external-url=http://127.0.0.1:{self.ports['wick']}"])
        self.daemon.wait_ready(120)
        if not self.until("every SLO is counted", lambda: self.slos() and all((slo["total"] or 0) > 0 for slo in self.slos().values()), 120):
            raise servers.Failure(f"wick has counted nothing after 120 s\n{self.daemon.tail()}")

    def _start_alertmanager(self):
        """On the configuration that wick writes, with Slack's address leading to the receiver."""
        slack = self.write("slack-url", self.receiver.url + "slack")
        self.run("alertmanager", f"--slack-url-file={slack}", f"--watchdog={self.receiver.url}watchdog", f"--out={self.folder}", self.definitions)
        config = os.path.join(self.folder, "alertmanager.yml")
        if self.quick:
            with open(config) as file:
                text = file.read()
            self.write("alertmanager.yml", text.replace("group_wait: 10s", "group_wait: 1s").replace("group_interval: 1m", "group_interval: 5s"))
        self.alertmanager = alertmanager.Alertmanager(self.folder, config, self.ports["alertmanager"]).wait()

    def start_prometheus(self):
        """Also again, on the data of the one before."""
        scrapes = [{"job_name": job, "http_sd_configs": [{"url": f"{self.demo_url}/targets/{job}", "refresh_interval": "1s"}]}
                   for job in ("anvila-api",)]
        scrapes.append({"job_name": "wick", "static_configs": [{"targets": [f"127.0.0.1:{self.ports['wick']}"]}]})
        config = {"global": {"scrape_interval": f"{SCRAPE}s", "scrape_timeout": f"{SCRAPE}s", "evaluation_interval": f"{RESEND}s"},
                  "rule_files": ["rules.yml"], "scrape_configs": scrapes,
                  "alerting": {"alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{self.ports['alertmanager']}"]}]}]}}
        self.prometheus = servers.Prometheus(self.folder, os.path.join(self.folder, "data"), json.dumps(config), self.ports["prometheus"],
                                             [f"--rules.alert.resend-delay={RESEND}s"])

    # --- what is said ------------------------------------------------------------------------------------------------------------

    def slos(self):
        """{id: wick's answer}; looked at four times a second at most."""
        if time.monotonic() - self._looked_at > 0.25:
            self._looked_at = time.monotonic()
            status, text = self.daemon.get("/api/v1/slos")
            self._slos = {slo["id"]: slo for slo in json.loads(text)["slos"]} if status == 200 else {}
        return self._slos

    def slo(self, name):
        """All about one SLO, with the times of all its alerts; None while there is no answer."""
        status, text = self.daemon.get(f"/api/v1/slos/{name}")
        return json.loads(text)["slos"][0] if status == 200 else None

    def messages(self):
        return [Message(at, body) for at, path, body in list(self.receiver.posts) if path == "/slack"]

    def watchdogs(self):
        """[(when, status)] of what the address that misses the watchdog was told about Prometheus's own."""
        return [(at, alert["status"]) for at, path, body in list(self.receiver.posts) if path == "/watchdog"
                for alert in body["alerts"] if "sender" not in alert["labels"]]

    def truth(self, slo, begin, end):
        """(bad, total) that the demo's processes counted in (begin, end], which no scrape has to do with."""
        window = round((end - begin) * 1000)
        if window <= 0:
            return 0.0, 0.0
        status, text = servers.http(f"{self.demo_url}/truth?at={end:.3f}&window={window}ms")
        if status != 200:
            raise servers.Failure(f"the demo does not tell the truth: {status} {text}")
        row = next((row for row in json.loads(text)["slos"] if row["slo"] == slo), {"bad": 0.0, "total": 0.0})
        return row["bad"], row["total"]

    def unseen(self, at):
        """Seconds from the last moment at which Prometheus had scraped each of the demo's processes until `at`: a busy machine scrapes late."""
        last = self.prometheus.vector('max_over_time((timestamp(up{job="anvila-api"}) * up{job="anvila-api"})[5m:500ms])', f"{at:.3f}")
        return at - min((moment for _, moment in last), default=at)

    # --- what is done to it ------------------------------------------------------------------------------------------------------

    def tell_demo(self, what):
        status, text = servers.http(f"{self.demo_url}/{what}", data=b"", method="POST")
        if status != 200:
            raise servers.Failure(f"the demo refuses '{what}': {status} {text}")

    def until(self, what, condition, deadline):
        """The first true value of condition(); None where the time is over. Fails where a server has ended."""
        late, end = object(), time.monotonic() + deadline

        def holds():
            for process in (self.demo, self.daemon, self.alertmanager):
                if not process.running():
                    raise servers.Failure(f"'{process.name}' has ended with {process.popen.returncode}\n{process.tail()}")
            return condition() or (late if time.monotonic() > end else None)
        value = servers.wait_until(what, holds, deadline + 60)
        return None if value is late else value

    def end(self):
        if self.throttle:
            self.throttle.end()
        for name in ("daemon", "prometheus", "demo", "alertmanager"):
            if hasattr(self, name):
                try:
                    getattr(self, name).stop()
                except servers.Failure as failure:  # it was killed then
                    print(failure, file=sys.stderr)
        self.receiver.server.shutdown()
