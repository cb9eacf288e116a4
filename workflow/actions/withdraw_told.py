"""Taking back a number of the national system, or a note of what was said, that was entered by mistake. It stays visible."""

import uuid
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import select

from workflow.access import Actor, require_unit_post
from workflow.actions.add_system_count import WRITERS
from workflow.actions.say_figures import SPEAKERS
from workflow.actions.task_writes import check_sender
from workflow.closing.settling import event, is_settled_by
from workflow.errors import AlreadyDecided, BadInput, NotFound
from workflow.ledger import Book
from workflow.plan.texts import typed_reason
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Event, SaidFigure, SystemCount, table_of

ACTION: Final = "gỡ số đã nhập"


def withdraw_system_count(
    book: Book, campaign: CampaignContext, actor: Actor, count_id: uuid.UUID, *, reason: str
) -> dict[str, Any]:
    """Take back a number of the system.

    Raises NotPermitted, NotFound, AlreadyDecided, BadInput (no reason, or people were settled by it: that is undone first).
    """
    return _withdraw(book, campaign, actor, SystemCount, WRITERS, count_id, reason, check=_nobody_was_settled)


def _nobody_was_settled(book: Book, campaign: CampaignContext, count_id: uuid.UUID) -> None:
    """Raise BadInput if people stand as deducted because of the number: without it nothing would say why."""
    counts = table_of(SystemCount).c
    as_of = book.session.execute(
        select(counts.as_of).where(counts.unit_id == book.unit_id, counts.id == count_id)
    ).scalar_one()
    if (
        book.session.scalar(select(event.ledger_no).where(is_settled_by(campaign, count_id, as_of)).limit(1))
        is not None
    ):
        raise BadInput(where="Gỡ số", what="đã đối soát người chờ trừ theo số này; hủy đối soát trước rồi gỡ")


def withdraw_said(
    book: Book, campaign: CampaignContext, actor: Actor, said_id: uuid.UUID, *, reason: str
) -> dict[str, Any]:
    """Take back a note of what was said. Raises NotPermitted, NotFound, AlreadyDecided, BadInput (no reason)."""
    return _withdraw(book, campaign, actor, SaidFigure, SPEAKERS, said_id, reason)


def _withdraw(
    book: Book,
    campaign: CampaignContext,
    actor: Actor,
    model: type[SystemCount] | type[SaidFigure],
    roles: tuple[str, ...],
    entry_id: uuid.UUID,
    reason: str,
    check: Callable[[Book, CampaignContext, uuid.UUID], None] | None = None,
) -> dict[str, Any]:
    check_sender(book, actor, action=ACTION, cause="person")
    require_unit_post(actor, roles, action=ACTION)
    entry = table_of(model).c
    number = book.session.scalar(
        select(entry.ledger_no).where(
            entry.unit_id == book.unit_id, entry.campaign_id == campaign.id, entry.id == entry_id
        )
    )
    if number is None:
        raise NotFound
    undone = select(Event.ledger_no).where(Event.unit_id == book.unit_id, Event.voids_no == number)
    if book.session.scalar(undone) is not None:
        raise AlreadyDecided(status="đã gỡ")
    why = typed_reason(reason, missing="chưa ghi lý do gỡ; ghi một câu ngắn")
    if check is not None:
        check(book, campaign, entry_id)
    ledger_no = book.append(
        "void", campaign_id=campaign.id, about_id=entry_id, voids_no=number, cause="correction", data={"reason": why}
    )
    return {"withdrawn": str(entry_id), "ledger_no": ledger_no}
