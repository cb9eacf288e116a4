"""Reading what was typed from a paper sheet: a line number, codes, and a promised time as people write it. Pure: no database."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from rules.pack import Pack
from rules.said import Said, all_of
from rules.time import DAY, HOUR, MINUTE, Instant
from workflow.days import as_date, day_number, day_start, local_day
from workflow.queries.short_codes import codes_in, outcome_of

T = TypeVar("T")
MOST_ROWS: Final = 200
"""Rows of one page of typing at most."""
_LONGEST: Final = 40
_NUMBER: Final = re.compile(r"[0-9]{1,4}", re.ASCII)
_TIME: Final = re.compile(
    r"(?:(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})(?:[/.-](?P<year>\d{4}))?[ ,]+)?"
    r"(?P<hour>\d{1,2})(?:(?:[:hg.](?P<minute>\d{2})?)| ?giờ ?(?P<minute2>\d{2})?)?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A row of the page as typed. `at` is the time of the visit if it differs from the sheet's, `promised` the promised one."""

    line: str = ""
    codes: str = ""
    promised: str = ""
    at: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was found at this line: a number alone says nothing."""
        return not (self.codes.strip() or self.promised.strip() or self.at.strip())


class RowRefused(Exception):
    """A row that cannot be recorded: a sentence with named values that says why and what to do (no capital, no full stop)."""

    def __init__(self, sentence: str, **values: Any) -> None:
        self.sentence, self.values = sentence, values
        super().__init__(sentence % values if values else sentence)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """What a row says: line, names of outcomes, when the visit was, and what time was promised."""

    line: int
    outcomes: tuple[str, ...]
    at: Instant
    promised_at: Instant | None


def read_row(pack: Pack, row: TypedRow, *, visited_at: Instant) -> ReadRow:
    """Return what a row says. Raises RowRefused with everything in it that cannot be read."""
    wrong: list[Said] = []
    number = _told(wrong, lambda: _number_of(row.line)) or 0
    outcomes = _told(wrong, lambda: _outcomes_of(pack, row.codes)) or ()
    at = (_told(wrong, lambda: moment_of(row.at, since=visited_at - DAY)) if row.at.strip() else None) or visited_at
    promised = _told(wrong, lambda: moment_of(row.promised, since=at)) if row.promised.strip() else None
    if wrong:
        raise (
            RowRefused("%(what)s", what=all_of(wrong)) if wrong[1:] else RowRefused(wrong[0].message, **wrong[0].values)
        )
    return ReadRow(number, outcomes, at, promised)


def _told(wrong: list[Said], read: Callable[[], T]) -> T | None:
    """Return what is read; None, with why among what is wrong, for what cannot be."""
    try:
        return read()
    except RowRefused as refused:
        wrong.append(Said(refused.sentence, **refused.values))
        return None


def _number_of(line: str) -> int:
    number = line.strip()
    if not number:
        raise RowRefused("chưa có số dòng; nhập số in ở đầu dòng của phiếu")
    if not _NUMBER.fullmatch(number):
        raise RowRefused("số dòng không đọc được; nhập đúng số in ở đầu dòng của phiếu")
    return int(number)


def _outcomes_of(pack: Pack, codes: str) -> tuple[str, ...]:
    if not codes.strip():
        raise RowRefused("chưa có mã kết quả; nhập mã theo bảng bên cạnh")
    known = outcome_of(pack)
    outcomes: list[str] = []
    for code in codes_in(codes[:_LONGEST]):
        if code not in known:
            raise RowRefused("không có mã “%(code)s”; xem bảng mã", code=code)
        if known[code] not in outcomes:
            outcomes.append(known[code])
    if not outcomes:
        raise RowRefused("mã kết quả không đọc được; xem bảng mã")
    return tuple(outcomes)


def moment_of(text: str, *, since: Instant) -> Instant:
    """Return the first instant after `since` that a typed time means; a time with a day is taken as it stands.

    Raises RowRefused.

    >>> from rules.time import at, show
    >>> show(moment_of("18h30", since=at("2025-05-16 09:00"))), show(moment_of("7:00", since=at("2025-05-16 09:00")))
    ('2025-05-16 18:30', '2025-05-17 07:00')
    >>> show(moment_of("18/5 19h", since=at("2025-05-16 09:00")))
    '2025-05-18 19:00'
    """
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", text[:_LONGEST]).strip())
    if found is None:
        raise RowRefused("giờ không đọc được; nhập như 18h30 hoặc 24/5 18h30")
    hour, minute = int(found["hour"]), int(found["minute"] or found["minute2"] or 0)
    if hour > 23 or minute > 59:
        raise RowRefused("giờ không có thật; nhập từ 0h00 đến 23h59")
    clock = hour * HOUR + minute * MINUTE
    if found["day"] is None:
        today = day_start(local_day(since)) + clock
        return today if today > since else today + DAY
    try:
        day = date(int(found["year"] or as_date(local_day(since)).year), int(found["month"]), int(found["day"]))
    except ValueError:
        raise RowRefused("ngày không có thật; nhập như 24/5 18h30") from None
    return day_start(day_number(day)) + clock
