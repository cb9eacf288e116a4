"""The people of a unit, as its administrator keeps them. Everybody else finds nothing here."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor
from workflow.errors import NotFound
from workflow.people.names import fold
from workflow.queries.in_whose_name import ABSENT, ABSENT_NAME, stood_in
from workflow.queries.organisation import live_holding, place_names, require_administrating
from workflow.tables import Account, Membership, Post, PostHolding, SignInCard, table_of

PAGE: Final = 50
"""People on a page."""

_accounts, _members, _posts = (table_of(model) for model in (Account, Membership, Post))
_holdings, _cards = table_of(PostHolding), table_of(SignInCard)


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post that somebody holds. `place` is the name of the team, area or body; None at the unit itself."""

    holding_id: uuid.UUID
    code: str
    role: str
    label: str
    scope: str
    place: str | None
    since: Instant
    acting_for: str | None = None
    """For whom they stand in; None for a post of their own."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody with a place in the unit, or who had one. `card_until` (real time): when their unused card ends."""

    membership_id: uuid.UUID
    account_id: uuid.UUID
    login: str
    name: str
    since: Instant
    left_at: Instant | None
    is_disabled: bool
    has_password: bool
    card_until: Instant | None
    posts: tuple[HeldPost, ...]

    @property
    def is_here(self) -> bool:
        """Whether they work here."""
        return self.left_at is None


@dataclass(frozen=True, slots=True)
class People:
    """One page of the unit's people. `found` counts those that match, `pages` at least 1."""

    people: list[Colleague]
    found: int
    page: int
    pages: int


def people_of_unit(
    session: Session,
    actor: Actor,
    *,
    now: Instant,
    real_now: Instant,
    search: str = "",
    left: bool = False,
    page: int = 1,
) -> People:
    """Return a page of the unit's people by name: those here, or (`left`) those who have left. `search` is part of a name or login,
    written with or without accents. Raises NotFound for who is no administrator."""
    require_administrating(actor)
    is_here = or_(_members.c.to_at.is_(None), _members.c.to_at > now)
    rows = session.execute(
        select(_members.c.id, _members.c.name, _accounts.c.login)
        .join(_accounts, _accounts.c.id == _members.c.account_id)
        .where(_members.c.unit_id == actor.unit_id, ~is_here if left else is_here)
        .order_by(_members.c.name_sort, _members.c.id)
    )
    wanted = fold(search.strip())
    found = [row.id for row in rows if wanted in fold(row.name) or wanted in row.login]
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(page, 1), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    return People(_colleagues(session, actor.unit_id, shown, now=now, real_now=real_now), len(found), page, pages)


def colleague_of_unit(
    session: Session, actor: Actor, membership_id: uuid.UUID, *, now: Instant, real_now: Instant
) -> Colleague:
    """Return one of the unit's people. Raises NotFound: nobody here, or not for the actor to see."""
    require_administrating(actor)
    found = _colleagues(session, actor.unit_id, [membership_id], now=now, real_now=real_now)
    if not found:
        raise NotFound
    return found[0]


def _colleagues(
    session: Session, unit_id: uuid.UUID, members: Iterable[uuid.UUID], *, now: Instant, real_now: Instant
) -> list[Colleague]:
    ids = list(members)
    posts = _posts_of(session, unit_id, ids, now)
    good = (_cards.c.used_at.is_(None), _cards.c.revoked_at.is_(None), _cards.c.expires_at > real_now)
    card = select(func.max(_cards.c.expires_at)).where(_cards.c.account_id == _accounts.c.id, *good).scalar_subquery()
    rows = session.execute(
        select(
            _members.c.id, _accounts.c.id.label("account_id"), _accounts.c.login, _members.c.name, _members.c.from_at, _members.c.to_at,
            _accounts.c.disabled_at, _accounts.c.password_hash.is_not(None).label("has_password"), card.label("card_until"),
        )
        .join(_accounts, _accounts.c.id == _members.c.account_id)
        .where(_members.c.unit_id == unit_id, _members.c.id.in_(ids))
        .order_by(_members.c.name_sort, _members.c.id)
    )  # fmt: skip
    return [
        Colleague(
            membership_id=row.id,
            account_id=row.account_id,
            login=row.login,
            name=row.name,
            since=row.from_at,
            left_at=row.to_at if row.to_at is not None and row.to_at <= now else None,
            is_disabled=row.disabled_at is not None,
            has_password=bool(row.has_password),
            card_until=row.card_until,
            posts=tuple(posts[row.id]),
        )
        for row in rows
    ]


def _posts_of(
    session: Session, unit_id: uuid.UUID, members: list[uuid.UUID], now: Instant
) -> Mapping[uuid.UUID, list[HeldPost]]:
    places = place_names(session, unit_id)
    rows = session.execute(
        select(
            _holdings.c.membership_id, _holdings.c.id, _holdings.c.from_at, _posts.c.code, _posts.c.role, _posts.c.label, _posts.c.scope,
            ABSENT_NAME,
        )
        .join(_posts, and_(_posts.c.unit_id == _holdings.c.unit_id, _posts.c.id == _holdings.c.post_id))
        .outerjoin(ABSENT, stood_in(_holdings))
        .where(
            _holdings.c.unit_id == unit_id, _holdings.c.membership_id.in_(members), *live_holding(now),
        )
        .order_by(_posts.c.code, _posts.c.scope)
    )  # fmt: skip
    held = defaultdict(list)
    for row in rows:
        post = HeldPost(
            row.id, row.code, row.role, row.label, row.scope, places.get(row.scope), row.from_at, row.absent
        )
        held[row.membership_id].append(post)
    return held
