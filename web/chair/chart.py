"""The curve of a campaign as points of a drawing: how many by the end of each day, against what is needed by the last."""

from dataclasses import dataclass

from workflow.figures.chair_overview import ChairOverview

WIDTH, HEIGHT = 320, 96


@dataclass(frozen=True, slots=True)
class Chart:
    """Points in a box of `WIDTH` by `HEIGHT`; `target_y` and `highest_y` are level lines, None where there is none to draw."""

    points: str
    area: str
    last_x: float
    last_y: float
    target_y: float | None
    highest_y: float | None


def chart_of(page: ChairOverview) -> Chart | None:
    """Return the curve from the first day of collecting to its last; None before there is anything to draw."""
    days = [one for one in page.days if one.day >= page.starts_on - 1]
    if len(days) < 2:
        return None
    needed, highest = page.progress.needed, page.progress.highest
    top = max(needed or 0, highest, *(one.n for one in days), 1)
    first, last = days[0].day, max(page.ends_on, days[-1].day)

    def x(day: int) -> float:
        return round(4 + (WIDTH - 8) * (day - first) / max(last - first, 1), 1)

    def y(count: int) -> float:
        return round(HEIGHT - 4 - (HEIGHT - 10) * count / top, 1)

    points = " ".join(f"{x(one.day)},{y(one.n)}" for one in days)
    area = f"{x(first)},{HEIGHT - 4} {points} {x(days[-1].day)},{HEIGHT - 4}"
    return Chart(
        points=points,
        area=area,
        last_x=x(days[-1].day),
        last_y=y(days[-1].n),
        target_y=None if needed is None else y(needed),
        highest_y=y(highest),
    )
