"""The plan as its people see it: what is late, what comes next, who has sent. One row a task, one row a report of many teams.

Every count here is of tasks the actor may see, by `standing_sql`: tab, badge, folded row and list cannot disagree.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from rules.deadlines import NoDeadline, parse
from rules.pack import Pack
from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor, scope_of_tasks, task_post
from workflow.plan.clauses import clause_order
from workflow.plan.schedule import counts_from
from workflow.plan.scopes import parts_in, relays_in
from workflow.plan.standing import STANDINGS, Standing
from workflow.queries.asker import ask_as
from workflow.queries.campaigns import CampaignContext
from workflow.queries.plan_items import due_words, label_of, per_of, title_of
from workflow.queries.post_holders import holders_of_posts
from workflow.queries.task_record import handed_in_by
from workflow.queries.tasks import TASKS, is_withdrawn, standing_sql
from workflow.statements.asking import Asked, ask
from workflow.tables import Area, Body, Post, TaskEvidence, Team, table_of

View = Literal["open", "overdue", "at_risk", "review", "delivered", "all"]

VIEWS: Final[Mapping[View, tuple[Standing, ...]]] = {
    "open": ("overdue", "missing", "at_risk", "due", "no_deadline"),
    "overdue": ("overdue",),
    "at_risk": ("at_risk",),
    "review": ("late", "supplement", "on_time", "sent"),
    "delivered": ("late", "supplement", "on_time", "sent"),
    "all": tuple(STANDINGS),
}
"""Which standings each view shows. `review` is narrower still: delivered, and somebody has still to accept it."""

PAGE: Final = 50
"""Rows of one page."""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One task, or (`task_id` None) one item of many teams, areas or bodies in one period.

    `delivered` of `total` were handed over; who was excused, or whose work was cancelled, is not in `total`. The other counts
    are of tasks too.
    """

    item: str
    occurrence: str
    label: Label
    clause: str
    is_duty: bool
    per: str
    standing: Standing
    opens_at: Instant
    due_at: Instant | None
    due_words: str
    owner: Label | None
    total: int
    delivered: int
    overdue: int
    missing: int
    waiting: int
    excused: int
    task_id: uuid.UUID | None = None
    holders: tuple[str, ...] = ()
    place: str | None = None
    state: str | None = None
    progress: int | None = None
    open_predecessors: int = 0
    evidence: int = 0
    team_id: uuid.UUID | None = None
    area_id: uuid.UUID | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to hand something over."""
        return self.standing in VIEWS["open"]


@dataclass(frozen=True, slots=True)
class Board:
    """A page of the plan: its rows, how many rows there are in all, and how many tasks stand how."""

    rows: list[BoardRow]
    total: int
    standings: Mapping[Standing, int]
    waiting: int

    def count(self, view: View) -> int:
        """Return how many tasks a view shows."""
        return self.waiting if view == "review" else sum(self.standings.get(name, 0) for name in VIEWS[view])


@dataclass(frozen=True, slots=True)
class OccurrenceLine:
    """One task of a folded row: whose it is and how it stands."""

    id: uuid.UUID
    occurrence: str
    scope: str
    place: str | None
    owner: Label | None
    holders: tuple[str, ...]
    state: str
    state_version: int
    standing: Standing
    due_at: Instant | None
    submitted_at: Instant | None
    period_from: Instant | None
    period_to: Instant | None
    progress: int | None
    may_waive: bool
    """Whether the actor may excuse it: in a lent post nobody excuses themselves."""
    may_accept: bool
    """Whether it waits for review, and is the actor's to accept: not in a lent post, if they handed it in."""


