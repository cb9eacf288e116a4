"""Saying who did a thing: the person, and for whom if they stood in for somebody."""

from typing import Any, Final, overload

from sqlalchemy import ColumnElement

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
