"""What somebody has been told: how many digests are unread, the digests with what came in each, and what of it is still to do.

The bell and the list count by the same conditions. A digest is unread while more came than its reader has seen. Own quiet hours hold
back what came in them; nothing is lost: the next look after them shows it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from rules.time import DAY, MINUTE, Instant, minute_of_day
from workflow.access import Actor
from workflow.notices.hours import DAY_MINUTES
from workflow.notices.kinds import DUE_SOON, KINDS, RETURNED, TO_CONFIRM
from workflow.statements.asking import Asked, ask
from workflow.tables import Notice, NoticeRead, NoticeWish, PostHolding, Run, table_of

KEPT: Final = 7 * DAY
"""How long a digest is told of. What it told of stays where it is for as long as it is open."""
PAGE: Final = 30
_notices, _reads, _wishes, _runs = table_of(Notice), table_of(NoticeRead), table_of(NoticeWish), table_of(Run)
_holdings = table_of(PostHolding)


class Bell(NamedTuple):
    """How many digests somebody has not read, and the unit's instant at which the clock last looked (None: never)."""

    unread: int
    tick_at: Instant | None


@dataclass(slots=True)
class Digest:
    """What came to a post, or to the reader (`post_id` None), in one hour: how many of each kind, in the order of `KINDS`."""

    id: uuid.UUID
    campaign_id: uuid.UUID
    post_id: uuid.UUID | None
    shown_at: Instant
    is_unread: bool = False
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many things came."""
        return sum(self.counts.values())


class Wish(NamedTuple):
    """What somebody does without, and their own quiet hours in minutes of the day."""

    muted: frozenset[str] = frozenset()
    quiet_from: int | None = None
    quiet_until: int | None = None


_MUTES: Final = {
    DUE_SOON: _wishes.c.mutes_due_soon, TO_CONFIRM: _wishes.c.mutes_to_confirm, RETURNED: _wishes.c.mutes_returned,
}  # fmt: skip


def bell_of(session: Session, actor: Actor, *, now: Instant) -> Bell:
    """Return what the head of a page shows. One statement."""
    (row,) = ask(session, _bell, **_asked(actor, now))
    return Bell(int(row.unread), row.tick_at)


def digests_of(
    session: Session, actor: Actor, *, now: Instant, limit: int = PAGE, offset: int = 0
) -> tuple[list[Digest], bool]:
    """Return somebody's digests, the newest first, and whether there are more. One statement."""
    rows = ask(session, _list, **_asked(actor, now), limit=limit + 1, offset=offset)
    return _digests(rows, limit)


def digest_of(session: Session, actor: Actor, digest_id: uuid.UUID, *, now: Instant) -> Digest | None:
    """Return one digest; None for one that is not there or somebody else's: they look alike."""
    rows = ask(session, _one, digest=digest_id, **_asked(actor, now), limit=2, offset=0)
    found, _ = _digests(rows, 1)
    return found[0] if found else None


def wish_of(session: Session, actor: Actor) -> Wish:
    """Return what somebody wants to be told."""
    row = session.execute(
        select(NoticeWish).where(NoticeWish.unit_id == actor.unit_id, NoticeWish.membership_id == actor.membership_id)
    ).scalar()
    if row is None:
        return Wish()
    muted = {kind for kind, column in _MUTES.items() if getattr(row, column.name)}
    return Wish(frozenset(muted), row.quiet_from, row.quiet_until)


def _digests(rows: Sequence[Any], limit: int) -> tuple[list[Digest], bool]:
    found: dict[uuid.UUID, Digest] = {}
    for row in rows:
        digest = found.setdefault(row.digest_id, Digest(row.digest_id, row.campaign_id, row.post_id, row.shown_at))
        digest.counts[row.kind] = int(row.arrived)
        digest.is_unread = digest.is_unread or bool(row.is_new)
    every = list(found.values())
    for digest in every:
        digest.counts = {kind: digest.counts[kind] for kind in KINDS if kind in digest.counts}
    return every[:limit], len(every) > limit


def _asked(actor: Actor, now: Instant) -> dict[str, Any]:
    return {
        **told_as(actor), "now": now, "since": now - KEPT,
        "minute": minute_of_day(now), "minute_at": now - now % MINUTE,
    }  # fmt: skip


