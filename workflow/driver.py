"""From a finished text to the driver and back, with nothing in between unless somebody listens.

SQLAlchemy surrounds each text with a context, a result and its description, which together cost more than SQLite needs to read one
household. Of that only three things are kept here: the text runs in the transaction that is open, whoever listens for
`before_cursor_execute` hears it (then the ordinary way is taken), and an error of the driver is the error that SQLAlchemy makes of it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Bound = Sequence[Any] | Mapping[str, Any]
"""The values of one run as the driver takes them: by place or by name."""


def fetch(connection: Connection, sql: str, bound: Bound) -> Sequence[Sequence[Any]]:
    """Run a reading statement and return its rows as the driver gives them. Raises DBAPIError."""
    if not _is_direct(connection):
        return connection.exec_driver_sql(sql, bound).all()
    cursor = connection.connection.cursor()
    try:
        cursor.execute(sql, bound)
        return cursor.fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _translated(connection, sql, bound, error, cursor) from error


def write(connection: Connection, sql: str, rows: Sequence[Bound]) -> int:
    """Run a writing statement once for each of `rows` (at least one) and return how many rows the database changed. Raises DBAPIError.

    For more than one of `rows` the number is the driver's word, and drivers differ.
    """
    if not _is_direct(connection):
        bound: Any = rows[0] if len(rows) == 1 else rows
        return connection.exec_driver_sql(sql, bound).rowcount
    cursor = connection.connection.cursor()
    try:
        if len(rows) == 1:
            cursor.execute(sql, rows[0])
        else:
            cursor.executemany(sql, rows)  # type: ignore[arg-type]
        return int(cursor.rowcount)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _translated(connection, sql, rows, error, cursor) from error


def begin(connection: Connection, sql: str) -> None:
    """Open a transaction with these words: what SQLAlchemy's `begin` event is for. Raises DBAPIError."""
    if connection.dispatch.before_cursor_execute:
        connection.exec_driver_sql(sql)
        return
    cursor = connection.connection.cursor()
    try:
        cursor.execute(sql)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _translated(connection, sql, (), error, cursor) from error


def _is_direct(connection: Connection) -> bool:
    """Whether nothing would be missed: a transaction is open, and nobody listens to statements."""
    return connection.in_transaction() and not connection.dispatch.before_cursor_execute


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
