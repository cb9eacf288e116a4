"""Closing escalations that have lost their reason, for a whole batch of cases or for tasks (`resolve` does it for one door)."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)

from rules.language.sql import to_sql
from rules.pack import CompiledRule
from workflow.gateway.ending import held_when_called, may_end
from workflow.gateway.kinds import CASE, TASK, Kind
from workflow.gateway.staged_events import bump_versions, same_episode, write_events
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Escalation, Staged, table_of

_staged, _episodes = table_of(Staged), table_of(Escalation)
_ANY_OF_RULES = (
    select(literal(1))
    .where(
        _episodes.c.unit_id == bindparam("unit"),
        _episodes.c.is_open,
        _episodes.c.rule_id.in_(bindparam("rules", expanding=True)),
        _episodes.c.campaign_id == bindparam("campaign"),
    )
    .limit(1)
)
"""Asked by rule, for which there is an index: by kind all open episodes of cases would be walked through."""


def close_resolved_staged(book: Book, context: CampaignContext, moved: Sequence[ColumnElement[bool]]) -> int:
    """Close the open episodes of the moved cases whose rule no longer holds for their anchor; return how many.

    `moved` are conditions on `staged` that select the cases.
    """
    return _close_resolved(
        book, context, CASE, [_episodes.c.subject_id.in_(select(_staged.c.subject_id).where(*moved))]
    )


def close_resolved_tasks(
    book: Book, context: CampaignContext, tasks: Sequence[uuid.UUID] | Select[Any] | None = None
) -> int:
    """Close the open episodes of tasks (of all, or of some) whose rule no longer holds; return how many.

    Rules over figures close their own episodes, where they are judged.
    """
    rules = [rule.id for rule in TASK.rules(context)]
    asked = {"unit": book.unit_id, "campaign": context.id, "rules": rules}
    if not rules or book.session.execute(_ANY_OF_RULES, asked).first() is None:
        return 0
    chosen = [_episodes.c.kind == TASK.name, _episodes.c.campaign_id == context.id, _episodes.c.rule_id.in_(rules)]
    if tasks is not None:
        chosen.append(_episodes.c.subject_id.in_(tasks))
    return _close_resolved(book, context, TASK, chosen)


def _close_resolved(book: Book, context: CampaignContext, kind: Kind, chosen: Sequence[ColumnElement[bool]]) -> int:
    batch = book.new_id()
    found = (
        select(
            _episodes.c.subject_id, _episodes.c.rule_id, _episodes.c.anchor, _episodes.c.due_at, _episodes.c.level,
            _episodes.c.next_action_at,
        )
        .where(_episodes.c.unit_id == book.unit_id, _episodes.c.is_open, *chosen)
        .where(*(~still_holds(book, kind, rule) for rule in kind.rules(context)))
        .subquery()
    )  # fmt: skip
    order = (found.c.rule_id, found.c.subject_id, found.c.anchor)
    rows = select(
        literal(book.unit_id, _staged.c.unit_id.type),
        literal(batch, _staged.c.batch_id.type),
        func.row_number().over(order_by=order),
        *found.c,
    ).where(true())
    names = ["unit_id", "batch_id", "position", "subject_id", "rule_id", "anchor", "due_at", "level", "happened_at"]
    count = book.session.execute(
        insert(_staged).from_select(names, rows), execution_options={"preserve_rowcount": True}
    ).rowcount  # type: ignore[attr-defined]
    if count:
        write_events(book, context, kind, batch, count, closed="resolved")
        bump_versions(book, kind, batch)
        _close(book, batch)
        unstage(book, batch)
    return int(count)


def of_batch(book: Book, batch: uuid.UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions for the staged rows of a batch."""
    return _staged.c.unit_id == book.unit_id, _staged.c.batch_id == batch


def unstage(book: Book, batch: uuid.UUID) -> None:
    """Remove the staged rows of a batch."""
    book.session.execute(delete(_staged).where(*of_batch(book, batch)))


def still_holds(book: Book, kind: Kind, rule: CompiledRule) -> ColumnElement[bool]:
    """Return the condition that an episode is the rule's, and that the rule holds now for the anchor it has.

    Where rules end by themselves, one that holds again has ended if it did not hold when the next level was to be called.
    """
    table, next_at = kind.table, _episodes.c.next_action_at
    never_ended = (
        [or_(next_at.is_(None), next_at > book.now, held_when_called(kind, rule))] if may_end(kind, rule) else []
    )
    return and_(
        _episodes.c.rule_id == rule.id,
        *never_ended,
        exists(
            select(table.c.id).where(
                table.c.unit_id == _episodes.c.unit_id,
                table.c.id == _episodes.c.subject_id,
                kind.applies(rule),
                to_sql(rule.anchor, kind.columns, literal(0, BigInteger)) == _episodes.c.anchor,
                to_sql(rule.when, kind.columns, literal(book.now, BigInteger)),
            )
        ),
    )


def _close(book: Book, batch: uuid.UUID) -> None:
    book.session.execute(
        update(_episodes)
        .where(*of_batch(book, batch), same_episode())
        .values(
            is_open=False,
            closed_at=book.now,
            closed_because="resolved",
            next_action_at=None,
            version=_episodes.c.version + 1,
            state_version=_episodes.c.state_version + 1,
        )
    )
