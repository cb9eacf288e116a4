"""Telling PostgreSQL how its tables have grown, before statements that depend on it.

PostgreSQL plans by statistics that are taken now and then. Just after many rows have come there are none yet, and a join through the
wrong index costs minutes in place of milliseconds. ANALYZE is allowed inside a transaction. SQLite needs none of this: it is told
what its indexes are worth when its tables are made (`workflow.tables.statistics`).
"""

from sqlalchemy import Table, text
from sqlalchemy.orm import Session


def refresh_statistics(session: Session, *tables: Table) -> None:
    """Measure these tables, for the statements that follow."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE " + ", ".join(table.name for table in tables)))
