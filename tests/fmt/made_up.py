"""Made-up definition files in many styles, which know what each of their comments is about."""

import json
import random

PLAIN_IN_BLOCKS = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-./%(){}=\"~,;")


def events(random_):
    total = random_.choice(['http_requests_total{job="a"}', "sum(increase(x_total[$window]))", "x_total", "sum(\n  rate(y[5m])\n)\n"])
    return {"total": total, random_.choice(["good", "bad"]): 'x_total{code=~"5..",text="it\'s"}'}


def sli(random_):
    return random_.choice([
        {"events": events(random_)},
        {"latency": {"threshold": "250ms", "histogram": "x_seconds", "unit": "s"}},
        {"probe": 'up{job="a"}'},
        {"with": {"matchers": {"ingress": "shop", "b": "on"}, "threshold": "250ms"}, "template": "ingress-nginx-latency"},
        {"threshold": {"value": "1", "operator": "<", "query": "max(x)"}},
    ])


def tier(random_):
    return {"budget": "2%", "name": "own", "long": "1h", "severity": "page",
            "annotations": {"z": "{{ $value }}", "a": random_.choice(["# no comment", "null", "yes"])}}


def slo(random_, number):
    optional = {
        "description": random_.choice(["what is promised", "a: b", "two lines\nof it\n", " blank", "it's \"so\"", "long " * 30 + "text", "end\n\n", ""]),
        "window": random_.choice(["30d", {"start": "2026-01-05", "timeZone": "Europe/Berlin", "calendar": "week", "every": "2"}]),
        "labels": {"zone": "b", "area": "a", "long": "x" * random_.choice([1, 130])},
        "groupBy": ["route", "area"],
        "alerting": {"tiers": [tier(random_), {"disable": "true", "name": "budget-50"}], "runbook": "http://example.com/#x", "disable": "false"},
        "policy": "none",
    }
    slo_ = {"name": f"s{number}", "objective": random_.choice(["99.5%", "0.995"]), "sli": sli(random_)}
    slo_.update((key, value) for key, value in optional.items() if random_.random() < 0.4)
    return slo_


def document(random_):
    kind = random_.random()
    if kind < 0.1:
        levels = {"freeze": {"agreed": "Stop.", "consumed": "100%"}, "normal": {"agreed": "Go on:\nas usual.\n"}}
        return {"levels": levels, "kind": "Policy", "description": "agreed", "apiVersion": "wick/v1", "name": "default"}
    if kind < 0.2:
        parameters = {"queue": {"example": "mails", "type": "text", "help": "whose jobs"}, "bad": {"default": "a|b", "type": "regex"}}
        return {"sli": {"events": events(random_)}, "parameters": parameters, "kind": "Template", "name": "jobs",
                "metrics": {"y_total": "ours", "a_total": "theirs"}, "apiVersion": "wick/v1"}
    if kind < 0.3:
        return {"exclusions": [{"repeat": "FREQ=DAILY", "reason": "why: so", "duration": "2h", "from": "2026-11-20T22:00", "for": {"service": "shop", "slo": "shop/s0"}},
                               {"from": "2026-11-20", "for": {"labels": {"zone": "b", "area": "a"}}, "to": "2026-11-21 02:00", "author": "b", "reason": "x"}],
                "adjustments": [{"bad": "-3", "reason": "lost", "at": "2026-11-20T22:00:00Z", "for": {"slo": ["shop/s1", "shop/s0"]}}],
                "author": "a", "timeZone": "Europe/Berlin", "kind": "Corrections", "apiVersion": "wick/v1"}
    if kind < 0.4:
        return {"environments": {"staging": {"branch": "main", "workflow": "deploy.yml"}, "production": {"releases": "v*", "prereleases": "true"}},
                "incidents": [{"slo": "page"}, {"issues": {"repository": "o/r", "labels": ["b", "a"]}}, {"incident": {"opened": "2026-11-20T22:00", "name": "it: broke"}}],
                "paths": ["b/*", "a/*"], "service": "shop", "leave_out": {"authors": ["b", "a"], "bots": "true"}, "repository": "o/r", "kind": "Delivery", "apiVersion": "wick/v1"}
    head = {"apiVersion": "wick/v1", "kind": "ServiceLevels", "service": "shop", "slos": [slo(random_, n) for n in range(random_.randint(1, 3))]}
    if random_.random() < 0.3:
        head["labels"] = {"team": "a"}
    return head


