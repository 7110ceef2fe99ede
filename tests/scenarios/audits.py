"""Exclusions and adjustments under a running daemon: every change of them is in the audit list, once, whatever happens to the process."""

import csv
import io
import json
import signal

from lifecycle import ONE
from scenario import check, equal, scenario, servers

HEAD = "apiVersion: wick/v1\nkind: Corrections\nauthor: ops\nexclusions:\n"
NIGHT = HEAD + "- {for: {service: shop}, from: 2026-07-20, duration: 1h, reason: upgrade}\n"
LONGER = NIGHT.replace("1h", "2h")
ADJUSTED = LONGER + 'adjustments:\n- {for: {slo: shop/availability}, at: 2026-07-21, bad: -3, author: sre, reason: \'a "test", ours\'}\n'


def api(daemon):
    status, text = servers.http(daemon.url + "/api/v1/audit")
    equal(status, 200, "the status of /api/v1/audit")
    return json.loads(text)


def changes(entries):
    """(change, kind, when it was, when it is) of each."""
    return [(one["change"], (one["now"] or one["before"])["kind"], one["before"] and one["before"]["when"], one["now"] and one["now"]["when"]) for one in entries]


def reload(daemon, entries):
    daemon.signal(signal.SIGHUP)
    servers.wait_until(f"there are {entries} entries", lambda: len(api(daemon)["entries"]) == entries, process=daemon)


def reloaded(daemon, broken=0):
    """A reload from which no entry is expected."""
    before = daemon.metrics()["wick_config_reloads_total"]
    daemon.signal(signal.SIGHUP)
    servers.wait_until("the files are taken up", lambda: daemon.metrics()["wick_config_reloads_total"] > before, process=daemon)
    equal(daemon.metrics()["wick_definition_files_broken"], broken, "broken files")


FIRST = ("added", "exclusion", None, "2026-07-20T00:00 UTC, 1h")
LONG = "2026-07-20T00:00 UTC, 2h"
ALL = [FIRST, ("changed", "exclusion", FIRST[3], LONG), ("added", "adjustment", None, "2026-07-21T00:00:00Z"), ("removed", "adjustment", "2026-07-21T00:00:00Z", None),
       ("removed", "exclusion", LONG, None)]


@scenario
def every_change_of_corrections_is_in_the_audit_list(stage):
    """Added, changed and removed, over reloads; the API, the command and the store say the same."""
    stage.define(ONE)
    daemon = stage.serve("--no-watch")
    equal(api(daemon), {"dropped": 0, "entries": []}, "the list of a daemon without corrections")
    stage.define(NIGHT, "night.yaml")
    reload(daemon, 1)
    entry = api(daemon)["entries"][0]
    equal(entry["at"], stage.clock_text(), "when it was noticed")
    equal({key: value for key, value in entry["now"].items() if key != "file"},
          {"kind": "exclusion", "for": "service shop", "when": FIRST[3], "numbers": "", "reason": "upgrade", "author": "ops", "line": 5}, "the exclusion")
    check(entry["now"]["file"].endswith("/night.yaml"), entry["now"]["file"])
    stage.define(LONGER, "night.yaml")
    reload(daemon, 2)
    stage.define(ADJUSTED, "night.yaml")
    reload(daemon, 3)
    stage.define("\n\n" + ADJUSTED, "night.yaml")  # a line is no change
    reloaded(daemon)
    stage.define(LONGER, "night.yaml")
    reload(daemon, 4)
    stage.define("apiVersion: wick/v1\nkind: Corrections\nexclusions: []\n", "night.yaml")
    reload(daemon, 5)
    equal(changes(api(daemon)["entries"]), ALL, "the list")
    for message in ("an exclusion was added", "an exclusion was changed", "an adjustment was removed"):
        check(message in daemon.log(), f"the log has no '{message}':\n{daemon.tail()}")
    asked = stage.run("audit", f"--url={daemon.url}", "--format=json")
    read = stage.run("audit", f"--store={stage.path('wick.db')}", "--format=json")
    equal(json.loads(asked[1]), api(daemon), "what 'wick audit' prints")
    equal(read, asked, "what it reads from the store beside the daemon")
    rows = list(csv.DictReader(io.StringIO(stage.run("audit", f"--url={daemon.url}", "--format=csv")[1], newline="")))
    equal([(row["change"], row["kind"], row["before_when"] or None, row["when"] or None) for row in rows], ALL, "the CSV")
    equal((rows[2]["reason"], rows[2]["numbers"], rows[3]["before_author"]), ('a "test", ours', "bad -3", "sre"), "texts in the CSV")
    code, table, _ = stage.run("audit", f"--url={daemon.url}")
    check(code == 0 and len(table.splitlines()) == 6 and "changed  exclusion   2026-07-20T00:00 UTC, 2h, for service shop, by ops: upgrade (" in table, table)
    equal(stage.run("audit", f"--url={daemon.url}", "--format=csv", "--since=2100-01-01")[1].count("\n"), 1, "lines of the CSV since 2100")


@scenario
def a_broken_file_removes_no_correction(stage):
    """A file that breaks changes nothing in the audit list, over restarts, too; what it says when it is whole again is compared with what was in force."""
    stage.define(ONE)
    stage.define(NIGHT, "night.yaml")
    daemon = stage.serve("--no-watch")
    equal(changes(api(daemon)["entries"]), [FIRST], "the list")
    stage.define(NIGHT + "- ]\n", "night.yaml")
    reloaded(daemon, broken=1)
    equal(changes(api(daemon)["entries"]), [FIRST], "the list with a broken file")
    daemon.stop()
    daemon = stage.serve("--no-watch")  # it knows no last good version
    equal(changes(api(daemon)["entries"]), [FIRST], "the list after a restart with a broken file")
    stage.define(LONGER, "night.yaml")
    reload(daemon, 2)
    equal(changes(api(daemon)["entries"]), ALL[:2], "the list with the file as it is now")


@scenario
def a_kill_neither_loses_nor_doubles_an_entry(stage):
    """kill -9 behind each change: the next daemon goes on with the list, and notes what changed meanwhile."""
    stage.define(ONE)
    stage.define(NIGHT, "night.yaml")
    daemon = stage.serve("--no-watch")
    daemon.kill()
    daemon = stage.serve("--no-watch")
    equal(changes(api(daemon)["entries"]), [FIRST], "the list after a kill")
    stage.define(LONGER, "night.yaml")
    reload(daemon, 2)
    daemon.kill()
    stage.define(ADJUSTED, "night.yaml")
    daemon = stage.serve("--no-watch")
    equal(changes(api(daemon)["entries"]), ALL[:3], "the list after a kill and a change")
    equal([one["number"] for one in api(daemon)["entries"]], [1, 2, 3], "numbers")
    daemon.kill()
    code, out, err = stage.run("audit", f"--store={stage.path('wick.db')}", "--format=json")
    check(code == 0 and changes(json.loads(out)["entries"]) == ALL[:3], f"the store after a kill says {code} {out} {err}")
