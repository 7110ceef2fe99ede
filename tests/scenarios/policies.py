"""Error budget policies: the level in force, everywhere it is shown, and the gate that pipelines ask."""

import http.server
import json
import signal
import threading
import urllib.parse

from scenario import LIVE, STEP, check, document, equal, scenario, servers

# Of 240 steps a tenth may be bad. The probe fails from the 14th minute on for 36 minutes: 24 of them are the budget.
REACHABLE = {"sli": "probe: 'probe_success{job=\"edge\"}'", "objective": "90%"}
NOTHING = {"sli": "probe: 'probe_nowhere'", "objective": "90%"}
POLICY = """apiVersion: wick/v1
kind: Policy
name: default
levels:
  review: {consumed: 25%, agreed: Look for what <spends> it.}
  approval: {consumed: 50%, agreed: Ask the owner.}
  freeze: {consumed: 100%, agreed: Repairs only.}
"""


def gate(stage, daemon, *argv):
    return stage.run("gate", f"--url={daemon.url}", *argv)


def level(daemon, service):
    """As the series has it."""
    found = [value for name, value in daemon.metrics().items() if name.startswith("wick_slo_policy_level{") and f'service="{service}"' in name]
    check(len(found) <= 1, f"{len(found)} series of one SLO")
    return found[0] if found else None


def consumed(daemon, service):
    return daemon.slos()[(service, "reachable", None)]["budget_consumed"]


@scenario
def the_gate_closes_when_the_budget_is_spent(stage):
    """The level follows the budget in the series, the API, the page and the gate, and comes back down with it."""
    stage.define(POLICY, "policy.yaml")
    stage.define(document("edge", reachable=REACHABLE), "edge.yaml")
    daemon = stage.serve("--no-watch")
    equal(level(daemon, "edge"), 0, "the level before the failure")
    equal(gate(stage, daemon, "edge")[0], 0, "the gate before the failure")
    seen = []
    while stage.now < LIVE + 55 * STEP:
        stage.live_through(daemon, stage.now + STEP)
        part, shown = consumed(daemon, "edge"), level(daemon, "edge")
        equal(shown, 3 if part >= 1 else 2 if part >= 0.5 else 1 if part >= 0.25 else 0, f"the level with {part} of the budget consumed")
        seen += [shown] if shown not in seen else []
    equal(seen, [0, 1, 2, 3], "the levels that were there")
    equal(daemon.slos()[("edge", "reachable", None)]["policy"], {"name": "default", "level": "freeze", "agreed": "Repairs only."}, "the API's field")
    code, out, _ = gate(stage, daemon, "edge")
    equal(code, 1, "the gate in a freeze")
    check(out.startswith("refused: edge is in 'freeze'\n") and "Repairs only." in out and "edge/reachable" in out, out)
    code, out, _ = gate(stage, daemon, "edge", "--format", "json")
    equal((code, json.loads(out)["services"][0]["level"]), (1, "freeze"), "the gate as JSON")
    status, page = servers.http(daemon.url + "/policy")
    check(status == 200 and "Repairs only." in page and "&lt;spends&gt;" in page and "<spends>" not in page, page)


@scenario
def the_gate_says_what_it_does_not_know(stage):
    """Exit 2 for a budget that is not known, a service that is not there and a daemon that is not; never 0."""
    stage.define(document("edge", reachable=REACHABLE), "edge.yaml")
    stage.define(document("nowhere", reachable=NOTHING), "nowhere.yaml")
    stage.define(document("free", reachable={**NOTHING, "policy": "none"}), "free.yaml")
    daemon = stage.serve("--no-watch")
    code, out, _ = gate(stage, daemon, "nowhere")
    check(code == 2 and out.startswith("not known: nowhere has no error budget that is known"), f"{code} {out}")
    equal(level(daemon, "nowhere"), None, "the series of a budget that is not known")
    equal(gate(stage, daemon, "nowhere", "--allow-unknown")[0], 0, "the gate that lets through what is not known")
    code, out, _ = gate(stage, daemon, "free")
    check(code == 0 and "has no SLO with an error budget policy" in out, f"{code} {out}")
    code, _, err = gate(stage, daemon, "egde")
    check(code == 2 and "there is no service of this name" in err, f"{code} {err}")
    for argv in ((), ("edge", "free"), ("edge", "--level", "normal"), ("",)):
        equal(gate(stage, daemon, *argv)[0], 2, f"the gate with {argv}")
    status, text = servers.http(daemon.url + "/api/v1/policy")
    services = {one["service"]: (one["level"], one["unsure"]) for one in json.loads(text)["services"]}
    equal((status, services), (200, {"edge": ("normal", False), "nowhere": (None, True), "free": (None, False)}), "the API's services")
    daemon.stop()
    code, _, err = gate(stage, daemon, "edge")
    check(code == 2 and "Couldn't connect" in err or "cannot" in err, f"{code} {err}")


