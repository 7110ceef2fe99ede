"""What happens in the repositories of a test, each thing with its time. A scenario is a function that tells it in order:

    def play(world):
        shop = world.repository("acme/shop", "2026-01-05 09:00")
        shop.commit("2026-01-05 09:10", "Begin")
        pull = shop.pull("2026-01-06 10:00", "feature/cart", "Add a cart", commits=[("2026-01-06 09:00", "A cart")])
        pull.review("2026-01-06 12:00").merge("2026-01-06 13:00", "squash")
        shop.run("2026-01-06 13:01", "deploy.yml", took=300)
        shop.issue("2026-01-06 14:00", "Checkout is down", labels=["incident"]).close("2026-01-06 15:30")

Times are Unix seconds or texts in UTC. Nothing here looks at a clock: the server shows the world as of a moment."""

import bisect
import calendar
import time

from .history import History

GITHUB = ("GitHub", "noreply@github.com")  # who commits what is merged on the site


def when(moment):
    if isinstance(moment, (int, float)):
        return int(moment)
    text = moment.replace("T", " ").rstrip("Z")
    form = "%Y-%m-%d" + (" %H:%M" if " " in text else "") + (":%S" if text.count(":") == 2 else "")
    return calendar.timegm(time.strptime(text, form))


class User:
    def __init__(self, number, login, kind):
        self.id, self.login, self.kind = number, login, kind

    def git(self):
        """How the user signs commits."""
        return (self.login, f"{self.id}+{self.login}@users.noreply.github.com")


class Log:
    """A value that changes: what it was at a moment."""

    def __init__(self, time, value):
        self.times, self.values = [time], [value]

    def put(self, time, value):
        if time < self.times[-1]:
            raise ValueError(f"at {time} something is changed that was changed at {self.times[-1]}")
        self.times.append(time)
        self.values.append(value)

    def at(self, time):
        place = bisect.bisect_right(self.times, time)
        return self.values[place - 1] if place else None

    @property
    def last(self):
        return self.values[-1]


class World:
    def __init__(self):
        self.users, self.repositories, self.apps, self._ids = {}, [], {}, {}

    def next_id(self, kind, first=1):
        self._ids[kind] = self._ids.get(kind, first - 1) + 1
        return self._ids[kind]

    def user(self, login, kind=None):
        """By login; whoever is new is made. Bots end in "[bot]", organisations are those that own a repository."""
        if isinstance(login, User):
            return login
        if login not in self.users:
            self.users[login] = User(1000 + len(self.users), login, kind or ("Bot" if login.endswith("[bot]") else "User"))
        return self.users[login]

    def repository(self, name, created, **more):
        one = Repository(self, name, when(created), **more)
        self.repositories.append(one)
        return one

    def app(self, app_id, slug, key, owner, repositories=None):
        """An App with its public key (a PEM file), installed for one owner: for all of its repositories or for some."""
        self.apps[app_id] = {"id": app_id, "slug": slug, "key": key, "installation": 50_000 + app_id, "owner": self.user(owner),
                             "repositories": repositories}
        return self.apps[app_id]


