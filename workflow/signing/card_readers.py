"""Whom somebody may print a sign-in card for."""

import uuid
from dataclasses import dataclass, replace

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor, of_the_unit
from workflow.errors import NotFound
from workflow.tables import Account, Membership, Post, PostHolding, table_of

_accounts = table_of(Account)


@dataclass(frozen=True, slots=True)
class CardReader:
    """Somebody whom the actor may print a card for: their account and what they hold in the unit."""

    account_id: uuid.UUID
    membership_id: uuid.UUID
    login: str
    name: str
    roles: frozenset[str] = frozenset()
    team_ids: frozenset[uuid.UUID] = frozenset()
    has_password: bool = False


def card_readers(session: Session, actor: Actor, *, now: Instant) -> list[CardReader]:
    """Return whom the actor may print a card for, by name: the administrator everybody in the unit, a leader the members of their
    team who hold nothing else. `now` is the unit's time. NotFound for who may print none."""
    everybody = any(post.role == "administrator" and of_the_unit(post) for post in actor.posts)
    teams = {post.team_id for post in actor.holds("team_leader") if post.team_id is not None}
    if not everybody and not teams:
        raise NotFound
    found = people_to_card(session, actor.unit_id, now=now)
    return [one for one in found if everybody or (one.roles == {"member"} and one.team_ids & teams)]


def people_to_card(session: Session, unit_id: uuid.UUID, *, now: Instant) -> list[CardReader]:
    """Return everybody with a live place in the unit and an account that is not disabled, with what they hold, by name."""
    members, holdings, posts = (table_of(model) for model in (Membership, PostHolding, Post))
    statement = (
        select(
            _accounts.c.id, members.c.id.label("membership_id"), _accounts.c.login, members.c.name, posts.c.role,
            posts.c.team_id, _accounts.c.password_hash.is_not(None).label("has_password"),
        )
        .join(members, members.c.account_id == _accounts.c.id)
        .outerjoin(
            holdings,
            and_(
                holdings.c.unit_id == members.c.unit_id, holdings.c.membership_id == members.c.id,
                holdings.c.from_at <= now, or_(holdings.c.to_at.is_(None), holdings.c.to_at > now),
            ),
        )
        .outerjoin(posts, and_(posts.c.unit_id == holdings.c.unit_id, posts.c.id == holdings.c.post_id))
        .where(
            members.c.unit_id == unit_id, _accounts.c.disabled_at.is_(None),
            members.c.from_at <= now, or_(members.c.to_at.is_(None), members.c.to_at > now),
        )
        .order_by(members.c.name_sort, members.c.id)
    )  # fmt: skip
    found: dict[uuid.UUID, CardReader] = {}
    for row in session.execute(statement):
        known = (row.id, row.membership_id, row.login, row.name)
        one = found.get(row.id) or CardReader(*known, has_password=bool(row.has_password))
        roles, teams = ({row.role} if row.role else set()), ({row.team_id} if row.team_id else set())
        found[row.id] = replace(one, roles=one.roles | roles, team_ids=one.team_ids | teams)
    return list(found.values())
