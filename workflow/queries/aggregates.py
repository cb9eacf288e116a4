"""What other agencies said about their own figures: every import that stands, with its document, newest first."""

from typing import NamedTuple

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Event, ImportedAggregate, Membership, table_of

MOST: int = 200
"""So many are shown; a campaign takes over a handful."""

_rows, _events, _people = table_of(ImportedAggregate), table_of(Event), table_of(Membership)


class Aggregate(NamedTuple):
    """A sum over the unit, whose document says it, of which instant it speaks, and who took it over when."""

    figure: str
    item: str
    n: int
    source: str
    as_of: Instant
    ledger_no: int
    recorded_at: Instant
    by: str | None


def aggregates_of(session: Session, context: CampaignContext) -> list[Aggregate]:
    """Return the imports of the campaign that are not voided."""
    void = _events.alias()
    is_voided = exists().where(void.c.unit_id == _events.c.unit_id, void.c.voids_no == _events.c.ledger_no)
    statement = (
        select(
            _rows.c.figure, _rows.c.item, _rows.c.n, _rows.c.source, _rows.c.as_of, _rows.c.ledger_no,
            _events.c.recorded_at, _people.c.name,
        )
        .join(_events, and_(_events.c.unit_id == _rows.c.unit_id, _events.c.ledger_no == _rows.c.ledger_no))
        .outerjoin(_people, and_(_people.c.unit_id == _events.c.unit_id, _people.c.id == _events.c.actor_id))
        .where(_rows.c.unit_id == context.unit_id, _rows.c.campaign_id == context.id, ~is_voided)
        .order_by(_rows.c.as_of.desc(), _rows.c.ledger_no.desc())
        .limit(MOST)
    )  # fmt: skip
    return [Aggregate(*row) for row in session.execute(statement)]


__all__ = ["Aggregate", "aggregates_of"]
