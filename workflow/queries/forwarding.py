"""Reads of relayed reports: which have come, which were passed on, and what there is to pass on for a period. None commits."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.plan.life import EXCUSED
from workflow.plan.standing import Standing
from workflow.queries.campaigns import CampaignContext
from workflow.queries.in_whose_name import ABSENT, ABSENT_NAME, stood_in, who_did
from workflow.queries.tasks import TASKS, of_task, standing_sql
from workflow.tables import Event, Membership, Team, table_of


class Report(NamedTuple):
    """One team's report of a period, as it is now; `place` is the team's name (empty: the unit's own)."""

    id: uuid.UUID
    scope: str
    team_id: uuid.UUID | None
    place: str | None
    state: str
    standing: Standing
    submitted_at: Instant | None
    internal_due_at: Instant | None
    owner_post_id: uuid.UUID | None

    @property
    def is_excused(self) -> bool:
        """Whether nobody asks for it."""
        return self.state in EXCUSED


@dataclass(frozen=True, slots=True)
class Passed:
    """One time that reports were passed on: when, by whom, which (by scope, when each had been sent), and who had sent nothing.

    `is_supplement`: it followed an earlier one of the same period.
    """

    happened_at: Instant
    recorded_at: Instant
    who: str | None
    is_supplement: bool
    reports: dict[str, Instant]
    missing: tuple[str, ...]


def reports_of_period(
    session: Session, context: CampaignContext, item: str, occurrence: str, *, now: Instant
) -> list[Report]:
    """Return every report of a relayed duty in one period, in the printed order of teams. One statement."""
    task, team = TASKS.c, table_of(Team).c
    columns = (
        task.id, task.scope, task.team_id, team.name.label("place"), task.state, standing_sql(now).label("standing"),
        task.submitted_at, task.internal_due_at, task.owner_post_id,
    )  # fmt: skip
    statement = (
        select(*columns)
        .select_from(TASKS.outerjoin(table_of(Team), and_(team.unit_id == task.unit_id, team.id == task.team_id)))
        .where(task.unit_id == context.unit_id, task.campaign_id == context.id)
        .where(task.item == item, task.occurrence == occurrence)
        .order_by(team.sort, task.scope)
    )
    return [Report._make(row) for row in session.execute(statement)]


def passed_on(session: Session, unit_id: uuid.UUID, forwarding_id: uuid.UUID) -> list[Passed]:
    """Return each time that reports of a period were passed on, in the order of the ledger. One statement."""
    event = table_of(Event).c
    statement = (
        select(event.happened_at, event.recorded_at, table_of(Membership).c.name, ABSENT_NAME, event.data)
        .outerjoin(Membership, and_(Membership.unit_id == event.unit_id, Membership.id == event.actor_id))
        .outerjoin(ABSENT, stood_in())
        .where(event.unit_id == unit_id, event.about_id == forwarding_id, of_task())
        .where(event.data["move"].as_string().in_(("forward", "supplement")))
        .order_by(event.ledger_no)
    )
    return [_passed(*row) for row in session.execute(statement)]


def last_told_missing(
    session: Session, context: CampaignContext, item: str, occurrence: str, scope: str
) -> Instant | None:
    """Return when a report was last said to be missing as others were passed on; None if never. Two statements."""
    forwarding = context.pack.forwardings.get(item)
    if forwarding is None:
        return None
    task = TASKS.c
    known = select(task.id).where(
        task.unit_id == context.unit_id,
        task.campaign_id == context.id,
        task.item == forwarding.id,
        task.occurrence == occurrence,
    )
    found = session.scalar(known)
    passed = [] if found is None else passed_on(session, context.unit_id, found)
    return max((one.happened_at for one in passed if scope in one.missing), default=None)


def reports_passed(passed: Sequence[Passed]) -> dict[str, Instant]:
    """Return by scope when the report that was passed on last had been sent: one sent again since is another."""
    return {scope: sent_at for one in passed for scope, sent_at in one.reports.items()}


def _passed(
    happened_at: Instant, recorded_at: Instant, who: str | None, absent: str | None, data: dict[str, Any]
) -> Passed:
    return Passed(
        happened_at=happened_at,
        recorded_at=recorded_at,
        who=who_did(who, absent),
        is_supplement=data["move"] == "supplement",
        reports={scope: int(sent_at) for scope, sent_at in data["reports"].items()},
        missing=tuple(data["missing"]),
    )
