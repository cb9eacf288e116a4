"""Moving a task on: assign, start, submit, accept, return, cancel, waive, reopen."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rules.time import Instant
from workflow.access import Actor
from workflow.actions.excuse_forwarding import excuse_forwarding, owe_forwarding
from workflow.actions.send_figures import follow_task
from workflow.actions.task_move_checks import check_work, chosen_move, moment_of_move, permit_move
from workflow.actions.task_successors import tasks_counting_from, waiting_tasks
from workflow.actions.task_writes import (
    Row,
    cause_of,
    change_task,
    check_version,
    reason_given,
    recount_predecessors,
    successors_of,
    task_for_update,
)
from workflow.errors import BadInput, NotFound
from workflow.escalation.effects import Waiver
from workflow.escalation.settle import resolve_task, resolve_tasks, settle_tasks
from workflow.ledger import Book
from workflow.plan.conditions import FigureValue
from workflow.plan.life import EXCUSED, HANDED_OVER, TaskMove, is_open
from workflow.plan.schedule import due_after, tasks_due_after
from workflow.plan.timing import Timing, timing_of
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Post


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
    permit_move(book, campaign, actor, task_id, move, cause)
    task = task_for_update(book, campaign, task_id)
    check_version(task, state_version)
    seen_at = (known_at or happened_at) if cause == "rule" else None
    if settle_before(book, campaign, task_id, seen_at):
        task = task_for_update(book, campaign, task_id)
        if actor is None and not task["is_open"]:
            return _moved(book, task)
    chosen, target = chosen_move(campaign, task, move, cause)
    happened = moment_of_move(book, campaign, task, chosen, happened_at)
    told = reason_given(reason, needed_for=chosen.label if chosen.needs_reason else None)
    if chosen.checks_work:
        check_work(book, campaign, task, chosen, figures, happened)
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


def _tell_successors(book: Book, campaign: CampaignContext, before: Row, after: Row, since: Instant) -> None:
    """Recount what waits for this task, and give or take from `since` on the deadlines that count from its completion.

    What was due before on those tasks is settled before, and what is open without a reason any more closed after.
    """
    if is_open(before["state"]) == is_open(after["state"]):
        return
    counting = tasks_due_after(after["item"], campaign.pack) if "done" in (before["state"], after["state"]) else []
    waiting = waiting_tasks(book, campaign, after["id"])
    counted = [row["id"] for plan in counting for row in tasks_counting_from(book, after, plan.id)]
    settle_all_before(book, campaign, [*waiting, *counted], since)
    recount_predecessors(book, successors_of(after["id"], book.unit_id))
    changed: list[Row] = []
    for plan in counting:
        due_at = due_after(plan, after["done_at"], campaign.pack) if after["state"] == "done" else None
        for row in tasks_counting_from(book, after, plan.id):
            changed.append(change_task(
                book, campaign, row, {"due_at": due_at}, happened_at=since, cause="rule", due_at=due_at, counts_from=after["item"]
            ))  # fmt: skip
    resolve_tasks(book, campaign, [*waiting, *(row["id"] for row in changed)])


__all__ = ["MovedTask", "move_task", "settle_all_before", "settle_before", "waive_by_rules"]
