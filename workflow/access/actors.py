"""Who somebody is in a unit: the posts held at a moment, read once for a request."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Connection, FromClause, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.errors import NotFound
from workflow.ledger.on_behalf import OnBehalf
from workflow.statements.prepared import Prepared
from workflow.tables import Account, Membership, Post, PostHolding, table_of


@dataclass(frozen=True)
class Held:
    """A post held now. `acting_for` is the membership that a delegate stands in for."""

    post_id: uuid.UUID
    code: str
    role: str
    label: str
    team_id: uuid.UUID | None
    area_id: uuid.UUID | None
    body_id: uuid.UUID | None
    acting_for: uuid.UUID | None


class Kind(NamedTuple):
    """A held post without its ids: what shapes a statement, whoever asks."""

    role: str
    code: str
    in_team: bool
    in_area: bool
    in_body: bool
    delegated: bool


@dataclass(frozen=True)
class Actor:
    """Somebody in a unit, with the posts they hold at the moment of asking: their own first, then those of whom they stand in for."""

    unit_id: uuid.UUID
    account_id: uuid.UUID
    membership_id: uuid.UUID
    name: str
    posts: tuple[Held, ...]
    let_in: "LookedUp | None" = None
    """The one person that a support desk looked up just now: set by `let_in_by_look_up`, and only for what the desk does."""
    on_behalf: OnBehalf = field(default_factory=OnBehalf, compare=False, repr=False)
    """For whom they act just now: told by the functions that permit, read by the book."""

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles of all held posts."""
        return frozenset(post.role for post in self.posts)

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """The held posts without their ids."""
        return tuple(
            Kind(
                post.role, post.code, post.team_id is not None, post.area_id is not None, post.body_id is not None,
                post.acting_for is not None,
            )
            for post in self.posts
        )  # fmt: skip

    def holds(self, *roles: str) -> tuple[Held, ...]:
        """Return the held posts of any of `roles`."""
        return tuple(post for post in self.posts if post.role in roles)

    def acts_under(self, post: Held | None) -> None:
        """Say under which post the actor does what comes next; None for what needs no post."""
        self.on_behalf.of = None if post is None else post.acting_for

    def besides(self, post: Held) -> frozenset[uuid.UUID]:
        """Return who else somebody is while they act under a lent post: themselves, and others they stand in for.

        Nobody, for a post of their own: in their own name they do what they may. One person never counts as two, so what one of these
        asked for is not decided under that post.
        """
        if post.acting_for is None:
            return frozenset()
        others = {each.acting_for for each in self.posts if each.acting_for is not None}
        return frozenset({self.membership_id, *others} - {post.acting_for})

    @property
    def hats(self) -> "tuple[Actor, ...]":
        """The actor once with their own posts, and once with those of each person they stand in for; who stands in for nobody is one."""
        absent = dict.fromkeys(post.acting_for for post in self.posts)
        if not absent.keys() - {None}:
            return (self,)
        return tuple(
            replace(self, posts=tuple(post for post in self.posts if post.acting_for == one))
            for one in {None: None, **absent}
        )


@dataclass(frozen=True)
class LookedUp:
    """Whom an exact look-up found, and the door at which they are: open to who looked for a short while."""

    subject_id: uuid.UUID
    door_id: uuid.UUID
    until: Instant


_members, _posts, _holdings = (table_of(model) for model in (Membership, Post, PostHolding))


_now: ColumnElement[int] = bindparam("now", type_=BigInteger)


ACTOR: Final = (
    _members.c.id,
    _members.c.name,
    _posts.c.id.label("post_id"),
    _posts.c.code,
    _posts.c.role,
    _posts.c.label,
    _posts.c.team_id,
    _posts.c.area_id,
    _posts.c.body_id,
    _holdings.c.acting_for_id,
)
"""What makes an actor, one row for each held post: the columns that `actor_from` reads."""
ACTOR_ORDER: Final = (_posts.c.code, _posts.c.scope)


def with_posts(members: FromClause, now: ColumnElement[int]) -> FromClause:
    """Return memberships, or what was joined to them, with the posts held at `now`: a row without one for somebody who holds none."""
    held = (_holdings.c.unit_id == _members.c.unit_id, _holdings.c.membership_id == _members.c.id, *_at(_holdings, now))
    post = (_posts.c.unit_id == _holdings.c.unit_id, _posts.c.id == _holdings.c.post_id)
    return members.outerjoin(_holdings, and_(*held)).outerjoin(_posts, and_(*post))


def is_member(now: ColumnElement[int]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for a membership that holds at `now`."""
    return _at(_members, now)


def _at(table: Any, now: ColumnElement[int]) -> tuple[ColumnElement[bool], ...]:
    return table.c.from_at <= now, or_(table.c.to_at.is_(None), table.c.to_at > now)


_accounts = table_of(Account)


_ACTOR = Prepared(
    select(*ACTOR)
    .select_from(with_posts(_members.join(_accounts, _accounts.c.id == _members.c.account_id), _now))
    .where(
        _members.c.unit_id == bindparam("unit"),
        _members.c.account_id == bindparam("account"),
        _accounts.c.disabled_at.is_(None),
        *is_member(_now),
    )
    .order_by(*ACTOR_ORDER)
)


def actor_of(session: Session | Connection, unit_id: uuid.UUID, account_id: uuid.UUID, *, now: Instant) -> Actor:
    """Return the account's actor in the unit; NotFound if it has no place there now (or is disabled)."""
    rows = _ACTOR.all(session, {"unit": unit_id, "account": account_id, "now": now})
    if not rows:
        raise NotFound
    return actor_from(unit_id, account_id, rows)


def actor_from(unit_id: uuid.UUID, account_id: uuid.UUID, rows: Sequence[Sequence[Any]]) -> Actor:
    """Return the actor that rows of `ACTOR` tell of; there is at least one."""
    membership_id, name = rows[0][:2]
    posts = [Held(*row[2:]) for row in rows if row[2] is not None]
    posts.sort(key=lambda post: post.acting_for is not None)  # what they may do themselves they do in their own name
    return Actor(unit_id, account_id, membership_id, name, tuple(posts))


def actor_by_login(session: Session, unit_id: uuid.UUID, login: str, *, now: Instant) -> Actor:
    """Return the actor of the account called `login`."""
    account_id = session.scalar(select(Account.id).where(Account.login == login))
    if account_id is None:
        raise NotFound
    return actor_of(session, unit_id, account_id, now=now)
