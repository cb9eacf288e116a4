"""An open page of one unit's ledger: numbers in commit order, events, roll-ups, all or nothing.

A transaction that writes locks its unit's head row first, so two writers of a unit take turns and numbers follow the order of
commits without gaps. `recorded_at` never runs backwards: it is the later of the caller's clock and the last event.
"""

import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.days import local_day
from workflow.errors import NotFound
from workflow.ids import IdSource
from workflow.ledger.on_behalf import OnBehalf
from workflow.statements.prepared import Prepared
from workflow.tables import NOBODY, Event, Rollup, UnitHead, table_of

_NO_EVENT: dict[str, Any] = dict.fromkeys(table_of(Event).columns.keys())
ROLLUP_KEY = ["unit_id", "campaign_id", "basis", "day", "track", "area_id", "team_id", "state", "stage", "unnamed"]
_heads = table_of(UnitHead)
_LOCK_HEAD = Prepared(
    select(_heads.c.ledger_no, _heads.c.recorded_at).where(_heads.c.unit_id == bindparam("unit")).with_for_update()
)
_SAVE_HEAD = Prepared(
    update(_heads)
    .where(_heads.c.unit_id == bindparam("unit"))
    .values(ledger_no=bindparam("no"), recorded_at=bindparam("at"))
)
_INSERT_EVENTS = Prepared(insert(table_of(Event)))


@cache
def _add_to_rollups(dialect: str) -> Prepared:
    """Return the statement that adds to roll-ups, made once for a database: every tap uses it."""
    table = table_of(Rollup)
    statement = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return Prepared(
        statement.on_conflict_do_update(index_elements=ROLLUP_KEY, set_={"n": table.c.n + statement.excluded.n})
    )


class Cell(NamedTuple):
    """Where a case is counted: the key of a roll-up besides its day."""

    campaign_id: uuid.UUID
    track: str
    area_id: uuid.UUID
    team_id: uuid.UUID | None
    state: str
    stage: str
    unnamed: bool


