"""The delivery metrics of a scenario by a second way: what happened comes from the scenario's own events, ancestry and dates from
git, counting and quantiles from SQL. Nothing of this is wick's code, nor the server's.

The definitions are those of docs/delivery.md. `Truth(...).report(at)` is the JSON of `wick dora report --format json` for one
service and environment: rows for 7d, 30d, 90d and the month."""

import calendar
import fnmatch
import json
import os
import re
import sqlite3
import subprocess
import tempfile
import time

from .world import Pull, when

RESULTS = {"success": "success", "failure": "failure", "timed_out": "failure", "startup_failure": "failure", "cancelled": "cancelled",
           "skipped": "skipped", "neutral": "skipped", "stale": "skipped", "action_required": "skipped"}
REVERTS = re.compile(r"This reverts commit ([0-9a-f]{7,40})")
REVERTS_PULL = re.compile(r"^\s*Reverts (?:(\S+/\S+))?#(\d+)\b", re.MULTILINE)
SCHEMA = """
CREATE TABLE attempt (id, number, sha, ref, result, created, began, ended);
CREATE TABLE deployment (n INTEGER PRIMARY KEY, sha, ref, at, way, hotfix DEFAULT 0, reverting DEFAULT 0);
CREATE TABLE brought (sha PRIMARY KEY, n, committed, pull, ours);
CREATE TABLE undo (n, seen, sha, pull);
CREATE TABLE lead (n, seconds, what);
CREATE TABLE left_out (at, reason, what);
CREATE TABLE incident (number, opened, closed);
CREATE TABLE evidence (n, kind, seen, over);
"""


class Delivery:
    """What a `kind: Delivery` file says of one service and environment. `source`: ("workflow", file), with `branch` and `job`;
    ("deployments", environment); ("releases", pattern)."""

    def __init__(self, service="shop", environment="production", source=("workflow", "deploy.yml"), branch="", job="", prereleases=False, paths=(), pull_labels=(),
                 authors_out=(), bots_out=False, hotfix_branches=("hotfix/*", "hotfix-*"), hotfix_labels=("hotfix",), incidents=(("incident",),), attribution=86400,
                 lead_time="commit", recovery="last"):
        self.service, self.environment, self.source, self.branch, self.job, self.prereleases = service, environment, source, branch, job, prereleases
        self.paths, self.pull_labels, self.authors_out, self.bots_out = paths, pull_labels, authors_out, bots_out
        self.hotfix_branches, self.hotfix_labels, self.incidents = hotfix_branches, hotfix_labels, incidents
        self.attribution, self.lead_time, self.recovery = attribution, lead_time, recovery

    def document(self, repository):
        """As a definition file: JSON, which YAML takes."""
        kind, source = self.source
        environment = {kind: source, **({"branch": self.branch} if self.branch else {}), **({"job": self.job} if self.job else {}),
                       **({"prereleases": True} if self.prereleases else {})}
        out = {"apiVersion": "wick/v1", "kind": "Delivery", "service": self.service, "repository": repository, "environments": {self.environment: environment}}
        out.update({key: list(value) for key, value in (("paths", self.paths), ("pull_request_labels", self.pull_labels)) if value})
        if self.bots_out or self.authors_out:
            out["leave_out"] = {"bots": self.bots_out, "authors": list(self.authors_out)}
        out["hotfix"] = {"branches": list(self.hotfix_branches), "labels": list(self.hotfix_labels)}
        out["incidents"] = [{"issues": {"labels": list(labels)}} for labels in self.incidents]
        out.update({"attribution": f"{self.attribution}s", "lead_time": self.lead_time, "recovery": self.recovery})
        return json.dumps(out, indent=1) + "\n"


def matches(text, patterns):
    return any(fnmatch.fnmatchcase(text, pattern) for pattern in patterns)


