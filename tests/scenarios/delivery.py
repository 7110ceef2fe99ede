"""`wick dora report` against the tests' own GitHub, and against what git and SQL make of the same events."""

import contextlib
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time

from scenario import check, equal, scenario, servers

sys.path.append(os.path.join(servers.root(), "tests", "github"))

import jwt_of_app  # noqa: E402  (found through the line above)
from github import cases, server, tokens  # noqa: E402
from github.scenarios import load  # noqa: E402
from github.truth import Delivery, Truth, differences  # noqa: E402
from github.world import World, when  # noqa: E402

ALWAYS = "3650d"  # further back than any of these histories goes


class Report:
    """`wick dora report` as a test runs it: the definitions, the token, a file of facts."""

    def __init__(self, stage, github, deliveries, repository="acme/shop", token=server.TOKEN):
        self.stage, self.github = stage, github
        for one in deliveries:
            stage.define(one.document(repository), f"{one.service}-{one.environment}.yaml")
        self.token_path = stage.path("token")
        servers.replace_file(self.token_path, token + "\n")
        self.facts = stage.path("facts.db")

    def argv(self, at, since=ALWAYS, *more, token=True):
        flags = [f"--github-token-file={self.token_path}"] if token else []
        return ["dora", "report", f"--github-url={self.github.url}", f"--at={time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(when(at)))}", f"--since={since}",
                "--format=json", *flags, *more, self.stage.definitions]

    def run(self, argv):
        """(exit code, what it prints, what it says on stderr); and `peak_bytes` of memory. A long history may take minutes."""
        with open(self.stage.path("out"), "w+") as out, open(self.stage.path("err"), "w+") as err:
            process = subprocess.Popen([self.stage.wick, *argv], stdin=subprocess.DEVNULL, stdout=out, stderr=err)
            self.peak_bytes = 0

            def over():
                # of the process itself: what the kernel tells at the end holds that of the test, which it was forked from
                peak = re.search(r"VmHWM:\s+(\d+) kB", open(f"/proc/{process.pid}/status").read())
                self.peak_bytes = int(peak[1]) * 1024 if peak else self.peak_bytes
                return process.poll() is not None
            try:
                servers.wait_until("the report is there", over, 600)
            finally:
                process.kill()
                process.wait()
            for file in (out, err):
                file.seek(0)
            return process.returncode, out.read(), err.read()

    def rows(self, at, since=ALWAYS, *more, **keywords):
        """{(service, environment, window): row}"""
        code, out, err = self.run(self.argv(at, since, *more, **keywords))
        check(code == 0, f"'wick dora report' ends with {code}: {err}")
        return {(one["service"], one["environment"], one["window"]): one for one in json.loads(out)}


def held(rows, truths, what):
    """Each row to the truth."""
    wanted = {(row["service"], row["environment"], row["window"]): row for rows_of in truths for row in rows_of}
    check(set(rows) >= set(wanted), f"{what}: rows {sorted(set(wanted) - set(rows))} are missing")
    wrong = [fault for key, row in wanted.items()
             for fault in differences(rows[key], {name: value for name, value in row.items() if name != "attempts_by_result"}, " ".join(key))]
    check(not wrong, f"{what}:\n" + "\n".join(wrong[:20]))


def a_case(one):
    def play(stage):
        world = one.world()
        truth = Truth(world.repositories[0], one.delivery)
        for at in one.moments:
            with server.Server(world, at=at) as github:
                held(Report(stage, github, [one.delivery]).rows(at), [truth.report(at)], f"at {at}")
    play.__name__, play.__doc__ = one.name, one.sentence
    return play


for each in cases.CASES:
    scenario(a_case(each))


def large(**more):
    """Two years, 500 pull requests, 300 runs; its last day."""
    world = load("generated", **{"pulls": 500, "runs": 300, "seed": 11, **more})
    shop = world.repositories[0]
    return world, shop, max(run.created for run in shop.runs) + 86400


@scenario
def two_years_of_everything_at_once_are_as_git_and_sql_say(stage):
    """Merges of each kind, hotfixes, reverts, rollbacks, re-runs, bots, incidents and wrong clocks, looked at from several moments."""
    world, shop, end = large(skewed=0.05, reverted=0.1, hotfixes=0.1, rollbacks=0.1)
    truth = Truth(shop)
    for at in (end, end - 200 * 86400 + 7, end - 400 * 86400):
        with server.Server(world, at=at) as github:
            held(Report(stage, github, [truth.delivery], "acme/anvil").rows(at), [truth.report(at)], f"at {at}")
            equal([entry["together"] for entry in github.log if entry["together"] > 1], [], "requests at the same time")


