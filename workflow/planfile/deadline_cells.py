"""Deadlines and first days in the cells of a plan: as papers word them, as a date cell, as a number that lost its format."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeVar, cast

from rules.deadlines import (
    ByDay,
    DailyTime,
    Deadline,
    DeadlineError,
    Every,
    Moment,
    MonthlyDay,
    NoDeadline,
    Window,
    Within,
    due_at,
    from_vietnamese,
    parse,
    parse_every,
    recurring_from_vietnamese,
)
from rules.pack import Pack
from rules.said import Part, Said
from rules.time import MINUTE, at, day_start, local_date, show
from rules.typed_time import UNREAD, typed_day, typed_moment
from workflow.people.names import fold, nfc
from workflow.planfile.patterns import BARE_DAY, BARE_MOMENT, DAY_FIRST, HOUR_FIRST, LETTER, SERIAL, TASK_EVENT
from workflow.planfile.unread import Unread, quoted_text
from workflow.roster.headers import squashed

Read = TypeVar("Read")
_SERIAL_ZERO: Final = date(1899, 12, 30)
"""The day from which spreadsheets count: a date cell that lost its format is a number of days."""
_ASK_DAY: Final = "Ghi một ngày như “20/5/2025” hoặc “8h ngày 20/5/2025”, hoặc để trống"
_ASK: Final = "Ghi một hạn cụ thể; nếu kế hoạch thật sự không nêu hạn thì ghi “không có hạn: ” và lý do"


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline as a spreadsheet words it. `every` says how it comes again; `opens` stands in a span "từ … đến hết …"."""

    spec: Deadline
    every: Every | None = None
    opens: str | None = None


def read_due(text: str, pack: Pack, events: Mapping[str, str] | None) -> Due:
    """Return the deadline that a cell words. `events` has the fact or item by each name that a relative one may count from; None takes any.

    A bare day, typed or a date cell, is the last day in time; a bare hour of a day is the first instant too late. Raises Unread, also for what gives no deadline ("thường xuyên"): it is
    for people to say whether there is none.
    """
    if not text:
        raise Unread("chưa ghi thời hạn", _ASK)
    try:
        again = recurring_from_vietnamese(text)
        if again is not None:
            return Due(again[1], again[0])
        spec = _bare(text, pack) or _worded(text, pack)
    except DeadlineError as error:
        if error.todo:
            raise Unread(Part(error.what), error.todo) from None
        raise Unread(Part(error.message), _ASK) from None
    if isinstance(spec, Window):
        return Due(parse(f"through {local_date(spec.closes_at - 1)}"), opens=f"at {show(spec.opens_at)}")
    if isinstance(spec, NoDeadline) and not fold(text).startswith("khong co han"):
        raise Unread(Said("“%(text)s” không tính được hạn", text=quoted_text(text)), _ASK)
    if isinstance(spec, Within) and spec.event is not None and events is not None:
        spec = Within(spec.count, spec.unit, _event(spec.event, events))
    return Due(spec)


def _bare(text: str, pack: Pack) -> Deadline | None:
    found = BARE_DAY.fullmatch(text)
    hour = HOUR_FIRST.fullmatch(text) or DAY_FIRST.fullmatch(text)
    try:
        if SERIAL.fullmatch(text):
            return _of_serial(text, pack)
        if hour is not None:
            day = _typed_day(hour["day"], pack)
            return Moment(typed_moment(f"{day} {hour['h']}:{hour['min'] or '00'}", since=0)[0])
        if BARE_MOMENT.fullmatch(text):
            return Moment(at(text[:19]))
        return None if found is None else ByDay(_typed_day(found["day"], pack))
    except ValueError as error:
        raise Unread(Said("“%(text)s”: %(why)s", text=text, why=Said(str(error))), _ASK) from None


def _of_serial(text: str, pack: Pack) -> Deadline:
    """Return the day or moment of a date cell that lost its format. Raises Unread for a number that is no day of the campaign."""
    whole, _, rest = text.partition(".")
    day, head = _SERIAL_ZERO + timedelta(days=int(whole)), pack.model.pack
    if not head.starts <= day <= head.ends:
        raise Unread(Said("“%(text)s” là một con số, không phải một ngày của đợt", text=text), "Định dạng ô thành ngày, hoặc ghi như 27/5/2025")  # fmt: skip
    minutes = round(float(f"0.{rest or 0}") * 24 * 60)
    return Moment(day_start(day) + minutes * MINUTE) if minutes else ByDay(day)


