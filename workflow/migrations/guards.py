"""Triggers that only refuse: an event is never changed and never removed.

They stand outside the models, on SQLite and on plain PostgreSQL. A Citus cluster allows no triggers on distributed tables; there
the database role must lack the rights. Whoever holds the file can still edit it with other tools: that is what seals find.
"""

import sqlalchemy as sa

APPEND_ONLY = ("events",)
"""Tables whose rows are written once."""

MESSAGE = "Sổ cái chỉ ghi thêm: không sửa, không xóa sự kiện. Hãy hủy bằng một sự kiện mới."
ACTIONS = {"sqlite": ("update", "delete"), "postgresql": ("update", "delete", "truncate")}
"""What is refused on each database; SQLite knows no TRUNCATE."""

_INSTALLED = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
}


def has_citus(connection: sa.Connection) -> bool:
    """Return whether this database is a Citus cluster."""
    if connection.dialect.name != "postgresql":
        return False
    return bool(connection.scalar(sa.text("SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus')")))


def guard_names(dialect: str, table: str) -> list[str]:
    """Return the names of the triggers that protect `table`."""
    return [f"{table}_refuse_{action}" for action in ACTIONS[dialect]]


def refuse_changes(connection: sa.Connection, table: str) -> None:
    """Make `table` append-only from here on."""
    if has_citus(connection):
        return
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.exec_driver_sql(_function(table))
    for action, name in zip(ACTIONS[dialect], guard_names(dialect, table), strict=True):
        connection.exec_driver_sql(_trigger(dialect, table, action, name))


def allow_changes(connection: sa.Connection, table: str) -> None:
    """Take the protection off again: part of going down."""
    dialect = connection.dialect.name
    place = f" ON {table}" if dialect == "postgresql" else ""
    for name in guard_names(dialect, table):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{place}")
    if dialect == "postgresql":
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {table}_refuse_change()")


def missing_guards(connection: sa.Connection) -> list[str]:
    """Return the triggers that should stand and do not (or are switched off); none is expected on a cluster."""
    if has_citus(connection):
        return []
    dialect = connection.dialect.name
    installed = set(connection.scalars(sa.text(_INSTALLED[dialect])))
    return [name for table in APPEND_ONLY for name in guard_names(dialect, table) if name not in installed]


def _function(table: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION USING MESSAGE = '{MESSAGE}', ERRCODE = 'restrict_violation'; END $$"
    )


def _trigger(dialect: str, table: str, action: str, name: str) -> str:
    if dialect == "sqlite":
        return f"CREATE TRIGGER {name} BEFORE {action} ON {table} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    each = "STATEMENT" if action == "truncate" else "ROW"
    return f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH {each} EXECUTE FUNCTION {table}_refuse_change()"