@scenario
def ten_thousand_pull_requests_are_as_git_and_sql_say(stage):
    """Five years, 1,000 runs."""
    world, shop, end = large(pulls=10_000, runs=1000, years=5)
    known = {server.TOKEN: tokens.Token("test", limit=100_000)}
    with server.Server(world, at=end, tokens=known) as github:
        truth = Truth(shop)
        held(Report(stage, github, [truth.delivery], "acme/anvil").rows(end), [truth.report(end)], "five years")


@scenario
def a_first_reading_of_a_thousand_runs_takes_little_memory(stage):
    """And of 1,000 pull requests: under 64 MB, within the quota of an hour, and never two requests at once."""
    world, shop, end = large(pulls=1000, runs=1000)
    with server.Server(world, at=end) as github:
        truth, report = Truth(shop), Report(stage, github, [Delivery()], "acme/anvil")
        held(report.rows(end), [truth.report(end)], "two years")
        check(report.peak_bytes < 64 << 20, f"it took {report.peak_bytes >> 20} MB")
        check(len(github.log) < 5000, f"it took {len(github.log)} requests")
        print(f"      1,000 runs and 1,000 pull requests: {len(github.log)} requests, {report.peak_bytes >> 20} MB", flush=True)


@scenario
def a_history_that_begins_within_a_second_is_asked_for_in_whole_ones(stage):
    """GitHub's searches know no fractions: nothing is asked that it refuses."""
    world, shop, end = large(pulls=40, runs=30, years=1)
    with server.Server(world, at=end) as github:
        report = Report(stage, github, [Delivery()], "acme/anvil")
        argv = [f"--at={time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(end))}.471Z" if one.startswith("--at=") else one for one in report.argv(end)]
        code, out, err = report.run(argv)
        equal((code, err), (0, ""), "what it says")
        check(len(json.loads(out)) > 0, "it shows something")
        equal([(entry["status"], entry["url"]) for entry in github.log if entry["status"] == 422], [], "what was refused")


@scenario
def a_report_of_few_days_forgets_no_incident_of_before(stage):
    """The facts have an alert of twenty days ago; a report of seven days leaves it there."""
    world, shop, end = large(pulls=40, runs=30, years=1)
    with server.Server(world, at=end) as github:
        report = Report(stage, github, [Delivery()], "acme/anvil")
        report.rows(end, "30d", f"--facts={report.facts}")
        opened = (end - 20 * 86400) * 1000
        with contextlib.closing(sqlite3.connect(report.facts)) as facts, facts:
            facts.execute("INSERT INTO alerts VALUES ('k', 'shop/pay', 'shop', 'page-fast', 'page', '', ?, ?)", (opened, opened + 60000))
        report.rows(end, "7d", f"--facts={report.facts}")
        with contextlib.closing(sqlite3.connect(report.facts)) as facts:
            equal(facts.execute("SELECT opened FROM alerts").fetchall(), [(opened,)], "alerts")


@scenario
def several_services_of_one_repository_are_held_apart(stage):
    """By the paths of their files, and by labels; two others are all of it, and count pull requests."""
    world, shop, end = large(pulls=150, runs=80, years=1, hotfixes=0.1, rollbacks=0.15, reverted=0.1)
    deliveries = [Delivery(service="one", paths=("src/part1/*", "src/part2/*")), Delivery(service="two", paths=("src/part3/*", "README.md"), lead_time="first_commit", bots_out=True),
                  Delivery(service="labelled", pull_labels=("hotfix",)), Delivery(service="all", bots_out=True), Delivery(service="merges", lead_time="merge", authors_out=("dev-1*",))]
    with server.Server(world, at=end) as github:
        held(Report(stage, github, deliveries, "acme/anvil").rows(end), [Truth(shop, one).report(end) for one in deliveries], "five services")


FAULTS = ("mode=mixed&chance=0.08&seed=3&modes=status code=502,half,reset,garbage,slow seconds=0.01,secondary code=403 retry_after=1,secondary code=429 retry_after=1",
          "mode=exhausted&after=90&times=1&reset=2", "mode=moved&chance=0.05&seed=4")


