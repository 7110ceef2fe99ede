"""A real Prometheus for the tests beside this file: started on a free port, asked over HTTP, ended by its handle."""
import http.client
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.parse

START_SECONDS = 60


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Prometheus:
    def __init__(self, samples=None, binary="prometheus", promtool="promtool", flags=()):
        """`samples` is a text in OpenMetrics format that is loaded as blocks first."""
        self.folder = tempfile.mkdtemp(prefix="wick-promql-")
        self.process = self.connection = None
        try:
            self._start(samples, binary, promtool, flags)
        except BaseException:
            self.stop()
            raise

    def _start(self, samples, binary, promtool, flags):
        data = os.path.join(self.folder, "data")
        os.mkdir(data)
        if samples:
            source = os.path.join(self.folder, "samples.txt")
            with open(source, "w", encoding="utf-8") as f:
                f.write(samples)
            subprocess.run([promtool, "tsdb", "create-blocks-from", "openmetrics", source, data], check=True,
                           stdout=subprocess.DEVNULL)
        config = os.path.join(self.folder, "prometheus.yml")
        with open(config, "w", encoding="utf-8") as f:
            f.write("global: {}\n")
        self.log = open(os.path.join(self.folder, "log"), "w+b")
        for _ in range(3):  # another program may take the port first
            self.port = free_port()
            self.process = subprocess.Popen(
                [binary, f"--config.file={config}", f"--storage.tsdb.path={data}", "--storage.tsdb.retention.time=100y",
                 f"--web.listen-address=127.0.0.1:{self.port}", *flags], stdout=self.log, stderr=self.log)
            if self._wait():
                return
        self.log.seek(0)
        raise RuntimeError("prometheus did not start: " + self.log.read().decode(errors="replace")[-2000:])

    def _wait(self):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                if self._get("/-/ready")[0] == 200:
                    return True
            except OSError:
                pass
            time.sleep(0.05)
        return False

    def _get(self, path, body=None):
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        self.connection.request("POST" if body else "GET", path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def api(self, name, **parameters):
        """The answer's data, or raises ValueError with the server's words."""
        _, body = self._get("/api/v1/" + name, urllib.parse.urlencode(parameters))
        answer = json.loads(body)
        if answer["status"] != "success":
            raise ValueError(answer["error"])
        return answer["data"]

    def stop(self):
        if self.connection:
            self.connection.close()
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
