"""Opening what has become due: rows whose pointer has come, rule by rule in pack order.

A rule is judged at the instant at which it first held, not when somebody looked: after an outage the same episodes open as would
have opened in time, only later. Safe to run twice, and by two workers: the head lock makes them take turns, and the natural key
(rule, subject, anchor) of an episode makes the second find nothing.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    delete,
    exists,
    false,
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
from rules.time import Instant
from workflow.escalation.effects import apply_effect, follow_ups
from workflow.escalation.steps import insert_steps
from workflow.gateway.kinds import Kind
from workflow.gateway.pointers import due_sql, rearmed_sql
from workflow.gateway.staged_events import bump_versions, write_events
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.statements import HexOf, insert_missing, latest, natural_id
from workflow.tables import Escalation, Staged, table_of

_staged, _episodes = table_of(Staged), table_of(Escalation)
_ZERO = literal(0, BigInteger)


@dataclass
class Opened:
    """How many rows each rule matched."""

    matched: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Return the number of episodes opened."""
        return sum(self.matched.values())


def open_due(
    book: Book, context: CampaignContext, kind: Kind, *, now: Instant, only: Sequence[uuid.UUID] | None = None
) -> Opened:
    """Open an episode for every row and rule that became due by `now`, apply rule effects, and set the pointers anew.

    `only` restricts it to some rows: a command that is about to change them first settles what was due before it.
    """
    opened = Opened()
    if not _anything_due(book, context, kind, now, only):
        return opened
    rules = kind.rules(context)
    batch, first, taken = book.new_id(), 0, []
    for rule in rules:
        matched = _stage(book, context, kind, rule, now, only, batch, first)
        if matched:
            opened.matched[rule.id] = matched
            _insert_episodes(book, context, kind, rule, batch)
            if rule.ladder:
                insert_steps(book, rule, 1, batch)
            taken.append(rule)
            first += matched
    if first:
        write_events(book, context, kind, batch, first, follow_ups=follow_ups(book, context, kind, taken))
        bump_versions(book, kind, batch)
    _rearm(book, context, kind, rules, now, only)
    for rule in taken:
        apply_effect(book, context, kind, rule, batch)
    if first:
        book.session.execute(delete(_staged).where(_staged.c.unit_id == book.unit_id, _staged.c.batch_id == batch))
    return opened


def _due(
    book: Book, context: CampaignContext, kind: Kind, now: Instant, only: Sequence[uuid.UUID] | None
) -> ColumnElement[bool]:
    table = kind.table
    due = and_(table.c.unit_id == book.unit_id, table.c.next_action_at <= now, table.c.campaign_id == context.id)
    return due if only is None else and_(due, table.c.id.in_(only))


def _anything_due(
    book: Book, context: CampaignContext, kind: Kind, now: Instant, only: Sequence[uuid.UUID] | None
) -> bool:
    statement = select(literal(1)).where(_due(book, context, kind, now, only)).limit(1)
    return book.session.execute(statement).first() is not None


