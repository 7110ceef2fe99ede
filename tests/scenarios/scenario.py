"""What scenarios share: a world of services in a Prometheus, and a stage for each scenario with a clock of its own."""

import json
import os
import re
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "support"), os.path.join(HERE, "..", "conformance")]

import servers  # noqa: E402  (found through the lines above)
import traffic  # noqa: E402
from servers import Failure  # noqa: E402
from traffic import HOUR, Gauge, Process, Service, Target, at, by_chance, during, every, observations, requests, steady  # noqa: E402
from wick import Daemon  # noqa: E402

END = 1_740_787_200           # 2025-03-01T00:00:00Z
STEP = 60
SETTLE = 30
SECONDS = 12 * HOUR           # of history
START = END - SECONDS
LIVE = END - 2 * HOUR         # where scenarios begin to be live

_scenarios = []


def scenario(function):
    """Marks a function of (stage) as a scenario; its docstring is the sentence that is true when it passes."""
    _scenarios.append(function)
    return function


def scenarios():
    return list(_scenarios)


def check(truth, what):
    if not truth:
        raise Failure(what)


def equal(got, want, what):
    check(got == want, f"{what}: {got!r}, not {want!r}")


def moment(second):
    """Seconds since START, as a time of the case."""
    return second - START


# --- the world -------------------------------------------------------------------------------------------------------------

def shop():
    """Pods that come and go, one that restarts in place, one that is away, and a hole in everything."""
    live = moment(LIVE)
    hole = (live + 1500, live + 2700)
    away = (live + 600, live + 1200)
    targets = []
    for number in range(12):
        begin = number * HOUR + 137
        targets.append(Target(f"web-{number}:8080", leaves=True, processes=[Process(
            [requests(during(steady(90), (begin, SECONDS))), requests(by_chance(9, f"web {number}"), code="500", bad=True)],
            start=begin, end=begin + 3 * HOUR)]))
    targets.append(Target("api-1:8080", [Process([requests(steady(240)), requests(every(71), code="500", bad=True)], end=end, start=start)
                                         for start, end in ((-HOUR, live + 900), (live + 900, live + 3000), (live + 3000, 10 ** 9))]))
    targets.append(Target("api-2:8080", [Process([requests(steady(120)), requests(every(97), code="503", bad=True, hidden=(away,))])], misses=0.1))
    return Service("shop", SECONDS, targets, interval=15, blind=(hole,))


def checkout():
    bounds = ("0.1", "0.5", "1", "2.5")
    name = "http_request_duration_seconds"
    return Service("checkout", SECONDS, [Target(f"checkout-{n}:8080", [Process([
        observations(name, bounds, 0.07, steady(240)), observations(name, bounds, 1.7, every(31, n), bad=True)])]) for n in range(2)])


def libraries():
    """One metric of three client libraries: as Go spells bounds, as Java does, and with other bounds altogether."""
    name, truth = "library_duration_seconds", lambda bounds: [observations(name, bounds, 0.2, steady(240)),
                                                              observations(name, bounds, 0.7, every(31), bad=True)]
    return Service("libraries", SECONDS, [Target(f"{language}:8080", [Process(truth(bounds))]) for language, bounds in (
        ("go", ("0.1", "0.5", "1")), ("java", ("1.0E-1", "5.0E-1", "1.0E0")), ("other", ("0.1", "0.25", "1")))])


def gauges():
    spell = (moment(LIVE) + 800, moment(LIVE) + 3000)
    of = lambda metric, well, ill: Gauge(metric, {}, lambda second: ill if spell[0] <= second < spell[1] else well)
    return Service("edge", SECONDS, [Target("edge:9115", [Process([], gauges=[
        of("probe_success", 1, 0), of("queue_length", 10, 500), of("error_ratio", 0, 0.25), of("sick_ratio", 0, float("nan")),
        of("wild_ratio", 0, float("inf")), of("large_ratio", 0, 7)])])])


def upside_down():
    """A service that reports more failures than requests."""
    return Service("upside-down", SECONDS, [Target("odd:8080", [Process([requests(steady(60)), requests(at((moment(LIVE) + 700, 5)), code="500", bad=True),
                                                                         traffic.counter("failures_total", events=steady(90))])])])


class World:
    """One Prometheus for all scenarios of a run."""

    def __init__(self, wick):
        self.wick = wick
        self.folder = servers.folder("wick-scenarios")
        self.services = {service.job: service for service in (shop(), checkout(), libraries(), gauges(), upside_down())}
        path = os.path.join(self.folder, "samples.om")
        with open(path, "w") as out:
            for service in self.services.values():
                traffic.write_openmetrics(service, START, out)
            out.write("# EOF\n")
        self.data = os.path.join(self.folder, "data")
        servers.make_blocks(path, self.data)
        self.prometheus = servers.Prometheus(self.folder, self.data)
        self._lock, self._stages = threading.Lock(), 0

    def stage(self, name):
        with self._lock:
            self._stages += 1
            folder = os.path.join(self.folder, f"{self._stages:03}-{name}")
        os.mkdir(folder)
        return Stage(self, folder)

    def truth(self, job, begin, end):
        """What the samples hold of (begin, end], in Unix seconds."""
        return traffic.truth(self.services[job], moment(begin), moment(end))


