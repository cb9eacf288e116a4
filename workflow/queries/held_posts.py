"""Which rungs of which ladders somebody stands on: the posts that are held now, and where. A rung that nobody stands on reaches nobody."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session

from rules.pack import CompiledRule
from rules.pack.ladder import OWNER
from rules.time import Instant
from workflow.access import Held, of_the_unit
from workflow.queries.colleagues import held_by_anybody
from workflow.queries.ladder_rows import COORDINATOR_LEVEL, COORDINATOR_ROLE, EPISODES, TEAM_LEADER, TOP_LEVEL, TOP_ROLE
from workflow.queries.where_episodes_lie import teams_working
from workflow.tables import Task, table_of

_owned = table_of(Task).alias("owned")


@dataclass(frozen=True)
class HeldPosts:
    """The posts of a unit that somebody holds, and the teams that work each area."""

    posts: Sequence[Held]
    works: dict[uuid.UUID, list[uuid.UUID]]

    def stand_on(self, rule: CompiledRule, level: int) -> ColumnElement[bool]:
        """Return the condition that somebody stands on a rung of the rule, where the episode lies."""
        code = rule.ladder[level - 1].to
        if code == OWNER:
            return self._own(rule)
        named = [post for post in self.posts if post.code == code]
        if any(of_the_unit(post) for post in named):
            return true()
        teams = sorted({post.team_id for post in named if post.team_id is not None})
        areas = sorted({post.area_id for post in named if post.area_id is not None})
        working = sorted({team for area in areas for team in self.works.get(area, ())})
        e = EPISODES.c
        return or_(
            _is_in(e.team_id, teams), _is_in(e.area_id, areas), and_(e.area_id.is_(None), _is_in(e.team_id, working))
        )

    def is_certain(self, rule: CompiledRule, level: int) -> bool:
        """Whether somebody stands on the rung wherever the episode lies: nothing has to be looked at then."""
        code = rule.ladder[level - 1].to
        return any(post.code == code and of_the_unit(post) for post in self.posts)

    @property
    def coordinated(self) -> bool:
        """Whether somebody coordinates the unit."""
        return any(post.role == COORDINATOR_ROLE and of_the_unit(post) for post in self.posts)

    @property
    def beyond(self) -> int:
        """Return where an episode goes that no rung above it can take: to the unit's highest post, else to the coordinator."""
        return (
            TOP_LEVEL if any(post.role == TOP_ROLE and of_the_unit(post) for post in self.posts) else COORDINATOR_LEVEL
        )

    def _own(self, rule: CompiledRule) -> ColumnElement[bool]:
        e = EPISODES.c
        if rule.model.on == "team":
            led = {post.team_id for post in self.posts if post.role == TEAM_LEADER and post.team_id is not None}
            return _is_in(e.team_id, sorted(led))
        owners = sorted({post.post_id for post in self.posts})
        owned = select(_owned.c.id).where(_owned.c.unit_id == e.unit_id, _is_in(_owned.c.owner_post_id, owners))
        return e.subject_id.in_(owned)


def held_posts(session: Session, unit_id: uuid.UUID, *, now: Instant) -> HeldPosts:
    """Return the posts of the unit that are held at `now`. Two statements."""
    posts = held_by_anybody(session, unit_id, now=now)
    areas = sorted({post.area_id for post in posts if post.area_id is not None})
    return HeldPosts(posts, teams_working(session, unit_id, areas))


def _is_in(column: ColumnElement[Any], ids: Sequence[uuid.UUID]) -> ColumnElement[bool]:
    """Whether a column is one of these; never unknown, so that it can be negated."""
    return and_(column.is_not(None), column.in_(list(ids))) if ids else false()


__all__ = ["HeldPosts", "held_posts"]
