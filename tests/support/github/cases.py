"""Small worlds, each about one thing that delivery metrics get wrong, with what a person counts in the last 90 days.

Of a case the truth is worked out twice: by hand in `counted`, for the numbers that it is about, and by truth.py for all of them."""

from .truth import Delivery, differences
from .world import World, when

MINUTE, HOUR, DAY = 60, 3600, 86400
CASES = []


class Case:
    def __init__(self, play, at, delivery, counted):
        self.name, self.sentence, self.play = play.__name__, " ".join(play.__doc__.split()), play
        self.moments, self.delivery, self.counted = ([at] if isinstance(at, str) else list(at)), delivery or Delivery(), counted

    def world(self):
        """Begun on a Monday, with a first deployment at 09:05:05."""
        world = World()
        shop = world.repository("acme/shop", "2026-03-02 08:00")
        shop.commit("2026-03-02 08:00", "Begin", files=["README.md", "src/main.c"])
        shop.run("2026-03-02 09:00", took=300)
        self.play(shop)
        return world

    def faults(self, truth):
        """What the truth says otherwise than a person does."""
        at = self.moments[-1]
        row, samples = truth.report(at)[2], truth.samples(at)
        want = {name: sorted(value) if name in samples else value for name, value in self.counted.items()}
        return differences({**row, **samples}, want, "")


def case(at="2026-04-01", delivery=None, **counted):
    """`at`: when it is looked at, several times perhaps. `counted`: of the row of 90 days at the last of them; lead, recovery: all such times."""
    def mark(play):
        CASES.append(Case(play, at, delivery, counted))
        return play
    return mark


def deployed(at):
    """When a run that was asked for at that time, and takes 300 seconds, is over."""
    return when(at) + 305


@case(deployments=4, lead=[deployed("2026-03-03 12:00") - when(written) for written in ("2026-03-03 09:00", "2026-03-03 10:00")] + [
    deployed("2026-03-04 12:00") - when("2026-03-04 11:59")] + [deployed("2026-03-05 12:00") - when(written) for written in ("2026-03-05 09:00", "2026-03-05 10:00")],
    excluded={"no_baseline": 1, "merge_commit": 1})
def commits_count_however_they_are_merged(shop):
    """A merge keeps its commits and adds one that counts not; a squash makes one of them; a rebase makes them anew."""
    for day, how in ((3, "merge"), (4, "squash"), (5, "rebase")):
        pull = shop.pull(f"2026-03-{day:02} 10:30", f"feature/{how}", how, commits=[(f"2026-03-{day:02} 09:00", "One"), (f"2026-03-{day:02} 10:00", "Two")])
        pull.merge(f"2026-03-{day:02} 11:59", how)
        shop.run(f"2026-03-{day:02} 12:00", took=300)


@case(deployments=3, failed_deployments=1, evidence={"incident": 0, "rollback": 0, "revert": 0, "hotfix": 1}, rework_ratio=1 / 3,
      recovery=[deployed("2026-03-03 15:00") - deployed("2026-03-03 10:00")])
def a_hotfix_says_that_the_deployment_before_it_failed(shop):
    """A deployment of a pull request from hotfix/tax, five hours after the one before."""
    shop.commit("2026-03-03 09:00", "Taxes")
    shop.run("2026-03-03 10:00", took=300)
    shop.pull("2026-03-03 14:00", "hotfix/tax", "Taxes of zero", commits=[("2026-03-03 13:50", "Taxes of zero")]).merge("2026-03-03 14:30", "squash")
    shop.run("2026-03-03 15:00", took=300)


@case(deployments=3, failed_deployments=0, rework_ratio=1 / 3)
def a_hotfix_two_days_later_blames_nobody(shop):
    """It is unplanned work all the same; by its label this time."""
    shop.commit("2026-03-03 09:00", "Taxes")
    shop.run("2026-03-03 10:00", took=300)
    shop.pull("2026-03-05 14:00", "fix", "Taxes of zero", labels=["hotfix"], commits=[("2026-03-05 13:50", "Taxes of zero")]).merge("2026-03-05 14:30", "merge")
    shop.run("2026-03-05 15:00", took=300)


@case(deployments=4, failed_deployments=1, evidence={"incident": 0, "rollback": 0, "revert": 1, "hotfix": 0}, rework_ratio=1 / 4,
      recovery=[deployed("2026-03-03 20:00") - deployed("2026-03-03 10:00")])
