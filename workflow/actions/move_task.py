"""Moving a task on: assign, start, submit, accept, return, cancel, waive, reopen."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from rules.language import facts_used
from rules.machine import MoveRefused
from rules.said import At, Said, all_of, listed
from rules.time import MINUTE, Instant
from workflow.access import Actor, require_task_post, task_for
from workflow.actions.excuse_forwarding import excuse_forwarding, owe_forwarding
from workflow.actions.send_figures import follow_task
from workflow.actions.task_condition import condition_holds
from workflow.actions.task_writes import (
    TASKS,
    Row,
    cause_of,
    change_task,
    check_sender,
    check_version,
    moment_given,
    reason_given,
    recount_predecessors,
    relays_of,
    successors_of,
    task_for_update,
)
from workflow.errors import BadInput, GuardRefused, MoveNotAllowed, NotFound
from workflow.escalation.effects import Waiver
from workflow.escalation.settle import resolve_task, resolve_tasks, settle_tasks
from workflow.gateway.kinds import TASK
from workflow.ledger import Book
from workflow.plan.conditions import FigureValue
from workflow.plan.evidence import missing_evidence
from workflow.plan.life import EXCUSED, HANDED_OVER, MOVES, STATE_LABELS, TaskMove, is_open, state_after
from workflow.plan.schedule import due_after, tasks_due_after
from workflow.plan.scopes import parts_in
from workflow.plan.timing import Timing, timing_of
from workflow.queries.campaigns import CampaignContext
from workflow.queries.forwarding import last_told_missing
from workflow.queries.task_record import handed_in_by
from workflow.queries.tasks import evidence_of_task, open_predecessors_of, task_with_codes
from workflow.tables import Post

WORKED_ON = ("start", "submit")
"""What an owner does with work of their own; reports are forwarded instead."""
SHOWN = 3
"""How many open predecessors a refusal names."""


@dataclass(frozen=True, slots=True)
class MovedTask:
    """A task after a move."""

    id: uuid.UUID
    state: str
    state_version: int
    ledger_no: int
    timing: Timing


def move_task(
    book: Book,
    campaign: CampaignContext,
    task_id: uuid.UUID,
    move: str,
    *,
    actor: Actor | None,
    state_version: int | None,
    reason: str | None = None,
    happened_at: Instant | None = None,
    figures: FigureValue | None = None,
    owner_post_id: uuid.UUID | None = None,
    cause: str | None = None,
    known_at: Instant | None = None,
) -> MovedTask:
    """Move a task and return it as it is now. Whether `actor` may is decided before anything else is looked at.

    `happened_at` (default now) decides whether it was in time. `figures` answers the condition of a task that has one;
    `owner_post_id` goes with `assign`. `state_version` is what the sender looked at; None for a rule. `actor` is None for a rule
    alone, whose cause is "rule"; what another rule closed just before it then stays as that left it. `known_at` is when a clock in time
    would have moved it, if that was after it happened: what was due up to then is opened before.

    Raises NotFound (task or post), NotPermitted, StaleVersion, MoveNotAllowed, BadInput (no reason, no owner), OutsideWindow (in the future, before the step
    before it, or before there was the task or its period) and GuardRefused (open predecessors, missing evidence, figures).
    """
    cause = cause or cause_of(book)
    _permit(book, campaign, actor, task_id, move, cause)
    task = task_for_update(book, campaign, task_id)
    check_version(task, state_version)
    seen_at = (known_at or happened_at) if cause == "rule" else None
    if settle_before(book, campaign, task_id, seen_at):
        task = task_for_update(book, campaign, task_id)
        if actor is None and not task["is_open"]:
            return _moved(book, task)
    chosen, target = _chosen(campaign, task, move, cause)
    happened = _moment(book, campaign, task, chosen, happened_at)
    told = reason_given(reason, needed_for=chosen.label if chosen.needs_reason else None)
    if chosen.checks_work:
        _check_work(book, campaign, task, chosen, figures, happened)
    values = {"state": target, **_instants(task, target, happened), **_owner(book, task, chosen, owner_post_id)}
    after = change_task(
        book, campaign, task, values, happened_at=happened, seen_at=seen_at, cause=cause, move=move, reason=told
    )
    moved = _moved(book, after)
    follow_task(book, campaign, task, after, move)
    resolve_task(book, campaign, task_id)
    _tell_successors(book, campaign, task, after, book.now if cause != "rule" else known_at or happened)
    if after["state"] in EXCUSED:
        excuse_forwarding(book, campaign, after["item"], [after["occurrence"]])
    elif task["state"] in EXCUSED:
        owe_forwarding(book, campaign, after["item"], [after["occurrence"]])
    return moved


def _moved(book: Book, task: Row) -> MovedTask:
    timing = timing_of(task["state"], task["submitted_at"], task["due_at"], book.now, is_relayed=task["is_relayed"])
    return MovedTask(task["id"], task["state"], task["state_version"], book.last_no, timing)


def settle_before(book: Book, campaign: CampaignContext, task_id: uuid.UUID, now: Instant | None = None) -> bool:
    """Open what was due on the task before it changes; return whether a rule waived it meanwhile."""
    return settle_all_before(book, campaign, [task_id], now)


def settle_all_before(
    book: Book, campaign: CampaignContext, tasks: Sequence[uuid.UUID], now: Instant | None = None
) -> bool:
    """Open what was due on these tasks before they change; return whether a rule waived any of them meanwhile."""
    done = 0
    while waived := settle_tasks(book, campaign, tasks, now=now).waived:
        done += waive_by_rules(book, campaign, waived)
    return done > 0


def waive_by_rules(book: Book, campaign: CampaignContext, waived: Iterable[Waiver]) -> int:
    """Waive what rules waive, each as of when its rule came true; return how many. What is closed already, by another rule or before,
    stays as it is.
    """
    labels, done = {rule.id: rule.model.label.vi for rule in campaign.pack.rules}, 0
    for task_id, rule_id, due_at in sorted(waived, key=lambda waiver: waiver.due_at):
        task = task_for_update(book, campaign, task_id)
        if task["is_open"]:
            moment = max(due_at, task["opens_at"], task["started_at"] or 0, task["submitted_at"] or 0)
            move_task(
                book, campaign, task_id, "waive", actor=None, state_version=None, cause="rule", reason=labels[rule_id],
                happened_at=moment, known_at=due_at,
            )  # fmt: skip
            done += 1
    return done


def _permit(
    book: Book, campaign: CampaignContext, actor: Actor | None, task_id: uuid.UUID, move: str, cause: str
) -> None:
    """Refuse a task outside the actor's scope, a move that no person makes, and a move that is not this actor's."""
    label = MOVES[move].label if move in MOVES else move
    check_sender(book, actor, action=label, cause=cause)
    if actor is None:
        return
    relays = relays_of(campaign)
    task = task_for(book.session, actor, campaign.id, task_id, **parts_in(campaign.pack))
    if move not in MOVES or not MOVES[move].is_plain:
        raise MoveNotAllowed(move=label, state=STATE_LABELS[task["state"]])
    book.flush()
    handed_in = handed_in_by(book.session, actor, [task]).get(task_id, ()) if move == "accept" else ()
    require_task_post(actor, task, move, action=label, relay=relays.get(task["item"]), handed_in=handed_in)


def _chosen(campaign: CampaignContext, task: Row, move: str, cause: str) -> tuple[TaskMove, str]:
    label = MOVES[move].label if move in MOVES else move
    refusal = MoveNotAllowed(move=label, state=STATE_LABELS[task["state"]])
    try:
        target = state_after(task["state"], move)
    except MoveRefused as refused:
        raise refusal from refused
    if (MOVES[move].by_rule and cause != "rule") or MOVES[move].own_way:
        raise refusal
    if move in WORKED_ON and task["item"] in campaign.pack.forwarded:
        raise GuardRefused(
            move=MOVES[move].label,
            why=Said("việc này xong khi bấm “Chuyển” ở trang chuyển báo cáo, không gửi duyệt ở đây"),
        )
    return MOVES[move], target


def _moment(book: Book, campaign: CampaignContext, task: Row, move: TaskMove, happened_at: Instant | None) -> Instant:
    """Return when the move happened: not in the future, not before the step before it, no report before its period opens.

    A task of the plan came to be when it opened, or when the plan was put in force if that was earlier; nothing was done before.
    Figures may have got there before anybody said that they had started; then the steps follow the figures.
    """
    if move.by_rule:
        return moment_given(book, happened_at, after=task["opens_at"], window="khoảng từ lúc mở việc đến bây giờ")
    steps = [task[name] for name in ("started_at", "submitted_at", "done_at") if task[name] is not None]
    came_to_be = min(task["opens_at"], task["created_at"])
    if move.name == "submit" and task["is_duty"]:
        came_to_be = task["opens_at"]
        _check_told_missing(book, campaign, task, happened_at)
    earliest = max([came_to_be - came_to_be % MINUTE, *steps])
    window = Said("khoảng được ghi (từ %(at)s đến bây giờ)", at=At(earliest))
    return moment_given(book, happened_at, after=earliest, window=window)


def _check_told_missing(book: Book, campaign: CampaignContext, task: Row, happened_at: Instant | None) -> None:
    """Refuse a report that is said to have been there before others were passed on, when it was told to be missing then."""
    if happened_at is None or not task["is_relayed"]:
        return
    told_at = last_told_missing(book.session, campaign, task["item"], task["occurrence"], task["scope"])
    if told_at is not None and happened_at <= told_at:
        raise BadInput(
            where="Gửi lúc",
            what=Said(
                "lúc %(at)s các báo cáo đã được chuyển mà ghi chưa có báo cáo này; nhập giờ sau lúc ấy", at=At(told_at)
            ),
        )


def _instants(task: Row, target: str, happened: Instant) -> dict[str, Any]:
    """Return the instants that go with the new state: handed over and done only while it is so."""
    started, submitted = task["started_at"], task["submitted_at"]
    if target in ("in_progress", *HANDED_OVER):
        started = happened if started is None else min(started, happened)
    if target in HANDED_OVER:
        submitted = happened if submitted is None else min(submitted, happened)
    return {
        "started_at": started,
        "submitted_at": submitted if target in HANDED_OVER else None,
        "done_at": happened if target == "done" else None,
    }


def _owner(book: Book, task: Row, move: TaskMove, post_id: uuid.UUID | None) -> dict[str, Any]:
    if move.name != "assign":
        return {}
    owner = post_id or task["owner_post_id"]
    if owner is None:
        raise BadInput(where="Người chịu trách nhiệm", what="hãy chọn một vị trí; nhiệm vụ này chưa có ai")
    if book.session.get(Post, (book.unit_id, owner)) is None:
        raise NotFound
    return {"owner_post_id": owner}


def _check_work(
    book: Book, campaign: CampaignContext, task: Row, move: TaskMove, figures: FigureValue | None, happened: Instant
) -> None:
    """Refuse what is not finished: predecessors first, then evidence, then the condition on figures."""
    if task["open_predecessors"]:
        labels = open_predecessors_of(book.session, book.unit_id, task["id"])
        named, more = listed(Said("“%(name)s”", name=label) for label in labels[:SHOWN]), len(labels) - SHOWN
        if more > 0:
            named = Said("%(named)s và %(n)s việc khác", named=named, n=more)
        raise GuardRefused(move=move.label, why=Said("phải xong trước: %(named)s", named=named))
    plan = {item.id: item for item in campaign.pack.model.plan.tasks}.get(task["item"])
    if plan is not None and not task["is_duty"]:
        lacking = missing_evidence(plan.evidence, evidence_of_task(book.session, book.unit_id, task["id"]))
        if lacking:
            raise GuardRefused(move=move.label, why=all_of(lacking))
    if plan is not None and task["is_conditional"]:
        row = task_with_codes(book.session, book.unit_id, task["id"])
        if figures is None or not condition_holds(book, campaign, row, figures, happened + 1):
            raise GuardRefused(
                move=move.label,
                why=Said("số liệu chưa đạt điều kiện của kế hoạch (%(done_when)s)", done_when=plan.done_when),
            )


def _tell_successors(book: Book, campaign: CampaignContext, before: Row, after: Row, since: Instant) -> None:
    """Recount what waits for this task, and give or take from `since` on the deadlines that count from its completion.

    What was due before on those tasks is settled before, and what is open without a reason any more closed after.
    """
    if is_open(before["state"]) == is_open(after["state"]):
        return
    counting = tasks_due_after(after["item"], campaign.pack) if "done" in (before["state"], after["state"]) else []
    waiting = _waiting(book, campaign, after["id"])
    counted = [row["id"] for plan in counting for row in _relative(book, after, plan.id)]
    settle_all_before(book, campaign, [*waiting, *counted], since)
    recount_predecessors(book, successors_of(after["id"], book.unit_id))
    changed: list[Row] = []
    for plan in counting:
        due_at = due_after(plan, after["done_at"], campaign.pack) if after["state"] == "done" else None
        for row in _relative(book, after, plan.id):
            changed.append(change_task(
                book, campaign, row, {"due_at": due_at}, happened_at=since, cause="rule", due_at=due_at, counts_from=after["item"]
            ))  # fmt: skip
    resolve_tasks(book, campaign, [*waiting, *(row["id"] for row in changed)])


def _waiting(book: Book, campaign: CampaignContext, task_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the open tasks that wait for this one; none if no rule asks how many tasks another one waits for."""
    if not any("open_predecessors" in facts_used(rule.when) for rule in TASK.rules(campaign)):
        return []
    waiting = select(TASKS.c.id).where(
        TASKS.c.unit_id == book.unit_id, TASKS.c.is_open, successors_of(task_id, book.unit_id)
    )
    return list(book.session.scalars(waiting.order_by(TASKS.c.id)))


def _relative(book: Book, task: Row, item: str) -> list[Row]:
    """Return the open tasks of `item` that count from `task`: in its own scope, or where one of the two is the unit's."""
    scope = (TASKS.c.scope == task["scope"]) | (TASKS.c.scope == "unit") | (task["scope"] == "unit")
    rows = book.session.execute(
        TASKS.select().where(
            TASKS.c.unit_id == book.unit_id,
            TASKS.c.campaign_id == task["campaign_id"],
            TASKS.c.item == item,
            TASKS.c.is_open,
            scope,
        )
    )
    return [dict(row) for row in rows.mappings()]


__all__ = ["MovedTask", "move_task", "settle_all_before", "settle_before", "waive_by_rules"]
