"""An item of a plan in the words of a spreadsheet, and those words read back: what was written is read as the same thing."""

from collections.abc import Mapping
from typing import Final

from rules.deadlines import (
    DailyTime,
    Deadline,
    Moment,
    MonthlyDay,
    Within,
    due_at,
    parse,
    parse_every,
    wording,
)
from rules.deadlines.describe import UNITS_VI
from rules.pack import Pack
from rules.pack.model import Duty, Per, PlanTask
from rules.said import Said
from rules.time import Instant, clock_of, day_start, day_vi, local_date
from workflow.people.names import nfc
from workflow.plan.counted import fact_words
from workflow.planfile.evidence import evidence_words
from workflow.planfile.unread import Unread, quoted_text
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


def events_of(pack: Pack) -> dict[str, str]:
    """Return the instants of a campaign by the names that a relative deadline may count from."""
    found = {"batdaudot": "campaign.starts_at", "ketthucdot": "campaign.ends_at"}
    for name, window in pack.model.pack.windows.items():
        found[squashed(f"bắt đầu {window.label.vi}")] = f"campaign.{name}_from"
        found[squashed(f"kết thúc {window.label.vi}")] = f"campaign.{name}_until"
    return {key: fact for key, fact in found.items() if fact in pack.constants} | {
        fact: fact for fact in pack.constants
    }


def due_words(item: PlanTask | Duty, pack: Pack, numbers: Mapping[str, str]) -> str:
    """Return the deadline of an item as `read_due` reads it back; `numbers` has the number of each item in the file."""
    spec = parse(item.due)
    every = parse_every(item.every) if isinstance(item, Duty) else None
    if isinstance(spec, Within):
        words = f"trong {spec.count} {UNITS_VI[spec.unit]}"
        return words if spec.event is None else f"{words} kể từ {_since(spec.event, pack, numbers)}"
    return wording(spec, every=every, with_year=True)


def _since(event: str, pack: Pack, numbers: Mapping[str, str]) -> str:
    return f"khi xong việc {numbers[event]}" if event in numbers else fact_words(event, pack)


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
        raise Unread(Said("không hiểu “%(text)s”", text=quoted_text(text)), todo)
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
