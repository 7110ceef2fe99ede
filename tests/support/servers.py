"""Processes that tests start, and end again: Prometheus on made-up blocks, and whatever else. Standard library only.

Everything a test starts is ended with it, by its own process id; ports are free ones; nothing waits for time to pass,
only for a condition to hold, with a deadline.
"""

import atexit
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

DEADLINE = float(os.environ.get("DEADLINE", 30))  # seconds; generous, for slow machines: a condition that holds ends the wait at once
_running = []


class Failure(Exception):
    """What a test finds wrong."""


def root():
    """The project's own folder."""
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def folder(prefix):
    """A folder for one run, removed at its end unless KEEP is set."""
    path = tempfile.mkdtemp(prefix=prefix + "-")
    if not os.environ.get("KEEP"):
        atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_ports(count):
    """The first of so many free ports in a row, below those that the kernel hands out to clients and to others that ask for any:
    between the look and the use nobody takes them by chance."""
    with open("/proc/sys/net/ipv4/ip_local_port_range") as limits:
        first = int(limits.read().split()[0])
    while True:
        base = random.randrange(10000, max(first, 10010) - count)
        if not any(listens(base + i) for i in range(count)):
            return base


def wait_until(what, condition, deadline=DEADLINE, process=None):
    """Returns the first true value of condition(); a Failure names what did not come true, and the process's last words."""
    end = time.monotonic() + deadline
    while True:
        value = condition()
        if value:
            return value
        if process is not None and not process.running():
            raise Failure(f"'{process.name}' ended with {process.popen.returncode} while waiting until {what}\n{process.tail()}")
        if time.monotonic() > end:
            raise Failure(f"gave up after {deadline} s waiting until {what}" + (f"\n{process.tail()}" if process else ""))
        time.sleep(0.01)


def replace_file(path, text):
    """Writes a file so that no reader ever sees half of it."""
    with open(path + ".new", "w") as out:
        out.write(text)
    os.replace(path + ".new", path)


class Process:
    """A child with its output in files."""

    def __init__(self, name, argv, directory, **popen):
        self.name = name
        self.log_path = os.path.join(directory, f"{name}.{len(_running)}.log")
        with open(self.log_path, "w") as log:
            self.popen = subprocess.Popen(argv, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, **popen)
        _running.append(self)

    def running(self):
        return self.popen.poll() is None

    def log(self):
        with open(self.log_path, errors="replace") as log:
            return log.read()

    def tail(self, lines=15):
        return "\n".join("    " + line for line in self.log().splitlines()[-lines:])

    def signal(self, number):
        self.popen.send_signal(number)

    def kill(self):
        """As a power cut would: kill -9."""
        if self.running():
            self.popen.kill()
        self.popen.wait()

    def stop(self, deadline=DEADLINE):
        """Asks it to end; returns (exit code, seconds that it took)."""
        begin = time.monotonic()
        if self.running():
            self.popen.send_signal(signal.SIGCONT)
            self.popen.terminate()
        try:
            code = self.popen.wait(deadline)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failure(f"'{self.name}' did not end within {deadline} s\n{self.tail()}") from None
        return code, time.monotonic() - begin

    def cpu_seconds(self):
        """User and system time of the process so far, all its threads: what /proc/PID/stat says, but finer than its ticks."""
        return time.clock_gettime((~self.popen.pid << 3) | 2)

    def resident_bytes(self):
        with open(f"/proc/{self.popen.pid}/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def end_all():
    for process in _running:
        process.kill()


atexit.register(end_all)


def http(url, data=None, method=None, headers=None, timeout=60):
    """(status, body) of a request; 0 and the reason where there is no answer."""
    request = urllib.request.Request(url, data=data, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")
    except (OSError, ValueError) as error:
        return 0, str(error)


def make_blocks(openmetrics, data, span_hours=486):
    """Turns a file of samples into blocks. Long ones: promtool reads the file anew for each."""
    done = subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet", f"--max-block-duration={span_hours}h",
                           openmetrics, data], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failure(f"promtool cannot make blocks of '{openmetrics}': {done.stdout}{done.stderr}")


class Prometheus(Process):
    """Debian's Prometheus on a folder of blocks; scrapes nothing unless told to."""

    def __init__(self, directory, data, config="global: {}\n", port=None, flags=(), ready="/-/ready"):
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.config = os.path.join(directory, f"prometheus-{self.port}.yml")
        replace_file(self.config, config)
        super().__init__("prometheus", [
            "prometheus", f"--config.file={self.config}", f"--storage.tsdb.path={data}", f"--web.listen-address=127.0.0.1:{self.port}",
            "--storage.tsdb.retention.time=20y", "--storage.tsdb.min-block-duration=2h", "--storage.tsdb.max-block-duration=2h",
            "--query.lookback-delta=5m", "--log.level=warn", *flags], directory)
        wait_until("prometheus is ready", lambda: http(self.url + ready)[0] == 200, process=self)

    def ask(self, path, **parameters):
        body = urllib.parse.urlencode(parameters).encode()
        status, text = http(f"{self.url}/api/v1/{path}", data=body, timeout=300)
        answer = json.loads(text) if text.startswith("{") else {}
        if answer.get("status") != "success":
            raise Failure(f"prometheus refuses {parameters.get('query')!r}: {status} {answer.get('error', text)}")
        return answer["data"]

    def vector(self, query, at):
        """[(labels, value)]"""
        result = self.ask("query", query=query, time=at)["result"]
        return [(one["metric"], float(one["value"][1])) for one in result]

    def value(self, query, at):
        """The one value of a query; None where there is none."""
        values = self.vector(query, at)
        return values[0][1] if values else None
