"""Events are written once: the database itself refuses to change or remove one, whatever program asks."""

import pytest
import sqlalchemy as sa

from workflow.ids import id_of
from workflow.migrations.guards import missing_guards
from workflow.tables import Event, Unit


@pytest.fixture
def event(store):
    """One event in a migrated database."""
    unit = id_of("unit")
    with store.write() as session:
        session.add(Unit(id=unit, code="phuong-thu", name="Phường Thử", kind="phuong", valid_from=0, created_at=0))
        session.flush()
        session.add(Event(unit_id=unit, ledger_no=1, kind="note", cause="person", happened_at=1, recorded_at=1))
    return store


REFUSED = {
    "sqlite": ["UPDATE events SET recorded_at = 2", "UPDATE events SET kind = kind", "DELETE FROM events"],
    "postgresql": [
        "UPDATE events SET recorded_at = 2",
        "DELETE FROM events",
        "TRUNCATE events",
        "TRUNCATE units CASCADE",
    ],
}


@pytest.mark.parametrize(
    ("kind", "statement"), [(kind, one) for kind in REFUSED for one in REFUSED[kind]], indirect=["kind"]
)
def test_a_change_of_an_event_is_refused_with_a_sentence(event, statement):
    with pytest.raises(sa.exc.DBAPIError, match="chỉ ghi thêm"), event.writer.begin() as connection:
        connection.exec_driver_sql(statement)

    with event.reader.connect() as connection:
        assert connection.execute(sa.select(Event.kind, Event.recorded_at)).all() == [("note", 1)]


def test_the_next_event_is_still_accepted(event):
    with event.write() as session:
        unit = session.scalars(sa.select(Unit.id)).one()
        session.add(Event(unit_id=unit, ledger_no=2, kind="note", cause="person", happened_at=1, recorded_at=2))

    with event.reader.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(Event)) == 2


def test_a_missing_guard_is_named(event, kind):
    with event.writer.begin() as connection:
        assert missing_guards(connection) == []
        connection.exec_driver_sql("DROP TRIGGER events_refuse_delete" + (" ON events" if kind == "postgresql" else ""))

    with event.reader.connect() as connection:
        assert missing_guards(connection) == ["events_refuse_delete"]