class Repository:
    def __init__(self, world, name, created, private=False, branch="main", topics=(), properties=None, archived=False, fork=False, labels=(), issues=True):
        owner, _, _ = name.partition("/")
        self.world, self.created, self.private, self.default = world, created, private, branch
        self.owner = world.user(owner, "Organization")
        self.id = 700_000 + len(world.repositories)
        self.names = Log(created, name)
        self.topics, self.properties = list(topics), dict(properties or {})
        self.archived, self.fork, self.issues = archived, fork, issues
        self.labels = list(labels)  # beside those that something has had
        self.history, self.branches, self.tags = History(), {}, {}
        self.numbered, self.workflows, self.runs, self.deployments, self.releases = {}, {}, [], [], []
        self.environments, self.introduced, self.run_numbers, self.deleted = {}, {}, {}, None

    # --- git

    def head(self, branch=None, at=None):
        log = self.branches.get(branch or self.default)
        if log is None:
            raise KeyError(f"{self.names.last} has no branch '{branch}'")
        return log.last if at is None else log.at(at)

    def move(self, at, branch, commit):
        """Sets a branch; None deletes it."""
        if branch in self.branches:
            self.branches[branch].put(when(at), commit)
        else:
            self.branches[branch] = Log(when(at), commit)
        return commit

    branch = move

    def commit(self, at, message, branch=None, author="dev", authored=None, files=("src/main.c",), off=None, pushed=None, unknown=False):
        """A commit on a branch, pushed as it is made. A branch that is not there yet begins at `off` (a commit or branch).
        `authored`: what the author's clock says. `unknown`: the author has no account."""
        branch, at = branch or self.default, when(at)
        known = self.branches.get(branch)
        parent = known.last if known and known.last and off is None else (
            self.head(off) if isinstance(off, str) else off or (self.head() if self.branches else None))
        who = (author, f"{author}@example.org") if unknown else self.world.user(author).git()
        made = self.history.commit([parent] if parent else [], message, who, when(authored) if authored is not None else at, files,
                                   committed=at, pushed=when(pushed) if pushed else at)
        return self.move(made.pushed, branch, made)

    def revert(self, at, what, branch=None, author="dev", off=None, **more):
        """Takes a commit back, as `git revert` words it."""
        return self.commit(at, f"Revert \"{what.message.splitlines()[0]}\"\n\nThis reverts commit {what.sha}.\n", branch, author, off=off,
                           files=list(what.changes), **more)

    def lose(self, at, commit):
        """The commit is gone from then on: force-pushed away and collected."""
        commit.gone = when(at)

    def tag(self, at, name, commit=None):
        self.tags[name] = (when(at), commit or self.head())
        return self.tags[name][1]

    def archive(self, at):
        self.archived = when(at)

    def delete(self, at):
        """Gone from then on, or not to be seen by anybody."""
        self.deleted = when(at)

    def rename(self, at, name):
        self.names.put(when(at), name)

    def join(self, base, commits):
        """What the changes of several commits come to on another tree."""
        out = {}
        for commit in commits:
            if len(commit.parents) > 1:
                continue
            for path, (_, blob, old) in commit.changes.items():
                if old:
                    out[old] = None
                out[path] = blob
        return {path: ("removed" if blob is None else "modified" if base.tree.find(path) else "added", blob, None)
                for path, blob in out.items() if blob is not None or base.tree.find(path)}

    # --- pull requests and issues

    def number(self):
        return len(self.numbered) + 1

    def pull(self, at, branch, title, author="dev", base=None, labels=(), body=None, commits=(), off=None, draft=False):
        """Opened from a branch; `commits` are made on it first: [(time, message, or a dictionary of what commit() takes)]."""
        for time_of, *rest in commits:
            more = dict(rest[1]) if len(rest) > 1 else {}
            self.commit(time_of, rest[0], branch, **{"author": author, "off": off if branch not in self.branches else None, **more})
        one = self.numbered[self.number()] = Pull(self, self.number(), when(at), title, author, branch, base or self.default, labels, body, draft)
        return one

    def issue(self, at, title, labels=(), author="sre", body=None):
        one = self.numbered[self.number()] = Issue(self, self.number(), when(at), title, author, labels, body)
        return one

    # --- Actions

    def workflow(self, file, name=None, created=None, state="active"):
        if file not in self.workflows:
            self.workflows[file] = Workflow(9_000 + self.world.next_id("workflow"), file, name or file.rsplit(".", 1)[0].replace("-", " ").capitalize(),
                                            self.created if created is None else when(created), state)
        return self.workflows[file]

    def run(self, at, workflow="deploy.yml", branch=None, commit=None, event="push", actor="dev", **attempt):
        """A run of a workflow; `attempt` goes to Run.again. The commit is the branch's head unless one is given."""
        branch = branch or self.default
        at = when(at)
        one = Run(self, 3_000_000 + self.world.next_id("run"), self.workflow(workflow), at, branch, commit or self.head(branch, at), event,
                  self.world.user(actor))
        one.number = self.run_numbers[workflow] = self.run_numbers.get(workflow, 0) + 1
        self.runs.append(one)
        return one.again(at, **attempt)

    # --- deployments, releases

    def environment(self, name, created=None):
        self.environments.setdefault(name, (4_000 + self.world.next_id("environment"), self.created if created is None else when(created)))
        return name

    def deployment(self, at, environment="production", ref=None, commit=None, states=(), creator="dev", task="deploy"):
        """Through the Deployments API; `states`: [(time, "success")]."""
        self.environment(environment, at)
        one = Deployment(self, 6_000_000 + self.world.next_id("deployment"), when(at), environment, ref or self.default,
                         commit or self.head(ref if ref in self.branches else None, when(at)), self.world.user(creator), task)
        self.deployments.append(one)
        for time_of, state in states:
            one.status(time_of, state)
        return one

    def release(self, at, tag, commit=None, published=None, draft=False, prerelease=False, author="dev"):
        """Created, and published at once unless told otherwise; a draft that is never published: draft=True."""
        at = when(at)
        if tag not in self.tags:
            self.tag(at, tag, commit)
        one = Release(200_000 + self.world.next_id("release"), at, tag, None if draft and not published else when(published or at), prerelease,
                      self.world.user(author))
        self.releases.append(one)
        return one


