"""Days and times as people write them, in one place for every box that asks for one: 18h30, 18:30 24/5, 15:38 ngày 24/5/2025.

Pure: what is left out is filled in from the instant that is handed in. A day without its year is of that instant's year, but near New
Year of the next or the last one, where what is typed has to lie ahead of it or behind it. Refusals are ValueErrors with a sentence that has no capital
and no full stop.
"""

import re
import unicodedata
from datetime import date, timedelta
from typing import Final, Literal

from rules.time import DAY, HOUR, MINUTE, Instant, day_end, day_start, local_date

DayAlone = Literal["start", "end"]
"""What a day without a time means."""
Side = Literal["ahead", "behind", "near"]
"""Where what is typed lies: ahead of the instant at which it is, behind it, or near it on either side."""
LONGEST: Final = 40
HALF_A_YEAR: Final = timedelta(days=183)
UNREAD: Final = "giờ không đọc được; nhập như 18:30 hoặc 18:30 24/5"
NO_SUCH_TIME: Final = "giờ không có thật; nhập từ 0h00 đến 23h59"
NO_SUCH_DAY: Final = "ngày không có thật; nhập như 18:30 24/5"
_DAY: Final = r"(?:(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})(?:[/.-](?P<year>\d{4}))?|(?P<iso>\d{4}-\d{1,2}-\d{1,2}))"
_CLOCK: Final = r"(?P<hour>\d{1,2})(?:[:hg.](?P<minute>\d{2})?| ?giờ ?(?P<minute2>\d{2})?)?"
_DAY_ALONE: Final = re.compile(_DAY, re.ASCII)
_DAY_FIRST: Final = re.compile(rf"{_DAY}[ ,T]+{_CLOCK}", re.ASCII | re.IGNORECASE)
_CLOCK_FIRST: Final = re.compile(rf"{_CLOCK}(?:(?:[ ,]+| ngày ){_DAY})?", re.ASCII | re.IGNORECASE)


def typed_moment(
    text: str, *, since: Instant, on_day: bool = False, alone: DayAlone | None = None, side: Side | None = None
) -> tuple[Instant, bool]:
    """Return the instant that a typed time means, and whether a day was typed with it; a day without its year is read as in `typed_day`.

    A time alone is the first such time after `since`; with `on_day` that time of the day of `since`, be it past or to come. A day alone
    is its beginning or end, as `alone` says, and no time if that says nothing. Raises ValueError.

    >>> from rules.time import at, show
    >>> def read(text):
    ...     return show(typed_moment(text, since=at("2025-05-16 09:00"))[0])
    >>> read("18h30"), read("7:00"), read("18/5 19h")
    ('2025-05-16 18:30', '2025-05-17 07:00', '2025-05-18 19:00')
    >>> read("8h30 25/5"), read("19:30 25/5"), read("15:38 ngày 24/5/2025"), read("2025-05-24T15:38")
    ('2025-05-25 08:30', '2025-05-25 19:30', '2025-05-24 15:38', '2025-05-24 15:38')
    >>> show(typed_moment("7:00", since=at("2025-05-16 09:00"), on_day=True)[0])
    '2025-05-16 07:00'
    >>> show(typed_moment("26/5", since=at("2025-05-16 09:00"), alone="end")[0])
    '2025-05-27 00:00'
    """
    plain = " ".join(unicodedata.normalize("NFKC", text[:LONGEST]).split())
    found = _DAY_FIRST.fullmatch(plain) or _CLOCK_FIRST.fullmatch(plain)
    if found is None and alone is not None:
        day = typed_day(plain, since=since, side=side)
        return (day_start(day) if alone == "start" else day_end(day)), True
    if found is None:
        raise ValueError(UNREAD)
    with_day = bool(found["day"] or found["iso"])
    hour, minute = int(found["hour"]), int(found["minute"] or found["minute2"] or 0)
    if (hour, minute) > ((24, 0) if with_day else (23, 59)) or minute > 59:
        raise ValueError(NO_SUCH_TIME)
    clock = hour * HOUR + minute * MINUTE
    if with_day:
        return day_start(_day_of(found, since, side)) + clock, True
    today = day_start(local_date(since)) + clock
    return today if on_day or today > since else today + DAY, False


def typed_day(text: str, *, since: Instant, side: Side | None = None) -> date:
    """Return the day that was typed. One without its year is of the year of `since`; with `side`, of the one beside it, where it lies on
    that side only there and not more than half a year away. Raises ValueError.

    >>> from rules.time import at
    >>> str(typed_day("25/5", since=at("2025-05-16 09:00"))), str(typed_day("2025-06-01", since=0))
    ('2025-05-25', '2025-06-01')
    >>> before, after = at("2025-12-30 09:00"), at("2026-01-02 09:00")
    >>> str(typed_day("2/1", since=before, side="ahead")), str(typed_day("30/12", since=after, side="behind"))
    ('2026-01-02', '2025-12-30')
    """
    found = _DAY_ALONE.fullmatch(unicodedata.normalize("NFKC", text[:LONGEST]).strip())
    if found is None:
        raise ValueError(NO_SUCH_DAY)
    return _day_of(found, since, side)


def _day_of(found: re.Match[str], since: Instant, side: Side | None) -> date:
    if found["iso"]:
        year, month, day = map(int, found["iso"].split("-"))
        known = _real(year, month, day)
    elif found["year"]:
        known = _real(int(found["year"]), int(found["month"]), int(found["day"]))
    else:
        known = _in_its_year(int(found["month"]), int(found["day"]), local_date(since), side)
    if known is None:
        raise ValueError(NO_SUCH_DAY)
    return known


def _in_its_year(month: int, day: int, today: date, side: Side | None) -> date | None:
    own = _real(today.year, month, day)
    fits = {"ahead": own is not None and own >= today, "behind": own is not None and own <= today, None: True}
    if fits.get(side):
        return own
    others = [today.year + step for step, where in ((1, "ahead"), (-1, "behind")) if side in (where, "near")]
    beside = [each for year in others if (each := _real(year, month, day)) and abs(each - today) <= HALF_A_YEAR]
    return min([each for each in (own, *beside) if each], key=lambda each: abs(each - today), default=None)


def _real(year: int, month: int, day: int) -> date | None:
    """Return a day; None for one that there is not."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