class Truth:
    """Of one repository; its git repository is made once."""

    def __init__(self, repository, delivery=None):
        self.repository, self.delivery = repository, delivery or Delivery()
        self._folder = tempfile.TemporaryDirectory(prefix="wick-truth-")
        self.folder = os.path.join(self._folder.name, "git")
        repository.history.write(self.folder, {name: log.last for name, log in repository.branches.items() if log.last})
        self._ranges, self._paths = {}, {}

    def git(self, *argv):
        return subprocess.run(["git", "-C", self.folder, *argv], capture_output=True, text=True, check=True).stdout

    def commits(self, include, *exclude):
        """[{sha, parents, authored, committed, author, message}] of include that none of exclude has, the oldest first."""
        key = (include, *exclude)
        if key not in self._ranges:
            text = self.git("log", "--topo-order", "--reverse", "--format=%H%x00%P%x00%at%x00%ct%x00%an%x00%B%x01", include, "--not", *exclude)
            rows = [one.lstrip("\n").split("\0") for one in text.split("\x01") if one.strip()]
            self._ranges[key] = [{"sha": sha, "parents": len(parents.split()), "authored": int(authored), "committed": int(committed), "author": author, "message": message}
                                 for sha, parents, authored, committed, author, message in rows]
        return self._ranges[key]

    def paths(self, sha):
        """What a commit changes, a merge against its first parent; both names of what it renames."""
        if sha not in self._paths:
            parents = self.git("rev-list", "--parents", "-n1", sha).split()[1:2]
            self._paths[sha] = self.git("diff-tree", "-r", "--root", "--no-renames", "--no-commit-id", "--name-only", *parents, sha).split("\n")[:-1]
        return self._paths[sha]

    # --- what happened, as of a moment

    def attempts(self, at):
        """(id, number, sha, ref, result, created, began, ended)"""
        kind, source = self.delivery.source
        branch = lambda ref: not self.delivery.branch or matches(ref, [self.delivery.branch])
        if kind == "workflow":
            for run in self.repository.runs:
                if source in (run.workflow.file, run.workflow.name) and branch(run.branch):
                    for attempt in run.attempts:
                        if attempt.created <= at:
                            yield self.attempt_of_run(run, attempt, at)
        elif kind == "deployments":
            for one in self.repository.deployments:
                if one.environment == source and branch(one.ref) and one.created <= at and not (one.gone and one.gone <= at):
                    yield (one.id, 1, one.commit.sha, one.ref, *self.outcome(one, at))
        else:
            for one in self.repository.releases:
                if one.published and one.published <= at and not (one.gone and one.gone <= at) and matches(one.tag, [source]) and (self.delivery.prereleases or not one.prerelease):
                    yield (one.id, 1, self.repository.tags[one.tag][1].sha, one.tag, "success", one.created, one.created, one.published)

    def attempt_of_run(self, run, attempt, at):
        jobs = [job for job in attempt.jobs if not self.delivery.job or job.name == self.delivery.job]
        end = max((job.completed for job in jobs if job.completed), default=None) if all(job.completed for job in jobs) else None
        word = jobs[0].conclusion if self.delivery.job and jobs else attempt.conclusion
        copied = lambda job: any(job.started == old.started for before in run.attempts[:attempt.number - 1] for old in before.jobs if old.name == job.name)
        if self.delivery.job and jobs and all(map(copied, jobs)):  # it was not run again
            word = "skipped"
        if not jobs:
            end = None if attempt.finished is None or attempt.finished > at else attempt.finished
        if attempt.finished is None or (end or attempt.finished) > at:
            word = end = None
        return (run.id, attempt.number, run.commit.sha, run.branch, "running" if word is None else RESULTS[word], run.created, attempt.created, end)

    @staticmethod
    def outcome(deployment, at):
        """(result, created, began, ended): success from its first success on, whatever came later."""
        known = sorted(status for status in deployment.statuses if status[0] <= at)
        for states, result in ((("success",), "success"), (("failure", "error"), "failure")):
            for time_of, state, _ in known:
                if state in states:
                    return result, deployment.created, deployment.created, time_of
        return "running", deployment.created, deployment.created, None

    def incidents(self, at):
        for one in self.repository.numbered.values():
            labels = one.created <= at and not (one.gone and one.gone <= at) and set(one.labels.at(at))
            if labels and not isinstance(one, Pull) and any(set(wanted) <= labels for wanted in self.delivery.incidents):
                yield one.number, one.created, one.closings.at(at)

    def pull_of(self, sha, at):
        return next((pull for pull in self.repository.introduced.get(sha, ()) if pull.merged <= at), None)

    def gone(self, sha, at):
        lost = self.repository.history.by_sha[sha].gone
        return lost is not None and lost <= at

    def shared(self):
        """The repository has other services."""
        return self.delivery.paths or self.delivery.pull_labels

    def ours(self, commit, at):
        """Belongs to the service. Where there are several a merge is nobody's: what it merges has commits of its own."""
        if self.shared() and commit["parents"] > 1:
            return False
        if self.delivery.paths and not any(matches(path, self.delivery.paths) for path in self.paths(commit["sha"])):
            return False
        if self.delivery.pull_labels:
            pull = self.pull_of(commit["sha"], at)
            return pull is not None and any(matches(label, self.delivery.pull_labels) for label in pull.labels.at(at))
        return True

    # --- the history

    def tables(self, at, since=None):
        """The database of all that is known at a moment; runs created before `since` are not."""
        base = sqlite3.connect(":memory:")
        base.executescript(SCHEMA)
        rows = [row for row in self.attempts(at) if since is None or row[5] >= since]
        base.executemany("INSERT INTO attempt VALUES (?,?,?,?,?,?,?,?)", rows)
        base.executemany("INSERT INTO incident VALUES (?,?,?)", self.incidents(at))
        live = first = None  # in the environment, whichever service of the repository it is of
        for sha, ref, ended, name in base.execute("""SELECT sha, ref, ended, 'run ' || id || ' attempt ' || number FROM attempt
                                                     WHERE result = 'success' ORDER BY ended, id, number""").fetchall():
            if sha == live:
                base.execute("INSERT INTO left_out VALUES (?, 'same_commit', ?)", (ended, name))
                continue
            way, taken, brought = self.way(live, sha, at)
            before, live = live, sha
            if way in ("no_baseline", "commit_gone"):
                first = sha
                base.execute("INSERT INTO left_out VALUES (?,?,?)", (ended, way, sha))
            elif self.shared() and not any(self.ours(one, at) for one in taken + brought):
                base.execute("INSERT INTO left_out VALUES (?, 'other_service', ?)", (ended, sha))
                base.executemany("INSERT OR IGNORE INTO brought (sha, ours) VALUES (?, 0)", [(one["sha"],) for one in brought])
                continue
            number = base.execute("INSERT INTO deployment (sha, ref, at, way) VALUES (?,?,?,?)", (sha, ref, ended, way)).lastrowid
            if way not in ("no_baseline", "commit_gone") and not self.bring(
                    base, number, ended, self.commits(sha, before, first) if way == "diverged" else brought, at) and way == "diverged":
                base.execute("INSERT INTO left_out VALUES (?, 'not_linear', ?)", (ended, sha))
            if matches(ref, self.delivery.hotfix_branches):
                base.execute("UPDATE deployment SET hotfix = 1 WHERE n = ?", (number,))
        self.judge(base)
        return base

    def way(self, before, sha, at):
        """(how a deployment stands to the one before, the commits that it takes away, those that it brings)."""
        if self.gone(sha, at) or before and self.gone(before, at):
            return ("commit_gone" if before else "no_baseline"), [], []
        if not before:
            return "no_baseline", [], []
        taken, brought = self.commits(before, sha), self.commits(sha, before)
        return ("diverged" if taken and brought else "behind" if taken else "ahead"), taken, brought

    def bring(self, base, number, ended, brought, at):
        """Enters the commits that come with a deployment and with none before it: how many there are. What is counted, or left out
        for one reason, is each of them, or each pull request, and then only those commits that belong to none."""
        count, pulls, undone = 0, {}, {}
        for one in brought:
            pull, ours = self.pull_of(one["sha"], at), self.ours(one, at)
            if not base.execute("INSERT OR IGNORE INTO brought VALUES (?,?,?,?,?)", (one["sha"], number, one["committed"], pull and pull.number, ours)).rowcount:
                continue
            count += 1
            said = self.reverted(one["message"])
            if ours and any(said):
                base.execute("INSERT INTO undo VALUES (?,?,?,?)", (number, one["committed"], *said))
            if pull and ours:
                undone[pull.number] = undone.get(pull.number, False) or any(said)
            # what belongs to another service makes no hotfix of this one
            if pull and ours and (matches(pull.branch, self.delivery.hotfix_branches) or set(pull.labels.at(at)) & set(self.delivery.hotfix_labels)):
                base.execute("UPDATE deployment SET hotfix = 1 WHERE n = ?", (number,))
            if self.delivery.lead_time != "commit" and pull:
                pulls[pull.number] = (pull, ours or pulls.get(pull.number, (pull, False))[1])
                continue
            per_pull = "no_pull_request" if self.delivery.lead_time != "commit" else None
            self.settle(base, number, ended, one["sha"], one["authored"], "merge_commit" if one["parents"] > 1 else self.against(one["author"], ours) or per_pull)
        for one in (self.repository.numbered[each] for each, told in undone.items() if not told):  # by none of its commits
            said = self.reverted(one.body or "")
            if said[1] and not base.execute("SELECT 1 FROM brought WHERE pull = ? AND n < ? AND ours", (one.number, number)).fetchone():
                base.execute("INSERT INTO undo VALUES (?,?,NULL,?)", (number, one.merged, said[1]))
        for pull, ours in pulls.values():
            begin = pull.merged if self.delivery.lead_time == "merge" else min(one["authored"] for one in self.commits(pull.merged_head.sha, pull.base_before.sha))
            if not base.execute("SELECT 1 FROM brought WHERE pull = ? AND n < ?", (pull.number, number)).fetchone():
                self.settle(base, number, ended, f"#{pull.number}", begin, self.against(pull.author and pull.author.login, ours))
        return count

    def reverted(self, text):
        """(sha, pull request) that a message or a body says it takes back: one of the two, or neither."""
        sha, pull = REVERTS.search(text), REVERTS_PULL.search(text)
        ours = pull and (pull[1] or self.repository.names.last).lower() == self.repository.names.last.lower()
        return (sha[1], None) if sha else (None, int(pull[2]) if ours else None)

    def settle(self, base, number, ended, what, begin, reason):
        """A lead time, or why there is none."""
        reason = reason or ("clock_skew" if begin > ended else None)
        if reason:
            base.execute("INSERT INTO left_out VALUES (?,?,?)", (ended, reason, what))
        else:
            base.execute("INSERT INTO lead VALUES (?,?,?)", (number, ended - begin, what))

    def against(self, author, ours):
        """What is known against a change by somebody, in the order in which it is looked at."""
        user = self.repository.world.users.get(author)
        if self.delivery.bots_out and user and user.kind == "Bot":
            return "bot"
        if matches(author or "", self.delivery.authors_out):
            return "author"
        return None if ours else "other_service"

    def judge(self, base):
        """Evidence: each piece against one deployment."""
        limit = self.delivery.attribution
        base.execute("""INSERT INTO evidence SELECT (SELECT n FROM deployment WHERE at <= opened ORDER BY at DESC, n DESC LIMIT 1) AS m, 'incident', opened, closed
                        FROM incident WHERE opened - (SELECT at FROM deployment WHERE n = m) <= ?""", (limit,))
        for kind, holds in (("rollback", "later.way = 'behind'"), ("hotfix", "later.hotfix")):
            base.execute(f"""INSERT INTO evidence SELECT earlier.n, '{kind}', later.at, later.at FROM deployment later JOIN deployment earlier
                             ON earlier.n = later.n - 1 WHERE {holds} AND later.at - earlier.at <= ?""", (limit,))
        # the first deployment that holds what is taken back, a commit or a pull request of which it holds any
        base.execute("""CREATE TABLE undoing AS SELECT undo.n, undo.seen, (SELECT MIN(brought.n) FROM brought WHERE brought.sha LIKE undo.sha || '%'
                        OR brought.pull = undo.pull) AS of FROM undo""")
        base.execute("""INSERT INTO evidence SELECT of, 'revert', seen, later.at FROM undoing JOIN deployment later USING (n) JOIN deployment earlier ON earlier.n = of
                        WHERE of < undoing.n AND seen - earlier.at BETWEEN 0 AND ?""", (limit,))
        base.execute("UPDATE deployment SET reverting = 1 WHERE n IN (SELECT n FROM undoing WHERE of IS NULL OR of < n)")

    # --- the numbers

    def samples(self, at):
        """Every lead time and every recovery time up to a moment."""
        base = self.tables(when(at))
        seconds = lambda query: sorted(row[0] for row in base.execute(query))
        return {"lead": seconds("SELECT seconds FROM lead"), "recovery": seconds(
            f"SELECT {self.over()} - deployment.at FROM evidence JOIN deployment USING (n) GROUP BY n HAVING {self.over()} IS NOT NULL")}

    def parts(self, at, days):
        """What the numbers of the last days are made of: the rows of each table, times in Unix seconds."""
        at = when(at)
        base, window = self.tables(at), (at - days * 86400, at)
        rows = lambda query: base.execute(query, window).fetchall()
        return {"deployments": rows("SELECT sha, at, way = 'behind', hotfix, reverting FROM deployment WHERE at > ? AND at <= ? ORDER BY n"),
                "lead": sorted(rows("SELECT sha, what, seconds FROM lead JOIN deployment USING (n) WHERE at > ? AND at <= ?")),
                "evidence": sorted(rows("SELECT sha, at, kind, seen, over FROM evidence JOIN deployment USING (n) WHERE at > ? AND at <= ?"), key=str),
                "recovery": sorted(rows(f"SELECT sha, at, {self.over()} - at FROM evidence JOIN deployment USING (n) WHERE at > ? AND at <= ? GROUP BY n"), key=str),
                "attempts": sorted(rows("SELECT id, number, sha, result, COALESCE(ended, began) AS at FROM attempt WHERE COALESCE(ended, began) > ? AND COALESCE(ended, began) <= ?")),
                "left_out": sorted(rows("SELECT at, reason, what FROM left_out WHERE at > ? AND at <= ?"))}

    def over(self):
        """When a failed deployment has recovered, of its evidence."""
        return "CASE WHEN COUNT(over) = COUNT(*) THEN MAX(over) END" if self.delivery.recovery == "last" else "MIN(over)"

    def report(self, at, since=None):
        at = when(at)
        base, now = self.tables(at, since and when(since)), time.gmtime(at)
        now = time.gmtime(at - 1)  # windows end with `at`: at midnight of the first it is the month before, whole
        month = calendar.timegm((now.tm_year, now.tm_mon, 1, 0, 0, 0))
        windows = [(f"{days}d", at - days * 86400) for days in (7, 30, 90)] + [(f"{now.tm_year}-{now.tm_mon:02}", month)]
        return [self.row(base, name, begin, at) for name, begin in windows]

    def row(self, base, name, begin, end):
        one = lambda query, *more: base.execute(query, (begin, end, *more)).fetchone()[0]
        deployments = one("SELECT COUNT(*) FROM deployment WHERE at > ? AND at <= ?")
        failed = one("SELECT COUNT(*) FROM deployment WHERE at > ? AND at <= ? AND n IN (SELECT n FROM evidence)")
        rework = one("SELECT COUNT(*) FROM deployment WHERE at > ? AND at <= ? AND (way = 'behind' OR hotfix OR reverting)")
        kinds = {kind: one("SELECT COUNT(*) FROM deployment WHERE at > ? AND at <= ? AND n IN (SELECT n FROM evidence WHERE kind = ?)", kind)
                 for kind in ("incident", "rollback", "revert", "hotfix")}
        lead = "SELECT seconds AS value FROM lead JOIN deployment USING (n) WHERE at > ? AND at <= ?"
        recovery = f"""SELECT over - deployment.at AS value FROM (SELECT n, {self.over()} AS over FROM evidence GROUP BY n) JOIN deployment USING (n)
                       WHERE deployment.at > ? AND deployment.at <= ? AND over IS NOT NULL"""
        attempts = base.execute("SELECT result, COUNT(*) FROM attempt WHERE COALESCE(ended, began) > ? AND COALESCE(ended, began) <= ? GROUP BY result", (begin, end))
        by_result = dict(attempts.fetchall())
        left = base.execute("SELECT reason, COUNT(*) FROM left_out WHERE at > ? AND at <= ? GROUP BY reason ORDER BY reason", (begin, end))
        return {"service": self.delivery.service, "environment": self.delivery.environment, "window": name, "deployments": deployments,
                "attempts": by_result.get("success", 0) + by_result.get("failure", 0), "attempts_by_result": by_result, "deployments_per_day": deployments / ((end - begin) / 86400) if end > begin else None,
                "lead_time_seconds": quantiles(base, lead, (begin, end)), "change_failure_ratio": failed / deployments if deployments else None,
                "failed_deployments": failed, "evidence": kinds, "recovery_time_seconds": quantiles(base, recovery, (begin, end)),
                "rework_ratio": rework / deployments if deployments else None,
                "open_incidents": base.execute("SELECT COUNT(*) FROM incident WHERE closed IS NULL").fetchone()[0], "excluded": dict(left.fetchall())}


