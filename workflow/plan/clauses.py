"""The order of the clauses of a paper: 2 before 10, IV before IX, Mục 3.2 before Mục 3.10."""

import re
from typing import Final

from workflow.people.names import natural_order

_ROMAN: Final = re.compile(r"\b[IVXLC]+\b")
_WORTH: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def clause_order(clause: str) -> str:
    """Return the key that puts clauses in the order in which a paper prints them.

    >>> sorted(["3.10", "IX", "3.2", "IV.2", "IV.1"], key=clause_order)
    ['3.2', '3.10', 'IV.1', 'IV.2', 'IX']
    """
    return natural_order(_ROMAN.sub(lambda found: f"~{_number(found[0])}", clause))


def _number(roman: str) -> int:
    worth = [_WORTH[sign] for sign in roman]
    return sum(-one if one < after else one for one, after in zip(worth, [*worth[1:], 0], strict=True))


__all__ = ["clause_order"]
