"""Working days as numbered rows, so that adding working days is a look-up here and a join in SQL.

Holidays, swapped Saturdays and opening hours are data (`rules/calendars/*.yaml`), each entry with a status. A day that
the data do not cover is a `CalendarGap`, never a guess.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from rules.calendars.read import CalendarData, CalendarError, Status, read_calendar
from rules.said import Said
from rules.time import MINUTE, Duration, Instant, day_start, local_date

__all__ = ["Calendar", "CalendarDay", "CalendarError", "CalendarGap", "load_calendar"]

FOLDER: Final = Path(__file__).parent / "calendars"


class CalendarGap(ValueError):
    """A year that the calendar does not have yet; `year` is the first one missing."""

    def __init__(self, calendar: str, year: int, covered: str) -> None:
        self.said = Said(
            "Lịch “%(calendar)s” chưa có ngày nghỉ năm %(year)s (mới có %(covered)s). Hãy bổ sung rồi tính lại.",
            calendar=calendar, year=year, covered=covered,
        )  # fmt: skip
        super().__init__(self.said)
        self.calendar, self.year = calendar, year


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One row of the reference table `calendar_day`.

    `working_no` counts the working days of the calendar up to and including this day, so the n-th working day after
    `day` is the row with `is_working` and `working_no = this.working_no + n`. `opens` and `closes` are the instants of
    the first opening and the last closing, None on a day that is not worked; `hours` has every span of open hours in between. `status` is that of the entry, or of the
    year for ordinary days; a `pending` entry is shown by its label and not counted.
    """

    calendar: str
    day: date
    is_working: bool
    working_no: int
    opens: Instant | None
    closes: Instant | None
    status: Status
    label: str
    hours: tuple[tuple[Instant, Instant], ...] = ()


class Calendar:
    """A run of whole years without a gap. Build it with `load_calendar`; it never changes."""

    def __init__(self, data: CalendarData) -> None:
        """Number the days of `data`. Raises CalendarError if its years do not follow one another."""
        years = sorted(data.years)
        for earlier, later in pairwise(years):
            if later != earlier + 1:
                raise CalendarError(f"{data.name}: thiếu năm {earlier + 1} giữa {earlier} và {later}. Hãy bổ sung.")
        self.name, self.label = data.name, data.label
        self.first, self.last = date(years[0], 1, 1), date(years[-1], 12, 31)
        self._rows = tuple(_number(data, self.first, self.last))
        self._working = tuple(row.day for row in self._rows if row.is_working)

    def rows(self) -> tuple[CalendarDay, ...]:
        """Return every day in order: the content of the reference table."""
        return self._rows

    def on(self, day: date) -> CalendarDay:
        """Return the row of `day`. Raises CalendarGap outside the years of the calendar."""
        if not self.first <= day <= self.last:
            raise self._gap(day.year)
        return self._rows[(day - self.first).days]

    def is_working(self, day: date) -> bool:
        """Is `day` worked? Raises CalendarGap like `on`."""
        return self.on(day).is_working

    def add_working_days(self, day: date, count: int) -> date:
        """Return the `count`-th working day after `day`, which is itself not counted.

        Raises ValueError if `count` < 1, CalendarGap if the answer lies beyond the calendar.

        >>> load_calendar("vn").add_working_days(date(2025, 4, 29), 1)
        datetime.date(2025, 5, 5)
        """
        if count < 1:
            raise ValueError(f"Số ngày làm việc phải từ 1 trở lên, không phải {count}.")
        number = self.on(day).working_no + count
        if number > len(self._working):
            raise self._gap(self.last.year + 1)
        return self._working[number - 1]

    def add_working_time(self, since: Instant, duration: Duration) -> Instant:
        """Return the instant at which `duration` microseconds of open hours have passed since `since`.

        A period that fills a span of hours ends when it closes, not when the next one opens. Raises ValueError if `duration` < 1,
        CalendarGap if the answer lies beyond the calendar.

        >>> from rules.time import HOUR, at, show
        >>> show(load_calendar("vn").add_working_time(at("2025-05-16 16:00"), 2 * HOUR))
        '2025-05-19 08:30'
        """
        if duration < 1:
            raise ValueError(f"Thời gian làm việc phải dài hơn 0, không phải {duration}.")
        day, left = local_date(since), duration
        while True:
            for opens, closes in self.on(day).hours:
                begins = max(since, opens)
                if begins + left <= closes:
                    return begins + left
                left -= max(0, closes - begins)
            day += timedelta(days=1)

    def working_day_from(self, day: date) -> date:
        """Return `day` if it is worked, else the next day that is."""
        return day if self.is_working(day) else self.add_working_days(day, 1)

    def working_days(self, first: date, last: date) -> int:
        """Return how many working days lie from `first` to `last`, both included; 0 if `last` is earlier."""
        return max(0, self.on(last).working_no - self.on(first).working_no + self.is_working(first))

    def unsettled(self, first: date, last: date) -> list[CalendarDay]:
        """Return the special days in between whose status is not confirmed: what a plan should be warned of."""
        return [row for row in self._rows if first <= row.day <= last and row.label and row.status != "confirmed"]

    def _gap(self, year: int) -> CalendarGap:
        covered = f"{self.first.year}–{self.last.year}" if self.first.year < self.last.year else f"{self.first.year}"
        return CalendarGap(self.name, year, covered)


def _number(data: CalendarData, first: date, last: date) -> Iterator[CalendarDay]:
    number = 0
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        entry, hours = data.entries.get(day), data.hours.get(day.weekday())
        is_working = hours is not None
        if entry is not None and entry.status != "pending":
            is_working = entry.worked
            hours = (hours or _swapped_hours(data)) if is_working else None
        number += is_working
        spans = tuple(
            (day_start(day) + begins * MINUTE, day_start(day) + ends * MINUTE) for begins, ends in hours or ()
        )
        opens, closes = (spans[0][0], spans[-1][1]) if spans else (None, None)
        status, label = (entry.status, entry.label) if entry else (data.years[day.year], "")
        yield CalendarDay(data.name, day, is_working, number, opens, closes, status, label, spans)


def _swapped_hours(data: CalendarData) -> tuple[tuple[int, int], ...]:
    """A rest day that is worked keeps the hours of the first working weekday: it stands in for one."""
    return data.hours[min(data.hours)]


@cache
def load_calendar(name: str = "vn", folder: Path = FOLDER) -> Calendar:
    """Return the calendar `name`, read once a process. Raises CalendarError with a sentence if the file is unusable."""
    return Calendar(read_calendar(folder / f"{name}.yaml"))
