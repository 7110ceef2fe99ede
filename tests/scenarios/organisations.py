"""Definitions of whole organisations: which repositories `wick dora report` measures, and that each is measured once."""

import json
import os

from scenario import check, equal, scenario, servers

from delivery import ALWAYS, Report, held  # its scenarios are of that file  # noqa: I001
from github import server  # noqa: E402  (found by that file)
from github.truth import Delivery, Truth
from github.world import World

END = "2026-04-01"
SOME = ("shop", "shop-web", "shop-old", "tool", "docs")


def document(selection, **more):
    """A definition of acme's repositories: JSON, which YAML takes. As truth.py's Delivery() has it, but for its subject."""
    out = json.loads(Delivery(**more).document("acme/none"))
    del out["service"], out["repository"]
    return json.dumps({**out, "organisation": {"name": "acme", **selection}}) + "\n"


def fill(one, deployments, begin=2):
    """So many deployments, each of one commit."""
    for day in range(begin, begin + deployments):
        one.commit(f"2026-03-{day:02} 08:00", f"Change {day}")
        one.run(f"2026-03-{day:02} 09:00", took=300)
    return one


def acme(**more):
    """A few repositories; `more`: {name: what makes it other than the others}."""
    world = World()
    for number, name in enumerate(SOME):
        fill(world.repository(f"acme/{name}", "2026-03-01", **more.get(name, {})), number + 1)
    return world


class Whole(Report):
    """A report of an organisation's definitions; `documents`: {file: text}."""

    def __init__(self, stage, github, documents, token=server.TOKEN):
        super().__init__(stage, github, (), token=token)
        for name, text in documents.items():
            stage.define(text, name)

    def deployments(self, at=END, *more):
        """{service: deployments of 90 days}; the rows are kept, too."""
        self.read = self.rows(at, ALWAYS, *more)
        return {service: row["deployments"] for (service, _, window), row in self.read.items() if window == "90d" and row["scope"] == "service"}


def measured(stage, world, selection):
    with server.Server(world, at=END) as github:
        return sorted(Whole(stage, github, {"acme.yaml": document(selection)}).deployments())


@scenario
def all_repositories_of_an_organisation_are_as_git_and_sql_say(stage):
    """Each is a service of its own name, and has its own numbers."""
    world = acme()
    with server.Server(world, at=END) as github:
        whole = Whole(stage, github, {"acme.yaml": document({})})
        equal(whole.deployments(), {name: number + 1 for number, name in enumerate(SOME)}, "deployments")
        held(whole.read, [Truth(one, Delivery(service=one.names.last.split("/")[1])).report(END) for one in world.repositories], "five repositories")


@scenario
def repositories_of_an_organisation_are_chosen_by_their_names(stage):
    """Patterns that let in, patterns that leave out; what is archived is out."""
    for selection, names in (({"include": ["shop*"]}, ["shop", "shop-old", "shop-web"]), ({"include": ["shop*", "tool"], "exclude": ["*-old"]}, ["shop", "shop-web", "tool"]),
                             ({"exclude": ["shop*"]}, ["docs", "tool"]), ({"include": ["sho?"]}, ["shop"])):
        equal(measured(stage, acme(), selection), names, selection)
    equal(measured(stage, acme(tool={"archived": True}), {}), ["docs", "shop", "shop-old", "shop-web"], "archived")


@scenario
def repositories_of_an_organisation_are_chosen_by_topics_and_properties(stage):
    """One of the topics, all of the properties; a property that is a list is none that is a text."""
    world = lambda: acme(shop={"topics": ["deployed", "web"], "properties": {"tier": "1", "on-call": "yes"}}, docs={"topics": ["web"], "properties": {"tier": "2", "on-call": "yes"}},
                         tool={"topics": ["cli"], "properties": {"tier": ["1"], "on-call": "yes"}})
    for selection, names in (({"topics": ["deployed", "cli"]}, ["shop", "tool"]), ({"topics": ["web"]}, ["docs", "shop"]), ({"properties": {"on-call": "yes"}}, ["docs", "shop", "tool"]),
                             ({"properties": {"tier": 1, "on-call": "yes"}}, ["shop"]), ({"topics": ["web"], "properties": {"tier": "2"}}, ["docs"]), ({"topics": ["none"]}, [])):
        if names:
            equal(measured(stage, world(), selection), names, selection)
            continue
        with server.Server(world(), at=END) as github:
            whole = Whole(stage, github, {"acme.yaml": document(selection)})
            equal(whole.rows(END), {}, "none that fits")


