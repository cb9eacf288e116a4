"""Texts that go straight to the driver: heard by whoever listens, in the open transaction, with SQLAlchemy's errors."""

import re

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from tests.conftest import KINDS
from tests.databases import new_database
from workflow.driver import Text, fetch, write
from workflow.store import Store, is_worth_retrying


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    store = Store(new_database(request.param, tmp_path, "driver"))
    with store.write() as session:
        session.execute(text("CREATE TABLE notes (no INTEGER PRIMARY KEY, said TEXT)"))
    yield store
    store.dispose()


INSERT = "INSERT INTO notes VALUES (%(no)s, %(said)s)"


def told(store: Store, sql: str) -> Text:
    """Return a statement as the store's database takes it; values stand as `%(name)s`, in the order of their names' first marks."""
    names = tuple(dict.fromkeys(re.findall(r"%\((\w+)\)s", sql)))
    if store.is_sqlite:
        plain = re.sub(r"%\(\w+\)s", "?", sql)
        return Text(plain, plain)
    direct = re.sub(r"%\((\w+)\)s", lambda mark: f"${names.index(mark[1]) + 1}", sql)
    return Text(direct, sql, names)


def test_what_is_written_is_counted_read_back_and_gone_after_a_rollback(store):
    insert = told(store, INSERT)
    with Session(store.writer) as session:
        connection = session.connection()
        assert write(connection, insert, [(1, "một")]) == 1
        write(connection, insert, [(2, "hai"), (3, "ba")])
        assert write(connection, told(store, "UPDATE notes SET said = %(said)s WHERE no > 1"), [("khác",)]) == 2
        found = fetch(connection, told(store, "SELECT no, said FROM notes ORDER BY no"), ())
        assert [tuple(row) for row in found] == [(1, "một"), (2, "khác"), (3, "khác")]
        session.rollback()
        assert fetch(session.connection(), told(store, "SELECT no FROM notes"), ()) == []


@pytest.mark.parametrize("whom", ["engine", "connection"])
def test_whoever_listens_hears_every_text(store, whom):
    heard: list[str] = []

    def listen(_connection, _cursor, sql, *_rest):
        heard.append(sql)

    with store.write() as session:
        connection = session.connection()
        target = store.writer if whom == "engine" else connection
        fetch(connection, told(store, "SELECT 1"), ())
        event.listen(target, "before_cursor_execute", listen)
        fetch(connection, told(store, "SELECT 2"), ())
        write(connection, told(store, INSERT), [(1, "a"), (2, "b")])
        event.remove(target, "before_cursor_execute", listen)
        fetch(connection, told(store, "SELECT 3"), ())
    assert heard == ["SELECT 2", told(store, INSERT).ordinary]


def test_without_a_transaction_one_is_begun(store):
    with store.reader.connect() as connection:
        assert not connection.in_transaction()
        fetch(connection, told(store, "SELECT 1"), ())
        assert connection.in_transaction()


@pytest.mark.parametrize("rows", [[(2, "x"), (2, "x")], [(1, None)]])
def test_errors_are_those_of_the_ordinary_way(store, rows):
    insert = told(store, INSERT)
    with Session(store.writer) as session:
        write(session.connection(), insert, [(1, None)])
        with pytest.raises(IntegrityError) as refused:
            write(session.connection(), insert, rows)
    assert refused.value.statement == insert.direct
    assert isinstance(refused.value.orig, store.writer.dialect.loaded_dbapi.IntegrityError)
    assert refused.value.connection_invalidated is False


def test_a_text_that_cannot_be_read_is_an_error_of_the_ordinary_kind(store):
    with store.read() as session, pytest.raises(DBAPIError, match="nowhere"):
        fetch(session.connection(), told(store, "SELECT nothing FROM nowhere"), ())


def test_values_stay_out_of_an_error_where_the_engine_hides_them(store):
    store.writer.hide_parameters = True
    with pytest.raises(IntegrityError) as refused, store.write() as session:
        write(session.connection(), told(store, INSERT), [(1, "kín"), (1, "kín")])
    assert "kín" not in str(refused.value)


def test_a_connection_that_broke_is_given_up_and_the_work_done_again(tmp_path):
    store = Store(new_database("postgresql", tmp_path, "broken"))  # only a server has connections that break
    tries = []

    def work(session):
        tries.append(None)
        connection = session.connection()
        if len(tries) == 1:
            (number,) = fetch(connection, told(store, "SELECT pg_backend_pid()"), ())[0]
            with store.reader.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:number, 60000)"), {"number": number})
        return fetch(connection, told(store, "SELECT 7"), ())

    assert store.run(work) == [(7,)]
    assert len(tries) == 2
    store.dispose()


def test_a_lock_that_is_not_given_is_worth_another_try(tmp_path):
    store = Store(
        new_database("sqlite", tmp_path, "locked")
    )  # on a server a writer waits for a row, not for the database
    with store.write() as session:
        session.execute(text("CREATE TABLE notes (no INTEGER PRIMARY KEY)"))
    with store.reader.connect() as waiting, store.write() as holding:
        waiting.exec_driver_sql("PRAGMA busy_timeout=0")
        holding.connection()
        with pytest.raises(OperationalError, match="locked") as refused:
            write(waiting, told(store, "INSERT INTO notes VALUES (1)"), [()])
    assert is_worth_retrying(refused.value)
    store.dispose()
