"""What a conformance case is, and what is common to them."""

from dataclasses import dataclass, field

import traffic
from reference import Term

# All cases end at one instant, so that one evaluation serves all: 2025-03-01T00:00:00Z, on every grid in use.
END = 1_740_787_200
END_TEXT = "2025-03-01T00:00:00Z"

UNITS = {"m": 60, "h": 3600, "d": 86400}


def seconds_of(text):
    return int(text[:-1]) * UNITS[text[-1]]


@dataclass
class Slo:
    """One way of writing the same objective down."""
    name: str
    sli: str                      # YAML, without `sli:`; JOB stands for the case's job
    more: str = ""                # further lines of the SLO
    by_instance: bool = False     # one budget per instance
    tolerance: float = 0.0        # of bad events; 0: exact to the event



@dataclass
class Expect:
    """What is known apart from the events: numbers, or None where the events say it all."""
    bad: float = None
    total: float = None
    known: float = 1.0            # the part of the window that is known
    coverage: float = None        # the part that has data
    state: tuple = ()             # the states that are right
    no_numbers: bool = False      # nothing happened, or it cannot be counted: there is no SLI
    reason: tuple = ()            # words of the reason of the state


@dataclass
class Case:
    name: str
    what: str                     # a sentence
    service: traffic.Service
    slos: list
    objective: str = "99.9%"
    window: str = "6h"
    row: str = ""                 # of the README's table; empty: not shown there
    expect: Expect = field(default_factory=Expect)
    terms: list = None            # for the reference and the peers: what is bad, what is total
    recorded: str = ""            # a series in this case's samples that sloth's rules would have written
    coarse: bool = False          # an expression sees counters at grid points only, and here that is less than the samples hold

    @property
    def begin(self):
        """The window's begin, in seconds of the case."""
        return self.service.seconds - seconds_of(self.window)

    @property
    def start(self):
        """The case's second 0 as Unix time."""
        return END - self.service.seconds

    def definition(self):
        lines = ["apiVersion: wick/v1", "kind: ServiceLevels", f"service: {self.name}", "slos:"]
        for slo in self.slos:
            lines += [f"  - name: {slo.name}", f"    objective: {self.objective}", f"    window: {self.window}"]
            lines += ["    " + line for line in slo.more.splitlines()]
            lines += ["    sli:"] + ["      " + line for line in slo.sli.replace("JOB", self.name).splitlines()]
        return "\n".join(lines) + "\n"


SELECT_BAD = 'http_requests_total{job="JOB",code=~"5.."}'
SELECT_ALL = 'http_requests_total{job="JOB"}'
AVAILABILITY = f"events: {{bad: '{SELECT_BAD}', total: '{SELECT_ALL}'}}"
REQUEST_TERMS = [Term("http_requests_total", {"code": "5.."}, bad=1), Term("http_requests_total", {}, total=1)]


def availability(**more):
    return [Slo("availability", AVAILABILITY, **more)]
