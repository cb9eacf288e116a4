"""Figures at full size: the dashboard now against maintained counters read by hand, a past instant against the snapshot of the day before
and that day's events by hand.

A ledger only: figures read nothing else. Every case has five events on different days of a campaign's two weeks: entered, registered,
activated, took part, reconciled or not. The two sides must give the same numbers before anything is measured.
"""

import tracemalloc
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from bench.by_hand.driver import Driver
from bench.by_hand.figures import as_of_by_hand, counters_by_hand
from bench.measure import Result, Side, compare, interleave, meter_of
from bench.rows import copy_in
from rules.pack import load_pack, shipped_packs
from rules.time import DAY, HOUR, at
from tests.databases import new_database
from workflow.access import Actor, Held
from workflow.actions.found_unit import found_unit
from workflow.actions.open_campaign import open_campaign
from workflow.demo.units import plan_unit
from workflow.figures.counts import count_at
from workflow.figures.dashboard import campaign_dashboard
from workflow.figures.replay import Cut
from workflow.ids import IdSource, id_of
from workflow.queries.campaigns import CampaignContext, campaign_by_id
from workflow.store import Store
from workflow.tables import Base, TeamArea

PACK, CODE = "cat-thanh-2025", "bench-figures"
FOUNDED_AT, FIRST = at("2025-05-13 08:00"), at("2025-05-14 00:00")
NOW = at("2025-05-27 20:00")
PAST = at("2025-05-24 15:38")
ALLOWED_NOW, ALLOWED_PAST = 2.0, 1.5
MOST_MEMORY = 16 * 2**20
"""Bytes that a past instant may take in this process, however many cases there are."""
ROUNDS, EACH = 7, 5
EVENTS_OF_A_CASE = 5


@dataclass(frozen=True)
class Ledger:
    """The database and its campaign."""

    store: Store
    context: CampaignContext
    actor: Actor
    newest: int
    size: int


def bench_figures(kind: str, folder: Path, size: int, *, rounds: int = ROUNDS) -> list[Result]:
    """Measure both; SystemExit if the sides do not count the same."""
    ledger = build_ledger(kind, folder, size)
    driver = Driver(ledger.store.url)
    try:
        return [*_now(ledger, driver, rounds), *_past(ledger, driver, rounds)]
    finally:
        driver.close()
        ledger.store.dispose()


def _now(ledger: Ledger, driver: Driver, rounds: int) -> Iterator[Result]:
    """The unit's live figures and its curve, as whoever reads the unit sees them, against the counters summed by hand."""

    def ours(_: int) -> None:
        for _each in range(EACH):
            with ledger.store.read() as session:
                campaign_dashboard(session, ledger.actor, ledger.context, as_of=NOW, is_now=False)

    def theirs(_: int) -> None:
        for _each in range(EACH):
            counters_by_hand(driver, ledger.context)

    cells, days = counters_by_hand(driver, ledger.context)
    _must_agree(_counted(ledger, NOW), cells)
    with ledger.store.read() as session:
        shown = campaign_dashboard(session, ledger.actor, ledger.context, as_of=NOW, is_now=False).curve.points
    if days != [(one.day, one.n, one.highest) for one in shown][-len(days) :]:
        raise SystemExit(f"The sides do not show the same days: {shown} and {days}.")
    sides = Side(ours, meter_of(ledger.store)), Side(theirs, meter_of(ledger.store))
    interleave(sides, rounds)
    yield compare(f"dashboard now, {ledger.size} cases", *sides, ALLOWED_NOW, each=EACH)


def _past(ledger: Ledger, driver: Driver, rounds: int) -> Iterator[Result]:
    def ours(_: int) -> None:
        _counted(ledger, PAST)

    def theirs(_: int) -> None:
        as_of_by_hand(driver, ledger.context, PAST)

    _must_agree(_counted(ledger, PAST), as_of_by_hand(driver, ledger.context, PAST))
    sides = Side(ours, meter_of(ledger.store)), Side(theirs, meter_of(ledger.store))
    interleave(sides, rounds)
    yield compare(f"figures as of a past instant, {ledger.size} cases", *sides, ALLOWED_PAST)
    tracemalloc.start()
    _counted(ledger, PAST)
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    yield Result(
        "figures as of a past instant: memory", used / 2**20, MOST_MEMORY / 2**20, "MiB", 1.0, "peak of the process"
    )


