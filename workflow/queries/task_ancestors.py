"""The open tasks that a task waits for, however far back: one statement."""

import uuid
from typing import Any, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.queries.campaigns import CampaignContext
from workflow.statements.asking import Asked, ask
from workflow.tables import Task, TaskPredecessor, table_of

_links, _tasks = table_of(TaskPredecessor), table_of(Task)


class Before(NamedTuple):
    """An open task that `task_id` waits for."""

    task_id: uuid.UUID
    id: uuid.UUID
    item: str
    team_id: uuid.UUID | None
    area_id: uuid.UUID | None
    due_at: Instant | None


def ancestors_of(session: Session, context: CampaignContext, task_id: uuid.UUID) -> list[Before]:
    """Return what a task waits for, what that waits for, and so on; what is closed holds nobody up and ends the chain."""
    return [Before(*row) for row in ask(session, _chain, unit=context.unit_id, task=task_id)]


def _chain(*, unit: Any, task: Any) -> Asked:
    chain = (
        select(_links.c.task_id, _links.c.after_id)
        .where(_links.c.unit_id == unit, _links.c.task_id == task)
        .cte("chain", recursive=True)
    )
    further, first = _links.alias("further"), _tasks.alias("first")
    chain = chain.union(
        select(further.c.task_id, further.c.after_id)
        .join(chain, further.c.task_id == chain.c.after_id)
        .join(first, and_(first.c.unit_id == further.c.unit_id, first.c.id == further.c.task_id))
        .where(further.c.unit_id == unit, first.c.is_open)
    )
    task_ = _tasks.c
    return (
        select(chain.c.task_id, chain.c.after_id, task_.item, task_.team_id, task_.area_id, task_.due_at)
        .join(_tasks, and_(task_.unit_id == unit, task_.id == chain.c.after_id))
        .where(task_.is_open)
        .order_by(chain.c.task_id, task_.due_at, chain.c.after_id)
    )
