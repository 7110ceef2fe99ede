#!/usr/bin/python3
"""The command line: what `wick promql` prints, and how it ends.

    command_test.py WICK
"""
import json
import subprocess
import sys

BROKEN = "sum(\n\trate(ä)"
BROKEN_TEXT = """argument 2:2:7: 'ä' has no meaning here
  \trate(ä)
  \t     ^
"""


def wick(*args, text=None):
    done = subprocess.run([sys.argv[1], "promql", *args], input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def a_good_expression_is_printed_in_its_parts():
    code, out, err = wick("sum( rate(a{b='c'}[$window]) )")
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[0] == 'canonical: sum(rate(a{b="c"}[$window]))'
    assert lines[1].startswith('rewritten: sum((last_over_time(a{b="c"}[5m]) unless ')
    assert lines[2] == 'selectors: a{b="c"}'
    assert lines[3].startswith("asked:     the samples of its selectors")
    assert lines[4:] == ["counted:   every event once"]
    assert "asked:     what is rewritten\n" in wick("max(rate(a[5m]))")[1]


def a_fault_is_shown_with_a_caret_below_it():
    code, out, _ = wick("a", BROKEN)
    assert code == 1
    assert out.endswith("\n\n" + BROKEN_TEXT), out


def lines_of_standard_input_are_expressions_and_blank_ones_are_not():
    code, out, _ = wick("--format", "json", "-", text="a\n\n  \nb +\nc")
    objects = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [o["ok"] for o in objects] == [True, False, True]
    assert [o["canonical"] for o in objects] == ["a", None, "c"]
    assert (objects[1]["line"], objects[1]["column"]) == (4, 4)
    assert all({"ok", "canonical", "rewritten", "error"} <= o.keys() for o in objects)


def json_tells_what_is_counted():
    code, out, _ = wick("--format=json", "--step", "30s", "--lookback", "2m", "--horizon", "10m", "sum(rate(a[5m])) / sum(rate(b[5m]))")
    told = json.loads(out)
    assert code == 0
    assert (told["counters"], told["exact"], told["events"], told["note"], told["error"]) == (2, True, False, None, None)
    assert told["selectors"] == ["a", "b"]
    for piece in ("last_over_time(a[2m])", "last_over_time(a[10m] offset 30s)", "max_over_time(b[30s])", "< 120)"):
        assert piece in told["rewritten"], piece


def a_wrong_command_line_is_not_run():
    for args in ((), ("--step", "0s", "a"), ("--step", "soon", "a"), ("--format", "yaml", "a"), ("--stepp", "1m", "a")):
        code, out, err = wick(*args)
        assert (code, out) == (2, "") and err.startswith("wick: error: "), (args, code, out, err)


def an_expression_that_begins_with_a_minus_stands_behind_two():
    assert wick("--", "-a")[1].startswith("canonical: -a\n")


def main():
    failed = 0
    for test in (a_good_expression_is_printed_in_its_parts, a_fault_is_shown_with_a_caret_below_it,
                 lines_of_standard_input_are_expressions_and_blank_ones_are_not, json_tells_what_is_counted,
                 a_wrong_command_line_is_not_run, an_expression_that_begins_with_a_minus_stands_behind_two):
        try:
            test()
            print(f"ok: {test.__name__}")
        except AssertionError as e:
            failed += 1
            print(f"FAILED: {test.__name__}: {e}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
