"""The data of the bench: a unit of ten teams and its people, at any size, built once for a database and then copied.

A door in 25 is not alike: of each 25 doors (100 people) two are of people who fall due one a minute from 08:00 on the day of the
sweep, sixteen are of people who fall due two hours later, and seven are of people who have taken part.
"""

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select, text

from bench.rows import copy_in
from rules.pack import Pack, load_pack
from rules.time import HOUR, MINUTE, SECOND, Instant, at
from tests.databases import new_database, server_url
from workflow.actions.found_unit import AreaPlan, PersonPlan, PostPlan, TeamPlan, UnitPlan, found_unit
from workflow.actions.open_campaign import open_campaign
from workflow.ids import IdSource
from workflow.store import Store
from workflow.tables import Account, Area, Base, Membership, TeamArea, Unit

PACK = Path(__file__).parent / "pack"
AREAS = 10
PEOPLE_OF_A_DOOR = 4
GROUP = 25
SMALLEST = AREAS * GROUP * PEOPLE_OF_A_DOOR
ROUNDS_OF_A_GROUP = 2 * PEOPLE_OF_A_DOOR
LISTED_AT = at("2025-05-14 08:00")
"""When the first cases were entered; 48 hours later the first of them fall due."""
LOADED_AT = LISTED_AT + 4 * HOUR
SWEEP_AT = LISTED_AT + 48 * HOUR
VISIT_AT = at("2025-05-15 09:00")


@dataclass(frozen=True)
class Ground:
    """A database ready to be measured, and the ids that both sides need."""

    store: Store
    pack: Pack
    unit: Unit
    campaign_id: uuid.UUID
    account_id: uuid.UUID
    membership_id: uuid.UUID
    size: int

    @property
    def kind(self) -> str:
        """Return `sqlite` or `postgresql`."""
        return "sqlite" if self.store.is_sqlite else "postgresql"


def build(
    kind: str, folder: Path, size: int, *, pack_folder: Path = PACK, tasks: int = 0, name: str = "bench"
) -> Ground:
    """Return a new database of `kind` with `size` cases (a multiple of `SMALLEST`), their doors, people, events and roll-ups.

    It also has so many `tasks`, a multiple of 100: one of each hundred falls due in each of the first minutes of the sweep.
    """
    store = Store(new_database(kind, folder, name))
    Base.metadata.create_all(store.writer)
    pack, ids = load_pack(pack_folder), IdSource(seed=1)
    with store.write() as session:
        unit_id = found_unit(session, _plan(), now=LISTED_AT, ids=ids)
        campaign_id = open_campaign(session, unit_id, pack, now=LISTED_AT).id
    _people(store, unit_id, campaign_id, size)
    _tasks(store, unit_id, campaign_id, tasks)
    _ledger(store, unit_id, pack.hash)
    return ground_of(store, pack, size)


def _plan() -> UnitPlan:
    areas = [AreaPlan(f"A{n}", f"Tổ dân phố {n}") for n in range(AREAS)]
    teams = [TeamPlan(f"T{n}", f"Tổ công tác số {n}", (f"A{n}",)) for n in range(AREAS)]
    posts = [
        PostPlan("member", "member", "Thành viên tổ công tác", "T0", ("an",)),
        *(PostPlan("team_leader", "team_leader", "Tổ trưởng tổ công tác", f"T{n}", ("binh",)) for n in range(AREAS)),
        PostPlan("chair", "chair", "Trưởng ban chỉ đạo", "unit", ("binh",)),
    ]
    return UnitPlan(
        code="bench", name="Phường Thử", kind="phường", areas=areas, teams=teams, posts=posts,
        people=[PersonPlan("an", "Nguyễn Văn An"), PersonPlan("binh", "Trần Thị Bình")], bodies=[], is_demo=True,
    )  # fmt: skip


def id_at(kind: int, number: int) -> uuid.UUID:
    """Return the id of thing `number` of a kind: like a UUIDv7, ids made one after the other lie side by side."""
    return uuid.UUID(int=0x01970000 << 96 | 0x7 << 76 | 0x2 << 62 | kind << 48 | number)


HOUSEHOLD, DOOR, PERSON, CASE, TASK = range(1, 6)


