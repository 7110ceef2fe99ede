#!/usr/bin/python3
"""The double of GitHub itself: that its graph is git's, that it shows a world as of a moment and no later, and that it keeps GitHub's rules.
What its answers look like is for contract.js."""

import fnmatch
import gzip
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import traceback
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
SUPPORT = os.path.join(HERE, "..", "support")
sys.path.insert(0, SUPPORT)

from github import faults, server, tokens  # noqa: E402
from github.cases import CASES  # noqa: E402
from github.scenarios import load  # noqa: E402
from github.truth import RESULTS, Delivery, Truth  # noqa: E402
from github.world import World, when  # noqa: E402
import jwt_of_app  # noqa: E402


def equal(got, want, what=""):
    if got != want:
        raise AssertionError(f"{what}: {got!r}, not {want!r}")


def get(github, path, token=server.TOKEN, method="GET", **headers):
    """(status, headers, body)"""
    place = urllib.parse.urlsplit(github.url)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=10)
    try:
        connection.request(method, path[len(github.site):] if path.startswith("http") else place.path + path, headers={
            "User-Agent": "wick-tests", **({"Authorization": f"Bearer {token}"} if token else {}), **{name.replace("_", "-"): value for name, value in headers.items()}})
        answer = connection.getresponse()
        text = answer.read()
        if answer.headers.get("Content-Encoding") == "gzip":
            text = gzip.decompress(text)
        return answer.status, answer.headers, json.loads(text) if "json" in answer.headers.get("Content-Type", "") and text else text
    finally:
        connection.close()


def following(headers, rel="next"):
    links = dict(reversed(one.split("; ")) for one in headers.get("Link", "").split(", ") if one)
    return links.get(f'rel="{rel}"', "").strip("<>")


def all_pages(github, path, key=None):
    out = []
    while path:
        status, headers, body = get(github, path)
        equal(status, 200, path)
        out += body[key] if key else body
        path = following(headers)
    return out


def the_graph_is_that_of_git():
    for name in ("odd", "generated:pulls=300,runs=20,years=1,seed=3"):
        repository = next(one for one in load(name).repositories if len(one.history.commits) > 10)
        truth, dice = Truth(repository), random.Random(5)
        equal(truth.git("fsck", "--no-dangling").strip(), "", "fsck")
        for _ in range(120):
            base, head = dice.choices(repository.history.commits, k=2)
            ahead, behind, common = repository.history.sides(base, head)
            equal({one.sha for one in ahead}, set(truth.git("rev-list", head.sha, "--not", base.sha).split()), "ahead")
            equal({one.sha for one in behind}, set(truth.git("rev-list", base.sha, "--not", head.sha).split()), "behind")
            assert common.sha in truth.git("merge-base", "--all", base.sha, head.sha).split()
            equal({one.sha for one in repository.history.ancestors(head)}, set(truth.git("rev-list", head.sha).split()), "ancestors")


def a_commit_and_its_files_are_what_git_shows():
    odd = load("odd").repositories[-1]
    truth = Truth(odd)
    with server.Server(odd.world, at="2026-03-01") as github:
        for one in odd.history.commits:
            status, headers, body = get(github, f"/repos/acme/renamed/commits/{one.sha}")
            if one.gone:
                equal(status, 422, "a lost commit")
                continue
            files = list(body["files"])
            while following(headers):
                _, headers, more = get(github, following(headers))
                files += more["files"]
            shown = truth.git("show", "-s", "--format=%an|%ae|%cn|%aI|%cI|%P|%T|%B", one.sha).strip().replace("+00:00", "Z")
            told = body["commit"]
            equal("|".join([told["author"]["name"], told["author"]["email"], told["committer"]["name"], told["author"]["date"], told["committer"]["date"],
                            " ".join(parent["sha"] for parent in body["parents"]), told["tree"]["sha"], told["message"]]), shown, one)
            changed = truth.git("diff-tree", "-r", "--root", "-M100%", "--no-commit-id", "--name-only", one.sha, *(["-m", "--first-parent"] if len(one.parents) > 1 else []))
            if len(one.parents) < 2:
                equal(sorted(file["filename"] for file in files), sorted(changed.split("\n")[:-1]), one)


