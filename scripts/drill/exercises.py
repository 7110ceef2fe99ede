"""The exercises of a game day: what is made to fail, who has to be told, and what is measured while it goes on."""

import calendar
import json
import time

from stack import STEP, Prober, Throttle, definitions, servers

COUNTED_WITHIN, COUNTED_LEAST = 0.05, 3  # a difference from the truth that is no fault: part, events
LOST_LEAST, LOST_WITHIN = 5, 600         # bad events that no scrape has seen, before Prometheus comes back; seconds
READY = 180                              # seconds until wick must have counted everything, and Prometheus must be heard of


def instant(text):
    """Unix time of an API's time; None stays None."""
    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")) if text else None


def logged(line):
    """When a line of wick's log was written, to the millisecond."""
    return instant(line[3:]) + float(line[22:26])


class Outcome:
    """What an exercise has shown; times are Unix times, and missing where it did not happen."""

    def __init__(self, exercise):
        self.exercise, self.at, self.faults = exercise, {}, []
        self.before = self.after = self.page = self.back = self.default = None
        self.false_pages, self.log = [], []
        self.counts, self.totals = {}, {}  # by SLO: (in truth, as wick counted), of bad events and of all

    def took(self, begin, end):
        """Seconds between two times; None where one of them is missing."""
        return self.at[end] - self.at[begin] if begin in self.at and end in self.at else None

    @property
    def detected(self):
        return self.took("injected", "told")

    @property
    def resolved(self):
        return self.took("removed", "told_over")

    def spent(self, slo):
        """The part of the whole window's error budget that went."""
        return self.after[slo]["budget_consumed"] - self.before[slo]["budget_consumed"]


class Exercise:
    """One that a page has to tell of. `share` is the part of the events that is bad meanwhile; `cause` and `cure` are words for people."""
    witness = "the demo's own counters"
    pages = True

    def __init__(self, name, slo, share, cause, cure, begin, end):
        self.name, self.slo, self.share, self.cause, self.cure, self.begin, self.end = name, slo, share, cause, cure, begin, end

    def truth(self, stack, begin, end):
        """How many events were bad in (begin, end]."""
        return stack.truth(self.slo, begin, end)[0]

    def first_bad(self, stack, begin, end):
        """When the first bad event happened; to a tenth of a second."""
        if not self.truth(stack, begin, end):
            return None
        low, high = begin, end
        while high - low > 0.1:
            middle = (low + high) / 2
            low, high = (low, middle) if self.truth(stack, begin, middle) else (middle, high)
        return high

    def play(self, stack, deadline):
        out = Outcome(self)
        self._calm(stack, out)
        out.at["injected"] = time.time()
        self.begin(stack)
        out.page = stack.until("somebody is paged", lambda: said(stack, out, self.slo, resolved=False), deadline)
        if out.page:
            out.at["told"] = out.page.at
        else:
            out.faults.append(f"nobody was paged within {deadline:.0f} s")
        self.end(stack)
        out.at["removed"] = time.time()
        if out.page:
            out.back = stack.until("it is taken back", lambda: said(stack, out, self.slo, resolved=True), deadline)
            if out.back:
                out.at["told_over"] = out.back.at
            else:
                out.faults.append(f"the page was not taken back within {deadline:.0f} s")
        self._finish(stack, out)
        return out

    def _calm(self, stack, out):
        """All SLOs at one instant, with nothing that fires."""
        if not stack.until("all is calm", lambda: snapshot(stack, None, out), READY):
            raise servers.Failure(f"alerts are still firing {READY} s after the last exercise")
        out.before, out.messages_before = out.after, len(stack.messages())

    def _finish(self, stack, out):
        """What came of it, once the last step of it is counted."""
        if not stack.until("all is counted", lambda: snapshot(stack, out.at["removed"] + STEP, out), READY):
            raise servers.Failure(f"wick has not counted on {READY} s after the exercise")
        begin, end = (instant(one[self.slo]["counted_to"]) for one in (out.before, out.after))
        for slo in {"anvila-api/availability", "anvila-api/latency", self.slo}:
            self._compare(stack, out, slo, begin, end)
        out.log = [line for line in stack.daemon.log().splitlines() if line.startswith("ts=") and logged(line) >= out.at["injected"]]
        self._times(stack, out)
        out.false_pages = self._false_pages(stack, out)
        out.faults += [f"a false page: {title}" for title in out.false_pages]

    def _compare(self, stack, out, slo, begin, end):
        """What wick counted in (begin, end] beside the truth. An event after the last scrape before a bound is counted on its other side."""
        def truths(begin, end):
            bad, total = stack.truth(slo, begin, end)
            return self.truth(stack, begin, end) if slo == self.slo else bad, total
        counted = [out.after[slo][what] - out.before[slo][what] for what in ("bad", "total")]
        least, truth, most = truths(begin, end - stack.unseen(end)), truths(begin, end), truths(begin - stack.unseen(begin), end)
        witnessed = ("bad events", "events") if truth[1] else ("bad events",)
        for i, words in enumerate(witnessed):
            room = max(COUNTED_LEAST, COUNTED_WITHIN * truth[i])
            if not least[i] - room <= counted[i] <= most[i] + room:
                out.faults.append(f"wick counted {counted[i]:.0f} {words} of {slo}, in truth there were {truth[i]:.0f}")
        out.counts[slo], out.totals[slo] = (truth[0], counted[0]), (truth[1] or counted[1], counted[1])

    def _times(self, stack, out):
        begin, end = out.at["injected"], out.at["removed"]
        bad = self.first_bad(stack, begin, end)
        if bad:
            out.at["first_bad"] = bad
        alert = next((one for one in stack.slo(self.slo)["alerts"] if one["tier"] == "page-fast"), {})
        for name, key in (("fired", "fired_at"), ("over", "resolved_at")):
            moment = instant(alert.get(key))
            if moment and moment >= begin:
                out.at[name] = moment
        for name, words in (("counted", 'msg="an alert fires"'), ("counted_over", 'msg="an alert is over"')):
            line = next((one for one in out.log if words in one and f"slo={self.slo} " in one), None)
            if line:
                out.at[name] = logged(line)
        out.default = by_default(stack, self.slo, self.share)

    def _false_pages(self, stack, out):
        """Titles of pages that are about something else, or that say the same again."""
        titles, seen = [], 0
        for message in stack.messages()[out.messages_before:]:
            firing = [slo for resolved, slo in message.says if not resolved]
            seen += self.slo in firing
            if (not message.says and "RESOLVED" not in message.title) or set(firing) - {self.slo} or (firing and seen > 1):
                titles.append(message.title)
        return titles


