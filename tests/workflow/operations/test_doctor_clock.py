"""The doctor says when a unit's clock has stopped while its campaign runs, in the unit's own time."""

import pytest

from rules.time import MINUTE
from tests.workflow.conftest import NewWorld
from workflow.migrations import migrate
from workflow.operations.doctor import _silent_clock
from workflow.tables import Unit


def silent(world: object, now: int) -> list[str]:
    """Return the units whose clock the doctor calls silent."""
    with world.store.read() as session:  # type: ignore[attr-defined]
        return [finding.where for finding in _silent_clock(session, now)]


def test_a_stopped_clock_is_an_error_with_what_to_do(worlds: NewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        migrate, "current", lambda _connection: migrate.head()
    )  # a test's world is made without revisions
    world = worlds()
    now = world.go_to("2025-05-16 08:00")
    assert world.code in silent(world, now)
    world.tick()
    assert world.code not in silent(world, now + 30 * MINUTE)
    assert world.code in silent(world, now + 31 * MINUTE)

    with world.store.write() as session:
        session.query(Unit).filter(Unit.id == world.unit_id).update({"clock_offset": -60 * MINUTE})
    assert world.code not in silent(world, now + 75 * MINUTE)
    assert world.code in silent(world, now + 95 * MINUTE)
    with world.store.write() as session:
        session.query(Unit).filter(Unit.id == world.unit_id).update({"clock_offset": 0})
