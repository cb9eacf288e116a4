"""Ladders: each open episode reaches its next post when the time to answer has run out.

The level's instant counts from when the rule became due, so after an outage the levels that were due open in order, late but the
same ones. One round raises every due episode by one level; rounds go on until none is due.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    true,
    update,
)

from rules.pack import CompiledRule
from rules.time import Instant
from workflow.escalation.steps import insert_steps, same_episode
from workflow.gateway.kinds import Kind
from workflow.gateway.staged_events import bump_versions, write_events
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Escalation, Staged, table_of

_staged, _episodes = table_of(Staged), table_of(Escalation)


def climb(
    book: Book, context: CampaignContext, kind: Kind, *, now: Instant, only: Sequence[uuid.UUID] | None = None
) -> int:
    """Open every level that became due by `now` for episodes of `kind`; return how many. Run twice, the second finds none."""
    rules = {rule.id: rule for rule in context.pack.rules}
    written = 0
    while True:
        batch = book.new_id()
        count = _stage(book, context, kind, now, only, batch)
        if not count:
            return written
        for rule_id, level in book.session.execute(_levels(book, batch)).all():
            insert_steps(book, rules[rule_id], level, batch)
        _raise_episodes(book, rules, batch)
        write_events(book, context, kind, batch, count)
        bump_versions(book, kind, batch)
        book.session.execute(delete(_staged).where(_staged.c.unit_id == book.unit_id, _staged.c.batch_id == batch))
        written += count


def _stage(
    book: Book, context: CampaignContext, kind: Kind, now: Instant, only: Sequence[uuid.UUID] | None, batch: uuid.UUID
) -> int:
    due = select(
        _episodes.c.subject_id, _episodes.c.rule_id, _episodes.c.anchor, _episodes.c.next_action_at, _episodes.c.level
    ).where(
        _episodes.c.unit_id == book.unit_id,
        _episodes.c.next_action_at <= now,
        _episodes.c.kind == kind.name,
        _episodes.c.campaign_id == context.id,
        _episodes.c.is_open,
    )
    if only is not None:
        due = due.where(_episodes.c.subject_id.in_(only))
    found = due.subquery()
    rows = select(
        literal(book.unit_id, _staged.c.unit_id.type),
        literal(batch, _staged.c.batch_id.type),
        func.row_number().over(order_by=(found.c.next_action_at, found.c.rule_id, found.c.subject_id, found.c.anchor)),
        found.c.subject_id,
        found.c.rule_id,
        found.c.anchor,
        found.c.next_action_at,
        found.c.level + 1,
    ).where(true())
    names = ["unit_id", "batch_id", "position", "subject_id", "rule_id", "anchor", "due_at", "level"]
    result = book.session.execute(
        insert(_staged).from_select(names, rows), execution_options={"preserve_rowcount": True}
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def _levels(book: Book, batch: uuid.UUID) -> Select[Any]:
    return (
        select(_staged.c.rule_id, _staged.c.level)
        .where(_staged.c.unit_id == book.unit_id, _staged.c.batch_id == batch)
        .distinct()
        .order_by(_staged.c.rule_id, _staged.c.level)
    )


def _raise_episodes(book: Book, rules: dict[str, CompiledRule], batch: uuid.UUID) -> None:
    """Set level and the instant of the next one; the last level has none and waits for a person."""
    next_delay = [
        (and_(_episodes.c.rule_id == rule.id, _staged.c.level == level), _episodes.c.due_at + delay)
        for rule in rules.values()
        for level, delay in enumerate(rule.delays)
        if level and delay is not None
    ]
    upcoming = case(*next_delay, else_=None) if next_delay else literal(None, BigInteger)
    book.session.execute(
        update(_episodes)
        .where(
            _staged.c.unit_id == book.unit_id,
            _staged.c.batch_id == batch,
            same_episode(),
        )
        .values(level=_staged.c.level, next_action_at=upcoming, version=_episodes.c.version + 1)
    )
