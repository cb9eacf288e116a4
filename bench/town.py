"""A town at full size, for pages: the plan of Cát Thành with a million people, queues, open episodes and reports.

Every team has as many doors; the first 400 of them are one member's, the rest is shared by two others. Of each ten doors three have been
finished, one has missed its time, one has a promise for today and one for another day. One door in twenty has been silent for two
days: the tick that ends the building opens an episode for each person behind it, and behind each lie three that were closed before.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from bench.rows import copy_in
from bench.world import CASE, DOOR, HOUSEHOLD, PEOPLE_OF_A_DOOR, PERSON, id_at
from rules.pack import load_pack, shipped_packs
from rules.time import DAY, HOUR, at
from tests.databases import new_database
from workflow.access import Actor
from workflow.actions.command import Sender, run_command
from workflow.actions.found_unit import found_unit
from workflow.actions.move_task import move_task
from workflow.actions.open_campaign import open_campaign
from workflow.actions.open_plan import open_plan
from workflow.clock import FixedClock
from workflow.demo.director import add_all_evidence
from workflow.demo.name_words import FAMILY, GIVEN_FEMALE, GIVEN_MALE
from workflow.demo.units import plan_unit
from workflow.ids import IdSource, id_of
from workflow.ledger.book import Book, open_book
from workflow.people.names import fold, sort_key
from workflow.queries.campaigns import campaign_by_id
from workflow.store import Store
from workflow.sweeps.tick import tick_unit
from workflow.tables import Account, Area, Base, Escalation, Membership, Task, TeamArea, Unit, table_of

PACK, CODE = "cat-thanh-2025", "bench-town"
FOUNDED_AT = at("2025-05-13 08:00")
LISTED_AT = at("2025-05-15 09:00")
"""When the people were entered: most were met since, the silent ones never."""
MET_AT = at("2025-05-19 09:00")
NOW = at("2025-05-20 10:00")
"""When the pages are asked for."""
OF_ONE_MEMBER = 400
SILENT_EACH = 20
TEAMS = 15
STEP = TEAMS * PEOPLE_OF_A_DOOR * SILENT_EACH
"""The size of a town is a multiple of this."""
TASK, OWNER = "issue-decision", "office"
"""The task whose page is asked for, and whose it is."""
CLOSED_EACH = 3
"""Closed episodes behind each open one: a campaign in its second week."""
LANE = 40
"""Doors of a lane."""


@dataclass(frozen=True)
class Town:
    """The database, the unit and the campaign, and the ids of accounts by login (without the unit's code)."""

    store: Store
    unit_id: uuid.UUID
    campaign_id: uuid.UUID
    accounts: dict[str, uuid.UUID]
    task_id: uuid.UUID
    size: int

    @property
    def path(self) -> str:
        """Return the beginning of every address of the campaign."""
        return f"/{CODE}/{PACK}"


@dataclass(frozen=True)
class _Place:
    area_id: uuid.UUID
    team_id: uuid.UUID
    members: tuple[uuid.UUID, ...]


def build_town(kind: str, folder: Path, size: int) -> Town:
    """Return a new database of `kind` with a town of `size` people (a multiple of `STEP`)."""
    store = Store(new_database(kind, folder, "town"))
    Base.metadata.create_all(store.writer)
    pack, ids = load_pack(shipped_packs()[PACK]), IdSource(seed=1)
    with store.write() as session:
        unit_id = found_unit(session, plan_unit(pack, CODE, kind="thị trấn"), now=FOUNDED_AT, ids=ids)
        campaign_id = open_campaign(session, unit_id, pack, now=FOUNDED_AT).id
        book = open_book(session, unit_id, FOUNDED_AT, ids=ids, pack_hash=pack.hash)
        open_plan(book, campaign_by_id(session, unit_id, campaign_id))
        book.close()
    places = _places(store)
    _people(store, unit_id, places, size)
    _work(store, unit_id, campaign_id, places, size)
    _ledger(store, unit_id, campaign_id, pack.hash)
    _settle(store)
    with store.read() as session:
        unit = session.scalars(select(Unit)).one()
        accounts = {
            login.removeprefix(f"{CODE}-"): key for login, key in session.execute(select(Account.login, Account.id))
        }
    tick_unit(store, LISTED_AT + DAY, ids, unit, worker="bench")
    task_id = _task_with_evidence(store, unit_id, campaign_id, accounts[OWNER], ids)
    tick_unit(store, NOW, ids, unit, worker="bench")
    _past(store)
    _settle(store)
    return Town(store, unit_id, campaign_id, accounts, task_id, size)


def _task_with_evidence(
    store: Store, unit_id: uuid.UUID, campaign_id: uuid.UUID, owner: uuid.UUID, ids: IdSource
) -> uuid.UUID:
    """Start a task as its owner, hand in what it asks for, and return it: its page has something to show."""
    with store.read() as session:
        task_id = session.scalars(select(Task.id).where(Task.unit_id == unit_id, Task.item == TASK)).one()

    def work(book: Book, actor: Actor) -> dict[str, object]:
        context = campaign_by_id(book.session, unit_id, campaign_id)
        move_task(book, context, task_id, "start", actor=actor, state_version=None)
        add_all_evidence(book, context, actor, task_id, TASK, site="https://catthanh.example/ke-hoach")
        return {}

    run_command(store, FixedClock(LISTED_AT + DAY), ids, Sender(unit_id, owner, "start"), {}, work)
    return task_id


def _places(store: Store) -> list[_Place]:
    with store.read() as session:
        rows = session.execute(
            select(Area.id, TeamArea.team_id, Area.code)
            .join(TeamArea, TeamArea.area_id == Area.id)
            .order_by(Area.sort, Area.code)
        ).all()
        pairs = session.execute(
            select(Account.login, Membership.id).join(Membership, Membership.account_id == Account.id)
        )
        members = {row.login: row.id for row in pairs}
    return [
        _Place(row[0], row[1], tuple(members[f"{CODE}-member-t{row[2][1:]}-{n}"] for n in (1, 2, 3))) for row in rows
    ]


def _people(store: Store, unit_id: uuid.UUID, places: list[_Place], size: int) -> None:
    doors = size // PEOPLE_OF_A_DOOR
    each = doors // len(places)
    copy_in(
        store,
        "subjects",
        ("unit_id", "id", "kind", "area_id", "lane", "house_no", "place_sort", "unnamed", "value_version", "created_at"),
        ((unit_id, id_at(HOUSEHOLD, n), "household", places[n // each].area_id, f"Ngõ {n % each // LANE + 1}",
          str(n % LANE + 1), f"{n:08}", False, 1, LISTED_AT) for n in range(doors)),
    )  # fmt: skip
    copy_in(
        store,
        "subjects",
        ("unit_id", "id", "kind", "household_id", "area_id", "name", "name_fold", "name_sort", "birth_on", "relation", "account",
         "unnamed", "value_version", "created_at"),
        _residents(unit_id, places, each, size),
    )  # fmt: skip


def _residents(unit_id: uuid.UUID, places: list[_Place], each: int, size: int) -> Iterator[tuple[Any, ...]]:
    families, women, men = tuple(FAMILY), tuple(GIVEN_FEMALE), tuple(GIVEN_MALE)
    made: dict[str, tuple[str, str]] = {}
    for n in range(size):
        given = women[n * 11 % len(women)] if n % 2 else men[n * 11 % len(men)]
        name = f"{families[n // PEOPLE_OF_A_DOOR * 7 % len(families)]} {'Thị' if n % 2 else 'Văn'} {given}"
        if name not in made:
            made[name] = (fold(name), sort_key(name))
        door = n // PEOPLE_OF_A_DOOR
        relation = ("Chủ hộ", "Vợ", "Con", "Con")[n % PEOPLE_OF_A_DOOR]
        yield (
            unit_id, id_at(PERSON, n), "person", id_at(HOUSEHOLD, door), places[door // each].area_id, name, *made[name],
            str(1950 + n % 55), relation, "activated", False, 1, LISTED_AT,
        )  # fmt: skip


def _work(store: Store, unit_id: uuid.UUID, campaign_id: uuid.UUID, places: list[_Place], size: int) -> None:
    doors = size // PEOPLE_OF_A_DOOR
    each = doors // len(places)
    copy_in(
        store,
        "doors",
        ("unit_id", "id", "campaign_id", "household_id", "area_id", "team_id", "assignee_id", "place_sort", "open_cases",
         "someone_untimed", "attempts", "last_contact", "own_follow_up_at", "follow_up_at", "promised_at", "priority", "version", "state_version", "created_at"),
        (_door(unit_id, campaign_id, n, places[n // each], n % each) for n in range(doors)),
    )  # fmt: skip
    copy_in(
        store,
        "cases",
        ("unit_id", "id", "campaign_id", "track", "subject_id", "door_id", "state", "stage", "is_open", "is_done", "area_id",
         "team_id", "assignee_id", "unnamed", "entered_at", "last_happened_at", "attempts", "last_contact", "next_action_at",
         "version", "state_version", "created_at"),
        (_case(unit_id, campaign_id, n, places[n // PEOPLE_OF_A_DOOR // each], n // PEOPLE_OF_A_DOOR % each) for n in range(size)),
    )  # fmt: skip


def _holder(place: _Place, number: int) -> uuid.UUID:
    return place.members[0] if number < OF_ONE_MEMBER else place.members[1 + number % 2]


def _is_done(door: int) -> bool:
    return door % 10 < 3


def _is_silent(door: int) -> bool:
    return door % SILENT_EACH == SILENT_EACH - 1


def _door(unit_id: uuid.UUID, campaign_id: uuid.UUID, n: int, place: _Place, number: int) -> tuple[Any, ...]:
    back = {5: NOW - 14 * HOUR, 6: NOW + 8 * HOUR, 7: NOW + 2 * DAY}.get(n % 10)
    promised = back if n % 10 in (6, 7) else None
    met = None if _is_silent(n) else MET_AT
    return (
        unit_id, id_at(DOOR, n), campaign_id, id_at(HOUSEHOLD, n), place.area_id, place.team_id, _holder(place, number), f"{n:08}",
        0 if _is_done(n) else PEOPLE_OF_A_DOOR, not _is_done(n), 1 if n % 10 == 5 else 0, met, back, back, promised, 0, 1, 1, LISTED_AT,
    )  # fmt: skip


def _case(unit_id: uuid.UUID, campaign_id: uuid.UUID, n: int, place: _Place, number: int) -> tuple[Any, ...]:
    door = n // PEOPLE_OF_A_DOOR
    done, silent = _is_done(door), _is_silent(door)
    state = "submitted" if done else "activated"
    return (
        unit_id, id_at(CASE, n), campaign_id, "path", id_at(PERSON, n), id_at(DOOR, door), state, state, not done, done,
        place.area_id, place.team_id, _holder(place, number), False, LISTED_AT, LISTED_AT, 0, None if silent or done else MET_AT,
        NOW if silent else None, 1, 1, LISTED_AT,
    )  # fmt: skip


def _ledger(store: Store, unit_id: uuid.UUID, campaign_id: uuid.UUID, pack_hash: str) -> None:
    """Write the `enter` events and the roll-ups that follow from the cases, as sets."""
    shared = "unit_id, campaign_id, track, area_id, team_id, state, stage, unnamed"
    with store.write() as session:
        first = session.execute(text("SELECT ledger_no FROM unit_heads")).scalar_one()
        statements = [
            f"""INSERT INTO events (unit_id, ledger_no, kind, campaign_id, case_id, door_id, version, track, state, stage, area_id,
                    team_id, cause, pack_hash, happened_at, recorded_at)
                SELECT unit_id, {first} + row_number() OVER (ORDER BY id), 'enter', campaign_id, id, door_id, 1, track, state, stage,
                    area_id, team_id, 'roster', '{pack_hash}', entered_at, {LISTED_AT} FROM cases""",
            *(
                f"""INSERT INTO rollups (basis, day, n, {shared})
                    SELECT '{basis}', {LISTED_AT // DAY}, count(*), {shared} FROM cases GROUP BY {shared}"""
                for basis in "rh"
            ),
            f"UPDATE unit_heads SET recorded_at = {LISTED_AT}, ledger_no = {first} + (SELECT count(*) FROM cases)",
        ]
        for statement in statements:
            session.execute(text(statement))


def _past(store: Store) -> None:
    """Leave behind each open episode those of the same rule that were opened and closed on the days before."""
    table = table_of(Escalation)
    with store.read() as session:
        rows = session.execute(select(table)).mappings().all()
    copy_in(store, "escalations", table.columns.keys(), (_closed(row, n) for row in rows for n in range(CLOSED_EACH)))


def _closed(row: Any, number: int) -> tuple[Any, ...]:
    earlier = (number + 1) * DAY
    anchor, due_at, opened_at = (row[name] - earlier for name in ("anchor", "due_at", "opened_at"))
    past = {
        "id": id_of("past", row["id"], number), "anchor": anchor, "due_at": due_at, "opened_at": opened_at, "next_action_at": None,
        "is_open": False, "closed_at": opened_at + HOUR, "closed_because": "resolved",
    }  # fmt: skip
    return tuple({**row, **past}.values())


def _settle(store: Store) -> None:
    """Leave a PostgreSQL as a running one is: pages written, statistics known."""
    if not store.is_sqlite:
        with store.writer.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
