"""Taking back evidence that was added by mistake: it stays in the books, and no longer counts."""

import uuid
from typing import Any, Final

from sqlalchemy import select, update

from workflow.access import Actor, require_task_post, task_for
from workflow.actions.task_writes import TASKS, append_event, check_sender, reason_given, task_for_update
from workflow.errors import AlreadyDecided, MoveNotAllowed, NotFound
from workflow.ledger import Book
from workflow.plan.life import HANDED_OVER, STATE_LABELS, is_open
from workflow.plan.scopes import parts_in
from workflow.queries.campaigns import CampaignContext
from workflow.queries.tasks import is_withdrawn
from workflow.tables import TaskEvidence

ACTION: Final = "rút minh chứng"


def withdraw_evidence(
    book: Book, campaign: CampaignContext, actor: Actor, task_id: uuid.UUID, evidence_id: uuid.UUID, *, reason: str
) -> dict[str, Any]:
    """Take back a piece of evidence of a task that is still with its owner; return it with the ledger number.

    What waits for review or is closed stands as it was judged: it is returned or reopened first. Raises NotFound, NotPermitted,
    MoveNotAllowed, AlreadyDecided, BadInput (no reason).
    """
    check_sender(book, actor, action=ACTION, cause="person")
    seen = task_for(book.session, actor, campaign.id, task_id, **parts_in(campaign.pack))
    row = book.session.execute(
        select(TaskEvidence.ledger_no, TaskEvidence.label, is_withdrawn().label("is_withdrawn")).where(
            TaskEvidence.unit_id == book.unit_id, TaskEvidence.task_id == task_id, TaskEvidence.id == evidence_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    require_task_post(actor, seen, "withdraw", action=ACTION)
    task = task_for_update(book, campaign, task_id)
    if not is_open(task["state"]) or task["state"] in HANDED_OVER:
        raise MoveNotAllowed(move=ACTION, state=STATE_LABELS[task["state"]])
    if row.is_withdrawn:
        raise AlreadyDecided(status="đã rút")
    told = reason_given(reason, needed_for=ACTION)
    number = append_event(
        book, task, task["state"], task["state"], happened_at=book.now, cause="person",
        withdraws=str(row.ledger_no), label=row.label, reason=told,
    )  # fmt: skip
    book.session.execute(
        update(TASKS)
        .where(TASKS.c.unit_id == book.unit_id, TASKS.c.id == task_id)
        .values(version=TASKS.c.version + 1, next_action_at=book.now)
    )
    return {"evidence": str(evidence_id), "ledger_no": number}
