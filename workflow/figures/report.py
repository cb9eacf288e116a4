"""The report: every line of the pack at one cut, whether it balances, and what its reader should know."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.findings import Finding
from rules.pack import Pack
from rules.time import Instant, local_datetime
from workflow.figures.checks import check_partitions, check_report
from workflow.figures.lines import ReportLine, report_lines
from workflow.figures.signed_papers import check_signed_papers
from workflow.figures.targets import TargetStatus, target_statuses
from workflow.figures.values import CampaignRow, Figures, Known, read_figures
from workflow.tables import Event


@dataclass(frozen=True)
class Report:
    """A report as figures. `known_at` is the instant of the last record that was looked at (None: none yet)."""

    campaign: str
    name: str
    as_of: Instant
    known_at: Instant | None
    ledger_no: int
    total: int
    balanced: bool
    lines: tuple[ReportLine, ...]
    findings: tuple[Finding, ...]
    targets: tuple[TargetStatus, ...]
    pack: Pack

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON-ready data: exactly the agreed keys; instants are local time with its offset."""
        return {
            "campaign": self.campaign,
            "as_of": iso(self.as_of),
            "known_at": iso(self.known_at) if self.known_at is not None else None,
            "ledger_no": self.ledger_no,
            "total": self.total,
            "balanced": self.balanced,
            "lines": [line.to_json() for line in self.lines],
            "findings": [finding.to_json() for finding in self.findings],
        }


def report(
    session: Session,
    campaign: CampaignRow,
    pack: Pack,
    *,
    as_of: Instant,
    known: Known = "now",
    area: uuid.UUID | None = None,
    team: uuid.UUID | None = None,
) -> Report:
    """Return the campaign's report of what happened before `as_of`, as known now, then, or at a ledger number.

    `area` or `team` (ids) narrow it; small cells are then merged and figures of the whole unit left out.
    """
    figures = read_figures(session, campaign, pack, as_of=as_of, known=known, area_id=area, team_id=team)
    return report_of(figures)


def report_of(figures: Figures) -> Report:
    """Return the report of figures that have been read."""
    unbalanced = list(check_partitions(figures))
    return Report(
        campaign=figures.campaign.code,
        name=figures.campaign.name,
        as_of=figures.cut.as_of,
        known_at=_recorded_at(figures),
        ledger_no=figures.cut.ledger_no,
        total=figures.total,
        balanced=not unbalanced,
        lines=tuple(report_lines(figures)),
        findings=(*check_report(figures), *check_signed_papers(figures)),
        targets=tuple(target_statuses(figures)) if figures.is_whole_unit else (),
        pack=figures.pack,
    )


def iso(instant: Instant) -> str:
    """Return an instant as ISO 8601 local time with its offset.

    >>> iso(1748530800000000)
    '2025-05-29T22:00:00+07:00'
    """
    return local_datetime(instant).isoformat()


def _recorded_at(figures: Figures) -> Instant | None:
    return figures.session.scalar(
        select(Event.recorded_at).where(
            Event.unit_id == figures.campaign.unit_id, Event.ledger_no == figures.cut.ledger_no
        )
    )
