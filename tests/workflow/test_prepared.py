"""Prepared statements say what the ordinary way says: ids, JSON, missing values and errors, on both databases."""

import uuid

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from tests.conftest import KINDS
from tests.databases import new_database
from workflow.statements.prepared import Prepared
from workflow.store import Store
from workflow.tables import Account, Base, Run, table_of

UNIT = uuid.UUID(int=7)
RUNS = table_of(Run)
INSERT = Prepared(insert(RUNS))
FIND = Prepared(select(RUNS).where(RUNS.c.id == bindparam("run")))
RENAME = Prepared(update(RUNS).where(RUNS.c.id == bindparam("run")).values(worker=bindparam("name")))


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    store = Store(new_database(request.param, tmp_path, "prepared"))
    Base.metadata.create_all(store.writer)
    yield store
    store.dispose()


def a_run(number: int, **values: object) -> dict[str, object]:
    instants = dict.fromkeys(("now", "started_at", "finished_at", "first_no", "last_no"), number)
    return {"id": uuid.UUID(int=number), "unit_id": UNIT, "worker": f"thợ {number}", "lines": {}, **instants, **values}


def test_what_was_inserted_is_read_back_as_the_ordinary_way_reads_it(store):
    with store.write() as session:
        INSERT.run(session.connection(), [a_run(1, lines={"luật": [1, None]}), a_run(2)])

    with store.read() as session:
        ours = FIND.first(session, {"run": uuid.UUID(int=1)})
        ordinary = session.execute(select(RUNS).where(RUNS.c.id == uuid.UUID(int=1))).one()
        assert tuple(ours) == tuple(ordinary)
        assert (ours.id, ours.unit_id, ours.lines) == (uuid.UUID(int=1), UNIT, {"luật": [1, None]})
        assert FIND.first(session, {"run": uuid.UUID(int=3)}) is None


def test_columns_that_may_be_empty_need_not_be_given(store):
    account = {"id": UNIT, "login": "an", "name": "An", "locale": "vi", "created_at": 1, "version": 1}
    account["must_change_password"] = False
    with store.write() as session:
        Prepared(insert(table_of(Account))).run(session.connection(), [account])

    with store.read() as session:
        assert session.scalars(select(Account.disabled_at)).all() == [None]


def test_an_update_changes_only_the_rows_named(store):
    with store.write() as session:
        INSERT.run(session.connection(), [a_run(1), a_run(2)])
        RENAME.run(session.connection(), [{"run": uuid.UUID(int=2), "name": "khác"}])
        RENAME.run(session.connection(), [])

    with store.read() as session:
        assert [FIND.first(session, {"run": uuid.UUID(int=n)}).worker for n in (1, 2)] == ["thợ 1", "khác"]


def test_a_value_that_is_missing_is_refused_before_the_database_is_asked(store):
    with store.write() as session:
        with pytest.raises(KeyError, match="worker"):
            INSERT.run(session.connection(), [{name: value for name, value in a_run(1).items() if name != "worker"}])
        with pytest.raises(KeyError, match="run"):
            FIND.first(session, {})


def test_an_error_of_the_database_is_the_ordinary_error(store):
    with pytest.raises(IntegrityError), store.write() as session:
        INSERT.run(session.connection(), [a_run(1), a_run(1)])
