"""What a game day leaves behind: its table, and a post-incident review of each exercise with all that was measured filled in."""

import os
import time

from stack import RESEND, SETTLE, STEP

BLANK = "_to be filled in by the people who were there:_"


def clock(at):
    return time.strftime("%H:%M:%S", time.gmtime(at)) + f".{int(at * 10) % 10}"


def seconds(value):
    """A length of time for people."""
    if value is None:
        return "never"
    minutes, rest = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes}m" if hours else f"{minutes}m {rest}s" if minutes else f"{rest}s"


def percent(part):
    return f"{round(part * 100, 3) + 0.0:.3f} %"  # no -0


def events(count):
    return f"{count:.0f}"


def default_words(default):
    return f"{seconds(default[0])} ({default[1]})" if default else "-"


# --- the table -------------------------------------------------------------------------------------------------------------------

HEADINGS = ("EXERCISE", "TOLD AFTER", "OVER AFTER", "BUDGET SPENT", "BAD, IN TRUTH", "COUNTED", "FALSE PAGES", "DEFAULT TIERS")


def row(out):
    truth, counted = out.counts.get(out.exercise.slo, (0, 0))
    return (out.exercise.name, seconds(out.detected), seconds(out.resolved), percent(out.spent(out.exercise.slo)), events(truth),
            f"{events(counted)} ({counted - truth:+.0f})", str(len(out.false_pages)), default_words(out.default))


def table(outcomes):
    rows = [HEADINGS, *map(row, outcomes)]
    widths = [max(len(line[column]) for line in rows) for column in range(len(HEADINGS))]
    align = lambda column, text: text.ljust(widths[column]) if column == 0 else text.rjust(widths[column])
    return "\n".join("  ".join(align(column, text) for column, text in enumerate(line)).rstrip() for line in rows)


LEGEND = """TOLD AFTER: from the cause to the message that a person gets. OVER AFTER: from its end to the message that says so. BUDGET SPENT: of the
SLO's whole 30 days. BAD: events, or steps of pressure; COUNTED by wick, and by how much it differs from what the demo's own counters say.
DEFAULT TIERS: how long the same incident takes until it pages with the tiers that an SLO has without a word, as wick simulate says."""


# --- the review ------------------------------------------------------------------------------------------------------------------

def timeline(out):
    """[(when, what)] of all that is known, in order."""
    slo, at = out.exercise.slo, out.at
    told = f"the receiver in Slack's place gets in {out.page.channel}: {out.page.title}" if out.page else \
        "the address that misses the watchdog gets: Watchdog of Prometheus, resolved"
    over = f"the receiver in Slack's place gets in {out.back.channel}: {out.back.title}" if out.back else \
        "the address that misses the watchdog gets: Watchdog of Prometheus, firing"
    rows = [("injected", out.exercise.cause), ("first_bad", f"the first bad event of {slo}"),
            ("source_down", "wick says that its source does not answer (`wick_source_up` 0)"),
            ("fired", "the alert fires for the step that ends here"), ("counted", "that step is counted: wick posts the alert to Alertmanager"),
            ("told", told), ("removed", out.exercise.cure), ("source_up", "wick has its source again (`wick_source_up` 1)"),
            ("caught_up", "every step is counted"), ("over", "the alert is false for the step that ends here"),
            ("counted_over", "that step is counted: wick posts that it is over"), ("told_over", over)]
    return sorted((at[name], number, text) for number, (name, text) in enumerate(rows) if name in at)


def summary(out):
    told = f"{who(out)} was told after {seconds(out.detected)}" if out.detected is not None else "Nobody was told"
    over = f"; {seconds(out.resolved)} after the cause was gone a message said so" if out.resolved is not None else ""
    return f"{out.exercise.cause[0].upper()}{out.exercise.cause[1:]}. {told}{over}. It took {percent(out.spent(out.exercise.slo))} of the error " \
           f"budget of {out.exercise.slo}."


def who(out):
    return "Somebody" if out.exercise.pages else "The address that misses the watchdog"


def waits(out):
    """Where the time until the page went."""
    named = (("until the first bad event", "injected", "first_bad"), ("until the burn rates were above the limit", "first_bad", "fired"),
             (f"until that step was counted (a step is {STEP} s, and is left {SETTLE} s to fill)", "fired", "counted"),
             ("until Alertmanager's message", "counted", "told"))
    return [f"{seconds(took)} {words}" for words, begin, end in named for took in [out.took(begin, end)] if took is not None]


