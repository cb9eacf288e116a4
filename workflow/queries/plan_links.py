"""What comes before what on a page of the plan, and how long a task may slip before the next one's deadline.

Slack is the time from a task's deadline to the earliest deadline of an open task that waits for it; None where nothing with a
deadline waits, or the task itself has none. It is never below 0: a plan whose next deadline is the earlier one has no slack.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session, aliased

from rules.pack.model import Label
from rules.time import Instant
from workflow.queries.campaigns import CampaignContext
from workflow.queries.plan_board import BoardRow
from workflow.queries.plan_items import label_of
from workflow.statements.asking import Asked, ask
from workflow.tables import Task, TaskPredecessor, table_of

Key = tuple[str, str]
"""An item of the plan and its period: a row of the board."""


@dataclass(frozen=True, slots=True)
class Before:
    """A task that must be closed first, its last deadline, and how many of its tasks are still open."""

    label: Label
    due_at: Instant | None
    still_open: int


@dataclass(frozen=True, slots=True)
class Links:
    """What a row waits for, by deadline, and its slack in microseconds."""

    before: tuple[Before, ...] = ()
    slack: int | None = None


class Pair(NamedTuple):
    """A row of the plan and one that comes before it: their deadlines, and how many tasks of the first are still open.

    `due_at` is the earliest deadline of the later row's open tasks, `first_due_at` the last of the first row's.
    """

    item: str
    occurrence: str
    due_at: Instant | None
    first_item: str
    first_occurrence: str
    label: str
    first_due_at: Instant | None
    still_open: int


def pairs_of_plan(session: Session, context: CampaignContext) -> list[Pair]:
    """Return what comes before what in the whole plan, a line for two rows of it, by the first one's deadline: one statement."""
    return [Pair(*row) for row in ask(session, _pairs, unit=context.unit_id, campaign=context.id)]


def waiting_of(pairs: Sequence[Pair]) -> Mapping[Key, Sequence[Key]]:
    """Return by row which rows before it still have open tasks."""
    before = defaultdict[Key, list[Key]](list)
    for pair in pairs:
        if pair.still_open:
            before[pair.item, pair.occurrence].append((pair.first_item, pair.first_occurrence))
    return before


def links_of_rows(context: CampaignContext, rows: Sequence[BoardRow], pairs: Sequence[Pair]) -> Mapping[Key, Links]:
    """Return the links of the rows of a page, by item and period."""
    before, next_due = defaultdict[Key, list[Before]](list), dict[Key, Instant]()
    for pair in pairs:
        label = label_of(context, pair.first_item, pair.label)
        before[pair.item, pair.occurrence].append(Before(label, pair.first_due_at, int(pair.still_open)))
        if pair.due_at is not None:
            first = (pair.first_item, pair.first_occurrence)
            next_due[first] = min(pair.due_at, next_due.get(first, pair.due_at))
    return {
        key: Links(tuple(before[key]), _slack(row.due_at, next_due.get(key)))
        for key, row in ((_key(row), row) for row in rows)
    }


def _key(row: BoardRow) -> Key:
    return row.item, row.occurrence


def _slack(due_at: Instant | None, next_due: Instant | None) -> int | None:
    return None if due_at is None or next_due is None else max(next_due - due_at, 0)


def _pairs(*, unit: Any, campaign: Any) -> Asked:
    first, task, link = aliased(table_of(Task)), aliased(table_of(Task)), table_of(TaskPredecessor)
    first_due = func.max(first.c.due_at)
    return (
        select(
            task.c.item, task.c.occurrence, func.min(case((task.c.is_open, task.c.due_at))).label("due_at"),
            first.c.item.label("first_item"), first.c.occurrence.label("first_occurrence"), func.min(first.c.label).label("label"),
            first_due.label("first_due_at"), func.count(func.distinct(case((first.c.is_open, first.c.id)))).label("still_open"),
        )
        .select_from(
            link.join(task, and_(task.c.unit_id == link.c.unit_id, task.c.id == link.c.task_id))
            .join(first, and_(first.c.unit_id == link.c.unit_id, first.c.id == link.c.after_id))
        )
        .where(link.c.unit_id == unit, task.c.campaign_id == campaign)
        .group_by(task.c.item, task.c.occurrence, first.c.item, first.c.occurrence)
        .order_by(first_due.is_(None), first_due, first.c.item, first.c.occurrence)
    )  # fmt: skip