def told_as(actor: Actor) -> dict[str, Any]:
    """Return as whom somebody is told: themselves, in their own posts, and in those that were lent to them (None: in none)."""
    posts = [post.post_id for post in actor.posts if post.acting_for is None]
    lent = [post.post_id for post in actor.posts if post.acting_for is not None and post.post_id not in posts]
    return {"unit": actor.unit_id, "me": actor.membership_id, "posts": posts or None, "lent": lent or None}


def mine(unit: Any, me: Any, posts: Any, lent: Any, now: Any) -> ColumnElement[bool]:
    """Return the condition that a notice is somebody's: for them, for a post of theirs, or, since they stand in, for one that was lent."""
    of_post = _notices.c.post_id.in_(posts) if posts is not None else false()
    return and_(_notices.c.unit_id == unit, or_(of_post, _of_lent(unit, me, lent, now), _notices.c.membership_id == me))


def _of_lent(unit: Any, me: Any, lent: Any, now: Any) -> ColumnElement[bool]:
    if lent is None:
        return false()
    held = _holdings.c
    since = (
        select(func.min(held.from_at))
        .where(
            held.unit_id == unit, held.membership_id == me, held.acting_for_id.is_not(None), held.post_id == _notices.c.post_id,
            held.from_at <= now, or_(held.to_at.is_(None), held.to_at > now),
        )
        .correlate(_notices)
        .scalar_subquery()
    )  # fmt: skip
    return and_(_notices.c.post_id.in_(lent), _notices.c.shown_at > since)


def _told(
    unit: Any, me: Any, posts: Any, lent: Any, now: Any, since: Any, minute: Any, minute_at: Any
) -> tuple[Any, Any]:
    """Return the notices that somebody is told of now, joined with what they have seen and want, and the condition that one is."""
    n, wish = _notices.c, _wishes.c
    joined = _notices.outerjoin(_wishes, and_(wish.unit_id == n.unit_id, wish.membership_id == me)).outerjoin(
        _reads, and_(_reads.c.unit_id == n.unit_id, _reads.c.notice_id == n.id, _reads.c.membership_id == me)
    )
    gone = (minute - wish.quiet_from + DAY_MINUTES) % DAY_MINUTES
    is_quiet = gone < (wish.quiet_until - wish.quiet_from + DAY_MINUTES) % DAY_MINUTES
    until = case((is_quiet, minute_at - gone * MINUTE - 1), else_=now)
    muted = or_(*(and_(n.kind == kind, column) for kind, column in _MUTES.items()))
    unmuted = case((muted, 0), else_=1) == 1
    return joined, and_(mine(unit, me, posts, lent, now), n.shown_at <= until, n.shown_at > since, unmuted)


_IS_NEW: Final = _notices.c.arrived > func.coalesce(_reads.c.seen, 0)


def _bell(*, unit: Any, me: Any, posts: Any, lent: Any, now: Any, since: Any, minute: Any, minute_at: Any) -> Asked:
    joined, condition = _told(unit, me, posts, lent, now, since, minute, minute_at)
    unread = select(func.count(_notices.c.digest_id.distinct())).select_from(joined).where(condition, _IS_NEW)
    ticked = select(func.max(_runs.c.now)).where(_runs.c.unit_id == unit)
    return select(unread.scalar_subquery().label("unread"), ticked.scalar_subquery().label("tick_at"))


def _list(*, limit: Any, offset: Any, **asked: Any) -> Asked:
    joined, condition = _told(**asked)
    n = _notices.c
    named = (
        select(n.digest_id.label("id"), func.max(n.shown_at).label("at"))
        .select_from(joined)
        .where(condition)
        .group_by(n.digest_id)
        .order_by(func.max(n.shown_at).desc(), n.digest_id)
        .limit(limit)
        .offset(offset)
        .subquery("named")
    )
    return _lines(joined.join(named, named.c.id == n.digest_id), condition)


def _one(*, digest: Any, limit: Any, offset: Any, **asked: Any) -> Asked:
    joined, condition = _told(**asked)
    return _lines(joined, and_(condition, _notices.c.digest_id == digest)).limit(limit * len(KINDS)).offset(offset)


def _lines(joined: Any, condition: ColumnElement[bool]) -> Asked:
    n = _notices.c
    columns = (
        n.digest_id,
        n.campaign_id,
        n.post_id,
        n.shown_at,
        n.kind,
        n.arrived,
        case((_IS_NEW, 1), else_=0).label("is_new"),
    )
    return select(*columns).select_from(joined).where(condition).order_by(n.shown_at.desc(), n.digest_id, n.kind)
