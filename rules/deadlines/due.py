"""From a wording to one exclusive instant, and the one comparison of the project."""

import calendar as gregorian
from datetime import date, timedelta
from typing import Final

from rules.calendar import Calendar
from rules.deadlines.specs import (
    AfterSession,
    BeforeDay,
    ByDay,
    DailyTime,
    Deadline,
    DeadlineError,
    Moment,
    MonthlyDay,
    NoDeadline,
    PartName,
    PartOfDay,
    ThroughDay,
    Window,
    Within,
)
from rules.said import Said, Until
from rules.time import DAY, HOUR, MINUTE, Instant, day_end, day_start, day_vi, local_date, weekday_vi

PARTS: Final[dict[PartName, tuple[int, int, int]]] = {
    "this afternoon": (0, 13 * 60 + 30, 17 * 60),
    "this evening": (0, 18 * 60, 21 * 60),
    "tomorrow": (1, 7 * 60 + 30, 21 * 60),
    "tomorrow morning": (1, 7 * 60 + 30, 11 * 60 + 30),
    "tomorrow evening": (1, 18 * 60, 21 * 60),
}
"""Days ahead, then the minutes since 00:00 at which the appointment begins and ends."""
PAUSE: Final = HOUR
"""Nobody is sent back to a door sooner than this after leaving it, though "this evening" has begun."""


def is_on_time(moment: Instant, due_at: Instant | None) -> bool:
    """Was what happened at `moment` in time? The deadline is exclusive: at `due_at` itself it is late.

    Together with `is_overdue` this is THE comparison of the project: badge, list, count, export, API and escalation
    use these two and no other, in Python here and in SQL as `moment < due_at`. No deadline is never missed.
    """
    return due_at is None or moment < due_at


def is_overdue(due_at: Instant | None, now: Instant, is_open: bool) -> bool:
    """Is something that is still to be done late at `now`? Open and `now >= due_at`; what is closed is never overdue.

    The other half of THE comparison: `is_overdue(due, now, True) == (not is_on_time(now, due))`.
    """
    return is_open and not is_on_time(now, due_at)


def due_at(
    spec: Deadline, calendar: Calendar, *, since: Instant | None = None, on: date | None = None
) -> Instant | None:
    """Return the exclusive instant of `spec`: in time means `t < due_at`.

    `since` is the instant of the event that a relative deadline counts from (the session's close for `AfterSession`,
    the moment it is set for a follow-up); `on` is the day, or any day of the month, of a recurring one.
    Returns None for `NoDeadline`, and for a relative deadline whose event has not happened yet.
    Raises DeadlineError if `on` is missing where it is needed or the office is closed on a "close of business" day,
    CalendarGap if the calendar lacks a year. Fixed dates never move; only relative periods roll off rest days.
    Source: Civil Code 2015, articles 147–148.

    >>> from rules.calendar import load_calendar
    >>> from rules.deadlines.parse import parse
    >>> from rules.time import at, show
    >>> show(due_at(parse("before 2025-05-20"), load_calendar("vn")))
    '2025-05-20 00:00'
    >>> show(due_at(parse("within 1 working day of received"), load_calendar("vn"), since=at("2025-04-29 15:00")))
    '2025-05-06 00:00'
    """
    match spec:
        case NoDeadline():
            return None
        case Within() | AfterSession() | PartOfDay():
            return None if since is None else _relative(spec, calendar, since)
        case DailyTime() | MonthlyDay():
            if on is None:
                raise DeadlineError(f"Hạn “{spec}” lặp lại theo ngày, nên cần “every”, ví dụ “every: day in collect”.")
            return due_on(spec, on)
        case _:
            return _fixed(spec, calendar)


def due_on(spec: DailyTime | MonthlyDay, day: date) -> Instant:
    """Return the exclusive instant of a recurring deadline on `day`, or in the month of `day`."""
    if isinstance(spec, MonthlyDay):
        day = day.replace(day=spec.day or gregorian.monthrange(day.year, day.month)[1])
    return day_start(day) + spec.minute * MINUTE


