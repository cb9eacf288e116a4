"""Handing doors over as somebody's own act, now: what was due at them until now belongs to whoever had them until now."""

import uuid

from workflow.escalation.settle import settle_doors
from workflow.gateway.hand_over import hand_over_staged
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext


def give_doors(book: Book, context: CampaignContext, batch: uuid.UUID, *, reason: str) -> tuple[int, int]:
    """Give every staged door of `batch` to its staged team and member, after opening what was due there; return (doors, cases)."""
    settle_doors(book, context, batch)
    return hand_over_staged(book, context, batch, cause="person", reason=reason, dated_now=True)
