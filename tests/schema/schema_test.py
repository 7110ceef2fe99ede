#!/usr/bin/python3
"""`wick schema` against `wick check`: what the one refuses the other refuses, too, and what is wrong in its structure both see.

    schema_test.py WICK

The second way is Debian's python3-jsonschema and python3-yaml, which reads YAML 1.2's core schema here, as editors do."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What a schema can see. What else `wick check` refuses is about values and what hangs together.
STRUCTURE = {"unknown-key", "wrong-type", "missing-key", "not-a-choice", "unknown-kind", "good-and-bad", "sli-kinds", "factor-and-budget"}


class Core(yaml.CSafeLoader):
    """YAML 1.2's core schema: `on`, `2026-01-01` and `1:30` are texts."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in (("null", r"^(~|null|Null|NULL|)$", "~nN" ""), ("bool", r"^([Tt]rue|TRUE|[Ff]alse|FALSE)$", "tTfF"),
                            ("int", r"^([-+]?[0-9]+)$", "-+0123456789"), ("merge", r"^<<$", "<"),
                            ("float", r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", "-+.0123456789")):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), [*first, *([""] if tag == "null" else [])])
Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))
Core.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))


def schema():
    text = subprocess.run([sys.argv[1], "schema"], capture_output=True, text=True, timeout=60, check=True).stdout
    read = json.loads(text)
    jsonschema.Draft7Validator.check_schema(read)
    return jsonschema.Draft7Validator(read)


SCHEMA = schema()


def faults(text):
    """What the schema says of the documents of a text; those that hold nothing are passed over, as by editors."""
    return [fault.message for document in yaml.load_all(text, Core) if document is not None for fault in SCHEMA.iter_errors(document)]


FILES = 10000  # of one run; a folder may hold twice as many


def rules(texts):
    """For each text the rules of the errors that `wick check` finds in it."""
    return [found for begin in range(0, len(texts), FILES) for found in rules_of(texts[begin:begin + FILES])]


def rules_of(texts):
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts):
            pathlib.Path(folder, f"{number:06}.yaml").write_text(text)
        done = subprocess.run([sys.argv[1], "check", "--format=json", folder], capture_output=True, text=True, timeout=300, check=False)
    found = [set() for _ in texts]
    for finding in json.loads(done.stdout)["findings"]:
        # the texts define the same SLOs over and over, and whether others are there is nothing that a schema can see
        if finding["level"] == "error" and finding["rule"] not in ("unknown-policy", "unknown-member", "broken-member") and "is defined already" not in finding["text"]:
            found[int(os.path.basename(finding["file"])[:6])].add(finding["rule"])
    return found


# --- documents with every key ----------------------------------------------------------------------------------------------
# Trees of dictionaries, lists and texts; a text is a scalar as it is written.

BAD, ALL = "'x_total{code=\"5\"}'", "x_total"
EVENTS = {"events": {"bad": BAD, "total": ALL}}
TIERS = [
    {"name": "fast", "kind": "burn", "severity": "page", "long": "1h", "short": "5m", "factor": "14.4", "for": "0", "keepFiringFor": "5m",
     "minBadEvents": "5", "minEvents": "0", "labels": {"team": "a"}, "annotations": {"dashboard": "'{{ $labels.slo }}'"}, "disable": "false"},
    {"name": "part", "long": "6h", "budget": "5%"},
    {"name": "half", "kind": "budget", "consumed": "50%"},
    {"name": "soon", "kind": "exhausts", "within": "3d", "long": "2h"},
    {"name": "gone", "kind": "vanished", "for": "10m"},
]
ALERTING = {"disable": "false", "runbook": "https://example.com/runbook", "labels": {"channel": "'#a'"}, "annotations": {"owner": "b"}, "tiers": TIERS}
SLO = {"name": "a", "description": "'it answers'", "objective": "99.5%", "window": "30d", "labels": {"tier_of": "1.0", "on": "true"}, "groupBy": ["zone"],
       "groupLimit": "7", "source": "eu", "sli": EVENTS, "alerting": ALERTING, "policy": "none",
       "kept": {"openslo/v1": {"metadata.annotations": {"a": "b"}, "'spec.objectives[0].op'": "lt"}, "openslo.com/v2alpha": {"spec.sli": "c"},
                "openslo/v1alpha": {"metadata.labels": "d"}, "prometheus/v1": {"alerting.name": "A"}, "sloth.slok.dev/v1": {"metadata": {}},
                "pyrra.dev/v1alpha1": {"spec.ruleOutput": {}}, "sre.google.com/v2": {"spec.frequency": "60"}}}


