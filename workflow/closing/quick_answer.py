"""What the coordinator says when the telephone rings: one page of numbers, all of one instant and up to one ledger number.

The number of the national system is the exception: it speaks of its own instant, and is compared with the ledger of that instant.
Only the whole unit is told. A dozen statements at most, none over single people.
"""

import uuid
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from rules.pack.model import Label
from rules.time import DAY, Instant
from workflow.access import Actor
from workflow.closing.difference import Difference, difference_of
from workflow.closing.headline import Headline, base_of, count_of, figures_told, headline_of, lags, people_left
from workflow.closing.last_close import LastClose, last_close
from workflow.closing.said import SaidAgainst, SaidRow, against, said_figures
from workflow.closing.system_counts import Counted, newest_of_unit, require_reader
from workflow.figures.ceiling import Reach, Reading, reach_of, readings_of
from workflow.figures.counts import count_at
from workflow.figures.replay import Cut
from workflow.figures.targets import Outlook, outlook
from workflow.figures.values import Figures
from workflow.numbers import percent_vi
from workflow.queries.campaigns import CampaignContext
from workflow.queries.open_work import Period, clockwork, period_of_reports
from workflow.tables import Door, Event, Team, table_of

BY: Final = ("track", "state", "stage", "unnamed")
SYNCED_WITHIN: Final = 2 * DAY
"""How far back the last sign of a team is looked for."""
SIGNS: Final = ("visit", "request", "void")
"""Kinds of events that people of a team write; what a clock or an import wrote is no sign of them."""
LATEST_SAID: Final = 10

_events, _teams, _doors = table_of(Event).c, table_of(Team).c, table_of(Door).c


class TeamSign(NamedTuple):
    """A team, and when anything of its people last reached the ledger (None: not in the last days)."""

    id: uuid.UUID
    name: str
    synced_at: Instant | None


class Reports(NamedTuple):
    """The teams whose report of a period has not come, of `asked` (None: how many were asked is not known any more).

    It is the period whose cut-off `due_at` comes next; between two periods the one that passed last, as far as it is still missing.
    """

    due_at: Instant | None = None
    missing: tuple[TeamSign, ...] = ()
    asked: int | None = None


class Since(NamedTuple):
    """What the last close of the unit said, and how many more there are now (None: that close does not tell the figure)."""

    period: str
    revision: int
    as_of: Instant
    closed_at: Instant
    n: int | None
    change: int | None


class SystemNumber(NamedTuple):
    """What the national system showed last, and how it differs from the ledger of that instant."""

    counted: Counted
    difference: Difference


@dataclass(frozen=True)
class QuickAnswer:
    """The page's data: what happened before `as_of`, as known at `ledger_no`.

    `left` people are neither done nor in an exit that may be told; `doors` are those where somebody still has to be met.
    `needed` is None while the goal has no number; whether it `is_reachable` and the count `at_best` are the goals' own. `compared` is what was said in the period that was closed last. `figures` go with the headline when it is said to somebody.
    """

    campaign: str
    as_of: Instant
    ledger_no: int
    headline: Headline
    n: int
    base: int | None
    total: int
    waiting: int
    left: int
    doors: int
    needed: int | None
    at_best: Reading
    is_reachable: bool | None
    since: Since | None
    system: SystemNumber | None
    reports: Reports
    synced_at: Instant | None
    said: tuple[SaidRow, ...]
    compared: tuple[SaidAgainst, ...]
    figures: dict[str, int]

    @property
    def label(self) -> Label:
        """What is counted."""
        return self.headline.label

    @property
    def base_label(self) -> Label | None:
        """What it is divided by."""
        return self.headline.policy.label if self.headline.policy else None

    @property
    def percent(self) -> str | None:
        """The rate; None where there is nothing to divide by."""
        return None if self.base is None else percent_vi(self.n, self.base)

    @property
    def highest(self) -> int:
        """The count if everybody who can still be won is."""
        return self.at_best.n

    @property
    def highest_percent(self) -> str | None:
        """The rate that can still be reached; None also where the base grows with those who are won."""
        return None if self.base_then else self.at_best.percent

    @property
    def base_then(self) -> int | None:
        """What the base comes to with everybody who can still be won; None where it stays as it is."""
        return None if self.at_best.base == self.base else self.at_best.base

    @property
    def needed_then(self) -> int | None:
        """What the goal needs of that base, where even everybody who can still be won is too few."""
        return self.at_best.n + self.at_best.short if self.at_best.short else None

    @property
    def missing_people(self) -> int:
        """How many are still missing for the goal."""
        return max(0, (self.needed or 0) - self.n)


