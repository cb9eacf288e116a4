"""Where the inbox's rows come from besides the ladders: tasks and reports of own posts, reports that others owe, exit requests.

Each thing stands once: a task whose reminder already waits in the inbox is not there a second time. All are asked through
`workflow.queries.asker`; every row tells the counts over all rows of its sort, so that list and badge are one search.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, false, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session

from workflow.access import Actor, Held, of_the_unit, scope_of_tasks
from workflow.plan.scopes import relays_in
from workflow.queries.actor_reach import reach_named
from workflow.queries.campaigns import CampaignContext
from workflow.queries.escalation_reach import Reach
from workflow.queries.exit_requests import requests_in_scope
from workflow.queries.inbox_groups import Tie, comes_after
from workflow.queries.ladder_rows import EPISODES, HOLDER
from workflow.queries.tasks import TASKS, timing_sql
from workflow.queries.time_left import Due, end_of_day_sql, stands_sql
from workflow.statements.asking import Asked, ask
from workflow.tables import Area, Door, Event, Post, Request, Team, table_of

RECEIVERS: Final = ("coordinator", "plan_owner")
"""Who is owed the reports of others, besides the post through which they travel."""
OWED: Final = ("overdue", "due")
"""How a task stands that has still to be handed over by an instant (`workflow.queries.tasks.timing_sql`); one without is on the board alone."""
_areas, _teams, _posts, _events = table_of(Area), table_of(Team), table_of(Post), table_of(Event)


class SourceCounts(NamedTuple):
    """How many things of a sort wait, and how many of them are overdue or due today."""

    waiting: int
    overdue: int
    today: int


class Place(NamedTuple):
    """An area, a team or a post of the unit (`sort` says which), in the printed order: what rows of a list are named after."""

    sort: str
    id: uuid.UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class PageAsked:
    """The page of a sort that is asked for, as names in a statement: which rows stand now, where, how many, and after which one."""

    now: Any
    tomorrow: Any
    area: Any
    team: Any
    after: Any
    limit: Any
    first: Any = None
    second: Any = None

    @classmethod
    def of(cls, names: Mapping[str, Any]) -> tuple["PageAsked", dict[str, Any]]:
        """Return the page that `names` ask for, and what else they say: how far the reader reaches."""
        own = {field.name for field in fields(cls)}
        facts = {name: value for name, value in names.items() if name not in own}
        return cls(**{name: value for name, value in names.items() if name in own}), facts


def places_of_unit(session: Session, unit_id: uuid.UUID) -> list[Place]:
    """Return the areas of the unit, then its posts, then its teams. One statement."""
    return ask(session, _places, unit=unit_id, row=Place)


def _places(*, unit: Any) -> Any:
    sorts = [
        select(literal(name).label("sort"), table.c.id, table.c.code, table.c.name, table.c.sort.label("position"))
        .where(table.c.unit_id == unit)
        for name, table in (("area", _areas), ("team", _teams))
    ]  # fmt: skip
    p = _posts.c
    posts = select(literal("post"), p.id, p.code, p.label, literal(0)).where(p.unit_id == unit)
    every = union_all(*sorts, posts).subquery("places").c
    return select(every.sort, every.id, every.code, every.name).order_by(every.sort, every.position, every.id)


def own_tasks(
    actor: Actor,
    context: CampaignContext,
    whole_unit: bool,
    due: Due | None,
    tie: Tie | None,
    **names: Any,
) -> Asked:
    """Return the opened tasks and reports that own posts have still to hand over, one row each, the least time left first."""
    page, facts = PageAsked.of(names)
    waits = _own(actor, context, whole_unit, page.now, facts)
    places = TASKS.outerjoin(_teams, and_(_teams.c.unit_id == TASKS.c.unit_id, _teams.c.id == TASKS.c.team_id))
    places = places.outerjoin(_areas, and_(_areas.c.unit_id == TASKS.c.unit_id, _areas.c.id == TASKS.c.area_id))
    told = ("id", "item", "occurrence", "label", "clause", "is_duty")
    columns = [
        *(TASKS.c[name] for name in told),
        func.coalesce(_teams.c.name, _areas.c.name).label("place"),
        TASKS.c.due_at.label("until"),
    ]
    rows = select(*columns).select_from(places).where(waits, *_lies(TASKS.c, page))
    return _page(rows, due, tie, page, "id")


def missing_reports(
    actor: Actor,
    context: CampaignContext,
    whole_unit: bool,
    due: Due | None,
    tie: Tie | None,
    **names: Any,
) -> Asked:
    """Return the reports that others owe to the actor and whose time is over: one row for each duty and period."""
    task, (page, facts) = TASKS.c, PageAsked.of(names)
    waits = and_(_missing(actor, context, whole_unit, page.now, facts), *_lies(task, page))
    grouped = (
        select(task.item, task.occurrence, func.min(task.label).label("label"), func.min(task.clause).label("clause"),
               func.min(task.due_at).label("until"), func.count().label("n"))
        .where(waits)
        .group_by(task.item, task.occurrence)
    )  # fmt: skip
    return _page(grouped, due, tie, page, "item", "occurrence", weight="n")


def waiting_exits_of(
    actor: Actor,
    context: CampaignContext,
    whole_unit: bool,
    due: Due | None,
    tie: Tie | None,
    **names: Any,
) -> Asked:
    """Return the requests that wait for a post which the actor holds, one row each, the oldest first."""
    page, _facts = PageAsked.of(names)
    waits = and_(Request.status == "waiting", _for_me(actor, whole_unit), *_lies(table_of(Door).c, page))
    rows = (
        requests_in_scope(actor, context).add_columns(end_of_day_sql(Request.happened_at).label("until")).where(waits)
    )
    return _page(rows, due, tie, page, "id")


def counts_of(actor: Actor, context: CampaignContext, build: Any, whole_unit: bool, **names: Any) -> Asked:
    """Return the counts of a sort alone, whatever of it a page shows: the same rows, counted."""
    rows = build(actor, context, whole_unit, None, None, **names, limit=None, after=None).subquery("all_rows").c
    return select(*(func.coalesce(func.max(rows[f"all_{name}"]), 0).label(name) for name in SourceCounts._fields))


def _page(
    rows: Any, due: Due | None, tie: Tie | None, page: PageAsked, *keys: str, weight: str | None = None
) -> Asked:  # fmt: skip
    """Return a page of rows that have `until`, each with the counts over all of them (`weight`: what a row counts for)."""
    found = rows.subquery("found").c
    stand, n = stands_sql(found.until, page.now, page.tomorrow), found[weight] if weight else literal(1)
    every = [
        func.coalesce(func.sum(case((condition, n), else_=0)).over(), 0).label(f"all_{name}")
        for name, condition in zip(SourceCounts._fields, (true(), stand == "overdue", stand == "today"), strict=True)
    ]
    told = select(*found, *every).subquery("told")
    statement = select(told)
    if due is not None:
        statement = statement.where(stands_sql(told.c.until, page.now, page.tomorrow) == due)
    if page.after is not None:
        last = zip((told.c[key] for key in keys), (page.first, page.second), strict=False)
        statement = statement.where(comes_after(told.c.until, page.after, tie, *last))
    statement = statement.order_by(told.c.until, *(told.c[key] for key in keys))
    return statement if page.limit is None else statement.limit(page.limit)


def _lies(row: Any, page: PageAsked) -> list[ColumnElement[bool]]:
    places = ((row.area_id, page.area), (row.team_id, page.team))
    return [column == wanted for column, wanted in places if wanted is not None]


def _owed(context: CampaignContext, now: Any) -> ColumnElement[bool]:
    task = TASKS.c
    return and_(
        task.unit_id == context.unit_id, task.campaign_id == context.id, task.is_open, task.opens_at <= now, timing_sql(now).in_(OWED),
    )  # fmt: skip


def _of_own_posts(actor: Actor) -> ColumnElement[bool]:
    teams = [post.team_id for post in actor.holds("team_leader") if post.team_id is not None]
    posts = [post.post_id for post in actor.posts]
    return or_(TASKS.c.owner_post_id.in_(posts) if posts else false(), TASKS.c.team_id.in_(teams) if teams else false())


def _own(
    actor: Actor, context: CampaignContext, whole_unit: bool, now: Any, facts: dict[str, Any]
) -> ColumnElement[bool]:
    if whole_unit:
        every = _coordinates(actor)
        return and_(_owed(context, now), every, ~_is_missing(now), ~_reminded(actor, context, True, facts))
    return and_(_owed(context, now), _of_own_posts(actor), ~_reminded(actor, context, False, facts))


def _missing(
    actor: Actor, context: CampaignContext, whole_unit: bool, now: Any, facts: dict[str, Any]
) -> ColumnElement[bool]:
    relays = relays_in(context.pack)
    receiving = tuple(post for post in actor.posts if post.role in RECEIVERS or post.code in relays.values())
    mine = (
        _coordinates(actor)
        if whole_unit
        else and_(scope_of_tasks(replace(actor, posts=receiving), relays=relays), ~_of_own_posts(actor))
    )
    return and_(_owed(context, now), _is_missing(now), mine, ~_reminded(actor, context, whole_unit, facts))


def _is_missing(now: Any) -> ColumnElement[bool]:
    return and_(TASKS.c.is_duty, TASKS.c.due_at <= now)


def _reminded(actor: Actor, context: CampaignContext, whole_unit: bool, facts: dict[str, Any]) -> ColumnElement[bool]:
    """Whether a reminder of the task waits in this very inbox, or was put aside there."""
    reach: Reach = reach_named(actor, context, **facts)
    e = EPISODES.c
    waits = (
        reach.whole_unit
        if whole_unit
        else and_(reach.listed, or_(reach.level_reached == HOLDER, reach.level_reached == 0))
    )
    return exists(
        select(literal(1)).where(e.unit_id == context.unit_id, e.subject_id == TASKS.c.id, e.kind == "task", waits)
    )


def _for_me(actor: Actor, whole_unit: bool) -> ColumnElement[bool]:
    """Whether a request names a post of the actor's; in the whole unit, whoever coordinates may answer every one."""
    if whole_unit:
        return _coordinates(actor)
    return or_(
        false(),
        *(and_(Request.confirm_by == post.role, _stands_at(post), *_of_others(actor, post)) for post in actor.posts),
    )