def _stage(
    book: Book,
    context: CampaignContext,
    kind: Kind,
    rule: CompiledRule,
    now: Instant,
    only: Sequence[uuid.UUID] | None,
    batch: uuid.UUID,
    first: int,
) -> int:
    table, columns = kind.table, kind.columns
    anchor = to_sql(rule.anchor, columns, _ZERO)
    due = latest(due_sql(rule, columns), anchor)
    judged = (
        select(table.c.id, anchor.label("anchor"), due.label("due_at"))
        .where(_due(book, context, kind, now, only), kind.applies(rule), anchor.is_not(None), due <= now)
        .where(or_(to_sql(rule.when, columns, due), to_sql(rule.when, columns, literal(now, BigInteger))))
        .where(_is_new(rule, table.c.unit_id, table.c.id, anchor))
        .subquery()
    )
    position = func.row_number().over(order_by=judged.c.id) + first
    rows: Select[Any] = select(
        literal(book.unit_id, _staged.c.unit_id.type),
        literal(batch, _staged.c.batch_id.type),
        position,
        judged.c.id,
        literal(rule.id),
        judged.c.anchor,
        judged.c.due_at,
        literal(1 if rule.ladder else 0, BigInteger),
    ).where(true())
    names = ["unit_id", "batch_id", "position", "subject_id", "rule_id", "anchor", "due_at", "level"]
    result = book.session.execute(
        insert(_staged).from_select(names, rows), execution_options={"preserve_rowcount": True}
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def _is_new(rule: CompiledRule, unit: Any, subject: Any, anchor: ColumnElement[Any]) -> ColumnElement[bool]:
    known = select(literal(1)).where(
        _episodes.c.unit_id == unit,
        _episodes.c.rule_id == rule.id,
        _episodes.c.subject_id == subject,
        _episodes.c.anchor == anchor,
    )
    return ~exists(known)


def _insert_episodes(book: Book, context: CampaignContext, kind: Kind, rule: CompiledRule, batch: uuid.UUID) -> int:
    """Insert the staged episodes of `rule` at their first level.

    One with no ladder stays at level 0 and is closed at once, since nothing waits for anybody.
    """
    table, levels = kind.table, len(rule.ladder)
    place = {"area": table.c.area_id, "team": table.c.team_id}.get(rule.model.group)
    group = case((place.is_(None), literal("")), else_=HexOf(place)) if place is not None else literal("")
    open_ = literal(True) if levels else false()
    values: dict[str, Any] = {
        "unit_id": _staged.c.unit_id,
        "id": natural_id(_staged.c.unit_id, rule.id, _staged.c.subject_id, _staged.c.anchor),
        "campaign_id": table.c.campaign_id,
        "rule_id": literal(rule.id),
        "kind": literal(kind.name),
        "subject_id": _staged.c.subject_id,
        "anchor": _staged.c.anchor,
        "due_at": _staged.c.due_at,
        "opened_at": literal(book.now, BigInteger),
        "level": _staged.c.level,
        "levels": literal(levels, BigInteger),
        "next_action_at": _second_level_at(rule),
        "group_key": group,
        "area_id": table.c.area_id,
        "team_id": table.c.team_id,
        "is_open": open_,
        "closed_at": literal(None if levels else book.now, BigInteger),
        "closed_because": literal(None if levels else "effect", _episodes.c.closed_because.type),
        "version": literal(1, BigInteger),
        "state_version": literal(1, BigInteger),
    }
    rows = select(*values.values()).where(
        _staged.c.unit_id == book.unit_id,
        _staged.c.batch_id == batch,
        _staged.c.rule_id == rule.id,
        table.c.unit_id == _staged.c.unit_id,
        table.c.id == _staged.c.subject_id,
    )
    return insert_missing(book.session, _episodes, list(values), rows)


def _second_level_at(rule: CompiledRule) -> ColumnElement[int]:
    delay = rule.delays[1] if len(rule.delays) > 1 else None
    return literal(None, BigInteger) if delay is None else _staged.c.due_at + delay


def _rearm(
    book: Book,
    context: CampaignContext,
    kind: Kind,
    rules: Sequence[CompiledRule],
    now: Instant,
    only: Sequence[uuid.UUID] | None,
) -> None:
    """Set the pointers of the rows that were looked at: each to the next instant that matters, over rules that apply to it."""
    table = kind.table
    groups: dict[str | None, list[CompiledRule]] = {}
    for rule in rules:
        groups.setdefault(rule.track if kind.name == "case" else rule.model.task, []).append(rule)
    general = groups.get(None, []) if kind.name == "task" else []
    branches = []
    for key, group in groups.items():
        if key is None:
            continue
        column = table.c.track if kind.name == "case" else table.c.item
        branches.append((column == key, rearmed_sql([*general, *group], kind.columns, table)))
    default = rearmed_sql(general, kind.columns, table) if general else literal(None, BigInteger)
    pointer = case(*branches, else_=default) if branches else default
    book.session.execute(update(table).where(_due(book, context, kind, now, only)).values(next_action_at=pointer))
