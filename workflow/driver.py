"""From a finished text to the driver and back, with nothing in between unless somebody listens.

SQLAlchemy surrounds each text with a context, a result and its description, which together cost more than SQLite needs to read one
household; psycopg looks for `%s` in each text anew. Of all that only three things are kept here: the text runs in the transaction that
is open, whoever listens for `before_cursor_execute` hears it (then the ordinary way is taken), and an error of the driver is the
error that SQLAlchemy makes of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import RawCursor
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Values = Sequence[Any]
"""The values of one run, in the order of the marks of `Text.direct`."""


@dataclass(frozen=True, slots=True)
class Text:
    """A statement as one database takes it: at once (`direct`), and the ordinary way, where values may have `names`."""

    direct: str
    ordinary: str
    names: tuple[str, ...] | None = None

    def given(self, values: Values) -> Any:
        """Return values as the ordinary way takes them."""
        return values if self.names is None else dict(zip(self.names, values, strict=True))


def fetch(connection: Connection, text: Text, values: Values) -> Sequence[Sequence[Any]]:
    """Run a reading statement and return its rows as the driver gives them. Raises DBAPIError."""
    if not _is_direct(connection):
        return connection.exec_driver_sql(text.ordinary, text.given(values)).all()
    cursor = _cursor(connection)
    try:
        cursor.execute(text.direct, values)
        rows: Sequence[Sequence[Any]] = cursor.fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _translated(connection, text.direct, values, error, cursor) from error
    return rows


def write(connection: Connection, text: Text, rows: Sequence[Values]) -> int:
    """Run a writing statement once for each of `rows` (at least one) and return how many rows the database changed. Raises DBAPIError.

    For more than one of `rows` the number is the driver's word, and drivers differ.
    """
    if not _is_direct(connection):
        given = [text.given(values) for values in rows]
        return connection.exec_driver_sql(text.ordinary, given[0] if len(given) == 1 else given).rowcount
    cursor = _cursor(connection)
    try:
        if len(rows) == 1:
            cursor.execute(text.direct, rows[0])
        else:
            cursor.executemany(text.direct, rows)
        return int(cursor.rowcount)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _translated(connection, text.direct, rows, error, cursor) from error


def begin(connection: Connection, sql: str) -> None:
    """Open a transaction with these words: what SQLAlchemy's `begin` event is for. Raises DBAPIError."""
    if connection.dispatch.before_cursor_execute:
        connection.exec_driver_sql(sql)
        return
    cursor = _cursor(connection)
    try:
        cursor.execute(sql)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _translated(connection, sql, (), error, cursor) from error


def _is_direct(connection: Connection) -> bool:
    """Whether nothing would be missed: a transaction is open, and nobody listens to statements."""
    return connection.in_transaction() and not connection.dispatch.before_cursor_execute


def _cursor(connection: Connection) -> Any:
    """Return a cursor that takes `Text.direct`: psycopg's raw one, whose marks are PostgreSQL's own, or SQLite's."""
    raw: Any = connection.connection.dbapi_connection
    return RawCursor(raw) if connection.dialect.name == "postgresql" else raw.cursor()


def _translated(connection: Connection, sql: str, values: Any, error: Exception, cursor: Any) -> BaseException:
    """Return SQLAlchemy's error for the driver's; a connection that is gone is given up, so that the next try opens another."""
    dialect = connection.dialect
    gone = dialect.is_disconnect(error, connection.connection, cursor)  # type: ignore[arg-type]
    if gone:
        connection.invalidate(error)
    return DBAPIError.instance(
        sql,
        values,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=connection.engine.hide_parameters,
        connection_invalidated=gone,
        dialect=dialect,
    )