def _worded(text: str, pack: Pack) -> Deadline | Window:
    """Return what the reader of wordings makes of a text; a day without a year is of the year that lies in the campaign."""
    read = _in_each_year(lambda year: from_vietnamese(text, year), pack)
    return next((spec for spec in read if _lies_inside(spec, pack)), read[0])


def _typed_day(text: str, pack: Pack) -> date:
    """Return a day that was typed; one without a year is of the year that lies in the campaign. Raises ValueError."""
    plain = re.sub(r"\s+(?:tháng|năm)\s+", "/", text, flags=re.IGNORECASE)
    days = _in_each_year(lambda year: typed_day(plain, since=day_start(date(year, 1, 1))), pack)
    head = pack.model.pack
    return next((day for day in days if head.starts <= day <= head.ends), days[0])


def _in_each_year(reader: Callable[[int], Read], pack: Pack) -> list[Read]:
    """Return what a text means in each year of the campaign in which it means something. Raises what the first one raised."""
    found: list[Read] = []
    refused: list[ValueError] = []
    for year in _years(pack):
        try:
            found.append(reader(year))
        except ValueError as error:
            refused.append(error)
    if not found:
        raise refused[0]
    return found


def _lies_inside(spec: Deadline | Window, pack: Pack) -> bool:
    if isinstance(spec, Window):
        return pack.span.opens_at <= spec.opens_at and spec.closes_at <= pack.span.closes_at
    if isinstance(spec, DailyTime | MonthlyDay | NoDeadline | Within):
        return True
    due = due_at(spec, pack.calendar) if not isinstance(spec, ByDay) else day_start(spec.day)
    return due is not None and pack.span.opens_at <= due <= pack.span.closes_at


def _years(pack: Pack) -> range:
    return range(pack.model.pack.starts.year, pack.model.pack.ends.year + 1)


def _event(text: str, events: Mapping[str, str]) -> str:
    told = nfc(text).rstrip(".")
    task = TASK_EVENT.fullmatch(told)
    for name in (told, task[1] if task else "", re.sub(r"^(?:ngày|khi|lúc)\s+", "", told, flags=re.IGNORECASE)):
        known = events.get(name) or by_words(name, events) if name else None
        if known is not None:
            return known
    raise Unread(
        Said("không biết “%(text)s” là lúc nào", text=quoted_text(text)),
        "Ghi như “05 ngày làm việc kể từ khi xong việc 3”, với số của một việc trong tệp",
    )


def by_words(text: str, known: Mapping[str, str]) -> str | None:
    """Return what bears these words; numbers with marks between them are no words: "1, 3" is not 13."""
    return known.get(squashed(text)) if LETTER.search(text) else None


def due_mark(due: str, every: str | None = None) -> str:
    """Return a deadline of a pack as rows and items are told apart by it: whatever task it counts from, however a moment is called."""
    spec, again = parse(due), None if every is None else parse_every(every)
    return due_mark_of(Due(spec, again))


def due_mark_of(due: "Due") -> str:
    """Return the same of a deadline that was read from a cell."""
    again = "" if due.every is None or due.every.kind == "once" else f"{due.every.kind} {due.every.weekday} "
    match due.spec:
        case Moment(instant):
            return f"{again}{instant}"
        case DailyTime(minute) if again.startswith("month"):
            return f"{again}{MonthlyDay(0, minute, 'clock')}"
        case Within(count, unit, event):
            return f"{count} {unit} {'after' if event else ''}"
        case NoDeadline(reason):
            return squashed(reason)
        case spec:
            return f"{again}{spec}"


def read_opens(text: str, pack: Pack) -> str | None:
    """Return the opening that a cell names, as a pack words it; None for an empty one. Raises Unread."""
    if not text:
        return None
    try:
        day = BARE_DAY.fullmatch(text)
        if day is not None:
            return f"at {show(day_start(_typed_day(day[1], pack)))}"
        if SERIAL.fullmatch(text):
            spec = _of_serial(text, pack)
            return f"at {show(spec.instant if isinstance(spec, Moment) else day_start(cast(ByDay, spec).day))}"
        moment, with_day = typed_moment(text[:16] if BARE_MOMENT.fullmatch(text) else text, since=pack.span.opens_at)
    except ValueError as error:
        what = Said("“%(text)s” không phải một ngày", text=quoted_text(text)) if str(error) == UNREAD else Said("“%(text)s”: %(why)s", text=quoted_text(text), why=Said(str(error)))  # fmt: skip
        raise Unread(what, _ASK_DAY) from None
    if not with_day:
        raise Unread(Said("“%(text)s” chưa nói ngày nào", text=quoted_text(text)), _ASK_DAY)
    return f"at {show(moment)}"
