"""A small town with teams, areas, bodies and posts, on both databases, to open plans in. Every test has a unit of its own."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from rules.pack import Pack, load_pack, shipped_packs
from rules.time import Instant, at
from tests.databases import new_database
from workflow.access import Actor, Held
from workflow.ids import IdSource
from workflow.ledger import Book, open_book
from workflow.queries.campaigns import CampaignContext
from workflow.store import Store
from workflow.tables import (
    Account,
    Area,
    Base,
    Body,
    Campaign,
    Event,
    Membership,
    PackVersion,
    Post,
    Task,
    Team,
    TeamArea,
    Unit,
    UnitHead,
)

IDS = IdSource(seed=20250515)


@cache
def cat_thanh() -> Pack:
    """The town's real plan."""
    return load_pack(shipped_packs()["cat-thanh-2025"])


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """An empty database of each kind with all tables."""
    store = Store(new_database(request.param, tmp_path_factory.mktemp("db"), "plan"))
    Base.metadata.create_all(store.writer)
    yield store
    store.dispose()


@dataclass
class Town:
    """A unit with its campaign. `write` runs a piece of work in one transaction with an open book."""

    store: Store
    campaign: CampaignContext
    member_id: uuid.UUID
    posts: dict[tuple[str, str], uuid.UUID]
    bodies: dict[str, uuid.UUID]
    teams: dict[str, uuid.UUID]

    @property
    def unit_id(self) -> uuid.UUID:
        return self.campaign.unit_id

    @property
    def everybody(self) -> Actor:
        """The one member, holding every post of the town at once: for tests that are not about who may."""
        return self.holding(*self.posts)

    def holding(self, *keys: tuple[str, str]) -> Actor:
        """The one member, holding just these posts (code and scope)."""
        with self.store.read() as session:
            known = {
                (row.code, row.scope): row for row in session.scalars(select(Post).where(Post.unit_id == self.unit_id))
            }
        rows = [known[key] for key in keys]
        held = (Held(r.id, r.code, r.role, r.label, r.team_id, r.area_id, r.body_id, None) for r in rows)
        return Actor(self.unit_id, uuid.UUID(int=0), self.member_id, "Đầu Mối", tuple(held))

    def colleague(self, *keys: tuple[str, str]) -> Actor:
        """Somebody else than the one member, holding just these posts: for reading what a second person may."""
        return replace(self.holding(*keys), membership_id=uuid.UUID(int=7))

    def write(
        self, now: str | Instant, work: Callable[[Book], Any], *, by_rule: bool = False, by: Actor | None = None
    ) -> Any:
        """Run `work(book)` at `now` as the one member, or `by` somebody else, and commit; everything is rolled back if it raises."""
        instant = at(now) if isinstance(now, str) else now

        def transaction(session: Session) -> Any:
            book = open_book(
                session,
                self.unit_id,
                instant,
                ids=IDS,
                actor_id=None if by_rule else by.membership_id if by else self.member_id,
            )
            answer = work(book)
            book.close()
            return answer

        return self.store.run(transaction)

    def task(self, item: str, scope: str = "unit", occurrence: str = "") -> Task:
        """The task's row as it is now."""
        with self.store.read() as session:
            return session.scalars(
                select(Task).where(
                    Task.unit_id == self.unit_id,
                    Task.campaign_id == self.campaign.id,
                    Task.item == item,
                    Task.scope == scope,
                    Task.occurrence == occurrence,
                )
            ).one()

    def events(self, about_id: uuid.UUID | None = None, kind: str = "task") -> list[Event]:
        """Events of the unit in ledger order."""
        with self.store.read() as session:
            statement = select(Event).where(Event.unit_id == self.unit_id, Event.kind == kind)
            if about_id is not None:
                statement = statement.where(Event.about_id == about_id)
            return list(session.scalars(statement.order_by(Event.ledger_no)))

    def count(self, table: type[Base], **where: Any) -> int:
        """How many rows of the unit there are."""
        columns = [getattr(table, name) == value for name, value in where.items()]
        with self.store.read() as session:
            statement = select(func.count()).select_from(table).where(table.unit_id == self.unit_id, *columns)  # type: ignore[attr-defined]
            return session.scalar(statement) or 0


@dataclass
class Figures:
    """Figures that a test tells: (figure, team or None) → the value from an instant on. Nothing told is unknown."""

    told: dict[tuple[str, str | None], list[tuple[Instant, int]]] = field(default_factory=dict)
    asked: int = 0

    def tell(self, figure: str, value: int, since: str, team: str | None = None) -> None:
        """From `since` on (what happened at that instant), `figure` is `value`."""
        self.told.setdefault((figure, team), []).append((at(since), value))

    def __call__(self, figure: str, scope: Any, as_of: Instant, *, ledger_no: int | None = None) -> int | None:
        self.asked += 1
        history = self.told.get((figure, scope.get("team")), [])
        return next((value for since, value in sorted(history, reverse=True) if since < as_of), None)


