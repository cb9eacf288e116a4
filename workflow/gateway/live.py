"""A door and its cases as plain values while a transaction works on them, and the statements that load and save them.

Plain values and fixed statements, because this is the path of every tap: loading a household costs two reads, saving it two
writes, however many people it has.
"""

import uuid
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.ledger.book import Cell
from workflow.tables import Case, Door, table_of


@dataclass(slots=True)
class LiveCase:
    """One case being worked on; the fields are the columns of `cases`."""

    unit_id: uuid.UUID
    id: uuid.UUID
    campaign_id: uuid.UUID
    track: str
    subject_id: uuid.UUID
    door_id: uuid.UUID
    state: str
    stage: str
    is_open: bool
    is_done: bool
    exit_class: str | None
    area_id: uuid.UUID
    team_id: uuid.UUID | None
    assignee_id: uuid.UUID | None
    unnamed: bool
    entered_at: Instant
    last_happened_at: Instant
    attempts: int
    last_contact: Instant | None
    follow_up_at: Instant | None
    left_at: Instant | None
    next_action_at: Instant | None
    version: int
    state_version: int
    created_at: Instant

    def cell(self) -> Cell | None:
        """Return where the case is counted now; None once it has left."""
        if self.left_at is not None:
            return None
        return Cell(self.campaign_id, self.track, self.area_id, self.team_id, self.state, self.stage, self.unnamed)

    def facts(self) -> dict[str, object]:
        """Return what case rules may speak about."""
        return {
            "state": self.state, "stage": self.stage, "created_at": self.created_at, "entered_at": self.entered_at,
            "last_contact": self.last_contact, "follow_up_at": self.follow_up_at, "attempts": self.attempts,
            "is_open": self.is_open, "is_done": self.is_done, "exit_class": self.exit_class, "unnamed": self.unnamed,
        }  # fmt: skip


@dataclass(slots=True)
class LiveDoor:
    """One door being worked on; the fields are the columns of `doors`."""

    unit_id: uuid.UUID
    id: uuid.UUID
    campaign_id: uuid.UUID
    household_id: uuid.UUID
    area_id: uuid.UUID
    team_id: uuid.UUID | None
    assignee_id: uuid.UUID | None
    place_sort: str
    open_cases: int
    attempts: int
    last_contact: Instant | None
    own_follow_up_at: Instant | None
    follow_up_at: Instant | None
    follow_up_case_id: uuid.UUID | None
    promised_at: Instant | None
    priority: int
    version: int
    state_version: int
    created_at: Instant


_CASE_FIELDS = tuple(field.name for field in fields(LiveCase))
_DOOR_FIELDS = tuple(field.name for field in fields(LiveDoor))
_cases, _doors = table_of(Case), table_of(Door)
_CASES_OF_DOOR = (
    select(*(_cases.c[name] for name in _CASE_FIELDS))
    .where(_cases.c.unit_id == bindparam("unit"), _cases.c.door_id == bindparam("door"))
    .order_by(_cases.c.id)
)
_DOOR = select(*(_doors.c[name] for name in _DOOR_FIELDS)).where(
    _doors.c.unit_id == bindparam("unit"), _doors.c.id == bindparam("door")
)
_CASE_CHANGES = (
    "door_id", "state", "stage", "is_open", "is_done", "exit_class", "area_id", "team_id", "assignee_id", "unnamed", "entered_at",
    "last_happened_at", "attempts", "last_contact", "follow_up_at", "left_at", "next_action_at", "version", "state_version",
)  # fmt: skip
_DOOR_CHANGES = (
    "area_id", "team_id", "assignee_id", "place_sort", "open_cases", "attempts", "last_contact", "own_follow_up_at",
    "follow_up_at", "follow_up_case_id", "promised_at", "priority", "version", "state_version",
)  # fmt: skip
_SAVE_CASE = (
    update(_cases)
    .where(_cases.c.unit_id == bindparam("b_unit"), _cases.c.id == bindparam("b_id"))
    .values({name: bindparam(name) for name in _CASE_CHANGES})
)
_SAVE_DOOR = (
    update(_doors)
    .where(_doors.c.unit_id == bindparam("b_unit"), _doors.c.id == bindparam("b_id"))
    .values({name: bindparam(name) for name in _DOOR_CHANGES})
)


def live_door(row: Row[Any]) -> LiveDoor:
    """Return a door's row (of all columns) as a value that can be worked on."""
    return LiveDoor(*(getattr(row, name) for name in _DOOR_FIELDS))


def load_door(session: Session | Connection, unit_id: uuid.UUID, door_id: uuid.UUID) -> LiveDoor | None:
    """Return the door, or None. Call with the unit's head locked: nobody else writes then."""
    row = session.execute(_DOOR, {"unit": unit_id, "door": door_id}).one_or_none()
    return LiveDoor(*row) if row else None


def load_cases(session: Session | Connection, unit_id: uuid.UUID, door_id: uuid.UUID) -> dict[uuid.UUID, LiveCase]:
    """Return every case of the door by its id."""
    rows = session.execute(_CASES_OF_DOOR, {"unit": unit_id, "door": door_id})
    return {row.id: LiveCase(*row) for row in rows}


def save_cases(session: Session | Connection, cases: list[LiveCase]) -> None:
    """Write back the changing columns of `cases`."""
    if cases:
        session.execute(_SAVE_CASE, [_values(case, _CASE_CHANGES) for case in cases])


def save_door(session: Session | Connection, door: LiveDoor) -> None:
    """Write back the changing columns of `door`."""
    session.execute(_SAVE_DOOR, [_values(door, _DOOR_CHANGES)])


def _values(live: LiveCase | LiveDoor, names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(live, name) for name in names}
    values["b_unit"], values["b_id"] = live.unit_id, live.id
    return values
