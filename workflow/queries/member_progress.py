"""How far a member has come today, in doors, and when the period's figures are cut: what stands on top of the queue.

Doors, never people: nothing can be subtracted to tell how contact with anybody ended.
"""

import uuid
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from rules.deadlines import DailyTime, due_on, parse
from rules.pack import Pack
from rules.pack.model import Label
from rules.time import DAY, Instant, local_date
from workflow.access import Actor
from workflow.days import day_start, local_day, tomorrow_of
from workflow.queries.asker import ask_as
from workflow.queries.campaigns import CampaignContext
from workflow.queries.door_history import outcome_words
from workflow.queries.door_list import is_finished
from workflow.queries.queue_times import DUE, in_scope, timing_sql
from workflow.statements.asking import Asked
from workflow.tables import Case, Door, Subject, Visit, VisitOutcome, table_of

RECENT: Final = 20
_doors, _visits, _said, _cases, _people = (table_of(m) for m in (Door, Visit, VisitOutcome, Case, Subject))
_homes = _people.alias("homes")


@dataclass(frozen=True, slots=True)
class CutOff:
    """When the next figures are cut: exclusive instants. `internal_at` is when the office wants them, earlier, if the pack says so."""

    at: Instant
    internal_at: Instant | None


@dataclass(frozen=True, slots=True)
class RecentVisit:
    """A visit that the actor typed today, to find the door again: a slip of the finger is seen right after."""

    door_id: uuid.UUID
    ledger_no: int
    at: Instant
    area_id: uuid.UUID
    lane: str
    house_no: str
    said: tuple[tuple[str | None, Label], ...]


def count_done_today(session: Session, actor: Actor, context: CampaignContext, *, now: Instant) -> int:
    """Return how many doors of the actor's queue they have been to today and need not go to again today; one statement."""
    today, tomorrow = day_start(local_day(now)), tomorrow_of(now)
    ((n,),) = ask_as(session, actor, context, _done, now=now, today=today, tomorrow=tomorrow)
    return int(n)


def _done(actor: Actor, context: CampaignContext, *, now: Any, today: Any, tomorrow: Any) -> Asked:
    gone = timing_sql(now, tomorrow).not_in(DUE)
    return select(func.count().label("n")).where(in_scope(actor, context), gone, _been_to(actor, today))


def next_cut_off(pack: Pack, now: Instant) -> CutOff | None:
    """Return when the period that runs at `now` is cut; None before the campaign's first day and after its last."""
    spec = parse(pack.model.pack.reporting.cut_off)
    if not isinstance(spec, DailyTime) or not pack.span.opens_at <= now < pack.span.closes_at:
        return None
    at = due_on(spec, local_date(now))
    if at <= now:
        at = due_on(spec, local_date(now + DAY))
    inner = parse(pack.model.pack.reporting.internal) if pack.model.pack.reporting.internal else None
    return CutOff(at, due_on(inner, local_date(at)) if isinstance(inner, DailyTime) else None)


def visits_typed_today(
    session: Session, actor: Actor, context: CampaignContext, *, now: Instant, limit: int = RECENT
) -> list[RecentVisit]:
    """Return the visits that the actor typed today at doors of their queue and that still stand, the newest first."""
    newest = (
        select(
            _visits.c.unit_id, _visits.c.id, _visits.c.door_id, _visits.c.ledger_no, _visits.c.recorded_at, _doors.c.area_id,
            _homes.c.lane, _homes.c.house_no,
        )
        .join_from(_doors, _visits, and_(_visits.c.unit_id == _doors.c.unit_id, _visits.c.door_id == _doors.c.id))
        .join(_homes, and_(_homes.c.unit_id == _doors.c.unit_id, _homes.c.id == _doors.c.household_id))
        .where(in_scope(actor, context), _visits.c.recorded_by_id == actor.membership_id, _visits.c.voided_no.is_(None))
        .where(_visits.c.recorded_at >= day_start(local_day(now)))
        .order_by(_visits.c.ledger_no.desc())
        .limit(limit)
        .subquery()
    )  # fmt: skip
    leading = _cases.alias("leading")
    rows = session.execute(
        select(newest, _said.c.outcome, _said.c.case_id, _people.c.name, leading.c.state.label("main_state"))
        .join(_said, and_(_said.c.unit_id == newest.c.unit_id, _said.c.visit_id == newest.c.id))
        .outerjoin(_cases, and_(_cases.c.unit_id == newest.c.unit_id, _cases.c.id == _said.c.case_id))
        .outerjoin(_people, and_(_people.c.unit_id == _cases.c.unit_id, _people.c.id == _cases.c.subject_id))
        .outerjoin(
            leading,
            and_(
                leading.c.unit_id == _cases.c.unit_id,
                leading.c.campaign_id == _cases.c.campaign_id,
                leading.c.track == context.pack.main_track.id,
                leading.c.subject_id == _cases.c.subject_id,
            ),
        )
        .order_by(newest.c.ledger_no.desc(), _said.c.position)
    ).all()
    visits: dict[int, list[Any]] = {}
    for row in rows:
        visits.setdefault(row.ledger_no, []).append(row)
    return [_recent(context.pack, told) for told in visits.values()]


def _recent(pack: Pack, told: list[Any]) -> RecentVisit:
    first = told[0]
    said = tuple((row.name, _words(pack, row)) for row in told)
    return RecentVisit(
        first.door_id, first.ledger_no, first.recorded_at, first.area_id, first.lane or "", first.house_no or "", said
    )


def _words(pack: Pack, row: Any) -> Label:
    has_ended = row.main_state is not None and is_finished(pack.main_track, row.main_state)
    return outcome_words(pack, row.outcome, has_ended=has_ended, openly=False)


def _been_to(actor: Actor, today: Any) -> ColumnElement[bool]:
    return (
        select(_visits.c.id)
        .where(_visits.c.unit_id == _doors.c.unit_id, _visits.c.door_id == _doors.c.id, _visits.c.voided_no.is_(None))
        .where(_visits.c.happened_at >= today, _visits.c.done_by_id == actor.membership_id)
        .exists()
    )
