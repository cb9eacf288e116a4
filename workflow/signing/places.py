"""Where an account has a place: its units, the time it is there, and the roles held."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.tables import Membership, Post, PostHolding, Unit, table_of


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a unit at this moment. `now` is the unit's own time."""

    unit_id: uuid.UUID
    unit_code: str
    membership_id: uuid.UUID
    now: Instant
    roles: frozenset[str]
    unit_name: str = ""


def places_of(session: Session, account_id: uuid.UUID, *, now: Instant) -> list[Place]:
    """Return the account's live places, by code of the unit. `now` is real time; each unit judges by its own clock."""
    units, members, holdings, posts = (table_of(model) for model in (Unit, Membership, PostHolding, Post))
    there = now + units.c.clock_offset
    statement = (
        select(
            units.c.id,
            units.c.code,
            units.c.name,
            members.c.id.label("membership_id"),
            there.label("there"),
            posts.c.role,
        )
        .join(members, and_(members.c.unit_id == units.c.id, members.c.account_id == account_id))
        .outerjoin(
            holdings,
            and_(
                holdings.c.unit_id == members.c.unit_id,
                holdings.c.membership_id == members.c.id,
                holdings.c.from_at <= there,
                or_(holdings.c.to_at.is_(None), holdings.c.to_at > there),
            ),
        )
        .outerjoin(posts, and_(posts.c.unit_id == holdings.c.unit_id, posts.c.id == holdings.c.post_id))
        .where(members.c.from_at <= there, or_(members.c.to_at.is_(None), members.c.to_at > there))
        .order_by(units.c.code)
    )
    found: dict[uuid.UUID, Place] = {}
    for row in session.execute(statement):
        known = found.get(row.id)
        roles = (known.roles if known else frozenset()) | ({row.role} if row.role else frozenset())
        found[row.id] = Place(row.id, row.code, row.membership_id, row.there, roles, row.name)
    return list(found.values())


def used_elsewhere(
    session: Session, accounts: Collection[uuid.UUID], unit_id: uuid.UUID, *, now: Instant
) -> frozenset[uuid.UUID]:
    """Return which of the accounts have a live place in another unit too. `now` is real time."""
    units, members = table_of(Unit), table_of(Membership)
    there = now + units.c.clock_offset
    statement = (
        select(members.c.account_id)
        .join(units, units.c.id == members.c.unit_id)
        .where(
            members.c.account_id.in_(accounts),
            members.c.unit_id != unit_id,
            or_(members.c.to_at.is_(None), members.c.to_at > there),
        )
    )
    return frozenset(session.scalars(statement))


def roles_everywhere(places: list[Place]) -> frozenset[str]:
    """Return the roles held in any of the places: the strictest of them sets the limits of a sign-in."""
    return frozenset(role for place in places for role in place.roles)
