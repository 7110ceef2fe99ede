"""SLOs of two Prometheus servers, on which the same metric has different counts."""

import json
import signal
import time

from one_path import same_ledgers
from scenario import (ALL, BAD, EVENTS, HOUR, LIVE, SECONDS, START, STEP, Process, Service, Target, check, document, equal, every, moment,
                      requests, scenario, servers, steady, traffic)

ONE = ("shop", "availability", None)
OTHER = ("abroad", "availability", None)
TWO = (document("shop", availability=EVENTS), document("abroad", availability={"sli": EVENTS, "source": "abroad"}))
TIMEOUT = 3


def abroad():
    """The same job and metrics as the shop of the world, in another cluster."""
    return Service("shop", SECONDS, [Target("abroad-1:8080", [Process([requests(steady(30)), requests(every(97), code="500", bad=True)], end=end, start=start)
                                                             for start, end in ((-HOUR, moment(LIVE) + 1300), (moment(LIVE) + 1300, 10 ** 9))])])


class Second:
    """Another Prometheus with its own truth."""

    def __init__(self, stage):
        self.service, self.stage = abroad(), stage
        path, self.data = stage.path("abroad.om"), stage.path("abroad-data")
        with open(path, "w") as out:
            traffic.write_openmetrics(self.service, START, out)
            out.write("# EOF\n")
        servers.make_blocks(path, self.data)
        self.prometheus = None
        self.start()

    def start(self, port=None):
        self.prometheus = servers.Prometheus(self.stage.folder, self.data, port=port)
        self.stage.processes.append(self.prometheus)

    def truth(self, begin, end):
        return traffic.truth(self.service, moment(begin), moment(end))


def settings(stage, url, name="abroad"):
    """The settings of a wick that knows the second server."""
    path = stage.path("wick.yaml")
    servers.replace_file(path, f"sources:\n  {name}: {{url: '{url}', timeout: {TIMEOUT}s, attempts: 1}}\n")
    return f"--config={path}"


def define_two(stage):
    for text, name in zip(TWO, ("shop.yaml", "abroad.yaml")):
        stage.define(text, name)


def same_as_truth(stage, second, slos, keys=(ONE, OTHER)):
    """Each SLO holds the events of its own server, in its window of four hours."""
    truths = {ONE: stage.world.truth("shop", stage.now - 4 * HOUR, stage.now), OTHER: second.truth(stage.now - 4 * HOUR, stage.now)}
    for key in keys:
        equal((slos[key]["bad"], slos[key]["total"]), (truths[key].held_bad, truths[key].held_total), f"bad and total events of {key[0]}")
    check(truths[ONE].held_total != truths[OTHER].held_total, "both servers have the same counts: nothing is shown by them")


def wait_one(stage, daemon, key, deadline=servers.DEADLINE):
    """Waits until one SLO is counted up to the clock."""
    target = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(stage.now))
    servers.wait_until(f"{key[0]} is counted up to {target}", lambda: (daemon.slos().get(key, {}).get("counted_to") or "") >= target, deadline, daemon)


def up(name):
    return f'wick_source_up{{source="{name}"}}'


def status(daemon):
    return json.loads(daemon.get("/api/v1/status")[1])


def goes_on_without(stage, second, daemon, steps):
    """The default source's SLO is counted step by step, soon after each has come."""
    for _ in range(steps):
        stage.set_clock(stage.now + STEP)
        begin = time.monotonic()
        wait_one(stage, daemon, ONE)
        spent = time.monotonic() - begin
        check(spent < TIMEOUT, f"a step at one source took {spent:.1f} s while another did not answer for {TIMEOUT} s at a time")
    same_as_truth(stage, second, daemon.slos(), (ONE,))


def same_as_read_back(stage, url, dump):
    """What was lived through is what a wick reads back at once that slept meanwhile."""
    config, now = settings(stage, url), stage.now
    for moment_of_it in (LIVE, now):
        stage.set_clock(moment_of_it)
        stage.serve(config, store="again.db").stop()
    same_ledgers(dump, stage.dump("again.db"))


