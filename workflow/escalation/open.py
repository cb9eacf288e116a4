"""Opening what has become due: rows whose pointer has come, rule by rule in pack order.

A rule is judged at the instant at which it first held, not when somebody looked: after an outage the same episodes open as would
have opened in time, only later. A rule that moves a case or asks for a follow-up changes what the others see, so on one row the
rules take their turns in the order in which they became due, round after round, until nothing is due. Safe to run twice, and by
two workers: the head lock makes them take turns, and the natural key (rule, subject, anchor) of an episode makes the second find
nothing.
"""

import uuid
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Insert,
    Select,
    and_,
    bindparam,
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
from workflow.escalation.effects import apply_effect, changes_cases, note_follow_ups
from workflow.escalation.steps import insert_steps
from workflow.gateway.kinds import Kind
from workflow.gateway.pointers import due_sql, rearmed_sql
from workflow.gateway.staged_events import bump_versions, write_events
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.statements import HexOf, insert_missing, latest, least, natural_id
from workflow.statements.asking import fill, round_length
from workflow.statements.prepared import Prepared
from workflow.tables import Escalation, Staged, table_of
from workflow.tables.types import Id

_staged, _episodes = table_of(Staged), table_of(Escalation)
_ZERO = literal(0, BigInteger)

Subjects = Sequence[Any] | Select[Any]
"""Ids, or a query that selects them."""
Moment: TypeAlias = Instant | BindParameter[int]
Id_: TypeAlias = uuid.UUID | BindParameter[uuid.UUID]


