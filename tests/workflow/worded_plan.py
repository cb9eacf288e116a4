"""A plan with one task for every wording of a deadline, to ask of each place whether it calls the same ones overdue."""

from rules.deadlines import is_overdue
from rules.time import Instant, at
from tests.wordings import every_wording
from tests.workflow.world import World
from workflow.actions.task_writes import insert_tasks, owned_by, task_row
from workflow.plan.schedule import Slot
from workflow.plan.scopes import Scope
from workflow.tables import Post

STARTS = "2024-02-01 08:00"
EDGES = (-1, 0, 1)
"""Microseconds around a deadline."""

Dues = dict[str, Instant]
"""When each item is due."""


def word_plan(world: World) -> Dues:
    """Open one task for every wording, all given to the chair, and return when each is due."""
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
    return dues


def overdue_by_then(dues: Dues, now: Instant) -> set[str]:
    """Return what the one comparison calls overdue, if nothing has been handed over."""
    return {item for item, until in dues.items() if is_overdue(until, now, is_open=True)}
