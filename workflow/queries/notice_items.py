"""What a digest is about, looked at now: rows of the inbox, tasks with their deadlines, requests that wait. Nothing of it is stored.

Each look is narrowed to what the reader may see anyway, so a digest never shows more than the pages it leads to.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from rules.pack.model import Label
from rules.time import HOUR, Instant
from workflow.access import Actor, Held, scope_of_tasks
from workflow.notices.hours import span_of
from workflow.notices.kinds import CLIMBED, DUE_SOON, OVERDUE, RETURNED
from workflow.plan.scopes import relays_in
from workflow.plan.standing import Standing, standing_of
from workflow.queries.campaigns import CampaignContext
from workflow.queries.escalation_reach import EPISODES, STEPS, Reach, reach_of
from workflow.queries.inbox import label_of_rule, names_of_places
from workflow.queries.notice_ways import ways_of
from workflow.queries.notices import Digest
from workflow.queries.plan_items import label_of
from workflow.queries.tasks import TASKS
from workflow.statements import latest
from workflow.tables import Post, PostHolding, table_of

_posts, _holdings = table_of(Post), table_of(PostHolding)


@dataclass(frozen=True, slots=True)
class RowOfInbox:
    """A rule in a group: `n` episodes of it are open and in the reader's reach."""

    rule_id: str
    group_key: str
    label: Label
    place: str
    n: int


@dataclass(frozen=True, slots=True)
class TaskOfDigest:
    """A task or report, and how it stands now."""

    id: uuid.UUID
    label: Label
    clause: str
    due_at: Instant | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class Items:
    """What a digest lists: at most so many lines as the pack says. `rest` things came besides, of which nothing is listed."""

    climbed: tuple[RowOfInbox, ...] = ()
    handed: tuple[RowOfInbox, ...] = ()
    tasks: dict[str, tuple[TaskOfDigest, ...]] | None = None
    rest: int = 0

    def tasks_of(self, kind: str) -> tuple[TaskOfDigest, ...]:
        """Return the tasks of one kind of news."""
        return (self.tasks or {}).get(kind, ())


def items_of(session: Session, actor: Actor, context: CampaignContext, digest: Digest, *, now: Instant) -> Items:
    """Return what a digest is about, each thing once, and how many of what came are not listed. At most eleven statements."""
    said, ways = context.pack.model.pack.notices, ways_of(session, context)
    way = ways.at(digest.shown_at)
    span, post = span_of(digest.shown_at, way.quiet, way.every_hours), _held(actor, digest.post_id)
    reach = reach_of(session, actor, context) if {CLIMBED, RETURNED} & set(digest.counts) else None
    room = ways.at(now).most_listed
    climbed = _climbed(session, reach, post, span, now, room) if reach is not None and CLIMBED in digest.counts else ()
    room -= len(climbed)
    handed = _handed(session, reach, room) if reach is not None and RETURNED in digest.counts and room > 0 else ()
    room -= len(handed)
    tasks: dict[str, tuple[TaskOfDigest, ...]] = {}
    for kind in (OVERDUE, RETURNED, DUE_SOON):
        if kind in digest.counts and post is not None and room > 0:
            tasks[kind] = _tasks(session, actor, context, _window(kind, span, said.due_soon_hours), post, now, room)
            room -= len(tasks[kind])
    shown = sum(row.n for row in climbed) + sum(len(some) for kind, some in tasks.items() if kind != RETURNED)
    came = sum(n for kind, n in digest.counts.items() if kind in (CLIMBED, OVERDUE, DUE_SOON))
    return Items(climbed, handed, tasks, max(came - shown, 0))


def _held(actor: Actor, post_id: uuid.UUID | None) -> Held | None:
    return next((post for post in actor.posts if post.post_id == post_id), None)


