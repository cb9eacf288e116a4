"""Closing the duty to forward reports of a period in which nobody has to send any."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import and_, select

from workflow.actions.task_writes import TASKS, change_task
from workflow.escalation.settle import resolve_task, settle_task
from workflow.ledger import Book
from workflow.plan.life import EXCUSED, HANDED_OVER
from workflow.queries.campaigns import CampaignContext

NOTHING_TO_FORWARD: Final = "mọi đơn vị đã được miễn báo cáo kỳ này"


def excuse_forwarding(book: Book, campaign: CampaignContext, item: str, occurrences: Collection[str]) -> None:
    """Waive the open duties to forward `item` in these periods, where every report of it was waived or cancelled.

    Nothing happens for a duty that is not relayed. Run twice, nothing more is waived.
    """
    forwarding = campaign.pack.forwardings.get(item)
    if forwarding is None or not occurrences:
        return
    book.flush()
    report, task = TASKS.alias("report").c, TASKS.c
    same = and_(
        report.unit_id == task.unit_id, report.campaign_id == task.campaign_id, report.item == item,
        report.occurrence == task.occurrence,
    )  # fmt: skip
    asked = select(report.id).where(same)
    statement = (
        select(TASKS)
        .where(task.unit_id == book.unit_id, task.campaign_id == campaign.id, task.item == forwarding.id)
        .where(task.occurrence.in_(sorted(occurrences)), task.is_open, task.state.not_in(HANDED_OVER))
        .where(asked.exists(), ~asked.where(report.state.not_in(EXCUSED)).exists())
        .order_by(task.opens_at)
    )
    for row in [dict(found) for found in book.session.execute(statement).mappings()]:
        settle_task(book, campaign, row["id"])
        change_task(
            book, campaign, row, {"state": "waived", "submitted_at": None}, happened_at=book.now, cause="rule", move="waive",
            reason=NOTHING_TO_FORWARD,
        )  # fmt: skip
        resolve_task(book, campaign, row["id"])