class Numbered:
    """What issues and pull requests share."""

    def __init__(self, repository, number, created, title, author, labels, body):
        self.repository, self.number, self.created, self.title = repository, number, created, title
        self.author = repository.world.user(author) if author else None
        self.body, self.closings = body, Log(created, None)
        self.labels = Log(created, tuple(labels))
        self.touched, self.gone = [created], None

    def delete(self, at):
        self.gone = when(at)
        return self

    def _touch(self, at):
        at = when(at)
        bisect.insort(self.touched, at)
        return at

    def updated(self, at):
        return self.touched[bisect.bisect_right(self.touched, at) - 1]

    def label(self, at, *labels):
        """Replaces its labels."""
        self.labels.put(self._touch(at), labels)
        return self

    def close(self, at):
        at = self._touch(at)
        self.closings.put(at, at)
        return self

    def reopen(self, at):
        self.closings.put(self._touch(at), None)
        return self

    def comment(self, at):
        """Moves updated_at, and nothing else."""
        self._touch(at)
        return self


class Issue(Numbered):
    pass


class Pull(Numbered):
    def __init__(self, repository, number, created, title, author, branch, base, labels, body, draft):
        super().__init__(repository, number, created, title, author, labels, body)
        self.branch, self.base, self.draft, self.reviews = branch, base, draft, []
        self.merged, self.merge_commit, self.merged_by, self.base_before, self.merged_head = None, None, None, None, None
        self.opened_base = repository.head(base, created)

    def review(self, at, user="reviewer", state="APPROVED"):
        repository = self.repository
        self.reviews.append((self._touch(at), repository.world.user(user) if user else None, state, repository.head(self.branch),
                             80_000 + repository.world.next_id("review")))
        return self

    def commit(self, at, message, **more):
        """One more commit on its branch."""
        self.repository.commit(self._touch(at), message, self.branch, **{"author": self.author.login, **more})
        return self

    def merge(self, at, how="merge", by="dev", queued=None, delete=True):
        """`how`: merge, squash, rebase. `queued`: a merge queue made the commits at that time and moves the branch now."""
        at, repository = self._touch(at), self.repository
        made_at = at if queued is None else when(queued)
        history, user = repository.history, repository.world.user(by)
        base, head = repository.head(self.base), repository.head(self.branch)
        commits = history.sides(base, head)[0]
        if how == "merge":
            owner = repository.names.last.split("/")[0]
            tip = history.commit([base, head], f"Merge pull request #{self.number} from {owner}/{self.branch}\n\n{self.title}", user.git(), made_at,
                                 committer=GITHUB, changes=repository.join(base, commits))
            brought = [*commits, tip]
        elif how == "squash":
            tip = history.commit([base], f"{self.title} (#{self.number})\n\n" + "\n\n".join("* " + one.message for one in commits),
                                 (self.author or user).git(), made_at, committer=GITHUB, changes=repository.join(base, commits))
            brought = [tip]
        else:
            tip, brought = base, []
            for one in commits:
                if len(one.parents) < 2:
                    tip = history.commit([tip], one.message, one.author, one.authored, committer=user.git(), committed=made_at,
                                         changes=repository.join(tip, [one]))
                    brought.append(tip)
        for one in brought:
            repository.introduced.setdefault(one.sha, []).append(self)
        self.merged, self.merge_commit, self.merged_by, self.base_before, self.merged_head = at, tip, user, base, head
        self.closings.put(at, at)
        repository.move(at, self.base, tip)
        if delete:
            repository.move(at, self.branch, None)
        return self

    def head(self, at):
        """The newest commit of its branch."""
        if self.merged and at >= self.merged:
            return self.merged_head
        log = self.repository.branches[self.branch]
        place = bisect.bisect_right(log.times, at)
        return next((one for one in reversed(log.values[:place]) if one), self.opened_base)

    def commits(self, at):
        base = self.base_before if self.merged and at >= self.merged else self.repository.head(self.base, at)
        return self.repository.history.sides(base, self.head(at))[0]


