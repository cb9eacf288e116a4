"""Reads behind re-visits: what somebody is to ask, which days were drawn, and what the teams' doors answered.

A re-visit shows an address and a day. No name, no state, nothing that was found there.
"""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from rules.time import Instant
from workflow.access import Actor
from workflow.days import day_start, local_day
from workflow.errors import NotFound
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Area, Door, Event, Revisit, RevisitDraw, Seal, Subject, Team, Visit

CAME, NOT_CAME, NOBODY = "came", "not_came", "nobody_there"


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A door to ask at, as its page shows it. `day` is the local day of the visit that is asked about."""

    id: uuid.UUID
    day: int
    area: str
    lane: str
    house_no: str
    team: str
    answer: str | None
    answered_at: Instant | None
    ledger_no: int | None


@dataclass(frozen=True, slots=True)
class DayDrawn:
    """A day of the campaign: its visits at doors, and its drawing, if there was one."""

    day: int
    visits: int
    frame: int | None
    drawn: int
    answered: int
    seal_no: int | None
    seal: str | None


@dataclass(frozen=True, slots=True)
class TeamAnswers:
    """What was answered at the doors of a team."""

    code: str
    name: str
    drawn: int
    came: int
    not_came: int
    nobody: int

    @property
    def asked(self) -> int:
        """How many doors said yes or no."""
        return self.came + self.not_came


def revisits_to_ask(session: Session, actor: Actor, context: CampaignContext) -> list[ToAsk]:
    """Return what the actor is to ask: open ones first, then by place. One statement."""
    statement = _to_ask(actor, context).order_by(
        case((Revisit.answer.is_(None), 0), (Revisit.answer == NOBODY, 1), else_=2), Door.place_sort, Revisit.id
    )
    return [ToAsk(*row) for row in session.execute(statement)]


def revisit_for(session: Session, actor: Actor, context: CampaignContext, revisit_id: uuid.UUID) -> ToAsk:
    """Return one re-visit that the actor is to ask. Raises NotFound: absent, foreign and one's own team's look alike."""
    row = session.execute(_to_ask(actor, context).where(Revisit.id == revisit_id)).one_or_none()
    if row is None:
        raise NotFound
    return ToAsk(*row)


def _to_ask(actor: Actor, context: CampaignContext) -> Any:
    home = aliased(Subject)
    return (
        select(
            Revisit.id, RevisitDraw.day, Area.name, func.coalesce(home.lane, ""), func.coalesce(home.house_no, ""),
            Team.name, Revisit.answer, Revisit.answered_at, Revisit.ledger_no,
        )
        .join(RevisitDraw, and_(RevisitDraw.unit_id == Revisit.unit_id, RevisitDraw.id == Revisit.draw_id))
        .join(Door, and_(Door.unit_id == Revisit.unit_id, Door.id == Revisit.door_id))
        .join(home, and_(home.unit_id == Door.unit_id, home.id == Door.household_id))
        .join(Area, and_(Area.unit_id == Door.unit_id, Area.id == Door.area_id))
        .join(Team, and_(Team.unit_id == Revisit.unit_id, Team.id == Revisit.team_id))
        .where(Revisit.unit_id == actor.unit_id, RevisitDraw.campaign_id == context.id, scope_of_revisits(actor))
    )  # fmt: skip


def scope_of_revisits(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `revisits` (joined with their doors) for what the actor is to ask.

    Members and leaders ask for their team; coordinator and duty leader (in their area) may ask everywhere. Nobody asks about a team
    of their own.
    """
    may: list[ColumnElement[bool]] = []
    own = {post.team_id for post in actor.posts if post.team_id is not None}
    for post in actor.posts:
        if post.role in ("member", "team_leader") and post.team_id is not None:
            may.append(Revisit.by_team_id == post.team_id)
        elif post.role == "coordinator" or (post.role == "duty_leader" and post.area_id is None):
            may.append(Revisit.unit_id == actor.unit_id)
        elif post.role == "duty_leader":
            may.append(Door.area_id == post.area_id)
    if not may:
        return false()
    return and_(or_(*may), Revisit.team_id.not_in(sorted(own))) if own else or_(*may)


def days_of_revisits(session: Session, actor: Actor, context: CampaignContext, *, now: Instant) -> list[DayDrawn]:
    """Return every day that has ended and on which visits at doors were recorded, newest first, drawn or not."""
    event = exists().where(
        Event.unit_id == Visit.unit_id, Event.ledger_no == Visit.ledger_no, Event.campaign_id == context.id
    )
    day = (Visit.recorded_at - day_start(0)) // (day_start(1) - day_start(0))
    counted = session.execute(
        select(day.label("day"), func.count())
        .where(Visit.unit_id == actor.unit_id, Visit.mode == "door", Visit.recorded_at < day_start(local_day(now)), event)
        .group_by(day)
    )  # fmt: skip
    visits = {int(each): int(n) for each, n in counted}
    drawn = session.execute(
        select(
            RevisitDraw.day, RevisitDraw.frame, func.count(Revisit.id).label("drawn"),
            func.count(Revisit.answer).label("answered"), RevisitDraw.seal_no, Seal.seal,
        )
        .join(Revisit, and_(Revisit.unit_id == RevisitDraw.unit_id, Revisit.draw_id == RevisitDraw.id))
        .join(Seal, and_(Seal.unit_id == RevisitDraw.unit_id, Seal.seal_no == RevisitDraw.seal_no))
        .where(RevisitDraw.unit_id == actor.unit_id, RevisitDraw.campaign_id == context.id)
        .group_by(RevisitDraw.day, RevisitDraw.frame, RevisitDraw.seal_no, Seal.seal)
    )  # fmt: skip
    known = {row.day: row for row in drawn}
    return [
        DayDrawn(each, visits.get(each, 0), *(known[each][1:] if each in known else (None, 0, 0, None, None)))
        for each in sorted({*visits, *known}, reverse=True)
    ]


def answers_by_team(session: Session, actor: Actor, context: CampaignContext) -> list[TeamAnswers]:
    """Return what the doors answered, by the team that had been there; for a duty leader those of their areas. One statement."""
    places = {post.area_id for post in actor.holds("duty_leader")}
    everywhere = None in places or bool(actor.holds("coordinator", "administrator", "auditor", "chair"))
    rows = session.execute(
        select(Team.code, Team.name, Revisit.answer, func.count())
        .join(RevisitDraw, and_(RevisitDraw.unit_id == Revisit.unit_id, RevisitDraw.id == Revisit.draw_id))
        .join(Door, and_(Door.unit_id == Revisit.unit_id, Door.id == Revisit.door_id))
        .join(Team, and_(Team.unit_id == Revisit.unit_id, Team.id == Revisit.team_id))
        .where(
            Revisit.unit_id == actor.unit_id, RevisitDraw.campaign_id == context.id,
            *(() if everywhere else (Door.area_id.in_([place for place in places if place is not None]),)),
        )
        .group_by(Team.code, Team.name, Revisit.answer)
    )  # fmt: skip
    told: dict[tuple[str, str], dict[str | None, int]] = defaultdict(dict)
    for code, name, answer, count in rows:
        told[code, name][answer] = count
    return [
        TeamAnswers(
            code, name, sum(counts.values()), counts.get(CAME, 0), counts.get(NOT_CAME, 0), counts.get(NOBODY, 0)
        )
        for (code, name), counts in sorted(told.items())
    ]
