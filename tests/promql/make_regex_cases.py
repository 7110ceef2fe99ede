#!/usr/bin/python3
"""Writes regex_cases.txt: random patterns and texts with Python's verdict, for tests/unit/promql_matcher_test.c.

    make_regex_cases.py > regex_cases.txt

Only what RE2 and Python read alike is drawn. One case per line: 1 or 0, the pattern, the text, with tabs between them.
"""
import random
import re

CASES = 1500
ATOMS = ["a", "b", "c", "0", ".", "[ab]", "[^a]", "[a-c0]", r"\d", r"\w", r"\.", r"\S", "-", "_", r"[^\d]", r"[\w-]", "[]a]", r"\D",
         "ab", "[.]", "ä", "[^ä]"]
REPEATS = ["*", "+", "?", "{2}", "{1,2}", "{2,}", "*?", "+?", "??", "{0}", "{0,1}?"]
LETTERS = "aaabbc0.-_]ä"


def atom(rng, depth):
    if depth == 0 or rng.random() < 0.75:
        return rng.choice(ATOMS)
    return rng.choice(["(", "(?:"]) + pattern(rng, depth - 1) + ")"


def pattern(rng, depth):
    out = ""
    for _ in range(rng.randrange(4)):
        out += atom(rng, depth) + (rng.choice(REPEATS) if rng.random() < 0.35 else "")
    return out + ("|" + pattern(rng, depth) if rng.random() < 0.25 else "")


def main():
    rng = random.Random(20231114)
    for _ in range(CASES):
        p, t = pattern(rng, 3), "".join(rng.choice(LETTERS) for _ in range(rng.randrange(7)))
        print(int(bool(re.fullmatch(p, t, re.ASCII))), p, t, sep="\t")


if __name__ == "__main__":
    main()