@scenario
def what_goes_wrong_on_the_way_changes_no_number(stage):
    """Bad gateways, half and slow bodies, closed connections, garbage, limits of both kinds, and addresses that have moved."""
    world, shop, end = large(pulls=120, runs=80, years=1)
    with server.Server(world, at=end) as github:
        for spec in FAULTS:
            github.faults.add(spec)
        truth = Truth(shop)
        held(Report(stage, github, [truth.delivery], "acme/anvil").rows(end), [truth.report(end)], "with faults")
        seen = {entry["fault"] for entry in github.log}
        check({"status", "half", "secondary", "exhausted", "moved"} <= seen, f"faults that were met: {seen}")


@scenario
def a_token_of_an_app_is_renewed_when_it_dies(stage):
    """Each is good for 40 requests; the JWT is signed with the App's key."""
    world, shop, end = large(pulls=120, runs=80, years=1)
    key = jwt_of_app.keys(stage.folder)
    world.app(77, "wick", key + ".pub", "acme")
    with server.Server(world, at=end, tokens={}, token_uses=40) as github:
        truth = Truth(shop)
        rows = Report(stage, github, [truth.delivery], "acme/anvil").rows(end, ALWAYS, "--github-app-id=77", f"--github-app-key-file={key}", token=False)
        held(rows, [truth.report(end)], "as an App")
        check(len([entry for entry in github.log if entry["method"] == "POST"]) > 2, "tokens were taken out anew")


@scenario
def other_hosts_and_versions_give_the_same_numbers(stage):
    """An Enterprise Server without limits; the API of 2026, without merge_commit_sha; null wherever it may be."""
    world, shop, end = large(pulls=120, runs=80, years=1)
    truth = Truth(shop)
    for keywords, flags in (({"enterprise": True}, ()), ({}, ("--github-api-version=2026-03-10",)), ({"enterprise": True, "nulls": True}, ("--github-api-version=2022-11-28",))):
        with server.Server(world, at=end, **keywords) as github:
            held(Report(stage, github, [truth.delivery], "acme/anvil").rows(end, ALWAYS, *flags), [truth.report(end)], f"{keywords} {flags}")
            equal({entry["status"] for entry in github.log} - {200, 304}, set(), "answers")


@scenario
def a_report_that_is_killed_again_and_again_comes_to_the_same_numbers(stage):
    """kill -9 after 5, 30, 80 and 140 requests, with a file of facts; the last one reads on from there."""
    world, shop, end = large(pulls=120, runs=80, years=1)
    truth = Truth(shop)
    with server.Server(world, at=end) as github:
        report = Report(stage, github, [truth.delivery], "acme/anvil")
        argv = [stage.wick, *report.argv(end, ALWAYS, f"--facts={report.facts}")]
        asked = 0
        for most in (5, 30, 80, 140):
            begun = len(github.log)
            with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                servers.wait_until("it has asked enough", lambda: len(github.log) - begun >= most or process.poll() is not None)
                process.send_signal(signal.SIGKILL)
        asked = len(github.log)
        held(report.rows(end, ALWAYS, f"--facts={report.facts}"), [truth.report(end)], "in the end")
        with server.Server(world, at=end) as other:
            clean = Report(stage, other, [truth.delivery], "acme/anvil")
            clean.rows(end)
            check(len(github.log) - asked < len(other.log), "what was read before is not read again")


@scenario
def the_quota_that_is_reserved_is_never_touched(stage):
    """With 60 requests left of 100 and a reserve of 20, the report says what it could not read rather than take them."""
    world, _, end = large(pulls=120, runs=80, years=1)
    known = {server.TOKEN: tokens.Token("test", limit=100)}
    with server.Server(world, at=end, tokens=known, window=3) as github:
        truth = Truth(world.repositories[0])
        held(Report(stage, github, [truth.delivery], "acme/anvil").rows(end, ALWAYS, "--github-quota-reserve=20"), [truth.report(end)], "over several hours")
        # the first answer of an hour says how much is left; from then on the reserve is known
        check(all(entry["remaining"] is None or entry["remaining"] >= 20 for entry in github.log), "the reserve was touched")