class Pressure(Exercise):
    """The demo's own counters know nothing of how fast it answers: what is true is what another client saw."""
    witness = "another client's clock"

    def __init__(self):
        super().__init__("pressure", "anvila-api/responsive", 1,
                         "the demo's process gets the processor for less than a fifth of the time, as a container at its limit does",
                         "the limit is taken away", self._throttle, self._release)

    def _throttle(self, stack):
        self.prober = Prober(stack.demo_url)
        stack.throttle = Throttle(stack.demo)

    def _release(self, stack):
        stack.throttle.end()
        stack.throttle = None
        self.prober.end()

    def truth(self, stack, begin, end):
        return self.prober.slow_steps(begin, end)[0]

    def first_bad(self, stack, begin, end):
        return self.prober.slow_steps(begin, end)[1]


class PrometheusKilled(Exercise):
    """Nobody may be paged about an SLO, no event may be lost, and whoever waits for Prometheus's watchdog has to miss it."""
    pages = False

    def __init__(self):
        super().__init__("prometheus-killed", "anvila-api/availability", 0.03,
                         "Prometheus is killed (SIGKILL), and while it is away 3 % of the requests fail: too few to page for, enough to lose",
                         "Prometheus is started again on its data, and the requests succeed", None, None)

    def play(self, stack, deadline):
        out = Outcome(self)
        self._calm(stack, out)
        heard = stack.until("Prometheus's watchdog is heard", lambda: [one for one in stack.watchdogs() if one[1] == "firing"], READY)
        if not heard:
            raise servers.Failure("Prometheus's watchdog was never heard")
        out.at["injected"] = time.time()
        stack.prometheus.kill()
        stack.tell_demo("fail?errors=3%")
        up = lambda: stack.daemon.metrics().get('wick_source_up{source="default"}')
        if stack.until("wick says that its source is down", lambda: up() == 0, deadline):
            out.at["source_down"] = time.time()
        else:
            out.faults.append("wick did not say that its source is down")
        missed = stack.until("the watchdog is missed", lambda: watchdog(stack, out.at["injected"], "resolved"), deadline)
        if missed:
            out.at["told"] = missed
        else:
            out.faults.append(f"nobody missed Prometheus's watchdog within {deadline:.0f} s")
        lost = lambda: self.truth(stack, out.at["injected"], time.time() - 1) >= LOST_LEAST
        if not stack.until("there is something to lose", lost, LOST_WITHIN):
            out.faults.append(f"in {LOST_WITHIN} s without Prometheus fewer than {LOST_LEAST} events were bad: that proves little")
        if not any(labels.get("alertname") == "Watchdog" and labels.get("sender") == "wick" for labels in stack.alertmanager.alerts()):
            out.faults.append("wick's own watchdog did not go on")
        stack.tell_demo("fail?errors=0")
        stack.start_prometheus()
        out.at["removed"] = time.time()
        if stack.until("wick has its source again", lambda: up() == 1, deadline):
            out.at["source_up"] = time.time()
        else:
            out.faults.append("wick did not say that its source is back")
        self._finish(stack, out)
        out.at["caught_up"] = time.time()
        back = stack.until("the watchdog is heard again", lambda: watchdog(stack, out.at["removed"], "firing"), deadline)
        if back:
            out.at["told_over"] = back
        else:
            out.faults.append(f"Prometheus's watchdog was not heard again within {deadline:.0f} s")
        return out

    def _times(self, stack, out):
        bad = self.first_bad(stack, out.at["injected"], out.at["removed"])
        if bad:
            out.at["first_bad"] = bad

    def _false_pages(self, stack, out):
        return [message.title for message in stack.messages()[out.messages_before:]]


