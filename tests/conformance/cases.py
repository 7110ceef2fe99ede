"""The situations that wick exists to get right, as data (design: "Why another one")."""

from case import AVAILABILITY, Case, Expect, REQUEST_TERMS, SELECT_ALL, SELECT_BAD, Slo, availability
from reference import Term
from traffic import (DAY, HOUR, Gauge, Process, Service, Target, at, by_chance, days_and_nights, during, every, except_during,
                     observations, requests, steady)

MINUTE = 60
SPAN = 8 * HOUR          # of most cases; their window is the last 6 h
WINDOW = SPAN - 6 * HOUR # where it begins


def pod(number, *flows, **process):
    return Target(f"pod-{number}:8080", [Process(list(flows), **process)])


def case(name, what, targets, slos=None, service=None, **more):
    settings = {"seconds": SPAN, **(service or {})}
    more.setdefault("terms", REQUEST_TERMS)
    return Case(name, what, Service(job=name, targets=targets, **settings), slos or availability(), **more)


def sparse_errors(seed, per_hour=3):
    """Errors far apart, none close to the ends of the window."""
    return except_during(by_chance(per_hour, seed), (WINDOW - 5 * MINUTE, WINDOW + 5 * MINUTE), (SPAN - 5 * MINUTE, SPAN))


# --- traffic ---------------------------------------------------------------------------------------------------------------

def uneven_traffic():
    month = 30 * DAY
    # 0.05 % of 100 a second by day is one in 20 s; 1 % of 1 a second by night is one in 100 s.
    return case(
        "uneven-traffic", "busy days with few errors, quiet nights with many",
        [pod(1, requests(days_and_nights(steady(6000), steady(60))),
             requests(days_and_nights(every(20), every(100)), code="500", bad=True))],
        service={"seconds": month + 2 * HOUR, "interval": 60}, window="30d",
        row="days busy, nights quiet (6000 vs 60 req/min), errors at night")


def idle():
    quiet = (SPAN - 3 * HOUR, SPAN - 3 * HOUR + 30 * MINUTE)
    return case(
        "idle", "no request at all for 30 minutes (0/0)",
        [pod(1, requests(except_during(steady(600), quiet)),
             requests(except_during(every(61), quiet), code="500", bad=True))],
        row="30 idle minutes (0/0)", objective="99%")


def asleep():
    return case(
        "asleep", "no request in the whole window, with data all the time",
        [pod(1, requests(during(steady(60), (0, HOUR))), requests(during(every(300), (0, HOUR)), code="500", bad=True))],
        expect=Expect(no_numbers=True, state=("no_events",)), objective="99%")


def no_error_series():
    return case("no-error-series", "nothing has failed yet, so there is no series of errors", [pod(1, requests(steady(300)))],
                row="no error series exists yet", expect=Expect(state=("ok",)))


def hourly_request():
    return case(
        "hourly-request", "one request an hour, of which one fails",
        [pod(1, requests(at(*range(1800, SPAN - 3 * HOUR, HOUR), *range(SPAN - 3 * HOUR + 1800 + HOUR, SPAN, HOUR))),
             requests(at(SPAN - 3 * HOUR + 1800), code="500", bad=True), eager=True)])


def bursts():
    """Errors come all at once, every five minutes, just before or in the middle of a 5-minute slot's edge."""
    out = []
    for name, phase, row in (("bursts-at-the-edge", 290, "bursts between two scrape windows"), ("bursts-amid", 150, "")):
        out.append(case(
            name, "errors in bursts every five minutes",
            [pod(1, requests(steady(6000)), requests(every(300, phase, 50), code="503", bad=True))],
            objective="99%", row=row, service={"interval": 30, "offset_ms": 2750}))
    return out


# --- births ----------------------------------------------------------------------------------------------------------------

def born_at(value, row=""):
    first_errors = [(WINDOW + HOUR * (1 + n) + 7, value) for n in range(4)]
    return case(
        f"born-at-{value}", f"series of errors that are first seen at {value}",
        [pod(n, requests(steady(120)), requests(at(first_errors[n]), code=str(500 + n), bad=True)) for n in range(4)],
        row=row)


