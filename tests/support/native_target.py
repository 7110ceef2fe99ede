"""A target with native histograms, which Prometheus scrapes as protobuf only: the messages of io.prometheus.client by hand.

A script tells what each scrape finds, so that no event can fall between two scrapes unless the script says so."""

import http.server
import math
import struct
import threading

GAUGE, HISTOGRAM = 1, 4                 # MetricFamily.type
ZERO_THRESHOLD = 2.0 ** -128


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def zigzag(number):
    return varint(number << 1 if number >= 0 else (-number << 1) - 1)


def field(number, kind, payload):
    return varint(number << 3 | kind) + payload


def whole(number, value):
    return field(number, 0, varint(value))


def signed(number, value):
    return field(number, 0, zigzag(value))


def double(number, value):
    return field(number, 1, struct.pack("<d", value))


def nested(number, payload):
    return field(number, 2, varint(len(payload)) + payload)


def text(number, value):
    return nested(number, value.encode())


def bucket_of(value, schema):
    """The number of the bucket that a value above 0 falls into; bucket n ends at 2^(n / 2^schema) and holds its end."""
    number = math.ceil(math.log2(value) * 2 ** schema)
    while bucket_end(number, schema) < value:
        number += 1
    while bucket_end(number - 1, schema) >= value:
        number -= 1
    return number


def bucket_end(number, schema):
    return 2.0 ** (number / 2 ** schema)


class Histogram:
    """Observations at or above 0 since the process began."""

    def __init__(self, schema):
        self.schema, self.buckets, self.zero, self.count, self.sum = schema, {}, 0, 0, 0.0

    def observe(self, value):
        self.count += 1
        self.sum += value
        if value <= ZERO_THRESHOLD:
            self.zero += 1
        else:
            number = bucket_of(value, self.schema)
            self.buckets[number] = self.buckets.get(number, 0) + 1

    def message(self):
        out = whole(1, self.count) + double(2, self.sum) + signed(5, self.schema) + double(6, ZERO_THRESHOLD) + whole(7, self.zero)
        last_number = last_count = 0
        spans, deltas = b"", b""
        for number, count in sorted(self.buckets.items()):
            spans += nested(12, signed(1, number - last_number) + whole(2, 1))
            deltas += signed(13, count - last_count)
            last_number, last_count = number + 1, count
        return nested(7, out + spans + deltas)


class ClassicHistogram:
    def __init__(self, bounds):
        self.bounds, self.values = bounds, []

    def observe(self, value):
        self.values.append(value)

    def message(self):
        out = whole(1, len(self.values)) + double(2, sum(self.values))
        for bound in (*self.bounds, math.inf):
            out += nested(3, whole(1, sum(value <= bound for value in self.values)) + double(2, bound))
        return nested(7, out)


def gauge(value):
    return nested(2, double(1, value))


def family(name, kind, metrics):
    """`metrics`: (labels, the message of the value)."""
    out = text(1, name) + whole(3, kind)
    for labels, message in metrics:
        pairs = b"".join(nested(1, text(1, label) + text(2, value)) for label, value in labels.items())
        out += nested(4, pairs + message)
    return varint(len(out)) + out


class Target:
    """Serves one page per scrape: script(number) gives its bytes, or None for a scrape that fails."""

    def __init__(self, script):
        self.script, self.scrapes, self.faults = script, 0, []
        target = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                target.answer(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.lock = threading.Lock()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.server.server_address[1]}"

    def answer(self, request):
        with self.lock:
            try:
                page = self.script(self.scrapes)
            except Exception as error:  # told by the test: a handler's own words go nowhere
                self.faults.append(repr(error))
                page = None
            self.scrapes += 1
        request.send_response(200 if page is not None else 503)
        request.send_header("Content-Type", "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited")
        request.send_header("Content-Length", str(len(page or b"")))
        request.end_headers()
        request.wfile.write(page or b"")

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
