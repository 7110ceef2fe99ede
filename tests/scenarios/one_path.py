"""One path: however the steps came to be counted, the ledgers are equal, bit for bit.

The same stretch of two hours, with births, restarts, a series that goes away and a hole of 20 minutes in it, is lived through step
by step, under kill -9, under all faults of the source, and read back afterwards at once.
"""

import random

from scenario import END, EVENTS, EVERY_KIND, HOUR, LIVE, STEP, check, document, equal, scenario, servers

KILLS = 20
# Ten minutes of grid time each.
# Every kind of SLI, and budgets by slices of time, with groups and without.
EVERYTHING = EVERY_KIND + "---\n" + document(
    "sliced",
    five_minutes={"sli": EVENTS, "budgeting": "{method: timeslices, slice: 5m, target: 97%, empty: bad}", "groupBy": "[instance]"},
    missing_is_bad={"sli": EVENTS, "budgeting": "{method: timeslices, slice: 5m, target: 97%, noData: bad}"},
    one_minute={"sli": EVENTS, "budgeting": "{method: ratioTimeslices, noData: hold}"})
FAULTS = ("mode=hang", "mode=status&code=500", "mode=status&code=429&retry_after=1", "mode=half", "mode=garbage", "mode=reset")


def begin_at_live(stage):
    """A ledger that begins where all others of this file begin."""
    stage.define(EVERYTHING)
    return stage.serve()


def read_back_at_once(world):
    """The ledger of a daemon that slept through the stretch; made once per run, what the others are held against."""
    if not hasattr(world, "asleep"):
        stage = world.stage("asleep")
        begin_at_live(stage).stop()
        stage.set_clock(END)
        stage.serve().stop()
        world.asleep = stage.dump()
        stage.end()
    return world.asleep


def same_ledgers(got, want):
    """Says where they differ, if they do: in whole dumps that is unreadable."""
    key = lambda account: (account["slo"], account["counts_hash"], sorted(account["group"].items()))
    equal([key(one) for one in got], [key(one) for one in want], "the accounts differ")
    for mine, theirs in zip(got, want):
        name = f"{mine['slo']} {mine['group'] or ''}"
        for one, other in zip(mine["points"], theirs["points"]):
            equal(one, other, f"{name}: a point differs")
        for field in mine:
            equal(mine[field], theirs[field], f"{name}: {field} differs")


@scenario
def live_is_equal_to_reading_back(stage):
    """Two hours lived through step by step give the ledger that reading them back at once gives."""
    daemon = begin_at_live(stage)
    stage.live_through(daemon, END)
    daemon.stop()
    same_ledgers(stage.dump(), read_back_at_once(stage.world))


@scenario
def kill_9_changes_nothing(stage):
    """A daemon that is killed 20 times at random moments has the ledger of one that was not."""
    chance, daemon = random.Random(20), begin_at_live(stage)
    steps = sorted(chance.sample(range(LIVE + STEP, END, STEP), KILLS))
    for step in steps:
        stage.live_through(daemon, step - STEP)
        stage.set_clock(step)
        # Somewhere between seeing the new time and having answered.
        delay = servers.time.monotonic() + chance.random() * 0.06
        servers.wait_until("the moment has come", lambda: servers.time.monotonic() >= delay)
        daemon.kill()
        daemon = stage.serve()
    stage.live_through(daemon, END)
    daemon.stop()
    code, out, err = stage.run("store", "check", stage.path("wick.db"))
    equal(code, 0, f"'wick store check' says {out}{err}")
    same_ledgers(stage.dump(), read_back_at_once(stage.world))


@scenario
def kill_9_while_reading_back_changes_nothing(stage):
    """A daemon that is killed again and again while it reads the history back has the ledger of one that was not."""
    stage.define(EVERYTHING)
    chance = random.Random(5)
    for _ in range(8):
        daemon = stage.serve(settled=False)
        delay = servers.time.monotonic() + chance.random() * 0.3
        servers.wait_until("the moment has come", lambda: servers.time.monotonic() >= delay)
        daemon.kill()
    stage.serve().stop()
    stage.set_clock(END)
    stage.serve().stop()
    same_ledgers(stage.dump(), read_back_at_once(stage.world))


@scenario
def faults_of_the_source_change_nothing(stage):
    """An hour in which the source hangs, refuses, breaks off, lies and is away leaves no trace in the ledger."""
    stage.define(EVERYTHING)
    proxy = stage.proxy()
    daemon = stage.serve("--timeout=1s", "--attempts=1", source=proxy.url)
    stage.live_through(daemon, LIVE + 10 * STEP)
    for fault in FAULTS:
        proxy.fault(fault)
        stage.set_clock(stage.now + 10 * STEP)
        daemon.wait_metric('wick_source_up{source="default"}', lambda up: up == 0)
        behind = daemon.metrics()["wick_behind_seconds"]
        check(behind >= 5 * STEP, f"wick_behind_seconds is {behind} while the source answers {fault}")
        proxy.fault("mode=ok")
        stage.wait_counted(daemon, 60)
    stage.live_through(daemon, END)
    daemon.stop()
    same_ledgers(stage.dump(), read_back_at_once(stage.world))


@scenario
def a_stopped_prometheus_changes_nothing(stage):
    """A Prometheus that is stopped and started again on its port leaves no trace in the ledger."""
    own = servers.Prometheus(stage.folder, copy_of_blocks(stage))
    stage.processes.append(own)
    stage.define(EVERYTHING)
    daemon = stage.serve("--timeout=2s", "--attempts=1", source=own.url)
    stage.live_through(daemon, LIVE + 5 * STEP)
    own.stop()
    stage.set_clock(LIVE + 65 * STEP)
    daemon.wait_metric('wick_source_up{source="default"}', lambda up: up == 0)
    again = servers.Prometheus(stage.folder, stage.path("blocks"), port=own.port)
    stage.processes.append(again)
    stage.wait_counted(daemon, 60)
    stage.live_through(daemon, END)
    daemon.stop()
    same_ledgers(stage.dump(), read_back_at_once(stage.world))


def copy_of_blocks(stage):
    """The world's blocks under another name: two Prometheus on one folder would fight over it."""
    path = stage.path("blocks")
    servers.os.mkdir(path)
    for block in servers.os.listdir(stage.world.data):
        if len(block) == 26:  # a ULID: the rest is the other one's own
            servers.shutil.copytree(servers.os.path.join(stage.world.data, block), servers.os.path.join(path, block))
    return path


@scenario
def the_whole_window_is_the_same_from_any_beginning(stage):
    """A ledger that is begun at the end has the points, as far as it reaches, of one that was lived through."""
    stage.define(EVERYTHING)
    stage.set_clock(END)
    stage.serve().stop()
    fresh = {account_key(one): one for one in stage.dump()}
    for account in read_back_at_once(stage.world):
        other = fresh.get(account_key(account))
        if other is None:
            check(account["end"] < END // STEP - 4 * HOUR // STEP or not recent(account), f"{account['slo']} {account['group']} is not found afresh")
            continue
        first = max(account["begin"], other["begin"])
        # The slot that the later beginning lies in is cut by it.
        pick = lambda ledger: [point for point in ledger["points"] if point["step"] > first + 30]
        equal(pick(other), pick(account), f"{account['slo']} {account['group'] or ''}: the points differ")


def account_key(account):
    return account["slo"], account["counts_hash"], tuple(sorted(account["group"].items()))


def recent(account):
    """True if the account has events in the last four hours."""
    return any(point["total"] for point in account["points"] if point["step"] > (END - 4 * HOUR) // STEP)
