"""What a close would hold now: the reads behind closing a period and behind sending a team's figures."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.findings import Finding, errors
from rules.time import HOUR, Duration, Instant
from workflow.closing.freeze import count_close, count_team, frozen_team, frozen_unit
from workflow.closing.frozen import Frozen, FrozenReopening
from workflow.closing.kept import (
    KeptClose,
    Reopening,
    close_before,
    figures_of_closes,
    newest_phoned,
    phoned_counts,
    reopenings_of,
    team_closes,
    unit_closes,
)
from workflow.closing.proof import prove
from workflow.closing.senders import Sender, TeamPlace, activity_by_team, senders_of, teams_of
from workflow.figures.replay import Cut
from workflow.ledger.book import ledger_no_at
from workflow.plan.periods import ClosePeriod
from workflow.queries.campaigns import CampaignContext
from workflow.queries.open_work import places_of
from workflow.tables import Unit

EARLY: Duration = HOUR
"""Closing so long before the cut-off is rarely meant: what is left of the day then belongs to the next period."""


@dataclass(frozen=True)
class UnitDraft:
    """A close of the unit that is not kept yet: what it would hold, what forbids it, and who has not sent."""

    frozen: Frozen
    findings: tuple[Finding, ...]
    senders: tuple[Sender, ...]
    last: KeptClose | None
    newest: KeptClose | None
    """The unit's newest close of any period."""
    reopening: Reopening | None

    @property
    def errors(self) -> list[Finding]:
        """What forbids closing."""
        return errors(self.findings)

    @property
    def missing(self) -> tuple[Sender, ...]:
        """The teams whose figures nobody vouches for. They never forbid closing."""
        return tuple(sender for sender in self.senders if sender.is_missing)


@dataclass(frozen=True)
class TeamDraft:
    """What a team would send: what it would hold, what forbids it, and the sending that it replaces."""

    frozen: Frozen
    findings: tuple[Finding, ...]
    last: KeptClose | None

    @property
    def errors(self) -> list[Finding]:
        """What forbids sending."""
        return errors(self.findings)


def cut_of_period(session: Session, unit_id: uuid.UUID, period: ClosePeriod, *, now: Instant, newest: int) -> Cut:
    """Return where a period is cut: at its cut-off and what was recorded before its hour, or now if that comes earlier."""
    known = newest if now < period.due_at else ledger_no_at(session, unit_id, period.due_at)
    return Cut(min(period.cut_off, now), min(known, newest))


def unit_draft(
    session: Session, context: CampaignContext, period: ClosePeriod, *, now: Instant, newest: int
) -> UnitDraft:
    """Return what closing the period would keep, as known at ledger number `newest`.

    A further revision keeps the instant of the first and takes what was recorded since; it needs a re-opening that two agreed to.
    """
    known = unit_closes(session, context)
    own = [close for close in known if close.period == period.key]
    last = own[-1] if own else None
    cut = (
        cut_of_period(session, context.unit_id, period, now=now, newest=newest)
        if last is None
        else Cut(own[0].as_of, newest)
    )
    before = close_before(known, cut)
    kept = figures_of_closes(session, context.unit_id, [close.id for close in (before, last) if close is not None])
    previous, revises = (None if close is None else kept[close.id] for close in (before, last))
    asked = reopenings_of(session, context, period.key) if last is not None else []
    agreed = next(
        (one for one in asked if last is not None and (one.close_id, one.status) == (last.id, "agreed")), None
    )
    teams, areas = teams_of(session, context.unit_id), places_of(session, context.unit_id, "area")
    activity = activity_by_team(
        session, context,
        after_no=0 if before is None else before.cut_no, until_no=cut.ledger_no,
        late_before=None if before is None else before.as_of,
    )  # fmt: skip
    sent = team_closes(session, context, period.key)
    senders = senders_of(session, context, period, teams, sent, now=now)
    counted = count_close(
        session, context, context.pack, cut, None if before is None else Cut(before.as_of, before.cut_no),
        {} if previous is None else previous.figures, newest=newest,
    )  # fmt: skip
    frozen, findings = frozen_unit(
        context, _unit(session, context.unit_id), period, counted, revision=1 if last is None else last.revision + 1,
        teams=teams, areas=areas, senders=senders, activity=activity,
        phoned=newest_phoned(phoned_counts(session, context, period.key)), previous=previous, previous_close=before,
        revises=revises, revised_close=last, reopening=None if agreed is None else _told(agreed),
    )  # fmt: skip
    return UnitDraft(
        frozen, (*findings, *prove(frozen, context.pack)), tuple(senders), last, known[-1] if known else None, agreed
    )


def team_draft(
    session: Session, context: CampaignContext, period: ClosePeriod, team: TeamPlace, *, now: Instant, newest: int
) -> TeamDraft:
    """Return what the team would send for the period, as known at ledger number `newest`."""
    own = [close for close in team_closes(session, context, period.key) if close.team_id == team.id]
    last = own[-1] if own else None
    cut = cut_of_period(session, context.unit_id, period, now=now, newest=newest)
    kept = figures_of_closes(session, context.unit_id, [] if last is None else [last.id])
    figures = count_team(session, context, context.pack, team.id, cut, newest=newest)
    frozen, findings = frozen_team(
        context, _unit(session, context.unit_id), period, figures, team, revision=1 if last is None else last.revision + 1,
        revises=None if last is None else kept[last.id], revised_close=last,
    )  # fmt: skip
    return TeamDraft(frozen, (*findings, *prove(frozen, context.pack)), last)


def names_of_missing(senders: Sequence[Sender]) -> Mapping[str, str]:
    """Return the teams that nobody vouches for: name by code."""
    return {sender.team.code: sender.team.name for sender in senders if sender.is_missing}


def _unit(session: Session, unit_id: uuid.UUID) -> tuple[str, str]:
    row = session.execute(select(Unit.code, Unit.name).where(Unit.id == unit_id)).one()
    return row.code, row.name


def _told(row: Reopening) -> FrozenReopening:
    return FrozenReopening(
        row.reason, row.asked_by, row.asked_at, row.answered_by or "", row.answered_at or row.asked_at
    )
