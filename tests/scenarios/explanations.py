"""`wick dora explain`: what each number is made of, piece by piece against git and SQL; and the sum, against the report."""

import calendar
import json
import time

from scenario import check, equal, scenario

from delivery import ALWAYS, Report, large  # its scenarios are of that file  # noqa: I001
from github import server  # noqa: E402  (found by that file)
from github.truth import Delivery, Truth, differences
from github.world import World

WORDS = {"7d": 7, "30d": 30, "90d": 90}
QUANTILES = ("p50", "p75", "p90", "count")


def seconds(text):
    return text and calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


class Explained:
    """All metrics of one service, from one file of facts."""

    def __init__(self, report, at, service, window):
        self.report, self.at, self.service, self.window = report, at, service, window

    def run(self, metric, *more, kind="json"):
        argv = [f"--format={kind}" if one.startswith("--format=") else one for one in self.report.argv(self.at, ALWAYS, f"--facts={self.report.facts}", f"--window={self.window}", *more)]
        return self.report.run(["dora", "explain", metric, self.service, *argv[2:]])

    def of(self, metric):
        code, out, err = self.run(metric)
        check(code == 0, f"'wick dora explain {metric}' ends with {code}: {err}")
        return json.loads(out)


def pieces(said):
    """The deployments of an explanation, as truth.py has them."""
    of = said["deployments"]
    return {"deployments": [(one["sha"], seconds(one["at"]), int(one["rollback"]), int(one["hotfix"]), int(one["reverts"])) for one in of],
            "lead": sorted((one["sha"], change["sha"], change["lead_time_seconds"]) for one in of for change in one["changes"] if not change["left_out"]),
            "evidence": sorted(((one["sha"], seconds(one["at"]), piece["kind"], seconds(piece["at"]), seconds(piece["recovered"])) for one in of for piece in one["evidence"]), key=str),
            "recovery": sorted(((one["sha"], seconds(one["at"]), one["recovery_seconds"]) for one in of if one["failed"]), key=str)}


def left_out(said):
    return sorted((seconds(one["at"]), one["reason"], one["what"]) for one in said["left_out"])


def hold_pieces(explained, parts, what):
    """Every list of every metric; what has to do with pull requests is named by their commits here."""
    for metric in ("deployments", "lead_time", "change_failure", "rework"):
        got = pieces(explained.of(metric))
        for name, rows in parts.items():
            if name in got and (name != "lead" or explained.by_commit):
                equal(got[name], rows, f"{what}: {metric}: {name}")
    equal(pieces(explained.of("recovery"))["recovery"], parts["recovery"], f"{what}: recovery")
    said = explained.of("attempts")["attempts"]
    # GitHub is not asked when others than these have ended
    ended = lambda rows: [one for one in rows if one[3] in ("success", "failure")]
    equal(ended(sorted((one["id"], one["number"], one["sha"], one["result"], seconds(one["finished"])) for one in said)), ended(parts["attempts"]), f"{what}: attempts")
    equal(left_out(explained.of("lead_time")), [one for one in parts["left_out"] if one[1] != "same_commit"], f"{what}: left out of lead times")
    equal([one for one in left_out(explained.of("deployments")) if one[1] == "same_commit"], [one for one in parts["left_out"] if one[1] == "same_commit"], f"{what}: attempts that deployed nothing new")


def hold_sums(explained, row, what):
    """The last lines are the report's numbers, which are those of SQL."""
    sums = {metric: explained.of(metric)["sum"] for metric in ("deployments", "lead_time", "change_failure", "recovery", "rework", "attempts")}
    got = {"deployments": sums["deployments"]["deployments"], "deployments_per_day": sums["deployments"]["deployments_per_day"], "failed_deployments": sums["change_failure"]["failed_deployments"],
           "change_failure_ratio": sums["change_failure"]["ratio"], "rework_ratio": sums["rework"]["ratio"], "attempts": sums["attempts"]["attempts"],
           "evidence": {kind: sums["change_failure"][kind] for kind in row["evidence"]}, "lead_time_seconds": {one: sums["lead_time"][one] for one in QUANTILES},
           "recovery_time_seconds": {one: sums["recovery"][one] for one in QUANTILES}}
    equal(differences(got, {name: row[name] for name in got}, what), [], "sums")
    equal(sums["recovery"]["failed_deployments"] - sums["recovery"]["not_recovered"], row["recovery_time_seconds"]["count"], f"{what}: recovered")
    equal(len(sums["lead_time"]["sorted_seconds"]), row["lead_time_seconds"]["count"], f"{what}: lead times")


