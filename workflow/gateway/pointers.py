"""The deadline pointer: the earliest instant at which some rule can have work on a row.

Every write sets it, in Python for one door and in SQL for a batch; a sweep reads only rows whose pointer has come. Early is
allowed (the sweep looks, finds nothing, and sets it anew), late never.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, exists, func, literal, select
from sqlalchemy.sql.selectable import FromClause

from rules.language import ALWAYS, NEVER
from rules.language.sql import earliest_sql, to_sql
from rules.pack import CompiledRule
from rules.time import Instant
from workflow.statements import latest, least
from workflow.tables import Escalation


def next_action_at(rules: Iterable[CompiledRule], facts: Mapping[str, object]) -> Instant | None:
    """Return the earliest instant at which one of `rules` can hold for a row with these facts; None if none ever can."""
    earliest = NEVER
    for rule in rules:
        instant = rule.earliest_py(facts)
        if rule.starts_at is not None and instant < rule.starts_at:
            instant = rule.starts_at
        earliest = min(earliest, instant)
    return None if earliest >= NEVER else max(earliest, 0)


def due_sql(rule: CompiledRule, columns: Mapping[str, ColumnElement[Any]]) -> ColumnElement[int]:
    """Return the instant at which `rule` first holds for a row (NEVER if it cannot), as SQL."""
    return latest(earliest_sql(rule.when, columns), literal(max(rule.starts_at or 0, 0), BigInteger))


def rearmed_sql(
    rules: Iterable[CompiledRule],
    columns: Mapping[str, ColumnElement[Any]],
    table: FromClause,
    *,
    now: ColumnElement[int] | None = None,
) -> ColumnElement[int]:
    """Return the pointer of a row as SQL, passing over rules that have no anchor, or an episode for it already.

    With `now`, episodes are looked up only for rules that are due by then: with hundreds of rules that is most of the work.
    """
    never = literal(NEVER, BigInteger)
    instants: list[ColumnElement[int]] = [never]
    for rule in rules:
        anchor = to_sql(rule.anchor, columns, literal(0, BigInteger))
        opened = exists(
            select(Escalation.id).where(
                and_(
                    Escalation.unit_id == table.c.unit_id,
                    Escalation.rule_id == rule.id,
                    Escalation.subject_id == table.c.id,
                    Escalation.anchor == anchor,
                )
            )
        )
        due = latest(due_sql(rule, columns), anchor)
        known = opened if now is None else and_(due <= now, opened)
        instants.append(case((anchor.is_(None), never), (known, never), else_=due))
    return func.nullif(least(*instants), cast(literal(NEVER, BigInteger), BigInteger))


__all__ = ["ALWAYS", "NEVER", "due_sql", "next_action_at", "rearmed_sql"]
