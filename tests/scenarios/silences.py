"""Silences of a real Alertmanager become exclusions: those that are asked for, for as long as they lasted, whatever happens to either process."""

import calendar
import json
import shutil
import subprocess
import time

import alertmanager
from audits import api, changes
from pages import live_source, start_alertmanager
from scenario import check, document, equal, scenario, servers

STEP = 10
CONFIG = "silences: {interval: 1s, comment: 'maintenance:'}\n"
WORDS = "maintenance: the disk is changed"


def amtool(near, *argv):
    done = subprocess.run(["amtool", f"--alertmanager.url={near.url}", "silence", *argv], capture_output=True, text=True, timeout=60, check=False)
    equal(done.returncode, 0, f"the exit code of amtool {argv}: {done.stderr}")
    return done.stdout.strip()


def silence(near, *matchers, comment=WORDS, duration="1h"):
    return amtool(near, "add", "--author=ops", f"--comment={comment}", f"--duration={duration}", *matchers)


def told(near, identity):
    """What Alertmanager itself says of the silence: begin and end in seconds."""
    one = json.loads(servers.http(f"{near.url}/api/v2/silence/{identity}")[1])
    return tuple(calendar.timegm(time.strptime(one[key][:19], "%Y-%m-%dT%H:%M:%S")) + float("0" + one[key][19:-1]) for key in ("startsAt", "endsAt"))


