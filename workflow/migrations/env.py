"""Alembic's entry: `migrate` hands in a connection; the `alembic` command line opens the configured database.

A run is one transaction on both databases: it arrives whole or not at all.
"""

from alembic import context
from sqlalchemy import Connection

from workflow.migrations import autogenerate
from workflow.settings import Settings
from workflow.store import Store
from workflow.tables import Base


def run(connection: Connection) -> None:
    """Run what was asked (upgrade, downgrade, revision) on `connection`, inside its transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=autogenerate.render_item,
        compare_type=autogenerate.compare_type,
        process_revision_directives=autogenerate.order_operations,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    context.run_migrations()


def run_on_configured_database() -> None:
    """Open the database that the settings name, as `tungnha` does."""
    store = Store(Settings.read().database_url)
    with store.writer.begin() as connection:
        run(connection)
    store.dispose()


if context.is_offline_mode():
    raise SystemExit("Bản nâng cấp cần một cơ sở dữ liệu đang chạy; chế độ --sql không được hỗ trợ.")
given: Connection | None = context.config.attributes.get("connection")
run(given) if given is not None else run_on_configured_database()
