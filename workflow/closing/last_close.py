"""The newest close of a unit: what "since the last close" counts from."""

import uuid
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.closing.frozen import Frozen, read_frozen
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Close, table_of

UNIT: Final = "unit"

_closes = table_of(Close).c


@dataclass(frozen=True, slots=True)
class LastClose:
    """A close of the unit with what it holds for ever."""

    id: uuid.UUID
    closed_at: Instant
    frozen: Frozen


def last_close(session: Session, context: CampaignContext, *, until: Instant) -> LastClose | None:
    """Return the close of the newest period that was closed by `until`, in its newest revision; None before the first.

    What a period that was re-opened told stays the last that was told, until its next revision is closed. One statement.
    """
    statement = (
        select(_closes.id, _closes.closed_at, _closes.figures)
        .where(_closes.unit_id == context.unit_id, _closes.campaign_id == context.id, _closes.scope == UNIT)
        .where(_closes.closed_at <= until)
        .order_by(_closes.as_of.desc(), _closes.revision.desc())
        .limit(1)
    )
    row = session.execute(statement).one_or_none()
    return None if row is None else LastClose(row.id, row.closed_at, read_frozen(bytes(row.figures)))
