"""Dates of birth as lists write them, kept as precisely as they are known: a day, a month or only a year.

Many of the old know their year of birth alone; 01/01 in a list is common and is not corrected.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Precision = Literal["day", "month", "year"]
Problem = Literal["empty", "impossible", "unreadable", "century", "too_early"]

EARLIEST_YEAR = 1900

_AROUND = re.compile(r"^ng[àa]y\s+|\s+0?0:00(?::00)?(?:\.0+)?$|[.,;]$", re.IGNORECASE)
_BETWEEN = r"\s?(?:[/.\-, ]|th[áa]ng|n[ăa]m)\s?"
_DAY = re.compile(rf"(\d{{1,2}}){_BETWEEN}(\d{{1,2}}){_BETWEEN}(\d{{4}}|\d{{2}})", re.ASCII | re.IGNORECASE)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_MONTH = re.compile(r"(?:[0xX.…?\- ]{1,3}[/.\-])?(\d{1,2})[/.\-](\d{4})", re.ASCII)
_YEAR = re.compile(
    r"(?:sinh\s*)?(?:(?:vào\s*)?năm|nam)?\s*:?\s*"
    r"(?:(?:[0xX.…?\- ]{1,3})?[/.\-]\s?(?:[0xX.…?\- ]{1,3})?[/.\-]\s?|[/.\-]\s?)?(\d{4})(?:\.0)?",
    re.ASCII | re.IGNORECASE,
)
_RUN_TOGETHER = re.compile(r"(\d{2})(\d{2})(\d{4})", re.ASCII)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
_SERIAL_ZERO = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class JudgedBirth:
    """What a cell says about a birth: 'YYYY-MM-DD', 'YYYY-MM' or 'YYYY', or the problem that keeps it out.

    `repaired` says that day and month were swapped back, a spreadsheet's day number was read, or a century was added.
    """

    value: str | None
    precision: Precision | None = None
    problem: Problem | None = None
    repaired: bool = False

    @property
    def year(self) -> int | None:
        """The year of birth, None if nothing was readable."""
        return int(self.value[:4]) if self.value else None


def judge_birth(raw: str, *, this_year: int, id_year: int | None = None) -> JudgedBirth:
    """Judge the text of a cell as a date of birth.

    `this_year` is the year the list states, for years of two digits; `id_year` the birth year in the person's ID number,
    which decides between two centuries. Day and month are swapped only where the month cannot be one (05/23/1985).

    >>> judge_birth("5/3/1985", this_year=2025).value, judge_birth("//1956", this_year=2025).value
    ('1985-03-05', '1956')
    >>> judge_birth("sinh năm 1956", this_year=2025).precision, judge_birth("31/02/1985", this_year=2025).problem
    ('year', 'impossible')
    """
    if not raw:
        return JudgedBirth(None, problem="empty")
    raw = _AROUND.sub("", raw) if _AROUND.search(raw) else raw
    if match := _DAY.fullmatch(raw):
        return _judge_day(match[1], match[2], match[3], this_year, id_year)
    if match := _ISO.fullmatch(raw):
        return _judge_day(match[3], match[2], match[1], this_year, id_year)
    if match := _YEAR.fullmatch(raw):
        return _checked(match[1], "year")
    if match := _MONTH.fullmatch(raw):
        month = int(match[1])
        if month == 0:
            return _checked(match[2], "year")
        return _checked(f"{match[2]}-{month:02d}", "month") if month <= 12 else JudgedBirth(None, problem="impossible")
    if match := _RUN_TOGETHER.fullmatch(raw):
        return _judge_day(match[1], match[2], match[3], this_year, id_year)
    if match := _SERIAL.fullmatch(raw):
        day = _SERIAL_ZERO + timedelta(days=int(match[1]))
        return _whole(day.year, day.month, day.day, repaired=True)
    return JudgedBirth(None, problem="unreadable")


def _judge_day(day_text: str, month_text: str, year_text: str, this_year: int, id_year: int | None) -> JudgedBirth:
    day, month, year = int(day_text), int(month_text), int(year_text)
    added = len(year_text) == 2
    if added:
        if id_year is not None and id_year % 100 == year:
            year = id_year
        elif year > this_year % 100:
            year += 1900
        else:
            return JudgedBirth(None, problem="century")
    if day == 0 and month == 0:
        return _checked(f"{year}", "year", repaired=added)
    if day == 0:
        return (
            _checked(f"{year}-{month:02d}", "month", added) if month <= 12 else JudgedBirth(None, problem="impossible")
        )
    if month > 12 and day <= 12:
        return _whole(year, day, month, repaired=True)
    return _whole(year, month, day, repaired=added)


def _whole(year: int, month: int, day: int, *, repaired: bool = False) -> JudgedBirth:
    try:
        return _checked(date(year, month, day).isoformat(), "day", repaired)
    except ValueError:
        return JudgedBirth(None, problem="impossible")


def _checked(value: str, precision: Precision, repaired: bool = False) -> JudgedBirth:
    if int(value[:4]) < EARLIEST_YEAR:
        return JudgedBirth(None, problem="too_early")
    return JudgedBirth(value, precision, repaired=repaired)


def whole_years(birth_on: str, on: date) -> int:
    """Return the age in whole years on a day; a birth known by month or year counts from that period's first day.

    >>> whole_years("1985-03-05", date(2025, 3, 4)), whole_years("1956", date(2025, 1, 1))
    (39, 69)
    """
    year, month, day = (*(int(part) for part in birth_on.split("-")), 1, 1)[:3]
    return on.year - year - ((on.month, on.day) < (month, day))
