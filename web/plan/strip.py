"""The strip of days beside the board: where each task lies in the campaign, and where today is. Numbers for an SVG."""

from dataclasses import dataclass

from rules.time import DAY, Instant, day_end, day_start, local_date
from workflow.queries.plan_board import BoardRow
from workflow.queries.plan_links import Links

WIDTH = 260
"""Units of the drawing; it is never scaled, so that its text stays readable."""


@dataclass(frozen=True)
class Bar:
    """A task's stretch of time, from `x` over `width`; `done` is how much of it is behind."""

    x: float
    width: float
    done: float


@dataclass(frozen=True)
class Strip:
    """The days a board shows. `ticks` are (x, day of the month)."""

    starts: Instant
    ends: Instant
    now_x: float
    ticks: tuple[tuple[float, int], ...]

    def x(self, instant: Instant) -> float:
        """Return where an instant lies, kept inside."""
        inside = min(max(instant, self.starts), self.ends)
        return round((inside - self.starts) * WIDTH / (self.ends - self.starts), 1)

    def bar(self, row: BoardRow) -> Bar | None:
        """Return the bar of a row; None for one without a deadline."""
        if row.due_at is None:
            return None
        left = self.x(row.opens_at)
        width = max(self.x(row.due_at) - left, 4)
        share = (row.progress or 0) / 100 if row.task_id else row.delivered / max(row.total, 1)
        return Bar(left, width, round(width * min(share, 1), 1))

    def came_before(self, links: Links) -> float | None:
        """Return where the last deadline of what comes before lies; None if nothing with a deadline does."""
        last = max((one.due_at for one in links.before if one.due_at is not None), default=None)
        return None if last is None else self.x(last)

    def slack_end(self, row: BoardRow, links: Links) -> float | None:
        """Return how far the slack of a row reaches; None without any."""
        return self.x(row.due_at + links.slack) if row.due_at is not None and links.slack else None


def strip_of(starts: Instant, ends: Instant, rows: list[BoardRow], now: Instant) -> Strip:
    """Return the strip that has room for the campaign and for every deadline on the page."""
    first = day_start(local_date(starts))
    last = day_end(local_date(max([ends, *(row.due_at for row in rows if row.due_at is not None)]) - 1))
    days = max((last - first) // DAY, 1)
    step = max(days // 8, 1)
    strip = Strip(first, last, 0, ())
    ticks = tuple(
        (strip.x(first + number * DAY), local_date(first + number * DAY).day) for number in range(0, days, step)
    )
    return Strip(first, last, strip.x(now), ticks)
