"""Staging: for each row whose pointer has come, the rules that are due on it, as rows that the same transaction works through.

Rules are put together, many to a statement, so that a pack of 300 rules asks the database no more often than one of ten.
"""

import uuid
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Insert,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
)

from rules.language.sql import to_sql
from rules.pack import CompiledRule
from rules.time import Instant
from workflow.escalation.effects import changes_cases
from workflow.gateway.kinds import Kind
from workflow.gateway.pointers import due_sql
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.statements import latest, least
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

AT_ONCE: Final = 40
"""Rules that one statement stages."""
_MANY_IDS: Final = 16_000
"""Ids that one statement may name at most, over all its rules."""


@dataclass(frozen=True)
class DueRows:
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

    @property
    def ids(self) -> tuple[Any, ...]:
        """Return the ids that it is restricted to; none if it is not, or if a query selects them."""
        return () if self.only is None or isinstance(self.only, Select) else tuple(self.only)

    @property
    def room(self) -> int:
        """Return how many names a statement has for those ids."""
        return round_length(self.ids)

    @property
    def shape(self) -> Hashable:
        """Return what a statement over these rows depends on, besides its values and the pack."""
        return self.after is None, self.up_to is None, self.room, self.only is None

    def named(self) -> "DueRows":
        """Return the same with names for unit and campaign, the instant, the range and the ids (but not a query that selects them)."""
        id_type = self.kind.table.c.id.type
        after, up_to = (
            None if value is None else bindparam(name, type_=id_type)
            for name, value in (("after", self.after), ("up_to", self.up_to))
        )
        names = [bindparam(f"only_{number}", type_=id_type) for number in range(self.room)]
        only = names if self.room else self.only
        return replace(
            self, now=bindparam("now", type_=BigInteger()), only=only, after=after, up_to=up_to, is_named=True
        )

    def values(self) -> dict[str, Any]:
        """Return what stands behind those names."""
        told: dict[str, Any] = {
            "unit": self.book.unit_id, "campaign": self.context.id, "now": self.now, "after": self.after, "up_to": self.up_to,
        }  # fmt: skip
        fill(told, "only", self.room, self.ids)
        return told

    def any(self) -> bool:
        """Whether there is such a row: asked for the earliest pointer, which an index answers however many rows there are."""
        pointer = self.kind.table.c.next_action_at
        earliest = self.book.connection.execute(select(func.min(pointer)).where(self.rows(), pointer.is_not(None)))
        return earliest.scalar() is not None


def _not_after_a_change(
    due: DueRows, rules: Sequence[CompiledRule], becomes: ColumnElement[int]
) -> list[ColumnElement[bool]]:
    """Return the condition that no rule changes the row before `becomes`: after that, others may be judged only in the next round."""
    changing = [rule for rule in rules if changes_cases(rule)] if due.kind.name == "case" else []
    if not changing:
        return []
    instants: list[ColumnElement[int]] = [due.instant]
    for rule in changing:
        changes = _due_at(rule, due.kind)
        instants.append(case((and_(*_holds(due, rule, changes)), changes), else_=due.instant))
    return [becomes <= least(*instants)]


def _due_at(rule: CompiledRule, kind: Kind) -> ColumnElement[int]:
    return latest(due_sql(rule, kind.columns), to_sql(rule.anchor, kind.columns, _ZERO))


def _holds(due: DueRows, rule: CompiledRule, becomes: ColumnElement[int]) -> list[ColumnElement[bool]]:
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
"""What stages the rows of some rules, by pack: it is the same at every tick of each of its campaigns, and putting it together costs
more than running it."""
_COUNT = Prepared(
    select(_staged.c.rule_id, func.count().label("n"))
    .where(
        _staged.c.unit_id == bindparam("unit", type_=Id()),
        _staged.c.batch_id == bindparam("batch", type_=_staged.c.batch_id.type),
    )
    .group_by(_staged.c.rule_id)
)


def stage_due(due: DueRows, rules: Sequence[CompiledRule], batch: uuid.UUID) -> Mapping[str, int]:
    """Stage every row and rule that is due, numbered from 1 in pack order and then by id; return how many rows each rule has.

    A rule that is due on no row is not among them.
    """
    at_once = max(1, min(AT_ONCE, _MANY_IDS // max(1, due.room)))
    staged = 0
    for start in range(0, len(rules), at_once):
        staged += _stage(due, rules[start : start + at_once], rules, batch, staged)
    if not staged:
        return {}
    counted = _COUNT.all(due.book.connection, {"unit": due.book.unit_id, "batch": batch})
    return Counter({row.rule_id: row.n for row in counted})


def _stage(
    due: DueRows,
    some: Sequence[CompiledRule],
    rules: Sequence[CompiledRule],
    batch: uuid.UUID,
    first: int,
) -> int:
    """Stage the rows on which one of `some` of the rules is due, numbered after `first`; return how many."""
    values = {**due.values(), "batch": batch, "first": first}
    if isinstance(due.only, Select):
        statement, counted = _staging(due.named(), some, rules), {"preserve_rowcount": True}
        return int(due.book.session.execute(statement, values, execution_options=counted).rowcount)  # type: ignore[attr-defined]
    key = (due.context.pack.hash, due.kind.name, some[0].id, len(some), due.shape)
    if key not in _stagings:
        _stagings[key] = Prepared(_staging(due.named(), some, rules))
    return _stagings[key].count(due.book.connection, values)


def _staging(due: DueRows, some: Sequence[CompiledRule], rules: Sequence[CompiledRule]) -> Insert:
    """Return what stages the rows on which one of `some` is due, with names for what `due` has, the batch and its first number."""
    judged = union_all(*(_judged(due, rule, rules, number) for number, rule in enumerate(some))).subquery()
    rows: Select[Any] = select(
        due.unit,
        bindparam("batch", type_=_staged.c.batch_id.type),
        func.row_number().over(order_by=(judged.c.number, judged.c.id)) + bindparam("first", type_=BigInteger()),
        judged.c.id,
        judged.c.rule_id,
        judged.c.anchor,
        judged.c.due_at,
        judged.c.level,
    )
    names = ["unit_id", "batch_id", "position", "subject_id", "rule_id", "anchor", "due_at", "level"]
    return insert(_staged).from_select(names, rows)


def _judged(due: DueRows, rule: CompiledRule, rules: Sequence[CompiledRule], number: int) -> Select[Any]:
    """Return the rows on which `rule` is due; `number` is its place among those staged together."""
    becomes = _due_at(rule, due.kind)
    return select(
        literal(number, BigInteger).label("number"),
        due.kind.table.c.id,
        literal(rule.id).label("rule_id"),
        to_sql(rule.anchor, due.kind.columns, _ZERO).label("anchor"),
        becomes.label("due_at"),
        literal(1 if rule.ladder else 0, BigInteger).label("level"),
    ).where(due.rows(), *_holds(due, rule, becomes), *_not_after_a_change(due, rules, becomes))


def _is_new(rule: CompiledRule, unit: Any, subject: Any, anchor: ColumnElement[Any]) -> ColumnElement[bool]:
    known = select(literal(1)).where(
        _episodes.c.unit_id == unit,
        _episodes.c.rule_id == rule.id,
        _episodes.c.subject_id == subject,
        _episodes.c.anchor == anchor,
    )
    return ~exists(known)
