"""An item of a plan in the words of a spreadsheet, and those words read back: what was written is read as the same thing."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

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
    wording,
)
from rules.deadlines.describe import UNITS_VI
from rules.pack import Pack
from rules.pack.model import Duty, Per, PlanTask
from rules.said import Said, within
from rules.time import Instant, at, clock_of, day_start, day_vi, local_date, show
from rules.typed_time import typed_day, typed_moment
from workflow.people.names import fold, nfc
from workflow.planfile.evidence import evidence_words
from workflow.planfile.who import Directory
from workflow.roster.headers import squashed

PER_WORDS: Final[Mapping[Per, str]] = {
    "unit": "cả đơn vị",
    "team": "từng tổ công tác",
    "area": "từng địa bàn",
    "body": "từng cơ quan",
}
_PER_OF: Final = {squashed(words): per for per, words in PER_WORDS.items()} | {
    "unit": "unit", "team": "team", "area": "area", "body": "body", "tungtodanpho": "area", "tungto": "team",
    "moitocongtac": "team", "moitodanpho": "area", "moicoquan": "body", "tungdonvi": "body", "toandonvi": "unit",
}  # fmt: skip
_BARE_DAY: Final = re.compile(r"(?:ngày\s+)?(\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{4})?|\d{4}-\d{2}-\d{2})\.?", re.IGNORECASE)
_BARE_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?")
_TASK_EVENT: Final = re.compile(
    r"(?:từ )?(?:ngày |khi |lúc )?(?:làm |hoàn thành |xong )?(?:việc|nhiệm vụ)(?: số)? [“\"']?(\S.*?)[”\"']?(?: xong| hoàn thành)?",
    re.IGNORECASE,
)
NUMBERS_APART: Final = re.compile(r"\s*[,;]\s*|\s+và\s+")
"""What stands between the numbers of several tasks."""
Read = TypeVar("Read")
_ASK: Final = "Ghi một hạn cụ thể; nếu kế hoạch thật sự không nêu hạn thì ghi “không có hạn: ” và lý do"


class Unread(Exception):
    """A cell that cannot be read: why, and what to write."""

    def __init__(self, reason: str, todo: str) -> None:
        self.reason, self.todo = reason, todo
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline as a spreadsheet words it. `every` says how it comes again; `opens` stands in a span "từ … đến hết …"."""

    spec: Deadline
    every: Every | None = None
    opens: str | None = None


