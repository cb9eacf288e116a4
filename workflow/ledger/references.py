"""Digests of the tables that no event tells about: who holds which post, what a campaign is, which files came in.

The seals cover the events. Whoever can write to the database could still give a post to somebody else, or move a campaign's dates,
and no event would contradict it. So an anchor also carries, for each such table, how many rows it had and a SHA-256 over the
canonical JSON of its rows in the order of their key. A table to which rows are only added is covered `to` the newest instant it had
when the anchor was made; rows added later are not part of the comparison.
"""

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, Text, func, select
from sqlalchemy.orm import Session

from workflow.ledger.canonical import canonical_row
from workflow.tables import (
    Area,
    AreaAlias,
    Audit,
    Base,
    Body,
    Campaign,
    ListEntry,
    Membership,
    Post,
    PostHolding,
    RosterFile,
    Subject,
    TaskPredecessor,
    Team,
    TeamArea,
    Unit,
    UnitHead,
    table_of,
)  # fmt: skip

CHUNK: Final = 2000
"""Rows fetched at a time: memory stays flat however long a list is."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A table as an anchor covers it.

    `with_work`: honest work changes its rows, so it can be compared only while no work was recorded. `grows_at`: rows are only
    added, each at that instant; the others have none yet. `without`: columns that change with every tick or wish. `only`: the
    columns that are covered, and `kind`, whose subjects.
    """

    model: type[Base]
    with_work: bool = False
    grows_at: str | None = None
    without: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    kind: str | None = None


REFERENCES: Final[Mapping[str, Reference]] = {
    "units": Reference(Unit, without=("clock_offset",)),
    "areas": Reference(Area),
    "area_aliases": Reference(AreaAlias),
    "bodies": Reference(Body),
    "teams": Reference(Team),
    "team_areas": Reference(TeamArea),
    "memberships": Reference(Membership),
    "posts": Reference(Post),
    "post_holdings": Reference(PostHolding),
    "campaigns": Reference(
        Campaign, grows_at="created_at",
        without=("rules_next_at", "whole_judged_at", "plan_seen_at", "plan_seen_for", "plan_seen_no"),
    ),
    "audits": Reference(Audit, grows_at="at"),
    "roster_files": Reference(RosterFile, with_work=True, grows_at="applied_at"),
    "list_entries": Reference(ListEntry, with_work=True),
    "task_predecessors": Reference(TaskPredecessor, with_work=True),
    "households": Reference(
        Subject, with_work=True, kind="household",
        only=("unit_id", "id", "area_id", "lane", "house_no", "household_key", "place_sort"),
    ),
}  # fmt: skip
"""What an anchor covers besides the ledger, by the name it is told under."""


def reference_digest(session: Session, unit_id: uuid.UUID) -> dict[str, Any]:
    """Return the newest ledger number and, for each table of `REFERENCES`, its `rows`, `digest` and (if it only grows) `to`."""
    tables: dict[str, dict[str, Any]] = {}
    for name, reference in REFERENCES.items():
        to = newest_of(session, unit_id, reference)
        rows, digest = digest_table(session, unit_id, reference, to)
        tables[name] = {"rows": rows, "digest": digest} | ({} if to is None else {"to": to})
    ledger_no = session.scalar(select(UnitHead.ledger_no).where(UnitHead.unit_id == unit_id)) or 0
    return {"ledger_no": ledger_no, "tables": tables}


def newest_of(session: Session, unit_id: uuid.UUID, reference: Reference) -> int | None:
    """Return the newest instant of a table that only grows (0 if it is empty); None for a table that does not."""
    if reference.grows_at is None:
        return None
    newest = select(func.max(table_of(reference.model).c[reference.grows_at])).where(_mine(reference, unit_id))
    return session.scalar(newest) or 0


def digest_table(session: Session, unit_id: uuid.UUID, reference: Reference, to: int | None) -> tuple[int, str]:
    """Return how many rows the unit has in a table (up to the instant `to`, included) and the digest over them. Streams."""
    digest, count = hashlib.sha256(), 0
    for row in _rows(session, unit_id, reference, to):
        digest.update(canonical_row(row))
        digest.update(b"\n")
        count += 1
    return count, digest.hexdigest()


def _rows(session: Session, unit_id: uuid.UUID, reference: Reference, to: int | None) -> Iterator[RowMapping]:
    table = table_of(reference.model)
    names = reference.only or [name for name in table.columns.keys() if name not in reference.without]  # noqa: SIM118
    statement = select(*(table.c[name] for name in names)).where(_mine(reference, unit_id))
    if reference.grows_at is not None:
        statement = statement.where(table.c[reference.grows_at] <= to)
    collation = "C" if session.get_bind().dialect.name == "postgresql" else "BINARY"
    key = [column.collate(collation) if isinstance(column.type, Text) else column for column in table.primary_key]
    yield from session.execute(statement.order_by(*key).execution_options(yield_per=CHUNK)).mappings()


def _mine(reference: Reference, unit_id: uuid.UUID) -> ColumnElement[bool]:
    table = table_of(reference.model)
    mine: ColumnElement[bool] = (table.c.id if reference.model is Unit else table.c.unit_id) == unit_id
    return mine if reference.kind is None else mine & (table.c.kind == reference.kind)


def is_reference(value: object) -> bool:
    """Whether a value read from a file has the shape that `reference_digest` gives."""
    if not isinstance(value, dict) or not isinstance(value.get("ledger_no"), int):
        return False
    tables = value.get("tables")
    return isinstance(tables, dict) and all(
        isinstance(one, dict)
        and isinstance(one.get("rows"), int)
        and isinstance(one.get("digest"), str)
        and isinstance(one.get("to", 0), int)
        for one in tables.values()
    )
