"""`wick dora check` against the tests' own GitHub: what it says of the token, and of each name that a definition has."""

import json
import os
import re
import subprocess
import sys
import time

from scenario import check, equal, scenario, servers

sys.path.append(os.path.join(servers.root(), "tests", "github"))

import jwt_of_app  # noqa: E402  (found through the line above)
from github import server, tokens  # noqa: E402
from github.scenarios import load  # noqa: E402
from github.world import World  # noqa: E402

END = "2026-03-07"
HEAD = "apiVersion: wick/v1\nkind: Delivery\n"
SHOP = HEAD + "service: shop\nrepository: acme/shop\n"
ALL_THERE = SHOP + """environments:
  production: {workflow: deploy.yml, branch: main, job: deploy}
  by-name: {workflow: Deploy, branch: 'ma*'}
  cluster: {deployments: production, branch: main}
  packages: {releases: 'v*'}
incidents:
- {issues: {labels: [INCIDENT]}}
pull_request_labels: [dependencies]
"""


class Check:
    """`wick dora check --format json` of one definition."""

    def __init__(self, stage, github, text, *flags, token=server.TOKEN):
        stage.define(text, "delivery.yaml")
        self.path = os.path.join(stage.definitions, "delivery.yaml")
        if token:
            servers.replace_file(stage.path("token"), token + "\n")
            flags = (f"--github-token-file={stage.path('token')}", *flags)
        self.argv = ["dora", "check", f"--github-url={github.url}", *flags, stage.definitions]
        self.code, self.out, self.err = stage.run(*self.argv, "--format=json")
        self.said = json.loads(self.out) if self.out else None
        self.text = text

    def items(self, verdict=None, kind=None):
        """Of all deliveries and repositories."""
        every = [item for one in self.said["deliveries"] for part in ({"items": one["items"]}, *one["repositories"]) for item in part["items"]]
        return [one for one in every if verdict in (None, one["verdict"]) and kind in (None, one["kind"])]

    def missing(self):
        """{text: (line, column)}"""
        return {one["text"]: (one["line"], one["column"]) for one in self.items("missing")}

    def place(self, piece):
        """Where a piece of the definition stands, which is there once."""
        equal(self.text.count(piece), 1, f"'{piece}' in the definition")
        before = self.text[:self.text.index(piece)]
        return before.count("\n") + 1, len(before) - before.rfind("\n")

    def says(self, **places):
        """Nothing is missing but these, each at its piece of the definition."""
        equal(self.missing(), {text: self.place(piece) for text, piece in places.items()}, "missing")


@scenario
def a_definition_of_which_all_is_there_is_fine(stage):
    """Each kind of source, both ways to name a workflow; exit 0, the rights by the names of GitHub's settings, and no request twice."""
    with server.Server(load("shop"), at=END) as github:
        done = Check(stage, github, ALL_THERE)
        equal((done.code, done.said["missing"], done.said["unknown"]), (0, 0, 0), done.out)
        equal([(one["environment"], one["kind"], one["name"]) for one in done.items("found") if one["kind"] not in ("permission", "repository")],
              [("production", "workflow", "deploy.yml"), ("production", "job", "deploy"), ("production", "branch", "main"), ("by-name", "workflow", "Deploy"),
               ("by-name", "branch", "ma*"), ("cluster", "environment", "production"), ("cluster", "branch", "main"), ("packages", "releases", "v*"),
               (None, "label", "dependencies"), (None, "label", "INCIDENT")], "found")
        equal(sorted(one["name"] for one in done.items(kind="permission")), ["Actions", "Contents", "Deployments", "Issues", "Metadata", "Pull requests"], "rights")
        urls = [entry["url"] for entry in github.log]
        equal(len(set(urls)), len(urls), "the same request twice")
        equal((done.said["requests"], len(urls)), (11, 11), f"requests: {urls}")
        check("held 1 delivery" in done.err and " 0 missing" in done.err, done.err)
        code, out, _ = stage.run(*done.argv)
        equal(code, 0, out)
        check("permissions: Metadata, Contents, Pull requests, Actions, Deployments, Issues\n" in out and "Asked    11 requests\n" in out, out)


