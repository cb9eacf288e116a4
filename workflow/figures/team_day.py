"""The teams that somebody looks after, today: what has been stuck for too long, who is away and who stands in, and at which pace.

The pace is the one of `history.pace_of`: of the last whole days, so that no single visit shows in it; in the steps of `possible_work`, as
wherever teams are compared. What it is compared with is what each day that is left would need for the work that was still possible at
the last midnight: who is out of reach asks nothing of a team, and who declined is behind like who took part.
"""

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor, of_the_unit
from workflow.days import local_day
from workflow.figures.history import Pace, span_of
from workflow.figures.pace_of_places import Past, past_of_places
from workflow.figures.possible_work import is_behind, pace_of_work
from workflow.queries.campaigns import CampaignContext
from workflow.queries.covers import Cover, covers_of_teams
from workflow.queries.hanging_work import Stuck, stuck_by_team, stuck_hours
from workflow.queries.open_work import places_of
from workflow.queries.stand_ins import StandIn, stand_ins
from workflow.queries.team_load import SeenTeam, teams_seen


@dataclass(frozen=True, slots=True)
class TeamToday:
    """A team: what is stuck, its covers (with who has the doors), its stand-ins, its pace in steps, and whether that is too slow.

    `is_slow` is None before a whole day has passed, and after the last.
    """

    team: SeenTeam
    stuck: Stuck
    covers: tuple[tuple[Cover, tuple[str, ...]], ...]
    stand_ins: tuple[StandIn, ...]
    pace: Pace
    is_slow: bool | None


@dataclass(frozen=True, slots=True)
class TeamDay:
    """All of them, those with most stuck first; `others` stand in in posts of no team. Stuck is what hangs for more than `hours`."""

    teams: tuple[TeamToday, ...]
    others: tuple[StandIn, ...]
    hours: int

    @property
    def away(self) -> int:
        """How many are away in all: by their covers and stand-ins."""
        return len(self.others) + sum(len(one.covers) + len(one.stand_ins) for one in self.teams)


def team_day(
    session: Session, actor: Actor, context: CampaignContext, *, now: Instant, hours: int | None = None
) -> TeamDay:
    """Return the day of the teams that the actor looks after. At most seven statements, however many teams."""
    hours = hours or stuck_hours(context)
    teams = _teams(session, actor)
    ids = [team.id for team in teams]
    stuck = stuck_by_team(session, context, ids, now=now, hours=hours)
    covers: dict[uuid.UUID, list[tuple[Cover, tuple[str, ...]]]] = {}
    for cover, names in covers_of_teams(session, actor, context, ids):
        covers.setdefault(cover.team_id, []).append((cover, names))
    at_unit = any(of_the_unit(post) and post.role in ("chair", "coordinator", "duty_leader") for post in actor.posts)
    acting = stand_ins(session, context.unit_id, ids, now=now, of_unit=at_unit)
    first, last = span_of(context.pack, context.starts_at, context.ends_at)
    past = past_of_places(session, context, today=local_day(now), first=first)
    rows = []
    for team in teams:
        pace, is_slow = _pace(context, past, team, last)
        theirs = tuple(one for one in acting if one.team_id == team.id)
        rows.append(TeamToday(team, stuck.get(team.id, Stuck()), tuple(covers.get(team.id, ())), theirs, pace, is_slow))
    rows.sort(key=lambda one: -one.stuck.n)
    return TeamDay(tuple(rows), tuple(one for one in acting if one.team_id is None), hours)


def _teams(session: Session, actor: Actor) -> list[SeenTeam]:
    """Return the teams that the actor looks after; the chair's are all, of which doors and tasks are counted and nobody is named."""
    if any(of_the_unit(post) for post in actor.holds("chair")):
        return [SeenTeam(*place) for place in places_of(session, actor.unit_id, "team", only_open=True)]
    return teams_seen(session, actor)


def _pace(context: CampaignContext, past: Past, team: SeenTeam, last: int) -> tuple[Pace, bool | None]:
    """Return the pace of a team's main track, and whether the days that are left need more."""
    track, days = context.pack.main_track, last - past.today + 1
    pace = pace_of_work(past, track, (team.id, None))
    if not pace.days or days < 1:
        return pace, None
    return pace, is_behind(past, track, (team.id, None), days_left=days)


__all__ = ["TeamDay", "TeamToday", "team_day"]
