"""Ladders: each open episode reaches its next post when the time to answer has run out.

The level's instant counts from when the one below was to be called, so after an outage the levels that were due open in order, late
but the same ones. One round raises every due episode by one level; rounds go on until none is due. Where a rule ends by itself, the
levels that came before its end are called, and no other.
"""

import sys
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    case,
    delete,
    exists,
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
from workflow.escalation.times import answer_sql, next_sql, settle_working_time
from workflow.gateway.ending import may_end, only_while_they_hold
from workflow.gateway.kinds import TASK, Kind
from workflow.gateway.resolve_staged import close_resolved_tasks
from workflow.gateway.staged_events import bump_versions, write_events
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Escalation, Staged, table_of

_staged, _episodes = table_of(Staged), table_of(Escalation)


_ANY = (
    select(literal(1))
    .where(
        _episodes.c.unit_id == bindparam("unit"),
        _episodes.c.next_action_at <= bindparam("now"),
        _episodes.c.kind == bindparam("kind"),
        _episodes.c.campaign_id == bindparam("campaign"),
    )
    .limit(1)
)
"""Whether a level has come: asked by its instant alone, which closed episodes lack. SQLite would rather walk through all open ones."""

Subjects = Sequence[uuid.UUID] | Select[Any]


def climb(
    book: Book,
    context: CampaignContext,
    kind: Kind,
    *,
    now: Instant,
    only: Subjects | None = None,
    rules: Sequence[CompiledRule] | None = None,
    limit: int = sys.maxsize,
) -> int:
    """Open every level that became due by `now` for episodes of `kind`; return how many. Run twice, the second finds none.

    With `rules`, only of those: what is judged whole may have ended before, which is for whoever judges it to say. At most about `limit` levels are opened: if as many are returned, call again in another transaction.
    """
    if only is None:
        asked = {"unit": book.unit_id, "kind": kind.name, "campaign": context.id, "now": now}
        if book.session.execute(_ANY, asked).first() is None:
            return 0
    due = [_episodes.c.next_action_at <= now]
    if only is not None:
        due.append(_episodes.c.subject_id.in_(only))
    if rules is not None:
        due.append(_episodes.c.rule_id.in_([rule.id for rule in rules]))
    return _climb(book, context, kind, due, limit)


def climb_and_close(book: Book, context: CampaignContext, *, now: Instant) -> int:
    """Close the episodes of tasks whose rule no longer holds, after what came while it held has been called; return how many levels."""
    ending = ending_rules(context)
    levels = climb(book, context, TASK, now=now, rules=ending) if ending else 0
    close_resolved_tasks(book, context)
    return levels


def ending_rules(context: CampaignContext) -> list[CompiledRule]:
    """Return the campaign's rules over tasks that hold only for a while."""
    return [rule for rule in TASK.rules(context) if may_end(TASK, rule)]


def climb_before(book: Book, context: CampaignContext, kind: Kind, batch: uuid.UUID, rule: CompiledRule) -> int:
    """Open the levels that became due on the staged subjects of `rule` before the rule itself did; return how many.

    For a rule that is about to change its subjects: a ladder that had climbed before the change has climbed, however late the
    clock looked.
    """
    changed = _staged.alias("changed")
    earlier = exists(
        select(changed.c.position).where(
            changed.c.unit_id == book.unit_id,
            changed.c.batch_id == batch,
            changed.c.rule_id == rule.id,
            changed.c.subject_id == _episodes.c.subject_id,
            _episodes.c.next_action_at < changed.c.due_at,
        )
    )
    return _climb(book, context, kind, [_episodes.c.next_action_at <= book.now, earlier], sys.maxsize)


def _climb(book: Book, context: CampaignContext, kind: Kind, due: list[ColumnElement[bool]], limit: int) -> int:
    rules = {rule.id: rule for rule in context.pack.rules if rule.model.on == kind.name and rule.ladder}
    due = [*due, *only_while_they_hold(kind, kind.rules(context))]
    written = 0
    while rules and written < limit:
        batch = book.new_id()
        count = _stage(book, context, kind, [*due, _episodes.c.rule_id.in_(sorted(rules))], limit - written, batch)
        if not count:
            break
        for rule_id, level in book.session.execute(_levels(book, batch)).all():
            insert_steps(book, rules[rule_id], level, batch)
        _raise_episodes(book, rules, batch)
        write_events(book, context, kind, batch, count)
        bump_versions(book, kind, batch)
        book.session.execute(delete(_staged).where(_staged.c.unit_id == book.unit_id, _staged.c.batch_id == batch))
        written += count
    return written


def _stage(
    book: Book, context: CampaignContext, kind: Kind, due: list[ColumnElement[bool]], limit: int, batch: uuid.UUID
) -> int:
    found = (
        select(
            _episodes.c.subject_id,
            _episodes.c.rule_id,
            _episodes.c.anchor,
            _episodes.c.next_action_at,
            _episodes.c.level,
        )
        .where(
            _episodes.c.unit_id == book.unit_id,
            _episodes.c.kind == kind.name,
            _episodes.c.campaign_id == context.id,
            _episodes.c.is_open,
            *due,
        )
        .order_by(_episodes.c.next_action_at, _episodes.c.id)
        .limit(limit)
        .subquery()
    )
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
    """Set level and the instant of the next one; the last level has none and waits for a person.

    The next level counts from when this one was to be called, so time that was granted moves all that follow. Whoever took the
    episode over on a rung above (or as coordinator) still has it; everybody else's turn has passed to the new level, theirs too who
    had it because nobody held the post that was called. (What a coordinator took over, and nobody coordinates, moves on when it is asked
    who has it.)
    """
    upcoming, held = next_sql(rules.values(), _staged.c.due_at), _episodes.c.holder_level
    unheld, stays = _episodes.c.unheld_level, func.coalesce(held, _episodes.c.level)
    is_above = func.coalesce(unheld, held) > _staged.c.level
    book.session.execute(
        update(_episodes)
        .where(
            _staged.c.unit_id == book.unit_id,
            _staged.c.batch_id == batch,
            same_episode(),
        )
        .values(
            level=_staged.c.level, next_action_at=upcoming, version=_episodes.c.version + 1,
            holder_level=case((is_above, stays), else_=None), unheld_level=case((is_above, unheld), else_=None),
            answer_by=answer_sql(rules.values(), _staged.c.due_at, upcoming),
        )
    )  # fmt: skip
    settle_working_time(book, rules.values(), batch)
