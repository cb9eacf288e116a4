"""How much each member of a team carries. Everything is counted in doors and visits, never in people and how they ended."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from rules.time import DAY, Instant
from workflow.access import Actor
from workflow.days import day_start, local_day
from workflow.errors import NotFound
from workflow.queries.campaigns import CampaignContext
from workflow.queries.door_filter import STUCK_HOURS, UNIT_ASSIGNERS, in_scope, is_overdue
from workflow.tables import Door, Membership, Post, PostHolding, Team, TeamArea, Visit, table_of

TEAM_POSTS: Final = ("team_leader", "member")
"""Roles whose posts make somebody one of a team: who may be given its doors."""
_doors, _members, _visits, _teams = table_of(Door), table_of(Membership), table_of(Visit), table_of(Team)
_posts, _holdings, _works = table_of(Post), table_of(PostHolding), table_of(TeamArea)


@dataclass(frozen=True, slots=True)
class SeenTeam:
    """A team that the actor looks after, or some of whose areas they do."""

    id: uuid.UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class DoorCounts:
    """Doors of somebody, or of nobody: held in all, with work left, of these overdue, stuck for a day, promised for today."""

    held: int = 0
    open: int = 0
    overdue: int = 0
    stuck: int = 0
    promised_today: int = 0


@dataclass(frozen=True, slots=True)
class MemberLoad:
    """One of the team, or somebody who is not (`role` None) but still holds doors of it.

    `visits_today` and `last_visit_at` tell of visits to doors of this team.
    """

    id: uuid.UUID
    name: str
    role: str | None
    doors: DoorCounts
    visits_today: int
    last_visit_at: Instant | None


@dataclass(frozen=True, slots=True)
class TeamLoad:
    """The members of a team with their doors, and the doors that nobody holds."""

    members: tuple[MemberLoad, ...]
    nobody: DoorCounts
    total: DoorCounts


TeamPeople = tuple[SeenTeam, tuple[tuple[uuid.UUID, str], ...]]
"""A team with its people, each as id and name."""


def teams_seen(session: Session, actor: Actor) -> list[SeenTeam]:
    """Return the teams the actor looks after, in printed order: a leader's own, a duty leader's areas', a coordinator's all.

    Not those that were closed.

    Asked of the database once a session: a page is one snapshot, and every read about a team asks first whether it may be seen.
    """
    known: dict[Actor, list[SeenTeam]] = session.info.setdefault(teams_seen, {})
    if actor not in known:
        known[actor] = _teams_seen(session, actor)
    return known[actor]


def _teams_seen(session: Session, actor: Actor) -> list[SeenTeam]:
    statement = select(_teams.c.id, _teams.c.code, _teams.c.name).where(
        _teams.c.unit_id == actor.unit_id, _teams.c.valid_to.is_(None)
    )
    if not _sees_every_team(actor):
        led = [post.team_id for post in actor.holds("team_leader") if post.team_id is not None]
        areas = [post.area_id for post in actor.holds("duty_leader") if post.area_id is not None]
        working = select(_works.c.team_id).where(
            _works.c.unit_id == actor.unit_id, _works.c.area_id.in_(areas), _works.c.to_at.is_(None)
        )
        statement = statement.where(or_(_teams.c.id.in_(led), _teams.c.id.in_(working)))
    return [SeenTeam(*row) for row in session.execute(statement.order_by(_teams.c.sort, _teams.c.id))]


def team_seen(session: Session, actor: Actor, team_id: uuid.UUID) -> SeenTeam:
    """Return a team the actor looks after, or raise NotFound: absent and foreign look alike."""
    for team in teams_seen(session, actor):
        if team.id == team_id:
            return team
    raise NotFound


def _sees_every_team(actor: Actor) -> bool:
    return any(post.role in UNIT_ASSIGNERS or (post.role == "duty_leader" and not post.area_id) for post in actor.posts)


def team_load(
    session: Session, actor: Actor, context: CampaignContext, team_id: uuid.UUID, *, now: Instant
) -> TeamLoad:
    """Return what everybody in the team carries at `now`; leaders first, then by name. Two statements, however many people.

    Counts the doors in the actor's scope. Raises NotFound for a team the actor does not look after.
    """
    team_seen(session, actor, team_id)
    mine = and_(in_scope(context, actor), _doors.c.team_id == team_id)
    held = _counted(mine, now).group_by(_doors.c.assignee_id).add_columns(_doors.c.assignee_id).subquery()
    people = session.execute(_people(actor.unit_id, team_id, held, _visited(mine, now), now)).all()
    total = DoorCounts(*session.execute(_counted(mine, now)).one())
    members = tuple(_member(row) for row in people)
    return TeamLoad(members, _rest(total, [member.doors for member in members]), total)


def members_of_team(
    session: Session, unit_id: uuid.UUID, team_id: uuid.UUID, *, now: Instant, roles: Sequence[str] = TEAM_POSTS
) -> list[tuple[uuid.UUID, str]]:
    """Return who may be given doors of the team now: id and name, in Vietnamese order."""
    holding = _roles(unit_id, team_id, now, roles)
    statement = (
        select(_members.c.id, _members.c.name)
        .join(holding, holding.c.membership_id == _members.c.id)
        .where(_members.c.unit_id == unit_id)
        .order_by(_members.c.name_sort, _members.c.id)
    )
    return [(row.id, row.name) for row in session.execute(statement)]


def people_of_teams(session: Session, actor: Actor, *, now: Instant) -> list[TeamPeople]:
    """Return the teams the actor looks after, each with who may be given doors there: id and name."""
    teams = teams_seen(session, actor)
    ids = [team.id for team in teams]
    statement = (
        select(_posts.c.team_id, _members.c.id, _members.c.name, _members.c.name_sort)
        .distinct()
        .join(_holdings, and_(_holdings.c.unit_id == _posts.c.unit_id, _holdings.c.post_id == _posts.c.id))
        .join(_members, and_(_members.c.unit_id == _posts.c.unit_id, _members.c.id == _holdings.c.membership_id))
        .where(_posts.c.unit_id == actor.unit_id, _posts.c.team_id.in_(ids), _posts.c.role.in_(TEAM_POSTS), *_now(now))
        .order_by(_members.c.name_sort, _members.c.id)
    )
    people: dict[uuid.UUID, list[tuple[uuid.UUID, str]]] = {team_id: [] for team_id in ids}
    for row in session.execute(statement) if ids else ():
        people[row.team_id].append((row.id, row.name))
    return [(team, tuple(people[team.id])) for team in teams]


def gives_doors_of(actor: Actor, team_id: uuid.UUID) -> bool:
    """Whether the actor may give away the doors of a team."""
    return bool(actor.holds(*UNIT_ASSIGNERS)) or any(post.team_id == team_id for post in actor.holds("team_leader"))


def holder_named(session: Session, actor: Actor, context: CampaignContext, member_id: uuid.UUID) -> str:
    """Return the name of somebody who holds a door in the actor's scope, or raise NotFound."""
    holds = exists().where(in_scope(context, actor), _doors.c.assignee_id == _members.c.id)
    statement = select(_members.c.name).where(_members.c.unit_id == context.unit_id, _members.c.id == member_id, holds)
    name: str | None = session.scalar(statement)
    if name is None:
        raise NotFound
    return name


