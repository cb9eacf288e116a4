"""Instants and local days: the one place where microseconds meet the wall clock.

An instant is an `int` of microseconds since 1970-01-01 00:00 UTC, on every database and in every room. Local time is
Asia/Ho_Chi_Minh: UTC+7 all year, no daylight saving, so a local day is always 24 hours and no zone data is needed.
Nothing here reads a clock; `now` is always handed in.
"""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final, TypeAlias

Instant: TypeAlias = int
"""Microseconds since 1970-01-01 00:00 UTC."""

Duration: TypeAlias = int
"""A length of time in microseconds."""

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

LOCAL_ZONE: Final = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
_OFFSET: Final = 7 * HOUR
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LOCAL_EPOCH: Final = datetime(1970, 1, 1, tzinfo=LOCAL_ZONE)
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_LOCAL_TEXT: Final = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})[ T](?P<hour>\d{2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,6}))?)?",
    re.ASCII,
)
_DAY_TEXT: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
WEEKDAYS_VI: Final = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")


def at(text: str) -> Instant:
    """Return the instant of a local time such as `2025-05-15 08:00`.

    Seconds and up to six decimals may follow, `T` may stand for the space, and `24:00` is the end of its day.
    Raises ValueError, with a sentence for the person who typed it, if `text` is anything else. A day without an hour
    is refused: whether it means its beginning or its end is for the caller to say (`day_start`, `day_end`).

    >>> at("2025-05-15 08:00")
    1747270800000000
    >>> at("2025-05-27 24:00") == at("2025-05-28T00:00:00.000000")
    True
    """
    found = _LOCAL_TEXT.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"“{text}” không phải là thời điểm. Hãy viết năm-tháng-ngày giờ:phút, ví dụ 2025-05-15 08:00.")
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    fraction = int((found["fraction"] or "").ljust(6, "0"))
    end_of_day = hour == 24 and minute == second == fraction == 0
    if (hour > 23 and not end_of_day) or minute > 59 or second > 59:
        raise ValueError(f"“{text}”: giờ phải từ 00:00 đến 23:59, hoặc 24:00 là hết ngày.")
    return day_start(read_day(found["day"])) + hour * HOUR + minute * MINUTE + second * SECOND + fraction


def read_day(text: str) -> date:
    """Return the day written as `2025-05-20`. Raises ValueError with a sentence if there is no such day."""
    if _DAY_TEXT.fullmatch(text):
        with suppress(ValueError):
            return date.fromisoformat(text)
    raise ValueError(f"“{text}” không phải là một ngày có thật. Hãy viết năm-tháng-ngày, ví dụ 2025-05-20.")


def show(instant: Instant) -> str:
    """Return local time as `2025-05-15 08:00`; seconds and decimals appear only where there are any.

    `at(show(t)) == t` for every instant between the years 1 and 9999.

    >>> show(at("2025-05-15T08:00")), show(at("2025-05-15 08:00") - 1)
    ('2025-05-15 08:00', '2025-05-15 07:59:59.999999')
    """
    local = local_datetime(instant)
    detail = "minutes" if not instant % MINUTE else "seconds" if not instant % SECOND else "microseconds"
    return local.replace(tzinfo=None).isoformat(" ", timespec=detail)


def local_datetime(instant: Instant) -> datetime:
    """Return the aware local date and time of `instant`, exact to the microsecond."""
    return _LOCAL_EPOCH + timedelta(microseconds=instant + _OFFSET)


def instant_of(moment: datetime) -> Instant:
    """Return the instant of an aware datetime. Raises ValueError if it carries no zone: it would be a guess."""
    if moment.tzinfo is None:
        raise ValueError("Thời điểm không có múi giờ thì không đổi được; hãy kèm múi giờ.")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def local_date(instant: Instant) -> date:
    """Return the local day in which `instant` lies.

    >>> local_date(at("2025-05-15 00:00") - 1), local_date(at("2025-05-15 00:00"))
    (datetime.date(2025, 5, 14), datetime.date(2025, 5, 15))
    """
    return date.fromordinal((instant + _OFFSET) // DAY + _EPOCH_DAY)


def day_start(day: date) -> Instant:
    """Return 00:00 local of `day`: its first instant."""
    return (day.toordinal() - _EPOCH_DAY) * DAY - _OFFSET


def day_end(day: date) -> Instant:
    """Return 24:00 local of `day`: the first instant that no longer belongs to it.

    >>> show(day_end(date(2025, 5, 27)))
    '2025-05-28 00:00'
    """
    return day_start(day) + DAY


def minute_of_day(instant: Instant) -> int:
    """Return the whole local minutes since 00:00, from 0 to 1439."""
    return (instant + _OFFSET) % DAY // MINUTE


def clock_text(minutes: int) -> str:
    """Return minutes since 00:00 as `16:00`; 1440 is `24:00`."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def clock_of(instant: Instant) -> str:
    """Return the local time of day: `16:00`, with seconds and decimals only where there are any."""
    return show(instant).partition(" ")[2]


def day_vi(day: date, *, with_year: bool = True) -> str:
    """Return a day as Vietnamese papers print it: `27/5/2025`, or `27/5`."""
    return f"{day.day}/{day.month}/{day.year}" if with_year else f"{day.day}/{day.month}"


def weekday_vi(day: date) -> str:
    """Return the Vietnamese name of the weekday, `Thứ Hai` to `Chủ Nhật`."""
    return WEEKDAYS_VI[day.weekday()]


def moment_vi(instant: Instant) -> str:
    """Return an instant in Vietnamese, to the minute it lies in.

    >>> moment_vi(at("2025-05-27 16:00"))
    '16:00 ngày 27/5/2025'
    """
    return f"{clock_text(minute_of_day(instant))} ngày {day_vi(local_date(instant))}"


def exclusive_vi(due_at: Instant, *, with_year: bool = False) -> str:
    """Return the last moment that is still in time for an exclusive deadline.

    >>> exclusive_vi(at("2025-05-20 00:00")), exclusive_vi(at("2025-05-27 16:00"))
    ('hết Thứ Hai 19/5', 'trước 16:00 Thứ Ba 27/5')
    """
    last = local_date(due_at - 1)
    day = f"{weekday_vi(last)} {day_vi(last, with_year=with_year)}"
    if due_at == day_end(last):
        return f"hết {day}"
    return f"trước {clock_of(due_at)} {day}"
