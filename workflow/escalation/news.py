"""Counting what came to whom: posts and people, each with the digest into which it falls."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.ids import id_of
from workflow.notices.hours import QUARTER, shown_at
from workflow.notices.ways import Ways
from workflow.queries.campaigns import CampaignContext
from workflow.queries.notice_posts import Place, Posts
from workflow.statements import upsert_sum
from workflow.tables import Notice, table_of

Telling = Callable[[Any], None]
"""A step that counts what came, for whom it came."""


@dataclass
class News:
    """What came: how many things, by addressee (post, member), instant shown and kind."""

    ways: Ways
    posts: Posts
    counts: Counter[tuple[uuid.UUID | None, uuid.UUID | None, Instant, str]] = field(default_factory=Counter)

    def to_posts(
        self, codes: Iterable[str], place: Place, at: Instant, kind: str, n: int, *, by_role: bool = False
    ) -> None:
        """Count for the posts of these codes that lie with a place; for the coordinator where there is none.

        Here and below, who holds a post is asked as of `at`: the digest only has its name from the beginning of its hours.
        """
        for post_id in self.posts.that_lie_with(codes, place, at, by_role=by_role):
            self.counts[post_id, None, self._shown(at), kind] += n

    def to_rungs(
        self, codes: Sequence[str], owner_id: uuid.UUID | None, place: Place, at: Instant, kind: str, n: int
    ) -> None:
        """Count for whoever gets a level: `codes` are the rung that was called and those above it."""
        for post_id in self.posts.that_get(codes, owner_id, place, at):
            self.counts[post_id, None, self._shown(at), kind] += n

    def was_held(self, code: str, owner_id: uuid.UUID | None, place: Place, at: Instant) -> bool:
        """Whether somebody was told of a level that came to that rung at `at`."""
        return bool(self.posts.on_rung(code, owner_id, place, at))

    def to_post(self, post_id: uuid.UUID | None, place: Place, at: Instant, kind: str, n: int) -> None:
        """Count for one post; for the coordinator if nobody holds it."""
        for one in self.posts.held_or_coordinator(post_id, place, at):
            self.counts[one, None, self._shown(at), kind] += n

    def to_member(self, membership_id: uuid.UUID, at: Instant, kind: str, n: int) -> None:
        """Count for one person."""
        self.counts[None, membership_id, self._shown(at), kind] += n

    def _shown(self, at: Instant) -> Instant:
        way = self.ways.at(at)
        return shown_at(at, way.quiet, way.every_hours)


def write_news(session: Session, context: CampaignContext, news: News) -> int:
    """Add what was counted to the digests; return how many things. The head must be locked."""
    rows = []
    for (post_id, member_id, shown, kind), n in sorted(news.counts.items(), key=lambda one: str(one[0])):
        digest = id_of("digest", context.id, post_id or member_id, shown)
        rows.append(
            {
                "unit_id": context.unit_id, "id": id_of("notice", context.id, post_id or member_id, shown, kind), "digest_id": digest,
                "campaign_id": context.id, "post_id": post_id, "membership_id": member_id, "kind": kind, "shown_at": shown, "arrived": n,
            }
        )  # fmt: skip
    upsert_sum(session, table_of(Notice), ["unit_id", "id"], "arrived", rows)
    return sum(news.counts.values())


def quarter(instant: ColumnElement[int]) -> ColumnElement[int]:
    """Return the beginning of the quarter of an hour in which an instant lies."""
    return instant - instant % QUARTER


def of_owner(row: Any, kind: str) -> Telling:
    """Return the step that counts a row of `n` tasks for the post that owns them."""
    place = Place(row.area_id, row.team_id)
    return lambda news: news.to_post(row.owner_post_id, place, row.at, kind, row.n)


__all__ = ["News", "Telling", "of_owner", "quarter", "write_news"]
