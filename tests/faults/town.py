"""A small town for faults: people of an imported roster, and the items that members, the office and clocks would bring."""

import time
import uuid
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import select, text

from rules.time import MINUTE, Instant, at
from tests.faults.proof import Rows, assert_sound, rows_of, stored_answers
from tests.faults.victims import NAME
from tests.faults.work import Answer, Item, Where, do, import_item, tick_item, visit_item, void_item
from tests.workflow.world import new_world
from workflow.demo.people import Household, make_population
from workflow.demo.rosters import write_roster
from workflow.tables import Case, Door, Team, table_of
from workflow.vault import Vault

_ALIVE = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = :name AND datname = current_database()")
LISTED, STARTS = "2025-05-14 09:00", "2025-05-15 08:00"
AREAS = ("Tổ dân phố 1", "Tổ dân phố 2")

OUTCOMES = {
    "activated": ("took_part", "card_expired", "not_taking_part", "needs_help"),
    "registered": ("activated_and_took_part", "activated_now", "not_met"),
    "no_account": ("registered_now", "moved_out", "sent_to_support"),
}
"""What a visit may find, by the state of the person: each writes to other tables."""


@dataclass
class Home:
    """A door of the first area, and its people on the main track with their states, in the order of their ids."""

    door: uuid.UUID
    people: list[tuple[uuid.UUID, str]] = field(default_factory=list)


def households(seed: str, people: int, areas: tuple[str, ...] = AREAS) -> list[Household]:
    """Return invented households with accounts of every kind."""
    weights = {"activated": 5.0, "registered": 3.0, "none": 2.0}
    return make_population(seed, areas, people, accounts=weights)  # type: ignore[arg-type]


def roster_file(path: Path, listed: list[Household]) -> Path:
    """Write a list of everybody in `listed`, with their areas and accounts."""
    write_roster(path, listed, unit_name="Thị trấn Thử Nghiệm", as_of=date(2025, 5, 14))
    return path


class Town:
    """One unit in one database. Made twice in one folder it is the same town, down to the ids."""

    def __init__(self, url: str, folder: Path, *, people: int = 24) -> None:
        self.url = url
        self.world = new_world(url, starts="2025-05-14 08:00")
        self.store, self.unit_id = self.world.store, self.world.unit_id
        keys = folder / "keys.json"
        self.vault = Vault.open(keys) if keys.exists() else Vault.create(keys)
        self.where = Where(self.unit_id.hex, self.world.code, self.world.campaign_id.hex, str(keys))
        self.member, self.coordinator = self.world.account("binh"), self.world.account("hai")
        listed = folder / "listed.xlsx"
        if not listed.exists():
            roster_file(listed, households("nhà", people))
        self.do(self.roster(listed, when=LISTED, seed=1))
        self.homes = self._homes()

    def _homes(self) -> list[Home]:
        """Return the doors of the member's own team, in walking order."""
        cases, doors = table_of(Case), table_of(Door)
        track, team = self.world.context().pack.main_track.id, self._team()
        homes: dict[uuid.UUID, Home] = {}
        with self.store.read() as session:
            statement = (
                select(cases.c.door_id, cases.c.id, cases.c.state)
                .join(doors, (doors.c.unit_id == cases.c.unit_id) & (doors.c.id == cases.c.door_id))
                .where(cases.c.unit_id == self.unit_id, cases.c.track == track, doors.c.team_id == team)
                .order_by(doors.c.place_sort, doors.c.id, cases.c.id)
            )
            for row in session.execute(statement):
                homes.setdefault(row.door_id, Home(row.door_id)).people.append((row.id, row.state))
        return list(homes.values())

    def _team(self) -> uuid.UUID:
        return uuid.UUID(hex=next(team.id.hex for team in self.world.rows(Team) if team.code == "T1"))

    def visits(self, count: int, *, starts: str = STARTS) -> list[Item]:
        """Return visits a minute apart: every door once, each person found in another way, then the same doors, nobody home."""
        return [self._visit(number, at(starts) + number * MINUTE) for number in range(count)]

    def _visit(self, number: int, moment: Instant) -> Item:
        home = self.homes[number % len(self.homes)]
        findings: list[tuple[str, uuid.UUID | None]] = [("nobody_home", None)]
        if number < len(self.homes):
            ways = ((number + place, case, OUTCOMES[state]) for place, (case, state) in enumerate(home.people))
            findings = [(outcomes[turn % len(outcomes)], case) for turn, case, outcomes in ways]
        return visit_item(self.member, home.door, findings, at=moment, seed=1000 + number)

    def void(self, ledger_no: int, *, when: str, seed: int = 4000) -> Item:
        """Return the member's voiding of their own event."""
        return void_item(self.member, ledger_no, at=at(when), seed=seed)

    def tick(self, when: str, seed: int = 2000) -> Item:
        """Return a tick at an instant."""
        return tick_item(at=at(when), seed=seed)

    def roster(self, path: Path, *, when: str = STARTS, seed: int = 3000) -> Item:
        """Return the import of a file by the coordinator."""
        return import_item(self.coordinator, path, at=at(when), seed=seed)

    def do(self, item: Item) -> Answer:
        """Do an item here, undisturbed."""
        return do(self.store, self.where, item)

    def rows(self, *but: str) -> Rows:
        """Return all rows of the unit, without the tables `but`."""
        return rows_of(self.store, self.unit_id, but=frozenset(but))

    def wait_for_the_dead(self) -> None:
        """Wait until the server has noticed that its dead clients are dead; SQLite has no server to wait for."""
        if self.store.is_sqlite:
            return
        limit = time.monotonic() + 20
        while time.monotonic() < limit:
            with self.store.read() as session:
                if not session.scalar(_ALIVE, {"name": NAME}):
                    return
            time.sleep(0.005)
        raise AssertionError("PostgreSQL vẫn giữ kết nối của tiến trình đã chết")

    def answers(self) -> dict[str, Answer]:
        """Return stored answers of commands by key."""
        return stored_answers(self.store, self.unit_id)

    def assert_sound(self) -> None:
        """Fail if any invariant is broken."""
        assert_sound(self.store, self.unit_id, self.vault)

    def close(self) -> None:
        """Let go of the database."""
        self.store.dispose()
