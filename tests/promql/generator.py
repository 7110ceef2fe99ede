"""Random PromQL: mostly well-formed and well-typed, by a grammar; some of it broken on purpose."""
import random

NAMES = ["a", "b_total", "job:c:rate5m", "up", "sum", "offset", "start", "_x", "A1"]
LABELS = ["job", "instance", "le", "code", "by", "on", "x1"]
VALUES = ['""', '"a"', "'b'", "`c\\d`", '"\\"\\\\\\n"', '"ä"', '"\\x41\\u00e4"', '"a b"']
PATTERNS = ['"a|b"', '"5.."', '".+"', '"(x|y)z?"', '"[a-c]{1,2}"', '"\\\\d+"', '""', '".*"', "`\\w+\\.x`"]
DURATIONS = ["5m", "1h", "1h30m", "30s", "1d", "2w", "1y", "500ms", "90s"]
NUMBERS = ["0", "1", "2.5", "1e3", "0x1F", ".5", "010", "Inf", "NaN", "1e-3", "100"]
ARITHMETIC = ["+", "-", "*", "/", "%", "^", "atan2"]
COMPARISONS = ["==", "!=", "<", "<=", ">", ">="]
SETS = ["and", "or", "unless", "AND"]
PLAIN = ["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar", "SUM"]
OVER_RANGE = ["rate", "increase", "irate", "delta", "deriv", "resets", "changes", "avg_over_time", "max_over_time",
              "count_over_time", "last_over_time", "present_over_time", "absent_over_time"]
OVER_VECTOR = ["abs", "ceil", "sgn", "sqrt", "ln", "sort", "timestamp", "absent", "hour", "histogram_sum"]


