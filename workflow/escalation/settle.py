"""Settling what was due before a change: the clock may be late, the record must not depend on it.

A command that is about to change a case or task first opens what had become due on it. So a report sent twenty minutes late while no
clock ran still leaves the same episodes behind as if one had.
"""

import uuid
from collections.abc import Sequence

from workflow.escalation.climb import climb
from workflow.escalation.open import open_due
from workflow.gateway.door import OpenDoor, open_door
from workflow.gateway.kinds import CASE, TASK
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext


def open_settled(book: Book, context: CampaignContext, door_id: uuid.UUID) -> OpenDoor:
    """Open a door for writing, after opening what had become due on its cases. NotFound if there is no such door."""
    opened = open_door(book, context, door_id)
    due = [c.id for c in opened.cases.values() if c.next_action_at is not None and c.next_action_at <= book.now]
    waiting = [c.id for c in opened.cases.values()]
    settled = settle_cases(book, context, due) + climb(book, context, CASE, now=book.now, only=waiting)
    return open_door(book, context, door_id) if settled else opened


def settle_cases(book: Book, context: CampaignContext, case_ids: Sequence[uuid.UUID]) -> int:
    """Open what is due on these cases; return how many episodes."""
    return open_due(book, context, CASE, now=book.now, only=case_ids).total if case_ids else 0


def settle_task(book: Book, context: CampaignContext, task_id: uuid.UUID) -> None:
    """Open what is due on a task before it changes."""
    open_due(book, context, TASK, now=book.now, only=[task_id])
    climb(book, context, TASK, now=book.now, only=[task_id])