@scenario
def only_the_rights_that_are_needed_are_looked_at(stage):
    """A workflow takes no right to deployments or issues; its own job is not asked for where none is named."""
    with server.Server(load("shop"), at=END) as github:
        done = Check(stage, github, SHOP + "environments: {production: {workflow: deploy.yml}}\n")
        equal(sorted(one["name"] for one in done.items(kind="permission")), ["Actions", "Contents", "Metadata", "Pull requests"], "rights")
        equal(len(github.log), 5, [entry["url"] for entry in github.log])


@scenario
def names_that_are_nearly_there_are_named_with_their_place(stage):
    """Another case, a slip of the pen, another ending: for workflows, jobs, environments, branches and labels."""
    world = load("shop")
    shop = world.repositories[0]
    shop.workflow("Deploy.yaml", "Deployment")
    shop.run("2026-03-06 11:00", "Deploy.yaml", jobs=("build", "deploy / eu"), took=60)
    with server.Server(world, at=END) as github:
        done = Check(stage, github, SHOP + """environments:
  case: {workflow: deploy.yaml}
  name: {workflow: Deploymnet}
  job: {workflow: deploy.yml, job: deplyo}
  called: {workflow: Deploy.yaml, job: deploy}
  cluster: {deployments: Staging}
  branch: {workflow: test.yml, branch: mian}
incidents: [{issues: {labels: [incidnet]}}]
hotfix: {labels: [bgu]}
""")
        equal(done.code, 1, done.out)
        done.says(**{"no workflow 'deploy.yaml'; there is 'Deploy.yaml'": "deploy.yaml}", "no workflow 'Deploymnet'; there is 'Deployment'": "Deploymnet",
                     "no job 'deplyo'; there is 'deploy'": "deplyo", "no environment 'Staging'; there is 'staging'": "Staging",
                     "no branch 'mian'; there is 'main'": "mian", "no label 'incidnet'; there is 'incident'": "incidnet", "no label 'bgu'; there is 'bug'": "bgu"})
        equal([one["nearest"] for one in done.items("missing")], ["Deploy.yaml", "Deployment", "deploy", "staging", "main", "bug", "incident"], "nearest")
        equal([one["name"] for one in done.items("found", "job")], ["deploy"], "a job of a called workflow")
        code, out, _ = stage.run(*done.argv)
        line, column = done.place("deploy.yaml}")
        check(f"{done.path}:{line}:{column}: case: no workflow 'deploy.yaml'; there is 'Deploy.yaml'\n" in out, out)


@scenario
def what_is_not_there_at_all_is_missing_with_what_there_is(stage):
    """Names that are like none: a few of those that there are stand beside them."""
    world = load("shop")
    bare = world.repository("acme/bare", "2026-03-02", issues=False)
    bare.commit("2026-03-02 08:00", "Begin")
    bare.release("2026-03-03", "v1-beta", prerelease=True)
    with server.Server(world, at=END) as github:
        done = Check(stage, github, SHOP + """environments:
  a: {workflow: release-to-the-moon.yml, branch: 'release/*'}
  b: {deployments: moon}
  c: {releases: 'moon-*'}
  d: {workflow: deploy.yml, job: launch}
""")
        equal(done.code, 1, done.out)
        done.says(**{"no workflow 'release-to-the-moon.yml'; there are 'deploy.yml' and 'test.yml'": "release-to-the-moon.yml",
                     "no branch 'release/*'; there are 'feature/later', 'feature/no' and 'main'": "'release/*'",
                     "no environment 'moon'; there are 'production' and 'staging'": "moon}",
                     "no release that fits 'moon-*'; there are 'v1.1.0-rc.1' and 'v1.0.0'": "'moon-*'", "no job 'launch'; there is 'deploy'": "launch"})
        done = Check(stage, github, HEAD + """service: bare
repository: acme/bare
environments:
  a: {workflow: deploy.yml, job: deploy}
  b: {deployments: production}
  c: {releases: 'v*'}
incidents: [{issues: {labels: [incident]}}]
""")
        done.says(**{"no workflow 'deploy.yml'; there is none at all": "deploy.yml", "no environment 'production'; there is none at all": "production",
                     "no release but prereleases fits 'v*'; 'prereleases: true' counts them": "'v*'",
                     "issues are turned off in 'acme/bare': no incident can come from them": "{issues"})


