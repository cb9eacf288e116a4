"""Voiding moves that a batch made with one case, if its history still chains without them."""

import uuid
from collections.abc import Collection

from workflow.days import local_day
from workflow.errors import WorkflowError
from workflow.escalation.settle import open_settled
from workflow.gateway.fold import refold
from workflow.gateway.history import check_chain, effective_history, recount, restore
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext


def void_moves(
    book: Book,
    context: CampaignContext,
    case_id: uuid.UUID,
    *,
    door_id: uuid.UUID,
    numbers: Collection[int],
    reason: str,
) -> int:
    """Void the moves with these ledger numbers of a case at a door; return how many, 0 if somebody has built on them since."""
    opened = open_settled(book, context, door_id)
    live = opened.case(case_id)
    track = context.pack.tracks[live.track]
    before = effective_history(book.session, book.unit_id, live.id)
    gone = [step for step in before if step.ledger_no in numbers]
    after = [step for step in before if step.ledger_no not in numbers]
    try:
        check_chain(track, after)
    except WorkflowError:
        return 0
    cell = live.cell()
    restore(track, live, after, live.created_at)
    book.count("r", local_day(book.now), cell, live.cell())
    recount(book, live, before, after)
    live.state_version += 1
    for step in gone:
        live.version += 1
        book.append(
            "void",
            cause="correction",
            campaign_id=context.id,
            case_id=live.id,
            door_id=live.door_id,
            version=live.version,
            voids_no=step.ledger_no,
            data={"reason": reason},
        )
    book.flush()
    opened.touched.add(live.id)
    refold(book.session, opened)
    opened.save()
    return len(gone)
