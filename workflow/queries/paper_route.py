"""Doors in walking order, with the people still to be met: what a route on paper is made from.

Only people who are still open stand on a sheet. Whoever is finished, by whichever way, and whoever cannot be met is left out alike, so
no sheet tells those ways apart.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from rules.pack import TrackRules
from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor, Held, scope_of_doors
from workflow.queries.campaigns import CampaignContext
from workflow.queries.door_list import as_seen
from workflow.tables import Area, Case, Door, Membership, Post, PostHolding, Subject, Team

UNNAMED: Final = "(chưa rõ họ tên)"
NO_LANE: Final = ""


@dataclass(frozen=True, slots=True)
class RouteWish:
    """Which doors a route takes: of an area (its code), a lane of it, and whose. Everything left out means: all in scope.

    A member walks their own doors, with `also_free` those of the team that nobody holds; a leader may name the `member` who walks.
    """

    team: str | None = None
    area: str | None = None
    lane: str | None = None
    member: uuid.UUID | None = None
    also_free: bool = False


@dataclass(frozen=True, slots=True)
class OwnTeam:
    """A team of somebody's own, and the post they hold there."""

    code: str
    name: str
    post: Held


@dataclass(frozen=True, slots=True)
class PersonToMeet:
    """An open case of the main track: whom a visitor looks for."""

    case_id: uuid.UUID
    subject_id: uuid.UUID
    name: str
    label: Label | str