@scenario
def a_quiet_repository_costs_nothing_once_it_is_known(stage):
    """The second report, with the facts of the first, is answered with 304 throughout."""
    world, shop, end = large(pulls=60, runs=40, years=1)
    with server.Server(world, at=end) as github:
        report = Report(stage, github, [Delivery()], "acme/anvil")
        read = [report.rows(end, ALWAYS, f"--facts={report.facts}")]
        begun = len(github.log)
        read.append(report.rows(end, ALWAYS, f"--facts={report.facts}"))
        for row in (*read[0].values(), *read[1].values()):
            row.pop("read_at")
        equal(read[1], read[0], "the second report")
        equal(sum(entry["cost"] for entry in github.log[begun:]), 0, "quota of the second report")


@scenario
def a_run_that_is_run_again_later_is_seen_though_it_is_old(stage):
    """It failed a week ago and succeeds now; its time of creation does not move, and the facts know it as failed."""
    world = World()
    shop = world.repository("acme/shop", "2026-03-02 08:00")
    shop.commit("2026-03-02 08:00", "Begin")
    shop.run("2026-03-02 09:00", took=300)
    shop.commit("2026-03-03 09:00", "Taxes")
    shop.run("2026-03-03 10:00", took=300, result="failure").again("2026-03-10 10:00", took=300)
    truth = Truth(shop)
    with server.Server(world) as github:
        report = Report(stage, github, [truth.delivery])
        for at in ("2026-03-04", "2026-03-09", "2026-03-10 10:02", "2026-03-10 10:06"):
            github.at = at
            held(report.rows(at, ALWAYS, f"--facts={report.facts}"), [truth.report(at)], f"at {at}")


@scenario
def a_history_that_is_cut_begins_with_a_baseline(stage):
    """--since 30d: nothing older is read; windows that reach further back have no frequency."""
    world, shop, end = large(pulls=120, runs=80, years=1)
    truth = Truth(shop)
    with server.Server(world, at=end) as github:
        rows = Report(stage, github, [truth.delivery], "acme/anvil").rows(end, "30d")
        wanted = truth.report(end, since=end - 30 * 86400)
        held({key: row for key, row in rows.items() if key[2] in ("7d", "30d")}, [wanted[:2]], "cut")
        equal(rows["shop", "production", "90d"]["deployments_per_day"], None, "of 90 days")


@scenario
def a_right_that_is_missing_is_named_and_the_rest_goes_on(stage):
    """A token that may not read issues: incidents are unknown, deployments are not."""
    world, shop, end = large(pulls=60, runs=40, years=1, incidents=0.3)
    known = {"few": tokens.Token("few", permissions={name: "read" for name in ("actions", "contents", "pull_requests")})}
    with server.Server(world, at=end, tokens=known) as github:
        report = Report(stage, github, [Delivery()], "acme/anvil", token="few")
        code, out, err = report.run(report.argv(end))
        check(code in (0, 1) and re.search(r"\bissues\b", err), f"{code}: {err}")
        rows = {one["window"]: one for one in json.loads(out)}
        equal(rows["90d"]["deployments"], Truth(shop).report(end)[2]["deployments"], "deployments")


@scenario
def what_a_missing_right_would_tell_is_not_known(stage):
    """Commits, pull requests, issues, or the last two: what is made of them is null and never 0, whether GitHub refuses (403) or hides (404) them; each right is named."""
    world, shop, end = large(pulls=60, runs=40, years=1, incidents=0.3, rollbacks=0.1, hotfixes=0.1, reverted=0.1)
    all_rights = ("actions", "contents", "pull_requests", "issues")
    whole = Truth(shop).report(end)[2]
    commits, pulls, issues = {"lead", "stages", "failures", "rework", "rollback", "revert", "hotfix"}, {"stages", "failures", "rework", "revert", "hotfix"}, {"failures", "incident", "open"}
    unknown = lambda row: {name for name, value in (("lead", row["lead_time_seconds"]["count"]), ("stages", row["stages"]["coding"]["count"]), ("failures", row["failed_deployments"]), ("failures", row["change_failure_ratio"]),
                                                    ("failures", row["recovery_time_seconds"]["count"]), ("rework", row["rework_ratio"]), ("rework", row["unplanned_deployments"]), ("open", row["open_incidents"]),
                                                    ("open", row["open_failures"]), *row["evidence"].items()) if value is None}
    for hides in (False, True):
        for missing, lacks in ((("contents",), commits), (("pull_requests",), pulls), (("issues",), issues), (("pull_requests", "issues"), pulls | issues)):
            known = {"few": tokens.Token("few", permissions={name: "read" for name in all_rights if name not in missing})}
            with server.Server(world, at=end, tokens=known, hides=hides) as github:
                report = Report(stage, github, [Delivery()], "acme/anvil", token="few")
                code, out, err = report.run(report.argv(end))
                row = next(one for one in json.loads(out) if one["window"] == "90d")
                equal((code, unknown(row)), (0, lacks), f"what is not known without {missing}, {'hidden' if hides else 'refused'}")
                check(all(re.search(f"'{one.replace('_', ' ')}: read'", err) for one in missing), f"without {missing}: {err}")
                for name, value in (("deployments", row["deployments"]), ("rework_ratio", row["rework_ratio"]), ("evidence", row["evidence"])):
                    wrong = differences({name: value}, {name: {one: whole[name][one] for one in value if value[one] is not None} if isinstance(value, dict) else whole[name]}, "")
                    check(value is None or not wrong, f"without {missing}: {wrong}")
                code, out, err = report.run([one if one != "--format=json" else "--format=table" for one in report.argv(end)])
                check("could not be read, so what is made of them is not known" in out.replace("\n    ", " "), out)


