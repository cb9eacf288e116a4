"""Escalations of tasks whose reason is back: a report returned, a task opened again, a deadline moved away and back.

An episode closes as `resolved` when its rule no longer holds. Where the rule holds again for the same anchor the work was never done, and
one step taken back must not switch a ladder off: the same episode is open again, at its level, and no step is called twice. The next level
is called when it would have been; at once if that has passed; not before the end of time that somebody granted. What somebody decided
stays closed.
"""

import uuid
from collections.abc import Sequence

from sqlalchemy import BigInteger, ColumnElement, and_, cast, func, insert, literal, or_, select, update

from workflow.escalation.steps import same_episode
from workflow.escalation.times import next_sql, settle_working_time
from workflow.escalation.told import of_batch, unstage, write_episodes, write_told
from workflow.gateway.kinds import TASK
from workflow.gateway.resolve_staged import still_holds
from workflow.gateway.staged_events import bump_versions
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.ladder_rows import EPISODES, STEPS
from workflow.statements import json_of, latest
from workflow.tables import Event, Staged, table_of

_staged, _events = table_of(Staged), table_of(Event)


def open_again(book: Book, context: CampaignContext, tasks: Sequence[uuid.UUID]) -> int:
    """Open the episodes of these tasks again whose rule holds as it did; return how many. Call after a change, when it is written."""
    rules = [rule for rule in TASK.rules(context) if rule.ladder]
    batch = book.new_id()
    count = _stage(book, tasks, or_(*(still_holds(book, TASK, rule) for rule in rules)), batch) if rules else 0
    if count:
        told = json_of(level=_staged.c.level, reopened=literal("resolved"))
        write_told(book, context, TASK, told, batch, count, cause="rule")
        bump_versions(book, TASK, batch)
        upcoming = next_sql(rules, _staged.c.due_at)
        write_episodes(
            book, batch, {"is_open": True, "closed_at": None, "closed_because": None, "next_action_at": upcoming}
        )
        settle_working_time(book, rules, batch)
        called = and_(*of_batch(book, batch), same_episode(), EPISODES.c.next_action_at.is_not(None))
        not_before = latest(EPISODES.c.next_action_at, literal(book.now, BigInteger), _granted())
        book.session.execute(update(EPISODES).where(called).values(next_action_at=not_before))
        unstage(book, batch)
    return count


def _stage(book: Book, tasks: Sequence[uuid.UUID], holds: ColumnElement[bool], batch: uuid.UUID) -> int:
    """Stage the closed episodes whose rule holds, each at its level and as of when that was to be called; return how many."""
    e, step = EPISODES.c, STEPS.c
    rows = (
        select(
            e.unit_id,
            literal(batch, _staged.c.batch_id.type),
            func.row_number().over(order_by=(e.rule_id, e.subject_id, e.anchor)),
            e.subject_id, e.rule_id, e.anchor, step.due_at, e.level,
        )
        .join(STEPS, and_(step.unit_id == e.unit_id, step.escalation_id == e.id, step.level == e.level))
        .where(
            e.unit_id == book.unit_id, e.kind == TASK.name, e.subject_id.in_(tasks),
            ~e.is_open, e.closed_because == "resolved", holds,
        )
    )  # fmt: skip
    names = ["unit_id", "batch_id", "position", "subject_id", "rule_id", "anchor", "due_at", "level"]
    statement = insert(_staged).from_select(names, rows)
    return int(book.session.execute(statement, execution_options={"preserve_rowcount": True}).rowcount)  # type: ignore[attr-defined]


def _granted() -> ColumnElement[int]:
    """Return until when time was granted on an episode's level; 0 if none was."""
    event = _events.c
    until = func.max(cast(event.data["until"].as_string(), BigInteger))
    granted = select(until).where(
        event.unit_id == EPISODES.c.unit_id, event.kind == "escalate", event.about_id == EPISODES.c.id,
        event.data["answer"].as_string() == "granted", cast(event.data["level"].as_string(), BigInteger) == EPISODES.c.level,
    )  # fmt: skip
    return func.coalesce(granted.correlate(EPISODES).scalar_subquery(), 0)


__all__ = ["open_again"]
