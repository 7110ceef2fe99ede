#!/usr/bin/python3
"""`wick dashboards` as people use it: what it writes, and what it says to a Grafana: `tests/dashboards/push_test.py WICK`.

The Grafana is a small one that keeps what real ones keep: versions, folders, tokens, and a refusal for each mistake."""

import copy
import http.server
import json
import os
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import yaml  # noqa: E402
import servers  # noqa: E402  (found through the line above)

TOKEN = "glsa_a_token_of_a_service_account"
CHECKED_IN = os.path.join(servers.root(), "dashboards")


class Grafana:
    """Dashboards and folders by uid; `before_save` runs between somebody's reading and writing."""

    def __init__(self):
        self.dashboards, self.folders, self.log, self.before_save, self.refusal, self.next_id = {}, {}, [], None, None, 1
        grafana = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                grafana.answer(self, None)

            def do_POST(self):
                grafana.answer(self, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, handler, body):
        status, reply = self.route(handler, body)
        self.log.append((handler.command, handler.path, status))
        text = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    def route(self, handler, body):
        if handler.headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, {"message": "Invalid API key"}
        if self.refusal:
            return self.refusal
        parts = handler.path.strip("/").split("/")
        if parts[:3] == ["api", "dashboards", "uid"]:
            found = self.dashboards.get(parts[3])
            return (200, found) if found else (404, {"message": "Dashboard not found"})
        if parts[:2] == ["api", "folders"] and body is None:
            return (200, self.folders[parts[2]]) if parts[2] in self.folders else (404, {"message": "folder not found"})
        if parts == ["api", "folders"]:
            if body["uid"] in self.folders:
                return 409, {"message": "a folder with that uid already exists"}
            self.folders[body["uid"]] = {"uid": body["uid"], "title": body["title"]}
            return 200, self.folders[body["uid"]]
        if parts == ["api", "dashboards", "db"]:
            return self.save(body)
        return 404, {"message": "Not found"}

    def save(self, body):
        if self.before_save:
            self.before_save()
        dashboard, folder = body["dashboard"], body.get("folderUid", "")
        old = self.dashboards.get(dashboard["uid"])
        if folder and folder not in self.folders:
            return 400, {"message": "folder not found"}
        if old and not body["overwrite"] and dashboard.get("version") != old["dashboard"]["version"]:
            return 412, {"status": "version-mismatch", "message": "The dashboard has been changed by someone else"}
        if not old and dashboard.get("id"):
            return 404, {"message": "Dashboard not found"}
        if any(one["dashboard"]["title"] == dashboard["title"] and one["meta"]["folderUid"] == folder and uid != dashboard["uid"]
               for uid, one in self.dashboards.items()):
            return 412, {"status": "name-exists", "message": "A dashboard with the same name in the folder already exists"}
        return 200, self.put(dashboard, folder)

    def put(self, dashboard, folder):
        old = self.dashboards.get(dashboard["uid"])
        number = old["dashboard"]["id"] if old else self.next_id
        self.next_id += not old
        version = old["dashboard"]["version"] + 1 if old else 1
        # Grafana adds members of its own
        self.dashboards[dashboard["uid"]] = {"dashboard": {**copy.deepcopy(dashboard), "id": number, "version": version, "weekStart": ""},
                                             "meta": {"folderUid": folder, "version": version}}
        return {"uid": dashboard["uid"], "id": number, "version": version, "status": "success"}


class Run:
    def __init__(self, wick, folder):
        self.wick, self.token = wick, os.path.join(folder, "token")
        servers.replace_file(self.token, TOKEN + "\n")
        self.folder = folder

    def __call__(self, *argv, env=None):
        done = subprocess.run([self.wick, "dashboards", *argv], capture_output=True, text=True, timeout=60, check=False,
                              env={**{key: value for key, value in os.environ.items() if key != "GRAFANA_TOKEN"}, **(env or {})})
        return done.returncode, done.stdout, done.stderr

    def push(self, grafana, *argv):
        """(exit code, {name: outcome}, what is said on stderr)"""
        code, out, err = self("--push", grafana.url, f"--token-file={self.token}", "--format=json", *argv)
        return code, {one["name"]: one["outcome"] for one in json.loads(out)} if out else {}, err


def names():
    return {name[:-5] for name in os.listdir(CHECKED_IN) if name.endswith(".json")}


