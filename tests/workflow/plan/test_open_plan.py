"""Opening the plan and its duties: everything once, whoever asks and how often."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from rules.time import at
from tests.workflow.plan.conftest import Town, a_town, cat_thanh, form_team
from workflow.actions.open_plan import open_plan
from workflow.ids import id_of
from workflow.plan.schedule import slots_of_duty
from workflow.queries.tasks import duty_occurrences
from workflow.store import Store
from workflow.sweeps.duties import next_opening, open_duties
from workflow.tables import Event, Post, Task, TaskPredecessor, UnitHead


def opened(town: Town, now: str = "2025-05-14 08:00"):
    return town.write(now, lambda book: open_plan(book, town.campaign))


def ticked(town: Town, now: str):
    return town.write(now, lambda book: open_duties(book, town.campaign, at(now)), by_rule=True)


def test_every_task_of_the_plan_is_opened_once_for_each_team_area_or_unit(town: Town) -> None:
    plan = cat_thanh().model.plan.tasks
    expected = sum(3 if task.per in ("team", "area") else 1 for task in plan)

    first, second = opened(town), opened(town, "2025-05-14 09:00")

    assert (first.tasks, first.without_owner) == (expected, 0)
    assert (second.tasks, second.links) == (0, 0)
    assert town.count(Task) == expected == len(town.events())


def test_a_task_has_the_id_of_its_natural_key_its_owner_and_the_deadline_of_the_plan(town: Town) -> None:
    opened(town)

    staff = town.task("staff-first")
    finish = town.task("team-finishes", "to-2")

    assert staff.id == id_of(town.unit_id, town.campaign.id, "staff-first", "", "unit")
    assert (staff.due_at, staff.state, staff.is_conditional) == (at("2025-05-20 00:00"), "assigned", True)
    assert staff.owner_post_id == town.posts["office", "unit"]
    assert finish.owner_post_id == town.posts["team_leader", "to-2"]
    assert (finish.team_id, finish.due_at) == (town.teams["to-2"], at("2025-05-27 24:00"))
    assert finish.area_id is not None


def test_each_opening_is_an_event_that_says_what_was_opened(town: Town) -> None:
    opened(town)

    (event,) = town.events(town.task("hand-over-lists", "to-1").id)

    assert event.data == {"from": None, "to": "assigned", "item": "hand-over-lists", "scope": "to-1"}
    assert (event.campaign_id, event.team_id) == (town.campaign.id, town.teams["to-1"])


def test_a_team_task_waits_for_its_own_teams_task_or_for_the_units(town: Town) -> None:
    opened(town)

    assert town.task("print-lists").open_predecessors == 1  # form-teams, the unit's
    assert town.task("hand-over-lists", "to-3").open_predecessors == 1  # print-lists, the unit's
    assert town.task("team-finishes", "to-3").open_predecessors == 1  # its own hand-over, not the other two
    assert town.task("staff-first").open_predecessors == 0


def test_a_unit_task_after_team_tasks_waits_for_all_of_them(store: Store) -> None:
    pack = cat_thanh()
    tasks = [
        task.model_copy(update={"after": ("hand-over-lists",)}) if task.id == "consolidate" else task
        for task in pack.model.plan.tasks
    ]
    plan = pack.model.plan.model_copy(update={"tasks": tuple(tasks)})
    town = a_town(store, _with_plan(pack, plan), teams=4)

    opened(town)

    assert town.task("consolidate").open_predecessors == 4


def _with_plan(pack, plan):
    return replace(pack, model=pack.model.model_copy(update={"plan": plan}))


def test_a_team_formed_later_gets_its_tasks_and_nothing_is_opened_twice(town: Town) -> None:
    opened(town)
    before = town.count(Task)
    per_team = sum(1 for task in cat_thanh().model.plan.tasks if task.per == "team")

    form_team(town, 4, "2025-05-16 08:00")
    again = opened(town, "2025-05-16 08:00")

    areas = sum(1 for task in cat_thanh().model.plan.tasks if task.per == "area")
    assert again.tasks == per_team + areas
    assert town.count(Task) == before + per_team + areas


def test_a_task_without_a_post_stays_planned_and_is_counted(store: Store) -> None:
    town = a_town(store, cat_thanh(), teams=1)
    with store.write() as session:
        row = session.scalars(
            select(Post).where(Post.unit_id == town.unit_id, Post.code == "finance", Post.scope == "unit")
        ).one()
        session.delete(row)

    result = opened(town)

    assert result.without_owner == 1
    assert town.task("budget").state == "planned"


def test_fifteen_teams_and_thirteen_days_make_195_reports_and_15_final_counts(store: Store) -> None:
    town = a_town(store, cat_thanh(), teams=15)

    for day in range(15, 28):
        ticked(town, f"2025-05-{day} 00:05")
    before_final = town.count(Task, item="final-count")
    last = ticked(town, "2025-05-27 16:00")

    assert town.count(Task, item="daily-report") == 195
    assert (before_final, town.count(Task, item="final-count")) == (0, 15)
    assert (town.count(Task, item="daily-report-forward"), town.count(Task, item="final-count-forward")) == (13, 1)
    assert last.next_at is None
    assert town.count(Event, kind="task") == 210 + 14


def test_one_late_tick_opens_the_same_as_one_a_day_and_twice_adds_nothing(store: Store) -> None:
    daily, late = (a_town(store, cat_thanh(), teams=2) for _ in range(2))

    for day in range(15, 21):
        ticked(daily, f"2025-05-{day} 00:00")
    first, second = ticked(late, "2025-05-20 18:30"), ticked(late, "2025-05-20 18:30")

    assert (first.opened, second.opened) == (2 * 6 + 6, 0)
    assert rows_of(daily) == rows_of(late)
    assert second.next_at == at("2025-05-21 00:00")


def rows_of(town: Town) -> list[tuple]:
    with town.store.read() as session:
        rows = duty_occurrences(session, town.unit_id, town.campaign.id, now=at("2025-05-20 19:00"))
    return [row[1:] for row in rows]


def test_an_occurrence_opened_late_happened_at_its_own_hour(town: Town) -> None:
    ticked(town, "2025-05-16 12:00")

    (event,) = town.events(town.task("daily-report", "to-1", "2025-05-15").id)

    assert (event.happened_at, event.recorded_at) == (at("2025-05-15 00:00"), at("2025-05-16 12:00"))
    assert (event.cause, event.actor_id) == ("rule", None)


@pytest.mark.parametrize(
    ("now", "opened_before", "next_at"),
    [
        ("2025-05-14 23:59:59.999999", 0, "2025-05-15 00:00"),
        ("2025-05-15 00:00", 3 + 1, "2025-05-16 00:00"),
        ("2025-05-27 15:59:59.999999", 39 + 13, "2025-05-27 16:00"),
        ("2025-05-27 16:00", 42 + 14, None),
    ],
)
def test_openings_are_exact_to_the_microsecond(town: Town, now: str, opened_before: int, next_at: str | None) -> None:
    result = ticked(town, now)

    assert result.opened == opened_before
    assert result.next_at == (at(next_at) if next_at else None)


def test_a_team_owes_no_report_for_the_time_before_it_was_formed(town: Town) -> None:
    ticked(town, "2025-05-16 00:00")
    form_team(town, 4, "2025-05-17 09:00")

    ticked(town, "2025-05-18 00:00")

    with town.store.read() as session:
        keys = [
            row.occurrence
            for row in duty_occurrences(session, town.unit_id, town.campaign.id, now=at("2025-05-18 00:00"))
            if row.scope == "to-4"
        ]
    assert keys == ["2025-05-17", "2025-05-18"]


def test_two_workers_that_tick_at_once_open_each_report_once(town: Town) -> None:
    with ThreadPoolExecutor(2) as workers:
        results = list(workers.map(lambda _: ticked(town, "2025-05-17 10:00").opened, range(4)))

    assert sorted(results) == [0, 0, 0, 12]
    assert town.count(Task) == 12 == town.count(Event, kind="task")
    with town.store.read() as session:
        assert session.get(UnitHead, town.unit_id).ledger_no == 12


def test_every_slot_of_the_daily_report_follows_the_last_without_gap(town: Town) -> None:
    daily, final = cat_thanh().model.plan.duties

    slots = slots_of_duty(daily, cat_thanh()) + slots_of_duty(final, cat_thanh())

    assert [slot.period_to for slot in slots[:-1]] == [slot.period_from for slot in slots[1:]]
    assert (slots[0].period_from, slots[-1].period_to) == (at("2025-05-15 00:00"), at("2025-05-27 24:00"))
    assert slots[-1].due_at == at("2025-05-28 09:00")
    assert {slot.internal_due_at - slot.due_at for slot in slots[:-1]} == {-30 * 60_000_000}


def test_before_the_campaign_the_next_opening_is_its_first_day(town: Town) -> None:
    assert next_opening(town.campaign, at("2025-01-01 00:00")) == at("2025-05-15 00:00")


def test_links_are_rows_of_the_unit_alone(town: Town) -> None:
    result = opened(town)

    assert town.count(TaskPredecessor) == result.links > 0