def slo(name, **fields):
    return {"name": name, "objective": "0.99", "sli": EVENTS, **fields}


HEAD = {"apiVersion": "wick/v1", "kind": "ServiceLevels", "service": "s"}
SLOS = [
    SLO,
    slo("b", sli={"events": {"good": BAD, "total": ALL}}, window={"rolling": "4w"}),
    slo("c", sli={"latency": {"histogram": "h_seconds", "threshold": "500ms", "native": "false", "unit": "s"}}, window="month",
        alerting={"tiers": [{"name": "month-missed", "within": "2d"}, {"name": "late", "kind": "missed", "window": "month"}]}),
    slo("d", sli={"latency": {"histogram": "h_seconds", "threshold": "0.5"}},
        windows=["30d", "quarter", {"calendar": "week", "every": "2", "timeZone": "Europe/Berlin", "start": "2026-01-05"}]),
    slo("e", sli={"probe": "probe_success"}),
    slo("f", sli={"threshold": {"query": "queue_length", "operator": "'<'", "value": "100"}}),
    slo("g", sli={"ratio": {"good": "r"}}),
    slo("h", sli={"ratio": {"bad": "r"}}),
    slo("i", sli={"template": "http-availability", "with": {"matchers": "'job=\"api\"'"}}),
    {"name": "k", "objectives": [{"name": "strict", "description": "'first'", "objective": "99.9%"}, {"name": "lax", "objective": "0.9"}], "sli": EVENTS},
    slo("l", groupBy={"labels": ["zone"], "top": "20", "by": "bad", "rest": "others"}, groupLimit="500"),
    slo("composed", sli={"composite": {"members": [{"slo": "s/e", "weight": "2"}, {"slo": "'s/f'"}], "weighting": "events", "noData": "bad", "delay": "5m"}}),
    slo("named", displayName="The 'web'"),
    slo("gaps", budgeting={"noData": "good"}),
    slo("j", budgeting={"method": "timeslices", "slice": "5m", "target": "95%", "empty": "ignore", "noData": "hold"}),
]
POLICY = {
    "apiVersion": "wick/v1", "kind": "Policy", "name": "strict", "description": "'who agreed'",
    "levels": {"normal": {"agreed": "nothing"}, "review": {"consumed": "50%", "agreed": "look"}, "approval": {"consumed": "0.75", "agreed": "ask"},
               "freeze": {"consumed": "1", "agreed": "stop"}},
}
SCOPE = {"service": "s", "namespace": "n", "labels": {"team": "a"}}
CORRECTIONS = {
    "apiVersion": "wick/v1", "kind": "Corrections", "author": "ops", "timeZone": "Europe/Berlin",
    "exclusions": [
        {"for": {**SCOPE, "slo": ["s/a", "n/s/a"]}, "from": "2026-11-20T22:00", "to": "2026-11-21T02:00Z", "reason": "'upgrade'", "author": "sre", "timeZone": "UTC"},
        {"for": {"slo": "s/a"}, "from": "2026-11-20", "duration": "4h", "repeat": "FREQ=WEEKLY;BYDAY=FR", "reason": "'upgrade'"}],
    "adjustments": [{"for": {"service": "s"}, "at": "2026-11-20T22:00:00+01:00", "good": "3", "bad": "-120", "badMinutes": "0.5", "reason": "lost", "author": "sre", "timeZone": "UTC"}],
}
# Its `sli` is a text with placeholders, and only `wick check` knows what comes of it: nothing of it is changed.
TEMPLATE = {"apiVersion": "wick/v1", "kind": "Template", "name": "own", "description": "'ours'", "metrics": {"x_total": "'a counter'"},
            "parameters": {"code": {"type": "text", "help": "'which'", "default": "'500'", "example": "'503'"}},
            "sli": {"events": {"bad": "'x_total{code=\"$code\"}'", "total": "x_total"}}}
