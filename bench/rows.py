"""Rows in and out of both databases: the fastest way in, and a plain list out to compare what two sides wrote."""

import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from workflow.store import Store
from workflow.tables import Base, table_of


def copy_in(store: Store, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Add rows in one transaction: COPY on PostgreSQL, one prepared INSERT on SQLite."""
    names = ", ".join(columns)
    with store.write() as session:
        driver: Any = session.connection().connection.driver_connection
        if store.is_sqlite:
            marks = ", ".join("?" * len(columns))
            raw = (tuple(v.bytes if isinstance(v, uuid.UUID) else v for v in row) for row in rows)
            driver.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", raw)
            return
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def rows_of(store: Store, model: type[Base], *conditions: Any, without: Iterable[str] = ()) -> list[str]:
    """Return the rows of a table as sorted texts, but for the columns named in `without`."""
    skipped = set(without)
    columns = [column for column in table_of(model).columns if column.name not in skipped]
    with store.read() as session:
        found = session.execute(select(*columns).where(*conditions))
        return sorted(json.dumps([_plain(value) for value in row], sort_keys=True) for row in found)


def _plain(value: Any) -> Any:
    return value.hex if isinstance(value, uuid.UUID) else value.hex() if isinstance(value, bytes) else value


def must_agree(ours: list[str], limit: list[str], what: str) -> None:
    """Raise SystemExit with the first difference if two sides did not write the same rows: then nothing was measured."""
    if ours == limit:
        return
    here, there = sorted(set(ours) - set(limit)), sorted(set(limit) - set(ours))
    raise SystemExit(
        f"The two sides wrote different rows in {what}: {len(ours)} and {len(limit)}, "
        f"{len(here)} only ours and {len(there)} only by hand.\nours:    {here[:1]}\nby hand: {there[:1]}"
    )


def must_hold_the_same(
    ours: Store, limit: Store, model: type[Base], *conditions: Any, without: Iterable[str] = ()
) -> None:
    """Raise SystemExit if a table does not hold the same rows on both sides, but for the columns in `without`."""
    mine, theirs = (rows_of(store, model, *conditions, without=without) for store in (ours, limit))
    must_agree(mine, theirs, model.__tablename__)
