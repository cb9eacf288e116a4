"""Confirming or returning a request for an exit: by the post that the pack names, once."""

import uuid
from typing import Any

from sqlalchemy import select

from workflow.access import Actor, request_for, require_post
from workflow.errors import AlreadyDecided
from workflow.escalation.settle import open_settled
from workflow.gateway.labels import state_shown
from workflow.gateway.requests import decide
from workflow.ledger.book import Book
from workflow.plan.texts import typed_reason, typed_text
from workflow.queries.campaigns import CampaignContext
from workflow.queries.door_list import reads_sensitive
from workflow.tables import Case

DECIDERS = ("duty_leader", "coordinator")
"""Posts above the one that the pack names, who may decide in its place."""


def decide_exit(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    request_id: uuid.UUID,
    *,
    confirm: bool,
    reason: str | None = None,
) -> dict[str, Any]:
    """Confirm the exit (the case moves, from the instant the request says it happened) or return it with a reason.

    Raises NotFound, NotPermitted, AlreadyDecided, BadInput (returning without a reason) or whatever refuses the move.
    """
    row = request_for(book.session, actor, request_id)
    opened = open_settled(book, context, _door_of(book, row.case_id))
    post = require_post(actor, (row.confirm_by, *DECIDERS), opened.door, action="Xác nhận không thể lấy ý kiến")
    if row.status != "waiting":
        raise AlreadyDecided(
            status={"confirmed": "đã xác nhận", "returned": "đã trả lại"}.get(row.status, "đã rút lại")
        )
    if confirm:
        reason = typed_text("Lý do", reason)
    else:
        reason = typed_reason(reason, where="Lý do trả lại", missing="chưa ghi; ghi cần bổ sung gì")
    case = opened.case(row.case_id)
    number = decide(opened, request_id, case, "confirmed" if confirm else "returned", reason)
    if confirm:
        happened_at = max(row.happened_at, case.entered_at)
        opened.move(case, row.move, by=(row.confirm_by, post.role), happened_at=happened_at, about_id=request_id)
    opened.save()
    track = context.pack.tracks[case.track]
    return {
        "request": str(request_id),
        "status": "confirmed" if confirm else "returned",
        "ledger_no": number,
        "state": state_shown(track, case.state, openly=reads_sensitive(actor, opened.door)),
    }


def _door_of(book: Book, case_id: uuid.UUID) -> uuid.UUID:
    return book.session.execute(
        select(Case.door_id).where(Case.unit_id == book.unit_id, Case.id == case_id)
    ).scalar_one()
