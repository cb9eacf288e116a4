"""The tick: everything that time alone brings about, for one unit at a time, written under natural keys.

`tick(now)` may be called by a server, a worker, cron or a person, as often as anybody likes and by several at once: the unit's head
lock makes them take turns and the second finds nothing left. A tick that was missed is caught up by the next.
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import exists, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.clock import Clock
from workflow.escalation.climb import climb
from workflow.escalation.open import open_due
from workflow.escalation.whole import judge_whole
from workflow.figures.reader import FigureReader
from workflow.gateway.kinds import CAMPAIGN, CASE, TASK, TEAM
from workflow.ids import IdSource
from workflow.ledger.book import Book, open_book
from workflow.queries.campaigns import CampaignContext, all_units, campaigns_of
from workflow.store import Store
from workflow.sweeps.duties import open_duties
from workflow.sweeps.task_conditions import complete_conditional, waive_finished
from workflow.tables import Campaign, Case, Escalation, Run, Task, Unit, table_of


@dataclass
class TickReport:
    """What one tick of one unit did: how many episodes each rule opened, levels climbed, duties opened, tasks completed."""

    unit: str
    now: Instant
    rules: dict[str, int] = field(default_factory=dict)
    levels: int = 0
    duties: int = 0
    completed: int = 0
    first_no: int = 0
    last_no: int = 0

    @property
    def written(self) -> int:
        """Return how many events the tick wrote."""
        return max(self.last_no - self.first_no + 1, 0)

    def lines(self) -> dict[str, Any]:
        """Return the counts as a record that can be stored."""
        return {"rules": self.rules, "levels": self.levels, "duties": self.duties, "completed": self.completed}


def tick(
    store: Store, clock: Clock, ids: IdSource, *, units: list[str] | None = None, worker: str = "cli"
) -> list[TickReport]:
    """Run one tick for every unit (or those named), each in its own transaction; return what was done, in unit order.

    A demonstration unit lives by its own clock offset.
    """
    with store.read() as session:
        wanted = [unit for unit in all_units(session) if units is None or unit.code in units]
    return [tick_unit(store, clock.now() + unit.clock_offset, ids, unit, worker=worker) for unit in wanted]


def tick_unit(store: Store, now: Instant, ids: IdSource, unit: Unit, *, worker: str) -> TickReport:
    """Run one tick of one unit at `now`. Looks first without a lock; locks the unit only if something is due."""
    with store.read() as session:
        due = anything_due(session, unit.id, now)
    if not due:
        report = TickReport(unit.code, now, first_no=1)
        store.run(lambda session: _record(session, report, unit.id, ids, worker))
        return report

    def transaction(session: Session) -> TickReport:
        book = open_book(session, unit.id, now, ids=ids)
        report = TickReport(unit.code, now, first_no=book.last_no + 1)
        for context in campaigns_of(session, unit.id):
            book.pack_hash = context.pack.hash
            _tick_campaign(book, context, report)
        book.close()
        report.last_no = book.last_no
        _record(session, report, unit.id, ids, worker)
        return report

    return store.run(transaction)


def anything_due(session: Session, unit_id: uuid.UUID, now: Instant) -> bool:
    """Whether any pointer of the unit has come, or its whole-campaign rules want their turn. Reads only pointers."""
    pointers = [
        exists(select(literal(1)).where(column.table.c.unit_id == unit_id, column <= now))
        for column in (
            table_of(Case).c.next_action_at,
            table_of(Task).c.next_action_at,
            table_of(Escalation).c.next_action_at,
        )
    ]
    campaigns = table_of(Campaign)
    waiting = exists(
        select(literal(1)).where(
            campaigns.c.unit_id == unit_id,
            campaigns.c.starts_at <= now,
            or_(campaigns.c.rules_next_at.is_(None), campaigns.c.rules_next_at <= now),
        )
    )
    return bool(session.scalar(select(or_(*pointers, waiting))))


def _tick_campaign(book: Book, context: CampaignContext, report: TickReport) -> None:
    now = book.now
    if now < context.starts_at:
        return
    duties = open_duties(book, context, now)
    report.duties += duties.opened
    figures = FigureReader(book.session, context)
    report.completed += complete_conditional(book, context, figures, now)
    report.completed += waive_finished(book, context, figures, now)
    for kind in (CASE, TASK):
        for rule, count in open_due(book, context, kind, now=now).matched.items():
            report.rules[rule] = report.rules.get(rule, 0) + count
    for moment in _whole_moments(book, context):
        for rule, count in judge_whole(book, context, now=moment, figures=figures).items():
            report.rules[rule] = report.rules.get(rule, 0) + count
    for kind in (CASE, TASK, TEAM, CAMPAIGN):
        report.levels += climb(book, context, kind, now=now)
    _set_next(book, context, duties.next_at)


def _whole_moments(book: Book, context: CampaignContext) -> range:
    """Return the instants at which rules over teams and figures are to be judged now.

    They are judged at every quarter of an hour of the campaign, and at no other instant, so that what they find does not depend
    on when somebody looked: a tick after an outage judges the quarters that were missed, one by one.
    """
    known = book.session.scalar(
        select(Campaign.whole_judged_at).where(Campaign.unit_id == book.unit_id, Campaign.id == context.id)
    )
    first = -(-context.starts_at // QUARTER) * QUARTER if known is None else known + QUARTER
    return range(first, min(book.now, context.ends_at) + 1, QUARTER)


def _set_next(book: Book, context: CampaignContext, next_duty: Instant | None) -> None:
    """Say when the campaign wants its next turn: at the next duty, and at every quarter of an hour until it ends."""
    judged = min(book.now, context.ends_at) // QUARTER * QUARTER
    whole = judged + QUARTER if judged + QUARTER <= context.ends_at else None
    upcoming = [instant for instant in (next_duty, whole) if instant is not None]
    book.session.execute(
        update(Campaign)
        .where(Campaign.unit_id == book.unit_id, Campaign.id == context.id)
        .values(rules_next_at=min(upcoming, default=NEVER), whole_judged_at=judged)
    )


QUARTER = 15 * 60 * 1_000_000
NEVER = 2**62


def _record(session: Session, report: TickReport, unit_id: uuid.UUID, ids: IdSource, worker: str) -> None:
    session.execute(
        insert(table_of(Run)),
        {
            "id": ids.new(report.now),
            "unit_id": unit_id,
            "now": report.now,
            "worker": worker,
            "started_at": report.now,
            "finished_at": report.now,
            "first_no": report.first_no,
            "last_no": report.last_no,
            "lines": report.lines(),
        },
    )


def last_tick_at(session: Session, unit_id: uuid.UUID) -> Instant | None:
    """Return the instant of the unit's newest tick; None if it never had one."""
    return session.scalar(select(func.max(Run.now)).where(Run.unit_id == unit_id))
