"""What somebody has in hand at the end of a shift, to whom it may go, and what was handed over to them."""

import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor
from workflow.queries.campaigns import CampaignContext
from workflow.queries.ladder_rows import EPISODES, STEPS
from workflow.statements.asking import Asked, ask
from workflow.tables import Door, Membership, Post, PostHolding, ShiftHandover, table_of

_doors, _shifts, _posts, _holdings = (table_of(model) for model in (Door, ShiftHandover, Post, PostHolding))
_members = table_of(Membership)
_giver, _taker = _members.alias("giver"), _members.alias("taker")


class NextOne(NamedTuple):
    """Somebody who may take over: of the same team, or (without a team) in the same post."""

    membership_id: uuid.UUID
    name: str
    team_id: uuid.UUID | None


class InHand(NamedTuple):
    """What would be handed over: doors with something left to do, and episodes that one has taken on."""

    doors: int
    items: int


class Shift(NamedTuple):
    """A shift that was handed over. `kept` counts what stayed with the giver; `received_at` is empty until the receiver says so."""

    id: uuid.UUID
    giver: str
    taker: str
    is_mine: bool
    note: str | None
    doors: int
    items: int
    kept: int
    handed_at: Instant
    received_at: Instant | None


def own_teams(actor: Actor) -> list[uuid.UUID]:
    """Return the teams in which somebody holds a post of their own."""
    return sorted({post.team_id for post in actor.posts if post.team_id is not None and post.acting_for is None})


def next_on_shift(session: Session, actor: Actor, *, now: Instant) -> list[NextOne]:
    """Return who may take over from somebody, by name: who works in the same team, or holds the same post."""
    own = [post for post in actor.posts if post.acting_for is None]
    posts, teams = [post.post_id for post in own], own_teams(actor)
    team: ColumnElement[bool] = and_(_posts.c.team_id.in_(teams), _posts.c.role.in_(("member", "team_leader")))
    fit = or_(team if teams else false(), _posts.c.id.in_(posts) if posts else false())
    statement = (
        select(_members.c.id, _members.c.name, _posts.c.team_id, _members.c.name_sort)
        .join(_holdings, and_(_holdings.c.unit_id == _members.c.unit_id, _holdings.c.membership_id == _members.c.id))
        .join(_posts, and_(_posts.c.unit_id == _holdings.c.unit_id, _posts.c.id == _holdings.c.post_id))
        .where(_members.c.unit_id == actor.unit_id, _members.c.id != actor.membership_id, fit)
        .where(_holdings.c.acting_for_id.is_(None), *_now(_holdings, now), *_now(_members, now))
        .distinct()
        .order_by(_members.c.name_sort, _members.c.id)
    )
    return [NextOne(*row[:3]) for row in session.execute(statement)]


def doors_in_hand(actor: Actor, context: CampaignContext) -> ColumnElement[bool]:
    """Return the condition for the doors that somebody holds and where something is left to do."""
    return and_(
        _doors.c.unit_id == actor.unit_id,
        _doors.c.campaign_id == context.id,
        _doors.c.assignee_id == actor.membership_id,
        _doors.c.open_cases > 0,
    )


def episodes_in_hand(session: Session, actor: Actor, context: CampaignContext, *, limit: int) -> Sequence[uuid.UUID]:
    """Return the open episodes that somebody has taken on, or that were handed on to them; the oldest first."""
    taken = and_(STEPS.c.answered_by_id == actor.membership_id, STEPS.c.answer == "acknowledged")
    by_step = select(STEPS.c.escalation_id).where(STEPS.c.unit_id == actor.unit_id, taken)
    given = EPISODES.c.given_to == actor.membership_id.hex
    statement = select(EPISODES.c.id).where(
        EPISODES.c.unit_id == actor.unit_id, EPISODES.c.campaign_id == context.id, EPISODES.c.is_open,
        or_(EPISODES.c.id.in_(by_step), given),
    )  # fmt: skip
    return list(session.scalars(statement.order_by(EPISODES.c.due_at, EPISODES.c.id).limit(limit)))


def in_hand(session: Session, actor: Actor, context: CampaignContext, *, limit: int) -> InHand:
    """Return how much somebody has in hand. Two statements."""
    doors = session.scalar(select(func.count()).where(doors_in_hand(actor, context))) or 0
    return InHand(doors, len(episodes_in_hand(session, actor, context, limit=limit)))


def waiting_shifts(session: Session, actor: Actor, context: CampaignContext) -> list[Shift]:
    """Return the shifts that were handed over to somebody and not acknowledged yet, the oldest first. One statement."""
    rows = ask(session, _waiting, unit=actor.unit_id, me=actor.membership_id, campaign=context.id)
    return [Shift._make(row) for row in rows]


def last_shifts(session: Session, actor: Actor, context: CampaignContext, *, limit: int = 5) -> list[Shift]:
    """Return the shifts that somebody handed over last, the newest first."""
    mine = and_(_shifts.c.from_id == actor.membership_id, _shifts.c.campaign_id == context.id)
    statement = _told(actor.unit_id, actor.membership_id).where(mine).order_by(_shifts.c.ledger_no.desc()).limit(limit)
    return [Shift._make(row) for row in session.execute(statement)]


def _waiting(*, unit: Any, me: Any, campaign: Any) -> Asked:
    waits: Asked = _told(unit, me).where(
        _shifts.c.to_id == me, _shifts.c.campaign_id == campaign, _shifts.c.received_at.is_(None)
    )
    return waits.order_by(_shifts.c.ledger_no)


def _told(unit: Any, me: Any) -> Any:
    return (
        select(
            _shifts.c.id, _giver.c.name.label("giver"), _taker.c.name.label("taker"), (_shifts.c.from_id == me).label("is_mine"),
            _shifts.c.note, _shifts.c.doors, _shifts.c["items"], _shifts.c.kept, _shifts.c.handed_at, _shifts.c.received_at,
        )
        .join(_giver, and_(_giver.c.unit_id == _shifts.c.unit_id, _giver.c.id == _shifts.c.from_id))
        .join(_taker, and_(_taker.c.unit_id == _shifts.c.unit_id, _taker.c.id == _shifts.c.to_id))
        .where(_shifts.c.unit_id == unit)
    )  # fmt: skip


def _now(table: Any, now: Instant) -> tuple[ColumnElement[bool], ...]:
    return table.c.from_at <= now, or_(table.c.to_at.is_(None), table.c.to_at > now)
