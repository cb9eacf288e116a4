"""What was decided last on somebody's ladders."""

from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor
from workflow.queries.actor_reach import reach_of
from workflow.queries.campaigns import CampaignContext
from workflow.queries.ladder_labels import label_of_rule, names_of_places
from workflow.queries.ladder_rows import EPISODES
from workflow.tables import Membership


class Decision(NamedTuple):
    """What somebody decided at one moment about a group: of `n` episodes."""

    label: Label
    place: str
    n: int
    by: str
    at: Instant


def last_decisions(
    session: Session, actor: Actor, context: CampaignContext, *, since: Instant, limit: int = 5
) -> list[Decision]:
    """Return the newest decisions on the actor's ladders, newest first: what an empty inbox shows. At most five statements."""
    reach, e = reach_of(session, actor, context), EPISODES.c
    who = (Membership.unit_id == e.unit_id, Membership.id == e.closed_by_id)
    rows = session.execute(
        select(e.rule_id, e.group_key, func.count().label("n"), Membership.name, e.closed_at)
        .join(Membership, and_(*who))
        .where(reach.decided, e.closed_at >= since)
        .group_by(e.rule_id, e.group_key, Membership.name, e.closed_at)
        .order_by(e.closed_at.desc(), e.rule_id, e.group_key)
        .limit(limit)
    ).all()
    places = names_of_places(session, context.unit_id, [row.group_key for row in rows])
    return [
        Decision(
            label_of_rule(context, row.rule_id), places.get(row.group_key, ""), int(row.n), row.name, row.closed_at
        )
        for row in rows
    ]


__all__ = ["Decision", "last_decisions"]
