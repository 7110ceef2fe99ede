"""What GitHub does not tell of one thing changes nothing of what is known of others. The truth is git's and SQL's (github/truth.py), or a person's."""

import json
import re

from scenario import check, equal, scenario, servers

from delivery import Report, held
from github import server, tokens
from github.truth import Delivery, Truth
from github.world import World
from tracked import dora, serve

END, ALL = "2026-04-01", "3650d"
SEVERAL = """apiVersion: wick/v1
kind: Delivery
service: shop
repository: acme/shop
environments:
  dev: {workflow: nope.yml}
  production: {workflow: deploy.yml, branch: main}
incidents:
- {issues: {labels: [incident]}}
"""


def a_shop(**more):
    """A failure that is run again, and a rollback by running an old run again: earlier attempts are known from questions of their own alone."""
    world = World()
    shop = world.repository("acme/shop", "2026-03-02 08:00", **more)
    shop.commit("2026-03-02 08:00", "Begin")
    shop.run("2026-03-02 09:00", took=300)
    shop.commit("2026-03-03 09:00", "Taxes")
    run = shop.run("2026-03-03 10:00", took=295, result="failure").again("2026-03-03 11:00", took=300)
    shop.commit("2026-03-04 09:00", "Fonts")
    shop.run("2026-03-04 10:00", took=300)
    run.again("2026-03-04 15:00", took=300)
    shop.workflow("deploy.yml")
    return world, shop


def told(row):
    return {name: row[name] for name in ("deployments", "attempts", "lead_time_seconds")}


@scenario
def one_list_that_cannot_be_read_changes_nothing_of_the_others(stage):
    """Issues are turned off, or may not be read, or pull requests may not: deployments, attempts and lead times are as git and SQL say in the first report."""
    for what, keywords, rights in (("issues that are off", {"issues": False}, tokens.READS), ("issues", {}, [one for one in tokens.READS if one != "issues"]),
                                   ("pull requests", {}, [one for one in tokens.READS if one != "pull_requests"])):
        world, shop = a_shop(**keywords)
        known = {"few": tokens.Token("few", permissions={one: "read" for one in rights})}
        with server.Server(world, at=END, tokens=known) as github:
            truth = Truth(shop)
            rows = Report(stage, github, [truth.delivery], token="few").rows(END)
            equal({key: told(row) for key, row in rows.items()}, {(row["service"], row["environment"], row["window"]): told(row) for row in truth.report(END)}, what)
            equal(rows["shop", "production", "90d"]["attempts"], 5, "attempts, counted by hand")
            error = rows["shop", "production", "90d"]["error"]
            check(error and (what.split()[0].rstrip("s") in error), f"{what}: {error}")
            check("off" not in what or "GitHub says 'Issues are disabled for this repo'" in error, error)


@scenario
def a_workflow_that_is_not_there_concerns_its_environment_alone(stage):
    """It is the first of the definition: the other has all of its numbers and no error, in a report and in a daemon, which does not ask for what it knows again."""
    world, shop = a_shop()
    with server.Server(world, at=END) as github:
        truth = Truth(shop)
        report = Report(stage, github, [])
        stage.define(SEVERAL, "shop.yaml")
        code, out, err = report.run(report.argv(END))
        rows = {(one["service"], one["environment"], one["window"]): one for one in json.loads(out)}
        equal(code, 0, err)
        held({key: row for key, row in rows.items() if key[1] == "production"}, [truth.report(END)], "production")
        equal({key[1]: bool(row["error"]) for key, row in rows.items()}, {"dev": True, "production": False}, "errors")
        equal({row["deployments"] for key, row in rows.items() if key[1] == "dev"}, {None}, "deployments of what is not there")
        equal(re.findall(r"warning: shop \((\w+)\)", err), ["dev"], err)
        equal(len([entry for entry in github.log if "nope.yml" in entry["url"]]), 1, "questions about what is not there")
    with server.Server(world) as github:
        github.at = END
        daemon = serve(stage, github, "--no-watch", settled=False)
        servers.wait_until("production is known", lambda: dora(daemon, "wick_dora_complete", environment="production") == 1, process=daemon)
        asked = lambda: len([entry for entry in github.log if "nope.yml" in entry["url"]])
        first = len(github.log)
        servers.wait_until("it is read once more", lambda: asked() >= 2, 60, process=daemon)
        equal([entry["url"] for entry in github.log[first:] if "deploy.yml" in entry["url"] and not entry["conditional"]], [], "what is asked for as if it were not known")
        equal((dora(daemon, "wick_dora_up", environment="dev"), dora(daemon, "wick_dora_up", environment="production")), (0, 1), "up")
        equal(dora(daemon, "wick_dora_complete", environment="dev"), 0, "complete")