@scenario
def each_slo_holds_the_counts_of_its_own_source(stage):
    """Two servers, one metric: live and by eval, check and backtest each SLO is asked where it says."""
    second = Second(stage)
    define_two(stage)
    config = settings(stage, second.prometheus.url)
    daemon = stage.serve(config)
    stage.live_through(daemon, LIVE + 10 * STEP)
    slos = daemon.slos()
    same_as_truth(stage, second, slos)
    equal([slos[key]["source"] for key in (ONE, OTHER)], ["default", "abroad"], "the sources that the API names")
    equal({(one["name"], one["up"], one["slos"]) for one in status(daemon)["sources"]}, {("default", True, 1), ("abroad", True, 1)}, "status")
    daemon.stop()
    asked = (config, "--source", stage.world.prometheus.url, "--at", str(stage.now))
    code, out, err = stage.run("eval", *asked, "--format=json", stage.definitions)
    equal(code, 0, f"exit code of eval ({err})")
    same_as_truth(stage, second, {(one["service"], one["slo"], None): one for one in json.loads(out)})
    code, out, err = stage.run("check", *asked, "--format=json", stage.definitions)
    equal(code, 0, f"exit code of check ({out}{err})")
    equal({one["id"]: one["series"] for one in json.loads(out)["slos"]}["abroad/availability"], 3, "series of the second server's SLO: two of all, one of these bad")
    code, out, err = stage.run("backtest", *asked, "--since=2h", "--format=json", stage.definitions)
    equal(code, 0, f"exit code of backtest ({err})")


@scenario
def a_source_that_is_stopped_leaves_the_others_alone(stage):
    """One of two servers is stopped for 65 minutes and comes back: the other's SLOs go on, and its own are counted afterwards."""
    second = Second(stage)
    define_two(stage)
    port = second.prometheus.port
    daemon = stage.serve(settings(stage, second.prometheus.url))
    stage.live_through(daemon, LIVE + 5 * STEP)
    second.prometheus.stop()
    stage.set_clock(LIVE + 60 * STEP)
    daemon.wait_metric(up("abroad"), lambda value: value == 0)
    goes_on_without(stage, second, daemon, 5)
    metrics = daemon.metrics()
    equal((metrics[up("default")], metrics[up("abroad")]), (1, 0), "wick_source_up")
    equal(metrics['wick_source_behind_seconds{source="default"}'], 0, "seconds behind at the source that is there")
    check(metrics['wick_source_behind_seconds{source="abroad"}'] >= 59 * STEP, "the source that is away is not behind")
    check(daemon.ready(), "wick is not ready although one source answers")
    said = status(daemon)
    check(not said["source"]["up"] and str(port) in said["source"]["error"], f"the status does not name the source: {said['source']}")
    check(any("'abroad' does not answer, so 1 SLO is not counted" in one for one in said["wrong"]), f"what is wrong: {said['wrong']}")
    code, out, _ = stage.run("status", "--url", daemon.url)
    check("'abroad' does not answer" in out, f"'wick status' ({code}) does not name the source: {out}")
    equal(daemon.slos()[OTHER]["counted_to"], time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(LIVE + 5 * STEP)), "the other is where it was")
    second.start(port)
    stage.wait_counted(daemon, 60)
    equal(daemon.metrics()[up("abroad")], 1, "wick_source_up of the one that is back")
    same_as_truth(stage, second, daemon.slos())
    daemon.stop()
    same_as_read_back(stage, second.prometheus.url, stage.dump())


@scenario
def a_source_that_hangs_delays_nobody_else(stage):
    """A server that takes questions and never answers costs the other's SLOs no step, for as long as it hangs."""
    second = Second(stage)
    define_two(stage)
    daemon = stage.serve(settings(stage, second.prometheus.url))
    second.prometheus.signal(signal.SIGSTOP)
    goes_on_without(stage, second, daemon, 6)
    daemon.wait_metric(up("abroad"), lambda value: value == 0)
    goes_on_without(stage, second, daemon, 3)
    second.prometheus.signal(signal.SIGCONT)
    stage.wait_counted(daemon, 60)
    same_as_truth(stage, second, daemon.slos())
    daemon.stop()
    same_as_read_back(stage, second.prometheus.url, stage.dump())


