"""What figures close by themselves: tasks whose `done_when` holds, and reports of teams that had finished before the period."""

from bisect import bisect_left
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from rules.time import Instant
from workflow.actions.move_task import move_task
from workflow.actions.task_condition import condition_holds
from workflow.ledger import Book
from workflow.ledger.book import ledger_no_at
from workflow.plan.conditions import FigureThen, FigureValue, holds_at, since_when
from workflow.plan.life import HANDED_OVER
from workflow.queries.campaigns import CampaignContext
from workflow.queries.tasks import instants_recorded, instants_with_events, open_tasks_of_items, was_reopened

FINISHED_EARLY = "đã hoàn thành trước kỳ này"


def complete_conditional(
    book: Book, campaign: CampaignContext, figures: FigureThen, now: Instant, *, since: Instant | None = None
) -> int:
    """Complete every open task whose condition on figures holds at `now`; return how many. `since` is the last look, if there was one.

    A task is completed at the instant its figures got there, not at the tick that noticed: a clock that stood still makes nobody
    late. What was due on it before anybody knew is called all the same. Tasks with open predecessors or missing evidence complete all the same: the plan's condition says when they are done. What
    somebody has reopened is left to people.
    """
    items = [task.id for task in campaign.pack.model.plan.tasks if task.done_when]
    done = 0
    for task in _open(book, campaign, items, now):
        if condition_holds(book, campaign, task, figures, now + 1) and _is_the_rules(book, task):
            moment = _since(book, campaign, task, figures, now)

            def known(as_of: Instant, ledger_no: int, task: dict[str, Any] = task) -> bool:
                then = partial(figures, ledger_no=ledger_no)
                return condition_holds(book, campaign, task, then, as_of, ledger_no=ledger_no)

            move_task(
                book, campaign, task["id"], "complete", actor=None, state_version=None, cause="rule", happened_at=moment,
                known_at=max(moment, _known_since(book, campaign, known, max(task["opens_at"], since or 0), now)),
            )  # fmt: skip
            done += 1
    return done


def waive_finished(
    book: Book, campaign: CampaignContext, figures: FigureThen, now: Instant, *, since: Instant | None = None
) -> int:
    """Waive every open report of a period in which its team had nothing left to do; return how many. `since` is the last look.

    The condition is asked as of now and as of the start of the period. The period in which a team finishes therefore still has
    its report: who finishes early reports at once and is excused after. They are excused from when that was known.
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

            def known(as_of: Instant, ledger_no: int, task: dict[str, Any] = task, start: Instant = start) -> bool:
                then = partial(figures, ledger_no=ledger_no)
                return all(holds_at(campaign.pack, task["item"], task, then, each) for each in (as_of, start))

            moment = _known_since(book, campaign, known, max(task["opens_at"], start, since or 0), now)
            move_task(
                book, campaign, task["id"], "waive", actor=None, state_version=None, cause="rule", reason=FINISHED_EARLY,
                happened_at=max(moment, task["started_at"] or 0),
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


def _known_since(
    book: Book, campaign: CampaignContext, holds: Callable[[Instant, int], bool], first: Instant, now: Instant
) -> Instant:
    """Return when a clock in time would have found that a condition holds: at `first`, or when something was recorded after it.

    `holds(t, n)` counts what happened before t, as known at the ledger number n. Asks about log2(n) times.
    """
    book.flush()
    recorded = instants_recorded(book.session, book.unit_id, campaign.id, after=first, until=now)
    instants = [(first, ledger_no_at(book.session, book.unit_id, first + 1)), *recorded]
    found = bisect_left(instants, True, key=lambda known: holds(known[0] + 1, known[1]))
    return instants[found][0] if found < len(instants) else now
