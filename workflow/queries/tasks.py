"""Reads of the plan: what is late, what is next, which reports are missing. Each is one statement; none commits.

How a task stands with its deadline is decided in two places that a test holds together: `workflow.plan.timing.timing_of` for one
row, and `timing_sql` here for counts and filters.
"""

import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, func, literal_column, or_, select, true
from sqlalchemy.orm import Session

from rules.time import Duration, Instant
from workflow.plan.evidence import Given
from workflow.plan.standing import WARN_BEFORE
from workflow.plan.timing import TIMINGS, Timing, timing_of
from workflow.tables import Area, Body, DeclaredCount, Event, Post, Task, TaskEvidence, TaskPredecessor, Team, table_of

TASKS = table_of(Task)
GROUPS = ("staff", "relatives")
"""What a body declares about: its own people, and their relatives."""


class TaskLine(NamedTuple):
    """A task as a list shows it."""

    id: uuid.UUID
    item: str
    occurrence: str
    scope: str
    label: str
    clause: str
    is_duty: bool
    state: str
    state_version: int
    owner: str | None
    team_id: uuid.UUID | None
    area_id: uuid.UUID | None
    opens_at: Instant
    due_at: Instant | None
    internal_due_at: Instant | None
    submitted_at: Instant | None
    open_predecessors: int
    timing: Timing


class DutyLine(NamedTuple):
    """An occurrence of a duty: whose it is, which period it reports on, and how it stands with its deadline."""

    id: uuid.UUID
    item: str
    occurrence: str
    scope: str
    team: str | None
    state: str
    period_from: Instant | None
    period_to: Instant | None
    due_at: Instant | None
    submitted_at: Instant | None
    timing: Timing


class DutyCount(NamedTuple):
    """How many occurrences of a duty somebody handed over in time, late, not at all, or was excused from.

    A relayed report that came after the deadline is a `supplement`, never late.
    """

    scope: str
    team: str | None
    on_time: int
    late: int
    supplement: int
    missing: int
    waived: int
    due: int


def timing_sql(now: Instant, task: Any = TASKS.c) -> ColumnElement[str]:
    """Return how a task stands with its deadline, as SQL: the same answers as `timing_of`. `task` has its columns."""
    return case(
        (task.state.in_(("waived", "cancelled")), task.state),
        (and_(task.submitted_at.is_not(None), task.due_at.is_(None)), "sent"),
        (and_(task.submitted_at.is_not(None), task.submitted_at < task.due_at), "on_time"),
        (task.submitted_at.is_not(None), case((task.is_relayed, "supplement"), else_="late")),
        (task.due_at.is_(None), "no_deadline"),
        (task.due_at <= now, case((task.is_relayed, "missing"), else_="overdue")),
        else_="due",
    )


def standing_sql(now: Instant, warn_before: Duration = WARN_BEFORE) -> ColumnElement[str]:
    """Return how a task stands, as SQL: the same answers as `standing_of`."""
    task, timing = TASKS.c, timing_sql(now)
    lags = 100 * (now - task.opens_at) > task.progress * (task.due_at - task.opens_at)
    in_danger = or_(
        and_(task.internal_due_at.is_not(None), task.internal_due_at <= now),
        and_(~task.is_duty, task.due_at - warn_before <= now),
        and_(~task.is_duty, task.progress.is_not(None), lags),
    )
    return case((and_(timing == "due", in_danger), "at_risk"), else_=timing)


def is_withdrawn() -> ColumnElement[bool]:
    """Return the condition on `task_evidence` that somebody took it back: an event of its task names its ledger number."""
    event = table_of(Event).alias("withdrawal").c
    return (
        select(event.ledger_no)
        .where(event.unit_id == TaskEvidence.unit_id, event.about_id == TaskEvidence.task_id, of_task(event))
        .where(event.data["withdraws"].as_string() == cast(TaskEvidence.ledger_no, Text))
        .exists()
    )


def of_task(event: Any = Event) -> ColumnElement[bool]:
    """Return the condition that an event tells about a task, as the index on a task's history wants it: written out, not bound."""
    return event.kind == literal_column("'task'")  # type: ignore[no-any-return]