def a_revert_blames_the_deployment_that_brought_the_commit(shop):
    """Not the one directly before it; and what is reverted before it was ever deployed is nobody's fault."""
    bad = shop.commit("2026-03-03 09:00", "Colours", files=["src/colour.c"])
    shop.run("2026-03-03 10:00", took=300)
    shop.commit("2026-03-03 11:00", "Fonts", files=["src/font.c"])
    shop.run("2026-03-03 12:00", took=300)
    shop.revert("2026-03-03 13:00", bad)
    never = shop.commit("2026-03-03 14:00", "Sounds", files=["src/sound.c"])
    shop.revert("2026-03-03 15:00", never)
    shop.run("2026-03-03 20:00", took=300)


@case(deployments=5, failed_deployments=2, evidence={"incident": 0, "rollback": 0, "revert": 2, "hotfix": 0}, rework_ratio=2 / 5,
      recovery=[deployed("2026-03-03 14:00") - deployed("2026-03-03 10:00"), deployed("2026-03-04 16:00") - deployed("2026-03-04 10:00")])
def a_revert_may_name_a_pull_request(shop):
    """In its commit, or in its own pull request alone, as GitHub words it; once where both do, and not where it is another repository's."""
    first = shop.pull("2026-03-03 08:00", "feature/a", "Colours", commits=[("2026-03-03 07:00", "One"), ("2026-03-03 07:30", "Two")]).merge("2026-03-03 09:00", "merge")
    shop.run("2026-03-03 10:00", took=300)
    shop.pull("2026-03-03 12:30", "revert-1", "Revert \"Colours\"", body=f"Reverts acme/shop#{first.number}",
              commits=[("2026-03-03 12:00", f"Revert \"Colours\"\n\nReverts #{first.number}\n")]).merge("2026-03-03 13:00", "rebase")
    shop.run("2026-03-03 14:00", took=300)
    second = shop.pull("2026-03-04 08:00", "feature/b", "Fonts", commits=[("2026-03-04 07:00", "Fonts")]).merge("2026-03-04 09:00", "squash")
    shop.run("2026-03-04 10:00", took=300)
    shop.pull("2026-03-04 12:30", "revert-2", "Revert \"Fonts\"", body=f"Reverts Acme/Shop#{second.number}", commits=[("2026-03-04 12:00", "Revert \"Fonts\"")]).merge("2026-03-04 13:00", "squash")
    shop.pull("2026-03-04 14:00", "revert-3", "Revert another", body=f"Reverts acme/other#{first.number}", commits=[("2026-03-04 13:50", "Revert another")]).merge("2026-03-04 15:00", "merge")
    shop.run("2026-03-04 16:00", took=300)


@case(deployments=4, failed_deployments=1, evidence={"incident": 0, "rollback": 1, "revert": 0, "hotfix": 0}, lead=[305 + HOUR] * 2,
      recovery=[deployed("2026-03-03 10:30") - deployed("2026-03-03 10:00")], rework_ratio=1 / 4)
def a_rollback_brings_nothing_and_what_comes_back_counts_once(shop):
    """An older commit is deployed; then one that holds all of it: the commits that were rolled back have had their lead time."""
    old = shop.head()
    shop.commit("2026-03-03 09:00", "Taxes")
    shop.run("2026-03-03 10:00", took=300)
    shop.run("2026-03-03 10:30", commit=old, event="workflow_dispatch", took=300)
    shop.commit("2026-03-05 09:00", "Taxes, better")
    shop.run("2026-03-05 10:00", took=300)


@case(at=("2026-03-03 10:04", "2026-03-03 10:20", "2026-03-03 11:02", "2026-04-01", "2026-04-02"), deployments=3, attempts=7, lead=[when("2026-03-03 11:05:05") - when("2026-03-03 09:00"), 2 * HOUR],
      excluded={"no_baseline": 1, "same_commit": 1})
def a_run_that_is_run_again_is_one_deployment(shop):
    """Two failures and a success; a success that is run again deploys nothing new. The second begins before midnight and ends after it."""
    shop.commit("2026-03-03 09:00", "Taxes")
    run = shop.run("2026-03-03 10:00", took=295, result="failure", jobs=("build", "deploy"))
    run.again("2026-03-03 10:10", took=295, result="timed_out", only=("deploy",))
    run.again("2026-03-03 11:00", took=300, only=("deploy",))
    run.again("2026-03-20 11:00", took=300, jobs=("build", "deploy"))
    shop.commit("2026-03-31 22:10", "Night")
    late = shop.run("2026-03-31 22:15", took=100, result="failure")
    late.again("2026-03-31 23:50", took=20 * MINUTE - 5)


