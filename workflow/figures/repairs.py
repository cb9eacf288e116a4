"""Which single wrong number would explain what a paper gets wrong. Suggestions only, ranked; nothing is ever corrected silently.

Candidates: one more or one fewer, the number that makes a sum right, the number that makes a rate right, one digit mistyped,
two digits swapped. A candidate is kept if it mends a check and breaks none. First come those that mend more checks, then those
that ask to believe fewer printed places wrong, then the smaller change.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rules.findings import Repair
from workflow.figures.numbers import integer_vi, percent_units

Counts = Mapping[str, int]
KEPT = 5
"""How many readings are offered at most."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Parts that must add up to a total."""

    total: str
    parts: tuple[str, ...]

    @property
    def name(self) -> str:
        """The check's name in findings."""
        return f"printed-partition:{self.total}"

    def holds(self, counts: Counts) -> bool:
        """Whether the parts add up."""
        return sum(counts[code] for code in self.parts) == counts[self.total]

    def wanted(self, counts: Counts) -> Iterator[tuple[str, int]]:
        """Yield each number that alone would make the sum right."""
        missing = counts[self.total] - sum(counts[code] for code in self.parts)
        yield self.total, counts[self.total] - missing
        for code in self.parts:
            yield code, counts[code] + missing


@dataclass(frozen=True, slots=True)
class Rate:
    """A printed percentage: `units` of its last decimal, of `decimals` decimals, of line `base`."""

    code: str
    base: str
    units: int
    decimals: int

    @property
    def name(self) -> str:
        """The check's name in findings."""
        return f"printed-rate:{self.code}"

    def holds(self, counts: Counts) -> bool:
        """Whether the printed rate is what the printed numbers give, rounded half up."""
        base = counts[self.base]
        return base > 0 and percent_units(counts[self.code], base, self.decimals) == self.units

    def wanted(self, counts: Counts) -> Iterator[tuple[str, int]]:
        """Yield the counts nearest to the printed rate."""
        whole = 100 * 10**self.decimals
        near = (2 * self.units * counts[self.base] + whole) // (2 * whole)
        for n in (near - 1, near, near + 1):
            yield self.code, n


@dataclass(frozen=True, slots=True)
class Paper:
    """What a paper asserts."""

    counts: Counts
    sums: tuple[Sum, ...]
    rates: tuple[Rate, ...]

    @property
    def checks(self) -> tuple[Sum | Rate, ...]:
        """Return everything the paper must satisfy."""
        return (*self.sums, *self.rates)

    def failing(self, counts: Counts) -> frozenset[str]:
        """Return the names of the checks that `counts` do not satisfy."""
        return frozenset(check.name for check in self.checks if not check.holds(counts))

    def copies_of(self, code: str) -> list[str]:
        """Return the lines that only repeat a line's number as 100 percent of it; they are read alike."""
        rates = [rate for rate in self.rates if rate.base == code and rate.code != code]
        return [rate.code for rate in rates if rate.holds(self.counts) and self.counts[rate.code] == self.counts[code]]

    def places_of(self, code: str) -> int:
        """Return how many printed places carry a line's number: its own, its copies, and rates divided by it."""
        own = {code, *self.copies_of(code)}
        return len(own | {rate.code for rate in self.rates if rate.base == code})


def propose(paper: Paper) -> list[Repair]:
    """Return the readings that mend something and break nothing, best first; none if the paper is sound."""
    failing = paper.failing(paper.counts)
    if not failing:
        return []
    ranked = []
    for code, proposed in sorted(set(_candidates(paper))):
        counts = dict(paper.counts) | dict.fromkeys((code, *paper.copies_of(code)), proposed)
        left = paper.failing(counts)
        if proposed < 0 or proposed == paper.counts[code] or left - failing:
            continue
        mended = tuple(sorted(failing - left))
        if mended:
            change = abs(proposed - paper.counts[code])
            ranked.append(((-len(mended), paper.places_of(code), change, code), code, proposed, mended))
    return [
        Repair(code, integer_vi(paper.counts[code]), integer_vi(proposed), mended)
        for _, code, proposed, mended in sorted(ranked)[:KEPT]
    ]


def _candidates(paper: Paper) -> Iterator[tuple[str, int]]:
    for check in paper.checks:
        if not check.holds(paper.counts):
            yield from check.wanted(paper.counts)
    for code, count in paper.counts.items():
        yield code, count - 1
        yield code, count + 1
        for other in misprints(count):
            yield code, other


def misprints(number: int) -> Iterator[int]:
    """Yield the numbers one mistyped digit or one swap of neighbours away.

    >>> 3975 in set(misprints(3976)), 9376 in set(misprints(3976))
    (True, True)
    """
    digits = str(number)
    for place, digit in enumerate(digits):
        for other in "0123456789":
            if other != digit:
                yield int(digits[:place] + other + digits[place + 1 :])
    for place in range(len(digits) - 1):
        yield int(digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :])