def _counted(ledger: Ledger, as_of: int) -> Counter[tuple[str, str, str]]:
    with ledger.store.read() as session:
        cells = count_at(
            session, ledger.context.unit_id, ledger.context.id, Cut(as_of, ledger.newest), newest=ledger.newest,
            by=("track", "state", "stage"),
        )  # fmt: skip
    return Counter({(str(cell.track), str(cell.state), str(cell.stage)): cell.n for cell in cells})


def _must_agree(ours: Counter[tuple[str, str, str]], theirs: Counter[tuple[str, str, str]]) -> None:
    if +ours != +theirs:
        raise SystemExit(f"The sides do not count the same: {ours} and {theirs}.")


def build_ledger(kind: str, folder: Path, size: int) -> Ledger:
    """Return a new database of `kind` with the events and roll-ups of `size` cases."""
    store = Store(new_database(kind, folder, "figures"))
    Base.metadata.create_all(store.writer)
    pack = load_pack(shipped_packs()[PACK])
    with store.write() as session:
        unit_id = found_unit(session, plan_unit(pack, CODE, kind="thị trấn"), now=FOUNDED_AT, ids=IdSource(seed=1))
        campaign_id = open_campaign(session, unit_id, pack, now=FOUNDED_AT).id
    with store.read() as session:
        context = campaign_by_id(session, unit_id, campaign_id)
        places = [tuple(row) for row in session.execute(select(TeamArea.area_id, TeamArea.team_id))]
        first = int(session.execute(text("SELECT ledger_no FROM unit_heads")).scalar_one())
    columns = (
        "unit_id", "ledger_no", "kind", "campaign_id", "case_id", "version", "track", "from_state", "state", "stage", "area_id",
        "team_id", "cause", "pack_hash", "happened_at", "recorded_at",
    )  # fmt: skip
    copy_in(store, "events", columns, _events(context, pack.hash, places, first, size))
    with store.write() as session:
        for basis in "hr":
            for sign, state, stage in ((1, "e.state", "e.stage"), (-1, "e.from_state", _STAGE_BEFORE)):
                session.execute(text(_ROLLUP.format(basis=basis, sign=sign, state=state, stage=stage)))
        newest = first + size * EVENTS_OF_A_CASE
        moved = {"newest": newest, "at": NOW - HOUR}
        session.execute(text("UPDATE unit_heads SET ledger_no = :newest, recorded_at = :at"), moved)
    if not store.is_sqlite:
        with store.writer.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
    post = Held(id_of("post", 1), "auditor", "auditor", "Người kiểm tra", None, None, None, None)
    return Ledger(
        store, context, Actor(unit_id, id_of("member", 1), id_of("account", 1), "Người đo", (post,)), newest, size
    )


_STAGE_BEFORE = "e.from_state"
_ROLLUP = """
    INSERT INTO rollups (unit_id, campaign_id, basis, day, track, area_id, team_id, state, stage, unnamed, n)
    SELECT e.unit_id, e.campaign_id, '{basis}', (e.happened_at + 25200000000) / 86400000000, e.track, e.area_id, e.team_id, {state},
        {stage}, FALSE, {sign} * count(*)
    FROM events e WHERE e.case_id IS NOT NULL AND e.from_state IS NOT NULL OR ({sign} = 1 AND e.kind = 'enter')
    GROUP BY 1, 2, 4, 5, 6, 7, 8, 9
    ON CONFLICT (unit_id, campaign_id, basis, day, track, area_id, team_id, state, stage, unnamed) DO UPDATE SET n = rollups.n + excluded.n
"""
_STEPS = (
    ("enter", None, "no_account", "no_account", 0, 1),
    ("move", "no_account", "registered", "registered", 1, 4),
    ("move", "registered", "activated", "activated", 5, 4),
    ("move", "activated", "submitted", "submitted", 9, 4),
    ("move", "submitted", "submitted_unreconciled", "submitted", 13, 1),
)
"""Kind, state before, state and stage after, first day, and over how many days the cases are spread."""


def _events(
    context: CampaignContext, pack_hash: str, places: list[Any], first: int, size: int
) -> Iterator[tuple[Any, ...]]:
    number = first
    for kind, before, state, stage, day, spread in _STEPS:
        for later in range(spread):
            start = FIRST + (day + later) * DAY + 8 * HOUR
            for n in range(later, size, spread):
                number += 1
                area, team = places[n % len(places)]
                happened = start + n * (12 * HOUR // size)
                yield (
                    context.unit_id, number, kind, context.id, uuid.UUID(int=(n * 2654435761 % 2**32) << 64 | n), 1, "path", before,
                    state, stage, area, team, "person", pack_hash, happened, happened,
                )  # fmt: skip


__all__ = ["bench_figures", "build_ledger"]
