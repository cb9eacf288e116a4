"""A unit of 300 teams on the evening of a day to be closed: built once, for `bench.close`.

Every team has as many people, four behind each door. The day before was closed with everybody. Since then one person of each ten took
part, and for one of each hundred it came late: it had happened before that close.
"""

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from bench.rows import copy_in
from bench.world import CASE, DOOR, HOUSEHOLD, PEOPLE_OF_A_DOOR, PERSON, id_at
from rules.pack import load_pack, shipped_packs
from rules.time import HOUR, MINUTE, Instant, at
from tests.databases import new_database
from workflow.access import actor_by_login
from workflow.actions.close_period import close_period
from workflow.actions.found_unit import AreaPlan, PersonPlan, PostPlan, TeamPlan, UnitPlan, found_unit
from workflow.actions.open_campaign import open_campaign
from workflow.days import local_day
from workflow.ids import IdSource
from workflow.ledger.book import open_book
from workflow.queries.campaigns import campaign_by_id
from workflow.store import Store
from workflow.tables import Area, Base, Membership, TeamArea

TEAMS, BEFORE, DAY = 300, "2025-05-15", "2025-05-16"
LISTED_AT, CLOSED_AT, NOW = at("2025-05-14 08:00"), at("2025-05-15 15:58"), at("2025-05-16 15:58")
LATE, TIMELY = at("2025-05-15 15:10"), at("2025-05-16 09:00")
VISIT = 9
"""What visits are among the kinds of `id_at`."""


@dataclass(frozen=True)
class Evening:
    """The database and what both sides need to know."""

    store: Store
    unit_id: uuid.UUID
    campaign_id: uuid.UUID
    size: int


