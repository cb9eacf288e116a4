"""The 12-digit personal ID number: `PPP C YY RRRRRR`.

PPP is the province (or country) of birth registration, C the century and sex (1900s: 0 male, 1 female; 2000s: 2, 3;
and so on), YY the year of birth, R six random digits. There is no check digit: a typing error in the last six cannot be
seen.
Source: Decree 137/2015/NĐ-CP, article 13; Circular 59/2021/TT-BCA, article 4.
"""

import re
from dataclasses import dataclass
from typing import Literal

_PROVINCE_NUMBERS = (
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44,
    45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87,
    89, 91, 92, 93, 94, 95, 96,
)  # fmt: skip
PROVINCES = frozenset(f"{number:03d}" for number in _PROVINCE_NUMBERS)
"""The 63 codes of birth registration. Numbers once issued did not change when provinces merged in 2025."""

SYNTHETIC_PREFIX = "999"
"""No province and no country has this code, so an invented number can never be somebody's."""

KNOWN_PREFIXES = PROVINCES | {SYNTHETIC_PREFIX}

Sex = Literal["male", "female"]
Problem = Literal["empty", "scientific", "old_card", "length", "not_digits", "unsafe_repair"]
Doubt = Literal["unknown_province", "sex", "birth_year"]

_DECORATION = re.compile(r"[\s.'’‘`\-]+")
_POINT_ZERO = re.compile(r"\.0+$")
_SCIENTIFIC = re.compile(r"^\d+([.,]\d+)?[eE]\+?\d+$")


@dataclass(frozen=True, slots=True)
class JudgedId:
    """What a cell says about an ID number: the value to keep, or the problem that keeps it out; never both.

    `zeros_added` counts the leading zeros a spreadsheet had dropped and that were put back. `doubts` name what does not
    agree with the rest of the row (or an unknown province code); a number with doubts is still a number.
    """

    value: str | None
    problem: Problem | None = None
    zeros_added: int = 0
    doubts: tuple[Doubt, ...] = ()


def judge_id(raw: str, *, sex: Sex | None = None, birth_year: int | None = None) -> JudgedId:
    """Judge the text of a cell as an ID number, repairing only what a spreadsheet is known to break.

    Every province code starts with 0, so a number cell has lost one zero (11 digits) or two (10 digits). The zeros
    are put back only if the result has a known province and agrees with the sex and birth year of the row.

    >>> judge_id("999 185 012345").value, judge_id("031985000001").value, judge_id("31985000001").zeros_added
    ('999185012345', '031985000001', 1)
    >>> judge_id("123456789").problem
    'old_card'
    """
    digits = raw
    if len(raw) != 12 or not (raw.isascii() and raw.isdigit()):
        if _SCIENTIFIC.match(raw.strip()):
            return JudgedId(None, "scientific")
        digits = _DECORATION.sub("", _POINT_ZERO.sub("", raw))
        if not digits:
            return JudgedId(None, "empty")
        if not (digits.isascii() and digits.isdigit()):
            return JudgedId(None, "not_digits")
    if len(digits) == 12:
        return _judge_whole(digits, sex, birth_year)
    if len(digits) in (10, 11):
        return _judge_short(digits, sex, birth_year)
    return JudgedId(None, "old_card" if len(digits) in (8, 9) else "length")


def _judge_whole(digits: str, sex: Sex | None, birth_year: int | None) -> JudgedId:
    """Judge 12 digits; the common case, so the doubts are looked for only when one of them holds."""
    if digits[:3] in KNOWN_PREFIXES and sex in (None, sex_of(digits)) and birth_year in (None, birth_year_of(digits)):
        return JudgedId(digits)
    doubts: list[Doubt] = []
    if digits[:3] not in KNOWN_PREFIXES:
        doubts.append("unknown_province")
    if sex not in (None, sex_of(digits)):
        doubts.append("sex")
    if birth_year not in (None, birth_year_of(digits)):
        doubts.append("birth_year")
    return JudgedId(digits, doubts=tuple(doubts))


def _judge_short(digits: str, sex: Sex | None, birth_year: int | None) -> JudgedId:
    padded = _judge_whole(digits.zfill(12), sex, birth_year)
    if padded.doubts:
        return JudgedId(None, "unsafe_repair")
    return JudgedId(padded.value, zeros_added=12 - len(digits))


def sex_of(id_number: str) -> Sex:
    """Return the sex that the fourth of 12 digits states.

    >>> sex_of("999185012345")
    'female'
    """
    return "female" if id_number[3] in "13579" else "male"


def birth_year_of(id_number: str) -> int:
    """Return the birth year (1900 to 2399) that digits four to six state.

    >>> birth_year_of("999185012345"), birth_year_of("999203012345")
    (1985, 2003)
    """
    return 1900 + int(id_number[3]) // 2 * 100 + int(id_number[4:6])


def make_id(prefix: str, sex: Sex, birth_year: int, serial: int) -> str:
    """Return the ID number with these parts; `serial` fills the six random digits.

    Raises ValueError if the birth year is outside 1900 to 2399 or the serial outside 0 to 999999.

    >>> make_id("999", "female", 1985, 12345)
    '999185012345'
    """
    if not 1900 <= birth_year <= 2399 or not 0 <= serial <= 999_999:
        raise ValueError("An ID number holds birth years 1900 to 2399 and serials 0 to 999999.")
    century_and_sex = (birth_year // 100 - 19) * 2 + (sex == "female")
    return f"{prefix}{century_and_sex}{birth_year % 100:02d}{serial:06d}"
