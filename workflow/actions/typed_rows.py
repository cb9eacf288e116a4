"""Reading what was typed from a paper sheet: a line number, codes, and a promised time as people write it. Pure: no database."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from rules.pack import Pack
from rules.said import Said, all_of
from rules.time import DAY, Instant
from rules.typed_time import Side, typed_moment
from workflow.queries.short_codes import codes_in, outcome_of

T = TypeVar("T")
MOST_ROWS: Final = 200
"""Rows of one page of typing at most."""
_LONGEST: Final = 40
_NUMBER: Final = re.compile(r"[0-9]{1,4}", re.ASCII)


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
    at = (
        _told(wrong, lambda: moment_of(row.at, since=visited_at - DAY, side="near")) if row.at.strip() else None
    ) or visited_at
    promised = _told(wrong, lambda: moment_of(row.promised, since=at, side="ahead")) if row.promised.strip() else None
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


def moment_of(text: str, *, since: Instant, side: Side) -> Instant:
    """Return the first instant after `since` that a typed time means; a time with a day is taken as it stands (one without its year: on
    that side of `since`).

    Raises RowRefused.
    """
    try:
        return typed_moment(text, since=since, side=side)[0]
    except ValueError as unread:
        raise RowRefused(str(unread)) from None
