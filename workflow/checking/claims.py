"""What a document claims by its structure, as equations over its printed numbers. A claim holds or it does not; it never guesses.

Each claim knows its numbers (`Value`), whether it holds, and which value of each number would make it hold. `Sum` and `Rate` are the
two great ones; rounding never breaks a claim.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from workflow.checking.model import Entry, Value
from workflow.numbers import percent_units

Numbers = Callable[[Value], int]
"""Gives the number of a printed value: the printed one, or another that is being tried."""


def as_printed(value: Value) -> int:
    """Return the number that is printed."""
    return value.number


class Claim(Protocol):
    """An equation between printed numbers."""

    @property
    def check(self) -> str:
        """The name of the check in findings."""
        ...

    @property
    def where(self) -> str:
        """The place of the document that claims it."""
        ...

    @property
    def sure(self) -> bool:
        """Whether the document says so itself, and it is not only likely."""
        ...

    def values(self) -> list[Value]:
        """Return the numbers it speaks of."""
        ...

    def holds(self, of: Numbers) -> bool:
        """Whether it is true of these numbers."""
        ...

    def wanted(self, of: Numbers) -> Iterator[tuple[Value, int]]:
        """Yield (value, number): each single number that would make it true."""
        ...


@dataclass(frozen=True, eq=False)
class Sum:
    """Parts add up to a total. `check` is partition (all of a whole), children (under their line), cross-foot (in a table)."""

    check: str
    where: str
    total: Value
    parts: tuple[Value, ...]
    signs: tuple[int, ...] = ()
    sure: bool = True
    why: str = ""
    """What in the document says that these are all parts: shares, words, opposite, totals, close, columns."""
    names: tuple[str, ...] = ()
    """How the parts are called in a sentence: their line numbers or headings."""
    total_name: str = ""

    def values(self) -> list[Value]:
        """Return the total and its parts."""
        return [self.total, *self.parts]

    def added(self, of: Numbers) -> int:
        """Return what the parts come to."""
        signs = self.signs or (1,) * len(self.parts)
        return sum(sign * of(part) for sign, part in zip(signs, self.parts, strict=True))

    def holds(self, of: Numbers) -> bool:
        """Whether the parts come to the total, within what the rounding of measured ones can do."""
        missing = self.added(of) - of(self.total)
        return not missing or 2 * abs(missing) <= sum(value.blur for value in self.values())

    def wanted(self, of: Numbers) -> Iterator[tuple[Value, int]]:
        """Yield what each number would have to be."""
        lacking = of(self.total) - self.added(of)
        yield self.total, of(self.total) - lacking
        for sign, part in zip(self.signs or (1,) * len(self.parts), self.parts, strict=True):
            yield part, of(part) + sign * lacking


@dataclass(frozen=True, eq=False)
class Rate:
    """A percentage is a count divided by a base, rounded half up or cut at its printed decimals."""

    where: str
    count: Value
    base: Value
    rate: Value
    entry: Entry
    sure: bool = True
    check: str = "rate"

    def values(self) -> list[Value]:
        """Return the count, its base and the percentage."""
        return [self.count, self.base, self.rate]

    def holds(self, of: Numbers) -> bool:
        """Whether the percentage is what the two numbers give."""
        count, base = of(self.count), of(self.base)
        return gives(count, base, of(self.rate), self.rate.decimals, self.count.blur, self.base.blur)

    def wanted(self, of: Numbers) -> Iterator[tuple[Value, int]]:
        """Yield the percentage, then the nearest counts and bases that give it."""
        count, base, rate, scale = of(self.count), of(self.base), of(self.rate), 100 * 10**self.rate.decimals
        if base > 0:
            yield self.rate, percent_units(count, base, self.rate.decimals)
            middle = rate * base // scale
            yield from (
                (self.count, each)
                for each in sorted(range(max(0, middle - 1), middle + 3), key=lambda each: abs(each - count))
                if gives(each, base, rate, self.rate.decimals)
            )
        if rate > 0:
            middle = count * scale // rate
            yield from (
                (self.base, each)
                for each in sorted(range(max(1, middle - 2), middle + 3), key=lambda each: abs(each - base))
                if gives(count, each, rate, self.rate.decimals)
            )


@dataclass(frozen=True, eq=False)
class Same:
    """Two places print the same number: the base behind a slash and the total it stands for."""

    where: str
    first: Value
    second: Value
    check: str = "base"
    sure: bool = True

    def values(self) -> list[Value]:
        """Return both."""
        return [self.first, self.second]

    def holds(self, of: Numbers) -> bool:
        """Whether they are equal."""
        return of(self.first) == of(self.second)

    def wanted(self, of: Numbers) -> Iterator[tuple[Value, int]]:
        """Yield each with the other's number."""
        yield self.first, of(self.second)
        yield self.second, of(self.first)


