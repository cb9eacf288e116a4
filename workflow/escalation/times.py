"""When the next level is called and by when the newest one must have answered, for all staged episodes at once.

Waits on the clock are added in the database. Working time is asked of the calendar, once for each rule, level and instant; packs
without any never come there.
"""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Update, and_, bindparam, case, literal, select, type_coerce, update

from rules.pack import CompiledRule
from rules.pack.ladder import clock_time
from rules.time import DAY, HOUR
from workflow.escalation.steps import same_episode
from workflow.ledger.book import Book
from workflow.tables import Escalation, Staged, table_of

_staged, _episodes = table_of(Staged), table_of(Escalation)
_AHEAD: Final = 7 * HOUR
"""Local time before UTC."""


def next_sql(rules: Iterable[CompiledRule], since: ColumnElement[int]) -> ColumnElement[Any]:
    """Return when the level after the staged one is called, counted from `since`; nothing for working time."""
    branches = [
        (_at(rule, level), since + wait)
        for rule in rules
        for level, spec in enumerate(rule.times.after)
        if level and not rule.times.asks_calendar and (wait := clock_time(spec)) is not None
    ]
    return _case(branches)


def answer_sql(
    rules: Iterable[CompiledRule], came: ColumnElement[int], next_at: ColumnElement[Any]
) -> ColumnElement[Any]:
    """Return by when the staged level must have answered, if it was called at `came`; nothing for working time."""
    rules = [rule for rule in rules if rule.ladder and not rule.times.asks_calendar]
    by_pack = [
        (_at(rule, level), came + wait)
        for rule in rules
        for level, spec in enumerate(rule.times.answers, start=1)
        if (wait := clock_time(spec)) is not None
    ]
    top: list[Any] = [(_at(rule, len(rule.ladder)), end_of_day(came)) for rule in rules]
    return _case([*by_pack, *top], else_=next_at)


def end_of_day(instant: ColumnElement[int]) -> ColumnElement[int]:
    """Return 24:00 of the local day of an instant."""
    return type_coerce(instant - (instant + _AHEAD) % DAY + DAY, BigInteger)


def settle_working_time(
    book: Book, rules: Iterable[CompiledRule], batch: uuid.UUID, *, since: ColumnElement[Any] = _staged.c.due_at
) -> None:
    """Set both instants of the staged episodes whose ladder counts in working time.

    `since` is the column of the staged row from which the next level counts: when the staged one was called, or was to be.
    """
    asking = {rule.id: rule for rule in rules if rule.times.asks_calendar}
    if not asking:
        return
    mine = (_staged.c.unit_id == book.unit_id, _staged.c.batch_id == batch, _staged.c.rule_id.in_(sorted(asking)))
    changes = []
    found = select(_staged.c.rule_id, _staged.c.level, _staged.c.due_at, since.label("since")).where(*mine).distinct()
    for rule_id, level, came, counts_from in book.session.execute(found).all():
        times = asking[rule_id].times
        next_at = times.next_at(level, counts_from)
        changes.append(
            {
                "b_unit": book.unit_id, "b_batch": batch, "b_rule": rule_id, "b_level": level, "b_came": came,
                "b_since": counts_from,                 "b_next": next_at, "b_answer": times.answer_by(level, came, next_at),
            }
        )  # fmt: skip
    if changes:
        book.session.execute(_setting(since), changes)


def _setting(since: ColumnElement[Any]) -> Update:
    return (
        update(_episodes)
        .where(
            _staged.c.unit_id == bindparam("b_unit"),
            _staged.c.batch_id == bindparam("b_batch"),
            _staged.c.rule_id == bindparam("b_rule"),
            _staged.c.level == bindparam("b_level"),
            _staged.c.due_at == bindparam("b_came"),
            since == bindparam("b_since"),
            same_episode(),
        )
        .values(next_action_at=bindparam("b_next"), answer_by=bindparam("b_answer"))
    )


def _at(rule: CompiledRule, level: int) -> ColumnElement[bool]:
    return and_(_staged.c.rule_id == rule.id, _staged.c.level == level)


def _case(branches: Sequence[Any], else_: ColumnElement[Any] | None = None) -> ColumnElement[Any]:
    nothing = literal(None, BigInteger)
    if not branches:
        return nothing if else_ is None else else_
    return case(*branches, else_=nothing if else_ is None else else_)


__all__ = ["answer_sql", "end_of_day", "next_sql", "settle_working_time"]