def files_are_those_that_are_checked_in(run):
    """--out writes what is checked in, and YAML that names the folder as Grafana will find it."""
    out = os.path.join(run.folder, "a folder", "below")
    code, text, err = run("--out", out)
    if (code, text, err) != (0, "", ""):
        yield f"{code} {text} {err}"
    for name in names():
        with open(os.path.join(out, f"{name}.json")) as mine, open(os.path.join(CHECKED_IN, f"{name}.json")) as theirs:
            if mine.read() != theirs.read():
                yield f"{name} is another one"
    provider = yaml.safe_load(open(os.path.join(out, "provisioning", "dashboards", "wick.yaml")))
    if provider["providers"][0]["options"]["path"] != os.path.realpath(out):
        yield f"{provider}"
    run("--out", out, "--path", "/elsewhere", "--loki=http://loki:3100", "--tempo=http://tempo:3200/", "--prometheus=http://prom:9090")
    provider = yaml.safe_load(open(os.path.join(out, "provisioning", "dashboards", "wick.yaml")))
    sources = yaml.safe_load(open(os.path.join(out, "provisioning", "datasources", "wick.yaml")))["datasources"]
    if provider["providers"][0]["options"]["path"] != "/elsewhere":
        yield "--path has no effect"
    if [(one["type"], one["url"]) for one in sources] != [("prometheus", "http://prom:9090"), ("loki", "http://loki:3100"), ("tempo", "http://tempo:3200")]:
        yield f"{sources}"


def one_is_printed_and_all_are_listed(run):
    """--name prints, --list lists; where wick is reached stands in one place."""
    code, text, _ = run("--name=slo-detail", "--wick-url=https://wick.example/behind/")
    wick = [one for one in json.loads(text)["templating"]["list"] if one["name"] == "wick"]
    if code or wick[0]["query"] != "https://wick.example/behind" or text.count("wick.example") != 1:
        yield f"{code} {wick}"
    code, text, _ = run("--list", "--format=json")
    if code or {one["name"] for one in json.loads(text)} != names():
        yield text
    code, text, _ = run("--list")
    if code or {line.split()[0] for line in text.splitlines()} != names():
        yield text


def what_is_pushed_is_there_once_and_stays(run):
    """New ones are created in the folder, the same ones are left alone, changed ones are updated where they are."""
    grafana = Grafana()
    code, told, err = run.push(grafana)
    if code or set(told) != names() or set(told.values()) != {"created"}:
        yield f"first: {code} {told} {err}"
    if set(grafana.folders) != {"wick"} or {one["meta"]["folderUid"] for one in grafana.dashboards.values()} != {"wick"}:
        yield f"folders: {grafana.folders}"
    for name in names():
        with open(os.path.join(CHECKED_IN, f"{name}.json")) as file:
            want, got = json.load(file), grafana.dashboards[f"wick-{name}"]["dashboard"]
        if any(got[key] != value for key, value in want.items()):
            yield f"{name} came as another one"
    grafana.log.clear()
    code, told, err = run.push(grafana)
    if code or set(told.values()) != {"unchanged"} or any(method == "POST" for method, _, _ in grafana.log):
        yield f"again: {code} {told} {grafana.log}"
    moved = grafana.dashboards["wick-dora"]
    moved["meta"]["folderUid"] = "teams"
    grafana.folders["teams"] = {"uid": "teams", "title": "Teams"}
    moved["dashboard"]["panels"][0]["title"] = "Somebody's own"
    grafana.dashboards["wick-host"]["dashboard"]["panels"].append({"id": 999, "type": "text"})
    del grafana.dashboards["wick-self"]
    code, told, err = run.push(grafana)
    changed = {name: outcome for name, outcome in told.items() if outcome != "unchanged"}
    if code or changed != {"dora": "updated", "host": "updated", "self": "created"}:
        yield f"after changes: {code} {changed} {err}"
    if grafana.dashboards["wick-dora"]["meta"]["folderUid"] != "teams":
        yield "it was taken out of its folder"
    if grafana.dashboards["wick-dora"]["dashboard"]["version"] != 2:
        yield "it is not the next version"
    code, told, _ = run.push(grafana, "--wick-url=https://wick.example")
    if told.get("slo-detail") != "updated" or told.get("host") != "unchanged":
        yield f"another address: {told}"


def only_what_is_named_is_pushed_and_into_the_folder_that_is(run):
    """--name, --folder, --folder general, and a text for people."""
    grafana = Grafana()
    code, told, _ = run.push(grafana, "--name=dora", "--name=host.json", "--name=dora", "--folder=sre_1")
    if code or told != {"dora": "created", "host": "created"} or set(grafana.folders) != {"sre_1"}:
        yield f"{told} {grafana.folders}"
    code, told, _ = run.push(grafana, "--name=self", "--folder=general")
    if code or grafana.dashboards["wick-self"]["meta"]["folderUid"] or set(grafana.folders) != {"sre_1"}:
        yield f"{told} {grafana.folders}"
    code, out, _ = run("--push", grafana.url + "/", "--name=self", env={"GRAFANA_TOKEN": TOKEN})
    if code or out.split() != ["unchanged", "self", f"{grafana.url}/d/wick-self"]:
        yield out