@scenario
def issues_that_are_off_are_no_right_that_is_missing(stage):
    """Whether an answer about the repository says so, or only the list itself (410)."""
    with server.Server(load("shop"), at=END) as github:
        github.faults.add("mode=status&code=410&match=/issues")
        done = Check(stage, github, SHOP + "environments: {production: {workflow: deploy.yml}}\nincidents: [{issues: {labels: [incident]}}]\n")
        equal(done.code, 1, done.out)
        done.says(**{f"issues are turned off in 'acme/shop': no incident can come from them: '{github.url}/repos/acme/shop/issues' has nothing (status 410)": "{issues"})


@scenario
def a_right_that_is_missing_is_named_as_in_githubs_settings(stage):
    """Of a token that has one right too few: that right is missing, what it takes is unknown, and the rest is looked at."""
    world = load("shop")
    for right, name, unknown in (("actions", "Actions", ["deploy.yml", "Deploy"]), ("deployments", "Deployments", ["production"]), ("pull_requests", "Pull requests", []),
                                 ("issues", "Issues", ["INCIDENT"]), ("contents", "Contents", ["main", "ma*", "main", "v*"])):
        known = {"few": tokens.Token("few", permissions={one: "read" for one in tokens.READS if one != right})}
        with server.Server(world, at=END, tokens=known) as github:
            done = Check(stage, github, ALL_THERE, token="few")
            equal(done.code, 1, done.out)
            equal([(one["kind"], one["name"]) for one in done.items("missing")], [("permission", name)], right)
            equal([one["name"] for one in done.items("unknown")], unknown, right)
            check(f"the permission '{name}' (Read-only) is missing for 'acme/shop'" in done.items("missing")[0]["text"], done.out)
            check("GitHub says 'Resource not accessible by personal access token'" in done.items("missing")[0]["text"], done.out)


@scenario
def a_repository_that_is_not_to_be_seen_or_has_moved_is_said_to_be_so(stage):
    """A slip of the pen, a private one without the scope for it, one that was not selected, one that has another name by now."""
    world = load("odd")
    world.repository("acme/shop", "2026-01-02").commit("2026-01-02", "Begin")
    of = lambda name: HEAD + f"service: shop\nrepository: {name}\nenvironments: {{production: {{releases: '*'}}}}\n"
    known = {server.TOKEN: tokens.Token("test"), "ghp_none": tokens.Token("old", "classic", scopes=()), "ghp_repo": tokens.Token("new", "classic"),
             "github_pat_1": tokens.Token("few", repositories=["acme/fork"])}
    with server.Server(world, at=END, tokens=known) as github:
        done = Check(stage, github, of("acme/shpo"))
        equal(done.code, 1, done.out)
        done.says(**{"no repository 'acme/shpo' that may be seen; there is 'acme/shop'": "acme/shpo"})
        equal([one["reached"] for one in done.said["deliveries"][0]["repositories"]], [False], "reached")
        for token, advice in (("ghp_none", "; a classic token has to have the scope 'repo' for private repositories"), ("github_pat_1", "; a fine-grained token sees private repositories that are selected for it"),
                              (None, "; without a token only public repositories are seen")):
            done = Check(stage, github, of("acme/renamed"), token=token)
            equal(done.code, 1, done.out)
            done.says(**{"no repository 'acme/renamed' that may be seen" + advice: "acme/renamed"})
        equal(Check(stage, github, of("acme/renamed"), token="ghp_repo").code, 0, "with the scope")
        done = Check(stage, github, of("acme/odd"))
        equal(done.code, 1, done.out)
        done.says(**{"'acme/odd' is called 'acme/renamed' now": "acme/odd"})
        equal([one["name"] for one in done.items("found", "releases")], ["*"], "it is looked at all the same")
        done = Check(stage, github, of("ACME/Renamed"))
        equal(done.code, 0, "the case of a name makes no difference")
        done = Check(stage, github, of("acme/fork"))
        equal([one["text"] for one in done.items("note")], ["repository 'acme/fork' is archived: nothing new comes"], "archived")