def pages_hold_everything_once_and_name_the_repository_by_its_id():
    world = load("generated:pulls=130,runs=60,years=1,seed=2")
    shop = world.repositories[0]
    with server.Server(world, at="2030-01-01") as github:
        listed = all_pages(github, "/repos/acme/anvil/pulls?state=all&per_page=17&sort=updated&direction=asc")
        equal(sorted(one["number"] for one in listed), sorted(number for number, one in shop.numbered.items() if hasattr(one, "branch")), "pulls")
        equal([one["updated_at"] for one in listed], sorted(one["updated_at"] for one in listed), "order")
        equal(len(all_pages(github, "/repos/acme/anvil/issues?state=all&per_page=100")), len(shop.numbered), "issues list pull requests too")
        equal([one["id"] for one in all_pages(github, "/repos/acme/anvil/actions/runs?per_page=7", "workflow_runs")],
              [one.id for one in sorted(shop.runs, key=lambda run: (-run.created, -run.id))], "runs, newest first")
        _, headers, _ = get(github, "/repos/ACME/Anvil/pulls?state=all&per_page=17&page=2")
        for rel, page in (("prev", 1), ("next", 3), ("first", 1)):
            equal(following(headers, rel), f"{github.url}/repositories/{shop.id}/pulls?state=all&per_page=17&page={page}", rel)
        ends = [shop.history.commits[0].sha, shop.head().sha]
        pages = []
        path = f"/repos/acme/anvil/compare/{'...'.join(ends)}?per_page=100"
        while path:
            _, headers, body = get(github, path)
            pages.append(body)
            path = following(headers)
        known = Truth(shop).git("rev-list", ends[1], "--not", ends[0]).split()
        equal(sorted(one["sha"] for page in pages for one in page["commits"]), sorted(known), "compare")
        equal({page["total_commits"] for page in pages}, {len(known)}, "total")
        equal(["files" in page for page in pages], [True] + [False] * (len(pages) - 1), "files")
        _, _, whole = get(github, f"/repos/acme/anvil/compare/{'...'.join(ends)}")
        equal([one["sha"] for one in whole["commits"]], [one["sha"] for page in pages for one in page["commits"]][-250:], "the newest 250")


def a_filter_reaches_a_thousand_runs_and_a_deep_listing_is_refused():
    world = World()
    shop = world.repository("acme/shop", "2026-01-01")
    shop.commit("2026-01-01", "Begin")
    for number in range(1234):
        shop.run(when("2026-01-02") + 60 * number, took=10)
    with server.Server(world, at="2026-02-01", deep=500) as github:
        listing = "/repos/acme/shop/actions/runs?per_page=100"
        _, _, body = get(github, listing + "&created=2026-01-02T00:00:00Z..2026-01-31T00:00:00Z")
        equal(body["total_count"], 1234, "total")
        equal(len(all_pages(github, listing + "&created=2026-01-02..2026-01-31", "workflow_runs")), 1000, "with a filter")
        equal(get(github, listing + "&created=2026-01-02..2026-01-31&page=11")[2]["workflow_runs"], [], "page 11")
        equal(get(github, listing + "&page=5")[0], 200, "page 5")
        equal(get(github, listing + "&page=6")[0], 422, "too deep")
        middle = "2026-01-02T10:00:00Z"
        count = lambda created: get(github, listing + "&created=" + urllib.parse.quote(created))[2]["total_count"]
        equal(count(f"2026-01-02..{middle}") + count(f"{middle}..*"), 1235, "both ends belong to a range")
        equal(count(f"<{middle}") + count(f">={middle}"), 1234, "two halves")
        equal(count("2026-01-02"), 1234, "a day")
        equal(get(github, listing + "&created=soon")[0], 422, "no date")


