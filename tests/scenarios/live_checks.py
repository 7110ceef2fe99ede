"""`wick check --source`: definitions held against what a Prometheus has."""

import json
import os

from scenario import EVENTS, EVERY_KIND, LIVE, check, document, equal, scenario, servers

AT = str(LIVE + 30)
ALL = 'http_requests_total{job="shop"}'


def month(sli, **fields):
    """An SLO whose window gives nothing to complain about."""
    return {"sli": sli, "window": "30d", **fields}


def look(stage, slo, *flags, at=AT):
    """(exit code, findings) of a check of one SLO."""
    stage.define(document("shop", slo=slo if isinstance(slo, dict) else month(slo)))
    path = os.path.join(stage.definitions, "shop.yaml")
    code, out, err = stage.run("check", f"--source={stage.world.prometheus.url}", f"--at={at}", "--format=json", *flags, path)
    check(out, f"no JSON, but: {err}")
    return code, json.loads(out)["findings"]


def one(found, rule, level, *words):
    """There is one finding, by this rule, with these words in it."""
    equal([(finding["rule"], finding["level"]) for finding in found], [(rule, level)], f"findings, of which {found}")
    for word in words:
        check(word in found[0]["text"], f"{word!r} is not in {found[0]['text']!r}")


def events(bad='http_requests_total{job="shop",code=~"5.."}', total=ALL):
    return f"events: {{bad: '{bad}', total: '{total}'}}"


@scenario
def a_live_check_of_what_is_well_finds_nothing_and_says_how_it_is_counted(stage):
    """Each kind of SLI passes against the source that it was written for, with its way and its cost."""
    stage.define(EVERY_KIND)
    code, out, err = stage.run("check", f"--source={stage.world.prometheus.url}", f"--at={AT}", "--format=json", stage.definitions)
    answer = json.loads(out)
    found = [finding for finding in answer["findings"] if finding["rule"] != "window-short"]
    equal((code, found), (0, []), f"the check ({err})")
    slos = {slo["id"]: slo for slo in answer["slos"]}
    shop = slos["shop/availability"]
    live = stage.world.prometheus.value(f"count({ALL}) + count(http_requests_total{{job=\"shop\",code=~\"5..\"}})", LIVE)
    equal((shop["way"], shop["exact"], shop["series"], shop["scrape_interval_seconds"]), ("sample", True, live, 15), "the availability")
    equal(shop["samples_per_step"], live * 4, "samples of a minute at one every 15 s")
    check(shop["shared_by_slos"] >= 2 and shop["queries"], f"questions are shared: {shop}")
    expression = slos["shop/by-expression"]
    equal(expression["way"], "expression", "what is no sum of counters")
    check(expression["note"], "the reason is given")


@scenario
def verbose_text_says_the_way_of_each_slo(stage):
    """--verbose adds a paragraph per SLO to the text."""
    stage.define(document("shop", availability=month(EVENTS)))
    code, out, _ = stage.run("check", f"--source={stage.world.prometheus.url}", f"--at={AT}", "--verbose", stage.definitions)
    equal(code, 0, "exit code")
    check(out.startswith("shop/availability: by sample") and "asks http_requests_total{" in out, f"not said: {out}")


@scenario
def a_metric_that_does_not_exist_is_named_with_the_nearest_that_does(stage):
    """A slip in the total's metric is an error, at its line, with the right name."""
    code, found = look(stage, events(total='http_request_total{job="shop"}'))
    one(found, "no-series", "error", "there is no metric 'http_request_total'", "'http_requests_total'")
    equal((code, found[0]["line"]), (1, 9), "exit code and line")
    one(look(stage, "probe: 'prob_success{job=\"edge\"}'")[1], "no-series", "error", "'probe_success'")


