"""Checks of deadline texts: readable, of a kind that fits the place, and inside the campaign."""

from typing import Final, TypeAlias

from rules.calendar import CalendarError, load_calendar
from rules.deadlines import (
    AfterSession,
    BeforeDay,
    ByDay,
    DailyTime,
    Deadline,
    DeadlineError,
    Moment,
    MonthlyDay,
    NoDeadline,
    PartOfDay,
    ThroughDay,
    Window,
    Within,
    due_at,
    outside,
    parse,
)
from rules.pack.draft import Draft
from rules.pack.yaml_nodes import Path
from rules.said import Said

Kinds: TypeAlias = type[Deadline] | tuple[type[Deadline], ...]

FIXED: Final = (BeforeDay, ThroughDay, ByDay, Moment)
FOLLOW_UP: Final = (Within, PartOfDay, Moment)
TASK_DUE: Final = (*FIXED, Within, AfterSession, NoDeadline)
DUTY_DUE: Final = (*FIXED, DailyTime, MonthlyDay)

_EXAMPLE: Final = {
    BeforeDay: "before 2025-05-20",
    DailyTime: "before 16:00",
    Within: "2 working days",
    PartOfDay: "this evening",
    NoDeadline: "none because …",
}


def read_deadline(draft: Draft, section: str, path: Path, text: str) -> Deadline | None:
    """Return the deadline of `text`, or None after saying what is wrong with it."""
    try:
        return parse(text)
    except DeadlineError as error:
        draft.say("deadline", section, path, error.message, offset=error.offset)
        return None


def check_deadline(
    draft: Draft, section: str, path: Path, text: str, kinds: Kinds, *, within: bool = True
) -> Deadline | None:
    """Check one deadline text; `within` asks that a fixed one falls inside the campaign. Return it if all is well."""
    spec = read_deadline(draft, section, path, text)
    if spec is None:
        return None
    if not isinstance(spec, kinds):
        fitting = ", ".join(f"“{_EXAMPLE[kind]}”" for kind in _listed(kinds) if kind in _EXAMPLE)
        draft.say(
            "deadline-kind",
            section,
            path,
            Said("“%(text)s” không dùng được ở đây; viết như %(fitting)s", text=text, fitting=fitting),
        )
        return None
    if within and isinstance(spec, FIXED):
        return spec if _is_inside(draft, section, path, spec) else None
    return spec


def campaign_span(draft: Draft) -> Window | None:
    """Return the days of the campaign, None if they are not known."""
    pack = draft.model.pack
    if not (draft.is_known("pack", ("starts",)) and draft.is_known("pack", ("ends",))) or pack.ends < pack.starts:
        return None
    return Window.of_days(pack.label.vi, pack.starts, pack.ends)


def _is_inside(draft: Draft, section: str, path: Path, spec: Deadline) -> bool:
    span = campaign_span(draft)
    try:
        due = due_at(spec, load_calendar(draft.model.pack.calendar))
    except (CalendarError, OSError):
        return True  # said at the calendar
    except ValueError as error:
        draft.say("deadline", section, path, error.args[0])
        return False
    complaint = outside(due, span) if span and due is not None else None
    if complaint:
        draft.say("deadline-outside", section, path, complaint)
    return complaint is None


def _listed(kinds: Kinds) -> tuple[type[Deadline], ...]:
    return kinds if isinstance(kinds, tuple) else (kinds,)