def the_future_is_not_seen():
    world = load("shop")
    shop = world.repositories[0]
    failed = shop.runs[1]
    with server.Server(world) as github:
        def shown(at, path):
            github.at = at
            return get(github, "/repos/acme/shop" + path)
        equal(shown("2026-03-01", "")[0], 404, "before it was made")
        equal(shown("2026-03-03 12:30", f"/actions/runs/{failed.id}")[0], 404, "before it was asked for")
        state = lambda at: [shown(at, f"/actions/runs/{failed.id}")[2][name] for name in ("status", "conclusion", "run_attempt", "run_started_at")]
        equal(state("2026-03-03 12:31:02"), ["queued", None, 1, "2026-03-03T12:31:00Z"], "queued")
        equal(state("2026-03-03 12:33"), ["in_progress", None, 1, "2026-03-03T12:31:00Z"], "running")
        equal(state("2026-03-03 12:40"), ["completed", "failure", 1, "2026-03-03T12:31:00Z"], "failed")
        equal(state("2026-03-03 12:51"), ["in_progress", None, 2, "2026-03-03T12:50:00Z"], "again")
        equal(state("2026-03-04"), ["completed", "success", 2, "2026-03-03T12:50:00Z"], "well")
        equal(shown("2026-03-04", f"/actions/runs/{failed.id}/attempts/1")[2]["conclusion"], "failure", "the attempt before")
        jobs = shown("2026-03-04", f"/actions/runs/{failed.id}/jobs?filter=all")[2]["jobs"]
        equal([(one["run_attempt"], one["name"], one["started_at"][11:16], one["conclusion"]) for one in jobs],
              [(1, "build", "12:31", "success"), (1, "deploy", "12:33", "failure"), (2, "build", "12:31", "success"), (2, "deploy", "12:50", "success")], "jobs")
        issue = lambda at: [(one["title"], one["state"]) for one in shown(at, "/issues?state=all&labels=incident")[2]]
        equal([issue(at) for at in ("2026-03-04 14:59", "2026-03-04 15:30", "2026-03-04 16:30")], [[], [("Checkout is down", "open")], [("Checkout is down", "closed")]], "an issue")
        equal(shown("2026-03-03 12:29", "/commits/main")[2]["commit"]["message"], "Begin", "the branch before the merge")
        equal(shown("2026-03-03 12:29", "/pulls/1")[2]["merged"], False, "not merged yet")
        equal(len(shown("2026-03-03 11:20", "/pulls/1/commits")[2]), 2, "before the third commit")
        equal([one["state"] for one in shown("2026-03-03 11:20", "/pulls/1/reviews")[2]], ["COMMENTED"], "before the second review")
        states = lambda at: [one["state"] for one in shown(at, f"/deployments/{shop.deployments[0].id}/statuses")[2]]
        equal([states("2026-03-03 12:52"), states("2026-03-07")], [["in_progress"], ["inactive", "success", "in_progress"]], "statuses, newest first")


def a_commit_knows_the_pull_request_that_brought_it():
    world = load("shop")
    shop = world.repositories[0]
    with server.Server(world, at="2026-03-07") as github:
        for pull in (one for one in shop.numbered.values() if hasattr(one, "branch")):
            brought = [sha for sha, pulls in shop.introduced.items() if pull in pulls]
            equal(len(brought), {1: 4, 2: 1, 4: 1, 5: 1}.get(pull.number, 0), f"commits of {pull.title}")
            for sha in brought:
                equal([one["number"] for one in get(github, f"/repos/acme/shop/commits/{sha}/pulls")[2]], [pull.number], sha)
        later = shop.head("feature/later")
        equal([one["number"] for one in get(github, f"/repos/acme/shop/commits/{later.sha}/pulls")[2]], [shop.number() - 2], "an open one, of a commit that is not merged")


def what_has_not_changed_costs_nothing_and_its_tag_is_of_one_token():
    world = load("shop")
    known = {"one": tokens.Token("one"), "two": tokens.Token("two")}
    with server.Server(world, at="2026-03-05", tokens=known) as github:
        path = "/repos/acme/shop/pulls?state=all"
        _, headers, _ = get(github, path, "one")
        again = get(github, path, "one", If_None_Match=headers["ETag"])
        equal((again[0], again[2], known["one"].used), (304, b"", 1), "again")
        equal(get(github, path, "two", If_None_Match=headers["ETag"])[0], 200, "another token")
        github.at = "2026-03-07"
        equal(get(github, path, "one", If_None_Match=headers["ETag"])[0], 200, "changed")
        equal([(entry["status"], entry["cost"], entry["remaining"]) for entry in github.requests(token="one")], [(200, 1, 4999), (304, 0, 4999), (200, 1, 4998)], "log")
        equal([one["state"] for one in get(github, path, "one", Accept_Encoding="gzip")[2]].count("open"), 1, "packed")


