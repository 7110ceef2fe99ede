"""The world over HTTP, as GitHub's REST API shows it: pages, ETags, quota, rights, limits, and whatever is to go wrong.

    with Server(world, at="2026-06-01") as github:
        ... github.url, github.log, github.faults.add("mode=status&code=502&times=1"), github.at = "2026-06-02"

Beside the API there are addresses for tests in other processes: GET /-/log, POST /-/at?TIME, /-/fault?SPEC, /-/calm."""

import gzip
import hashlib
import http.server
import json
import os
import socket
import struct
import threading
import time
import urllib.parse

from . import routes
from .faults import Faults
from .routes import Problem
from .shapes import View
from .tokens import ALL, Token, app_of, installation_secret
from .world import when

DOCUMENTATION = "https://docs.github.com/rest"
VERSIONS = ("2022-11-28", "2026-03-10")
TOKEN = "github_pat_11AAAAAAA0test"  # the one that is known where a test names none; it may read everything


class Ask:
    """One request, as the routes see it."""

    def __init__(self, server, token, app, view, path, query):
        self.server, self.world, self.token, self.app, self.view = server, server.world, token, app, view
        self.path, self.query, self.status = path, query, 200
        self.page = routes.whole_number(query.get("page"), 1, 10 ** 9)
        self.per_page = routes.whole_number(query["per_page"], 1, 100) if "per_page" in query else 30
        self.parts, self.repository, self.link_path, self.default_direction = {}, None, path, "desc"


class Answer:
    def __init__(self, status, body, headers=()):
        self.status, self.body, self.headers = status, body, list(headers)