@pytest.fixture
def figures() -> Figures:
    """No figure is known yet."""
    return Figures()


@pytest.fixture
def town(store: Store) -> Town:
    """Three teams under the real plan of the town, from 14/5/2025."""
    return a_town(store, cat_thanh(), teams=3)


def a_town(store: Store, pack: Pack, *, teams: int, formed: str = "2025-05-14 08:00") -> Town:
    """Build a unit with `teams` teams, one area each, the bodies and posts of `pack`, and its campaign."""
    with store.write() as session:
        return _build(session, store, pack, teams, at(formed))


def _build(session: Session, store: Store, pack: Pack, teams: int, now: Instant) -> Town:
    unit, campaign, account, member = (IDS.new(now) for _ in range(4))
    session.execute(
        insert(Unit).values(
            id=unit, code=f"dv-{unit.hex}", name="Thị trấn Thử", kind="thị trấn", valid_from=0, is_demo=True,
            clock_offset=0, created_at=now,
        )
    )  # fmt: skip
    session.execute(insert(UnitHead).values(unit_id=unit, ledger_no=0, recorded_at=0, seal_no=0, sealed_no=0))
    session.execute(
        insert(Account).values(id=account, login=account.hex, name="Đầu Mối", locale="vi", created_at=now, version=1)
    )
    session.execute(
        insert(Membership).values(
            unit_id=unit, id=member, account_id=account, name="Đầu Mối", name_sort="moi dau", from_at=now, version=1
        )
    )
    if session.get(PackVersion, pack.hash) is None:
        session.execute(
            insert(PackVersion).values(
                hash=pack.hash, pack=pack.id, version=pack.version, files=dict(pack.files), published_at=now
            )
        )
    head = pack.model.pack
    session.execute(
        insert(Campaign).values(
            unit_id=unit, id=campaign, code=pack.id, pack=pack.id, pack_hash=pack.hash, name=head.label.vi,
            purpose=head.purpose, legal_basis=head.legal_basis.text, starts_at=pack.span.opens_at,
            ends_at=pack.span.closes_at, parameters={}, created_at=now, version=1,
        )
    )  # fmt: skip
    context = CampaignContext(unit, campaign, pack.id, head.label.vi, pack.span.opens_at, pack.span.closes_at, pack, {})
    town = Town(store, context, member, {}, {}, {})
    _add_bodies(session, town, pack)
    areas = [_add_team(session, town, number, now) for number in range(1, teams + 1)]
    _add_posts(session, town, pack, areas)
    return town


def _add_bodies(session: Session, town: Town, pack: Pack) -> None:
    for body in pack.model.pack.bodies:
        town.bodies[body.id] = IDS.new(0)
        session.execute(
            insert(Body).values(
                unit_id=town.unit_id, id=town.bodies[body.id], code=body.id, name=body.label.vi, kind=body.kind,
                counts_staff=body.counts_staff,
            )
        )  # fmt: skip


def _add_team(session: Session, town: Town, number: int, now: Instant) -> str:
    team, area, unit = IDS.new(0), IDS.new(0), town.unit_id
    code = f"to-{number}"
    town.teams[code] = team
    session.execute(insert(Team).values(unit_id=unit, id=team, code=code, name=f"Tổ công tác {number}", sort=number))
    session.execute(
        insert(Area).values(
            unit_id=unit, id=area, code=f"tdp-{number}", name=f"Tổ dân phố {number}", kind="tổ dân phố", sort=number, valid_from=0
        )
    )  # fmt: skip
    session.execute(insert(TeamArea).values(unit_id=unit, id=IDS.new(0), team_id=team, area_id=area, from_at=now))
    return f"tdp-{number}"


def form_team(town: Town, number: int, since: str) -> str:
    """Add a team with its area and leader in mid-campaign and return its code."""
    with town.store.write() as session:
        _add_team(session, town, number, at(since))
        code = f"to-{number}"
        _post(session, town, "team_leader", "team_leader", "Tổ trưởng tổ công tác", code, team_id=town.teams[code])
    return code


def _add_posts(session: Session, town: Town, pack: Pack, areas: list[str]) -> None:
    for post in pack.model.pack.posts:
        scopes = {"team": list(town.teams), "area": areas, "body": list(town.bodies)}.get(post.per, ["unit"])
        for scope in scopes:
            team = town.teams.get(scope) if post.per == "team" else None
            _post(session, town, post.id, post.role, post.label.vi, scope, team_id=team)


def _post(session: Session, town: Town, code: str, role: str, label: str, scope: str, **ids: Any) -> None:
    post = town.posts[code, scope] = IDS.new(0)
    session.execute(
        insert(Post).values(unit_id=town.unit_id, id=post, code=code, role=role, label=label, scope=scope, **ids)
    )