@scenario
def a_right_that_is_given_or_taken_later_changes_what_is_known(stage):
    """With one file of facts: issues may not be read, then they may, then not any more."""
    world, shop, end = large(pulls=60, runs=40, years=1, incidents=0.3)
    rights = {name: "read" for name in ("actions", "contents", "pull_requests", "issues")}
    few = tokens.Token("few", permissions={name: "read" for name in rights if name != "issues"})
    with server.Server(world, at=end, tokens={"few": few}) as github:
        report = Report(stage, github, [Delivery()], "acme/anvil", token="few")
        rows = lambda: report.rows(end, ALWAYS, f"--facts={report.facts}")
        equal(rows()["shop", "production", "90d"]["failed_deployments"], None, "before")
        few.permissions = rights
        held(rows(), [Truth(shop).report(end)], "with all rights")
        few.permissions = {name: "read" for name in rights if name != "issues"}
        equal(rows()["shop", "production", "90d"]["failed_deployments"], None, "after")


@scenario
def a_branch_that_was_deployed_before_its_merge_keeps_its_pull_request(stage):
    """To staging, from the branch itself: production's commits have their pull request and its labels, and so have staging's once it is merged. Read at
    once, with and without merge_commit_sha, and from moment to moment."""
    world = World()
    shop = world.repository("acme/shop", "2026-03-02 08:00")
    shop.commit("2026-03-02 08:00", "Begin")
    shop.run("2026-03-02 09:00", took=300)
    shop.run("2026-03-02 09:10", "stage.yml", took=300)
    one = shop.pull("2026-03-03 12:00", "feature/a", "A", labels=["worker"], commits=[("2026-03-03 09:00", "One"), ("2026-03-03 11:00", "Two")])
    one.review("2026-03-03 13:00")
    shop.run("2026-03-04 10:00", "stage.yml", branch="feature/a", took=300)
    one.merge("2026-03-05 10:00", "merge")
    shop.run("2026-03-05 11:00", took=300)
    deliveries = [Delivery(), Delivery(service="worker", pull_labels=("worker",)), Delivery(service="stages", environment="staging", source=("workflow", "stage.yml"), lead_time="first_commit"),
                  Delivery(service="staged", environment="staging", source=("workflow", "stage.yml"))]
    truths, end = [Truth(shop, each) for each in deliveries], "2026-04-01"
    equal(truths[1].samples(end)["lead"], [when("2026-03-05 11:05:05") - when("2026-03-03 11:00"), when("2026-03-05 11:05:05") - when("2026-03-03 09:00")], "by hand")
    equal(truths[2].samples(end)["lead"], [when("2026-03-04 10:05:05") - when("2026-03-03 09:00")], "by hand, of staging")
    with server.Server(world, at=end) as github:
        for flags in ((), ("--github-api-version=2026-03-10",)):
            held(Report(stage, github, deliveries).rows(end, ALWAYS, *flags), [truth.report(end) for truth in truths], f"at once {flags}")
        report = Report(stage, github, deliveries)
        for at in ("2026-03-04 09:00", "2026-03-04 12:00", "2026-03-05 10:30", "2026-03-06", end):
            github.at = at
            held(report.rows(at, ALWAYS, f"--facts={report.facts}"), [truth.report(at) for truth in truths[:2]] + [truths[3].report(at)], f"at {at}")
        held(report.rows(end, ALWAYS, f"--facts={report.facts}"), [truth.report(end) for truth in truths], "in the end")


