"""What an auditor reads: the ledger as numbers and kinds, who took files away or looked somebody up, and how far it is sealed.

Never a person of a list, never a door, a state or a move: only that something of a kind was written, and when.
"""

import uuid
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor, of_the_unit
from workflow.errors import NotFound
from workflow.tables import Audit, Campaign, Event, Membership, Seal, UnitHead

READERS: Final = ("auditor", "administrator")
PAGE: Final = 50
TOLD: Final = ("what", "rows", "serial", "sha256", "count", "n")
"""What of a trace's own data is shown; whatever else it holds stays with the database."""


class LedgerLine(NamedTuple):
    """An event without what it says: its number, kind and cause, and when it happened and was recorded."""

    ledger_no: int
    kind: str
    cause: str
    campaign: str | None
    voids_no: int | None
    happened_at: Instant
    recorded_at: Instant


class Trace(NamedTuple):
    """A row of the audit trail: when, what kind, which officer, and the plain part of its data."""

    at: Instant
    kind: str
    who: str | None
    data: dict[str, Any]


class Sealed(NamedTuple):
    """How far the ledger is sealed: `unsealed` events came after the newest seal (empty: there is none yet)."""

    ledger_no: int
    unsealed: int
    seal_no: int | None = None
    seal: str | None = None
    last_no: int | None = None
    sealed_at: Instant | None = None


def ledger_lines(session: Session, actor: Actor, *, until: int | None = None, limit: int = PAGE) -> list[LedgerLine]:
    """Return the newest events of the unit, or those up to number `until`, the newest first. NotFound for whoever may not audit."""
    unit_id = _unit_of(actor)
    statement = (
        select(
            Event.ledger_no, Event.kind, Event.cause, Campaign.code, Event.voids_no, Event.happened_at, Event.recorded_at
        )
        .outerjoin(Campaign, and_(Campaign.unit_id == Event.unit_id, Campaign.id == Event.campaign_id))
        .where(Event.unit_id == unit_id)
        .order_by(Event.ledger_no.desc())
        .limit(limit)
    )  # fmt: skip
    if until is not None:
        statement = statement.where(Event.ledger_no <= until)
    return [LedgerLine(*row) for row in session.execute(statement)]


def audit_traces(session: Session, actor: Actor, *, before: Instant | None = None, limit: int = PAGE) -> list[Trace]:
    """Return the newest traces of the unit, or those before an instant, the newest first. NotFound for whoever may not audit."""
    unit_id = _unit_of(actor)
    statement = (
        select(Audit.at, Audit.kind, Membership.name, Audit.data)
        .outerjoin(Membership, and_(Membership.unit_id == Audit.unit_id, Membership.id == Audit.membership_id))
        .where(Audit.unit_id == unit_id)
        .order_by(Audit.at.desc(), Audit.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(Audit.at < before)
    return [
        Trace(row.at, row.kind, row.name, {name: row.data[name] for name in TOLD if name in row.data})
        for row in session.execute(statement)
    ]


def sealed_so_far(session: Session, actor: Actor) -> Sealed:
    """Return how far the unit's ledger is sealed. NotFound for whoever may not audit."""
    unit_id = _unit_of(actor)
    statement = (
        select(UnitHead.ledger_no, Seal.seal_no, Seal.seal, Seal.last_no, Seal.sealed_at)
        .outerjoin(Seal, Seal.unit_id == UnitHead.unit_id)
        .where(UnitHead.unit_id == unit_id)
        .order_by(Seal.seal_no.desc())
        .limit(1)
    )
    row = session.execute(statement).one()
    return Sealed(row.ledger_no, row.ledger_no - (row.last_no or 0), *row[1:])


def _unit_of(actor: Actor) -> uuid.UUID:
    if not any(of_the_unit(post) for post in actor.holds(*READERS)):
        raise NotFound
    return actor.unit_id


__all__ = ["LedgerLine", "Sealed", "Trace", "audit_traces", "ledger_lines", "sealed_so_far"]
