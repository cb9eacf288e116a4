"""Who sends figures, and how each stands: set-based, whatever the number of teams."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.closing.kept import Campaign, KeptClose
from workflow.plan.periods import ClosePeriod
from workflow.plan.timing import LATE, Timing, timing_of
from workflow.tables import Door, Event, Task, Team, Visit, table_of

_tasks, _teams, _events, _doors, _visits = (table_of(model) for model in (Task, Team, Event, Door, Visit))

STATUS_OF: Final[Mapping[str, str]] = {
    "done": "accepted",
    "submitted_for_review": "sent",
    "returned": "returned",
    "waived": "excused",
    "cancelled": "excused",
}
"""How a team stands, by the state of its duty: there is no second book of who has sent."""
MISSING: Final = ("missing", "returned")
"""Nobody vouches for the figures of a team that stands so."""


class TeamPlace(NamedTuple):
    """A team in the printed order."""

    id: uuid.UUID
    code: str
    name: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Sender:
    """A team that owes figures of a period: how it stands, and what it sent last.

    `is_late` compares with the paper's hour, whatever the internal one: it sent at or after it, or has not sent and it has passed.
    A team whose reports another post forwards is never late.
    """

    team: TeamPlace
    status: str
    timing: Timing
    is_late: bool
    task_id: uuid.UUID | None
    state_version: int
    sent_at: Instant | None
    sent: KeptClose | None
    returned: int = 0

    @property
    def is_missing(self) -> bool:
        """Whether nobody vouches for its figures."""
        return self.status in MISSING


class Activity(NamedTuple):
    """What reached the ledger between two numbers, for one team: when last, how many corrections, how many late entries."""

    last_at: Instant | None
    corrections: int
    late: int


def teams_of(session: Session, unit_id: uuid.UUID) -> list[TeamPlace]:
    """Return the unit's teams in the printed order, those that were closed too."""
    columns = (_teams.c.id, _teams.c.code, _teams.c.name, _teams.c.valid_to.is_(None))
    statement = select(*columns).where(_teams.c.unit_id == unit_id).order_by(_teams.c.sort, _teams.c.code)
    return [TeamPlace(row[0], row[1], row[2], bool(row[3])) for row in session.execute(statement)]


def senders_of(
    session: Session,
    campaign: Campaign,
    period: ClosePeriod,
    teams: Sequence[TeamPlace],
    closes: Sequence[KeptClose],
    *,
    now: Instant,
) -> list[Sender]:
    """Return how each team stands in a period, one statement for all. `closes` are those of the period.

    A team owes figures if the duty was opened for it. Before the clock has opened any, every team that is at work does. Without
    a duty nobody is asked, and nobody is missing.
    """
    if not period.item:
        return []
    task = _tasks.c
    statement = select(
        task.team_id, task.id, task.state, task.state_version, task.submitted_at, task.due_at, task.opens_at,
        task.is_relayed,
    ).where(
        task.unit_id == campaign.unit_id, task.campaign_id == campaign.id, task.item == period.item,
        task.occurrence == period.occurrence, task.team_id.is_not(None),
    )  # fmt: skip
    tasks = {row.team_id: row for row in session.execute(statement)}
    sent: dict[uuid.UUID | None, KeptClose] = {}
    returned: dict[uuid.UUID | None, int] = {}
    for close in closes:
        if close.team_id is not None:
            sent[close.team_id] = close
            returned[close.team_id] = returned.get(close.team_id, 0) + 1
    return [
        _sender(team, tasks.get(team.id), sent.get(team.id), max(returned.get(team.id, 0) - 1, 0), period, now)
        for team in teams
        if team.id in tasks or (not tasks and team.is_open)
    ]


def _sender(
    team: TeamPlace, row: Any | None, sent: KeptClose | None, returned: int, period: ClosePeriod, now: Instant
) -> Sender:
    if row is None:
        timing = timing_of("planned", None, period.due_at, now, is_relayed=period.is_relayed)
        return Sender(team, "missing", timing, timing in LATE, None, 0, None, sent, returned)
    timing = timing_of(row.state, row.submitted_at, row.due_at, now, is_relayed=row.is_relayed)
    return Sender(
        team=team,
        status=STATUS_OF.get(row.state, "missing"),
        timing=timing,
        is_late=timing in LATE,
        task_id=row.id,
        state_version=row.state_version,
        sent_at=row.submitted_at,
        sent=sent,
        returned=returned,
    )


def activity_by_team(
    session: Session, campaign: Campaign, *, after_no: int, until_no: int, late_before: Instant | None
) -> dict[uuid.UUID | None, Activity]:
    """Return what reached the ledger after one number and up to another, by team, in one statement over those events.

    Visits, requests, corrections and what the team sent count as a synchronisation; what a clock or an import wrote does not.
    A late entry is a visit, a confirmed exit, or a change of the list, that happened before `late_before` and was not voided; or
    the void of one. How a visit ended makes no difference.
    """
    event, undone, void = _events.alias("event"), _events.alias("undone"), _events.alias("void")
    no = event.c.ledger_no
    joined = event.outerjoin(
        _doors, and_(_doors.c.unit_id == event.c.unit_id, _doors.c.id == event.c.door_id)
    ).outerjoin(undone, and_(undone.c.unit_id == event.c.unit_id, undone.c.ledger_no == event.c.voids_no))
    team = func.coalesce(event.c.team_id, _doors.c.team_id)
    by_people = and_(event.c.kind.in_(("visit", "request", "void", "close")), event.c.cause != "roster")
    is_correction = and_(event.c.kind == "void", undone.c.kind == "visit")
    is_voided = (
        select(void.c.ledger_no)
        .where(void.c.unit_id == event.c.unit_id, void.c.voids_no == no, void.c.ledger_no <= until_no)
        .exists()
    )
    late = -1 if late_before is None else late_before
    entered = and_(
        event.c.happened_at < late, or_(event.c.kind.in_(("visit", "enter", "leave")), _alone(event)), ~is_voided
    )
    voided = and_(
        event.c.kind == "void", undone.c.happened_at < late, or_(undone.c.kind.in_(("visit", "enter")), _alone(undone))
    )
    statement = (
        select(
            team,
            func.max(case((by_people, event.c.recorded_at))),
            func.sum(case((is_correction, 1), else_=0)),
            func.sum(case((or_(entered, voided), 1), else_=0)),
        )
        .select_from(joined)
        .where(event.c.unit_id == campaign.unit_id, event.c.campaign_id == campaign.id, no > after_no, no <= until_no)
        .where(event.c.kind.in_(("visit", "request", "void", "close", "enter", "leave", "move")))
        .group_by(team)
    )
    return {row[0]: Activity(row[1], int(row[2]), int(row[3])) for row in session.execute(statement)}


def _alone(event: Any) -> Any:
    """Whether an event is a move that no visit made."""
    visit = select(_visits.c.id).where(_visits.c.unit_id == event.c.unit_id, _visits.c.id == event.c.about_id).exists()
    return and_(event.c.kind == "move", ~visit)
