"""The packs' own rules, read by Python and by both databases: the same rows, and the same first instant."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import BigInteger, Boolean, Column, Engine, Integer, MetaData, Table, Text, bindparam, insert, select

from rules.language import Type, facts_used
from rules.language.catalogue import CATALOGUE
from rules.language.sql import earliest_sql, to_sql
from rules.language.tree import ALWAYS, NEVER
from rules.pack import CompiledRule, Pack
from rules.time import HOUR

KINDS = {Type.BOOL: Boolean, Type.INT: BigInteger, Type.INSTANT: BigInteger, Type.TEXT: Text}


def swept(pack: Pack) -> list[CompiledRule]:
    """Return the rules that a database judges: those about cases and tasks."""
    return [rule for rule in pack.rules if rule.model.on in ("case", "task")]


def rows_for(pack: Pack, rule: CompiledRule) -> Iterator[dict[str, Any]]:
    """Yield a grid of facts around the edges of what the rule asks."""
    start = pack.span.opens_at + 72 * HOUR
    instants = [start, start - 1, start + 24 * HOUR]
    choices: dict[str, list[Any]] = {}
    for name in sorted(facts_used(rule.when) | facts_used(rule.anchor)):
        fact = CATALOGUE[name]
        if fact.type is Type.INSTANT:
            choices[name] = [*instants, None] if fact.nullable else instants
        elif name == "state":
            choices[name] = list(pack.tracks[rule.track or ""].states)
        elif fact.type is Type.TEXT:
            choices[name] = [*(fact.values or ()), *([None] if fact.nullable else [])]
        else:
            choices[name] = [False, True] if fact.type is Type.BOOL else [0, 2, 3]
    for values in itertools.product(*choices.values()):
        yield dict(zip(choices, values, strict=True))


def middle_instant(rule: CompiledRule, rows: list[dict[str, Any]]) -> int:
    """Return an instant at which some of the rows are due and others are not."""
    firsts = sorted({rule.earliest_py(row) for row in rows} - {NEVER})
    return firsts[len(firsts) // 2]


def test_a_sweep_finds_the_rows_that_the_rule_finds_one_by_one(pack: Pack, engine: Engine) -> None:
    for rule in swept(pack):
        rows = [{"row_id": number, **facts} for number, facts in enumerate(rows_for(pack, rule))]
        now = middle_instant(rule, rows)
        names = [name for name in rows[0] if name != "row_id"]
        columns = [Column(name, KINDS[CATALOGUE[name].type]) for name in names]
        table = Table(
            "facts_of_rule", MetaData(), Column("row_id", Integer, primary_key=True), *columns, prefixes=["TEMPORARY"]
        )
        facts_by_name = {name: table.c[name] for name in names}
        with engine.begin() as connection:
            table.create(connection)
            connection.execute(insert(table), rows)
            condition = to_sql(rule.when, facts_by_name, bindparam("now", now))
            found = set(connection.scalars(select(table.c.row_id).where(condition)))
            first = dict(connection.execute(select(table.c.row_id, earliest_sql(rule.when, facts_by_name))).all())
            table.drop(connection)

        assert found == {row["row_id"] for row in rows if rule.when_py(row, now)}, rule.id
        assert first == {row["row_id"]: rule.earliest_py(row) for row in rows}, rule.id
        assert 0 < len(found) < len(rows), f"the grid says nothing about {rule.id}"


def test_each_rule_knows_the_very_microsecond_at_which_it_becomes_true(pack: Pack) -> None:
    """A ladder counts its delays from this instant, so it must be exact, not merely early."""
    for rule in swept(pack):
        for facts in rows_for(pack, rule):
            first = rule.earliest_py(facts)
            if first == NEVER:
                assert not rule.when_py(facts, pack.span.closes_at + 10_000 * HOUR), (rule.id, facts)
                continue
            assert first != ALWAYS, f"{rule.id} has no beginning: its ladder could not count"
            assert rule.when_py(facts, first), (rule.id, facts)
            assert not rule.when_py(facts, first - 1), (rule.id, facts)


def test_the_anchor_of_a_rule_that_holds_is_known(pack: Pack) -> None:
    for rule in swept(pack):
        rows = list(rows_for(pack, rule))
        now = middle_instant(rule, rows)
        for facts in rows:
            if rule.when_py(facts, now):
                assert rule.anchor_py(facts, now) is not None, (rule.id, facts)


@pytest.mark.parametrize("hours", [0, 24, 48, 72])
def test_a_later_contact_is_a_new_episode_and_the_same_silence_is_not(cat_thanh: Pack, hours: int) -> None:
    rule = next(rule for rule in cat_thanh.rules if rule.id == "silent-registered")
    contact = cat_thanh.span.opens_at + 48 * HOUR
    facts = {"state": "registered", "attempts": 0, "entered_at": contact, "last_contact": contact + hours * HOUR}

    assert rule.anchor_py(facts, 0) == contact + hours * HOUR
