"""How a new revision is drafted from the models: our column types by name, reference tables before those that point at them."""

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import JSON
from sqlalchemy.types import TypeEngine

from workflow.tables.types import Id

_FIRST = {"reference": 0, "local": 1, "tenant": 2}
_STORED_IDS = {"BLOB", "BYTEA", "LargeBinary", "UUID", "Uuid"}


def render_item(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """Write `Id` and `Json` columns as the frozen types of `workflow.migrations.columns`; leave the rest to Alembic."""
    if kind != "type":
        return False
    name = "ID" if isinstance(item, Id) else "JSON" if isinstance(item, JSON) else ""
    if name:
        context.imports.add(f"from workflow.migrations.columns import {name}")
    return name or False


def compare_type(
    _context: MigrationContext, _column: object, _meta: object, found: TypeEngine[Any], wanted: TypeEngine[Any]
) -> bool | None:
    """Say that `Id` stored as bytes or UUID is what it should be; None leaves other types to Alembic."""
    return type(found).__name__ not in _STORED_IDS if isinstance(wanted, Id) else None


def order_operations(
    _context: MigrationContext, _revision: str | Iterable[str | None] | Iterable[str], drafts: list[ops.MigrationScript]
) -> None:
    """Create reference tables first and drop them last; indexes go with their tables, tenant tables keep the order of keys."""
    for script in drafts:
        for upgrade in script.upgrade_ops_list:
            upgrade.ops = _by_kind(list(_with_indexes(upgrade.ops)))
        for downgrade in script.downgrade_ops_list:
            kept = list(_without_indexes(downgrade.ops))
            downgrade.ops = _by_kind(kept[::-1])[::-1]


def _with_indexes(operations: list[ops.MigrateOperation]) -> Iterator[ops.MigrateOperation]:
    """Take the indexes of a new table out of their ALTER block: they are plain CREATE INDEX."""
    created = {op.table_name for op in operations if isinstance(op, ops.CreateTableOp)}
    for op in operations:
        if isinstance(op, ops.ModifyTableOps) and op.table_name in created:
            yield from op.ops
        else:
            yield op


def _without_indexes(operations: list[ops.MigrateOperation]) -> Iterator[ops.MigrateOperation]:
    """Leave out the indexes of tables that are dropped whole."""
    dropped = {op.table_name for op in operations if isinstance(op, ops.DropTableOp)}
    return (op for op in operations if not (isinstance(op, ops.ModifyTableOps) and op.table_name in dropped))


def _by_kind(operations: list[ops.MigrateOperation]) -> list[ops.MigrateOperation]:
    kinds = {table.table_name: str(table.info.get("kind")) for table in map(_table, operations) if table is not None}
    return sorted(operations, key=lambda op: _FIRST[kinds.get(getattr(op, "table_name", ""), "tenant")])


def _table(operation: ops.MigrateOperation) -> ops.CreateTableOp | None:
    if isinstance(operation, ops.DropTableOp):
        operation = operation.reverse()
    return operation if isinstance(operation, ops.CreateTableOp) else None
