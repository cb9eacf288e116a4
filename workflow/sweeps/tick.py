"""The tick: everything that time alone brings about, for one unit at a time, written under natural keys.

`tick(now)` may be called by a server, a worker, cron or a person, as often as anybody likes and by several at once: the unit's head
lock makes them take turns and the second finds nothing left. A tick that was missed is caught up by the next.
"""

import uuid
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Connection, ScalarSelect, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.actions.move_task import waive_by_rules
from workflow.clock import Clock
from workflow.escalation.climb import climb, climb_and_close, ending_rules
from workflow.escalation.nobody import lift_unheld
from workflow.escalation.open import end_of_chunk, open_due
from workflow.escalation.whole import judge_whole
from workflow.figures.reader import FigureReader
from workflow.gateway.kinds import CAMPAIGN, CASE, TASK, TEAM
from workflow.gateway.resolve_staged import close_resolved_tasks
from workflow.ids import IdSource
from workflow.ledger.book import Book, open_book
from workflow.queries.campaigns import CampaignContext, UnitRow, all_units, campaigns_of
from workflow.queries.plan_scopes import organisation_of
from workflow.queries.still_waiting import anything_waits
from workflow.statements.prepared import Prepared
from workflow.store import Store
from workflow.sweeps.announce import announce
from workflow.sweeps.duties import next_opening, open_duties
from workflow.sweeps.plan_look import PlanLook, conditions_may_have_changed, last_look, seen_for
from workflow.sweeps.task_conditions import complete_conditional, waive_finished
from workflow.tables import Base, Campaign, Case, Escalation, Run, Task, Unit, table_of


@dataclass
class TickReport:
    """What one tick of one unit did: how many episodes each rule opened, levels climbed, duties opened, tasks completed.

    `written` events were written, all of them among the numbers from `first_no` to `last_no`.
    """

    unit: str
    now: Instant
    rules: dict[str, int] = field(default_factory=dict)
    levels: int = 0
    duties: int = 0
    completed: int = 0
    first_no: int = 0
    last_no: int = 0
    written: int = 0

    def count(self, matched: dict[str, int]) -> None:
        """Count what rules opened."""
        for rule, opened in matched.items():
            self.rules[rule] = self.rules.get(rule, 0) + opened

    def lines(self) -> dict[str, Any]:
        """Return the counts as a record that can be stored."""
        return {"rules": self.rules, "levels": self.levels, "duties": self.duties, "completed": self.completed}


def tick(
    store: Store, clock: Clock, ids: IdSource, *, units: list[str] | None = None, worker: str = "cli"
) -> list[TickReport]:
    """Run one tick for every unit (or those named), each in transactions of its own; return what was done, in unit order.

    A demonstration unit lives by its own clock offset.
    """
    with store.read() as session:
        wanted = [unit for unit in all_units(session) if units is None or unit.code in units]
    return [tick_unit(store, clock.now() + unit.clock_offset, ids, unit, worker=worker) for unit in wanted]


def tick_unit(store: Store, now: Instant, ids: IdSource, unit: Unit | UnitRow, *, worker: str) -> TickReport:
    """Run one tick of one unit at `now`. Looks first, and locks the unit only if something is due.

    When very much is due it is done in several transactions, so that nobody who knocks on a door waits for all of it.
    """
    turn = _Turn(TickReport(unit.code, now))
    turn.more = store.run_briefly(partial(_due_or_recorded, unit_id=unit.id, ids=ids, turn=turn, worker=worker))
    while turn.more:
        turn = store.run(partial(_take_turn, unit_id=unit.id, ids=ids, turn=turn, worker=worker))
    return turn.report


@dataclass
class _Turn:
    """One transaction of a tick: what was done up to it, whether more is to do, and up to which case each campaign is done."""

    report: TickReport
    more: bool = False
    done: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)


def _due_or_recorded(connection: Connection, *, unit_id: uuid.UUID, ids: IdSource, turn: _Turn, worker: str) -> bool:
    """Whether anything is due; if nothing is, the run is recorded as one that found nothing."""
    due = anything_due(connection, unit_id, turn.report.now)
    if not due:
        _record(connection, turn.report, unit_id, ids, worker)
    return due


def _take_turn(session: Session, *, unit_id: uuid.UUID, ids: IdSource, turn: _Turn, worker: str) -> _Turn:
    """Return the next turn; the last one records the run. Repeatable: nothing of `turn` is changed.

    Another worker may have done it all while this one waited for the lock: then nothing is looked at again.
    """
    upcoming = _Turn(deepcopy(turn.report), done=dict(turn.done))
    report = upcoming.report
    book = open_book(session, unit_id, report.now, ids=ids)
    before = book.last_no
    is_left = turn.more and (bool(turn.done) or anything_due(session, unit_id, book.now))
    contexts = [each for each in (campaigns_of(session, unit_id) if is_left else ()) if book.now >= each.starts_at]
    for context in contexts:
        book.pack_hash = context.pack.hash
        _tick_campaign(book, context, upcoming)
    book.close()
    for context in contexts if not upcoming.more else ():
        announce(session, context, now=book.now, last_no=book.last_no)
    report.first_no, report.last_no = report.first_no or before + 1, book.last_no
    report.written += book.last_no - before
    if not upcoming.more:
        _record(book.connection, report, unit_id, ids, worker)
    return upcoming


def _earliest(model: type[Base]) -> ScalarSelect[Any]:
    """Return the earliest pointer of a unit's rows: one look into the index of pointers, however many rows there are."""
    pointer = table_of(model).c.next_action_at
    mine = (table_of(model).c.unit_id == bindparam("unit"), pointer.is_not(None))
    return select(func.min(pointer)).where(*mine).scalar_subquery()


