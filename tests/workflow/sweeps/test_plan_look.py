"""A tick looks at the plan only where something is new, and finds what it would have found by looking at all of it."""

from typing import Any

import pytest

from rules.time import MINUTE, at
from tests.workflow.organisation.conftest import administered as administered
from tests.workflow.world import World
from workflow.actions.manage_places import add_team
from workflow.actions.open_plan import open_plan
from workflow.sweeps import tick as sweep
from workflow.sweeps.duties import open_duties
from workflow.tables import Campaign, Task

pytestmark = pytest.mark.slow


def duties(world: World, *conditions: Any) -> set[tuple[str, str, str]]:
    return {(task.item, task.occurrence, task.scope) for task in world.rows(Task, Task.is_duty, *conditions)}


def all_there(world: World) -> bool:
    """Whether looking at the whole plan would open nothing more."""
    with world.book() as (book, context):
        return open_duties(book, context, book.now).opened == 0


def form_a_team(world: World) -> None:
    """Set up a team now, as an administrator does."""
    world.command("hai", lambda book, context, actor: add_team(book, actor, code="T9", name="Tổ công tác số 9"))


def test_only_new_occurrences_are_looked_at(given: World, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    rows = sweep.open_duties.__globals__["insert_tasks"]
    monkeypatch.setitem(
        sweep.open_duties.__globals__,
        "insert_tasks",
        lambda book, campaign, some: looked.append(len(some)) or rows(book, campaign, some),
    )
    for day in range(15, 21):
        given.go_to(f"2025-05-{day} 00:00")
        given.tick()
    opened = [len(duties(given, Task.opens_at == at(f"2025-05-{day} 00:00"))) for day in range(15, 21)]

    assert looked[1:] == opened[1:]
    assert all_there(given)


def test_a_clock_that_stood_still_opens_every_day_it_missed(given: World) -> None:
    given.go_to("2025-05-15 09:00")
    given.tick()
    given.go_to("2025-05-20 09:00")
    given.tick()

    assert {occurrence for _, occurrence, _ in duties(given)} >= {f"2025-05-{day}" for day in range(15, 21)}
    assert all_there(given)


def test_a_team_formed_late_gets_what_it_owes_and_no_more_is_there_twice(administered: World) -> None:
    given = administered
    given.go_to("2025-05-17 09:00")
    given.tick()
    before = duties(given)
    given.clock.move_to(given.clock.now() + MINUTE)
    form_a_team(given)
    given.go_to("2025-05-17 09:15")
    given.tick()

    added = duties(given) - before
    assert {scope for _, _, scope in added} == {"T9"}
    assert "2025-05-17" in {
        occurrence for _, occurrence, _ in added
    }  # it opened before the team was there, and is due after
    assert "2025-05-16" not in {occurrence for _, occurrence, _ in added}
    assert all_there(given)


def test_an_occurrence_that_was_cancelled_does_not_come_back(administered: World) -> None:
    given = administered
    given.go_to("2025-05-16 09:00")
    given.tick()
    with given.store.write() as session:
        session.query(Task).filter_by(unit_id=given.unit_id, occurrence="2025-05-16").update(
            {"state": "cancelled", "is_open": False}
        )
    cancelled = duties(given, Task.state == "cancelled")
    given.clock.move_to(given.clock.now() + MINUTE)
    form_a_team(given)
    given.go_to("2025-05-17 09:00")
    given.tick()

    assert cancelled
    assert duties(given, Task.state == "cancelled") == cancelled


def test_conditions_are_asked_only_after_something_was_recorded(given: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with given.book() as (book, context):
        open_plan(book, context)
    given.household([("Nguyễn Văn Một", "registered")])
    asked: list[int] = []
    ask = sweep.complete_conditional

    def noted(book: Any, campaign: Any, figures: Any, now: int, **last_look: Any) -> int:
        asked.append(now)
        return ask(book, campaign, figures, now, **last_look)

    monkeypatch.setattr(sweep, "complete_conditional", noted)
    given.go_to("2025-05-16 09:00")
    for _ in range(4):
        given.clock.move_to(given.clock.now() + 15 * MINUTE)
        given.tick()
    quiet = len(asked)
    given.household([("Nguyễn Thị Hai", "registered")], house="2")
    given.clock.move_to(given.clock.now() + 15 * MINUTE)
    given.tick()

    assert quiet < 4
    assert len(asked) == quiet + 1
    seen = given.rows(Campaign)[0]
    assert seen.plan_seen_at == given.clock.now()