def daily(world, days):
    """One deployment of each kind a day, of a commit of its own; those that came by pull requests were merged months before."""
    shop = world.repository("acme/shop", "2026-01-01")
    shop.commit("2026-01-01", "Begin")
    begin = when("2026-01-01")
    for day in range(1, days + 1):
        at = begin + day * 86400
        if day == 10:
            pull = shop.pull(at, "hotfix/old", "Old", commits=[(at - 600, "Old")])
            pull.merge(at + 60, "squash")
        else:
            shop.commit(at, f"Day {day}")
        shop.deployment(at + 3600, states=[(at + 4200, "success")])
        shop.release(at + 3600, f"v{day}", published=at + 4200)
        if day not in range(9, 100):
            shop.run(at + 3600, took=595)
    return shop, begin + (days + 1) * 86400


@scenario
def a_history_that_is_asked_for_further_back_is_as_if_asked_at_once(stage):
    """First 20 days, then 200, with one file of facts: releases, deployments, runs, and a pull request that was merged three months before its deployment.
    What 20 days do not show is not said to be known."""
    world = World()
    shop, end = daily(world, 110)
    deliveries = [Delivery(service="runs", lead_time="merge"), Delivery(service="deployments", source=("deployments", "production")), Delivery(service="releases", source=("releases", "v*"))]
    with server.Server(world, at=end) as github:
        report = Report(stage, github, deliveries)
        short = report.rows(end, "20d", f"--facts={report.facts}")
        equal({(one["window"], one["whole"]) for one in short.values() if one["window"] in ("7d", "90d")}, {("7d", True), ("90d", False)}, "what 20 days are said to show")
        rows = report.rows(end, "200d", f"--facts={report.facts}")
        held(rows, [Truth(shop, one).report(end) for one in deliveries], "200 days after 20")
        equal({rows[one.service, one.environment, "90d"]["deployments"] for one in deliveries[1:]}, {90}, "counted by hand")
        begun = len(github.log)
        report.rows(end, "200d", f"--facts={report.facts}")
        equal(sum(entry["cost"] for entry in github.log[begun:]), 0, "quota of once more")


@scenario
def a_pull_request_that_is_older_than_what_is_read_is_asked_for(stage):
    """One of each kind, merged and last touched three months before they were deployed, behind a page of others; 30 days are read, and later more with the
    same facts."""
    world = World()
    shop = world.repository("acme/shop", "2026-01-01")
    old = shop.commit("2026-01-01", "Begin")
    for day, how in ((3, "squash"), (5, "merge"), (7, "rebase")):
        branch = f"hotfix/{how}"
        shop.pull(f"2026-01-{day:02} 10:00", branch, how, commits=[(f"2026-01-{day:02} 08:00", "One"), (f"2026-01-{day:02} 09:00", "Two")]).merge(f"2026-01-{day + 1:02} 10:00", how)
        shop.commit(f"2026-01-{day + 1:02} 12:00", "Direct")
    shop.commit("2026-02-10 08:00", "Docs", "docs")
    for number in range(100):
        shop.pull("2026-02-10 09:00", "docs", f"Docs {number}").close("2026-02-10 10:00")
    shop.run("2026-04-02 10:00", commit=old, took=300)
    shop.pull("2026-04-03 10:00", "feature/new", "New", commits=[("2026-04-03 08:00", "New")]).merge("2026-04-03 11:00", "merge")
    shop.run("2026-04-10 10:00", took=300)
    end = when("2026-04-12")
    deliveries = [Delivery(service=how, lead_time=how) for how in ("merge", "first_commit", "commit")]
    truths = [Truth(shop, one) for one in deliveries]
    equal((len(truths[0].samples(end)["lead"]), truths[0].report(end)[1]["rework_ratio"]), (4, 0.5), "by hand")
    with server.Server(world, at=end) as github:
        report = Report(stage, github, deliveries)
        for since in ("30d", "200d"):
            rows = report.rows(end, since, f"--facts={report.facts}")
            held({key: row for key, row in rows.items() if key[2] in ("7d", "2026-04")}, [[row for row in one.report(end) if row["window"] in ("7d", "2026-04")] for one in truths], f"--since {since}")