def _people(store: Store, unit_id: uuid.UUID, campaign_id: uuid.UUID, size: int) -> None:
    with store.read() as session:
        rows = session.execute(
            select(Area.id, TeamArea.team_id).join(TeamArea, TeamArea.area_id == Area.id).order_by(Area.code)
        )
        places = [(row[0], row[1]) for row in rows]
    doors = size // PEOPLE_OF_A_DOOR
    columns = (
        "unit_id",
        "id",
        "kind",
        "household_id",
        "area_id",
        "name",
        "account",
        "unnamed",
        "value_version",
        "created_at",
    )
    copy_in(store, "subjects", columns, (
        (unit_id, id_at(HOUSEHOLD, n), "household", None, places[area_of(n)][0], None, None, False, 1, LOADED_AT)
        for n in range(doors)
    ))  # fmt: skip
    copy_in(store, "subjects", columns, (
        (unit_id, id_at(PERSON, n), "person", id_at(HOUSEHOLD, n // 4), places[area_of(n // 4)][0], f"Người {n}",
         "registered", False, 1, LOADED_AT)
        for n in range(size)
    ))  # fmt: skip
    _doors_and_cases(store, unit_id, campaign_id, places, size)


def _doors_and_cases(store: Store, unit_id: uuid.UUID, campaign_id: uuid.UUID, places: list[Any], size: int) -> None:
    copy_in(
        store,
        "doors",
        ("unit_id", "id", "campaign_id", "household_id", "area_id", "team_id", "place_sort", "open_cases", "someone_untimed",
         "attempts", "priority", "version", "state_version", "created_at"),
        ((unit_id, id_at(DOOR, n), campaign_id, id_at(HOUSEHOLD, n), *places[area_of(n)], f"{n:08}",
          0 if is_done(n) else PEOPLE_OF_A_DOOR, not is_done(n), 0, 0, 1, 1, LOADED_AT) for n in range(size // PEOPLE_OF_A_DOOR)),
    )  # fmt: skip
    copy_in(
        store,
        "cases",
        ("unit_id", "id", "campaign_id", "track", "subject_id", "door_id", "state", "stage", "is_open", "is_done", "area_id",
         "team_id", "unnamed", "entered_at", "last_happened_at", "attempts", "next_action_at", "version", "state_version",
         "created_at"),
        _cases(unit_id, campaign_id, places, size),
    )  # fmt: skip


def _cases(unit_id: uuid.UUID, campaign_id: uuid.UUID, places: list[Any], size: int) -> Iterator[tuple[Any, ...]]:
    for n in range(size):
        door = n // PEOPLE_OF_A_DOOR
        done = is_done(door)
        state, entered = "submitted" if done else "registered", entered_at(n)
        yield (
            unit_id, id_at(CASE, n), campaign_id, "path", id_at(PERSON, n), id_at(DOOR, door), state, state, not done, done,
            *places[area_of(door)], False, entered, entered, 0, None if done else entered + 48 * HOUR, 1, 1, LOADED_AT,
        )  # fmt: skip


def _tasks(store: Store, unit_id: uuid.UUID, campaign_id: uuid.UUID, many: int) -> None:
    copy_in(
        store,
        "tasks",
        ("unit_id", "id", "campaign_id", "item", "occurrence", "scope", "is_duty", "label", "clause", "state", "is_open", "opens_at",
         "due_at", "open_predecessors", "is_conditional", "next_action_at", "version", "state_version", "created_at"),
        ((unit_id, id_at(TASK, n), campaign_id, f"task-{n}", "", "unit", False, f"Việc {n}", "mục 4", "planned", True, LISTED_AT,
          task_due_at(n), 0, False, task_due_at(n), 1, 1, LISTED_AT)
         for n in range(many)),
    )  # fmt: skip


def task_due_at(task: int) -> Instant:
    """Return the deadline of a task: like people, one of each hundred has its own in each of the first minutes of the sweep."""
    minute = task % 100
    if minute < ROUNDS_OF_A_GROUP:
        return SWEEP_AT + minute * MINUTE + (task % 59 + 1) * SECOND
    return SWEEP_AT + minute * 24 * HOUR


def area_of(door: int) -> int:
    """Return the number of the area of a door."""
    return door // GROUP % AREAS


def is_done(door: int) -> bool:
    """Whether everybody behind a door has taken part."""
    return door % GROUP >= 18


def is_waiting(door: int) -> bool:
    """Whether everybody behind a door is registered and falls due only after the sweep."""
    return 2 <= door % GROUP < 18


def entered_at(person: int) -> Instant:
    """Return when a person was entered: one of each hundred falls due in each of the first minutes of the sweep."""
    minute = person % (GROUP * PEOPLE_OF_A_DOOR)
    if minute < ROUNDS_OF_A_GROUP:
        return LISTED_AT + minute * MINUTE + (person % 59 + 1) * SECOND
    return LISTED_AT + 2 * HOUR + person % 3600 * SECOND


def _ledger(store: Store, unit_id: uuid.UUID, pack_hash: str) -> None:
    """Write the `enter` events and the roll-ups that follow from the cases, as sets."""
    shared = "unit_id, campaign_id, track, area_id, team_id, state, stage, unnamed"
    statements = [
        f"""INSERT INTO events (unit_id, ledger_no, kind, campaign_id, case_id, door_id, version, track, state, stage, area_id,
                team_id, cause, pack_hash, happened_at, recorded_at)
            SELECT unit_id, row_number() OVER (ORDER BY id), 'enter', campaign_id, id, door_id, 1, track, state, stage, area_id,
                team_id, 'roster', '{pack_hash}', entered_at, {LOADED_AT} FROM cases""",
        *(
            f"""INSERT INTO rollups (basis, day, n, {shared})
                SELECT '{basis}', {LOADED_AT // (24 * HOUR)}, count(*), {shared} FROM cases GROUP BY {shared}"""
            for basis in "rh"
        ),
        f"UPDATE unit_heads SET recorded_at = {LOADED_AT}, ledger_no = (SELECT count(*) FROM cases)",
    ]
    with store.write() as session:
        for statement in statements:
            session.execute(text(statement))


def ground_of(store: Store, pack: Pack, size: int) -> Ground:
    """Return what both sides need to know about a database that was built or copied here."""
    with store.read() as session:
        unit = session.scalars(select(Unit)).one()
        campaign_id = session.execute(text("SELECT id FROM campaigns")).scalar_one()
        account_id = session.scalars(select(Account.id).where(Account.login == "an")).one()
        membership_id = session.scalars(select(Membership.id).where(Membership.account_id == account_id)).one()
    raw = campaign_id if isinstance(campaign_id, uuid.UUID) else uuid.UUID(bytes=bytes(campaign_id))
    return Ground(store, pack, unit, raw, account_id, membership_id, size)


def copy_of(ground: Ground, name: str) -> Ground:
    """Return a copy of a ground in a database of its own, as the file or server has it: the same rows, the same pages."""
    ground.store.dispose()
    url = ground.store.url
    if ground.store.is_sqlite:
        source = Path(str(url.database))
        target = source.with_name(f"{name}.db")
        _checkpoint(source)
        shutil.copyfile(source, target)
        copied = url.set(database=str(target))
    else:
        copied = url.set(database=f"{url.database}_{name}")
        _in_server(f'DROP DATABASE IF EXISTS "{copied.database}" WITH (FORCE)')
        _in_server(f'CREATE DATABASE "{copied.database}" TEMPLATE "{url.database}"')
    return ground_of(Store(copied.render_as_string(hide_password=False)), ground.pack, ground.size)


def settle(ground: Ground) -> None:
    """Leave the database as a running one would be: pages written, statistics known."""
    if not ground.store.is_sqlite:
        engine = create_engine(ground.store.writer.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
        engine.dispose()


def discard(ground: Ground) -> None:
    """Close and remove the database."""
    ground.store.dispose()
    if ground.store.is_sqlite:
        for file in Path(str(ground.store.url.database)).parent.glob(
            f"{Path(str(ground.store.url.database)).stem}.db*"
        ):
            file.unlink()
    else:
        _in_server(f'DROP DATABASE IF EXISTS "{ground.store.url.database}" WITH (FORCE)')


def _checkpoint(file: Path) -> None:
    store = Store(f"sqlite:///{file}")
    with store.writer.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    store.dispose()


def _in_server(statement: str) -> None:
    admin = create_engine(server_url(), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(statement))
    admin.dispose()
