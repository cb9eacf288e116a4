"""Sessions for looking: given out again and again, each time as if they were new."""

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.conftest import KINDS
from tests.databases import new_database
from workflow.errors import NotFound
from workflow.store import Store, connection_of


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    store = Store(new_database(request.param, tmp_path, "store"))
    with store.write() as session:
        session.execute(text("CREATE TABLE notes (no INTEGER PRIMARY KEY, said TEXT)"))
        session.execute(text("INSERT INTO notes VALUES (1, 'một')"))
    yield store
    store.dispose()


def count(session) -> int:
    return session.scalar(text("SELECT count(*) FROM notes"))


def test_the_next_look_sees_what_was_written_since_and_one_look_never_does(store):
    with store.read() as looking:
        assert count(looking) == 1
        with store.write() as session:
            session.execute(text("INSERT INTO notes VALUES (2, 'hai')"))
        assert count(looking) == 1
    with store.read() as looking:
        assert count(looking) == 2


def test_a_session_given_out_again_knows_nothing_of_the_last_look(store):
    with store.read() as first:
        first.info["noted"] = "for this look only"
        count(first)
    with store.read() as second:
        assert second is first, "looks after each other share a connection"
        assert "noted" not in second.info
        assert connection_of(second).in_transaction()
        assert not second.in_transaction()


def test_two_looks_at_a_time_have_a_connection_each(store):
    seen = []
    with store.read() as outer, store.read() as inner:
        assert connection_of(outer) is not connection_of(inner)
        thread = threading.Thread(target=lambda: seen.append(_count_in(store)))
        thread.start()
        thread.join()
    assert seen == [1]


def _count_in(store: Store) -> int:
    with store.read() as session:
        return count(session)


def test_what_goes_wrong_in_a_look_is_what_its_caller_gets_and_the_next_look_is_well(store):
    with pytest.raises(NotFound), store.read():
        raise NotFound
    with pytest.raises(DBAPIError, match="nowhere"), store.read() as session:
        session.execute(text("SELECT 1 FROM nowhere"))
    with store.read() as session:
        assert count(session) == 1


def test_a_connection_that_broke_between_two_looks_is_not_given_out(store):
    with store.read() as first:
        count(first)
        raw = connection_of(first).connection.dbapi_connection
    if store.is_sqlite:
        store.dispose()  # a file's connections break with the pool only
    else:
        with store.write() as session:
            session.execute(text("SELECT pg_terminate_backend(:pid, 60000)"), {"pid": raw.info.backend_pid})
    with store.read() as second:
        assert count(second) == 1
        assert connection_of(second).connection.dbapi_connection is not raw


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_server_is_asked_whether_it_still_answers_only_after_a_pause(store, monkeypatch):
    asked = []
    dialect = store.reader.dialect
    ping = dialect.do_ping
    monkeypatch.setattr(dialect, "do_ping", lambda raw: asked.append(raw) or ping(raw))
    for pause, times in ((5.0, 0), (0.0, 1)):
        monkeypatch.setattr("workflow.store.TRUSTED_SECONDS", pause)
        with store.read() as session:
            count(session)
        asked.clear()
        with store.read() as session:
            assert count(session) == 1
        assert len(asked) == times


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_look_cannot_write_on_postgresql(store):
    for _ in range(2):  # also when the session is given out again
        with pytest.raises(DBAPIError, match="read-only"), store.read() as session:
            session.execute(text("INSERT INTO notes VALUES (3, 'ba')"))
        with store.read() as session:
            count(session)
