#!/usr/bin/python3
"""`wick check --diff` in real repositories: which files it reads there, and what it says where it cannot.

    diff_test.py WICK

What a change means is held to tests/unit/slo_change_test.c; the truth of what a revision holds is git's own checkout."""

import json
import os
import pathlib

from repository import ENV, Repository, document, main

FILES = {
    "slos/shop.yaml": document("shop", a="99%", b="99%"), "slos/deep/er/market.yml": document("market", c="99%"), "top.yaml": document("top", d="99%"),
    "slos/.hidden.yaml": document("hidden", e="99%"), "slos/.git-like/f.yaml": document("hidden", f="99%"), "slos/words.txt": "no YAML: [",
    "slos/with space ä.yaml": document("space", g="99%"), "odd/:(top)x.yaml": document("odd", h="99%"), "named.txt": document("named", i="99%"),
}
SHOP = 'slos/shop.yaml:5:26: warning: objective of \'shop/a\' loosened from 99% to 98%: its error budget is 2 times what it was\n'


def loosened(text):
    return text.replace("name: a, objective: 99%", "name: a, objective: 98%")


def a_revision_is_read_as_its_checkout_is(folder):
    repository, other = Repository(pathlib.Path(folder, "mine"), FILES), pathlib.Path(folder, "other")
    repository.commit({name: text.replace("99%", "95%") for name, text in FILES.items()})
    repository.git("worktree", "add", "-q", str(other), "HEAD~1")
    for paths in (["slos"], ["slos/"], ["./slos"], ["slos//"], ["."], ["slos/shop.yaml"], ["named.txt", "top.yaml"], ["slos/deep", "slos"], ["slos/deep/er"],
                  [str(repository.folder / "slos")], ["slos/shop.yaml", "slos"], ["odd"], ["odd/:(top)x.yaml"], ["slos/with space ä.yaml"], ["slos/.hidden.yaml"]):
        of_then = [path.replace(str(repository.folder), str(other)) for path in paths]
        # the same tree in both: nothing changed, whatever way the files are named
        code, out, err = repository.wick("check", "--diff", "HEAD", *paths)
        assert (code, out) == (0, "") and "0 changes since 'HEAD'" in err, (paths, code, out, err)
        then = json.loads(repository.wick("check", "--format=json", "--diff", "HEAD", *of_then, within=other)[1])
        assert then["changes"] == [], (paths, then)
        # each SLO of these files, and no other, has changed
        now = json.loads(repository.wick("check", "--format=json", "--diff", "HEAD~1", *paths)[1])["changes"]
        assert now and {(one["rule"], one["from"], one["to"]) for one in now} == {("objective-loosened", "99%", "95%")}, (paths, now)
        checked = repository.wick("check", *paths)[2]
        assert f" {len(now)} SLO" in checked, (paths, checked, len(now))


def paths_may_be_named_from_anywhere(folder):
    repository = Repository(folder, FILES)
    repository.write({"slos/shop.yaml": loosened(FILES["slos/shop.yaml"])})
    assert repository.wick("check", "--diff", "HEAD", "slos")[:2] == (0, SHOP)
    assert repository.wick("check", "--diff", "main", "../slos", within="odd")[:2] == (0, "../" + SHOP)
    assert repository.wick("check", "--diff", "HEAD", "shop.yaml", within="slos")[:2] == (0, SHOP.replace("slos/", ""))
    absolute = str(repository.folder / "slos")
    assert repository.wick("check", "--diff", "HEAD", absolute, within="/")[:2] == (0, SHOP.replace("slos", absolute, 1))


def what_came_and_went_is_said(folder):
    repository = Repository(folder, FILES)
    repository.write({"slos/shop.yaml": None, "slos/new.yaml": document("new", z="99%"), "slos/deep/er/market.yml": None, "moved/market.yaml": FILES["slos/deep/er/market.yml"]})
    code, out, _ = repository.wick("check", "--diff", "HEAD", "--format=json", "slos", "moved")
    assert code == 0
    assert [(one["rule"], one["slo"], one["file"]) for one in json.loads(out)["changes"]] == [
        ("slo-added", "new/z", "slos/new.yaml"), ("slo-removed", "shop/a", "slos/shop.yaml"), ("slo-removed", "shop/b", "slos/shop.yaml")], out


