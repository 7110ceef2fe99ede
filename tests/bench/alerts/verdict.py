"""What a tool fired, held against what was due, minute by minute. Knows nothing of services and tools."""

from dataclasses import dataclass, field
from statistics import median

TOLERANCE = 2                              # minutes: shorter is too short to be seen in samples that are a minute apart
JOIN = {"page": 60, "ticket": 360}         # minutes: what is due again so soon is the same alert
FEW = {"page": 5, "ticket": 3}             # fewer bad events than this in the long window are a trend to some, and chance to others
NEAR = 0.1                                 # of the factor: nearer than this is a matter of rounding


def either(flags):
    """A byte per minute: 1 where one of them has it."""
    return bytearray(map(max, *flags)) if len(flags) > 1 else bytearray(flags[0])


def of_severity(flags, severity):
    """Of {tier: a byte per minute}: 1 where any of the severity has it."""
    return either([mine for tier, mine in flags.items() if tier.severity == severity])


def runs(flags, first=0):
    """[(minute, minute behind it)] of each row of ones, from `first` on."""
    out, end = [], first
    while True:
        begin = flags.find(b"\1", end)
        if begin < 0:
            return out
        end = flags.find(b"\0", begin)
        end = len(flags) if end < 0 else end
        out.append((begin, end))


def joined(spans, gap):
    """[[(begin, end), ...]]: those that are at most `gap` apart belong together."""
    out = []
    for span in spans:
        if out and span[0] - out[-1][-1][1] <= gap:
            out[-1].append(span)
        else:
            out.append([span])
    return out


@dataclass
class Due:
    """One alert that is due."""
    begin: int
    end: int
    times: int               # how often it is due within that time: the truth itself may come and go
    minutes: int             # for how long altogether
    most_bad: int            # bad events in the long window, at most
    margin: float            # how far above the factor, at most: 1.5 is half as much again
    few: bool = False

    @property
    def brief(self):
        return self.minutes <= TOLERANCE

    @property
    def near(self):
        return self.margin < 1 + NEAR


def margin(sums, tiers, minute):
    """The largest burn rate of any tier as a part of its factor; of a tier, the lower one of its two windows."""
    return max(min(sums.burn(minute, tier.long), sums.burn(minute, tier.short)) / float(tier.factor) for tier in tiers)


def most_bad(sums, tiers, minute):
    return max(sums.over(minute, tier.long)[0] for tier in tiers)


def alerts_due(sums, due, severity, first):
    """[Due] of one severity. `due` is {tier: a byte per minute}."""
    mine = {tier: flags for tier, flags in due.items() if tier.severity == severity}
    out = []
    for group in joined(runs(either(list(mine.values())), first), JOIN[severity]):
        minutes = [minute for begin, end in group for minute in range(begin, end)]
        at = lambda minute: [tier for tier, flags in mine.items() if flags[minute]]
        bad = max(most_bad(sums, at(minute), minute) for minute in minutes)
        out.append(Due(group[0][0], group[-1][1], len(group), len(minutes), bad, max(margin(sums, at(minute), minute) for minute in minutes),
                       bad < FEW[severity]))
    return out


@dataclass
class NotDue:
    """A time that an alert fired which was not due."""
    begin: int
    end: int
    margin: float            # the truth meanwhile, at most
    most_bad: int
    behind: bool             # soon behind one that was due

    @property
    def brief(self):
        return self.end - self.begin <= TOLERANCE

    @property
    def near(self):
        return self.margin > 1 - NEAR


@dataclass
class Score:
    """One tool, one severity, over any number of services."""
    plain: int = 0           # due, and more than a few events
    came: int = 0
    few: int = 0             # due, on few events
    few_came: int = 0
    brief: int = 0           # due so shortly that nobody is blamed
    late: list = field(default_factory=list)       # (minutes, job, Due), of those that came
    firings: list = field(default_factory=list)    # how often it fired for one that was due
    times: list = field(default_factory=list)      # how often it was due within one: burn rates come and go
    missed: list = field(default_factory=list)     # (job, Due)
    false: list = field(default_factory=list)      # (job, NotDue)
    expected: dict = field(default_factory=dict)   # job: [Due]
    due_minutes: int = 0
    due_fired: int = 0       # minutes in which it was due and fired
    idle_fired: int = 0      # minutes in which it was not due and fired


def judge(score, job, sums, due, fired, severity, first, offset=0):
    """Adds a service to the score. `due` and `fired` are {tier: a byte per minute}; `offset` is by how many minutes the tool is later than
    the minute that it judges."""
    expected = alerts_due(sums, due, severity, first)
    score.expected[job] = expected
    tiers = [tier for tier in due if tier.severity == severity]
    truth, mine = of_severity(due, severity), of_severity(fired, severity)
    times = runs(mine, first)
    for one in expected:
        within = [(begin, end) for begin, end in times if begin < one.end + TOLERANCE and end > one.begin - TOLERANCE]
        if one.brief:
            score.brief += 1
        elif one.few:
            score.few += 1
            score.few_came += bool(within)
        else:
            score.plain += 1
            if within:
                score.came += 1
                score.late.append((max(within[0][0] - one.begin, 0) + offset, job, one))
                score.firings.append(len(within))
                score.times.append(one.times)
            else:
                score.missed.append((job, one))
    for begin, end in times:
        if any(begin < one.end + TOLERANCE and end > one.begin - TOLERANCE for one in expected):
            continue
        bad = max(most_bad(sums, tiers, minute) for minute in range(begin, end))
        score.false.append((job, NotDue(begin, end, max(margin(sums, tiers, minute) for minute in range(begin, end)), bad,
                                        any(0 <= begin - one.end <= JOIN[severity] for one in expected))))
    score.due_minutes += sum(truth[first:])
    both = sum(a & b for a, b in zip(truth[first:], mine[first:]))
    score.due_fired += both
    score.idle_fired += sum(mine[first:]) - both


def faults(score):
    """What cannot be put down to rounding: [(what, job, Due or NotDue)]."""
    missed = [("missed", job, one) for job, one in score.missed if not one.near]
    return missed + [("false", job, one) for job, one in score.false if not one.near and not one.brief]


def late_text(late):
    return f"{median(late):g} / {max(late):g}" if late else "-"


def firings_text(counts):
    return f"{sum(counts) / len(counts):.2f} / {max(counts)}" if counts else "-"
