"""Settling what was due before a change: the clock may be late, the record must not depend on it.

A command that is about to change a case or task first opens what had become due on it. So a report sent twenty minutes late while no
clock ran still leaves the same episodes behind as if one had.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, and_, select

from rules.time import Instant
from workflow.escalation.climb import climb
from workflow.escalation.due_rows import Subjects
from workflow.escalation.open import Opened, open_due
from workflow.gateway.door import OpenDoor, open_door
from workflow.gateway.held_again import open_again
from workflow.gateway.kinds import CASE, TASK
from workflow.gateway.live import LiveCase, live_door, load_cases
from workflow.gateway.resolve import open_episodes
from workflow.gateway.resolve_staged import close_resolved_tasks
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Case, Staged, table_of

_staged, _cases = table_of(Staged), table_of(Case)


def open_settled(book: Book, context: CampaignContext, door_id: uuid.UUID, *, row: Row[Any] | None = None) -> OpenDoor:
    """Open a door for writing, after opening what had become due on its cases. NotFound if there is no such door.

    `row` is the door's row if the caller has read it already, under the lock.
    """
    if row is None:
        opened = open_door(book, context, door_id)
        cases = opened.cases
    else:
        cases = load_cases(book.connection, book.unit_id, door_id)
        opened = OpenDoor(book, context, live_door(row), cases)
    opened.episodes = open_episodes(book, cases)
    if not _anything_due(book.now, cases, opened.episodes):
        return opened
    settle_cases(book, context, list(cases))
    return open_door(book, context, door_id)


def _anything_due(now: Instant, cases: Mapping[uuid.UUID, LiveCase], episodes: list[Any]) -> bool:
    pointers = [case.next_action_at for case in cases.values()] + [row.next_action_at for row in episodes]
    return any(pointer is not None and pointer <= now for pointer in pointers)


def settle_cases(book: Book, context: CampaignContext, cases: Subjects) -> int:
    """Open what is due on these cases and let their ladders climb; return how many episodes and levels."""
    opened = open_due(book, context, CASE, now=book.now, only=cases).total
    return opened + climb(book, context, CASE, now=book.now, only=cases)


def settle_staged(book: Book, context: CampaignContext, batch: uuid.UUID) -> int:
    """Settle the cases of a batch before it moves them; return how many episodes and levels."""
    cases = select(Staged.subject_id).where(Staged.unit_id == book.unit_id, Staged.batch_id == batch)
    return settle_cases(book, context, cases)


def settle_doors(book: Book, context: CampaignContext, batch: uuid.UUID) -> int:
    """Settle the cases behind the doors of a batch before they go to somebody else; return how many episodes and levels."""
    behind = and_(
        _staged.c.unit_id == book.unit_id,
        _staged.c.batch_id == batch,
        _cases.c.unit_id == _staged.c.unit_id,
        _cases.c.door_id == _staged.c.subject_id,
    )
    return settle_cases(book, context, select(_cases.c.id).where(behind))


def settle_task(book: Book, context: CampaignContext, task_id: uuid.UUID, *, now: Instant | None = None) -> Opened:
    """Settle one task, as `settle_tasks` does."""
    return settle_tasks(book, context, [task_id], now=now)


def settle_tasks(
    book: Book, context: CampaignContext, tasks: Sequence[uuid.UUID], *, now: Instant | None = None
) -> Opened:
    """Open what is due on tasks before they change, as of `now` (default: the book's).

    Where rules waive some of them, ladders wait: the caller waives those and asks again.
    """
    if not tasks:
        return Opened()
    moment = book.now if now is None else now
    opened = open_due(book, context, TASK, now=moment, only=tasks)
    if not opened.waived:
        climb(book, context, TASK, now=moment, only=tasks, rules=TASK.rules(context))
    return opened


def resolve_task(book: Book, context: CampaignContext, task_id: uuid.UUID) -> int:
    """Close the episodes of a task that has just changed, where their rule no longer holds, and open again where it does; return how many."""
    return resolve_tasks(book, context, [task_id])


def resolve_tasks(book: Book, context: CampaignContext, tasks: Sequence[uuid.UUID]) -> int:
    """Do what `resolve_task` does for several tasks, in the same number of statements."""
    return close_resolved_tasks(book, context, tasks) + open_again(book, context, TASK, tasks) if tasks else 0
