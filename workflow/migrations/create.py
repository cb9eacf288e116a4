"""CREATE TABLE in the order that a cluster needs: the table, its distribution, then keys to reference tables.

On SQLite every foreign key stands inside CREATE TABLE. On PostgreSQL those marked `use_alter` follow as ALTER TABLE, because a
cluster refuses a table whose inline keys lead both to a distributed and to a reference table. Distribution happens only where
the citus extension is installed; everywhere else `distribute` does nothing. Frozen, like the revisions that call it.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import AddConstraint, SchemaItem

from workflow.migrations.guards import APPEND_ONLY, allow_changes, has_citus, refuse_changes


def create_table(name: str, *items: SchemaItem, info: dict[str, str], **options: Any) -> None:
    """Create a table of the kind that `info` declares (tenant, reference or local), guarded if it is append-only."""
    table = op.create_table(name, *items, info=info, **options)
    connection = op.get_bind()
    distribute(connection, name, info["kind"])
    if connection.dialect.supports_alter:
        for constraint in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
            if constraint.use_alter:
                op.execute(AddConstraint(constraint))
    if name in APPEND_ONLY:
        refuse_changes(connection, name)


def drop_table(name: str) -> None:
    """Drop a table and what `create_table` put around it."""
    if name in APPEND_ONLY:
        allow_changes(op.get_bind(), name)
    op.drop_table(name)


def distribute(connection: sa.Connection, table: str, kind: str) -> None:
    """Shard a tenant table by its unit, copy a reference table to every node, leave a local table; nothing without Citus."""
    if kind == "local" or not has_citus(connection):
        return
    # Keys to reference tables lock all shards: within one transaction they may only follow statements run one by one.
    connection.execute(sa.text("SET LOCAL citus.multi_shard_modify_mode TO 'sequential'"))
    if kind == "reference":
        connection.execute(sa.text("SELECT create_reference_table(:name)"), {"name": table})
    else:
        connection.execute(sa.text("SELECT create_distributed_table(:name, 'unit_id')"), {"name": table})