def quick_answer(session: Session, actor: Actor, context: CampaignContext, *, now: Instant) -> QuickAnswer:
    """Return the campaign's numbers at `now`; NotFound for whoever may not answer for the unit."""
    require_reader(actor)
    newest = clockwork(session, context.unit_id).ledger_no
    figures = figures_at(session, context, Cut(now, newest), newest=newest)
    headline = headline_of(context.pack)
    n, base = count_of(figures, headline), base_of(figures, headline)
    closed = last_close(session, context, until=now)
    said = said_figures(session, context, limit=LATEST_SAID)
    period = period_of_reports(session, context, now=now)
    signs, doors = _signs_and_doors(session, context, now)
    goal = _outlook(figures, headline, n, base)
    return QuickAnswer(
        campaign=context.name,
        as_of=now,
        ledger_no=newest,
        headline=headline,
        n=n,
        base=base,
        total=figures.total,
        waiting=sum(lag.n for lag in lags(figures)),
        left=people_left(figures),
        doors=doors,
        needed=goal.needed,
        at_best=goal.readings[-1],
        is_reachable=goal.is_reachable,
        since=_since(closed, headline, n),
        system=system_number(session, context, now=now, newest=newest),
        reports=_reports(period, signs),
        synced_at=max((sign.synced_at for sign in signs if sign.synced_at is not None), default=None),
        said=tuple(said),
        compared=_compared(session, context, closed, said),
        figures=figures_told(figures, headline),
    )


def _outlook(figures: Figures, headline: Headline, n: int, base: int | None) -> Outlook:
    """Return how far the headline can still come: as its goal has it, or without a goal."""
    if headline.target is not None:
        return outlook(figures, headline.target)
    reach = Reach(n, 0, people_left(figures), 0)
    if headline.figure:
        reach = reach_of(figures, headline.figure, headline.policy.base if headline.policy else None)
    return Outlook(base, reach, None, readings_of(reach, base, None), None)


def _compared(
    session: Session, context: CampaignContext, closed: LastClose | None, said: list[SaidRow]
) -> tuple[SaidAgainst, ...]:
    """Return what was said in the period of the last close, against it, oldest first. One statement, if anything differs."""
    if closed is None:
        return ()
    frozen = closed.frozen
    of_period = [row for row in reversed(said) if row.stands and (frozen.period_from or 0) < row.as_of <= frozen.as_of]
    return against(session, context, frozen, of_period)


def figures_at(
    session: Session, context: CampaignContext, cut: Cut, *, newest: int, then: int | None = None
) -> Figures:
    """Return the unit's figures at a cut. Costs a day's events if the cut is of what is known now, or at its instant.

    `then` is the last number that was known at the instant, where the caller knows it.
    """
    cells = count_at(session, context.unit_id, context.id, cut, newest=newest, then=then, by=BY)
    return Figures(session, context, context.pack, cut, cells)


def _reports(period: Period, signs: list[TeamSign]) -> Reports:
    due_at, asked, missing = period.due_at, period.asked, period.missing
    if not period.reports and period.earlier:  # closed without them: still what somebody asks about
        due_at = max(each.due_at or 0 for each in period.earlier)
        missing = tuple(each for each in period.earlier if each.due_at == due_at)
    teams = {each.team_id for each in missing}
    known = asked if period.reports else None
    return Reports(due_at, tuple(sign for sign in signs if sign.id in teams), known)


def _since(closed: LastClose | None, headline: Headline, n: int) -> Since | None:
    if closed is None:
        return None
    frozen = closed.frozen
    then = frozen.figures.get(headline.figure)
    change = None if then is None else n - then
    return Since(frozen.period, frozen.revision, frozen.as_of, closed.closed_at, then, change)


def system_number(session: Session, context: CampaignContext, *, now: Instant, newest: int) -> SystemNumber | None:
    """Return the newest number of the system against the ledger at its instant, as known at `newest`. Two statements."""
    counted = newest_of_unit(session, context, until=now)
    if counted is None:
        return None
    then = figures_at(session, context, Cut(counted.as_of, newest), newest=newest)
    return SystemNumber(counted, difference_of(then, headline_of(context.pack), counted.n))


def _signs_and_doors(session: Session, context: CampaignContext, now: Instant) -> tuple[list[TeamSign], int]:
    """Return the unit's teams in the printed order, with their last sign, and how many doors are open. One statement.

    A sign is a visit, request or correction of a door. A unit without teams has nobody to go to a door.
    """
    waiting = select(func.count()).where(
        _doors.unit_id == context.unit_id, _doors.campaign_id == context.id, _doors.open_cases > 0
    )
    here = and_(_doors.unit_id == _events.unit_id, _doors.id == _events.door_id)
    team = func.coalesce(_events.team_id, _doors.team_id)
    last: Any = (
        select(team.label("team_id"), func.max(_events.recorded_at).label("at"))
        .select_from(_events.ledger_no.table.outerjoin(_doors.id.table, here))
        .where(_events.unit_id == context.unit_id, _events.recorded_at.between(now - SYNCED_WITHIN, now))
        .where(_events.campaign_id == context.id, _events.kind.in_(SIGNS), _events.cause != "roster")
        .group_by(team)
        .subquery()
    )
    statement = (
        select(_teams.id, _teams.name, last.c.at, waiting.scalar_subquery())
        .select_from(_teams.id.table.outerjoin(last, last.c.team_id == _teams.id))
        .where(_teams.unit_id == context.unit_id)
        .order_by(_teams.sort, _teams.code)
    )
    rows = session.execute(statement).all()
    return [TeamSign(*row[:3]) for row in rows], rows[0][3] if rows else 0
