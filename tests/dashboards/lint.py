#!/usr/bin/python3
"""Holds dashboards to what neither Grafana's types nor Prometheus see: `tests/dashboards/lint.py FOLDER`.

Prints what is wrong, and "N passed, N failed": a dashboard is one. Checks itself first, on dashboards that are wrong on purpose."""

import copy
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import grafana  # noqa: E402  (found through the line above)

# Ids of units that Grafana knows: another one is shown as a text behind the number.
UNITS = {"none", "short", "percentunit", "s", "dateTimeAsIso", "dateTimeFromNow", "bytes", "binBps", "bps", "eps", "reqps", "ops"}
KINDS = {"stat", "timeseries", "table", "state-timeline", "bargauge"}
SOURCES = {"prometheus": "${datasource}", "loki": "${loki}", "tempo": "${tempo}"}
COLUMNS = 24


def inside(value):
    """All objects in a value, itself among them."""
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from inside(one)
    elif isinstance(value, list):
        for one in value:
            yield from inside(one)


def frame_faults(name, dashboard):
    if dashboard["uid"] != f"wick-{name}" or not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", dashboard["uid"]):
        yield f"the uid is {dashboard['uid']!r}: links to it need wick-{name}"
    if not 39 <= dashboard["schemaVersion"] <= 41:
        yield f"schemaVersion {dashboard['schemaVersion']}"
    if "id" in dashboard or "version" in dashboard:
        yield "an id or a version is the Grafana's that has it"
    if not dashboard["description"] or not dashboard["title"].startswith("wick: ") or "wick" not in dashboard["tags"]:
        yield "title, description or tag is missing"


def place_faults(panels):
    ids, taken = set(), {}
    for panel in panels:
        at, title = panel["gridPos"], panel["title"]
        if not title:
            yield f"panel {panel['id']} has no title"
        if panel["id"] in ids:
            yield f"{title}: id {panel['id']} comes twice"
        ids.add(panel["id"])
        if at["x"] < 0 or at["w"] < 1 or at["h"] < 1 or at["x"] + at["w"] > COLUMNS:
            yield f"{title}: {at} is outside of the {COLUMNS} columns"
        for x in range(at["x"], at["x"] + at["w"]):
            for y in range(at["y"], at["y"] + at["h"]):
                if (x, y) in taken:
                    yield f"{title} lies over {taken[x, y]}"
                    break
                taken[x, y] = title
            else:
                continue
            break


def query_faults(panel):
    letters = [target["refId"] for target in panel["targets"]]
    if not letters or len(set(letters)) < len(letters):
        yield "queries without letters, or none"
    for target in panel["targets"]:
        kind = target["datasource"]["type"]
        expr = target.get("expr") or target.get("query")
        if re.search(r"\b(rate|irate|increase)\([^()]*\[(?!\$__rate_interval|\$__range)", expr):
            yield f"a rate over something else than $__rate_interval: {expr}"
        if re.search(r"\bor +(vector|scalar)\(|\babsent", expr) or re.search(r"or +on *\( *\) *vector", expr):
            yield f"what is not there is made a number: {expr}"
        if kind == "prometheus" and target["instant"] == target["range"]:
            yield "a query is either of now or of a range"
        if kind == "prometheus" and panel["type"] in ("stat", "bargauge", "table") and "seriesToRows" not in str(panel.get("transformations")) and not target["instant"]:
            yield "shows what was there last as what is there now"


def look_faults(panel):
    defaults = panel["fieldConfig"]["defaults"]
    units = [defaults["unit"]] + [one["value"] for one in inside(panel["fieldConfig"]["overrides"]) if one.get("id") == "unit"]
    for unit in units:
        if unit not in UNITS and not unit.startswith("suffix:"):
            yield f"no unit: {unit}"
    if not defaults.get("noValue") or re.fullmatch(r"[\d.,% -]*", defaults["noValue"]):
        yield "nothing is shown where there is nothing"
    if panel["type"] == "timeseries" and defaults["custom"]["spanNulls"]:
        yield "gaps are bridged"
    if defaults["custom"].get("stacking", {}).get("mode") == "percent":
        yield "parts of a whole that is not said"
    if panel["type"] == "state-timeline":
        colors = [one["color"] for mapping in defaults["mappings"] for one in mapping["options"].values() if one.get("color")]
        if defaults["color"]["mode"] != "fixed" or not colors:
            yield "states have no colours of their own"
    for steps in [one["steps"] for one in inside(panel["fieldConfig"]) if "steps" in one]:
        values = [step["value"] for step in steps]
        if values[0] is not None or sorted(values[1:]) != values[1:] or None in values[1:]:
            yield f"thresholds do not rise: {values}"


