"""A pack's days moved to another campaign: every date of the campaign and its plan by the same number of days, and what that does.

The texts themselves are changed, day by day, where they stand: remarks and layout stay, and what comes out is checked like any other
pack. Papers are not moved: their dates, clauses, printed figures and the words of labels stay, and words that name a day are told.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from rules.calendar import Calendar, CalendarError, CalendarGap
from rules.deadlines import (
    DailyTime,
    DeadlineError,
    MonthlyDay,
    NoDeadline,
    due_at,
    occurrences,
    parse,
    parse_every,
    wording,
)
from rules.deadlines.specs import BeforeDay, ByDay, Moment, ThroughDay
from rules.deadlines.specs import Window as Span
from rules.pack.draft import SECTIONS, PackFinding
from rules.pack.load import check_files
from rules.pack.model import Duty, PlanTask
from rules.pack.pack import Pack
from rules.pack.positions import Source
from rules.pack.yaml_nodes import Path, read_yaml
from rules.said import Said, listed
from rules.time import day_vi, local_date, weekday_vi

_DAY: Final = re.compile(r"(?<![\d-])\d{4}-\d{2}-\d{2}(?![\d-])")
_DAY_IN_WORDS: Final = re.compile(r"(?<![\d/])\d{1,2}/\d{1,2}(?:/\d{4})?(?![\d/])|\d{1,2}h(?:\d{2})? ngày \d")
_WORDS: Final = frozenset({"source", "clause", "label", "title", "text", "purpose", "legal_basis", "say", "grounds", "printed", "papers"})  # fmt: skip
"""Keys under which papers speak: their days are not ours to move."""
_ID: Final = re.compile(r"^pack:[ \t]*(\S+)", re.MULTILINE)
_VERSION: Final = re.compile(r"^version:[ \t]*\d+", re.MULTILINE)
_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class RebaseRefused(ValueError):
    """A move that cannot be made. The sentence says what and what to do."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A day that moved: what of, and the last day in time before and after. `warning` says what to look at, empty for nothing."""

    item: str
    label: str
    before: date
    after: date
    before_words: str
    after_words: str
    warning: str = ""


@dataclass(frozen=True)
class Rebased:
    """A pack on other days. `findings` is what its own check says: without an error, it can be used as it is."""

    pack_id: str
    days: int
    files: Mapping[str, str]
    moved: tuple[Moved, ...]
    words: tuple[tuple[str, str], ...]
    """Labels that name a day in words, by place: to be looked over by hand."""
    findings: tuple[PackFinding, ...]

    @property
    def warnings(self) -> list[Moved]:
        """Return what moved to a day that wants a look."""
        return [each for each in self.moved if each.warning]

    @property
    def is_clean(self) -> bool:
        """Whether the pack that came out has no error."""
        return not any(found.severity == "error" for found in self.findings)


def anchors_of(pack: Pack) -> dict[str, date]:
    """Return the days by which a campaign can be moved: its first and last, and those of each window (`collect_from`, `collect_until`)."""
    head = pack.model.pack
    found = {"starts": head.starts, "ends": head.ends}
    for name, window in head.windows.items():
        found |= {f"{name}_from": window.from_, f"{name}_until": window.through}
    return found


def shift_of(pack: Pack, wanted: Mapping[str, date]) -> int:
    """Return by how many days a pack moves for anchors to fall on these days. Raises RebaseRefused if they do not agree."""
    known = anchors_of(pack)
    unknown = [name for name in wanted if name not in known]
    if unknown or not wanted:
        raise RebaseRefused(
            Said(
                "Không có mốc “%(unknown)s”. Ghi một trong: %(known)s.",
                unknown=", ".join(unknown),
                known=", ".join(known),
            )
        )
    shifts = {name: (day - known[name]).days for name, day in wanted.items()}
    if len(set(shifts.values())) > 1:
        told = listed(Said("%(name)s dời %(days)s ngày", name=name, days=days) for name, days in shifts.items())
        raise RebaseRefused(
            Said(
                "Các mốc không dời cùng số ngày (%(told)s). Ghi một mốc, rồi sửa độ dài của giai đoạn trong gói.",
                told=told,
            )
        )
    return next(iter(shifts.values()))


def rebase(pack: Pack, wanted: Mapping[str, date], *, pack_id: str) -> Rebased:
    """Return a pack on other days under another name, with what moved where. Raises RebaseRefused."""
    if not _NAME.fullmatch(pack_id) or len(pack_id) > 60:
        raise RebaseRefused(Said("Tên gói “%(pack_id)s” chỉ dùng chữ thường không dấu và chữ số, nối bằng gạch ngang, như cat-thanh-2026.", pack_id=pack_id))  # fmt: skip
    if pack_id == pack.id:
        raise RebaseRefused(
            Said("Gói mới phải có tên khác “%(id)s”, vì tên gói không dùng lại cho đợt khác.", id=pack.id)
        )
    days = shift_of(pack, wanted)
    if not days:
        raise RebaseRefused(Said("Ngày mới trùng ngày cũ, không có gì để dời. Ghi ngày khác."))
    try:
        files = {name: shifted_text(text, days) for name, text in pack.files.items()}
    except OverflowError:
        raise RebaseRefused(Said("Ngày mới quá xa. Ghi một ngày trong những năm tới.")) from None
    files["pack.yaml"] = _VERSION.sub("version: 1", _ID.sub(f"pack: {pack_id}", files["pack.yaml"], count=1), count=1)
    try:
        findings, moved = tuple(check_files(files)), tuple(_moved(pack, days))
    except CalendarGap as error:
        raise RebaseRefused(error.said) from None
    except CalendarError as error:
        raise RebaseRefused(str(error)) from None
    return Rebased(pack_id, days, files, moved, tuple(_words(pack)), findings)


