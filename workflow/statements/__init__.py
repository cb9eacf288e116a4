"""Pieces of SQL that SQLite and PostgreSQL write differently, each written once."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Select, Table, literal, literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from workflow.tables.types import Id, Json


class HexOf(FunctionElement[str]):
    """A UUID column as 32 hexadecimal digits."""

    inherit_cache = True


@compiles(HexOf, "sqlite")
def _hex_sqlite(element: HexOf, compiler: SQLCompiler, **kw: Any) -> str:
    return f"lower(hex({compiler.process(element.clauses, **kw)}))"


@compiles(HexOf, "postgresql")
def _hex_postgresql(element: HexOf, compiler: SQLCompiler, **kw: Any) -> str:
    return f"replace(CAST({compiler.process(element.clauses, **kw)} AS text), '-', '')"


class NaturalId(FunctionElement[Any]):
    """The id made from a text."""

    type = Id()
    inherit_cache = True


@compiles(NaturalId, "sqlite")
def _natural_sqlite(element: NaturalId, compiler: SQLCompiler, **kw: Any) -> str:
    return f"natural_id({compiler.process(element.clauses, **kw)})"


@compiles(NaturalId, "postgresql")
def _natural_postgresql(element: NaturalId, compiler: SQLCompiler, **kw: Any) -> str:
    text = compiler.process(element.clauses, **kw)
    return f"CAST(encode(substr(sha256(convert_to({text}, 'UTF8')), 1, 16), 'hex') AS uuid)"


def natural_id(*parts: ColumnElement[Any] | str) -> ColumnElement[Any]:
    """Return the id of a natural key, as `workflow.ids.id_of` makes it from the same parts.

    Parts are texts, integer columns or UUID columns.
    """
    texts: list[ColumnElement[str]] = []
    for part in parts:
        if isinstance(part, str):
            texts.append(literal(part))
        elif isinstance(part.type, Id):
            texts.append(HexOf(part))
        else:
            texts.append(AsText(part))
    joined: ColumnElement[str] = texts[0]
    for text in texts[1:]:
        joined = joined.op("||")(literal("|")).op("||")(text)
    return NaturalId(joined)


class AsText(FunctionElement[str]):
    """A number as text."""

    inherit_cache = True


@compiles(AsText)
def _text(element: AsText, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **kw)} AS text)"


class Least(FunctionElement[int]):
    """The smallest of several numbers."""

    type = BigInteger()
    inherit_cache = True


@compiles(Least, "sqlite")
def _least_sqlite(element: Least, compiler: SQLCompiler, **kw: Any) -> str:
    return f"min({compiler.process(element.clauses, **kw)})"


@compiles(Least, "postgresql")
def _least_postgresql(element: Least, compiler: SQLCompiler, **kw: Any) -> str:
    return f"least({compiler.process(element.clauses, **kw)})"


def least(*values: ColumnElement[int]) -> ColumnElement[int]:
    """Return the smallest of the values, none of which may be NULL."""
    return _nested(Least, values)


class Greatest(FunctionElement[int]):
    """The largest of several numbers."""

    type = BigInteger()
    inherit_cache = True


@compiles(Greatest, "sqlite")
def _greatest_sqlite(element: Greatest, compiler: SQLCompiler, **kw: Any) -> str:
    return f"max({compiler.process(element.clauses, **kw)})"


@compiles(Greatest, "postgresql")
def _greatest_postgresql(element: Greatest, compiler: SQLCompiler, **kw: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **kw)})"


def latest(*values: ColumnElement[Any]) -> ColumnElement[int]:
    """Return the largest of the values, none of which may be NULL (the databases differ there)."""
    return _nested(Greatest, values)


def _nested(of: type[FunctionElement[int]], values: Sequence[ColumnElement[Any]]) -> ColumnElement[int]:
    """Return `of` all values, as a tree of calls of few values each: SQLite takes no more than 127 in one."""
    level = list(values)
    while len(level) > 1:
        groups = [level[start : start + _FEW] for start in range(0, len(level), _FEW)]
        level = [group[0] if len(group) == 1 else of(*group) for group in groups]
    return level[0]


_FEW: Final = 64
"""Values that one call of a function is given at most."""


class JsonOf(FunctionElement[Any]):
    """A JSON object built in the database."""

    type = Json
    inherit_cache = True


@compiles(JsonOf, "sqlite")
def _json_sqlite(element: JsonOf, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_object({compiler.process(element.clauses, **kw)})"


@compiles(JsonOf, "postgresql")
def _json_postgresql(element: JsonOf, compiler: SQLCompiler, **kw: Any) -> str:
    return f"jsonb_build_object({compiler.process(element.clauses, **kw)})"


def json_of(**values: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a JSON object of columns; the names are written into the statement."""
    parts: list[ColumnElement[Any]] = []
    for name, value in values.items():
        parts += [literal_column(f"'{name}'"), value]
    return JsonOf(*parts)


def insert_missing(session: Session, table: Table, columns: list[str], rows: Select[Any]) -> int:
    """INSERT … SELECT … ON CONFLICT DO NOTHING; return how many rows were added."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    statement = insert.from_select(columns, rows).on_conflict_do_nothing()
    result = session.execute(statement, execution_options={"preserve_rowcount": True})
    return int(result.rowcount)  # type: ignore[attr-defined]


def upsert_sum(session: Session, table: Table, key: list[str], column: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows, adding `column` to the row that is there already."""
    if not rows:
        return
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    session.execute(
        insert.on_conflict_do_update(index_elements=key, set_={column: table.c[column] + insert.excluded[column]}), rows
    )


def upsert_sum_select(session: Session, table: Table, key: list[str], column: str, rows: Select[Any]) -> None:
    """Insert what `rows` selects (the key, then `column`), adding to rows that are there already. Keys must be unique in it."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    statement = insert.from_select([*key, column], rows)
    session.execute(
        statement.on_conflict_do_update(index_elements=key, set_={column: table.c[column] + statement.excluded[column]})
    )
