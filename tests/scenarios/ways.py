"""The ways by which an alert reaches people: what wick posts, rules over wick's series, rules without wick. They agree on when."""

import http.server
import threading
import time

import alertmanager  # found by way of scenario
from scenario import check, document, equal, scenario, servers

RATE = 20                     # requests a second
STEP, SETTLE = 10, 2          # seconds, of wick and of the rules that count by themselves
OBJECTIVE, FACTOR, LONG, SHORT = 0.99, 20, 120, 60
EVERY = 1                     # seconds between two scrapes and evaluations
DUE = FACTOR * (1 - OBJECTIVE) * LONG          # seconds of full outage behind a window of traffic that is not known yet
OVER = SHORT * (1 - FACTOR * (1 - OBJECTIVE))  # seconds until so little of the short window is bad
SLACK = 2 * STEP + SETTLE + 3 * EVERY          # a step to end, one that is evaluated behind it, and scrapes

SHOP = document("shop", availability={"sli": "events: {bad: 'http_requests_total{code=\"500\"}', total: http_requests_total}", "objective": "99%", "window": "1h"}) + """
    alerting:
      tiers:
        - {name: page-fast, long: 2m, short: 1m, factor: 20, minBadEvents: 5}
        - {name: page-slow, disable: true}
        - {name: ticket-fast, disable: true}
        - {name: ticket-slow, disable: true}"""


class Shop:
    """A service of steady traffic that fails altogether while it is told to."""

    def __init__(self):
        self.start, self.lock = time.time(), threading.Lock()
        self.counted, self.counts, self.code = self.start, {"200": 0.0, "500": 0.0}, "200"
        shop = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = shop.page().encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        self.address = f"127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def turn(self, code):
        """From now on all requests end so; returns when that is."""
        with self.lock:
            self.count()
            self.code = code
            return self.counted

    def count(self):
        now = time.time()
        self.counts[self.code] += (now - self.counted) * RATE
        self.counted = now

    def page(self):
        with self.lock:
            self.count()
            lines = [f'http_requests_total{{code="{code}"}} {int(count)}' for code, count in self.counts.items()]
        return "\n".join(["# TYPE http_requests_total counter", *lines, f"process_start_time_seconds {self.start}", ""])


def prometheus(stage, name, rules, jobs):
    path = stage.path(f"{name}.yml")
    servers.replace_file(path, rules)
    config = f"global: {{scrape_interval: {EVERY}s, scrape_timeout: {EVERY}s, evaluation_interval: {EVERY}s}}\nrule_files: ['{path}']\nscrape_configs:\n"
    for job, address in jobs.items():
        config += f"- {{job_name: {job}, static_configs: [{{targets: ['{address}']}}]}}\n"
    process = servers.Prometheus(stage.folder, stage.path(f"{name}-data"), config)
    stage.processes.append(process)
    return process


def firing(prometheus_, since):
    """[first, last] second at which the page fires there; [] where it does not."""
    data = prometheus_.ask("query_range", query='ALERTS{alertname="ErrorBudgetBurn",tier="page-fast",slo="availability",alertstate="firing"}', start=since,
                           end=time.time(), step=1)["result"]
    moments = sorted(moment for series in data for moment, _ in series["values"])
    return [moments[0], moments[-1]] if moments else []


def beginnings(prometheus_, since):
    """When the page became active there, each time that it did."""
    data = prometheus_.ask("query_range", query='ALERTS_FOR_STATE{alertname="ErrorBudgetBurn",tier="page-fast",slo="availability"}', start=since,
                           end=time.time(), step=1)["result"]
    return {value for series in data for _, value in series["values"]}


@scenario
def three_ways_agree_on_when(stage):
    """One incident, told by wick's posts, by rules over wick's series and by rules that need no wick: begun and ended within two steps.
    While it goes on wick is killed, and comes back: nobody is told again."""
    stage.define(SHOP)
    shop, taken, port = Shop(), alertmanager.Receiver(), servers.free_port()
    code, over_wick, err = stage.run("rules")
    equal(code, 0, err)
    code, alone, err = stage.run("rules", "--standalone", f"--step={STEP}s", f"--settle={SETTLE}s", stage.definitions)
    equal(code, 0, err)
    scraping = prometheus(stage, "over-wick", over_wick, {"shop": shop.address, "wick": f"127.0.0.1:{port}"})
    counting = prometheus(stage, "alone", alone, {"shop": shop.address})

    def serve():
        return stage.serve(f"--step={STEP}s", f"--settle={SETTLE}s", f"--alertmanager={taken.url}", source=scraping.url, clock=False, settled=False, port=port)
    daemon = serve()
    begun = time.time()

    def posted():
        """Alerts of the page as they were posted: [(when, firing)]."""
        return [(at, alert["endsAt"] > time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))) for at, _, body in list(taken.posts) for alert in body
                if alert["labels"].get("tier") == "page-fast"]
    counted = 'wick_slo_steps_total{slo="availability"}'
    servers.wait_until("both count", lambda: (counting.value(counted, time.time()) or 0) >= 2 and
                       (daemon.slos().get(("shop", "availability", None)) or {}).get("total"), 90, daemon)
    failed = shop.turn("500")
    servers.wait_until("all three say so", lambda: posted() and firing(scraping, begun) and firing(counting, begun), 90, daemon)
    began = {"wick": posted()[0][0], "rules": firing(scraping, begun)[0], "alone": firing(counting, begun)[0]}
    for way, at in began.items():
        check(DUE - EVERY <= at - failed <= DUE + SLACK, f"{way} says it {at - failed:.1f} s after the outage began; due are {DUE:.0f} s: {began}")
    daemon.kill()
    servers.wait_until("wick is missed", lambda: (scraping.value('count_over_time((up{job="wick"} == 0)[20s:1s])', time.time()) or 0) >= 3)
    daemon = serve()
    servers.wait_until("wick is back", lambda: scraping.value('wick_ready{job="wick"}', time.time()) == 1, 90, daemon)
    well = shop.turn("200")
    servers.wait_until("all three take it back", lambda: not posted()[-1][1] and all(
        firing(one, begun)[1] < time.time() - 3 * EVERY for one in (scraping, counting)), 150, daemon)
    ended = {"wick": next(at for at, fires in posted() if not fires), "rules": firing(scraping, begun)[1], "alone": firing(counting, begun)[1]}
    for way, at in ended.items():
        check(OVER - STEP <= at - well <= OVER + SLACK, f"{way} takes it back {at - well:.1f} s after the outage ended; due are {OVER:.0f} s: {ended}")
    equal((len(beginnings(scraping, begun)), len({alert["startsAt"] for _, _, body in list(taken.posts) for alert in body
                                                  if alert["labels"].get("tier") == "page-fast"})), (1, 1), "times that the page began, by rules and posts")