def pods_that_come_and_go(name, what, row, lifetime, eager, seconds, window, count=8, **service):
    """Each pod has a name of its own, some overlap, and most errors are the first of their pod."""
    targets = []
    for number in range((seconds + lifetime // 2) * count // lifetime):
        begin = number * lifetime // count - lifetime // 2
        process = Process([requests(during(steady(30), (begin if begin > 0 else 0, seconds))),
                           requests(by_chance(0.5, f"{name} {number}"), code="500", bad=True)],
                          start=begin, end=begin + lifetime, eager=eager)
        targets.append(Target(f"web-{number:04}:8080", [process], leaves=True))
    return case(name, what, targets, service={"seconds": seconds, **service}, window=window, row=row, objective="99.5%")


def restarting_pods():
    return [
        pods_that_come_and_go("restarting-pods", "pods under ever new names, errors rare", "a counter for errors is born at its first error",
                              lifetime=3 * HOUR, eager=False, seconds=DAY + 2 * HOUR, window="1d"),
        pods_that_come_and_go("restarting-pods-eager", "the same, with counters there at 0 from the start", "",
                              lifetime=3 * HOUR, eager=True, seconds=DAY + 2 * HOUR, window="1d"),
    ]


def new_status_codes():
    codes = [str(500 + n) for n in range(24)]
    flows = [requests(at(WINDOW + 600 + 780 * n), code=code, bad=True) for n, code in enumerate(codes)]
    return case("new-status-codes", "every error has a status code that was not there before", [pod(1, requests(steady(600)), *flows)])


# --- resets ----------------------------------------------------------------------------------------------------------------

def in_place(name, what, ends, per_minute=120, interval=15, errors=every(37, 11), **more):
    """One target whose process is started anew at each moment of `ends`."""
    flows = lambda: [requests(steady(per_minute)), requests(errors, code="500", bad=True)]
    edges = [-10 * DAY, *ends, 10 ** 9]
    processes = [Process(flows(), start=begin, end=end) for begin, end in zip(edges, edges[1:])]
    return case(name, what, [Target("pod-1:8080", processes), pod(2, requests(steady(60)))],
                service={"interval": interval}, objective="99%", **more)


def resets():
    # Scrapes stand at 7.25 s + n * 15 s: processes end right behind one, so that their last events are seen.
    edge = WINDOW + 2 * HOUR + 8
    # What is not seen is lost to everybody: no errors between the last scrape and the death.
    return [
        in_place("reset-in-place", "a process restarts under its old name, hourly", [WINDOW + n * HOUR + 8 for n in range(1, 6)]),
        in_place("reset-twice-a-minute", "two restarts within a minute, each seen by a scrape", [edge, edge + 30], coarse=True),
        case("reset-above", "two restarts in a minute, after which the counter stands higher than before",
             [Target("pod-1:8080", [Process([requests(steady(60)), requests(at((WINDOW + 900, 5)), code="500", bad=True)], start=WINDOW + 600, end=edge),
                                    Process([requests(steady(600)), requests(at((edge + 3, 3)), code="500", bad=True)], start=edge, end=edge + 15),
                                    Process([requests(steady(60)), requests(at((edge + 31, 9000))), requests(at((edge + 18, 1), (edge + 32, 40)), code="500", bad=True)],
                                            start=edge + 15)]),
              pod(2, requests(steady(60)))], service={"interval": 15}, objective="99%", coarse=True),
        case("reset-unseen", "a restart between two scrapes after which the counter stands higher: only process_start_time_seconds shows it",
             [Target("pod-1:8080", [Process([requests(steady(60)), requests(at(WINDOW + 900), code="500", bad=True)], start=WINDOW + 800, end=edge),
                                    Process([requests(steady(600)), requests(at((edge + 3, 5)), code="500", bad=True)], start=edge)]),
              pod(2, requests(steady(60)))], objective="99%", coarse=True),
    ]


def errors_long_after_a_restart():
    """The series of errors is there before the restart, and away from then until the process fails for the first time."""
    restart, failure = WINDOW - HOUR, WINDOW + 3 * HOUR
    processes = lambda: [Process([requests(steady(600)), requests(at((600, 60)), code="500", bad=True)], end=restart),
                         Process([requests(during(steady(600), (restart, SPAN))), requests(at((failure, 40)), code="500", bad=True)], start=restart)]
    return [case(name, what, [Target("pod-1:8080", processes(), exports_start=exports_start)], objective="99%")
            for name, what, exports_start in (
                ("errors-after-restart", "a process restarts in place and fails four hours later, for the first time since", True),
                ("errors-after-restart-unsaid", "the same, of a process that does not say when it began", False))]


# --- holes -----------------------------------------------------------------------------------------------------------------

def away_and_back():
    away = (SPAN - 3 * HOUR, SPAN - 3 * HOUR + 10 * MINUTE)
    return [
        case("series-away", "a series is away for 10 minutes and returns with its old value",
             [pod(1, requests(steady(600)),
                  requests(except_during(every(67), (away[0] - 60, away[1] + 60)), code="500", bad=True, hidden=(away,)))],
             objective="99%"),
        case("series-away-counting", "a series is away for 10 minutes and has counted on meanwhile",
             [pod(1, requests(steady(600)), requests(every(67), code="500", bad=True, hidden=(away,)))], objective="99%"),
        case("target-away", "a target is not reached for 10 minutes and returns with its old values",
             [Target("pod-1:8080", [Process([requests(except_during(steady(600), (away[0] - 60, away[1] + 60))),
                                             requests(except_during(every(67), (away[0] - 60, away[1] + 60)), code="500", bad=True)])],
                     unreachable=(away,))], objective="99%"),
    ]


def missed_scrapes():
    return [case(f"missed-scrapes-{interval}s", "one scrape in ten fails",
                 [Target(f"pod-{n}:8080", [Process([requests(steady(300)), requests(every(53, n), code="500", bad=True)])], misses=0.1)
                  for n in range(3)], objective="99%", service={"interval": interval}) for interval in (15, 60)]


def prometheus_down():
    hole = (SPAN - 3 * HOUR, SPAN - 2 * HOUR)
    outside = lambda events: except_during(events, hole)
    return [
        # 3,600 of the 39,600 requests in the hole fail, none outside.
        case("prometheus-down", "Prometheus is down for an hour, in which 3,600 of 39,600 requests fail",
             [pod(1, requests(steady(600)), requests(during(every(1), hole), code="500", bad=True), eager=True)],
             service={"blind": (hole,)}, objective="99%", row="Prometheus down for an hour, the service not"),
        case("prometheus-down-restart", "Prometheus is down for an hour, in the middle of which the service restarts in place",
             [Target("pod-1:8080",
                     [Process([requests(outside(steady(600))), requests(outside(every(50)), code="500", bad=True)], end=hole[0] + 1800),
                      Process([requests(during(steady(60), (hole[0] + 1800, SPAN))),
                               requests(during(every(500), (hole[0] + 1800, SPAN)), code="500", bad=True)], start=hole[0] + 1800)])],
             service={"blind": (hole,)}, objective="99%"),
        # The series of errors begins behind the hole; the target was last scraped before it, without that series.
        case("prometheus-down-first-errors", "Prometheus is down for an hour, in which the service fails for the first time",
             [pod(1, requests(steady(600)), requests(during(every(3), hole), code="500", bad=True))],
             service={"blind": (hole,)}, objective="99%"),
    ]


def one_target_down():
    hole = (SPAN - 3 * HOUR, SPAN - 3 * HOUR + 40 * MINUTE)
    return case(
        "one-target-down", "one target of three is not reached for 40 minutes, and serves on",
        [Target(f"pod-{n}:8080", [Process([requests(steady(300)), requests(every(41, n), code="500", bad=True)])],
                unreachable=(hole,) if n == 0 else ()) for n in range(3)], objective="99%")


# --- installing ------------------------------------------------------------------------------------------------------------

def fresh_install():
    failing = (2 * HOUR, 2 * HOUR + 30 * MINUTE)
    bad = lambda: requests(during(every(5), failing), code="500", bad=True)
    young = 3 * HOUR  # everything began an hour ago
    return [
        case("install-with-history", "wick comes to a Prometheus that has scraped for 30 days",
             [pod(1, requests(steady(600)), requests(every(5000), code="500", bad=True), eager=True)],
             service={"seconds": 30 * DAY + 2 * HOUR, "interval": 60}, window="30d",
             row="wick is installed where Prometheus has 30 days of history"),
        case("install-all-new", "the service, Prometheus and wick began an hour ago, at 2 % errors for half an hour",
             [Target("pod-1:8080", [Process([requests(during(steady(600), (failing[0], young))), bad()], start=failing[0])])],
             service={"seconds": young, "begins": failing[0]}, window="30d", expect=Expect(known=1 / 720, state=("partial",)),
             row="one hour after installing, 2 % errors for half an hour"),
        case("install-old-service", "Prometheus began an hour ago to scrape a service that has counted for years",
             [pod(1, requests(during(steady(600), (failing[0], young))), bad(), head_start=1_000_000)],
             service={"seconds": young, "begins": failing[0]}, window="1d", coarse=True,
             # The first minute is not known: nobody saw it begin.
             expect=Expect(known=59 / 1440, state=("partial",))),
        case("install-young-service", "Prometheus began an hour ago to scrape a service that had run for two hours",
             [pod(1, requests(during(steady(600), (failing[0], young))), bad(), head_start=200_000, start=0)],
             service={"seconds": young, "begins": failing[0]}, window="1d", coarse=True,
             # Two hours of which there is nothing but what one process had counted by then are not known.
             expect=Expect(known=59 / 1440, state=("partial",))),
    ]


# --- edits ---------------------------------------------------------------------------------------------------------------

def label_edited():
    """Beside the requests stands what sloth's rules record of them, under the label of an owner who changes."""
    edit, name = SPAN - 3 * HOUR, "slo:sli_error:ratio_rate5m"
    recorded = [Gauge(name, {"owner": "ops"}, lambda second: 0.016 if second < edit else None),
                Gauge(name, {"owner": "sre"}, lambda second: 0.016 if second >= edit else None)]
    return case("label-edited", "a label of the SLO was edited three hours ago",
                [Target("pod-1:8080", [Process([requests(steady(600)), requests(every(61), code="500", bad=True)], gauges=recorded)])],
                recorded=name, row="a label of the SLO was edited", objective="99%")


# --- scraping --------------------------------------------------------------------------------------------------------------

def intervals():
    out = []
    for interval in (5, 15, 60, 120):
        out.append(case(
            f"interval-{interval}s", f"scraped every {interval} s",
            [pod(n, requests(steady(240)), requests(sparse_errors(f"{interval} {n}", 6), code="500", bad=True)) for n in range(2)],
            service={"interval": interval, "offset_ms": None, "jitter_ms": 400}))
    out.append(case("interval-on-the-grid", "scrapes stand exactly on the grid",
                    [pod(1, requests(steady(240)), requests(every(97), code="500", bad=True))],
                    service={"interval": 30, "offset_ms": 0, "jitter_ms": 0}, objective="99%"))
    return out


# --- ways of writing it ------------------------------------------------------------------------------------------------------

def spellings():
    flows = lambda n: [requests(steady(300 + 60 * n)), requests(every(83, n), code="500", bad=True), requests(every(90), code="404")]
    good = 'http_requests_total{job="JOB",code!~"5.."}'
    slos = [
        Slo("selectors", AVAILABILITY),
        Slo("good", f"events: {{good: '{good}', total: '{SELECT_ALL}'}}"),
        Slo("rate", f"events: {{bad: 'sum(rate({SELECT_BAD}[$window]))', total: 'sum(rate({SELECT_ALL}[$window]))'}}"),
        Slo("increase", f"events: {{bad: 'sum(increase({SELECT_BAD}[$window]))', total: 'sum(increase({SELECT_ALL}[$window]))'}}"),
        Slo("or-vector", f"events: {{bad: 'sum(rate({SELECT_BAD}[$window])) or vector(0)', total: 'sum(rate({SELECT_ALL}[$window]))'}}"),
        Slo("difference", f"events: {{bad: 'sum(increase({SELECT_ALL}[$window])) - sum(increase({good}[$window]))', "
                          f"total: 'sum(increase({SELECT_ALL}[$window]))'}}"),
        Slo("by-job", f"events: {{bad: 'sum by (job) (rate({SELECT_BAD}[$window]))', total: 'sum by (job) (rate({SELECT_ALL}[$window]))'}}"),
    ]
    return case("spellings", "one objective, written in seven ways", [pod(n, *flows(n)) for n in range(3)], slos=slos, objective="99%")


def group_by():
    return case(
        "group-by", "one budget per instance",
        [pod(n, requests(steady(120 * (n + 1))), *([requests(every(71 * n), code="500", bad=True)] if n else [])) for n in range(3)],
        slos=[Slo("by-instance", AVAILABILITY, more="groupBy: [instance]", by_instance=True)], objective="99%")


def latency():
    out = []
    for name, bounds, threshold in (("latency", ("0.1", "0.5", "1", "2.5"), "500ms"), ("latency-le-1", ("0.1", "0.5", "1", "2.5"), "1s"),
                                    ("latency-le-1.0", ("0.1", "0.5", "1.0", "2.5"), "1s")):
        slow = 0.7 if threshold == "500ms" else 1.7
        flows = [observations("http_request_duration_seconds", bounds, 0.07, steady(540)),
                 observations("http_request_duration_seconds", bounds, slow, every(23), bad=True)]
        bound = bounds[1] if threshold == "500ms" else bounds[2]
        name_of = "http_request_duration_seconds"
        out.append(case(
            name, f"requests slower than {threshold}; the bucket is spelled le=\"{bound}\"", [pod(1, *flows)],
            slos=[Slo("latency", f"latency: {{histogram: '{name_of}{{job=\"JOB\"}}', threshold: {threshold}}}")], objective="99%",
            terms=[Term(name_of + "_count", {}, bad=1, total=1), Term(name_of + "_bucket", {"le": bound.replace(".", r"\.")}, bad=-1)]))
    return out


def no_such_bucket():
    name = "http_request_duration_seconds"
    bounds = ("0.1", "0.5", "1", "2.5")
    return case("latency-no-bucket", "a threshold that is no bucket's bound is an error that names the nearest two",
                [pod(1, observations(name, bounds, 0.07, steady(540)), observations(name, bounds, 1.7, every(23), bad=True))],
                slos=[Slo("latency", f"latency: {{histogram: '{name}{{job=\"JOB\"}}', threshold: 700ms}}")], terms=[],
                expect=Expect(state=("error",), reason=("0.5", "1"), no_numbers=True))


def sampled():
    """Values on a grid instead of events: 45 of 360 minutes are bad, changing between scrapes and far from grid points."""
    minutes = 45
    spell = (SPAN - 3 * HOUR + 30, SPAN - 3 * HOUR + 30 + minutes * MINUTE)
    within = lambda second: spell[0] <= second < spell[1]
    gauge = lambda metric, well, ill: [Gauge(metric, {}, lambda second: ill if within(second) else well)]
    ratio = 0.02
    return [
        case("probe", "a probe that fails for 45 minutes", [Target("target:9115", [Process([], gauges=gauge("probe_success", 1, 0))])],
             slos=[Slo("reachable", "probe: 'probe_success{job=\"JOB\"}'", tolerance=0.01)], objective="99%", terms=[],
             expect=Expect(bad=minutes, total=360)),
        case("threshold", "a queue that is too long for 45 minutes", [Target("queue:9090", [Process([], gauges=gauge("queue_length", 10, 500))])],
             slos=[Slo("short", "threshold: {query: 'queue_length{job=\"JOB\"}', operator: '<', value: 100}", tolerance=0.01)],
             objective="99%", terms=[], expect=Expect(bad=minutes, total=360)),
        case("ratio", "a ratio without weights, 2 % for 45 minutes, averaged over time",
             [Target("lb:9090", [Process([], gauges=gauge("error_ratio", 0, ratio))])],
             slos=[Slo("ratio", "ratio: {bad: 'error_ratio{job=\"JOB\"}'}", tolerance=0.01)], objective="99%", terms=[],
             expect=Expect(bad=minutes * ratio, total=360)),
    ]


def all_cases():
    singles = [uneven_traffic(), born_at(50, "a series of errors is born at 50"), born_at(1), new_status_codes(), *restarting_pods(), *resets(), *errors_long_after_a_restart(), *away_and_back(),
               *missed_scrapes(), *prometheus_down(), one_target_down(), idle(), asleep(), no_error_series(), *bursts(),
               hourly_request(), *fresh_install(), label_edited(), *intervals(), spellings(), group_by(), *latency(), no_such_bucket(), *sampled()]
    assert len({one.name for one in singles}) == len(singles)
    return singles