@scenario
def a_run_that_was_running_and_then_was_run_again_ends_as_it_did(stage):
    """Its first attempt runs when it is looked at first, and is an earlier one the next time; one fails and one succeeds."""
    for result in ("failure", "success"):
        world = World()
        shop = world.repository("acme/shop", "2026-03-02 08:00")
        shop.commit("2026-03-02 08:00", "Begin")
        shop.run("2026-03-02 09:00", took=300)
        shop.commit("2026-03-03 09:00", "Taxes")
        run = shop.run("2026-03-03 10:00", took=600, result=result)
        shop.commit("2026-03-03 12:00", "Fonts")
        shop.run("2026-03-03 13:00", took=300)
        run.again("2026-03-03 15:00", took=300)
        truth = Truth(shop)
        with server.Server(world) as github:
            report = Report(stage, github, [truth.delivery])
            report.facts = stage.path(f"{result}.db")
            for at in ("2026-03-03 10:05", "2026-03-04", "2026-03-05"):
                github.at = at
                held(report.rows(at, ALL, f"--facts={report.facts}"), [truth.report(at)], f"{result} at {at}")


@scenario
def what_nobody_can_tell_is_an_unknown_state_and_none_that_runs(stage):
    """A success whose jobs are forgotten, a deployment in a state that nobody knows, an attempt and a tag that are gone: counted by hand."""
    world = World()
    shop = world.repository("acme/shop", "2026-03-02 08:00")
    shop.commit("2026-03-02 08:00", "Begin")
    shop.run("2026-03-02 09:00", took=300)
    for day, name in ((3, "Taxes"), (4, "Fonts"), (5, "Sounds")):
        shop.commit(f"2026-03-{day:02} 09:00", name)
        shop.run(f"2026-03-{day:02} 10:00", took=300)
    shop.runs[2].attempts[0].jobs = []  # that of the 4th
    shop.runs[3].again("2026-03-06 10:00", took=300)
    for day, state in ((3, "success"), (4, "levitating"), (5, "success")):
        shop.deployment(f"2026-03-{day:02} 10:00", states=[(f"2026-03-{day:02} 10:01", "queued"), (f"2026-03-{day:02} 10:05", state)])
    shop.release("2026-03-03 10:00", "v1")
    shop.release("2026-03-04 10:00", "v2")
    del shop.tags["v2"]
    sources = {"runs": "workflow: deploy.yml, branch: main", "jobs": "workflow: deploy.yml, branch: main, job: deploy", "api": "deployments: production, branch: main", "tags": "releases: 'v*'"}
    with server.Server(world, at=END) as github:
        github.faults.add(f"mode=status&code=404&match=/runs/{shop.runs[3].id}/attempts/1$")
        report = Report(stage, github, [])
        for name, source in sources.items():
            stage.define(f"apiVersion: wick/v1\nkind: Delivery\nservice: {name}\nrepository: acme/shop\nenvironments:\n  production: {{{source}}}\n", f"{name}.yaml")
        rows = report.rows(END)
        seen = {name: (rows[name, "production", "90d"]["deployments"], rows[name, "production", "90d"]["excluded"]["unknown_state"]) for name in sources}
        # of the runs: the baseline, the 3rd, and the second attempt of that of the 5th; what became of the first one's job is known
        equal(seen, {"runs": (3, 2), "jobs": (3, 1), "api": (2, 1), "tags": (1, 1)}, "deployments, and what is of an unknown state")
        check(rows["runs", "production", "90d"]["error"] is None, "that is no fault of GitHub's")


@scenario
def a_page_that_is_never_answered_does_not_keep_the_rest_back(stage):
    """One attempt always answers with 502: after some tries the report is printed without it, and says so."""
    world, shop = a_shop()
    with server.Server(world, at=END) as github:
        github.faults.add("mode=status&code=502&match=/attempts/1$")
        report = Report(stage, github, [Delivery()])
        code, out, err = report.run(report.argv(END))
        equal(code, 0, err)
        row = {one["window"]: one for one in json.loads(out)}["90d"]
        equal((row["deployments"], row["attempts"]), (4, 4), "without the first attempt")
        check("502" in row["error"] and "/attempts/1" in row["error"] and "502" in err, f"{row['error']}: {err}")


