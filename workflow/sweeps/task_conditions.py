"""What figures close by themselves: tasks whose `done_when` holds, and reports of teams that had finished before the period."""

from collections.abc import Mapping
from typing import Any

from rules.time import Instant
from workflow.actions.move_task import move_task
from workflow.actions.task_condition import condition_holds
from workflow.ledger import Book
from workflow.plan.conditions import FigureValue, holds_at, since_when
from workflow.plan.life import HANDED_OVER
from workflow.queries.campaigns import CampaignContext
from workflow.queries.tasks import instants_with_events, open_tasks_of_items, was_reopened

FINISHED_EARLY = "đã hoàn thành trước kỳ này"


def complete_conditional(book: Book, campaign: CampaignContext, figures: FigureValue, now: Instant) -> int:
    """Complete every open task whose condition on figures holds at `now`; return how many.

    A task is completed at the instant its figures got there, not at the tick that noticed: a clock that stood still makes nobody
    late. Tasks with open predecessors or missing evidence complete all the same: the plan's condition says when they are done. What
    somebody has reopened is left to people.
    """
    items = [task.id for task in campaign.pack.model.plan.tasks if task.done_when]
    done = 0
    for task in _open(book, campaign, items, now):
        if condition_holds(book, campaign, task, figures, now + 1) and _is_the_rules(book, task):
            moment = _since(book, campaign, task, figures, now)
            move_task(
                book, campaign, task["id"], "complete", actor=None, state_version=None, cause="rule", happened_at=moment
            )
            done += 1
    return done


def waive_finished(book: Book, campaign: CampaignContext, figures: FigureValue, now: Instant) -> int:
    """Waive every open report of a period in which its team had nothing left to do; return how many.

    The condition is asked as of now and as of the start of the period. The period in which a team finishes therefore still has
    its report: who finishes early reports at once and is excused after. It is waived as of the instant at which it could be, so a
    clock that stood still reminds nobody of what nobody owed; what a person has touched since it opened is waived now.
    """
    items = [duty.id for duty in campaign.pack.model.plan.duties if duty.waive_when]
    asked: dict[tuple[str, str, Instant], bool] = {}
    waived = 0
    for task in _open(book, campaign, items, now):
        start = task["period_from"]
        if start is None or start > now or task["state"] in HANDED_OVER:
            continue
        key = (task["item"], task["scope"], start)
        if key not in asked:
            asked[key] = all(holds_at(campaign.pack, task["item"], task, figures, as_of) for as_of in (now + 1, start))
        if asked[key] and _is_the_rules(book, task):
            moment = _since(book, campaign, task, figures, now) if task["state_version"] == 1 else now
            move_task(
                book, campaign, task["id"], "waive", actor=None, state_version=None, cause="rule", happened_at=moment,
                reason=FINISHED_EARLY,
            )  # fmt: skip
            waived += 1
    return waived


def _open(book: Book, campaign: CampaignContext, items: list[str], now: Instant) -> list[dict[str, Any]]:
    if not items:
        return []
    return open_tasks_of_items(book.session, book.unit_id, campaign.id, items, opened_by=now)


def _is_the_rules(book: Book, task: Mapping[str, Any]) -> bool:
    """Whether a rule may close the task: nobody has reopened it. An untouched task (version 1) needs no look at its events."""
    return task["state_version"] == 1 or not was_reopened(book.session, book.unit_id, task["id"])


def _since(
    book: Book, campaign: CampaignContext, task: Mapping[str, Any], figures: FigureValue, now: Instant
) -> Instant:
    """Return when the condition became true, never before the task opened."""
    first = task["opens_at"]
    happened = instants_with_events(book.session, book.unit_id, campaign.id, after=first, until=now)

    def holds(as_of: Instant) -> bool:
        return condition_holds(book, campaign, dict(task), figures, as_of)

    moment = since_when(holds, [first, *happened], task["due_at"])
    return now if moment is None else moment