@scenario
def every_number_is_explained_by_what_git_and_sql_count(stage):
    """Two years with everything in them; three services that are measured in different ways, and windows of 7, 30 and 90 days."""
    world, shop, end = large(pulls=300, runs=200, skewed=0.05, reverted=0.1, hotfixes=0.1, rollbacks=0.1, incidents=0.2)
    deliveries = [Delivery(), Delivery(service="part", paths=("src/part1/*", "src/part2/*"), bots_out=True, recovery="first"), Delivery(service="pulls", lead_time="first_commit", authors_out=("dev-1*",))]
    with server.Server(world, at=end) as github:
        report = Report(stage, github, deliveries, "acme/anvil")
        for one in deliveries:
            truth = Truth(shop, one)
            rows = {row["window"]: row for row in truth.report(end)}
            for window, days in WORDS.items():
                explained, what = Explained(report, end, one.service, window), f"{one.service} {window}"
                explained.by_commit = one.lead_time == "commit"
                hold_pieces(explained, truth.parts(end, days), what)
                hold_sums(explained, rows[window], what)


def shop_of_a_week():
    world = World()
    shop = world.repository("acme/shop", "2026-03-02 08:00")
    shop.commit("2026-03-02 08:00", "Begin")
    shop.run("2026-03-02 09:00", took=300)
    bad = shop.commit("2026-03-03 09:00", "Taxes")
    shop.run("2026-03-03 10:00", took=295, result="failure").again("2026-03-03 10:30", took=295)
    shop.issue("2026-03-03 11:00", "Down", labels=["incident"]).close("2026-03-03 13:00")
    shop.revert("2026-03-03 11:30", bad)
    shop.run("2026-03-03 12:00", took=295)
    return world, shop, bad


@scenario
def an_explanation_for_people_adds_up(stage):
    """The same as text: each deployment with its commits, what failed and why, and a last line that gives the number; by the names of reports, too."""
    world, shop, bad = shop_of_a_week()
    with server.Server(world, at="2026-03-10") as github:
        explained = Explained(Report(stage, github, [Delivery()]), "2026-03-10", "shop", "30d")
        revert = shop.head().sha[:7]
        for metrics, lines in ((("lead_time", "lead_time_seconds"), (f"    {bad.sha[:7]} 1h 35m (5700 s), dev: Taxes\n", f"    {revert} 35m (2100 s), dev: Revert \"Taxes\"\n",
                                                                     "2 lead times. In the order of size:\n", "  p50 = 1h 5m (3900 s): ")),
                               (("change_failure", "change_failure_ratio"), ("#1 Down", f"revert of sha {revert}, of commit {bad.sha[:7]}", "1 failed of 3 deployments = 0.3333333333333333 = 33.3 %\n")),
                               (("recovery",), ("p50 = 2h 25m (8700 s)",)), (("rework", "rework_ratio"), ("1 unplanned of 3 deployments = ",)),
                               (("attempts",), ("3 success, 1 failure; 3 success + 1 failure = 4 attempts\n",)), (("deployments", "frequency"), ("3 deployments",))):
            texts = [explained.run(metric, kind="table") for metric in metrics]
            equal([code for code, _, _ in texts], [0] * len(metrics), texts)
            equal(len({out for _, out, _ in texts}), 1, f"{metrics} are the same")
            check(all(line in texts[0][1] for line in lines), f"{lines} in:\n{texts[0][1]}")


@scenario
def what_there_is_no_explanation_of_is_said(stage):
    """A metric or service that is not there, an environment that the service does not have; with what there is."""
    world, _, _ = shop_of_a_week()
    with server.Server(world, at="2026-03-10") as github:
        report = Report(stage, github, [Delivery()])
        for metric, service, more, words in (("lead-time", "shop", (), "there is 'lead_time'"), ("happiness", "shop", (), "there are 'deployments' (or 'frequency'), 'lead_time'"),
                                             ("lead_time", "shpo", (), "there is no service 'shpo'"), ("lead_time", "shop", ("--environment=staging",), "an environment 'staging'"),
                                             ("lead_time", "shop", ("--window=1d",), "--window")):
            argv = report.argv("2026-03-10")
            code, out, err = report.run(["dora", "explain", metric, service, *argv[2:], *more])
            equal((code, out), (2, ""), err)
            check(words in err, f"'{words}' in {err}")
