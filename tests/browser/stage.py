"""What the browser looks at: daemons with data, with a thousand SLOs, without anything, without data and with errors. Prints their
addresses as JSON, takes a step of the clock for each line of its input, and ends with it."""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "scenarios"), os.path.join(HERE, "..", "support")]

import tracked  # noqa: E402  (found through the lines above)
from scenario import EVENTS, EVERY_KIND, STEP, World, document, servers  # noqa: E402
from github import server  # noqa: E402

HOSTILE = "<script>window.hostile = 1</script>\"'><img src=x onerror=window.hostile=1> \u05d0\u202e \n" + "&lt;b&gt; " * 200
MANY = 1000
REPORTS = document("reports", daily={"sli": EVENTS, "window": "WINDOWS", "objective": "99.5%"},
                   fortnight={"sli": EVENTS, "window": "14d"}, hostile={"sli": EVENTS, "description": json.dumps(HOSTILE), "displayName": '"<b>bold</b>"', "labels": '{team: "<i>edge</i>"}'}
                   ).replace("window: WINDOWS", "windows: [4h, {calendar: day, timeZone: Asia/Tokyo}]")
CORRECTIONS = """
apiVersion: wick/v1
kind: Corrections
author: ops
exclusions:
  - for: {slo: shop/availability}
    from: 2025-02-28T21:10
    duration: 20m
    reason: a drill <b>of the team</b>
adjustments:
  - for: {slo: shop/availability}
    at: 2025-02-28T21:00
    bad: -20
    reason: counted twice
"""


def data(world):
    """Every kind of SLO, groups, a calendar, exclusions, an alert that fires, deployments of which one has failed."""
    stage = world.stage("data")
    stage.define(EVERY_KIND)
    stage.define(tracked.PROBE, "edge.yaml")
    stage.define(tracked.DELIVERY, "delivery.yaml")
    stage.define(REPORTS, "reports.yaml")
    stage.define(CORRECTIONS, "corrections.yaml")
    deployments, _ = tracked.edge()
    github = server.Server(deployments, at=stage.clock_path)
    github.__enter__()
    stage.set_clock(tracked.FAILS - tracked.FAILS % STEP)
    daemon = tracked.serve(stage, github, "--delivery-history=60d")
    stage.live_through(daemon, tracked.FIRES + STEP)
    tracked.wait_dora(daemon, 1, "wick_dora_open_incidents", environment="production")
    return stage, daemon, github


def many(world):
    stage = world.stage("many")
    slos = {f"slo_{i}": {"sli": EVENTS, "window": "1h", "objective": f"{90 + i % 9}.{i % 10}%", "labels": f"{{team: team-{i % 40}}}"} for i in range(MANY)}
    stage.define(document("shop", **slos))
    return stage.serve()


def empty(world):
    stage = world.stage("empty")
    stage.define("")
    return stage.serve(settled=False)


def without_data(world):
    stage = world.stage("without-data")
    stage.define(document("shop", nothing="events: {bad: no_such_total, total: no_such_total}"))
    return stage.serve()


def broken(world):
    """The source does not answer, and one of the files is none."""
    stage = world.stage("broken")
    stage.define(document("shop", availability=EVENTS))
    stage.define("apiVersion: wick/v1\nkind: <b>Nonsense</b>\n", "broken.yaml")
    return stage.serve(source=f"http://127.0.0.1:{servers.free_port()}", settled=False)


def main():
    world = World(os.path.abspath(sys.argv[1]))
    stage, daemon, github = data(world)
    daemons = {"data": daemon, "many": many(world), "empty": empty(world), "without data": without_data(world), "error": broken(world)}
    for name in ("empty", "error"):
        servers.wait_until(f"{name} answers", lambda one=daemons[name]: one.get("/")[0] == 200 and "just started" not in one.get("/")[1], process=daemons[name])
    print(json.dumps({name: one.url for name, one in daemons.items()}), flush=True)
    for _ in sys.stdin:
        stage.live_through(daemon, stage.now + STEP)
        print("{}", flush=True)
    github.__exit__(None, None, None)


if __name__ == "__main__":
    try:
        main()
    finally:
        servers.end_all()
