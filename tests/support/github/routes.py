"""Which address shows what, and which right it takes. Filters, order and ceilings as GitHub documents them."""

import calendar
import re
import time

REPOSITORY = r"/(?:repos/(?P<name>[^/]+/[^/]+)|repositories/(?P<id>\d+))"
CEILING = 1000  # results of a listing of runs with any filter
ROUTES = []


class Problem(Exception):
    """An answer that is none: status, message, and what else the body holds."""

    def __init__(self, status, message, headers=(), **body):
        super().__init__(message)
        self.status, self.message, self.headers, self.body = status, message, tuple(headers), body


class Listing:
    """Things in order, of which one page is shown. `key`: the body is {total_count, key: [...]}, not a bare list.
    `ceiling`: no page shows more than so many, and one behind that is empty or `refuses`. `extra` goes into such a body."""

    def __init__(self, items, show, key=None, ceiling=None, extra=None, refuses=False):
        self.items, self.show, self.key, self.ceiling, self.extra, self.refuses = items, show, key, ceiling, extra or {}, refuses


class Whole:
    """One thing; with `count` of what is in it in pages of `size`, where that is paged."""

    def __init__(self, body, count=None, size=30):
        self.body, self.count, self.size = body, count, size


def route(pattern, permission="metadata", method="GET"):
    def mark(function):
        ROUTES.append((method, re.compile(pattern.replace("{repo}", REPOSITORY) + r"\Z"), permission, function))
        return function
    return mark


def find(method, path):
    for its_method, pattern, permission, function in ROUTES:
        found = pattern.match(path)
        if found and its_method == method:
            return found.groupdict(), permission, function
    raise Problem(404, "Not Found")


def whole_number(text, least, most):
    """A page number as GitHub reads it: nonsense is the least, what is too much is the most."""
    return min(most, max(least, int(text))) if text and re.fullmatch(r"\d{1,9}", text) else least


def instant(text, end=False):
    """Unix seconds of a date or a time; the end of the day of a date that ends something."""
    for form in ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S+00:00", "%Y-%m-%dT%H:%MZ", "%Y-%m-%d"):
        try:
            return calendar.timegm(time.strptime(text, form)) + (86399 if end and form == "%Y-%m-%d" else 0)
        except ValueError:
            continue
    raise Problem(422, "Validation Failed", errors=[{"resource": "Search", "field": "created", "code": "invalid"}])


def created_range(text):
    """(first second, last second) of A..B, >=A, <=A, >A, <A, or a date."""
    infinite = float("inf")
    if ".." in text:
        first, _, last = text.partition("..")
        return (-infinite if first == "*" else instant(first)), (infinite if last == "*" else instant(last, True))
    for sign, make in ((">=", lambda t: (instant(t), infinite)), ("<=", lambda t: (-infinite, instant(t, True))),
                       (">", lambda t: (instant(t, True) + 1, infinite)), ("<", lambda t: (-infinite, instant(t) - 1))):
        if text.startswith(sign):
            return make(text[len(sign):])
    return instant(text), instant(text, True)


# --- repositories

@route("{repo}")
def repository(ask):
    return Whole(ask.view.full(ask.repository))


@route(r"/(?:orgs/(?P<org>[^/]+)|organizations/(?P<org_id>\d+))/repos")
def organisation(ask):
    login, number = ask.parts["org"], ask.parts["org_id"]
    owner = next((one for one in ask.world.users.values() if one.kind == "Organization" and (
        one.login.lower() == login.lower() if login else one.id == int(number))), None)
    if owner is None:
        raise Problem(404, "Not Found")
    ask.link_path = f"/organizations/{owner.id}/repos"
    at, sort = ask.view.at, ask.query.get("sort", "created")
    seen = [one for one in ask.world.repositories if one.owner is owner and one.created <= at and ask.token.sees(one, at)]
    kind = ask.query.get("type", "all")
    seen = [one for one in seen if kind in ("all", "member") or {"public": not one.private, "private": one.private, "forks": one.fork, "sources": not one.fork}[kind]]
    pushed = lambda one: max((when for log in one.branches.values() for when in log.times if when <= at), default=one.created)
    order = {"full_name": lambda one: one.names.at(at).lower(), "pushed": pushed, "updated": pushed, "created": lambda one: one.created}[sort]
    descending = ask.query.get("direction", "asc" if sort == "full_name" else "desc") == "desc"
    return Listing(sorted(seen, key=order, reverse=descending), ask.view.minimal)