def plan_board(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    *,
    now: Instant,
    view: View = "open",
    only_own: bool = False,
    due: tuple[Instant, Instant] | None = None,
    post: str | None = None,
    body: str | None = None,
    limit: int = PAGE,
    offset: int = 0,
) -> Board:
    """Return a page of the tasks in the actor's scope, overdue first, then by deadline; what has none comes last.

    `only_own` leaves what was given to a post of the actor; `post` and `body` what a post or an office answers for, by code; `due`
    what is due after its first instant, up to its second. An item of many teams is one row, and stands as the worst of those that
    the view shows. Counts are of tasks, not of rows, and do not depend on the page. Six statements, however large the plan.
    """
    narrow: dict[str, Any] = {name: code for name, code in (("post", post), ("body", body)) if code is not None}
    standings, waiting = _counted(session, actor, context, only_own, now, narrow)
    page: dict[str, Any] = {"now": now, "limit": limit, "offset": offset, **narrow}
    if due is not None:
        page |= {"due_from": due[0], "due_until": due[1]}
    groups = ask_as(session, actor, context, _groups, only_own, view, **page)
    alone = {(row.item, row.occurrence) for row in groups if row.n == 1}
    tasks = _tasks(session, actor, context, only_own, alone, now, narrow)
    holders = holders_of_posts(session, actor.unit_id, [task.owner_post_id for task in tasks.values()], now=now)
    evidence = count_evidence(session, actor.unit_id, [task.id for task in tasks.values()])
    rows = []
    for group in groups:
        row = _folded(context, group)
        task = tasks.get((group.item, group.occurrence))
        rows.append(row if task is None else _single(context, row, task, holders, evidence))
    return Board(rows, groups[0].groups if groups else 0, standings, waiting)


def plan_counts(session: Session, actor: Actor, context: CampaignContext, *, now: Instant) -> Board:
    """Return the counts of the board without a row: for a badge."""
    standings, waiting = _counted(session, actor, context, False, now, {})
    return Board([], 0, standings, waiting)


def occurrences_by_scope(
    session: Session, actor: Actor, context: CampaignContext, item: str, occurrence: str, *, now: Instant
) -> list[OccurrenceLine]:
    """Return every task of one item and period in the actor's scope, in the printed order of teams, areas or bodies."""
    rows = ask_as(session, actor, context, _occurrences, item=item, occurrence=occurrence, now=now)
    return _lines(session, actor, context, item, rows, now)


def tasks_of_item(
    session: Session, actor: Actor, context: CampaignContext, item: str, *, now: Instant
) -> list[OccurrenceLine]:
    """Return every task of one item in the actor's scope, the newest period first, then in printed order."""
    rows = ask_as(session, actor, context, _of_item, item=item, now=now)
    return _lines(session, actor, context, item, rows, now)


def _lines(
    session: Session, actor: Actor, context: CampaignContext, item: str, rows: Sequence[Any], now: Instant
) -> list[OccurrenceLine]:
    holders = holders_of_posts(session, actor.unit_id, [row.owner_post_id for row in rows], now=now)
    tasks, relay = [row._asdict() for row in rows], relays_in(context.pack).get(item)
    handed_in = handed_in_by(session, actor, tasks)
    return [
        OccurrenceLine(
            row.id, row.occurrence, row.scope, row.place, title_of(context, row.owner_code, row.owner), holders.get(row.owner_post_id, ()), row.state, row.state_version, row.standing,
            row.due_at, row.submitted_at, row.period_from, row.period_to, row.progress,
            may_waive=task_post(actor, task, "waive") is not None,
            may_accept=row.state == "submitted_for_review"
            and task_post(actor, task, "accept", relay=relay, handed_in=handed_in.get(row.id, ())) is not None,
        )
        for row, task in zip(rows, tasks, strict=True)
    ]  # fmt: skip


def _occurrences(actor: Actor, context: CampaignContext, *, item: Any, occurrence: Any, now: Any) -> Asked:
    here = (TASKS.c.item == item, TASKS.c.occurrence == occurrence)
    return _with_places(context, now).where(_mine(actor, context, only_own=False), *here).order_by(*_PRINTED)


def _of_item(actor: Actor, context: CampaignContext, *, item: Any, now: Any) -> Asked:
    mine = _mine(actor, context, only_own=False)
    newest = (TASKS.c.opens_at.desc(), TASKS.c.occurrence.desc())
    return _with_places(context, now).where(mine, TASKS.c.item == item).order_by(*newest, *_PRINTED)


_PRINTED: Final = (table_of(Team).c.sort, table_of(Area).c.sort, TASKS.c.scope)
"""The printed order of teams, areas or bodies."""


