"""Who holds a post now: the person behind an owner's title."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.queries.in_whose_name import ABSENT, ABSENT_NAME, stood_in, who_did
from workflow.statements.asking import Asked, ask
from workflow.statements.prepared import Prepared
from workflow.tables import Membership, Post, PostHolding, table_of

_holdings = table_of(PostHolding)


def holders_of_posts(
    session: Session, unit_id: uuid.UUID, post_ids: Iterable[uuid.UUID | None], *, now: Instant
) -> Mapping[uuid.UUID, tuple[str, ...]]:
    """Return the names of those who hold each post at `now`, in the order of names, then of those who stand in for one; nothing for a post that nobody holds."""
    wanted = {post_id for post_id in post_ids if post_id is not None}
    if not wanted:
        return {}
    held = defaultdict[uuid.UUID, list[str]](list)
    for row in ask(session, _held, unit=unit_id, posts=sorted(wanted), now=now):
        held[row.post_id].append(who_did(row.name, row.absent))
    return {post_id: tuple(dict.fromkeys(names)) for post_id, names in held.items()}


def _held(*, unit: Any, posts: Any, now: Any) -> Asked:
    return (
        select(PostHolding.post_id, Membership.name, ABSENT_NAME)
        .join(Membership, and_(Membership.unit_id == PostHolding.unit_id, Membership.id == PostHolding.membership_id))
        .outerjoin(ABSENT, stood_in(_holdings))
        .where(PostHolding.unit_id == unit, PostHolding.post_id.in_(posts), *_now(now))
        .order_by(PostHolding.post_id, PostHolding.acting_for_id.is_not(None), Membership.name_sort)
    )


def _now(now: Any) -> tuple[ColumnElement[bool], ...]:
    return PostHolding.from_at <= now, or_(PostHolding.to_at.is_(None), PostHolding.to_at > now)


def post_and_holders(session: Session, unit_id: uuid.UUID, post_id: uuid.UUID, *, now: Instant) -> list[Any]:
    """Return one post's code and label, a row for each holder in the order of names (one row without a `name` if nobody holds it).

    `absent` is for whom one stands in.
    """
    return _ONE.all(session, {"unit": unit_id, "post": post_id, "now": now})


_held_now = (
    PostHolding.unit_id == Post.unit_id,
    PostHolding.post_id == Post.id,
    *_now(bindparam("now", type_=BigInteger)),
)
_who = (Membership.unit_id == PostHolding.unit_id, Membership.id == PostHolding.membership_id)
_posts, _members = table_of(Post), table_of(Membership)
_ONE = Prepared(
    select(_posts.c.code, _posts.c.label, _members.c.name, ABSENT_NAME)
    .outerjoin(PostHolding, and_(*_held_now))
    .outerjoin(Membership, and_(*_who))
    .outerjoin(ABSENT, stood_in(_holdings))
    .where(Post.unit_id == bindparam("unit"), Post.id == bindparam("post"))
    .order_by(Membership.name_sort)
)


def posts_of_unit(
    session: Session, unit_id: uuid.UUID, *, now: Instant
) -> list[tuple[uuid.UUID, str, tuple[str, ...]]]:
    """Return every post of the unit, for choosing an owner: id, title (with the team, area or body it is in), who holds it now."""
    rows = session.execute(select(Post.id, Post.label, Post.scope).where(Post.unit_id == unit_id)).all()
    held = holders_of_posts(session, unit_id, [row.id for row in rows], now=now)
    titled = [
        (row.id, row.label if row.scope == "unit" else f"{row.label} ({row.scope})", held.get(row.id, ()))
        for row in rows
    ]
    return sorted(titled, key=lambda each: (each[1], each[0]))
