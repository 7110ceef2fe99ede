"""Starting, being ready, telling the service manager, and ending."""

import os
import re
import socket

from scenario import EVENTS, HOUR, LIVE, STEP, check, document, equal, scenario, servers
from wick import Daemon

ONE = document("shop", availability=EVENTS)


def refused(stage, daemon, *words):
    """The daemon ends by itself with 2, and says why in one line that has all the words."""
    servers.wait_until("the daemon gives up", lambda: not daemon.running())
    equal(daemon.popen.returncode, 2, f"exit code ({daemon.tail()})")
    last = daemon.log().strip().splitlines()[-1]
    check(all(word in last for word in words), f"its last words do not have {' and '.join(words)}: {last}")


@scenario
def sigterm_ends_soon_with_the_ledger_on_disk(stage):
    """SIGTERM ends the daemon within 5 s, with 0, and what was counted is on disk."""
    stage.define(ONE)
    daemon = stage.serve()
    stage.live_through(daemon, LIVE + 3 * STEP)
    code, seconds = daemon.stop()
    equal(code, 0, "exit code")
    check(seconds < 5, f"it took {seconds:.1f} s")
    equal([one["end"] for one in stage.dump()], [LIVE // STEP + 3], "ends of the ledgers")


@scenario
def sigterm_ends_soon_while_the_source_hangs(stage):
    """A source that does not answer does not hold up the end."""
    stage.define(ONE)
    proxy = stage.proxy()
    daemon = stage.serve("--timeout=60s", source=proxy.url)
    proxy.fault("mode=hang")
    asked = lambda: len(servers.json.loads(servers.http(proxy.url + "/-/log")[1])["requests"])
    before = asked()
    stage.set_clock(LIVE + STEP)
    servers.wait_until("the source is asked", lambda: asked() > before, process=daemon)
    status, _ = daemon.get("/metrics")
    equal(status, 200, "/metrics while the source hangs")
    code, seconds = daemon.stop()
    equal(code, 0, "exit code")
    check(seconds < 5, f"it took {seconds:.1f} s")
    equal([one["end"] for one in stage.dump()], [LIVE // STEP], "ends of the ledgers")


@scenario
def ready_means_caught_up(stage):
    """/-/ready says no until the history is read back, then yes; /-/healthy says yes all the time."""
    stage.define(ONE)
    proxy = stage.proxy()
    proxy.fault("mode=hang")
    daemon = stage.serve(source=proxy.url, settled=False)
    servers.wait_until("wick is healthy", lambda: daemon.get("/-/healthy")[0] == 200, process=daemon)
    status, text = daemon.get("/-/ready")
    equal(status, 503, "/-/ready before anything was counted")
    check(text.strip(), "/-/ready does not say why not")
    equal(daemon.metrics().get("wick_ready"), 0, "wick_ready")
    proxy.fault("mode=ok")
    daemon.kill()  # its question hangs for as long as its time-out lets it
    daemon = stage.serve(source=proxy.url)
    daemon.wait_ready()
    equal(daemon.metrics()["wick_ready"], 1, "wick_ready")


@scenario
def ready_says_that_the_source_is_away(stage):
    """A daemon whose source goes away is healthy, not ready, and says since when it has counted nothing."""
    stage.define(ONE)
    proxy = stage.proxy()
    daemon = stage.serve("--attempts=1", source=proxy.url)
    proxy.fault("mode=status&code=503")
    stage.set_clock(LIVE + 10 * STEP)
    servers.wait_until("wick is not ready", lambda: not daemon.ready(), process=daemon)
    equal(daemon.get("/-/healthy")[0], 200, "/-/healthy")
    check("source" in daemon.get("/-/ready")[1], "/-/ready does not name the source")
    equal(daemon.metrics()["wick_behind_seconds"], 10 * STEP, "wick_behind_seconds")
    proxy.fault("mode=ok")
    stage.wait_counted(daemon, 60)
    daemon.wait_ready()


@scenario
def the_manager_is_told(stage):
    """Under systemd: READY=1 once it serves, STOPPING=1 at the end."""
    stage.define(ONE)
    path = stage.path("notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(path)
        manager.settimeout(servers.DEADLINE)
        daemon = stage.serve(env={**os.environ, "NOTIFY_SOCKET": path}, settled=False)
        said = manager.recv(4096).decode()
        check("READY=1" in said.splitlines(), f"it says {said!r}")
        equal(daemon.get("/-/healthy")[0], 200, "/-/healthy once it has said so")
        daemon.stop()
        manager.setblocking(False)
        rest = []
        while True:
            try:
                rest += manager.recv(4096).decode().splitlines()
            except BlockingIOError:
                break
        check("STOPPING=1" in rest, f"it ends with {rest!r}")


@scenario
def a_port_that_is_taken_is_named(stage):
    """A port that someone else has: exit 2, the address in the message, and no ledger is touched."""
    stage.define(ONE)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        daemon = stage.serve(port=port, settled=False)
        refused(stage, daemon, str(port), "another program")


@scenario
def a_free_port_is_named(stage):
    """--listen 127.0.0.1:0 takes a free port and says which."""
    stage.define(ONE)
    daemon = stage.serve(port="0", settled=False)
    found = servers.wait_until("the port is named", lambda: re.search(r"127\.0\.0\.1:(\d{2,5})", daemon.log()), process=daemon)
    equal(servers.http(f"http://127.0.0.1:{found[1]}/-/healthy")[0], 200, "/-/healthy")


@scenario
def two_daemons_do_not_share_a_store(stage):
    """The second daemon on a store gives up and names the first; the first goes on."""
    stage.define(ONE)
    first = stage.serve()
    second = stage.serve(settled=False)
    refused(stage, second, "in use", str(first.popen.pid))
    stage.live_through(first, LIVE + 2 * STEP)


@scenario
def a_daemon_without_definitions_that_work_says_so(stage):
    """A path that is not there is an error at the start."""
    daemon = stage.serve(definitions=stage.path("nowhere"), settled=False)
    servers.wait_until("the fault is named", lambda: "nowhere" in daemon.log())


@scenario
def a_clock_that_goes_back_counts_nothing_twice(stage):
    """The clock goes back by an hour and on again: no step is lost, none is counted twice."""
    stage.define(ONE)
    daemon = stage.serve()
    stage.live_through(daemon, LIVE + 2 * STEP)
    before = daemon.slos()[("shop", "availability", None)]
    # Back by an hour: nothing to do, nothing undone.
    stage.set_clock(LIVE - HOUR)
    cycles = daemon.metrics()["wick_steps_counted_total"]
    servers.wait_until("it has looked at the clock again", lambda: daemon.get("/metrics")[0] == 200)
    equal(daemon.metrics()["wick_steps_counted_total"], cycles, "wick_steps_counted_total after the clock went back")
    stage.set_clock(LIVE + 3 * STEP)
    stage.wait_counted(daemon)
    truth = stage.world.truth("shop", stage.now - 4 * HOUR, stage.now)
    after = daemon.slos()[("shop", "availability", None)]
    equal((after["bad"], after["total"]), (truth.held_bad, truth.held_total), "bad and total events")
    check(after["total"] != before["total"], "nothing was counted any more")


@scenario
def sigstop_is_an_absence(stage):
    """A daemon that is stopped for a while (a laptop that sleeps) catches up."""
    stage.define(ONE)
    daemon = stage.serve()
    daemon.signal(servers.signal.SIGSTOP)
    stage.set_clock(LIVE + 45 * STEP)
    daemon.signal(servers.signal.SIGCONT)
    stage.wait_counted(daemon)
    truth = stage.world.truth("shop", stage.now - 4 * HOUR, stage.now)
    one = daemon.slos()[("shop", "availability", None)]
    equal((one["bad"], one["total"]), (truth.held_bad, truth.held_total), "bad and total events")


@scenario
def the_pages_answer(stage):
    """Every address that the manual names answers, and an unknown one is not found."""
    stage.define(ONE)
    daemon = stage.serve()
    for path, kind in (("/", "text/html"), ("/metrics", "text/plain"), ("/api/v1/slos", "application/json"), ("/api/v1/slos/shop/availability", "application/json"),
                       ("/slo/shop/availability", "text/html"), ("/calendar", "text/html"), ("/dora", "text/html"), ("/policy", "text/html"), ("/status", "text/html"),
                       ("/style.css", "text/css"), ("/site.js", "text/javascript"), ("/api/v1/deliveries", "application/json"),
                       ("/-/healthy", "text/plain"), ("/-/ready", "text/plain"), ("/runbooks/", "text/html"), ("/runbooks/wick-down", "text/html"),
                       ("/runbooks/host-down", "text/html"), ("/runbooks/error-budget-burn/shop/availability", "text/html")):
        with servers.urllib.request.urlopen(daemon.url + path, timeout=10) as answer:
            check(answer.headers["Content-Type"].startswith(kind), f"{path} is {answer.headers['Content-Type']}")
            check(answer.read(), f"{path} is empty")
    equal(daemon.get("/nothing")[0], 404, "an unknown address")
    equal(daemon.get("/api/v1/slos/shop/nothing")[0], 404, "an unknown SLO")
    equal(daemon.get("/runbooks/nothing")[0], 404, "an unknown runbook")
    check('href="error-budget-burn"' in daemon.get("/runbooks/")[1] and 'href="host-down"' in daemon.get("/runbooks/")[1], "the list lacks some")
    stranger = daemon.get("/runbooks/error-budget-burn/monitoring/shop/<b>")
    equal(stranger[0], 200, "a runbook of an unknown SLO")
    check("There is no SLO <bdi>monitoring/shop/&lt;b&gt;</bdi> here" in stranger[1] and "burns too fast" in stranger[1], "it is not the one in general")
