"""What GitHub's API says of the world's things, as of a moment. Field by field what its OpenAPI description asks for; the
contract test (tests/github) holds every answer to that."""

import base64
import functools
import time
import urllib.parse


def stamp(moment):
    return None if moment is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def node(kind, number):
    return base64.b64encode(f"{kind}{number}".encode()).decode()


NEW_VERSION = "2026-03-10"
# Below the address of a repository, of a user: what is only there to be complete.
REPOSITORY_LINKS = {
    "archive_url": "{archive_format}{/ref}", "assignees_url": "assignees{/user}", "blobs_url": "git/blobs{/sha}", "branches_url": "branches{/branch}",
    "collaborators_url": "collaborators{/collaborator}", "comments_url": "comments{/number}", "commits_url": "commits{/sha}",
    "compare_url": "compare/{base}...{head}", "contents_url": "contents/{+path}", "contributors_url": "contributors", "deployments_url": "deployments",
    "downloads_url": "downloads", "events_url": "events", "forks_url": "forks", "git_commits_url": "git/commits{/sha}", "git_refs_url": "git/refs{/sha}",
    "git_tags_url": "git/tags{/sha}", "hooks_url": "hooks", "issue_comment_url": "issues/comments{/number}", "issue_events_url": "issues/events{/number}",
    "issues_url": "issues{/number}", "keys_url": "keys{/key_id}", "labels_url": "labels{/name}", "languages_url": "languages", "merges_url": "merges",
    "milestones_url": "milestones{/number}", "notifications_url": "notifications{?since,all,participating}", "pulls_url": "pulls{/number}",
    "releases_url": "releases{/id}", "stargazers_url": "stargazers", "statuses_url": "statuses/{sha}", "subscribers_url": "subscribers",
    "subscription_url": "subscription", "tags_url": "tags", "teams_url": "teams", "trees_url": "git/trees{/sha}"}
USER_LINKS = {"followers_url": "followers", "following_url": "following{/other_user}", "gists_url": "gists{/gist_id}", "starred_url": "starred{/owner}{/repo}",
              "subscriptions_url": "subscriptions", "organizations_url": "orgs", "repos_url": "repos", "events_url": "events{/privacy}",
              "received_events_url": "received_events"}