@route(r"/users/(?P<login>[^/]+)/repos")
def repositories_of_a_person(ask):
    """Public ones alone, whoever asks."""
    user = next((one for one in ask.world.users.values() if one.login.lower() == ask.parts["login"].lower()), None)
    if user is None:
        raise Problem(404, "Not Found")
    at = ask.view.at
    seen = [one for one in ask.world.repositories if one.owner is user and one.created <= at and not one.private and ask.token.sees(one, at)]
    return Listing(sorted(seen, key=lambda one: one.names.at(at).lower()), ask.view.minimal)


@route("{repo}/properties/values")
def properties(ask):
    return Whole([{"property_name": name, "value": value} for name, value in ask.repository.properties.items()])


@route("{repo}/environments", "actions")
def environments(ask):
    known = [(name, *rest) for name, rest in ask.repository.environments.items() if rest[1] <= ask.view.at]
    return Listing(known, lambda one: ask.view.environment(ask.repository, *one), "environments")


# --- Actions

@route("{repo}/actions/workflows", "actions")
def workflows(ask):
    known = [one for one in ask.repository.workflows.values() if one.created <= ask.view.at]
    return Listing(known, lambda one: ask.view.workflow(ask.repository, one), "workflows")


def workflow_of(ask):
    text = ask.parts["workflow"]
    found = next((one for one in ask.repository.workflows.values() if text in (one.file, str(one.id)) and one.created <= ask.view.at), None)
    if found is None:
        raise Problem(404, "Not Found")
    return found


@route("{repo}/actions/workflows/(?P<workflow>[^/]+)", "actions")
def workflow(ask):
    return Whole(ask.view.workflow(ask.repository, workflow_of(ask)))


@route("{repo}/actions/workflows/(?P<workflow>[^/]+)/runs", "actions")
def workflow_runs(ask):
    return runs_of(ask, workflow_of(ask))


@route("{repo}/actions/runs", "actions")
def runs(ask):
    return runs_of(ask, None)


def runs_of(ask, workflow):
    query, view = ask.query, ask.view
    first, last = created_range(query["created"]) if "created" in query else (float("-inf"), float("inf"))

    def fits(run):
        if run.created > view.at or not first <= run.created <= last or (workflow and run.workflow is not workflow):
            return False
        if query.get("branch", run.branch) != run.branch or query.get("event", run.event) != run.event:
            return False
        if query.get("head_sha", run.commit.sha) != run.commit.sha or query.get("actor", run.actor.login) != run.actor.login:
            return False
        if "status" in query:
            one = run.attempt(view.at)
            return query["status"] in view.state(one.started, one.finished, one.conclusion, one.waits)
        return True
    found = sorted(filter(fits, ask.repository.runs), key=lambda run: (-run.created, -run.id))
    filtered = any(name in query for name in ("actor", "branch", "event", "status", "created", "head_sha", "check_suite_id"))
    return Listing(found, view.run, "workflow_runs", CEILING if filtered else ask.server.deep, refuses=not filtered)


def run_of(ask):
    found = next((one for one in ask.repository.runs if one.id == int(ask.parts["run"]) and one.created <= ask.view.at), None)
    if found is None:
        raise Problem(404, "Not Found")
    return found


def attempt_of(ask):
    run = run_of(ask)
    attempt = next((one for one in run.attempts if one.number == int(ask.parts["attempt"]) and one.created <= ask.view.at), None)
    if attempt is None:
        raise Problem(404, "Not Found")
    return run, attempt


@route(r"{repo}/actions/runs/(?P<run>\d+)", "actions")
def run(ask):
    return Whole(ask.view.run(run_of(ask)))


@route(r"{repo}/actions/runs/(?P<run>\d+)/attempts/(?P<attempt>\d+)", "actions")
def attempt(ask):
    return Whole(ask.view.run(*attempt_of(ask)))


