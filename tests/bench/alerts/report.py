"""The tables of docs/performance.md."""

from statistics import median

from verdict import FEW, JOIN, NEAR, TOLERANCE, firings_text, late_text, of_severity

PLURAL = {"page": "pages", "ticket": "tickets"}
LATE = 30                    # minutes: more than this is named one by one


def table(heading, rows):
    print("\n| " + " | ".join(heading) + " |\n" + "|---" * len(heading) + "|")
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")


def hours(minutes):
    return f"{minutes / 60:,.1f} h"


def bold(count):
    return f"**{count}**"


def score_rows(severity, scores):
    """Of {name of a column: Score}."""
    few, columns = FEW[severity], list(scores.values())
    row = lambda what, value: [what, *(value(score) for score in columns)]
    of_false = lambda what, name: row(what, lambda score: sum(getattr(one, name) for _, one in score.false))
    return [
        row(f"due, on {few} bad events or more", lambda score: score.plain),
        row("— **missed**", lambda score: bold(len(score.missed))),
        row(f"— missed, less than {NEAR:.0%} above the factor", lambda score: sum(one.near for _, one in score.missed)),
        row("— late by, in minutes: median / most", lambda score: late_text([minutes for minutes, _, _ in score.late])),
        row("— fired how often for one: mean / most", lambda score: firings_text(score.firings)),
        row("— it was due how often within one", lambda score: firings_text(score.times)),
        row(f"due, on fewer than {few} bad events", lambda score: score.few),
        row("— came", lambda score: score.few_came),
        row(f"**false {PLURAL[severity]}**", lambda score: bold(len(score.false))),
        of_false(f"— less than {NEAR:.0%} below the factor", "near"),
        of_false(f"— for no longer than {TOLERANCE} minutes", "brief"),
        of_false(f"— up to {JOIN[severity] // 60} h behind one that was due", "behind"),
        row("due for", lambda score: hours(score.due_minutes)),
        row("— of which it fired for", lambda score: hours(score.due_fired)),
        row("fired while not due", lambda score: hours(score.idle_fired)),
    ]


def meets(incident, one, severity):
    """Whether an alert that is due is due by the incident."""
    return one.begin < incident.end // 60 + JOIN[severity] and one.end > incident.begin // 60


def kind_rows(kinds, severity, services, expected, fired, offsets):
    """How each kind of incident went. `expected` is {job: [Due]}, `fired` {tool: {job: {tier: flags}}}, `offsets` {tool: minutes}."""
    for kind in kinds:
        count, due, few = 0, 0, 0
        late, vain = {tool: [] for tool in fired}, dict.fromkeys(fired, 0)
        for service in services:
            mine = {tool: of_severity(flags[service.profile.job], severity) for tool, flags in fired.items()}
            for incident in (one for one in service.incidents if one.kind == kind):
                met = [one for one in expected[service.profile.job] if meets(incident, one, severity)]
                plain = [one for one in met if not one.few and not one.brief]
                count, due, few = count + 1, due + bool(plain), few + (bool(met) and not plain)
                for tool, flags in mine.items():
                    begin = plain[0].begin if plain else incident.begin // 60
                    at = flags.find(b"\1", begin, plain[-1].end + TOLERANCE if plain else incident.end // 60 + JOIN[severity])
                    if at >= 0 and plain:
                        late[tool].append(at - begin + offsets[tool])
                    vain[tool] += at >= 0 and not met
        yield [kind.name, count, due, *(f"{len(times)}, {median(times):g} min" if times else "0" for times in late.values()), few,
               " / ".join(str(one) for one in vain.values())]


def minute_text(minute):
    return f"day {minute // 1440}, {minute % 1440 // 60:02}:{minute % 60:02}"


def detail(tool, severity, score):
    """One line for each alert that was missed, false, or late."""
    for what, entries in (("missed", score.missed), ("false", score.false),
                          *((f"{minutes:g} min late", [(job, one)]) for minutes, job, one in score.late if minutes > LATE)):
        for job, one in entries:
            print(f"{tool}: {severity} {what}: {job}, {minute_text(one.begin)}, {one.end - one.begin} min, "
                  f"{one.margin:.2f} of the factor, {one.most_bad} bad")
