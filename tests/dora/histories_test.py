#!/usr/bin/python3
"""Delivery metrics of made-up histories as wick and as this file works them out: the same to the second, ratios to 1e-9.

    histories_test.py HISTORIES [RANDOM]

HISTORIES: the program of histories.c. RANDOM: how many histories (4000 unless given); the same ones each time.

Here nothing is compared range by range: a commit is new where no earlier deployment has it in its ancestry, which is a set. Counts
are SQL's (sqlite3), quantiles those of Python's statistics."""
import json
import math
import random
import sqlite3
import statistics
import subprocess
import sys

HOUR = 3600
KINDS = ["incident", "rollback", "revert", "hotfix"]
RESULTS = ["unknown", "running", "success", "failure", "cancelled", "skipped"]
STAGES = ["coding", "pickup", "review", "waiting", "deploy"]
BUCKETS = [HOUR, 24 * HOUR, 7 * 24 * HOUR, 30 * 24 * HOUR, 182 * 24 * HOUR, math.inf]


class World:
    """Facts. Times are whole seconds, and few, so that the same ones meet."""

    def __init__(self, rng):
        self.rng = rng
        self.end = rng.choice([40, 200, 4000]) * HOUR
        self.grain = rng.choice([60, HOUR, 6 * HOUR])
        self.rules = {"lead": rng.choice(["commit", "commit", "first_commit", "merge"]), "recovery": rng.choice(["last", "first"]),
                      "attribution": rng.choice([1, 6, 24, 72]) * HOUR, "bots": rng.random() < 0.3, "authors": rng.random() < 0.3,
                      "paths": rng.random() < 0.35, "labels": rng.random() < 0.15}
        self.at = self.end if rng.random() < 0.5 else self.time()
        self.since = self.time() // 3 if rng.random() < 0.2 else None
        self.make_commits()
        self.make_pulls()
        self.make_attempts()
        self.incidents = [(f"i{i}", begin, rng.choice([None, begin + self.spell(), begin + self.spell()]))
                          for i in range(rng.choice([0, 2, 8])) for begin in [self.time()]]
        first = self.time()
        self.window = sorted((first, rng.choice([first, self.time(), self.at]))) if rng.random() < 0.5 else [-1, self.at]

    def time(self):
        return self.rng.randrange(1, self.end // self.grain + 1) * self.grain

    def spell(self):
        return self.rng.randrange(8) * self.grain

    def make_commits(self):
        rng, tips = self.rng, ["c0"]
        self.commits = {"c0": {"time": 0, "parents": [], "committed": 0}}
        for i in range(1, rng.choice([4, 12, 40])):
            sha, names = f"c{i}", list(self.commits)
            kind = rng.random()
            if kind < 0.7:
                parents = [tips[-1]]
            elif kind < 0.85:
                parents = [rng.choice(names)]
            else:
                parents = list(dict.fromkeys([tips[-1], rng.choice(tips + names)]))
            time = max(0, i * self.end // 50 + self.spell() - rng.choice([0, 0, 5, -9]) * self.grain)
            self.commits[sha] = {
                "time": time, "committed": time + rng.choice([0, 0, self.spell()]), "parents": parents, "bot": rng.random() < 0.1,
                "author": rng.choice(["dev", "dev", "depbot"]), "reverts": rng.choice(names) if rng.random() < 0.2 else None,
                "files": rng.choice([None, ["api/x"], ["web/x"], ["web/x", "api/y/z"], ["apis/x"], []])}
            tips = tips[-2:] + [sha] if rng.random() < 0.8 else [sha] + tips[-2:]
        ancestry = self.ancestry = {}
        for sha, commit in self.commits.items():
            ancestry[sha] = frozenset({sha}.union(*(ancestry[parent] for parent in commit["parents"])))
        self.gone = {rng.choice(list(self.commits))} if rng.random() < 0.25 else set()

    def make_pulls(self):
        rng, self.pulls = self.rng, {}
        for number in range(1, rng.choice([1, 4, 12])):
            opened, maybe = self.time(), lambda time: rng.choice([time, time, None])
            merged = maybe(opened + self.spell())
            self.pulls[number] = {
                "opened": maybe(opened), "merged": merged, "first": maybe(max(1, opened - self.spell())),
                "review": maybe(opened + self.spell()), "head": rng.choice(["topic", "topic", "topic", "hotfix/x"]),
                "labels": rng.choice([[], [], ["shop"], ["Hotfix", "shop"]]), "bot": rng.random() < 0.1,
                "reverts": rng.randrange(1, 13) if rng.random() < 0.2 else None, "author": rng.choice(["dev", "depbot"]), "sha": rng.choice([None, rng.choice(list(self.commits))])}
        for commit in self.commits.values():
            commit["pull"] = rng.choice(list(self.pulls)) if self.pulls and rng.random() < 0.6 else None
            if self.pulls and rng.random() < 0.05:
                commit["reverts"] = f"#{rng.randrange(1, 13)}"

    def make_attempts(self):
        rng, names, self.attempts, place = self.rng, list(self.commits), [], 0
        for i in range(rng.choice([1, 6, 25])):
            place = min(len(names) - 1, max(0, place + rng.choice([0, 0, 1, 1, 2, 3, -1, -2])))
            result = rng.choice(5 * ["success"] + 2 * ["failure"] + ["cancelled", "skipped", "unknown", "running"])
            # mostly one after the other, so that what is deployed later is mostly newer
            finished = self.time() if rng.random() < 0.3 else max(1, (i + 1) * self.end // 26 // self.grain) * self.grain
            started = max(1, finished - self.spell())
            if result == "running" or rng.random() < 0.02:
                finished = None
            self.attempts.append({"sha": names[place], "result": result, "finished": finished, "started": started,
                                  "created": max(1, started - self.spell()), "id": i + 1,
                                  "ref": rng.choice(["main", "main", "old", "hotfix-1"] if rng.random() < 0.2 else ["main", "old"])})

    def text(self):
        rules = self.rules
        lines = [f"rules lead={rules['lead']} recovery={rules['recovery']} attribution={rules['attribution']}s"
                 + " bots=out" * rules["bots"] + " authors=dep*" * rules["authors"] + " paths=api/" * rules["paths"]
                 + " labels=shop" * rules["labels"], f"at {self.at}s"]
        lines += [f"since {self.since}s"] if self.since else []
        time = lambda key, value: f" {key}={value}s" if value is not None else ""
        word = lambda key, value: f" {key}={value}" if value is not None else ""
        # the fixture lists ranges in the order of this text: parents first
        for sha, c in self.commits.items():
            lines.append(f"commit {sha} {c['time']}s parents={','.join(c['parents'])}" + time("committed", c["committed"])
                         + " bot" * c.get("bot", False) + word("author", c.get("author")) + word("reverts", c.get("reverts"))
                         + word("pull", c["pull"])
                         + (f" files={','.join(c['files'])}" if c.get("files") is not None else ""))
        other = [f"gone {sha}" for sha in self.gone]
        for n, p in self.pulls.items():
            other.append(f"pull {n}" + time("opened", p["opened"]) + time("merged", p["merged"]) + time("first", p["first"])
                         + time("review", p["review"]) + f" head={p['head']} author={p['author']}" + " bot" * p["bot"]
                         + word("sha", p["sha"]) + word("reverts", p["reverts"]) + (f" labels={','.join(p['labels'])}" if p["labels"] else ""))
        for a in self.attempts:
            end = "-" if a["finished"] is None else f"{a['finished']}s"
            other.append(f"deploy {a['sha']} {end} result={a['result']} started={a['started']}s created={a['created']}s "
                         f"ref={a['ref']} id={a['id']}")
        other += [f"incident {name} {begin}s" + (f" {end}s" if end is not None else "") for name, begin, end in self.incidents]
        self.rng.shuffle(other)
        return "\n".join(lines + other + [f"end {self.window[0]}s {self.window[1]}s"]) + "\n"


class Truth:
    def __init__(self, world):
        self.w, self.rules = world, world.rules
        self.split = self.rules["paths"] or self.rules["labels"]
        self.db = sqlite3.connect(":memory:")
        self.db.executescript("CREATE TABLE attempt(at, result); CREATE TABLE left_out(at, reason); CREATE TABLE sample(at, kind, value);"
                              "CREATE TABLE deployment(at, failed, unplanned, recovery); CREATE TABLE evidence(d, at, kind);")
        self.attempts = self.known_attempts()
        self.deployments = self.deploy()
        self.sampled, self.staged, self.where = set(), set(), {}
        for d in self.deployments:
            for sha in d["fresh"]:
                self.where[sha] = d
                if self.pull(sha):
                    self.where.setdefault(f"#{self.w.commits[sha]['pull']}", d)
            d["changes"] = self.changes(d)
            refs = {self.pull(sha)["head"] for sha in d["fresh"] if self.mine(sha) and self.pull(sha)} | {d["attempt"]["ref"]}
            labels = {label for sha in d["fresh"] if self.mine(sha) and self.pull(sha) for label in self.pull(sha)["labels"]}
            d["hotfix"] = any(ref.startswith("hotfix") for ref in refs) or "Hotfix" in labels
        self.judge()

    def left(self, at, reason):
        self.db.execute("INSERT INTO left_out VALUES (?, ?)", (at, reason))

    def known_attempts(self):
        known = []
        for a in self.w.attempts:
            if a["started"] > self.w.at:
                continue
            running = a["finished"] is not None and a["finished"] > self.w.at
            a = dict(a, **({"finished": None, "result": "running"} if running else {}))
            a["time"] = a["started"] if a["finished"] is None else a["finished"]
            if self.w.since is None or a["time"] >= self.w.since:
                known.append(a)
                self.db.execute("INSERT INTO attempt VALUES (?, ?)", (a["time"], a["result"]))
        return sorted(known, key=lambda a: (a["time"], a["started"], a["created"], a["id"]))

    def pull(self, sha):
        """As known at the end."""
        pull = self.w.pulls.get(self.w.commits[sha]["pull"])
        if pull is None or (pull["opened"] or 0) > self.w.at:
            return None
        known = lambda time: time if time is not None and time <= self.w.at else None
        return dict(pull, merged=known(pull["merged"]), review=known(pull["review"]))

    def mine(self, sha):
        commit, pull = self.w.commits[sha], self.pull(sha)
        if not self.split:
            return True
        return (len(commit["parents"]) < 2 and (not self.rules["labels"] or bool(pull and "shop" in pull["labels"]))
                and (not self.rules["paths"] or any(f.startswith("api/") for f in commit.get("files") or [])))

    def deploy(self):
        ancestry, out, failures, live = self.w.ancestry, [], [], None
        older, since_baseline = set(), set()
        for a in self.attempts:
            sha = a["sha"]
            if a["result"] == "failure":
                failures.append(sha)
            if a["result"] == "unknown" or (a["result"] == "success" and a["finished"] is None):
                self.left(a["time"], "unknown_state")
            if a["result"] != "success" or a["finished"] is None:
                continue
            if sha == live:
                self.left(a["time"], "same_commit")
                continue
            d = {"attempt": a, "sha": sha, "at": a["finished"], "attempts": failures.count(sha) + 1, "fresh": set(),
                 "baseline": None, "rollback": False, "hotfix": False, "reverts": False, "evidence": []}
            if live is None:
                d["baseline"] = "no_baseline"
            elif {live, sha} & self.w.gone:
                d["baseline"] = "commit_gone"
            if d["baseline"]:
                since_baseline, touched = set(ancestry[sha]), True
                self.left(d["at"], d["baseline"])
            else:
                brings, takes = ancestry[sha] - ancestry[live], ancestry[live] - ancestry[sha]
                d["fresh"] = brings - since_baseline - older
                d["rollback"] = not brings
                since_baseline |= ancestry[sha]
                older |= brings
                touched = not self.split or any(map(self.mine, brings | takes))
                if not touched:
                    self.left(d["at"], "other_service")
                elif brings and takes and not d["fresh"]:
                    self.left(d["at"], "not_linear")
            live, failures = sha, []
            if touched:
                out.append(d)
        return out

    def stages(self, number, pull, d):
        if number in self.staged:
            return [None] * 5
        self.staged.add(number)
        ends = [pull["first"], pull["opened"], pull["review"], pull["merged"], d["attempt"]["started"], d["at"]]
        return [None if None in pair or pair[1] < pair[0] else pair[1] - pair[0] for pair in zip(ends, ends[1:])]

    def changes(self, d):
        order = list(self.w.commits)
        out, mine = {}, {}
        for sha in sorted(d["fresh"], key=order.index):
            commit, pull, number = self.w.commits[sha], self.pull(sha), self.w.commits[sha]["pull"]
            if self.rules["lead"] == "commit" or not (pull and pull["merged"] is not None):
                reason = "merge_commit" if len(commit["parents"]) > 1 else self.against(commit, self.mine(sha))
                if not reason and self.rules["lead"] != "commit":
                    reason = "no_pull_request"
                out[sha] = self.change(d, sha, reason, commit["time"], number, pull)
            elif self.sampled.isdisjoint({number}):
                out.setdefault(number, []).append(sha)
        for number in [n for n in out if isinstance(n, int)]:
            shas = out[number]
            self.sampled.add(number)
            pull = self.pull(shas[0])
            sha = pull["sha"] if pull["sha"] in shas else shas[-1]
            start = pull["merged" if self.rules["lead"] == "merge" else "first"]
            out[number] = self.change(d, sha, self.against(pull, any(map(self.mine, shas))), start, number, pull)
        return list(out.values())

    def against(self, thing, mine):
        if thing.get("bot") and self.rules["bots"]:
            return "bot"
        if self.rules["authors"] and (thing.get("author") or "").startswith("dep"):
            return "author"
        return None if mine else "other_service"

    def change(self, d, sha, reason, start, number, pull):
        reason = reason or ("no_date" if start is None else "clock_skew" if start > d["at"] else None)
        if reason:
            self.left(d["at"], reason)
            return [sha, reason] + [None] * 5
        stages = self.stages(number, pull, d) if pull else [None] * 5
        for kind, value in zip(["lead"] + STAGES, [d["at"] - start] + stages):
            if value is not None:
                self.db.execute("INSERT INTO sample VALUES (?, ?, ?)", (d["at"], kind, value))
        return [sha, d["at"] - start] + stages

    def blame(self, d, seen, kind, recovered):
        if d["at"] <= seen <= d["at"] + self.rules["attribution"]:
            d["evidence"].append((seen, KINDS.index(kind), recovered))

    def undoing(self):
        """(deployment, when, a sha or "#number" that is taken back): what a pull request says counts where none of its commits has said so."""
        order, told, out = list(self.w.commits), set(), []
        for d in self.deployments:
            ours = [(self.w.commits[sha], self.pull(sha)) for sha in sorted(d["fresh"], key=order.index) if self.mine(sha)]
            for commit, pull in ours:
                if commit.get("reverts"):
                    told |= {commit["pull"]} if pull else set()
                    out.append((d, commit["committed"], commit["reverts"]))
            for commit, pull in ours:
                if pull and pull["reverts"] and commit["pull"] not in told:
                    told.add(commit["pull"])
                    out.append((d, commit["committed"] if pull["merged"] is None else pull["merged"], f"#{pull['reverts']}"))
        return out

    def judge(self):
        for before, d in zip(self.deployments, self.deployments[1:]):
            if d["rollback"]:
                self.blame(before, d["at"], "rollback", d["at"])
            if d["hotfix"]:
                self.blame(before, d["at"], "hotfix", d["at"])
        for _, opened, closed in self.w.incidents:
            before = [d for d in self.deployments if d["at"] <= opened]
            if opened <= self.w.at and before:
                self.blame(before[-1], opened, "incident", closed if closed is not None and closed <= self.w.at else None)
        places = {id(d): i for i, d in enumerate(self.deployments)}
        for d, at, what in self.undoing():
            of = self.where.get(what)
            if of is d:
                continue
            d["reverts"] = True
            if of and places[id(of)] < places[id(d)]:
                self.blame(of, at, "revert", d["at"])
        for i, d in enumerate(self.deployments):
            d["evidence"].sort(key=lambda e: (e[0], e[1], e[2] is not None, e[2] or 0))
            ends = [e[2] for e in d["evidence"]]
            over = [end for end in ends if end is not None]
            if self.rules["recovery"] == "last":
                d["recovered"] = max(over) if over and len(over) == len(ends) else None
            else:
                d["recovered"] = min(over, default=None)
            self.db.executemany("INSERT INTO evidence VALUES (?, ?, ?)", [(i, d["at"], e[1]) for e in d["evidence"]])
            recovery = None if d["recovered"] is None else d["recovered"] - d["at"]
            self.db.execute("INSERT INTO deployment VALUES (?, ?, ?, ?)",
                            (d["at"], bool(ends), d["rollback"] or d["hotfix"] or d["reverts"], recovery))

    def ask(self, what, more=""):
        return self.db.execute(f"SELECT {what} AND at > ? AND at <= ? {more}", self.w.window).fetchall()

    def count(self, table, where="1"):
        return self.ask(f"COUNT(*) FROM {table} WHERE {where}")[0][0]

    @staticmethod
    def quantiles(values):
        if len(values) < 2:
            return [len(values)] + (values * 3 or [None] * 3)
        cuts = statistics.quantiles(values, n=20, method="inclusive")
        return [len(values), cuts[9], cuts[14], cuts[17]]

    def metrics(self):
        n, days = self.count("deployment"), (self.w.window[1] - self.w.window[0]) / 86400
        whole = self.w.since is None or self.w.since <= self.w.window[0]
        sample = lambda kind: self.quantiles([row[0] for row in self.ask(f"value FROM sample WHERE kind = '{kind}'")])
        failed, unplanned = self.count("deployment", "failed"), self.count("deployment", "unplanned")
        return {
            "deployments": n, "failed": failed, "unplanned": unplanned, "per_day": n / days if whole and days else None,
            "failing": failed / n if n else None, "rework": unplanned / n if n else None, "lead": sample("lead"),
            "recovery": self.quantiles([r[0] for r in self.ask("recovery FROM deployment WHERE failed AND recovery IS NOT NULL")]),
            **{stage: sample(stage) for stage in STAGES},
            "attempts": [self.count("attempt", f"result = '{result}'") for result in RESULTS],
            "failed_by": [self.ask(f"COUNT(DISTINCT d) FROM evidence WHERE kind = {k}")[0][0] for k in range(len(KINDS))],
            "buckets": [self.count("sample", f"kind = 'lead' AND value <= {1e18 if b == math.inf else b}") for b in BUCKETS]}

    def answer(self):
        left = dict(self.ask("reason, COUNT(*) FROM left_out WHERE 1", "GROUP BY reason"))
        return {"deployments": [
            {"sha": d["sha"], "at": d["at"], "attempts": d["attempts"], "baseline": int(bool(d["baseline"])),
             **{key: int(d[key]) for key in ("rollback", "hotfix", "reverts")},
             "changes": sorted(d["changes"], key=str),
             "evidence": [[e[0], KINDS[e[1]], e[2]] for e in d["evidence"]], "recovered": d["recovered"]}
            for d in self.deployments], "left_out": left, "metrics": self.metrics()}


def ordered(answer):
    """Where the order says nothing."""
    answer["left_out"] = {reason: n for reason, n in answer["left_out"].items() if n}
    for d in answer["deployments"]:
        d["changes"].sort(key=str)
        d["evidence"].sort(key=lambda e: (e[0], KINDS.index(e[1]), e[2] is not None, e[2] or 0))
    return answer


def difference(got, due, where=""):
    if isinstance(due, dict) and isinstance(got, dict) and got.keys() == due.keys():
        return next(filter(None, (difference(got[key], due[key], f"{where}.{key}") for key in due)), None)
    if isinstance(due, list) and isinstance(got, list) and len(got) == len(due):
        return next(filter(None, (difference(*pair, f"{where}[{i}]") for i, pair in enumerate(zip(got, due)))), None)
    if isinstance(due, (int, float)) and isinstance(got, (int, float)):
        return None if math.isclose(got, due, rel_tol=1e-9, abs_tol=1e-9) else f"{where}: {got}, not {due}"
    return None if got == due else f"{where}: {got}, not {due}"


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 4000
    rng = random.Random(4)
    worlds = [World(rng) for _ in range(count)]
    texts = [world.text() for world in worlds]
    lines = subprocess.run([sys.argv[1]], input="".join(texts), stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    assert len(lines) == count, f"{len(lines)} answers to {count} histories"
    failed, seen = 0, {}
    for world, text, line in zip(worlds, texts, lines):
        due, got = Truth(world).answer(), ordered(json.loads(line))
        fault = difference(got, due)
        if fault:
            failed += 1
            print(f"FAILED: {fault}\n{text}" if failed < 3 else f"FAILED: {fault}")
        things = list(due["left_out"]) + [f"{e[1]}s" for d in due["deployments"] for e in d["evidence"]]
        things += [key for d in due["deployments"] for key in ("rollback", "hotfix", "reverts") if d[key]]
        for thing in things + ["deployments"] * len(due["deployments"]):
            seen[thing] = seen.get(thing, 0) + 1
    print(", ".join(f"{n} {thing}" for thing, n in sorted(seen.items(), key=lambda item: -item[1])))
    rare = [thing for thing in ("not_linear", "commit_gone", "clock_skew", "reverts", "rollback", "hotfix", "no_date", "other_service",
                                "incidents", "no_pull_request") if seen.get(thing, 0) < min(20, count // 50)]
    print(f"{count - failed} passed, {failed} failed" + (f"; too seldom to say much: {', '.join(rare)}" if rare else ""))
    return 1 if failed or rare else 0


if __name__ == "__main__":
    sys.exit(main())
