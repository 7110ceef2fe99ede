"""Definition files that change, break and vanish under a running daemon."""

import os
import shutil
import signal

from scenario import EVENTS, HOUR, LIVE, STEP, check, document, equal, scenario, servers

ONE = document("shop", availability=EVENTS)
TWO = document("shop", availability=EVENTS, strict={"sli": EVENTS, "objective": "99.9%"})
BROKEN = ONE.replace("objective: 99%", "objektive: 99%")


def names(daemon):
    return {slo for _, slo, _ in daemon.slos()}


@scenario
def sighup_reloads(stage):
    """SIGHUP takes up what the files say now, and goes on counting."""
    stage.define(ONE)
    daemon = stage.serve("--no-watch")
    stage.define(TWO)
    daemon.signal(signal.SIGHUP)
    servers.wait_until("the second SLO is there", lambda: names(daemon) == {"availability", "strict"}, process=daemon)
    stage.wait_counted(daemon)
    stage.live_through(daemon, LIVE + 3 * STEP)
    equal(daemon.metrics()["wick_config_last_reload_successful"], 1, "wick_config_last_reload_successful")


@scenario
def a_changed_file_reloads(stage):
    """A file that was replaced is taken up without being told."""
    stage.define(ONE)
    daemon = stage.serve("--watch-interval=1s")
    stage.define(TWO)
    servers.wait_until("the second SLO is there", lambda: names(daemon) == {"availability", "strict"}, process=daemon)
    stage.define(document("market", availability=EVENTS), "market.yaml")
    servers.wait_until("the new file's SLO is there", lambda: ("market", "availability", None) in daemon.slos(), process=daemon)
    os.unlink(os.path.join(stage.definitions, "market.yaml"))
    servers.wait_until("it is gone with its file", lambda: ("market", "availability", None) not in daemon.slos(), process=daemon)


@scenario
def post_reloads_only_where_enabled(stage):
    """POST /-/reload is refused unless it was enabled."""
    stage.define(ONE)
    daemon = stage.serve("--no-watch")
    status, _ = servers.http(daemon.url + "/-/reload", data=b"", method="POST")
    check(status in (403, 404, 405), f"/-/reload answers {status} though it is not enabled")
    daemon.stop()
    daemon = stage.serve("--no-watch", "--enable-reload")
    stage.define(TWO)
    status, text = servers.http(daemon.url + "/-/reload", data=b"", method="POST")
    check(200 <= status < 300, f"/-/reload answers {status} {text}")
    servers.wait_until("the second SLO is there", lambda: names(daemon) == {"availability", "strict"}, process=daemon)


CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b}\n"


@scenario
def what_is_right_is_evaluated_beside_what_is_not(stage):
    """eval shows the SLOs of sound files beside broken ones and beside what is no definition; its status tells the two apart."""
    def evaluated():
        return stage.run("eval", "--source", stage.world.prometheus.url, "--at", str(LIVE), "--format", "json", stage.definitions)
    stage.define(ONE)
    _, alone, _ = evaluated()
    stage.define(CONFIG_MAP, "config.yaml")
    stage.define("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [shop.yaml]\n", "kustomization.yaml")
    stage.define("apiVersion: v1\nkind: List\nitems:\n- " + CONFIG_MAP.replace("\n", "\n  ").rstrip() + "\n", "list.yaml")
    code, out, err = evaluated()
    equal((code, out, err), (0, alone, ""), "beside what is no definition")
    code, out, err = stage.run("check", "--verbose", stage.definitions)
    check(code == 0 and out.count("defines nothing for wick") == 3, f"check ends with {code}: {out}{err}")
    stage.define(BROKEN.replace("service: shop", "service: other"), "broken.yaml")
    code, out, err = evaluated()
    equal((code, out), (1, alone), f"beside a broken file ({err})")
    check("broken.yaml:6:5: error: unknown key 'objektive'" in err, f"eval does not say what is broken: {err}")
    stage.define(BROKEN)
    code, out, err = evaluated()
    equal((code, out), (2, ""), f"where nothing is sound ({err})")