@scenario
def a_token_is_described_as_far_as_github_tells(stage):
    """Classic with its scopes, fine-grained, an App's, none; when it ends, and what is left of its quota."""
    world = load("shop")
    key = jwt_of_app.keys(stage.folder)
    world.app(77, "wick", key + ".pub", "acme")
    ends = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(time.time() + 40 * 86400 + 3600))
    known = {"ghp_x": tokens.Token("classic", "classic", scopes=("repo", "read:org"), ends=ends, limit=1234), "github_pat_x": tokens.Token("fine", ends="2033-05-18 03:33:20 -0700"),
             "0123456789abcdef0123456789abcdef01234567": tokens.Token("old", "classic", scopes=())}
    with server.Server(world, at=END, tokens=known) as github:
        told = lambda done: (done.said["token"]["kind"], done.said["token"]["scopes"], done.said["token"]["expires"])
        done = Check(stage, github, ALL_THERE, token="ghp_x")
        equal(told(done), ("classic", ["repo", "read:org"], ends.replace(" UTC", "Z").replace(" ", "T")), "classic")
        quota, counted = done.said["quota"], known["ghp_x"]
        equal((quota["limit"], quota["remaining"]), (1234, 1234 - len(github.log)), "quota")
        check(abs(time.mktime(time.strptime(quota["reset"], "%Y-%m-%dT%H:%M:%SZ")) - time.timezone - counted.reset) <= 1, f"{quota} {counted.reset}")
        _, out, _ = stage.run(*done.argv)
        check("Token    classic, scopes: repo, read:org, ends " in out and ", in 40d\n" in out and " of 1234 requests are left, all of them again at " in out, out)
        equal(told(Check(stage, github, ALL_THERE, token="github_pat_x")), ("fine-grained", None, "2033-05-18T10:33:20Z"), "fine-grained")
        done = Check(stage, github, ALL_THERE, token="0123456789abcdef0123456789abcdef01234567")
        equal(told(done), ("classic", [], None), "without a scope")
        check("without any scope" in stage.run(*done.argv)[1], "its table")
        done = Check(stage, github, ALL_THERE, "--github-app-id=77", f"--github-app-key-file={key}", token=None)
        equal((done.code, *told(done)), (0, "App", None, None), "an App")
        equal(told(Check(stage, github, ALL_THERE, token=None)), ("none", None, None), "none")
    with server.Server(world, at=END, enterprise=True) as github:
        done = Check(stage, github, ALL_THERE)
        equal((done.code, done.said["enterprise"], done.said["quota"]), (0, "3.19.0", None), done.out)
        _, out, _ = stage.run(*done.argv)
        check("Enterprise Server 3.19.0\n" in out and "Quota    the host tells of none\n" in out, out)


@scenario
def what_cannot_be_asked_ends_with_2_and_a_reason(stage):
    """A token that is not known, an App whose key is another's, nobody there; faults on the way are waited out."""
    world = load("shop")
    key, wrong = jwt_of_app.keys(stage.folder), stage.path("other")
    os.mkdir(wrong)
    wrong = jwt_of_app.keys(wrong)
    world.app(77, "wick", key + ".pub", "acme")
    with server.Server(world, at=END) as github:
        for flags, token, word in (((), "nobody-knows-it", "does not take the token"), (("--github-app-id=77", f"--github-app-key-file={wrong}"), None, "no token for the App '77'")):
            done = Check(stage, github, ALL_THERE, *flags, token=token)
            equal((done.code, done.out), (2, ""), done.err)
            check(word in done.err, done.err)
        for fault in ("mode=status&code=502&times=2", "mode=secondary&code=429&retry_after=1&times=1", "mode=half&times=1", "mode=exhausted&after=3&times=1&reset=2"):
            github.faults.add(fault)
            done = Check(stage, github, ALL_THERE)
            equal((done.code, done.said["missing"]), (0, 0), f"{fault}: {done.err}")
    gone = server.Server(world)
    gone.http.server_close()
    done = Check(stage, gone, ALL_THERE)
    equal((done.code, done.out), (2, ""), done.err)
    check("no answer" in done.err, done.err)


