"""Random expressions, written as text so that the parser is part of what is compared."""

import random
from typing import Any

from rules.language.scan import MAX_LENGTH
from tests.rules.language.world import STATES, TEXTS

_INSTANT_LITERALS = ["2025-05-17 08:00", "2025-05-17 07:00", "2025-05-15 08:00", "1970-01-01 07:00", "1912-02-29 23:59"]
_LENGTHS = ["hours(0)", "hours(1)", "hours(48)", "days(1)", "minutes(60)", "-hours(1)"]
_ORDERS = ["<", "<=", ">", ">="]
_COMPARISONS = [*_ORDERS, *_ORDERS, "==", "!="]


class Expressions:
    """A repeatable stream of well-typed expressions."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def condition(self, depth: int | None = None) -> str:
        """Return a condition; without `depth` most are shallow and a few are deep."""
        if depth is None:
            text = self.condition(self._chance.choice([1, 1, 2, 2, 3, 3, 4, 5]))
            return text if len(text) <= MAX_LENGTH else self.condition()
        if depth <= 0:
            return self.test()
        pick = self._chance.random()
        if pick < 0.3:
            return self.test()
        if pick < 0.5:
            return f"not ({self.condition(depth - 1)})"
        word = self._chance.choice([" and ", " or "])
        return word.join(f"({self.condition(depth - 1)})" for _ in range(self._chance.choice([2, 2, 3])))

    def conjunction(self) -> str:
        """Return an "and" of single tests of `now` and of tests without it, for which `earliest` is exact."""
        still = [self._numbers, self._texts, self._other]
        tests = [self.moment_test() if self._chance.random() < 0.6 else self._choice(still)() for _ in range(3)]
        return " and ".join(tests)

    def text_test(self) -> str:
        """Return a test of texts, or its opposite."""
        return self._choice(["{}", "not ({})"]).format(self._texts())

    def moment(self) -> str:
        """Return an instant."""
        return self._moment(3)

    def moment_test(self) -> str:
        """Return a comparison of `now` with bare facts."""
        op, fact = self._choice(_ORDERS), self._choice(["i1", "i2", "i3", "plan.until"])
        length = self._choice([*_LENGTHS, "d1"])
        forms = ["now - {f} {o} {l}", "now {o} {f}", "{f} - {l} {o} now", "now - {l} {o} {f}", "now == {f} + {l}"]
        return self._choice(forms).format(f=fact, o=op, l=length)

    def test(self) -> str:
        """Return a single test."""
        kinds = [self._moments, self._moments, self.moment_test, self._numbers, self._lengths, self._texts, self._other]
        return self._choice(kinds)()

    def _choice(self, values: list[Any]) -> Any:
        return self._chance.choice(values)

    def _moments(self) -> str:
        return f"{self._moment(2)} {self._choice(_COMPARISONS)} {self._moment(2, now=False)}"

    def _lengths(self) -> str:
        return f"{self._moment(1)} - {self._moment(1, now=False)} {self._choice(_COMPARISONS)} {self._length()}"

    def _numbers(self) -> str:
        return f"{self._number(2)} {self._choice(_COMPARISONS)} {self._number(1)}"

    def _moment(self, depth: int, *, now: bool = True) -> str:
        pick = self._chance.random()
        if depth and pick < 0.3:
            parts = [self._moment(depth - 1, now=now) for _ in range(self._choice([2, 2, 3]))]
            return f"{self._choice(['later', 'earlier'])}({', '.join(parts)})"
        if depth and pick < 0.5:
            return f"{self._moment(depth - 1, now=now)} {self._choice(['+', '-'])} {self._length()}"
        if now and pick < 0.65:
            return "now"
        if pick < 0.72:
            return f"at('{self._choice(_INSTANT_LITERALS)}')"
        return self._choice(["i1", "i2", "i3", "plan.until"])

    def _length(self) -> str:
        return self._choice([*_LENGTHS, "d1", "d1", "later(d1, hours(1))", "(i1 - i2)", "(i3 - i1)"])

    def _number(self, depth: int) -> str:
        pick = self._chance.random()
        if depth and pick < 0.2:
            return f"{self._number(depth - 1)} {self._choice(['+', '-'])} ({self._number(depth - 1)})"
        if depth and pick < 0.35:
            return f"{self._choice(['later', 'earlier'])}({self._number(depth - 1)}, {self._number(depth - 1)})"
        if pick < 0.55:
            return str(self._choice([-1, 0, 1, 2, 3, 18, 2**53, -(2**53)]))
        return self._choice(["n1", "n2", "n3"])

    def _text(self) -> str:
        fact = self._choice(["t1", "t2", "t3"])
        return f"lower({fact})" if self._chance.random() < 0.3 else fact

    def _texts(self) -> str:
        kind = self._choice(["order", "order", "equal", "equal", "in", "part", "part", "state"])
        value = self._text()
        if kind == "order":
            return f"{value} {self._choice(_ORDERS)} {self._choice([self._quoted(), self._text()])}"
        if kind == "equal":
            return f"{value} {self._choice(['==', '!='])} {self._choice([self._quoted(), self._text()])}"
        if kind == "in":
            words = ", ".join(self._quoted() for _ in range(self._choice([1, 2, 4])))
            return f"{value} {self._choice(['in', 'not in'])} [{words}]"
        if kind == "state":
            return f"s1 {self._choice(['==', '!='])} '{self._choice([*STATES])}'"
        return f"{self._choice(['starts', 'ends', 'contains'])}({value}, {self._quoted(empty=False)})"

    def _quoted(self, *, empty: bool = True) -> str:
        text = self._choice([t for t in TEXTS if t or empty])
        return f'"{text}"' if "'" in text else f"'{text}'"

    def _other(self) -> str:
        kind = self._choice(["flag", "flag", "missing", "missing", "in", "truth"])
        if kind == "flag":
            return self._choice(["b1", "b2", "not b1", "known(b1)"])
        if kind == "in":
            numbers = ", ".join(str(self._choice([-1, 0, 1, 2, 18])) for _ in range(3))
            return (
                f"{self._choice(['n1', 'n2', 'n3 + n2', 'later(n1, n3)'])} {self._choice(['in', 'not in'])} [{numbers}]"
            )
        if kind == "truth":
            return self._choice(["true", "false", "1 < 2", "i1 - i1 >= hours(0)", "n1 - n1 == 0"])
        value = self._choice(
            ["i1", "t1", "n1 + n2", "later(i1, i2)", "now - i1", "earlier(n1, n3)", "lower(t3)", "d1", "b1"]
        )
        return f"{self._choice(['missing', 'known'])}({value})"
