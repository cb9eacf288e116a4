"""Figures that nobody counts here: aggregates of the national system, and what offices declare about their staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.figures.replay import Cut, alias_of, event_as, not_voided
from workflow.statements.asking import Asked, ask
from workflow.tables import DeclaredCount, ImportedAggregate

WHOLE = ("", "all")
"""What `item` says when an imported figure is for the whole paper and not for one of its articles."""

_EVERYTHING: Final = 2**62
"""A ledger number that no ledger reaches."""
_AGGREGATES, _DECLARED = alias_of(ImportedAggregate), alias_of(DeclaredCount)


class _Campaign(Protocol):
    @property
    def unit_id(self) -> Any: ...
    @property
    def id(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Told:
    """A figure of somebody else's as it was taken over: the sum, the document it stands in, the instant it speaks of."""

    n: int
    source: str
    as_of: Instant
    owner: str

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON-ready data."""
        return {"n": self.n, "source": self.source, "as_of": self.as_of, "owner": self.owner}


def imported_record(session: Session, campaign: _Campaign, figure: str, cut: Cut, owner: str = "") -> Told | None:
    """Return the newest imported value of a figure that speaks of an instant up to the cut; None if there is none."""
    rows = ask(
        session, _newest, unit=campaign.unit_id, campaign=campaign.id, figure=figure, as_of=cut.as_of, known=cut.ledger_no
    )  # fmt: skip
    return Told(int(rows[0].n), rows[0].source, int(rows[0].as_of), owner) if rows else None


def _newest(*, unit: Any, campaign: Any, figure: Any, as_of: Any, known: Any) -> Asked:
    row = _AGGREGATES
    return (
        select(row.n, row.source, row.as_of)
        .where(row.unit_id == unit, row.campaign_id == campaign, row.figure == figure)
        .where(row.item.in_(WHOLE), row.as_of <= as_of, _stands(row, Cut(as_of, known)))
        .order_by(row.as_of.desc(), row.ledger_no.desc())
        .limit(1)
    )


def declared_total(session: Session, campaign: _Campaign, column: str, cut: Cut) -> int:
    """Return what the offices declared last: `staff_declared` people in all, or how many of them `staff_finished`."""
    row = _DECLARED
    newest_first = func.row_number().over(
        partition_by=(row.body_id, row.group), order_by=(row.happened_at.desc(), row.ledger_no.desc())
    )
    ranked = (
        select(row.declared, row.finished, newest_first.label("place"))
        .where(row.unit_id == campaign.unit_id, row.campaign_id == campaign.id)
        .where(row.happened_at < cut.as_of, _stands(row, cut))
        .subquery()
    )
    wanted = ranked.c.declared if column == "staff_declared" else ranked.c.finished
    return int(session.scalar(select(func.sum(wanted)).where(ranked.c.place == 1)) or 0)


def declared_totals(session: Session, campaign: _Campaign, instants: Sequence[Instant]) -> list[tuple[int, int] | None]:
    """Return what the offices had declared before each instant, as known now: people in all, and of them finished. One statement.

    None before anybody had declared anything.
    """
    rows = ask(session, _declarations, unit=campaign.unit_id, campaign=campaign.id, known=_EVERYTHING)
    totals: list[tuple[int, int] | None] = []
    for instant in instants:
        newest = {(row.body_id, row.group): (row.declared, row.finished) for row in rows if row.happened_at < instant}
        declared, finished = (sum(pair[n] for pair in newest.values()) for n in (0, 1))
        totals.append((declared, finished) if newest else None)
    return totals


def _declarations(*, unit: Any, campaign: Any, known: Any) -> Asked:
    row = _DECLARED
    return (
        select(row.body_id, row.group, row.happened_at, row.declared, row.finished)
        .where(row.unit_id == unit, row.campaign_id == campaign, _stands(row, Cut(0, known)))
        .order_by(row.happened_at, row.ledger_no)
    )


def _stands(row: Any, cut: Cut) -> Any:
    """Whether the event that brought the row was recorded up to the cut and is not voided."""
    event = event_as("brought")
    return (
        select(event.ledger_no)
        .where(event.unit_id == row.unit_id, event.ledger_no == row.ledger_no, not_voided(event, cut.ledger_no))
        .exists()
    )
