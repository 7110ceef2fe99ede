"""The laboratory: the samples of many cases in one Prometheus, and wick asked about all of them at once."""

import json
import os
import subprocess
import tempfile
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import servers  # noqa: E402  (found through the line above)
import traffic  # noqa: E402
from case import END, END_TEXT, seconds_of  # noqa: E402
from reference import Samples  # noqa: E402


class Lab:
    def __init__(self, cases):
        self.cases = cases
        self.folder = servers.folder("wick-conformance")
        self.prometheus = None
        self.sample_count = 0

    def prepare(self):
        """Writes the samples of every case and starts a Prometheus on them."""
        path = os.path.join(self.folder, "samples.om")
        with open(path, "w") as out:
            for case in self.cases:
                self.sample_count += traffic.write_openmetrics(case.service, case.start, out)
            out.write("# EOF\n")
        data = os.path.join(self.folder, "data")
        servers.make_blocks(path, data)
        os.unlink(path)
        self.prometheus = servers.Prometheus(self.folder, data)

    def self_check(self, case):
        """Counts the samples of a case in the second way; returns (the samples, what does not agree with the generator)."""
        samples = Samples(traffic.samples(case.service, case.start))
        if not case.terms:
            return samples, []
        truth = traffic.truth(case.service, case.begin, case.service.seconds)
        bad, total = samples.count(case.terms, END - seconds_of(case.window), END)
        if (bad, total) == (truth.held_bad, truth.held_total):
            return samples, []
        return samples, [f"the generator says {truth.held_bad} of {truth.held_total}, its samples say {bad:g} of {total:g}"]

    def definitions(self, cases):
        """A folder with the definition of each case."""
        folder = tempfile.mkdtemp(prefix="definitions-", dir=self.folder)
        for case in cases:
            with open(os.path.join(folder, case.name + ".yaml"), "w") as out:
                out.write(case.definition())
        return folder

    def evaluate(self, wick, cases, ask):
        """{(case, slo): [answers]}; an answer is the object that `wick eval` prints. Second: what wick complained of."""
        done = subprocess.run([wick, "eval", "--source", self.prometheus.url, "--at", END_TEXT, "--ask", ask, "--format", "json",
                               self.definitions(cases)], capture_output=True, text=True, timeout=300, check=False)
        try:
            answers = json.loads(done.stdout)
        except ValueError:
            raise servers.Failure(f"'wick eval --ask {ask}' ends with {done.returncode} and no JSON: {done.stderr or done.stdout}") from None
        out = {}
        for answer in answers:
            out.setdefault((answer["service"], answer["slo"]), []).append(answer)
        return out, done.stderr.strip()
