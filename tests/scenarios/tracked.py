"""`wick serve` and deliveries: what it shows of them, and how they meet the SLOs. The truth is git's and SQL's (github/truth.py)."""

import contextlib
import hashlib
import hmac
import json
import re
import resource
import signal
import sqlite3

from scenario import LIVE, STEP, check, document, equal, scenario, servers

import stores  # which knows of full disks
import pages  # a real Alertmanager, and its receiver
from github import server
from github.scenarios import load
from github.truth import Delivery, Truth
from github.world import World

MINUTE, HOUR, DAY = 60, 3600, 86400
PROBE = document("edge", probe="probe: 'probe_success{job=\"edge\"}'")
FAILS, FIRES, OVER = LIVE + 800, LIVE + 960, LIVE + 3060  # as alerts.py works it out
DELIVERY = """
apiVersion: wick/v1
kind: Delivery
service: edge
repository: acme/edge
environments:
  staging: {workflow: stage.yml}
  production: {workflow: deploy.yml}
incidents:
  - {slo: page, environments: [production]}
"""


def serve(stage, github, *flags, **keywords):
    servers.replace_file(stage.path("token"), server.TOKEN + "\n")
    interval = [] if any(flag.startswith("--delivery-interval") for flag in flags) else ["--delivery-interval=10s"]
    return stage.serve(f"--github-url={github.url}", f"--github-token-file={stage.path('token')}", *interval, *flags, **keywords)


SECRET = "only for this test"


