"""Passing on the reports that have come for a period: the step of the post through which they travel."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rules.said import Said
from rules.time import MINUTE, Instant
from workflow.access import Actor, require_task_post, task_for
from workflow.actions.move_task import settle_before
from workflow.actions.task_writes import (
    Row,
    cause_of,
    change_task,
    check_sender,
    check_version,
    moment_given,
    relays_of,
    task_for_update,
)
from workflow.closing.kept import team_closes
from workflow.errors import GuardRefused, MoveNotAllowed, NotFound
from workflow.escalation.settle import resolve_task
from workflow.ledger import Book
from workflow.plan.life import MOVES, STATE_LABELS, is_open, state_after
from workflow.plan.periods import period_of_task
from workflow.plan.timing import Timing, timing_of
from workflow.queries.campaigns import CampaignContext
from workflow.queries.forwarding import Report, passed_on, reports_of_period, reports_passed

ACTION: Final = MOVES["forward"].label


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What was passed on: the scopes whose reports went along, those that had sent nothing, and whether it was in time."""

    reports: tuple[str, ...]
    missing: tuple[str, ...]
    is_supplement: bool
    timing: Timing
    state_version: int
    ledger_no: int


def forward_reports(
    book: Book,
    campaign: CampaignContext,
    task_id: uuid.UUID,
    *,
    actor: Actor,
    state_version: int | None,
    happened_at: Instant | None = None,
) -> Forwarded:
    """Pass on every report of the period that had come by `happened_at` (default now), and say which had not.

    The first time completes the duty to forward; `happened_at` before its deadline (exclusive) is in time. After that only what was
    not passed on yet goes along, as a supplement, which changes neither the state nor whether it was in time. The event holds which
    reports went along, when each was sent and in which revision of its figures.

    Raises NotFound (no such task in the actor's scope, or one that forwards nothing), NotPermitted, StaleVersion, OutsideWindow, MoveNotAllowed
    (cancelled) and GuardRefused if there is nothing to pass on.
    """
    check_sender(book, actor, action=ACTION, cause=cause_of(book))
    seen = task_for(book.session, actor, campaign.id, task_id, relays=relays_of(campaign))
    item = campaign.pack.forwarded.get(seen["item"])
    if item is None:
        raise NotFound
    require_task_post(actor, seen, "submit", action=ACTION)
    task = task_for_update(book, campaign, task_id)
    check_version(task, state_version)
    if settle_before(book, campaign, task_id):
        task = task_for_update(book, campaign, task_id)
    if task["state"] == "cancelled":
        raise MoveNotAllowed(move=ACTION, state=STATE_LABELS["cancelled"])
    moment = _moment(book, task, happened_at)
    is_first = is_open(task["state"])
    reports = reports_of_period(book.session, campaign, item, task["occurrence"], now=book.now)
    gone = {} if is_first else reports_passed(passed_on(book.session, book.unit_id, task_id))
    going = [one for one in reports if _has_come(one, moment) and gone.get(one.scope) != one.submitted_at]
    if not going:
        raise GuardRefused(move=ACTION, why=_nothing(is_first))
    missing = tuple(one.scope for one in reports if not one.is_excused and not _has_come(one, moment))
    values = _completed(task, moment) if is_first else {}
    after = change_task(
        book, campaign, task, values, happened_at=moment, cause=cause_of(book), move="forward" if is_first else "supplement",
        reports={one.scope: one.submitted_at for one in going}, revisions=_revisions(book, campaign, item, task, going) or None,
        missing=list(missing),
    )  # fmt: skip
    ledger_no = book.last_no
    resolve_task(book, campaign, task_id)
    timing = timing_of(after["state"], after["submitted_at"], after["due_at"], book.now)
    scopes = tuple(one.scope for one in going)
    return Forwarded(scopes, missing, not is_first, timing, after["state_version"], ledger_no)


def _moment(book: Book, task: Row, happened_at: Instant | None) -> Instant:
    """Return when it was passed on: not in the future, not before the period opened, no supplement before what it adds to."""
    earliest = task["opens_at"] if task["submitted_at"] is None else task["submitted_at"]
    window = "khoảng từ lúc mở kỳ báo cáo (hoặc từ lần chuyển trước) đến bây giờ"
    return moment_given(book, happened_at, after=earliest - earliest % MINUTE, window=window)


def _has_come(report: Report, moment: Instant) -> bool:
    return report.submitted_at is not None and report.submitted_at <= moment


def _nothing(is_first: bool) -> str:
    if is_first:
        return Said("lúc đó chưa có báo cáo nào của kỳ này để chuyển; hãy đôn đốc các tổ gửi rồi bấm lại")
    return Said("mọi báo cáo đã gửi của kỳ này đều đã được chuyển; khi có báo cáo gửi thêm hãy bấm lại")


def _completed(task: Row, moment: Instant) -> Mapping[str, Any]:
    started = moment if task["started_at"] is None else min(task["started_at"], moment)
    return {
        "state": state_after(task["state"], "forward"),
        "started_at": started,
        "submitted_at": moment,
        "done_at": moment,
    }


def _revisions(book: Book, campaign: CampaignContext, item: str, task: Row, going: list[Report]) -> dict[str, int]:
    """Return by scope which sending of its figures went along; empty for reports without figures."""
    period = period_of_task(campaign.pack, item, task["occurrence"])
    if period is None:
        return {}
    newest = {close.team_id: close.revision for close in team_closes(book.session, campaign, period.key)}
    return {one.scope: newest[one.team_id] for one in going if one.team_id in newest}
