"""Slips of the pen: which other number somebody may have meant."""

from collections.abc import Iterable, Iterator


def slips_of(number: int) -> Iterator[tuple[str, int]]:
    """Yield (kind, number) for each slip: counted once too often or too few, one digit mistyped, two neighbours swapped.

    >>> sorted({other for kind, other in slips_of(57) if kind == "swapped"}), ("one", 56) in slips_of(57)
    ([75], True)
    """
    yield "one", number - 1
    yield "one", number + 1
    digits = str(number)
    for at, old in enumerate(digits):
        for new in "0123456789":
            if new != old and not (at == 0 and new == "0" and len(digits) > 1):
                yield "digit", int(digits[:at] + new + digits[at + 1 :])
    for at in range(len(digits) - 1):
        if digits[at] != digits[at + 1] and not (at == 0 and digits[1] == "0"):
            yield "swapped", int(digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :])


def kind_of(number: int, other: int) -> str:
    """Return by which slip `other` could have been written for `number`: one, digit, swapped; empty if by none."""
    return next((kind for kind, slipped in slips_of(number) if slipped == other), "")


def is_a_slip(numbers: Iterable[int], difference: int) -> bool:
    """Whether one of the numbers, changed by a single slip, could make up a difference between a sum and its total."""
    return any(
        kind_of(number, number + change)
        for number in numbers
        for change in (difference, -difference)
        if number + change >= 0
    )
