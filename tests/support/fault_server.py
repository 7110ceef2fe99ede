#!/usr/bin/python3
"""An HTTP server on loopback that misbehaves as it is told: for tests of clients, and as a proxy between wick and a real server.

    fault_server.py [--upstream URL] [--fault SPEC] [--lifetime SECONDS] [--cert FILE --key FILE [--client-ca FILE]]

Prints "port N" and serves until SECONDS (120) are over or its parent is gone. Without a fault it forwards to URL, or gives a
small query answer of its own where there is none.

A fault SPEC is written like a query string, `mode=status&code=429&retry_after=1&times=2`:
    mode=ok                   no fault
    mode=hang                 nothing is answered (seconds=3600)
    mode=delay                a good answer after seconds=1
    mode=slow                 a body that trickles, one byte in seconds=0.2
    mode=status               code=500, with retry_after=N as Retry-After, and body=TEXT
    mode=half                 a body that ends in the middle; chunked=1 for a chunked one
    mode=garbage              body=TEXT as JSON, type=application/json
    mode=html                 a page of a proxy, with status 200
    mode=huge                 an endless answer of bytes=N
    mode=bomb                 the same as gzip
    mode=redirect             to=URL with code=302; "SELF" in it stands for this server, "HOST" for the Host that was asked for
    mode=reset                the connection is reset
times=N limits a fault to N requests; after them all is well. There are two ways to set one:
    POST /-/fault?SPEC                    for all requests from now on
    GET  /fault/SPEC/api/v1/query?...     for this request (with `times`, counted for the same SPEC)
GET /-/log answers with what was seen: connections, most requests at once, and each request with its headers and body.
"""
import argparse
import gzip
import http.client
import http.server
import json
import os
import socket
import ssl
import struct
import threading
import time
import urllib.parse
import zlib

GOOD = b'{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up"},"value":[1700000000,"1"]}]}}'
BLOCK = b" " * 65536
LOG_MOST = 10000


class State:
    """What all connections share; guarded by the lock."""

    def __init__(self):
        self.lock = threading.Lock()
        self.fault = {}
        self.used = {}
        self.connections = 0
        self.now = 0
        self.most = 0
        self.requests = []

    def take_fault(self, spec, key):
        """The fault that holds for one request: counts it where it is limited in times."""
        if "times" in spec:
            with self.lock:
                self.used[key] = self.used.get(key, 0) + 1
                if self.used[key] > int(spec["times"]):
                    return {"mode": "ok"}
        return spec