@case(at="2026-04-02", deployments=6, lead=[305 + HOUR] * 4, excluded={"no_baseline": 1, "not_linear": 1})
def release_branches_beside_each_other_bring_each_commit_once(shop):
    """The default branch and release/1.x take turns; each deployment is beside the one before, and brings what is new in it. The last holds
    nothing that was not live before."""
    shop.branch("2026-03-02 12:00", "release/1.x", shop.head())
    shop.commit("2026-03-03 09:00", "New")
    shop.run("2026-03-03 10:00", took=300)
    shop.commit("2026-03-06 09:00", "Fix", "release/1.x")
    shop.run("2026-03-06 10:00", branch="release/1.x", took=300)
    shop.commit("2026-03-09 09:00", "Newer")
    shop.run("2026-03-09 10:00", took=300)
    shop.commit("2026-03-12 09:00", "Another fix", "release/1.x")
    shop.run("2026-03-12 10:00", branch="release/1.x", took=300)
    shop.run("2026-03-15 10:00", commit=shop.head(), took=300)


@case(deployments=2, lead=[deployed("2026-03-03 10:00") - when("1999-12-31")], excluded={"no_baseline": 1, "clock_skew": 1})
def clocks_that_are_wrong_give_no_negative_times(shop):
    """A commit from the future counts not; one from long ago does."""
    shop.commit("2026-03-03 09:00", "Ahead", authored="2026-05-01")
    shop.commit("2026-03-03 09:10", "Behind", authored="1999-12-31")
    shop.run("2026-03-03 10:00", took=300)


@case(at=("2026-03-03 10:02", "2026-03-03 10:06", "2026-04-01"), deployments=2, attempts=2)  # the two others have not ended
def what_is_in_progress_is_no_deployment_yet(shop):
    """A run that takes five minutes, one that never ends, and one that waits for somebody."""
    shop.commit("2026-03-03 09:00", "Taxes")
    shop.run("2026-03-03 10:00", took=300)
    shop.commit("2026-03-03 11:00", "Fonts")
    shop.run("2026-03-03 12:00", took=None)
    shop.run("2026-03-31 12:00", took=300, waits=90 * DAY, word="waiting")


@case(at=("2026-03-03 18:00", "2026-03-03 20:00", "2026-04-01"), deployments=4, failed_deployments=2, evidence={"incident": 2, "rollback": 1, "revert": 0, "hotfix": 0},
      recovery=[when("2026-03-03 19:00") - deployed("2026-03-03 10:00")], open_incidents=1)
def incidents_count_against_the_deployment_before_them(shop):
    """One outlasts the rollback, one comes too late for any, one is open still, one has lost its label."""
    old = shop.head()
    shop.commit("2026-03-03 09:00", "Taxes")
    shop.run("2026-03-03 10:00", took=300)
    shop.issue("2026-03-03 11:00", "Down", labels=["incident", "sev1"]).close("2026-03-03 19:00")
    shop.run("2026-03-03 11:30", commit=old, took=300)
    shop.issue("2026-03-05 11:36", "Late", labels=["incident"]).close("2026-03-05 12:00")
    shop.issue("2026-03-03 12:00", "No incident after all", labels=["incident"]).label("2026-03-03 12:30", "question").close("2026-03-03 13:00")
    shop.pull("2026-03-06 09:00", "docs", "About incidents", labels=["incident"], commits=[("2026-03-06 08:00", "Docs")]).close("2026-03-06 09:30")
    shop.commit("2026-03-10 09:00", "Fonts")
    shop.run("2026-03-10 10:00", took=300)
    shop.issue("2026-03-10 12:00", "Down for good", labels=["incident"])


