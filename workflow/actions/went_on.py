"""What is said to somebody who answers an escalation that has gone to another post since they looked: how, when, and where it lies."""

from typing import Any, Final

from sqlalchemy import Row, and_, select

from rules.said import At, Named, Said
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.ladder_labels import label_of_rung
from workflow.queries.ladder_rows import STEPS, rule_of
from workflow.tables import Membership

_MOVED: Final = {
    "raised": "%(who)s đã chuyển cấp trên lúc %(at)s, đang ở: %(post)s",
    "taken_over": "%(who)s đã nhận xử lý thay lúc %(at)s, đang ở: %(post)s",
    "returned": "%(who)s đã trả lại cấp dưới lúc %(at)s, đang ở: %(post)s",
}


def how_it_went_on(book: Book, context: CampaignContext, row: Row[Any]) -> Said:
    """Return who moved an episode last, or that its next level was called, when, and with which post it lies. Two statements."""
    of_it = (STEPS.c.unit_id == book.unit_id, STEPS.c.escalation_id == row.id)
    rule, level = rule_of(context, row.rule_id), row.holder_level or row.level
    post: Said | Named = label_of_rung(context, rule, level).said
    called = select(STEPS.c.due_at, STEPS.c.opened_at).where(*of_it, STEPS.c.level == row.level)
    due_at, opened_at = book.session.execute(called).one()
    moved = book.session.execute(
        select(STEPS.c.answer, STEPS.c.answered_at, Membership.name)
        .join(Membership, and_(Membership.unit_id == STEPS.c.unit_id, Membership.id == STEPS.c.answered_by_id))
        .where(*of_it, STEPS.c.answer.in_(list(_MOVED)))
        .order_by(STEPS.c.answered_at.desc())
        .limit(1)
    ).one_or_none()
    if moved is not None and moved.answered_at >= opened_at:
        return Said(_MOVED[moved.answer], who=Said("%(name)s", name=moved.name), at=At(moved.answered_at), post=post)
    if row.holder_level is not None and row.holder_level > row.level:
        return Said("không có người giữ vị trí được gọi lúc %(at)s, đang ở: %(post)s", at=At(due_at), post=post)
    return Said("đến giờ gọi cấp trên lúc %(at)s, đang ở: %(post)s", at=At(due_at), post=post)


__all__ = ["how_it_went_on"]
