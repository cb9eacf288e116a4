"""Telephone numbers of Viet Nam, as they are stored: ten or eleven digits starting with 0.

Mobile numbers have ten digits (03, 05, 07, 08, 09). Until 2018 some had eleven (016x became 03x, and so on). Landlines
start with 02 and keep ten or eleven digits. Source: Ministry of Information and Communications, Decision 798/QĐ-BTTTT
of 2018.
"""

import re
from dataclasses import dataclass
from typing import Literal

SYNTHETIC_PREFIX = "0500"
"""Numbers of invented people: 0500 was a landline code withdrawn in 2017, and no mobile network has 050."""

_SINCE_2018 = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    "0162": "032", "0163": "033", "0164": "034", "0165": "035",
    "0166": "036", "0167": "037", "0168": "038", "0169": "039",
    "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip

_VALID = re.compile(r"0(?:[35789]\d{8}|2\d{8,9})", re.ASCII)
_DECORATION = re.compile(r"[\s.\-()'’]+")
_POINT_ZERO = re.compile(r"\.0$")
_SEVERAL = re.compile(r"[/;,|]|\bhoặc\b|\bvà\b")

Problem = Literal["empty", "not_a_number", "length"]


@dataclass(frozen=True, slots=True)
class JudgedPhone:
    """What a cell says about a phone number: the number to keep, or the problem that keeps it out.

    `renumbered` says that an eleven-digit number from before 2018 was brought to its present form, `several` that the
    cell held more than one number and only the first usable one was kept.
    """

    value: str | None
    problem: Problem | None = None
    renumbered: bool = False
    several: bool = False


def judge_phone(raw: str) -> JudgedPhone:
    """Judge the text of a cell as a phone number: 0, 84, +84, 0084 forms, lost zeros, forms from before 2018.

    >>> judge_phone("+84 500 123 456").value, judge_phone("500123456").value, judge_phone("01680000000").value
    ('0500123456', '0500123456', '0380000000')
    >>> judge_phone("0500123456 / 0500654321").several
    True
    """
    if _VALID.fullmatch(raw):
        return JudgedPhone(raw)
    parts = [part for part in _SEVERAL.split(raw) if part.strip()]
    if not parts:
        return JudgedPhone(None, "empty")
    judged = [_judge_one(part) for part in parts]
    usable = [each for each in judged if each.value]
    if not usable:
        return judged[0]
    return JudgedPhone(usable[0].value, renumbered=usable[0].renumbered, several=len(parts) > 1)


def _judge_one(raw: str) -> JudgedPhone:
    digits = _DECORATION.sub("", _POINT_ZERO.sub("", raw.strip()))
    international = digits.startswith(("+84", "0084")) or (digits.startswith("84") and len(digits) in (11, 12))
    digits = re.sub(r"^(\+84|0084|84)", "0", digits) if international else digits
    digits = "0" + digits[1:].lstrip("0") if digits.startswith("00") else digits
    if not (digits.isascii() and digits.isdigit()):
        return JudgedPhone(None, "not_a_number")
    if len(digits) in (9, 10) and not digits.startswith("0"):
        digits = "0" + digits
    now = _SINCE_2018.get(digits[:4]) if len(digits) == 11 else None
    if now:
        return JudgedPhone(now + digits[4:], renumbered=True)
    return JudgedPhone(digits) if _VALID.fullmatch(digits) else JudgedPhone(None, "length")
