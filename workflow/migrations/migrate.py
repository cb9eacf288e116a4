"""Bring a database to a revision, and say where it stands.

Every function works on one database and one transaction; an error leaves the database as it was.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection

from workflow.store import Store
from workflow.tables.statistics import seed_statistics

_FOLDER = Path(__file__).parent


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """Return the newest revision of this release."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise RuntimeError("no revision found beside workflow/migrations/migrate.py")
    return revision


def revisions() -> list[str]:
    """Return every revision of this release, oldest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]


def current(connection: Connection) -> str | None:
    """Return the revision that a database stands at; None if it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade_connection(connection: Connection, revision: str = "head") -> None:
    """Go up to `revision` inside the transaction of `connection`, and tell SQLite's planner about the indexes."""
    command.upgrade(_config(connection), revision)
    seed_statistics(connection)


def downgrade_connection(connection: Connection, revision: str) -> None:
    """Go down to `revision` inside the transaction of `connection`."""
    command.downgrade(_config(connection), revision)


def upgrade(url: str | URL, revision: str = "head") -> None:
    """Go up to `revision` (default: the newest). Nothing happens if the database is there already."""
    store = Store(_text(url))
    try:
        with store.writer.begin() as connection:
            upgrade_connection(connection, revision)
    finally:
        store.dispose()


def downgrade(url: str | URL, revision: str) -> None:
    """Go down to `revision`; `base` removes every table and all that is in them. Back up first."""
    store = Store(_text(url))
    try:
        with store.writer.begin() as connection:
            downgrade_connection(connection, revision)
    finally:
        store.dispose()


def revision_of(url: str | URL) -> str | None:
    """Return the revision that the database at `url` stands at."""
    store = Store(_text(url))
    try:
        with store.reader.connect() as connection:
            return current(connection)
    finally:
        store.dispose()


def _text(url: str | URL) -> str:
    return url.render_as_string(hide_password=False) if isinstance(url, URL) else url
