"""Planned absences: who is away from when until when, and who stands in for them.

An absence is kept as what it gives: for each post of the one who is away, a holding of the delegate with a beginning and an end. So it
begins and ends by itself, wherever it is asked who somebody is. Why somebody is away is nobody's business and is not kept.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor, of_the_unit
from workflow.queries.place_past import TRACE
from workflow.statements.asking import Asked, ask
from workflow.tables import Account, Audit, Membership, Post, PostHolding, table_of

LENT_ROLES: Final = ("team_leader", "duty_leader", "area_head", "coordinator", "plan_owner", "chair")
"""Roles with duties that a delegate can see to. What stays with the person: visiting, looking up, auditing, administering."""
PLANNERS: Final = ("coordinator", "administrator")
"""Who may plan an absence for somebody else, under a post of their own."""

_holdings, _posts, _members, _accounts = (table_of(model) for model in (PostHolding, Post, Membership, Account))
_away, _delegate = _members.alias("away"), _members.alias("delegate")


class Titled(NamedTuple):
    """A post by its code and its stored title, with where it is."""

    code: str
    label: str
    scope: str

    def __str__(self) -> str:
        return self.in_words(self.label)

    def in_words(self, title: str) -> str:
        """Return a title with where the post is; a post of the unit is in no place of its own."""
        return title if self.scope == "unit" else f"{title} ({self.scope})"


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away from `from_at` until `to_at` (exclusive). `id` is a holding's of it; `lent` are the posts, `posts` their titles."""

    id: uuid.UUID
    absent_id: uuid.UUID
    absent: str
    delegate_id: uuid.UUID
    delegate: str
    from_at: Instant
    to_at: Instant
    lent: tuple[Titled, ...]

    @property
    def posts(self) -> tuple[str, ...]:
        """The titles of the posts, as they are stored."""
        return tuple(map(str, self.lent))

    def has_begun(self, now: Instant) -> bool:
        """Whether it is going on at `now`, and not still to come."""
        return self.from_at <= now


def absences_near(session: Session, unit_id: uuid.UUID, membership_id: uuid.UUID, *, now: Instant) -> list[Absence]:
    """Return the absences, now or to come, in which somebody is away or stands in; the next first. One statement."""
    return _grouped(ask(session, _near, unit=unit_id, me=membership_id, now=now))


def absences_of_unit(session: Session, actor: Actor, *, now: Instant) -> list[Absence]:
    """Return what the actor may know of, now or to come: who may plan for others all of the unit's, everybody else their own."""
    if plans_for_others(actor):
        return _grouped(ask(session, _near, unit=actor.unit_id, me=None, now=now))
    return absences_near(session, actor.unit_id, actor.membership_id, now=now)


def plans_for_others(actor: Actor) -> bool:
    """Whether the actor may plan somebody else's absence: under a post of their own, never under one that was lent to them."""
    return any(post.role in PLANNERS and of_the_unit(post) and post.acting_for is None for post in actor.posts)


def lends(actor: Actor) -> bool:
    """Whether the actor holds a post of their own that a delegate can see to."""
    return any(post.role in LENT_ROLES and post.acting_for is None for post in actor.posts)


def lenders(session: Session, unit_id: uuid.UUID, *, now: Instant) -> list[tuple[uuid.UUID, str]]:
    """Return who holds a post of their own that can be lent, by name."""
    statement = (
        select(_members.c.id, _members.c.name)
        .where(*_works_here(unit_id, now), _members.c.id.in_(_own_posts(unit_id, now, _posts.c.role.in_(LENT_ROLES))))
        .order_by(_members.c.name_sort, _members.c.id)
    )
    return [(row.id, row.name) for row in session.execute(statement)]


def delegates_for(
    session: Session, unit_id: uuid.UUID, absent_id: uuid.UUID, *, now: Instant
) -> list[tuple[uuid.UUID, str]]:
    """Return who may stand in for somebody: of the same unit, with such a post of their own, or with one in the same team; these first,
    then by name.
    """
    teams = (
        select(_posts.c.team_id)
        .join(_holdings, and_(_holdings.c.unit_id == _posts.c.unit_id, _holdings.c.post_id == _posts.c.id))
        .where(_posts.c.unit_id == unit_id, _holdings.c.membership_id == absent_id, *_own_now(now))
        .where(_posts.c.role == "team_leader", _posts.c.team_id.is_not(None))
    )
    fit = or_(_posts.c.role.in_(LENT_ROLES), _posts.c.team_id.in_(teams))
    near = _members.c.id.in_(_own_posts(unit_id, now, _posts.c.team_id.in_(teams)))
    statement = (
        select(_members.c.id, _members.c.name)
        .where(*_works_here(unit_id, now), _members.c.id != absent_id, _members.c.id.in_(_own_posts(unit_id, now, fit)))
        .order_by(case((near, 0), else_=1), _members.c.name_sort, _members.c.id)
    )
    return [(row.id, row.name) for row in session.execute(statement)]


def titles_here(session: Session, unit_id: uuid.UUID, *, now: Instant) -> dict[uuid.UUID, list[Titled]]:
    """Return what everybody of the unit is by posts of their own, with where: two people may bear one name. One statement."""
    statement = (
        select(_holdings.c.membership_id, _posts.c.code, _posts.c.label, _posts.c.scope)
        .join(_posts, and_(_posts.c.unit_id == _holdings.c.unit_id, _posts.c.id == _holdings.c.post_id))
        .where(_holdings.c.unit_id == unit_id, *_own_now(now))
        .order_by(_posts.c.code, _posts.c.scope)
    )
    found: dict[uuid.UUID, list[Titled]] = {}
    for row in session.execute(statement):
        found.setdefault(row.membership_id, []).append(Titled(row.code, row.label, row.scope))
    return found