def tasks_by_deadline(
    session: Session,
    unit_id: uuid.UUID,
    campaign_id: uuid.UUID,
    *,
    now: Instant,
    timings: Sequence[Timing] = ("overdue", "missing", "due", "no_deadline"),
    owner_post_ids: Sequence[uuid.UUID] | None = None,
    team_id: uuid.UUID | None = None,
    duties: bool | None = None,
    limit: int = 200,
    offset: int = 0,
) -> list[TaskLine]:
    """Return tasks, overdue first and then by deadline; those without one come last.

    By default only what still has to be handed over; `owner_post_ids`, `team_id` and `duties` narrow it further.
    """
    timing = timing_sql(now)
    rank = case({name: number for number, name in enumerate(TIMINGS)}, value=timing)
    chosen: list[ColumnElement[bool]] = [timing.in_(list(timings))]
    if owner_post_ids is not None:
        chosen.append(TASKS.c.owner_post_id.in_(list(owner_post_ids)))
    if team_id is not None:
        chosen.append(TASKS.c.team_id == team_id)
    if duties is not None:
        chosen.append(TASKS.c.is_duty == duties)
    statement = (
        _lines(unit_id, campaign_id)
        .where(*chosen)
        .order_by(rank, TASKS.c.due_at.is_(None), TASKS.c.due_at, TASKS.c.item, TASKS.c.occurrence, TASKS.c.scope)
        .limit(limit)
        .offset(offset)
    )
    return [_line(row, now) for row in session.execute(statement)]


def task_line(session: Session, unit_id: uuid.UUID, task_id: uuid.UUID, *, now: Instant) -> TaskLine | None:
    """Return one task as a list shows it; None if the unit has none of that id."""
    row = session.execute(_lines(unit_id).where(TASKS.c.id == task_id)).one_or_none()
    return None if row is None else _line(row, now)


def count_tasks_by_timing(
    session: Session,
    unit_id: uuid.UUID,
    campaign_id: uuid.UUID,
    *,
    now: Instant,
    duties: bool | None = None,
    without: Collection[str] = (),
) -> Counter[Timing]:
    """Return how many tasks stand how with their deadline; those of the items `without` are left out."""
    timing = timing_sql(now).label("timing")
    statement = select(timing, func.count()).where(TASKS.c.unit_id == unit_id, TASKS.c.campaign_id == campaign_id)
    if duties is not None:
        statement = statement.where(TASKS.c.is_duty == duties)
    if without:
        statement = statement.where(TASKS.c.item.not_in(sorted(without)))
    found = {str(name): int(count) for name, count in session.execute(statement.group_by(timing))}
    return Counter({name: found[name] for name in TIMINGS if name in found})


def duty_occurrences(
    session: Session,
    unit_id: uuid.UUID,
    campaign_id: uuid.UUID,
    *,
    now: Instant,
    item: str | None = None,
    occurrence: str | None = None,
) -> list[DutyLine]:
    """Return the opened occurrences of duties, by team and then by period."""
    task, team = TASKS.c, table_of(Team)
    statement = (
        select(TASKS, team.c.name.label("team"))
        .select_from(TASKS.outerjoin(team, and_(team.c.unit_id == task.unit_id, team.c.id == task.team_id)))
        .where(task.unit_id == unit_id, task.campaign_id == campaign_id, task.is_duty)
        .order_by(task.item, team.c.sort, task.scope, task.due_at)
    )
    if item is not None:
        statement = statement.where(task.item == item)
    if occurrence is not None:
        statement = statement.where(task.occurrence == occurrence)
    return [_duty(row, now) for row in session.execute(statement)]


def count_duties_by_team(
    session: Session, unit_id: uuid.UUID, campaign_id: uuid.UUID, *, now: Instant, item: str
) -> list[DutyCount]:
    """Return for each team (or other scope) of a duty how its occurrences stand, in the printed order of teams."""
    task, team, timing = TASKS.c, table_of(Team), timing_sql(now)
    columns = [
        func.sum(case((timing.in_(names), 1), else_=0)).label(names[0])
        for names in (("on_time",), ("late",), ("supplement",), ("missing", "overdue"), ("waived",), ("due",))
    ]
    statement = (
        select(task.scope, team.c.name, *columns)
        .select_from(TASKS.outerjoin(team, and_(team.c.unit_id == task.unit_id, team.c.id == task.team_id)))
        .where(task.unit_id == unit_id, task.campaign_id == campaign_id, task.is_duty, task.item == item)
        .group_by(task.scope, team.c.name, team.c.sort)
        .order_by(team.c.sort, task.scope)
    )
    return [DutyCount(row[0], row[1], *map(int, row[2:])) for row in session.execute(statement)]


