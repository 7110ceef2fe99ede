"""Dashboards as Grafana reads them: panels, variables, and what becomes of a query before it is asked. Standard library only.

Written from Grafana's documentation of variables and of its Prometheus data source, and not from the program that writes the
dashboards."""

import copy
import json
import os
import re

NAME = re.compile(r"\$(\w+)|\$\{(\w+)(?:\.[^:^}]+)?(?::([^}]+))?\}|\[\[(\w+)(?::(\w+))?\]\]")


def load(folder):
    """{name: dashboard} of all JSON files in the folder."""
    return {name[:-len(".json")]: json.load(open(os.path.join(folder, name))) for name in sorted(os.listdir(folder)) if name.endswith(".json")}


def panels(dashboard):
    """All that show something: rows are none."""
    for panel in dashboard["panels"]:
        for one in (panel, *panel.get("panels", [])):
            if one["type"] != "row":
                yield one


def variables(dashboard):
    return {one["name"]: one for one in dashboard.get("templating", {}).get("list", [])}


def notes(dashboard):
    return [one for one in dashboard["annotations"]["list"] if not one.get("builtIn")]


def used(text):
    """Names of variables in a text, but for Grafana's own, which begin with two underscores."""
    found = (match[1] or match[2] or match[4] for match in NAME.finditer(text))
    return {name for name in found if not name.startswith("__")}


def regex_escaped(text):
    return re.sub(r"[$^*{}\[\]+?.()|]", lambda m: "\\\\" + m[0], text.replace("\\", "\\\\\\\\").replace("'", "\\\\'"))


class Scene:
    """A moment and a choice of values, for a dashboard: what its queries become, and what Prometheus answers."""

    def __init__(self, prometheus, dashboard, at, span, step, choice=(), rate="5m"):
        self.prometheus, self.dashboard = prometheus, dashboard
        self.at, self.span, self.step, self.rate = at, span, step, rate
        self.values = {}
        for variable in dashboard["templating"]["list"]:
            self.values[variable["name"]] = self.value_of(variable, dict(choice).get(variable["name"]))

    def value_of(self, variable, chosen):
        """A text, or a list of them, or None for all."""
        kind = variable["type"]
        if kind == "datasource":
            return "the-" + variable["query"]
        if kind in ("constant", "textbox"):
            return chosen or variable["query"]
        if kind == "custom":
            return chosen or variable["current"]["value"]
        options = self.options(variable)
        if chosen is not None:
            wrong = set([chosen] if isinstance(chosen, str) else chosen) - set(options)
            if wrong:
                raise AssertionError(f"{variable['name']} cannot be {wrong}: there are {options}")
            return chosen
        current = variable.get("current", {}).get("value")
        if current == "$__all":
            return None
        return current if current in options else options[0] if options else ""

    def options(self, variable):
        query, regex = self.filled(variable["query"]), variable.get("regex", "")
        if found := re.fullmatch(r"label_values\((.*), *([a-zA-Z_]\w*)\)", query, re.S):
            texts = self.prometheus.get(f"label/{found[2]}/values", **{"match[]": found[1]})
        elif found := re.fullmatch(r"label_names\((.+)\)", query):
            texts = self.prometheus.get("labels", **{"match[]": found[1]})
        elif found := re.fullmatch(r"query_result\((.+)\)", query, re.S):
            rows = self.prometheus.ask("query", query=found[1], time=self.at)["result"]
            texts = ["{" + ",".join(f'{name}="{value}"' for name, value in row["metric"].items()) + f"}} {row['value'][1]} {row['value'][0]}" for row in rows]
        else:
            raise AssertionError(f"{variable['name']} has a query of no kind that is known: {query}")
        if regex:
            found = (re.search(regex[1:-1], text) for text in texts)
            texts = [one[1] if one.re.groups else one[0] for one in found if one]
        return sorted(dict.fromkeys(texts), key=str.casefold) if variable["sort"] == 1 else list(dict.fromkeys(texts))

    def filled(self, text):
        """The text with its variables filled in, as for a query."""
        own = {"__rate_interval": self.rate, "__interval": f"{self.step}s", "__range": f"{self.span}s", "__range_s": str(self.span),
               "__from": str(1000 * (self.at - self.span)), "__to": str(1000 * self.at)}

        def one(match):
            name = match[1] or match[2] or match[4]
            if name in own:
                return own[name]
            if name not in self.values:
                raise AssertionError(f"${name} is not defined where it is used, or used before it is: {text}")
            return self.as_text(name)
        return NAME.sub(one, text)

    def as_text(self, name):
        value, variable = self.values[name], variables(self.dashboard)[name]
        if value is None:
            return variable["allValue"]
        if variable["type"] in ("query", "custom") and (variable.get("multi") or variable.get("includeAll")):
            texts = [regex_escaped(text) for text in ([value] if isinstance(value, str) else value)]
            return texts[0] if len(texts) == 1 else "(" + "|".join(texts) + ")"
        return value.replace("\\", "\\\\").replace("'", "\\\\'")

    def answer(self, target):
        """[(labels, [(time, value), ...])]"""
        if target.get("interval", "").endswith("m"):  # a rate goes over this and a scrape, at least
            return Scene.answer(self.with_rate(target["interval"]), {**target, "interval": ""})
        return self.instant(target["expr"]) if target["instant"] else self.range(target["expr"])

    def with_rate(self, rate):
        other = copy.copy(self)
        other.rate = rate
        return other

    def instant(self, expr):
        return [(row["metric"], [(row["value"][0], float(row["value"][1]))])
                for row in self.prometheus.ask("query", query=self.filled(expr), time=self.at)["result"]]

    def range(self, expr):
        begin = (self.at - self.span) // self.step * self.step  # as Grafana does: whole steps
        result = self.prometheus.ask("query_range", query=self.filled(expr), start=begin, end=self.at, step=self.step)["result"]
        return [(row["metric"], [(time, float(value)) for time, value in row["values"]]) for row in result]
