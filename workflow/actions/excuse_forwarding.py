"""Closing the duty to forward reports of a period in which nobody has to send any."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from workflow.actions.task_writes import TASKS, change_task
from workflow.escalation.settle import resolve_task, settle_task
from workflow.ledger import Book
from workflow.plan.life import EXCUSED, HANDED_OVER
from workflow.queries.campaigns import CampaignContext
from workflow.queries.tasks import of_task
from workflow.tables import Event, table_of

NOTHING_TO_FORWARD: Final = "mọi đơn vị đã được miễn báo cáo kỳ này"


def excuse_forwarding(book: Book, campaign: CampaignContext, item: str, occurrences: Collection[str]) -> None:
    """Waive the open duties to forward `item` in these periods, where every report of it was waived or cancelled.

    Nothing happens for a duty that is not relayed. Run twice, nothing more is waived. It counts from when it opened, or from when the
    last of them was excused: a clock that opens it late calls nobody for it.
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
        select(TASKS, _excused_at(report, same).label("excused_at"))
        .where(task.unit_id == book.unit_id, task.campaign_id == campaign.id, task.item == forwarding.id)
        .where(task.occurrence.in_(sorted(occurrences)), task.is_open, task.state.not_in(HANDED_OVER))
        .where(asked.exists(), ~asked.where(report.state.not_in(EXCUSED)).exists())
        .order_by(task.opens_at)
    )
    for row in [dict(found) for found in book.session.execute(statement).mappings()]:
        moment = min(max(row["opens_at"], row.pop("excused_at") or book.now), book.now)
        settle_task(book, campaign, row["id"], now=moment)
        change_task(
            book, campaign, row, {"state": "waived", "submitted_at": None}, happened_at=moment, cause="rule", move="waive",
            reason=NOTHING_TO_FORWARD,
        )  # fmt: skip
        resolve_task(book, campaign, row["id"])


def _excused_at(report: Any, same: ColumnElement[bool]) -> ColumnElement[int | None]:
    """Return when the last of the reports was excused: by a person when that was recorded, by a rule when it came true."""
    event = table_of(Event).alias("excuse").c
    when = case((event.cause == "rule", event.happened_at), else_=event.recorded_at)
    to, come = event.data["to"].as_string(), event.data["from"].as_string()
    excusing = and_(to.in_(EXCUSED), or_(come.is_(None), come.not_in(EXCUSED)))
    told = (event.unit_id == report.unit_id, event.about_id == report.id, of_task(event))
    return select(func.max(when)).where(same, *told, excusing).correlate(TASKS).scalar_subquery()
