"""What waits in a campaign, counted by team and area at once: requests, escalations, reports, files; and how late the clock is.

Counts only. Whoever may read them is asked by whoever shows them (`workflow.figures.campaign_overview`).
"""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sqlalchemy import and_, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.plan.periods import FINAL
from workflow.plan.timing import MISSED, NOT_SENT, Timing, timing_of
from workflow.queries.campaigns import CampaignContext
from workflow.tables import (
    Area,
    Case,
    Close,
    Door,
    Escalation,
    Request,
    RosterFile,
    Run,
    Task,
    Team,
    UnitHead,
    table_of,
)

_ended = table_of(Task).alias("ended").c


class Place(NamedTuple):
    """A team or an area, in the printed order."""

    id: uuid.UUID
    code: str
    name: str


class Waiting(NamedTuple):
    """How many things of one team and area wait, and since when the oldest does. `level` is the highest rung reached."""

    team_id: uuid.UUID | None
    area_id: uuid.UUID | None
    n: int
    since: Instant
    level: int = 0


class DutyReport(NamedTuple):
    """An occurrence of a duty that has opened: what is to be reported, by whom, until when, and how it stands."""

    id: uuid.UUID
    item: str
    occurrence: str
    label: str
    scope: str
    team_id: uuid.UUID | None
    due_at: Instant | None
    internal_due_at: Instant | None
    submitted_at: Instant | None
    timing: Timing

    @property
    def is_missing(self) -> bool:
        """Whether nothing has been handed over, whatever the hour."""
        return self.timing in NOT_SENT


@dataclass(frozen=True, slots=True)
class Period:
    """The reports whose cut-off comes next: all of them, and those of earlier periods that are still missing.

    `forward` is the duty to forward them, where another post does; `unforwarded` are those of earlier periods that nobody did.
    """

    due_at: Instant | None = None
    internal_due_at: Instant | None = None
    label: str = ""
    reports: tuple[DutyReport, ...] = ()
    earlier: tuple[DutyReport, ...] = ()
    forward: DutyReport | None = None
    unforwarded: tuple[DutyReport, ...] = ()

    @property
    def missing(self) -> tuple[DutyReport, ...]:
        """The reports of this period that have not come."""
        return tuple(each for each in self.reports if each.is_missing)

    def still_missing(self, now: Instant) -> int:
        """How many reports have not come though their time is over: those of earlier periods, and of this one once it is due."""
        is_due = self.due_at is not None and self.due_at <= now
        return len(self.earlier) + (len(self.missing) if is_due else 0)

    @property
    def asked(self) -> int:
        """How many reports are due this period; whoever is excused is not counted."""
        return sum(each.timing not in ("waived", "cancelled") for each in self.reports)

    @property
    def sent(self) -> int:
        """How many of them have come."""
        return sum(each.submitted_at is not None for each in self.reports)


class Clockwork(NamedTuple):
    """How far the ledger is, and the unit's instant at which the clock last looked (None: never)."""

    ledger_no: int
    recorded_at: Instant
    tick_at: Instant | None


@dataclass(frozen=True, slots=True)
class Files:
    """Lists that wait for somebody to import them or throw them away, and the last one that was imported."""

    waiting: int = 0
    last_id: uuid.UUID | None = None
    last_at: Instant | None = None
    counts: dict[str, int] = field(default_factory=dict)


def places_of(session: Session, unit_id: uuid.UUID, by: str, *, only_open: bool = False) -> list[Place]:
    """Return the unit's teams or areas (`by`), in the printed order; `only_open` leaves out those that were closed."""
    model: Any = table_of(Team if by == "team" else Area)
    statement = select(model.c.id, model.c.code, model.c.name).where(model.c.unit_id == unit_id)
    if only_open:
        statement = statement.where(model.c.valid_to.is_(None))
    return [Place(*row) for row in session.execute(statement.order_by(model.c.sort, model.c.code))]


def waiting_by_place(session: Session, context: CampaignContext) -> dict[str, list[Waiting]]:
    """Return what waits now, in one statement: `exits` (requests nobody decided), `escalations` (no post closed them), `doors`
    (somebody there still has to be met, or an exit to be won back).
    """
    unit_id, nothing = context.unit_id, literal(0)
    exits = (
        select(literal("exits"), Case.team_id, Case.area_id, func.count(), func.min(Request.happened_at), nothing)
        .join(Case, and_(Case.unit_id == Request.unit_id, Case.id == Request.case_id))
        .where(Request.unit_id == unit_id, Request.status == "waiting", Case.campaign_id == context.id)
        .group_by(Case.team_id, Case.area_id)
    )
    level, opened = func.max(Escalation.level), func.min(Escalation.opened_at)
    escalations = (
        select(literal("escalations"), Escalation.team_id, Escalation.area_id, func.count(), opened, level)
        .where(Escalation.unit_id == unit_id, Escalation.is_open, Escalation.campaign_id == context.id)
        .group_by(Escalation.team_id, Escalation.area_id)
    )
    doors = (
        select(literal("doors"), Door.team_id, Door.area_id, func.count(), nothing, nothing)
        .where(Door.unit_id == unit_id, Door.campaign_id == context.id, Door.open_cases > 0)
        .group_by(Door.team_id, Door.area_id)
    )
    found: dict[str, list[Waiting]] = {"exits": [], "escalations": [], "doors": []}
    rows: Iterable[Any] = session.execute(union_all(exits, escalations, doors))
    for kind, *values in rows:
        found[kind].append(Waiting._make(values))
    return found


