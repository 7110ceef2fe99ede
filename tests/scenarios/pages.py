"""Pages that arrive: a real Alertmanager, and a receiver that writes down what people would get."""

import json
import time

from scenario import EVENTS, STEP, check, document, equal, scenario, servers

import alertmanager  # found by way of scenario

TIERS = """
    alerting:
      runbook: https://wiki.example/edge
      tiers:
        - {name: page-fast, long: 2m, short: 1m, factor: 60, minBadEvents: 2, labels: {team: edge}}
        - {name: page-slow, disable: true}
        - {name: ticket-fast, disable: true}
        - {name: ticket-slow, disable: true}"""
BEFORE, AFTER = 120, 15  # seconds that the incident lasts before and after the scenario begins


class Receiver(alertmanager.Receiver):
    """What Alertmanager's webhook sends: [(status, alert)], each alert of each notification."""

    @property
    def got(self):
        return [(alert["status"], alert) for _, _, body in self.posts for alert in body["alerts"]]

    def of(self, alertname):
        return [(status, alert) for status, alert in self.got if alert["labels"]["alertname"] == alertname]

    def statuses(self, alertname):
        return [status for status, _ in self.of(alertname)]


def start_alertmanager(stage, receiver, port=None):
    path = stage.path("alertmanager.yml")
    servers.replace_file(path, json.dumps({
        "route": {"receiver": "people", "group_by": ["alertname", "service", "severity"], "group_wait": "0s", "group_interval": "1s",
                  "repeat_interval": "1h"},
        "receivers": [{"name": "people", "webhook_configs": [{"url": receiver.url, "send_resolved": True}]}]}))
    process = alertmanager.Alertmanager(stage.folder, path, port)
    stage.processes.append(process)
    return process.wait()


def live_source(stage):
    """A Prometheus whose probe fails now, and soon will not any more."""
    now = int(time.time())
    begin, end = now - 3600, now + 1800
    path = stage.path("live.om")
    with open(path, "w") as out:
        out.write("# TYPE probe_success gauge\n")
        for second in range(begin, end, 5):
            out.write(f'probe_success{{job="edge",instance="a"}} {int(not now - BEFORE <= second < now + AFTER)} {second}\n')
        out.write("# EOF\n")
    servers.make_blocks(path, stage.path("live"))
    prometheus = servers.Prometheus(stage.folder, stage.path("live"))
    stage.processes.append(prometheus)
    return prometheus


def pages(stage, prometheus, *alertmanagers, more=(), **popen):
    flags = [f"--alertmanager={url}" for url in alertmanagers]
    return stage.serve("--step=10s", "--settle=0s", "--external-url=http://wick.example/", *flags, *more, source=prometheus.url, clock=False, settled=False,
                       **popen)


@scenario
def a_page_arrives_once_with_the_right_words_and_is_taken_back(stage):
    """An incident: one page through Alertmanager, though wick is killed meanwhile and another Alertmanager is away; then it is over."""
    stage.define(document("edge", probe={"sli": "probe: 'probe_success{job=\"edge\"}'", "window": "1h", "description": "it answers"}) + TIERS)
    receiver, away = Receiver(), f"http://127.0.0.1:{servers.free_port()}"
    near = start_alertmanager(stage, receiver)
    prometheus = live_source(stage)
    daemon = pages(stage, prometheus, near.url, away)
    servers.wait_until("the page arrives", lambda: receiver.of("ErrorBudgetBurn"), 60, daemon)
    status, alert = receiver.of("ErrorBudgetBurn")[0]
    equal(status, "firing", "status")
    equal({name: alert["labels"].get(name) for name in ("service", "slo", "tier", "severity", "long", "short", "factor", "team")},
          {"service": "edge", "slo": "probe", "tier": "page-fast", "severity": "page", "long": "2m", "short": "1m", "factor": "60", "team": "edge"},
          "labels")
    check("burns its error budget" in alert["annotations"]["summary"], alert["annotations"])
    check("events were bad in 2m" in alert["annotations"]["description"], alert["annotations"])
    equal(alert["annotations"]["runbook_url"], "https://wiki.example/edge", "runbook")
    equal(alert["generatorURL"], "http://wick.example/", "generatorURL")
    check("Watchdog" in {a["labels"]["alertname"] for _, a in receiver.got}, "the watchdog did not arrive")
    series = lambda name, url: daemon.metrics().get(f'{name}{{url="{url}"}}')
    servers.wait_until("the other Alertmanager is told to be away", lambda: series("wick_alertmanager_up", away) == 0, 60, daemon)
    equal(series("wick_alertmanager_up", near.url), 1, "wick_alertmanager_up")

    daemon.kill()
    daemon = pages(stage, prometheus, near.url, away)
    servers.wait_until("the page is taken back", lambda: "resolved" in receiver.statuses("ErrorBudgetBurn"), 150, daemon)
    equal(receiver.statuses("ErrorBudgetBurn"), ["firing", "resolved"], "what people got")


