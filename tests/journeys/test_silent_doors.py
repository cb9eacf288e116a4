"""Cát Thành's first two days at full size, with nobody going anywhere: what the clock raises, and that it raises it once.

5.800 people in 15 areas are on the lists from 14/5. On the morning of 15/5 nobody is silent yet; on the morning of 17/5, 48 hours
after collecting began, the right ones are, grouped by area. However the clock was wound, the same steps are there.
"""

import multiprocessing
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from rules.time import HOUR, Instant, at, show
from tests.databases import copy_database, new_database
from workflow.clock import FixedClock
from workflow.demo.build import PLAYS, open_unit
from workflow.ids import IdSource
from workflow.migrations.migrate import upgrade
from workflow.queries.campaigns import unit_by_code
from workflow.store import Store
from workflow.sweeps.tick import tick
from workflow.tables import Area, Case, Escalation, EscalationStep, Staged
from workflow.vault import Vault

pytestmark = pytest.mark.slow

SILENT = ("silent-registered", "silent-activated")
FIRST, THIRD = at("2025-05-15 08:00"), at("2025-05-17 08:00")


@dataclass
class Town:
    """The town on the evening of 14/5, and copies of it that may go different ways."""

    url: str
    folder: Path
    copies: int = 0
    hourly: Counter | None = None

    def copy(self) -> Store:
        """Return the town as it was, to wind its clock another way."""
        self.copies += 1
        return Store(copy_database(self.url, self.folder, f"silent_{self.copies}"))

    def undisturbed(self) -> Counter:
        """Return the steps that are there when the clock ticks every hour; wound once, for it is the same for every other way."""
        if self.hourly is None:
            store = self.copy()
            wind(store, *range(at("2025-05-15 00:00"), THIRD + 1, HOUR))
            self.hourly = steps(store)
            store.dispose()
        return self.hourly


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def town(request, tmp_path_factory):
    """The lists are in and the doors dealt out; nobody has gone anywhere."""
    folder = tmp_path_factory.mktemp("town")
    url = new_database(request.param, folder, "silent")
    upgrade(url)
    store, vault = Store(url), Vault.create(folder / "keys.json")
    play = next(play for play in PLAYS if play.unit == "cat-thanh")
    open_unit(play, store, vault, folder, seed=2025)
    store.dispose()
    if request.param == "sqlite":
        with Store(url).writer.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
    return Town(url, folder)


def wind(store: Store, *instants: Instant) -> None:
    """Tick at each of these instants."""
    for instant in instants:
        tick(store, FixedClock(instant), IdSource(seed=instant % 1000), worker="test")


def steps(store: Store) -> Counter:
    """Return how often each (rule, subject, anchor, level) is there."""
    with store.read() as session:
        rows = session.execute(
            select(EscalationStep.rule_id, EscalationStep.subject_id, EscalationStep.anchor, EscalationStep.level)
        )
        return Counter(tuple(row) for row in rows)


def test_on_the_first_morning_nobody_is_silent_yet(town):
    store = town.copy()

    wind(store, FIRST)

    assert not [key for key in steps(store) if key[0] in SILENT]


def test_on_the_third_morning_the_right_ones_are_and_the_inbox_groups_them_by_area(town):
    store = town.copy()

    wind(store, FIRST, THIRD)

    with store.read() as session:
        unit = unit_by_code(session, "cat-thanh")
        untouched = dict(
            session.execute(
                select(Case.state, func.count())
                .where(Case.unit_id == unit.id, Case.track == "path", Case.state.in_(("registered", "activated")))
                .group_by(Case.state)
            ).all()
        )
        areas = session.scalar(select(func.count()).select_from(Area).where(Area.unit_id == unit.id))
        for state in untouched:
            rows = session.execute(
                select(Escalation.group_key, func.count(), func.min(Escalation.due_at), func.max(Escalation.level))
                .where(Escalation.unit_id == unit.id, Escalation.rule_id == f"silent-{state}")
                .group_by(Escalation.group_key)
            ).all()
            assert sum(row[1] for row in rows) == untouched[state], "every one of them and nobody else"
            assert len(rows) == areas, "one row an area in the inbox"
            assert {show(row[2]) for row in rows} == {"2025-05-17 00:00"}
            assert {row[3] for row in rows} == {1}, "only the team leader so far"
        assert session.scalar(select(func.count()).select_from(Staged)) == 0


def _three_hours_missed(store: Store) -> None:
    wind(store, *range(at("2025-05-15 00:00"), at("2025-05-17 05:00") + 1, HOUR), THIRD)


def _once(store: Store) -> None:
    wind(store, THIRD)


def _twice(store: Store) -> None:
    wind(store, THIRD, THIRD)


def _by_two_processes_at_once(store: Store) -> None:
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(2)
    url = store.url.render_as_string(hide_password=False)
    store.dispose()
    workers = [context.Process(target=_tick_when_all_are_ready, args=(url, start)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0]


def _tick_when_all_are_ready(url: str, start: object) -> None:
    store = Store(url)
    start.wait(60)  # type: ignore[attr-defined]
    wind(store, THIRD)


@pytest.mark.parametrize("way", [_once, _twice, _three_hours_missed, _by_two_processes_at_once])
def test_however_the_clock_was_wound_the_same_steps_are_there_each_once(town, way: Callable[[Store], None]):
    store = town.copy()

    way(store)

    found = steps(store)
    assert found == town.undisturbed()
    assert set(found.values()) == {1}
    assert len([key for key in found if key[0] in SILENT]) > 4000