# --- definitions -----------------------------------------------------------------------------------------------------------

BAD, ALL = 'http_requests_total{job="shop",code=~"5.."}', 'http_requests_total{job="shop"}'
EVENTS = f"events: {{bad: '{BAD}', total: '{ALL}'}}"


def document(service, **slos):
    """A definition file; each SLO is its SLI, or a dictionary with further fields."""
    lines = ["apiVersion: wick/v1", "kind: ServiceLevels", f"service: {service}", "slos:"]
    for name, slo in slos.items():
        slo = {"sli": slo} if isinstance(slo, str) else slo
        fields = {"objective": "99%", "window": "4h", **slo}
        lines += [f"  - name: {name.replace('_', '-')}"]
        lines += [f"    {field}: {value}" for field, value in fields.items() if field != "sli"]
        lines += ["    sli:"] + ["      " + line for line in slo["sli"].splitlines()]
    return "\n".join(lines) + "\n"


EVERY_KIND = document(
    "shop",
    availability=EVENTS,
    per_instance={"sli": EVENTS, "groupBy": "[instance]"},
    by_window=f"events: {{bad: 'sum(rate({BAD}[$window])) or vector(0)', total: 'sum(rate({ALL}[$window]))'}}",
    by_expression=f"events: {{bad: 'max by (job) (sum by (job) (increase({BAD}[$window])))', total: 'sum(increase({ALL}[$window]))'}}",
    latency="latency: {histogram: 'http_request_duration_seconds{job=\"checkout\"}', threshold: 1s}",
    probe="probe: 'probe_success{job=\"edge\"}'",
    queue="threshold: {query: 'queue_length{job=\"edge\"}', operator: '<', value: 100}",
    ratio="ratio: {bad: 'error_ratio{job=\"edge\"}'}")


# --- a stage ---------------------------------------------------------------------------------------------------------------

class Stage:
    """A scenario's own folder, clock and processes."""

    def __init__(self, world, folder):
        self.world, self.wick, self.folder = world, world.wick, folder
        self.clock_path = self.path("clock")
        self.definitions = self.path("slo")
        os.mkdir(self.definitions)
        self.processes = []
        self.set_clock(LIVE)

    def path(self, name):
        return os.path.join(self.folder, name)

    def define(self, text, name="shop.yaml"):
        """Replaces a definition file as an editor does: with a new one."""
        servers.replace_file(os.path.join(self.definitions, name), text)

    def set_clock(self, counted_to):
        """The time at which the step that ends at `counted_to` is the newest one to be counted."""
        self.now = counted_to
        servers.replace_file(self.clock_path, f"{counted_to + SETTLE}\n")

    def clock_text(self):
        """What the clock shows, as the API writes times."""
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.now + SETTLE))

    def serve(self, *flags, source=None, store="wick.db", definitions=None, clock=True, settled=True, **popen):
        """Starts a daemon and, unless told otherwise, waits until it has counted up to the clock."""
        daemon = Daemon(self.wick, self.folder, definitions or self.definitions, source or self.world.prometheus.url,
                        store=self.path(store), clock=self.clock_path if clock else None, flags=flags, **popen)
        self.processes.append(daemon)
        if settled:
            self.wait_counted(daemon)
        return daemon

    def wait_counted(self, daemon, deadline=servers.DEADLINE):
        """Waits until every SLO has been counted up to the clock."""
        target = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.now))

        def counted():
            slos = daemon.slos()
            return slos and all((one["counted_to"] or "") >= target for one in slos.values())
        servers.wait_until(f"all is counted up to {target}", counted, deadline, daemon)

    def live_through(self, daemon, to):
        """Moves the clock forward step by step, each counted before the next."""
        while self.now < to:
            self.set_clock(self.now + STEP)
            self.wait_counted(daemon)

    def proxy(self):
        """A server between wick and Prometheus that misbehaves as it is told."""
        proxy = servers.Process("proxy", ["/usr/bin/python3", os.path.join(HERE, "..", "support", "fault_server.py"),
                                          "--lifetime", "600", "--upstream", self.world.prometheus.url], self.folder)
        self.processes.append(proxy)
        port = servers.wait_until("the proxy listens", lambda: re.match(r"port (\d+)", proxy.log()), process=proxy)[1]
        proxy.url = f"http://127.0.0.1:{port}"
        proxy.fault = lambda spec: servers.http(f"{proxy.url}/-/fault?{spec}", method="POST", data=b"")
        return proxy

    def run(self, *argv):
        """A command of wick: (exit code, what it prints, what it says on stderr)."""
        done = subprocess.run([self.wick, *argv], capture_output=True, text=True, timeout=120, check=False)
        return done.returncode, done.stdout, done.stderr

    def dump(self, store="wick.db"):
        """Every account of the store, as `wick store dump` shows it."""
        code, out, err = self.run("store", "dump", "--format", "json", self.path(store))
        check(code == 0, f"'wick store dump' ends with {code}: {err}")
        return json.loads(out)

    def end(self):
        for process in self.processes:
            process.kill()