def went_well(out):
    if out.detected is not None:
        yield f"{who(out)} was told within {seconds(out.detected)}."
    if out.page and not out.false_pages:
        yield "The page came once, with the SLO, its numbers and its runbook."
    if out.back:
        yield f"It was taken back {seconds(out.resolved)} after the cause was gone, without anybody's doing."
    if not out.false_pages:
        yield f"Nobody was paged{' about anything else' if out.page else ''}." if out.page or not out.exercise.pages else "There was no false page."
    for slo, (bad, counted) in sorted(out.counts.items()):
        total, counted_total = out.totals[slo]
        if not any(slo in fault for fault in out.faults):
            yield f"{slo}: {events(counted)} of {events(counted_total)} events were counted as bad; in truth {events(bad)} of {events(total)} were."
    if "caught_up" in out.at:
        yield f"wick said that its source was away after {seconds(out.took('injected', 'source_down'))}, and had counted all of it " \
              f"{seconds(out.took('removed', 'caught_up'))} after Prometheus was back."


def went_badly(out):
    yield from (fault[0].upper() + fault[1:] + "." for fault in out.faults)
    stale = [slo for resolved, slo in out.page.says if resolved] if out.page else []
    if stale:
        yield f"The page also said that {' and '.join(stale)} had recovered, which is from before: one group holds all pages of a service."
    if out.page:
        yield "Where the time until the page went: " + ", ".join(waits(out)) + "."
    if not out.exercise.pages:
        yield "No page was sent: the rules about wick are evaluated by the Prometheus that was dead, and wick itself says `WickSourceDown` only after " \
              "five minutes. What told of it is Prometheus's watchdog, which Alertmanager took for over, at an address that has to wake somebody up."


def prompts(out):
    if out.exercise.pages:
        yield f"With the default tiers the same incident pages after {default_words(out.default)}: is that soon enough here?"
        yield "Is the runbook's first step the one that helped?"
    else:
        yield "Who is woken when Prometheus's watchdog does not come, and has that been tried?"
        yield f"Without the shortened times ({RESEND} s between two posts of Prometheus) Alertmanager takes its watchdog for over after 4 min: is that " \
              "soon enough?"
        yield "Should a second Prometheus scrape wick, so that its own alerts do not hang on one?"


def bullets(lines):
    return [f"- {line}" for line in lines]


def write(out, folder, definitions):
    """The review as Markdown; returns its path."""
    slo, begin = out.exercise.slo, out.at["injected"]
    truth, counted = out.counts[slo]
    before, after = (one[slo] for one in (out.before, out.after))
    lines = [
        f"# Post-incident review: {out.exercise.name} on {slo}", "",
        f"{time.strftime('%Y-%m-%d', time.gmtime(begin))}, a game day: the cause was made on purpose, on servers of its own, with windows of minutes. "
        "This is about how things are built and how work is done, and what made this possible; it is not about who did what.", "",
        "## What happened", "", summary(out), "", f"{BLANK} what made it possible, what kept it from being worse", "",
        "## Impact", "", "| | |", "|---|---|",
        f"| lasted | {seconds(out.took('injected', 'removed'))} |",
        f"| bad events, by {out.exercise.witness} | {events(truth)} |",
        f"| bad events, as wick counted them | {events(counted)} ({counted - truth:+.0f}) of {events(after['total'] - before['total'])} |",
        f"| error budget spent, of {after['window']} | {percent(out.spent(slo))} |",
        f"| error budget left | {percent(after['budget_remaining'])} |",
        f"| users | {BLANK} |", "",
        "## Timeline", "", f"Times are UTC, of {time.strftime('%Y-%m-%d', time.gmtime(begin))}.", "", "| time | after | |", "|---|---|---|",
        *[f"| {clock(at)} | {at - begin:+.1f} s | {text} |" for at, _, text in timeline(out)],
        f"| | | {BLANK} what people looked at, thought and did |", "",
        "## What went well", "", *bullets(went_well(out)), f"- {BLANK}", "",
        "## What did not", "", *bullets(went_badly(out)), f"- {BLANK}", "",
        "## What changes", "", *bullets(prompts(out)), "", "| change | who | until |", "|---|---|---|", f"| {BLANK} | | |", "",
        "## Links", "",
        f"- [Runbook](runbooks/error-budget-burn/{slo}.md)" if out.exercise.pages else "- [Runbook](runbooks/wick-source-down.md)",
        f"- [The SLO as wick showed it behind the exercise]({out.exercise.name}.json)",
        f"- [Definitions]({os.path.basename(definitions)})", "",
        "What wick's log says of it:", "", "```", *out.log, "```"]
    if out.page:
        lines += ["", "What the page said:", "", "```", out.page.title, *out.page.text.strip().splitlines(), "```"]
    path = os.path.join(folder, out.exercise.name + ".md")
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")
    return path