def jobs_listing(ask, run, attempts):
    known = [(one, job) for one in attempts for job in one.jobs if ask.view.known(one.started)]
    return Listing(known, lambda pair: ask.view.job(run, *pair), "jobs")


@route(r"{repo}/actions/runs/(?P<run>\d+)/jobs", "actions")
def run_jobs(ask):
    run = run_of(ask)
    known = [one for one in run.attempts if one.created <= ask.view.at]
    return jobs_listing(ask, run, known if ask.query.get("filter") == "all" else known[-1:])


@route(r"{repo}/actions/runs/(?P<run>\d+)/attempts/(?P<attempt>\d+)/jobs", "actions")
def attempt_jobs(ask):
    run, one = attempt_of(ask)
    return jobs_listing(ask, run, [one])


# --- deployments

@route("{repo}/deployments", "deployments")
def deployments(ask):
    query = ask.query
    fits = lambda one: one.created <= ask.view.at and not ask.view.known(one.gone) and all(name not in query or query[name] == value for name, value in (
        ("environment", one.environment), ("sha", one.commit.sha), ("ref", one.ref), ("task", one.task)))
    return Listing(sorted(filter(fits, ask.repository.deployments), key=lambda one: (-one.created, -one.id)), ask.view.deployment)


def deployment_of(ask):
    found = next((one for one in ask.repository.deployments if one.id == int(ask.parts["deployment"]) and one.created <= ask.view.at and not ask.view.known(one.gone)), None)
    if found is None:
        raise Problem(404, "Not Found")
    return found


@route(r"{repo}/deployments/(?P<deployment>\d+)", "deployments")
def deployment(ask):
    return Whole(ask.view.deployment(deployment_of(ask)))


@route(r"{repo}/deployments/(?P<deployment>\d+)/statuses", "deployments")
def statuses(ask):
    one = deployment_of(ask)
    known = sorted((status for status in one.statuses if status[0] <= ask.view.at), key=lambda status: (-status[0], -status[2]))
    return Listing(known, lambda status: ask.view.deployment_status(one, status))


# --- commits

def commit_of(ask, ref):
    """By sha, the beginning of one, branch, or tag; None: there is none, or not any more, or not yet."""
    repository, at = ask.repository, ask.view.at
    name = re.sub(r"^(refs/)?(heads|tags)/", "", ref)
    found = repository.branches[name].at(at) if name in repository.branches else None
    if found is None and name in repository.tags and repository.tags[name][0] <= at:
        found = repository.tags[name][1]
    if found is None:
        found = repository.history.by_sha.get(ref)
    if found is None and re.fullmatch(r"[0-9a-f]{7,39}", ref):
        found = next((one for sha, one in repository.history.by_sha.items() if sha.startswith(ref)), None)
    return found if found and found.pushed <= at and not ask.view.known(found.gone) else None


@route("{repo}/compare/(?P<base>.+?)[.][.][.](?P<head>.+)", "contents")
def compare(ask):
    ends = [commit_of(ask, ask.parts[name]) for name in ("base", "head")]
    if None in ends:
        raise Problem(404, "Not Found")
    ahead, _, common = ask.repository.history.sides(*ends)
    if common is None:
        raise Problem(404, f"No common ancestor between {ask.parts['base']} and {ask.parts['head']}.")
    paged = "page" in ask.query or "per_page" in ask.query
    body = ask.view.compare(ask.repository, *ends, ask.page if paged else None, ask.per_page)
    return Whole(body, len(ahead) if paged else None, ask.per_page)


@route("{repo}/commits", "contents")
def commits(ask):
    query = ask.query
    head = commit_of(ask, query.get("sha", ask.repository.default))
    if head is None:
        raise Problem(404 if "sha" in query else 409, "Not Found" if "sha" in query else "Git Repository is empty.")
    since, until = instant(query.get("since", "1970-01-01")), instant(query.get("until", "2999-01-01"))
    path = query.get("path", "").strip("/")
    touches = lambda one: not path or any(changed == path or changed.startswith(path + "/") or old == path or (old or "").startswith(path + "/")
                                          for changed, (_, _, old) in one.changes.items())
    found = [one for one in ask.repository.history.ancestors(head) if since <= one.committed <= until and touches(one)]
    return Listing(found, lambda one: ask.view.commit(ask.repository, one))


