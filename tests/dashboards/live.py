#!/usr/bin/python3
"""Dashboards against live servers: every query brings what its panel needs, and the numbers are true.

    tests/dashboards/live.py [--wick PATH] [--keep SECONDS]

A week of the demo, with its outage, a hundred days of deliveries, exporters and Prometheus itself (world.py). Prints
"N passed, N failed"; exit 1 where something fails."""

import argparse
import json
import math
import os
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import grafana  # noqa: E402  (found through the line above)
import world as worlds  # noqa: E402
from world import DAY, HOUR, MINUTE, RATE, STRIDE, servers  # noqa: E402

from github.truth import Truth  # noqa: E402

# What the world has none of, by dashboard, panel and letter; "" for all letters. It is an error if there is something after all.
NOTHING = {
    ("slo-detail", "SLI over 7 and 30 days", "B"): "there are nine days of history",
    ("slo-detail", "Objective met over the 7 and the 30 days before", "B"): "the same",
    ("self", "Read back", "A"): "all is read back",
    ("self", "Definition files that are broken", ""): "none is",
    ("self", "GitHub", "E"): "requests are not held back",
}


class Book:
    """The dashboards of the world's wick, with what Prometheus answers them."""

    def __init__(self, world, folder):
        self.world, self.dashboards = world, grafana.load(folder)

    def scene(self, name, at=None, span=10 * MINUTE, step=5, rate=RATE, **choice):
        return grafana.Scene(self.world.source, self.dashboards[name], at or self.world.now, span, step, choice, rate)

    def week(self, name, **choice):
        return self.scene(name, span=7 * DAY, step=STRIDE, rate="7h", **choice)

    def outage(self, name, **choice):
        first, last = self.world.outage
        return self.scene(name, at=(last + 75 * MINUTE) // 300 * 300, span=110 * MINUTE // 300 * 300, step=300, rate="11m", **choice)

    def backfilled(self, name, **choice):
        return self.scene(name, at=self.world.until, span=60 * DAY, step=DAY, **choice)

    def busy(self, name):
        """Half an hour in which anvila-api has requests, good ones and then failed ones."""
        return self.scene(name, at=self.world.outage[1], span=30 * MINUTE, step=MINUTE, rate="5m", service="anvila-api")

    def scenes(self, name):
        """Those in which a query of the dashboard may have something to say."""
        yield self.scene(name)
        if name in ("slo-overview", "budget-report", "dora"):
            yield self.week(name)
        if name == "budget-report":
            yield self.scene(name, at=self.world.until, span=90 * DAY, step=DAY, service="months")
        if name in ("dora", "delivery"):
            yield self.backfilled(name)
            yield self.backfilled(name, window="7d")
        if name == "self":
            yield self.scene(name, at=self.world.until, span=10 * MINUTE, step=MINUTE)
        if name in ("golden-signals", "unified"):
            yield self.busy(name)
            yield self.scene(name, service="prometheus")
        if name == "slo-detail":
            for slo in ("anvila-api/availability", "anvila-api/by-day", "anvila-api/corrected", "anvila-worker/jobs"):
                yield self.week(name, slo=slo)
                yield self.outage(name, slo=slo)
                yield self.scene(name, slo=slo)

    def panel(self, name, title):
        found = [panel for panel in grafana.panels(self.dashboards[name]) if panel["title"] == title]
        if len(found) != 1:
            raise servers.Failure(f"{name} has {len(found)} panels '{title}'")
        return found[0]

    def ask(self, scene, title, letter="A"):
        """[(labels, samples)] of one query of a panel."""
        name = scene.dashboard["uid"].removeprefix("wick-")
        return scene.answer(next(one for one in self.panel(name, title)["targets"] if one["refId"] == letter))

    def one(self, scene, title, letter="A", **labels):
        """The newest value of the one series that has these labels."""
        found = [samples for has, samples in self.ask(scene, title, letter) if labels.items() <= has.items()]
        if len(found) != 1:
            raise servers.Failure(f"'{title}' {letter} has {len(found)} series with {labels}")
        return found[0][-1][1]


def finite(rows):
    return any(math.isfinite(value) for _, samples in rows for _, value in samples)


# --- every query -----------------------------------------------------------------------------------------------------------

def every_query_brings_something(book):
    """Each query of each panel has a series of finite numbers in a scene that it is for, and none is refused in any."""
    for name, dashboard in book.dashboards.items():
        targets = {(panel["title"], target["refId"]): target for panel in grafana.panels(dashboard) for target in panel["targets"]
                   if target["datasource"]["type"] == "prometheus"}
        left = set(targets)
        for scene in book.scenes(name):
            for key in sorted(targets):
                rows = scene.answer(targets[key])
                if any(math.isnan(value) for _, samples in rows for _, value in samples):
                    yield f"{name}: {key}: NaN is shown"
                if finite(rows):
                    left.discard(key)
        expected = {key for key in targets if (name, *key) in NOTHING or (name, key[0], "") in NOTHING}
        for title, letter in sorted(left - expected):
            yield f"{name}: '{title}' {letter} brings nothing: {targets[title, letter]['expr']}"
        for title, letter in sorted(expected - left):
            yield f"{name}: '{title}' {letter} brings something after all"


def every_annotation_can_be_asked_for(book):
    """Annotations are well-formed, and each kind is seen: deployments, incidents, pages, tickets, exclusions."""
    seen = set()
    for name, dashboard in book.dashboards.items():
        for note in grafana.notes(dashboard):
            for scene in book.scenes(name):
                if any(value > 0 for _, samples in scene.range(note["expr"]) for _, value in samples):
                    seen.add(note["name"])
    missing = {"Deployments", "Incidents", "Pages", "Tickets", "Exclusions"} - seen
    if missing:
        yield f"never seen: {missing}"


def logs_and_traces_are_asked_for_as_loki_and_tempo_want_it(book):
    """Selectors of Loki are well-formed for its parser's cousin; what Tempo is asked is TraceQL's smallest part."""
    scene = book.scene("unified", service="anvila-api")
    for panel in grafana.panels(book.dashboards["unified"]):
        for target in panel["targets"]:
            if target["datasource"]["type"] == "loki":
                # a selector, and an aggregation over it, is the same in both languages
                book.world.source.get("format_query", query=scene.filled(target["expr"]))
            elif target["datasource"]["type"] == "tempo":
                text = scene.filled(target["query"])
                if text.count("{") != 1 or not text.startswith('{resource.service.name="anvila-api"') or not text.endswith("}"):
                    yield f"no TraceQL: {text}"


# --- SLOs ------------------------------------------------------------------------------------------------------------------

def the_overview_has_what_the_api_has(book):
    """Each error budget of the API is one row, with the numbers that it has there; filters leave the others out."""
    scene, title = book.scene("slo-overview"), "Error budgets, the worst first"
    wanted = {(one["id"], ", ".join(one["group"].values()) or None): one for one in book.world.api()}
    for letter, key, near in (("A", "budget_remaining", 0.02), ("B", "objective", 1e-9), ("C", "sli", 1e-3)):
        got = {(has["slo_id"], has.get("slo_group")): samples[0][1] for has, samples in book.ask(scene, title, letter) if has["slo_id"] != "months/even"}
        for budget, one in wanted.items():
            if one[key] is not None and (budget not in got or abs(got[budget] - one[key]) > near):
                yield f"{budget} {key}: {got.get(budget)}, not {one[key]}"
        if set(got) - set(wanted):
            yield f"rows that the API has not: {set(got) - set(wanted)}"
    count = book.one(scene, "Error budgets")
    if count - len(wanted) not in (0, 1):  # the one with made-up months, which grows old
        yield f"{count} error budgets, not {len(wanted)}"
    for choice, holds in (({"service": ["anvila-worker"]}, lambda one: one["service"] == "anvila-worker"),
                          ({"team": ["edge"]}, lambda one: one["labels"].get("team") == "edge"),
                          ({"label": "queue", "value": ["mails"]}, lambda one: one["group"].get("queue") == "mails"),
                          ({"label": "slo", "value": ["jobs", "latency"]}, lambda one: one["slo"] in ("jobs", "latency"))):
        got = {(has["slo_id"], has.get("slo_group")) for has, _ in book.ask(book.scene("slo-overview", **choice), title, "B")}
        want = {budget for budget, one in wanted.items() if holds(one)}
        if got != want or not want:
            yield f"with {choice}: {got}, not {want}"


def left_of(book, at):
    """What is left of the budget of anvila-api/availability (99.5 % over 30 days), by the demo's own count."""
    bad, total = book.world.truth("anvila-api/availability", at)
    known = (at - book.world.begin) / (30 * DAY)
    return 1 - bad / (0.005 * total / known)


def the_outage_is_visible(book):
    """The budget falls by what the outage cost, burn rates rise over the tiers, a page fires, and all of it is marked."""
    first, last = book.world.outage
    scene = book.outage("slo-detail", slo="anvila-api/availability")
    left = dict(book.ask(scene, "Budget left")[0][1])
    before, after = (max(at for at in left if at <= limit) for limit in (first - MINUTE, last + 30 * MINUTE))
    drop, cost = left[before] - left[after], left_of(book, before - worlds.SETTLE) - left_of(book, after - worlds.SETTLE)
    if cost < 0.1 or abs(drop - cost) > 0.03 * cost:
        yield f"the budget falls by {drop} ({left[before]} to {left[after]}), in truth by {cost}"
    rates = {has["window"]: dict(samples) for has, samples in book.ask(scene, "Burn rate over each window, and the tiers")}
    tiers = {has["tier"]: samples[-1][1] for has, samples in book.ask(scene, "Burn rate over each window, and the tiers", "B")}
    if tiers != {"page-fast": 14.4, "page-slow": 6.0, "ticket-fast": 3.0, "ticket-slow": 1.0}:
        yield f"the tiers are {tiers}"
    peak = max(rates["1h"].values())
    raw = 'sum(increase(http_requests_total{job="anvila-api",code=~"5.."}[1h])) / sum(increase(http_requests_total{job="anvila-api"}[1h])) / 0.005'
    truth = max(book.world.source.value(raw, at) for at in range(last, last + 10 * MINUTE, MINUTE))
    if peak < tiers["page-fast"] or abs(peak - truth) > 0.1 * truth:
        yield f"the burn rate over an hour rises to {peak}, by Prometheus to {truth}"
    if max(rates["1h"][at] for at in rates["1h"] if at < first) > tiers["ticket-slow"]:
        yield "it burns before the outage"
    fires = {at for has, samples in book.ask(scene, "Alerts over time") if has["severity"] == "page" for at, value in samples if value == 1}
    if not any(first <= at <= last for at in fires) or any(at < first for at in fires):
        yield f"pages fire at {sorted(fires)}, the outage is {first} to {last}"
    note = next(one for one in grafana.notes(scene.dashboard) if one["name"] == "Pages")
    marked = [at for _, samples in scene.range(note["expr"]) for at, value in samples if value > 0]
    if not marked or min(marked) < first or min(marked) > last + 5 * MINUTE:
        yield f"the page is marked at {marked[:3]}"


def compliance_is_that_of_the_counters(book):
    """The SLI of the last seven days is what the demo counted in them."""
    shown = book.one(book.week("slo-detail", slo="anvila-api/availability"), "SLI over 7 and 30 days")
    begin, end = (book.world.truth("anvila-api/availability", when) for when in (book.world.until - 7 * DAY, book.world.until))
    truth = 1 - (end[0] - begin[0]) / (end[1] - begin[1])
    if abs(shown - truth) > 0.0005:
        yield f"{shown}, in truth {truth}"
    met = book.one(book.week("slo-detail", slo="anvila-api/availability"), "Objective met over the 7 and the 30 days before")
    if met != (truth >= 0.995):
        yield f"met is {met} at {truth}"


def months_are_those_of_the_calendar(book):
    """Each whole month of a year has one number: what was bad in it, by what was allowed."""
    scene = book.scene("budget-report", at=book.world.until, span=430 * DAY, step=DAY, service=["months"])
    rows = book.ask(scene, "Budget used in each month (UTC)")
    got = {time.strftime("%Y-%m", time.gmtime(at)): value for at, value in rows[0][1]} if len(rows) == 1 else {}
    if set(got) != set(book.world.months) or any(abs(got[month] - used) > 1e-9 for month, used in book.world.months.items()):
        yield f"{got}, not {book.world.months}"
    if len(rows) != 1 or len(rows[0][1]) != len(got):
        yield "a month comes twice"


def the_report_knows_what_is_frozen(book):
    """Freezes, levels and the least budget of each service are those of the API."""
    scene, api = book.scene("budget-report"), book.world.api()
    levels = ("normal", "review", "approval", "freeze")
    frozen = {(one["id"], ", ".join(one["group"].values()) or None) for one in api if (one["policy"] or {}).get("level") == "freeze"}
    got = {(has["slo_id"], has.get("slo_group")) for has, _ in book.ask(scene, "Who is in a freeze")}
    if got != frozen or not frozen:
        yield f"in a freeze: {got}, not {frozen}"
    services = {}
    for one in api:
        if one["policy"] and one["policy"]["level"]:
            key = (one["namespace"] or None, one["service"])
            services[key] = max(services.get(key, 0), levels.index(one["policy"]["level"]))
    got = {(has.get("namespace"), has["service"]): samples[0][1] for has, samples in book.ask(scene, "Services")}
    if got != services:
        yield f"levels: {got}, not {services}"
    if book.one(scene, "Services in a freeze") != sum(level == 3 for level in services.values()):
        yield "the number of services in a freeze is another"


def hostile_names_are_texts(book):
    """A group whose name could break a query is found by it, or the query is refused; it never finds another one."""
    for value in worlds.ODD:
        scene = book.scene("slo-detail", slo="odd/names", group=[value])
        try:
            rows = book.ask(scene, "Objective")
        except servers.Failure:
            # Grafana does not escape these in a regular expression: the panel shows an error, and no other group
            if '"' not in value and "\n" not in value:
                raise
            continue
        if [has.get("slo_group") for has, _ in rows] != [value]:
            yield f"{value!r} finds {[has for has, _ in rows]}"
    together = {has.get("slo_group") for has, _ in book.ask(book.scene("slo-detail", slo="odd/names"), "Objective")}
    if together != set(worlds.ODD):
        yield f"together: {together}"


# --- deliveries ------------------------------------------------------------------------------------------------------------

def deliveries_are_as_git_and_sql_say(book):
    """The five metrics of 30 days, those of the window before, and the failures by evidence."""
    truth = Truth(book.world.shop, book.world.delivery)
    title, who = "The five metrics, and one window before", {"service": "anvila-api", "environment": "production"}
    for scene, at in ((book.scene("dora"), book.world.now), (book.backfilled("dora"), book.world.until)):
        row = next(one for one in truth.report(at) if one["window"] == "30d")
        midnight = (at - 30 * DAY) // DAY * DAY  # history has one sample a day
        before = next(one for one in truth.report(midnight) if one["window"] == "30d")
        want = {"A": row["deployments"] / 30, "C": row["lead_time_seconds"]["p50"], "B": before["deployments"] / 30, "D": before["lead_time_seconds"]["p50"]}
        for letter, value in want.items():
            got = book.one(scene, title, letter, **who)
            if abs(got - value) > 0.02 * value:
                yield f"{letter} at {at}: {got}, not {value}"
        if at == book.world.now:
            continue  # wick's own pages are incidents there, which git knows nothing of
        evidence = {letter: row["evidence"][kind] for letter, kind in zip("BCDE", ("incident", "rollback", "revert", "hotfix"))}
        for letter, value in {"A": row["failed_deployments"], **evidence}.items():
            if book.one(scene, "Failed deployments by evidence", letter, **who) != value:
                yield f"failures {letter} at {at}: not {value}"


# --- what is around --------------------------------------------------------------------------------------------------------

def signals_are_those_of_the_demo(book):
    """Counter, histogram and labels are found; traffic and errors of the hour with the outage are those that the demo counted itself."""
    scene, world, end = book.busy("golden-signals"), book.world, book.world.outage[1] + 10 * MINUTE
    for name, value in (("requests", "http_requests_total"), ("histogram", "http_request_duration_seconds_bucket"), ("code", "code"), ("status", "status")):
        if scene.values[name] != value:
            yield f"${name} is {scene.values[name]!r}, not {value}"
    bad, total = (now - before for now, before in zip(*(world.truth("anvila-api/availability", at) for at in (end, end - HOUR))))
    hour = book.scene("golden-signals", at=end, span=HOUR, step=MINUTE, rate="1h", service="anvila-api")
    for title, value in (("Requests", total / HOUR), ("Requests that fail", bad / total)):
        if abs(book.one(hour, title) - value) > 0.03 * value:
            yield f"{title}: {book.one(hour, title)}, in truth {value}"
    for title in ("Latency of good requests", "Latency of failed requests"):
        p50, p95, p99 = (dict(book.ask(scene, title, letter)[0][1]) for letter in "ABC")
        if not p50 or any(not 0 < p50[at] <= p95[at] <= p99[at] for at in p50):
            yield f"'{title}': {p50} {p99}"
    nobody = book.scene("golden-signals", service="nobody")
    for title in ("Traffic", "Errors", "Latency of good requests"):
        if book.ask(nobody, title):
            yield f"'{title}' of a service without requests shows something"


def hosts_are_as_the_kernel_says(book):
    """CPUs, memory and the size of a disk."""
    scene = book.scene("host")
    if book.one(scene, "CPUs") != os.cpu_count():
        yield f"{book.one(scene, 'CPUs')} CPUs, not {os.cpu_count()}"
    memory = next(int(line.split()[1]) * 1024 for line in open("/proc/meminfo") if line.startswith("MemTotal"))
    if book.one(scene, "Memory") != memory:
        yield f"{book.one(scene, 'Memory')} bytes of memory, not {memory}"
    for has, samples in book.ask(scene, "File systems", "C"):
        if os.path.ismount(has["mountpoint"]):
            stat = os.statvfs(has["mountpoint"])
            if samples[0][1] != stat.f_blocks * stat.f_frsize:
                yield f"{has['mountpoint']} has {samples[0][1]} bytes, not {stat.f_blocks * stat.f_frsize}"


def probes_are_as_they_are(book):
    """Two answer and one does not; the certificate ends when it says."""
    scene, world = book.scene("blackbox", job=["probes"]), book.world
    got = {has["instance"]: samples[0][1] for has, samples in book.ask(scene, "Targets")}
    if got != dict(zip(world.probed(), (1, 1, 0))):
        yield f"{got}"
    if book.one(scene, "Probes that fail") != 1:
        yield "not one probe fails"
    end = subprocess.run(["openssl", "x509", "-in", world.path("certificate.pem"), "-noout", "-enddate"], capture_output=True, text=True, check=True).stdout
    end = time.mktime(time.strptime(end.strip().removeprefix("notAfter=").removesuffix(" GMT"), "%b %d %H:%M:%S %Y")) - time.timezone
    if book.one(scene, "Certificates", "B") != end * 1000:
        yield f"the certificate ends at {book.one(scene, 'Certificates', 'B') / 1000}, not at {end}"


def prometheus_knows_its_targets(book):
    """The one that nobody serves, and the probe's, are down; the others are up."""
    scene = book.scene("prometheus")
    targets = book.world.source.get("targets")["activeTargets"]
    down = sum(one["health"] != "up" for one in targets)
    if book.one(scene, "Targets down") != down or not down:
        yield f"{book.one(scene, 'Targets down')} targets are down, not {down}"


def wick_says_how_it_is(book):
    """Ready, up to date, with its SLOs, its source, its store, and the quota that GitHub tells."""
    scene = book.scene("self")
    if book.one(scene, "Daemons", "B") != 1 or book.one(scene, "Daemons", "H") != 1:
        yield "not ready, or without a store"
    if book.one(scene, "Sources", "A", source="default") != 1:
        yield "the source does not answer"
    quota = book.one(scene, "GitHub", "B")
    if not 0.5 < quota <= 1:
        yield f"{quota} of the quota is left"
    size = sum(os.path.getsize(book.world.path(name)) for name in ("wick.db", "wick.db-wal") if os.path.exists(book.world.path(name)))
    if not 0.3 * size < book.ask(scene, "Size on disk")[0][1][-1][1] < 3 * size:
        yield "the store has another size"


def the_daemon_hands_them_out(book):
    """As they are checked in, but for the address that people reach it by."""
    for name in book.dashboards:
        status, text = book.world.daemon.get(f"/dashboards/{name}.json")
        with open(os.path.join(servers.root(), "dashboards", f"{name}.json")) as file:
            if status != 200 or json.loads(text) != json.load(file):
                yield f"{name}: {status}, or another one"


CASES = (every_query_brings_something, every_annotation_can_be_asked_for, logs_and_traces_are_asked_for_as_loki_and_tempo_want_it,
         the_overview_has_what_the_api_has, the_outage_is_visible, compliance_is_that_of_the_counters, months_are_those_of_the_calendar,
         the_report_knows_what_is_frozen, hostile_names_are_texts, deliveries_are_as_git_and_sql_say, signals_are_those_of_the_demo,
         hosts_are_as_the_kernel_says, probes_are_as_they_are, prometheus_knows_its_targets, wick_says_how_it_is, the_daemon_hands_them_out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wick", default=os.environ.get("WICK", os.path.join(servers.root(), "build", "wick")))
    parser.add_argument("--keep", type=int, default=0, help="let the servers live so many seconds longer")
    options = parser.parse_args()
    begin = time.monotonic()
    try:
        world = worlds.World(os.path.abspath(options.wick))
    except servers.Failure as failure:
        print(f"FAIL  the world is not as it should be\n      {failure}\n0 passed, 1 failed")
        return 1
    print("the world: " + ", ".join(f"{what} {seconds:.0f} s" for what, seconds in world.seconds.items()), flush=True)
    book, failed = Book(world, os.path.join(servers.root(), "dashboards")), 0
    for case in CASES:
        try:
            faults = list(case(book))
        except (servers.Failure, AssertionError) as failure:
            faults = [str(failure)]
        failed += bool(faults)
        print(("FAIL  " if faults else "ok    ") + case.__name__ + "".join(f"\n      {fault}" for fault in faults), flush=True)
    print(f"{time.monotonic() - begin:.0f} s")
    if options.keep:
        print(f"Prometheus: {world.prometheus.url}, wick: {world.daemon.url}", flush=True)
        time.sleep(options.keep)
    print(f"{len(CASES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
