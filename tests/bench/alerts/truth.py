"""When an alert is due, by what happened and by nothing else.

The definition is the SRE workbook's ("Alerting on SLOs", multiwindow, multi-burn-rate): the burn rate is above the factor over the long
window and over the short one. Windows end at full minutes. Counts are whole numbers, and so are the comparisons.
"""

from array import array
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

BUDGET = Fraction(1, 1000)   # 1 - objective
WINDOW_DAYS = 30             # of the SLO


@dataclass(frozen=True)
class Tier:
    """Windows and `for_` in minutes."""
    name: str
    severity: str
    long: int
    short: int
    factor: Fraction
    for_: int = 0

    @property
    def threshold(self):
        """The part of events that must be bad for a burn rate above the factor."""
        return self.factor * BUDGET


WORKBOOK = (
    Tier("page-fast", "page", 60, 5, Fraction(144, 10)),
    Tier("page-slow", "page", 360, 30, Fraction(6)),
    Tier("ticket-fast", "ticket", 1440, 120, Fraction(3)),
    Tier("ticket-slow", "ticket", 4320, 360, Fraction(1)),
)


class Sums:
    """Events up to the end of each minute."""

    def __init__(self, bad, total):
        self.bad = array("q", accumulate(bad, initial=0))
        self.total = array("q", accumulate(total, initial=0))

    def over(self, minute, window):
        """(bad, total) in the `window` minutes of which `minute` is the last."""
        end = minute + 1
        begin = max(end - window, 0)
        return self.bad[end] - self.bad[begin], self.total[end] - self.total[begin]

    def burn(self, minute, window):
        bad, total = self.over(minute, window)
        return bad / total / float(BUDGET) if total else 0.0


def holds(sums, tier):
    """A byte per minute: 1 where the tier's condition holds."""
    bad, total = sums.bad, sums.total
    times, of = tier.threshold.denominator, tier.threshold.numerator
    out, long, short = bytearray(len(bad) - 1), tier.long, tier.short
    for minute in range(len(out)):
        end = minute + 1
        begin = end - short if end > short else 0
        if (bad[end] - bad[begin]) * times > of * (total[end] - total[begin]):
            begin = end - long if end > long else 0
            out[minute] = (bad[end] - bad[begin]) * times > of * (total[end] - total[begin])
    return out


def held_for(flags, minutes):
    """Those minutes at which the condition has held for so long, as `for` of an alerting rule has it."""
    if not minutes:
        return flags
    out, since = bytearray(len(flags)), None
    for minute, flag in enumerate(flags):
        if not flag:
            since = None
        elif since is None:
            since = minute
        elif minute - since >= minutes:
            out[minute] = 1
    return out


def due(sums, tiers):
    """{tier: a byte per minute}"""
    return {tier: held_for(holds(sums, tier), tier.for_) for tier in tiers}


def by_definition(bad, total, tier, minute):
    """The same for one minute, in a second way: events added up one by one, and burn rates as fractions."""
    for window in (tier.long, tier.short):
        failed = sum(bad[at] for at in range(max(minute - window + 1, 0), minute + 1))
        happened = sum(total[at] for at in range(max(minute - window + 1, 0), minute + 1))
        if happened == 0 or Fraction(failed, happened) / BUDGET <= tier.factor:
            return False
    return True