@scenario
def a_branch_among_very_many_is_asked_for_by_its_name(stage):
    """250 branches: the one that is named is not looked for page by page; one that is not there is, for what is like it."""
    world = World()
    shop = world.repository("acme/shop", "2026-03-02")
    shop.commit("2026-03-02 08:00", "Begin", "trunk-of-all")
    for number in range(250):
        shop.branch("2026-03-02 09:00", f"feature/{number:03}", shop.branches["trunk-of-all"].last)
    shop.run("2026-03-02 10:00", branch="trunk-of-all")
    of = lambda branch: SHOP + f"environments: {{production: {{workflow: deploy.yml, branch: '{branch}'}}}}\n"
    with server.Server(world, at=END) as github:
        asked = lambda: [entry["url"].partition("acme/shop")[2] or entry["url"] for entry in github.log if "branch" in entry["url"] and "runs" not in entry["url"]]
        equal(Check(stage, github, of("trunk-of-all")).code, 0, "it is there")
        equal([(len(asked()), asked()[1])], [(2, "/branches/trunk-of-all")], asked())
        github.log.clear()
        done = Check(stage, github, of("trunk-of-al"))
        done.says(**{"no branch 'trunk-of-al'; there is 'trunk-of-all'": "'trunk-of-al'"})
        equal(len(asked()), 4, asked())
        github.log.clear()
        equal(Check(stage, github, of("*-of-*")).code, 0, "a pattern that fits one on the last page")
        equal(len(asked()), 3, asked())
        done = Check(stage, github, of("trunk-of-nothing"))
        check("there are 'feature/000', 'feature/001', 'feature/002', 'feature/003', 'feature/004' and 246 more" in done.items("missing", "branch")[0]["text"], done.out)


ORGANISATION = HEAD + """organisation: {name: acme, include: ['shop-*', tool], exclude: ['*-old']}
environments:
  production: {workflow: deploy.yml, branch: main}
"""


def some_repositories(world, count, **more):
    for number in range(count):
        one = world.repository(f"acme/shop-{number:03}", "2026-03-02", **more)
        one.commit("2026-03-02 08:00", "Begin")
        yield one


@scenario
def an_organisation_says_which_of_its_repositories_are_measured(stage):
    """Those that fit, less those with a document of their own; a workflow that some do not have is no fault, one that is nearly called so is."""
    world = World()
    for number, one in enumerate(some_repositories(world, 4)):
        if number:
            one.run("2026-03-02 10:00", "deploy.yml" if number < 3 else "Deploy.yml")
    for name, more in (("shop-old", {}), ("tool", {"private": True}), ("other", {}), ("shop-gone", {"archived": True})):
        one = world.repository(f"acme/{name}", "2026-03-02", **more)
        one.commit("2026-03-02 08:00", "Begin")
        one.run("2026-03-02 10:00")
    stage.define(HEAD + "service: first\nrepository: ACME/shop-001\nenvironments: {production: {workflow: deploy.yml}}\n", "own.yaml")
    with server.Server(world, at=END) as github:
        done = Check(stage, github, ORGANISATION)
        whole = next(one for one in done.said["deliveries"] if one["organisation"])
        equal(sorted(one["repository"] for one in whole["repositories"]), ["acme/shop-000", "acme/shop-002", "acme/shop-003", "acme/tool"], "measured")
        own = os.path.join(stage.definitions, "own.yaml")
        equal([(one["verdict"], one["text"]) for one in whole["items"]],
              [("note", f"'acme/shop-001' is left out here: it is 'first' of {own}:1:1"), ("found", "4 of the 8 repositories of 'acme' that may be seen are measured")], "said")
        equal({one["repository"]: [(item["verdict"], item["text"]) for item in one["items"] if item["kind"] == "workflow" and item["verdict"] != "found"] for one in whole["repositories"]},
              {"acme/shop-000": [("note", "no workflow 'deploy.yml'; there is none at all")], "acme/shop-002": [],
               "acme/shop-003": [("missing", "no workflow 'deploy.yml'; there is 'Deploy.yml'")], "acme/tool": []}, "workflows")
        equal([one["repository"] for one in whole["repositories"] if any(item["kind"] == "permission" for item in one["items"])], ["acme/tool"], "rights are looked at in a private one")
        equal(done.code, 1, "Deploy.yml is none of 'deploy.yml'")
        equal(len([entry for entry in github.log if entry["url"].count("/") == 3]), 2, "repositories of a list are not asked for again")