DELIVERY = {
    "apiVersion": "wick/v1", "kind": "Delivery", "service": "s", "description": "'how'", "team": "core", "group": "shops", "labels": {"area": "a"},
    "repository": "o/r", "paths": ["api/*", "go.mod"], "pull_request_labels": "api",
    "environments": {"production": {"workflow": "deploy.yml", "branch": "main", "job": "deploy"}, "staging": {"deployments": "staging", "branch": "'release/*'"},
                     "tags": {"releases": "'v*'", "prereleases": "true"}},
    "lead_time": "merge", "leave_out": {"bots": "true", "authors": ["renovate*"]}, "attribution": "48h", "hotfix": {"branches": ["fix/*"], "labels": "urgent"},
    "incidents": [{"slo": "page", "environments": ["production"]}, {"issues": {"labels": ["incident"], "repository": "o/incidents"}},
                  {"incident": {"name": "'it broke'", "opened": "2026-01-05T10:00", "closed": "2026-01-05T11:00Z"}}],
    "recovery": "first", "report_year": "2023",
}
ORGANISATION = {
    "apiVersion": "wick/v1", "kind": "Delivery", "environments": {"production": {"workflow": "Deploy"}},
    "organisation": {"name": "o", "include": ["a*", "b"], "exclude": "'*-old'", "topics": ["deployed"], "properties": {"tier": "1", "on-call": "'yes'"}},
}
KEPT = {"apiVersion": "wick/v1", "kind": "Kept", "document": {"apiVersion": "openslo/v1", "kind": "Service", "metadata": {"name": "shop"}, "spec": {}}}
# Small ones, which are read fast; of those of one SLO only the SLO is changed.
WHOLE = [POLICY, CORRECTIONS, DELIVERY, ORGANISATION, {**ORGANISATION, "organisation": "p", "lead_time": "commit"},
         {**HEAD, "namespace": "n", "source": "default", "labels": {"team": "a"}, "policy": "none", "alerting": ALERTING, "slos": [slo("a")],
          "kept": {"prometheus/v1": {"slo_plugins.chain": "[]"}}},
         *({**HEAD, "slos": [one]} for one in SLOS), TEMPLATE, KEPT]


def written(tree):
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key}: {written(value)}" for key, value in tree.items()) + "}"
    return "[" + ", ".join(map(written, tree)) + "]" if isinstance(tree, list) else tree


def places(tree, path=()):
    """Every path of a tree with what stands there."""
    yield path, tree
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield from places(value, (*path, key))


def places_to_change():
    """(document, path, value)"""
    for number, tree in enumerate(WHOLE):
        yield from ((tree, path, value) for path, value in places(tree) if number < 6 or path[:1] == ("slos",) and len(path) > 1)


def changed(tree, path, change):
    """A copy of the tree with change(value) at the path; change may return LEFT_OUT."""
    if not path:
        return change(tree)
    copy = dict(tree) if isinstance(tree, dict) else list(tree)
    new = changed(copy[path[0]], path[1:], change)
    if new is LEFT_OUT:
        del copy[path[0]]
    else:
        copy[path[0]] = new
    return copy


LEFT_OUT = object()


def mutants():
    """(what was done, text): each place of each document with each fault of structure."""
    for tree, path, value in places_to_change():
        def mutant(what, new, tree=tree, path=path):
            return f"{'.'.join(map(str, path))} {what}", written(changed(tree, path, lambda old: new))
        if isinstance(value, dict):
            yield mutant("gets another key", {**value, "strange": "1"})
        else:
            yield mutant("becomes a map", {"strange": "1"})
        if isinstance(value, (dict, list)):
            yield mutant("becomes a text", "'~~'")
        if not isinstance(value, list):
            yield mutant("becomes a list", ["1"])
        if path:
            yield mutant("is left out", LEFT_OUT)
            yield mutant("is empty", "~")


