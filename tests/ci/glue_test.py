#!/usr/bin/python3
"""The hooks for pre-commit and the workflow for GitHub: well-formed, and their commands do in a repository what they promise.

    glue_test.py WICK"""

import os
import pathlib
import re
import shlex
import subprocess

import yaml
from repository import ENV, WICK, Repository, document, main

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
WORKFLOW = yaml.safe_load((ROOT / "docs/github-workflow.yml").read_text())
SHOP = document("shop", a="99.5%")
LOOSE, BROKEN = SHOP.replace("99.5%", "99%"), SHOP.replace("objective", "objektive")


def repository(folder, after):
    """The merge of a pull request, as GitHub checks it out: its first parent is what it is merged into."""
    made = Repository(pathlib.Path(folder, "repository"), {"slos/shop.yaml": SHOP, "README.md": "a shop\n"})
    made.git("switch", "-q", "-c", "change")
    made.commit({"slos/shop.yaml": after})
    made.git("switch", "-q", "main")
    made.commit({"README.md": "a large shop\n"})
    made.git("merge", "-q", "--no-ff", "-m", "a merge", "change")
    return made


def environment(folder):
    """With wick along the PATH, as where it is installed."""
    link = pathlib.Path(folder, "bin", "wick")
    link.parent.mkdir()
    link.symlink_to(WICK)
    return {**ENV, "PATH": f"{link.parent}:{os.environ['PATH']}", "GITHUB_STEP_SUMMARY": str(pathlib.Path(folder, "summary.md"))}


def run(script, made, env):
    """As Actions run a step: (exit code, what it prints)."""
    done = subprocess.run(["bash", "-e", "-c", script], cwd=made.folder, env=env, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout


def hooks_are_what_pre_commit_takes(_):
    assert [hook["id"] for hook in HOOKS] == ["wick-check", "wick-diff", "wick-fmt"]
    for hook in HOOKS:
        assert set(hook) <= {"id", "name", "description", "entry", "args", "language", "files", "pass_filenames", "verbose"}, hook
        assert hook["language"] == "system" and hook.get("pass_filenames", True) is (hook["id"] == "wick-fmt")
        assert re.search(hook["files"], "slos/a.yaml") and re.search(hook["files"], "slos/b/a.yml") and not re.search(hook["files"], "src/a.yaml")


def hooks_pass_what_is_right_and_stop_what_is_wrong(folder):
    made, env = repository(folder, SHOP), environment(folder)
    for hook in HOOKS:
        if hook.get("pass_filenames", True):
            continue
        command = shlex.join([*shlex.split(hook["entry"]), *hook["args"]])
        made.write({"slos/shop.yaml": LOOSE})
        code, out = run(command, made, env)
        assert code == 0 and ("loosened from 99.5% to 99%" in out) == (hook["id"] == "wick-diff"), (hook, code, out)
        made.write({"slos/shop.yaml": BROKEN})
        code, out = run(command, made, env)
        assert code == 1 and "unknown key 'objektive'" in out, (hook, code, out)


def the_hook_that_formats_writes_to_what_changed(folder):
    made, env = repository(folder, SHOP), environment(folder)
    (hook,) = (hook for hook in HOOKS if hook["id"] == "wick-fmt")
    command = shlex.join([*shlex.split(hook["entry"]), "slos/shop.yaml"])
    made.write({"slos/shop.yaml": SHOP})
    run(command, made, env)
    formed = pathlib.Path(made.folder, "slos/shop.yaml").read_text()
    made.write({"slos/shop.yaml": formed.replace("kind: ServiceLevels", "kind:   'ServiceLevels'  ")})
    code, _ = run(command, made, env)
    assert code == 0 and pathlib.Path(made.folder, "slos/shop.yaml").read_text() == formed, formed
    made.write({"slos/shop.yaml": formed + "  ] no YAML"})
    code, _ = run(command, made, env)
    assert code == 1


def steps():
    """Those of the workflow that run wick, by name; the others install it."""
    return {step["name"]: step["run"] for step in WORKFLOW["jobs"]["check"]["steps"] if step.get("run", "").startswith("wick ")}


def the_workflow_is_one(_):
    assert WORKFLOW[True] == {"pull_request": {"paths": ["slos/**"]}}  # YAML 1.1 takes `on` for true
    assert WORKFLOW["permissions"] == {"contents": "read"}
    (job,) = WORKFLOW["jobs"].values()
    assert all(("run" in step) != ("uses" in step) for step in job["steps"])
    assert [step["with"]["fetch-depth"] for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")] == [2]
    assert list(steps()) == ["check", "summary"]


def the_workflow_says_what_a_change_means(folder):
    made, env = repository(folder, LOOSE), environment(folder)
    code, out = run(steps()["check"], made, env)
    assert code == 0, (code, out)
    assert out.startswith("::warning file=slos/shop.yaml,line=5,col=26,title=wick objective-loosened::objective of 'shop/a' loosened"), out
    assert run(steps()["summary"], made, env) == (0, "")
    summary = pathlib.Path(env["GITHUB_STEP_SUMMARY"]).read_text()
    assert summary.startswith("### wick check: 0 errors, 1 warning, 0 notes\n") and "| warning | slos/shop.yaml:5 | objective of" in summary, summary


def the_workflow_stops_what_is_wrong(folder):
    made, env = repository(folder, BROKEN), environment(folder)
    code, out = run(steps()["check"], made, env)
    assert code == 1 and out.startswith("::error file=slos/shop.yaml,line=5,"), (code, out)
    assert run(steps()["summary"], made, env)[0] == 1
    assert "| error | slos/shop.yaml:5 |" in pathlib.Path(env["GITHUB_STEP_SUMMARY"]).read_text()


def a_shallow_clone_of_two_is_enough(folder):
    made, env = repository(folder, LOOSE), environment(folder)
    shallow = pathlib.Path(folder, "shallow")
    made.git("clone", "-q", "--depth=2", made.folder.as_uri(), str(shallow))
    made.folder = shallow
    assert "loosened" in run(steps()["check"], made, env)[1]


def the_page_shows_the_workflow(_):
    shown = [yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```", (ROOT / "docs/checking.md").read_text(), re.S | re.M)]
    assert WORKFLOW in shown
    used = {hook["id"] for one in shown for repo in one.get("repos", ()) for hook in repo["hooks"]}
    assert used == {hook["id"] for hook in HOOKS}


if __name__ == "__main__":
    main(hooks_are_what_pre_commit_takes, hooks_pass_what_is_right_and_stop_what_is_wrong,
         the_hook_that_formats_writes_to_what_changed, the_workflow_is_one, the_workflow_says_what_a_change_means,
         the_workflow_stops_what_is_wrong, a_shallow_clone_of_two_is_enough, the_page_shows_the_workflow)
