"""A team's reporting period: which one is running, what was done in it so far, and how its duties to report stand.

What is counted here moves with every visit, so it counts visits and doors only. How people took part is told at the cut-off, for
all of them at once (`workflow.figures.team_figures`).
"""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from rules.machine import MoveRefused
from rules.pack import Pack
from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor
from workflow.errors import NotFound
from workflow.plan.life import STATE_LABELS, state_after
from workflow.plan.timing import Timing, timing_of
from workflow.queries.campaigns import CampaignContext
from workflow.queries.door_filter import in_scope
from workflow.queries.tasks import TASKS
from workflow.queries.team_load import SeenTeam, team_seen
from workflow.tables import Door, Visit, VisitOutcome, table_of

_doors, _visits, _outcomes = table_of(Door), table_of(Visit), table_of(VisitOutcome)


@dataclass(frozen=True, slots=True)
class DutyOfTeam:
    """One report that the team owes: for which period, until when, and how it stands. `can_submit`: it has not been handed over."""

    id: uuid.UUID
    item: str
    label: Label | str
    occurrence: str
    state: str
    state_label: str
    state_version: int
    opens_at: Instant
    period_from: Instant | None
    period_to: Instant | None
    due_at: Instant | None
    internal_due_at: Instant | None
    submitted_at: Instant | None
    is_relayed: bool
    timing: Timing
    can_submit: bool


@dataclass(frozen=True, slots=True)
class DoneInPeriod:
    """What the team did from `since` to `until` (exclusive): visits, doors visited, doors at which somebody was met.

    A visit counts when it happened then and was not voided, whoever went, at a door that is the team's now.
    """

    since: Instant
    until: Instant
    visits: int
    doors_visited: int
    doors_met: int


def duties_of_team(
    session: Session, actor: Actor, context: CampaignContext, team_id: uuid.UUID, *, now: Instant
) -> list[DutyOfTeam]:
    """Return the team's opened duties to report, the earliest deadline first. Raises NotFound for a team out of scope."""
    team_seen(session, actor, team_id)
    task = TASKS.c
    statement = _opened(context, now).where(task.team_id == team_id)
    ordered = statement.order_by(task.due_at.is_(None), task.due_at, task.item, task.occurrence)
    return [_duty(row, context, now) for row in session.execute(ordered)]


def duty_of_a_team(
    session: Session, actor: Actor, context: CampaignContext, task_id: uuid.UUID, *, now: Instant
) -> tuple[SeenTeam, DutyOfTeam]:
    """Return one duty to report, with its team. Raises NotFound for one that is no team's in the actor's scope."""
    row = session.execute(_opened(context, now).where(TASKS.c.id == task_id)).one_or_none()
    if row is None or row.team_id is None:
        raise NotFound
    return team_seen(session, actor, row.team_id), _duty(row, context, now)


def period_at(duties: list[DutyOfTeam], now: Instant) -> DutyOfTeam | None:
    """Return the duty whose period is running at `now`, else the last one that ended; None before the first."""
    dated = [duty for duty in duties if duty.period_from is not None and duty.period_from <= now]
    return max(dated, key=lambda duty: (duty.period_from or 0, duty.period_to or 0), default=None)


def done_in_period(
    session: Session, actor: Actor, context: CampaignContext, team_id: uuid.UUID, *, since: Instant, until: Instant
) -> DoneInPeriod:
    """Return the visits and doors of the team from `since` to `until`, in the actor's scope. One statement."""
    team_seen(session, actor, team_id)
    met = _somebody_was_met(context.pack)
    counts = (
        select(
            func.count().label("visits"),
            func.count(_visits.c.door_id.distinct()).label("doors_visited"),
            func.count(_visits.c.door_id.distinct()).filter(met).label("doors_met"),
        )
        .join(_doors, and_(_doors.c.unit_id == _visits.c.unit_id, _doors.c.id == _visits.c.door_id))
        .where(in_scope(context, actor), _doors.c.team_id == team_id, _visits.c.voided_no.is_(None))
        .where(_visits.c.happened_at >= since, _visits.c.happened_at < until)
    )
    return DoneInPeriod(since, until, *session.execute(counts).one())


def outcomes_in_vain(pack: Pack) -> list[str]:
    """Return the outcomes that count as an attempt: nobody was met."""
    return sorted(
        name for name, outcome in pack.outcomes.items() if any(effect.count_attempt for effect in outcome.effects)
    )


def _somebody_was_met(pack: Pack) -> ColumnElement[bool]:
    return exists().where(
        _outcomes.c.unit_id == _visits.c.unit_id,
        _outcomes.c.visit_id == _visits.c.id,
        _outcomes.c.outcome.not_in(outcomes_in_vain(pack)),
    )


def _opened(context: CampaignContext, now: Instant) -> Select[Any]:
    task = TASKS.c
    mine = (task.unit_id == context.unit_id, task.campaign_id == context.id, task.is_duty, task.opens_at <= now)
    return select(TASKS).where(*mine)


def _duty(row: Any, context: CampaignContext, now: Instant) -> DutyOfTeam:
    labels = {duty.id: duty.label for duty in context.pack.duties}
    names = (
        "id", "item", "occurrence", "state", "state_version", "opens_at", "period_from", "period_to", "due_at",
        "internal_due_at", "submitted_at", "is_relayed",
    )  # fmt: skip
    return DutyOfTeam(
        **{name: getattr(row, name) for name in names},
        label=labels.get(row.item, row.label),
        state_label=STATE_LABELS[row.state],
        timing=timing_of(row.state, row.submitted_at, row.due_at, now, is_relayed=row.is_relayed),
        can_submit=_may_be_submitted(row.state),
    )


def _may_be_submitted(state: str) -> bool:
    try:
        state_after(state, "submit")
    except MoveRefused:
        return False
    return True
