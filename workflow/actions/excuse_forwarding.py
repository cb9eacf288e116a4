"""Closing the duty to forward reports of a period in which nobody has to send any, and opening it again where somebody has to."""

import uuid
from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from rules.deadlines import is_on_time
from workflow.actions.task_writes import TASKS, Row, change_task
from workflow.escalation.settle import resolve_task, settle_task
from workflow.ledger import Book
from workflow.plan.life import EXCUSED, HANDED_OVER, state_after
from workflow.queries.campaigns import CampaignContext
from workflow.queries.tasks import of_task
from workflow.tables import Event, table_of

NOTHING_TO_FORWARD: Final = "mọi đơn vị đã được miễn báo cáo kỳ này"
OWED_AGAIN: Final = "lại có đơn vị phải báo cáo kỳ này"


def excuse_forwarding(book: Book, campaign: CampaignContext, item: str, occurrences: Collection[str]) -> None:
    """Waive the open duties to forward `item` in these periods, where every report of it was waived or cancelled.

    Nothing happens for a duty that is not relayed. Run twice, nothing more is waived. It counts from when it opened, or from when the
    last of them was excused: a clock that opens it late calls nobody for it.
    """
    for row in _forwardings(book, campaign, item, occurrences, excused=True):
        moment = min(max(row["opens_at"], row["started_at"] or 0, row.pop("excused_at") or book.now), book.now)
        settle_task(book, campaign, row["id"], now=moment)
        change_task(
            book, campaign, row, {"state": "waived", "submitted_at": None}, happened_at=moment, cause="rule", move="waive",
            reason=NOTHING_TO_FORWARD,
        )  # fmt: skip
        resolve_task(book, campaign, row["id"])


def owe_forwarding(book: Book, campaign: CampaignContext, item: str, occurrences: Collection[str]) -> None:
    """Open again what `excuse_forwarding` closed, where somebody has to report again and the receiver's hour has not come.

    After that hour nothing was owed by it; what comes still goes along, as a supplement. What a person waived stays waived.
    """
    for row in _forwardings(book, campaign, item, occurrences, excused=False):
        if is_on_time(book.now, row["due_at"]) and _was_excused_by_itself(book, row["id"]):
            state = state_after(row["state"], "reopen")
            change_task(
                book, campaign, row, {"state": state}, happened_at=book.now, cause="rule", move="reopen", reason=OWED_AGAIN,
            )  # fmt: skip
            resolve_task(book, campaign, row["id"])


def _forwardings(
    book: Book, campaign: CampaignContext, item: str, occurrences: Collection[str], *, excused: bool
) -> list[Row]:
    """Return the duties to forward these periods: open ones with nobody left who reports, or waived ones with somebody who does."""
    forwarding = campaign.pack.forwardings.get(item)
    if forwarding is None or not occurrences:
        return []
    book.flush()
    report, task = TASKS.alias("report").c, TASKS.c
    same = and_(
        report.unit_id == task.unit_id, report.campaign_id == task.campaign_id, report.item == item,
        report.occurrence == task.occurrence,
    )  # fmt: skip
    asked = select(report.id).where(same)
    owing = asked.where(report.state.not_in(EXCUSED)).exists()
    statement: Select[Any] = (
        select(TASKS)
        .where(task.unit_id == book.unit_id, task.campaign_id == campaign.id, task.item == forwarding.id)
        .where(task.occurrence.in_(sorted(occurrences)))
        .order_by(task.opens_at)
    )
    if excused:
        statement = statement.add_columns(_excused_at(report, same).label("excused_at"))
        statement = statement.where(task.is_open, task.state.not_in(HANDED_OVER), asked.exists(), ~owing)
    else:
        statement = statement.where(task.state == "waived", owing)
    return [dict(found) for found in book.session.execute(statement).mappings()]


def _was_excused_by_itself(book: Book, task_id: uuid.UUID) -> bool:
    """Whether the newest waiver of a duty to forward was nobody's decision."""
    waived = and_(of_task(), Event.about_id == task_id, Event.data["to"].as_string() == "waived")
    newest = select(Event.cause).where(Event.unit_id == book.unit_id, waived).order_by(Event.ledger_no.desc())
    return book.session.scalar(newest.limit(1)) == "rule"


def _excused_at(report: Any, same: ColumnElement[bool]) -> ColumnElement[int | None]:
    """Return when the last of the reports was excused: by a person when that was recorded, by a rule when it came true."""
    event = table_of(Event).alias("excuse").c
    when = case((event.cause == "rule", event.happened_at), else_=event.recorded_at)
    to, come = event.data["to"].as_string(), event.data["from"].as_string()
    excusing = and_(to.in_(EXCUSED), or_(come.is_(None), come.not_in(EXCUSED)))
    told = (event.unit_id == report.unit_id, event.about_id == report.id, of_task(event))
    return select(func.max(when)).where(same, *told, excusing).correlate(TASKS).scalar_subquery()
