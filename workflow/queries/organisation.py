"""The teams, areas, bodies and posts of a unit, as its administrator keeps them. Everybody else finds nothing here."""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor, of_the_unit
from workflow.days import as_date
from workflow.errors import NotFound
from workflow.queries.campaigns import campaigns_of
from workflow.queries.in_whose_name import ABSENT, ABSENT_NAME, stood_in, who_did
from workflow.tables import Area, Body, Membership, Post, PostHolding, Team, TeamArea, table_of

_members, _posts, _holdings = (table_of(model) for model in (Membership, Post, PostHolding))
_areas, _teams, _bodies, _works = (table_of(model) for model in (Area, Team, Body, TeamArea))


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team: the areas it works, who leads it, how many members it has."""

    id: uuid.UUID
    code: str
    name: str
    areas: tuple[str, ...]
    leaders: tuple[str, ...]
    members: int
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area and the team that works it."""

    id: uuid.UUID
    code: str
    name: str
    kind: str
    team_id: uuid.UUID | None
    team: str | None
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class BodyRow:
    """An office, union or committee and who holds a post there."""

    id: uuid.UUID
    code: str
    name: str
    kind: str
    counts_staff: bool
    people: tuple[str, ...]
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class PostChoice:
    """A post that can be given: `code` and `scope` name it; `place` is None at the unit itself."""

    code: str
    scope: str
    role: str
    label: str
    place: str | None


@dataclass(frozen=True, slots=True)
class Places:
    """Teams, areas and bodies in printed order; `closed` has those that were closed, each with its day."""

    teams: list[TeamRow]
    areas: list[AreaRow]
    bodies: list[BodyRow]
    closed: "Places | None" = None

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.teams) + len(self.areas) + len(self.bodies)


def require_administrating(actor: Actor) -> None:
    """Raise NotFound for who does not administer the unit: its accounts are nobody else's to see."""
    if not any(post.role == "administrator" and of_the_unit(post) for post in actor.posts):
        raise NotFound


def places_of_unit(session: Session, actor: Actor, *, now: Instant) -> Places:
    """Return the unit's teams, areas and bodies. Raises NotFound for who is no administrator."""
    require_administrating(actor)
    unit = actor.unit_id
    live = (_works.c.unit_id == unit, _works.c.to_at.is_(None))
    works = {row.area_id: row.team_id for row in session.execute(select(_works).where(*live))}
    holders = _holders(session, unit, now)
    areas = session.execute(select(_areas).where(_areas.c.unit_id == unit).order_by(_areas.c.sort, _areas.c.code)).all()
    teams = session.execute(select(_teams).where(_teams.c.unit_id == unit).order_by(_teams.c.sort, _teams.c.code)).all()
    bodies = session.execute(select(_bodies).where(_bodies.c.unit_id == unit).order_by(_bodies.c.code)).all()
    names = {team.id: team.name for team in teams}
    found = Places(
        teams=[
            TeamRow(
                team.id,
                team.code,
                team.name,
                tuple(area.name for area in areas if works.get(area.id) == team.id),
                tuple(holders[team.id, "team_leader"]),
                len(holders[team.id, "member"]),
                _day(team.valid_to),
            )
            for team in teams
        ],
        areas=[
            AreaRow(
                area.id, area.code, area.name, area.kind, works.get(area.id), names.get(works.get(area.id)), _day(area.valid_to),
            )
            for area in areas
        ],
        bodies=[
            BodyRow(
                body.id, body.code, body.name, body.kind, body.counts_staff, tuple(holders[body.id, None]), _day(body.valid_to)
            )
            for body in bodies
        ],
    )  # fmt: skip
    return replace(_only(found, closed=False), closed=_only(found, closed=True))


def _day(number: int | None) -> date | None:
    return None if number is None else as_date(number)


def _only(found: Places, *, closed: bool) -> Places:
    return Places(
        [team for team in found.teams if (team.closed_on is not None) == closed],
        [area for area in found.areas if (area.closed_on is not None) == closed],
        [body for body in found.bodies if (body.closed_on is not None) == closed],
    )


