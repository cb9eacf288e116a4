"""Which single wrong number would explain what a document gets wrong. Suggestions, ranked; nothing is ever corrected.

A candidate changes every place that prints the same number for the same thing. It is worth the claims that it mends less those that
it breaks; among equals comes first what asks to believe fewer printed places wrong, then the likelier slip, then the smaller change.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from workflow.checking.claims import Claim, Claims, as_printed
from workflow.checking.model import Value
from workflow.checking.slips import kind_of, slips_of

KEPT: Final = 5
MOST_BROKEN: Final = 200
"""For how many broken claims readings are sought: a document with more is not mended number by number."""
_LIKELY: Final = {"one": 0, "swapped": 1, "digit": 2, "": 3}


@dataclass(frozen=True)
class Candidate:
    """A reading: `places` print `number` instead. `worth` is claims mended less claims broken."""

    places: tuple[Value, ...]
    number: int
    kind: str
    asked: bool
    """Whether a broken claim asks for exactly this number, and it is not only a slip that happens to do."""
    mends: tuple[Claim, ...]
    worth: int

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """The order of suggestions."""
        change = abs(self.number - self.places[0].number)
        return (-self.worth, len(self.places), _LIKELY[self.kind], change)


def repairs_of(claims: Claims) -> list[Candidate]:
    """Return the readings that mend more than they break, the best first."""
    broken = [claim for claim in claims.claims if not claim.holds(as_printed)][:MOST_BROKEN]
    if not broken:
        return []
    touching: dict[int, list[Claim]] = {}
    for claim in claims.claims:
        for value in claim.values():
            for place in claims.places(value):
                touching.setdefault(id(place), []).append(claim)
    found: dict[tuple[int, int], Candidate] = {}
    for places, number, asked in _tries(broken, claims):
        key = (id(places[0]), number)
        if key not in found:
            found[key] = _judged(places, number, touching, asked=asked)
    likely = sorted((each for each in found.values() if each.worth >= 0 and each.mends), key=lambda each: each.rank)
    return [each for each in likely if each.worth > 0 or not _better(each, likely)]


def told_for(claim: Claim, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the readings to offer for one broken claim: those about as good as the best, and what the claim itself asks for."""
    fitting = [each for each in candidates if claim in each.mends]
    best = max((each.worth for each in fitting), default=0)
    return [each for each in fitting if each.asked or 2 * each.worth > best][:KEPT]


def _better(candidate: Candidate, others: Sequence[Candidate]) -> bool:
    """Whether something it mends is mended by a reading that gains more than it loses."""
    return any(other.worth > 0 and set(other.mends) & set(candidate.mends) for other in others)


def _tries(broken: Sequence[Claim], claims: Claims) -> Iterator[tuple[tuple[Value, ...], int, bool]]:
    """Yield what to try: what each broken claim wants of its numbers, and each slip of a number that it speaks of."""
    for claim in broken:
        for value, number in claim.wanted(as_printed):
            if number >= 0 and number != value.number:
                yield claims.places(value), number, True
    for claim in broken:
        for value in claim.values():
            for _, number in slips_of(value.number):
                if number >= 0:
                    yield claims.places(value), number, False


def _judged(places: tuple[Value, ...], number: int, touching: dict[int, list[Claim]], *, asked: bool) -> Candidate:
    changed = {id(place) for place in places}

    def tried(value: Value) -> int:
        return number if id(value) in changed else value.number

    claims = list({id(claim): claim for place in places for claim in touching.get(id(place), [])}.values())
    mends = tuple(claim for claim in claims if not claim.holds(as_printed) and claim.holds(tried))
    breaks = sum(claim.holds(as_printed) and not claim.holds(tried) for claim in claims)
    return Candidate(places, number, kind_of(number, places[0].number), asked, mends, len(mends) - breaks)
