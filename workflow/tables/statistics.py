"""What SQLite's planner should believe about our indexes before there is any data, and for ever after.

Nearly every index begins with `unit_id`, and one office's database holds one unit: that column narrows nothing down. Without
statistics SQLite assumes the opposite, and answers "the events of this case" by walking every event of the unit (measured: ten
minutes in place of six seconds for one verification). The figures here are made up but in the right order; `ANALYZE` on real data
would say much the same, but plans must not depend on whether somebody ran it.
"""

from typing import Any

from sqlalchemy import Connection, event

from workflow.tables.types import Base

ROWS = 1_000_000
DISTINCT = {
    "unit_id": 4, "campaign_id": 1, "track": 2, "basis": 2, "kind": 4, "status": 3, "state": 6, "stage": 2, "is_open": 2,
    "area_id": 15, "team_id": 1, "assignee_id": 50, "day": 30, "rule_id": 10, "group_key": 15, "list_code": 3, "code": 20,
    "unnamed": 1, "item": 20, "occurrence": 15, "scope": 15, "calendar": 1, "level": 3, "answer": 8,
}  # fmt: skip
"""How many values a column takes for each value of the ones before it; columns not named are nearly unique."""

FEW = {"requests": ROWS // 100}
"""Tables that stay small beside the cases they are about: a search begins there."""
NEARLY_UNIQUE = 50_000
TEAMS = 15
"""How many teams a unit has, where its area does not say already which one it is: a leader's queue is one of so many."""


def seed_statistics(connection: Connection) -> None:
    """Write the planner's statistics for every index of the database. Does nothing but on SQLite; safe to repeat."""
    if connection.dialect.name != "sqlite":
        return
    run = connection.exec_driver_sql
    run("ANALYZE sqlite_schema")
    run("DELETE FROM sqlite_stat1")
    tables = run(
        "SELECT name, sql LIKE '%WITHOUT ROWID%' FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).all()
    for table, is_clustered in tables:
        for _, index, is_unique, origin, is_partial in run(f'PRAGMA index_list("{table}")').all():
            columns = [name for _, _, name in run(f'PRAGMA index_info("{index}")').all()]
            name = table if origin == "pk" and is_clustered else index
            rows = ROWS // 100 if is_partial else FEW.get(table, ROWS)
            stat = _stat(columns, is_unique=bool(is_unique), rows=rows)
            run("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", (table, name, stat))
    run("ANALYZE sqlite_schema")


def _stat(columns: list[str], *, is_unique: bool, rows: int) -> str:
    """Return rows, then rows for each value of the first column, of the first two, and so on."""
    left, figures = rows, [rows]
    for column in columns:
        values = TEAMS if column == "team_id" and "area_id" not in columns else DISTINCT.get(column, NEARLY_UNIQUE)
        left = max(left // values, 2)
        figures.append(left)
    if is_unique:
        figures[-1] = 1
    return " ".join(map(str, figures))


@event.listens_for(Base.metadata, "after_create")
def _after_create(_target: object, connection: Connection, **_: Any) -> None:
    seed_statistics(connection)