def table_faults(panel):
    """What a table shows, hides and colours is there under that name."""
    titles = [one["options"] for one in inside(panel["fieldConfig"]["overrides"]) if one.get("id") == "byName"]
    steps = {one["id"]: one["options"] for one in panel["transformations"]}
    if "groupingToMatrix" in steps:
        return
    shown, named = steps["filterFieldsByName"]["include"]["names"], steps["organize"]["renameByName"]
    if set(shown) != set(named) or len(set(named.values())) < len(named):
        yield f"columns and names differ, or a name comes twice: {shown}, {named}"
    if set(titles) - set(named.values()):
        yield f"colours for columns that there are not: {set(titles) - set(named.values())}"
    sort = [one["displayName"] for one in panel["options"]["sortBy"]]
    if set(sort) - set(named.values()):
        yield f"sorted by what there is not: {sort}"
    letters = {target["refId"] for target in panel["targets"]}
    several = len(letters) > 1
    if several != ("merge" in steps):
        yield "several queries are one table once they are merged"
    for name in shown:
        if name.startswith("Value") and name not in ([f"Value #{letter}" for letter in letters] if several else ["Value"]):
            yield f"no query has the column {name}"
    for text in re.findall(r"\$\{__data\.fields\.(\w+)", json.dumps(panel)):
        if text not in named.values():
            yield f"a link to what is in no column: {text}"


def variable_faults(dashboard):
    defined = grafana.variables(dashboard)
    seen = set()
    for name, variable in defined.items():
        needs = grafana.used(json.dumps({key: value for key, value in variable.items() if key in ("query", "regex")}))
        if needs - seen:
            yield f"${name} needs {needs - seen}, which are not there before it"
        seen.add(name)
        if variable["type"] == "query" and not isinstance(variable["query"], str):
            yield f"${name} has a query that is no text"
    rest = json.dumps({key: value for key, value in dashboard.items() if key != "templating"})
    everywhere = grafana.used(rest) | {one for variable in defined.values() for one in grafana.used(json.dumps(variable))}
    if everywhere - set(defined):
        yield f"not defined: {sorted(everywhere - set(defined))}"
    if set(defined) - everywhere:
        yield f"not used: {sorted(set(defined) - everywhere)}"
    if "[[" in rest:
        yield "a variable in the old spelling"


def source_faults(dashboard):
    for one in inside(dashboard):
        source = one.get("datasource")
        if source and (source["type"], source["uid"]) not in (*SOURCES.items(), ("grafana", "-- Grafana --")):
            yield f"a data source that is not chosen by a variable: {source}"


def link_faults(dashboard, uids):
    texts = re.findall(r'"url": "((?:[^"\\]|\\.)*)"', json.dumps(dashboard))
    for url in texts:
        if found := re.match(r"/d/([\w-]+)", url):
            if found[1] not in uids:
                yield f"a link to no dashboard: {url}"
        elif url and not re.match(r"\$\{wick:raw\}/|/explore\?|https://dora\.dev/", url):
            yield f"a link to somewhere else: {url}"
        if re.search(r"\{(service|slo|group|name|environment)\}", url):
            yield f"a name in an address as it is: {url}"


def faults_of(name, dashboard, uids):
    yield from frame_faults(name, dashboard)
    yield from place_faults(dashboard["panels"])
    yield from variable_faults(dashboard)
    yield from source_faults(dashboard)
    yield from link_faults(dashboard, uids)
    titles = [panel["title"] for panel in grafana.panels(dashboard)]
    if len(set(titles)) < len(titles):
        yield f"titles that come twice: {sorted(title for title in set(titles) if titles.count(title) > 1)}"
    for panel in grafana.panels(dashboard):
        if panel["type"] not in KINDS:
            yield f"{panel['title']}: {panel['type']} is no kind of panel that was looked at"
        if not panel.get("description"):
            yield f"{panel['title']}: no description"
        for fault in (*query_faults(panel), *look_faults(panel), *(table_faults(panel) if panel["type"] == "table" else ())):
            yield f"{panel['title']}: {fault}"
    for note in grafana.notes(dashboard):
        if not note["expr"] or not note["titleFormat"]:
            yield f"annotation {note['name']}: nothing to ask or to show"