@scenario
def a_label_value_that_does_not_exist_is_named_with_the_nearest_that_does(stage):
    """So is a slip in a matcher, in its value or its name."""
    found = look(stage, events(total='http_requests_total{job="shpo"}'))[1]
    one(found, "no-series", "error", 'has job="shpo"; there is "shop"')
    found = look(stage, "probe: 'probe_success{job=\"egde\"}'")[1]
    one(found, "no-series", "error", 'has job="egde"; there is "edge"')
    latency = "latency: {histogram: 'http_request_duration_seconds{job=\"chekout\"}', threshold: 1s}"
    one(look(stage, latency)[1], "no-series", "error", 'has job="chekout"; there is "checkout"')
    found = look(stage, "probe: 'probe_success{jib=\"edge\"}'")[1]
    one(found, "no-series", "error", "has the label 'jib'; there is 'job'")


@scenario
def errors_that_have_not_happened_are_not_missed_but_a_label_nobody_has_is(stage):
    """No series of 599 is fine; a label that no request carries is not."""
    equal(look(stage, events('http_requests_total{job="shop",code="599"}'))[1], [], "findings")
    one(look(stage, events('http_requests_total{job="shop",kode=~"5.."}'))[1], "no-series", "warning", "label 'kode'; there is 'code'")
    code = look(stage, events('http_requests_total{job="shop",kode=~"5.."}'), "--strict")[0]
    equal(code, 1, "exit code with --strict")


@scenario
def series_that_went_away_are_a_warning(stage):
    """A pod that ended hours ago is known, and not taken for a slip."""
    gone = 'http_requests_total{job="shop",instance="web-1:8080"}'
    code, found = look(stage, events(f"{gone[:-1]},code=\"500\"}}", gone))
    one(found, "no-series-now", "warning", "within the last day")
    equal(code, 0, "exit code")


@scenario
def a_threshold_that_is_no_bucket_names_the_two_around_it(stage):
    """It stands at the threshold; a native histogram that is none here is told, too."""
    latency = "latency: {histogram: 'http_request_duration_seconds{job=\"checkout\"}', threshold: %s}"
    one(look(stage, latency % "700ms")[1], "threshold-bound", "error", "0.7", "0.5 and 1")
    native = "latency: {histogram: 'http_request_duration_seconds{job=\"checkout\"}', threshold: 1s, native: true}"
    found = [one for one in look(stage, native)[1] if one["rule"] == "histogram-kind"]
    one(found, "histogram-kind", "error", "classic histogram")


@scenario
def ratios_lie_between_0_and_1_and_bad_events_are_events(stage):
    """Ratios beyond 1, infinities, and more failures than requests are errors."""
    ill = str(LIVE + 2400)
    one(look(stage, "ratio: {bad: 'large_ratio{job=\"edge\"}'}", at=ill)[1], "ratio", "error", "is 7")
    one(look(stage, "ratio: {bad: 'wild_ratio{job=\"edge\"}'}", at=ill)[1], "not-finite", "error", "+Inf")
    found = look(stage, "events: {bad: 'failures_total{job=\"upside-down\"}', total: 'http_requests_total{job=\"upside-down\"}'}")[1]
    one([finding for finding in found if finding["level"] == "error"], "ratio", "error", "'bad' is no part of 'total'")
    found = look(stage, events('http_requests_total{code=~"5.."}', 'http_requests_total{job="shop",code!~"5.."}'))[1]
    check([finding for finding in found if "not among those of 'total'" in finding["text"]], f"strays are not found: {found}")


@scenario
def several_series_where_one_is_wanted_are_named_by_the_labels_that_differ(stage):
    """A query by expression has one value per group."""
    query = "histogram_quantile(0.9, sum by (le, instance) (rate(http_request_duration_seconds_bucket{job=\"checkout\"}[5m])))"
    found = look(stage, f"threshold: {{query: '{query}', operator: '<', value: 1}}")[1]
    one(found, "several-series", "error", "2 series where one is wanted", "'instance'")


@scenario
def scrapes_have_to_be_as_dense_as_steps_and_lookback_want(stage):
    """The interval is measured; a lookback that holds no two scrapes is told, and so is a step that holds none."""
    found = look(stage, events(), "--step=10s", "--settle=0s", "--lookback=1m")[1]
    one(found, "scrape-interval", "warning", "every 15s", "step is 10s")


