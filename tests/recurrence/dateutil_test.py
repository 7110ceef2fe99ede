#!/usr/bin/python3
"""Recurrences as wick and as Debian's python3-dateutil read them: the same stretches for rules that are made up.

    dateutil_test.py STRETCHES [RANDOM]

STRETCHES: the program of stretches.c. RANDOM: how many rules (4000 unless given); the same ones each time.

dateutil knows clocks without a zone here; zones are Python's zoneinfo. Where the two differ from what model/recurrence.h says on
purpose, this file says so itself: a date of UNTIL is that whole day, weekdays with and without an ordinal add up (dateutil takes
only what is both), and nothing begins more than 400 years behind the start."""
import itertools
import random
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "Pacific/Chatham",
         "Pacific/Apia", "Africa/Casablanca", "America/Sao_Paulo", "America/Santiago", "Asia/Tehran", "Europe/Dublin"]
WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
EPOCH = datetime(1970, 1, 1)
# Where clocks change, and where calendars are uneven, things go wrong first.
EDGES = [datetime(2026, 3, 29, 2, 30), datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 4, 2, 15), datetime(2011, 12, 30, 12, 0),
         datetime(2020, 2, 29, 0, 0), datetime(2026, 1, 31, 23, 59), datetime(2000, 12, 31, 12, 0), datetime(2018, 11, 4, 0, 30)]


def seconds(clock):
    return (clock - EPOCH) // timedelta(seconds=1)


def utc_seconds(clock, zone, fold):
    return int(clock.replace(tzinfo=zone, fold=fold).timestamp())


