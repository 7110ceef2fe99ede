"""What editing a definition does to its numbers: nothing, unless something else is counted."""

import signal

from scenario import BAD, EVENTS, HOUR, STEP, check, document, equal, scenario

WINDOW = 4 * HOUR


def served(daemon):
    return daemon.slos()[("shop", "availability", None)]


def edit(stage, daemon, text):
    """Takes up a new version of the definition, and a few steps later returns what it says."""
    before = served(daemon)
    reloads = daemon.metrics()["wick_config_reloads_total"]
    stage.define(text)
    daemon.signal(signal.SIGHUP)
    daemon.wait_metric("wick_config_reloads_total", lambda now: now > reloads)
    stage.live_through(daemon, stage.now + 5 * STEP)
    return before, served(daemon)


def is_the_truth(stage, one):
    truth = stage.world.truth("shop", stage.now - WINDOW, stage.now)
    equal((one["bad"], one["total"]), (truth.held_bad, truth.held_total), "bad and total events")


@scenario
def editing_a_label_changes_no_number(stage):
    """A label is edited: the counts go on as if nothing had happened."""
    stage.define(document("shop", availability={"sli": EVENTS, "labels": "{team: alpha}"}))
    daemon = stage.serve("--no-watch")
    is_the_truth(stage, served(daemon))
    _, after = edit(stage, daemon, document("shop", availability={"sli": EVENTS, "labels": "{team: beta, owner: kim}"}))
    equal(after["labels"], {"team": "beta", "owner": "kim"}, "labels")
    is_the_truth(stage, after)
    equal(len(stage.dump()), 1, "accounts in the store")


@scenario
def editing_the_objective_changes_the_budget_only(stage):
    """The objective is edited: the budget is another one, the counts are the same."""
    stage.define(document("shop", availability=EVENTS))
    daemon = stage.serve("--no-watch")
    _, after = edit(stage, daemon, document("shop", availability={"sli": EVENTS, "objective": "99.5%"}))
    is_the_truth(stage, after)
    budget = 0.005 * after["total"] / after["known"]
    check(abs(after["budget_remaining"] - (1 - after["bad"] / budget)) < 1e-9, f"budget_remaining is {after['budget_remaining']}")
    equal(len(stage.dump()), 1, "accounts in the store")


@scenario
def editing_the_query_begins_another_history(stage):
    """The query is edited: another thing is counted, over its whole window, and the old history is kept and named."""
    stage.define(document("shop", availability=EVENTS))
    daemon = stage.serve("--no-watch")
    narrowed = EVENTS.replace(BAD, BAD.replace("5..", "503"))
    before, after = edit(stage, daemon, document("shop", availability=narrowed))
    check(after["bad"] < before["bad"] and abs(after["total"] - before["total"]) < 0.2 * before["total"],
          f"{after['bad']} of {after['total']} after {before['bad']} of {before['total']}")
    accounts = stage.dump()
    equal(len({one["counts_hash"] for one in accounts}), 2, "histories of the SLO in the store")
    check("shop/availability" in daemon.log() and "histor" in daemon.log(), f"the log does not name the old history:\n{daemon.tail()}")
    # Back again: the old history goes on where it was.
    _, after = edit(stage, daemon, document("shop", availability=EVENTS))
    is_the_truth(stage, after)
    equal(len({one["counts_hash"] for one in stage.dump()}), 2, "histories of the SLO in the store")


@scenario
def a_longer_window_says_how_much_of_it_is_known(stage):
    """The window is made longer than the ledger reaches back: the numbers are right for the part that is known, and say which part."""
    stage.define(document("shop", availability={"sli": EVENTS, "window": "1h"}))
    daemon = stage.serve("--no-watch")
    _, after = edit(stage, daemon, document("shop", availability={"sli": EVENTS, "window": "4h"}))
    begin = min(one["begin"] for one in stage.dump()) * STEP
    part = min(stage.now - begin, WINDOW) / WINDOW
    truth = stage.world.truth("shop", max(begin, stage.now - WINDOW), stage.now)
    equal((after["window"], after["bad"], after["total"]), ("4h", truth.held_bad, truth.held_total), "window, bad and total events")
    check(abs(after["known"] - part) < 0.01, f"known is {after['known']}, not about {part}")
    equal(after["state"], "ok" if part > 0.99 else "partial", "state")
