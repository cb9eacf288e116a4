"""For whom an item of the plan is opened: once for the unit, or once for each team, area or body."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from rules.pack import Pack
from rules.time import Instant

UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Scope:
    """The unit, a team, an area or a body. `key` is `unit` or its code.

    It is on duty from `from_at` up to but not including `until_at` (empty: always): a team formed on the fifth day of a campaign
    owes no report for the first four. During `closures`, from the first instant of each up to its second, it was closed.
    """

    key: str
    label: str
    team_id: uuid.UUID | None = None
    area_id: uuid.UUID | None = None
    body_id: uuid.UUID | None = None
    from_at: Instant | None = None
    until_at: Instant | None = None
    closures: tuple[tuple[Instant, Instant], ...] = ()

    def is_on_duty(self, opens_at: Instant, due_at: Instant | None) -> bool:
        """Whether it existed in time to be asked: before the deadline, and still at the opening, or again before the deadline."""
        formed = self.from_at is None or due_at is None or self.from_at < due_at
        closed = any(
            closed_at <= opens_at < opened_at and due_at is not None and due_at <= opened_at
            for closed_at, opened_at in self.closures
        )
        return formed and not closed and (self.until_at is None or opens_at < self.until_at)


WHOLE_UNIT = Scope(UNIT, UNIT)


class Parts(TypedDict):
    """Who has a part in what beside its owner: by duty the post its reports travel through, by task the posts that support it."""

    relays: Mapping[str, str]
    supports: Mapping[str, Sequence[str]]


def parts_in(pack: Pack) -> Parts:
    """Return who has a part in the items of a plan beside their owners, by code of the post."""
    return {"relays": pack.relays, "supports": pack.supports}


def support_of(pack: Pack, item: str) -> Sequence[str]:
    """Return the codes of the posts that support an item's owner."""
    return pack.supports.get(item, ())


def relays_in(pack: Pack) -> Mapping[str, str]:
    """Return, by duty, the code of the post through which its reports travel."""
    return pack.relays


@dataclass(frozen=True)
class Organisation:
    """Who is who in a unit, as far as a plan asks.

    `posts` has the id of each post by (code, scope). `counting` holds the codes of the bodies that declare their staff.
    """

    teams: Sequence[Scope] = ()
    areas: Sequence[Scope] = ()
    bodies: Sequence[Scope] = ()
    counting: frozenset[str] = frozenset()
    posts: Mapping[tuple[str, str], uuid.UUID] = field(default_factory=dict)

    def scopes_for(self, per: str, owner: str) -> list[Scope]:
        """Return the scopes of an item with that `per`.

        Per body means each body that has the owner's post, or, when one post answers for all, each body that declares staff.
        """
        if per == "team":
            return list(self.teams)
        if per == "area":
            return list(self.areas)
        if per == "body":
            with_post = [body for body in self.bodies if (owner, body.key) in self.posts]
            return with_post or [body for body in self.bodies if body.key in self.counting]
        return [WHOLE_UNIT]

    def owner_of(self, post: str, scope: Scope) -> uuid.UUID | None:
        """Return the accountable post: the scope's own, else the unit's; None while nobody has set it up."""
        return self.posts.get((post, scope.key)) or self.posts.get((post, UNIT))


def predecessors_of(scope: str, per: str, before_per: str, before: Sequence[str]) -> list[str]:
    """Return which scopes of a preceding item a task waits for: its own where both go by the same kind, else all of them.

    >>> predecessors_of("t1", "team", "team", ["t1", "t2"]), predecessors_of("unit", "unit", "team", ["t1", "t2"])
    (['t1'], ['t1', 't2'])
    """
    if per == before_per and per != UNIT:
        return [key for key in before if key == scope]
    return list(before)