@scenario
def a_comparison_that_is_never_answered_hides_no_later_one(stage):
    """That of Fonts, four weeks ago: windows without it have their numbers, and the two environments that want it ask once."""
    world = World()
    shop = world.repository("acme/shop", "2026-03-02 08:00")
    for day, what in ((2, "Begin"), (4, "Fonts"), (29, "Sounds"), (30, "Pictures")):
        last = shop.commit(f"2026-03-{day:02} 09:00", what)
        shop.run(f"2026-03-{day:02} 10:00", took=300)
        shop.run(f"2026-03-{day:02} 10:10", "stage.yml", took=300)
    fonts = next(one for one in shop.runs if one.commit.message == "Fonts").commit.sha
    stage.define("apiVersion: wick/v1\nkind: Delivery\nservice: shop\nrepository: acme/shop\nenvironments:\n"
                 "  production: {workflow: deploy.yml, branch: main}\n  staging: {workflow: stage.yml}\n", "shop.yaml")
    with server.Server(world, at=END) as github:
        github.faults.add(f"mode=status&code=502&match=/compare/.*{fonts}[?]")
        report = Report(stage, github, [])
        code, out, err = report.run(report.argv(END))
        equal(code, 0, err)
        rows = {(one["environment"], one["window"]): one for one in json.loads(out)}
        for environment in ("production", "staging"):
            equal((rows[environment, "7d"]["lead_time_seconds"]["count"], rows[environment, "90d"]["lead_time_seconds"]["count"]), (2, None), environment)
        asked = [entry["url"] for entry in github.log if f"...{fonts}" in entry["url"]]
        equal((len(set(asked)), len(asked)), (1, 5), "questions that had no answer")
        check(any(f"...{last.sha}" in entry["url"] for entry in github.log), "the last comparison")


@scenario
def nothing_is_asked_that_tells_nothing_new(stage):
    """Runs that were skipped have no jobs to tell of; two environments with the same commits, and with the same workflow, are asked about once."""
    world, shop = a_shop()
    for day in range(10, 20):
        shop.run(f"2026-03-{day} 10:00", took=0, result="skipped")
    shop.pull("2026-03-21 08:30", "feature/sounds", "Sounds", commits=[("2026-03-21 08:00", "Sounds")]).merge("2026-03-21 09:00", "squash")
    shop.run("2026-03-21 09:30", took=300)
    shop.run("2026-03-20 10:00", "stage.yml", took=300, commit=shop.runs[0].commit)
    shop.run("2026-03-21 10:00", "stage.yml", took=300)
    skipped = {run.id for run in shop.runs if run.attempts[0].conclusion == "skipped"}
    environments = "  production: {workflow: deploy.yml, branch: main, job: deploy}\n  edge: {workflow: deploy.yml, branch: edge}\n  staging: {workflow: stage.yml}\n"
    truth = Truth(shop, Delivery(job="deploy"))
    with server.Server(world, at=END) as github:
        report = Report(stage, github, [])
        stage.define("apiVersion: wick/v1\nkind: Delivery\nservice: shop\nrepository: acme/shop\nenvironments:\n" + environments, "shop.yaml")
        rows = report.rows(END, ALL, "--github-api-version=2026-03-10")
        held({key: {**row, "open_incidents": 0, "evidence": {**row["evidence"], "incident": 0}} for key, row in rows.items() if key[1] == "production"}, [truth.report(END)], "production")
        urls = [entry["url"] for entry in github.log]
        equal([url for url in urls if "/jobs" in url and int(re.search(r"/runs/(\d+)/", url)[1]) in skipped], [], "jobs of what was skipped")
        equal(sorted(url for url in set(urls) if urls.count(url) > 1), [], "asked twice")
        check(any("/commits/" in url and "/pulls" in url for url in urls), "commits are asked about")


@scenario
def incidents_of_another_repository_that_is_not_to_be_seen_are_said_to_be_missing(stage):
    """The token sees the service's own repository alone: what concerns its incidents stands with the environment that counts them, and not with the other."""
    world, _ = a_shop()
    world.repository("acme/ops", "2026-03-02 08:00", private=True).commit("2026-03-02 08:00", "Begin")
    known = {"few": tokens.Token("few", repositories=["acme/shop"])}
    with server.Server(world, at=END, tokens=known) as github:
        report = Report(stage, github, [], token="few")
        stage.define("apiVersion: wick/v1\nkind: Delivery\nservice: shop\nrepository: acme/shop\nenvironments:\n  production: {workflow: deploy.yml}\n  staging: {workflow: deploy.yml, job: deploy}\n"
                     "incidents: [{issues: {labels: [incident], repository: acme/ops}, environments: [production]}]\n", "shop.yaml")
        rows = report.rows(END)
        check("/repos/acme/ops/issues" in (rows["shop", "production", "90d"]["error"] or ""), rows["shop", "production", "90d"]["error"])
        equal(rows["shop", "staging", "90d"]["error"], None, "where they do not count")
