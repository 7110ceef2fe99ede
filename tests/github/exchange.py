#!/usr/bin/python3
"""Asks the double for every kind of answer, and writes what was said as JSON lines: contract.js holds them to GitHub's description.

    tests/github/exchange.py OUT [--wick PATH]

With a wick that has `wick dora`, its requests are written down too: they have to be such as GitHub understands."""

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))

from github import server, tokens  # noqa: E402
from github.scenarios import load  # noqa: E402
from github.truth import Delivery  # noqa: E402
from github.world import when  # noqa: E402
import jwt_of_app  # noqa: E402

VERSIONS = server.VERSIONS


class Writer:
    """Asks one server and writes down what it says."""

    def __init__(self, out, github, version):
        self.out, self.github, self.version = out, github, version
        self.description = "ghes-3.19" if github.enterprise else "api.github.com"
        self.seen = 0

    def ask(self, path, token=server.TOKEN, method="GET", wrong=None, etag=None, spoil=None):
        """(status, headers, body); `wrong`: why the request or the answer is not as it should be."""
        place = urllib.parse.urlsplit(self.github.url)
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=30)
        headers = {"User-Agent": "wick-tests", "Accept": "application/vnd.github+json", "X-GitHub-Api-Version": self.version}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if etag:
            headers["If-None-Match"] = etag
        connection.request(method, place.path + path, headers=headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        said = json.loads(text) if text else None
        line = {"description": self.description, "version": self.version, "method": method, "url": path, "status": answer.status, "body": said}
        if spoil:
            spoil(said)
            wrong = "answer"
        if wrong:
            line["wrong"] = wrong
        self.out.write(json.dumps(line) + "\n")
        self.seen += 1
        return answer.status, answer.headers, said


def everything(writer, repository, name):
    """Every address of a repository, every page of its lists up to three."""
    ask, base = writer.ask, f"/repos/{name}"
    runs, history = repository.runs, repository.history.commits
    paths = ["", "/actions/runs?per_page=5", "/actions/workflows", "/deployments?per_page=3", "/commits?per_page=20", "/pulls?state=all&per_page=7", "/pulls?state=closed&sort=updated&direction=desc",
             "/issues?state=all&per_page=10", "/issues?labels=incident&state=all&sort=updated&since=2026-01-01T00:00:00Z", "/releases", "/tags", "/environments", "/properties/values", "/branches?per_page=1", "/labels?per_page=2",
             "/actions/runs?created=2026-01-01T00:00:00Z..2026-12-31T00:00:00Z&status=success&per_page=100", "/actions/runs?branch=main&event=push", "/actions/runs?created=%3E%3D2026-01-01&status=in_progress",
             "/deployments?environment=production", "/commits?since=2026-01-05T00:00:00Z&until=2026-12-01T00:00:00Z&path=src"]
    for workflow in repository.workflows.values():
        paths += [f"/actions/workflows/{workflow.file}", f"/actions/workflows/{workflow.id}", f"/actions/workflows/{workflow.file}/runs?per_page=2"]
    paths += [f"/branches/{urllib.parse.quote(branch, safe='')}" for branch in repository.branches]
    for run in runs[:30]:
        paths += [f"/actions/runs/{run.id}", f"/actions/runs/{run.id}/jobs?filter=all", f"/actions/runs/{run.id}/jobs?filter=latest&per_page=100"]
        paths += [f"/actions/runs/{run.id}/attempts/{attempt.number}{tail}" for attempt in run.attempts for tail in ("", "/jobs")]
    for one in repository.deployments:
        paths += [f"/deployments/{one.id}", f"/deployments/{one.id}/statuses"]
    paths += [f"/releases/{one.id}" for one in repository.releases] + [f"/issues/{number}" for number in repository.numbered]
    for number, one in repository.numbered.items():
        if hasattr(one, "branch"):
            paths += [f"/pulls/{number}{tail}" for tail in ("", "/commits", "/reviews")]
    for one in history[:40]:
        paths += [f"/commits/{one.sha}", f"/commits/{one.sha}/pulls"]
    for base_commit, head in zip(history, [*history[3:10], *history[:3]]):
        paths += [f"/compare/{base_commit.sha}...{head.sha}{tail}" for tail in ("", "?page=1&per_page=2", "?page=2&per_page=2")]
    for path in paths:
        status, headers, _ = ask(base + path)
        if status == 200:
            ask(base + path, etag=headers["ETag"])
        for _ in range(2):
            link = dict(reversed(one.split("; ")) for one in headers.get("Link", "").split(", ") if one).get('rel="next"') if status == 200 else None
            if not link:
                break
            status, headers, _ = ask(link.strip("<>")[len(writer.github.url):])


def refused(writer, name):
    """Requests that are to be refused, and answers that say no."""
    base = f"/repos/{name}"
    for path, wrong in ((f"{base}/actions/runs?status=failed", "enum"), (f"{base}/actions/runs?created_at=2026-01-01", "name"), (f"{base}/pulls?state=merged", "enum"),
                        (f"{base}/actions/runs?per_page=1000", "size"), (f"{base}/actions/runs/latest", "type"), (f"{base}/issues?sort=update", "enum"), ("/repositories/1/branch", "path")):
        if not path.endswith("branch"):
            writer.ask(path, wrong=wrong)
    for path in ("/repos/acme/none", f"{base}/actions/runs/1", f"{base}/actions/workflows/none.yml", f"{base}/deployments/1", f"{base}/pulls/999999", f"{base}/commits/{'0' * 40}",
                 f"{base}/compare/{'0' * 40}...{'1' * 40}", f"{base}/commits/{'0' * 40}/pulls", "/orgs/nobody/repos", "/installation/repositories"):
        writer.ask(path)
    writer.ask(base, token="nobody-knows-this")
    writer.ask(f"{base}/deployments", token="few-rights")
    writer.ask(base, token=None)
    for spec in ("mode=secondary&code=403&times=1", "mode=secondary&code=429&retry_after=1&times=1", "mode=expire&times=1", "mode=moved&times=1"):
        writer.github.faults.add(spec)
        writer.ask(base + "/issues")
    if not writer.github.enterprise:
        writer.github.tokens["few-rights"].exhaust(writer.github.clock(), 60)
        writer.ask(base, token="few-rights")


def spoiled(writer, name):
    """Answers that no GitHub gives: they show that a fault would be found."""
    for path, spoil in ((f"/repos/{name}/pulls?state=all", lambda body: body[0].update({"merge_commit_sha": "0" * 40} if writer.version == VERSIONS[1] else {"merged": True})),
                        (f"/repos/{name}/actions/workflows", lambda body: body["workflows"][0].pop("path")), (f"/repos/{name}/commits", lambda body: body[0].update(sha=7)),
                        (f"/repos/{name}/actions/runs", lambda body: body["workflow_runs"][0].update(id="7")), (f"/repos/{name}/issues", lambda body: body[0].update(created_at="yesterday"))):
        writer.ask(path, spoil=spoil)


def of_app(writer, world, key):
    app = next(iter(world.apps.values()))
    jwt = jwt_of_app.make(app["id"], key, writer.github.clock())
    writer.ask("/app/installations", token=jwt)
    status, _, body = writer.ask(f"/app/installations/{app['installation']}/access_tokens", token=jwt, method="POST")
    assert status == 201, body
    writer.ask("/installation/repositories?per_page=1", token=body["token"])
    writer.ask("/app/installations", token="x.y.z")


def requests_of_wick(out, wick, world, repository):
    """`wick dora report` and `check` against the double: their requests, as they are logged."""
    for enterprise in (False, True):
        github = server.Server(world, at="2026-03-07", enterprise=enterprise)
        with github, tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, name) for name in ("shop.yaml", "token")]
            for path, text in zip(paths, (Delivery().document(repository), server.TOKEN + "\n")):
                with open(path, "w") as file:
                    file.write(text)
            for words in (["report", "--at=2026-03-07T00:00:00Z"], ["check"]):
                begun = len(github.log)
                done = subprocess.run([wick, "dora", *words, f"--github-url={github.url}", f"--github-token-file={paths[1]}", paths[0]],
                                      capture_output=True, text=True, timeout=120, check=False)
                fine = (0, 1) if words[0] == "check" else (0,)  # 1: it has something to say
                if done.returncode not in fine or len(github.log) == begun:
                    sys.exit(f"'wick dora {words[0]}' ends with {done.returncode} after {len(github.log)} requests: {done.stdout} {done.stderr}")
            for entry in github.log:
                out.write(json.dumps({"description": "ghes-3.19" if enterprise else "api.github.com", "version": entry.get("version", VERSIONS[0]), "method": entry["method"],
                                      "url": entry["url"], "status": entry["status"]}) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--wick")
    options = parser.parse_args()
    shop, odd, large = load("shop"), load("odd"), load("generated:pulls=60,runs=40,years=0.5,start=2026-01-04")
    with tempfile.TemporaryDirectory() as folder, open(options.out, "w") as out:
        key = jwt_of_app.keys(folder)
        for world in (shop, odd):
            world.app(77, "wick", key + ".pub", "acme")
        few = lambda: {server.TOKEN: tokens.Token("test", limit=100_000), "few-rights": tokens.Token("few", permissions={"metadata": "read"})}
        for world, name, moments in ((shop, "acme/shop", ("2026-03-03 12:32", "2026-03-04 15:30", "2026-03-07")), (odd, "acme/renamed", ("2026-01-13 10:00", "2026-02-15 15:00:30")), (large, "acme/anvil", ("2026-06-01",))):
            repository = next(one for one in world.repositories if one.names.last == name)
            for version, enterprise, nulls in ((VERSIONS[0], False, False), (VERSIONS[0], False, True), (VERSIONS[1], False, True), (VERSIONS[0], True, False)):
                with server.Server(world, tokens=few(), enterprise=enterprise, nulls=nulls) as github:
                    writer = Writer(out, github, version)
                    for moment in moments:
                        github.at = moment
                        everything(writer, repository, repository.names.at(when(moment)))
                        everything(writer, repository, repository.names.values[0]) if moment == moments[-1] and len(repository.names.values) > 1 else None
                    writer.ask("/orgs/acme/repos?sort=pushed&per_page=1")
                    writer.ask("/orgs/acme/repos?type=private&sort=full_name")
                    writer.ask("/users/acme/repos?sort=full_name&per_page=1")
                    if not enterprise:
                        writer.ask("/rate_limit")
                    if world.apps:
                        of_app(writer, world, key)
                    spoiled(writer, name)
                    refused(writer, name)
        if options.wick:
            requests_of_wick(out, options.wick, shop, "acme/shop")


if __name__ == "__main__":
    main()