def evening(kind: str, folder: Path, size: int) -> Evening:
    """Return a new database of `kind` with `size` people, the day before closed."""
    store = Store(new_database(kind, folder, "bench_close"))
    Base.metadata.create_all(store.writer)
    pack, ids = load_pack(shipped_packs()["cat-thanh-2025"]), IdSource(seed=1)
    with store.write() as session:
        unit_id = found_unit(session, _plan(), now=LISTED_AT, ids=ids)
        campaign_id = open_campaign(session, unit_id, pack, now=LISTED_AT).id
    with store.read() as session:
        found = session.execute(select(Area.id, TeamArea.team_id).join(TeamArea, TeamArea.area_id == Area.id))
        places = sorted((row[0], row[1]) for row in found)
    doors = size // PEOPLE_OF_A_DOOR
    copy_in(store, "subjects", ("unit_id", "id", "kind", "area_id", "unnamed", "value_version", "created_at"), (
        (unit_id, id_at(HOUSEHOLD, n), "household", places[n % TEAMS][0], False, 1, LISTED_AT) for n in range(doors)
    ))  # fmt: skip
    copy_in(store, "doors", (
        "unit_id", "id", "campaign_id", "household_id", "area_id", "team_id", "place_sort", "open_cases", "someone_untimed",
        "attempts", "priority", "version", "state_version", "created_at"), (
        (unit_id, id_at(DOOR, n), campaign_id, id_at(HOUSEHOLD, n), *places[n % TEAMS], "", 4, True, 0, 0, 1, 1, LISTED_AT)
        for n in range(doors)
    ))  # fmt: skip
    first = _write(store, unit_id, campaign_id, _entering(places, size), LISTED_AT, 0)
    with store.write() as session:
        book = open_book(
            session,
            unit_id,
            CLOSED_AT,
            ids=ids,
            actor_id=actor_by_login(session, unit_id, "hai", now=CLOSED_AT).membership_id,
        )
        actor = actor_by_login(session, unit_id, "hai", now=CLOSED_AT)
        without = [f"T{n}" for n in range(TEAMS)]
        close_period(book, campaign_by_id(session, unit_id, campaign_id), BEFORE, actor=actor, without=without)
        book.close()
        first = book.last_no
    _write(store, unit_id, campaign_id, _going(places, size), TIMELY, first)
    with store.read() as session:
        member = session.scalars(select(Membership.id)).one()
    copy_in(store, "visits", (
        "unit_id", "id", "door_id", "ledger_no", "mode", "assisted", "done_by_id", "recorded_by_id", "happened_at", "recorded_at",
        "outcomes"), (
        (unit_id, id_at(VISIT, n), id_at(DOOR, n // PEOPLE_OF_A_DOOR), first + 2 * at_ + 1, "door", False, member, member, TIMELY,
         TIMELY, 1) for at_, n in enumerate(range(0, size, 10))
    ))  # fmt: skip
    return Evening(store, unit_id, campaign_id, size)


def _plan() -> UnitPlan:
    return UnitPlan(
        code="bench", name="Thành phố Thử", kind="thành phố", is_demo=True, bodies=[],
        areas=[AreaPlan(f"A{n}", f"Tổ dân phố {n}") for n in range(TEAMS)],
        teams=[TeamPlan(f"T{n}", f"Tổ công tác số {n}", (f"A{n}",)) for n in range(TEAMS)],
        posts=[PostPlan("coordinator", "coordinator", "Đầu mối tổng hợp", "unit", ("hai",))],
        people=[PersonPlan("hai", "Đỗ Văn Hải")],
    )  # fmt: skip


_COLUMNS = (
    "kind", "case_id", "door_id", "about_id", "track", "move", "from_state", "state", "stage", "area_id", "team_id", "happened_at",
    "recorded_at",
)  # fmt: skip


def _entering(places: list[Any], size: int) -> Iterator[tuple[Any, ...]]:
    for n in range(size):
        door = n // PEOPLE_OF_A_DOOR
        area, team = places[door % TEAMS]
        yield (
            "enter", id_at(CASE, n), id_at(DOOR, door), id_at(PERSON, n), "path", None, None, "activated", "activated", area, team,
            LISTED_AT, LISTED_AT,
        )  # fmt: skip


def _going(places: list[Any], size: int) -> Iterator[tuple[Any, ...]]:
    for n in range(0, size, 10):
        door = n // PEOPLE_OF_A_DOOR
        area, team = places[door % TEAMS]
        happened = LATE if n % 100 == 0 else TIMELY - HOUR + n % 3000 * MINUTE // 60
        visit = ("visit", None, id_at(DOOR, door), id_at(VISIT, n), *([None] * 7), happened, TIMELY)
        yield visit
        yield (
            "move", id_at(CASE, n), id_at(DOOR, door), id_at(VISIT, n), "path", "submit", "activated", "submitted", "submitted",
            area, team, happened, TIMELY,
        )  # fmt: skip


def _write(
    store: Store, unit_id: uuid.UUID, campaign_id: uuid.UUID, rows: Iterator[tuple[Any, ...]], now: Instant, last: int
) -> int:
    """Write events under the next numbers, with the roll-ups that follow from them."""
    cells: Counter[tuple[Any, ...]] = Counter()
    written = list(rows)
    for row in written:
        told = dict(zip(_COLUMNS, row, strict=True))
        if told["case_id"] is None:
            continue
        for basis, instant in (("h", told["happened_at"]), ("r", told["recorded_at"])):
            place = (basis, local_day(instant), told["track"], told["area_id"], told["team_id"])
            cells[*place, told["state"], told["stage"]] += 1
            if told["from_state"]:
                cells[*place, told["from_state"], told["from_state"]] -= 1
    names = ("unit_id", "ledger_no", "campaign_id", "cause", *_COLUMNS)
    copy_in(
        store, "events", names, ((unit_id, last + n, campaign_id, "person", *row) for n, row in enumerate(written, 1))
    )
    add = text(
        "INSERT INTO rollups (unit_id, campaign_id, basis, day, track, area_id, team_id, state, stage, unnamed, n) "
        "VALUES (:unit, :campaign, :basis, :day, :track, :area, :team, :state, :stage, :no, :n)"
    )
    raw = (lambda key: key.bytes) if store.is_sqlite else (lambda key: key)
    with store.write() as session:
        keys = ("basis", "day", "track", "area", "team", "state", "stage")
        for cell, n in cells.items():
            told = dict(zip(keys, cell, strict=True))
            told.update(area=raw(told["area"]), team=raw(told["team"]), n=n, no=False)
            session.execute(add, {"unit": raw(unit_id), "campaign": raw(campaign_id), **told})
        session.execute(
            text("UPDATE unit_heads SET recorded_at = :at, ledger_no = :no"), {"at": now, "no": last + len(written)}
        )
    return last + len(written)
