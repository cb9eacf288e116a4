"""How numbers, rates and moments read: 4.546 and 87,44 %, Asia/Ho_Chi_Minh. Filters of every template."""

from datetime import date
from functools import lru_cache
from typing import Any, Final

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask

from rules.pack.model import Label
from rules.said import Named
from rules.time import Instant, clock_text, day_vi, local_date, local_datetime, minute_of_day, moment_vi, weekday_vi
from web.i18n import current_locale
from workflow.closing.said import signed_figure
from workflow.numbers import integer_vi, percent_vi

MOST_KEPT: Final = 4096
_POINTS: Final = str.maketrans(".,", ",.")


def number(value: int | None) -> str:
    """4546 → 4.546 (English: 4,546); nothing for nothing."""
    if value is None:
        return "–"
    return integer_vi(value) if current_locale() == "vi" else str(format_decimal(value, locale="en"))


def percent(count: int, base: int, decimals: int = 2) -> str:
    """3975 of 4546 → 87,44 % (English: 87.44%); a dash where there is nothing to divide by."""
    text = percent_vi(count, base, decimals)
    if text is None:
        return "–"
    return figure(text)


def moment(instant: Instant | None) -> str:
    """15:38 ngày 24/5/2025 (English: 15:38, 24 May 2025)."""
    if instant is None:
        return "–"
    if current_locale() == "vi":
        return moment_vi(instant)
    return f"{clock(instant)}, {format_date(local_date(instant), 'd MMM y', locale='en')}"


def clock(instant: Instant) -> str:
    """15:38, the local time of day to the minute."""
    return clock_text(minute_of_day(instant))


def short_moment(instant: Instant | None, now: Instant) -> str:
    """15:38 today, 15:38 24/5 on another day."""
    if instant is None:
        return "–"
    if local_date(instant) == local_date(now):
        return clock(instant)
    return f"{clock(instant)} {day(instant, with_year=False)}"


def day(value: Instant | date | None, *, with_year: bool = True) -> str:
    """24/5/2025 (English: 24 May 2025)."""
    if value is None:
        return "–"
    on = value if isinstance(value, date) else local_date(value)
    if current_locale() == "vi":
        return day_vi(on, with_year=with_year)
    return str(format_date(on, "d MMM y" if with_year else "d MMM", locale="en"))


def weekday(value: Instant | date) -> str:
    """Thứ Bảy (English: Saturday)."""
    on = value if isinstance(value, date) else local_date(value)
    return weekday_vi(on) if current_locale() == "vi" else str(format_date(on, "EEEE", locale="en"))


def figure(text: str) -> str:
    """4.546 or 87,44 % as the engine writes it (English: 4,546 and 87.44%)."""
    if current_locale() == "vi":
        return text
    return text.translate(_POINTS).replace(" ", "").replace("\u00a0", "")


def signed(value: int | None) -> str:
    """A difference with its sign: +2, −1.204 (English: −1,204); a dash for nothing."""
    return "–" if value is None else figure(signed_figure(value))


def label(value: Label | str | None) -> str:
    """A pack's label in the language of the page; Vietnamese where the pack has no English."""
    if isinstance(value, Named):
        return value.en if current_locale() == "en" and value.en else str(value)
    if value is None or isinstance(value, str):
        return value or ""
    return value.en if current_locale() == "en" and value.en else value.vi


@lru_cache(maxsize=MOST_KEPT)
def iso(instant: Instant) -> str:
    """2025-05-24T15:38:00+07:00, for `<time datetime>` and for programs."""
    return local_datetime(instant).isoformat(timespec="seconds")


FILTERS: dict[str, Any] = {
    "number": number,
    "percent": percent,
    "figure": figure,
    "signed": signed,
    "moment": moment,
    "short_moment": short_moment,
    "day": day,
    "weekday": weekday,
    "clock": clock,
    "label": label,
    "iso": iso,
}


def register(app: Flask) -> None:
    """Make the filters known to every template."""
    app.jinja_env.filters.update(FILTERS)
