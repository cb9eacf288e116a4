"""What the statements look like: bare columns on one side, no COALESCE, no LIKE, and plans that use an index."""

import pytest
from sqlalchemy import BigInteger, Column, Engine, Index, MetaData, Table, Text, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from rules.language import CATALOGUE, Context, Node, negation, parse
from rules.language.sql import to_sql
from tests.rules.language.expressions import Expressions
from tests.rules.language.world import COLUMNS, WORLD

CASES = Table(
    "cases",
    MetaData(),
    Column("id", BigInteger(), primary_key=True, autoincrement=False),
    Column("state", Text(), nullable=False),
    Column("entered_at", BigInteger(), nullable=False),
    Column("last_contact", BigInteger()),
    Index("cases_by_state", "state", "entered_at"),
)
DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}
AT = bindparam("now", 0, type_=BigInteger())


def rule(text: str) -> Node:
    return parse(text, CATALOGUE, Context.CASE)


def written(text: str, dialect: str = "sqlite", now=AT) -> str:
    return str(to_sql(rule(text), {c.name: c for c in CASES.c}, now).compile(dialect=DIALECTS[dialect]))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("now - entered_at >= hours(48)", "cases.entered_at <= "),
        ("now - hours(48) >= entered_at", "cases.entered_at <= "),
        ("entered_at + hours(48) <= now", "cases.entered_at <= "),
        ("now - later(entered_at, last_contact) > hours(48)", "cases.entered_at <= "),
        ("entered_at > now", "cases.entered_at >= "),
    ],
)
def test_the_column_stands_alone_on_one_side(text, begins, dialect):
    assert written(text, dialect).startswith(begins)


def test_an_instant_that_is_a_number_is_folded_into_one_constant():
    compiled = to_sql(rule("now - entered_at >= hours(1)"), {c.name: c for c in CASES.c}, 3_600_000_001).compile()

    assert list(compiled.params.values()) == [1]


def test_no_predicate_wraps_a_column_in_coalesce_or_uses_like():
    source = Expressions(11)
    for _ in range(80):
        node = parse(source.condition(), WORLD, Context.CASE)
        for side in (node, negation(node)):
            for dialect in DIALECTS.values():
                text = str(to_sql(side, COLUMNS, 0).compile(dialect=dialect)).lower()
                members = " in (" in text or " not in (" in text  # a value in a list may be a later(…) of numbers
                assert " like " not in text
                assert "coalesce" not in text or members


def test_sqlite_walks_the_index(sqlite_engine: Engine):
    CASES.metadata.create_all(sqlite_engine)
    query = select(CASES.c.id).where(
        to_sql(rule("state == 'registered' and now - later(entered_at, last_contact) >= hours(48)"), dict(CASES.c), AT)
    )
    compiled = query.compile(dialect=sqlite.dialect(paramstyle="named"))
    with sqlite_engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", compiled.params).all()

    assert "USING INDEX cases_by_state (state=? AND entered_at<?)" in str(plan)


def test_postgresql_walks_the_index(postgres_engine: Engine):
    CASES.metadata.create_all(postgres_engine)
    condition = to_sql(rule("state == 'registered' and now - entered_at >= hours(48)"), dict(CASES.c), 10**15)
    query = select(CASES.c.id).where(condition).compile(postgres_engine, compile_kwargs={"literal_binds": True})
    with postgres_engine.connect() as connection:
        connection.exec_driver_sql("SET enable_seqscan = off")
        plan = connection.exec_driver_sql(f"EXPLAIN {query}").all()

    assert "Index Cond: ((state = 'registered'" in str(plan)
    assert "entered_at <=" in str(plan)