class Book:
    """Collects what one transaction writes to the ledger; `close` writes it.

    `now` is the instant that everything in this transaction is recorded at. `actor_id` and `acting_for_id` are memberships (empty
    for rules and rosters without a person); for whom somebody acts is told by `on_behalf`, which a command shares with its actor. Set-based statements take their numbers from `reserve`. `connection` is the session's
    own, for fixed statements on the path of every tap: less work between the call and the database.
    """

    def __init__(
        self,
        session: Session,
        unit_id: uuid.UUID,
        now: Instant,
        last_no: int,
        *,
        ids: IdSource,
        actor_id: uuid.UUID | None = None,
        acting_for_id: uuid.UUID | None = None,
        pack_hash: str | None = None,
        connection: Connection | None = None,
    ) -> None:
        self.session, self.unit_id, self.now = session, unit_id, now
        self.connection = session.connection() if connection is None else connection
        self.first_no = last_no + 1
        self.last_no = last_no
        self.ids = ids
        self.actor_id, self.on_behalf, self.pack_hash = actor_id, OnBehalf(acting_for_id), pack_hash
        self.batch_id: uuid.UUID | None = None
        self._events: list[dict[str, Any]] = []
        self._changes: Counter[tuple[str, int, Cell]] = Counter()

    @property
    def acting_for_id(self) -> uuid.UUID | None:
        """Whom the actor stands in for in what is written now."""
        return self.on_behalf.of

    def new_id(self) -> uuid.UUID:
        """Return a new id of this transaction's instant."""
        return self.ids.new(self.now)

    def append(self, kind: str, *, happened_at: Instant | None = None, cause: str = "person", **values: Any) -> int:
        """Add an event and return its ledger number. It is written by `flush` or `close`.

        `values` are columns of `events`; `happened_at` defaults to now and can never lie after it (a database constraint).
        """
        self.last_no += 1
        event: dict[str, Any] = {
            "unit_id": self.unit_id,
            "ledger_no": self.last_no,
            "kind": kind,
            "cause": cause,
            "actor_id": self.actor_id,
            "acting_for_id": self.acting_for_id,
            "pack_hash": self.pack_hash,
            "batch_id": self.batch_id,
            "happened_at": self.now if happened_at is None else happened_at,
            "recorded_at": self.now,
        }
        self._events.append(_NO_EVENT | event | values)
        return self.last_no

    def reserve(self, count: int) -> int:
        """Flush, take `count` numbers for a set-based INSERT, and return the number before the first of them."""
        self.flush()
        before = self.last_no
        self.last_no += count
        return before

    def move_cell(self, before: Cell | None, after: Cell | None, happened_at: Instant) -> None:
        """Count a case out of one cell and into another, on the day it happened and on the day it is recorded."""
        for basis, day in (("r", local_day(self.now)), ("h", local_day(happened_at))):
            self.count(basis, day, before, after)

    def count(self, basis: str, day: int, before: Cell | None, after: Cell | None) -> None:
        """Count a case out of one cell and into another on one day of one calendar ('r' recorded, 'h' happened)."""
        if before == after:
            return
        if before is not None:
            self._changes[basis, day, before] -= 1
        if after is not None:
            self._changes[basis, day, after] += 1

    def unwritten(self, case_id: uuid.UUID) -> list[dict[str, Any]]:
        """Return the events of a case that are collected but not written yet; what their `data` tells may still grow."""
        return [event for event in self._events if event["case_id"] == case_id]

    def flush(self) -> None:
        """Write the events collected so far."""
        if self._events:
            _INSERT_EVENTS.run(self.connection, self._events)
            self._events = []

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Write a part that may be refused: whatever is raised out of it, neither rows nor numbers of that part remain.

        What the transaction wrote before it stays. Parts do not stand inside each other.
        """
        self.flush()
        last_no, changes = self.last_no, self._changes.copy()
        try:
            with self.session.begin_nested():
                self.session.connection()  # says SAVEPOINT now: prepared statements go to the connection, past the session
                yield
                self.flush()
        except BaseException:
            self._events, self.last_no, self._changes = [], last_no, changes
            raise

    def close(self) -> None:
        """Write events, roll-ups and the head. Call once, at the end of the transaction."""
        self.flush()
        self._write_changes()
        _SAVE_HEAD.run(self.connection, [{"unit": self.unit_id, "no": self.last_no, "at": self.now}])

    def _write_changes(self) -> None:
        rows = [
            {
                "unit_id": self.unit_id, "campaign_id": cell.campaign_id, "basis": basis, "day": day, "track": cell.track,
                "area_id": cell.area_id, "team_id": cell.team_id or NOBODY, "state": cell.state, "stage": cell.stage,
                "unnamed": cell.unnamed, "n": change,
            }
            for (basis, day, cell), change in self._changes.items()
            if change
        ]  # fmt: skip
        _add_to_rollups(self.connection.dialect.name).run(self.connection, rows)
        self._changes.clear()


def open_book(
    session: Session,
    unit_id: uuid.UUID,
    now: Instant,
    *,
    ids: IdSource,
    actor_id: uuid.UUID | None = None,
    acting_for_id: uuid.UUID | None = None,
    pack_hash: str | None = None,
) -> Book:
    """Lock the unit's head and return its book. Waits for another writer of the unit; raises NotFound for an unknown unit.

    SQLite has one writer at a time, so there the row lock compiles to nothing.
    """
    connection = session.connection()
    head = _LOCK_HEAD.first(connection, {"unit": unit_id})
    if head is None:
        raise NotFound
    return Book(
        session,
        unit_id,
        max(now, head.recorded_at),
        head.ledger_no,
        ids=ids,
        actor_id=actor_id,
        acting_for_id=acting_for_id,
        pack_hash=pack_hash,
        connection=connection,
    )


def ledger_no_at(session: Session, unit_id: uuid.UUID, instant: Instant) -> int:
    """Return the last ledger number recorded before `instant` (0 if none): where *as known then* is cut."""
    statement = select(func.max(Event.ledger_no)).where(Event.unit_id == unit_id, Event.recorded_at < instant)
    return session.scalar(statement) or 0
