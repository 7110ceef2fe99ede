"""The table of the README: what the usual rules say on the same data, beside the truth and wick."""

from concurrent.futures import ThreadPoolExecutor

import judge
from case import END
from peers import PEERS


def percent(value):
    if isinstance(value, str):
        return value
    if value is None:
        return "nothing"
    if value != value:
        return "NaN"
    return f"{100 * value:.1f} %"


def line(lab, case, answer):
    samples, _ = lab.self_check(case)
    want = judge.wanted(case, samples, "sample")
    peers = [percent(peer(lab.prometheus, case, judge.objective(case), END)) for peer in PEERS.values()]
    mine = percent(answer.get("budget_remaining")) if answer else "nothing"
    if answer and answer["state"] == "partial":
        mine += f", from {percent(answer['coverage'])} of the window"
    truth = percent(want.remaining)
    return f"| {case.row} | {truth} | {' | '.join(peers)} | {mine} |"


def measure(lab, wick, cases):
    answers, _ = lab.evaluate(wick, cases, "auto")
    heading = ["situation; what is left of the error budget", "truth", *PEERS, "wick"]
    rows = ["| " + " | ".join(heading) + " |", "|---" * len(heading) + "|"]
    with ThreadPoolExecutor(2) as pool:
        rows += pool.map(lambda case: line(lab, case, answers.get((case.name, case.slos[0].name), [None])[0]), cases)
    return "\n".join(rows)
