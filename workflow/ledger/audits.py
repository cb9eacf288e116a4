"""Leaving a trace of what is no change of the work: who signed in, looked, printed, was refused.

An anchor covers these rows up to the newest instant there was when it was made (`workflow.ledger.references`), so a later row must
carry a later instant: the unit's time, but always after what the ledger and the traces already hold.
"""

import uuid
from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.ids import IdSource
from workflow.tables import Audit, UnitHead, table_of

ACTING_FOR: Final = "acting_for"
"""Under which name the data of a trace holds the membership of whom the actor stood in for; who acts in their own name has none."""
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
    about = None if about_id is None else [about_id]
    write_audits(
        session, unit_id, kind, about, now=now, ids=ids, account_id=account_id, membership_id=membership_id, data=data
    )  # fmt: skip


def write_audits(
    session: Session,
    unit_id: uuid.UUID,
    kind: str,
    about: Collection[uuid.UUID] | None,
    *,
    now: Instant,
    ids: IdSource,
    account_id: uuid.UUID | None = None,
    membership_id: uuid.UUID | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Write one trace for each of `about` (None: one about nobody in particular), all at one instant."""
    newest = session.scalar(select(func.max(_table.c.at)).where(_table.c.unit_id == unit_id)) or 0
    recorded_at = session.scalar(select(UnitHead.recorded_at).where(UnitHead.unit_id == unit_id)) or 0
    values = {
        "unit_id": unit_id, "kind": kind, "account_id": account_id, "membership_id": membership_id,
        "at": max(now, recorded_at, newest + 1), "data": data or {},
    }  # fmt: skip
    rows = [{**values, "id": ids.new(now), "about_id": each} for each in ([None] if about is None else about)]
    if rows:
        session.execute(insert(_table), rows)