class Server:
    """`at`: the moment that is shown: a time, None for the clock's own, or the path of a file with one (wick's --test-clock).
    `tokens`: {secret: Token}. `window`: seconds of a quota. `enterprise`: below /api/v3 and without limits. `nulls`: null wherever
    it may be. `deep`: how far an unfiltered listing of runs goes. `token_lifetime`, `token_uses`: of an App's tokens.
    `points`: a secondary limit of so many requests a minute. `hides`: what is not allowed is not there (404), as in private repositories. `clock`: the seconds that quotas and tokens go by."""

    def __init__(self, world, at=None, tokens=None, port=0, window=3600, enterprise=False, nulls=False, deep=40000, token_lifetime=3600, token_uses=None,
                 points=None, clock=time.time, refusal=403, app_permissions=None, hides=False):
        self.world, self.clock, self.window, self.enterprise, self.nulls, self.deep = world, clock, window, enterprise, nulls, deep
        self.tokens = {TOKEN: Token("test")} if tokens is None else dict(tokens)
        self.anonymous = Token("anonymous", "anonymous", limit=60)
        self.token_lifetime, self.token_uses, self.points, self.refusal = token_lifetime, token_uses, points, refusal
        self.hides = hides
        self.app_permissions = dict(ALL if app_permissions is None else app_permissions)
        self.faults, self.log, self.lock = Faults(), [], threading.RLock()
        self._views, self._listings, self._now, self._issued = {}, {}, 0, 0
        self.at = at
        self.http = Listener(("127.0.0.1", port), self)
        self.site = f"http://127.0.0.1:{self.http.server_address[1]}"
        self.url = self.site + ("/api/v3" if enterprise else "")

    def __enter__(self):
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    start = __enter__

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()

    stop = __exit__

    # --- the moment

    @property
    def at(self):
        if self._at is None:
            return int(self.clock())
        if isinstance(self._at, str):
            with open(self._at) as file:
                return int(float(file.read()))
        return self._at

    @at.setter
    def at(self, moment):
        self._at = moment if moment is None or isinstance(moment, str) and os.path.exists(moment) else when(moment)

    def changed(self):
        """The world was changed after it was shown."""
        with self.lock:
            self._views.clear()
            self._listings.clear()

    def view(self, at, version):
        if (at, version) not in self._views:
            if len(self._views) > 4:
                self.changed()
            self._views[at, version] = View(at, self.url, self.site, version, self.nulls)
        return self._views[at, version]

    # --- who asks

    def who(self, authorization, route_permission):
        """(Token, App or None)"""
        if not authorization:
            if route_permission == "jwt":
                raise Problem(401, "A JSON web token could not be decoded")
            return self.anonymous, None
        secret = authorization.partition(" ")[2].strip()
        if route_permission == "jwt":
            app = app_of(secret, self.world.apps, self.clock())
            if isinstance(app, str):
                raise Problem(401, app)
            return app.setdefault("token", Token("jwt of app", "jwt")), app
        token = self.tokens.get(secret)
        if token is None or not token.alive(self.clock()):
            raise Problem(401, "Bad credentials")
        return token, None

    def new_installation_token(self, app):
        self._issued += 1
        secret = installation_secret(app["id"], self._issued)
        token = Token(f"installation {self._issued}", "installation", self.app_permissions, app["repositories"],
                      expires=int(self.clock()) + self.token_lifetime, uses=self.token_uses, app=app, owner=app["owner"])
        # one quota for all tokens of an installation
        earlier = app.get("latest")
        if earlier:
            token.used, token.reset = earlier.used, earlier.reset
        app["latest"] = self.tokens[secret] = token
        return secret, token

    # --- an answer

    def answer(self, method, target, headers, entry):
        """The Answer to a request; `entry` is its line of the log."""
        split = urllib.parse.urlsplit(target)
        query = dict(urllib.parse.parse_qsl(split.query, keep_blank_values=True))
        path, token = urllib.parse.unquote(split.path), None
        try:
            if not headers.get("User-Agent"):
                raise Problem(403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header")
            if self.enterprise:
                if not path.startswith("/api/v3/"):
                    return Answer(404, b"<!doctype html><title>Not Found</title>", [("Content-Type", "text/html; charset=utf-8")])
                path = path[len("/api/v3"):]
            version = headers.get("X-GitHub-Api-Version", VERSIONS[0])
            if version not in VERSIONS:
                raise Problem(400, f"\"{version}\" is not a supported version of the API.")
            parts, permission, function = routes.find(method, path)
            token, app = self.who(headers.get("Authorization"), permission)
            entry.update(token=token.name, version=version)
            token.asked += 1
            self.charge(token, path, entry)
            ask = Ask(self, token, app, self.view(self.at, version), path, query)
            ask.parts = parts
            self.find_repository(ask, target)
            if not token.may(permission) and permission != "jwt" and self.hides:
                raise Problem(404, "Not Found")
            if not token.may(permission) and permission != "jwt":
                raise Problem(403, "Resource not accessible by " + ("integration" if token.kind == "installation" else "personal access token"),
                              [("X-Accepted-GitHub-Permissions", "; ".join(f"{one}=read" for one in ([permission] if isinstance(permission, str) else permission)))])
            answer = self.render(ask, function, split.query)
        except Problem as problem:
            body = {"message": problem.message, "documentation_url": DOCUMENTATION, "status": str(problem.status), **problem.body}
            answer = Answer(problem.status, json.dumps(body).encode(), problem.headers)
        answer.headers[:0] = [("Content-Type", "application/json; charset=utf-8"), ("X-GitHub-Media-Type", "github.v3; format=json"),
                              ("X-GitHub-Request-Id", f"{entry['number']:04X}:TEST"), ("Vary", "Accept, Authorization, Cookie, X-GitHub-OTP")]
        if self.enterprise:
            answer.headers.append(("X-GitHub-Enterprise-Version", "3.19.0"))
        self.condition(answer, headers, token, entry)
        return answer

    def charge(self, token, path, entry):
        """Takes one request off the quota, or refuses it; /rate_limit costs nothing."""
        now = self.clock()
        if self.points and not self.enterprise:
            token.minute = [then for then in token.minute if then > now - 60] + [now]
            if len(token.minute) > self.points:
                raise Problem(self.refusal, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
                              [("Retry-After", str(int(60 - (now - token.minute[0])) + 1))])
        if self.enterprise or token.kind == "jwt":
            return
        token.window(now, self.window)
        if path == "/rate_limit":
            return
        if token.remaining == 0:
            raise Problem(self.refusal, f"API rate limit exceeded for user ID {token.name}.")
        token.used += 1
        entry["cost"] = 1

    def find_repository(self, ask, target):
        name, number = ask.parts.get("name"), ask.parts.get("id")
        if not name and not number:
            return
        at = ask.view.at
        for one in self.world.repositories:
            names = [its.lower() for since, its in zip(one.names.times, one.names.values) if since <= at]
            if (number and one.id == int(number) or name and name.lower() in names) and one.created <= at and ask.token.sees(one, at):
                if name and name.lower() != names[-1]:
                    raise self.moved(one, target)
                ask.repository, ask.link_path = one, f"/repositories/{one.id}" + ask.path[len(f"/repos/{name}" if name else f"/repositories/{number}"):]
                return
        raise Problem(404, "Not Found")

    def moved(self, repository, target):
        tail = "/".join(target.split("?")[0].split("/repos/", 1)[1].split("/")[2:])
        query = target.partition("?")[2]
        url = f"{self.url}/repositories/{repository.id}" + (f"/{tail}" if tail else "") + (f"?{query}" if query else "")
        return Problem(301, "Moved Permanently", [("Location", url)], url=url)

    def render(self, ask, function, query_text):
        key = (ask.path, tuple(sorted((k, v) for k, v in ask.query.items() if k not in ("page", "per_page"))), ask.view.at, ask.view.new, ask.token.name)
        made = self._listings.get(key) or function(ask)
        if isinstance(made, routes.Whole):
            headers = self.link(ask, query_text, made.count, made.size) if made.count is not None else []
            return Answer(ask.status, json.dumps(made.body).encode(), headers)
        if ask.page > 1 or key in self._listings or len(made.items) > ask.per_page:  # somebody is turning pages: they need not be sorted again
            if len(self._listings) > 8:
                self._listings.clear()
            made.link_path = getattr(made, "link_path", ask.link_path)
            self._listings[key] = made
            ask.link_path = made.link_path
        if made.refuses and (ask.page - 1) * ask.per_page >= made.ceiling:
            raise Problem(422, "In order to keep the API fast for everyone, pagination is limited for this resource. Check the rel=last link relation in the "
                               "Link response header to see how far back you can traverse.", errors=[])
        reach = len(made.items) if made.ceiling is None else min(len(made.items), made.ceiling)
        shown = [made.show(one) for one in made.items[(ask.page - 1) * ask.per_page:min(ask.page * ask.per_page, reach)]]
        body = {"total_count": len(made.items), **made.extra, made.key: shown} if made.key else shown
        return Answer(ask.status, json.dumps(body).encode(), self.link(ask, query_text, reach, ask.per_page))

    def link(self, ask, query_text, count, size):
        """Pages, by number and with the repository's id, in GitHub's order."""
        last = max(1, -(-count // size))
        if last == 1 and ask.page == 1:
            return []
        rest = [(k, v) for k, v in urllib.parse.parse_qsl(query_text, keep_blank_values=True) if k != "page"]
        url = lambda page: f"{self.url}{urllib.parse.quote(ask.link_path)}?{urllib.parse.urlencode([*rest, ('page', page)])}"
        pages = [("prev", min(ask.page - 1, last))] if ask.page > 1 else []
        pages += [("next", ask.page + 1), ("last", last)] if ask.page < last else []
        pages += [("first", 1)] if ask.page > 1 else []
        return [("Link", ", ".join(f'<{url(page)}>; rel="{rel}"' for rel, page in pages))]

    def condition(self, answer, headers, token, entry):
        """ETag and 304, which gives back what was charged; then the headers of limits."""
        if answer.status == 200:
            text = f"{headers.get('Accept', '')}:{headers.get('Authorization', '')}:".encode() + answer.body
            etag = f'W/"{hashlib.sha256(text).hexdigest()}"'
            answer.headers += [("ETag", etag), ("Cache-Control", "private, max-age=60, s-maxage=60")]
            asked = [one.strip().removeprefix("W/") for one in headers.get("If-None-Match", "").split(",")]
            if etag.removeprefix("W/") in asked:
                answer.status, answer.body = 304, b""
                if entry["cost"]:
                    token.used -= 1
                    entry["cost"] = 0
        if token and token.kind == "classic":
            answer.headers.append(("X-OAuth-Scopes", ", ".join(token.scopes)))
        if token and token.ends:
            answer.headers.append(("GitHub-Authentication-Token-Expiration", token.ends))
        if token and not self.enterprise and token.reset is not None:
            rate = token.rate()
            answer.headers += [(f"X-RateLimit-{name.capitalize()}", str(rate[name])) for name in ("limit", "remaining", "used", "reset")]
            answer.headers.append(("X-RateLimit-Resource", "core"))
            entry["remaining"] = rate["remaining"]

    # --- what tests see

    def requests(self, **wanted):
        """Lines of the log with these values."""
        return [one for one in list(self.log) if all(one.get(name) == value for name, value in wanted.items())]

    def begin(self, method, target, headers):
        with self.lock:
            self._now += 1
            entry = {"number": len(self.log) + 1, "method": method, "url": target, "status": 0, "cost": 0, "remaining": None, "token": None, "fault": None,
                     "conditional": "If-None-Match" in headers, "at": self.at, "time": self.clock(), "together": self._now, "bytes": 0}
            self.log.append(entry)
            return entry

    def end(self, entry):
        with self.lock:
            self._now -= 1

    def control(self, target):
        """The addresses below /-/."""
        name, _, rest = target[len("/-/"):].partition("?")
        with self.lock:
            if name == "at":
                self.at = int(rest) if rest.isdigit() else urllib.parse.unquote_plus(rest)
            elif name == "fault":
                self.faults.add(rest)
            elif name == "calm":
                self.faults.clear()
            elif name != "log":
                return 404, {}
            return 200, {"at": self.at, "requests": self.log if name == "log" else len(self.log)}


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads, request_queue_size = True, 64

    def __init__(self, address, server):
        self.github = server
        super().__init__(address, Handler)

    def handle_error(self, request, client_address):
        """A client that hangs up is no news."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version, server_version, sys_version = "HTTP/1.1", "github.test", ""

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        github = self.server.github
        if self.path.startswith("/-/"):
            status, body = github.control(self.path)
            self.send(Answer(status, json.dumps(body).encode(), [("Content-Type", "application/json")]), {})
            return
        entry = github.begin(self.command, self.path, self.headers)
        try:
            fault = github.faults.take(self.path)
            if fault:
                entry["fault"] = fault["mode"]
                getattr(self, "fault_" + fault["mode"])(fault, entry)
            else:
                self.send(self.make(entry), entry)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            github.end(entry)

    do_POST = do_GET

    def make(self, entry):
        github = self.server.github
        with github.lock:
            return github.answer(self.command, self.path, self.headers, entry)

    def send(self, answer, entry, body=None, pieces=None):
        """`body`: what is really sent, where that is not all of it; `pieces`: seconds between its pieces."""
        entry["status"], content = answer.status, answer.body
        if len(content) > 1000 and "gzip" in self.headers.get("Accept-Encoding", "") and body is None:
            content = gzip.compress(content, 1, mtime=0)
            answer.headers.append(("Content-Encoding", "gzip"))
        self.send_response(answer.status)
        for name, value in {name.lower(): (name, value) for name, value in answer.headers}.values():
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        entry["bytes"] = len(content)
        content = content if body is None else body
        if pieces is None:
            self.wfile.write(content)
        else:
            step = max(1, len(content) // 5)
            for begin in range(0, len(content), step):
                self.wfile.write(content[begin:begin + step])
                self.wait(pieces)

    def wait(self, seconds):
        """Sleeps, but wakes when the client hangs up."""
        self.connection.settimeout(seconds)
        try:
            self.connection.recv(1)
        except OSError:
            pass
        self.connection.settimeout(None)

    # --- faults

    def fault_status(self, fault, entry):
        code = int(fault.get("code", 502))
        headers = [("Retry-After", fault["retry_after"])] if "retry_after" in fault else []
        self.send(Answer(code, b"<!doctype html><title>Unicorn! &middot; GitHub</title>", [("Content-Type", "text/html; charset=utf-8"), *headers]), entry)

    def problem(self, entry, code, message, headers=()):
        body = {"message": message, "documentation_url": DOCUMENTATION, "status": str(code)}
        self.send(Answer(code, json.dumps(body).encode(), [("Content-Type", "application/json; charset=utf-8"), *headers]), entry)

    def fault_secondary(self, fault, entry):
        self.problem(entry, int(fault.get("code", 403)), "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
                     [("Retry-After", fault["retry_after"])] if "retry_after" in fault else [])

    def token(self):
        """Of the request, where it is known."""
        return self.server.github.tokens.get(self.headers.get("Authorization", "").partition(" ")[2].strip())

    def fault_exhausted(self, fault, entry):
        github, token = self.server.github, self.token() or self.server.github.anonymous
        token.exhaust(github.clock(), int(fault.get("reset", 2)))
        github.refusal = int(fault.get("code", 403))
        self.send(self.make(entry), entry)

    def fault_expire(self, fault, entry):
        token = self.token()
        if token and token.kind == "installation":
            token.revoked = True
        self.problem(entry, 401, "Bad credentials")

    def fault_moved(self, fault, entry):
        github = self.server.github
        name = "/".join(self.path.split("?")[0].split("/repos/", 1)[1].split("/")[:2]).lower() if "/repos/" in self.path else None
        repository = next((one for one in github.world.repositories if name in map(str.lower, one.names.values)), None)
        if repository is None:
            self.send(self.make(entry), entry)
            return
        moved = github.moved(repository, self.path)
        self.problem(entry, 301, moved.message, moved.headers)

    def fault_half(self, fault, entry):
        answer = self.make(entry)
        self.send(answer, entry, body=answer.body[:len(answer.body) // 2])
        self.close_connection = True

    def fault_slow(self, fault, entry):
        answer = self.make(entry)
        self.send(answer, entry, body=answer.body, pieces=float(fault.get("seconds", 0.2)))

    def fault_garbage(self, fault, entry):
        self.send(Answer(200, b'{"total_count": 3, "workflow_runs": [{"id": 1, ', [("Content-Type", "application/json; charset=utf-8")]), entry)

    def fault_html(self, fault, entry):
        self.send(Answer(200, b"<!doctype html><title>Log in</title>", [("Content-Type", "text/html; charset=utf-8")]), entry)

    def fault_hang(self, fault, entry):
        self.wait(float(fault.get("seconds", 30)))
        self.close_connection = True

    def fault_reset(self, fault, entry):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True
