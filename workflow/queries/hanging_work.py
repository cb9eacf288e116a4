"""What still hangs: on a team, an area or a body, which has to be settled before it can be closed; and for too long, on each team."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from rules.time import HOUR, Instant
from workflow.queries.campaigns import CampaignContext
from workflow.queries.door_filter import STUCK_HOURS, is_overdue
from workflow.queries.organisation import live_holding
from workflow.tables import (
    Area,
    Body,
    Campaign,
    Door,
    Escalation,
    Membership,
    Post,
    PostHolding,
    Task,
    Team,
    TeamArea,
    table_of,
)  # fmt: skip

PlaceKind = Literal["team", "area", "body"]
PLACES: Final[dict[PlaceKind, Any]] = {"team": Team, "area": Area, "body": Body}
"""The kinds of places that a unit closes and opens again."""
_campaigns, _doors, _tasks, _episodes = (table_of(model) for model in (Campaign, Door, Task, Escalation))
_members, _posts, _holdings = (table_of(model) for model in (Membership, Post, PostHolding))
_areas, _works = table_of(Area), table_of(TeamArea)


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds a post there."""

    membership_id: uuid.UUID
    name: str
    post: str


@dataclass(frozen=True, slots=True)
class WorkedArea:
    """An area that the team works."""

    id: uuid.UUID
    name: str


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on a place in campaigns that still run: doors with work left, open tasks, open escalations; and who holds its
    posts, and which areas a team works, whatever campaign runs.
    """

    doors: int
    tasks: int
    escalations: int
    holders: tuple[Holder, ...]
    areas: tuple[WorkedArea, ...]

    def __bool__(self) -> bool:
        return bool(self.doors or self.tasks or self.escalations or self.holders or self.areas)


def hanging_on(
    session: Session, unit_id: uuid.UUID, kind: PlaceKind, place_id: uuid.UUID, code: str, *, now: Instant
) -> Hanging:
    """Return what still hangs on a place of that code. Doors and tasks that are finished hang on nothing: they stay as they are."""
    column = f"{kind}_id"

    def count(statement: Select[int], table: Any) -> int:
        runs = and_(_campaigns.c.unit_id == table.c.unit_id, _campaigns.c.id == table.c.campaign_id)
        open_campaign = (table.c.unit_id == unit_id, _campaigns.c.ends_at > now)
        return session.scalar(statement.join(_campaigns, runs).where(*open_campaign)) or 0

    def counted(table: Any, *conditions: ColumnElement[bool]) -> int:
        return count(select(func.count()).select_from(table).where(*conditions), table)

    own_posts = select(_posts.c.id).where(_posts.c.unit_id == unit_id, _posts.c[column] == place_id)
    theirs = or_(_tasks.c.scope == code, _tasks.c.owner_post_id.in_(own_posts))
    has_doors = kind != "body"
    return Hanging(
        doors=counted(_doors, _doors.c.open_cases > 0, _doors.c[column] == place_id) if has_doors else 0,
        tasks=counted(_tasks, _tasks.c.is_open, theirs),
        escalations=counted(_episodes, _episodes.c.is_open, _episodes.c[column] == place_id) if has_doors else 0,
        holders=_holders(session, unit_id, _posts.c[column] == place_id, now),
        areas=_worked(session, unit_id, place_id) if kind == "team" else (),
    )


class Stuck(NamedTuple):
    """What hangs on a team for more than so many hours: doors past their time, reminders and tasks; `since` when for the longest."""

    doors: int = 0
    reminders: int = 0
    tasks: int = 0
    since: Instant | None = None

    @property
    def n(self) -> int:
        """All of it."""
        return self.doors + self.reminders + self.tasks


def stuck_hours(context: CampaignContext) -> int:
    """Return after how many hours work counts as stuck: the pack's parameter `stuck_hours`, else a day."""
    asked = context.pack.model.pack.parameters.get("stuck_hours", STUCK_HOURS)
    return asked if isinstance(asked, int) and asked > 0 else STUCK_HOURS


def stuck_by_team(
    session: Session, context: CampaignContext, team_ids: Sequence[uuid.UUID], *, now: Instant, hours: int
) -> dict[uuid.UUID, Stuck]:
    """Return what has hung on each of these teams for more than `hours`; a team with nothing is left out. One statement.

    Whoever may read it is asked before (`workflow.queries.team_load.teams_seen`).
    """
    if not team_ids:
        return {}
    before, nothing = now - hours * HOUR, literal(0)
    parts = []
    for sort, table, since, hangs in (
        ("doors", _doors, _doors.c.follow_up_at, is_overdue(now, hours=hours)),
        ("reminders", _episodes, _episodes.c.due_at, and_(_episodes.c.is_open, _episodes.c.due_at <= before)),
        (
            "tasks",
            _tasks,
            _tasks.c.due_at,
            and_(_tasks.c.is_open, _tasks.c.submitted_at.is_(None), _tasks.c.due_at <= before),
        ),
    ):
        here = (
            table.c.unit_id == context.unit_id,
            table.c.campaign_id == context.id,
            table.c.team_id.in_(list(team_ids)),
        )
        columns = (literal(sort), table.c.team_id, func.count(), func.coalesce(func.min(since), nothing))
        parts.append(select(*columns).where(*here, hangs).group_by(table.c.team_id))
    found: dict[uuid.UUID, Stuck] = {}
    for sort, team_id, n, since in session.execute(union_all(*parts)):
        known = found.get(team_id, Stuck())
        oldest = since if known.since is None else min(known.since, since)
        found[team_id] = known._replace(**{sort: n, "since": oldest})
    return found


def _holders(session: Session, unit_id: uuid.UUID, there: ColumnElement[bool], now: Instant) -> tuple[Holder, ...]:
    rows = session.execute(
        select(_members.c.id, _members.c.name, _posts.c.label)
        .select_from(_holdings)
        .join(_posts, and_(_posts.c.unit_id == _holdings.c.unit_id, _posts.c.id == _holdings.c.post_id))
        .join(_members, and_(_members.c.unit_id == _holdings.c.unit_id, _members.c.id == _holdings.c.membership_id))
        .where(_holdings.c.unit_id == unit_id, there, *live_holding(now))
        .order_by(_members.c.name_sort, _members.c.id, _posts.c.label)
    )
    return tuple(Holder(*row) for row in rows)


def _worked(session: Session, unit_id: uuid.UUID, team_id: uuid.UUID) -> tuple[WorkedArea, ...]:
    rows = session.execute(
        select(_areas.c.id, _areas.c.name)
        .join(_works, and_(_works.c.unit_id == _areas.c.unit_id, _works.c.area_id == _areas.c.id))
        .where(_areas.c.unit_id == unit_id, _works.c.team_id == team_id, _works.c.to_at.is_(None))
        .order_by(_areas.c.sort, _areas.c.code)
    )
    return tuple(WorkedArea(*row) for row in rows)
