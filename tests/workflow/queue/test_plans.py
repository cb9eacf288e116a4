"""Neither database reads a table from end to end for a queue, a search, a door or the day's count."""

import re

import pytest
from sqlalchemy import inspect, text

from tests.workflow.queue.conftest import statements
from tests.workflow.world import World
from workflow.actions.record_visit import Finding
from workflow.queries.door_page import door_page
from workflow.queries.member_progress import count_done_today, visits_typed_today
from workflow.queries.queue import queue_of

BIG = ("doors", "cases", "subjects", "visits", "visit_outcomes", "events", "requests", "escalations", "assignments")


@pytest.fixture
def peopled(given: World) -> World:
    """Some doors with a history."""
    for number in range(8):
        door, (one, _) = given.household(["Nguyễn Văn Một", "Trần Thị Hai"], house=str(number))
        given.go_to("2025-05-16 09:00")
        if number % 2:
            given.visit("an", door, Finding("needs_help", one))
        given.go_to("2025-05-14 09:00")
    given.go_to("2025-05-16 11:00")
    return given


def test_every_plan_uses_an_index(peopled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world, now = peopled, peopled.clock.now()
    actor, context = world.actor("binh"), world.context()
    captured: list[tuple[str, object]] = []

    def keep(_connection, _cursor, statement, parameters, *_rest):
        captured.append((statement, parameters))

    from sqlalchemy import event

    event.listen(world.store.reader, "before_cursor_execute", keep)
    try:
        with world.store.read() as session, statements(world):
            found = queue_of(session, actor, context, now=now)
            queue_of(session, actor, context, now=now, search="nguyen")
            queue_of(session, actor, context, now=now, search="3")
            door_page(session, actor, context, found.doors[0].id, now=now)
            count_done_today(session, actor, context, now=now)
            visits_typed_today(session, actor, context, now=now)
    finally:
        event.remove(world.store.reader, "before_cursor_execute", keep)

    asked = [(sql, values) for sql, values in captured if sql.lstrip().startswith(("SELECT", "WITH"))]
    assert len(asked) > 15
    scans = [line for sql, values in asked for line in full_scans(world, sql, values)]
    assert not scans, "\n".join(scans)


def test_requests_are_found_by_the_number_under_which_they_were_asked(peopled: World) -> None:
    known = inspect(peopled.store.reader).get_indexes("requests")

    assert ["unit_id", "asked_no"] in [index["column_names"] for index in known]


def full_scans(world: World, sql: str, values: object) -> list[str]:
    """Return the lines of a plan that read a big table from end to end."""
    with world.store.read() as session:
        connection = session.connection()
        if world.store.is_sqlite:
            rows = [row[-1] for row in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + sql, values)]
            return [
                row
                for row in rows
                if re.fullmatch(
                    r"SCAN (doors|cases|subjects|visits|homes|leading|events|requests|escalations|assignments)\b.*", row
                )
            ]
        session.execute(text("SET LOCAL enable_seqscan = off"))
        rows = [row[0] for row in connection.exec_driver_sql("EXPLAIN " + sql, values)]
        return [row for row in rows if re.search(rf"Seq Scan on ({'|'.join(BIG)})\b", row)]