class Generator:
    def __init__(self, seed):
        self.rng = random.Random(seed)

    def pick(self, of):
        return self.rng.choice(of)

    def chance(self, p):
        return self.rng.random() < p

    def blank(self):
        return self.pick(["", "", " ", " ", "  ", "\t"])

    def pattern(self):
        """A regular expression, often malformed: whether it is one is what is asked."""
        pieces = ["a", "b|c", ".", "*", "+", "?", "(", ")", "(?:", "(?i)", "[a-c]", "[", "]", "^", "$", "{2}", "{1,3}", "{3,1}",
                  "{,2}", "\\d", "\\.", "\\", "\\q", "\\x41", "-", "[^", "[[:digit:]]", "|", "(?P<n>a)", "{1001}", "\\b"]
        return "a{b=~`" + "".join(self.pick(pieces) for _ in range(self.rng.randrange(1, 6))) + "`}"

    def labels(self):
        names = [self.pick(LABELS) for _ in range(self.rng.randrange(4))]
        return "(" + self.blank() + ",".join(names) + ("," if names and self.chance(0.1) else "") + ")"

    def matchers(self):
        out = []
        for _ in range(self.rng.randrange(4)):
            op = self.pick(["=", "!=", "=~", "!~"])
            out.append(self.pick(LABELS) + self.blank() + op + self.pick(PATTERNS if "~" in op else VALUES))
        return "{" + ",".join(out) + ("," if out and self.chance(0.1) else "") + "}"

    def modifiers(self):
        out = ""
        if self.chance(0.15):
            out += " offset " + self.pick(["", "-"]) + self.pick(DURATIONS)
        if self.chance(0.1):
            out += " @ " + self.pick(["start()", "end()", "1600000000", "1.5", "-3"])
        return out

    def selector(self):
        if self.chance(0.1):
            return '{job="a",' + self.matchers()[1:]
        return self.pick(NAMES) + (self.matchers() if self.chance(0.6) else "")

    def matrix(self, depth):
        if depth > 0 and self.chance(0.2):
            step = self.pick(["", *DURATIONS])
            return f"({self.vector(depth - 1)})[{self.pick(DURATIONS)}:{step}]" + self.modifiers()
        return f"{self.selector()}[{self.blank()}{self.pick(DURATIONS)}{self.blank()}]" + self.modifiers()

    def scalar(self, depth):
        kind = self.rng.randrange(6)
        if depth <= 0 or kind < 3:
            return self.pick(["", "", "-", "+"]) + self.pick(NUMBERS)
        if kind == 3:
            return f"scalar({self.vector(depth - 1)})"
        if kind == 4:
            return self.pick(["time()", "pi()"])
        return f"{self.scalar(depth - 1)} {self.pick(ARITHMETIC)} {self.scalar(depth - 1)}"

    def aggregate(self, depth):
        op, args = self.pick(PLAIN), self.vector(depth - 1)
        if self.chance(0.25):
            op = self.pick(["topk", "bottomk", "quantile", "count_values"])
            args = ('"v"' if op == "count_values" else self.scalar(depth - 1)) + ", " + args
        grouping = self.pick(["by", "without"]) + self.blank() + self.labels()
        return self.pick([f"{op}({args})", f"{op} {grouping} ({args})", f"{op}({args}) {grouping}"])

    def call(self, depth):
        kind = self.rng.randrange(6)
        if kind < 3:
            return f"{self.pick(OVER_RANGE)}({self.matrix(depth - 1)})"
        if kind == 3:
            return f"{self.pick(OVER_VECTOR)}({self.vector(depth - 1)})"
        if kind == 4:
            return f"clamp({self.vector(depth - 1)}, {self.scalar(depth - 1)}, {self.scalar(0)})"
        return self.pick([f"vector({self.scalar(depth - 1)})", f'label_replace({self.vector(depth - 1)}, "a", "$1", "b", "(.*)")',
                          f"histogram_quantile({self.scalar(0)}, {self.vector(depth - 1)})",
                          f"round({self.vector(depth - 1)}, {self.scalar(0)})"])

    def binary(self, depth):
        left, right = self.vector(depth - 1), self.vector(depth - 1)
        kind = self.rng.randrange(4)
        matching = self.pick(["on", "ignoring"]) + self.blank() + self.labels() if self.chance(0.3) else ""
        if kind == 0:
            return f"{left} {self.pick(SETS)} {matching} {right}"
        if matching.startswith("ignoring") and self.chance(0.4):
            matching += self.pick([" group_left ", " group_right "]) + self.labels()
        if kind == 1:
            return f"{left} {self.pick(COMPARISONS)} {self.pick(['', 'bool'])} {matching} {right}"
        if kind == 2:
            return f"{left} {self.pick(ARITHMETIC)} {matching} {right}"
        scalar, op = self.scalar(depth - 1), self.pick(ARITHMETIC)
        return self.pick([f"{scalar} {op} {left}", f"{left} {op} {scalar}"])

    def vector(self, depth):
        kind = self.rng.randrange(8)
        if depth <= 0 or kind == 0:
            return self.selector() + self.modifiers()
        if kind < 3:
            return self.aggregate(depth)
        if kind < 5:
            return self.call(depth)
        if kind == 5:
            return self.pick(["-", "+", "- -"]) + self.vector(depth - 1)
        if kind == 6:
            return f"({self.blank()}{self.vector(depth - 1)})"
        return self.binary(depth)

    def expression(self):
        depth = self.rng.randrange(5)
        text = self.pick([self.vector, self.vector, self.vector, self.scalar, self.matrix])(depth)
        return self.broken(text) if self.chance(0.3) else text

    def broken(self, text):
        """One slip: a character or a piece lost, doubled, or moved in from elsewhere."""
        at = self.rng.randrange(len(text))
        end = at + self.rng.randrange(1, 5)
        return self.pick([text[:at] + text[at + 1:], text[:at] + text[at:end] + text[at:],
                          text[:at] + self.pick(["(", ")", "[", "]", "{", "}", ",", " bool ", " on(a) ", " 5m ", " and ", '"', "^", "-", " by (a) "]) + text[at:],
                          text[:at] + text[end:]])
