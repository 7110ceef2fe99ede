#!/usr/bin/python3
"""The GitHub that `wick demo` plays: that it keeps GitHub's rules, and that wick finds in it what happened.

    tests/github/demo_test.py PROGRAM OUT [--wick PATH]

PROGRAM is tests/github/demo_hub.c. What it answers at different moments is written to OUT for contract.js. The last line is
"N passed, N failed"."""

import argparse
import calendar
import json
import os
import subprocess
import sys
import time
import traceback
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))

import servers  # noqa: E402

MINUTE, HOUR, DAY = 60, 3600, 86400
API, NAME = "http://127.0.0.1:9651/github", "/repos/hngprojects/anvila-backend"
VERSIONS = ("2022-11-28", "2026-03-10")


def seconds(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


UNTIL = seconds("2026-11-26T22:00:00Z")
# Of the story, whose days are counted back from there: src/demo/story.c.
BAD, BACK, OUTAGE = (seconds(f"2026-11-{at}:00Z") for at in ("13T14:10", "13T14:50", "20T10:25"))
ROLLOUTS = [seconds(f"2026-11-{at}:00Z") for at in ("06T09:30", "23T13:20")] + [seconds("2026-10-30T10:00:00Z")]


def equal(got, want, what=""):
    if got != want:
        raise AssertionError(f"{what}: {got!r}, not {want!r}")


def check(holds, what):
    if not holds:
        raise AssertionError(what)


class Hub:
    """The demo's GitHub; `at` may not go back."""

    program = out = None

    def __init__(self, at=UNTIL, seed=1, until=UNTIL):
        self.at = at
        self.process = subprocess.Popen([self.program, str(seed), str(until)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, failed, *_):
        self.process.stdin.close()
        code = self.process.wait(60)
        self.process.stdout.close()
        check(failed or code == 0, f"it ends with {code}")

    def say(self, *fields):
        self.process.stdin.write("\t".join([str(self.at), *fields]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def get(self, path, method="GET", **headers):
        """(status, headers, body)"""
        said = self.say(method, path, *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()))
        return said["status"], said["headers"], said["body"]

    def body(self, path):
        status, _, body = self.get(path)
        equal(status, 200, path)
        return body

    def repository(self, path):
        return self.body(NAME + path)

    def all(self, path, key=None):
        """Of all pages, one after the other."""
        path, items = NAME + path, []
        while path:
            status, headers, body = self.get(path)
            equal(status, 200, path)
            items += body[key] if key else body
            path = following(headers)
        return items

    def runs(self, query="", workflow="deploy-production.yml"):
        """GitHub's search ends at 1,000 results: by halves of the time."""
        return self.all(f"/actions/workflows/{workflow}/runs?per_page=100{query}", "workflow_runs")

    def deploy(self, how):
        self.say("DEPLOY", how)


def following(headers, rel="next"):
    """The address of that page, below the API."""
    for one in headers.get("Link", "").split(", "):
        if f'rel="{rel}"' in one:
            url = one.split(">")[0].lstrip("<")
            check(url.startswith(API), url)
            return url[len(API):]
    return None


def query(text):
    return urllib.parse.quote(text, safe="")


# --- its rules

def pages_hold_everything_once_and_in_order():
    with Hub() as hub:
        runs = hub.runs()
        equal(len({one["id"] for one in runs}), len(runs), "ids")
        times = [one["created_at"] for one in runs]
        equal(times, sorted(times, reverse=True), "newest first")
        numbers = sorted(one["run_number"] for one in runs)
        equal(numbers, list(range(1, len(runs) + 1)), "run numbers")
        pulls = hub.all("/pulls?state=all&per_page=37&sort=updated&direction=desc")
        times = [one["updated_at"] for one in pulls]
        equal(times, sorted(times, reverse=True), "by update")
        issues = hub.all("/issues?state=all&per_page=100&sort=created&direction=asc")
        equal([one["number"] for one in issues], list(range(1, len(issues) + 1)), "numbers are shared")
        equal({one["number"] for one in issues if "pull_request" in one}, {one["number"] for one in pulls}, "pull requests")
        commits = hub.all("/commits?per_page=100")
        equal(len({one["sha"] for one in commits}), len(commits), "commits")
        known = {one["sha"] for one in commits}
        equal({parent["sha"] for one in commits for parent in one["parents"]} - known, set(), "parents")
        _, headers, page = hub.get(f"{NAME}/pulls?state=all&per_page=37&page=2&q=%3C%22%3E<x>")
        equal(len(page), 37, "a page")
        for rel, number in (("prev", 1), ("next", 3), ("first", 1)):
            equal(following(headers, rel), f"/repositories/1000/pulls?state=all&per_page=37&q=%3C%22%3E%3Cx%3E&page={number}", rel)


def two_years_are_there_busy_by_day_and_quiet_at_weekends_and_they_have_become_better():
    with Hub() as hub:
        runs = [one for half in (f"{query('>=')}2025-11-01", f"{query('<')}2025-11-01") for one in hub.runs(f"&created={half}")]
        began = seconds(min(one["created_at"] for one in runs))
        check(720 * DAY < UNTIL - began < 731 * DAY, f"since {began}")
        weekday = [time.gmtime(seconds(one["created_at"])).tm_wday for one in runs]
        check(sum(day >= 5 for day in weekday) * 20 < len(runs), "weekends are quiet")
        check(all(7 <= int(one["created_at"][11:13]) < 22 for one in runs), "nights are quiet")
        by_month = lambda first, last: sum(UNTIL - last * DAY < seconds(one["created_at"]) <= UNTIL - first * DAY for one in runs)
        check(4 * by_month(600, 700) < by_month(0, 50) + by_month(80, 130), "more deployments than two years ago")
        check(by_month(55, 75) < by_month(80, 100) and by_month(55, 75) < by_month(30, 50), "three weeks were slow")
        check(sum(one["run_attempt"] > 1 for one in runs) > 20, "some were run again")
        check({"push", "workflow_dispatch"} == {one["event"] for one in runs}, "events")


def the_future_is_not_seen_and_what_is_past_stays():
    with Hub(UNTIL - 731 * DAY) as hub:
        equal(hub.get(NAME)[0], 404, "before it was made")
        hub.at = UNTIL - 729 * DAY
        equal(hub.get(NAME)[0], 200, "and after")
    with Hub(BAD - 40 * DAY) as hub:
        seen = {}
        for at in (BAD - 40 * DAY, BAD - 5 * DAY, BAD - 4 * MINUTE, BAD + 5 * MINUTE, BACK - MINUTE, UNTIL, UNTIL + 3 * DAY):
            hub.at = at
            now = {("pull", one["number"]): one for one in hub.all("/pulls?state=all&per_page=100")}
            now.update({("run", one["id"]): one for one in hub.runs("&created=" + query(">=2026-09-01"))})
            now.update({("issue", one["number"]): one for one in hub.all("/issues?state=all&per_page=100")})
            now.update({("commit", one["sha"]): one for one in hub.all("/commits?per_page=100&since=2026-09-01T00:00:00Z")})
            for what, one in now.items():
                for key in ("created_at", "updated_at", "closed_at", "merged_at", "run_started_at"):
                    check(not one.get(key) or seconds(one[key]) <= at, f"{what} at {at}: {key} {one.get(key)}")
            for what, one in seen.items():
                check(what in now, f"{what} has gone")
                for key in ("created_at", "merged_at", "sha", "head_sha", "title"):
                    check(one.get(key) in (None, now[what].get(key)), f"{what}: {key} was {one.get(key)}")
            seen = now
        check(len(seen) > 200, f"only {len(seen)} things")


def the_same_is_there_however_the_time_is_cut():
    ways = ([UNTIL + 2 * DAY], [UNTIL - 700 * DAY, UNTIL - 300 * DAY - 7, *range(UNTIL - 20 * DAY, UNTIL + 2 * DAY, 5003), UNTIL + 2 * DAY])
    told = []
    for way in ways:
        with Hub(way[0]) as hub:
            for hub.at in way:
                hub.repository("")
            told.append([hub.all("/pulls?state=all&per_page=100"), hub.all("/commits?per_page=100"), hub.runs("&created=" + query(">=2026-01-01")),
                         hub.all("/issues?state=all&per_page=100")])
    check(told[0] == told[1], "it depends on the steps")


def a_run_goes_its_way():
    with Hub(BAD - 5 * MINUTE + 1) as hub:
        run = hub.runs()[0]
        state = lambda: [hub.repository(f"/actions/runs/{run['id']}")[name] for name in ("status", "conclusion", "run_attempt")]
        jobs = lambda: [(one["name"], one["status"], one["conclusion"]) for one in hub.repository(f"/actions/runs/{run['id']}/jobs?filter=all")["jobs"]]
        equal((state(), jobs()), (["queued", None, 1], []), "asked for")
        hub.at = BAD - 4 * MINUTE
        equal(state(), ["in_progress", None, 1], "under way")
        equal(jobs(), [("build", "in_progress", None), ("api", "queued", None), ("worker", "queued", None)], "jobs")
        hub.at = BAD - MINUTE
        equal(jobs(), [("build", "completed", "success"), ("api", "in_progress", None), ("worker", "in_progress", None)], "jobs later")
        hub.at = BAD
        equal(state(), ["completed", "success", 1], "done")
        before = hub.runs()[1]
        hub.at = BACK - 2 * MINUTE
        equal([hub.repository(f"/actions/runs/{before['id']}")[name] for name in ("status", "run_attempt", "triggering_actor")][:2],
              ["in_progress", before["run_attempt"] + 1], "the one before is run again")
        equal(hub.repository(f"/actions/runs/{before['id']}/attempts/{before['run_attempt']}")["conclusion"], "success", "its first attempt")
        hub.at = BACK + HOUR
        deployment = next(one for one in hub.all("/deployments?environment=production") if one["sha"] == run["head_sha"])
        equal([(one["state"], seconds(one["created_at"])) for one in hub.repository(f"/deployments/{deployment['id']}/statuses")][:2],
              [("inactive", BACK), ("success", BAD)], "as a deployment")


def the_story_is_told():
    """What the metrics show has a deployment that ends as it begins, an incident, a rollback and a revert."""
    with Hub() as hub:
        runs = hub.runs("&created=" + query(">=2026-10-20"))
        ends = {max(seconds(job["completed_at"]) for job in hub.repository(f"/actions/runs/{one['id']}/jobs?filter=latest")["jobs"]): one for one in runs}
        for at in [*ROLLOUTS, BAD, BACK]:
            check(at in ends, f"nothing was deployed at {at}")
        bad, good = ends[BAD], ends[BACK]
        equal(hub.repository(f"/compare/{bad['head_sha']}...{good['head_sha']}?per_page=100&page=1")["status"], "behind", "back")
        incidents = hub.all("/issues?state=all&labels=incident&since=2026-11-01T00:00:00Z")
        opened = [seconds(one["created_at"]) for one in incidents]
        check(any(BAD < at < BACK for at in opened) and any(OUTAGE < at < OUTAGE + 20 * MINUTE for at in opened), f"incidents {opened}")
        after = next(one for one in reversed(runs) if seconds(one["created_at"]) > BACK)
        brought = hub.repository(f"/compare/{bad['head_sha']}...{after['head_sha']}?per_page=100&page=1")["commits"]
        check(any(bad["head_sha"] in one["commit"]["message"] for one in brought), "it is reverted")


def a_version_is_rolled_out_by_hand():
    with Hub(UNTIL + DAY) as hub:
        latest = hub.runs()[0]
        hub.deploy("bad")
        run = hub.runs()[0]
        check(run["id"] > latest["id"], "a run")
        equal((run["conclusion"], seconds(run["updated_at"])), ("success", UNTIL + DAY), "at once")
        pull = hub.repository(f"/commits/{run['head_sha']}/pulls")[0]
        equal([label["name"] for label in pull["labels"]], [], "labels")
        hub.at += 5 * MINUTE
        hub.deploy("good")
        run = hub.runs()[0]
        pull = hub.repository(f"/commits/{run['head_sha']}/pulls")[0]
        equal([label["name"] for label in pull["labels"]], ["hotfix"], "what mends it is a hotfix")
        hub.at = UNTIL + 5 * DAY
        check(len(hub.runs("&created=" + query(f">={time.strftime('%Y-%m-%d', time.gmtime(UNTIL + 2 * DAY))}"))) > 1, "it goes on")
    with Hub(BAD - 20 * MINUTE) as hub:  # while one is under way
        hub.at = BAD - 2 * MINUTE
        hub.deploy("good")
        newest, cut = hub.runs()[:2]
        if newest["conclusion"] == "cancelled":
            newest, cut = cut, newest
        equal((newest["conclusion"], cut["conclusion"]), ("success", "cancelled"), "what was under way is cancelled")
        equal(sorted(one["conclusion"] for one in hub.repository(f"/actions/runs/{cut['id']}/jobs")["jobs"]), ["cancelled", "cancelled", "success"], "its jobs")


def what_has_not_changed_is_not_sent_again_and_costs_nothing():
    with Hub() as hub:
        _, headers, _ = hub.get(f"{NAME}/pulls")
        used = int(headers["X-RateLimit-Used"])
        again = hub.get(f"{NAME}/pulls", If_None_Match=headers["ETag"])
        equal((again[0], again[2], int(again[1]["X-RateLimit-Used"])), (304, None, used), "again")
        equal(hub.get(f"{NAME}/pulls", If_None_Match='"0"')[0], 200, "another")
        equal(hub.get(f"{NAME}/pulls", If_None_Match=headers["ETag"], X_GitHub_Api_Version=VERSIONS[1])[0], 200, "another version")
        equal(int(hub.get("/rate_limit")[1]["X-RateLimit-Used"]), used + 2, "the quota itself is free")
        hub.at += HOUR
        equal(int(hub.get(NAME)[1]["X-RateLimit-Used"]), 1, "an hour later")


def ranges_of_creation_are_github_s():
    with Hub() as hub:
        count = lambda created: hub.repository(f"/actions/workflows/deploy-production.yml/runs?per_page=1&created={query(created)}")["total_count"]
        middle = hub.runs()[100]["created_at"]
        whole = count("*..2030-01-01")
        equal(count(f"*..{middle}") + count(f"{middle}..*"), whole + 1, "both ends belong to a range")
        equal(count(f"<{middle}") + count(f">={middle}"), whole, "two halves")
        equal(count(f"<={middle}") + count(f">{middle}"), whole, "two other halves")
        equal(count(middle[:10]), count(f"{middle[:10]}T00:00:00Z..{middle[:10]}T23:59:59Z"), "a day")
        equal(hub.get(f"{NAME}/actions/runs?created=soon")[0], 422, "no time")
        equal(len(hub.all("/actions/runs?per_page=100", "workflow_runs")), 1000, "a search ends at 1,000")


HOSTILE = [
    (400, "/repos/hngprojects/anvila-backend/pulls?state=\r"), (404, "/"), (404, ""), (404, "//"), (404, "/repos"), (404, "/repos/hngprojects"), (404, "/repos/hngprojects/other"),
    (404, NAME + "/"), (404, NAME + "//pulls"), (404, NAME + "/pulls/"), (404, NAME + "/pulls/0"), (404, NAME + "/pulls/-1"), (404, NAME + "/pulls/99999999999999999999"),
    (404, NAME + "/pulls/1e3"), (404, NAME + "/actions/runs/0"), (404, NAME + "/actions/runs/100000/attempts/0"), (404, NAME + "/actions/runs/100000/attempts/5"),
    (404, NAME + "/actions/workflows/%00/runs"), (404, NAME + "/actions/workflows/..%2f..%2fetc/runs"), (404, NAME + "/compare/main"), (404, NAME + "/compare/..."), (404, NAME + "/compare/main...%0d%0aX:y"),
    (422, NAME + "/commits/0000000"), (422, NAME + "/commits/main%0d%0aSet-Cookie:x"), (404, NAME + "/deployments/1"), (404, NAME + "/a/b/c/d/e/f/g/h/i/j/k/l/m/n"), (404, "/repositories/1001"),
    (422, NAME + "/pulls?state=merged"), (422, NAME + "/pulls?sort=x"), (422, NAME + "/issues?direction=up"), (422, NAME + "/issues?since=x"), (422, NAME + "/commits?since=x"), (404, NAME + "/commits?sha=x"),
    (422, NAME + "/actions/runs?status=failed"), (422, NAME + "/actions/runs?created=" + "9" * 400), (422, NAME + "/actions/runs?created=..x"), (404, NAME + "/%ff%fe"), (400, "/" + "x" * 9000), (404, "/x" * 2000), (400, NAME + "/pulls?q=" + "x" * 5000),
]


def what_is_not_there_or_makes_no_sense_is_refused():
    with Hub() as hub:
        for status, path in HOSTILE:
            got, headers, body = hub.get(path)
            equal(got, status, path[:80])
            check(body["message"] and not set(headers) & {"Link", "ETag", "Set-Cookie", "X"}, f"{path[:80]}: {headers}")
        for path in ("?page=99999999999999999999", "?per_page=0", "?per_page=-1", "?per_page=100000", "?page=&per_page=x", "?page=2&page=3", "?&&&=&=x"):
            equal(hub.get(f"{NAME}/pulls{path}")[0], 200, path)
        equal(hub.get(f"{NAME}/pulls?page=1000000000")[2], [], "far behind the end")
        equal(hub.get(NAME, method="POST")[0], 404, "it can only be read")
        equal(hub.get(NAME, X_GitHub_Api_Version="2020-01-01")[0], 400, "an unknown version")


# --- what GitHub's description is asked about

def walk(hub, write):
    """Every address, of the newest things."""
    def ask(path, version, etag=None):
        headers = {"X_GitHub_Api_Version": version, **({"If_None_Match": etag} if etag else {})}
        status, got, body = hub.get(path, **headers)
        write(version, path, status, body)
        return status, got, body

    for version in VERSIONS:
        paths = ["", "/actions/runs?per_page=5", "/actions/workflows", "/actions/workflows/9001", "/actions/workflows/deploy-staging.yml/runs?per_page=5", "/deployments?per_page=3", "/deployments?environment=staging",
                 "/commits?per_page=5", "/pulls?state=all&per_page=7", "/pulls?state=closed&sort=updated&direction=desc&per_page=20", "/pulls", "/issues?state=all&per_page=20",
                 "/issues?labels=incident&state=all&sort=updated&direction=desc&per_page=100", "/issues?labels=bug&state=all", "/releases", "/tags", "/environments", "/properties/values",
                 "/actions/runs?created=2026-01-01T00:00:00Z..2026-12-31T00:00:00Z&status=success&per_page=5", "/actions/runs?status=in_progress&branch=main", "/commits/main", "/compare/main...staging"]
        runs, pulls = hub.runs("&created=" + query(">=2026-06-01"))[:25] or hub.runs()[:25], hub.repository("/pulls?state=all&per_page=15")
        runs += [one for one in hub.runs() if one["run_attempt"] > 1][:5]
        for one in runs:
            run = f"/actions/runs/{one['id']}"
            paths += [run, f"{run}/jobs?filter=all", f"{run}/jobs?filter=latest&per_page=2", f"{run}/attempts/1", f"{run}/attempts/{one['run_attempt']}/jobs", f"/commits/{one['head_sha']}", f"/commits/{one['head_sha']}/pulls"]
        for one in pulls:
            paths += [f"/pulls/{one['number']}{tail}" for tail in ("", "/commits", "/reviews")] + [f"/commits/{one['head']['sha']}?per_page=1", f"/compare/main...{one['head']['sha']}"]
        for one in hub.repository("/deployments?per_page=5"):
            paths += [f"/deployments/{one['id']}", f"/deployments/{one['id']}/statuses"]
        paths += [f"/compare/{one['head_sha']}...{other['head_sha']}?page=1&per_page=2" for one, other in zip(runs, runs[3:])]
        for path in paths:
            status, headers, _ = ask(NAME + path, version)
            equal(status, 200, path)
            ask(NAME + path, version, headers["ETag"])
            if following(headers):
                ask(following(headers), version)
        for path in ("/orgs/hngprojects/repos?sort=full_name&per_page=100", "/rate_limit"):
            equal(ask(path, version)[0], 200, path)
        for path in (NAME + "/actions/runs/1", NAME + "/pulls/999999", NAME + f"/commits/{'0' * 40}", NAME + f"/compare/{'0' * 40}...{'1' * 40}", "/repos/hngprojects/none", "/orgs/nobody/repos"):
            check(ask(path, version)[0] in (404, 422), path)


def every_address_is_answered_at_every_moment():
    with open(Hub.out, "w") as out, Hub(UNTIL - 715 * DAY) as hub:
        def write(version, path, status, body):
            line = {"description": "api.github.com", "version": version, "method": "GET", "url": path, "status": status, "body": body}
            out.write(json.dumps(line) + "\n")

        for at in (UNTIL - 715 * DAY, UNTIL - 400 * DAY, BAD - 5 * MINUTE + 1, BAD - 4 * MINUTE, BAD + 20 * MINUTE, BACK - 2 * MINUTE, UNTIL):
            hub.at = at
            walk(hub, write)
        hub.at = UNTIL + DAY
        hub.deploy("bad")
        walk(hub, write)


# --- what wick makes of it

def wick_finds_what_the_model_knows():
    """Two ways to the same numbers: through these answers, and past them."""
    for seed, until in ((1, UNTIL), (2, UNTIL - 37 * HOUR), (3, UNTIL - 12 * DAY + 11)):
        port = servers.free_ports(1)
        demo = servers.Process("demo", [Hub.wick, "demo", f"--listen=127.0.0.1:{port}", f"--seed={seed}", f"--until={until}"], servers.folder("demo"))
        try:
            servers.wait_until("the demo answers", lambda: servers.listens(port), process=demo)
            ask = lambda *words: json.loads(subprocess.run([Hub.wick, *words, "--format=json"], check=True, capture_output=True, text=True, timeout=120).stdout)
            report = ask("dora", "report", f"--github-url=http://127.0.0.1:{port}/github", f"--at={until}", os.path.join(servers.root(), "slo", "examples"))
        finally:
            demo.stop()
        truth = ask("demo", "--truth", "--days=30", f"--seed={seed}", f"--until={until}")
        equal(len(truth["deliveries"]), 3, "deliveries")
        for one in truth["deliveries"]:
            told = next(each for each in report if each["scope"] == "service" and each["window"] == "30d" and (each["service"], each["environment"]) == (one["service"], one["environment"]))
            numbers = lambda of: (of["deployments"], of["failed_deployments"], of["lead_time_seconds"]["count"], of["lead_time_seconds"]["p50"])
            equal(numbers(told), numbers(one), f"seed {seed} until {until}: {one['service']} {one['environment']}")
            check(one["deployments"] > 5 and one["lead_time_seconds"]["count"] > 10, f"there is next to nothing: {one}")


CASES = [pages_hold_everything_once_and_in_order, two_years_are_there_busy_by_day_and_quiet_at_weekends_and_they_have_become_better, the_future_is_not_seen_and_what_is_past_stays,
         the_same_is_there_however_the_time_is_cut, a_run_goes_its_way, the_story_is_told, a_version_is_rolled_out_by_hand, what_has_not_changed_is_not_sent_again_and_costs_nothing,
         ranges_of_creation_are_github_s, what_is_not_there_or_makes_no_sense_is_refused, every_address_is_answered_at_every_moment]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("out")
    parser.add_argument("--wick")
    options = parser.parse_args()
    Hub.program, Hub.out, Hub.wick = options.program, options.out, options.wick
    passed = failed = 0
    for case in CASES + ([wick_finds_what_the_model_knows] if options.wick else []):
        try:
            case()
            passed += 1
            print(f"ok    {case.__name__}")
        except Exception:  # noqa: BLE001
            failed += 1
            print(f"FAIL  {case.__name__}\n{traceback.format_exc()}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