def closed_scopes(session: Session, unit_id: uuid.UUID) -> set[str]:
    """Return the codes of the unit's teams, areas and bodies that were closed: no post is given there."""
    tables = (_teams, _areas, _bodies)
    return {
        code
        for table in tables
        for code in session.scalars(
            select(table.c.code).where(table.c.unit_id == unit_id, table.c.valid_to.is_not(None))
        )
    }


def posts_to_give(session: Session, actor: Actor) -> list[PostChoice]:
    """Return the posts that can be given: those of the unit, and those its campaigns know for each team, area and body that is open.

    At the unit first, then by place in printed order. Raises NotFound for who is no administrator.
    """
    require_administrating(actor)
    places, closed = place_names(session, actor.unit_id), closed_scopes(session, actor.unit_id)
    known = session.execute(select(_posts.c.code, _posts.c.scope, _posts.c.role, _posts.c.label).where(_posts.c.unit_id == actor.unit_id))  # fmt: skip
    choices = {
        (row.code, row.scope): PostChoice(row.code, row.scope, row.role, row.label, places.get(row.scope))
        for row in known
        if row.scope not in closed
    }
    scopes = _scopes_by_kind(session, actor.unit_id)
    for context in campaigns_of(session, actor.unit_id):
        for post in context.pack.posts.values():
            for scope in scopes.get(post.per, ("unit",)):
                choice = PostChoice(post.id, scope, post.role, post.label.vi, places.get(scope))
                choices.setdefault((post.id, scope), choice)
    order = {scope: n for n, scope in enumerate(places)}
    return sorted(choices.values(), key=lambda one: (order.get(one.scope, -1), one.label, one.code))


def _holders(session: Session, unit_id: uuid.UUID, now: Instant) -> Mapping[tuple[uuid.UUID, str | None], list[str]]:
    """Return names by place and role, and by body whatever the role."""
    rows = session.execute(
        select(_members.c.name, ABSENT_NAME, _posts.c.role, _posts.c.team_id, _posts.c.body_id)
        .select_from(_holdings)
        .join(_posts, and_(_posts.c.unit_id == _holdings.c.unit_id, _posts.c.id == _holdings.c.post_id))
        .join(_members, and_(_members.c.unit_id == _holdings.c.unit_id, _members.c.id == _holdings.c.membership_id))
        .outerjoin(ABSENT, stood_in(_holdings))
        .where(
            _holdings.c.unit_id == unit_id, *live_holding(now), or_(_members.c.to_at.is_(None), _members.c.to_at > now),
        )
        .order_by(_members.c.name_sort)
    )  # fmt: skip
    found: dict[tuple[uuid.UUID, str | None], list[str]] = defaultdict(list)
    for row in rows:
        if row.team_id is not None:
            found[row.team_id, row.role].append(who_did(row.name, row.absent))
        if row.body_id is not None:
            found[row.body_id, None].append(who_did(row.name, row.absent))
    return found


def team_names(session: Session, unit_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Return the names of a unit's teams by id, in printed order."""
    rows = session.execute(
        select(_teams.c.id, _teams.c.name).where(_teams.c.unit_id == unit_id).order_by(_teams.c.sort, _teams.c.code)
    )
    return {row.id: row.name for row in rows}


def live_holding(now: Instant) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on `post_holdings` that hold for a post held now."""
    return _holdings.c.from_at <= now, or_(_holdings.c.to_at.is_(None), _holdings.c.to_at > now)


def place_names(session: Session, unit_id: uuid.UUID) -> dict[str, str]:
    """Return the names of a unit's places by code: bodies, teams, areas, each in printed order."""
    names: dict[str, str] = {}
    for table, order in ((_bodies, _bodies.c.code), (_teams, _teams.c.sort), (_areas, _areas.c.sort)):
        rows = session.execute(
            select(table.c.code, table.c.name).where(table.c.unit_id == unit_id).order_by(order, table.c.code)
        )
        names |= {row.code: row.name for row in rows}
    return names


def _scopes_by_kind(session: Session, unit_id: uuid.UUID) -> Mapping[str, list[str]]:
    kinds = {"team": _teams, "area": _areas, "body": _bodies}
    return {
        kind: list(session.scalars(select(table.c.code).where(table.c.unit_id == unit_id, table.c.valid_to.is_(None))))
        for kind, table in kinds.items()
    }
