"""Staging: for each row whose pointer has come, the rules that are due on it, as rows that the same transaction works through.

Only rules that can be due are staged. Where there are many they are put together, so that 300 rules that have all come due ask the
database no more often than ten.
"""

import uuid
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Insert,
    Select,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
)

from rules.language.sql import to_sql
from rules.pack import CompiledRule
from workflow.escalation.due_rows import DueRows
from workflow.escalation.effects import changes_rows
from workflow.gateway.pointers import due_sql, has_episode
from workflow.statements import least
from workflow.statements.prepared import Prepared
from workflow.tables import Staged, table_of
from workflow.tables.types import Id

_staged = table_of(Staged)
_ZERO = literal(0, BigInteger)

AT_ONCE: Final = 40
"""Rules that one statement stages."""
ALONE: Final = 4
"""So many of them are staged one by one: a statement of one rule serves whatever others are due beside it."""
_MANY_IDS: Final = 16_000
"""Ids that one statement may name at most, over all its rules."""


def _not_after_a_change(
    due: DueRows, rules: Sequence[CompiledRule], becomes: ColumnElement[int]
) -> list[ColumnElement[bool]]:
    """Return the condition that no rule changes the row before `becomes`: after that, others may be judged only in the next round."""
    changing = [rule for rule in rules if changes_rows(rule)]
    if not changing:
        return []
    instants: list[ColumnElement[int]] = [due.instant]
    for rule in changing:
        changes = due_sql(rule, due.kind.columns)
        instants.append(case((and_(*_holds(due, rule, changes)), changes), else_=due.instant))
    return [becomes <= least(*instants)]


def _holds(due: DueRows, rule: CompiledRule, becomes: ColumnElement[int]) -> list[ColumnElement[bool]]:
    """Return the conditions for a row on which `rule` is due and has no episode yet. `becomes` is read only where known."""
    table, columns, now = due.kind.table, due.kind.columns, due.instant
    anchor = to_sql(rule.anchor, columns, _ZERO)
    return [
        due.kind.applies(rule),
        anchor.is_not(None),
        becomes <= now,
        or_(to_sql(rule.when, columns, becomes), to_sql(rule.when, columns, now)),
        ~has_episode(rule, table.c.unit_id, table.c.id, anchor),
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


def stage_due(
    due: DueRows, rules: Sequence[CompiledRule], candidates: Sequence[CompiledRule], batch: uuid.UUID
) -> Mapping[str, int]:
    """Stage every row and rule that is due, numbered from 1 in pack order and then by id; return how many rows each rule has.

    `candidates` are those of the rules that can be due; a rule that is due on no row is not among what is returned.
    """
    staged, possible = 0, {rule.id for rule in candidates}
    at_once = max(1, min(AT_ONCE, _MANY_IDS // max(1, due.room)))
    for start in range(0, len(rules), at_once):
        group = rules[start : start + at_once]
        some = [rule for rule in group if rule.id in possible]
        for together in ([rule] for rule in some) if len(some) <= ALONE else (group,):
            staged += _stage(due, together, rules, batch, staged)
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
    becomes = due_sql(rule, due.kind.columns)
    return select(
        literal(number, BigInteger).label("number"),
        due.kind.table.c.id,
        literal(rule.id).label("rule_id"),
        to_sql(rule.anchor, due.kind.columns, _ZERO).label("anchor"),
        becomes.label("due_at"),
        literal(1 if rule.ladder else 0, BigInteger).label("level"),
    ).where(due.rows(), *_holds(due, rule, becomes), *_not_after_a_change(due, rules, becomes))