@scenario
def an_alertmanager_that_was_away_is_told_when_it_is_back(stage):
    """Alertmanager is down when the incident begins: the page arrives once it is back. It is taken back when its tier is."""
    stage.define(document("edge", probe={"sli": "probe: 'probe_success{job=\"edge\"}'", "window": "1h"}) + TIERS)
    receiver, port = Receiver(), servers.free_port()
    daemon = pages(stage, live_source(stage), f"http://127.0.0.1:{port}")
    servers.wait_until("the alert fires", lambda: any("page-fast" in name for name in daemon.metrics() if "alert_firing" in name), 60, daemon)
    servers.wait_until("a post has failed", lambda: daemon.metrics().get(f'wick_alertmanager_posts_failed_total{{url="http://127.0.0.1:{port}"}}', 0) > 0,
                       60, daemon)
    start_alertmanager(stage, receiver, port)
    servers.wait_until("the page arrives", lambda: receiver.of("ErrorBudgetBurn"), 60, daemon)
    equal(receiver.statuses("ErrorBudgetBurn")[0], "firing", "what people got first")
    servers.wait_until("its return is logged", lambda: "an Alertmanager takes alerts again" in daemon.log(), process=daemon)
    equal(daemon.log().count("an Alertmanager does not take alerts"), 1, "lines about its absence")
    # and when the tier that fires is taken away, rather than 10 min later
    stage.define(document("edge", probe={"sli": "probe: 'probe_success{job=\"edge\"}'", "window": "1h"}) + TIERS.replace("name: page-fast,", "name: page-fast, disable: true,"))
    servers.wait_until("the page is taken back", lambda: receiver.statuses("ErrorBudgetBurn")[-1] == "resolved", 60, daemon)
    equal(receiver.of("ErrorBudgetBurn")[-1][1]["annotations"]["summary"], "This alert of edge/probe is over", "what people are told of it")


@scenario
def a_source_that_is_dead_is_said_without_it(stage):
    """A Prometheus that does not answer evaluates no rule about wick: wick tells Alertmanager by itself, and takes it back."""
    stage.define(document("shop", availability=EVENTS))
    taken, proxy = alertmanager.Receiver(), stage.proxy()
    daemon = stage.serve("--no-watch", f"--alertmanager={taken.url}", source=proxy.url)

    def told():
        """The last word about the source: when it begins and ends."""
        said = [alert for _, _, body in list(taken.posts) for alert in body if alert["labels"]["alertname"] == "WickSourceDown"]
        return (said[-1]["startsAt"], said[-1]["endsAt"]) if said else None
    stage.live_through(daemon, stage.now + STEP)
    proxy.fault("mode=status&code=503")
    stage.set_clock(stage.now + STEP)
    daemon.wait_metric('wick_source_up{source="default"}', lambda up: up == 0)
    began = stage.now
    stage.set_clock(began + 4 * STEP)
    posts = len(taken.posts)
    servers.wait_until("the state was told again", lambda: len(taken.posts) > posts + 1, process=daemon)
    equal(told(), None, "what is said before the five minutes are over")
    stage.set_clock(began + 6 * STEP)
    servers.wait_until("the source is said to be dead", told, process=daemon)
    check(told()[1] > stage.clock_text(), f"it fires until {told()[1]}")
    proxy.fault("mode=ok")
    stage.set_clock(stage.now + STEP)
    stage.wait_counted(daemon)
    servers.wait_until("it is taken back", lambda: told()[1] <= stage.clock_text(), process=daemon)