def _fixed(spec: BeforeDay | ThroughDay | ByDay | Moment, calendar: Calendar) -> Instant:
    match spec:
        case BeforeDay(day):
            return day_start(day)
        case Moment(instant):
            return instant
        case ByDay(day, close_of_business=True):
            closes = calendar.on(day).closes
            if closes is None:
                raise DeadlineError(
                    Said(
                        "%(weekday)s %(day)s là ngày nghỉ, không có giờ đóng cửa",
                        weekday=Said(weekday_vi(day)),
                        day=day_vi(day),
                    ),
                    todo=Said("Hãy chọn ngày làm việc, hoặc bỏ “close of business”"),
                )
            return closes
        case ThroughDay(day) | ByDay(day):
            return day_end(day)


def _relative(spec: Within | AfterSession | PartOfDay, calendar: Calendar, since: Instant) -> Instant:
    match spec:
        case Within(count, "minutes"):
            return since + count * MINUTE
        case Within(count, "hours"):
            return since + count * HOUR
        case Within(count, "working hours"):
            return calendar.add_working_time(since, count * HOUR)
        case Within():
            return day_end(_last_day(spec, calendar, local_date(since)))
        case AfterSession(grace):
            return since + grace * MINUTE
        case PartOfDay():
            return _part(spec, since)[1]


def _last_day(spec: Within, calendar: Calendar, first: date) -> date:
    """Return the last day of a period whose first day, the day of the event, is not counted; rolled off rest days."""
    match spec.unit:
        case "working days":
            return calendar.add_working_days(first, spec.count)
        case "months":
            return calendar.working_day_from(_add_months(first, spec.count))
        case _:
            days = spec.count * (7 if spec.unit == "weeks" else 1)
            return calendar.working_day_from(first + timedelta(days=days))


def _add_months(day: date, count: int) -> date:
    """Return the same day `count` months on, or the last day of that month if it is shorter (article 148.3)."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, gregorian.monthrange(year, month + 1)[1]))


def _part(spec: PartOfDay, since: Instant) -> tuple[Instant, Instant]:
    """Return beginning and end of the appointment, on the next day when too little of its hours is left."""
    ahead, begins, ends = PARTS[spec.name]
    start = day_start(local_date(since)) + ahead * DAY
    if since + PAUSE >= start + ends * MINUTE:
        start += DAY
    return max(since + PAUSE, start + begins * MINUTE), start + ends * MINUTE


def follow_up_at(spec: Deadline, calendar: Calendar, *, since: Instant) -> Instant:
    """Return the instant at which a follow-up asked at `since` brings its door back to the queue.

    A part of the day begins at its stated hour, or an hour from now once it has begun; a number of days at the opening hour of its last day; minutes and
    hours run out on the clock; `at 2025-05-24 18:00` is meant to the minute. `due_at` of the same spec is its end.
    Raises DeadlineError for a wording that is no appointment.

    >>> from rules.calendar import load_calendar
    >>> from rules.time import at, show
    >>> show(follow_up_at(PartOfDay("this evening"), load_calendar("vn"), since=at("2025-05-24 15:38")))
    '2025-05-24 18:00'
    """
    match spec:
        case PartOfDay():
            return _part(spec, since)[0]
        case Within(count, "minutes" | "hours" as unit):
            return since + count * (MINUTE if unit == "minutes" else HOUR)
        case Within(count, "working hours"):
            return calendar.add_working_time(since, count * HOUR)
        case Within():
            row = calendar.on(_last_day(spec, calendar, local_date(since)))
            return row.opens if row.opens is not None else day_start(row.day)
        case Moment(instant, "at"):
            return instant
    raise DeadlineError(f"“{spec}” không phải là hẹn quay lại. Hãy viết, ví dụ “this evening” hoặc “2 working days”.")


def outside(due: Instant, window: Window) -> str | None:
    """Return a sentence if a deadline falls outside `window`, None if it lies inside.

    The end of the window counts as inside: a deadline is exclusive and so is the end.
    """
    if window.opens_at < due <= window.closes_at:
        return None
    return Said(
        "Hạn %(due)s nằm ngoài đợt “%(window)s” (%(span)s).", due=Until(due), window=window.name, span=window.describe()
    )
