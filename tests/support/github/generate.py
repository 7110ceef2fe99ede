"""Large worlds from a seed: years of pull requests merged in every way, deployments that succeed, fail, are run again and rolled
back, hotfixes, reverts, incidents, bots and clocks that are wrong. The same numbers make the same world."""

import random

from .world import when

HOUR, DAY = 3600, 86400


def play(world, seed=1, start="2021-01-04", years=2.0, pulls=500, runs=300, name="acme/anvil", skewed=0.01, failing=0.15, reverted=0.03,
         hotfixes=0.03, rollbacks=0.02, bots=0.05, incidents=0.08, direct=0.03):
    """Numbers from 0 to 1 are shares: of commits (skewed), runs (failing, rollbacks), pull requests (the others)."""
    dice, begin = random.Random(seed), when(start)
    shop = world.repository(name, begin)
    shop.commit(begin, "Begin", files=["README.md", *(f"src/part{part}/main.c" for part in range(8))])
    for file in ("deploy.yml", "test.yml"):
        shop.workflow(file)
    end = begin + int(years * 365 * DAY)
    moments = sorted(dice.sample(range(begin + DAY, end - DAY), pulls))
    deploys = sorted(dice.sample(range(begin + 2 * DAY, end), runs))
    clock, merged, live = begin, [], []
    for number, moment in enumerate(moments):
        while deploys and deploys[0] < moment:
            deploy(dice, shop, max(deploys.pop(0), clock + 1), live, failing, rollbacks, incidents)
        clock = max(clock + 1, moment)
        bring(dice, shop, name, clock, number, merged, skewed, reverted, hotfixes, bots, direct)
    for moment in deploys:
        deploy(dice, shop, max(moment, clock + 1), live, failing, rollbacks, incidents)
    return shop


def bring(dice, shop, name, merged_at, number, merged, skewed, reverted, hotfixes, bots, direct):
    """One pull request, or a push that goes straight to the branch."""
    draw, part = dice.random(), dice.randrange(8)
    files = [f"src/part{part}/{dice.choice(['main.c', 'util.c', 'io.c'])}"]
    floor = shop.created
    clock = lambda moment: max(floor, moment + (dice.randrange(-9 * HOUR, 200 * HOUR) if dice.random() < skewed else 0))
    before = max(floor, merged_at - dice.randrange(HOUR, 200 * HOUR))
    if draw < direct:
        merged.append((shop.commit(merged_at, f"Push {number}", files=files, authored=clock(before)), None))
        return
    kind = "hotfix" if dice.random() < hotfixes else "revert" if merged and dice.random() < reverted else "feature"
    branch = f"{'hotfix' if kind == 'hotfix' else 'feature'}/{number}"
    author = "dependabot[bot]" if dice.random() < bots else f"dev-{dice.randrange(12)}"
    off = shop.head()
    opened = min(merged_at - 1, max(before, off.pushed) + dice.randrange(1, HOUR))
    # pushed late, so that the branch begins where the default branch is now; written when the author says
    undone, body = None, None
    if kind == "revert":
        undone, pull = dice.choice(merged[-5:])
        if pull and number % 2:  # the commit does not say of which, and the pull request does
            body = f"Reverts {name}#{pull.number}"
            shop.commit(merged_at - 1, f"Revert \"{pull.title}\"", branch, author, files=list(undone.changes), off=off, authored=clock(opened))
        else:
            shop.revert(merged_at - 1, undone, branch, author, off=off, authored=clock(opened))
    else:
        for piece in range(dice.choice([1, 1, 2, 3, 5])):
            shop.commit(merged_at - 1, f"Change {number}.{piece}", branch, author, authored=clock(before + piece * (opened - before) // 5),
                        files=files, off=off if piece == 0 else None)
    pull = shop.pull(min(opened, merged_at - 1), branch, f"Change {number}", author, labels=["hotfix"] if dice.random() < hotfixes / 2 else [], body=body)
    for _ in range(dice.randrange(3)):
        pull.review(max(pull.created, merged_at - dice.randrange(1, 40 * HOUR)), f"dev-{dice.randrange(12)}", dice.choice(["APPROVED", "COMMENTED", "CHANGES_REQUESTED"]))
    pull.reviews.sort(key=lambda one: one[0])
    pull.merge(merged_at, dice.choice(["squash", "squash", "merge", "rebase"]), by=f"dev-{dice.randrange(12)}")
    merged.append((pull.merge_commit, pull))


def deploy(dice, shop, moment, live, failing, rollbacks, incidents):
    back = len(live) > 3 and dice.random() < rollbacks
    commit = dice.choice(live[-3:-1]) if back else shop.head(at=moment)
    took, result = dice.randrange(60, 1200), "success" if dice.random() >= failing else dice.choice(["failure", "failure", "cancelled", "timed_out"])
    run = shop.run(moment, "deploy.yml", commit=commit, event="workflow_dispatch" if back else "push", took=took, result=result, jobs=("build", "deploy"))
    again = moment + took
    while result != "success" and dice.random() < 0.7:
        again += dice.randrange(60, 2 * HOUR)
        took, result = dice.randrange(60, 1200), "success" if dice.random() < 0.7 else "failure"
        run.again(again, took=took, result=result, only=("deploy",) if run.attempts[-1].jobs[0].conclusion == "success" else None, jobs=("build", "deploy"))
        again += took
    if result == "success":
        live.append(commit)
        if dice.random() < incidents:
            opened = again + dice.randrange(60, 30 * HOUR)
            issue = shop.issue(opened, "It does not work", labels=["incident"])
            if dice.random() < 0.95:
                issue.close(opened + dice.randrange(300, 60 * HOUR))
