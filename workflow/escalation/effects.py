"""What rules do besides opening a ladder: ask for a follow-up, move a case, waive a duty. For all staged rows at once.

An effect happens at the instant at which its rule became due, however late the clock looked, so that what follows from it does not
depend on when that was.
"""

import uuid
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, insert, literal, select, update

from rules.deadlines import follow_up_at
from rules.pack import CompiledRule
from rules.time import Instant
from workflow.escalation.climb import climb_before
from workflow.gateway.batch import move_staged
from workflow.gateway.doors import settle_follow_ups
from workflow.gateway.kinds import Kind
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.statements import latest
from workflow.tables import Case, Staged, table_of

_staged, _cases = table_of(Staged), table_of(Case)
_ASK = (
    update(_staged)
    .where(
        _staged.c.unit_id == bindparam("b_unit"),
        _staged.c.batch_id == bindparam("b_batch"),
        _staged.c.position == bindparam("b_position"),
    )
    .values(happened_at=bindparam("b_at"))
)


class Waiver(NamedTuple):
    """A task that a rule closes, as of when the rule became due."""

    task_id: uuid.UUID
    rule_id: str
    due_at: Instant


def waives(rule: CompiledRule) -> bool:
    """Whether `rule` closes the task on which it comes true."""
    return rule.model.effect is not None and bool(rule.model.effect.waive)


def changes_rows(rule: CompiledRule) -> bool:
    """Whether `rule` changes the row on which it comes true: what others find there they may find only after it."""
    return changes_cases(rule) or waives(rule)


def changes_cases(rule: CompiledRule) -> bool:
    """Whether `rule` changes facts that case rules read."""
    effect = rule.model.effect
    return rule.follow_up is not None or (effect is not None and effect.move is not None)


def note_follow_ups(book: Book, context: CampaignContext, rules: Iterable[CompiledRule], batch: uuid.UUID) -> None:
    """Write into each staged row (as `happened_at`) when its rule wants the follow-up: counted from when it became due."""
    for rule in rules:
        if rule.follow_up is None:
            continue
        known: dict[Instant, Instant] = {}
        changes = []
        for position, due_at in book.session.execute(
            select(_staged.c.position, _staged.c.due_at).where(*_of_rule(book, rule, batch))
        ):
            if due_at not in known:
                known[due_at] = follow_up_at(rule.follow_up, context.pack.calendar, since=due_at)
            changes.append({"b_unit": book.unit_id, "b_batch": batch, "b_position": position, "b_at": known[due_at]})
        if changes:
            book.session.execute(_ASK, changes)


def apply_effect(
    book: Book, context: CampaignContext, kind: Kind, rule: CompiledRule, batch: uuid.UUID
) -> list[Waiver]:
    """Do what `rule` says besides its ladder, for the rows that it matched in this batch.

    A waiver is returned, not done: tasks have moves of their own, which belong to whoever ticks.
    """
    effect = rule.model.effect
    if effect is None:
        return []
    if effect.waive and kind.name == "task":
        asked = select(_staged.c.subject_id, _staged.c.due_at).where(*_of_rule(book, rule, batch))
        found = book.session.execute(asked.order_by(_staged.c.position)).all()
        return [Waiver(task_id, rule.id, due_at) for task_id, due_at in found]
    if kind.name == "case":
        if changes_cases(rule):
            climb_before(book, context, kind, batch, rule)
        if rule.follow_up is not None:
            _ask(book, rule, batch)
        if effect.move is not None:
            _move(book, context, rule, effect.move, batch)
    return []


def _of_rule(book: Book, rule: CompiledRule, batch: uuid.UUID) -> tuple[ColumnElement[bool], ...]:
    return (_staged.c.unit_id == book.unit_id, _staged.c.batch_id == batch, _staged.c.rule_id == rule.id)


def _ask(book: Book, rule: CompiledRule, batch: uuid.UUID) -> None:
    mine = and_(
        *_of_rule(book, rule, batch), _cases.c.unit_id == _staged.c.unit_id, _cases.c.id == _staged.c.subject_id
    )
    book.session.execute(update(_cases).where(mine, _cases.c.is_open).values(follow_up_at=_staged.c.happened_at))
    settle_follow_ups(book, select(_cases.c.door_id).where(mine))


def _move(book: Book, context: CampaignContext, rule: CompiledRule, move: str, batch: uuid.UUID) -> None:
    """Move the matched cases at the instant the rule became due, or after what has happened to them since."""
    moving = book.new_id()
    rows = select(
        _staged.c.unit_id,
        literal(moving, _staged.c.batch_id.type),
        func.row_number().over(order_by=_staged.c.position),
        _staged.c.subject_id,
        literal(move),
        latest(_staged.c.due_at, _cases.c.last_happened_at),
    ).where(*_of_rule(book, rule, batch), _cases.c.unit_id == _staged.c.unit_id, _cases.c.id == _staged.c.subject_id)
    names = ["unit_id", "batch_id", "position", "subject_id", "move", "happened_at"]
    book.session.execute(insert(_staged).from_select(names, rows))
    move_staged(book, context, moving, cause="rule", by="rule", rule_id=rule.id)
    book.session.execute(delete(_staged).where(_staged.c.unit_id == book.unit_id, _staged.c.batch_id == moving))
