"""Column types and the three kinds of table.

* `Id`: UUIDv7, 16 bytes on SQLite, `uuid` on PostgreSQL.
* instants are `BigInteger` microseconds UTC everywhere; days are integers (days since 1970-01-01, local date).
* every table says in `info` whether it is **tenant** (keyed by unit), **reference** (small, read everywhere) or **local** (one
  database's own). The same schema then runs on SQLite, PostgreSQL and a cluster sharded by unit.
"""

import uuid
from typing import Annotated, Any, cast

from sqlalchemy import JSON, BigInteger, ForeignKeyConstraint, Index, LargeBinary, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

TENANT = {"info": {"kind": "tenant"}, "sqlite_with_rowid": False}
REFERENCE = {"info": {"kind": "reference"}}
LOCAL = {"info": {"kind": "local"}}

NOBODY = uuid.UUID(int=0)
"""Stands for "no team", "no assignee" in keys, where a missing value is not allowed."""


class Id(TypeDecorator[uuid.UUID]):
    """A UUID: 16 raw bytes on SQLite (half of text, and sorts by time), the native type on PostgreSQL."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Uuid() if dialect.name == "postgresql" else LargeBinary(16))

    def process_bind_param(self, value: uuid.UUID | None, dialect: Dialect) -> Any:
        return value if value is None or dialect.name == "postgresql" else value.bytes

    def process_result_value(self, value: Any, dialect: Dialect) -> uuid.UUID | None:
        return value if value is None or isinstance(value, uuid.UUID) else uuid.UUID(bytes=bytes(value))


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

# What a column holds, written once.
UnitId = Annotated[uuid.UUID, mapped_column(Id, primary_key=True)]
Key = Annotated[uuid.UUID, mapped_column(Id, primary_key=True)]
Ref = Annotated[uuid.UUID, mapped_column(Id)]
Instant = Annotated[int, mapped_column(BigInteger)]
Day = Annotated[int, mapped_column(BigInteger)]
Number = Annotated[int, mapped_column(BigInteger)]
String = Annotated[str, mapped_column(Text)]
Bytes = Annotated[bytes, mapped_column(LargeBinary)]
Data = Annotated[dict[str, Any], mapped_column(Json)]


class Base(DeclarativeBase):
    """Base of all tables."""


def table_of(model: type[Base]) -> Table:
    """Return the table behind a mapped class, for statements that work on columns."""
    return cast(Table, model.__table__)


def same_unit(column: str, target: str, name: str | None = None) -> ForeignKeyConstraint:
    """Return the foreign key (unit_id, column) → target (unit_id, id): rows of two units can never be joined."""
    return ForeignKeyConstraint(["unit_id", column], [f"{target}.unit_id", f"{target}.id"], name=name)


def of_unit(table: str) -> ForeignKeyConstraint:
    """Return the foreign key unit_id → units, added after the table where a cluster needs it so."""
    return ForeignKeyConstraint(["unit_id"], ["units.id"], name=f"{table}_unit_fk", use_alter=True)


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Return an index over the rows that satisfy `where`, on both databases."""
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


__all__ = [
    "LOCAL", "NOBODY", "REFERENCE", "TENANT", "Base", "Bytes", "Data", "Day", "Id", "Instant", "Json", "Key", "Number",
    "Ref", "String", "UnitId", "of_unit", "partial_index", "same_unit", "table_of",
]  # fmt: skip