def period_of_reports(session: Session, context: CampaignContext, *, now: Instant) -> Period:
    """Return the reports of the period whose cut-off comes next, and what is missing of the periods before it.

    Where none comes next, the period that ended last is told for as long as the unit has not closed it.
    """
    duty, close = table_of(Task).c, table_of(Close).c
    of_here = (
        duty.unit_id == context.unit_id, duty.campaign_id == context.id, duty.is_duty, duty.opens_at <= now
    )  # fmt: skip
    ended = _ended
    last = select(func.max(ended.due_at)).where(
        ended.unit_id == context.unit_id, ended.campaign_id == context.id, ended.is_duty, ended.due_at <= now
    )
    is_closed = exists().where(
        close.unit_id == context.unit_id, close.campaign_id == context.id, close.scope == "unit",
        or_(close.period == duty.occurrence, close.period == FINAL, close.as_of >= duty.due_at),
    )  # fmt: skip
    unclosed = and_(duty.due_at == last.scalar_subquery(), ~is_closed)
    columns = [getattr(duty, name) for name in (*DutyReport._fields[:-1], "state", "is_relayed")]
    not_sent = and_(duty.is_open, duty.submitted_at.is_(None))
    statement = (
        select(*columns, unclosed.label("unclosed"))
        .where(*of_here, or_(duty.due_at.is_(None), duty.due_at > now, not_sent, unclosed))
        .order_by(duty.due_at, duty.item, duty.scope)
    )
    rows = session.execute(statement).all()
    reports, forwarded = [_report(row[:-1], now) for row in rows], context.pack.forwarded
    own = [each for each in reports if each.item not in forwarded]
    period = _period(own, {row.id for row in rows if row.unclosed}, now)
    return _with_forwarding(period, [each for each in reports if each.item in forwarded], context)


def _report(row: Sequence[Any], now: Instant) -> DutyReport:
    *told, state, is_relayed = row
    submitted_at, due_at = told[-1], told[-3]
    return DutyReport._make([*told, timing_of(state, submitted_at, due_at, now, is_relayed=is_relayed)])


def _with_forwarding(period: Period, forwardings: Sequence[DutyReport], context: CampaignContext) -> Period:
    """Add the duty to forward the reports of the period, and those that are late of other periods."""
    asked = period.reports[0] if period.reports else None
    item = None if asked is None else context.pack.forwardings.get(asked.item)
    current = [
        each for each in forwardings if asked and item and (each.item, each.occurrence) == (item.id, asked.occurrence)
    ]
    late = tuple(each for each in forwardings if each.timing == "overdue" and each not in current)
    return replace(period, forward=current[0] if current else None, unforwarded=late)


def _period(reports: Sequence[DutyReport], unclosed: Collection[uuid.UUID], now: Instant) -> Period:
    ahead = [each for each in reports if each.due_at is not None and each.due_at > now]
    running = ahead or [each for each in reports if each.id in unclosed]
    if not running:
        return Period(earlier=tuple(each for each in reports if each.timing in MISSED and each.is_missing))
    first = min(running, key=lambda each: (each.due_at or 0, each.item))
    current = tuple(each for each in running if (each.item, each.occurrence) == (first.item, first.occurrence))
    earlier = tuple(each for each in reports if each.timing in MISSED and each.is_missing and each not in current)
    internal = min((each.internal_due_at for each in current if each.internal_due_at is not None), default=None)
    return Period(first.due_at, internal, first.label, current, earlier)


def clockwork(session: Session, unit_id: uuid.UUID) -> Clockwork:
    """Return how far the unit's ledger and clock are."""
    looked = select(func.max(Run.now)).where(Run.unit_id == unit_id).scalar_subquery()
    statement = select(UnitHead.ledger_no, UnitHead.recorded_at, looked).where(UnitHead.unit_id == unit_id)
    return Clockwork(*session.execute(statement).one())


def files_in_hand(session: Session, context: CampaignContext) -> Files:
    """Return how many checked lists wait, and the account of the last one that was imported."""
    file = table_of(RosterFile)
    here = and_(file.c.unit_id == context.unit_id, file.c.campaign_id == context.id)
    names = ("rows", "created", "updated", "unchanged", "rejected")
    newest = select(func.max(file.c.applied_at)).where(here).scalar_subquery()
    statement = select(file.c.id, file.c.status, file.c.applied_at, *(file.c[name] for name in names)).where(
        here, or_(file.c.status == "judged", file.c.applied_at == newest)
    )
    rows = session.execute(statement).mappings().all()
    last = max((row for row in rows if row["applied_at"] is not None), key=lambda row: row["id"], default=None)
    waiting = sum(row["status"] == "judged" for row in rows)
    if last is None:
        return Files(waiting)
    return Files(waiting, last["id"], last["applied_at"], {name: last[name] for name in names})


__all__ = [
    "Clockwork", "DutyReport", "Files", "Period", "Place", "Waiting", "clockwork", "files_in_hand", "period_of_reports", "places_of",
    "waiting_by_place",
]  # fmt: skip
