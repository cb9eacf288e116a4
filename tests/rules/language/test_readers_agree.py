"""Python, SQLite and PostgreSQL give every expression the same value on every row.

TUNGNHA_EXPRESSIONS says how many expressions are tried (2,000 unless told), TUNGNHA_SEED which ones.
"""

import os
from typing import Any

import pytest
from sqlalchemy import select

from rules.language import ALWAYS, LARGEST, NEVER, Context, Type, earliest, evaluator, parse, sql
from rules.language import to_text as printed
from rules.time import DAY, HOUR
from tests.rules.language.comparison import disagreements, earliest_disagreements
from tests.rules.language.expressions import Expressions
from tests.rules.language.world import COLUMNS, INSTANTS, ROWS, WORLD

pytestmark = pytest.mark.slow

EXPRESSIONS = int(os.environ.get("TUNGNHA_EXPRESSIONS", "2000"))
SEED = int(os.environ.get("TUNGNHA_SEED", "2025"))
PARTS = range(8)


def _texts(part: int, share: int = 1) -> list[str]:
    source = Expressions(SEED * 1000 + part)
    return [source.condition() for _ in range(max(1, EXPRESSIONS // len(PARTS) // share))]


@pytest.mark.parametrize("part", PARTS)
def test_no_reader_disagrees_on_any_row(part, engines, edge_rows):
    texts = _texts(part)

    assert disagreements(engines, texts, edge_rows) == []


@pytest.mark.parametrize("part", PARTS)
def test_the_earliest_instant_is_the_same_in_sql(part, engines, edge_rows):
    texts = _texts(part, share=2)

    assert earliest_disagreements(engines, texts, edge_rows) == []


def test_the_expressions_are_worth_comparing(edge_rows):
    """Most hold on some rows and not on others; otherwise agreement would prove little."""
    tried = [evaluator(parse(text, WORLD, Context.CASE)) for text in _texts(0)]
    split = [holds for holds in tried if len({holds(row, row["clock"]) for row in edge_rows}) == 2]

    assert len(split) > 0.6 * len(tried)


def test_values_agree_too(engines, edge_rows):
    source = Expressions(SEED)
    texts = {"later(i1, i2)", "earlier(i1, i2, now)", "now", "at('2025-05-17 08:00')"}
    texts |= {source.moment() for _ in range(200)}
    nodes = [parse(text, WORLD, Context.CASE, expects=Type.INSTANT) for text in sorted(texts)]
    columns = [sql.to_sql(node, COLUMNS, ROWS.c.clock).label(f"v{n}") for n, node in enumerate(nodes)]

    for engine in engines:
        with engine.connect() as connection:
            stored = connection.execute(select(*columns).order_by(ROWS.c.id)).all()

        for n, node in enumerate(nodes):
            value = evaluator(node)
            assert [value(row, row["clock"]) for row in edge_rows] == [row[n] for row in stored], printed(node)


def _alternating(levels: int) -> str:
    text = "now >= i1"
    for level in range(levels):
        text = f"({text} and now < i2)" if level % 2 else f"({text} or now - d1 >= i3)"
    return text


LIMITS = [
    "earlier(" * 4 + "now" + ", i1)" * 4 + " < i2",
    "later(earlier(later(earlier(now, i1), i2), i3, i1), i2) >= later(i1, i2)",
    "not (" * 28 + "n1 < 3" + ")" * 28,
    _alternating(26),
    "not (" + _alternating(25) + ")",
    " and ".join([_alternating(12), _alternating(13), _alternating(11)]),
    "n1 + (n2 - (n3 + (n1 - (n2 + (n3 - (n1 + (n2 - n3))))))) in [1, 2]",
    "later(n1, earlier(n2, later(n3, n1), n3), n2) in [1, 2, 3]",
    " or ".join(["n1 != 7"] * 180),
    " and ".join([f"n1 != {n}" for n in range(140)]),
    " or ".join([f"now < i1 - hours({n})" for n in range(70)]),
    " and ".join([f"now >= i1 - hours({n})" for n in range(70)]),
    " and ".join(["later(i1, i2, i3, now) - earlier(i1, i2, i3) > d1"] * 20),
    "n2" + " + n2" * 28 + " > 0",
    " < ".join(["+".join(f"({a})" for a in ["n2+n2+n2+n2+n2+n2+n2+n2"] * 4)] * 2).replace("n2", "n3", 3),
    "t1 in [" + ", ".join(f"'{n}'" for n in range(300)) + "]",
]


def test_the_largest_expressions_run_on_both_databases(engines, edge_rows):
    assert disagreements(engines, LIMITS, edge_rows) == []
    assert earliest_disagreements(engines, LIMITS, edge_rows) == []


def test_printing_and_parsing_give_the_same_tree():
    for part in PARTS[:4]:
        for text in _texts(part):
            node = parse(text, WORLD, Context.CASE)
            again = parse(printed(node), WORLD, Context.CASE)

            assert again == node
            assert printed(again) == printed(node)


def _instants_worth_trying(row: dict[str, Any], first: int) -> set[int]:
    near = {value for value in row.values() if type(value) is int} | {*INSTANTS}
    shifts = [0, HOUR, -HOUR, 48 * HOUR, -48 * HOUR, DAY, row["d1"] or 0, -(row["d1"] or 0)]
    tried = {moment + shift + step for moment in near for shift in shifts for step in (-1, 0, 1)}
    if first not in (ALWAYS, NEVER):
        tried |= {first - 1, first - 2, first - HOUR, first - DAY}
    return tried | {-4 * LARGEST, 4 * LARGEST}


def test_nothing_holds_before_its_earliest_instant(edge_rows):
    source = Expressions(SEED)
    for _ in range(EXPRESSIONS // 6):
        node = parse(source.condition(), WORLD, Context.CASE)
        holds, first_of = evaluator(node), earliest(node)
        for row in edge_rows[:12]:
            first = first_of(row)
            too_early = [t for t in _instants_worth_trying(row, first) if t < first and holds(row, t)]

            assert not too_early, (printed(node), row, first, too_early[:3])


def test_the_earliest_instant_of_a_conjunction_is_exact(edge_rows):
    source = Expressions(SEED)
    seen = set()
    for _ in range(max(100, EXPRESSIONS // 4)):
        node = parse(source.conjunction(), WORLD, Context.CASE)
        holds, first_of = evaluator(node), earliest(node)
        for row in edge_rows[:20]:
            first = first_of(row)
            seen.add("never" if first == NEVER else "always" if first == ALWAYS else "instant")

            assert first == NEVER or holds(row, first), (printed(node), row, first)

    assert seen == {"never", "always", "instant"}