@case(delivery=Delivery(bots_out=True, authors_out=("intern*",)), deployments=2, lead=[305 + HOUR], excluded={"no_baseline": 1, "bot": 1, "author": 1})
def bots_and_others_are_left_out(shop):
    """A bot's commit, one of an author who is left out, and one that counts."""
    shop.pull("2026-03-03 08:10", "bot/zlib", "Bump zlib", author="dependabot[bot]", commits=[("2026-03-03 08:00", "Bump zlib")]).merge("2026-03-03 08:30", "rebase")
    shop.commit("2026-03-03 08:50", "Trial", author="intern-2")
    shop.commit("2026-03-03 09:00", "Taxes")
    shop.run("2026-03-03 10:00", took=300)


@case(delivery=Delivery(service="api", paths=("services/api/*",)), deployments=2, lead=[305 + 2 * HOUR], excluded={"no_baseline": 1, "other_service": 1})
def a_repository_of_several_services_is_told_apart_by_paths(shop):
    """A deployment of the web pages alone is none of the api's, and is left out; its commit was live with it, and is not left out again with the next."""
    shop.commit("2026-03-03 09:00", "Pages", files=["services/web/page.html"])
    shop.run("2026-03-03 10:00", took=300)
    shop.commit("2026-03-04 08:00", "Moved", files=["services/web/page.html -> services/api/page.html"])
    shop.run("2026-03-04 10:00", took=300)


@case(delivery=Delivery(service="api", paths=("services/api/*",)), deployments=3, failed_deployments=0, evidence={"incident": 0, "rollback": 0, "revert": 0, "hotfix": 0}, rework_ratio=0.0)
def a_hotfix_of_another_service_blames_nobody_here(shop):
    """Nor does a revert; both are deployed together with changes of this one."""
    pages = shop.commit("2026-03-03 09:00", "Pages", files=["services/web/page.html"])
    shop.commit("2026-03-03 09:30", "Calls", files=["services/api/call.c"])
    shop.run("2026-03-03 10:00", took=300)
    shop.revert("2026-03-03 11:00", pages)
    shop.pull("2026-03-03 11:40", "hotfix/page", "Pages of zero", commits=[("2026-03-03 11:30", "Pages of zero", {"files": ["services/web/page.html"]})]).merge("2026-03-03 12:00", "merge")
    shop.commit("2026-03-03 13:00", "More calls", files=["services/api/call.c"])
    shop.run("2026-03-03 14:00", took=300)


@case(delivery=Delivery(lead_time="first_commit"), deployments=3, lead=[deployed("2026-03-03 12:00") - when("2026-03-02 09:00"), deployed("2026-03-05 12:00") - when("2026-03-05 09:00")],
      excluded={"no_baseline": 1, "no_pull_request": 1})
def lead_time_may_be_of_pull_requests(shop):
    """From the first commit of each, squashed or not; a commit that came without one is left out. A merge is its pull request's, and nothing by itself."""
    shop.pull("2026-03-03 10:30", "feature/a", "A", commits=[("2026-03-02 09:00", "One"), ("2026-03-03 10:00", "Two")]).merge("2026-03-03 11:00", "squash")
    shop.commit("2026-03-03 11:30", "Direct")
    shop.run("2026-03-03 12:00", took=300)
    shop.pull("2026-03-05 10:30", "feature/b", "B", commits=[("2026-03-05 09:00", "One"), ("2026-03-05 10:00", "Two")]).merge("2026-03-05 11:59", "merge")
    shop.run("2026-03-05 12:00", took=300)


@case(delivery=Delivery(lead_time="merge"), deployments=2, lead=[365, 365 + HOUR], excluded={"no_baseline": 1})
def lead_time_may_run_from_the_merge(shop):
    """Two pull requests; by a merge queue the commit is older than the merge."""
    shop.pull("2026-03-03 09:30", "feature/a", "A", commits=[("2026-03-02 09:00", "One")]).merge("2026-03-03 10:59", "squash")
    shop.pull("2026-03-03 10:30", "feature/b", "B", commits=[("2026-03-03 09:00", "Two")]).merge("2026-03-03 11:59", "squash", queued="2026-03-03 11:40")
    shop.run("2026-03-03 12:00", took=300)


@case(at=("2026-03-10", "2026-04-01"), deployments=4, lead=[305 + HOUR], excluded={"no_baseline": 1, "commit_gone": 2})
def a_commit_that_is_gone_begins_the_history_anew(shop):
    """It was force-pushed away after it was deployed: neither its own commits are known any more, nor what came after it brought."""
    lost = shop.commit("2026-03-03 09:00", "To be lost", "wild")
    shop.run("2026-03-03 10:00", branch="wild", commit=lost, took=300)
    shop.commit("2026-03-12 09:00", "After")
    shop.run("2026-03-12 10:00", took=300)
    shop.lose("2026-03-11 09:00", lost)
    shop.commit("2026-03-14 09:00", "And on")
    shop.run("2026-03-14 10:00", took=300)