SCALARS = ("0", "1", "7", "-1", "0.5", ".5", "1.", "1e3", "1e-2", "'7'", "'0.5'", "'0'", "true", "false", "'true'", "True", "~", "''", "' '", "x", "x.y-z_1", "-x", "ä",
           "1h", "30d", "1h30m", "5ms", "60s", "4w", "1y2w", "1m5ms", "30", "1d1d", "1m1h", "99.5%", "' 99.5 % '", "100%", "0100.0 %", "0%", "1e1%", "'-1%'", "0.999", "month", "day", "Month",
           "2026-01-05", "'2026-01-05T06:00'", "2026-01-05T06:00:00", "' 2026-01-05 '", "2026-1-5", "2026-01-05T06:00Z", "'2026-01-05 06:00:30+01:00'", "FREQ=DAILY", "Europe/Berlin", "UTC", "http://a", "'https://a/b?c=d#e'", "ftp://a", "'http://a b'",
           "'<'", "'<='", "s", "by-name", "burn", "none", "default", "sum(x)", "'{a=\"b\"}'", "wick/v1", "Policy", "ServiceLevels", "'" + 300 * "a" + "'", "on", "1_0", "0x10", "1:30")


def spelled():
    """(what, text): each scalar of each document spelled in each way."""
    for tree, path, value in places_to_change():
        for scalar in SCALARS if isinstance(value, str) else ():
            # a metric may be called true, and editors had better not offer it
            if path[-1] not in ("good", "bad", "total", "histogram", "probe", "query") or scalar.lower() not in ("true", "false"):
                yield f"{'.'.join(map(str, path))} is {scalar}", written(changed(tree, path, lambda old, scalar=scalar: scalar))


def alternatives():
    """(what, text): what may not stand together, together."""
    for what, one in (("good and bad", slo("a", sli={"events": {"good": ALL, "bad": BAD, "total": ALL}})),
                      ("good and bad ratios", slo("a", sli={"ratio": {"good": ALL, "bad": BAD}})),
                      ("two kinds", slo("a", sli={**EVENTS, "probe": "p"})),
                      ("no kind", slo("a", sli={})),
                      ("factor and budget", slo("a", alerting={"tiers": [{"name": "t", "long": "1h", "factor": "2", "budget": "5%"}]})),
                      ("rolling and calendar", slo("a", window={"rolling": "30d", "calendar": "day"})),
                      ("neither rolling nor calendar", slo("a", window={})),
                      ("window and windows", slo("a", window="30d", windows=["7d"]))):
        yield what, written({**HEAD, "slos": [one]})
    yield "no SLO", written({**HEAD, "slos": []})
    yield "two labels alike", written({**HEAD, "slos": [slo("a", groupBy=["zone", "zone"])]})
    yield "a reserved label", written({**HEAD, "labels": {"slo": "x"}, "slos": [slo("a")]})
    yield "a label with a minus", written({**HEAD, "labels": {"a-b": "x"}, "slos": [slo("a")]})
    yield "a repository and an organisation", written({**DELIVERY, "organisation": "o"})
    yield "neither of them", written({key: value for key, value in DELIVERY.items() if key != "repository"})
    yield "no environment", written({**DELIVERY, "environments": {}})
    yield "a workflow and releases", written({**DELIVERY, "environments": {"production": {"workflow": "w", "releases": "r"}}})
    yield "issues and a severity", written({**DELIVERY, "incidents": [{"slo": "page", "issues": {"labels": "a"}}]})
    yield "no kind of document", "apiVersion: wick/v1\nservice: a\n"
    yield "another kind of document", "apiVersion: wick/v1\nkind: Services\nservice: a\n"
    yield "another language", "apiVersion: wick/v2\nkind: ServiceLevels\nservice: a\n"
    yield "a list of documents", "- apiVersion: wick/v1\n"


# --- tests -----------------------------------------------------------------------------------------------------------------

def the_documents_with_every_key_are_right():
    texts = list(map(written, WHOLE))
    assert not set().union(*rules(texts)), rules(texts)
    known = {key for _, value in places(WHOLE) if isinstance(value, dict) for key in value}

    def keys(part):
        for key, value in part.items() if isinstance(part, dict) else ():
            if key == "properties" and all(isinstance(one, dict) for one in value.values()):  # or it is a key of that name
                yield from value
            yield from keys(value)
        for value in part if isinstance(part, list) else ():
            yield from keys(value)
    assert set(keys(SCHEMA.schema)) <= known, set(keys(SCHEMA.schema)) - known


