"""A git repository for tests, and wick in it."""

import os
import pathlib
import subprocess
import sys
import tempfile
import traceback

WICK = os.path.abspath(sys.argv[1])
# No settings of whoever runs the tests.
ENV = {**{name: value for name, value in os.environ.items() if not name.startswith("GIT_")}, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
for role in ("AUTHOR", "COMMITTER"):
    ENV.update({f"GIT_{role}_NAME": "a", f"GIT_{role}_EMAIL": "a@example.com", f"GIT_{role}_DATE": "2026-01-01T00:00:00Z"})


def document(service, **objectives):
    """A definition file; each SLO counts something of its own."""
    return f"apiVersion: wick/v1\nkind: ServiceLevels\nservice: {service}\nslos:\n" + "".join(
        f"  - {{name: {name}, objective: {objective}, sli: {{events: {{bad: 'all_total{{code=\"5\",n=\"{name}\"}}', total: 'all_total{{n=\"{name}\"}}'}}}}}}\n"
        for name, objective in objectives.items())


class Repository:
    def __init__(self, folder, files):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.git("init", "-q", "-b", "main")
        self.commit(files)

    def git(self, *argv):
        return subprocess.run(["git", *argv], cwd=self.folder, env=ENV, capture_output=True, text=True, timeout=60, check=True).stdout.strip()

    def write(self, files):
        """Of each name the text; None removes it."""
        for name, text in files.items():
            path = self.folder / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def commit(self, files):
        self.write(files)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "a change")

    def wick(self, *argv, within=".", env=None):
        """(exit code, what it prints, what it says)"""
        done = subprocess.run([WICK, *argv], cwd=self.folder / within, env=env or ENV, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr


def main(*tests):
    """Each test gets a folder of its own; the exit code is that of a test program."""
    failed = 0
    for test in tests:
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(folder)
                print("ok  ", test.__name__)
            except Exception:  # the others go on
                failed += 1
                print("FAIL", test.__name__, traceback.format_exc())
    sys.exit(1 if failed else 0)
