"""The occurrences of a duty: which days, until when, and which span of work each one reports on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from rules.calendar import Calendar
from rules.deadlines.due import due_at, due_on
from rules.deadlines.specs import DailyTime, Deadline, DeadlineError, Every, MonthlyDay, Window
from rules.said import Said, either
from rules.time import Instant, day_start, local_date


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a duty falls due.

    `key` is stable and unique within the duty: the ISO day, the month `2025-05`, `once` or `final`. The period runs
    from `period_from` up to but not including `period_to`; periods follow one another without gap or overlap.
    `opens_at` is when the duty appears: daily ones on their day, longer ones with their period.
    """

    key: str
    day: date
    opens_at: Instant
    due_at: Instant
    period_from: Instant
    period_to: Instant


def occurrences(
    window: Window, every: Every, due: Deadline, calendar: Calendar, *, final: Deadline | None = None
) -> list[Occurrence]:
    """Return every occurrence of a duty in `window`, in order.

    A period runs from the last cut-off, for the first one from the start of the window, to this one. Work after the
    last cut-off belongs to no occurrence unless `final` says when it is to be reported: then one more, key `final`,
    covers it, and its deadline may lie after the window. `remainder` tells whether there is such work.
    Weekends and holidays count for `day`, not for `working day`; a deadline on a rest day does not move.
    Raises DeadlineError if `due` or `final` does not fit, or nothing falls into the window; CalendarGap.

    >>> from rules.calendar import load_calendar
    >>> collect = Window.of_days("collect", date(2025, 5, 15), date(2025, 5, 27))
    >>> daily = occurrences(collect, Every("day"), DailyTime(16 * 60), load_calendar("vn"))
    >>> len(daily), daily[0].key, daily[-1].key
    (13, '2025-05-15', '2025-05-27')
    """
    found = [_once(window, due, calendar)] if every.kind == "once" else _series(window, every, due, calendar)
    if not found:
        raise DeadlineError(
            Said(
                "“every: %(every)s” không có lần nào trong đợt “%(window)s” (%(span)s).",
                every=str(every), window=window.name, span=window.describe(),
            )
        )  # fmt: skip
    rest = remainder(window, found)
    if final is not None and rest is not None:
        found.append(_final(window, rest, final, calendar))
    return found


def remainder(window: Window, found: list[Occurrence]) -> tuple[Instant, Instant] | None:
    """Return the span between the last cut-off and the end of the window that no occurrence reports on; None if none."""
    cut_off = found[-1].period_to if found else window.opens_at
    return (cut_off, window.closes_at) if cut_off < window.closes_at else None


def _series(window: Window, every: Every, due: Deadline, calendar: Calendar) -> list[Occurrence]:
    if not isinstance(due, DailyTime | MonthlyDay) or (isinstance(due, MonthlyDay) and every.kind != "month"):
        month = ("“before day 25”", "“before 16:00 on last day”")
        fitting = "“before 16:00”" if every.kind != "month" else either(month)
        raise DeadlineError(
            Said("Hạn “%(due)s” không đi với “every: %(every)s”", due=str(due), every=str(every)),
            todo=Said("Hãy viết, ví dụ %(fitting)s", fitting=fitting),
        )
    found, cut_off = [], window.opens_at
    for day in _days(window, every, due, calendar):
        until = due_on(due, day)
        if cut_off < until <= window.closes_at:
            opens = max(cut_off, day_start(day)) if every.kind in ("day", "working day") else cut_off
            key = f"{day:%Y-%m}" if every.kind == "month" else day.isoformat()
            found.append(Occurrence(key, local_date(until - 1), opens, until, cut_off, until))
            cut_off = until
    return found


def _days(window: Window, every: Every, due: DailyTime | MonthlyDay, calendar: Calendar) -> Iterator[date]:
    """Yield the days of the window on which the duty can fall due; a month is named by its last day."""
    first, last = local_date(window.opens_at), local_date(window.closes_at)
    for offset in range((last - first).days + 32):
        day = first + timedelta(days=offset)
        match every.kind:
            case "month":
                chosen = (day + timedelta(days=1)).day == 1
            case "week":
                chosen = day.weekday() == every.weekday and day <= last
            case "working day":
                chosen = day <= last and day_start(day) < window.closes_at and calendar.is_working(day)
            case _:
                chosen = day <= last
        if chosen:
            yield day


def _once(window: Window, due: Deadline, calendar: Calendar) -> Occurrence:
    until = None if isinstance(due, DailyTime | MonthlyDay) else due_at(due, calendar)
    if until is None:
        raise DeadlineError(
            Said("“every: once” cần một hạn có ngày, không phải “%(due)s”", due=str(due)),
            todo=Said("Ví dụ “through 2025-05-27”"),
        )
    if until <= window.opens_at:
        raise DeadlineError(
            Said(
                "Hạn “%(due)s” đến trước khi đợt “%(window)s” bắt đầu (%(span)s).",
                due=str(due), window=window.name, span=window.describe(),
            )
        )  # fmt: skip
    cut_off = min(until, window.closes_at)
    return Occurrence("once", local_date(until - 1), window.opens_at, until, window.opens_at, cut_off)


def _final(window: Window, rest: tuple[Instant, Instant], final: Deadline, calendar: Calendar) -> Occurrence:
    recurring = isinstance(final, DailyTime | MonthlyDay)
    until = None if recurring else due_at(final, calendar, since=window.closes_at)
    if until is None or until <= window.closes_at:
        raise DeadlineError(
            Said(
                "Lần cuối của đợt “%(window)s” phải có hạn sau khi đợt kết thúc, không phải “%(final)s”.",
                window=window.name, final=str(final),
            )
        )  # fmt: skip
    return Occurrence("final", local_date(until - 1), rest[0], until, *rest)
