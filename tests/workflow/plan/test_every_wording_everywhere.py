"""The same answer everywhere, to the microsecond: badge, list, count, board and escalation over every wording of a deadline."""

from collections.abc import Callable

import pytest

from rules.deadlines import is_overdue
from rules.time import Instant, at
from tests.wordings import every_wording
from tests.workflow.conftest import NewWorld
from tests.workflow.world import World
from workflow.actions.task_writes import insert_tasks, owned_by, task_row
from workflow.plan.schedule import Slot
from workflow.plan.scopes import Scope
from workflow.plan.standing import standing_of
from workflow.queries.plan_board import plan_board, plan_counts
from workflow.queries.tasks import count_tasks_by_timing, tasks_by_deadline
from workflow.tables import Escalation, Post, Task

pytestmark = pytest.mark.slow

STARTS = "2024-02-01 08:00"
EDGES = (-1, 0, 1)
"""Microseconds around a deadline."""


@pytest.fixture
def worded(worlds: NewWorld) -> tuple[World, dict[str, Instant]]:
    """A unit whose plan has one task for every wording, all given to the chair, and when each is due."""
    world = worlds(starts=STARTS)
    dues = {f"wording-{number}": due for number, (_, due) in enumerate(every_wording())}
    texts = [text for text, _ in every_wording()]
    chair = world.rows(Post, Post.code == "chair")[0].id
    with world.book() as (book, context):
        rows = [
            task_row(
                book,
                context,
                item=item,
                label=text,
                clause="1",
                slot=Slot("", at(STARTS), due),
                scope=Scope("unit", "đơn vị"),
            )
            for (item, due), text in zip(dues.items(), texts, strict=True)
        ]
        insert_tasks(book, context, [owned_by(row, chair) for row in rows])
    return world, dues


def overdue_everywhere(world: World, now: Instant) -> dict[str, object]:
    """What each place says is overdue at an instant."""
    context, actor = world.context(), world.actor("khanh")
    with world.store.read() as session:
        listed = tasks_by_deadline(session, world.unit_id, context.id, now=now, timings=("overdue",))
        board = plan_board(session, actor, context, now=now, view="overdue", limit=500)
        badge = plan_counts(session, actor, context, now=now).count("overdue")
        counted = count_tasks_by_timing(session, world.unit_id, context.id, now=now)["overdue"]
    return {
        "list": {line.item for line in listed},
        "board": {row.item for row in board.rows},
        "badge": badge,
        "count": counted,
    }


def test_badge_list_count_and_board_agree_to_the_microsecond(worded: tuple[World, dict[str, Instant]]) -> None:
    world, dues = worded
    assert len(dues) >= 60
    tasks = [dict(row.__dict__) for row in world.rows(Task)]

    for due in sorted(set(dues.values())):
        for edge in EDGES:
            now = due + edge
            expected = {item for item, until in dues.items() if is_overdue(until, now, is_open=True)}
            assert {task["item"] for task in tasks if standing_of(task, now) == "overdue"} == expected
            assert overdue_everywhere(world, now) == {
                "list": expected, "board": expected, "badge": len(expected), "count": len(expected)
            }, (now, edge)  # fmt: skip


def test_the_clock_escalates_at_the_same_microsecond(worded: tuple[World, dict[str, Instant]]) -> None:
    world, dues = worded
    opens = world.context().starts_at
    items = {task.id: task.item for task in world.rows(Task)}
    escalated: Callable[[], set[str]] = lambda: {  # noqa: E731
        items[row.subject_id] for row in world.rows(Escalation, Escalation.rule_id == "task-overdue")
    }

    for due in sorted(due for due in set(dues.values()) if due > opens):
        for edge in EDGES[:2]:
            if due + edge < world.clock.now():
                continue
            world.clock.move_to(due + edge)
            world.tick()
            assert escalated() == {item for item, until in dues.items() if is_overdue(until, due + edge, is_open=True)}
