"""What comes before what on a page of the plan, and how long a task may slip before the next one's deadline.

Slack is the time from a task's deadline to the earliest deadline of an open task that waits for it; None where nothing with a
deadline waits, or the task itself has none. It is never below 0: a plan whose next deadline is the earlier one has no slack.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session, aliased

from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor, scope_of_tasks
from workflow.plan.scopes import parts_in
from workflow.queries.asker import ask_as
from workflow.queries.campaigns import CampaignContext
from workflow.queries.plan_board import BoardRow
from workflow.queries.plan_items import label_of
from workflow.statements.asking import Asked
from workflow.tables import Task, TaskPredecessor, table_of

Key = tuple[str, str]
"""An item of the plan and its period: a row of the board."""
Place = tuple[uuid.UUID | None, uuid.UUID | None]
"""A team and an area."""


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

    `due_at` is the earliest deadline of the later row's open tasks, `first_due_at` the last of the first row's. Where the reader may see
    tasks of the later row (`is_seen`), what comes first is told of those alone: what one's own task waits for.
    """

    item: str
    occurrence: str
    due_at: Instant | None
    first_item: str
    first_occurrence: str
    label: str
    first_due_at: Instant | None
    still_open: int
    is_seen: bool


def pairs_of_plan(session: Session, actor: Actor, context: CampaignContext) -> list[Pair]:
    """Return what comes before what in the whole plan, a line for two rows of it, by the first one's deadline: one statement."""
    pairs = []
    for row in ask_as(session, actor, context, _pairs):
        told = (row.seen_due_at, row.seen_open) if row.seen else (row.first_due_at, row.still_open)
        pairs.append(Pair._make([*row[:6], *told, bool(row.seen)]))
    return sorted(pairs, key=lambda pair: (pair.first_due_at is None, pair.first_due_at or 0))


def waiting_of(pairs: Sequence[Pair]) -> Mapping[Key, Sequence[Key]]:
    """Return by row which rows before it still have open tasks; for a row of which the reader sees tasks, before those."""
    seen = {(pair.item, pair.occurrence) for pair in pairs if pair.is_seen}
    before = defaultdict[Key, list[Key]](list)
    for pair in pairs:
        if pair.still_open and (pair.is_seen or (pair.item, pair.occurrence) not in seen):
            before[pair.item, pair.occurrence].append((pair.first_item, pair.first_occurrence))
    return before


def links_of_rows(context: CampaignContext, rows: Sequence[BoardRow], pairs: Sequence[Pair]) -> Mapping[Key, Links]:
    """Return the links of the rows of a page, by item and period."""
    before, next_due = defaultdict[Key, list[Before]](list), dict[Key, Instant]()
    for pair in pairs:
        if pair.is_seen:
            label = label_of(context, pair.first_item, pair.label)
            before[pair.item, pair.occurrence].append(Before(label, pair.first_due_at, int(pair.still_open)))
        if pair.due_at is not None:
            first = (pair.first_item, pair.first_occurrence)
            next_due[first] = min(pair.due_at, next_due.get(first, pair.due_at))
    return {
        key: Links(tuple(before[key]), _slack(row.due_at, next_due.get(key)))
        for key, row in ((_key(row), row) for row in rows)
    }


def open_places(
    session: Session, actor: Actor, context: CampaignContext, items: Sequence[str]
) -> Mapping[str, Sequence[Place]]:
    """Return by item where its open tasks are, as team and area: those in the reader's scope, or all where there is none of them."""
    found = defaultdict[str, list[tuple[bool, Place]]](list)
    for row in ask_as(session, actor, context, _open_places, items=list(items)):
        found[row.item].append((bool(row.seen), (row.team_id, row.area_id)))
    seen = {item: any(is_seen for is_seen, _ in some) for item, some in found.items()}
    return {item: [place for is_seen, place in some if is_seen or not seen[item]] for item, some in found.items()}


def _open_places(actor: Actor, context: CampaignContext, *, items: Any) -> Asked:
    task = table_of(Task).c
    seen = case((scope_of_tasks(actor, **parts_in(context.pack)), 1), else_=0)
    return (
        select(task.item, task.team_id, task.area_id, seen.label("seen"))
        .where(task.unit_id == context.unit_id, task.campaign_id == context.id, task.is_open, task.item.in_(items))
        .order_by(task.item, task.scope)
    )


def _key(row: BoardRow) -> Key:
    return row.item, row.occurrence


def _slack(due_at: Instant | None, next_due: Instant | None) -> int | None:
    return None if due_at is None or next_due is None else max(next_due - due_at, 0)


def _pairs(actor: Actor, context: CampaignContext) -> Asked:
    first, task, link = aliased(table_of(Task)), table_of(Task), table_of(TaskPredecessor)
    seen = scope_of_tasks(actor, **parts_in(context.pack))
    first_due = func.max(first.c.due_at)

    def still_open(*which: Any) -> Any:
        return func.count(func.distinct(case((and_(first.c.is_open, *which), first.c.id))))

    return (
        select(
            task.c.item, task.c.occurrence, func.min(case((task.c.is_open, task.c.due_at))).label("due_at"),
            first.c.item.label("first_item"), first.c.occurrence.label("first_occurrence"), func.min(first.c.label).label("label"),
            first_due.label("first_due_at"), still_open().label("still_open"), func.max(case((seen, 1), else_=0)).label("seen"),
            func.max(case((seen, first.c.due_at))).label("seen_due_at"), still_open(seen).label("seen_open"),
        )
        .select_from(
            link.join(task, and_(task.c.unit_id == link.c.unit_id, task.c.id == link.c.task_id))
            .join(first, and_(first.c.unit_id == link.c.unit_id, first.c.id == link.c.after_id))
        )
        .where(link.c.unit_id == context.unit_id, task.c.campaign_id == context.id)
        .group_by(task.c.item, task.c.occurrence, first.c.item, first.c.occurrence)
        .order_by(first_due.is_(None), first_due, first.c.item, first.c.occurrence)
    )  # fmt: skip
