"""Confirming or returning requests for an exit: by the post that the pack names, each once; several at once, each answered."""

import uuid
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, select

from rules.said import Said, kept
from workflow.access import Actor, request_for, require_post
from workflow.errors import AlreadyDecided, BadInput, WorkflowError
from workflow.escalation.settle import open_settled
from workflow.gateway.labels import state_shown
from workflow.gateway.requests import decide
from workflow.ledger.book import Book
from workflow.plan.texts import typed_reason, typed_text
from workflow.queries.campaigns import CampaignContext
from workflow.queries.door_list import reads_sensitive
from workflow.queries.exit_requests import DECIDERS, STATUSES
from workflow.tables import Case, Event

MOST_AT_ONCE: Final = 100
"""Requests in one batch at most: they are decided in one transaction, under the unit's lock."""


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

    Who stands in for somebody does not decide there what they asked for themselves, or another for whom they stand in.
    Raises NotFound, NotPermitted, AlreadyDecided, BadInput (returning without a reason) or whatever refuses the move.
    """
    row = request_for(book.session, actor, request_id)
    opened = open_settled(book, context, _door_of(book, row.case_id))
    action = "Xác nhận không thể lấy ý kiến"
    post = require_post(actor, (row.confirm_by, *DECIDERS), opened.door, action=action, asked_by=_askers(book, row))
    if row.status != "waiting":
        raise AlreadyDecided(status=STATUSES[row.status])
    reason = _reason(reason, confirm=confirm)
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


def decide_exits(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    requests: Sequence[uuid.UUID],
    *,
    confirm: bool,
    reason: str | None = None,
) -> dict[str, Any]:
    """Confirm or return several requests, each on its own: what is refused says why, and the others stand.

    Returns `decided` (how many), `refused` (how many) and `rows`, an answer for each request in the order given.
    Raises BadInput if nothing or too much was chosen, or if the reason (one for all) cannot be used.
    """
    chosen = list(dict.fromkeys(requests))
    if not 0 < len(chosen) <= MOST_AT_ONCE:
        raise BadInput(
            where="Đề nghị đã chọn",
            what=Said(
                "có %(n)s; chọn từ 1 đến %(most_at_once)s đề nghị một lần", n=len(chosen), most_at_once=MOST_AT_ONCE
            ),
        )
    reason = _reason(reason, confirm=confirm)
    rows = list[dict[str, Any]]()
    for request_id in chosen:
        try:
            with book.attempt():
                rows.append(
                    {"ok": True, **decide_exit(book, context, actor, request_id, confirm=confirm, reason=reason)}
                )
        except WorkflowError as refused:
            told = {"code": refused.code, "message": str(refused), "said": kept(refused.said)}
            rows.append({"ok": False, "request": str(request_id), **told})
    decided = sum(row["ok"] for row in rows)
    return {"decided": decided, "refused": len(rows) - decided, "rows": rows, "ledger_no": book.last_no}


def _reason(text: str | None, *, confirm: bool) -> str | None:
    if confirm:
        return typed_text("Lý do", text)
    return typed_reason(text, where="Lý do trả lại", missing="chưa ghi; ghi cần bổ sung gì")


def _askers(book: Book, row: Row[Any]) -> set[uuid.UUID | None]:
    """Return who went and asked, who wrote it down, and in whose name."""
    wrote = select(Event.actor_id, Event.acting_for_id).where(
        Event.unit_id == book.unit_id, Event.ledger_no == row.asked_no
    )
    return {row.asked_by_id, *(who for found in book.session.execute(wrote) for who in found)}


def _door_of(book: Book, case_id: uuid.UUID) -> uuid.UUID:
    return book.session.execute(
        select(Case.door_id).where(Case.unit_id == book.unit_id, Case.id == case_id)
    ).scalar_one()