def corrections_are_told_with_the_slos_that_they_are_for(folder):
    head = "apiVersion: wick/v1\nkind: Corrections\nauthor: ops\nexclusions:\n"
    repository = Repository(folder, {**FILES, "slos/night.yaml": head + "- {for: {service: shop}, from: 2026-07-20, duration: 1h, reason: r}\n"})
    repository.write({"slos/night.yaml": head + "- {for: {service: shop}, from: 2026-07-20, duration: 2h, reason: r}\n- {for: {slo: market/c}, from: 2026-07-21, duration: 1h, reason: q}\n"})
    code, out, _ = repository.wick("check", "--diff", "HEAD", "--strict", "slos")
    assert (code, out) == (0, "slos/night.yaml:5:3: warning: an exclusion changed: time from '2026-07-20T00:00 UTC, 1h' to '2026-07-20T00:00 UTC, 2h'; it is for 'shop/a', 'shop/b'\n"
                           "slos/night.yaml:6:3: warning: a new exclusion: 2026-07-21T00:00 UTC, 1h, for slo market/c, by ops: q; it is for 'market/c'\n"), (code, out)
    repository.write({"slos/night.yaml": None})
    changes = json.loads(repository.wick("check", "--diff", "HEAD", "--format=json", "slos")[1])["changes"]
    assert [(one["rule"], one["correction"], one["from"], one["to"]) for one in changes] == [
        ("exclusion-removed", "service shop", "2026-07-20T00:00 UTC, 1h, for service shop, by ops: r", "")], changes


def deliveries_are_told_with_what_it_means(folder):
    delivery = "apiVersion: wick/v1\nkind: Delivery\nservice: shop\nrepository: o/shop\nenvironments: {production: {workflow: deploy.yml}}\n"
    repository = Repository(folder, {**FILES, "slos/delivery.yaml": delivery})
    repository.write({"slos/delivery.yaml": delivery.replace("deploy.yml", "release.yml") + "lead_time: merge\n"})
    code, out, _ = repository.wick("check", "--diff", "HEAD", "--strict", "slos")
    assert (code, out) == (0, "slos/delivery.yaml:1:1: warning: lead_time of the delivery of 'shop' changed from commit to merge: lead times are another number than before, in the past too\n"
                           "slos/delivery.yaml:5:16: warning: deployments of 'shop' to 'production' are seen elsewhere: by workflow 'release.yml', not by workflow 'deploy.yml'; "
                           "its numbers of the past are worked out anew\n"), (code, out)
    repository.write({"slos/delivery.yaml": None})
    changes = json.loads(repository.wick("check", "--diff", "HEAD", "--format=json", "slos")[1])["changes"]
    assert [(one["rule"], one["delivery"], one["from"], one["to"]) for one in changes] == [("delivery-removed", "shop", "shop", "")], changes


def a_hook_of_git_changes_nothing(folder):
    """git tells its hooks in the environment which repository they are for; paths keep their meaning."""
    repository = Repository(folder, FILES)
    repository.write({"slos/shop.yaml": loosened(FILES["slos/shop.yaml"])})
    env = {**ENV, "GIT_DIR": ".git", "GIT_INDEX_FILE": ".git/index", "GIT_PREFIX": "slos/"}
    assert repository.wick("check", "--diff", "HEAD", "slos", env=env)[:2] == (0, SHOP)


def faults_are_one_sentence(folder):
    bare, mine = pathlib.Path(folder, "bare"), pathlib.Path(folder, "mine")
    bare.mkdir()
    (bare / "a.yaml").write_text(FILES["top.yaml"])
    repository = Repository(mine, FILES)
    for argv, env, said in (
            (["nope", "slos"], ENV, "--diff: there is no revision 'nope' in the repository of 'slos'"),
            (["--output=x", "slos"], ENV, "--diff: there is no revision '--output=x'"),
            (["HEAD", str(bare)], ENV, f"--diff: cannot read '{bare}' at 'HEAD': git says 'fatal: not a git repository"),
            (["HEAD", "slos"], {**ENV, "PATH": "/nowhere"}, "--diff: cannot run 'git': No such file or directory"),
            (["HEAD", "-"], ENV, "--diff: standard input has no revision"),
            (["HEAD:slos", "slos"], ENV, "--diff: there is no revision 'HEAD:slos'")):
        code, out, err = repository.wick("check", "--diff=" + argv[0], argv[1], env=env)
        assert (code, out) == (2, "") and err.startswith(f"wick: error: {said}") and err.count("\n") == 1, (argv, code, out, err)
    assert sorted(os.listdir(mine)) == sorted([".git", *{name.split("/")[0] for name in FILES}]), os.listdir(mine)


def news_is_no_fault(folder):
    """Changes, even those that warn, leave the exit code alone; errors do not."""
    repository = Repository(folder, FILES)
    repository.write({"slos/shop.yaml": loosened(FILES["slos/shop.yaml"])})
    assert repository.wick("check", "--strict", "--diff", "HEAD", "slos")[0] == 0
    repository.write({"top.yaml": FILES["top.yaml"].replace("objective", "objektive")})
    code, out, _ = repository.wick("check", "--diff", "HEAD", "slos", "top.yaml")
    assert code == 1 and SHOP in out and "top.yaml:5:15: error: unknown key" in out and "removed" not in out, out


if __name__ == "__main__":
    main(a_revision_is_read_as_its_checkout_is, paths_may_be_named_from_anywhere, what_came_and_went_is_said, a_hook_of_git_changes_nothing, corrections_are_told_with_the_slos_that_they_are_for,
         deliveries_are_told_with_what_it_means, faults_are_one_sentence, news_is_no_fault)