def somebody_else_saves_at_the_same_time(run):
    """A version that is no more is read again once; who goes on saving is not overwritten."""
    grafana = Grafana()
    run.push(grafana, "--name=dora")
    grafana.dashboards["wick-dora"]["dashboard"]["title"] = "wick: mine"

    def theirs():
        saved = copy.deepcopy(grafana.dashboards["wick-dora"]["dashboard"])
        saved["title"] = f"wick: version {saved['version']}"
        grafana.put(saved, "wick")
    once = [theirs]
    grafana.before_save = lambda: once.pop()() if once else None
    code, told, err = run.push(grafana, "--name=dora")
    if (code, told) != (0, {"dora": "updated"}):
        yield f"once: {code} {told} {err}"
    grafana.dashboards["wick-dora"]["dashboard"]["title"] = "wick: mine"
    grafana.before_save = theirs
    code, told, err = run.push(grafana, "--name=dora")
    if (code, told) != (2, {"dora": "failed"}) or "changed by someone else" not in err:
        yield f"always: {code} {told} {err}"
    if not grafana.dashboards["wick-dora"]["dashboard"]["title"].startswith("wick: version "):
        yield "it was overwritten"


def refusals_are_told_with_their_reason(run):
    """A wrong token, a right that is missing, a name that is taken, what is no Grafana, and nobody there."""
    grafana = Grafana()
    servers.replace_file(os.path.join(run.folder, "wrong"), "glsa_wrong\n")
    code, out, err = run("--push", grafana.url, f"--token-file={run.folder}/wrong")
    if code != 2 or "does not take the token (401)" not in err or len(grafana.log) != 1 or "glsa_wrong" in err + out:
        yield f"wrong token: {code} {err} {grafana.log}"
    grafana.put({"uid": "other", "title": "wick: hosts"}, "wick")
    grafana.folders["wick"] = {"uid": "wick", "title": "wick"}
    code, told, err = run.push(grafana)
    if code != 2 or told["host"] != "failed" or "host: Grafana refuses to save the dashboard (412): A dashboard with the same name" not in err or \
            sum(outcome == "created" for outcome in told.values()) != len(names()) - 1:
        yield f"a name that is taken: {code} {told} {err}"
    for refusal, words in (((403, {"message": "Permissions needed: dashboards:read"}), "(403): Permissions needed"),
                           ((200, {"hello": "world"}), "is not Grafana's API"), ((200, b"<html>"), "is not Grafana's API"),
                           ((500, {"message": "line one\n\x1b[31mline two"}), "(500): line one  [31mline two")):
        grafana.refusal = refusal
        code, told, err = run.push(grafana, "--name=dora")
        if (code, told) != (2, {"dora": "failed"}) or words not in err or "\x1b" in err:
            yield f"{refusal}: {code} {told} {err!r}"
    nobody = f"http://127.0.0.1:{servers.free_port()}"
    code, out, err = run("--push", nobody, f"--token-file={run.token}", "--format=json")
    if code != 2 or len(json.loads(out)) != 1 or nobody not in err:
        yield f"nobody: {code} {out} {err}"


def command_lines_that_cannot_be_are_refused(run):
    """Each with what is wrong with it; nothing is written."""
    for argv, words in (((), "nothing to do"), (("--out", "x", "--list"), "not given together"), (("--name=nobody",), "no dashboard 'nobody'"),
                        (("--push", "ftp://x"), "--push"), (("--push", "http://user:secret@x"), "--push"), (("--list", "--format=xml"), "json"),
                        (("--push", "http://127.0.0.1:1", "--folder=a/b"), "is no uid"), (("--out", ""), "the name is empty"),
                        (("--out", "x", "--loki=http://"), "--loki"), (("--push", "http://127.0.0.1:1", "--token-file=/nowhere"), "/nowhere"),
                        (("--out", "/proc/nowhere"), "/proc")):
        code, out, err = run(*argv)
        if code != 2 or out or words not in err or "secret" in err:
            yield f"{argv}: {code} {out!r} {err!r}"


CASES = (files_are_those_that_are_checked_in, one_is_printed_and_all_are_listed, what_is_pushed_is_there_once_and_stays,
         only_what_is_named_is_pushed_and_into_the_folder_that_is, somebody_else_saves_at_the_same_time, refusals_are_told_with_their_reason,
         command_lines_that_cannot_be_are_refused)


def main():
    run, failed = Run(os.path.abspath(sys.argv[1]), servers.folder("wick-push")), 0
    for case in CASES:
        faults = list(case(run))
        failed += bool(faults)
        print(("FAIL  " if faults else "ok    ") + case.__name__ + "".join(f"\n      {fault}" for fault in faults), flush=True)
    print(f"{len(CASES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