def shifted_text(text: str, days: int) -> str:
    """Return a file of a pack with every day in it moved, but for what papers say."""
    read, source = read_yaml(text), Source(text)
    spans = sorted(
        (span.start, span.end)
        for path, span in read.scalars.items()
        if not _is_words(path) and _DAY.search(text, span.start, span.end)
    )
    out, at = [], 0
    for start, end in spans:
        out += [source.text[at:start], _DAY.sub(lambda found: _later(found[0], days), text[start:end])]
        at = end
    return "".join([*out, text[at:]])


def _later(text: str, days: int) -> str:
    try:
        return str(date.fromisoformat(text) + timedelta(days=days))
    except ValueError:
        return text


def _is_words(path: Path) -> bool:
    return any(key in _WORDS for key in path if isinstance(key, str))


def _moved(pack: Pack, days: int) -> Iterator[Moved]:
    head, calendar = pack.model.pack, pack.calendar
    yield _one("campaign", Said("Ngày đầu đợt"), head.starts, days, calendar, rests=False)
    for name, window in head.windows.items():
        yield _one(
            f"{name}_from",
            Said("%(window)s: từ ngày", window=window.label.said),
            window.from_,
            days,
            calendar,
            rests=False,
        )
        yield _one(
            f"{name}_until", Said("%(window)s: đến hết ngày", window=window.label.said), window.through, days, calendar
        )
    yield _one("campaign", Said("Ngày cuối đợt"), head.ends, days, calendar)
    items: list[PlanTask | Duty] = [*pack.model.plan.tasks, *pack.model.plan.duties]
    for item in items:
        yield from _of_item(item, pack, days)


def _of_item(item: PlanTask | Duty, pack: Pack, days: int) -> Iterator[Moved]:
    spec = parse(item.due)
    if isinstance(spec, BeforeDay | ThroughDay | ByDay | Moment):
        due = due_at(spec, pack.calendar)
        last = local_date(due - 1) if due is not None else None
        if last is not None:
            told = wording(parse(shifted_deadline(item.due, days)), with_year=True)
            yield _one(item.id, item.label.said, last, days, pack.calendar, words=(wording(spec, with_year=True), told))
    elif isinstance(item, Duty) and isinstance(spec, DailyTime | MonthlyDay) and not isinstance(spec, NoDeadline):
        warning = _weekday_warning(item, pack, days)
        if warning:
            first = pack.windows[w].from_at if (w := parse_every(item.every).window) else pack.span.opens_at
            day = local_date(first)
            yield Moved(item.id, item.label.said, day, day + timedelta(days=days), item.every, item.every, warning)


def shifted_deadline(text: str, days: int) -> str:
    """Return a deadline of a pack with its day moved.

    >>> shifted_deadline("before 2025-05-20", 365)
    'before 2026-05-20'
    """
    return _DAY.sub(lambda found: _later(found[0], days), text)


def _weekday_warning(duty: Duty, pack: Pack, days: int) -> str:
    """Return a sentence if a duty of a certain weekday or of working days falls due another number of times."""
    every = parse_every(duty.every)
    if every.kind not in ("week", "working day"):
        return ""
    span = pack.windows[every.window].span if every.window else pack.span
    moved = Span(span.name, span.opens_at + days * _DAY_US, span.closes_at + days * _DAY_US)
    try:
        counts = [len(occurrences(each, every, parse(duty.due), pack.calendar)) for each in (span, moved)]
    except (DeadlineError, CalendarGap):
        return Said("không tính được các lần lặp lại ở những ngày mới; xem lại lịch làm việc")
    return (
        Said("số lần đổi từ %(before)s thành %(after)s", before=counts[0], after=counts[1])
        if counts[0] != counts[1]
        else ""
    )


_DAY_US: Final = 86_400_000_000


def _one(
    item: str,
    label: str,
    before: date,
    days: int,
    calendar: Calendar,
    *,
    rests: bool = True,
    words: tuple[str, str] | None = None,
) -> Moved:
    after = before + timedelta(days=days)
    told = words or tuple(f"ngày {day_vi(day, with_year=True)}" for day in (before, after))
    warning = _rest_warning(before, after, calendar) if rests else ""
    return Moved(item, label, before, after, told[0], told[1], warning)


def _rest_warning(before: date, after: date, calendar: Calendar) -> str:
    try:
        row = calendar.on(after)
        was_working = calendar.is_working(before)
    except CalendarGap as error:
        return error.said
    if row.is_working or not was_working:
        return ""
    rest = row.label or Said("ngày nghỉ")
    return Said(
        "rơi vào %(rest)s (%(weekday)s %(day)s), trước là %(before)s",
        rest=rest, weekday=Said(weekday_vi(after)), day=day_vi(after), before=Said(weekday_vi(before)),
    )  # fmt: skip


def _words(pack: Pack) -> Iterator[tuple[str, str]]:
    """Yield labels that name a day in words, by file and place."""
    for section in SECTIONS:
        file = f"{section}.yaml"
        if file not in pack.files or section == "examples":
            continue
        for path, span in read_yaml(pack.files[file]).scalars.items():
            is_said = bool({"label", "text"} & {*path}) or path[-1:] == ("purpose",)
            if is_said and "en" not in path and _DAY_IN_WORDS.search(span.value):
                yield f"{file}:{span.position().line}", span.value
