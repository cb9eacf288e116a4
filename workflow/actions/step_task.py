"""A move of a task as a command of somebody: with the figures that its condition may ask, and an answer that can be kept."""

import uuid
from typing import Any

from rules.time import Instant
from workflow.access import Actor
from workflow.actions.move_task import move_task
from workflow.figures.reader import FigureReader
from workflow.ledger import Book
from workflow.queries.campaigns import CampaignContext


def step_task(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    task_id: uuid.UUID,
    move: str,
    *,
    state_version: int,
    reason: str | None = None,
    happened_at: Instant | None = None,
    owner_post_id: uuid.UUID | None = None,
) -> dict[str, Any]:
    """Make `move` on a task and return its state, version, timing and ledger number. Refused as `move_task` refuses."""
    moved = move_task(
        book, context, task_id, move, actor=actor, state_version=state_version, reason=reason, happened_at=happened_at,
        figures=FigureReader(book.session, context), owner_post_id=owner_post_id,
    )  # fmt: skip
    return {
        "task": str(moved.id),
        "state": moved.state,
        "state_version": moved.state_version,
        "timing": moved.timing,
        "ledger_no": moved.ledger_no,
    }