class Writer:
    """One text. Comments are '#N'; `about[N]` is ("before" | "beside" | "end", the path of what it is about)."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.step = self.random.choice([2, 2, 3, 4])
        self.lists = self.random.choice([0, 2])
        self.comments = self.random.choice([0, 0.1, 0.5, 1])
        self.messy = self.random.choice([0, 0.3])
        self.lines, self.about, self.count = [], {}, 0
        self.kept = -1  # behind so many lines an empty one would belong to a text
        self.trees = [document(self.random) for _ in range(self.random.choice([1, 1, 1, 2, 3]))]
        for number, tree in enumerate(self.trees):
            if number or self.random.random() < 0.2:
                self.blank()
                self.lines.append("---")
            self.collection(tree, 0, (number,))
        text = "\n".join(self.messed(line) for line in self.lines)
        self.text = text + ("\n" if self.kept == len(self.lines) else self.random.choice(["\n", "\n", "", "\n\n\n"]))
        if self.random.random() < 0.1:
            self.text = self.text.replace("\n", "\r\n")
        if self.random.random() < 0.1:
            self.text = "\ufeff" + self.text

    def messed(self, line):
        """Lines that are parts of texts keep their ends."""
        if isinstance(line, tuple):
            return line[0]
        return line + "  " if line and self.random.random() < self.messy else line

    def chance(self):
        return self.random.random() < self.comments

    def comment(self, where, path):
        self.count += 1
        self.about[self.count] = (where, path)
        return f"#{self.count} " + self.random.choice(["why", "a: b", "- c", "'", '"x', "# #", "ünd"])

    def blank(self):
        if self.kept == len(self.lines):
            return
        for _ in range(self.random.choice([0, 0, 0, 1, 3])):
            self.lines.append("")

    def before(self, indent, path):
        self.blank()
        while self.chance() and self.random.random() < 0.7:
            self.lines.append(" " * indent + self.comment("before", path))
            if self.random.random() < 0.2:
                self.blank()

    def beside(self, path):
        return " " * self.random.choice([1, 2, 20]) + self.comment("beside", path) if self.chance() else ""

    def shuffled(self, tree):
        pairs = list(tree.items())
        self.random.shuffle(pairs)
        return pairs

    def key(self, key):
        return self.random.choice([key] * 5 + [f'"{key}"', f"'{key}'"])

    def scalar(self, text, flow=False):
        styles = [json.dumps(text, ensure_ascii=False)]
        if "\n" not in text:
            styles.append("'" + text.replace("'", "''") + "'")
        allowed = PLAIN_IN_BLOCKS - set("{},\"") if flow else PLAIN_IN_BLOCKS
        if text and text == text.strip() and set(text) <= allowed and (text[0].isalnum()):
            styles += [text] * 3
        return self.random.choice(styles)

    def flow(self, tree):
        blank = self.random.choice(["", " ", "  "])
        if isinstance(tree, dict):
            return "{" + blank + ("," + " " + blank).join(f"{self.key(k)}: {self.flow(v)}" for k, v in self.shuffled(tree)) + blank + "}"
        if isinstance(tree, list):
            return "[" + blank + ", ".join(self.flow(v) for v in tree) + self.random.choice(["", ","]) + blank + "]"
        return self.scalar(tree, True)

    def block_text(self, lead, text, indent, path):
        style = "|"
        body, ends = text.rstrip("\n"), len(text) - len(text.rstrip("\n"))
        chomp = {0: "-", 1: ""}.get(ends, "+")
        inner = self.random.choice([1, 2, 3, 4])
        digit = str(inner) if body.startswith(" ") or self.random.random() < 0.2 else ""
        self.lines.append((f"{lead} {style}{digit}{chomp}{self.beside(path)}",))
        for line in body.split("\n") + [""] * (ends - 1 if ends > 1 else 0):
            self.lines.append((" " * (indent + inner) + line if line else "",))
        if chomp == "+":
            self.kept = len(self.lines)

    def many_lines(self, lead, text, indent, path):
        quote = self.random.choice("'\"")
        words = text.replace("'", "''").split(" ") if quote == "'" else json.dumps(text, ensure_ascii=False)[1:-1].split(" ")
        half = len(words) // 2
        self.lines.append((f"{lead} {quote}{' '.join(words[:half])}",))
        self.lines.append((" " * (indent + 5) + " ".join(words[half:]) + quote + self.beside(path),))

    def value(self, lead, value, indent, path):
        """Behind `lead`, "key:" or "-", whose entry stands at `indent`."""
        choice = self.random.random()
        if isinstance(value, str):
            if value and choice < 0.15 and not value.isspace():
                self.block_text(lead, value, indent, path)
            elif choice < 0.3 and value.count(" ") > 1 and "\n" not in value and value == value.strip() and "  " not in value:
                self.many_lines(lead, value, indent, path)
            elif choice < 0.35 and lead.strip() != "-":
                self.lines.append(lead)
                self.before(indent + 3, path)
                self.lines.append(" " * (indent + 3) + self.scalar(value) + self.beside(path))
            else:
                self.lines.append(f"{lead} {self.scalar(value)}{self.beside(path)}")
        elif not value or choice < 0.25 and path[-1] != "slos" or choice < 0.05:
            self.lines.append(f"{lead} {self.flow(value)}{self.beside(path)}")
        elif lead.strip() == "-" and isinstance(value, dict) and choice < 0.8:
            self.collection(value, len(lead) + 1, path, lead + " ")
        else:
            self.lines.append(lead + self.beside(path))
            self.collection(value, indent + (self.lists if isinstance(value, list) else self.step), path)

    def collection(self, tree, indent, path, first=None):
        pairs = self.shuffled(tree) if isinstance(tree, dict) else list(enumerate(tree))
        for name, value in pairs:
            if first is None:
                self.before(indent, (*path, name))
            lead = first if first is not None else " " * indent
            self.value(lead + (self.key(name) + ":" if isinstance(tree, dict) else "-"), value, indent, (*path, name))
            first = None
        # what stands at the end of a list that is not indented is taken to be about the next key
        if self.chance() and not (isinstance(tree, list) and self.lists == 0):
            self.blank()
            self.lines.append(" " * indent + self.comment("end", path))