def what_check_takes_the_schema_takes():
    cases = list(mutants()) + list(spelled())
    said = rules([text for _, text in cases])
    taken = [(what, text) for (what, text), found in zip(cases, said) if not found]
    wrong = [(what, faults(text)) for what, text in taken if faults(text)]
    assert len(taken) > 500, len(taken)
    assert not wrong, wrong[:20]


def beyond_a_schema(what, found):
    """Which keys a tier wants depends on the default tiers, those of `with` on the template, `target` on the method, whether a delivery has a service on whether it has a repository;
    an SLO has either an objective or several; and of two keys of which one is wanted an empty one counts for given."""
    place, _, done = what.partition(" ")
    if place == "service" and done in ("is left out", "is empty"):
        return True
    if place.endswith((".objective", ".objectives")) and place.count(".") == 2 and done in ("is left out", "is empty"):
        return True
    if ".sli.with" in place or place.endswith(".budgeting.target") and done in ("is left out", "is empty"):
        return True
    return ".tiers." in f".{place}" and not place.endswith(".name") and found & STRUCTURE == {"missing-key"} or (
        done == "is empty" and (place in ("repository", "organisation") or place.endswith((".good", ".bad", ".to", ".duration", ".workflow", ".deployments", ".releases", ".slo", ".issues", ".incident"))))


def what_is_wrong_in_its_structure_both_refuse():
    cases = list(mutants())
    said = rules([text for _, text in cases])
    refused = [(what, text) for (what, text), found in zip(cases, said) if found & STRUCTURE and not beyond_a_schema(what, found)]
    wrong = [what for what, text in refused if not faults(text)]
    assert len(refused) > 300, len(refused)
    assert not wrong, wrong


def what_may_not_stand_together_both_refuse():
    cases = list(alternatives())
    for (what, text), found in zip(cases, rules([text for _, text in cases])):
        assert found and faults(text), (what, found, faults(text))


def samples():
    """Every file of the repository that may be a definition file, and what the papers show as one."""
    for folder in ("slo/examples", "tests/data/definitions", "tests/fuzz/corpus/fuzz_slo_definitions"):
        for path in sorted(p for p in (ROOT / folder).rglob("*") if p.is_file()):
            try:
                yield path.relative_to(ROOT).as_posix(), path.read_bytes().decode()
            except UnicodeDecodeError:
                continue
    for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]):
        for number, text in enumerate(re.findall(r"^```yaml\n(.*?)^```", path.read_text(), re.S | re.M)):
            yield f"{path.relative_to(ROOT)} sample {number}", text


def every_file_of_the_repository_that_is_right_is_taken():
    texts = list(samples())
    said = rules([text for _, text in texts])
    right = [(name, text) for (name, text), found in zip(texts, said) if not found and "wick/v1" in text]
    assert {"slo/examples/anvila-api.yaml", "slo/examples/policy.yaml", "README.md sample 0"} <= {name for name, _ in right}, right
    for name, text in right:
        assert not faults(text), (name, faults(text))


def every_key_says_what_it_means():
    def silent(part, path):
        for key, value in part.items() if isinstance(part, dict) else ():
            if key == "properties" and all(isinstance(one, dict) for one in value.values()) and path[-1:] not in (("$",), ("if",), ("not",)) and not isinstance(path[-1], int):
                yield from (".".join(map(str, (*path, name))) for name, one in value.items() if not one.get("description"))
            yield from silent(value, (*path, key))
        for number, value in enumerate(part) if isinstance(part, list) else ():
            yield from silent(value, (*path, number))
    assert not list(silent(SCHEMA.schema, ("$",))), list(silent(SCHEMA.schema, ("$",)))


if __name__ == "__main__":
    failed = 0
    for test in (the_documents_with_every_key_are_right, what_check_takes_the_schema_takes, what_is_wrong_in_its_structure_both_refuse,
                 what_may_not_stand_together_both_refuse, every_file_of_the_repository_that_is_right_is_taken, every_key_says_what_it_means):
        try:
            test()
            print("ok  ", test.__name__)
        except AssertionError as fault:
            failed += 1
            print("FAIL", test.__name__, str(fault)[:4000])
    sys.exit(1 if failed else 0)
