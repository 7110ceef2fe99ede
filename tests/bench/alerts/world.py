"""A year in the life of made-up services, event by event: what happens, and what of it a Prometheus would have scraped.

Each target is scraped once a minute, always at the same second. So a minute has two parts, before and behind the scrape, and each
flow of events a number for each: that is all that a sample or a window which ends at a full minute can depend on. The truth
(`Service.bad`, `Service.total`) counts every event in the minute in which it happens, also one that is in no sample.
"""

import math
import random
from array import array
from dataclasses import dataclass

MINUTE, HOUR, DAY = 60, 3600, 86400
MINUTES_A_DAY = 1440
END = 1_767_225_600          # 2026-01-01T00:00:00Z; history ends here, however long it is
WARM_UP_DAYS = 6             # before anything is judged: the longest window is full then


# --- traffic: requests per minute at a minute of Unix time --------------------------------------------------------------------

def wave(unix_minute, wakes=7, sleeps=22):
    """0 at night, up to 1 in the afternoon."""
    hour = unix_minute % MINUTES_A_DAY / 60
    return math.sin(math.pi * (hour - wakes) / (sleeps - wakes)) if wakes < hour < sleeps else 0.0


def weekend(unix_minute):
    return (unix_minute // MINUTES_A_DAY + 4) % 7 in (0, 6)


def people(night, day, weekends):
    """Busy days, quiet nights, and weekends that are `weekends` of a working day."""
    return lambda minute: night + (day - night) * wave(minute) * (weekends if weekend(minute) else 1)


def bursts(rate, minutes):
    """A job at the beginning of each hour, nothing in between."""
    return lambda minute: rate if minute % 60 < minutes else 0


def steady(rate):
    return lambda minute: rate


# --- what goes wrong -----------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Kind:
    name: str
    seconds: int
    ratio: float             # the part of all requests that fail; 0: one single request
    in_year: int = 6         # how often in each service, about
    one_pod: bool = False    # only in one of the pods, in the first minutes of its life
    rest_days: float = 1.2   # what comes next is no part of this


KINDS = (
    Kind("full outage, 10 min", 10 * MINUTE, 1.0),
    Kind("full outage, 2 min", 2 * MINUTE, 1.0, in_year=8),
    Kind("half of all, 5 min", 5 * MINUTE, 0.5),
    Kind("20 % of a new pod's first 20 min", 20 * MINUTE, 0.2, one_pod=True),
    Kind("5 %, 2 h", 2 * HOUR, 0.05),
    Kind("1 %, 1 d", DAY, 0.01, rest_days=3.5),
    Kind("0.3 %, 3 d", 3 * DAY, 0.003, in_year=4, rest_days=3.5),
    Kind("2 %, 30 min", 30 * MINUTE, 0.02, in_year=8),
    Kind("all, 15 s", 15, 1.0, in_year=10),
    Kind("one request", 1, 0.0, in_year=10),
)


@dataclass
class Incident:
    kind: Kind
    begin: int               # seconds since the start of the history
    end: int

    def share(self, begin, end):
        """The part of requests in [begin, end) that fail by this."""
        return self.kind.ratio * max(0, min(end, self.end) - max(begin, self.begin)) / (end - begin)


@dataclass(frozen=True)
class Profile:
    job: str
    what: str
    rate: object             # requests per minute, all pods
    background: float        # the part of requests that always fails
    pods: int = 1
    renamed_days: float = 0  # how often all pods are replaced by new ones with new names
    restart_days: float = 0  # how often a pod starts again under its name
    misses: float = 0.0005   # how often scrapes of a target begin to fail
    process_start: bool = True


PROFILES = (
    Profile("web", "much traffic, a deployment with new pods each week", people(900, 9000, 0.5), 0.0002, pods=3, renamed_days=7),
    Profile("shop", "20 requests a minute at night, 600 by day; pods restart", people(20, 600, 0.4), 0.0003, pods=2, restart_days=3),
    Profile("admin", "people at work: 4 an hour at night and at weekends", people(4 / 60, 10, 0.01), 0.0003, renamed_days=14),
    Profile("batch", "a job of five minutes each hour, a new pod each day", bursts(300, 5), 0.0004, renamed_days=1),
    Profile("edge", "steady, and one scrape in 50 fails", steady(1200), 0.0004, restart_days=10, misses=0.015, process_start=False),
)

# When Prometheus itself is down, each time in an incident of the service `web` if there is one:
# (kind, minutes before the incident begins, minutes that it is down)
OUTAGES = (("5 %, 2 h", 10, 45), ("full outage, 10 min", 5, 30))
# ... and with nothing to do with anything: (the part of the history that is over, minutes)
OTHER_OUTAGES = ((0.62, 300), (0.85, 12))


# --- chance --------------------------------------------------------------------------------------------------------------------

def poisson(chance, mean):
    if mean <= 0:
        return 0
    if mean > 40:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    left, term, count = chance.random(), math.exp(-mean), 0
    while left > term and count < 1000:
        left -= term
        count += 1
        term *= mean / count
    return count


def deck(chance, days):
    """The kinds of incidents in the order in which a service meets them."""
    cards = [kind for kind in KINDS for _ in range(kind.in_year)]
    chance.shuffle(cards)
    seen, first, rest = set(), [], []
    for kind in cards:                      # each kind once before one comes again: a short history has as many kinds as it can
        (rest if kind in seen else first).append(kind)
        seen.add(kind)
    return first + rest if days < 100 else cards


def schedule(chance, days):
    """Incidents one behind the other, with calm days in between, all of them over before the history ends."""
    out, at = [], WARM_UP_DAYS * DAY
    while True:
        for kind in deck(chance, days):
            at += int(chance.uniform(0.6, 1.9) * DAY)
            end = at + kind.seconds
            if end + DAY > days * DAY:
                return out
            out.append(Incident(kind, at, end))
            at = end + int(kind.rest_days * DAY)


def incidents_of(profile, days, seed):
    return schedule(random.Random(f"{seed} {profile.job} incidents"), days)


def prometheus_down(days, seed):
    """[(first minute, minute behind the last)] in which nothing is scraped and no rule is evaluated."""
    out, incidents = [], incidents_of(PROFILES[0], days, seed)
    for name, before, length in OUTAGES:
        hit = next((one for one in incidents if one.kind.name == name), None)
        if hit:
            begin = hit.begin // MINUTE - before
            out.append((begin, begin + length))
    for part, length in OTHER_OUTAGES:
        begin = int(part * days * MINUTES_A_DAY)
        out.append((begin, begin + length))
    return sorted(out)


# --- a service -----------------------------------------------------------------------------------------------------------------

class Pod:
    def __init__(self, slot, name, second, begin):
        self.slot = slot
        self.name = name
        self.second = second                # of a minute, in which it is scraped
        self.begin = begin                  # minute in which its process started
        self.counts = [0, 0, 0]             # of CODES
        self.failing = 0                    # minutes for which scrapes go on failing
        self.keys = None


CODES = ("200", "500", "503")


class Service:
    def __init__(self, profile, days, seed):
        self.profile = profile
        self.chance = random.Random(f"{seed} {profile.job}")
        self.days, self.minutes = days, days * MINUTES_A_DAY
        self.start = END - days * DAY
        self.incidents = incidents_of(profile, days, seed)
        self.down = prometheus_down(days, seed)
        self.bad, self.total = array("q"), array("q")
        self.scraped = bytearray(self.minutes)      # minutes in which at least one target was scraped
        self.made = 0                               # names that were given
        self.pods = [self.new_pod(slot, 0) for slot in range(profile.pods)]
        self.renewals = self.renewal_minutes()
        self.next_incident = 0

    def new_pod(self, slot, minute):
        self.made += 1
        pod = Pod(slot, f"{self.profile.job}-{self.made:04}:8080", self.chance.randrange(4, 57), minute)
        pod.keys = self.keys(pod)
        return pod

    def keys(self, pod):
        target = f'job="{self.profile.job}",instance="{pod.name}"'
        return (*(f'http_requests_total{{{target},code="{code}"}}' for code in CODES),
                f"up{{{target}}}", f"process_start_time_seconds{{{target}}}")

    def renewal_minutes(self):
        """{minute: [(slot, whether under a new name)]}"""
        profile, out = self.profile, {}
        for slot in range(profile.pods):
            if profile.renamed_days:
                at = 3 * MINUTES_A_DAY + 615
                while at < self.minutes:
                    out.setdefault(at + 2 * slot, []).append((slot, True))
                    at += int(profile.renamed_days * MINUTES_A_DAY)
            if profile.restart_days:
                at = 0.0
                while at < self.minutes:
                    at += self.chance.expovariate(1 / profile.restart_days) * MINUTES_A_DAY
                    out.setdefault(int(at), []).append((slot, False))
        for incident in self.incidents:             # a bad version: its pod is new when it begins to fail
            if incident.kind.one_pod:
                out.setdefault(incident.begin // MINUTE, []).append((0, profile.renamed_days > 0))
        return out

    def renew(self, minute):
        for slot, renamed in self.renewals.get(minute, ()):
            if renamed:
                self.pods[slot] = self.new_pod(slot, minute)
            else:
                self.pods[slot].counts = [0, 0, 0]
                self.pods[slot].begin = minute

    def going_on(self, minute):
        """Incidents that touch the minute."""
        while self.next_incident < len(self.incidents) and self.incidents[self.next_incident].end <= minute * MINUTE:
            self.next_incident += 1
        if self.next_incident == len(self.incidents) or self.incidents[self.next_incident].begin >= (minute + 1) * MINUTE:
            return None
        return self.incidents[self.next_incident]

    def part(self, pod, requests, incident, begin, end):
        """Makes the events of [begin, end), in seconds; returns (bad, total)."""
        failing, singles = 0.0, 0
        if incident and incident.kind.ratio == 0:
            singles = 1 if begin <= incident.begin < end and pod.slot == 0 else 0
        elif incident and (pod.slot == 0 or not incident.kind.one_pod):
            failing = incident.share(begin, end)
        mean = requests * (end - begin) / MINUTE / self.profile.pods
        good = poisson(self.chance, mean * (1 - failing) * (1 - self.profile.background))
        usual = poisson(self.chance, mean * (1 - failing) * self.profile.background)
        more = poisson(self.chance, mean * failing) + singles
        counts = pod.counts
        counts[0] += good
        counts[1] += usual
        counts[2] += more
        return usual + more, good + usual + more

    def reached(self, pod):
        """Whether a scrape succeeds; a failure often lasts for more than one."""
        if pod.failing:
            pod.failing -= 1
        elif self.chance.random() < self.profile.misses:
            pod.failing = self.chance.choice((1, 1, 1, 1, 2, 3))
        return pod.failing == 0

    def scrape(self, pod, minute, lines):
        reached = self.reached(pod)
        stamp = self.start + minute * MINUTE + pod.second
        lines.append(f"{pod.keys[3]} {int(reached)} {stamp}\n")
        if not reached:
            return
        self.scraped[minute] = 1
        if self.profile.process_start:
            lines.append(f"{pod.keys[4]} {self.start + pod.begin * MINUTE} {stamp}\n")
        for key, count in zip(pod.keys, pod.counts):
            if count:                               # a counter is there from its first event on
                lines.append(f"{key} {count} {stamp}\n")

    def run(self, first, last):
        """Lives through the minutes [first, last), in order; returns lines in the OpenMetrics format."""
        lines, rate, first_minute = [], self.profile.rate, self.start // MINUTE
        for minute in range(first, last):
            self.renew(minute)
            requests, incident = rate(first_minute + minute), self.going_on(minute)
            up = not any(begin <= minute < end for begin, end in self.down)
            all_bad = all_total = 0
            second = minute * MINUTE
            for pod in self.pods:
                bad, total = self.part(pod, requests, incident, second, second + pod.second)
                if up:
                    self.scrape(pod, minute, lines)
                more_bad, more_total = self.part(pod, requests, incident, second + pod.second, second + MINUTE)
                all_bad += bad + more_bad
                all_total += total + more_total
            self.bad.append(all_bad)
            self.total.append(all_total)
        return lines