def stepped(begin, end):
    """Seconds of all whole steps that have a part in it."""
    return (-(-end // STEP) - begin // STEP) * STEP


def serve(stage, prometheus, *urls, more=()):
    config = stage.path("wick.yaml")
    servers.replace_file(config, CONFIG)
    return stage.serve(f"--config={config}", "--step=10s", "--settle=0s", "--no-watch", *[f"--alertmanager={url}" for url in urls], *more,
                       source=prometheus.url, clock=False, settled=False)


def begin(stage):
    stage.define(document("edge", probe={"sli": "probe: 'probe_success{job=\"edge\"}'", "window": "1h"}))
    return start_alertmanager(stage, alertmanager.Receiver()), live_source(stage)


def forget(stage, near):
    """The same Alertmanager with nothing that it knew."""
    near.stop()
    shutil.rmtree(stage.path("alertmanager"))
    return start_alertmanager(stage, alertmanager.Receiver(), near.port)


def entries(daemon, count):
    servers.wait_until(f"there are {count} entries", lambda: len(api(daemon)["entries"]) >= count, 30, daemon)
    equal(len(api(daemon)["entries"]), count, "entries of the audit list")
    return api(daemon)["entries"]


def in_force(daemon, count):
    servers.wait_until(f"{count} are in force", lambda: daemon.metrics().get("wick_silences") == count, 30, daemon)


def probe(daemon):
    return daemon.slos().get(("edge", "probe", None), {})


@scenario
def a_silence_is_an_exclusion_for_as_long_as_it_lasted(stage):
    """Made, ended early, forgotten by Alertmanager; wick is killed meanwhile. Raw and adjusted numbers differ by its steps and no more."""
    near, prometheus = begin(stage)
    daemon = serve(stage, prometheus, near.url, more=("--import-silences",))
    in_force(daemon, 0)
    silence(near, "alertname=ErrorBudgetBurn", "service=edge")
    silence(near, "service=edge", comment="somebody is annoyed")
    silence(near, "service=other")
    identity = silence(near, "service=edge", "slo=~pro.*", "namespace!=elsewhere")
    first = entries(daemon, 1)[0]
    equal((first["change"], first["now"]["for"], first["now"]["reason"], first["now"]["author"], first["now"]["file"]),
          ("added", 'SLOs {service="edge",slo=~"pro.*",namespace!="elsewhere"}', WORDS, "ops", f"silence {identity} at {near.url}"), "the entry")
    equal((daemon.metrics()["wick_silences"], daemon.metrics()["wick_silences_not_imported"]), (1, 1), "silences")
    equal(daemon.log().count("a silence is not imported"), 1, "lines about the one of an alert")
    servers.wait_until("it is in force", lambda: probe(daemon).get("exclusion"), 60, daemon)
    equal((probe(daemon)["exclusion"]["reason"], probe(daemon)["exclusion"]["author"]), (WORDS, "ops"), "the exclusion")
    amtool(near, "expire", identity)
    entries(daemon, 2)
    span = told(near, identity)
    want = stepped(*span)

    def counted():
        slo = probe(daemon)
        return slo.get("excluded_seconds") == want and not slo["exclusion"] and slo
    slo = servers.wait_until(f"{want} s are excluded", counted, 60, daemon)
    raw, adjusted = slo["raw"], slo
    check(raw["total"] - adjusted["total"] == want / STEP, f"{raw['total']} events, and {adjusted['total']} without {want} s")

    near.stop()
    servers.wait_until("it is said not to answer", lambda: daemon.metrics()[f'wick_silences_up{{url="{near.url}"}}'] == 0, 30, daemon)
    equal(daemon.metrics()["wick_silences"], 1, "silences of one that does not answer")
    code, out, _ = stage.run("status", f"--url={daemon.url}")
    check("has not told its silences since 20" in out, f"'wick status' ends with {code}: {out}")
    daemon.kill()
    daemon = serve(stage, prometheus, near.url, more=("--import-silences",))
    in_force(daemon, 1)  # and nobody has answered
    near = forget(stage, near)
    servers.wait_until("it answers", lambda: daemon.metrics()[f'wick_silences_up{{url="{near.url}"}}'] == 1, 30, daemon)
    servers.wait_until(f"still {want} s are excluded", counted, 60, daemon)
    equal(changes(entries(daemon, 2))[0][0], "added", "the first entry")
    equal(entries(daemon, 2)[1]["change"], "changed", "the second entry")

    identity = silence(near, "service=edge")
    entries(daemon, 3)
    near = forget(stage, near)
    last = entries(daemon, 4)[3]
    check(last["change"] == "changed" and last["now"]["when"] < last["before"]["when"], f"what was forgotten ends: {last}")
    daemon.stop()
    daemon = serve(stage, prometheus, near.url)
    servers.wait_until("it serves", daemon.metrics, 30, daemon)
    shown = daemon.metrics()
    check("wick_silences" not in shown, f"silences are told of, and nobody asked for them: {shown}\n{daemon.tail()}")
    equal([one["change"] for one in entries(daemon, 6)[4:]], ["removed", "removed"], "what becomes of them where nobody asks any more")


@scenario
def the_same_silence_at_two_alertmanagers_is_one(stage):
    """Of two Alertmanagers one is away: what is known stays, and what both tell counts once. One to come is taken back before it begins."""
    near, prometheus = begin(stage)
    away = f"http://127.0.0.1:{servers.free_port()}"
    daemon = serve(stage, prometheus, near.url, f"{near.url}/", away, more=("--import-silences",))
    identity = silence(near, "slo=probe")
    in_force(daemon, 1)
    later = amtool(near, "add", "--author=ops", f"--comment={WORDS}", f"--start={time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() + 3600))}",
                   f"--end={time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() + 7200))}", "slo=probe")
    in_force(daemon, 2)
    amtool(near, "expire", later)
    in_force(daemon, 1)
    equal([one["change"] for one in entries(daemon, 3)], ["added", "added", "removed"], "the list")
    near = forget(stage, near)
    servers.wait_until("it answers", lambda: json.loads(servers.http(f"{near.url}/api/v2/silences")[1]) == [], 30, near)
    before = daemon.log().count("tells its silences again")
    servers.wait_until("it was asked", lambda: daemon.metrics()[f'wick_silences_up{{url="{near.url}"}}'] == 1, 30, daemon)
    equal(daemon.metrics()["wick_silences"], 1, f"silences while one of three does not answer (back: {before})")
    check(identity in api(daemon)["entries"][0]["now"]["file"], "its place names it")