def instant(clock, zone):
    """Seconds since 1970 at which the zone's clocks first show that; where they leap over it, those of the leap."""
    first = utc_seconds(clock, zone, 0)
    if datetime.fromtimestamp(first, zone).replace(tzinfo=None, fold=0) == clock:
        return first
    low, high = sorted((first, utc_seconds(clock, zone, 1)))
    before = datetime.fromtimestamp(low, zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


class Question:
    def __init__(self, rng):
        self.rng = rng
        self.zone = rng.choice(ZONES)
        self.start = rng.choice(EDGES) if rng.random() < 0.3 else \
            datetime(1995, 1, 1) + timedelta(minutes=rng.randrange(40 * 365 * 24 * 60))
        self.freq = rng.choice(["MINUTELY", "HOURLY"] + 3 * ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
        self.parts = {"FREQ": self.freq}
        self.until = None
        self.choose_parts()
        self.choose_end()
        self.choose_length()
        self.choose_window()

    def some(self, values, most):
        return self.rng.sample(values, self.rng.randint(1, most))

    def choose_parts(self):
        rng = self.rng
        if rng.random() < 0.5:
            self.parts["INTERVAL"] = str(rng.choice([1, 2, 3, 4, 5, 7, 12, 13, 45, 100]))
        if rng.random() < 0.4:
            self.parts["BYDAY"] = ",".join(self.weekdays())
        if self.freq != "WEEKLY" and rng.random() < 0.3:
            self.parts["BYMONTHDAY"] = ",".join(map(str, self.some([*range(1, 32), *range(-31, 0), 29, 30, 31, -1], 8)))
        if rng.random() < 0.25:
            self.parts["BYMONTH"] = ",".join(map(str, self.some(range(1, 13), 4)))
        if rng.random() < 0.4:
            self.parts["WKST"] = rng.choice(WEEKDAYS)

    def weekdays(self):
        days = self.some(WEEKDAYS, 3)
        if self.freq not in ("MONTHLY", "YEARLY") or self.rng.random() < 0.4:
            return days
        most = 5 if self.freq == "MONTHLY" or self.rng.random() < 0.5 else 53
        ordinals = [f"{n:+d}" if self.rng.random() < 0.1 else str(n) for n in (*range(1, most + 1), *range(-most, 0))]
        return [("" if self.rng.random() < 0.1 else self.rng.choice(ordinals)) + day for day in days]

    def choose_end(self):
        rng, kind = self.rng, self.rng.random()
        if kind < 0.25:
            self.parts["COUNT"] = str(rng.choice([1, 2, 3, 10, 50, 300]))
        elif kind < 0.5:
            day = timedelta(days=rng.choice([0, 1, 7, 30, 400, 3000]))
            last = self.start + day + timedelta(minutes=rng.choice([-60, -1, 0, 0, 1, 720]))
            self.choose_until(last)

    def choose_until(self, last):
        form = self.rng.randrange(3)
        if form == 0:
            self.parts["UNTIL"] = last.strftime("%Y%m%d")
            end = datetime(last.year, last.month, last.day) + timedelta(days=1)
            self.until = lambda clock, begin: clock < end
        elif form == 1:
            self.parts["UNTIL"] = last.strftime("%Y%m%dT%H%M%S")
            self.until = lambda clock, begin: clock <= last
        else:
            limit = instant(last, ZoneInfo(self.zone)) + self.rng.choice([-1, 0, 0, 3600])
            self.parts["UNTIL"] = datetime.fromtimestamp(limit, timezone.utc).strftime("%Y%m%dT%H%M%SZ")
            self.until = lambda clock, begin: begin <= limit

    def choose_length(self):
        self.length = timedelta(minutes=self.rng.choice([1, 15, 60, 61, 1440, 1500, 4320, 10080, 44640]))
        if self.freq in ("MINUTELY", "HOURLY"):
            self.length = min(self.length, timedelta(minutes=61))
        self.on_clock = self.rng.random() < 0.5

    def choose_window(self):
        """Around the start, or years behind it, and never so long that there is too much to compare."""
        spread = {"MINUTELY": 1, "HOURLY": 20}.get(self.freq, 1500)
        away = {"MINUTELY": [0, 0, 1, 20], "HOURLY": [0, 0, 1, 60, 700]}.get(self.freq, [0, 0, 30, 1000, 8000])
        begin = seconds(self.start) + (self.rng.randint(-3, 3) + self.rng.choice(away)) * 86400
        self.window = begin, begin + self.rng.randrange(spread * 86400)

    def rule(self):
        keys = list(self.parts)
        self.rng.shuffle(keys)
        return ";".join(f"{key}={self.parts[key]}" for key in keys)

    def text(self, rule):
        length, end = ("-", seconds(self.start + self.length)) if self.on_clock else (self.length // timedelta(minutes=1), "-")
        return f"{self.zone} {seconds(self.start)} {length} {end} {self.window[0]} {self.window[1]} {rule}"

    def their_rule(self):
        """UNTIL is left to this file; mixed weekdays all get the ordinals that they may have."""
        parts = {key: value for key, value in self.parts.items() if key != "UNTIL"}
        days = parts.get("BYDAY", "").split(",")
        if any(len(day) > 2 for day in days):
            most = 5 if self.freq == "MONTHLY" or "BYMONTH" in parts else 53
            parts["BYDAY"] = ",".join(day if len(day) > 2 else ",".join(f"{n}{day}" for n in range(1, most + 1)) for day in days)
        return ";".join(f"{key}={value}" for key, value in parts.items())

    def truth(self):
        """The stretches, or None where there is no occurrence at all."""
        zone, (first, last) = ZoneInfo(self.zone), self.window
        clocks = rrulestr(self.their_rule(), dtstart=self.start)
        day, horizon = timedelta(days=2), self.start + timedelta(days=146097)
        earliest = next(iter(clocks), horizon)
        if earliest >= horizon or (self.until and not self.until(earliest, instant(earliest, zone))):
            return None
        out, begins, ends = [], *(EPOCH + timedelta(seconds=s) for s in self.window)
        for clock in itertools.takewhile(lambda c: c < ends + day, clocks.xafter(begins - self.length - day)):
            begin = instant(clock, zone)
            end = instant(clock + self.length, zone) if self.on_clock else begin + self.length // timedelta(seconds=1)
            if (not self.until or self.until(clock, begin)) and begin < last and end > first and end > begin:
                out.append(f"{begin}/{end}")
        return " ".join(out)


def refused(question):
    """What wick refuses and dateutil does not."""
    days = question.parts.get("BYDAY", "").split(",")
    return question.freq == "YEARLY" and "BYMONTH" in question.parts and any(abs(int(day[:-2] or 0)) > 5 for day in days)


def judge(question, line):
    """What is wrong, or None."""
    if refused(question):
        return None if "no month has more than five" in line else f"an ordinal of the year in months: {line}"
    truth = question.truth()
    if truth is None:
        return None if line.endswith("never occurs from its start on") else f"it never occurs, which is not {line[:300]}"
    return None if line == truth else f"{line[:300]}\n    and not {truth[:300]}"


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 4000
    rng = random.Random(5545)
    questions = [Question(rng) for _ in range(count)]
    texts = [question.text(question.rule()) for question in questions]
    lines = subprocess.run([sys.argv[1]], input="".join(text + "\n" for text in texts), stdout=subprocess.PIPE, text=True,
                           check=True).stdout.split("\n")[:-1]
    assert len(lines) == count, f"{len(lines)} answers to {count} questions"
    failed = 0
    for question, text, line in zip(questions, texts, lines):
        fault = judge(question, line)
        if fault:
            failed += 1
            print(f"FAILED: {text}\n    {fault}")
    occurring = sum(bool(line) and not line.startswith("error") for line in lines)
    print(f"{count} rules, {occurring} with stretches in the window, {sum(line.count('/') for line in lines)} stretches")
    print(f"{count - failed} passed, {failed} failed")
    return 1 if failed or occurring < count // 3 else 0


if __name__ == "__main__":
    sys.exit(main())