def read_due(text: str, pack: Pack, events: Mapping[str, str]) -> Due:
    """Return the deadline that a cell words. `events` has the fact or item by each name that a relative one may count from.

    A bare day, typed or a date cell, is the last day in time. Raises Unread, also for what gives no deadline ("thường xuyên"): it is
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
            raise Unread(within(error.what), error.todo) from None
        reason, _, todo = error.message.partition(". ")
        raise Unread(within(reason), todo.rstrip(".") or _ASK) from None
    if isinstance(spec, Window):
        return Due(parse(f"through {local_date(spec.closes_at - 1)}"), opens=f"at {show(spec.opens_at)}")
    if isinstance(spec, NoDeadline) and not fold(text).startswith("khong co han"):
        raise Unread(Said("“%(text)s” không tính được hạn", text=text), _ASK)
    if isinstance(spec, Within) and spec.event is not None:
        spec = Within(spec.count, spec.unit, _event(spec.event, events))
    return Due(spec)


def _bare(text: str, pack: Pack) -> Deadline | None:
    found = _BARE_DAY.fullmatch(text)
    try:
        if _BARE_MOMENT.fullmatch(text):
            return Moment(at(text[:19]))
        return None if found is None else ByDay(_typed_day(found[1], pack))
    except ValueError as error:
        raise Unread(Said("“%(text)s”: %(why)s", text=text, why=Said(str(error))), _ASK) from None


def _worded(text: str, pack: Pack) -> Deadline | Window:
    """Return what the reader of wordings makes of a text; a day without a year is of the year that lies in the campaign."""
    read = _in_each_year(lambda year: from_vietnamese(text, year), pack)
    return next((spec for spec in read if _lies_inside(spec, pack)), read[0])


def _typed_day(text: str, pack: Pack) -> date:
    """Return a day that was typed; one without a year is of the year that lies in the campaign. Raises ValueError."""
    days = _in_each_year(lambda year: typed_day(text, since=day_start(date(year, 1, 1))), pack)
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


def events_of(pack: Pack) -> dict[str, str]:
    """Return the instants of a campaign by the names that a relative deadline may count from."""
    found = {"batdaudot": "campaign.starts_at", "ketthucdot": "campaign.ends_at"}
    for name, window in pack.model.pack.windows.items():
        found[squashed(f"bắt đầu {window.label.vi}")] = f"campaign.{name}_from"
        found[squashed(f"kết thúc {window.label.vi}")] = f"campaign.{name}_until"
    return {key: fact for key, fact in found.items() if fact in pack.constants} | {
        fact: fact for fact in pack.constants
    }


def _event(text: str, events: Mapping[str, str]) -> str:
    told = nfc(text).rstrip(".")
    task = _TASK_EVENT.fullmatch(told)
    for name in (told, task[1] if task else "", re.sub(r"^(?:ngày|khi|lúc)\s+", "", told, flags=re.IGNORECASE)):
        known = events.get(name) or events.get(squashed(name)) if name else None
        if known is not None:
            return known
    raise Unread(
        Said("không biết “%(text)s” là lúc nào", text=text),
        "Ghi như “05 ngày làm việc kể từ khi xong việc 3”, với số của một việc trong tệp",
    )


def due_words(item: PlanTask | Duty, pack: Pack, numbers: Mapping[str, str]) -> str:
    """Return the deadline of an item as `read_due` reads it back; `numbers` has the number of each item in the file."""
    spec = parse(item.due)
    every = parse_every(item.every) if isinstance(item, Duty) else None
    if isinstance(spec, Within):
        words = f"trong {spec.count} {UNITS_VI[spec.unit]}"
        return words if spec.event is None else f"{words} kể từ {_event_words(spec.event, pack, numbers)}"
    return wording(spec, every=every, with_year=True)


def _event_words(event: str, pack: Pack, numbers: Mapping[str, str]) -> str:
    if event in numbers:
        return f"khi xong việc {numbers[event]}"
    for name, window in pack.model.pack.windows.items():
        for word, fact in (("bắt đầu", f"campaign.{name}_from"), ("kết thúc", f"campaign.{name}_until")):
            if event in (fact, fact.removeprefix("campaign.")):
                return f"{word} {window.label.vi}"
    return {"campaign.starts_at": "bắt đầu đợt", "campaign.ends_at": "kết thúc đợt"}.get(event, event)


def same_due(one: str, spec: Deadline) -> bool:
    """Whether a pack's text of a deadline means `spec`; how its last moment is called does not matter.

    >>> same_due("at 2025-05-24 16:00", parse("before 2025-05-24 16:00"))
    True
    """
    known = parse(one)
    if isinstance(known, Moment) and isinstance(spec, Moment):
        return known.instant == spec.instant
    if isinstance(known, DailyTime) and isinstance(
        spec, MonthlyDay
    ):  # of a month, a bare clock is that of its last day
        return MonthlyDay(0, known.minute, "clock") == spec
    return known == spec


def read_opens(text: str, pack: Pack) -> str | None:
    """Return the opening that a cell names, as a pack words it; None for an empty one. Raises Unread."""
    if not text:
        return None
    try:
        day = _BARE_DAY.fullmatch(text)
        if day is not None:
            return f"at {show(day_start(_typed_day(day[1], pack)))}"
        moment, _ = typed_moment(text[:16] if _BARE_MOMENT.fullmatch(text) else text, since=pack.span.opens_at)
    except ValueError as error:
        what = Said("“%(text)s”: %(why)s", text=text, why=Said(str(error)))
        raise Unread(what, "Ghi một ngày như 20/5/2025, hoặc để trống") from None
    return f"at {show(moment)}"


def opens_words(opens: str | None, pack: Pack) -> str:
    """Return an opening as `read_opens` reads it back; empty for none, and for one that is no fixed instant."""
    moment = None if opens is None else _fixed(parse(opens), pack)
    if moment is None:
        return ""
    day = local_date(moment)
    text = day_vi(day, with_year=True)
    return text if moment == day_start(day) else f"{clock_of(moment)} ngày {text}"


def same_opens(known: str | None, read: str | None, pack: Pack) -> bool:
    """Whether an opening of the plan is the one that was read; one that cannot be written in a cell is left alone by an empty cell."""
    before = None if known is None else _fixed(parse(known), pack)
    after = None if read is None else _fixed(parse(read), pack)
    return before == after


def _fixed(spec: Deadline, pack: Pack) -> Instant | None:
    return None if isinstance(spec, Within | DailyTime | MonthlyDay) else due_at(spec, pack.calendar)


def per_words(per: Per) -> str:
    """Return for whom an item is opened, as a spreadsheet says it in every language."""
    return PER_WORDS[per]


def read_per(text: str) -> Per:
    """Return for whom an item is opened. Raises Unread."""
    per = _PER_OF.get(squashed(text))
    if per is None:
        todo = Said("Ghi một trong: %(words)s", words=", ".join(f"“{words}”" for words in PER_WORDS.values()))
        raise Unread(Said("không hiểu “%(text)s”", text=text), todo)
    return per


def cells_of(item: PlanTask | Duty, pack: Pack, who: Directory, numbers: Mapping[str, str]) -> dict[str, str]:
    """Return an item of a plan as the cells of a row, by field."""
    told = {
        "no": numbers.get(item.id, ""), "id": item.id, "label": nfc(item.label.vi), "owner": who.label(item.owner),
        "due": due_words(item, pack, numbers), "per": PER_WORDS[item.per], "clause": nfc(item.clause), "note": nfc(item.source or ""),
    }  # fmt: skip
    if isinstance(item, Duty):
        window = parse_every(item.every).window
        return {**told, "window": pack.model.pack.windows[window].label.vi if window else ""}
    return {
        **told,
        "support": "; ".join(map(who.label, item.support)),
        "after": ", ".join(numbers.get(name, name) for name in item.after),
        "evidence": evidence_words(item.evidence),
        "opens": opens_words(item.opens, pack),
    }
