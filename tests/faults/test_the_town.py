"""The ground these tests stand on: two towns are the same town, and the settings are those of real work."""

from sqlalchemy import text

from tests.faults.proof import assert_same
from tests.faults.town import Town


def test_two_towns_that_do_the_same_hold_the_same_rows(town: Town, twin: Town) -> None:
    for each in (town, twin):
        for item in (*town.visits(12), town.tick("2025-05-17 09:00")):
            each.do(item)

    assert_same(town.rows(), twin.rows())
    town.assert_sound()


def test_every_commit_waits_for_the_disk(town: Town) -> None:
    with town.store.write() as session:
        if town.store.is_sqlite:
            told = [session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")]
            assert told == ["wal", 2, 1]
        else:
            told = [
                session.scalar(text(f"SHOW {name}")) for name in ("fsync", "full_page_writes", "synchronous_commit")
            ]
            assert told == ["on", "on", "on"]