@scenario
def an_organisation_of_several_pages_is_read_to_its_end(stage):
    """130 repositories, private ones among them, a hundred on a page."""
    world = World()
    for number in range(130):
        fill(world.repository(f"acme/shop-{number:03}", "2026-03-01", private=number % 2 == 1), number % 3 + 1)
    with server.Server(world, at=END) as github:
        whole = Whole(stage, github, {"acme.yaml": document({})})
        equal(whole.deployments(END, "--github-quota-reserve=0"), {f"shop-{number:03}": number % 3 + 1 for number in range(130)}, "deployments")
        equal([entry["url"].rpartition("?")[2].count("page=2") for entry in github.log if "/orgs/" in entry["url"] or "/organizations/" in entry["url"]], [0, 1], "pages")


@scenario
def repositories_come_and_go(stage):
    """With a file of facts: one that is new is found, and one that is archived, gone or renamed is not shown any more under that name."""
    world = acme()
    by_name = {one.names.last: one for one in world.repositories}
    fill(world.repository("acme/later", "2026-03-20"), 2, begin=21)
    by_name["acme/tool"].archive("2026-03-19")
    by_name["acme/docs"].delete("2026-03-19")
    by_name["acme/shop-old"].rename("2026-03-19", "acme/shop-new")
    with server.Server(world, at="2026-03-18") as github:
        whole = Whole(stage, github, {"acme.yaml": document({})})
        facts = f"--facts={whole.facts}"
        equal(sorted(whole.deployments("2026-03-18", facts)), sorted(SOME), "before")
        github.at = END
        equal(whole.deployments(END, facts), {"shop": 1, "shop-web": 2, "shop-new": 3, "later": 2}, "after")
        truths = [Truth(one, Delivery(service=one.names.last.split("/")[1])).report(END) for one in world.repositories if one not in (by_name["acme/tool"], by_name["acme/docs"])]
        held(whole.read, truths, "those that are there")


@scenario
def a_document_of_its_own_wins_over_that_of_the_organisation(stage):
    """The repository is measured once, under the name that it was given; whatever its case, and whatever its environments."""
    world = acme()
    own = Delivery(service="front", environment="staging").document("Acme/shop-web")
    with server.Server(world, at=END) as github:
        documents = {"acme.yaml": document({"include": ["shop*"]}), "own.yaml": own}
        whole = Whole(stage, github, documents)
        equal(whole.deployments(), {"shop": 1, "front": 2, "shop-old": 3}, "with its own document")
        code, out, _ = stage.run("check", "--verbose", stage.definitions)
        equal(code, 0, out)
        check(f"organisation acme, repositories: include 'shop*', without 'Acme/shop-web', which is 'front' of {stage.definitions}/own.yaml:1:1: production by" in out, out)
        os.unlink(os.path.join(stage.definitions, "own.yaml"))
        equal(whole.deployments(), {"shop": 1, "shop-web": 2, "shop-old": 3}, "without it")
        check("without" not in stage.run("check", "--verbose", stage.definitions)[1], "nothing is left out")


@scenario
def two_documents_of_an_organisation_measure_a_repository_once(stage):
    """Where both have an environment of the same name, the first by its file does; environments of other names stand beside each other."""
    world = acme()
    with server.Server(world, at=END) as github:
        whole = Whole(stage, github, {"a.yaml": document({"include": ["shop"]}, hotfix_labels=("first",)), "b.yaml": document({"include": ["shop*"]}), "c.yaml": document({"include": ["*"]}, environment="staging")})
        rows = [(row["service"], row["environment"]) for row in json.loads(whole.run(whole.argv(END))[1]) if row["window"] == "90d"]
        equal(sorted(rows), sorted([(name, "production") for name in ("shop", "shop-web", "shop-old")] + [(name, "staging") for name in SOME]), "rows")
        code, out, _ = stage.run("dora", "check", f"--github-url={github.url}", f"--github-token-file={whole.token_path}", stage.definitions)
        check(f"'acme/shop' is left out here: it is measured by that of {stage.definitions}/a.yaml:1:1\n" in out, out)
        equal(out.count("is left out here"), 1, out)


@scenario
def the_repositories_of_a_person_are_measured_like_those_of_an_organisation(stage):
    """GitHub has another address for them, and shows the public ones; a name that nobody has is said to be so."""
    world = World()
    me = world.user("acme", "User")
    for name, more in (("shop", {}), ("mine", {"private": True})):
        fill(world.repository(f"acme/{name}", "2026-03-01", **more), 2)
    equal({one.owner for one in world.repositories}, {me}, "whose they are")
    with server.Server(world, at=END) as github:
        whole = Whole(stage, github, {"acme.yaml": document({})})
        equal(whole.deployments(), {"shop": 2}, "public ones")
        stage.define(document({}).replace('"acme"', '"nobody"'), "acme.yaml")
        code, out, err = whole.run(whole.argv(END))
        equal((code, out), (2, ""), err)
        check("/orgs/nobody/repos" in err, err)
