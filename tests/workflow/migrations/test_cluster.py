"""What a Citus cluster would be told. No cluster runs here, so the statements themselves are looked at."""

import pytest
from sqlalchemy import create_engine

from workflow.migrations import create
from workflow.migrations.guards import has_citus, missing_guards, refuse_changes


class Recorder:
    """Stands in for a connection to a database with the citus extension, and keeps what it was told."""

    def __init__(self, *, citus):
        self.citus, self.told = citus, []
        self.dialect = type("Dialect", (), {"name": "postgresql"})

    def scalar(self, _statement):
        return self.citus

    def execute(self, statement, values=None):
        self.told.append((str(statement), values))


@pytest.mark.parametrize(
    ("kind", "call"),
    [
        ("tenant", ("SELECT create_distributed_table(:name, 'unit_id')", {"name": "cases"})),
        ("reference", ("SELECT create_reference_table(:name)", {"name": "cases"})),
    ],
)
def test_a_table_is_distributed_by_its_kind(kind, call):
    cluster = Recorder(citus=True)

    create.distribute(cluster, "cases", kind)

    assert cluster.told[-1] == call
    assert cluster.told[0] == ("SET LOCAL citus.multi_shard_modify_mode TO 'sequential'", None)


def test_local_tables_and_plain_databases_are_left_alone():
    cluster, plain = Recorder(citus=True), Recorder(citus=False)
    create.distribute(cluster, "runs", "local")
    create.distribute(plain, "cases", "tenant")

    assert (cluster.told, plain.told) == ([], [])
    with create_engine("sqlite://").connect() as connection:
        assert not has_citus(connection)


def test_a_cluster_gets_no_triggers_and_misses_none():
    cluster = Recorder(citus=True)
    refuse_changes(cluster, "events")

    assert (cluster.told, missing_guards(cluster)) == ([], [])