def a_quota_ends_and_comes_back():
    now, known = [1000.5], {"one": tokens.Token("one", limit=3)}
    with server.Server(load("shop"), at="2026-03-07", tokens=known, clock=lambda: now[0], window=60) as github:
        ask = lambda: get(github, "/repos/acme/shop", "one")
        equal([ask()[0] for _ in range(4)], [200, 200, 200, 403], "four times")
        status, headers, body = ask()
        equal((headers["X-RateLimit-Remaining"], headers["X-RateLimit-Reset"], headers["X-RateLimit-Limit"]), ("0", "1061", "3"), body)
        equal(get(github, "/rate_limit", "one")[2]["rate"]["remaining"], 0, "asking is free")
        now[0] = 1061
        equal(ask()[0], 200, "an hour later")
        github.points = 5
        equal([ask()[0] for _ in range(2)] + [ask()[1]["Retry-After"] is not None], [200, 200, False], "few")
        github.points = 1
        equal((ask()[0], int(ask()[1]["Retry-After"]) > 0), (403, True), "many in a minute")


def names_move_and_tokens_have_rights():
    world = load("odd")
    known = {server.TOKEN: tokens.Token("test"), "few": tokens.Token("few", permissions={"actions": "read"}), "old": tokens.Token("old", "classic"),
             "other": tokens.Token("other", repositories=["acme/fork"])}
    with server.Server(world, at="2026-02-01", tokens=known) as github:
        status, headers, _ = get(github, "/repos/acme/odd/actions/runs?per_page=2")
        equal((status, headers["Location"]), (301, f"{github.url}/repositories/{world.repositories[2].id}/actions/runs?per_page=2"), "renamed")
        equal(get(github, headers["Location"])[0], 200, "followed")
        status, headers, body = get(github, "/repos/acme/renamed/deployments", "few")
        equal((status, headers["X-Accepted-GitHub-Permissions"], body["message"]), (403, "deployments=read", "Resource not accessible by personal access token"), "a right")
        equal([get(github, "/repos/acme/renamed/deployments", token)[0] for token in ("old", "other", None, "nobody")], [200, 404, 404, 401], "who sees a private one")
        equal(get(github, "/repos/acme/fork", None)[0], 200, "a public one")
        equal(get(github, "/repos/acme/fork", X_GitHub_Api_Version="2020-01-01")[0], 400, "a version that there is not")
        equal("merge_commit_sha" in get(github, "/repos/acme/renamed/pulls/1", X_GitHub_Api_Version="2026-03-10")[2], False, "the new version")
    with server.Server(world, at="2026-02-01", enterprise=True) as github:
        status, headers, body = get(github, "/repos/acme/renamed/pulls?state=all&per_page=1")
        equal((status, [name for name in headers if name.lower().startswith("x-ratelimit")]), (200, []), "an Enterprise Server")
        assert following(headers).startswith(github.site + "/api/v3/repositories/") and body[0]["url"].startswith(github.site + "/api/v3/")