def _climbed(
    session: Session, reach: Reach, post: Held | None, span: tuple[Instant, Instant], now: Instant, limit: int
) -> tuple[RowOfInbox, ...]:
    """Rows of the inbox whose level came to the post in the hour and that are open still."""
    if post is None:
        return ()
    e, step = EPISODES.c, STEPS.c
    mine: ColumnElement[bool] = step.to_post == post.code
    if post.role == "coordinator":
        mine = or_(mine, ~_is_held(step.to_post, now))
    came = exists().where(
        step.unit_id == e.unit_id, step.escalation_id == e.id, step.due_at >= span[0], step.due_at < span[1], mine
    )
    return _rows(session, reach, and_(reach.whole_unit if reach.coordinates else reach.listed, came), limit)


def _is_held(code: Any, now: Instant) -> ColumnElement[bool]:
    held = and_(_holdings.c.unit_id == _posts.c.unit_id, _holdings.c.post_id == _posts.c.id)
    at_ = and_(_holdings.c.from_at <= now, or_(_holdings.c.to_at.is_(None), _holdings.c.to_at > now))
    return exists().where(_posts.c.unit_id == EPISODES.c.unit_id, _posts.c.code == code, held, at_)


def _handed(session: Session, reach: Reach, limit: int) -> tuple[RowOfInbox, ...]:
    """Rows of the inbox that somebody handed on to the reader or their team."""
    return _rows(session, reach, and_(reach.visible, EPISODES.c.is_open, reach.handed), limit)


def _rows(session: Session, reach: Reach, condition: ColumnElement[bool], limit: int) -> tuple[RowOfInbox, ...]:
    e, context = EPISODES.c, reach.context
    rows = session.execute(
        select(e.rule_id, e.group_key, func.count().label("n"))
        .where(condition)
        .group_by(e.rule_id, e.group_key)
        .order_by(func.count().desc(), e.rule_id, e.group_key)
        .limit(limit)
    ).all()
    places = names_of_places(session, context.unit_id, [row.group_key for row in rows])
    return tuple(
        RowOfInbox(
            row.rule_id, row.group_key, label_of_rule(context, row.rule_id), places.get(row.group_key, ""), int(row.n)
        )
        for row in rows
    )


def _window(kind: str, span: tuple[Instant, Instant], due_soon_hours: int) -> ColumnElement[bool]:
    t = TASKS.c
    if kind == RETURNED:
        return t.state == "returned"
    if kind == OVERDUE:
        return and_(t.due_at >= span[0], t.due_at < span[1])
    ahead = due_soon_hours * HOUR
    near = or_(
        and_(t.is_duty, t.internal_due_at >= span[0], t.internal_due_at < span[1], t.internal_due_at < t.due_at),
        and_(
            ~t.is_duty, latest(t.opens_at, t.due_at - ahead) >= span[0], latest(t.opens_at, t.due_at - ahead) < span[1]
        ),
    )
    return and_(t.due_at >= span[0], near)


def _tasks(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    window: ColumnElement[bool],
    post: Held,
    now: Instant,
    limit: int,
) -> tuple[TaskOfDigest, ...]:
    t = TASKS.c
    owned = t.owner_post_id == post.post_id
    if post.role == "coordinator":
        owned = or_(owned, t.owner_post_id.is_(None))
    rows = session.execute(
        select(TASKS)
        .where(
            t.unit_id == context.unit_id, t.campaign_id == context.id, scope_of_tasks(actor, relays=relays_in(context.pack)), owned, window
        )
        .order_by(t.is_open.desc(), t.due_at, t.item, t.scope)
        .limit(limit)
    ).mappings()  # fmt: skip
    return tuple(
        TaskOfDigest(
            row["id"],
            label_of(context, row["item"], row["label"]),
            row["clause"],
            row["due_at"],
            standing_of(dict(row), now, context.pack.warn_before),
        )
        for row in rows
    )


__all__ = ["Items", "RowOfInbox", "TaskOfDigest", "items_of"]
