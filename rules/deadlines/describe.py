"""A deadline in the words of a Vietnamese plan, with its last moment: never a bare instant."""

from rules.deadlines.due import PARTS
from rules.deadlines.specs import (
    AfterSession,
    BeforeDay,
    ByDay,
    DailyTime,
    Deadline,
    Every,
    Moment,
    MonthlyDay,
    NoDeadline,
    PartName,
    PartOfDay,
    ThroughDay,
    Unit,
    Within,
)
from rules.time import WEEKDAYS_VI, Instant, clock_of, clock_text, day_vi, exclusive_vi, local_date

UNITS_VI: dict[Unit, str] = {
    "minutes": "phút",
    "hours": "giờ",
    "working hours": "giờ làm việc",
    "days": "ngày",
    "working days": "ngày làm việc",
    "weeks": "tuần",
    "months": "tháng",
}
PARTS_VI: dict[PartName, str] = {
    "this afternoon": "chiều nay",
    "this evening": "tối nay",
    "tomorrow": "ngày mai",
    "tomorrow morning": "sáng mai",
    "tomorrow evening": "tối mai",
}


def describe(
    spec: Deadline, due_at: Instant | None, *, every: Every | None = None, since: str = "", with_year: bool = False
) -> str:
    """Return the plan's words and the last moment in time.

    `due_at` None leaves the moment out: there is none, or its event has not happened. `every` says which days a
    recurring deadline means; without it, each day. `since` says from when a relative one counts.

    >>> from rules.deadlines.parse import parse
    >>> from rules.time import at
    >>> describe(parse("before 2025-05-20"), at("2025-05-20 00:00"))
    'trước ngày 20/5 (hết Thứ Hai 19/5)'
    """
    words = wording(spec, every=every, with_year=with_year)
    words = f"{words} kể từ {since}" if since and isinstance(spec, Within) else words
    return words if due_at is None else f"{words} ({exclusive_vi(due_at, with_year=with_year)})"


def wording(spec: Deadline, *, every: Every | None = None, with_year: bool = False) -> str:
    """Return `spec` as a Vietnamese plan words it; what a pack wrote in its own language stays as it is."""
    match spec:
        case BeforeDay(day):
            return f"trước ngày {day_vi(day, with_year=with_year)}"
        case ThroughDay(day):
            return f"đến hết ngày {day_vi(day, with_year=with_year)}"
        case ByDay(day, close_of_business):
            hours = ", trong giờ làm việc" if close_of_business else ""
            return f"chậm nhất ngày {day_vi(day, with_year=with_year)}{hours}"
        case Moment(instant):
            day_text = day_vi(local_date(instant), with_year=with_year)
            return f"trước {clock_of(instant)} ngày {day_text}"
        case DailyTime(minute):
            return f"trước {clock_text(minute)} {_days_vi(every)}"
        case _:
            return _relative_wording(spec)


def _days_vi(every: Every | None) -> str:
    match every:
        case Every("week", int(weekday)):
            return f"{WEEKDAYS_VI[weekday]} hằng tuần"
        case Every("working day"):
            return "mỗi ngày làm việc"
        case Every("month"):
            return "ngày cuối tháng"
        case _:
            return "hằng ngày"


def _relative_wording(spec: MonthlyDay | Within | AfterSession | PartOfDay | NoDeadline) -> str:
    match spec:
        case MonthlyDay(day, minute, word):
            nth = f"ngày {day} hằng tháng" if day else "ngày cuối tháng"
            return {"before": f"trước {nth}", "through": f"đến hết {nth}"}.get(
                word, f"trước {clock_text(minute)} {nth}"
            )
        case Within(count, unit):
            return f"trong {count} {UNITS_VI[unit]}"
        case AfterSession(grace):
            return f"trong {grace} phút sau khi kết thúc phiên làm việc"
        case PartOfDay(name):
            begins, ends = (clock_text(minute) for minute in PARTS[name][1:])
            return f"{PARTS_VI[name]} ({begins}–{ends})"
        case NoDeadline(reason):
            return f"không có hạn tính được: {reason}"
