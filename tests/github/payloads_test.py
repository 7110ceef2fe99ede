#!/usr/bin/python3
"""Recorded payloads of GitHub through wick's readers: `payloads_test.py NODE_MODULES PROGRAM`.

Takes @octokit/webhooks-examples below NODE_MODULES, cuts every object out of its events that the REST API lists as well, makes pages of
them, and compares what PROGRAM (tests/github/pages.c) makes of a page with what is read here. The last line is "N passed, N failed"."""
import datetime
import json
import pathlib
import re
import subprocess
import sys

RESULTS = {"success": "success", "failure": "failure", "timed_out": "failure", "startup_failure": "failure", "error": "failure",
           "cancelled": "cancelled", "skipped": "skipped", "neutral": "skipped", "stale": "skipped", "action_required": "skipped",
           "queued": "running", "in_progress": "running", "requested": "running", "waiting": "running", "pending": "running"}
NODE = pathlib.Path(sys.argv[1]) / "@octokit/webhooks-examples/api.github.com/index.json"


def when(text):
    """The time as milliseconds, whatever its form: events of a repository also have seconds."""
    return None if not text else int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


def text(value):
    return value if isinstance(value, str) else ""


def login(account):
    return text((account or {}).get("login"))


def bot(account):
    return (account or {}).get("type") == "Bot" or login(account).endswith("[bot]")


def labels(thing):
    return [label["name"] for label in thing.get("labels") or []]


def state(thing):
    running = RESULTS.get(thing.get("status")) == "running"
    return text(thing.get("status")) if running or not thing.get("conclusion") else thing["conclusion"]


def run(it):
    return {"id": it["id"], "workflow_id": it["workflow_id"], "attempt": it["run_attempt"], "path": text(it.get("path")).split("@")[0],
            "name": text(it["name"]), "sha": it["head_sha"], "branch": text(it["head_branch"]), "event": it["event"], "url": it["html_url"],
            "actor": login(it.get("actor")), "result": RESULTS.get(state(it), "unknown"), "state": state(it),
            "created": when(it["created_at"]), "started": when(it.get("run_started_at"))}


def job(it):
    return {"id": it["id"], "run_id": it["run_id"], "attempt": it.get("run_attempt", 0), "name": it["name"],
            "result": RESULTS.get(state(it), "unknown"), "state": state(it), "started": when(it["started_at"]),
            "completed": when(it.get("completed_at"))}


def deployment(it):
    return {"id": it["id"], "sha": it["sha"], "ref": it["ref"], "environment": it["environment"], "task": it["task"],
            "created": when(it["created_at"])}


def status(it):
    ends = {"success": "success", "failure": "failure", "error": "failure", "inactive": "cancelled"}
    return {"id": it["id"], "state": it["state"], "created": when(it["created_at"]), "result": ends.get(it["state"], "running"),
            "finished": when(it["created_at"]) if it["state"] in ends else None}


def release(it):
    return {"id": it["id"], "tag": it["tag_name"], "name": text(it["name"]), "url": it["html_url"], "draft": it["draft"],
            "prerelease": it["prerelease"], "created": when(it["created_at"]), "published": when(it["published_at"])}


def pull(it):
    return {"number": it["number"], "title": it["title"], "head": it["head"]["ref"], "base": it["base"]["ref"], "author": login(it["user"]),
            "url": it["html_url"], "bot": bot(it["user"]), "merge_sha": text(it["merge_commit_sha"]) if it["merged_at"] else "",
            "reverts": next((int(found[2]) for found in re.finditer(r"(?m)^\s*Reverts (?:(\S+/\S+))?#(\d+)\b", text(it["body"]))
                             if not found[1] or f"/{found[1]}/".lower() in it["url"].lower()), 0),
            "opened": when(it["created_at"]), "merged": when(it["merged_at"]), "updated": when(it["updated_at"]), "labels": labels(it)}


def issue(it):
    return {"number": it["number"], "title": it["title"], "url": it["html_url"], "opened": when(it["created_at"]),
            "closed": when(it["closed_at"]) if it.get("state") != "open" else None, "updated": when(it["updated_at"]), "labels": labels(it)}


def repository(it):
    pushed = it.get("pushed_at")
    return {"full_name": it["full_name"], "default_branch": text(it.get("default_branch")), "archived": bool(it.get("archived")),
            "disabled": bool(it.get("disabled")), "fork": bool(it.get("fork")), "pushed": when(pushed) if isinstance(pushed, str) else None,
            "topics": it.get("topics") or []}


def is_list_pull(it):
    return "merged_at" in it and "ref" in it.get("head", {})


# kind of page | where the objects stand in an event | which of them | the key of the list, None: the page is it | how they are read here
KINDS = [
    ("runs", ["workflow_run"], lambda it: "run_attempt" in it, "workflow_runs", run),
    ("jobs", ["workflow_job"], lambda it: True, "jobs", job),
    ("deployments", ["deployment"], lambda it: True, None, deployment),
    ("statuses", ["deployment_status"], lambda it: True, None, status),
    ("releases", ["release"], lambda it: "tag_name" in it, None, release),
    ("pulls", ["pull_request"], is_list_pull, None, pull),
    ("issues", ["issue"], lambda it: not it.get("pull_request"), None, issue),
    ("repositories", ["repository"], lambda it: "full_name" in it and "fork" in it, "repositories", repository),
]


def objects(events, places, fits):
    for event in events:
        for payload in event["examples"]:
            for place in places:
                it = payload.get(place)
                if isinstance(it, dict) and fits(it):
                    yield it


def read(kind, page):
    done = subprocess.run([sys.argv[2], kind], input=json.dumps(page), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return done.stderr.strip()
    return [{key: when(value) if key in TIMES else value for key, value in one.items()} for one in json.loads(done.stdout)]


TIMES = {"created", "started", "completed", "finished", "published", "opened", "merged", "updated", "closed", "pushed", "first"}


def first_reviews(events):
    """Reviews stand alone in their events; the first of a page of all of them by people."""
    found = list(objects(events, ["review"], lambda it: "submitted_at" in it))
    people = [when(it["submitted_at"]) for it in found if login(it["user"]) and not bot(it["user"]) and it["submitted_at"]]
    return found, [{"first": min(people)}]


def main():
    events = json.loads(NODE.read_text())
    passed = failed = 0
    cases = []
    for kind, places, fits, key, reader in KINDS:
        found = list(objects(events, places, fits))
        expected = [reader(it) for it in found]
        if kind == "runs":
            expected = [{"total": len(found), **one} for one in expected]
        cases.append((kind, {key: found, "total_count": len(found)} if key else found, expected, len(found)))
    reviews, expected = first_reviews(events)
    cases.append(("reviews", reviews, expected, len(reviews)))
    for kind, page, expected, count in cases:
        got = read(kind, page)
        ok = count > 0 and got == expected
        passed, failed = passed + ok, failed + (not ok)
        print(f"{'ok  ' if ok else 'FAIL'}  {kind}: {count} recorded objects")
        if not ok and isinstance(got, str):
            print("     ", got)
        elif not ok:
            for mine, theirs in zip(expected, got):
                print("".join(f"      {key}: {theirs.get(key)!r} instead of {mine[key]!r}\n" for key in mine if mine[key] != theirs.get(key)), end="")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
