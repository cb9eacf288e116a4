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
from workflow.notices.kinds import CLIMBED, DUE_SOON, GRANTED, MISSING, OVERDUE, RETURNED, TAKEN_OVER
from workflow.plan.scopes import relays_in
from workflow.plan.standing import Standing, standing_of
from workflow.queries.actor_reach import reach_of
from workflow.queries.campaigns import CampaignContext
from workflow.queries.escalation_reach import Reach
from workflow.queries.ladder_labels import label_of_rule, names_of_places
from workflow.queries.ladder_rows import EPISODES, HOLDER, STEPS
from workflow.queries.notice_decisions import DecisionTold, decisions_told
from workflow.queries.notice_ways import ways_of
from workflow.queries.notices import Digest
from workflow.queries.plan_items import label_of
from workflow.queries.tasks import TASKS
from workflow.statements import latest
from workflow.tables import Event, Post, PostHolding, table_of

_posts, _holdings, _events = table_of(Post), table_of(PostHolding), table_of(Event)


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
    decisions: tuple[DecisionTold, ...] = ()
    """What posts above decided: sent back to the reader, taken over from them, or given more time."""
    tasks: dict[str, tuple[TaskOfDigest, ...]] | None = None
    rest: int = 0

    def decided(self, answer: str) -> tuple[DecisionTold, ...]:
        """Return the decisions of one kind."""
        return tuple(one for one in self.decisions if one.answer == answer)

    def tasks_of(self, kind: str) -> tuple[TaskOfDigest, ...]:
        """Return the tasks of one kind of news."""
        return (self.tasks or {}).get(kind, ())


def items_of(session: Session, actor: Actor, context: CampaignContext, digest: Digest, *, now: Instant) -> Items:
    """Return what a digest is about, each thing once, and how many of what came are not listed. At most eleven statements."""
    said, ways = context.pack.model.pack.notices, ways_of(session, context)
    way = ways.at(digest.shown_at)
    span, post = span_of(digest.shown_at, way.quiet, way.every_hours), _held(actor, digest.post_id)
    told_by_hand = {RETURNED, TAKEN_OVER, GRANTED} & set(digest.counts)
    reach = reach_of(session, actor, context) if told_by_hand or CLIMBED in digest.counts else None
    room = ways.at(now).most_listed
    climbed = _climbed(session, reach, post, span, now, room) if reach is not None and CLIMBED in digest.counts else ()
    room -= len(climbed)
    decisions: tuple[DecisionTold, ...] = ()
    if reach is not None and told_by_hand and room > 0:
        decisions = decisions_told(session, reach, span, sorted(told_by_hand), limit=room)
        room -= len(decisions)
    handed = _handed(session, reach, room) if reach is not None and RETURNED in digest.counts and room > 0 else ()
    room -= len(handed)
    tasks: dict[str, tuple[TaskOfDigest, ...]] = {}
    for kind in (OVERDUE, MISSING, RETURNED, DUE_SOON):
        if kind in digest.counts and post is not None and room > 0:
            tasks[kind] = _tasks(session, actor, context, _window(kind, span, said.due_soon_hours), post, now, room)
            room -= len(tasks[kind])
    shown = (
        sum(row.n for row in climbed)
        + sum(one.answer != RETURNED for one in decisions)
        + sum(len(some) for kind, some in tasks.items() if kind != RETURNED)
    )
    came = sum(
        n for kind, n in digest.counts.items() if kind in (CLIMBED, OVERDUE, MISSING, DUE_SOON, TAKEN_OVER, GRANTED)
    )
    return Items(climbed, handed, decisions, tasks, max(came - shown, 0))


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
        mine = or_(mine, ~_is_held(step.to_post, now), and_(e.unheld_level.is_not(None), e.unheld_level == step.level))
    of_it = (step.unit_id == e.unit_id, step.escalation_id == e.id)

    def in_span(at: Any) -> ColumnElement[bool]:
        return and_(at >= span[0], at < span[1])

    called = exists().where(*of_it, in_span(step.due_at), mine)
    came = or_(
        called,
        and_(
            reach.stands_on(HOLDER),
            e.unheld_level.is_not(None),
            _went_up(reach.context.unit_id, of_it, in_span),
        ),
        and_(reach.stands_on(HOLDER), e.id.in_(_opened_again(reach.context.unit_id, in_span))),
    )
    return _rows(session, reach, and_(reach.whole_unit if reach.coordinates else reach.listed, came), limit)


def _went_up(unit_id: uuid.UUID, of_it: Any, in_span: Any) -> ColumnElement[bool]:
    """Whether an episode went up in the hour because nobody held the post that had it: as its level came, or when that post fell vacant."""
    event, e = _events.c, EPISODES.c
    lifted = select(event.about_id).where(
        event.unit_id == unit_id, in_span(event.recorded_at), event.kind == "escalate", event.cause == "rule",
        event.data["unheld"].as_string().is_not(None),
    )  # fmt: skip
    return or_(exists().where(*of_it, STEPS.c.level == e.unheld_level, in_span(STEPS.c.due_at)), e.id.in_(lifted))


def _opened_again(unit_id: uuid.UUID, in_span: Any) -> Any:
    """Return the episodes that were opened again in the hour, where that was news."""
    event = _events.c
    return select(event.about_id).where(
        event.unit_id == unit_id, in_span(event.recorded_at), event.kind == "escalate", event.cause == "rule",
        event.data["reopened"].as_string().is_not(None), event.data["due_at"].as_string().is_not(None),
    )  # fmt: skip


def _is_held(code: Any, now: Instant) -> ColumnElement[bool]:
    held = and_(_holdings.c.unit_id == _posts.c.unit_id, _holdings.c.post_id == _posts.c.id)
    at_ = and_(_holdings.c.from_at <= now, or_(_holdings.c.to_at.is_(None), _holdings.c.to_at > now))
    return exists().where(_posts.c.unit_id == EPISODES.c.unit_id, _posts.c.code == code, held, at_)


def _handed(session: Session, reach: Reach, limit: int) -> tuple[RowOfInbox, ...]:
    """Rows of the inbox that somebody handed on to the reader or their team, or sent back to the rung on which the reader stands."""
    held = EPISODES.c.holder_level
    sent_back = and_(reach.listed, held < EPISODES.c.level, reach.standing == held)
    return _rows(session, reach, and_(reach.visible, EPISODES.c.is_open, or_(reach.handed, sent_back)), limit)


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
    if kind in (OVERDUE, MISSING):
        late = and_(t.due_at >= span[0], t.due_at < span[1], _was_owed_at(t.due_at))
        return and_(late, t.is_relayed if kind == MISSING else ~t.is_relayed)
    came_near = latest(t.opens_at, t.due_at - due_soon_hours * HOUR)
    near = or_(
        and_(
            t.is_duty, t.internal_due_at >= span[0], t.internal_due_at < span[1], t.internal_due_at < t.due_at,
            _was_owed_at(t.internal_due_at),
        ),
        and_(~t.is_duty, came_near >= span[0], came_near < span[1], _was_owed_at(came_near)),
    )  # fmt: skip
    return and_(t.due_at >= span[0], near)


def _was_owed_at(moment: Any) -> ColumnElement[bool]:
    """Whether a task had not been handed over by then, as far as its row says: what was in time is no news of that hour."""
    return or_(TASKS.c.submitted_at.is_(None), TASKS.c.submitted_at >= moment)


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