@case(delivery=Delivery(source=("deployments", "production"), branch="main"), deployments=3, attempts=4, lead=[90 * MINUTE, 90 * MINUTE], excluded={"no_baseline": 1})
def deployments_of_the_api_end_with_their_first_success(shop):
    """Whatever follows: inactive, when the next one comes. An error is a failed attempt, and another branch is none of ours."""
    shop.deployment("2026-03-02 10:00", states=[("2026-03-02 10:01", "in_progress"), ("2026-03-02 10:05", "success"), ("2026-03-04 10:30", "inactive")])
    shop.commit("2026-03-04 09:00", "Taxes")
    shop.deployment("2026-03-04 10:00", states=[("2026-03-04 10:02", "error")])
    shop.deployment("2026-03-04 10:20", states=[("2026-03-04 10:21", "queued"), ("2026-03-04 10:30", "success"), ("2026-03-04 10:31", "success"), ("2026-03-06 10:30", "inactive")])
    shop.commit("2026-03-06 09:00", "Fonts")
    shop.deployment("2026-03-06 10:00", states=[("2026-03-06 10:30", "success"), ("2026-03-07 09:00", "failure")])
    shop.deployment("2026-03-08 10:00", states=[("2026-03-08 10:01", "pending")])
    shop.branch("2026-03-08 10:00", "try", shop.head())
    shop.deployment("2026-03-08 10:30", ref="try", states=[("2026-03-08 10:31", "success")])
    shop.deployment("2026-03-08 11:00", "staging", states=[("2026-03-08 11:01", "success")])


@case(delivery=Delivery(source=("releases", "v*")), at=("2026-03-12 11:00", "2026-04-01"), deployments=3, lead=[2 * HOUR, 3 * DAY + HOUR])
def releases_count_from_when_they_are_published(shop):
    """Not from when their draft was made; neither drafts nor what is published before its time."""
    shop.release("2026-03-02 10:00", "v1.0")
    shop.commit("2026-03-05 09:00", "Taxes")
    shop.release("2026-03-05 10:00", "v1.1", published="2026-03-05 11:00")
    shop.commit("2026-03-09 11:00", "Fonts")
    shop.release("2026-03-09 12:00", "v1.2-rc1", prerelease=True)
    shop.release("2026-03-10 12:00", "v1.2", published="2026-03-12 12:00")
    shop.release("2026-03-13 12:00", "v1.3", draft=True)
    shop.release("2026-03-13 12:00", "test-1")


@case(delivery=Delivery(job="deploy"), deployments=3, attempts=4, lead=[HOUR + 5 + 150, 2 * HOUR + 5 + 300], excluded={"no_baseline": 1})
def a_job_that_is_not_run_again_is_no_attempt(shop):
    """Of a run of which the jobs that failed are run again GitHub lists the others once more: a success, and a failure."""
    shop.commit("2026-03-03 09:00", "Taxes")
    shop.run("2026-03-03 10:00", took=300, result="failure", jobs=("deploy", "smoke")).again("2026-03-03 11:00", took=300, only=("smoke",))
    shop.commit("2026-03-04 09:00", "Fonts")
    run = shop.run("2026-03-04 10:00", took=300, result="failure", jobs=("lint", "deploy"))
    run.again("2026-03-04 10:30", took=300, result="failure", only=("lint",)).again("2026-03-04 11:00", took=300, only=("deploy",))


@case(delivery=Delivery(job="deploy"), deployments=2, attempts=3, lead=[HOUR + 5 + 200])
def one_job_of_a_run_may_be_the_deployment(shop):
    """Its own end and result count, not those of the run: what is tested after it may fail."""
    shop.commit("2026-03-03 09:00", "Taxes")
    shop.run("2026-03-03 10:00", took=300, result="failure", jobs=("build", "deploy", "smoke"))
    shop.commit("2026-03-04 09:00", "Fonts")
    shop.run("2026-03-04 10:00", took=300, result="failure", jobs=("build", "deploy", "smoke"), fails="deploy")
