"""Who is who in the units of a demonstration: one colleague for each post, to play their role."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.tables import Account, Membership, Post, PostHolding, Unit


@dataclass(frozen=True)
class Player:
    """A made-up colleague and the post they hold."""

    unit_code: str
    unit_name: str
    account_id: uuid.UUID
    login: str
    name: str
    role: str
    post: str
    scope: str
    holders: int


def players(session: Session, *, now: Instant, seats: Mapping[tuple[str, str], str] | None = None) -> list[Player]:
    """Return, for every demonstration unit and post, one of those who hold it now, and how many do. `now` is real time.

    `seats` names, by code of the unit and of the post, the scope of the holder to return; without one it is the first.
    """
    there = now + Unit.clock_offset
    statement = (  # national
        select(
            Unit.code,
            Unit.name,
            Account.id,
            Account.login,
            Membership.name,
            Post.role,
            Post.label,
            Post.scope,
            Post.code,
        )
        .join(Membership, Membership.unit_id == Unit.id)
        .join(Account, Account.id == Membership.account_id)
        .join(PostHolding, and_(PostHolding.unit_id == Unit.id, PostHolding.membership_id == Membership.id))
        .join(Post, and_(Post.unit_id == Unit.id, Post.id == PostHolding.post_id))
        .where(
            Unit.is_demo,
            Account.disabled_at.is_(None),
            PostHolding.from_at <= there,
            or_(PostHolding.to_at.is_(None), PostHolding.to_at > there),
        )
        .order_by(Unit.code, Post.code, func.length(Post.scope), Post.scope, Account.login)
    )
    found: dict[tuple[str, str], list[Player]] = {}
    for code, name, account, login, person, role, label, scope, post in session.execute(statement):
        player = Player(code, name, account, login, person, role, label, scope, 1)
        found.setdefault((code, post), []).append(player)
    wanted = seats or {}
    shown = {key: next((one for one in some if one.scope == wanted.get(key)), some[0]) for key, some in found.items()}
    return [Player(*_values(shown[key]), len(some)) for key, some in found.items()]


def _values(player: Player) -> tuple[str, str, uuid.UUID, str, str, str, str, str]:
    return (
        player.unit_code, player.unit_name, player.account_id, player.login, player.name, player.role, player.post, player.scope
    )  # fmt: skip
