"""Figures day by day, the one definition of pace, honest forecasts, and who moved on how fast, in which nobody's refusal shows."""

from typing import Any

import pytest

from rules.time import DAY, HOUR, at
from tests.workflow.figures.world import World
from workflow.days import as_date, day_number, local_day
from workflow.figures.flow import Flow, flows_of
from workflow.figures.history import DayCount, days_of, forecast, pace_of
from workflow.figures.values import read_figures

MIDDAY = at("2025-05-05 12:00")


class Context:
    """What the flow asks of a campaign."""

    def __init__(self, world: World) -> None:
        self.unit_id, self.id, self.pack = world.unit_id, world.campaign_id, world.pack


def flows(world: World, as_of: int) -> dict[tuple[str, str], Flow]:
    """Return the flows of the day before an instant."""
    context: Any = Context(world)
    with world.store.read() as session:
        return {(one.source.vi, one.target.vi): one for one in flows_of(session, context, as_of=as_of).flows}


def test_a_figure_day_by_day_is_what_the_count_of_each_midnight_says(world: World) -> None:
    cases = world.enter(*["activated"] * 6)
    for number, case in enumerate(cases[:4]):
        world.now = at(f"2025-05-0{3 + number} 10:00")
        world.move(case, "submit")
    world.now = at("2025-05-08 09:00")
    world.move(cases[4], "submit", happened_at=at("2025-05-04 11:00"))
    world.move(cases[5], "decline")

    with world.store.read() as session:
        figures = read_figures(session, world.campaign, world.pack, as_of=world.now + 1)
        told = days_of(session, figures).of("took_part")
        recorded = days_of(session, figures, basis="r").of("took_part")
        counts = [
            read_figures(session, world.campaign, world.pack, as_of=at(f"2025-05-0{day} 00:00")).value("took_part")
            for day in range(3, 9)
        ]

    assert [one.n for one in told] == [*counts, 5]
    assert [one.n for one in told] == [0, 1, 3, 4, 5, 5, 5]
    assert [one.n for one in recorded] == [0, 1, 2, 3, 4, 4, 5]
    assert (as_date(told[0].day).day, as_date(told[-1].day).day) == (2, 8)


def _history(*counts: int) -> list[DayCount]:
    first = day_number(as_date(local_day(MIDDAY)).replace(day=1))
    return [DayCount(first + n, count) for n, count in enumerate(counts)]


@pytest.mark.parametrize(
    ("counts", "needed", "highest", "why", "day"),
    [
        ((0, 10, 20, 30, 30), 60, 90, "in_time", 7),
        ((0, 10, 20, 30, 30), 95, 99, "late", 11),
        ((0, 10, 20, 30, 35), 35, 99, "reached", 5),
        ((0, 10, 20, 30, 30), 95, 94, "impossible", None),
        ((30, 30, 30, 30, 31), 60, 90, "still", None),
        ((30, 29, 28, 27, 27), 60, 90, "still", None),
        ((0, 10, 20, 30, 30), None, 90, "unknown", None),
    ],
)
def test_a_forecast_counts_whole_days_and_knows_the_ceiling(
    counts: tuple[int, ...], needed: int | None, highest: int, why: str, day: int | None
) -> None:
    history = _history(*counts)
    today, first = history[-1].day, history[0].day

    told = forecast(
        history, needed=needed, highest=highest, is_reachable=None, today=today, first=first, last=first + 8
    )

    assert (told.why, told.day and as_date(told.day).day) == (why, day)
    assert told.sentence()


def test_pace_is_the_mean_of_the_last_whole_days_and_of_fewer_at_the_start() -> None:
    history = _history(4, 10, 20, 40, 99)
    today, first = history[-1].day, history[0].day

    assert (pace_of(history, today=today, first=first).done, pace_of(history, today=today, first=first).per_day) == (
        36,
        "12,0",
    )
    early = pace_of(history[:2], today=first + 1, first=first)
    assert (early.days, early.done) == (1, 4)
    assert pace_of(history[:1], today=first, first=first).days == 0


def test_who_moved_on_and_how_long_they_had_stood_there(world: World) -> None:
    cases = world.enter(*["activated"] * 9)
    for number, case in enumerate(cases[:5]):
        world.now = MIDDAY + number * HOUR
        world.move(case, "submit")
    world.move(cases[5], "mark_no_phone", happened_at=MIDDAY)
    world.move(cases[6], "mark_dead", happened_at=MIDDAY)
    world.now = MIDDAY + 6 * HOUR
    number = world.move(cases[7], "mark_dead")
    world.void(number or 0)
    world.move(cases[0], "find_not_deducted")
    before = flows(world, world.now + 1)
    world.move(cases[8], "decline")

    after = flows(world, world.now + 1)

    assert before == after, "who ended contact has not moved"
    took_part = after["Chưa góp ý", "Đã tham gia"]
    assert took_part.n == 5
    entered = MIDDAY - at("2025-05-02 00:00")
    assert (took_part.median, took_part.ninth) == (entered + 2 * HOUR, entered + 4 * HOUR)
    assert after["Chưa góp ý", "Không còn dùng điện thoại"].n == 1
    assert after["Chưa góp ý", "Không còn dùng điện thoại"].median is None, "too few to tell how long"
    assert after["Chưa góp ý", "Đã chết"].n == 1
    assert len(after) == 3
    world.now += DAY
    world.move(cases[8], "take_part_later", cause="roster")
    assert set(flows(world, world.now + 1)) == {("Chưa góp ý", "Đã tham gia")}