@scenario
def what_has_gone_from_github_goes_from_the_numbers(stage):
    """A label that is taken off, of an open issue and of a closed one; an issue that is deleted; a release that is made again on another commit, and one that
    is deleted; a deployment that is. With one file of facts, and nobody asks for what has not gone."""
    world = World()
    shop = world.repository("acme/shop", "2026-03-02 08:00")
    first = shop.commit("2026-03-02 08:00", "Begin")
    shop.run("2026-03-02 09:00", took=300)
    shop.release("2026-03-02 09:00", "v1", first)
    bad = shop.commit("2026-03-03 08:00", "Bad")
    shop.run("2026-03-03 09:00", took=300)
    shop.deployment("2026-03-02 09:00", states=[("2026-03-02 09:05", "success")])
    shop.deployment("2026-03-03 09:00", states=[("2026-03-03 09:05", "success")]).delete("2026-03-04 08:00")
    shop.release("2026-03-03 10:00", "v2", bad).delete("2026-03-04 08:00")
    shop.release("2026-03-03 11:00", "v2-rc", bad).delete("2026-03-05 08:00")
    for minute, name in enumerate(("open", "closed", "deleted", "stays")):
        issue = shop.issue(f"2026-03-03 10:0{minute}", name, labels=["incident"])
        if name == "closed":
            issue.close("2026-03-03 12:00")
        if name in ("open", "closed"):
            issue.label("2026-03-04 09:00", "question")
        if name == "deleted":
            issue.delete("2026-03-04 09:00")
    good = shop.commit("2026-03-04 07:00", "Good")
    shop.run("2026-03-04 07:30", took=300)
    shop.release("2026-03-04 08:30", "v2-final", good)
    deliveries = [Delivery(), Delivery(service="releases", source=("releases", "v*")), Delivery(service="deployments", source=("deployments", "production"))]
    truths = [Truth(shop, one) for one in deliveries]
    equal([truths[0].report(at)[2]["open_incidents"] for at in ("2026-03-04", "2026-03-06")], [3, 1], "by hand")
    with server.Server(world) as github:
        report = Report(stage, github, deliveries)
        for at in ("2026-03-04", "2026-03-04 12:00", "2026-03-06", "2026-03-07"):
            github.at, begun = at, len(github.log)
            held(report.rows(at, ALWAYS, f"--facts={report.facts}"), [truth.report(at) for truth in truths], f"at {at}")
            singly = [entry["url"] for entry in github.log[begun:] if re.search(r"/(issues|releases|deployments)/\d+$", entry["url"])]
            equal(len(singly), {"2026-03-04 12:00": 5, "2026-03-06": 1}.get(at, 0), f"what is asked for by itself at {at}: {singly}")


def written_history(stage, report, end, since):
    """{(family, labels as a set of pairs, seconds): value} of `wick dora backfill`; the file's path."""
    path = stage.path("history.txt")
    argv = [one for one in report.argv(end, since) if not one.startswith("--format")]
    argv[1:2] = ["backfill", f"--openmetrics={path}"]
    code, _, err = report.run(argv)
    equal(code, 0, err)
    lines = open(path).read().splitlines()
    equal(lines[-1], "# EOF", "the end")
    told = {}
    for line in lines:
        found = re.fullmatch(r"(wick_dora_\w+)\{(.*)\} (\S+) (\S+)", line)
        if found:
            labels = frozenset(pair for pair in re.findall(r'(\w+)="([^"]*)"', found[2]) if pair[0] not in ("environment", "repository"))
            told[found[1][len("wick_dora_"):], labels, round(float(found[4]))] = float(found[3])
    return told, path


def as_series(row, window, service):
    """{(family, labels): value} of a row of the truth; what is not known has no series."""
    out = {}

    def put(family, value, **more):
        if value is not None:
            out[family, frozenset({"service": service, "window": window, **more}.items())] = float(value)
    for family, name in (("deployments", "deployments"), ("failed_deployments", "failed_deployments"), ("change_failure_ratio", "change_failure_ratio"), ("rework_ratio", "rework_ratio")):
        put(family, row[name])
    for family, count, name in (("lead_time_seconds", "lead_time_changes", "lead_time_seconds"), ("recovery_seconds", "recovered_deployments", "recovery_time_seconds")):
        put(count, row[name]["count"])
        for quantile, text in (("p50", "0.5"), ("p75", "0.75"), ("p90", "0.9")):
            put(family, row[name][quantile], quantile=text)
    for kind, value in row["evidence"].items():
        put("failed_deployments_by_evidence", value, evidence=kind)
    for result in ("success", "failure"):
        put("attempts", row["attempts_by_result"].get(result, 0), result=result)
    for reason, value in row["excluded"].items():
        put("left_out", value, reason=reason)
    return out


