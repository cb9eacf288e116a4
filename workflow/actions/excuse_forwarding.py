"""Closing the duty to forward reports of a period in which nobody has to send any, and opening it again where somebody has to."""

import uuid
from collections.abc import Collection
from typing import Final

from sqlalchemy import and_, func, select

from rules.deadlines import is_on_time
from rules.time import Instant
from workflow.actions.task_writes import TASKS, Row, change_task
from workflow.escalation.settle import resolve_task, settle_task
from workflow.ledger import Book
from workflow.plan.life import EXCUSED, HANDED_OVER, state_after
from workflow.queries.campaigns import CampaignContext
from workflow.queries.tasks import of_task
from workflow.tables import Event

NOTHING_TO_FORWARD: Final = "mọi đơn vị đã được miễn báo cáo kỳ này"
OWED_AGAIN: Final = "lại có đơn vị phải báo cáo kỳ này"


def excuse_forwarding(book: Book, campaign: CampaignContext, item: str, occurrences: Collection[str]) -> None:
    """Waive the open duties to forward `item` in these periods, where every report of it was waived or cancelled.

    Each as of the instant from which on nobody had to report. Nothing happens for a duty that is not relayed. Run twice, nothing more
    is waived.
    """
    for row in _forwardings(book, campaign, item, occurrences, excused=True):
        moment = _excused_since(book, row, item)
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
    statement = (
        select(TASKS)
        .where(task.unit_id == book.unit_id, task.campaign_id == campaign.id, task.item == forwarding.id)
        .where(task.occurrence.in_(sorted(occurrences)))
        .order_by(task.opens_at)
    )
    if excused:
        statement = statement.where(task.is_open, task.state.not_in(HANDED_OVER), asked.exists(), ~owing)
    else:
        statement = statement.where(task.state == "waived", owing)
    return [dict(found) for found in book.session.execute(statement).mappings()]


def _excused_since(book: Book, forwarding: Row, item: str) -> Instant:
    """Return when the last report of a period was excused, never before its forwarding opened or was last worked on."""
    report = TASKS.c
    reports = select(report.id).where(
        report.unit_id == book.unit_id, report.campaign_id == forwarding["campaign_id"], report.item == item,
        report.occurrence == forwarding["occurrence"],
    )  # fmt: skip
    excused = and_(of_task(), Event.about_id.in_(reports), Event.data["to"].as_string().in_(EXCUSED))
    last = book.session.scalar(select(func.max(Event.happened_at)).where(Event.unit_id == book.unit_id, excused))
    if forwarding["state_version"] != 1 or last is None:
        return book.now
    return max(int(last), min(int(forwarding["opens_at"]), book.now))


def _was_excused_by_itself(book: Book, task_id: uuid.UUID) -> bool:
    """Whether the newest waiver of a duty to forward was nobody's decision."""
    waived = and_(of_task(), Event.about_id == task_id, Event.data["to"].as_string() == "waived")
    newest = select(Event.cause).where(Event.unit_id == book.unit_id, waived).order_by(Event.ledger_no.desc())
    return book.session.scalar(newest.limit(1)) == "rule"
