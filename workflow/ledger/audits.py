"""Leaving a trace of what is no change of the work: who signed in, looked, printed, was refused.

An anchor covers these rows up to the newest instant there was when it was made (`workflow.ledger.references`), so a later row must
carry a later instant: the unit's time, but always after what the ledger and the traces already hold.
"""

import uuid
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.ids import IdSource
from workflow.tables import Audit, UnitHead, table_of

_table = table_of(Audit)


def write_audit(
    session: Session,
    unit_id: uuid.UUID,
    kind: str,
    *,
    now: Instant,
    ids: IdSource,
    account_id: uuid.UUID | None = None,
    membership_id: uuid.UUID | None = None,
    about_id: uuid.UUID | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Write one trace in a unit. `now` is the unit's own time; `data` holds no name, number or opinion."""
    newest = session.scalar(select(func.max(_table.c.at)).where(_table.c.unit_id == unit_id)) or 0
    recorded_at = session.scalar(select(UnitHead.recorded_at).where(UnitHead.unit_id == unit_id)) or 0
    session.execute(
        insert(_table),
        {
            "unit_id": unit_id, "id": ids.new(now), "kind": kind, "account_id": account_id, "membership_id": membership_id,
            "about_id": about_id, "at": max(now, recorded_at, newest + 1), "data": data or {},
        },
    )  # fmt: skip