@scenario
def a_source_that_is_away_from_the_start_delays_nobody_else(stage):
    """A server that is not there yet when wick starts: the others are ready, and its history is read back once it is there."""
    second = Second(stage)
    port = second.prometheus.port
    second.prometheus.stop()
    define_two(stage)
    daemon = stage.serve(settings(stage, second.prometheus.url), settled=False)
    wait_one(stage, daemon, ONE)
    daemon.wait_ready()
    equal(daemon.slos()[OTHER]["state"], "no_data", "state of what is not known")
    (wrong,) = status(daemon)["wrong"]
    check(wrong.startswith("The source 'abroad' does not answer, so 1 SLO is not counted: "), f"what is wrong is: {wrong}")
    second.start(port)
    stage.wait_counted(daemon, 60)
    same_as_truth(stage, second, daemon.slos())


@scenario
def reloads_and_ends_do_not_wait_for_a_source_that_hangs(stage):
    """SIGHUP and SIGTERM are obeyed at once while a question is under way at one of two sources."""
    second = Second(stage)
    define_two(stage)
    daemon = stage.serve(settings(stage, second.prometheus.url))
    second.prometheus.signal(signal.SIGSTOP)
    goes_on_without(stage, second, daemon, 2)
    stage.define(document("shop", availability={"sli": EVENTS, "objective": "98%"}))
    daemon.signal(signal.SIGHUP)
    servers.wait_until("the new objective is served", lambda: daemon.slos().get(ONE, {}).get("objective") == 0.98, process=daemon)
    goes_on_without(stage, second, daemon, 2)
    begin = time.monotonic()
    daemon.stop()
    check(time.monotonic() - begin < TIMEOUT, "the end waits for a source that hangs")
    second.prometheus.signal(signal.SIGCONT)


@scenario
def a_source_that_nobody_knows_is_an_error_that_lists_the_known_ones(stage):
    """serve shows the SLO in error, eval and check say where the name stands; check without settings says nothing."""
    stage.define(TWO[0])
    stage.define(TWO[1].replace("source: abroad", "source: mars"), "abroad.yaml")
    config = settings(stage, stage.world.prometheus.url)
    daemon = stage.serve(config, settled=False)
    wait_one(stage, daemon, ONE)
    one = daemon.slos()[OTHER]
    equal((one["state"], one["reason"]), ("error", "there is no source 'mars' in the settings; there is 'abroad' alone"), "state and reason")
    check(daemon.ready(), "an SLO that cannot be counted keeps wick from being ready")
    check("abroad.yaml" in daemon.log() and "'mars'" in daemon.log(), "the log does not say which file names the source")
    place = "abroad.yaml:8:13: error: source: there is no source 'mars'"
    code, out, err = stage.run("check", config, stage.definitions)
    check(code == 1 and place in out, f"check ends with {code}: {out}{err}")
    code, out, err = stage.run("check", stage.definitions)
    equal(code, 0, f"exit code of check without settings ({out}{err})")
    code, out, err = stage.run("eval", config, "--source", stage.world.prometheus.url, "--at", str(LIVE), "--format=json", stage.definitions)
    check(code == 1 and place in err, f"eval ends with {code}: {err}")
    equal(sorted(slo["state"] for slo in json.loads(out)), ["error", "ok"], "what eval shows of both")
    code, out, err = stage.run("check", "--source", stage.world.prometheus.url, "--at", str(LIVE), stage.definitions)
    check(code == 0 and "what is counted at 'mars' is not looked at" in out, f"a live check without settings ends with {code}: {out}{err}")


OPENSLO = """apiVersion: openslo/v1
kind: SLO
metadata: {{name: wish}}
spec:
  service: abroad
  budgetingMethod: Occurrences
  timeWindow: [{{duration: 4h, isRolling: true}}]
  objectives: [{{target: 0.99}}]
  indicator:
    metadata: {{name: wish}}
    spec:
      ratioMetric:
        counter: true
        bad: {{metricSource: {{metricSourceRef: abroad, type: Prometheus, spec: {{query: '{bad}'}}}}}}
        total: {{metricSource: {{metricSourceRef: abroad, type: Prometheus, spec: {{query: '{all}'}}}}}}
"""


