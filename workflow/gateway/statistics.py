"""Telling the database how its tables have grown, before statements that depend on it.

Both databases plan by statistics that are taken now and then. Just after a large import there are none yet, and a join through the
wrong index (SQLite takes the primary key's first column, which is the unit's and the same for every row) costs minutes instead of
milliseconds. ANALYZE is allowed inside a transaction. SQLite reads whole indexes for it: a sample would see only the rows whose
value is missing, since those come first, and think the index useless.
"""

from sqlalchemy import Table, text
from sqlalchemy.orm import Session


def refresh_statistics(session: Session, *tables: Table) -> None:
    """Measure these tables, for the statements that follow on this connection."""
    names = [table.name for table in tables]
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"ANALYZE {', '.join(names)}"))
        return
    for name in names:
        session.execute(text(f"ANALYZE {name}"))