def branches_labels_and_repositories_are_those_of_the_moment():
    world = World()
    shop = world.repository("acme/shop", "2026-03-01", labels=["bug"], private=True)
    home = world.repository("someone/home", "2026-03-01", issues=False)
    world.user("someone").kind = "User"
    for one in (shop, home):
        one.commit("2026-03-01", "Begin")
    shop.branch("2026-03-02", "release/1.x", shop.head())
    shop.branch("2026-03-04", "release/1.x", None)
    shop.issue("2026-03-03", "Down", labels=["incident"])
    home.archive("2026-03-04")
    shop.delete("2026-03-05")
    truth = Truth(shop)
    known = {server.TOKEN: tokens.Token("test"), "reads": tokens.Token("reads", permissions={"pull_requests": "read"}), "old": tokens.Token("old", "classic", scopes=("read:org",), ends="2027-01-01 00:00:00 UTC")}
    with server.Server(world, at="2026-03-03 12:00", tokens=known) as github:
        names = lambda path, token=server.TOKEN: [one["name"] for one in get(github, path, token)[2]]
        equal(names("/repos/acme/shop/branches"), ["main", "release/1.x"], "branches")
        status, _, body = get(github, "/repos/acme/shop/branches/release%2F1.x")
        equal((status, body["commit"]["sha"]), (200, truth.git("rev-parse", "main").strip()), "one of them")
        equal([names("/repos/acme/shop/labels"), names("/repos/acme/shop/labels", "reads")], [["bug", "incident"]] * 2, "labels: either right will do")
        equal([get(github, "/repos/acme/shop/branches", "reads")[1]["X-Accepted-GitHub-Permissions"], get(github, "/repos/someone/home/issues")[0]], ["contents=read", 410], "rights, and issues that are turned off")
        status, headers, _ = get(github, "/repos/acme/shop", "old")
        equal((status, headers["X-OAuth-Scopes"], headers["GitHub-Authentication-Token-Expiration"]), (404, "read:org", "2027-01-01 00:00:00 UTC"), "a classic token without the scope")
        equal([names("/users/someone/repos"), names("/users/acme/repos"), get(github, "/orgs/someone/repos")[0]], [["home"], [], 404], "a person's, public ones alone")
        github.at = "2026-03-02 12:00"
        equal([names("/repos/acme/shop/labels"), get(github, "/repos/someone/home")[2]["archived"]], [["bug"], False], "before")
        github.at = "2026-03-05"
        equal([get(github, "/repos/acme/shop")[0], get(github, "/repos/someone/home")[2]["archived"], names("/orgs/acme/repos")], [404, True, []], "after")


def an_app_is_known_by_its_signature():
    world = load("odd")
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        key, wrong = jwt_of_app.keys(folder), jwt_of_app.keys(other)
        app = world.app(77, "wick", key + ".pub", "acme", ["acme/renamed"])
        with server.Server(world, at="2026-02-01", token_uses=2) as github:
            now = github.clock()
            ask = lambda key, **claims: get(github, f"/app/installations/{app['installation']}/access_tokens", jwt_of_app.make(77, key, now, **claims), "POST")
            equal([ask(wrong)[0], ask(key, exp=int(now) + 700)[0], ask(key, exp=int(now) - 1)[0], ask(key, iss="78")[0]], [401] * 4, "refused")
            status, _, body = ask(key)
            equal(status, 201, body)
            assert len(body["token"]) > 100
            equal([one["full_name"] for one in get(github, "/installation/repositories", body["token"])[2]["repositories"]], ["acme/renamed"], "what it sees")
            equal([get(github, "/repos/acme/renamed", body["token"])[0] for _ in range(2)], [200, 401], "it is used up")
            second = ask(key, iss="77")[2]["token"]
            assert second != body["token"]
            equal(get(github, "/repos/acme/renamed", second)[0], 200, "another")


def faults_are_as_they_are_asked_for():
    with server.Server(load("shop"), at="2026-03-07", window=60) as github:
        path = "/repos/acme/shop/issues"

        def ask(spec):
            github.faults.clear()
            github.faults.add(spec)
            return get(github, path)
        equal([ask("mode=status&code=502")[0], ask("mode=secondary&code=429&retry_after=7")[1]["Retry-After"], ask("mode=secondary")[1]["Retry-After"]], [502, "7", None], "limits")
        equal(ask("mode=moved")[1]["Location"], f"{github.url}/repositories/700000/issues", "moved")
        equal(ask("mode=expire")[0], 401, "expired")
        for mode, error in (("half", (http.client.IncompleteRead, json.JSONDecodeError)), ("garbage", json.JSONDecodeError), ("reset", ConnectionError)):
            try:
                ask("mode=" + mode)
            except error:
                continue
            raise AssertionError(f"{mode} is no fault")
        equal(ask("mode=slow&seconds=0.01")[0], 200, "slow")
        status, headers, _ = ask("mode=exhausted&reset=1&times=1")
        equal((status, headers["X-RateLimit-Remaining"], get(github, path)[0]), (403, "0", 403), "exhausted, and it stays so")
        github.tokens[server.TOKEN].reset = 0
        ask("mode=status&times=2&after=1&match=issues$")
        equal([entry["fault"] for entry in github.log[-1:]] + [get(github, one)[0] for one in (path, "/repos/acme/shop", path, path)], [None, 502, 200, 502, 200], "after, times and match")

    def strikes(seed):
        fault = faults.Fault(f"mode=status&chance=0.3&seed={seed}")
        return [fault.strikes("/") for _ in range(200)]
    assert strikes(1) == strikes(1) != strikes(2) and 30 < sum(strikes(1)) < 90