def _of_others(actor: Actor, post: Held) -> list[ColumnElement[bool]]:
    """Return the condition that nobody asked for it who the actor is besides: `Actor.besides`, over rows and names of values.

    Nobody decides in a lent post on what they, or another for whom they stand in, asked for or wrote down.
    """
    if post.acting_for is None:
        return []
    others = (each.acting_for for each in actor.posts if each.acting_for is not None and each is not post)
    besides = [actor.membership_id, *(func.nullif(other, post.acting_for) for other in others)]
    wrote = exists().where(
        _events.c.unit_id == Request.unit_id, _events.c.ledger_no == Request.asked_no,
        or_(_events.c.actor_id.in_(besides), _events.c.acting_for_id.in_(besides)),
    )  # fmt: skip
    return [~func.coalesce(Request.asked_by_id.in_(besides), false()), ~wrote]


def _stands_at(post: Held) -> ColumnElement[bool]:
    """Whether the post's reach includes the door: `workflow.access.posts.covers`, over rows."""
    if post.role in ("member", "team_leader"):
        return Door.team_id == post.team_id if post.team_id is not None else false()
    if post.role == "area_head":
        return Door.area_id == post.area_id if post.area_id is not None else false()
    if post.role == "duty_leader":
        return Door.area_id == post.area_id if post.area_id is not None else true()
    return true() if post.role in ("coordinator", "administrator", "support_desk", "chair") else false()


def _coordinates(actor: Actor) -> ColumnElement[bool]:
    return true() if any(post.role == "coordinator" and of_the_unit(post) for post in actor.posts) else false()


__all__ = ["Place", "SourceCounts", "counts_of", "missing_reports", "own_tasks", "places_of_unit", "waiting_exits_of"]