def _now(now: Instant) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for a holding and a membership that are in force; who only stands in for somebody carries no doors."""
    return (
        _holdings.c.acting_for_id.is_(None),
        _holdings.c.from_at <= now,
        or_(_holdings.c.to_at.is_(None), _holdings.c.to_at > now),
        _members.c.from_at <= now,
        or_(_members.c.to_at.is_(None), _members.c.to_at > now),
    )


def _counted(mine: ColumnElement[bool], now: Instant) -> Select[int, int, int, int, int]:
    today = day_start(local_day(now))
    has_work = _doors.c.open_cases > 0
    promised = and_(has_work, _doors.c.promised_at >= today, _doors.c.promised_at < today + DAY)
    return select(
        func.count().label("held"),
        func.count().filter(has_work).label("open"),
        func.count().filter(is_overdue(now)).label("overdue"),
        func.count().filter(is_overdue(now, hours=STUCK_HOURS)).label("stuck"),
        func.count().filter(promised).label("promised_today"),
    ).where(mine)


def _visited(mine: ColumnElement[bool], now: Instant) -> Subquery:
    today = day_start(local_day(now))
    return (
        select(
            _visits.c.done_by_id,
            func.count().filter(_visits.c.happened_at >= today).label("visits_today"),
            func.max(_visits.c.happened_at).label("last_visit_at"),
        )
        .join(_doors, and_(_doors.c.unit_id == _visits.c.unit_id, _doors.c.id == _visits.c.door_id))
        .where(mine, _visits.c.voided_no.is_(None))
        .group_by(_visits.c.done_by_id)
        .subquery()
    )


def _roles(unit_id: uuid.UUID, team_id: uuid.UUID, now: Instant, roles: Sequence[str] = TEAM_POSTS) -> Subquery:
    """Return who holds a post of the team now, once each: `leads` is 1 for its leader."""
    return (
        select(_holdings.c.membership_id, func.max(case((_posts.c.role == "team_leader", 1), else_=0)).label("leads"))
        .join(_posts, and_(_posts.c.unit_id == _holdings.c.unit_id, _posts.c.id == _holdings.c.post_id))
        .join(_members, and_(_members.c.unit_id == _holdings.c.unit_id, _members.c.id == _holdings.c.membership_id))
        .where(_holdings.c.unit_id == unit_id, _posts.c.team_id == team_id, _posts.c.role.in_(roles), *_now(now))
        .group_by(_holdings.c.membership_id)
        .subquery()
    )


def _people(unit_id: uuid.UUID, team_id: uuid.UUID, held: Subquery, visited: Subquery, now: Instant) -> Select[Any]:
    roles = _roles(unit_id, team_id, now)
    return (
        select(_members.c.id, _members.c.name, roles.c.leads, *held.c, visited.c.visits_today, visited.c.last_visit_at)
        .outerjoin(roles, roles.c.membership_id == _members.c.id)
        .outerjoin(held, held.c.assignee_id == _members.c.id)
        .outerjoin(visited, visited.c.done_by_id == _members.c.id)
        .where(_members.c.unit_id == unit_id, or_(roles.c.leads.is_not(None), held.c.held > 0))
        .order_by(func.coalesce(roles.c.leads, -1).desc(), _members.c.name_sort, _members.c.id)
    )


def _member(row: Any) -> MemberLoad:
    role = None if row.leads is None else "team_leader" if row.leads else "member"
    counts = DoorCounts(*(getattr(row, name) or 0 for name in DoorCounts.__slots__))
    return MemberLoad(row.id, row.name, role, counts, row.visits_today or 0, row.last_visit_at)


def _rest(total: DoorCounts, held: list[DoorCounts]) -> DoorCounts:
    """Return what is left of the team's doors when everybody's are taken away: those that nobody holds."""
    return DoorCounts(
        *(getattr(total, name) - sum(getattr(one, name) for one in held) for name in DoorCounts.__slots__)
    )