def named_commit(ask):
    found = commit_of(ask, ask.parts["ref"])
    if found is None:
        raise Problem(422, f"No commit found for SHA: {ask.parts['ref']}")
    return found


@route("{repo}/commits/(?P<ref>[^/]+)/pulls", "pull_requests")
def commit_pulls(ask):
    one, repository, at = named_commit(ask), ask.repository, ask.view.at
    merged = [pull for pull in repository.introduced.get(one.sha, ()) if pull.merged <= at]
    if not merged:  # open ones that hold it: only where the default branch has it not
        head = repository.head(at=at)
        if head and one.index not in repository.history.reach(head):
            merged = [pull for pull in repository.numbered.values() if hasattr(pull, "branch") and pull.created <= at
                      and not pull.closings.at(at) and one in pull.commits(at)]
    return Listing(merged, ask.view.pull)


@route("{repo}/commits/(?P<ref>.+)", "contents")
def commit(ask):
    one = named_commit(ask)
    paths = sorted(one.changes)
    size = ask.per_page if "per_page" in ask.query else 300
    return Whole(ask.view.commit(ask.repository, one, paths[(ask.page - 1) * size:ask.page * size]), len(paths), size)


@route("{repo}/branches", "contents")
def branches(ask):
    heads = sorted((name, log.at(ask.view.at)) for name, log in ask.repository.branches.items() if log.at(ask.view.at))
    return Listing(heads, lambda pair: ask.view.branch(ask.repository, *pair))


@route("{repo}/branches/(?P<branch>.+)", "contents")
def branch(ask):
    log = ask.repository.branches.get(ask.parts["branch"])
    if log is None or not log.at(ask.view.at):
        raise Problem(404, "Branch not found")
    return Whole(ask.view.branch(ask.repository, ask.parts["branch"], log.at(ask.view.at), full=True))


@route("{repo}/tags", "contents")
def tags(ask):
    known = sorted(((name, one) for name, (made, one) in ask.repository.tags.items() if made <= ask.view.at), reverse=True)
    return Listing(known, lambda pair: ask.view.tag(ask.repository, *pair))


@route("{repo}/releases", "contents")
def releases(ask):
    return Listing(sorted(releases_seen(ask), key=lambda one: (-one.created, -one.id)), lambda one: ask.view.release(ask.repository, one))


def releases_seen(ask):
    return [one for one in ask.repository.releases if one.created <= ask.view.at and not ask.view.known(one.gone)
            and (ask.token.kind != "anonymous" or ask.view.known(one.published))]


@route(r"{repo}/releases/(?P<release>\d+)", "contents")
def release(ask):
    found = next((one for one in releases_seen(ask) if one.id == int(ask.parts["release"])), None)
    if found is None:
        raise Problem(404, "Not Found")
    return Whole(ask.view.release(ask.repository, found))


# --- pull requests and issues

def in_order(ask, things):
    """By creation, the newest first, unless told otherwise."""
    sort = ask.query.get("sort", "created")
    key = (lambda one: (one.updated(ask.view.at), one.number)) if sort == "updated" else (lambda one: (one.created, one.number))
    return sorted(things, key=key, reverse=ask.query.get("direction", ask.default_direction) == "desc")


def in_state(ask, one):
    wanted = ask.query.get("state", "open")
    return wanted == "all" or wanted == ("closed" if one.closings.at(ask.view.at) else "open")


@route("{repo}/pulls", "pull_requests")
def pulls(ask):
    ask.default_direction = "desc" if ask.query.get("sort", "created") == "created" else "asc"
    owner = ask.view.name(ask.repository).split("/")[0]
    fits = lambda one: (one.created <= ask.view.at and in_state(ask, one) and ask.query.get("base", one.base) == one.base
                        and ask.query.get("head", f"{owner}:{one.branch}") == f"{owner}:{one.branch}")
    return Listing(in_order(ask, [one for one in ask.repository.numbered.values() if hasattr(one, "branch") and fits(one)]), ask.view.pull)


