"""Planted mistakes in the SQL compiler: the comparison of test_readers_agree finds every one of them.

Statements are compiled afresh each time (see the `engines` fixture), so that no mutant hides behind a cached one.
"""

from typing import Any

import pytest
from sqlalchemy import case, false, func, or_

from rules.language import normal, sql
from rules.language.tree import Node, Op
from tests.rules.language.comparison import disagreements, earliest_disagreements
from tests.rules.language.expressions import Expressions

pytestmark = pytest.mark.slow

BOTH = {"sqlite", "postgresql"}
_source = Expressions(seed=7)
TEXTS = [_source.condition() for _ in range(120)] + [_source.text_test() for _ in range(140)]
_ordering, _missing, _unfold = normal._ordering, normal.missing, normal._unfold


def _like(value: Any, text: str) -> Any:
    return value.like(text + "%")


def _regardless_of_case(op: str, left: Any, right: Any) -> Any:
    return sql._OPERATORS[op](func.lower(left), func.lower(right))


def _loosely(op: str, left: Node, right: Node) -> Any:
    return _ordering({"<": "<=", ">": ">="}.get(op, op), left, right)


def _never_skipping(op: str, pending: Any, total: Any) -> Any:
    """A `later` that is missing as soon as one of its values is."""
    found = _unfold(op, pending, total)
    missing = [_missing(arg) for _, node in pending if node.op in (Op.LATER, Op.EARLIER) for arg in node.args]
    return normal.all_of([found, *map(normal.negated, missing)])


def _sum_missing_only_if_all_are(node: Node) -> Any:
    if node.op in (Op.ADD, Op.SUB):
        return normal.all_of(map(_missing, node.args))
    return _missing(node)


MUTANTS: dict[str, tuple[Any, Any, Any, set[str]]] = {
    "a negated test forgets what is missing": (normal, "or_missing", lambda form, names: form, BOTH),
    "= instead of null-safe equality": (normal, "both_missing", lambda left, right: normal.Truth(False), BOTH),
    "nothing is ever missing": (normal, "missing", lambda node: normal.Truth(False), BOTH),
    "a sum is missing only if all its parts are": (normal, "missing", _sum_missing_only_if_all_are, BOTH),
    "later does not skip what is missing": (normal, "_unfold", _never_skipping, BOTH),
    "strict order taken for loose": (normal, "_ordering", _loosely, BOTH),
    "prefix by LIKE": (sql.TEXT_TESTS, Op.STARTS, _like, BOTH),
    "small letters by locale": (sql, "ascii_lower", func.lower, {"postgresql"}),
    "order regardless of case": (sql, "compare_words", _regardless_of_case, BOTH),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_every_mutant_is_caught_on_meaning(name, monkeypatch, engines, edge_rows):
    """SQLite's own lower() is ASCII only, so a locale cannot hurt there: that mutant must show on PostgreSQL alone."""
    place, attribute, mistake, caught_on = MUTANTS[name]
    (monkeypatch.setitem if isinstance(place, dict) else monkeypatch.setattr)(place, attribute, mistake)

    found = disagreements(engines, TEXTS, edge_rows)

    assert {one.database for one in found} == caught_on


def test_without_a_mutant_the_same_expressions_agree(engines, edge_rows):
    assert disagreements(engines, TEXTS, edge_rows) == []


def test_an_earliest_instant_that_overlooks_missing_facts_is_caught(monkeypatch, engines, edge_rows):
    def plain_null(self: Any, plan: Any) -> Any:
        moment = solution(self, plan)
        return case((or_(false(), *(self._columns[name].is_(None) for name in plan.nullable)), 0), else_=moment)

    solution = sql._Writer._solution
    monkeypatch.setattr(sql._Writer, "_solution", plain_null)

    assert {one.database for one in earliest_disagreements(engines, TEXTS[:100], edge_rows)} == BOTH
