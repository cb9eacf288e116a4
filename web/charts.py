"""Charts as points of a drawing: numbers in, coordinates out. The macros of `charts.html` draw them, with a table under each.

Nothing here knows colours or languages. A drawing comes in two widths, so that on a phone letters stay as large as beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from workflow.figures.dashboard import Bar, Curve

WIDE: Final = (720, 260)
NARROW: Final = (340, 230)
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 10, 12, 26


class Tick(NamedTuple):
    """A mark on an axis: where, and the value (a count, or a local day)."""

    at: float
    value: int


class Dot(NamedTuple):
    """A point that can be pointed at."""

    x: float
    y: float
    day: int
    n: int


@dataclass(frozen=True, slots=True)
class LineChart:
    """A curve in a box: what was reached (`points`, and the `area` below), what could be (`ceiling`), what is needed (`target_y`)."""

    width: int
    height: int
    left: float
    right: float
    floor: float
    points: str
    area: str
    ceiling: str
    target_y: float | None
    dots: tuple[Dot, ...]
    days: tuple[Tick, ...]
    counts: tuple[Tick, ...]


def line_charts(curve: Curve) -> tuple[LineChart, ...]:
    """Return the wide and the narrow drawing of a curve; none before there are two days to join."""
    if len(curve.points) < 2:
        return ()
    return tuple(_line_chart(curve, *size) for size in (WIDE, NARROW))


def _line_chart(curve: Curve, width: int, height: int) -> LineChart:
    top = _round_up(max(curve.needed or 0, *(max(one.n, one.highest) for one in curve.points), 1))
    first, last = curve.points[0].day, max(curve.last, curve.points[-1].day)
    floor, right = height - _BOTTOM, width - _RIGHT

    def x(day: int) -> float:
        return round(_LEFT + (right - _LEFT) * (day - first) / max(last - first, 1), 1)

    def y(count: int) -> float:
        return round(floor - (floor - _TOP) * count / top, 1)

    dots = tuple(Dot(x(one.day), y(one.n), one.day, one.n) for one in curve.points)
    points = " ".join(f"{dot.x},{dot.y}" for dot in dots)
    return LineChart(
        width=width,
        height=height,
        left=_LEFT,
        right=right,
        floor=floor,
        points=points,
        area=f"{dots[0].x},{floor} {points} {dots[-1].x},{floor}",
        ceiling=" ".join(f"{x(one.day)},{y(one.highest)}" for one in curve.points),
        target_y=None if curve.needed is None else y(curve.needed),
        dots=dots,
        days=tuple(Tick(x(day), day) for day in _some(first, last, 6 if width > 400 else 3)),
        counts=tuple(Tick(y(count), count) for count in (0, top // 2, top)),
    )


def _some(first: int, last: int, most: int) -> list[int]:
    """Return so many days between the first and the last at most, evenly apart."""
    step = max(1, -(-(last - first) // most))
    return [*range(first, last + 1, step)]


def _round_up(number: int) -> int:
    """Return the next round even number that is not smaller.

    >>> _round_up(4546), _round_up(40), _round_up(1)
    (5000, 40, 2)
    """
    unit = 1
    while unit * 50 < number:
        unit *= 10
    return max(-(-number // (2 * unit)) * 2 * unit, 2)


@dataclass(frozen=True, slots=True)
class BarRow:
    """A bar in hundredths of a percent of the widest: what is done, what is out, what is still possible."""

    bar: Bar
    done: float
    exits: float
    rest: float


def bar_rows(bars: Sequence[Bar]) -> tuple[BarRow, ...]:
    """Return bars in their order, all to one scale: the largest place is a hundred wide."""
    widest = max((bar.listed for bar in bars), default=0) or 1

    def part(n: int) -> float:
        return round(100 * max(n, 0) / widest, 2)

    return tuple(BarRow(bar, part(bar.done), part(bar.exits), part(bar.rest)) for bar in bars)


__all__ = ["BarRow", "LineChart", "bar_rows", "line_charts"]
