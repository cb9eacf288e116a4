"""Who is signed in on which browser. The cookie holds a token, the database its hash; nothing is believed of the cookie but that.

A sign-in ends by itself after its absolute limit, and earlier if no request came for its idle limit: that of the roles at signing in,
or that of who reviews as soon as such a post is held, also one that was lent since. `touch` writes at most every
five minutes, so an idle limit may strike up to that much early, never late.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.ids import IdSource
from workflow.signing.tokens import hash_of, new_token
from workflow.statements.prepared import Prepared
from workflow.tables import Account, Membership, Post, PostHolding, SignIn, Unit, table_of

MINUTE: Final = 60_000_000
HOUR: Final = 60 * MINUTE
TOUCH_EVERY: Final = 5 * MINUTE
REVIEWERS_IDLE: Final = HOUR
LONGEST_DEVICE: Final = 120
FIELD_ROLES: Final = frozenset({"member", "area_head", "support_desk"})
"""Roles that work at doors and desks all day; every other role reviews, and sees more."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a sign-in lasts, in microseconds: without a request, and in all."""

    idle: int
    absolute: int


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live sign-in and whose it is."""

    id: uuid.UUID
    account_id: uuid.UUID
    login: str
    name: str
    locale: str
    must_change_password: bool
    started_at: Instant
    ends_at: Instant
    is_shared: bool
    seen_at: Instant

    def touch_is_due(self, now: Instant) -> bool:
        """Whether `touch` would write: ask before opening a transaction for it."""
        return self.seen_at <= now - TOUCH_EVERY


@dataclass(frozen=True, slots=True)
class Device:
    """A live sign-in as its owner sees it in the list."""

    id: uuid.UUID
    device: str
    is_shared: bool
    started_at: Instant
    seen_at: Instant
    ends_at: Instant


def limits_for(roles: Iterable[str], *, is_shared: bool = False) -> Limits:
    """Return the limits for somebody with these roles: 12 hours in all; idle 60 minutes for who reviews, 30 on a shared phone."""
    held = frozenset(roles)
    idle = 12 * HOUR if held and held <= FIELD_ROLES else REVIEWERS_IDLE
    return Limits(idle=min(idle, 30 * MINUTE) if is_shared else idle, absolute=12 * HOUR)


_table = table_of(SignIn)
_accounts = table_of(Account)
_units, _members, _holdings, _posts = (
    table_of(model).alias(f"{model.__tablename__}_now") for model in (Unit, Membership, PostHolding, Post)
)


def _live(now: ColumnElement[int] | Instant) -> tuple[ColumnElement[bool], ...]:
    return *_as_signed_in(now), or_(_just_used(now), ~_reviews(now))


def _as_signed_in(now: ColumnElement[int] | Instant) -> tuple[ColumnElement[bool], ...]:
    """Within the limits of the roles at signing in."""
    return _table.c.ended_at.is_(None), _table.c.ends_at > now, _table.c.seen_at + _table.c.idle > now


def _just_used(now: ColumnElement[int] | Instant) -> ColumnElement[bool]:
    """Within the shortest idle limit of any roles."""
    return _table.c.seen_at + REVIEWERS_IDLE > now


def _reviews(now: ColumnElement[int] | Instant) -> ColumnElement[bool]:
    """Whether the account holds a reviewing post now, in any unit; each unit has its own clock."""
    here = _units.c.clock_offset + now
    return (
        select(_holdings.c.id)
        .join(_posts, and_(_posts.c.unit_id == _holdings.c.unit_id, _posts.c.id == _holdings.c.post_id))
        .join(_members, and_(_members.c.unit_id == _holdings.c.unit_id, _members.c.id == _holdings.c.membership_id))
        .join(_units, _units.c.id == _holdings.c.unit_id)
        .where(_members.c.account_id == _table.c.account_id, _posts.c.role.not_in(sorted(FIELD_ROLES)))
        .where(_members.c.from_at <= here, or_(_members.c.to_at.is_(None), _members.c.to_at > here))
        .where(_holdings.c.from_at <= here, or_(_holdings.c.to_at.is_(None), _holdings.c.to_at > here))
        .correlate(_table)
        .exists()
    )


SIGNED_IN: Final = (
    _table.c.id, _table.c.account_id, _accounts.c.login, _accounts.c.name, _accounts.c.locale,
    _accounts.c.must_change_password, _table.c.started_at, _table.c.ends_at, _table.c.is_shared, _table.c.seen_at,
)  # fmt: skip
"""The columns of a `SignedIn`, in its order."""


def by_token() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on `sign_ins` joined to `accounts` for the live sign-in of a token; they name `token` (its hash) and `now`.

    Only for one that was used a moment ago, so that it lives whatever its owner's roles are now: `signed_in_by` looks at these.
    """
    return _OF_TOKEN, *_as_signed_in(_NOW), _just_used(_NOW), _accounts.c.disabled_at.is_(None)


