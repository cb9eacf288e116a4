"""Which posts of a unit something is told to: those of a code or role that lie with it and that somebody holds; else the coordinator's."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from rules.pack.ladder import OWNER
from rules.time import Instant
from workflow.queries.ladder_rows import TEAM_LEADER, TOP_ROLE
from workflow.tables import Post, PostHolding, TeamArea

COORDINATOR: Final = "coordinator"


class Place(NamedTuple):
    """Where something lies; nothing in both: in the unit as a whole."""

    area_id: uuid.UUID | None
    team_id: uuid.UUID | None


@dataclass
class _Post:
    id: uuid.UUID
    code: str
    role: str
    team_id: uuid.UUID | None
    area_id: uuid.UUID | None
    body_id: uuid.UUID | None
    held: list[tuple[Instant, Instant | None]] = field(default_factory=list)

    def is_held(self, at: Instant) -> bool:
        return any(since <= at and (until is None or at < until) for since, until in self.held)


@dataclass(frozen=True)
class Posts:
    """The posts of a unit with the times in which somebody holds them, and the teams of each area."""

    posts: tuple[_Post, ...]
    works: dict[uuid.UUID, frozenset[uuid.UUID]]

    def that_lie_with(
        self, names: Iterable[str], place: Place, at: Instant, *, by_role: bool = False
    ) -> list[uuid.UUID]:
        """Return the posts with one of these codes (or roles) where `place` is that somebody holds at `at`; else the coordinator's."""
        wanted = set(names)
        found = [
            post.id
            for post in self.posts
            if (post.role if by_role else post.code) in wanted and post.is_held(at) and self._lies(post, place)
        ]
        return found or self._coordinators(at)

    def that_get(self, codes: Sequence[str], owner_id: uuid.UUID | None, place: Place, at: Instant) -> list[uuid.UUID]:
        """Return whom a level comes to, `codes` being the rung that was called and those above it: the first rung that somebody holds at
        `at`, else the unit's highest post, else the coordinator. Where nobody holds the one that was called the coordinator is told too.
        """
        rungs = [self.on_rung(code, owner_id, place, at) for code in codes]
        top = [post.id for post in self.posts if post.role == TOP_ROLE and post.is_held(at) and self._lies(post, place)]
        found = next((rung for rung in [*rungs, top] if rung), [])
        return found if rungs[0] else list(dict.fromkeys([*found, *self._coordinators(at)]))

    def on_rung(self, code: str, owner_id: uuid.UUID | None, place: Place, at: Instant) -> list[uuid.UUID]:
        """Return the posts that a rung names where `place` is and that somebody holds at `at`."""
        return [post.id for post in self._named(code, owner_id, place) if post.is_held(at)]

    def emptied_at(
        self, code: str, owner_id: uuid.UUID | None, place: Place, since: Instant, by: Instant
    ) -> Instant | None:
        """Return when the last holder of a rung's posts left, after `since` and not after `by`; None if nobody did."""
        ends = (until for post in self._named(code, owner_id, place) for _, until in post.held)
        return max((until for until in ends if until is not None and since < until <= by), default=None)

    def _named(self, code: str, owner_id: uuid.UUID | None, place: Place) -> list[_Post]:
        if code != OWNER:
            return [post for post in self.posts if post.code == code and self._lies(post, place)]
        if owner_id is not None:
            return [post for post in self.posts if post.id == owner_id]
        return [post for post in self.posts if post.role == TEAM_LEADER and post.team_id == place.team_id]

    def held_or_coordinator(self, post_id: uuid.UUID | None, place: Place, at: Instant) -> list[uuid.UUID]:
        """Return a post that somebody holds at `at`; without an owner, the team's leader; else the coordinator's."""
        if post_id is None and place.team_id is not None:
            return self.that_lie_with(["team_leader"], place, at, by_role=True)
        found = [post.id for post in self.posts if post.id == post_id and post.is_held(at)]
        return found or self._coordinators(at)

    def _lies(self, post: _Post, place: Place) -> bool:
        if post.team_id is not None:
            return post.team_id == place.team_id
        if post.area_id is not None:
            if place.area_id is None:
                return place.team_id in self.works.get(post.area_id, frozenset())
            return post.area_id == place.area_id
        return post.body_id is None

    def _coordinators(self, at: Instant) -> list[uuid.UUID]:
        every = [
            post for post in self.posts if post.role == COORDINATOR and post.team_id is None and post.area_id is None
        ]
        return [post.id for post in every if post.is_held(at)] or [post.id for post in every]


def posts_of(session: Session, unit_id: uuid.UUID) -> Posts:
    """Return the posts of a unit as they are known now. Two statements."""
    posts: dict[uuid.UUID, _Post] = {}
    holding = and_(PostHolding.unit_id == Post.unit_id, PostHolding.post_id == Post.id)
    rows: Any = session.execute(
        select(
            Post.id, Post.code, Post.role, Post.team_id, Post.area_id, Post.body_id, PostHolding.from_at, PostHolding.to_at
        )
        .outerjoin(PostHolding, holding)
        .where(Post.unit_id == unit_id)
        .order_by(Post.code, Post.scope)
    )  # fmt: skip
    for post_id, code, role, team_id, area_id, body_id, since, until in rows:
        post = posts.setdefault(post_id, _Post(post_id, code, role, team_id, area_id, body_id))
        if since is not None:
            post.held.append((since, until))
    works = defaultdict[uuid.UUID, set[uuid.UUID]](set)
    for area_id, team_id in session.execute(
        select(TeamArea.area_id, TeamArea.team_id).where(TeamArea.unit_id == unit_id, TeamArea.to_at.is_(None))
    ):
        works[area_id].add(team_id)
    return Posts(tuple(posts.values()), {area: frozenset(teams) for area, teams in works.items()})
