"""How many open escalations nobody answered in time, and how many reached nobody: what a leader must see of the ladder itself."""

from typing import NamedTuple

from sqlalchemy import and_, exists, literal, or_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.queries.campaigns import CampaignContext
from workflow.queries.ladder_rows import EPISODES, HOLDER, STEPS, count_of


class LadderCounts(NamedTuple):
    """`unanswered`: past their time and not answered by whoever has them. `unheld`: nobody holds the post that was called."""

    unanswered: int
    unheld: int


def ladder_counts(session: Session, context: CampaignContext, *, now: Instant) -> LadderCounts:
    """Return the counts over the open escalations of a campaign, in one statement. Whoever may read them is asked by the page."""
    e, step = EPISODES.c, STEPS.c
    answered = exists(
        select(literal(1)).where(
            step.unit_id == e.unit_id,
            step.escalation_id == e.id,
            or_(step.level >= e.level, step.level >= HOLDER),
            step.answered_at.is_not(None),
        )
    )
    late = and_(e.answer_by <= now, ~answered)
    statement = select(count_of(late), count_of(e.unheld_level.is_not(None))).where(
        e.unit_id == context.unit_id, e.campaign_id == context.id, e.is_open
    )
    return LadderCounts(*map(int, session.execute(statement).one()))


__all__ = ["LadderCounts", "ladder_counts"]