_NOW: Final = bindparam("now", type_=_table.c.ends_at.type)
_OF_TOKEN: Final = _table.c.token_hash == bindparam("token")
_BY_TOKEN: Final = Prepared(
    select(*SIGNED_IN)
    .join(_accounts, _accounts.c.id == _table.c.account_id)
    .where(_OF_TOKEN, *_live(_NOW), _accounts.c.disabled_at.is_(None)),
    SignedIn,
)


def open_sign_in(
    session: Session,
    account_id: uuid.UUID,
    *,
    device: str,
    device_token: str | None,
    is_shared: bool,
    limits: Limits,
    now: Instant,
    ids: IdSource,
) -> str:
    """Sign an account in on a browser and return the token for its cookie; who was signed in on that browser before is not any more."""
    token = new_token()
    device_hash = None if device_token is None else hash_of("device", device_token)
    if device_hash is not None:
        _end(session, _table.c.device_hash == device_hash, because="replaced", now=now)
    session.execute(
        insert(_table),
        {
            "id": ids.new(now), "token_hash": hash_of("sign-in", token), "account_id": account_id, "device_hash": device_hash,
            "device": " ".join(device.split())[:LONGEST_DEVICE], "is_shared": is_shared, "started_at": now, "seen_at": now,
            "ends_at": now + limits.absolute, "idle": limits.idle,
        },
    )  # fmt: skip
    return token


def signed_in_by(session: Session, token: str, *, now: Instant) -> SignedIn | None:
    """Return the live sign-in that a cookie's token stands for; None if there is none, or its account is disabled."""
    found: SignedIn | None = _BY_TOKEN.first(session, {"token": hash_of("sign-in", token), "now": now})
    return found


def touch(session: Session, sign_in_id: uuid.UUID, *, now: Instant) -> None:
    """Note that a request came; writes only if the last note is five minutes old."""
    due = _table.c.seen_at <= now - TOUCH_EVERY
    session.execute(update(_table).where(_table.c.id == sign_in_id, due, *_live(now)).values(seen_at=now))


def end_sign_in(session: Session, token: str, *, because: str, now: Instant) -> bool:
    """End the sign-in of a cookie's token; False if it had ended already."""
    return _end(session, _table.c.token_hash == hash_of("sign-in", token), because=because, now=now) > 0


def end_device(session: Session, account_id: uuid.UUID, sign_in_id: uuid.UUID, *, now: Instant) -> bool:
    """End one sign-in out of the account's own list; False if it is not one of theirs, or had ended."""
    mine = (_table.c.id == sign_in_id) & (_table.c.account_id == account_id)
    return _end(session, mine, because="revoked", now=now) > 0


def end_all(session: Session, account_id: uuid.UUID, *, but: str | None = None, because: str, now: Instant) -> int:
    """End every sign-in of an account (all but the one with the token `but`) and return how many there were."""
    whose = _table.c.account_id == account_id
    if but is not None:
        whose &= _table.c.token_hash != hash_of("sign-in", but)
    return _end(session, whose, because=because, now=now)


def sign_ins_of(session: Session, account_id: uuid.UUID, *, now: Instant) -> list[Device]:
    """Return the account's live sign-ins, the last seen first."""
    columns = (_table.c[name] for name in ("id", "device", "is_shared", "started_at", "seen_at", "ends_at"))
    statement = select(*columns).where(_table.c.account_id == account_id, *_live(now))
    return [Device(*row) for row in session.execute(statement.order_by(_table.c.seen_at.desc(), _table.c.id))]


def got_in_before(session: Session, account_id: uuid.UUID, device_token: str) -> bool:
    """Whether this browser signed the account in before; what it says of itself proves nothing, so only its secret counts."""
    known = select(_table.c.id).where(
        _table.c.account_id == account_id, _table.c.device_hash == hash_of("device", device_token),
        or_(_table.c.ended_because.is_(None), _table.c.ended_because.not_in(("revoked", "disabled"))),
    )  # fmt: skip
    return session.execute(known.limit(1)).first() is not None


def _end(session: Session, which: ColumnElement[bool], *, because: str, now: Instant) -> int:
    live = (which, _table.c.ended_at.is_(None), _table.c.ends_at > now)
    result: Any = session.execute(update(_table).where(*live).values(ended_at=now, ended_because=because))
    return int(result.rowcount)