@scenario
def the_gate_does_not_trust_old_numbers(stage):
    """While the source is away, a budget that was fine a while ago is not known; a freeze stays one."""
    stage.define(document("edge", reachable=REACHABLE), "edge.yaml")
    stage.define(document("edge", reachable={**REACHABLE, "policy": "tight"}).replace("service: edge", "service: tight") +
                 "---\n" + POLICY.replace("default", "tight").replace("100%", "51%"), "tight.yaml")
    proxy = stage.proxy()
    daemon = stage.serve("--no-watch", source=proxy.url)
    stage.live_through(daemon, LIVE + 30 * STEP)
    part = consumed(daemon, "edge")
    check(0.51 <= part < 1, f"{part} of the budget is consumed: the scenario wants another moment")
    equal((gate(stage, daemon, "edge")[0], gate(stage, daemon, "tight")[0]), (0, 1), "the gates with a source")
    proxy.fault("mode=status&code=503")
    stage.set_clock(stage.now + 60 * STEP)
    servers.wait_until("the numbers are old", lambda: daemon.slos()[("edge", "reachable", None)]["state"] == "stale", process=daemon)
    equal((gate(stage, daemon, "edge")[0], gate(stage, daemon, "tight")[0]), (2, 1), "the gates without a source")
    equal(gate(stage, daemon, "edge", "--allow-unknown")[0], 0, "the gate that lets through what is not known")


class Stranger(http.server.BaseHTTPRequestHandler):
    """Answers each request with the text that its address begins with."""

    def do_GET(self):
        body = urllib.parse.unquote(self.path[1:].split("/")[0]).encode()
        self.send_response(404 if b"error" in body else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@scenario
def the_gate_believes_no_stranger(stage):
    """What is no answer of wick's about this service opens no gate, and changes nothing on the terminal."""
    good = {"id": "edge/a", "level": "normal", "unsure": False}
    whole = {"namespace": "n", "service": "edge", "level": "normal", "unsure": False, "slos": [good]}
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stranger)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def ask(answer, service="edge"):
        text = answer if isinstance(answer, str) else json.dumps({"services": answer})
        return stage.run("gate", f"--url=http://127.0.0.1:{server.server_address[1]}/{urllib.parse.quote(text, safe='')}", service)

    try:
        equal([ask([whole])[0], ask([whole], "n/edge")[0]], [0, 0], "the gate with a whole answer")
        for answer in ("", "<html>", "{}", "[]", [], [1], [{**whole, "slos": 1}], [{**whole, "service": "other"}],
                       [{**whole, "level": "halt"}], [{**whole, "level": None}], [{**whole, "unsure": None}], [{**whole, "unsure": "no"}],
                       [{**whole, "slos": [{}]}], [{**whole, "slos": [{**good, "level": None}]}], [{**whole, "slos": [{**good, "unsure": True}]}],
                       [whole, {**whole, "service": "other"}]):
            equal(ask(answer)[0], 2, f"the gate with {answer}")
        equal(ask([whole], "m/edge")[0], 2, "the gate of another namespace")
        equal(ask([{**whole, "slos": [good, {**good, "level": "freeze"}]}])[0], 1, "the gate where only an SLO is frozen")
        for answer in ('{"error": "\\u001b[2J"}', [{**whole, "slos": [{**good, "level": None, "unsure": True, "state": "\x1b[2J", "agreed": "\x1b"}]}]):
            code, out, err = ask(answer)
            check(code == 2 and "\x1b" not in out + err and "^[[2J" in out + err, f"{code} {out!r} {err!r}")
        code, out, _ = ask([{**whole, "slos": [{**good, "agreed": "Go."}, {**good, "agreed": "Go slowly."}, {**good, "agreed": ""}]}])
        equal((code, out.count("agreed for 'normal': ")), (0, 2), "what is agreed under two policies")
    finally:
        server.shutdown()
        server.server_close()


@scenario
def a_policy_that_is_not_defined_is_said(stage):
    """An SLO that names an unknown policy is counted on; its level is not known, and log and metrics say so."""
    stage.define(document("edge", reachable={**REACHABLE, "policy": "strict"}), "edge.yaml")
    daemon = stage.serve("--no-watch")
    equal(level(daemon, "edge"), None, "the series of an unknown policy")
    equal(daemon.metrics()["wick_config_last_reload_successful"], 0, "wick_config_last_reload_successful")
    check("there is no policy 'strict'" in daemon.log(), daemon.tail())
    equal(gate(stage, daemon, "edge")[0], 2, "the gate of an unknown policy")
    stage.define(POLICY.replace("default", "strict"), "policy.yaml")
    daemon.signal(signal.SIGHUP)
    servers.wait_until("the policy is there", lambda: level(daemon, "edge") == 0, process=daemon)
    equal(gate(stage, daemon, "edge")[0], 0, "the gate of a defined policy")
