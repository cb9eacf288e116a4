"""What an auditor reads: the ledger line by line, who took files away or looked somebody up, and how far it is sealed.

Never a person of a list, never a door, a state or a move: only that something of a kind was written, when, by which officer in which
post, and for which team, area, task or list. Whoever took part and whoever declined read alike.
"""

import uuid
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from rules.time import Instant, day_start
from workflow.access import Actor, of_the_unit
from workflow.errors import NotFound
from workflow.ledger.audits import ACTING_FOR
from workflow.queries.in_whose_name import ABSENT, ABSENT_NAME, stood_in, who_did
from workflow.tables import (
    Area,
    Audit,
    Campaign,
    Door,
    Event,
    Membership,
    Post,
    PostHolding,
    RosterFile,
    Seal,
    Task,
    Team,
    UnitHead,
)  # fmt: skip

READERS: Final = ("auditor", "administrator")
PAGE: Final = 50
TOLD: Final = ("what", "rows", "serial", "sha256", "count", "n")
"""What of a trace's own data is shown; whatever else it holds stays with the database."""


class LedgerLine(NamedTuple):
    """An event without what it says: its number, kind and cause, when it happened and was recorded, who recorded it and for whom.

    `posts` are those that `who` held at that moment; `reason` is that of a void.
    """

    ledger_no: int
    kind: str
    cause: str
    campaign: str | None
    voids_no: int | None
    happened_at: Instant
    recorded_at: Instant
    who: str | None = None
    posts: tuple[str, ...] = ()
    area: str | None = None
    team: str | None = None
    task: str | None = None
    list_name: str | None = None
    reason: str | None = None


class Trace(NamedTuple):
    """A row of the audit trail: when, what kind, which officer and for whom, and the plain part of its data."""

    at: Instant
    kind: str
    who: str | None
    data: dict[str, Any]


class Sealed(NamedTuple):
    """How far the ledger is sealed: `unsealed` events came after the newest seal (empty: there is none yet)."""

    ledger_no: int
    unsealed: int
    seal_no: int | None = None
    seal: str | None = None
    last_no: int | None = None
    sealed_at: Instant | None = None


def ledger_lines(
    session: Session,
    actor: Actor,
    *,
    until: int | None = None,
    kind: str | None = None,
    day: date | None = None,
    limit: int = PAGE,
) -> list[LedgerLine]:
    """Return the newest events of the unit, the newest first, in three reads however many there are.

    `until` leaves out those above a number, `kind` those of another kind, `day` those recorded on another local day. NotFound for
    whoever may not audit.
    """
    unit_id = _unit_of(actor)
    of_task = and_(Event.kind == "task", Task.unit_id == Event.unit_id, Task.id == Event.about_id)
    statement = (
        select(
            Event.ledger_no, Event.kind, Event.cause, Campaign.code, Event.voids_no, Event.happened_at, Event.recorded_at,
            Event.actor_id, Event.batch_id, Event.data, Membership.name.label("who"), ABSENT_NAME, Area.name.label("area"),
            Team.name.label("team"), Task.label.label("task"),
        )
        .outerjoin(Campaign, and_(Campaign.unit_id == Event.unit_id, Campaign.id == Event.campaign_id))
        .outerjoin(Membership, and_(Membership.unit_id == Event.unit_id, Membership.id == Event.actor_id))
        .outerjoin(ABSENT, stood_in())
        .outerjoin(Door, and_(Door.unit_id == Event.unit_id, Door.id == Event.door_id))
        .outerjoin(Area, and_(Area.unit_id == Event.unit_id, Area.id == func.coalesce(Event.area_id, Door.area_id)))
        .outerjoin(Team, and_(Team.unit_id == Event.unit_id, Team.id == func.coalesce(Event.team_id, Door.team_id)))
        .outerjoin(Task, of_task)
        .where(Event.unit_id == unit_id)
        .order_by(Event.ledger_no.desc())
        .limit(limit)
    )  # fmt: skip
    if until is not None:
        statement = statement.where(Event.ledger_no <= until)
    if kind is not None:
        statement = statement.where(Event.kind == kind)
    if day is not None:
        statement = statement.where(
            Event.recorded_at >= day_start(day), Event.recorded_at < day_start(day + timedelta(days=1))
        )
    rows = session.execute(statement).all()
    held = _posts_held(session, unit_id, {row.actor_id for row in rows if row.actor_id is not None})
    lists = _names_of_lists(session, unit_id, {row.batch_id for row in rows if row.batch_id is not None})
    return [
        LedgerLine(
            *row[:7],
            who=who_did(row.who, row.absent),
            posts=tuple(dict.fromkeys(p.label for p in held.get(row.actor_id, ()) if _in_force(p, row.recorded_at))),
            area=row.area,
            team=row.team,
            task=row.task,
            list_name=lists.get(row.batch_id),
            reason=(row.data or {}).get("reason") if row.kind == "void" else None,
        )
        for row in rows
    ]


