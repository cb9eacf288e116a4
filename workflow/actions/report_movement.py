"""The head of an area reports that somebody moved, died or is away: a request that a post confirms, and no visit.

Nobody was at the door, so nothing counts as contact and no follow-up moves.
"""

import uuid
from typing import Any

from workflow.access import Actor, case_for, door_for, request_for, require_post
from workflow.errors import AlreadyDecided, BadInput, MoveNotAllowed, NotFound, NotPermitted
from workflow.escalation.settle import open_settled
from workflow.gateway.labels import FINISHED, is_finished
from workflow.gateway.requests import ask_for_exit, check_evidence, decide
from workflow.ledger.book import Book
from workflow.plan.texts import typed_text
from workflow.queries.area_movements import HEAD, target_of
from workflow.queries.campaigns import CampaignContext
from workflow.queries.exit_requests import STATUSES


def report_movement(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    case_id: uuid.UUID,
    outcome: str,
    *,
    evidence: str | None = None,
    evidence_kind: str | None = None,
) -> dict[str, Any]:
    """Ask for the exit that an outcome of the pack asks for, now; return the request's id.

    Raises NotFound (not of the actor's area), NotPermitted, BadInput, or MoveNotAllowed where the path does not lead there.
    """
    case_row = case_for(book.session, actor, case_id)
    door = door_for(book.session, actor, case_row.door_id)
    require_post(actor, (HEAD,), door, action="Báo biến động nhân khẩu")
    target = target_of(context.pack, outcome)
    if case_row.campaign_id != context.id:
        raise NotFound
    if target is None or context.pack.track_of(outcome).id != case_row.track:
        raise BadInput(where="Biến động", what="chưa chọn đúng; chọn một trong các mục có sẵn")
    rules, evidence = context.pack.outcomes[outcome], typed_text("Căn cứ", evidence)
    if is_finished(context.pack.tracks[case_row.track], case_row.state):
        raise MoveNotAllowed(move=rules.label.said, state=FINISHED)
    check_evidence(rules, evidence, evidence_kind)
    opened = open_settled(book, context, door.id, row=door)
    case = opened.case(case_id)
    request_id = ask_for_exit(
        opened,
        case,
        target,
        asked_by=actor.membership_id,
        happened_at=book.now,
        evidence=evidence,
        evidence_kind=evidence_kind,
    )
    opened.save()
    return {"request": str(request_id), "status": "waiting", "ledger_no": book.last_no}


def withdraw_movement(book: Book, context: CampaignContext, actor: Actor, request_id: uuid.UUID) -> dict[str, Any]:
    """Take back an own report that still waits. Raises NotFound, NotPermitted (somebody else's) or AlreadyDecided."""
    row = request_for(book.session, actor, request_id)
    if row.asked_by_id != actor.membership_id:
        raise NotPermitted(action="Rút lại đề nghị", who="người đã đề nghị")
    if row.status != "waiting":
        raise AlreadyDecided(status=STATUSES.get(row.status, row.status))
    case_row = case_for(book.session, actor, row.case_id)
    if case_row.campaign_id != context.id:
        raise NotFound
    opened = open_settled(book, context, case_row.door_id)
    number = decide(opened, request_id, opened.case(row.case_id), "withdrawn", None)
    opened.save()
    return {"request": str(request_id), "status": "withdrawn", "ledger_no": number}
