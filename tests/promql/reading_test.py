#!/usr/bin/python3
"""Expressions as wick and a real Prometheus read them: both must accept, or both refuse, and what wick prints must mean the same
to Prometheus as what was written.

    reading_test.py WICK [RANDOM]

RANDOM: how many expressions are made up (800 unless given); the same ones each time.
"""
import json
import os
import re
import subprocess
import sys

from generator import Generator
from prometheus import Prometheus

# What 2.42 says where Prometheus 3 takes a number for a duration, a duration for a number, or a quoted name.
NEWER = re.compile("missing unit character in duration|unexpected duration|expected duration|must be greater than 0|"
                   "unexpected string .* in (label matching|grouping opts)")
FOLDER = os.path.dirname(os.path.abspath(__file__))


def cases():
    with open(os.path.join(FOLDER, "cases.txt"), encoding="utf-8") as f:
        for line in f:
            line = line.rstrip("\n")
            if line and not line.startswith("#"):
                yield line[0], line[2:]


def read(wick, expressions):
    """What wick says to each, in as few calls as the length of a command line allows."""
    out = []
    for i in range(0, len(expressions), 100):
        answer = subprocess.run([wick, "promql", "--format", "json", "--", *expressions[i:i + 100]], stdout=subprocess.PIPE,
                                text=True, check=False)
        if answer.returncode not in (0, 1):
            raise SystemExit(f"wick promql ended with {answer.returncode}")
        out += [json.loads(line) for line in answer.stdout.rstrip("\n").split("\n")]
    assert len(out) == len(expressions)
    return out


def formatted(server, expression):
    """As Prometheus writes it, or None and its words."""
    try:
        return server.api("format_query", query=expression), ""
    except ValueError as e:
        return None, str(e)


def judge(server, mark, expression, line):
    """What is wrong, or None."""
    theirs, words = formatted(server, expression)
    if mark == "?":
        mark = "+" if theirs is not None else "3" if line["ok"] and NEWER.search(words) else "-"
    accepted = mark != "-"
    if line["ok"] != accepted:
        return f"wick {'accepts' if line['ok'] else 'refuses'} it: {line['error']} (Prometheus: {words})"
    if mark == "3":
        return "Prometheus 2.42 accepts it" if theirs is not None else None
    if (theirs is not None) != accepted:
        return f"Prometheus does not agree with the mark: {words}"
    if not accepted:
        return None
    ours, words = formatted(server, line["canonical"])
    if ours is None:
        return f"Prometheus refuses the canonical {line['canonical']}: {words}"
    if ours != theirs and mark != "=":
        return f"the canonical {line['canonical']} is {ours} to Prometheus, not {theirs}"
    return None


def main():
    wick = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 800
    asked = list(cases())
    generator = Generator(20231114)
    made_up = [generator.expression() for _ in range(count)] + [generator.pattern() for _ in range(count // 2)]
    asked += [("?", e) for e in made_up if e.strip() != "-"]  # a lone "-" is standard input to wick
    failed = accepted = 0
    with Prometheus() as server:
        for (mark, expression), line in zip(asked, read(wick, [e for _, e in asked])):
            wrong = judge(server, mark, expression, line)
            accepted += line["ok"]
            if wrong:
                failed += 1
                print(f"FAILED: {mark} {expression!r}: {wrong}")
    print(f"{len(asked)} expressions, {accepted} of them accepted, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
