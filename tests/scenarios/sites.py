"""What people see: the pages' numbers against what the samples hold, read from their HTML by another reader."""

import re
from datetime import datetime
from html.parser import HTMLParser

from scenario import EVENTS, HOUR, STEP, check, document, equal, scenario


class Tables(HTMLParser):
    """The rows of the tables of a page, by the figure that they stand in ("" for none): [[(datetime or text) of each cell]]."""

    def __init__(self, text):
        super().__init__()
        self.figure, self.rows, self.cell, self.time = "", {}, None, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "figure":
            self.figure = attributes["id"]
        if tag == "tr":
            self.rows.setdefault(self.figure, []).append([])
        if tag in ("td", "th"):
            self.cell, self.time = "", None
        if tag == "time":
            self.time = attributes["datetime"]

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data

    def handle_endtag(self, tag):
        if tag in ("td", "th") and self.cell is not None:
            self.rows[self.figure][-1].append(self.time or self.cell.strip())
            self.cell = None
        if tag == "figure":
            self.figure = ""


def second(text):
    return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def page(daemon, path):
    status, text = daemon.get(path)
    equal(status, 200, f"the status of {path}")
    return Tables(text).rows, text


@scenario
def the_drawings_of_an_slo_hold_what_the_samples_hold(stage):
    """Each slot of the window and each of the last steps, and the line that follows from them, which ends where the API says."""
    stage.define(document("shop", availability=EVENTS))
    daemon = stage.serve()
    tables, text = page(daemon, "/slo/shop/availability")
    slots, begin, bad_so_far, left = tables["events"][1:], stage.now - 4 * HOUR, 0, {}
    allowed = daemon.slos()[("shop", "availability", None)]["budget"]
    check(len(slots) >= 55, f"the window has {len(slots)} slots")
    for end, bad, total, _, known in slots:
        truth = stage.world.truth("shop", begin, second(end))
        equal((float(bad), float(total), known), (truth.held_bad, truth.held_total, "100.0%"), f"bad and all events of the slot until {end}")
        begin, bad_so_far = second(end), bad_so_far + truth.held_bad
        left[end] = 1 - bad_so_far / allowed
    equal(begin, stage.now, "the end of the last slot")
    check(bad_so_far > 10, "nothing bad has happened, which proves little")
    line = [(end, float(percent[:-1]) / 100) for end, percent, _, _ in tables["burn-down"][1:]]
    equal((line[0][1], len(line)), (1, 1 + len(slots)), "where the line begins, and its points")
    for end, drawn in line[1:]:
        check(abs(drawn - left[end]) < 0.0011, f"at {end} {drawn} is drawn, and {left[end]} is left")
    api = daemon.slos()[("shop", "availability", None)]["budget_remaining"]
    check(abs(line[-1][1] - api) < 0.0011, f"the line ends at {line[-1][1]}, and the API says {api}")
    steps = [row for row in tables[""] if len(row) == 4 and row[3] == "there"]
    equal(len(steps), 10, "the last steps")
    for end, bad, total, _ in steps:
        truth = stage.world.truth("shop", second(end) - STEP, second(end))
        equal((float(bad), float(total)), (truth.held_bad, truth.held_total), f"bad and all events of the step that ends at {end}")
    check('code=~&quot;5..&quot;' in text, "the query is not told")


@scenario
def what_is_not_known_is_neither_drawn_nor_good(stage):
    """Nothing is counted before the daemon began: the slots before it have no bar, and the line no points."""
    stage.define(document("shop", availability=EVENTS))
    daemon = stage.serve("--no-backfill")
    stage.live_through(daemon, stage.now + 12 * STEP)
    tables, _ = page(daemon, "/slo/shop/availability")
    unknown = [row for row in tables["events"][1:] if row[4] == "0.0%"]
    check(len(unknown) > 50, f"of {len(unknown)} slots nothing is known")
    equal({(bad, total, burn) for _, bad, total, burn, _ in unknown}, {("-", "-", "-")}, "what is told of them")
    ends = {row[0] for row in unknown}
    equal({left for end, left, _, _ in tables["burn-down"][1:] if end in ends}, {"-"}, "what is left at their ends")


@scenario
def a_list_is_what_its_query_says(stage):
    """The list in the order and with the filters of its address, against the API."""
    stage.define(document("shop", **{f"slo_{i}": {"sli": EVENTS, "objective": f"{90 + i}%", "labels": f"{{team: team-{i % 2}}}"} for i in range(9)}))
    daemon = stage.serve()
    api = {f"shop/{slo}": one for (_, slo, _), one in daemon.slos().items()}
    name = re.compile(r"^shop/slo-\d")
    shown = lambda path: [name.match(row[0])[0] for row in page(daemon, path)[0][""][1:]]
    equal(shown("/"), sorted(api, key=lambda slo: api[slo]["budget_remaining"]), "the worst first")
    equal(shown("/?sort=objective"), sorted(api, key=lambda slo: -api[slo]["objective"]), "the highest objective first")
    equal(shown("/?team=team-1&sort=name"), [f"shop/slo-{i}" for i in range(1, 9, 2)], "a team's")
    equal(shown("/?q=SLO-3+shop"), ["shop/slo-3"], "what is searched")
    spent = [slo for slo in sorted(api) if api[slo]["budget_remaining"] <= 0]
    equal(shown("/?state=spent&sort=name") if spent else [], spent, "what is spent")


@scenario
def a_slash_too_many_or_too_few_leads_to_the_page(stage):
    """What somebody types is found, with its filters, by an address that a proxy's prefix does no harm to."""
    stage.define(document("shop", availability={"sli": EVENTS, "window": "month"}))
    daemon = stage.serve()
    for path, title in (("/runbooks", "Runbooks"), ("/dashboards", "Grafana dashboards"), ("/dora/", "Delivery"), ("/calendar/?q=none", "Calendar"), ("/status/", "Status"), ("/policy/", "Error budget policies")):
        text = page(daemon, path)[1]
        check(re.search("<h1>(.*)</h1>", text), f"{path} has no title")
        equal(re.search("<h1>(.*)</h1>", text)[1], f"<bdi>{title}</bdi>", f"the page that {path} leads to")
    check("shop/availability" not in page(daemon, "/calendar/?q=none")[1] and "shop/availability" in page(daemon, "/calendar/")[1], "the filter is lost on the way")
