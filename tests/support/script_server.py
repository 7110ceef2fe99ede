#!/usr/bin/python3
"""An HTTP server on loopback that gives the answers it was told to, one after the other: for tests of what a client makes of them.

    script_server.py [--lifetime SECONDS] [--host ADDRESS]

Prints "port N" and serves until SECONDS (120) are over or its parent is gone. `POST /-/script` with a JSON array sets the answers, each
an object with some of:
    status    200
    headers   an object; a list stands for several headers of the name. No others are sent but Content-Length
    body      a text, or any other JSON value, which is written down
    path      the request that it is for (with its query); for another one the answer is 599, which says what came instead
    method    the same
    fault     "half": the body ends in the middle; "reset": none, the connection is reset; "hang": nothing is answered;
              "slow": the head and one byte, then nothing
    until     a file: nothing is answered before it is there
"SELF" in a header or body stands for this server's address. Behind the last answer comes 598. `GET /-/log` tells of the requests, each with
its method, path, headers (names in lower case) and body, and how many answers are left.
"""
import argparse
import http.server
import json
import os
import socket
import struct
import threading
import time


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.script, self.requests = [], []


STATE = State()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.path == "/-/script":
            with STATE.lock:
                STATE.script, STATE.requests = json.loads(body), []
            return self.answer({"body": {}})
        if self.path == "/-/log":
            with STATE.lock:
                return self.answer({"body": {"requests": STATE.requests, "left": len(STATE.script)}})
        with STATE.lock:
            STATE.requests.append({"method": self.command, "path": self.path, "body": body,
                                   "headers": {name.lower(): value for name, value in self.headers.items()}})
            step = STATE.script.pop(0) if STATE.script else {"status": 598}
        if step.get("path", self.path) != self.path or step.get("method", self.command) != self.command:
            step = {"status": 599, "body": {"message": f"{self.command} {self.path} instead of {step['path']}"}}
        return self.answer(step)

    do_POST = do_GET

    def answer(self, step):
        body, fault = step.get("body", ""), step.get("fault")
        while "until" in step and not os.path.exists(step["until"]):
            time.sleep(0.01)
        if fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        if fault in ("reset", "hang"):
            return self.hold(fault)
        body = self.fill(body if isinstance(body, str) else json.dumps(body)).encode()
        status = step.get("status", 200)
        self.send_response_only(status)
        for name, value in step.get("headers", {}).items():
            for one in value if isinstance(value, list) else [value]:
                self.send_header(name, self.fill(str(one)))
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 304:
            self.wfile.write(body[:len(body) // 2] if fault == "half" else body[:1] if fault == "slow" else body)
        if fault:
            self.hold(fault)

    def fill(self, text):
        return text.replace("SELF", "http://%s:%d" % self.server.server_address[:2])

    def hold(self, fault):
        """What is left to do to a connection that is not to be used any more."""
        self.close_connection = True
        if fault in ("hang", "slow"):
            try:
                self.connection.recv(1)  # until the client gives up
            except OSError:
                pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lifetime", type=float, default=120)
    parser.add_argument("--host", default="127.0.0.1")
    args = parser.parse_args()
    server = Server((args.host, 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("port", server.server_address[1], flush=True)
    end, parent = time.monotonic() + args.lifetime, os.getppid()
    while time.monotonic() < end and os.getppid() == parent:
        time.sleep(0.2)


if __name__ == "__main__":
    main()