def count_evidence(session: Session, unit_id: uuid.UUID, task_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Return how many pieces of evidence stand with each task; those without any are left out."""
    rows = ask(session, _evidence, unit=unit_id, tasks=list(task_ids)) if task_ids else []
    return {row.task_id: int(row.n) for row in rows}


def _evidence(*, unit: Any, tasks: Any) -> Asked:
    return (
        select(TaskEvidence.task_id, func.count().label("n"))
        .where(TaskEvidence.unit_id == unit, TaskEvidence.task_id.in_(tasks), ~is_withdrawn())
        .group_by(TaskEvidence.task_id)
    )


def _mine(actor: Actor, context: CampaignContext, *, only_own: bool, **narrow: Any) -> ColumnElement[bool]:
    condition = and_(
        *_narrowed(context, **narrow),
        TASKS.c.unit_id == context.unit_id,
        TASKS.c.campaign_id == context.id,
        scope_of_tasks(actor, **parts_in(context.pack)),
    )
    if not only_own:
        return condition
    teams = [post.team_id for post in actor.holds("team_leader") if post.team_id is not None]
    posts = [post.post_id for post in actor.posts]
    return and_(condition, or_(TASKS.c.owner_post_id.in_(posts), TASKS.c.team_id.in_(teams)))


def _narrowed(
    context: CampaignContext, *, post: Any = None, body: Any = None, **_due: Any
) -> list[ColumnElement[bool]]:
    """Return the conditions that a post or an office answers for a task: the office's own, or its post's where it is no office's."""
    owner, office, conditions = table_of(Post).alias("owner").c, table_of(Body).alias("office").c, list[Any]()
    if post is not None:
        own = select(owner.id).where(owner.unit_id == context.unit_id, owner.code == post)
        conditions.append(TASKS.c.owner_post_id.in_(own))
    if body is not None:
        office_id = select(office.id).where(office.unit_id == context.unit_id, office.code == body)
        own = select(owner.id).where(owner.unit_id == context.unit_id, owner.body_id.in_(office_id))
        conditions.append(
            or_(TASKS.c.body_id.in_(office_id), and_(TASKS.c.body_id.is_(None), TASKS.c.owner_post_id.in_(own)))
        )
    return conditions


def _shown(context: CampaignContext, view: View, now: Any) -> ColumnElement[bool]:
    if view == "review":
        return TASKS.c.state == "submitted_for_review"
    return true() if view == "all" else standing_sql(now, context.pack.warn_before).in_(VIEWS[view])


def _counted(
    session: Session, actor: Actor, context: CampaignContext, only_own: bool, now: Instant, narrow: Mapping[str, Any]
) -> tuple[dict[Standing, int], int]:
    rows = ask_as(session, actor, context, _counts, only_own, now=now, **narrow)
    found = {row.standing: int(row.n) for row in rows}
    return {name: found[name] for name in STANDINGS if name in found}, sum(int(row.waiting) for row in rows)


def _counts(actor: Actor, context: CampaignContext, only_own: bool, *, now: Any, **narrow: Any) -> Asked:
    standing = standing_sql(now, context.pack.warn_before).label("standing")
    waiting = func.sum(case((TASKS.c.state == "submitted_for_review", 1), else_=0))
    mine = _mine(actor, context, only_own=only_own, **narrow)
    return select(standing, func.count().label("n"), waiting.label("waiting")).where(mine).group_by(standing)


def _groups(
    actor: Actor,
    context: CampaignContext,
    only_own: bool,
    view: View,
    *,
    now: Any,
    limit: Any,
    offset: Any,
    **narrow: Any,
) -> Asked:
    """Return one row for each item and period with something to show, in the board's order; `groups` says how many in all."""
    mine, shown = _mine(actor, context, only_own=only_own, **narrow), _shown(context, view, now)
    task, post, standing = TASKS.c, table_of(Post).c, standing_sql(now, context.pack.warn_before)
    if "due_from" in narrow:
        shown = and_(shown, task.due_at > narrow["due_from"], task.due_at <= narrow["due_until"])
    ranks = case({name: number for number, name in enumerate(STANDINGS)}, value=standing)
    rank = func.min(case((shown, ranks)))
    due_at = func.min(case((shown, task.due_at)))

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    return (
        select(
            task.item, task.occurrence, rank.label("rank"), due_at.label("due_at"), func.min(task.opens_at).label("opens_at"),
            func.min(task.label).label("label"), func.min(task.clause).label("clause"), func.min(post.label).label("owner"),
            func.min(post.code).label("owner_code"),
            func.count().label("n"), count(task.submitted_at.is_not(None)).label("delivered"),
            count(standing == "overdue").label("overdue"),
            count(standing == "missing").label("missing"), count(task.state == "submitted_for_review").label("waiting"),
            count(task.state.in_(("waived", "cancelled"))).label("excused"), count(task.is_duty).label("duties"),
            func.count().over().label("groups"),
        )
        .select_from(TASKS.outerjoin(table_of(Post), and_(post.unit_id == task.unit_id, post.id == task.owner_post_id)))
        .where(mine)
        .group_by(task.item, task.occurrence)
        .having(rank.is_not(None))
        .order_by(rank, due_at.is_(None), due_at, *_without_deadline(context.pack), task.item, task.occurrence)
        .limit(limit)
        .offset(offset)
    )  # fmt: skip


def _without_deadline(pack: Pack) -> list[ColumnElement[int]]:
    """Return what puts items that have no deadline, or none yet, in the order of the plan's own clauses; nothing if there are none."""
    those = [
        item
        for item in pack.plan_items.values()
        if isinstance(parse(item.due), NoDeadline) or counts_from(item, pack) is not None
    ]
    places = {item.id: place for place, item in enumerate(sorted(those, key=lambda item: clause_order(item.clause)))}
    return [case(places, value=TASKS.c.item, else_=len(places))] if places else []


def _tasks(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    only_own: bool,
    alone: set[tuple[str, str]],
    now: Instant,
    narrow: Mapping[str, Any],
) -> dict[Any, Any]:
    """Return the tasks that stand alone in their row, by item and period."""
    if not alone:
        return {}
    items, occurrences = (sorted({key[n] for key in alone}) for n in (0, 1))
    rows = ask_as(session, actor, context, _alone, only_own, now=now, items=items, occurrences=occurrences, **narrow)
    return {key: row for row in rows if (key := (row.item, row.occurrence)) in alone}


def _alone(
    actor: Actor, context: CampaignContext, only_own: bool, *, now: Any, items: Any, occurrences: Any, **narrow: Any
) -> Asked:
    """Return what has one of these items and one of these periods: what stands alone, and little besides."""
    named = (TASKS.c.item.in_(items), TASKS.c.occurrence.in_(occurrences))
    return _with_places(context, now).where(_mine(actor, context, only_own=only_own, **narrow), *named)


def _with_places(context: CampaignContext, now: Any) -> Asked:
    task, post = TASKS.c, table_of(Post)
    statement = TASKS.outerjoin(post, and_(post.c.unit_id == task.unit_id, post.c.id == task.owner_post_id))
    places = []
    for model, column in ((Team, task.team_id), (Area, task.area_id), (Body, task.body_id)):
        place = table_of(model)
        statement = statement.outerjoin(place, and_(place.c.unit_id == task.unit_id, place.c.id == column))
        places.append(place.c.name)
    return select(
        TASKS,
        post.c.label.label("owner"),
        post.c.code.label("owner_code"),
        func.coalesce(*places).label("place"),
        standing_sql(now, context.pack.warn_before).label("standing"),
    ).select_from(statement)


def _folded(context: CampaignContext, group: Any) -> BoardRow:
    return BoardRow(
        item=group.item, occurrence=group.occurrence, label=label_of(context, group.item, group.label), clause=group.clause,
        is_duty=bool(group.duties), per=per_of(context, group.item), standing=list(STANDINGS)[group.rank], opens_at=group.opens_at, due_at=group.due_at,
        due_words=due_words(context, group.item, group.due_at), owner=title_of(context, group.owner_code, group.owner), total=group.n - int(group.excused),
        delivered=int(group.delivered), overdue=int(group.overdue), missing=int(group.missing), waiting=int(group.waiting), excused=int(group.excused),
    )  # fmt: skip


def _single(
    context: CampaignContext,
    row: BoardRow,
    task: Any,
    holders: Mapping[Any, Any],
    evidence: Mapping[Any, int],
) -> BoardRow:
    return replace(
        row,
        standing=task.standing,
        due_at=task.due_at,
        task_id=task.id,
        holders=holders.get(task.owner_post_id, ()),
        place=task.place,
        owner=title_of(context, task.owner_code, task.owner),
        state=task.state,
        progress=task.progress,
        open_predecessors=task.open_predecessors,
        evidence=evidence.get(task.id, 0),
        team_id=task.team_id,
        area_id=task.area_id,
    )
