"""Forecasts of a plan's tasks from figures: the pace of whole days, each team's own, the chain behind them, in few statements."""

from typing import Any

import pytest

from tests.workflow.conftest import NewWorld
from tests.workflow.plan.statements import statements
from tests.workflow.world import World
from workflow.actions.declare_staff import declare_staff
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.actions.record_visit import Finding
from workflow.days import as_date
from workflow.figures.task_forecast import forecast_of_task, forecasts_of_rows
from workflow.queries.plan_board import plan_board
from workflow.queries.plan_links import pairs_of_plan
from workflow.sweeps.duties import open_duties
from workflow.tables import Body, Task


@pytest.fixture
def town(worlds: NewWorld) -> World:
    """Team 1 has six people, team 2 two; the plan is open on 14/5, and its lists are handed over."""
    world = worlds()
    world.go_to("2025-05-14 08:00")
    with world.book() as (book, context):
        open_plan(book, context)
    return world


def rows(town: World, login: str = "khanh") -> dict[str, Any]:
    with town.store.read() as session:
        actor, context, now = town.actor(login), town.context(), town.clock.now()
        board = plan_board(session, actor, context, now=now, view="all", limit=500)
        found = forecasts_of_rows(session, actor, context, board.rows, pairs_of_plan(session, actor, context), now=now)
    return {item: one for (item, period), one in found.items() if not period}


def of_task(town: World, item: str, scope: str = "unit") -> Any:
    task = town.rows(Task, Task.item == item, Task.scope == scope)[0]
    with town.store.read() as session:
        found = forecast_of_task(session, town.context(), vars(task), now=town.clock.now())
    return None if found is None else found[0]


def six_people(town: World) -> None:
    town.go_to("2025-05-14 09:00")
    door, people = town.household([f"Bùi Văn {name}" for name in ("Một", "Hai", "Ba", "Bốn", "Năm", "Sáu")])
    for day, case in ((15, 0), (16, 1), (17, 2)):
        town.go_to(f"2025-05-{day} 10:00")
        town.visit("an", door, Finding("took_part", people[case]))


def test_the_pace_of_whole_days_says_when_a_team_is_finished_and_how_late(town: World) -> None:
    six_people(town)
    town.go_to("2025-05-18 08:00")

    found = of_task(town, "team-finishes", "T1")

    assert found.day is not None
    assert (as_date(found.day).day, found.late, found.ground, found.days) == (20, 0, "figures", 3)
    assert rows(town)["team-finishes"].day == found.day
    town.go_to("2025-05-26 08:00")
    assert of_task(town, "team-finishes", "T1").lack == "still"


def test_a_report_is_one_tap_whatever_the_pace_of_its_team(town: World) -> None:
    six_people(town)
    town.go_to("2025-05-18 08:00")
    with town.book() as (book, context):
        open_duties(book, context, book.now)

    assert rows(town)["team-finishes"].ground == "figures"
    report = of_task(town, "daily-report", "T1")
    assert (report.ground, report.is_told) == ("supposed", False), (
        "its excuse has a condition on figures, sending it has none"
    )


def test_a_leader_sees_the_forecast_of_their_own_team_alone(town: World) -> None:
    six_people(town)
    town.household(["Ngô Văn Tám", "Ngô Văn Chín"], area="A2", house="8")
    town.go_to("2025-05-18 08:00")

    assert rows(town, "an")["team-finishes"] == of_task(town, "team-finishes", "T1")
    assert rows(town, "dung")["team-finishes"] == of_task(town, "team-finishes", "T2")
    assert (rows(town)["team-finishes"].lacking, rows(town)["team-finishes"].of) == (1, 2)


def test_a_team_that_is_excused_holds_the_row_of_all_no_longer(town: World) -> None:
    six_people(town)
    town.household(["Ngô Văn Tám", "Ngô Văn Chín"], area="A2", house="8")
    town.go_to("2025-05-18 08:00")
    task = town.rows(Task, Task.item == "team-finishes", Task.scope == "T2")[0]
    with town.book() as (book, context):
        move_task(
            book, context, task.id, "cancel", actor=None, state_version=None, cause="rule", reason="nhập vào tổ 1"
        )

    assert rows(town)["team-finishes"] == of_task(town, "team-finishes", "T1")


def test_today_moves_nothing_before_it_is_over(town: World) -> None:
    six_people(town)
    town.go_to("2025-05-18 08:00")
    before = of_task(town, "team-finishes", "T1")
    door, people = town.household(["Ngô Văn Bảy"], house="77")
    town.visit("an", door, Finding("took_part", people[0]))

    assert of_task(town, "team-finishes", "T1") == before


def test_before_a_whole_day_is_over_there_is_none(town: World) -> None:
    town.go_to("2025-05-15 08:00")

    assert rows(town)["team-finishes"].lack == "few_days"
    assert rows(town)["staff-first"].lack == "few_days"


def test_what_offices_declare_has_a_pace_too(town: World) -> None:
    for day, finished in ((14, 10), (16, 20), (17, 40)):
        town.go_to(f"2025-05-{day} 10:00")
        with town.book() as (book, context):
            office = town.rows(Body, Body.counts_staff)[0]
            declare_staff(book, context, office.id, "staff", actor=None, declared=100, finished=finished)
    town.go_to("2025-05-18 08:00")

    found = rows(town)["staff-first"]

    assert found == of_task(town, "staff-first")
    assert (found.ground, as_date(found.day).day, found.late) == ("figures", 23, 4)


def test_a_closed_task_has_none_and_statements_do_not_grow_with_the_plan(town: World) -> None:
    six_people(town)
    town.go_to("2025-05-18 08:00")
    with town.store.read() as session:
        actor, context, now = town.actor("khanh"), town.context(), town.clock.now()
        board = plan_board(session, actor, context, now=now, view="all", limit=500)
        pairs = pairs_of_plan(session, actor, context)
        with statements(session) as sent:
            forecasts_of_rows(session, actor, context, board.rows, pairs, now=now)
        assert len(sent) == 3
        task = town.rows(Task, Task.item == "team-finishes", Task.scope == "T1")[0]
        with statements(session) as sent:
            forecast_of_task(session, context, vars(task), now=now)
        assert len(sent) == 2
        assert forecast_of_task(session, context, {**vars(task), "is_open": False}, now=now) is None
