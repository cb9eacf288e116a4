"""Taking over a table of the national system's numbers, area by area: every row is created, unchanged or handed back."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select

from workflow.access import Actor
from workflow.actions.add_system_count import CountEntry, record_count, require_writer, source_given
from workflow.figures.replay import alias_of, not_voided
from workflow.ledger import Book
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Event, SystemCount

MOST: Final = 2000
"""Entries of one file."""


def import_system_counts(
    book: Book, campaign: CampaignContext, actor: Actor, entries: Sequence[CountEntry], *, source: str
) -> dict[str, Any]:
    """Record the entries of a file in one batch; return how many were created and how many stood there already.

    An entry is unchanged if the same number of the same place, instant and source stands already: the same file twice adds nothing.
    Raises what `add_system_count` raises, and then nothing is written.
    """
    require_writer(book, actor)
    origin = source_given(source)
    known = _standing(book, campaign, {entry.as_of for entry in entries}, origin)
    new = [entry for entry in entries if entry not in known]
    batch = book.new_id() if new else None
    for entry in new:
        record_count(book, campaign, entry, source=origin, batch_id=batch)
    return {
        "created": len(new),
        "unchanged": len(entries) - len(new),
        "batch": str(batch) if batch else None,
        "ledger_no": book.last_no,
    }


def _standing(book: Book, campaign: CampaignContext, instants: set[int], source: str) -> set[CountEntry]:
    """Return the entries of these instants and this source that were not taken back."""
    count, event = alias_of(SystemCount), alias_of(Event)
    stands = (
        select(event.ledger_no)
        .where(event.unit_id == count.unit_id, event.ledger_no == count.ledger_no, not_voided(event, book.last_no))
        .exists()
    )
    statement = select(count.area_id, count.n, count.as_of).where(
        count.unit_id == book.unit_id,
        count.campaign_id == campaign.id,
        count.as_of.in_(sorted(instants)),
        count.source == source,
        stands,
    )
    return {CountEntry(*row) for row in book.session.execute(statement)}
