"""Opening a closed period again: one asks and says why, somebody else agrees. Nobody alone can replace figures that were given."""

import uuid
from typing import Any, Final

from sqlalchemy import and_, insert, select, update

from rules.said import Said
from workflow.access import Actor, require_unit_post
from workflow.actions.task_writes import check_sender
from workflow.closing.kept import UNIT, KeptClose, kept_close
from workflow.closing.second_person import REOPENERS, second_person, second_post
from workflow.errors import AlreadyDecided, NotFound, NotPermitted
from workflow.ledger import Book
from workflow.plan.periods import period_called
from workflow.plan.texts import typed_reason
from workflow.queries.campaigns import CampaignContext
from workflow.tables import CloseReopening, Event, table_of

ASK, AGREE, REFUSE = "đề nghị mở lại kỳ đã chốt", "đồng ý mở lại kỳ đã chốt", "không đồng ý mở lại kỳ đã chốt"
SECOND: Final = "một người khác giữ vị trí đầu mối tổng hợp hoặc trưởng ban chỉ đạo"
NOT_LENT: Final = "người khác giữ vị trí đầu mối tổng hợp hoặc trưởng ban chỉ đạo; làm thay do chính người đề nghị mở lại giao thì không tính là người thứ hai"
_rows, _events = table_of(CloseReopening), table_of(Event)
STATUSES: Final = {
    "asked": "đang chờ người thứ hai đồng ý",
    "agreed": "đã được đồng ý, chờ chốt lại",
    "refused": "không được đồng ý",
    "used": "đã chốt lại",
}


def ask_reopening(book: Book, context: CampaignContext, period: str, *, actor: Actor, reason: str) -> uuid.UUID:
    """Ask to close a period anew, and return the request's id. What is closed stays as it is until a new revision is closed.

    The coordinator and the chair may. Raises NotPermitted, NotFound (the period is not closed), BadInput (no reason) and
    AlreadyDecided (somebody has asked already).
    """
    check_sender(book, actor, action=ASK, cause="person")
    require_unit_post(actor, REOPENERS, action=ASK)
    why = typed_reason(reason, missing="chưa ghi vì sao phải mở lại; ghi một câu ngắn")
    close = kept_close(book.session, context, period_called(context.pack, period).key, scope=UNIT)
    live = book.session.execute(
        select(_rows.c.status).where(
            _rows.c.unit_id == book.unit_id, _rows.c.close_id == close.id, _rows.c.status.in_(("asked", "agreed"))
        )
    ).one_or_none()
    if live is not None:
        raise AlreadyDecided(status=STATUSES[live.status])
    row_id = book.new_id()
    number = _append(book, context, close, "reopening_asked", row_id, reason=why)
    book.session.execute(
        insert(_rows),
        [
            {
                "unit_id": book.unit_id, "id": row_id, "close_id": close.id, "status": "asked", "reason": why,
                "asked_by_id": actor.membership_id, "asked_at": book.now, "ledger_no": number,
            }
        ],
    )  # fmt: skip
    return row_id


def answer_reopening(book: Book, context: CampaignContext, period: str, *, actor: Actor, agree: bool) -> KeptClose:
    """Agree to the request that waits, or refuse it; return the close it is about. Whoever asked does not answer.

    Raises NotPermitted (who asked, who acts for them, and who stands in for somebody because they planned it, cannot agree), NotFound
    (nothing waits).
    """
    action = AGREE if agree else REFUSE
    check_sender(book, actor, action=action, cause="person")
    require_unit_post(actor, REOPENERS, action=action)
    close = kept_close(book.session, context, period_called(context.pack, period).key, scope=UNIT)
    row = book.session.execute(
        select(_rows.c.id, _rows.c.asked_by_id, _events.c.acting_for_id)
        .join(_events, and_(_events.c.unit_id == _rows.c.unit_id, _events.c.ledger_no == _rows.c.ledger_no))
        .where(_rows.c.unit_id == book.unit_id, _rows.c.close_id == close.id, _rows.c.status == "asked")
    ).one_or_none()
    if row is None:
        raise NotFound
    first = {row.asked_by_id, row.acting_for_id} - {None}
    post = second_person(book.session, actor, first, now=book.now)
    if post is None:
        raise NotPermitted(action=action, who=Said(SECOND if second_post(actor, first) is None else NOT_LENT))
    actor.acts_under(post)
    status = "agreed" if agree else "refused"
    _append(book, context, close, f"reopening_{status}", row.id)
    book.session.execute(
        update(_rows)
        .where(_rows.c.unit_id == book.unit_id, _rows.c.id == row.id)
        .values(status=status, answered_by_id=actor.membership_id, answered_at=book.now)
    )
    return close


def _append(book: Book, context: CampaignContext, close: KeptClose, what: str, row_id: uuid.UUID, **data: Any) -> int:
    told = {
        "what": what,
        "reopening": str(row_id),
        "period": close.period,
        "revision": close.revision,
        "scope": close.scope,
    }
    return book.append("close", campaign_id=context.id, about_id=close.id, data={**told, **data})
