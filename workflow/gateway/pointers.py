"""The deadline pointer: the earliest instant at which some rule can have work on a row.

Every write sets it, in Python for one door and in SQL for a batch; a sweep reads only rows whose pointer has come. Early is
allowed (the sweep looks, finds nothing, and sets it anew), late never.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, literal, select
from sqlalchemy.sql.selectable import FromClause

from rules.language import ALWAYS, NEVER, Op
from rules.language.bounds import lowest, waits_for
from rules.language.normal import normal
from rules.language.sql import earliest_sql, to_sql
from rules.pack import CompiledRule
from rules.time import Instant
from workflow.statements import least
from workflow.tables import Escalation, table_of

_episodes, _ZERO = table_of(Escalation), literal(0, BigInteger)


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
    """Return the instant at which `rule` first has work on a row that has its anchor (NEVER if it cannot), as SQL.

    For a row without an anchor the databases differ: ask for the anchor first.
    """
    at_least: list[ColumnElement[int]] = [literal(max(rule.starts_at or 0, 0), BigInteger)]
    if not _waits_for_anchor(rule):
        at_least.append(to_sql(rule.anchor, columns, _ZERO))
    return earliest_sql(rule.when, columns, at_least)


def _waits_for_anchor(rule: CompiledRule) -> bool:
    """Whether the condition cannot hold before the anchor anyway: it counts from the same facts."""
    facts = rule.anchor.args if rule.anchor.op is Op.LATER else (rule.anchor,)
    waited = waits_for(lowest(normal(rule.when)))
    return all(fact.op is Op.FACT and fact.key in waited for fact in facts)


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
        anchor, due = to_sql(rule.anchor, columns, _ZERO), due_sql(rule, columns)
        opened = has_episode(rule, table.c.unit_id, table.c.id, anchor)
        known = opened if now is None else and_(due <= now, opened)
        instants.append(case(*_unless_missing(rule, anchor), (known, never), else_=due))
    return func.nullif(least(*instants), cast(never, BigInteger))


def upcoming_sql(
    rules: Iterable[CompiledRule], columns: Mapping[str, ColumnElement[Any]], now: ColumnElement[int]
) -> ColumnElement[int]:
    """Return the first instant after `now` at which one of `rules` can have work on a row (NULL if there is none), as SQL.

    For rows on which all that is due has been opened. Each rule's instant is worked out once: its distance from `now`, in which a
    cleared sign turns what lies behind into something very far ahead.
    """
    never, since = literal(NEVER, BigInteger), now + literal(1, BigInteger)
    distances: list[ColumnElement[int]] = [never - since]
    for rule in rules:
        ahead = distance_sql(due_sql(rule, columns), since)
        missing = _unless_missing(rule, to_sql(rule.anchor, columns, _ZERO))
        distances.append(case(*missing, else_=ahead) if missing else ahead)
    return func.nullif(least(*distances) + since, cast(never, BigInteger))


def distance_sql(instant: ColumnElement[int], since: ColumnElement[int]) -> ColumnElement[int]:
    """Return how far `instant` lies after `since`; something beyond NEVER if it lies before. Both are 0 or more."""
    return (instant - since).bitwise_and(literal(2**63 - 1, BigInteger))


def has_episode(rule: CompiledRule, unit: Any, subject: Any, anchor: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that `rule` has an episode for this subject and anchor.

    A value, not EXISTS: PostgreSQL makes a join of "does not exist", and where it takes a table to be empty that has just been
    filled, the join compares every row with every episode. So each row is looked up in the index of the natural key.
    """
    episode = (
        select(literal(1))
        .where(_episodes.c.unit_id == unit, _episodes.c.rule_id == rule.id)
        .where(_episodes.c.subject_id == subject, _episodes.c.anchor == anchor)
        .scalar_subquery()
    )
    return episode.is_not(None)


def _unless_missing(
    rule: CompiledRule, anchor: ColumnElement[Any]
) -> list[tuple[ColumnElement[bool], ColumnElement[int]]]:
    return [(anchor.is_(None), literal(NEVER, BigInteger))] if rule.anchor.nullable else []


__all__ = [
    "ALWAYS",
    "NEVER",
    "distance_sql",
    "due_sql",
    "has_episode",
    "next_action_at",
    "rearmed_sql",
    "upcoming_sql",
]
