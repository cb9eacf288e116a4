"""Every revision goes up, down and up again, and ends where the models are."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from tests.databases import new_database
from workflow.migrations import migrate
from workflow.migrations.autogenerate import compare_type
from workflow.migrations.guards import missing_guards
from workflow.store import Store
from workflow.tables import Base

_BETWEEN = re.compile(r",\s+(?![^(]*\))")
"""A comma between clauses, and not one inside the parentheses of a clause."""
ROOT = Path(__file__).parents[3]
PG_SHAPE = """
SELECT 'column', table_name, column_name, data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')
FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
"""
SQLITE_SHAPE = (
    "SELECT type, tbl_name, name, sql FROM sqlite_master WHERE type <> 'trigger' AND tbl_name <> 'alembic_version'"
)


def shape_of(store):
    """Every column, constraint and index of a database as text that can be compared."""
    with store.reader.connect() as connection:
        rows = connection.exec_driver_sql(SQLITE_SHAPE if store.is_sqlite else PG_SHAPE).all()
    return {(kind, table, name, _clauses(definition)) for kind, table, name, definition in rows}


def _clauses(definition):
    """The clauses of a definition in alphabetical order: where one stands does not matter (SQLite adds a column on the last one's line)."""
    lines = (definition or "").replace('"', "").splitlines()
    clauses = [clause for line in lines for clause in _BETWEEN.split(line)]
    return tuple(sorted(clause.strip().rstrip(",") for clause in clauses if clause.strip()))


MAKE_TABLES = """
import sys
from workflow.store import Store
from workflow.tables import Base
Base.metadata.create_all(Store(sys.argv[1]).writer)
"""
"""Run in a process of its own: once PostgreSQL has had keys added by ALTER, SQLAlchemy leaves them out of CREATE TABLE for the rest
of the process, on SQLite too."""


def test_a_migrated_database_is_what_the_models_say(store, kind, tmp_path):
    url = new_database(kind, tmp_path, "models")
    subprocess.run([sys.executable, "-c", MAKE_TABLES, url], check=True, cwd=ROOT)
    model = Store(url)

    assert shape_of(store) == shape_of(model)
    model.dispose()


def test_alembic_sees_no_difference_either(store):
    with store.reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": compare_type})

        assert compare_metadata(context, Base.metadata) == []


def test_up_down_up_leaves_nothing_behind_and_arrives_again(url):
    migrate.upgrade(url)
    store = Store(url)
    first = shape_of(store)
    migrate.downgrade(url, "base")

    with store.reader.connect() as connection:
        left = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
        functions = (
            []
            if store.is_sqlite
            else connection.exec_driver_sql(
                "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            ).all()
        )
    assert (left, functions, migrate.revision_of(url)) == (set(), [], None)

    migrate.upgrade(url)
    with store.reader.connect() as connection:
        assert missing_guards(connection) == []
    assert shape_of(store) == first
    assert migrate.revision_of(url) == migrate.head()
    store.dispose()


def test_every_revision_can_be_taken_back_one_by_one(url):
    for revision in migrate.revisions():
        migrate.upgrade(url, revision)
        assert migrate.revision_of(url) == revision

    for revision in [*migrate.revisions()[-2::-1], "base"]:
        migrate.downgrade(url, revision)
        assert migrate.revision_of(url) == (None if revision == "base" else revision)


def test_going_up_twice_changes_nothing(store, url):
    before = shape_of(store)
    migrate.upgrade(url)

    assert shape_of(store) == before


def test_a_revision_that_fails_leaves_the_database_as_it_was(url):
    store = Store(url)
    with store.writer.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE cases (id INTEGER)")  # in the way of the first revision

    with pytest.raises(sa.exc.DBAPIError):
        migrate.upgrade(url)

    with store.reader.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["cases"]
    store.dispose()


def test_revisions_import_no_models_and_form_one_line():
    files = sorted((Path(migrate.__file__).parent / "versions").glob("[0-9]*.py"))

    assert [file.name[:4] for file in files] == migrate.revisions()
    for file in files:
        source = file.read_text("utf-8")
        assert "workflow.tables" not in source
        assert "now()" not in source