@scenario
def a_data_source_of_openslo_is_a_wish(stage):
    """A reference to a DataSource is the source of that name where the settings have one, and else the default one, with a note."""
    second = Second(stage)
    stage.define(OPENSLO.format(bad=BAD, all=ALL), "openslo.yaml")

    def counted(config):
        code, out, err = stage.run("eval", config, "--source", stage.world.prometheus.url, "--at", str(LIVE), "--format=json", stage.definitions)
        equal(code, 0, f"exit code ({err})")
        return json.loads(out)[0]
    there, truth = counted(settings(stage, second.prometheus.url)), second.truth(LIVE - 4 * HOUR, LIVE)
    equal((there["source"], there["bad"], there["total"]), ("abroad", truth.held_bad, truth.held_total), "at the source that it wishes for")
    config = settings(stage, second.prometheus.url, "elsewhere")
    there, truth = counted(config), stage.world.truth("shop", LIVE - 4 * HOUR, LIVE)
    equal((there["source"], there["bad"], there["total"]), ("default", truth.held_bad, truth.held_total), "at the default source")
    code, out, err = stage.run("check", config, "--verbose", stage.definitions)
    check(code == 0 and "the settings have no source 'abroad': it is counted at the default one" in out, f"check ends with {code}: {out}{err}")


@scenario
def the_name_of_a_source_is_a_part_of_what_is_counted(stage):
    """An SLO that moves to another source begins a new history there; one that names none keeps the one that it has."""
    second = Second(stage)
    stage.define(TWO[0])
    daemon = stage.serve(settings(stage, second.prometheus.url))
    same_as_truth(stage, second, daemon.slos(), (ONE,))
    stage.define(document("shop", availability={"sli": EVENTS, "source": "default"}))
    daemon.signal(signal.SIGHUP)
    servers.wait_until("it is reloaded", lambda: daemon.metrics().get("wick_config_reloads_total", 0) >= 1, process=daemon)
    same_as_truth(stage, second, daemon.slos(), (ONE,))
    check("a new history begins" not in daemon.log(), "the default source by its name is another history")
    stage.define(document("shop", availability={"sli": EVENTS, "source": "abroad"}))
    daemon.signal(signal.SIGHUP)
    truth = second.truth(LIVE - 4 * HOUR, LIVE)
    servers.wait_until("the counts are those of the other source",
                       lambda: (daemon.slos()[ONE]["bad"], daemon.slos()[ONE]["total"]) == (truth.held_bad, truth.held_total), process=daemon)
    check("a new history begins" in daemon.log(), "nothing is said of the old history")


@scenario
def first_files_and_rules_are_of_one_source(stage):
    """`wick init --of-source` proposes what that server's metrics allow and names it; rules that need no daemon are one server's."""
    second = Second(stage)
    config = settings(stage, second.prometheus.url)
    asked = (config, "--source", stage.world.prometheus.url, "--at", str(LIVE))
    code, out, err = stage.run("init", *asked, "--since=4h", "--of-source=abroad")
    equal(code, 0, f"exit code of init ({err})")
    check("\nsource: abroad\n" in out, f"the file does not name its source:\n{out}")
    stage.define(out)
    code, out, err = stage.run("eval", *asked, "--format=json", stage.definitions)
    equal(code, 0, f"exit code of eval on the proposals ({err})")
    truth = second.truth(LIVE - 4 * HOUR, LIVE)
    check({one["source"] for one in json.loads(out)} == {"abroad"} and truth.held_total > 0, f"the proposals are counted elsewhere: {out}")
    code, _, err = stage.run("init", *asked, "--of-source=mars")
    check(code == 2 and "there is no source 'mars' in the settings; there is 'abroad' alone" in err, f"init of an unknown source ends with {code}: {err}")
    define_two(stage)
    code, _, err = stage.run("rules", "--standalone", stage.definitions)
    check(code == 2 and "give --of-source NAME" in err, f"rules of two sources end with {code}: {err}")
    for name, service, other in (("default", "shop", "abroad"), ("abroad", "abroad", "shop")):
        code, out, err = stage.run("rules", "--standalone", f"--of-source={name}", stage.definitions)
        check(code == 0 and f"service: {service}" in out and f"service: {other}" not in out, f"the rules for '{name}' are wrong ({code}): {err}")