def quantiles(base, query, window):
    """Linear between neighbours, as SQL's PERCENTILE_CONT."""
    count = base.execute(f"SELECT COUNT(*) FROM ({query})", window).fetchone()[0]
    out = {}
    for percent in (50, 75, 90):
        place, rest = divmod(percent * (count - 1), 100)
        near = [row[0] for row in base.execute(f"SELECT value FROM ({query}) ORDER BY value LIMIT 2 OFFSET ?", (*window, max(place, 0)))]
        out[f"p{percent}"] = near[0] + (near[-1] - near[0]) * rest / 100 if near else None
    return {**out, "count": count}


def differences(got, want, place):
    """Where a report is not as it should be; what is not named in `want` is not looked at. A count that is not there is 0."""
    out = []
    for name, value in want.items():
        said, where = got.get(name, 0 if isinstance(value, int) else None), f"{place}.{name}" if place else name
        if name == "excluded":
            names = {*value, *(said or {})}
            out += differences({one: (said or {}).get(one, 0) for one in names}, {one: value.get(one, 0) for one in names}, where)
        elif isinstance(value, dict):
            out += differences(said or {}, value, where)
        elif isinstance(value, float) or isinstance(said, float):
            if said is None or value is None or abs(said - value) > 1e-9 * max(1, abs(value)):
                out.append(f"{where} is {said}, not {value}")
        elif said != value:
            out.append(f"{where} is {said!r}, not {value!r}")
    return out
