"""What the ledger says about every case at an instant: the last event that is in force. The one definition of a count.

A case's history is its events of the case kinds that no `void` names, ordered by (happened_at, ledger_no). Two cuts choose what is
seen of it: `as_of` (only what happened before that instant) and a ledger number (only what was recorded up to it, voids included).
"""

import threading
import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, false, func, select

from rules.time import Instant
from workflow.statements.nobody import or_nobody
from workflow.tables import Base, Event, table_of
from workflow.tables.ledger import CASE_KINDS

DIMENSIONS = ("track", "state", "stage", "area", "team", "member", "unnamed")
"""What counts may be split by. `member` is the assignee; only the replay knows it."""

CaseFilter: TypeAlias = Callable[[Any], ColumnElement[bool]]
"""Narrows the replay to some cases: given the case column, returns the condition."""


class Cut(NamedTuple):
    """What is seen of a history: what happened before `as_of` and was recorded up to `ledger_no`."""

    as_of: Instant
    ledger_no: int


MOST_READINGS = 64
"""SQLite joins no more tables than this, so no statement has more readings of one."""


class _Readings(threading.local):
    """The readings made so far, by table: each thread has its own, so that no other takes its turn in the middle of a statement."""

    def __init__(self) -> None:
        self.of: defaultdict[type[Base], deque[Any]] = defaultdict(deque)


_readings = _Readings()


def alias_of(model: type[Base]) -> Any:
    """Return the columns of another reading of a table (plain ones: building a statement from them costs little).

    An alias of a wide table is slow to make, so they are used again in turn: not before as many others of the table were given
    out as a statement can have.
    """
    readings = _readings.of[model]
    columns = readings.popleft() if len(readings) >= MOST_READINGS else table_of(model).alias().c
    readings.append(columns)
    return columns


@cache
def event_as(role: str) -> Any:
    """Return the columns of the reading of events that plays `role`. Kept, because an alias of a wide table is slow to make.

    Readings that stand inside one another in a statement must play different roles.
    """
    return table_of(Event).alias(f"{role}_event").c


def not_voided(event: Any, ledger_no: int, *, role: str = "void") -> ColumnElement[bool]:
    """Return the condition that no void recorded up to `ledger_no` names `event`, which itself is not later."""
    void = event_as(role)
    is_voided = exists().where(
        void.unit_id == event.unit_id, void.voids_no == event.ledger_no, void.ledger_no <= ledger_no
    )
    return and_(event.ledger_no <= ledger_no, ~is_voided)


def in_force(event: Any, ledger_no: int) -> ColumnElement[bool]:
    """Return the condition that `event` belongs to its case's history, as known at a ledger number."""
    return and_(event.kind.in_(CASE_KINDS), not_voided(event, ledger_no))


def last_events(
    unit_id: uuid.UUID,
    campaign_id: uuid.UUID,
    cut: Cut,
    only: CaseFilter | None = None,
    *,
    with_unnamed: bool = True,
    since: Instant | None = None,
) -> Subquery:
    """Return one row a case that is counted at `cut`: the columns of `DIMENSIONS` after its last event in force.

    Cases that have left, or had not entered yet, have no row. A missing team or member is `NOBODY`. With `since` only the cases to which
    something in force happened from then on: then nothing before it needs to be read; `only` has to name the same cases.
    """
    event = event_as("counted")
    newest_first = func.row_number().over(
        partition_by=event.case_id, order_by=(event.happened_at.desc(), event.ledger_no.desc())
    )
    ranked = select(
        event.case_id, event.kind, newest_first.label("place"),
        event.track.label("track"), event.state.label("state"), event.stage.label("stage"),
        event.area_id.label("area"), or_nobody(event.team_id).label("team"), or_nobody(event.assignee_id).label("member"),
    ).where(
        event.unit_id == unit_id, event.campaign_id == campaign_id, event.happened_at < cut.as_of,
        in_force(event, cut.ledger_no),
    )  # fmt: skip
    if since is not None:
        ranked = ranked.where(event.happened_at >= since)
    elif only is not None:
        ranked = ranked.where(only(event.case_id))
    inner = ranked.subquery()
    columns = [inner.c[name] for name in ("case_id", "track", "state", "stage", "area", "team", "member")]
    here = (inner.c.place == 1, inner.c.kind != "leave")
    if not with_unnamed:
        return select(*columns).where(*here).subquery()
    if only is not None:
        return (
            select(*columns, _is_unnamed(unit_id, inner.c.case_id, cut.ledger_no).label("unnamed"))
            .where(*here)
            .subquery()
        )
    places = unnamed_places(unit_id, cut.ledger_no)
    joined = inner.outerjoin(places, places.c.case_id == inner.c.case_id)
    marked = places.c.case_id.is_not(None).label("unnamed")
    return select(*columns, marked).select_from(joined).where(*here).subquery()


def unnamed_places(unit_id: uuid.UUID, ledger_no: int) -> Subquery:
    """Return the cases (`case_id`) that are places of a paper list not yet named, as known at a ledger number.

    The newest of a case's `enter` and `note` events whose `data` has `unnamed` says so: true where the place was opened, false
    where it was named. It is knowledge, not something that happened: a place named today counts as named on every past day *as
    known now*.
    """
    told = event_as("told")
    newest_first = func.row_number().over(partition_by=told.case_id, order_by=told.ledger_no.desc())
    ranked = select(told.case_id, _says_unnamed(told).label("is_unnamed"), newest_first.label("place"))
    newest = ranked.where(told.case_id.is_not(None), *_tells(told, unit_id, ledger_no)).subquery()
    return select(newest.c.case_id).where(newest.c.place == 1, newest.c.is_unnamed).subquery()


def _is_unnamed(unit_id: uuid.UUID, case_id: Any, ledger_no: int) -> ColumnElement[bool]:
    """Return whether one case is such a place: looked up case by case, where only some are asked about.

    Joined as a list, a planner that takes both sides for a row or two works the list out again for every case (PostgreSQL, before it
    has measured what came today: minutes for a close).
    """
    told = event_as("told")
    newest = select(_says_unnamed(told)).where(told.case_id == case_id, *_tells(told, unit_id, ledger_no))
    return func.coalesce(newest.order_by(told.ledger_no.desc()).limit(1).scalar_subquery(), false())


def _says_unnamed(told: Any) -> ColumnElement[bool]:
    says: ColumnElement[bool] = told.data["unnamed"].as_boolean()
    return says


def _tells(told: Any, unit_id: uuid.UUID, ledger_no: int) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that an event says whether its case has a name."""
    return (
        told.unit_id == unit_id, told.kind.in_(("enter", "note")), told.data.is_not(None), _says_unnamed(told).is_not(None),
        not_voided(told, ledger_no, role="void_of_told"),
    )  # fmt: skip


def replayed(
    unit_id: uuid.UUID,
    campaign_id: uuid.UUID,
    cut: Cut,
    by: Sequence[str],
    *,
    sign: int = 1,
    only: CaseFilter | None = None,
    since: Instant | None = None,
) -> Select[Any]:
    """Return the statement that counts cases by the dimensions `by` from their events; `sign` -1 counts them out."""
    cases = last_events(unit_id, campaign_id, cut, only, with_unnamed="unnamed" in by, since=since)
    columns = [cases.c[name] for name in by]
    return select(*columns, (func.count() * sign).label("n")).select_from(cases).group_by(*columns)
