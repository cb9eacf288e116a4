"""The one comparison of all readers, used by the property tests and, to see it fail, by the tests of mutants."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, CompoundSelect, Engine, Select, bindparam, case, literal, select, union_all

from rules.language import Context, Node, earliest, evaluator, negation, parse
from rules.language.sql import earliest_sql, to_sql
from tests.rules.language.world import COLUMNS, NOW, ROWS, WORLD

AT_ONCE = 50  # expressions in one statement
Rows = Sequence[dict[str, Any]]
Answers = list[list[object]]  # per expression, per row


@dataclass(frozen=True)
class Disagreement:
    """Two readers that do not say the same about one row."""

    database: str
    reader: str
    text: str
    row: int
    python: object
    sql: object


def disagreements(engines: Sequence[Engine], texts: Sequence[str], rows: Rows) -> list[Disagreement]:
    """Compare Python with SQL as WHERE (one `now` for all rows), as CASE and as CASE of the opposite (`now` per row)."""
    found: list[Disagreement] = []
    for batch in _batches(texts):
        nodes = [parse(text, WORLD, Context.CASE) for text in batch]
        at_once = _python(nodes, rows, lambda row: NOW)
        per_row = _python(nodes, rows, lambda row: row["clock"])
        opposite = [[not value for value in values] for values in per_row]
        found += _differences(engines, "where", batch, rows, at_once, _where(nodes), _matched)
        found += _differences(engines, "case", batch, rows, per_row, _cases(nodes), _fetched)
        found += _differences(engines, "opposite", batch, rows, opposite, _cases(map(negation, nodes)), _fetched)
    return found


def earliest_disagreements(engines: Sequence[Engine], texts: Sequence[str], rows: Rows) -> list[Disagreement]:
    """Compare `earliest` with `earliest_sql` on every row."""
    found: list[Disagreement] = []
    for batch in _batches(texts):
        nodes = [parse(text, WORLD, Context.CASE) for text in batch]
        python = [[first(row) for row in rows] for first in map(earliest, nodes)]
        columns = [earliest_sql(node, COLUMNS).label(f"e{n}") for n, node in enumerate(nodes)]
        statement = select(ROWS.c.id, *columns).order_by(ROWS.c.id)
        found += _differences(engines, "earliest", batch, rows, python, statement, _fetched)
    return found


def _python(nodes: Sequence[Node], rows: Rows, now: Any) -> Answers:
    return [[holds(row, now(row)) for row in rows] for holds in map(evaluator, nodes)]


def _where(nodes: Sequence[Node]) -> CompoundSelect[Any]:
    now = bindparam("now", NOW, type_=BigInteger())
    each = (select(literal(n).label("n"), ROWS.c.id).where(to_sql(node, COLUMNS, now)) for n, node in enumerate(nodes))
    return union_all(*each)


def _cases(nodes: Any) -> Select[Any]:
    columns = [case((to_sql(node, COLUMNS, ROWS.c.clock), 1), else_=0).label(f"c{n}") for n, node in enumerate(nodes)]
    return select(ROWS.c.id, *columns).order_by(ROWS.c.id)


def _matched(result: Any, count: int, rows: Rows) -> Answers:
    pairs = {tuple(pair) for pair in result}
    return [[(n, row["id"]) in pairs for row in rows] for n in range(count)]


def _fetched(result: Any, count: int, rows: Rows) -> Answers:
    return [list(column) for column in list(zip(*result, strict=True))[1 : count + 1]]


def _differences(
    engines: Sequence[Engine], reader: str, texts: Sequence[str], rows: Rows, python: Answers, statement: Any, read: Any
) -> Iterator[Disagreement]:
    for engine in engines:
        with engine.connect() as connection:
            sql = read(connection.execute(statement), len(texts), rows)
        for text, ours, theirs in zip(texts, python, sql, strict=True):
            if ours != theirs:
                for row, one, two in zip(rows, ours, theirs, strict=True):
                    if one != two:
                        yield Disagreement(engine.dialect.name, reader, text, row["id"], one, two)


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), AT_ONCE):
        yield texts[start : start + AT_ONCE]
