"""Which tasks follow another one: those that wait for it, and those whose deadline counts from its completion."""

import uuid

from sqlalchemy import select

from rules.language import facts_used
from workflow.actions.task_writes import TASKS, Row, successors_of
from workflow.gateway.kinds import TASK
from workflow.ledger import Book
from workflow.queries.campaigns import CampaignContext


def waiting_tasks(book: Book, campaign: CampaignContext, task_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the open tasks that wait for this one; none if no rule asks how many tasks another one waits for."""
    if not any("open_predecessors" in facts_used(rule.when) for rule in TASK.rules(campaign)):
        return []
    waiting = select(TASKS.c.id).where(
        TASKS.c.unit_id == book.unit_id, TASKS.c.is_open, successors_of(task_id, book.unit_id)
    )
    return list(book.session.scalars(waiting.order_by(TASKS.c.id)))


def tasks_counting_from(book: Book, task: Row, item: str) -> list[Row]:
    """Return the open tasks of `item` that count from `task`: in its own scope, or where one of the two is the unit's."""
    scope = (TASKS.c.scope == task["scope"]) | (TASKS.c.scope == "unit") | (task["scope"] == "unit")
    rows = book.session.execute(
        TASKS.select().where(
            TASKS.c.unit_id == book.unit_id,
            TASKS.c.campaign_id == task["campaign_id"],
            TASKS.c.item == item,
            TASKS.c.is_open,
            scope,
        )
    )
    return [dict(row) for row in rows.mappings()]
