"""Sources that are not there, are something else, or answer what cannot be counted."""

from scenario import ALL, BAD, END, EVENTS, HOUR, LIVE, STEP, check, document, equal, scenario, servers

ONE = document("shop", availability=EVENTS)
WELL = ("shop", "availability", None)


@scenario
def a_source_that_is_not_there_is_named_and_waited_for(stage):
    """Nothing listens at the source's address: the daemon says which, serves on, and counts once it is there."""
    stage.define(ONE)
    port = servers.free_port()
    daemon = stage.serve("--attempts=1", "--timeout=2s", source=f"http://127.0.0.1:{port}", settled=False)
    daemon.wait_metric('wick_source_up{source="default"}', lambda up: up == 0)
    servers.wait_until("the log names the source", lambda: str(port) in daemon.log(), process=daemon)
    equal(daemon.ready(), False, "ready without a source")


@scenario
def something_else_is_no_source(stage):
    """A server that is no Prometheus (a login page, another API) is an error that says so; nothing is counted."""
    stage.define(ONE)
    proxy = stage.proxy()
    for fault in ("mode=html", "mode=garbage&body={}", "mode=status&code=404&body=nothing here", "mode=redirect&to=SELF/elsewhere"):
        proxy.fault(fault.replace(" ", "+"))
        code, out, err = stage.run("eval", "--source", proxy.url, "--at", str(LIVE), "--format", "json", stage.definitions)
        check(code != 0 or '"error"' in out or '"no_data"' in out, f"eval on a source with {fault} ends with {code}: {out}{err}")
        check(proxy.url.split("//")[1] in out + err or "reason" in out, f"eval on a source with {fault} does not say what is wrong: {out}{err}")


@scenario
def eval_ends_with_2_without_a_source(stage):
    """`wick eval` on an address where nothing listens ends with 2 and names the address."""
    stage.define(ONE)
    port = servers.free_port()
    code, _, err = stage.run("eval", "--source", f"http://127.0.0.1:{port}", "--at", str(LIVE), stage.definitions)
    equal(code, 2, f"exit code ({err})")
    check(str(port) in err, f"the address is not named: {err}")


def odd(stage, word, **slos):
    """An SLO that cannot be counted says why, and takes its neighbour not down."""
    stage.define(ONE)
    stage.define(document("odd", **slos), "odd.yaml")
    daemon = stage.serve(settled=False)
    name, = slos
    key = ("odd", name, None)

    def settled():
        found = daemon.slos()
        return WELL in found and found[WELL]["state"] in ("ok", "partial") and key in found and found[key]["state"] not in ("no_data",) and found[key]
    one = servers.wait_until("both are judged", settled, process=daemon)
    if word is not None:
        equal(one["state"], "error", f"state ({one['reason']})")
        check(word.lower() in one["reason"].lower(), f"the reason does not say '{word}': {one['reason']!r}")
    truth = stage.world.truth("shop", stage.now - 4 * HOUR, stage.now)
    well = daemon.slos()[WELL]
    equal((well["bad"], well["total"]), (truth.held_bad, truth.held_total), "bad and total events of the SLO beside it")
    return daemon, one


@scenario
def several_series_are_an_error(stage):
    """A query that returns several series is an error that says so."""
    odd(stage, "several series", several=f"events: {{bad: 'sum by (instance) (rate({BAD}[$window])) * 1', total: 'max(sum by (instance) (rate({ALL}[$window]))) '}}")


@scenario
def more_bad_than_total_is_an_error(stage):
    """More bad events than events is an error that says so."""
    select = '{job="upside-down"}'
    odd(stage, "more bad", upside=f"events: {{bad: 'failures_total{select}', total: 'http_requests_total{select}'}}")


@scenario
def a_query_the_source_refuses_is_an_error(stage):
    """A query that Prometheus itself refuses carries Prometheus's words."""
    odd(stage, "match", refused=f"events: {{bad: 'sum(rate({BAD}[$window]) * on (job) rate({ALL}[$window]))', total: 'sum(rate({ALL}[$window]))'}}")


def within_the_spell(stage, ratio):
    """Lives into the time in which the ratio is wrong."""
    stage.define(ONE)
    stage.define(document("odd", ratio=f"ratio: {{bad: '{ratio}{{job=\"edge\"}}'}}"), "odd.yaml")
    daemon = stage.serve()
    before = daemon.slos()[("odd", "ratio", None)]
    stage.set_clock(LIVE + 30 * STEP)
    stage.wait_counted(daemon)
    return before, daemon.slos()[("odd", "ratio", None)]


@scenario
def nan_is_no_event_and_no_error(stage):
    """A ratio of 0/0 is a minute in which nothing happened."""
    before, after = within_the_spell(stage, "sick_ratio")
    check(after["bad"] == 0 and after["budget_remaining"] == 1, f"bad is {after['bad']}, remaining {after['budget_remaining']}")
    check(after["state"] != "error", f"state is error: {after['reason']}")


@scenario
def infinity_is_an_error(stage):
    """A ratio that is infinite is not counted, and said."""
    _, after = within_the_spell(stage, "wild_ratio")
    check(after["bad"] == 0, f"{after['bad']} bad events of infinity")
    check("ratio" in after["reason"], f"the reason does not say it: {after['state']} {after['reason']!r}")


@scenario
def a_ratio_above_1_is_an_error(stage):
    """A ratio of 7 is not counted, and said."""
    _, after = within_the_spell(stage, "large_ratio")
    check(after["bad"] == 0, f"{after['bad']} bad events of a ratio of 7")
    check("ratio" in after["reason"] and "7" in after["reason"], f"the reason does not say it: {after['state']} {after['reason']!r}")


@scenario
def a_metric_that_is_not_there_is_no_data(stage):
    """Nothing by that name: no data, not 100 %."""
    stage.define(document("odd", absent="events: {bad: 'nowhere_errors_total', total: 'nowhere_total'}"))
    daemon = stage.serve(settled=False)
    daemon.wait_ready()
    one = daemon.slos()[("odd", "absent", None)]
    equal((one["state"], one["sli"], one["budget_remaining"]), ("no_data", None, None), "state, SLI and budget")


@scenario
def a_path_prefix_works(stage):
    """A source behind a path prefix is asked there."""
    own = servers.Prometheus(stage.folder, empty_blocks(stage), flags=("--web.route-prefix=/metrics-store", "--web.external-url=http://localhost/metrics-store"),
                             ready="/metrics-store/-/ready")
    stage.processes.append(own)
    stage.define(ONE)
    daemon = stage.serve(source=own.url + "/metrics-store", settled=False)
    daemon.wait_ready()
    equal(daemon.metrics()['wick_source_up{source="default"}'], 1, "wick_source_up")


def empty_blocks(stage):
    path = stage.path("blocks")
    servers.os.mkdir(path)
    return path