@dataclass(frozen=True, eq=False)
class Within:
    """A part is not larger than its whole; `apart` are others of the whole that it cannot overlap."""

    where: str
    part: Value
    whole: Value
    apart: tuple[Value, ...] = ()
    check: str = "subset"
    sure: bool = True
    names: tuple[str, ...] = ()
    """How the document calls those of `apart`."""

    def values(self) -> list[Value]:
        """Return the part, the whole and what else the whole has."""
        return [self.part, self.whole, *self.apart]

    def room(self, of: Numbers) -> int:
        """Return how large the part can be."""
        return of(self.whole) - sum(of(each) for each in self.apart)

    def holds(self, of: Numbers) -> bool:
        """Whether the part fits."""
        return of(self.part) <= self.room(of)

    def wanted(self, of: Numbers) -> Iterator[tuple[Value, int]]:
        """Yield the largest part that fits, and the smallest whole."""
        yield self.part, self.room(of)
        yield self.whole, of(self.whole) + of(self.part) - self.room(of)


@dataclass(frozen=True, eq=False)
class Fits:
    """Some parts of a whole, told one by one, are together not more than it; the rest of it need not be told."""

    where: str
    whole: Value
    parts: tuple[Value, ...]
    check: str = "subset"
    sure: bool = True

    def values(self) -> list[Value]:
        """Return the whole and its parts."""
        return [self.whole, *self.parts]

    def added(self, of: Numbers) -> int:
        """Return what the parts come to."""
        return sum(of(part) for part in self.parts)

    def holds(self, of: Numbers) -> bool:
        """Whether the parts fit, within what the rounding of measured ones can do."""
        over = self.added(of) - of(self.whole)
        return over <= 0 or 2 * over <= sum(value.blur for value in self.values())

    def wanted(self, of: Numbers) -> Iterator[tuple[Value, int]]:
        """Yield the smallest whole, and for each part the largest that fits."""
        over = self.added(of) - of(self.whole)
        yield self.whole, of(self.whole) + over
        yield from ((part, of(part) - over) for part in self.parts)


@dataclass(frozen=True, eq=False)
class NotLess:
    """A cumulative count is not smaller than it was a period before."""

    where: str
    now: Value
    before: Value
    check: str = "monotone"
    sure: bool = True
    label: str = ""

    def values(self) -> list[Value]:
        """Return both counts."""
        return [self.now, self.before]

    def holds(self, of: Numbers) -> bool:
        """Whether nothing was lost."""
        return of(self.now) >= of(self.before)

    def wanted(self, of: Numbers) -> Iterator[tuple[Value, int]]:
        """Yield each with the other's number."""
        yield self.now, of(self.before)
        yield self.before, of(self.now)


@dataclass(frozen=True)
class Claims:
    """All claims of a document, and which printed numbers are one number: they change together."""

    claims: tuple[Claim, ...]
    together: Mapping[int, tuple[Value, ...]] = field(default_factory=dict)
    """By `id` of a value, every place that prints the same number for the same thing."""

    def places(self, value: Value) -> tuple[Value, ...]:
        """Return the places that change when `value` does."""
        return self.together.get(id(value), (value,))


class Together:
    """Gathers printed places that carry one number of one thing; `places` is what `Claims.together` takes."""

    def __init__(self) -> None:
        self._joined: dict[int, list[Value]] = {}

    def bind(self, first: Value, second: Value) -> None:
        """Say that two places, and whatever was bound to either, change together."""
        joined = self._joined.get(id(first), [first])
        for each in self._joined.get(id(second), [second]):
            if all(each is not other for other in joined):
                joined.append(each)
        for each in joined:
            self._joined[id(each)] = joined

    @property
    def places(self) -> dict[int, tuple[Value, ...]]:
        """The places by `id` of each value that was bound."""
        return {key: tuple(values) for key, values in self._joined.items()}


def gives(count: int, base: int, rate: int, decimals: int, blur: int = 0, base_blur: int = 0) -> bool:
    """Whether a printed percentage may stand for count/base: rounded half up, or cut off; of measured numbers, before they were.

    >>> gives(3975, 4546, 8744, 2), gives(3976, 4546, 8744, 2), gives(2, 3, 666, 1), gives(2, 3, 6666, 2)
    (True, False, True, True)
    """
    if base <= 0:
        return False
    scale = 100 * 10**decimals
    if percent_units(count, base, decimals) == rate or count * scale // base == rate:
        return True
    if not blur and not base_blur:
        return False
    least, most = (2 * count - blur) * scale, (2 * count + blur) * scale
    fits: bool = least <= (rate + 1) * (2 * base + base_blur) and (2 * rate - 1) * (2 * base - base_blur) <= 2 * most
    return fits
