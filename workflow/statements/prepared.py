"""Statements on the path of every tap: written in SQLAlchemy, compiled once for each database, then run as text with values.

Running a statement the ordinary way looks its compiled form up and settles defaults, keys and results each time, which costs several
times what a database needs to read one household. Here that is settled once. Transactions, errors and whatever listens to the
connection stay the same: the text goes through the same connection.
"""

import re
import uuid
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean, Connection, Dialect, Insert, Integer, Select, String, Update
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from workflow.driver import Text, fetch, write
from workflow.store import connection_of
from workflow.tables.types import Id

Statement = Select[Any] | Insert | Update
Values = Mapping[str, Any]
_MARK = re.compile(r"%\((\w+)\)s")
_NAMED = re.compile(r"%\((\w+)\)s(?:::\w+)?")
Convert = Callable[[Any], Any]
"""Turns a value into what the driver takes, or what the driver gives into a value."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A statement as one database takes it: its text, what its marks stand for, and how its rows are read."""

    text: Text
    marks: tuple[tuple[str, Convert | None], ...]
    fixed: dict[str, Any]
    converted: tuple[tuple[int, Convert], ...]
    """Which columns are not shown as the driver gives them, and how they are turned."""
    row: Callable[..., Any]

    def bound(self, values: Values) -> tuple[Any, ...]:
        """Return values as the driver takes them, in the order of the marks."""
        given = {**self.fixed, **values} if self.fixed else values
        return tuple([given[name] if convert is None else convert(given[name]) for name, convert in self.marks])

    def read(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """Return what stands for rows of the driver."""
        make, converted = self.row, self.converted
        if not converted:
            return [make(*row) for row in rows]
        found = []
        for row in rows:
            values = list(row)
            for place, convert in converted:
                values[place] = convert(values[place])
            found.append(make(*values))
        return found


@dataclass(frozen=True)
class Prepared:
    """A fixed statement with named values: one value for each name, given at each call (KeyError otherwise).

    An INSERT of values sets all columns of its table; those that may be empty need not be given. `row` makes what a SELECT returns from the
    values of a row; the default is a named tuple.
    """

    statement: Statement
    row: Callable[..., Any] | None = None
    _texts: dict[str, _Text] = field(default_factory=dict, repr=False)

    def all(self, source: Session | Connection, values: Values) -> list[Any]:
        """Run a SELECT and return its rows."""
        connection = connection_of(source)
        made = self._text(connection.dialect)
        return made.read(fetch(connection, made.text, made.bound(values)))

    def first(self, source: Session | Connection, values: Values) -> Any | None:
        """Run a SELECT and return its first row; None if there is none."""
        rows = self.all(source, values)
        return rows[0] if rows else None

    def run(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Run an INSERT or UPDATE once for each of `rows`, in one round trip."""
        if rows:
            made = self._text(connection.dialect)
            write(connection, made.text, [made.bound(row) for row in rows])

    def count(self, connection: Connection, values: Values) -> int:
        """Run an INSERT … SELECT or an UPDATE once and return how many rows it wrote."""
        made = self._text(connection.dialect)
        return write(connection, made.text, [made.bound(values)])

    def _text(self, dialect: Dialect) -> _Text:
        if dialect.name not in self._texts:
            self._texts[dialect.name] = _compiled(self, dialect)
        return self._texts[dialect.name]


def _compiled(prepared: Prepared, dialect: Dialect) -> _Text:
    statement = prepared.statement
    target = statement.table.columns if isinstance(statement, Insert) and statement.select is None else ()
    compiled: Any = statement.compile(dialect=dialect, column_keys=[column.name for column in target] or None)
    binds = compiled.binds
    named = {name for name, bind in binds.items() if bind.required}
    whole = compiled.construct_expanded_state(dict.fromkeys(named))  # lists of fixed values are written out one by one
    origin = {member: name for name, members in whole.parameter_expansion.items() for member in members}
    types = {name: binds[origin.get(name, name)].type for name in whole.parameters}
    fixed = {
        name: compiled.render_literal_value(value, types[name])
        for name, value in whole.parameters.items()
        if name not in named and isinstance(value, str | int) and _is_plain(types[name])
    }
    text, order = _with_values(whole.statement, whole.positiontup, fixed)
    marks = [(name, _binder(types[name], dialect)) for name in order]
    empty = {column.name: None for column in target if column.nullable}
    columns = list(statement.selected_columns) if isinstance(statement, Select) else []
    readers = [(place, _reader(column.type, dialect)) for place, column in enumerate(columns)]
    return _Text(
        text=text,
        marks=tuple(marks),
        fixed=empty
        | {name: value for name, value in whole.parameters.items() if name not in named and name not in fixed},
        converted=tuple((place, convert) for place, convert in readers if convert is not None),
        row=prepared.row or namedtuple("Row", [str(getattr(column, "name", "")) for column in columns], rename=True),
    )


def _is_plain(kind: TypeEngine[Any]) -> bool:
    return isinstance(kind, Integer | String | Boolean)


def _with_values(sql: str, order: Sequence[str] | None, fixed: Mapping[str, str]) -> tuple[Text, list[str]]:
    """Write fixed values into a statement and return it with the names that are left, in the order of their marks.

    What never changes is then no value of a call: an index over some rows only can be used, and one plan serves every call.
    """
    if order is None:
        return _numbered(_NAMED.sub(lambda mark: fixed.get(mark.group(1), mark.group()), sql))
    parts = sql.split("?")
    if len(parts) != len(order) + 1:  # a question mark inside a text: marks cannot be told from it
        raise ValueError(f"a statement with a question mark of its own: {sql}")
    written, left = [parts[0]], []
    for name, part in zip(order, parts[1:], strict=True):
        if name not in fixed:
            left.append(name)
        written += [fixed.get(name, "?"), part]
    told = "".join(written)
    return Text(told, told), left


def _numbered(sql: str) -> tuple[Text, list[str]]:
    """Return a text whose values have names also with PostgreSQL's own marks, and the names in the order of their numbers."""
    numbers: dict[str, int] = {}
    direct = _MARK.sub(lambda mark: f"${numbers.setdefault(mark.group(1), len(numbers) + 1)}", sql)
    return Text(direct.replace("%%", "%"), sql, tuple(numbers)), list(numbers)


def _id_bytes(value: uuid.UUID | None) -> bytes | None:
    return None if value is None else value.bytes


@lru_cache(maxsize=8192)
def _id_read(value: bytes | None) -> uuid.UUID | None:
    """Return the id of these bytes. Kept for a while: unit, area, team and member are the same on most rows."""
    return None if value is None else uuid.UUID(bytes=value)


def _binder(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if isinstance(kind, Id):  # what the type says, without its layers: half of all values are ids
        return _id_bytes if dialect.name == "sqlite" else None
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if isinstance(kind, Id):
        return _id_read if dialect.name == "sqlite" else None
    return kind.dialect_impl(dialect).result_processor(dialect, None)
