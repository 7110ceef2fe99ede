"""What is rare: authors without an account, a repository that is renamed, commits that are lost, release branches beside each other,
a merge queue, clocks that are wrong, names with slashes, runs of every conclusion and state, an author who is gone, an empty repository."""

RESULTS = ("success", "failure", "cancelled", "timed_out", "startup_failure", "skipped", "neutral", "stale", "action_required")


def play(world):
    world.repository("acme/empty", "2026-01-01", private=True)
    fork = world.repository("acme/fork", "2026-01-02", fork=True, archived=True)
    fork.commit("2026-01-02", "Begin", unknown=True, author="Somebody else")
    odd = world.repository("acme/odd", "2026-01-05 08:00", private=True, branch="trunk", topics=["odd", "shop"], properties={"tier": "one", "teams": ["a", "b"]})
    odd.commit("2026-01-05 08:00", "Begin\n\nWith a body: ä, \"quotes\" and\ttabs.\n", author="Somebody", unknown=True, files=["a/b/c.txt", "d.txt"])
    odd.workflow("Deploy.yaml", "Deploy to production")
    odd.workflow("old.yml", state="disabled_manually")
    odd.run("2026-01-05 09:00", "Deploy.yaml", jobs=("build", "deploy / eu", "deploy / us"), fails="deploy / eu", result="failure", took=900)

    odd.commit("2026-01-06 09:00", "Moved", files=["d.txt -> e/d.txt"])
    odd.commit("2026-01-06 10:00", "Removed", files=["-a/b/c.txt", "many/0.txt"])
    odd.commit("2026-01-06 11:00", "Many", files=[f"many/{number}.txt" for number in range(640)])
    future = odd.pull("2026-01-07 09:00", "feature/clock", "A clock that is ahead",
                      commits=[("2026-01-07 08:00", "From the future", {"authored": "2026-02-01"}), ("2026-01-07 08:30", "From long ago", {"authored": "1999-12-31"})])
    future.merge("2026-01-07 10:00", "rebase")
    odd.run("2026-01-07 10:01", "Deploy.yaml", took=120)
    queued = odd.pull("2026-01-08 09:00", "queue/me", "By the merge queue", commits=[("2026-01-08 08:50", "One"), ("2026-01-08 08:55", "Two")], author="merge-bot[bot]")
    queued.merge("2026-01-08 10:00", "squash", queued="2026-01-08 09:40")
    odd.branch("2026-01-08 11:00", "release/1.x", odd.head())
    odd.commit("2026-01-09 09:00", "New things")
    odd.commit("2026-01-09 10:00", "A fix for 1.x", "release/1.x")
    for at, branch in (("2026-01-09 11:00", "trunk"), ("2026-01-09 12:00", "release/1.x"), ("2026-01-09 13:00", "trunk")):
        odd.run(at, "Deploy.yaml", branch, took=60)
    lost = odd.commit("2026-01-10 09:00", "To be lost", "wild")
    odd.run("2026-01-10 09:01", "Deploy.yaml", "wild", took=60)
    odd.lose("2026-01-12 09:00", lost)
    odd.branch("2026-01-12 09:00", "wild", None)
    for number, result in enumerate(RESULTS):
        odd.run(f"2026-01-13 09:{number:02}", "Deploy.yaml", took=30, result=result)
    odd.run("2026-01-13 10:00", "Deploy.yaml", took=30, waits=7200, word="waiting").touch("2026-02-20")
    odd.run("2026-01-13 14:00", "Deploy.yaml", took=None)
    again = odd.run("2026-01-13 15:00", "Deploy.yaml", took=60, result="failure", jobs=("build", "deploy"))
    again.again("2026-02-14 15:00", took=60, only=("deploy",), actor="sre").again("2026-02-15 15:00", took=None)

    ghost = odd.pull("2026-01-14 09:00", "ghost", "By somebody who is gone", commits=[("2026-01-14 08:00", "Ghost", {"author": "ghost"})], author=None)
    ghost.review("2026-01-14 10:00", None, "CHANGES_REQUESTED").review("2026-01-14 11:00", state="DISMISSED").close("2026-01-14 12:00").reopen("2026-01-15 12:00")
    odd.issue("2026-01-14 09:30", "Down", labels=["incident", "sev: 1"], author=None).label("2026-01-14 10:00", "incident").close("2026-01-14 11:00").reopen(
        "2026-01-14 12:00").close("2026-01-15 09:00").comment("2026-02-02")
    odd.issue("2026-01-16 09:30", "Down again", labels=["Incident"])
    for number, state in enumerate(("pending", "queued", "in_progress", "success", "failure", "error", "inactive")):
        odd.deployment(f"2026-01-16 1{number}:00", "prod eu/west", "release/1.x", states=[(f"2026-01-16 1{number}:05", state)], creator="deploy-bot[bot]")
    odd.release("2026-01-17 09:00", "v1.0/final", published="2026-01-18 09:00")
    odd.release("2026-01-19 09:00", "v2.0-rc", draft=True, prerelease=True)
    odd.rename("2026-01-20 09:00", "acme/renamed")
    odd.commit("2026-01-21 09:00", "After the move")