@scenario
def a_broken_file_keeps_its_last_good_version(stage):
    """A file that breaks goes on in its last good version, and the metrics say so; repaired, it is taken up."""
    stage.define(ONE)
    stage.define(document("market", availability=EVENTS), "market.yaml")
    daemon = stage.serve("--no-watch")
    stage.define(BROKEN)
    daemon.signal(signal.SIGHUP)
    daemon.wait_metric("wick_definition_files_broken", lambda broken: broken == 1)
    metrics = daemon.metrics()
    equal(metrics["wick_config_last_reload_successful"], 0, "wick_config_last_reload_successful")
    kept = [value for name, value in metrics.items() if name.startswith("wick_definition_file_kept{") and "shop.yaml" in name]
    equal(kept, [1.0], "wick_definition_file_kept of the file")
    check("objective" in daemon.log() and "shop.yaml:5:" in daemon.log(), f"the log does not name the fault:\n{daemon.tail()}")
    stage.live_through(daemon, LIVE + 2 * STEP)
    equal(set(daemon.slos()), {("shop", "availability", None), ("market", "availability", None)}, "what is served")
    code, out, err = stage.run("status", f"--url={daemon.url}")
    check(code == 0 and "shop.yaml:5:" in out and out.endswith("(its last good version is in use)\n"), f"'wick status' says {code} {out} {err}")
    stage.define(TWO)
    daemon.signal(signal.SIGHUP)
    daemon.wait_metric("wick_definition_files_broken", lambda broken: broken == 0)
    equal(daemon.metrics()["wick_config_last_reload_successful"], 1, "wick_config_last_reload_successful")
    check("good version" not in stage.run("status", f"--url={daemon.url}")[1], "'wick status' goes on about the fault")


@scenario
def a_file_that_was_never_good_takes_no_other_down(stage):
    """One broken file at the start: the others are served, and it is said."""
    stage.define(BROKEN)
    stage.define(document("market", availability=EVENTS), "market.yaml")
    daemon = stage.serve()
    equal(set(daemon.slos()), {("market", "availability", None)}, "what is served")
    equal(daemon.metrics()["wick_definition_files_broken"], 1, "wick_definition_files_broken")


@scenario
def a_folder_that_vanishes_takes_nothing_with_it(stage):
    """A definition folder that is gone (a volume that is not mounted) is a fault, not the wish to have no SLOs."""
    stage.define(ONE)
    daemon = stage.serve("--watch-interval=1s")
    shutil.move(stage.definitions, stage.path("away"))
    daemon.wait_metric("wick_config_last_reload_successful", lambda well: well == 0)
    stage.live_through(daemon, LIVE + 2 * STEP)
    equal(names(daemon), {"availability"}, "what is served")
    shutil.move(stage.path("away"), stage.definitions)
    daemon.wait_metric("wick_config_last_reload_successful", lambda well: well == 1)
    equal(names(daemon), {"availability"}, "what is served")


LIBRARY = 'library_duration_seconds{job="libraries"%s}'


@scenario
def a_bound_is_found_however_it_is_spelled(stage):
    """Java writes 5.0E-1 where Go writes 0.5: both are the threshold of 500 ms."""
    stage.define(document("libraries", fast="latency: {histogram: '%s', threshold: 500ms}" % (LIBRARY % ',instance=~"go:8080|java:8080"')))
    daemon = stage.serve()
    one = daemon.slos()[("libraries", "fast", None)]
    truth = stage.world.truth("libraries", LIVE - 4 * HOUR, LIVE)
    equal(one["state"], "ok", "state")
    check(0 < one["bad"] < one["total"], f"bad {one['bad']} of {one['total']}")
    # two of the three instances, which all count the same, but for the moment of their scrapes
    check(abs(one["bad"] / one["total"] - truth.held_bad / truth.held_total) < 1e-4, f"bad {one['bad']} of {one['total']}, truth {truth}")


@scenario
def an_instance_without_the_thresholds_bucket_is_an_error(stage):
    """A release whose histogram has other buckets: no budget that takes all of its requests for slow, but the reason."""
    stage.define(document("libraries", fast="latency: {histogram: '%s', threshold: 500ms}" % (LIBRARY % "")))
    daemon = stage.serve()
    servers.wait_until("the error is told", lambda: daemon.slos()[("libraries", "fast", None)]["state"] == "error", process=daemon)
    one = daemon.slos()[("libraries", "fast", None)]
    check("1 of its series have no such bucket" in one["reason"], one["reason"])
    equal((one["sli"], one["budget_remaining"]), (None, None), "numbers")


@scenario
def a_gauge_is_no_native_histogram(stage):
    """A latency over a gauge: it is not called a native histogram."""
    stage.define(document("edge", fast="latency: {histogram: 'queue_length{job=\"edge\"}', threshold: 1}"))
    daemon = stage.serve()
    equal(daemon.slos()[("edge", "fast", None)]["state"], "no_data", "state")
    code, out, _ = stage.run("check", "--source", stage.world.prometheus.url, "--at", str(LIVE), stage.definitions)
    equal(code, 1, "exit code of check")
    check("native histogram" not in out and "queue_length_count" in out, out)
