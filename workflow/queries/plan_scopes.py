"""Who is who in a unit, for opening a plan: teams, areas, bodies and posts."""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.days import day_start
from workflow.plan.scopes import Organisation, Scope
from workflow.queries.place_past import Past, pasts_of_places
from workflow.tables import Area, Body, Post, Team, TeamArea


def organisation_of(session: Session, unit_id: uuid.UUID) -> Organisation:
    """Return the unit's teams, areas, bodies (in printed order) and posts.

    A place that was set up after the unit is on duty from then on, and one that was closed for a while not during that time.
    """
    pasts = pasts_of_places(session, unit_id)
    bodies = session.execute(
        select(Body.id, Body.code, Body.name, Body.counts_staff, Body.valid_to)
        .where(Body.unit_id == unit_id)
        .order_by(Body.code)
    ).all()
    posts = session.execute(select(Post.code, Post.scope, Post.id).where(Post.unit_id == unit_id))
    return Organisation(
        teams=_teams(session, unit_id, pasts),
        areas=_areas(session, unit_id, pasts),
        bodies=[
            _place(Scope(body.code, body.name, body_id=body.id), pasts.get(body.id), body.valid_to) for body in bodies
        ],
        counting=frozenset(body.code for body in bodies if body.counts_staff),
        posts={(post.code, post.scope): post.id for post in posts},
    )


def _teams(session: Session, unit_id: uuid.UUID, pasts: Mapping[uuid.UUID | None, Past]) -> list[Scope]:
    """Return the teams; one that has areas is on duty from its first to its last, and its one live area is its own.

    One that was closed is on duty until then at most.
    """
    held = defaultdict(list)
    for row in session.execute(select(TeamArea).where(TeamArea.unit_id == unit_id)).scalars():
        held[row.team_id].append(row)
    teams = session.execute(
        select(Team.id, Team.code, Team.name, Team.valid_to)
        .where(Team.unit_id == unit_id)
        .order_by(Team.sort, Team.code)
    )
    return [
        _team(_place(Scope(row.code, row.name, team_id=row.id), pasts.get(row.id), row.valid_to), held[row.id])
        for row in teams
    ]


def _team(team: Scope, held: list[TeamArea]) -> Scope:
    ended = [] if team.until_at is None else [team.until_at]
    live = [row.area_id for row in held if row.to_at is None]
    return replace(
        team,
        area_id=live[0] if len(live) == 1 else None,
        from_at=min((row.from_at for row in held), default=team.from_at),
        until_at=min([*ended, *_last_at(held)], default=None) if not live else team.until_at,
    )


def _areas(session: Session, unit_id: uuid.UUID, pasts: Mapping[uuid.UUID | None, Past]) -> list[Scope]:
    areas = session.execute(
        select(Area.id, Area.code, Area.name, Area.valid_to)
        .where(Area.unit_id == unit_id)
        .order_by(Area.sort, Area.code)
    )
    return [_place(Scope(area.code, area.name, area_id=area.id), pasts.get(area.id), area.valid_to) for area in areas]


def _place(scope: Scope, past: Past | None, last_day: int | None) -> Scope:
    """Return the scope with when it is on duty: since it was set up, until the day it was closed, but for while it was closed."""
    past = past or Past()
    return replace(scope, from_at=past.founded_at, until_at=_closed_at(last_day), closures=past.closures)


def _last_at(held: list[TeamArea]) -> list[Instant]:
    """Return when a team that has no area any more had its last, or nothing if it never had one."""
    ends = [row.to_at for row in held if row.to_at is not None]
    return [max(ends)] if ends else []


def _closed_at(day: int | None) -> Instant | None:
    """Return from when on nothing new is asked of a place that was closed on `day`: no duty opens on that day any more."""
    return None if day is None else day_start(day)
