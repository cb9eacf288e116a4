"""What every table must obey so that the same schema runs on SQLite, PostgreSQL and a cluster sharded by unit."""

import pytest
import sqlalchemy as sa

from workflow.tables import Base
from workflow.tables.types import Id

TABLES = Base.metadata.sorted_tables
KIND = {table.name: table.info.get("kind") for table in TABLES}
NAMED_IN_PACKS = {"rule_id"}
"""Ids that people write in a pack: text, not 16 bytes."""
TENANT = [table for table in TABLES if KIND[table.name] == "tenant"]


def problems(table):
    """Every rule that a tenant table breaks, as sentences."""
    first = [column.name for column in table.primary_key][:1]
    if first != ["unit_id"]:
        yield f"{table.name}: the primary key must start with unit_id, not {first}"
    for constraint in table.constraints:
        if isinstance(constraint, sa.UniqueConstraint) and next(c.name for c in constraint.columns) != "unit_id":
            yield f"{table.name}: a unique constraint must start with unit_id"
    for index in table.indexes:
        if next(c.name for c in index.columns) != "unit_id":
            yield f"{table.name}: index {index.name} must start with unit_id"
    if table.c.unit_id.nullable:
        yield f"{table.name}: unit_id may never be empty"
    for key in table.foreign_key_constraints:
        yield from key_problems(table, key)
    for column in table.columns:
        yield from column_problems(table, column)


def key_problems(table, key):
    target, columns = key.referred_table.name, [column.name for column in key.columns]
    if key.ondelete not in (None, "RESTRICT", "CASCADE") or key.onupdate:
        yield f"{table.name}: {columns} may not SET NULL or cascade updates"
    if KIND[target] == "local":
        yield f"{table.name}: {columns} leads to a local table"
    elif KIND[target] == "tenant" and (columns[0], key.elements[0].column.name) != ("unit_id", "unit_id"):
        yield f"{table.name}: {columns} must join {target} on unit_id first"
    elif KIND[target] == "reference" and len(table.foreign_key_constraints) > 1 and not (key.name and key.use_alter):
        yield f"{table.name}: {columns} leads to a reference table, so it needs a name and use_alter"


def column_problems(table, column):
    if column.identity is not None or column.computed is not None or not is_constant(column):
        yield f"{table.name}.{column.name}: values come from the program, not from the server"
    if isinstance(column.type, sa.DateTime | sa.Date | sa.Time | sa.Float | sa.Numeric | sa.Enum):
        yield f"{table.name}.{column.name}: instants, days and counts are integers, codes are text"
    if (
        column.name.endswith(("_at", "_on"))
        and column.name != "birth_on"
        and not isinstance(column.type, sa.BigInteger)
    ):
        yield f"{table.name}.{column.name}: a moment is a BIGINT of microseconds"
    if column.name.endswith("_id") and column.name not in NAMED_IN_PACKS and not isinstance(column.type, Id):
        yield f"{table.name}.{column.name}: an id is 16 bytes"


def is_constant(column):
    """Whether a default of the server, if any, only fills the rows of an earlier version: the program gives its own to every new one."""
    given = column.server_default
    return given is None or (isinstance(given.arg, sa.True_ | sa.False_) and column.default is not None)


@pytest.mark.parametrize("table", TENANT, ids=lambda table: table.name)
def test_a_tenant_table_obeys_the_schema_rules(table):
    assert list(problems(table)) == []


def test_every_table_says_what_kind_it_is():
    assert {name for name, kind in KIND.items() if kind not in {"tenant", "reference", "local"}} == set()
    assert len(TENANT) > 30


@pytest.mark.parametrize("table", [t for t in TABLES if KIND[t.name] != "tenant"], ids=lambda table: table.name)
def test_other_tables_do_not_lead_into_a_unit(table):
    assert [key for key in table.foreign_key_constraints if KIND[key.referred_table.name] == "tenant"] == []


def test_a_sweep_finds_what_is_due_through_a_partial_index():
    for table in TENANT:
        if "next_action_at" in table.c:
            due = [i for i in table.indexes if [c.name for c in i.columns] == ["unit_id", "next_action_at"]]
            assert due, table.name
            assert str(due[0].dialect_options["postgresql"]["where"]) == "next_action_at IS NOT NULL"


def test_the_walk_finds_a_table_that_breaks_every_rule():
    other = sa.MetaData()
    sa.Table("units", other, sa.Column("id", Id, primary_key=True))
    bad = sa.Table(
        "bad", other,
        sa.Column("id", Id, primary_key=True),
        sa.Column("unit_id", Id, sa.ForeignKey("units.id", ondelete="SET NULL"), unique=True),
        sa.Column("parent_id", sa.Text, sa.ForeignKey("units.id")),
        sa.Column("made_at", sa.DateTime, server_default=sa.func.now()),
        sa.Index("bad_by_time", "made_at"),
    )  # fmt: skip
    bad.c.unit_id.nullable = True

    found = "\n".join(problems(bad))

    for sentence in (
        "primary key must start", "index bad_by_time", "may never be empty", "may not SET NULL", "needs a name and use_alter",
        "values come from the program", "instants, days", "a moment is", "an id is 16 bytes",
    ):  # fmt: skip
        assert sentence in found