@scenario
def an_organisation_without_what_is_named_is_at_fault(stage):
    """A workflow that none of its repositories has, a pattern that fits none, a name that nobody has; a person's repositories count, too."""
    world = World()
    list(some_repositories(world, 2))
    mine = world.user("someone", "User")
    home = world.repository("someone/tool", "2026-03-02")
    home.owner = mine
    home.commit("2026-03-02 08:00", "Begin")
    home.run("2026-03-02 10:00")
    with server.Server(world, at=END) as github:
        done = Check(stage, github, ORGANISATION)
        equal(done.code, 1, done.out)
        done.says(**{"no repository fits 'tool'; there are 'shop-000' and 'shop-001'": "tool]", "none of the repositories has the workflow 'deploy.yml'": "production"})
        done = Check(stage, github, ORGANISATION.replace("'shop-*', tool", "'shap-*'"))
        equal(sorted(done.missing())[0], "0 of the 2 repositories of 'acme' that may be seen are measured", done.out)
        done = Check(stage, github, HEAD + "organisation: nobody\nenvironments: {production: {workflow: deploy.yml}}\n")
        equal((done.code, list(done.missing().values())), (1, [(3, 15)]), done.out)
        done = Check(stage, github, HEAD + "organisation: someone\nenvironments: {production: {workflow: deploy.yml}}\n")
        equal((done.code, [one["repository"] for one in done.said["deliveries"][0]["repositories"]]), (0, ["someone/tool"]), done.out)


@scenario
def incidents_of_another_repository_are_looked_for_there(stage):
    """Its issues, its labels, and the right to them."""
    world = load("shop")
    other = world.repository("acme/incidents", "2026-03-02", labels=["sev1"])
    other.commit("2026-03-02 08:00", "Begin")
    text = SHOP + "environments: {production: {workflow: deploy.yml}}\nincidents: [{issues: {labels: [sev-1], repository: acme/incidents}}]\n"
    with server.Server(world, at=END) as github:
        done = Check(stage, github, text)
        done.says(**{"no label 'sev-1'; there is 'sev1'": "sev-1"})
        equal([[item["name"] for item in one["items"] if item["kind"] == "permission"] for one in done.said["deliveries"][0]["repositories"]],
              [["Metadata", "Contents", "Pull requests", "Actions"], ["Metadata", "Issues"]], "rights")
        done = Check(stage, github, text.replace("acme/incidents", "acme/incident"))
        done.says(**{"no repository 'acme/incident' that may be seen; there is 'acme/incidents'": "{issues"})


EXAMPLE = """apiVersion: wick/v1
kind: Delivery
service: shop
repository: acme/shop
environments:
  production: {workflow: Deploy.yaml, branch: main}
  staging: {workflow: deploy.yml, branch: main, job: deplyo}
incidents:
- {issues: {labels: [incidents]}}
"""


@scenario
def the_page_on_deliveries_shows_what_it_prints(stage):
    """The example of docs/delivery.md, but for the address and the time at which the quota is full again."""
    with open(os.path.join(servers.root(), "docs", "delivery.md")) as page:
        shown = page.read().partition("<!-- check: begin -->\n```\n")[2].partition("```\n<!-- check: end -->")[0]
    os.mkdir(stage.path("slos"))
    servers.replace_file(stage.path("slos/shop.yaml"), EXAMPLE)
    servers.replace_file(stage.path("token"), "ghp_x\n")
    known = {"ghp_x": tokens.Token("classic", "classic", scopes=("repo", "read:org"))}
    with server.Server(load("shop"), at=END, tokens=known) as github:
        argv = [stage.wick, "dora", "check", f"--github-url={github.url}", f"--github-token-file={stage.path('token')}", "slos"]
        done = subprocess.run(argv, cwd=stage.folder, capture_output=True, text=True, timeout=60, check=False)
        equal(done.returncode, 1, done.stderr)
        plain = lambda text: re.sub(r"again at \S+", "again at TIME", text)
        equal(plain(done.stdout.replace(github.url, "https://api.github.com")), plain(shown), "the page")