_campaigns = table_of(Campaign)
_POINTERS = Prepared(
    select(
        _earliest(Case),
        _earliest(Task),
        _earliest(Escalation),
        select(func.min(func.coalesce(_campaigns.c.rules_next_at, 0)))
        .where(_campaigns.c.unit_id == bindparam("unit"), _campaigns.c.starts_at <= bindparam("now"))
        .scalar_subquery(),
    )
)


def anything_due(source: Session | Connection, unit_id: uuid.UUID, now: Instant) -> bool:
    """Whether any pointer of the unit has come, or its whole-campaign rules want their turn. Reads only pointers."""
    pointers = _POINTERS.first(source, {"unit": unit_id, "now": now}) or ()
    return any(pointer is not None and pointer <= now for pointer in pointers)


def _tick_campaign(book: Book, context: CampaignContext, turn: _Turn) -> None:
    """Do what is due in one campaign, cases first; the rest waits until the last chunk of cases is done."""
    report, now = turn.report, book.now
    after = turn.done.get(context.id)
    up_to = end_of_chunk(book, context, CASE, now=now, after=after, size=CHUNK)
    report.count(open_due(book, context, CASE, now=now, after=after, up_to=up_to).matched)
    if up_to is not None:
        turn.done[context.id], turn.more = up_to, True
        return
    levels = climb(book, context, CASE, now=now, limit=CHUNK)
    report.levels += levels
    if levels >= CHUNK:
        turn.more = True
        return
    seen = _tick_plan(book, context, report)
    verdict = judge_whole(
        book, context, moments=_whole_moments(book, context), figures=FigureReader(book.session, context)
    )
    report.count(verdict.opened)
    report.levels += verdict.levels
    for kind in (TASK, TEAM, CAMPAIGN):
        report.levels += climb(book, context, kind, now=now)
    if ending_rules(context):
        close_resolved_tasks(book, context)
    lift_unheld(book, context)
    _set_next(book, context, seen)


def _tick_plan(book: Book, context: CampaignContext, report: TickReport) -> PlanLook:
    """Open duties, close tasks that figures have finished, and open what is due on the others; return what was looked at."""
    organisation = organisation_of(book.session, book.unit_id)
    last = last_look(book, context, organisation)
    since = None if last is None else last.at
    report.duties += open_duties(book, context, book.now, since=since, organisation=organisation).opened
    seen = PlanLook(book.now, seen_for(context, organisation), book.last_no)
    if conditions_may_have_changed(book, context, last):
        figures = FigureReader(book.session, context)
        report.completed += complete_conditional(book, context, figures, book.now, since=since)
        report.completed += waive_finished(book, context, figures, book.now, since=since)
    report.levels += climb_and_close(book, context, now=book.now)
    while (opened := open_due(book, context, TASK, now=book.now)).waived:
        report.count(opened.matched)
        waive_by_rules(book, context, opened.waived)
    report.count(opened.matched)
    return seen


def _whole_moments(book: Book, context: CampaignContext) -> range:
    """Return the instants at which rules over teams and figures are to be judged now.

    They are judged at every quarter of an hour of the campaign, and at no other instant, so that what they find does not depend
    on when somebody looked: a tick after an outage judges the quarters that were missed, one by one. Before the campaign was set up
    there was nothing to judge.
    """
    known, set_up_at = book.session.execute(
        select(_campaigns.c.whole_judged_at, _campaigns.c.created_at).where(
            _campaigns.c.unit_id == book.unit_id, _campaigns.c.id == context.id
        )
    ).one()
    first = -(-max(context.starts_at, set_up_at) // QUARTER) * QUARTER if known is None else known + QUARTER
    return range(first, min(book.now, context.ends_at) + 1, QUARTER)


def _set_next(book: Book, context: CampaignContext, seen: PlanLook) -> None:
    """Say when the campaign wants its next turn, and what was seen: at the next duty, and at every quarter of an hour until it ends, then
    as long as something waits for an answer. A post may fall vacant or be filled, and what leaders decide is told.
    """
    judged = min(book.now, context.ends_at) // QUARTER * QUARTER
    whole: Instant | None = judged + QUARTER
    if judged + QUARTER > context.ends_at:
        later = book.now // QUARTER * QUARTER + QUARTER
        whole = later if anything_waits(book.session, context) else None
    upcoming = [instant for instant in (next_opening(context, book.now), whole) if instant is not None]
    book.session.execute(
        update(Campaign)
        .where(Campaign.unit_id == book.unit_id, Campaign.id == context.id)
        .values(rules_next_at=min(upcoming, default=NEVER), whole_judged_at=judged, **seen.columns())
    )


CHUNK = 20_000
"""Cases or levels that one transaction opens at most."""
QUARTER = 15 * 60 * 1_000_000
NEVER = 2**62


_INSERT_RUN = Prepared(insert(table_of(Run)))


def _record(connection: Connection, report: TickReport, unit_id: uuid.UUID, ids: IdSource, worker: str) -> None:
    run = {
        "id": ids.new(report.now),
        "unit_id": unit_id,
        "now": report.now,
        "worker": worker,
        "started_at": report.now,
        "finished_at": report.now,
        "first_no": report.first_no,
        "last_no": report.last_no,
        "lines": report.lines(),
    }
    _INSERT_RUN.run(connection, [run])


def last_tick_at(session: Session, unit_id: uuid.UUID) -> Instant | None:
    """Return the instant of the unit's newest tick; None if it never had one."""
    return session.scalar(select(func.max(Run.now)).where(Run.unit_id == unit_id))