def the_truth_of_the_shop_is_what_a_person_counts():
    truth = Truth(load("shop").repositories[0])
    week = truth.report("2026-03-07")[0]
    equal((week["deployments"], week["attempts"], week["failed_deployments"], week["evidence"]), (7, 8, 3, {"incident": 1, "rollback": 1, "revert": 1, "hotfix": 1}), "counts")
    # three commits of the cart, taxes and their hotfix (from when they were merged, and written), colours and back
    end = lambda day, clock: when(f"2026-03-{day:02} {clock}")
    cart, hotfix = end(3, "12:53:05"), end(5, "09:36:05")
    leads = sorted([cart - end(3, "09:00"), cart - end(3, "09:20"), cart - end(3, "11:30"), 365, hotfix - end(5, "09:00"), 365, 365])
    equal((week["lead_time_seconds"]["count"], week["lead_time_seconds"]["p50"]), (7, leads[3]), leads)
    # taxes: the incident outlasts the rollback; the rollback: until the hotfix; colours: until they are gone
    equal(week["recovery_time_seconds"]["p50"], end(4, "16:30") - end(4, "14:06:05"), "recovery")
    equal(week["excluded"], {"merge_commit": 1, "no_baseline": 1}, "left out")
    equal(truth.report("2026-03-04 16:00")[0]["recovery_time_seconds"]["count"], 0, "before the incident is over")
    first = Truth(truth.repository, Delivery(recovery="first")).report("2026-03-07")[0]
    equal(first["recovery_time_seconds"]["count"], 3, "first")
    per_pull = Truth(truth.repository, Delivery(lead_time="first_commit")).report("2026-03-07")[0]
    equal((per_pull["lead_time_seconds"]["count"], per_pull["excluded"]["no_pull_request"]), (3, 2), "per pull request")


def the_truth_of_every_case_is_what_a_person_counts():
    for one in CASES:
        equal(one.faults(Truth(one.world().repositories[0], one.delivery)), [], one.name)


def attempts_told(github, base, delivery):
    """(id, attempt, sha, ref, result, ended) of what the addresses tell, as truth.py has it of the events."""
    kind, source = delivery.source
    out = set()
    if kind == "workflow":
        for run in all_pages(github, f"{base}/actions/workflows/{source}/runs?per_page=100", "workflow_runs"):
            begun = set()  # of jobs: those that are listed once more as they were are not run again
            for number in range(1, run["run_attempt"] + 1):
                one = get(github, f"{base}/actions/runs/{run['id']}/attempts/{number}")[2]
                jobs = [job for job in all_pages(github, f"{base}/actions/runs/{run['id']}/attempts/{number}/jobs", "jobs") if not delivery.job or job["name"] == delivery.job]
                again = [job for job in jobs if (job["name"], job["started_at"]) not in begun]
                begun |= {(job["name"], job["started_at"]) for job in jobs}
                word = "skipped" if delivery.job and jobs and not again else jobs[0]["conclusion"] if delivery.job and jobs else one["conclusion"]
                ends = [job["completed_at"] for job in jobs]
                over = one["status"] == "completed" and ends and None not in ends
                out.add((run["id"], number, run["head_sha"], run["head_branch"], RESULTS[word] if over else "running", when(max(ends)) if over else None))
    elif kind == "deployments":
        for one in all_pages(github, f"{base}/deployments?environment={source}"):
            if not delivery.branch or one["ref"] == delivery.branch:
                states = sorted((status["created_at"], status["state"]) for status in all_pages(github, f"{base}/deployments/{one['id']}/statuses"))
                good, bad = ([at for at, state in states if state in wanted] for wanted in (("success",), ("failure", "error")))
                out.add((one["id"], 1, one["sha"], one["ref"], "success" if good else "failure" if bad else "running", when((good or bad)[0]) if good or bad else None))
    else:
        shas = {one["name"]: one["commit"]["sha"] for one in all_pages(github, f"{base}/tags")}
        for one in all_pages(github, f"{base}/releases"):
            if not one["draft"] and not one["prerelease"] and fnmatch.fnmatchcase(one["tag_name"], source):
                out.add((one["id"], 1, shas[one["tag_name"]], one["tag_name"], "success", when(one["published_at"])))
    return out


