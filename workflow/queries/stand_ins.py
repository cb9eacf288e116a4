"""Who stands in for whom today: posts that somebody holds in another's place."""

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from rules.time import Instant
from workflow.queries.organisation import live_holding
from workflow.tables import Membership, Post, PostHolding, table_of

_posts, _holdings = table_of(Post), table_of(PostHolding)


class StandIn(NamedTuple):
    """`name` acts for `absent` in a post, until (None: nobody has said)."""

    absent: str
    name: str
    post: str
    code: str
    team_id: uuid.UUID | None
    until: Instant | None


def stand_ins(
    session: Session, unit_id: uuid.UUID, team_ids: Sequence[uuid.UUID], *, now: Instant, of_unit: bool
) -> list[StandIn]:
    """Return who acts for whom in these teams, and (`of_unit`) in posts of no team. One statement."""
    acting, absent = aliased(Membership), aliased(Membership)
    places = or_(_posts.c.team_id.in_(list(team_ids)), *([_posts.c.team_id.is_(None)] if of_unit else []))
    statement = (
        select(absent.name, acting.name, _posts.c.label, _posts.c.code, _posts.c.team_id, _holdings.c.to_at)
        .select_from(_holdings)
        .join(_posts, and_(_posts.c.unit_id == _holdings.c.unit_id, _posts.c.id == _holdings.c.post_id))
        .join(acting, and_(acting.unit_id == _holdings.c.unit_id, acting.id == _holdings.c.membership_id))
        .join(absent, and_(absent.unit_id == _holdings.c.unit_id, absent.id == _holdings.c.acting_for_id))
        .where(_holdings.c.unit_id == unit_id, places, *live_holding(now))
        .order_by(_posts.c.team_id.is_not(None), _posts.c.code, absent.name_sort)
    )
    return [StandIn(*row) for row in session.execute(statement)]