class View:
    """The world as of `at`, with addresses that begin with `api` and `site`, in the words of an API version.

    `nulls`: null wherever the description allows it."""

    def __init__(self, at, api, site, version="2022-11-28", nulls=False):
        self.at, self.api, self.site, self.new, self.nulls = at, api, site, version == NEW_VERSION, nulls
        self._repository = functools.lru_cache(None)(self._make_repository)
        self.user = functools.lru_cache(None)(self._make_user)

    def archived(self, repository):
        """Always, never, or from a time on."""
        return repository.archived if isinstance(repository.archived, bool) else self.known(repository.archived)

    def maybe(self, value):
        return None if self.nulls else value

    def known(self, moment):
        """A time that is not in the future."""
        return moment is not None and moment <= self.at

    # --- users and repositories

    def _make_user(self, user):
        if user is None:
            return None
        url, bot = f"{self.api}/users/{urllib.parse.quote(user.login)}", user.login.endswith("[bot]")
        return {"login": user.login, "id": user.id, "node_id": node("U", user.id), "avatar_url": f"{self.site}/avatars/{user.id}", "gravatar_id": "",
                "url": url, "html_url": f"{self.site}/apps/{user.login[:-5]}" if bot else f"{self.site}/{user.login}", **{name: f"{url}/{tail}" for name, tail in USER_LINKS.items()},
                "type": user.kind, "user_view_type": "public", "site_admin": False}

    def optional_user(self, user):
        return self.maybe(self.user(user))

    def name(self, repository):
        return repository.names.at(self.at) or repository.names.values[0]

    def url(self, repository):
        return f"{self.api}/repos/{self.name(repository)}"

    def html(self, repository):
        return f"{self.site}/{self.name(repository)}"

    def minimal(self, repository):
        return self._repository(repository, "minimal")

    def repository(self, repository):
        return self._repository(repository, "plain")

    def full(self, repository):
        return self._repository(repository, "full")

    def _make_repository(self, repository, kind):
        name, url, html = self.name(repository), self.url(repository), self.html(repository)
        out = {"id": repository.id, "node_id": node("R", repository.id), "name": name.split("/")[1], "full_name": name, "private": repository.private,
               "owner": self.user(repository.owner), "html_url": html, "description": self.maybe("A made-up repository"), "fork": repository.fork, "url": url,
               **{field: f"{url}/{tail}" for field, tail in REPOSITORY_LINKS.items()}}
        pushed = [time for log in repository.branches.values() for time in log.times if time <= self.at]
        out.update({"created_at": stamp(repository.created), "updated_at": stamp(max(pushed, default=repository.created)),
                    "pushed_at": stamp(max(pushed, default=repository.created)), "git_url": f"git://{html.split('//')[1]}.git", "ssh_url": f"git@github.test:{name}.git",
                    "clone_url": f"{html}.git", "svn_url": html, "homepage": None, "size": 100, "stargazers_count": 0, "watchers_count": 0, "language": self.maybe("C"),
                    "has_issues": repository.issues, "has_projects": False, "has_wiki": False, "has_pages": False, "has_discussions": False, "forks_count": 0, "mirror_url": None,
                    "archived": self.archived(repository), "disabled": False, "open_issues_count": 0, "license": None, "allow_forking": True, "is_template": False,
                    "web_commit_signoff_required": False, "topics": repository.topics, "visibility": "private" if repository.private else "public", "forks": 0,
                    "open_issues": 0, "watchers": 0, "default_branch": repository.default})
        if not self.new:
            out["has_downloads"] = True
        if kind == "full":
            out.update({"network_count": 0, "subscribers_count": 1})
        if kind != "plain":
            out.update({"permissions": {"admin": False, "maintain": False, "push": False, "triage": False, "pull": True}, "custom_properties": repository.properties})
        return out

    # --- commits

    def commit(self, repository, commit, files=None):
        url, html = self.url(repository), self.html(repository)
        message = commit.message.rstrip("\n")
        sign = lambda who, at: {"name": who[0], "email": who[1], "date": stamp(at)}
        parents = [{"sha": one.sha, "url": f"{url}/commits/{one.sha}", "html_url": f"{html}/commit/{one.sha}"} for one in commit.parents]
        out = {"sha": commit.sha, "node_id": node("C", commit.sha), "commit": {
            "author": sign(commit.author, commit.authored), "committer": sign(commit.committer, commit.committed), "message": message,
            "tree": {"sha": commit.tree.sha, "url": f"{url}/git/trees/{commit.tree.sha}"}, "url": f"{url}/git/commits/{commit.sha}", "comment_count": 0,
            "verification": {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}},
            "url": f"{url}/commits/{commit.sha}", "html_url": f"{html}/commit/{commit.sha}", "comments_url": f"{url}/commits/{commit.sha}/comments",
            "author": self.optional_user(self.account(repository, commit.author)), "committer": self.optional_user(self.account(repository, commit.committer)),
            "parents": parents}
        if files is not None:
            out["stats"] = {"total": 2 * len(commit.changes), "additions": len(commit.changes), "deletions": len(commit.changes)}
            out["files"] = [self.file(repository, commit, path) for path in files]
        return out

    @staticmethod
    def account(repository, who):
        if who[0] == "GitHub":
            return repository.world.user("web-flow")
        user = repository.world.users.get(who[0])
        return user if user and user.git() == who else None

    def file(self, repository, commit, path):
        status, blob, old = commit.changes[path]
        out = {"sha": blob, "filename": path, "status": status, "additions": 1, "deletions": 1, "changes": 2,
               "blob_url": f"{self.html(repository)}/blob/{commit.sha}/{path}", "raw_url": f"{self.html(repository)}/raw/{commit.sha}/{path}",
               "contents_url": f"{self.url(repository)}/contents/{path}?ref={commit.sha}"}
        if old:
            out["previous_filename"] = old
        return out

    def compare(self, repository, base, head, page, per_page):
        """`page` None: not paged, then the newest 250; files on the first page only."""
        ahead, behind, common = repository.history.sides(base, head)
        status = "diverged" if ahead and behind else "ahead" if ahead else "behind" if behind else "identical"
        shown = ahead[-250:] if page is None else ahead[(page - 1) * per_page:page * per_page]
        text = f"{base.sha}...{head.sha}"
        html = f"{self.html(repository)}/compare/{text}"
        out = {"url": f"{self.url(repository)}/compare/{text}", "html_url": html, "permalink_url": html, "diff_url": html + ".diff", "patch_url": html + ".patch",
               "base_commit": self.commit(repository, base), "merge_base_commit": self.commit(repository, common), "status": status,
               "ahead_by": len(ahead), "behind_by": len(behind), "total_commits": len(ahead), "commits": [self.commit(repository, one) for one in shown]}
        if page in (None, 1):
            last = {path: one for one in ahead for path in one.changes}
            out["files"] = [self.file(repository, one, path) for path, one in sorted(last.items())[:300]]
        return out

    def branch(self, repository, name, commit, full=False):
        url = f"{self.url(repository)}/branches/{urllib.parse.quote(name)}"
        out = {"name": name, "commit": {"sha": commit.sha, "url": f"{self.url(repository)}/commits/{commit.sha}"}, "protected": False}
        if not full:
            return out
        return {**out, "commit": self.commit(repository, commit), "_links": {"self": url, "html": f"{self.html(repository)}/tree/{name}"},
                "protection": {"enabled": False, "required_status_checks": {"enforcement_level": "off", "contexts": [], "checks": []}},
                "protection_url": f"{url}/protection"}

    # --- pull requests and issues

    def label(self, repository, name):
        return {"id": 100 + sum(name.encode()), "node_id": node("L", name), "url": f"{self.url(repository)}/labels/{urllib.parse.quote(name)}", "name": name,
                "color": "d73a4a", "default": False, "description": ""}

    def labels(self, thing):
        return [self.label(thing.repository, name) for name in thing.labels.at(self.at)]

    def numbered(self, thing):
        closed = thing.closings.at(self.at)
        out = {"id": 1_000_000 + 10_000 * (thing.repository.id % 100) + thing.number, "node_id": node("I", thing.number), "number": thing.number, "title": thing.title,
               "state": "closed" if closed else "open", "locked": False, "user": self.optional_user(thing.author), "body": self.maybe(thing.body), "labels": self.labels(thing),
               "milestone": None, "assignees": [], "author_association": "MEMBER", "active_lock_reason": None, "created_at": stamp(thing.created),
               "updated_at": stamp(thing.updated(self.at)), "closed_at": stamp(closed)}
        if not self.new:
            out["assignee"] = None
        return out

    def pull(self, pull, full=False):
        repository, number = pull.repository, pull.number
        url, html = f"{self.url(repository)}/pulls/{number}", f"{self.html(repository)}/pull/{number}"
        issue, owner = f"{self.url(repository)}/issues/{number}", self.name(repository).split("/")[0]
        merged = self.known(pull.merged)
        head, base = pull.head(self.at), pull.base_before if merged else repository.head(pull.base, self.at)
        side = lambda ref, commit: {"label": f"{owner}:{ref}", "ref": ref, "sha": commit.sha, "user": self.optional_user(repository.owner) if not full else self.user(repository.owner),
                                    "repo": self.repository(repository)}
        links = {"self": url, "html": html, "issue": issue, "comments": f"{issue}/comments", "review_comments": f"{url}/comments",
                 "review_comment": f"{self.url(repository)}/pulls/comments{{/number}}", "commits": f"{url}/commits", "statuses": f"{self.url(repository)}/statuses/{head.sha}"}
        out = {**self.numbered(pull), "url": url, "html_url": html, "diff_url": html + ".diff", "patch_url": html + ".patch", "issue_url": issue,
               "commits_url": links["commits"], "review_comments_url": links["review_comments"], "review_comment_url": links["review_comment"],
               "comments_url": links["comments"], "statuses_url": links["statuses"], "merged_at": stamp(pull.merged) if merged else None, "draft": pull.draft and not merged,
               "requested_reviewers": [], "requested_teams": [], "auto_merge": None, "head": side(pull.branch, head), "base": side(pull.base, base),
               "_links": {name: {"href": link} for name, link in links.items()}}
        if not self.new:  # a trial merge of its own, where it is not merged: never null on closed ones
            out["merge_commit_sha"] = pull.merge_commit.sha if merged else head.sha if out["state"] == "closed" else self.maybe(head.sha)
        if full:
            commits = pull.commits(self.at)
            out.update({"user": self.user(pull.author or repository.owner), "merged": merged, "mergeable": None, "mergeable_state": "unknown",
                        "merged_by": self.optional_user(pull.merged_by) if merged else None,
                        "comments": 0, "review_comments": 0, "maintainer_can_modify": False, "commits": len(commits), "additions": len(commits),
                        "deletions": len(commits), "changed_files": len({path for one in commits for path in one.changes})})
        return out

    def review(self, pull, review):
        at, user, state, commit, number = review
        html = f"{self.html(pull.repository)}/pull/{pull.number}#pullrequestreview-{number}"
        url = f"{self.url(pull.repository)}/pulls/{pull.number}"
        return {"id": number, "node_id": node("PRR", number), "user": self.optional_user(user), "body": "", "state": state, "html_url": html, "pull_request_url": url,
                "author_association": "MEMBER", "_links": {"html": {"href": html}, "pull_request": {"href": url}}, "submitted_at": stamp(at),
                "commit_id": self.maybe(commit and commit.sha)}

    def issue(self, thing):
        repository = thing.repository
        url, kind = f"{self.url(repository)}/issues/{thing.number}", "pull" if hasattr(thing, "branch") else "issues"
        html = f"{self.html(repository)}/{kind}/{thing.number}"
        out = {**self.numbered(thing), "url": url, "html_url": html, "repository_url": self.url(repository), "labels_url": f"{url}/labels{{/name}}", "comments": 0,
               "comments_url": f"{url}/comments", "events_url": f"{url}/events", "timeline_url": f"{url}/timeline", "performed_via_github_app": None}
        out["state_reason"] = "completed" if out["closed_at"] and kind == "issues" else None
        if kind == "pull":
            pull = f"{self.url(repository)}/pulls/{thing.number}"
            out["draft"] = thing.draft
            out["pull_request"] = {"url": pull, "html_url": html, "diff_url": html + ".diff", "patch_url": html + ".patch"}
            merged = stamp(thing.merged) if self.known(thing.merged) else None
            if merged or not self.new:
                out["pull_request"]["merged_at"] = merged
        return out

    # --- Actions

    def workflow(self, repository, workflow):
        url, html = f"{self.url(repository)}/actions/workflows/{workflow.id}", self.html(repository)
        return {"id": workflow.id, "node_id": node("W", workflow.id), "name": workflow.name, "path": workflow.path, "state": workflow.state,
                "created_at": stamp(workflow.created), "updated_at": stamp(workflow.created), "url": url,
                "html_url": f"{html}/blob/{repository.default}/{workflow.path}", "badge_url": f"{html}/workflows/{workflow.id}/badge.svg"}

    def state(self, begun, ended, conclusion, waits="queued"):
        """(status, conclusion) of a job or attempt."""
        if self.known(ended):
            return "completed", conclusion
        return ("in_progress" if self.known(begun) else waits), None

    def run(self, run, attempt=None):
        """As its latest attempt stands, or as that attempt does."""
        repository, one = run.repository, attempt or run.attempt(self.at)
        url, html = f"{self.url(repository)}/actions/runs/{run.id}", f"{self.html(repository)}/actions/runs/{run.id}"
        status, conclusion = self.state(one.started, one.finished, one.conclusion, one.waits)
        moved = [time for time in (one.created, one.started, one.finished, *([] if attempt else run.touched)) if self.known(time)]
        commit = run.commit
        person = lambda who: {"name": who[0], "email": who[1]}
        return {"id": run.id, "name": self.maybe(run.workflow.name), "node_id": node("WR", run.id), "head_branch": self.maybe(run.branch), "head_sha": commit.sha,
                "path": run.workflow.path, "display_title": commit.message.splitlines()[0], "run_number": run.number, "event": run.event, "status": status,
                "conclusion": conclusion, "workflow_id": run.workflow.id, "check_suite_id": run.id + 1, "check_suite_node_id": node("CS", run.id), "url": url,
                "html_url": html, "pull_requests": self.maybe([]), "created_at": stamp(run.created), "updated_at": stamp(max(moved)), "actor": self.user(run.actor),
                "run_attempt": one.number, "referenced_workflows": [], "run_started_at": stamp(one.created), "triggering_actor": self.user(one.actor),
                "jobs_url": f"{url}/jobs", "logs_url": f"{url}/logs", "check_suite_url": f"{self.url(repository)}/check-suites/{run.id + 1}",
                "artifacts_url": f"{url}/artifacts", "cancel_url": f"{url}/cancel", "rerun_url": f"{url}/rerun",
                "previous_attempt_url": f"{url}/attempts/{one.number - 1}" if one.number > 1 else None,
                "workflow_url": f"{self.url(repository)}/actions/workflows/{run.workflow.id}",
                "head_commit": self.maybe({"id": commit.sha, "tree_id": commit.tree.sha, "message": commit.message, "timestamp": stamp(commit.committed),
                                           "author": person(commit.author), "committer": person(commit.committer)}),
                "repository": self.minimal(repository), "head_repository": self.minimal(repository)}

    def job(self, run, attempt, job):
        url = f"{self.url(run.repository)}/actions"
        status, conclusion = self.state(job.started, job.completed, job.conclusion)
        begun, ended = stamp(job.started if self.known(job.started) else job.created), stamp(job.completed) if status == "completed" else None
        steps = [{"name": "Set up job", "status": status, "conclusion": conclusion, "number": 1, "started_at": begun, "completed_at": ended}]
        latest = {} if self.nulls and attempt is run.attempt(self.at) else {"run_attempt": attempt.number}  # GitHub's schema does not require it
        return {"id": job.id, "run_id": run.id, "workflow_name": self.maybe(run.workflow.name), "head_branch": self.maybe(run.branch), "run_url": f"{url}/runs/{run.id}",
                **latest, "node_id": node("J", job.id), "head_sha": run.commit.sha, "url": f"{url}/jobs/{job.id}",
                "html_url": self.maybe(f"{self.html(run.repository)}/actions/runs/{run.id}/job/{job.id}"), "status": status, "conclusion": conclusion,
                "created_at": stamp(job.created), "started_at": begun, "completed_at": ended, "name": job.name,
                "steps": steps if status != "queued" else [], "check_run_url": f"{self.url(run.repository)}/check-runs/{job.id}", "labels": ["ubuntu-latest"],
                "runner_id": None if status == "queued" else self.maybe(7), "runner_name": self.maybe("runner-7"), "runner_group_id": self.maybe(0),
                "runner_group_name": self.maybe("default")}

    # --- deployments, releases, environments

    def deployment(self, one):
        url = f"{self.url(one.repository)}/deployments/{one.id}"
        moved = [time for time, _, _ in one.statuses if time <= self.at]
        return {"id": one.id, "node_id": node("D", one.id), "url": url, "sha": one.commit.sha, "ref": one.ref, "task": one.task, "payload": {},
                "original_environment": one.environment, "environment": one.environment, "description": self.maybe(""), "creator": self.optional_user(one.creator),
                "created_at": stamp(one.created), "updated_at": stamp(max(moved, default=one.created)), "statuses_url": f"{url}/statuses",
                "repository_url": self.url(one.repository), "transient_environment": False, "production_environment": one.environment == "production",
                "performed_via_github_app": None}

    def deployment_status(self, one, status):
        at, state, number = status
        log = f"{self.html(one.repository)}/deployments/{number}/log"
        url = f"{self.url(one.repository)}/deployments/{one.id}"
        return {"id": number, "node_id": node("DS", number), "url": f"{url}/statuses/{number}", "state": state, "creator": self.optional_user(one.creator), "description": "",
                "environment": one.environment, "target_url": log, "created_at": stamp(at), "updated_at": stamp(at), "deployment_url": url,
                "repository_url": self.url(one.repository), "log_url": log,
                "performed_via_github_app": None}

    def release(self, repository, one):
        url, html = self.url(repository), self.html(repository)
        published = self.known(one.published)
        return {"id": one.id, "node_id": node("RE", one.id), "url": f"{url}/releases/{one.id}", "html_url": f"{html}/releases/tag/{one.tag}",
                "assets_url": f"{url}/releases/{one.id}/assets", "upload_url": f"{url}/releases/{one.id}/assets{{?name,label}}", "tag_name": one.tag,
                "target_commitish": repository.default, "name": self.maybe(one.tag), "draft": not published, "prerelease": one.prerelease, "author": self.user(one.author),
                "created_at": stamp(one.created), "published_at": stamp(one.published) if published else None, "assets": [], "body": self.maybe(""),
                "tarball_url": self.maybe(f"{url}/tarball/{one.tag}"), "zipball_url": self.maybe(f"{url}/zipball/{one.tag}")}

    def tag(self, repository, name, commit):
        url = self.url(repository)
        return {"name": name, "node_id": node("REF", name), "commit": {"sha": commit.sha, "url": f"{url}/commits/{commit.sha}"},
                "zipball_url": f"{url}/zipball/refs/tags/{name}", "tarball_url": f"{url}/tarball/refs/tags/{name}"}

    def environment(self, repository, name, number, created):
        return {"id": number, "node_id": node("EN", number), "name": name, "url": f"{self.url(repository)}/environments/{name}",
                "html_url": f"{self.html(repository)}/deployments/activity_log?environments_filter={name}", "created_at": stamp(created), "updated_at": stamp(created),
                "protection_rules": [], "deployment_branch_policy": None}

    # --- Apps

    def installation(self, app, permissions):
        number = app["installation"]
        return {"id": number, "account": self.user(app["owner"]), "repository_selection": "selected" if app["repositories"] else "all",
                "access_tokens_url": f"{self.api}/app/installations/{number}/access_tokens", "repositories_url": f"{self.api}/installation/repositories",
                "html_url": f"{self.site}/organizations/{app['owner'].login}/settings/installations/{number}", "app_id": app["id"], "app_slug": app["slug"],
                "target_id": app["owner"].id, "target_type": app["owner"].kind, "permissions": permissions, "events": [], "created_at": stamp(self.at),
                "updated_at": stamp(self.at), "single_file_name": None, "suspended_by": None, "suspended_at": None}
