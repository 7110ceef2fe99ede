"""Stores that are damaged, foreign, full or not to be written to. Nothing is overwritten, nothing is lost."""

import os
import resource
import signal

from lifecycle import ONE, refused
from scenario import HOUR, LIVE, STEP, check, equal, scenario, servers


def content(path):
    with open(path, "rb") as file:
        return file.read()


@scenario
def a_foreign_file_is_not_overwritten(stage):
    """A store path at which something else lies: the daemon gives up and leaves it alone."""
    stage.define(ONE)
    with open(stage.path("wick.db"), "w") as file:
        file.write("holiday pictures\n" * 1000)
    before = content(stage.path("wick.db"))
    refused(stage, stage.serve(settled=False), "wick.db")
    check(content(stage.path("wick.db")) == before, "the file was changed")


@scenario
def a_damaged_store_is_refused(stage):
    """A store with damage in its middle is refused at the start or named by 'wick store check', and not repaired in silence."""
    stage.define(ONE)
    stage.serve().stop()
    path = stage.path("wick.db")
    whole = bytearray(content(path))
    for at in range(len(whole) // 3, len(whole) - 16, 512):
        whole[at:at + 16] = b"\xa5" * 16
    with open(path, "wb") as file:
        file.write(whole)
    code, out, err = stage.run("store", "check", path)
    check(code in (1, 2) and (out + err).strip(), f"'wick store check' ends with {code} and says {out + err!r}")
    daemon = stage.serve(settled=False)
    refused(stage, daemon, "wick.db")
    check(content(path) == bytes(whole), "the damaged file was changed")


@scenario
def a_store_of_another_step_is_refused(stage):
    """A store that was begun with another step is refused by name."""
    stage.define(ONE)
    stage.serve().stop()
    refused(stage, stage.serve("--step=30s", settled=False), "wick.db", "step")


@scenario
def a_store_goes_on_after_a_restart(stage):
    """A restarted daemon shows what the one before showed, before it has asked the source for anything."""
    stage.define(ONE)
    daemon = stage.serve()
    before = daemon.slos()[("shop", "availability", None)]
    daemon.stop()
    daemon = stage.serve("--attempts=1", source=f"http://127.0.0.1:{servers.free_port()}", settled=False)
    servers.wait_until("the ledger is shown", lambda: daemon.slos(), process=daemon)
    after = daemon.slos()[("shop", "availability", None)]
    equal((after["bad"], after["total"], after["counted_to"]), (before["bad"], before["total"], before["counted_to"]), "what is shown")


@scenario
def a_full_disk_loses_nothing(stage):
    """A disk that is full: it is said, nothing is published that is not on disk, and with room again the steps are counted."""
    stage.define(ONE)
    ignore = lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    daemon = stage.serve("--log-level=error", preexec_fn=ignore)
    path = stage.path("wick.db")
    limit(daemon, 4096)
    stage.set_clock(LIVE + 5 * STEP)
    daemon.wait_metric("wick_store_up", lambda up: up == 0)
    metrics = daemon.metrics()
    check(metrics["wick_store_commits_failed_total"] >= 1, "no failed commit is counted")
    shown = daemon.slos()[("shop", "availability", None)]["counted_to"]
    check(shown < servers.time.strftime("%Y-%m-%dT%H:%M:%SZ", servers.time.gmtime(LIVE + 5 * STEP)), f"it shows {shown}, which is not on disk")
    check(not daemon.ready(), "it says that it is ready")
    limit(daemon, resource.RLIM_INFINITY)
    stage.wait_counted(daemon, 60)
    truth = stage.world.truth("shop", stage.now - 4 * HOUR, stage.now)
    one = daemon.slos()[("shop", "availability", None)]
    equal((one["bad"], one["total"]), (truth.held_bad, truth.held_total), "bad and total events")
    daemon.stop()
    code, out, err = stage.run("store", "check", path)
    equal(code, 0, f"'wick store check' says {out}{err}")


def limit(daemon, size):
    """No file of the daemon may grow beyond `size`: as near to a full disk as a test without a disk of its own gets."""
    _, hard = resource.prlimit(daemon.popen.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(daemon.popen.pid, resource.RLIMIT_FSIZE, (size, hard))


@scenario
def a_folder_that_is_not_there_is_named(stage):
    """A store in a folder that does not exist: exit 2, with the path."""
    stage.define(ONE)
    refused(stage, stage.serve(store="nowhere/wick.db", settled=False), "nowhere")
    check(not os.path.exists(stage.path("nowhere")), "the folder was made")
