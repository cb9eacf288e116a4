"""What rules may ask about teams and tasks, counted for all of them at once."""

import uuid
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from rules.pack.work import Work, work_in
from rules.time import DAY, Instant
from workflow.days import day_start, local_day
from workflow.plan.timing import MISSED
from workflow.queries.campaigns import CampaignContext
from workflow.queries.given_over import given_since
from workflow.queries.known_then import Known
from workflow.queries.tasks import timing_sql
from workflow.queries.tasks_then import tasks_then
from workflow.tables import NOBODY, Case, Rollup, Task, Team, table_of

_cases, _tasks, _rollups = table_of(Case), table_of(Task), table_of(Rollup)
FIRST_DAY_BACK = 2
"""A pace is the mean of today and so many days before it."""


class Since(NamedTuple):
    """How many cases of the main track a team has more in a cell than were known of then; `lately`: of those that came into it in the
    days of its pace."""

    team_id: uuid.UUID
    state: str
    stage: str
    there: int
    lately: int


class Then(NamedTuple):
    """What was known before a moment that has passed, and what has been recorded of cases since."""

    known: Known
    since: Sequence[Since] = ()


def team_facts(
    session: Session, context: CampaignContext, *, now: Instant, then: Then | None = None
) -> dict[uuid.UUID, dict[str, object]]:
    """Return for each team: open cases of the main track, its pace in steps a day (mean of the last three local days, today included),
    the steps it would have to do each day that is left, duties missed among those due in the last 72 hours (`MISSED`),
    and those of them that came as a supplement: they are missed no more, but the habit can be asked for.

    Steps are those of `rules.pack.work`, by which teams are compared everywhere: only work that is still possible is asked of a team.
    Cases that one team gave to another are no pace of either (`workflow.queries.given_over`).
    With `then`, as far as was known then.
    """
    unit_id, main = context.unit_id, context.pack.main_track
    teams = session.scalars(select(Team.id).where(Team.unit_id == unit_id).order_by(Team.id)).all()
    open_cases = _counts(
        session,
        select(_cases.c.team_id, func.count())
        .where(_cases.c.unit_id == unit_id, _cases.c.campaign_id == context.id, _cases.c.track == main.id)
        .where(_cases.c.is_open, _cases.c.left_at.is_(None))
        .group_by(_cases.c.team_id),
    )
    steps = _steps(session, context, since=first_day(now))
    _leave_out_given(steps, session, context, now, then)
    for cell in () if then is None else then.since:
        known, one = steps[cell.team_id], work_in(main, cell.state, cell.stage)
        steps[cell.team_id] = Work(known.left - one.left * cell.there, known.behind - one.behind * cell.lately)
        if main.is_open(cell.state):
            open_cases[cell.team_id] = open_cases.get(cell.team_id, 0) - cell.there
    misses, supplements = _reports(session, context, now, None if then is None else then.known)
    days_left = _days_left(context, now)
    return {
        team: {
            "open_cases": open_cases.get(team, 0),
            "pace": max(steps[team].behind, 0) // 3,
            "required_pace": -(-steps[team].left // days_left) if days_left else steps[team].left,
            "misses_3_days": misses.get(team, 0),
            "supplements_3_days": supplements.get(team, 0),
        }
        for team in teams
        if team != NOBODY
    }


def first_day(now: Instant) -> int:
    """Return the first of the local days over which a pace at `now` is the mean."""
    return local_day(now) - FIRST_DAY_BACK


def _steps(session: Session, context: CampaignContext, *, since: int) -> defaultdict[uuid.UUID, Work]:
    """Return for each team the steps that are left, and those that came behind it since the day `since`. One statement."""
    cell, track = _rollups.c, context.pack.main_track
    where = (cell.team_id, cell.state, cell.stage)
    lately = func.sum(case((cell.day >= since, cell.n), else_=0))
    rows = session.execute(
        select(*where, func.sum(cell.n).label("there"), lately.label("lately"))
        .where(cell.unit_id == context.unit_id, cell.campaign_id == context.id, cell.basis == "h", cell.track == track.id)
        .group_by(*where)
    )  # fmt: skip
    found: defaultdict[uuid.UUID, Work] = defaultdict(lambda: Work(0, 0))
    for row in rows:
        known, one = found[row.team_id], work_in(track, row.state, row.stage)
        found[row.team_id] = Work(known.left + one.left * int(row.there), known.behind + one.behind * int(row.lately))
    return found


def _leave_out_given(
    steps: defaultdict[uuid.UUID, Work], session: Session, context: CampaignContext, now: Instant, then: Then | None
) -> None:
    """Take out of what came behind each team what came, or went, with cases that were given from one to another. One statement."""
    track = context.pack.main_track
    worked = sorted(set(track.states) - {track.line[0]})
    if not worked:
        return
    given = given_since(
        session, context, states=worked, happened_since=day_start(first_day(now)),
        until_no=None if then is None else then.known.ledger_no,
    )  # fmt: skip
    for one in given:
        if one.track == track.id:
            known = steps[one.team_id]
            steps[one.team_id] = known._replace(
                behind=known.behind - one.n * work_in(track, one.state, one.stage).behind
            )


def stretches(
    session: Session, context: CampaignContext, *, first: Instant, last: Instant
) -> Callable[[Instant], tuple[int, int, int]]:
    """Return a function of an instant from `first` to `last`: as long as it gives the same, `team_facts` does too.

    If nobody writes meanwhile. Facts change at midnight, when a day less is left, when a duty is due and three days after.
    """
    statement = select(_tasks.c.due_at).where(
        _tasks.c.unit_id == context.unit_id, _tasks.c.campaign_id == context.id, _tasks.c.is_duty
    )
    statement = statement.where(_tasks.c.due_at > first - 3 * DAY, _tasks.c.due_at <= last).distinct()
    due = list(session.scalars(statement))
    changes = sorted([*due, *(instant + 3 * DAY for instant in due)])
    return lambda now: (local_day(now), _days_left(context, now), bisect_right(changes, now))


def _days_left(context: CampaignContext, now: Instant) -> int:
    until = int(context.pack.campaign_facts().get("campaign.collect_until", context.ends_at))
    return max(-((now - until) // DAY), 0)


def _reports(
    session: Session, context: CampaignContext, now: Instant, known: Known | None
) -> tuple[dict[uuid.UUID, int], dict[uuid.UUID, int]]:
    """Return by team the duties of the last 72 hours that are missed, and those that came only as a supplement."""
    lately = (_tasks.c.is_duty, _tasks.c.due_at <= now, _tasks.c.due_at > now - 3 * DAY)
    task, which = _as_known(context, known, *lately)
    timing = timing_sql(now, task)
    missed, added = (case((those, 1), else_=0) for those in (timing.in_(sorted(MISSED)), timing == "supplement"))
    rows = session.execute(
        select(task.team_id, func.sum(missed), func.sum(added)).where(*which).group_by(task.team_id)
    ).all()
    told = [(team, int(gap or 0), int(late or 0)) for team, gap, late in rows if team is not None]
    return {team: gap for team, gap, _ in told}, {team: late for team, _, late in told}


def _as_known(
    context: CampaignContext, known: Known | None, *which: ColumnElement[bool]
) -> tuple[Any, tuple[ColumnElement[bool], ...]]:
    """Return columns of the campaign's tasks of `which`, as they stood as far as was known then, and what chooses them."""
    if known is None:
        return _tasks.c, (_tasks.c.unit_id == context.unit_id, _tasks.c.campaign_id == context.id, *which)
    return tasks_then(context.unit_id, context.id, known, *which).c, ()


def _counts(session: Session, statement: Any) -> dict[uuid.UUID, int]:
    return {team: int(n or 0) for team, n in session.execute(statement) if team is not None}


def task_facts(session: Session, context: CampaignContext, known: Known | None = None) -> list[dict[str, Any]]:
    """Return every open task of the campaign with the facts that task rules may ask about; with `known`, as far as was known then."""
    names = ("id", "item", "team_id", "area_id", "due_at", "internal_due_at", "opens_at", "started_at", "submitted_at", "progress", "open_predecessors", "is_duty", "owner_post_id")  # fmt: skip
    task, which = _as_known(context, known)
    statement = (
        select(task.state.label("task_state"), *(task[name] for name in names))
        .where(*which, task.is_open)
        .order_by(task.id)
    )
    return [dict(row._mapping) for row in session.execute(statement)]
