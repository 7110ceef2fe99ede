"""`wick serve` as a test sees it."""

import json
import os
import re

import servers

METRIC = re.compile(r'^([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)$')


class Daemon(servers.Process):
    """A daemon with definitions, a source, and, unless told otherwise, a store and a port of its own.

    `clock` is a file with the time; the daemon then knows no other."""

    def __init__(self, wick, folder, definitions, source, store=None, clock=None, flags=(), port=None, **popen):
        self.port = port or servers.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.store = store or os.path.join(folder, f"wick-{self.port}.db")
        argv = [wick, "serve", f"--source={source}", f"--listen=127.0.0.1:{self.port}", f"--store={self.store}"]
        if clock:
            argv.append(f"--test-clock={clock}")
        super().__init__("wick", [*argv, *flags, *([definitions] if isinstance(definitions, str) else definitions)], folder, **popen)

    def get(self, path):
        return servers.http(self.url + path)

    def ready(self):
        return self.get("/-/ready")[0] == 200

    def wait_ready(self, deadline=servers.DEADLINE):
        servers.wait_until("wick is ready", self.ready, deadline, self)

    def metrics(self):
        """{"name" or "name{labels}": value}; empty while there is no answer."""
        status, page = self.get("/metrics")
        if status != 200:
            return {}
        return {match[1] + (match[2] or ""): float(match[3]) for match in map(METRIC.match, page.splitlines()) if match}

    def wait_metric(self, name, wanted, deadline=servers.DEADLINE):
        """Waits until the metric is there and wanted(value)."""
        def holds():
            value = self.metrics().get(name)
            return value is not None and wanted(value)
        servers.wait_until(f"{name} is as wanted", holds, deadline, self)

    def slos(self):
        """{(service, slo, instance or None): answer}; empty while there is none."""
        status, text = self.get("/api/v1/slos")
        if status != 200:
            return {}
        return {(one["service"], one["slo"], (one.get("group") or {}).get("instance")): one for one in json.loads(text)["slos"]}