def open_predecessors_of(session: Session, unit_id: uuid.UUID, task_id: uuid.UUID) -> list[str]:
    """Return the labels of the tasks that must be closed before this one may be handed over."""
    link = table_of(TaskPredecessor).c
    statement = (
        select(TASKS.c.label)
        .join(table_of(TaskPredecessor), and_(link.unit_id == TASKS.c.unit_id, link.after_id == TASKS.c.id))
        .where(link.unit_id == unit_id, link.task_id == task_id, TASKS.c.is_open)
        .order_by(TASKS.c.due_at, TASKS.c.item, TASKS.c.scope)
    )
    return list(session.scalars(statement))


def evidence_of_task(session: Session, unit_id: uuid.UUID, task_id: uuid.UUID) -> list[Given]:
    """Return the evidence that stands with a task, in the order it was added: what was taken back does not count."""
    statement = (
        select(TaskEvidence.kind, TaskEvidence.label, TaskEvidence.count, TaskEvidence.is_lower_bound)
        .where(TaskEvidence.unit_id == unit_id, TaskEvidence.task_id == task_id, ~is_withdrawn())
        .order_by(TaskEvidence.ledger_no)
    )
    return [Given(*row) for row in session.execute(statement)]


def open_tasks_of_items(
    session: Session, unit_id: uuid.UUID, campaign_id: uuid.UUID, items: Sequence[str], *, opened_by: Instant
) -> list[dict[str, Any]]:
    """Return the open tasks of these items that have opened, as rows with the codes `team`, `area` and `body`."""
    task = TASKS.c
    statement = (
        _with_codes(unit_id)
        .where(task.campaign_id == campaign_id, task.item.in_(list(items)), task.is_open, task.opens_at <= opened_by)
        .order_by(task.item, task.scope, task.occurrence)
    )
    return [dict(row) for row in session.execute(statement).mappings()]


def task_with_codes(session: Session, unit_id: uuid.UUID, task_id: uuid.UUID) -> dict[str, Any]:
    """Return a task's row with the codes `team`, `area` and `body`, as conditions on figures want it."""
    return dict(session.execute(_with_codes(unit_id).where(TASKS.c.id == task_id)).mappings().one())


def done_moments(
    session: Session, unit_id: uuid.UUID, campaign_id: uuid.UUID, items: Collection[str]
) -> dict[tuple[str, str], Instant]:
    """Return when tasks of these items were done that are done now, by item and scope. One statement, none for no item."""
    task = TASKS.c
    statement = select(task.item, task.scope, task.done_at).where(
        task.unit_id == unit_id,
        task.campaign_id == campaign_id,
        task.item.in_(sorted(items)),
        task.done_at.is_not(None),
    )
    rows = session.execute(statement.order_by(task.done_at)) if items else ()
    return {(row.item, row.scope): row.done_at for row in rows}


def was_reopened(session: Session, unit_id: uuid.UUID, task_id: uuid.UUID) -> bool:
    """Whether somebody has reopened the task: from then on people decide about it, and no rule closes it."""
    told = select(Event.data).where(Event.unit_id == unit_id, of_task(), Event.about_id == task_id)
    return any((data or {}).get("move") == "reopen" for data in session.scalars(told))


def instants_with_events(
    session: Session, unit_id: uuid.UUID, campaign_id: uuid.UUID, *, after: Instant, until: Instant
) -> list[Instant]:
    """Return when something happened in the campaign, ascending, from `after` (not counted) to `until`: where figures can change."""
    statement = (
        select(Event.happened_at)
        .distinct()
        .where(
            Event.unit_id == unit_id,
            Event.campaign_id == campaign_id,
            Event.happened_at > after,
            Event.happened_at <= until,
        )
        .order_by(Event.happened_at)
    )
    return list(session.scalars(statement))


def instants_recorded(
    session: Session, unit_id: uuid.UUID, campaign_id: uuid.UUID, *, after: Instant, until: Instant
) -> list[tuple[Instant, int]]:
    """Return when something was recorded in the campaign that can change a figure, ascending, from `after` (not counted) to `until`,
    each with the last ledger number of that instant."""
    event = table_of(Event).c
    statement = (
        select(event.recorded_at, func.max(event.ledger_no))
        .where(event.unit_id == unit_id, event.campaign_id == campaign_id, event.kind != "escalate")
        .where(event.recorded_at > after, event.recorded_at <= until)
        .group_by(event.recorded_at)
        .order_by(event.recorded_at)
    )
    return [(int(moment), int(number)) for moment, number in session.execute(statement)]


