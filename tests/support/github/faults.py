"""What goes wrong between a client and the server. A fault is written like a query string:

    mode=status&code=502        an answer of that status, a page in HTML; also 500, 503
    mode=secondary              the secondary limit: code=403 (or 429), with retry_after=N where it is told
    mode=exhausted              the quota of this token is used up, for reset=N seconds; code=403 (or 429)
    mode=half, slow, reset      half a body; one in pieces, each after seconds=0.2; no answer and a closed connection
    mode=garbage, html          JSON that breaks off; a page of a proxy, both with status 200
    mode=hang                   no answer for seconds=30
    mode=expire                 the token is not known any more: 401; one of an App is dead for good
    mode=moved                  301 to the same address below /repositories/{id}
    mode=mixed                  one of modes=A,B,C by chance; each may name what it needs: "secondary code=429 retry_after=1"
times=N: so many times. after=N: only after so many requests. match=REGEX: only paths with it. chance=0.1&seed=7: by chance."""

import re
import urllib.parse
import zlib

MODES = ("status", "secondary", "exhausted", "half", "slow", "reset", "garbage", "html", "hang", "expire", "moved", "mixed")


def chance(*parts):
    """A number in [0, 1) that depends on nothing but its parts."""
    return zlib.crc32("|".join(map(str, parts)).encode()) / 2 ** 32


class Fault:
    def __init__(self, spec):
        fields = dict(urllib.parse.parse_qsl(spec, keep_blank_values=True)) if isinstance(spec, str) else dict(spec)
        self.mode = fields.get("mode", "")
        if self.mode not in MODES:
            raise ValueError(f"no fault '{self.mode}'; there are {', '.join(MODES)}")
        self.fields = fields
        self.left = int(fields["times"]) if "times" in fields else None
        self.after, self.seen, self.drawn = int(fields.get("after", 0)), 0, 0
        self.match = re.compile(fields.get("match", ""))

    def strikes(self, path):
        if self.left == 0 or not self.match.search(path):
            return False
        self.seen += 1
        if self.seen <= self.after:
            return False
        if "chance" in self.fields and chance(self.fields.get("seed", 0), self.seen) >= float(self.fields["chance"]):
            return False
        if self.left is not None:
            self.left -= 1
        return True

    def drawn_now(self):
        """{mode, ...} of this time."""
        if self.mode != "mixed":
            return self.fields
        self.drawn += 1
        modes = self.fields["modes"].split(",")
        mode, *rest = modes[int(chance("which", self.fields.get("seed", 0), self.drawn) * len(modes))].split()
        return {"mode": mode, **dict(one.split("=") for one in rest)}


class Faults:
    def __init__(self):
        self.all = []

    def add(self, spec):
        self.all.append(Fault(spec))

    def clear(self):
        self.all = []

    def take(self, path):
        """The first that strikes, or None."""
        for fault in self.all:
            if fault.strikes(path):
                return fault.drawn_now()
        return None
