"""Saying who did a thing: the person, and for whom if they stood in for somebody."""

import uuid
from collections.abc import Iterable
from typing import Any, Final, overload

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from rules.said import Said
from workflow.tables import Event, Membership, table_of

ABSENT: Final = table_of(Membership).alias("absent")
"""Whom the actor of an event stood in for: outer-joined on `stood_in(events)`."""
ABSENT_NAME: Final = ABSENT.c.name.label("absent")


def stood_in(events: Any = None, absent: Any = None) -> ColumnElement[bool]:
    """Return how `absent` (by default `ABSENT`) is the one in whose name an event was made."""
    event, away = (table_of(Event) if events is None else events).c, (ABSENT if absent is None else absent).c
    return (away.unit_id == event.unit_id) & (away.id == event.acting_for_id)


@overload
def who_did(name: str, absent: str | None) -> str: ...
@overload
def who_did(name: str | None, absent: str | None) -> str | None: ...
def who_did(name: str | None, absent: str | None) -> str | None:
    """Return the name, and whom they stood in for; both are data, only what joins them is a sentence of ours.

    >>> who_did("Nguyễn Văn B", "Trần Thị C"), who_did("Nguyễn Văn B", None)
    ('Nguyễn Văn B thay Trần Thị C', 'Nguyễn Văn B')
    """
    return name if name is None or absent is None else Said("%(name)s thay %(absent)s", name=name, absent=absent)


def makers(session: Session, unit_id: uuid.UUID, numbers: Iterable[int]) -> dict[int, str]:
    """Return who made each of these events of the ledger, and for whom; nothing for an event of nobody. One statement, none for nothing."""
    wanted, event, member = sorted(set(numbers)), table_of(Event), table_of(Membership)
    if not wanted:
        return {}
    rows = session.execute(
        select(event.c.ledger_no, member.c.name, ABSENT_NAME)
        .select_from(event)
        .join(member, and_(member.c.unit_id == event.c.unit_id, member.c.id == event.c.actor_id))
        .outerjoin(ABSENT, stood_in())
        .where(event.c.unit_id == unit_id, event.c.ledger_no.in_(wanted))
    )
    return {row.ledger_no: who_did(row.name, row.absent) for row in rows}
