"""What a database says it would do for a statement: whether it would read a large table from end to end."""

import re
from typing import Any

from sqlalchemy import text

from workflow.store import Store
from workflow.tables import Base

LARGE = 2000
"""Rows from which on reading a whole table counts; below, a planner is right to."""
_ALIAS = re.compile(r'\b([a-z_]+) AS "?([a-z_0-9]+)"?')


def full_scans(store: Store, sql: str, values: Any) -> list[str]:
    """Return the lines of a statement's plan that read a large table from end to end."""
    with store.read() as session:
        connection = session.connection()
        if store.is_sqlite:
            lines = [row[-1] for row in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + sql, values)]
            names = {alias: table for table, alias in _ALIAS.findall(sql)}
            scanned = [(line, re.match(r"SCAN (\w+)(?!.*VIRTUAL)", line)) for line in lines]
            found = [(line, names.get(match.group(1), match.group(1))) for line, match in scanned if match]
        else:
            lines = [row[0] for row in connection.exec_driver_sql("EXPLAIN " + sql, values)]
            scanned = [(line, re.search(r"Seq Scan on (\w+)", line)) for line in lines]
            found = [(line, match.group(1)) for line, match in scanned if match]
        tables = Base.metadata.tables
        return [
            line.strip()
            for line, table in found
            if table in tables
            and session.execute(text(f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {LARGE}) few")).scalar_one()
            >= LARGE
        ]
