"""Rows as lines of JSON, the same bytes from every database: so a hash over them tells whether two databases are equal.

A line is an array in the alphabetical order of the table's columns. UUIDs are 32 hexadecimal digits, bytes are base64, documents have their keys
sorted. Rows come in the order of the primary key, texts by code point.
"""

import base64
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import JSON, Boolean, ColumnClause, Connection, LargeBinary, Text, Uuid, column, inspect, select, table
from sqlalchemy.sql.expression import ColumnElement, TableClause
from sqlalchemy.types import BigInteger, TypeEngine

from workflow.tables import Base
from workflow.tables.types import Id, Json

BATCH = 1000
"""Rows read or written at a time."""

_TYPES: dict[str, TypeEngine[Any]] = {
    "id": Id(),
    "bytes": LargeBinary(),
    "json": Json,
    "bool": Boolean(),
    "text": Text(),
    "int": BigInteger(),
}
_KINDS = (("id", (Id, Uuid)), ("bytes", LargeBinary), ("json", JSON), ("bool", Boolean), ("text", Text))
_TO_JSON: dict[str, Callable[[Any], Any]] = {
    "id": lambda value: value.hex,
    "bytes": lambda value: base64.b64encode(value).decode(),
}
_FROM_JSON: dict[str, Callable[[Any], Any]] = {
    "id": lambda value: uuid.UUID(hex=value),
    "bytes": lambda value: base64.b64decode(value, validate=True),
}


def _kind_of(of: TypeEngine[Any]) -> str:
    """Return how values of a type travel: id, bytes, json, bool, text or int."""
    for kind, types in _KINDS:
        if isinstance(of, types):
            return kind
    return "int"


def table_of(name: str, columns: Sequence[Sequence[str]]) -> TableClause:
    """Return a table known only by its name and its columns (name, kind): what an archive of any release describes."""
    return table(name, *(column(each, _TYPES[kind]) for each, kind in columns))


def described(connection: Connection) -> Iterator[tuple[str, list[list[str]], list[str]]]:
    """Yield (table, columns, primary key) of each of our tables as this database has it, whatever revision it stands at.

    Which columns there are is read from the database; what they mean comes from the models, or from their stored type where a
    newer release no longer knows them.
    """
    look = inspect(connection)
    for name in sorted(set(look.get_table_names()) & set(Base.metadata.tables)):
        known = Base.metadata.tables[name].columns
        stored = look.get_columns(name)
        columns = [
            [each["name"], _kind_of(known[each["name"]].type if each["name"] in known else each["type"])]
            for each in stored
        ]
        yield name, sorted(columns), list(look.get_pk_constraint(name)["constrained_columns"])


def dump(
    connection: Connection, source: TableClause, key: Sequence[str], columns: Sequence[Sequence[str]]
) -> Iterator[bytes]:
    """Yield every row of `source` as a line, in the order of `key`."""
    writers = [(place, _TO_JSON[kind]) for place, (_, kind) in enumerate(columns) if kind in _TO_JSON]
    statement = select(*source.c).order_by(*(_by_code_point(connection, source.c[name]) for name in key))
    rows = connection.execute(statement, execution_options={"yield_per": BATCH})
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
    for row in rows:
        values = list(row)
        for place, convert in writers:
            if values[place] is not None:
                values[place] = convert(values[place])
        yield encode(values).encode() + b"\n"


def _by_code_point(connection: Connection, one: ColumnClause[Any]) -> ColumnElement[Any]:
    return one.collate("C") if isinstance(one.type, Text) and connection.dialect.name == "postgresql" else one


def load(connection: Connection, target: TableClause, columns: Sequence[Sequence[str]], lines: Iterable[bytes]) -> int:
    """Insert the rows that `lines` hold and return how many there were. Raises ValueError for a line that does not fit."""
    statement = target.insert()
    waiting: list[dict[str, Any]] = []
    count = 0
    for line in lines:
        waiting.append(_row(line, columns))
        if len(waiting) == BATCH:
            connection.execute(statement, waiting)
            count, waiting = count + len(waiting), []
    if waiting:
        connection.execute(statement, waiting)
    return count + len(waiting)


def _row(line: bytes, columns: Sequence[Sequence[str]]) -> dict[str, Any]:
    values = json.loads(line)
    if not isinstance(values, list) or len(values) != len(columns):
        raise ValueError("a row has another number of values than its table has columns")
    return {
        name: _FROM_JSON[kind](value) if kind in _FROM_JSON and value is not None else value
        for (name, kind), value in zip(columns, values, strict=True)
    }
