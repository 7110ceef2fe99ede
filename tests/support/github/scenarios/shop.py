"""A week of a small shop: each kind of merge, a failed run that is run again, an incident, a rollback, a hotfix and a revert."""


def play(world):
    shop = world.repository("acme/shop", "2026-03-02 08:00", topics=["shop"], properties={"team": "checkout"})
    shop.commit("2026-03-02 08:00", "Begin", files=["README.md", "src/main.c", "src/cart.c"])
    for file in ("deploy.yml", "test.yml"):
        shop.workflow(file)
    for name in ("production", "staging"):
        shop.environment(name)
    shop.run("2026-03-02 09:00", took=300)

    cart = shop.pull("2026-03-03 09:30", "feature/cart", "Add a cart", commits=[("2026-03-03 09:00", "Cart", {"files": ["src/cart.c"]}), (
        "2026-03-03 09:20", "Cart: totals", {"files": ["src/cart.c"]})])
    cart.review("2026-03-03 11:00", state="COMMENTED").commit("2026-03-03 11:30", "Cart: names").review("2026-03-03 12:00").merge("2026-03-03 12:30", "merge")
    run = shop.run("2026-03-03 12:31", took=240, result="failure", jobs=("build", "deploy"))
    run.again("2026-03-03 12:50", took=180, only=("deploy",))
    shop.run("2026-03-03 12:31", "test.yml", took=600)

    tax = shop.pull("2026-03-04 10:00", "feature/tax", "Taxes", author="dev-2", commits=[("2026-03-04 09:40", "Taxes", {"files": ["src/tax.c"]})])
    tax.merge("2026-03-04 14:00", "squash")
    shop.run("2026-03-04 14:01", took=300)
    shop.issue("2026-03-04 15:00", "Checkout is down", labels=["incident"]).close("2026-03-04 16:30")
    shop.run("2026-03-04 15:20", commit=cart.merge_commit, event="workflow_dispatch", took=200)

    fix = shop.pull("2026-03-05 09:10", "hotfix/tax", "Taxes of zero", author="dev-2", commits=[("2026-03-05 09:00", "Taxes of zero", {"files": ["src/tax.c"]})])
    fix.merge("2026-03-05 09:30", "rebase")
    shop.run("2026-03-05 09:31", took=300)

    direct = shop.commit("2026-03-05 15:00", "Colours", author="dev-3", files=["src/colour.c"])
    shop.run("2026-03-05 15:01", took=300)
    back = shop.revert("2026-03-05 16:00", direct, author="dev-3")
    shop.run("2026-03-05 16:01", commit=back, took=300)

    bump = shop.pull("2026-03-06 07:00", "dependabot/zlib", "Bump zlib", author="dependabot[bot]", labels=["dependencies"],
                     commits=[("2026-03-06 06:59", "Bump zlib", {"files": ["deps.txt"]})])
    bump.merge("2026-03-06 08:00", "squash")
    closed = shop.pull("2026-03-06 08:30", "feature/no", "Not this", commits=[("2026-03-06 08:20", "No")])
    closed.close("2026-03-06 09:00")
    shop.pull("2026-03-06 09:30", "feature/later", "Later", commits=[("2026-03-06 09:20", "Later")], draft=True)
    shop.run("2026-03-06 10:00", took=None)
    shop.issue("2026-03-06 10:30", "Slow", labels=["bug"])

    shop.deployment("2026-03-03 12:51", "production", states=[("2026-03-03 12:51", "in_progress"), ("2026-03-03 12:53", "success"), ("2026-03-04 14:05", "inactive")])
    shop.deployment("2026-03-04 14:02", "production", states=[("2026-03-04 14:02", "queued"), ("2026-03-04 14:05", "success")])
    shop.deployment("2026-03-04 18:00", "staging", states=[("2026-03-04 18:01", "error")])
    shop.release("2026-03-04 17:00", "v1.0.0", published="2026-03-04 17:30")
    shop.release("2026-03-06 17:00", "v1.1.0-rc.1", prerelease=True)
    shop.release("2026-03-06 18:00", "v1.1.0", draft=True)
