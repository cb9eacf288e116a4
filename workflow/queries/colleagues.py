"""Who holds which post: for handing work on, and for saying whom a post means. Not who stands in for them: that ends by itself."""

import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Held
from workflow.tables import Membership, Post, PostHolding, table_of

_posts, _holdings, _members = table_of(Post), table_of(PostHolding), table_of(Membership)


class Colleague(NamedTuple):
    """Somebody with the post that makes them one to turn to."""

    membership_id: uuid.UUID
    name: str
    code: str
    post: str
    team_id: uuid.UUID | None
    area_id: uuid.UUID | None
    post_id: uuid.UUID
    is_named: bool = False
    """Whether they were asked for by their post itself."""


def held_by_anybody(session: Session, unit_id: uuid.UUID, *, now: Instant) -> list[Held]:
    """Return the posts of the unit that are held now, by whomever; a post once for each who holds it."""
    ordered = _holders(unit_id, now, *_held_columns()).order_by(_posts.c.code, _posts.c.scope)
    return [Held(*held) for held in session.execute(ordered)]


def _held_columns() -> tuple[Any, ...]:
    row = _posts.c
    return (row.id, row.code, row.role, row.label, row.team_id, row.area_id, row.body_id, _holdings.c.acting_for_id)


def held_places(session: Session, unit_id: uuid.UUID, membership_id: uuid.UUID, *, now: Instant) -> list[Held]:
    """Return the posts that somebody of the unit holds now; none if they have left, or are not of this unit."""
    mine = _members.c.id == membership_id
    statement = _holders(unit_id, now, *_held_columns()).where(mine).order_by(_posts.c.code, _posts.c.scope)
    return [Held(*held) for held in session.execute(statement)]


def colleagues_of(
    session: Session,
    unit_id: uuid.UUID,
    *,
    now: Instant,
    codes: Sequence[str],
    teams: Sequence[uuid.UUID],
    areas: Sequence[uuid.UUID],
    posts: Sequence[uuid.UUID] = (),
) -> list[Colleague]:
    """Return who holds a post in one of `teams`, or one of the posts `codes` in them, in `areas` or at the unit, or one of `posts`."""
    row = _posts.c
    of_unit = and_(row.team_id.is_(None), row.area_id.is_(None), row.body_id.is_(None))
    places = or_(of_unit, row.area_id.in_(list(areas)) if areas else false())
    in_team: ColumnElement[bool] = row.team_id.in_(list(teams)) if teams else false()
    columns = (_members.c.id, _members.c.name, row.code, row.label, row.team_id, row.area_id, row.id)
    named: ColumnElement[bool] = row.id.in_(list(posts)) if posts else false()
    found = or_(in_team, and_(row.code.in_(list(codes)), places), named)
    statement = _holders(unit_id, now, *columns).where(found)
    ordered = statement.order_by(row.role.desc(), row.code, _members.c.name_sort, _members.c.id)
    return [Colleague(*held)._replace(is_named=held[-1] in posts) for held in session.execute(ordered)]


def _holders(unit_id: uuid.UUID, now: Instant, *columns: Any) -> Select[Any]:
    held, member = _holdings.c, _members.c
    return (
        select(*columns)
        .select_from(_holdings)
        .join(_posts, and_(_posts.c.unit_id == held.unit_id, _posts.c.id == held.post_id))
        .join(_members, and_(member.unit_id == held.unit_id, member.id == held.membership_id))
        .where(
            held.unit_id == unit_id,
            held.acting_for_id.is_(None),
            held.from_at <= now,
            or_(held.to_at.is_(None), held.to_at > now),
            member.from_at <= now,
            or_(member.to_at.is_(None), member.to_at > now),
        )
    )


__all__ = ["Colleague", "colleagues_of", "held_by_anybody", "held_places"]
