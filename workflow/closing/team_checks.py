"""What a team should know before it sends: what forbids sending, and what is still open. No figure of people that moves with a visit."""

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rules.findings import Finding, errors
from rules.time import Instant
from workflow.access import Actor
from workflow.closing.freeze import count_team, findings_of
from workflow.closing.frozen import FrozenPlace
from workflow.closing.kept import figures_of_closes, team_closes
from workflow.closing.life import STATE_LABELS
from workflow.figures.counts import newest_no
from workflow.figures.replay import Cut
from workflow.plan.periods import period_of_task
from workflow.queries.campaigns import CampaignContext
from workflow.queries.team_load import team_seen
from workflow.queries.team_period import DutyOfTeam
from workflow.tables import Door, table_of

_doors = table_of(Door).c


@dataclass(frozen=True, slots=True)
class TeamChecks:
    """What the checks say of a team's figures now. `promised` counts its doors whose follow-up falls before the cut-off."""

    errors: tuple[Finding, ...]
    promised: int


@dataclass(frozen=True, slots=True)
class SentFigures:
    """What the team sent last for a period, as it is kept."""

    revision: int
    status: str
    sent_at: Instant
    row: FrozenPlace
    sha256: str

    @property
    def status_label(self) -> str:
        """How it stands, in words."""
        return STATE_LABELS[self.status]


def checks_before_sending(
    session: Session, actor: Actor, context: CampaignContext, team_id: uuid.UUID, duty: DutyOfTeam, *, now: Instant
) -> TeamChecks:
    """Return what forbids sending a report and what is still promised before its cut-off. NotFound for a team out of scope."""
    team_seen(session, actor, team_id)
    newest = newest_no(session, context.unit_id)
    figures = count_team(session, context, context.pack, team_id, Cut(now, newest), newest=newest)
    until = duty.period_to or duty.due_at or now
    promised = session.scalar(
        select(func.count()).where(
            _doors.unit_id == context.unit_id, _doors.campaign_id == context.id, _doors.team_id == team_id,
            _doors.open_cases > 0, _doors.follow_up_at < until,
        )
    )  # fmt: skip
    return TeamChecks(tuple(errors(findings_of(figures))), promised or 0)


def sent_figures(
    session: Session, actor: Actor, context: CampaignContext, team_id: uuid.UUID, duty: DutyOfTeam
) -> SentFigures | None:
    """Return what the team sent last for the period of a report; None if nothing. NotFound for a team out of scope."""
    team_seen(session, actor, team_id)
    period = period_of_task(context.pack, duty.item, duty.occurrence)
    if period is None:
        return None
    own = [close for close in team_closes(session, context, period.key) if close.team_id == team_id]
    if not own:
        return None
    last = own[-1]
    held = figures_of_closes(session, context.unit_id, [last.id])[last.id]
    return SentFigures(last.revision, last.status, last.closed_at, held.teams[0], last.sha256)