STATE = State()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    upstream = None

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with STATE.lock:
            STATE.connections += 1
            self.number = STATE.connections

    def log_message(self, *args):
        pass

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if self.path.startswith("/-/fault") or self.path == "/-/log":
            self.administer()
            return
        with STATE.lock:
            STATE.now += 1
            STATE.most = max(STATE.most, STATE.now)
            if len(STATE.requests) < LOG_MOST:
                STATE.requests.append({"connection": self.number, "method": self.command, "path": self.path,
                                       "headers": dict(self.headers), "body": body.decode("utf-8", "replace")})
        try:
            self.serve(body)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True
        finally:
            with STATE.lock:
                STATE.now -= 1

    do_POST = do_GET

    def administer(self):
        if self.path == "/-/log":
            with STATE.lock:
                log = {"connections": STATE.connections, "most": STATE.most, "requests": list(STATE.requests)}
            self.answer(200, json.dumps(log).encode())
            return
        with STATE.lock:
            STATE.fault = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
            STATE.used.pop("/-/fault", None)
        self.answer(200, b"{}")

    def serve(self, body):
        path = self.path
        if path.startswith("/fault/"):
            key, _, rest = path[len("/fault/"):].partition("/")
            path = "/" + rest
            spec = STATE.take_fault(dict(urllib.parse.parse_qsl(key)), key)
        else:
            with STATE.lock:
                spec = dict(STATE.fault)
            spec = STATE.take_fault(spec, "/-/fault")
        mode = spec.get("mode", "ok")
        if mode == "ok":
            self.forward(path, body)
        else:
            getattr(self, "fault_" + mode)(spec, path, body)

    def answer(self, status, body, type="application/json", headers=()):
        self.send_response(status)
        self.send_header("Content-Type", type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def forward(self, path, body):
        if not self.upstream:
            packed = "gzip" in self.headers.get("Accept-Encoding", "")
            self.answer(200, gzip.compress(GOOD) if packed else GOOD, headers=[("Content-Encoding", "gzip")] if packed else [])
            return
        target = urllib.parse.urlsplit(self.upstream)
        headers = {k: v for k, v in self.headers.items() if k.lower() in ("accept-encoding", "content-type", "authorization")}
        try:
            upstream = http.client.HTTPConnection(target.hostname, target.port, timeout=60)
            upstream.request(self.command, target.path.rstrip("/") + path, body or None, headers)
            got = upstream.getresponse()
            content = got.read()
            kept = [(k, v) for k, v in got.getheaders() if k.lower() == "content-encoding"]
            self.answer(got.status, content, got.getheader("Content-Type", ""), kept)
            upstream.close()
        except (OSError, http.client.HTTPException):
            self.answer(502, b"the server behind does not answer\n", "text/plain")

    def fault_hang(self, spec, path, body):
        self.wait(float(spec.get("seconds", 3600)))
        self.close_connection = True

    def wait(self, seconds):
        """Sleeps, but wakes when the client hangs up."""
        self.connection.settimeout(seconds)
        try:
            self.connection.recv(1)
        except OSError:
            pass

    def fault_delay(self, spec, path, body):
        time.sleep(float(spec.get("seconds", 1)))
        self.forward(path, body)

    def fault_slow(self, spec, path, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(GOOD)))
        self.end_headers()
        for byte in GOOD:
            self.wfile.write(bytes([byte]))
            time.sleep(float(spec.get("seconds", 0.2)))

    def fault_status(self, spec, path, body):
        headers = [("Retry-After", spec["retry_after"])] if "retry_after" in spec else []
        self.answer(int(spec.get("code", 500)), spec.get("body", "").encode(), spec.get("type", "text/plain"), headers)

    def fault_half(self, spec, path, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        if "chunked" in spec:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(GOOD)))
        self.end_headers()
        half = GOOD[:len(GOOD) // 2]
        self.wfile.write(b"%x\r\n%s\r\n" % (len(half), half) if "chunked" in spec else half)
        self.close_connection = True

    def fault_garbage(self, spec, path, body):
        self.answer(200, spec.get("body", '{"status":"success","data":{"resultType":"vec').encode(),
                    spec.get("type", "application/json"))

    def fault_html(self, spec, path, body):
        self.answer(200, b"<!doctype html><title>Log in</title>", "text/html; charset=utf-8")

    def stream(self, size, encoding, blocks):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for block in blocks(size):
            self.wfile.write(block)

    def fault_huge(self, spec, path, body):
        self.stream(int(spec["bytes"]), None, lambda size: (BLOCK for _ in range(size // len(BLOCK))))

    def fault_bomb(self, spec, path, body):
        def blocks(size):
            packer = zlib.compressobj(9, wbits=31)
            for _ in range(size // len(BLOCK)):
                yield packer.compress(BLOCK)
            yield packer.flush()
        self.stream(int(spec["bytes"]), "gzip", blocks)

    def fault_redirect(self, spec, path, body):
        to = spec["to"].replace("SELF", "http://" + self.headers["Host"]).replace("HOST", self.headers["Host"])
        self.answer(int(spec.get("code", 302)), b"", "text/plain", [("Location", to)])

    def fault_reset(self, spec, path, body):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    tls = None

    def handle_error(self, request, client_address):
        pass

    def finish_request(self, request, client_address):
        """In the connection's own thread, so that a handshake that hangs holds up nobody else."""
        if self.tls:
            request.settimeout(10)
            request = self.tls.wrap_socket(request, server_side=True)
            request.settimeout(None)
        super().finish_request(request, client_address)


class Server6(Server):
    address_family = socket.AF_INET6


def tls_context(args):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(args.cert, args.key)
    if args.client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(args.client_ca)
    return context


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--upstream")
    parser.add_argument("--fault", default="")
    parser.add_argument("--lifetime", type=float, default=120)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--client-ca")
    args = parser.parse_args()

    STATE.fault = dict(urllib.parse.parse_qsl(args.fault))
    Handler.upstream = args.upstream
    server = (Server6 if ":" in args.host else Server)((args.host, 0), Handler)
    server.tls = tls_context(args) if args.cert else None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("port", server.server_address[1], flush=True)
    end, parent = time.monotonic() + args.lifetime, os.getppid()
    while time.monotonic() < end and os.getppid() == parent:
        time.sleep(0.2)


if __name__ == "__main__":
    main()