def exercises():
    return [
        Exercise("errors", "anvila-api/availability", 0.3, "30 % of the requests fail", "the requests succeed again",
                 lambda stack: stack.tell_demo("fail?errors=30%"), lambda stack: stack.tell_demo("fail?errors=0")),
        Exercise("latency", "anvila-api/latency", 1, "every request takes 2 s longer", "the requests are as fast as before",
                 lambda stack: stack.tell_demo("fail?latency=2s"), lambda stack: stack.tell_demo("fail?latency=0")),
        Exercise("deployment", "anvila-api/availability", 0.3, "a version is rolled out in which 30 % of the requests fail; all pods are new",
                 "it is rolled back; all pods are new again",
                 lambda stack: stack.tell_demo("deploy?errors=30%"), lambda stack: stack.tell_demo("deploy?errors=0")),
        Pressure(),
        PrometheusKilled(),
    ]


def snapshot(stack, since, out):
    """Puts the answers about all SLOs into out.after; true where all are counted to one instant, not before `since`, and none fires."""
    slos = stack.slos()
    counted = {slo["counted_to"] for slo in slos.values()}
    if len(counted) != 1 or any(slo["alerts"] for slo in slos.values()):
        return False
    if since and instant(next(iter(counted))) < since:
        return False
    out.after = slos
    return True


def said(stack, out, slo, resolved):
    """The first message of the exercise that says so."""
    return next((message for message in stack.messages()[out.messages_before:] if (resolved, slo) in message.says), None)


def watchdog(stack, since, status):
    return next((at for at, what in stack.watchdogs() if at > since and what == status), None)


def by_default(stack, slo, share):
    """(seconds until the first page, its tier) of such an incident with the default tiers, as `wick simulate` says; None where none comes."""
    path = stack.write("default.yaml", definitions(tiers=False))
    text = stack.run("simulate", "--format", "json", "--outage", f"{max(1, round(share * 100))}%:6h", path)
    alerts = next(one for one in json.loads(text) if one["id"] == slo)["alerts"]
    pages = [(one["fires_after_seconds"], one["tier"]) for one in alerts if one["severity"] == "page" and one["fires_after_seconds"] is not None]
    return min(pages, default=None)
