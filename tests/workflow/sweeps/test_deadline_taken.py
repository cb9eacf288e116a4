"""A deadline that counts from another task, and is taken because that one is opened again: the record does not depend on the clock."""

from typing import Any

import pytest

from rules.pack import Pack, load_files
from rules.time import show
from tests.databases import WORLDS
from tests.workflow.conftest import NewWorld
from tests.workflow.world import PACKS, World
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.tables import Escalation, Task

pytestmark = pytest.mark.slow


def pack() -> Pack:
    """The town's plan, in which support points are due two hours after the staff were first."""
    files = {path.name: path.read_text("utf-8") for path in (PACKS / "cat-thanh-2025").glob("*.yaml")}
    before, name, after = files["plan.yaml"].partition("- id: support-point")
    words = "due: none because kế hoạch không nêu ngày lập, điểm hỗ trợ hoạt động trong cả đợt"
    assert words in after
    files["plan.yaml"] = before + name + after.replace(words, "due: within 2 hours of staff-first", 1)
    return load_files(files)


@pytest.fixture
def town(worlds: NewWorld) -> World:
    """Staff were first at 08:15, so support points are due at 10:15."""
    number = next(WORLDS)
    world = World(worlds().store, pack(), code=f"han-{number}", seed=number)
    with world.book() as (book, campaign):
        open_plan(book, campaign)
    at(world, "08:15")
    with world.book() as (book, campaign):
        move_task(
            book, campaign, task(world, "staff-first").id, "complete", actor=None, state_version=None, cause="rule"
        )
    assert show(task(world, "support-point").due_at or 0) == "2025-05-15 10:15"
    at(world, "08:30")
    return world


def at(world: World, time: str) -> None:
    world.go_to(f"2025-05-15 {time}")
    world.tick()


def task(world: World, item: str) -> Task:
    found: list[Task] = world.rows(Task, Task.item == item)
    return found[0]


def reopen(world: World) -> None:
    first = task(world, "staff-first").id
    with world.book() as (book, campaign):
        move_task(book, campaign, first, "reopen", actor=None, state_version=None, cause="rule", reason="chưa xong")


def overdue(world: World) -> list[Any]:
    mine = Escalation.subject_id == task(world, "support-point").id
    return [
        (show(each.due_at), each.level, each.is_open)
        for each in world.rows(Escalation, mine)
        if each.rule_id == "task-overdue"
    ]


@pytest.mark.parametrize("looks", [("10:15", "10:45"), ()])
def test_what_had_become_overdue_is_recorded_and_closed_at_once(town: World, looks: tuple[str, ...]) -> None:
    for time in looks:
        at(town, time)
    town.go_to("2025-05-15 11:00")
    reopen(town)

    assert task(town, "support-point").due_at is None
    assert overdue(town) == [("2025-05-15 10:15", 1, False)]


def test_what_was_not_due_yet_is_not_opened(town: World) -> None:
    town.go_to("2025-05-15 10:00")
    reopen(town)
    at(town, "11:00")

    assert overdue(town) == []