class Generated:
    """Half a year by chance, as a case: of a generated world nobody counts anything by hand."""
    name, delivery, moments = "generated", Delivery(), ("2026-03-20 12:00", "2026-06-25")

    @staticmethod
    def world():
        return load("generated:pulls=80,runs=60,years=0.5,start=2026-01-04,seed=5,skewed=0.1,reverted=0.1,hotfixes=0.1,rollbacks=0.1,name=acme/shop")


def the_server_tells_what_the_truth_is_made_of():
    for case in (*CASES, Generated):
        world = case.world()
        truth, base = Truth(world.repositories[0], case.delivery), "/repos/acme/shop"
        for at in case.moments:
            with server.Server(world, at=at) as github:
                moment = when(at)
                told = attempts_told(github, base, case.delivery)
                equal(told, {(*one[:5], one[7]) for one in truth.attempts(moment)}, f"{case.name} at {at}: attempts")
                live = [one[2] for one in sorted(told, key=lambda one: (one[5] or 0, one[0], one[1])) if one[4] == "success"]
                for before, after in zip(live, live[1:]):
                    status, _, body = get(github, f"{base}/compare/{before}...{after}")
                    way, taken, brought = truth.way(before, after, moment)
                    equal(status, 404 if way == "commit_gone" else 200, case.name)
                    if status == 200 and before != after:
                        equal(body["status"], way, case.name)
                        whole = truth.commits(after, before)
                        equal({(one["sha"], when(one["commit"]["author"]["date"]), when(one["commit"]["committer"]["date"]), len(one["parents"])) for one in body["commits"]},
                              {(one["sha"], one["authored"], one["committed"], one["parents"]) for one in whole}, f"{case.name}: commits")
                        for one in brought:
                            pull = truth.pull_of(one["sha"], moment)
                            equal([its["number"] for its in get(github, f"{base}/commits/{one['sha']}/pulls")[2] if its["merged_at"]], [pull.number] if pull else [], case.name)
                issues = [one for one in all_pages(github, f"{base}/issues?state=all&labels=incident") if "pull_request" not in one]
                equal({(one["number"], when(one["created_at"]), one["closed_at"] and when(one["closed_at"])) for one in issues}, set(truth.incidents(moment)), f"{case.name}: incidents")


def it_ends_by_itself():
    done = subprocess.run([os.path.join(SUPPORT, "github", "serve"), "shop", "--lifetime", "0.1"], capture_output=True, text=True, timeout=20, check=True)
    assert done.stdout.startswith("http://127.0.0.1:") and "acme/shop" in done.stdout, done.stdout


TESTS = (the_graph_is_that_of_git, a_commit_and_its_files_are_what_git_shows, pages_hold_everything_once_and_name_the_repository_by_its_id,
         a_filter_reaches_a_thousand_runs_and_a_deep_listing_is_refused, the_future_is_not_seen, a_commit_knows_the_pull_request_that_brought_it,
         what_has_not_changed_costs_nothing_and_its_tag_is_of_one_token, a_quota_ends_and_comes_back, names_move_and_tokens_have_rights, branches_labels_and_repositories_are_those_of_the_moment,
         an_app_is_known_by_its_signature, faults_are_as_they_are_asked_for, the_truth_of_the_shop_is_what_a_person_counts,
         the_truth_of_every_case_is_what_a_person_counts, the_server_tells_what_the_truth_is_made_of, it_ends_by_itself)


def main():
    failed, chosen = 0, [test for test in TESTS if not sys.argv[1:] or test.__name__ in sys.argv[1:]]
    for test in chosen:
        try:
            test()
            print(f"ok    {test.__name__}", flush=True)
        except Exception:  # the others go on
            failed += 1
            print(f"FAIL  {test.__name__}\n{traceback.format_exc()}", flush=True)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
