"""A door and its cases as plain values while a transaction works on them, and the statements that load and save them.

Plain values and fixed statements, because this is the path of every tap: loading a household costs two reads, saving it two
writes, however many people it has.
"""

import uuid
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, exists, select, update
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.ledger.book import Cell
from workflow.statements.prepared import Prepared
from workflow.tables import Case, Door, Escalation, table_of


@dataclass(slots=True)
class LiveCase:
    """One case being worked on; the fields are the columns of `cases`, and whether an escalation is open on it."""

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
    has_episode: bool
    """Whether an escalation was open on it when it was read; no column."""
    has_resolved: bool
    """Whether one was closed on it because its reason was gone, which a step taken back opens again; no column."""
    stored: tuple[Any, ...] = field(init=False, repr=False, compare=False)
    """What is stored of the columns that few writes change."""

    def __post_init__(self) -> None:
        self.stored = _rare_case(self)

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
    someone_untimed: bool
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
    stored: tuple[Any, ...] = field(init=False, repr=False, compare=False)
    """What is stored of the columns that few writes change."""

    def __post_init__(self) -> None:
        self.stored = _rare_door(self)


_CASE_FIELDS = tuple(column.name for column in fields(LiveCase) if column.name in table_of(Case).c)
_DOOR_FIELDS = tuple(column.name for column in fields(LiveDoor) if column.name in table_of(Door).c)
_cases, _doors, _episodes = table_of(Case), table_of(Door), table_of(Escalation)
_its_own = (_episodes.c.unit_id == _cases.c.unit_id, _episodes.c.subject_id == _cases.c.id)
_open_episode = exists(select(_episodes.c.id).where(*_its_own, _episodes.c.is_open))
_resolved_episode = exists(
    select(_episodes.c.id).where(*_its_own, ~_episodes.c.is_open, _episodes.c.closed_because == "resolved")
)
_CASES_OF_DOOR = Prepared(
    select(
        *(_cases.c[name] for name in _CASE_FIELDS),
        _open_episode.label("has_episode"),
        _resolved_episode.label("has_resolved"),
    )
    .where(_cases.c.unit_id == bindparam("unit"), _cases.c.door_id == bindparam("door"))
    .order_by(_cases.c.id),
    LiveCase,
)
_DOOR = Prepared(
    select(*(_doors.c[name] for name in _DOOR_FIELDS)).where(
        _doors.c.unit_id == bindparam("unit"), _doors.c.id == bindparam("door")
    ),
    LiveDoor,
)
_CASE_OFTEN = ("attempts", "last_contact", "follow_up_at", "next_action_at", "version")
_CASE_RARELY = (
    "door_id", "state", "stage", "is_open", "is_done", "exit_class", "area_id", "team_id", "assignee_id", "unnamed", "entered_at",
    "last_happened_at", "left_at", "state_version",
)  # fmt: skip
_DOOR_OFTEN = (
    "open_cases", "someone_untimed", "attempts", "last_contact", "own_follow_up_at", "follow_up_at", "follow_up_case_id",
    "promised_at", "version",
)  # fmt: skip
_DOOR_RARELY = ("area_id", "team_id", "assignee_id", "place_sort", "priority", "state_version")
_rare_case, _rare_door = attrgetter(*_CASE_RARELY), attrgetter(*_DOOR_RARELY)


def _save(table: Table, names: tuple[str, ...]) -> Prepared:
    mine = (table.c.unit_id == bindparam("b_unit"), table.c.id == bindparam("b_id"))
    return Prepared(update(table).where(*mine).values({name: bindparam(name) for name in names}))


_SAVE_CASE, _TOUCH_CASE = _save(_cases, _CASE_OFTEN + _CASE_RARELY), _save(_cases, _CASE_OFTEN)
_SAVE_DOOR, _TOUCH_DOOR = _save(_doors, _DOOR_OFTEN + _DOOR_RARELY), _save(_doors, _DOOR_OFTEN)


def live_door(row: Row[Any]) -> LiveDoor:
    """Return a door's row (of all columns) as a value that can be worked on."""
    return LiveDoor(*(getattr(row, name) for name in _DOOR_FIELDS))


def load_door(source: Session | Connection, unit_id: uuid.UUID, door_id: uuid.UUID) -> LiveDoor | None:
    """Return the door, or None. Call with the unit's head locked: nobody else writes then."""
    return _DOOR.first(source, {"unit": unit_id, "door": door_id})


def load_cases(source: Session | Connection, unit_id: uuid.UUID, door_id: uuid.UUID) -> dict[uuid.UUID, LiveCase]:
    """Return every case of the door by its id."""
    return {case.id: case for case in _CASES_OF_DOOR.all(source, {"unit": unit_id, "door": door_id})}


def save_cases(connection: Connection, cases: list[LiveCase]) -> None:
    """Write back what may have changed of `cases`: most of a household are only told of the contact, which touches few indexes."""
    changed = [case for case in cases if _rare_case(case) != case.stored]
    touched = [case for case in cases if _rare_case(case) == case.stored]
    _SAVE_CASE.run(connection, [_values(case) for case in changed])
    _TOUCH_CASE.run(connection, [_values(case) for case in touched])
    for case in changed:
        case.stored = _rare_case(case)


def save_door(connection: Connection, door: LiveDoor) -> None:
    """Write back what may have changed of `door`."""
    statement = _TOUCH_DOOR if _rare_door(door) == door.stored else _SAVE_DOOR
    statement.run(connection, [_values(door)])
    door.stored = _rare_door(door)


def _values(live: LiveCase | LiveDoor) -> dict[str, Any]:
    names = _CASE_FIELDS if isinstance(live, LiveCase) else _DOOR_FIELDS
    values = {name: getattr(live, name) for name in names}
    values["b_unit"], values["b_id"] = live.unit_id, live.id
    return values
