"""A small world for tests: a unit with two areas and teams, a campaign from a real pack, people by their logins.

Builders say only what matters: `world.visit("an", door, took_part=[person])`. Time is a clock that the test moves.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select

from rules.pack import Pack, load_pack
from rules.time import Instant, at
from workflow.access import Actor, actor_by_login
from workflow.actions.command import Sender, run_command
from workflow.actions.found_unit import AreaPlan, BodyPlan, PersonPlan, PostPlan, TeamPlan, UnitPlan, found_unit
from workflow.actions.open_campaign import open_campaign
from workflow.actions.record_visit import Finding, VisitReport, record_visit
from workflow.clock import FixedClock
from workflow.ids import IdSource
from workflow.ledger.book import Book, open_book
from workflow.queries.campaigns import CampaignContext, campaign_by_id
from workflow.store import Store
from workflow.sweeps.tick import TickReport, tick
from workflow.tables import Account, Base, Case, Door, Event, Run, Subject

PACKS = Path(__file__).parents[2] / "rules" / "packs"

PEOPLE = {
    "an": "Nguyễn Văn An",
    "binh": "Trần Thị Bình",
    "cuong": "Lê Văn Cường",
    "dung": "Phạm Thị Dung",
    "em": "Vũ Văn Em",
    "giang": "Hoàng Thị Giang",
    "hai": "Đỗ Văn Hải",
    "khanh": "Ngô Thị Khánh",
}


def posts() -> list[PostPlan]:
    """Two teams of a leader and members, and one post of each role above them."""
    return [
        PostPlan("team_leader", "team_leader", "Tổ trưởng tổ công tác", "T1", ("an",)),
        PostPlan("member", "member", "Thành viên tổ công tác", "T1", ("binh", "cuong")),
        PostPlan("team_leader", "team_leader", "Tổ trưởng tổ công tác", "T2", ("dung",)),
        PostPlan("member", "member", "Thành viên tổ công tác", "T2", ("em",)),
        PostPlan("duty_leader", "duty_leader", "Lãnh đạo phụ trách địa bàn", "A1", ("giang",)),
        PostPlan("coordinator", "coordinator", "Đầu mối tổng hợp", "unit", ("hai",)),
        PostPlan("chair", "chair", "Trưởng ban chỉ đạo", "unit", ("khanh",)),
    ]


def plan(code: str = "thu") -> UnitPlan:
    """The unit of most tests."""
    return UnitPlan(
        code=code,
        name="Thị trấn Thử Nghiệm",
        kind="thị trấn",
        areas=[AreaPlan("A1", "Tổ dân phố 1"), AreaPlan("A2", "Tổ dân phố 2")],
        teams=[TeamPlan("T1", "Tổ công tác số 1", ("A1",)), TeamPlan("T2", "Tổ công tác số 2", ("A2",))],
        posts=posts(),
        people=[PersonPlan(login, name) for login, name in PEOPLE.items()],
        bodies=[BodyPlan("office", "Văn phòng – Thống kê", counts_staff=True)],
        is_demo=True,
    )


class World:
    """One store with one unit and one campaign, and a clock."""

    def __init__(
        self, store: Store, pack: Pack, *, starts: str = "2025-05-14 08:00", code: str = "thu", seed: int = 1
    ) -> None:
        self.store, self.pack, self.code = store, pack, code
        self.clock = FixedClock(at(starts))
        self.ids = IdSource(seed=seed)
        with store.write() as session:
            self.unit_id = found_unit(session, plan(code), now=self.clock.now(), ids=self.ids)
            self.campaign_id = open_campaign(session, self.unit_id, pack, now=self.clock.now()).id
        self._keys = 0

    @contextmanager
    def book(self) -> Iterator[tuple[Book, CampaignContext]]:
        """Open the unit's ledger at the clock's instant, for a rule or roster (no person)."""
        with self.store.write() as session:
            book = open_book(session, self.unit_id, self.clock.now(), ids=self.ids, pack_hash=self.pack.hash)
            yield book, campaign_by_id(session, self.unit_id, self.campaign_id)
            book.close()

    def go_to(self, text: str) -> Instant:
        """Move the clock and return the instant."""
        self.clock.move_to(at(text))
        return self.clock.now()

    def account(self, login: str) -> uuid.UUID:
        """Return the id of an account."""
        with self.store.read() as session:
            return session.execute(select(Account.id).where(Account.login == login)).scalar_one()

    def actor(self, login: str) -> Actor:
        """Return somebody with the posts held at the clock's instant."""
        with self.store.read() as session:
            return actor_by_login(session, self.unit_id, login, now=self.clock.now())

    def context(self) -> CampaignContext:
        """Return the campaign."""
        with self.store.read() as session:
            return campaign_by_id(session, self.unit_id, self.campaign_id)

    def command(
        self, login: str, work: Any, *, key: str | None = None, request: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Carry out `work(book, context, actor)` as a command of somebody; without a key it gets a new one."""
        self._keys += 1
        sender = Sender(self.unit_id, self.account(login), key or f"key-{self._keys}")

        def in_book(book: Book, actor: Actor) -> dict[str, Any]:
            context = campaign_by_id(book.session, self.unit_id, self.campaign_id)
            book.pack_hash = context.pack.hash
            return dict(work(book, context, actor))

        return run_command(self.store, self.clock, self.ids, sender, request or {"n": self._keys}, in_book)

    def rows(self, model: Any, *conditions: Any) -> list[Any]:
        """Return rows of a table of this unit."""
        with self.store.read() as session:
            statement = select(model).where(model.unit_id == self.unit_id, *conditions)
            return list(session.scalars(statement.order_by(*model.__table__.primary_key.columns)))

    def case(self, case_id: uuid.UUID) -> Case:
        """Return a case as it is now."""
        return self.rows(Case, Case.id == case_id)[0]

    def door(self, door_id: uuid.UUID) -> Door:
        """Return a door as it is now."""
        return self.rows(Door, Door.id == door_id)[0]

    def events(self, *conditions: Any) -> list[Event]:
        """Return events in ledger order."""
        return self.rows(Event, *conditions)

    def household(
        self,
        people: list[str | tuple[str, str]],
        *,
        area: str = "A1",
        lane: str = "Ngõ 1",
        house: str = "1",
        tracks: tuple[str, ...] = (),
    ) -> tuple[uuid.UUID, list[uuid.UUID]]:
        """Put a household on the list with people (name, or name and listed account); return its door and cases.

        `tracks` are others beside the main one; a person's cases follow each other. The shortest honest way in: the same entering that a roster uses.
        """
        from tests.workflow.entering import enter_household

        return enter_household(self, people, area=area, lane=lane, house=house, tracks=tracks)

    def visit(
        self,
        login: str,
        door: uuid.UUID,
        *findings: Finding | str,
        happened: str | Instant | None = None,
        key: str | None = None,
        request: dict[str, Any] | None = None,
        **report: Any,
    ) -> dict[str, Any]:
        """Record a visit as a command of somebody. A finding that is only a name is for the whole door."""
        moment = at(happened) if isinstance(happened, str) else happened or self.clock.now()
        told = tuple(Finding(item) if isinstance(item, str) else item for item in findings)
        visit = VisitReport(door_id=door, happened_at=moment, findings=told, **report)
        return self.command(
            login, lambda book, context, actor: record_visit(book, context, actor, visit), key=key, request=request
        )

    def tick(self, worker: str = "test") -> TickReport:
        """Run one tick of this unit at the clock's instant."""
        return tick(self.store, self.clock, self.ids, units=[self.code], worker=worker)[0]

    def rows_of_runs(self) -> list[Run]:
        """Return the runs of the clock over this unit, in the order they were recorded."""
        with self.store.read() as session:
            return list(session.scalars(select(Run).where(Run.unit_id == self.unit_id).order_by(Run.id)))

    def names(self) -> dict[uuid.UUID, str | None]:
        """Return the names of subjects by id."""
        return {subject.id: subject.name for subject in self.rows(Subject)}


def new_world(
    url: str, pack: str = "cat-thanh-2025", *, folder: Path = PACKS, starts: str = "2025-05-14 08:00"
) -> World:
    """Make the tables in an empty database and a world in it."""
    store = Store(url)
    Base.metadata.create_all(store.writer)
    return World(store, load_pack(folder / pack), starts=starts)