def broken(dashboard, change):
    """A copy that was changed, or None where there is nothing to change."""
    other = copy.deepcopy(dashboard)
    return other if change(other) is not False else None


def first(dashboard, kind):
    return next((panel for panel in grafana.panels(dashboard) if panel["type"] == kind), None)


def put(kind, change):
    def apply(dashboard):
        panel = first(dashboard, kind)
        return change(panel) if panel else False
    return apply


def set_to(where, key, value):
    where[key] = value


# What is wrong on purpose: each has to be found.
WRONG = [
    ("uid", lambda d: set_to(d, "uid", "other")),
    ("schemaVersion", lambda d: set_to(d, "schemaVersion", 38)),
    ("an id", lambda d: set_to(d, "id", 7)),
    ("comes twice", lambda d: set_to(d["panels"][1], "id", d["panels"][0]["id"])),
    ("titles that come twice", lambda d: set_to([*grafana.panels(d)][1], "title", [*grafana.panels(d)][0]["title"])),
    ("lies over", lambda d: set_to(d["panels"][1], "gridPos", d["panels"][0]["gridPos"])),
    ("outside", lambda d: set_to(d["panels"][0]["gridPos"], "x", 23)),
    ("not used", lambda d: d["templating"]["list"].append({"type": "constant", "name": "spare", "query": "x"})),
    ("not defined", put("stat", lambda p: set_to(p["targets"][0], "expr", "up{a=\"$nobody\"}"))),
    ("a rate over", put("stat", lambda p: set_to(p["targets"][0], "expr", "rate(x_total[5m])"))),
    ("is made a number", put("stat", lambda p: set_to(p["targets"][0], "expr", "sum(x) or vector(0)"))),
    ("no unit", put("stat", lambda p: set_to(p["fieldConfig"]["defaults"], "unit", "percentunitt"))),
    ("nothing is shown", put("stat", lambda p: set_to(p["fieldConfig"]["defaults"], "noValue", "0 %"))),
    ("gaps are bridged", put("timeseries", lambda p: set_to(p["fieldConfig"]["defaults"]["custom"], "spanNulls", True))),
    ("states have no colours", put("state-timeline", lambda p: set_to(p["fieldConfig"]["defaults"]["color"], "mode", "thresholds"))),
    ("what was there last", put("stat", lambda p: p["targets"][0].update(instant=False, range=True))),
    ("do not rise", put("stat", lambda p: p["fieldConfig"]["defaults"]["thresholds"]["steps"].extend([{"color": "red", "value": 9}, {"color": "blue", "value": 1}]))),
    ("columns that there are not", put("table", lambda p: p["fieldConfig"]["overrides"].append({"matcher": {"id": "byName", "options": "Nobody"}, "properties": []}))),
    ("not chosen by a variable", put("stat", lambda p: set_to(p, "datasource", {"type": "prometheus", "uid": "abc"}))),
    ("a link to no dashboard", lambda d: d["links"].append({"title": "x", "url": "/d/wick-nowhere"})),
    ("somewhere else", lambda d: d["links"].append({"title": "x", "url": "https://example.org/"})),
]


def blind(dashboards, uids):
    """The wrong ones that nobody complains about."""
    for words, change in WRONG:
        changed = ((name, broken(dashboard, change)) for name, dashboard in dashboards.items())
        found = [any(words in fault for fault in faults_of(name, dashboard, uids)) for name, dashboard in changed if dashboard]
        if not found or not all(found):
            yield f"a fault that the check does not see: {words}"


def main():
    dashboards = grafana.load(sys.argv[1])
    uids = {dashboard["uid"] for dashboard in dashboards.values()}
    if len(uids) < len(dashboards) or not dashboards:
        print("there are no dashboards, or two have one uid")
        return 1
    failed = 0
    for name, faults in [("the check itself", blind(dashboards, uids)), *((name, faults_of(name, dashboard, uids)) for name, dashboard in dashboards.items())]:
        faults = list(faults)
        failed += bool(faults)
        print(("FAIL  " if faults else "ok    ") + name + "".join(f"\n      {fault}" for fault in faults))
    print(f"{len(dashboards) + 1 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