def lent_between(
    session: Session, unit_id: uuid.UUID, from_at: Instant, to_at: Instant, *, people: list[uuid.UUID]
) -> list[Absence]:
    """Return the absences that share a moment with a time, in which any of `people` is away or stands in."""
    concerns = or_(_holdings.c.acting_for_id.in_(people), _holdings.c.membership_id.in_(people))
    shares = and_(_holdings.c.from_at < to_at, _holdings.c.to_at > from_at, _holdings.c.from_at < _holdings.c.to_at)
    return _grouped(session.execute(_lent(unit_id).where(shares, concerns)).all())


def lent_by_plan_of(session: Session, actor: Actor, planners: Collection[uuid.UUID], *, now: Instant) -> set[uuid.UUID]:
    """Return for whom the actor stands in now because one of `planners` planned it, as the trace of the plan tells. One statement."""
    traces = (
        select(_holdings.c.acting_for_id, _holdings.c.from_at, Audit.membership_id, Audit.data)
        .join(Audit, and_(Audit.unit_id == _holdings.c.unit_id, Audit.about_id == _holdings.c.acting_for_id))
        .where(_holdings.c.unit_id == actor.unit_id, _holdings.c.membership_id == actor.membership_id)
        .where(_holdings.c.from_at <= now, _holdings.c.to_at > now, Audit.kind == TRACE)
        .order_by(Audit.at, Audit.id)
    )
    plan = {"what": "plan_absence", "delegate": str(actor.membership_id)}
    newest = {
        (row.acting_for_id, row.from_at): row.membership_id
        for row in session.execute(traces)
        if {**row.data, **plan, "from_at": row.from_at} == row.data
    }
    return {absent for (absent, _), planner in newest.items() if planner in planners}


def _near(*, unit: Any, me: Any, now: Any) -> Asked:
    live: Asked = _lent(unit).where(_holdings.c.to_at > now, _holdings.c.from_at < _holdings.c.to_at)
    return live if me is None else live.where(or_(_holdings.c.acting_for_id == me, _holdings.c.membership_id == me))


def _lent(unit: Any) -> Any:
    return (
        select(
            _holdings.c.id, _holdings.c.acting_for_id, _away.c.name.label("absent"), _holdings.c.membership_id,
            _delegate.c.name.label("delegate"), _holdings.c.from_at, _holdings.c.to_at, _posts.c.code, _posts.c.label, _posts.c.scope,
        )
        .join(_posts, and_(_posts.c.unit_id == _holdings.c.unit_id, _posts.c.id == _holdings.c.post_id))
        .join(_away, and_(_away.c.unit_id == _holdings.c.unit_id, _away.c.id == _holdings.c.acting_for_id))
        .join(_delegate, and_(_delegate.c.unit_id == _holdings.c.unit_id, _delegate.c.id == _holdings.c.membership_id))
        .where(_holdings.c.unit_id == unit, _holdings.c.acting_for_id.is_not(None))
        .order_by(_holdings.c.from_at, _away.c.name_sort, _posts.c.code, _posts.c.scope, _holdings.c.id)
    )  # fmt: skip


def _grouped(rows: Any) -> list[Absence]:
    found: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        found.setdefault((row.acting_for_id, row.membership_id, row.from_at, row.to_at), []).append(row)
    return [
        Absence(
            lent[0].id, absent_id, lent[0].absent, delegate_id, lent[0].delegate, from_at, to_at,
            tuple(Titled(each.code, each.label, each.scope) for each in lent),
        )
        for (absent_id, delegate_id, from_at, to_at), lent in found.items()
    ]  # fmt: skip


def _works_here(unit_id: uuid.UUID, now: Instant) -> tuple[ColumnElement[bool], ...]:
    usable = select(_accounts.c.id).where(_accounts.c.id == _members.c.account_id, _accounts.c.disabled_at.is_(None))
    return (
        _members.c.unit_id == unit_id,
        _members.c.from_at <= now,
        or_(_members.c.to_at.is_(None), _members.c.to_at > now),
        usable.exists(),
    )


def _own_posts(unit_id: uuid.UUID, now: Instant, fit: ColumnElement[bool]) -> Any:
    return (
        select(_holdings.c.membership_id)
        .join(_posts, and_(_posts.c.unit_id == _holdings.c.unit_id, _posts.c.id == _holdings.c.post_id))
        .where(_holdings.c.unit_id == unit_id, *_own_now(now), fit)
    )


def _own_now(now: Instant) -> tuple[ColumnElement[bool], ...]:
    return (
        _holdings.c.acting_for_id.is_(None),
        _holdings.c.from_at <= now,
        or_(_holdings.c.to_at.is_(None), _holdings.c.to_at > now),
    )


__all__ = [
    "LENT_ROLES", "PLANNERS", "Absence", "Titled", "absences_near", "absences_of_unit", "delegates_for", "lenders", "lends", "lent_between",
    "lent_by_plan_of", "plans_for_others", "titles_here",
]  # fmt: skip
