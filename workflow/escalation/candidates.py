"""Which rules can be due on some rows: asked in one pass over the rows, so that only those rules are staged one by one.

Of 300 rules a minute makes two or three due. Each row is read once and every rule's instant on it worked out once, which costs far
less than reading all rows again for every rule.
"""

from collections.abc import Hashable, Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, func, literal, select

from rules.language.bounds import MAX_LEVELS, motion
from rules.language.normal import levels, normal
from rules.language.sql import to_sql
from rules.pack import CompiledRule
from workflow.escalation.due_rows import DueRows
from workflow.gateway.kinds import CASE
from workflow.gateway.pointers import distance_sql, due_sql, has_episode
from workflow.statements.prepared import Prepared

AT_ONCE: Final = 400
"""Rules that one statement asks about at most."""
FEW: Final = 8
"""Rules that are not worth a pass of their own."""
_ZERO = literal(0, BigInteger)
_looks: dict[Hashable, Prepared] = {}
_leftovers: dict[Hashable, Prepared] = {}
"""Statements by pack, kind, which rules and which rows: the same at every tick."""


def may_be_due(due: DueRows, rules: Sequence[CompiledRule]) -> list[CompiledRule]:
    """Return the rules, in the same order, that can have become due on one of the rows; perhaps a few more, never too few.

    A case's pointer is never later than the first instant of a rule that has not been opened, so what lies before it has. A task may
    be armed for "now" after a change, so there all that has come is looked at.
    """
    if len(rules) <= FEW or isinstance(due.only, Select):
        return list(rules)
    return [
        rule for start in range(0, len(rules), AT_ONCE) for rule in _may_be_due(due, rules[start : start + AT_ONCE])
    ]


def _may_be_due(due: DueRows, rules: Sequence[CompiledRule]) -> list[CompiledRule]:
    key = (due.context.pack.hash, due.kind.name, rules[0].id, len(rules), due.shape)
    if key not in _looks:
        _looks[key] = Prepared(_look(due.named(), rules), row=lambda *values: values)
    first, *distances = _looks[key].all(due.book.connection, due.values())[0]
    if first is None:
        return []
    since = first if due.kind is CASE else 0
    within = due.instant_known - since
    return [rule for rule, far in zip(rules, distances, strict=True) if far is not None and far <= within]


def _look(due: DueRows, rules: Sequence[CompiledRule]) -> Select[Any]:
    """Return the earliest pointer of the rows, and for each rule how far after a row's pointer it is due, where that is least."""
    pointer = due.kind.table.c.next_action_at
    since: ColumnElement[int] = pointer if due.kind is CASE else _ZERO
    distances = []
    for rule in rules:
        far = distance_sql(due_sql(rule, due.kind.columns), since)
        whom = due.kind.speaks_of(rule)
        tracks = due.kind is CASE and len(due.context.pack.tracks) == 1
        distances.append(func.min(far if tracks or whom is None else case((whom, far))))
    return select(func.min(pointer), *distances).where(due.rows())


def is_exact(rule: CompiledRule) -> bool:
    """Whether `rule` holds from its instant on for as long as the facts stay: then whatever has come has been staged."""
    form = normal(rule.when)
    return motion(form) in ("still", "up") and levels(form) < MAX_LEVELS


def left_over(due: DueRows, rules: Sequence[CompiledRule]) -> bool:
    """Whether one of `rules` is due on a row and has no episode there: it waits for a change that comes before it."""
    for rule in rules:
        key = (due.context.pack.hash, due.kind.name, rule.id, due.shape)
        if key not in _leftovers:
            _leftovers[key] = Prepared(_left_over(due.named(), rule))
        if _leftovers[key].first(due.book.connection, due.values()) is not None:
            return True
    return False


def _left_over(due: DueRows, rule: CompiledRule) -> Select[Any]:
    columns, table = due.kind.columns, due.kind.table
    anchor = to_sql(rule.anchor, columns, _ZERO)
    waits = and_(
        due.kind.applies(rule),
        anchor.is_not(None),
        due_sql(rule, columns) <= due.instant,
        ~has_episode(rule, table.c.unit_id, table.c.id, anchor),
    )
    return select(literal(1)).select_from(table).where(due.rows(), waits).limit(1)
