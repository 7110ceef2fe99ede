"""Counting from samples alone, in a second way: what design "Counting" says, written down directly over lists of samples.

It knows nothing of how the samples were made. Where it agrees with the truth of the generator, the samples do hold the
information, and a case asks for nothing impossible.
"""

import re
from dataclasses import dataclass

FRESH_MS = 300_000  # how long before its first sample a process may have started for that sample to begin at 0


@dataclass
class Term:
    """Series whose events are bad, or count in the total, or both; weights as in `bad = total - good`."""
    metric: str
    matchers: dict
    bad: float = 0
    total: float = 0

    def matches(self, metric, labels):
        return metric == self.metric and all(re.fullmatch(str(want), str(labels.get(name, ""))) for name, want in self.matchers.items())


class Samples:
    """Series of a service: (metric, labels, [(ms, value)])."""

    def __init__(self, stream=()):
        self.series = {}
        self.sees_restarts = True
        self.step_ms = 1          # moments at which series are looked at
        for metric, labels, ms, value in stream:
            key = (metric, *sorted(labels.items()))
            if key not in self.series:
                self.series[key] = (metric, labels, [])
            self.series[key][2].append((ms, value))

    def at_grid_points(self, step):
        """What an expression sees that is evaluated every `step` seconds: of each series the newest sample of a step, by its value."""
        out = Samples()
        out.sees_restarts, out.step_ms = False, step * 1000
        for key, (metric, labels, points) in self.series.items():
            newest = {-(-ms // (step * 1000)): (ms, value) for ms, value in points}
            out.series[key] = (metric, labels, points if metric in ("up", "process_start_time_seconds") else list(newest.values()))
        return out

    def of_target(self, metric, labels):
        for name, other, points in self.series.values():
            if name == metric and other["instance"] == labels["instance"] and other["job"] == labels["job"]:
                return points
        return []

    def first_counts(self, labels, ms):
        """Evidence that a series whose first sample stands at `ms` began at 0: its target was scraped before without it,
        or its target's process had only just started."""
        looked_before = -(-ms // self.step_ms) * self.step_ms - self.step_ms
        if any(up == 1 and at <= looked_before for at, up in self.of_target("up", labels)):
            return True
        return self.starts(labels).get(ms, 0) * 1000 >= ms - FRESH_MS

    def starts(self, labels):
        """{ms of a scrape: when the process had started that it found}"""
        return dict(self.of_target("process_start_time_seconds", labels))

    def increase(self, labels, points, begin_ms, end_ms):
        events, before, scraped = 0, None, None
        starts = self.starts(labels) if self.sees_restarts else {}
        for ms, value in points:
            if ms > end_ms:
                break
            if before is None:
                step = value if ms > begin_ms and self.first_counts(labels, ms) else 0
            else:
                began_again = value < before or starts.get(ms, 0) * 1000 > scraped
                step = value if began_again else value - before
            if ms > begin_ms:
                events += step
            before, scraped = value, ms
        return events

    def count(self, terms, begin, end, instance=None):
        """(bad, total) of (begin, end], in Unix seconds."""
        bad = total = 0
        for metric, labels, points in self.series.values():
            if instance is not None and labels["instance"] != instance:
                continue
            for term in terms:
                if term.matches(metric, labels):
                    events = self.increase(labels, points, begin * 1000, end * 1000)
                    bad += term.bad * events
                    total += term.total * events
        return bad, total