@dataclass(frozen=True, slots=True)
class RouteDoor:
    """A door with its place and the people still to be met there."""

    id: uuid.UUID
    area: str
    area_name: str
    lane: str
    house_no: str
    attempts: int
    promised_at: Instant | None
    people: tuple[PersonToMeet, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane of an area with how many doors of it still need somebody."""

    area: str
    area_name: str
    lane: str
    doors: int


def doors_on_route(
    session: Session, actor: Actor, context: CampaignContext, post: Held, wish: RouteWish, *, limit: int
) -> list[RouteDoor]:
    """Return the doors of a route that `post` may print, in walking order, with whom to meet; at most `limit`."""
    statement = (
        select(
            Door.id, Area.code, Area.name, Subject.lane, Subject.house_no, Door.attempts, Door.promised_at,
        )
        .join(Area, and_(Area.unit_id == Door.unit_id, Area.id == Door.area_id))
        .join(Subject, and_(Subject.unit_id == Door.unit_id, Subject.id == Door.household_id))
        .where(*_wanted(actor, context, post, wish))
        .order_by(Area.sort, Area.code, Door.place_sort, Door.id)
        .limit(limit)
    )  # fmt: skip
    rows = session.execute(statement).all()
    people = people_to_meet(session, context, [row[0] for row in rows])
    return [
        RouteDoor(door, area, name, lane or NO_LANE, house or "", attempts, promised, tuple(people[door]))
        for door, area, name, lane, house, attempts, promised in rows
        if door in people
    ]


def count_doors_on_route(session: Session, actor: Actor, context: CampaignContext, post: Held, wish: RouteWish) -> int:
    """Return how many doors `doors_on_route` would take without a limit."""
    statement = (
        select(func.count(Door.id))
        .join(Area, and_(Area.unit_id == Door.unit_id, Area.id == Door.area_id))
        .join(Subject, and_(Subject.unit_id == Door.unit_id, Subject.id == Door.household_id))
        .where(*_wanted(actor, context, post, wish))
    )
    return session.scalar(statement) or 0


def lanes_on_route(session: Session, actor: Actor, context: CampaignContext, post: Held) -> list[Lane]:
    """Return the lanes with doors that `post` may print, in walking order: the choices of a form."""
    statement = (
        select(Area.code, Area.name, Subject.lane, func.count(Door.id), func.min(Door.place_sort))
        .join(Area, and_(Area.unit_id == Door.unit_id, Area.id == Door.area_id))
        .join(Subject, and_(Subject.unit_id == Door.unit_id, Subject.id == Door.household_id))
        .where(*_wanted(actor, context, post, RouteWish(also_free=True)))
        .group_by(Area.sort, Area.code, Area.name, Subject.lane)
        .order_by(Area.sort, Area.code, func.min(Door.place_sort))
    )
    return [Lane(area, name, lane or NO_LANE, doors) for area, name, lane, doors, _ in session.execute(statement)]


def people_to_meet(
    session: Session, context: CampaignContext, doors: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[PersonToMeet]]:
    """Return who is still to be met behind each door, by name; doors behind which nobody is are left out."""
    track = context.pack.main_track
    rows = session.execute(
        select(Case.door_id, Case.id, Case.subject_id, Case.state, Subject.name)
        .join(Subject, and_(Subject.unit_id == Case.unit_id, Subject.id == Case.subject_id))
        .where(
            Case.unit_id == context.unit_id,
            Case.door_id.in_(doors),
            Case.track == track.id,
            Case.is_open,
            Case.left_at.is_(None),
        )
        .order_by(Subject.name_sort, Case.id)
    )
    people: dict[uuid.UUID, list[PersonToMeet]] = {}
    for door, case, subject, state, name in rows:
        person = PersonToMeet(case, subject, name or UNNAMED, label_seen(track, state))
        people.setdefault(door, []).append(person)
    return people


def label_seen(track: TrackRules, state: str) -> Label | str:
    """Return the pack's label of a state as somebody who does not handle the case reads it; a text for what all read alike."""
    shown, text = as_seen(track, state)
    return track.states[shown].label if shown in track.states else text


def own_teams(session: Session, actor: Actor, roles: Collection[str]) -> list[OwnTeam]:
    """Return the teams in which somebody holds a post of `roles`, in printed order; a leader's post counts before a member's."""
    posts: dict[uuid.UUID, Held] = {}
    for post in sorted(actor.holds(*roles), key=lambda post: post.role == "team_leader"):
        if post.team_id is not None:
            posts[post.team_id] = post
    statement = select(Team.id, Team.code, Team.name).where(Team.unit_id == actor.unit_id, Team.id.in_(posts))
    rows = session.execute(statement.order_by(Team.sort, Team.code)) if posts else ()
    return [OwnTeam(code, name, posts[team]) for team, code, name in rows]


def people_of_team(
    session: Session, unit_id: uuid.UUID, team_id: uuid.UUID, *, now: Instant
) -> list[tuple[uuid.UUID, str]]:
    """Return the members and leaders of a team now: id of the membership and name, in the order of names."""
    statement = (
        select(Membership.id, Membership.name, Membership.name_sort)
        .join(
            PostHolding,
            and_(PostHolding.unit_id == Membership.unit_id, PostHolding.membership_id == Membership.id),
        )
        .join(Post, and_(Post.unit_id == PostHolding.unit_id, Post.id == PostHolding.post_id))
        .where(
            Membership.unit_id == unit_id,
            Post.team_id == team_id,
            PostHolding.acting_for_id.is_(None),
            PostHolding.from_at <= now,
            or_(PostHolding.to_at.is_(None), PostHolding.to_at > now),
            or_(Membership.to_at.is_(None), Membership.to_at > now),
        )
        .distinct()
        .order_by(Membership.name_sort, Membership.id)
    )
    return [(member, name) for member, name, _ in session.execute(statement)]


def _wanted(actor: Actor, context: CampaignContext, post: Held, wish: RouteWish) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [
        Door.unit_id == context.unit_id,
        Door.campaign_id == context.id,
        scope_of_doors(actor),
        Door.team_id == post.team_id,
        Door.open_cases > 0,
    ]
    walker = wish.member if post.role == "team_leader" else actor.membership_id
    if walker is not None:
        own: ColumnElement[bool] = Door.assignee_id == walker
        wanted.append(or_(own, Door.assignee_id.is_(None)) if wish.also_free else own)
    if wish.area is not None:
        wanted.append(Area.code == wish.area)
    if wish.lane is not None:
        wanted.append(func.coalesce(Subject.lane, NO_LANE) == wish.lane)
    return wanted


def area_choices(
    session: Session, unit_id: uuid.UUID, *, of_teams: Collection[uuid.UUID] | None = None
) -> list[tuple[str, str]]:
    """Return the areas of a unit that are not closed, code and name, in their printed order; of some teams those with their doors."""
    statement = select(Area.code, Area.name).where(Area.unit_id == unit_id, Area.valid_to.is_(None))
    if of_teams is not None:
        theirs = select(Door.area_id).where(Door.unit_id == unit_id, Door.team_id.in_(of_teams))
        statement = statement.where(Area.id.in_(theirs))
    return [(code, name) for code, name in session.execute(statement.order_by(Area.sort, Area.code))]


def team_choices(session: Session, unit_id: uuid.UUID) -> list[tuple[str, str]]:
    """Return the teams of a unit that are not closed, code and name, in their printed order."""
    statement = select(Team.code, Team.name).where(Team.unit_id == unit_id, Team.valid_to.is_(None))
    return [(code, name) for code, name in session.execute(statement.order_by(Team.sort, Team.code))]