def pull_of(ask):
    one = ask.repository.numbered.get(int(ask.parts["number"]))
    if one is None or not hasattr(one, "branch") or one.created > ask.view.at:
        raise Problem(404, "Not Found")
    return one


@route(r"{repo}/pulls/(?P<number>\d+)", "pull_requests")
def pull(ask):
    return Whole(ask.view.pull(pull_of(ask), full=True))


@route(r"{repo}/pulls/(?P<number>\d+)/commits", "pull_requests")
def pull_commits(ask):
    return Listing(pull_of(ask).commits(ask.view.at)[:250], lambda one: ask.view.commit(ask.repository, one))


@route(r"{repo}/pulls/(?P<number>\d+)/reviews", "pull_requests")
def reviews(ask):
    one = pull_of(ask)
    return Listing([review for review in one.reviews if review[0] <= ask.view.at], lambda review: ask.view.review(one, review))


@route("{repo}/labels", ("issues", "pull_requests"))
def labels(ask):
    """The repository's own, and those that anything has had so far."""
    used = {name for one in ask.repository.numbered.values() for time_of, names in zip(one.labels.times, one.labels.values) if time_of <= ask.view.at for name in names}
    return Listing(sorted({*ask.repository.labels, *used}), lambda name: ask.view.label(ask.repository, name))


@route("{repo}/issues", "issues")
def issues(ask):
    if not ask.repository.issues:
        raise Problem(410, "Issues are disabled for this repo")
    ask.default_direction = "desc"
    labels = {name.lower() for name in ask.query.get("labels", "").split(",") if name}
    since = instant(ask.query["since"]) if "since" in ask.query else float("-inf")
    fits = lambda one: (one.created <= ask.view.at and not ask.view.known(one.gone) and in_state(ask, one) and one.updated(ask.view.at) >= since
                        and labels <= {name.lower() for name in one.labels.at(ask.view.at)}
                        and ask.query.get("creator", one.author and one.author.login) == (one.author and one.author.login))
    return Listing(in_order(ask, filter(fits, ask.repository.numbered.values())), ask.view.issue)


@route(r"{repo}/issues/(?P<number>\d+)", "issues")
def issue(ask):
    one = ask.repository.numbered.get(int(ask.parts["number"]))
    if one is None or one.created > ask.view.at:
        raise Problem(404, "Not Found")
    if ask.view.known(one.gone):
        raise Problem(410, "This issue was deleted")
    return Whole(ask.view.issue(one))


# --- Apps and limits

@route("/installation/repositories")
def installation_repositories(ask):
    if ask.token.kind != "installation":
        raise Problem(403, "You must authenticate with an installation access token in order to list repositories for an installation.")
    app, at = ask.token.app, ask.view.at
    seen = [one for one in ask.world.repositories if one.owner is app["owner"] and one.created <= at
            and (app["repositories"] is None or one.names.at(at) in app["repositories"])]
    more = lambda one: {} if ask.server.enterprise else {"custom_properties": one.properties}
    return Listing(seen, lambda one: {**ask.view.repository(one), **more(one)}, "repositories",
                   extra={"repository_selection": "selected" if app["repositories"] else "all"})


@route("/app/installations", "jwt")
def installations(ask):
    return Listing([ask.app], lambda app: ask.view.installation(app, ask.server.app_permissions))


@route(r"/app/installations/(?P<installation>\d+)/access_tokens", "jwt", "POST")
def access_token(ask):
    if int(ask.parts["installation"]) != ask.app["installation"]:
        raise Problem(404, "Not Found")
    secret, token = ask.server.new_installation_token(ask.app)
    ask.status = 201
    return Whole({"token": secret, "expires_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(token.expires)), "permissions": token.permissions,
                  "repository_selection": "selected" if ask.app["repositories"] else "all"})


@route("/rate_limit")
def rate_limit(ask):
    if ask.server.enterprise:
        raise Problem(404, "Rate limiting is not enabled.")
    rate = ask.token.rate()
    body = {"resources": {"core": rate, "search": {**rate, "limit": 30, "used": 0, "remaining": 30},
                          "graphql": {**rate, "used": 0, "remaining": rate["limit"]}}}
    if not ask.view.new:
        body["rate"] = rate
    return Whole(body)