@scenario
def the_history_has_of_each_day_what_git_and_sql_say(stage):
    """`wick dora backfill`: every number of every window at sixty midnights of a year, chosen by chance, as of that moment and no later."""
    world, shop, end = large(pulls=150, runs=100, years=1, rollbacks=0.1, incidents=0.2, reverted=0.1, hotfixes=0.1, skewed=0.05)
    deliveries = [Delivery(), Delivery(service="pulls", lead_time="first_commit", recovery="first"), Delivery(service="part", paths=("src/part1/*", "src/part2/*"))]
    with server.Server(world, at=end) as github:
        told, _ = written_history(stage, Report(stage, github, deliveries, "acme/anvil"), end, "400d")
    families = {key[0] for one in deliveries for key in as_series(Truth(shop, one).report(end)[2], "90d", one.service)}
    first = min(run.attempts[0].finished for run in shop.runs if run.attempts[0].finished) // 86400 + 1
    days = random.Random(6).sample(range(first, end // 86400), 60)
    wrong = []
    for one in deliveries:
        truth = Truth(shop, one)
        for at in [*(day * 86400 for day in days), end]:
            want = {}
            for row, window in zip(truth.report(at), ("7d", "30d", "90d", "month")):
                want.update(as_series(row, window, one.service))
            got = {(family, labels): value for (family, labels, seconds), value in told.items() if seconds == at and family in families and ("service", one.service) in labels
                   and dict(labels).get("result") not in ("cancelled", "skipped", "running", "unknown")}
            wrong += [f"{one.service} at {at}: {key}: {got.get(key)}, not {want.get(key)}" for key in {*got, *want}
                      if key not in got or key not in want or abs(got[key] - want[key]) > 1e-9 * max(1, abs(want[key]))]
    check(not wrong, f"{len(wrong)} numbers:\n" + "\n".join(sorted(wrong)[:20]))


@scenario
def a_history_is_taken_in_by_a_prometheus(stage):
    """Three weeks of it, through promtool: what a query says of one midnight is what was written."""
    world, shop, end = large(pulls=60, runs=40, years=1)
    with server.Server(world, at=end) as github:
        told, path = written_history(stage, Report(stage, github, [Delivery()], "acme/anvil"), end, "21d")
    data = stage.path("tsdb")
    subprocess.run(["promtool", "tsdb", "create-blocks-from", "--max-block-duration=720h", "openmetrics", path, data], check=True, stdout=subprocess.DEVNULL)
    at = end // 86400 * 86400 - 3 * 86400
    key = "deployments", frozenset({"service": "shop", "window": "30d"}.items()), at
    lines = subprocess.run(["promtool", "tsdb", "dump", f"--min-time={at * 1000}", f"--max-time={at * 1000}", data], check=True, capture_output=True, text=True).stdout.splitlines()
    found = [float(line.split()[-2]) for line in lines if '"wick_dora_deployments"' in line and 'window="30d"' in line]
    equal(found, [told[key]], f"deployments at {at}")


@scenario
def a_report_that_knows_nothing_is_none(stage):
    """A token that GitHub does not take, nobody there, an address that is none: exit 2, a reason, and no table of blanks."""
    world, _, end = large(pulls=10, runs=5, years=1)
    with server.Server(world, at=end) as github:
        report = Report(stage, github, [Delivery()], "acme/anvil", token="not-a-token")
        equal(report.run(report.argv(end))[:2], (2, ""), "with a wrong token")
        check("token" in report.run(report.argv(end))[2], "the token is named")
    for url, word in ((f"http://127.0.0.1:{servers.free_port()}", "no answer"), ("ftp://127.0.0.1", "--github-url")):
        argv = [one if not one.startswith("--github-url") else f"--github-url={url}" for one in report.argv(end)]
        code, out, err = report.run(argv)
        equal((code, out), (2, ""), url)
        check(word in err, f"'{word}' in {err}")
