"""What offices have declared about their staff and relatives, and who may declare for whom."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import PLAN_ROLES, Actor, of_the_unit, sits_in
from workflow.plan.conditions import reads_declared_counts
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Body, DeclaredCount, table_of


@dataclass(frozen=True, slots=True)
class Declared:
    """The newest declaration about one group of an office."""

    declared: int
    finished: int
    happened_at: Instant


@dataclass(frozen=True, slots=True)
class StaffLine:
    """An office that counts its staff. `groups` has staff and relatives, as far as it has declared them."""

    id: uuid.UUID
    name: str
    may_declare: bool
    groups: Mapping[str, Declared]


def staff_counts(session: Session, actor: Actor, context: CampaignContext, *, now: Instant) -> list[StaffLine]:
    """Return the offices in the actor's sight that have to declare, with what they have declared before or at `now`. Two statements.

    A post of the unit's plan sees all of them, any other the office it sits in. Of those that were closed, what they have declared.
    """
    bodies_of = {post.id: post.body for post in context.pack.model.pack.posts if post.body is not None}
    sees_all = any(of_the_unit(post) and post.role in PLAN_ROLES for post in actor.posts)
    for_all = may_declare_for_all(actor, context)
    told = _newest(session, context, now)
    statement = select(Body).where(Body.unit_id == context.unit_id, Body.counts_staff).order_by(Body.code)
    lines = []
    for body in session.scalars(statement):
        mine = any(sits_in(post, body, bodies_of) for post in actor.posts)
        is_open, groups = body.valid_to is None, told.get(body.id, {})
        if (mine or sees_all) and (is_open or groups):
            lines.append(StaffLine(body.id, body.name, is_open and (mine or for_all), groups))
    return lines


def may_declare_for_all(actor: Actor, context: CampaignContext) -> bool:
    """Whether the actor may declare for every office: the coordinator, and the post whose task the counts complete."""
    owners = {task.owner for task in context.pack.model.plan.tasks if reads_declared_counts(context.pack, task.id)}
    return any(of_the_unit(post) and (post.role == "coordinator" or post.code in owners) for post in actor.posts)


def _newest(session: Session, context: CampaignContext, now: Instant) -> dict[uuid.UUID, dict[str, Declared]]:
    count = table_of(DeclaredCount).c
    nth = func.row_number().over(
        partition_by=(count.body_id, count.group), order_by=(count.happened_at.desc(), count.ledger_no.desc())
    )
    ranked = (
        select(count.body_id, count.group, count.declared, count.finished, count.happened_at, nth.label("nth"))
        .where(and_(count.unit_id == context.unit_id, count.campaign_id == context.id, count.happened_at <= now))
        .subquery()
    )
    found: dict[uuid.UUID, dict[str, Declared]] = {}
    for row in session.execute(select(ranked).where(ranked.c.nth == 1)):
        found.setdefault(row.body_id, {})[row.group] = Declared(row.declared, row.finished, row.happened_at)
    return found
