"""The plan by who answers for it: how many tasks of each post, or of each office, stand how. The same standings as list and badge."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor, scope_of_tasks
from workflow.people.names import sort_key
from workflow.plan.scopes import parts_in
from workflow.plan.standing import STANDINGS, Standing
from workflow.queries.asker import ask_as
from workflow.queries.campaigns import CampaignContext
from workflow.queries.plan_board import VIEWS, View
from workflow.queries.plan_items import title_of
from workflow.queries.tasks import TASKS, standing_sql
from workflow.statements.asking import Asked
from workflow.tables import Body, Post, table_of

By = Literal["post", "body"]


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """A post or an office by code (None: nobody was given it, or no office answers), and how many of its tasks stand how."""

    code: str | None
    label: Label | None
    standings: Mapping[Standing, int]

    @property
    def total(self) -> int:
        """All its tasks."""
        return sum(self.standings.values())

    def count(self, view: View) -> int:
        """Return how many of them a view of the board shows."""
        return sum(self.standings.get(name, 0) for name in VIEWS[view])


def plan_by_owner(session: Session, actor: Actor, context: CampaignContext, by: By, *, now: Instant) -> list[OwnerLine]:
    """Return who answers for the tasks in the actor's scope, in the order of their titles: one statement, no rank of anybody."""
    found: defaultdict[str | None, dict[Standing, int]] = defaultdict(dict)
    titles: dict[str | None, Label | None] = {}
    for row in ask_as(session, actor, context, _counts, by, now=now):
        found[row.code][row.standing] = int(row.n)
        titles[row.code] = title_of(context, row.code, row.label) if by == "post" else _named(row.label)
    order = sorted(found, key=lambda code: (code is None, _in_order(titles[code])))
    return [
        OwnerLine(code, titles[code], {name: found[code][name] for name in STANDINGS if name in found[code]})
        for code in order
    ]


def _in_order(title: Label | None) -> list[str]:
    """Return what puts titles in Vietnamese order, word by word."""
    return [] if title is None else [sort_key(word) for word in title.vi.split()]


def _named(name: str | None) -> Label | None:
    return None if name is None else Label(vi=name)


def _counts(actor: Actor, context: CampaignContext, by: By, *, now: Any) -> Asked:
    task, post, body = TASKS.c, table_of(Post).c, table_of(Body).c
    answers = func.coalesce(task.body_id, post.body_id)
    who = body if by == "body" else post
    label = func.min(body.name if by == "body" else post.label)
    standing = standing_sql(now, context.pack.warn_before).label("standing")
    return (
        select(who.code, label.label("label"), standing, func.count().label("n"))
        .select_from(
            TASKS.outerjoin(
                table_of(Post), and_(post.unit_id == task.unit_id, post.id == task.owner_post_id)
            ).outerjoin(table_of(Body), and_(body.unit_id == task.unit_id, body.id == answers))
        )
        .where(task.unit_id == context.unit_id, task.campaign_id == context.id)
        .where(scope_of_tasks(actor, **parts_in(context.pack)))
        .group_by(who.code, standing)
    )
