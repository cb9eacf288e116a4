"""A statement that is kept for a kind of reader says what the same statement says when it is put together each time."""

import uuid

import pytest
from sqlalchemy import select

from tests.conftest import KINDS
from tests.databases import new_database
from tests.workflow.test_prepared import INSERT, UNIT, a_run
from workflow.statements import asking
from workflow.statements.asking import ask
from workflow.store import Store
from workflow.tables import Base, Run, table_of

RUNS = table_of(Run)


@pytest.fixture(params=KINDS)
def store(request, tmp_path, monkeypatch):
    monkeypatch.setattr(asking, "_made", {})
    store = Store(new_database(request.param, tmp_path, "asking"))
    Base.metadata.create_all(store.writer)
    with store.write() as session:
        INSERT.run(session.connection(), [a_run(number) for number in range(1, 9)])
    yield store
    store.dispose()


def _numbered(*, ids, above=None):
    statement = select(RUNS.c.first_no.label("n")).where(RUNS.c.id.in_(ids), RUNS.c.unit_id == UNIT)
    return (statement if above is None else statement.where(RUNS.c.first_no > above)).order_by(RUNS.c.first_no)


def _named(which, *, unit):
    return select(RUNS.c.worker).where(RUNS.c.unit_id == unit, RUNS.c.worker.in_(which)).order_by(RUNS.c.worker)


def _ids(*numbers):
    return [uuid.UUID(int=number) for number in numbers]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8])
def test_lists_of_every_length_find_their_rows_and_no_others(store, count):
    with store.read() as session:
        assert [row.n for row in ask(session, _numbered, ids=_ids(*range(1, count + 1)))] == list(range(1, count + 1))


def test_one_statement_serves_lists_of_about_the_same_length(store):
    with store.read() as session:
        for numbers in ((1, 2, 3), (4, 5, 6, 7)):
            assert [row.n for row in ask(session, _numbered, ids=_ids(*numbers))] == list(numbers)

    assert len(asking._made) == 1


def test_a_value_that_is_missing_shapes_another_statement(store):
    with store.read() as session:
        assert [row.n for row in ask(session, _numbered, ids=_ids(1, 2, 3), above=2)] == [3]
        assert [row.n for row in ask(session, _numbered, ids=_ids(1, 2, 3), above=None)] == [1, 2, 3]

    assert len(asking._made) == 2


def test_fixed_lists_in_a_statement_are_written_out(store):
    with store.read() as session:
        assert [row.worker for row in ask(session, _named, ("thợ 1", "thợ 3"), unit=UNIT)] == ["thợ 1", "thợ 3"]
        assert [row.worker for row in ask(session, _named, ("thợ 2",), unit=UNIT)] == ["thợ 2"]


def test_what_a_row_is_made_into_can_be_chosen(store):
    with store.read() as session:
        assert ask(session, _numbered, row=lambda n: n * 10, ids=_ids(4)) == [40]
