"""Which items of a plan somebody may not change in a lent post, because they have to answer for a part of them otherwise."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.pack.model import Duty, PlanTask
from workflow.access import Actor, Held, answers_otherwise
from workflow.queries.campaigns import CampaignContext
from workflow.queries.plan_scopes import organisation_of
from workflow.queries.tasks import TASKS


def items_answered_otherwise(session: Session, context: CampaignContext, actor: Actor, post: Held) -> frozenset[str]:
    """Return the items of which the actor, acting under `post`, answers for some part in their own name or another one.

    A part is a task that is open, or one that the plan is still to open. Nothing is read for a post of the actor's own.
    """
    if post.acting_for is None:
        return frozenset()
    mine = (TASKS.c.unit_id == context.unit_id, TASKS.c.campaign_id == context.id)
    rows = session.execute(
        select(TASKS.c.item, TASKS.c.scope, TASKS.c.owner_post_id, TASKS.c.team_id, TASKS.c.is_open)
        .where(*mine)
        .distinct()
    ).all()
    opened, organisation = {(row.item, row.scope) for row in rows}, organisation_of(session, context.unit_id)
    plan = context.pack.model.plan
    items: tuple[PlanTask | Duty, ...] = (*plan.tasks, *plan.duties)
    parts = {(row.item, row.owner_post_id, row.team_id) for row in rows if row.is_open} | {
        (item.id, organisation.owner_of(item.owner, scope), scope.team_id)
        for item in items
        for scope in organisation.scopes_for(item.per, item.owner)
        if isinstance(item, Duty) or (item.id, scope.key) not in opened
    }
    return frozenset(
        item for item, owner, team in parts if answers_otherwise(actor, {"owner_post_id": owner, "team_id": team}, post)
    )