class Workflow:
    def __init__(self, number, file, name, created, state):
        self.id, self.file, self.name, self.created, self.state = number, file, name, created, state
        self.path = f".github/workflows/{file}"


class Job:
    __slots__ = ("id", "name", "created", "started", "completed", "conclusion")


class Attempt:
    """`created` is when it was asked for, which GitHub calls run_started_at; `finished` None: it never ends."""

    def __init__(self, number, created, started, finished, conclusion, actor, waits):
        self.number, self.created, self.started, self.finished = number, created, started, finished
        self.conclusion, self.actor, self.waits, self.jobs = conclusion, actor, waits, []


class Run:
    def __init__(self, repository, number, workflow, created, branch, commit, event, actor):
        self.repository, self.id, self.workflow, self.created = repository, number, workflow, created
        self.branch, self.commit, self.event, self.actor, self.attempts, self.touched = branch, commit, event, actor, [], []
        self.number = 0

    def again(self, at, took=240, result="success", jobs=("deploy",), only=None, waits=5, word="queued", fails=None, actor=None):
        """An attempt that begins `waits` seconds after it was asked for and takes `took` more (None: it never ends), its jobs one
        after the other. With another result than success it is the job `fails` (the last one) that says so, and those after it
        are skipped. `only`: a re-run of these jobs; the others are shown again as they were. `word`: its state before it begins."""
        at = when(at)
        attempt = Attempt(len(self.attempts) + 1, at, at + waits, None if took is None else at + waits + took, result,
                          self.actor if actor is None else self.repository.world.user(actor), word)
        before = {job.name: job for job in self.attempts[-1].jobs} if self.attempts else {}
        names = list(before) if only else list(jobs)
        again = [name for name in names if not only or name in only]
        clock, failed = attempt.started, False
        for name in () if result == "startup_failure" else names:
            job, old = Job(), before.get(name)
            job.id, job.name, job.created = 40_000_000 + self.repository.world.next_id("job"), name, at
            if name not in again:
                job.created, job.started, job.completed, job.conclusion = old.created, old.started, old.completed, old.conclusion
            else:
                share = took and took // len(again)
                job.started = clock
                job.completed = None if took is None else attempt.finished if name == again[-1] else clock + share
                culprit = result != "success" and name == (fails or again[-1])
                job.conclusion = "skipped" if failed or result == "skipped" else "success" if not culprit else {"stale": "cancelled"}.get(result, result)
                if failed:
                    job.started = job.completed = clock
                failed = failed or culprit
                clock = job.completed or clock
            attempt.jobs.append(job)
        if took is not None and attempt.jobs:
            attempt.finished = max([job.completed for job in attempt.jobs if job.name in again] or [attempt.finished])
        self.attempts.append(attempt)
        return self

    def touch(self, at):
        """Moves updated_at long after the end, as GitHub does."""
        self.touched.append(when(at))
        return self

    def attempt(self, at):
        """The latest one that has been asked for."""
        return next((one for one in reversed(self.attempts) if one.created <= at), None)


class Deployment:
    def __init__(self, repository, number, created, environment, ref, commit, creator, task):
        self.repository, self.id, self.created, self.environment = repository, number, created, environment
        self.ref, self.commit, self.creator, self.task, self.statuses, self.gone = ref, commit, creator, task, [], None

    def delete(self, at):
        self.gone = when(at)
        return self

    def status(self, at, state):
        world = self.repository.world
        self.statuses.append((when(at), state, 7_000_000 + world.next_id("status")))
        return self


class Release:
    def __init__(self, number, created, tag, published, prerelease, author):
        self.id, self.created, self.tag, self.published, self.prerelease, self.author, self.gone = number, created, tag, published, prerelease, author, None

    def delete(self, at):
        """Its tag stays."""
        self.gone = when(at)
        return self