def _posts_held(session: Session, unit_id: uuid.UUID, members: set[uuid.UUID]) -> dict[uuid.UUID, list[Any]]:
    """Return the posts that each of `members` holds or held, with when."""
    held: dict[uuid.UUID, list[Any]] = {}
    if members:
        statement = (
            select(PostHolding.membership_id, PostHolding.from_at, PostHolding.to_at, Post.label)
            .join(Post, and_(Post.unit_id == PostHolding.unit_id, Post.id == PostHolding.post_id))
            .where(PostHolding.unit_id == unit_id, PostHolding.membership_id.in_(sorted(members)))
            .order_by(PostHolding.from_at, Post.code)
        )
        for row in session.execute(statement):
            held.setdefault(row.membership_id, []).append(row)
    return held


def _in_force(holding: Any, at: Instant) -> bool:
    return bool(holding.from_at <= at and (holding.to_at is None or holding.to_at > at))


def _names_of_lists(session: Session, unit_id: uuid.UUID, batches: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the names of the files that were imported as these batches."""
    if not batches:
        return {}
    statement = select(RosterFile.batch_id, RosterFile.file_name).where(
        RosterFile.unit_id == unit_id, RosterFile.batch_id.in_(sorted(batches))
    )
    return {row.batch_id: row.file_name for row in session.execute(statement) if row.batch_id is not None}


def audit_traces(session: Session, actor: Actor, *, before: Instant | None = None, limit: int = PAGE) -> list[Trace]:
    """Return the newest traces of the unit, or those before an instant, the newest first. NotFound for whoever may not audit."""
    unit_id = _unit_of(actor)
    statement = (
        select(Audit.at, Audit.kind, Membership.name, Audit.data)
        .outerjoin(Membership, and_(Membership.unit_id == Audit.unit_id, Membership.id == Audit.membership_id))
        .where(Audit.unit_id == unit_id)
        .order_by(Audit.at.desc(), Audit.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(Audit.at < before)
    rows = session.execute(statement).all()
    absent = _names(session, unit_id, {row.data[ACTING_FOR] for row in rows if ACTING_FOR in row.data})
    return [
        Trace(
            row.at,
            row.kind,
            who_did(row.name, absent.get(row.data.get(ACTING_FOR))),
            {name: row.data[name] for name in TOLD if name in row.data},
        )
        for row in rows
    ]


def _names(session: Session, unit_id: uuid.UUID, members: set[str]) -> dict[str, str]:
    """Return the names of members by their id in words; nothing is read for none."""
    if not members:
        return {}
    statement = select(Membership.id, Membership.name).where(
        Membership.unit_id == unit_id, Membership.id.in_(sorted(map(uuid.UUID, members)))
    )
    return {str(row.id): row.name for row in session.execute(statement)}


def sealed_so_far(session: Session, actor: Actor) -> Sealed:
    """Return how far the unit's ledger is sealed. NotFound for whoever may not audit."""
    unit_id = _unit_of(actor)
    statement = (
        select(UnitHead.ledger_no, Seal.seal_no, Seal.seal, Seal.last_no, Seal.sealed_at)
        .outerjoin(Seal, Seal.unit_id == UnitHead.unit_id)
        .where(UnitHead.unit_id == unit_id)
        .order_by(Seal.seal_no.desc())
        .limit(1)
    )
    row = session.execute(statement).one()
    return Sealed(row.ledger_no, row.ledger_no - (row.last_no or 0), *row[1:])


def _unit_of(actor: Actor) -> uuid.UUID:
    if not any(of_the_unit(post) for post in actor.holds(*READERS)):
        raise NotFound
    return actor.unit_id


__all__ = ["LedgerLine", "Sealed", "Trace", "audit_traces", "ledger_lines", "sealed_so_far"]