def bodies_still_to_declare(
    session: Session, unit_id: uuid.UUID, campaign_id: uuid.UUID, *, as_of: Instant, ledger_no: int | None = None
) -> list[str]:
    """Return the names of the bodies that had not declared both their staff and their relatives before `as_of` (as known at `ledger_no`)."""
    declared = (
        select(func.count(DeclaredCount.group.distinct()))
        .where(
            DeclaredCount.unit_id == Body.unit_id,
            DeclaredCount.body_id == Body.id,
            DeclaredCount.campaign_id == campaign_id,
            DeclaredCount.happened_at < as_of,
            true() if ledger_no is None else DeclaredCount.ledger_no <= ledger_no,
        )
        .scalar_subquery()
    )
    statement = select(Body.name).where(
        Body.unit_id == unit_id, Body.counts_staff, Body.valid_to.is_(None), declared < len(GROUPS)
    )
    return list(session.scalars(statement.order_by(Body.code)))


def declared_by_body(
    session: Session, unit_id: uuid.UUID, campaign_id: uuid.UUID, *, as_of: Instant
) -> list[tuple[str, str, int, int, Instant]]:
    """Return what each body had declared before `as_of`: name, group, declared, finished, when. The newest of each counts."""
    count = table_of(DeclaredCount).c
    newest = func.row_number().over(
        partition_by=(count.body_id, count.group), order_by=(count.happened_at.desc(), count.ledger_no.desc())
    )
    ranked = (
        select(count.body_id, count.group, count.declared, count.finished, count.happened_at, newest.label("nth"))
        .where(count.unit_id == unit_id, count.campaign_id == campaign_id, count.happened_at < as_of)
        .subquery()
    )
    row = ranked.c
    statement = (
        select(Body.name, row.group, row.declared, row.finished, row.happened_at)
        .join(ranked, and_(row.body_id == Body.id, row.nth == 1))
        .where(Body.unit_id == unit_id)
        .order_by(Body.code, row.group.desc())
    )
    return [(a, b, c, d, e) for a, b, c, d, e in session.execute(statement)]


def _with_codes(unit_id: uuid.UUID) -> Select[Any]:
    task, team, area, body = TASKS.c, table_of(Team), table_of(Area), table_of(Body)
    return (
        select(TASKS, team.c.code.label("team"), area.c.code.label("area"), body.c.code.label("body"))
        .select_from(
            TASKS.outerjoin(team, and_(team.c.unit_id == task.unit_id, team.c.id == task.team_id))
            .outerjoin(area, and_(area.c.unit_id == task.unit_id, area.c.id == task.area_id))
            .outerjoin(body, and_(body.c.unit_id == task.unit_id, body.c.id == task.body_id))
        )
        .where(task.unit_id == unit_id)
    )


def _lines(unit_id: uuid.UUID, campaign_id: uuid.UUID | None = None) -> Select[Any]:
    post = table_of(Post)
    statement = (
        select(TASKS, post.c.label.label("owner"))
        .select_from(TASKS.outerjoin(post, and_(post.c.unit_id == TASKS.c.unit_id, post.c.id == TASKS.c.owner_post_id)))
        .where(TASKS.c.unit_id == unit_id)
    )
    return statement if campaign_id is None else statement.where(TASKS.c.campaign_id == campaign_id)


def _line(row: Any, now: Instant) -> TaskLine:
    timing = timing_of(row.state, row.submitted_at, row.due_at, now, is_relayed=row.is_relayed)
    return TaskLine._make([*(getattr(row, name) for name in TaskLine._fields[:-1]), timing])


def _duty(row: Any, now: Instant) -> DutyLine:
    timing = timing_of(row.state, row.submitted_at, row.due_at, now, is_relayed=row.is_relayed)
    return DutyLine._make([*(getattr(row, name) for name in DutyLine._fields[:-1]), timing])


__all__ = [
    "GROUPS", "DutyCount", "DutyLine", "TaskLine", "bodies_still_to_declare", "count_duties_by_team", "count_tasks_by_timing",
    "declared_by_body", "done_moments", "duty_occurrences", "evidence_of_task", "instants_recorded", "instants_with_events", "is_withdrawn", "of_task", "open_predecessors_of", "open_tasks_of_items",
    "standing_sql", "task_line", "task_with_codes", "tasks_by_deadline", "timing_sql", "was_reopened",
]  # fmt: skip
