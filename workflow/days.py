"""Local days as integers (days since 1970-01-01), the form in which roll-ups and calendars keep them."""

from datetime import date, timedelta

from rules.time import DAY, HOUR, Instant

_EPOCH = date(1970, 1, 1)
_SHIFT = 7 * HOUR


def local_day(instant: Instant) -> int:
    """Return the local day that `instant` belongs to."""
    return (instant + _SHIFT) // DAY


def day_start(day: int) -> Instant:
    """Return the first instant of a local day."""
    return day * DAY - _SHIFT


def tomorrow_of(now: Instant) -> Instant:
    """Return when the local day after that of `now` begins."""
    return day_start(local_day(now) + 1)


def day_number(day: date) -> int:
    """Return the number of a calendar date."""
    return (day - _EPOCH).days


def as_date(day: int) -> date:
    """Return the calendar date of a day number."""
    return _EPOCH + timedelta(days=day)


def days_left(now: Instant, until: Instant) -> int:
    """Return how many local days are left to work on, today among them, before the exclusive instant `until`; 0 once it has come."""
    return 0 if now >= until else local_day(until - 1) - local_day(now) + 1