def hook(daemon, repository, delivery, event="workflow_run", secret=SECRET, padding=0):
    """Posts a webhook: (status, answer)."""
    body = json.dumps({"action": "completed", "repository": {"full_name": repository}, "padding": "x" * padding}).encode()
    return servers.http(daemon.url + "/webhooks/github", method="POST", data=body, headers={
        "Content-Type": "application/json", "X-GitHub-Event": event, "X-GitHub-Delivery": delivery,
        "X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()})


def dora(daemon, family, **labels):
    """The one series of the family that has these labels; None where there is none."""
    wanted = {f'{name}="{value}"' for name, value in labels.items()}
    found = [value for name, value in daemon.metrics().items()
             if name.split("{")[0] == family and wanted <= set(re.findall(r'\w+="(?:[^"\\]|\\.)*"', name))]
    check(len(found) < 2, f"there are {len(found)} series {family} with {labels}")
    return found[0] if found else None


def wait_dora(daemon, wanted, family, **labels):
    servers.wait_until(f"{family} {labels} is {wanted}", lambda: dora(daemon, family, **labels) == wanted, 60, daemon)


def edge():
    """A service whose deployment at LIVE + 300 s breaks it."""
    world = World()
    one = world.repository("acme/edge", LIVE - 5 * DAY)
    one.commit(LIVE - 5 * DAY, "Begin")
    one.run(LIVE - 4 * DAY, took=60)
    one.bad = one.commit(LIVE + 100, "A change that will be sorry")
    one.run(LIVE + 300, took=60)
    one.run(LIVE + 700, "stage.yml", took=20)
    return world, one


def as_series(row):
    """What the row of a report is as series: {(family, labels): value}."""
    out = {("wick_dora_deployments", ()): row["deployments"], ("wick_dora_failed_deployments", ()): row["failed_deployments"]}
    for result, count in row["attempts_by_result"].items():
        if result in ("success", "failure"):
            out["wick_dora_attempts", (("result", result),)] = count
    for kind, count in row["evidence"].items():
        out["wick_dora_failed_deployments_by_evidence", (("evidence", kind),)] = count
    for family, values in (("wick_dora_lead_time_seconds", row["lead_time_seconds"]), ("wick_dora_recovery_seconds", row["recovery_time_seconds"])):
        for name, quantile in (("p50", "0.5"), ("p75", "0.75"), ("p90", "0.9")):
            out[family, (("quantile", quantile),)] = values[name]
    for family, name in (("wick_dora_change_failure_ratio", "change_failure_ratio"), ("wick_dora_rework_ratio", "rework_ratio"),
                         ("wick_dora_deployments_per_day", "deployments_per_day")):
        out[family, ()] = row[name]
    return out


def held(daemon, truth, at):
    """Series to the truth of a moment, window by window."""
    wrong = []
    for row in truth.report(at):
        window = row["window"] if row["window"].endswith("d") else "month"
        for (family, labels), want in as_series(row).items():
            got = dora(daemon, family, window=window, environment="production", **dict(labels))
            same = got is None if want is None else got is not None and abs(got - want) <= 1e-9 * max(1, abs(want))
            wrong += [] if same else [f"{family} {window} {dict(labels)}: {got}, not {want}"]
    check(not wrong, "\n".join(wrong[:20]))


@scenario
def what_serve_shows_of_deliveries_is_as_git_and_sql_say(stage):
    """Read back from nothing, then live, then killed and started anew: the same, counters never fall, and what is known is not asked for again."""
    world = load("generated", pulls=200, runs=120, years=1, seed=5, reverted=0.1, hotfixes=0.1, rollbacks=0.1)
    shop = world.repositories[0]
    truth, end = Truth(shop), max(run.created for run in shop.runs) + DAY
    stage.define(truth.delivery.document("acme/anvil"), "delivery.yaml")
    moments = [end - 30 * DAY, end - 29 * DAY, end - 10 * DAY, end]
    stage.set_clock(moments[0])
    servers.replace_file(stage.path("secret"), SECRET + "\n")
    with server.Server(world, at=stage.clock_path) as github:
        flags = ("--delivery-history=3650d", f"--github-webhook-secret-file={stage.path('secret')}")
        daemon = serve(stage, github, *flags, settled=False)
        ever = 0
        for at in moments:
            stage.set_clock(at)
            now = at + 30  # as stage.set_clock has it
            servers.wait_until("it is told that something has happened", lambda: hook(daemon, "acme/anvil", str(at))[0] == 202, process=daemon)
            known = lambda: dora(daemon, "wick_dora_read_timestamp_seconds") or 0
            right = {None if at == moments[0] else shown, truth.report(now)[1]["deployments"]}

            def all_is_read():
                page = daemon.metrics()  # one page: it says what it knows as of one moment
                seen = [value for name, value in page.items() if name.startswith("wick_dora_deployments{") and 'window="30d"' in name]
                check(not seen or seen[0] in right, f"while it reads, {seen} deployments are shown, not one of {right}")
                check(seen or not any(name.startswith(("wick_dora_failed", "wick_dora_lead", "wick_dora_open")) for name in page), "it shows what it does not know")
                return known() >= now and dora(daemon, "wick_dora_complete") == 1
            servers.wait_until("all is read", all_is_read, 120, daemon)
            held(daemon, truth, now)
            shown = dora(daemon, "wick_dora_deployments", window="30d")
            before, ever = ever, dora(daemon, "wick_dora_deployed_total")
            check(ever >= before, f"the counter falls from {before} to {ever}")
            begun = len(github.log)
            if at == moments[1]:
                daemon.kill()
                daemon = serve(stage, github, *flags, settled=False)
                servers.wait_until("it shows what it knew", lambda: dora(daemon, "wick_dora_deployed_total") == ever, process=daemon)
                servers.wait_until("it has asked", lambda: dora(daemon, "wick_dora_up") == 1, process=daemon)
                check(len(github.log) - begun < 40, f"after a restart {len(github.log) - begun} requests are made")
        equal([entry["together"] for entry in github.log if entry["together"] > 1], [], "requests at the same time")
        status = json.loads(daemon.get("/api/v1/status")[1])["delivery"]
        equal({name: status[name] for name in ("asked", "up", "error", "permission_missing", "facts_error", "repositories", "repositories_behind")},
              {"asked": True, "up": True, "error": "", "permission_missing": "", "facts_error": "", "repositories": 1, "repositories_behind": 0}, "status")


def page_fast(daemon):
    status, text = daemon.get("/api/v1/slos/edge/probe")
    equal(status, 200, "the API's answer")
    return next(one for one in json.loads(text)["slos"][0]["alerts"] if one["tier"] == "page-fast")


@scenario
def a_page_is_an_incident_of_the_deployment_before_it(stage):
    """The alert names the deployment of production, the deployment has failed and recovers as the alert ends, though wick is killed meanwhile."""
    world, one = edge()
    stage.define(PROBE)
    stage.define(DELIVERY, "delivery.yaml")
    with server.Server(world, at=stage.clock_path) as github:
        daemon = serve(stage, github, "--delivery-history=60d")
        stage.live_through(daemon, FAILS)
        wait_dora(daemon, 2, "wick_dora_deployed_total", environment="production")
        wait_dora(daemon, 1, "wick_dora_deployed_total", environment="staging")
        equal(page_fast(daemon)["deployment_before"], None, "before the alert")
        stage.live_through(daemon, FIRES + STEP)
        before = page_fast(daemon)["deployment_before"]
        deployed = LIVE + 300 + 5 + 60  # it waits for 5 s
        equal((before["sha"], before["environment"], before["seconds_before"]), (one.bad.sha, "production", FIRES - deployed), "the deployment before")
        wait_dora(daemon, 1, "wick_dora_failed_deployments_by_evidence", evidence="incident", window="7d", environment="production")
        wait_dora(daemon, 0, "wick_dora_failed_deployments", window="7d", environment="staging")
        wait_dora(daemon, 1, "wick_dora_open_incidents", environment="production")
        daemon.kill()
        stage.set_clock(LIVE + 30 * STEP)
        daemon = serve(stage, github, "--delivery-history=60d")
        wait_dora(daemon, 1, "wick_dora_open_incidents", environment="production")
        stage.live_through(daemon, OVER + STEP)
        wait_dora(daemon, 0, "wick_dora_open_incidents", environment="production")
        wait_dora(daemon, OVER - deployed, "wick_dora_recovery_seconds", quantile="0.5", window="7d", environment="production")
        wait_dora(daemon, 1 / 2, "wick_dora_change_failure_ratio", window="7d", environment="production")


BLINKS = """
apiVersion: wick/v1
kind: ServiceLevels
service: edge
slos:
  - name: blink
    objective: 99%
    window: 1d
    sli: {threshold: {query: 'vector(time() % 1200) + 1200 * (vector(time()) < bool LIVE)', operator: '>=', value: 240}}
    alerting: {tiers: [{name: page-fast, long: 2m, short: 1m, factor: 60, minBadEvents: 2}]}
"""


@scenario
def pages_while_nobody_was_there_are_incidents_all_the_same(stage):
    """Each that began and ended while wick was down, found as the steps are caught up, once, over one more restart."""
    world, _ = edge()
    stage.define(BLINKS.replace("LIVE", str(LIVE)))
    stage.define(DELIVERY, "delivery.yaml")
    back = LIVE + 110 * MINUTE
    # four bad steps in every twenty: the second of them fires, the first good one ends it
    due = [(at + 60, at + 240) for at in range(LIVE // 1200 * 1200, back, 1200) if LIVE < at + 60 and at + 240 < back - STEP]
    with server.Server(world, at=stage.clock_path) as github:
        daemon = serve(stage, github, "--delivery-history=60d")
        daemon.wait_ready()
        daemon.kill()
        stage.set_clock(back)
        for _ in range(2):
            daemon = serve(stage, github, "--delivery-history=60d")
            wait_dora(daemon, 1, "wick_dora_failed_deployments_by_evidence", evidence="incident", window="7d", environment="production")
            daemon.kill()
            with contextlib.closing(sqlite3.connect(stage.path("wick.db.facts"))) as facts:
                rows = facts.execute("SELECT opened / 1000, closed / 1000 FROM alerts WHERE slo = 'edge/blink' AND tier = 'page-fast' ORDER BY opened").fetchall()
            equal([row for row in rows if row[1]], due, "incidents")
            check(len(due) >= 2, due)


@scenario
def an_incident_ends_with_the_slo_that_it_is_of(stage):
    """The SLO goes from the files while its page fires, and while wick is down: what was open is over."""
    world, _ = edge()
    stage.define(PROBE)
    stage.define(document("shop", other="probe: 'probe_success{job=\"edge\"}'"), "other.yaml")
    stage.define(DELIVERY, "delivery.yaml")
    with server.Server(world, at=stage.clock_path) as github:
        daemon = serve(stage, github, "--delivery-history=60d")
        stage.live_through(daemon, FIRES + STEP)
        wait_dora(daemon, 1, "wick_dora_open_incidents", environment="production")
        daemon.kill()
        stage.define("", "shop.yaml")
        daemon = serve(stage, github, "--delivery-history=60d")
        wait_dora(daemon, 0, "wick_dora_open_incidents", environment="production")
        wait_dora(daemon, 1, "wick_dora_failed_deployments", window="7d", environment="production")


@scenario
def a_page_tells_of_the_deployment_before_it(stage):
    """Through a real Alertmanager: what was deployed to production, and where to look."""
    stage.define(document("edge", probe={"sli": "probe: 'probe_success{job=\"edge\"}'", "window": "1h"}) + pages.TIERS)
    stage.define(DELIVERY, "delivery.yaml")
    receiver = pages.Receiver()
    near, prometheus = pages.start_alertmanager(stage, receiver), pages.live_source(stage)
    began = int(servers.time.time()) - pages.BEFORE
    world = World()
    one = world.repository("acme/edge", began - 5 * DAY)
    one.commit(began - 5 * DAY, "Begin")
    one.run(began - 4 * DAY, took=60)
    bad = one.commit(began - 700, "A change that will be sorry")
    one.run(began - 665, took=60)
    one.run(began - 200, "stage.yml", took=20)
    with server.Server(world) as github:
        daemon = pages.pages(stage, prometheus, near.url, more=(f"--github-url={github.url}", "--delivery-interval=10s", "--delivery-history=60d"),
                             env={"GITHUB_TOKEN": server.TOKEN})
        servers.wait_until("the page tells of it", lambda: [alert for _, alert in receiver.of("ErrorBudgetBurn") if "deployment" in alert["annotations"]], 60, daemon)
        _, alert = [got for got in receiver.of("ErrorBudgetBurn") if "deployment" in got[1]["annotations"]][0]
        words = re.fullmatch(r"(\w+) deployed to production (\d+)m(?: \d+s)? before", alert["annotations"]["deployment"])
        check(words and bad.sha.startswith(words[1]) and 9 <= int(words[2]) <= 12, f"it says {alert['annotations']['deployment']!r}")
        equal(alert["annotations"]["deployment_url"], f"{github.site}/acme/edge/actions/runs/{one.runs[-2].id}", "its address")


@scenario
def without_a_github_nothing_is_asked_and_that_is_said(stage):
    """Neither address nor token: no series of deliveries, a warning in the log and in the status, and all else works."""
    stage.define(PROBE)
    stage.define(DELIVERY, "delivery.yaml")
    daemon = stage.serve()
    equal([name for name in daemon.metrics() if name.startswith(("wick_dora", "wick_github"))], [], "series")
    check("there is no GitHub in the settings" in daemon.log(), "nothing is logged")
    status = json.loads(daemon.get("/api/v1/status")[1])
    equal((status["delivery"]["asked"], [text for text in status["wrong"] if "Deliveries" in text]),
          (False, ["Deliveries are defined and not read: the settings name no GitHub"]), "status")


@scenario
def a_webhook_wakes_the_reading_and_says_nothing(stage):
    """With a reading an hour: what was deployed shows at once; one that is forged, repeated, of another repository or too large changes nothing."""
    world, one = edge()
    one.commit(LIVE + 1000, "And another")
    one.run(LIVE + 1100, took=60)
    stage.define(DELIVERY, "delivery.yaml")
    servers.replace_file(stage.path("secret"), SECRET + "\n")
    with server.Server(world, at=stage.clock_path) as github:
        daemon = serve(stage, github, "--delivery-history=60d", "--delivery-interval=1h", f"--github-webhook-secret-file={stage.path('secret')}", settled=False)
        wait_dora(daemon, 1, "wick_dora_deployed_total", environment="production")
        asked = len(github.log)
        stage.set_clock(LIVE + 1500)
        for status, answer in ((hook(daemon, "acme/edge", "1", secret="guessed"), 401), (hook(daemon, "acme/other", "2"), 202),
                               (hook(daemon, "acme/edge", "3", event="star"), 202)):
            equal(status[0], answer, f"the answer {status[1]!r}")
        # it is refused by its head: whoever is still sending sees that, or a connection that ends
        check(hook(daemon, "acme/edge", "4", padding=1 << 20)[0] in (0, 413), "one that is too large is taken")
        equal(servers.http(daemon.url + "/webhooks/github")[0], 405, "GET")
        stage.set_clock(LIVE + 1600)
        daemon.wait_metric('wick_webhooks_total{outcome="forged"}', lambda value: value == 1)
        daemon.wait_metric('wick_webhooks_total{outcome="ignored"}', lambda value: value == 1)
        equal(len(github.log), asked, "requests after nothing has happened")
        equal(hook(daemon, "Acme/Edge", "5")[0], 202, "the answer")
        wait_dora(daemon, 3, "wick_dora_deployed_total", environment="production")
        asked = len(github.log)
        equal(hook(daemon, "Acme/Edge", "5")[1].strip(), "it came before", "the answer to the same again")
        stage.set_clock(LIVE + 1700)
        daemon.wait_metric('wick_webhooks_total{outcome="repeated"}', lambda value: value == 1)
        equal(len(github.log), asked, "requests after a repeated one")
        daemon.stop()
        stage.processes.remove(daemon)
        daemon = serve(stage, github, "--delivery-history=60d", settled=False)
        servers.wait_until("it answers", lambda: daemon.metrics(), process=daemon)
        equal(hook(daemon, "acme/edge", "6")[0], 403, "the answer without a secret")


@scenario
def a_full_disk_stops_no_daemon_and_loses_no_deployment(stage):
    """The file of facts cannot grow: that is said, and with room again everything is read as if nothing had been."""
    world = load("generated", pulls=200, runs=120, years=1, seed=6)
    shop = world.repositories[0]
    truth, end = Truth(shop), max(run.created for run in shop.runs) + DAY
    stage.define(truth.delivery.document("acme/anvil"), "delivery.yaml")
    stage.set_clock(end - 300 * DAY)
    servers.replace_file(stage.path("secret"), SECRET + "\n")
    with server.Server(world, at=stage.clock_path) as github:
        daemon = serve(stage, github, "--delivery-history=3650d", "--delivery-interval=1h", f"--github-webhook-secret-file={stage.path('secret')}", settled=False,
                       preexec_fn=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN))
        wait_dora(daemon, 1, "wick_dora_complete")
        status = lambda: json.loads(daemon.get("/api/v1/status")[1])
        stores.limit(daemon, 1 << 15)
        stage.set_clock(end)
        equal(hook(daemon, "acme/anvil", "1")[0], 202, "the webhook's answer")
        servers.wait_until("it is said", lambda: status()["delivery"]["facts_error"], 60, daemon)
        check([text for text in status()["wrong"] if text.startswith("What GitHub tells cannot be kept: ")], "nothing is wrong")
        stores.limit(daemon, resource.RLIM_INFINITY)
        known = lambda: dora(daemon, "wick_dora_read_timestamp_seconds") or 0
        servers.wait_until("all is read", lambda: known() >= end + 30 and dora(daemon, "wick_dora_complete") == 1, 120, daemon)
        held(daemon, truth, end + 30)
        equal(status()["delivery"]["facts_error"], "", "what is said afterwards")


@scenario
def an_organisation_that_cannot_be_read_is_said(stage):
    """Nobody of that name is there: the status says so, and the other definitions are read."""
    world, _ = edge()
    stage.define(DELIVERY, "delivery.yaml")
    stage.define("apiVersion: wick/v1\nkind: Delivery\norganisation: nobody\nenvironments: {production: {workflow: deploy.yml}}\n", "all.yaml")
    with server.Server(world, at=stage.clock_path) as github:
        daemon = serve(stage, github, "--delivery-history=60d", settled=False)
        wait_dora(daemon, 1, "wick_dora_deployed_total", environment="production")
        status = json.loads(daemon.get("/api/v1/status")[1])
        check("nobody" in status["delivery"]["organisation_error"], f"it says {status['delivery']}")
        check([text for text in status["wrong"] if text.startswith("Repositories of an organisation are not known: ")], f"wrong is {status['wrong']}")


NAMED = """
apiVersion: wick/v1
kind: Delivery
service: edge
repository: acme/edge
environments:
  one: {workflow: Deploy one}
  two: {workflow: Deploy two}
incidents:
  - {issues: {labels: [incident], repository: acme/ops}, environments: [one]}
"""


@scenario
def workflows_of_one_address_and_incidents_of_another_repository_are_told_apart(stage):
    """Two workflows by name, whose runs stand in one list; issues elsewhere, read after the service was."""
    world = World()
    one, ops = world.repository("acme/edge", LIVE - 9 * DAY), world.repository("acme/ops", LIVE - 9 * DAY)
    one.workflow("one.yml", "Deploy one", created=LIVE - 9 * DAY)
    one.workflow("two.yml", "Deploy two", created=LIVE - 9 * DAY)
    for number, day in enumerate((5, 4, 3)):
        one.commit(LIVE - day * DAY - 3600, f"Change {number}")
        one.run(LIVE - day * DAY, "one.yml", took=60)
        if day != 4:
            one.run(LIVE - day * DAY + 600, "two.yml", took=60)
    ops.issue(LIVE - 3 * DAY + 3600, "It is slow", labels=["incident"]).close(LIVE - 3 * DAY + 7200)
    stage.define(NAMED, "delivery.yaml")
    with server.Server(world, at=stage.clock_path) as github:
        daemon = serve(stage, github, "--delivery-history=60d", settled=False)
        wait_dora(daemon, 3, "wick_dora_deployed_total", environment="one")
        wait_dora(daemon, 2, "wick_dora_deployed_total", environment="two")
        wait_dora(daemon, 1, "wick_dora_failed_deployments", window="7d", environment="one")
        wait_dora(daemon, 0, "wick_dora_failed_deployments", window="7d", environment="two")


@scenario
def what_is_asked_for_anew_is_read_anew(stage):
    """An edit names another branch of a list that was read already: nothing is shown as known before it is followed up."""
    world, one = edge()
    one.commit(LIVE - 3 * DAY, "On a branch", branch="release")
    one.run(LIVE - 3 * DAY + 60, branch="release", took=60)
    definition = DELIVERY.replace("{workflow: deploy.yml}", "{workflow: deploy.yml, branch: BRANCH}")
    stage.define(definition.replace("BRANCH", "'ma*'"), "delivery.yaml")
    with server.Server(world, at=stage.clock_path) as github:
        stage.set_clock(LIVE + HOUR)
        daemon = serve(stage, github, "--delivery-history=60d", settled=False)
        wait_dora(daemon, 2, "wick_dora_deployed_total", environment="production")
        stage.define(definition.replace("BRANCH", "'*'"), "delivery.yaml")
        wait_dora(daemon, 3, "wick_dora_deployed_total", environment="production")
        stage.define(definition.replace("BRANCH", "release"), "delivery.yaml")
        wait_dora(daemon, 1, "wick_dora_deployed_total", environment="production")


@scenario
def an_environment_that_is_taken_away_takes_no_number_from_the_others(stage):
    """While GitHub is not to be had: what was known of the one that stays is shown as before, and the other is gone."""
    world, one = edge()
    stage.define(DELIVERY, "delivery.yaml")
    with server.Server(world, at=stage.clock_path) as github:
        stage.set_clock(LIVE + HOUR)
        daemon = serve(stage, github, "--delivery-history=60d", settled=False)
        wait_dora(daemon, 2, "wick_dora_deployments", window="7d", environment="production")
        wait_dora(daemon, 1, "wick_dora_deployments", window="7d", environment="staging")
        github.faults.add("mode=status&code=502")
        stage.define(DELIVERY.replace("  staging: {workflow: stage.yml}\n", ""), "delivery.yaml")
        wait_dora(daemon, None, "wick_dora_deployments", window="7d", environment="staging")
        equal(dora(daemon, "wick_dora_deployments", window="7d", environment="production"), 2, "deployments to production")


@scenario
def a_token_that_has_ended_does_not_make_deployments_few(stage):
    """Windows end where what is known does: ten days later the last seven are still those that were read."""
    world, one = edge()
    stage.define(DELIVERY, "delivery.yaml")
    with server.Server(world, at=stage.clock_path) as github:
        stage.set_clock(LIVE + HOUR)
        daemon = serve(stage, github, "--delivery-history=60d", settled=False)
        wait_dora(daemon, 2, "wick_dora_deployments", window="7d", environment="production")
        github.tokens.clear()
        stage.set_clock(LIVE + 10 * DAY)
        wait_dora(daemon, 0, "wick_dora_up", environment="production")
        equal(dora(daemon, "wick_dora_deployments", window="7d", environment="production"), 2, "deployments of the window that is known")
        check(dora(daemon, "wick_dora_read_timestamp_seconds", environment="production") <= LIVE + HOUR + 30, "it was read since")