@scenario
def groups_are_counted_and_their_labels_looked_for(stage):
    """More groups than the limit is a warning, a label that no series has an error."""
    found = look(stage, month(events(), groupBy="[instance]", groupLimit=2))[1]
    one(found, "group-limit", "warning", "the limit is 2")
    one(look(stage, month(events(), groupBy="[pod]"))[1], "group-label", "error", "'pod'")


def small_source(stage):
    """A Prometheus with series that nobody scraped as targets: every 3 minutes, with a hole, and without labels of a target."""
    samples = []
    for minute in range(0, 180, 3):
        if not 90 < minute < 120:
            samples.append(f'pushed_total{{job="batch",instance="a"}} {minute} {LIVE - 10800 + 60 * minute}')
    samples += [f'loose_total{{queue="a"}} {n} {LIVE - 10800 + 15 * n}' for n in range(720) if not 620 < n < 680]
    path = stage.path("samples.om")
    with open(path, "w") as out:
        out.write("# TYPE loose counter\n" + "\n".join(line for line in samples if line.startswith("loose")) + "\n")
        out.write("# TYPE pushed counter\n" + "\n".join(line for line in samples if line.startswith("pushed")) + "\n# EOF\n")
    servers.make_blocks(path, stage.path("data"))
    prometheus = servers.Prometheus(stage.folder, stage.path("data"))
    stage.processes.append(prometheus)
    return prometheus


@scenario
def what_makes_counting_less_than_exact_is_told(stage):
    """Series without a target, seldom samples and holes in them are warnings, each at the query."""
    source = small_source(stage).url
    stage.define(document("batch", pushed=month("events: {bad: 'pushed_total{job=\"batch\",code=\"500\"}', total: 'pushed_total{job=\"batch\"}'}"),
                          loose=month("events: {bad: 'loose_total{queue=\"a\",code=\"500\"}', total: 'loose_total{queue=\"a\"}'}")))
    code, out, _ = stage.run("check", f"--source={source}", f"--at={AT}", "--format=json", stage.definitions)
    found = {(finding["line"], finding["rule"]): finding["text"] for finding in json.loads(out)["findings"]}
    equal(code, 0, "exit code")
    for at, words in (((9, "no-target"), "neither 'up' nor 'process_start_time_seconds'"), ((9, "scrape-interval"), "every 3m"),
                      ((14, "no-target"), "have no label 'job'"), ((14, "gaps"), "gaps of up to 15m")):
        check(words in found.get(at, ""), f"{words!r} is not said at {at}: {found}")


@scenario
def the_daemon_says_which_way_each_slo_goes(stage):
    """The way of each SLO, and how many series that takes, are in the metrics and in the answers of the API."""
    stage.define(EVERY_KIND)
    daemon = stage.serve()
    ways = {key: value for key, value in daemon.metrics().items() if key.startswith("wick_slo_way{")}
    for slo, way in (("availability", "sample"), ("latency", "sample"), ("by-expression", "expression"), ("ratio", "expression")):
        shown = [key for key in ways if f'slo="{slo}"' in key]
        check(len(shown) == 1 and f'way="{way}"' in shown[0], f"the way of '{slo}': {shown}")
        equal(daemon.slos()["shop", slo, None]["way"], way, f"the API's way of '{slo}'")
    remembered = stage.world.prometheus.value(f"count({ALL})", LIVE)
    check(daemon.metrics()["wick_series"] >= remembered, "the series of every watch are counted")


@scenario
def a_source_that_does_not_answer_ends_the_check_with_2(stage):
    """Nothing is called right or wrong then; and without --source nobody is asked, whatever the settings say."""
    nowhere = f"http://127.0.0.1:{servers.free_port()}"
    stage.define(document("shop", availability=EVENTS))
    code, out, err = stage.run("check", f"--source={nowhere}", "--attempts=1", stage.definitions)
    equal((code, out), (2, ""), "exit code and output")
    check(nowhere in err, f"the address is not named: {err}")
    servers.replace_file(stage.path("wick.yaml"), f"definitions: [{stage.definitions}]\nsource: {{url: '{nowhere}'}}\n")
    equal(stage.run("check", "-c", stage.path("wick.yaml"))[0], 0, "exit code without --source")
