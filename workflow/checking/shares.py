"""Percentages that stand without counts: compared with another time, or left over from one another."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from rules.findings import Finding
from rules.said import Figure, Said
from workflow.checking.claims import Claim, Sum
from workflow.checking.model import Passage, Value
from workflow.checking.quantities import read_decimal
from workflow.checking.words import is_rise

_P: Final = r"(\d+(?:[.,]\d+)?)\s?%"
_COMPARED: Final = re.compile(
    rf"(?:đạt|là|chiếm|ở mức)\s+{_P}[^.;%\d]{{0,30}}\b(tăng|giảm)\s+(\d+(?:[.,]\d+)?)\s?(điểm\s?(?:phần trăm|%)|%)[^;%\d]{{0,60}}{_P}",
    re.IGNORECASE,
)
_LEFT: Final = re.compile(
    rf"(?:đạt|là|chiếm)\s+{_P}\s*[;,(]\s*(?:số\s+)?còn lại\s+(?:là\s+|chiếm\s+)?{_P}", re.IGNORECASE
)


def claims_of_shares(passages: Sequence[Passage], wheres: Sequence[str]) -> Iterator[Claim]:
    """Yield what percentages without counts claim: now = then ± points; what is left comes to 100."""
    for passage, where in zip(passages, wheres, strict=True):
        for found in _COMPARED.finditer(passage.text):
            now, change, then = _scaled([found.group(1), found.group(3), found.group(5)], where)
            if found.group(4) != "%":
                yield Sum(
                    "points",
                    where,
                    now,
                    (then, change),
                    (1, 1 if is_rise(found.group(2)) else -1),
                    why="words",
                )
        for found in _LEFT.finditer(passage.text):
            first, left = _scaled([found.group(1), found.group(2)], where)
            whole = Value("100", 100 * 10**first.decimals, first.decimals, where)
            yield Sum("complement", where, whole, (first, left), why="words")


def mixed_points(passages: Sequence[Passage], wheres: Sequence[str]) -> Iterator[Finding]:
    """Yield each difference of two percentages that is called a percentage: 85 % to 90 % is five points, not 5 %."""
    for passage, where in zip(passages, wheres, strict=True):
        for found in _COMPARED.finditer(passage.text):
            now, change, then = _scaled([found.group(1), found.group(3), found.group(5)], where)
            sign = 1 if is_rise(found.group(2)) else -1
            if found.group(4) == "%" and then.number + sign * change.number == now.number and change.number:
                message = Said(
                    "từ %(then)s đến %(now)s là %(change)s điểm phần trăm, không phải %(change)s%%.",
                    then=Figure(found.group(5) + "%"), now=Figure(found.group(1) + "%"), change=Figure(found.group(3)),
                )  # fmt: skip
                yield Finding("points", "warning", where, message, {"now": found.group(1), "then": found.group(5)})


def _scaled(written: Sequence[str], where: str) -> list[Value]:
    """Return percentages in units of one and the same last decimal."""
    read = [read_decimal(each) or (0, 0) for each in written]
    most = max(decimals for _, decimals in read)
    return [
        Value(text + "%", number * 10 ** (most - decimals), most, where)
        for text, (number, decimals) in zip(written, read, strict=True)
    ]