@dataclass
class Opened:
    """How many rows each rule matched, and the tasks that a rule waives: (task, rule)."""

    matched: dict[str, int] = field(default_factory=dict)
    waived: list[tuple[uuid.UUID, str]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Return the number of episodes opened."""
        return sum(self.matched.values())


@dataclass(frozen=True)
class _Due:
    """The rows to look at: those whose pointer has come by `now`, perhaps only some of them."""

    book: Book
    context: CampaignContext
    kind: Kind
    now: Moment
    only: Subjects | None
    after: Id_ | None
    up_to: Id_ | None
    is_named: bool = False
    """Whether unit and campaign are names too, as in a statement that serves every campaign of a pack."""

    @property
    def unit(self) -> Any:
        """Return the unit, or its name."""
        return bindparam("unit", type_=Id()) if self.is_named else self.book.unit_id

    @property
    def campaign(self) -> Any:
        """Return the campaign, or its name."""
        return bindparam("campaign", type_=Id()) if self.is_named else self.context.id

    @property
    def instant(self) -> ColumnElement[int]:
        """Return `now` as SQL."""
        return literal(self.now, BigInteger) if isinstance(self.now, int) else self.now

    def rows(self) -> ColumnElement[bool]:
        table = self.kind.table
        conditions = [
            table.c.unit_id == self.unit,
            table.c.next_action_at <= self.now,
            table.c.campaign_id == self.campaign,
        ]
        if self.only is not None:
            conditions.append(table.c.id.in_(self.only))
        if self.after is not None:
            conditions.append(table.c.id > self.after)
        if self.up_to is not None:
            conditions.append(table.c.id <= self.up_to)
        return and_(*conditions)

    def any(self) -> bool:
        """Whether there is such a row: asked for the earliest pointer, which an index answers however many rows there are."""
        pointer = self.kind.table.c.next_action_at
        earliest = self.book.connection.execute(select(func.min(pointer)).where(self.rows(), pointer.is_not(None)))
        return earliest.scalar() is not None


def open_due(
    book: Book,
    context: CampaignContext,
    kind: Kind,
    *,
    now: Instant,
    only: Subjects | None = None,
    after: uuid.UUID | None = None,
    up_to: uuid.UUID | None = None,
) -> Opened:
    """Open an episode for every row and rule that became due by `now`, apply rule effects, and set the pointers anew.

    `only` restricts it to some rows: a command that is about to change them first settles what was due before it. `after` and
    `up_to` restrict it to a range of ids, so that very many rows are done in several transactions.
    """
    opened, due = Opened(), _Due(book, context, kind, now, only, after, up_to)
    while due.any():
        before = opened.total
        _round(due, opened)
        if opened.total == before:
            break
    return opened


def end_of_chunk(
    book: Book, context: CampaignContext, kind: Kind, *, now: Instant, after: uuid.UUID | None, size: int
) -> uuid.UUID | None:
    """Return the id up to which `size` due rows lie (beyond `after`); None if there are no more than that."""
    due, table = _Due(book, context, kind, now, None, after, None), kind.table
    statement = select(table.c.id).where(due.rows()).order_by(table.c.id).limit(2).offset(size - 1)
    ids = book.session.scalars(statement).all()
    return ids[0] if len(ids) == 2 else None


def _round(due: _Due, opened: Opened) -> None:
    book, context, kind = due.book, due.context, due.kind
    rules = kind.rules(context)
    batch, first, taken = book.new_id(), 0, []
    for rule in rules:
        matched = _stage(due, rule, rules, batch, first)
        if matched:
            opened.matched[rule.id] = opened.matched.get(rule.id, 0) + matched
            _insert_episodes(book, kind, rule, batch)
            if rule.ladder:
                insert_steps(book, rule, 1, batch)
            taken.append(rule)
            first += matched
    if first:
        note_follow_ups(book, context, taken, batch)
        write_events(book, context, kind, batch, first, follow_ups=[rule.id for rule in taken if rule.follow_up])
        bump_versions(book, kind, batch)
    for rule in taken:
        opened.waived += apply_effect(book, context, kind, rule, batch)
    _rearm(due, rules)
    if first:
        book.session.execute(delete(_staged).where(_staged.c.unit_id == book.unit_id, _staged.c.batch_id == batch))


def _first_change(due: _Due, rules: Sequence[CompiledRule]) -> ColumnElement[int]:
    """Return the instant up to which a row's rules may be judged now: the first at which one of them changes the row."""
    now = due.instant
    if due.kind.name != "case":
        return now
    instants: list[ColumnElement[int]] = [now]
    for rule in rules:
        if changes_cases(rule):
            becomes = _due_at(rule, due.kind)
            instants.append(case((and_(*_holds(due, rule, becomes)), becomes), else_=now))
    return least(*instants)


def _due_at(rule: CompiledRule, kind: Kind) -> ColumnElement[int]:
    return latest(due_sql(rule, kind.columns), to_sql(rule.anchor, kind.columns, _ZERO))


def _holds(due: _Due, rule: CompiledRule, becomes: ColumnElement[int]) -> list[ColumnElement[bool]]:
    """Return the conditions for a row on which `rule` is due and has no episode yet. `becomes` is read only where known."""
    table, columns, now = due.kind.table, due.kind.columns, due.instant
    anchor = to_sql(rule.anchor, columns, _ZERO)
    return [
        due.kind.applies(rule),
        anchor.is_not(None),
        becomes <= now,
        or_(to_sql(rule.when, columns, becomes), to_sql(rule.when, columns, now)),
        _is_new(rule, table.c.unit_id, table.c.id, anchor),
    ]


_stagings: dict[Hashable, Prepared] = {}
"""What stages the rows of a rule, by pack: it is the same at every tick of each of its campaigns, and putting it together costs more than running it."""


def _stage(due: _Due, rule: CompiledRule, rules: Sequence[CompiledRule], batch: uuid.UUID, first: int) -> int:
    """Stage the rows on which `rule` is due, numbered after `first`; return how many."""
    values: dict[str, Any] = {
        "unit": due.book.unit_id, "campaign": due.context.id, "now": due.now,
        "batch": batch, "first": first, "after": due.after, "up_to": due.up_to,
    }  # fmt: skip
    if isinstance(due.only, Select):
        statement, counted = _staging(due, rule, rules, 0), {"preserve_rowcount": True}
        return int(due.book.session.execute(statement, values, execution_options=counted).rowcount)  # type: ignore[attr-defined]
    only = () if due.only is None else tuple(due.only)
    room = round_length(only)
    shape = (due.after is None, due.up_to is None, room)
    key = (due.context.pack.hash, due.kind.name, rule.id, shape)
    if key not in _stagings:
        _stagings[key] = Prepared(_staging(due, rule, rules, room))
    fill(values, "only", room, only)
    return _stagings[key].count(due.book.connection, values)


def _staging(due: _Due, rule: CompiledRule, rules: Sequence[CompiledRule], room: int) -> Insert:
    """Return what stages the rows on which `rule` is due, with names for unit and campaign, the instant, the batch and its first number,
    and for ids.

    `room` is how many names there are for the ids that are looked at (0: all, or those that a query selects).
    """
    id_type = due.kind.table.c.id.type
    after, up_to = (
        None if value is None else bindparam(name, type_=id_type)
        for name, value in (("after", due.after), ("up_to", due.up_to))
    )
    only = [bindparam(f"only_{number}", type_=id_type) for number in range(room)] if room else due.only
    due = replace(due, now=bindparam("now", type_=BigInteger()), only=only, after=after, up_to=up_to, is_named=True)
    table = due.kind.table
    anchor, becomes = to_sql(rule.anchor, due.kind.columns, _ZERO), _due_at(rule, due.kind)
    judged = (
        select(table.c.id, anchor.label("anchor"), becomes.label("due_at"))
        .where(due.rows(), *_holds(due, rule, becomes), becomes <= _first_change(due, rules))
        .subquery()
    )
    rows: Select[Any] = select(
        due.unit,
        bindparam("batch", type_=_staged.c.batch_id.type),
        func.row_number().over(order_by=judged.c.id) + bindparam("first", type_=BigInteger()),
        judged.c.id,
        literal(rule.id),
        judged.c.anchor,
        judged.c.due_at,
        literal(1 if rule.ladder else 0, BigInteger),
    ).where(true())
    names = ["unit_id", "batch_id", "position", "subject_id", "rule_id", "anchor", "due_at", "level"]
    return insert(_staged).from_select(names, rows)


def _is_new(rule: CompiledRule, unit: Any, subject: Any, anchor: ColumnElement[Any]) -> ColumnElement[bool]:
    known = select(literal(1)).where(
        _episodes.c.unit_id == unit,
        _episodes.c.rule_id == rule.id,
        _episodes.c.subject_id == subject,
        _episodes.c.anchor == anchor,
    )
    return ~exists(known)


def _insert_episodes(book: Book, kind: Kind, rule: CompiledRule, batch: uuid.UUID) -> int:
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


_pointers: dict[tuple[str, str], ColumnElement[int]] = {}
"""The pointer of a row as SQL, by pack and kind: it is the same at every tick."""


def _rearm(due: _Due, rules: Sequence[CompiledRule]) -> None:
    """Set the pointers of the rows that were looked at: each to the next instant that matters, over rules that apply to it."""
    kind, key = due.kind, (due.context.pack.hash, due.kind.name)
    if key not in _pointers:
        _pointers[key] = _pointer(kind, rules)
    due.book.session.execute(update(kind.table).where(due.rows()).values(next_action_at=_pointers[key]))


def _pointer(kind: Kind, rules: Sequence[CompiledRule]) -> ColumnElement[int]:
    table = kind.table
    is_case = kind.name == "case"
    groups: dict[str | None, list[CompiledRule]] = {}
    for rule in rules:
        groups.setdefault(rule.track if is_case else rule.model.task, []).append(rule)
    general = groups.pop(None, [])
    column = table.c.track if is_case else table.c.item
    branches = [(column == key, rearmed_sql([*general, *group], kind.columns, table)) for key, group in groups.items()]
    default = rearmed_sql(general, kind.columns, table) if general else literal(None, BigInteger)
    return case(*branches, else_=default) if branches else default
