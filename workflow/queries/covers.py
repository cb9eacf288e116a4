"""Covers of absent members: who is covered, until when, and which doors are still where the cover put them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor
from workflow.errors import NotFound
from workflow.queries.campaigns import CampaignContext
from workflow.queries.door_filter import in_scope
from workflow.queries.team_load import team_seen
from workflow.tables import Assignment, Door, Event, Membership, table_of

COVER: Final = "cover"
"""Where a `note` event says what a cover is."""
_doors, _given, _events, _members = table_of(Door), table_of(Assignment), table_of(Event), table_of(Membership)


@dataclass(frozen=True, slots=True)
class Cover:
    """Doors taken over from somebody who is away: how many then, how many of them are `still` with whoever got them.

    The hand-over has the ledger numbers from `ledger_no` + 1 on. `until` is when the doors are meant to go back.
    """

    id: uuid.UUID
    ledger_no: int
    team_id: uuid.UUID
    member_id: uuid.UUID
    member: str
    since: Instant
    until: Instant | None
    reason: str
    doors: int
    still: int

    def is_over(self, now: Instant) -> bool:
        """Whether the time has come to give the doors back."""
        return self.until is not None and now >= self.until


def live_covers(session: Session, actor: Actor, context: CampaignContext, team_id: uuid.UUID) -> list[Cover]:
    """Return the covers of a team with doors still to give back, oldest first. Raises NotFound for a team out of scope."""
    team_seen(session, actor, team_id)
    return [cover for cover, _ in covers_of_teams(session, actor, context, [team_id])]


def covers_of_teams(
    session: Session, actor: Actor, context: CampaignContext, team_ids: Sequence[uuid.UUID]
) -> list[tuple[Cover, tuple[str, ...]]]:
    """Return the covers of these teams with doors still to give back, oldest first, each with who has the doors now, by name.

    Three statements at most. Only teams that the actor looks after have doors in their scope.
    """
    if not team_ids:
        return []
    still = (
        select(_given.c.from_no, _members.c.name, func.count().label("still"))
        .join(_doors, and_(_doors.c.unit_id == _given.c.unit_id, _doors.c.id == _given.c.door_id))
        .outerjoin(_members, and_(_members.c.unit_id == _given.c.unit_id, _members.c.id == _given.c.assignee_id))
        .where(in_scope(context, actor), _doors.c.team_id.in_(list(team_ids)), _given.c.to_at.is_(None))
        .group_by(_given.c.from_no, _members.c.name)
        .subquery()
    )
    statement = (
        select(_events, still.c.still, still.c.name.label("has"))
        .join(still, still.c.from_no == _events.c.ledger_no + 1)
        .where(_events.c.unit_id == context.unit_id, _events.c.kind == "note", _events.c.campaign_id == context.id)
        .order_by(_events.c.ledger_no, still.c.name)
    )
    found: dict[int, list[Any]] = {}
    for row in session.execute(statement):
        if COVER in (row.data or {}):
            found.setdefault(row.ledger_no, []).append(row)
    names = _names(session, context.unit_id, [uuid.UUID(rows[0].data[COVER]["member"]) for rows in found.values()])
    return [
        (_cover(rows[0], sum(row.still for row in rows), names), tuple(row.has for row in rows if row.has))
        for rows in found.values()
    ]


def cover_of(session: Session, actor: Actor, context: CampaignContext, cover_id: uuid.UUID) -> Cover:
    """Return one cover, also when nothing is left to give back. Raises NotFound: absent and foreign look alike.

    A UUIDv7 tells its millisecond, so that only the notes from then on are looked at.
    """
    since = (cover_id.int >> 80) * 1000
    statement = select(_events).where(
        _events.c.unit_id == context.unit_id, _events.c.campaign_id == context.id, _events.c.kind == "note",
        _events.c.happened_at >= since, _events.c.about_id == cover_id,
    )  # fmt: skip
    row = session.execute(statement).one_or_none()
    if row is None or COVER not in (row.data or {}):
        raise NotFound
    names = _names(session, context.unit_id, [uuid.UUID(row.data[COVER]["member"])])
    team_seen(session, actor, uuid.UUID(row.data[COVER]["team"]))
    cover = _cover(row, 0, names)
    still = session.scalar(select(func.count()).where(in_scope(context, actor), still_there(cover))) or 0
    return _cover(row, still, names)


def still_there(cover: Cover) -> ColumnElement[bool]:
    """Return the condition for the doors that are still where the cover put them."""
    given = exists().where(
        _given.c.unit_id == _doors.c.unit_id, _given.c.door_id == _doors.c.id, _given.c.to_at.is_(None),
        _given.c.from_no == cover.ledger_no + 1,
    )  # fmt: skip
    return and_(_doors.c.team_id == cover.team_id, given)


def _names(session: Session, unit_id: uuid.UUID, members: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    statement = select(_members.c.id, _members.c.name).where(_members.c.unit_id == unit_id, _members.c.id.in_(members))
    return {row.id: row.name for row in session.execute(statement)} if members else {}


def _cover(row: Any, still: int, names: Mapping[uuid.UUID, str]) -> Cover:
    told = row.data[COVER]
    member = uuid.UUID(told["member"])
    return Cover(
        id=row.about_id,
        ledger_no=row.ledger_no,
        team_id=uuid.UUID(told["team"]),
        member_id=member,
        member=names.get(member, ""),
        since=row.happened_at,
        until=told["until"],
        reason=row.data["reason"],
        doors=told["doors"],
        still=still,
    )
