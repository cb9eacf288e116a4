"""The member's queue: which doors to go to now or today, in which order.

The order is: overdue, promised for today (by the hour), then everybody who has no time yet, then who is to be found later today; inside
each by priority, and along the lane by house number.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor
from workflow.days import tomorrow_of
from workflow.queries.asker import ask_as
from workflow.queries.campaigns import CampaignContext
from workflow.queries.people_behind import PersonBehind, people_behind
from workflow.queries.queue_times import (
    DUE,
    TIMINGS,
    QueueCounts,
    Timing,
    count_queue,
    in_scope,
    timing_of_door,
    timing_sql,
)
from workflow.queries.search_words import Sought, sought
from workflow.statements.asking import Asked
from workflow.tables import Area, Case, Door, Subject, table_of
from workflow.vault import Vault

Filter = Literal["due", "later", "all"]

_SHOWN: Final[Mapping[Filter, tuple[Timing, ...]]] = {
    "due": DUE,
    "later": ("another_day",),
    "all": (*DUE, "another_day"),
}
_RANK: Final[Mapping[Timing, int]] = {
    "overdue": 0, "promised": 1, "new": 2, "again": 2, "later_today": 3, "another_day": 4, "nobody": 5,
}  # fmt: skip

PAGE: Final = 30
MOST_HITS: Final = 50
_doors, _areas, _cases, _people = (table_of(model) for model in (Door, Area, Case, Subject))
_homes = _people.alias("homes")
_COLUMNS: Final = (
    "unit_id", "id", "area_id", "team_id", "assignee_id", "follow_up_at", "promised_at", "attempts", "last_contact", "open_cases",
    "own_follow_up_at", "someone_untimed", "priority", "state_version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class QueuedDoor:
    """A door of the queue. `people` are those still to be met; `is_mine` tells a door that was given to whoever asks."""

    id: uuid.UUID
    area: str
    lane: str
    house_no: str
    timing: Timing
    follow_up_at: Instant | None
    promised_at: Instant | None
    attempts: int
    is_mine: bool
    state_version: int
    people: tuple[PersonBehind, ...]

    @property
    def label(self) -> str:
        """How it stands with its time, in words."""
        return TIMINGS[self.timing]

    @property
    def to_meet(self) -> int:
        """Return how many people are still to be met."""
        return len({person.subject_id for person in self.people})


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of the queue. `next_after` is where the next one starts, None at the end; `total` counts what the filter finds."""

    doors: tuple[QueuedDoor, ...]
    counts: QueueCounts
    total: int
    next_after: int | None
    opened: QueuedDoor | None


def queue_of(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    *,
    now: Instant,
    filter: Filter = "due",
    search: str = "",
    area: str | None = None,
    after: int = 0,
    limit: int = PAGE,
    opened: uuid.UUID | None = None,
    vault: Vault | None = None,
) -> QueuePage:
    """Return a page of the doors that a member (or a leader, for the team) has to go to, in order; four statements.

    `search` looks among all doors in scope instead, by name of somebody still to be met or by house number, and returns at most
    `MOST_HITS`; raises BadInput for a text that says nothing. `opened` is the door whose people come with what may be said of each
    (the first one by default); it is shown on the first page even where the filter would leave it out.
    """
    words = sought(search) if search.strip() else None
    counts = count_queue(session, actor, context, now=now)
    moments: dict[str, Any] = {"now": now, "tomorrow": tomorrow_of(now)}
    if words is not None:
        limit, after = MOST_HITS, 0
        statement = _page(actor, context, _search(words), limit=limit + 1, after=after, **moments)
        rows = list(session.execute(statement))
    else:
        kept = opened if after == 0 else None
        rows = ask_as(
            session, actor, context, _filtered, filter, area=area, opened=kept, limit=limit + 1, after=after, **moments
        )
    more, rows = len(rows) > limit, rows[:limit]
    open_id = next((row.id for row in rows if row.id == opened), rows[0].id if rows else None)
    people = people_behind(
        session, actor, context, rows, wanted="open", now=now, choices_at={open_id} if open_id else (), vault=vault
    )
    doors = tuple(_queued(actor, row, people.get(row.id, ()), now) for row in rows)
    return QueuePage(
        doors=doors,
        counts=counts,
        total=len(rows) if words is not None else _total(counts, filter, area),
        next_after=after + limit if more and words is None else None,
        opened=next((door for door in doors if door.id == open_id), None),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which doors, what comes before the documented order, and whether the condition reads the address."""

    where: ColumnElement[bool]
    first: ColumnElement[int]
    by_address: bool = False


def _search(words: Sought) -> _Asked:
    """Return what finds doors by name or number, the number itself before those that only begin with it."""
    if not words.house:
        return _Asked(_matches(words), literal(0), by_address=bool(words.lane))
    exactly = case((func.lower(_homes.c.house_no) == words.house, 0), else_=1)
    return _Asked(_matches(words), exactly, by_address=True)


def _filtered(
    actor: Actor,
    context: CampaignContext,
    chosen: Filter,
    *,
    area: Any,
    opened: Any,
    now: Any,
    tomorrow: Any,
    **page: Any,
) -> Asked:
    asked = _filter(chosen, area, opened, timing_sql(now, tomorrow))
    return _page(actor, context, asked, now=now, tomorrow=tomorrow, **page)


def _filter(chosen: Filter, area: Any, opened: Any, timing: ColumnElement[str]) -> _Asked:
    """Return what a filter lists. A card that is being worked on stays, on top, whatever time it has got meanwhile."""
    listed: ColumnElement[bool] = timing.in_(_SHOWN[chosen])
    if area is not None:
        listed = and_(listed, _areas.c.code == area)
    if opened is None:
        return _Asked(listed, literal(0))
    kept = and_(_doors.c.id == opened, _doors.c.open_cases > 0)
    return _Asked(or_(listed, kept), case((and_(kept, ~listed), 0), else_=1))


def _page(
    actor: Actor, context: CampaignContext, asked: _Asked, *, now: Any, tomorrow: Any, limit: Any, after: Any
) -> Asked:
    """Return the statement for a page: the doors are put in order first, and addresses read only for those that are shown."""
    timing = timing_sql(now, tomorrow)
    keys = [key.label(f"key_{n}") for n, key in enumerate((asked.first, *_order(timing)))]
    doors = (
        select(*(_doors.c[name] for name in _COLUMNS), _doors.c.household_id, _areas.c.name.label("area"), *keys)
        .join_from(_doors, _areas, and_(_areas.c.unit_id == _doors.c.unit_id, _areas.c.id == _doors.c.area_id))
        .where(in_scope(actor, context), asked.where)
        .order_by(*keys)
        .limit(limit)
        .offset(after)
    )
    if asked.by_address:
        doors = doors.join(_homes, and_(_homes.c.unit_id == _doors.c.unit_id, _homes.c.id == _doors.c.household_id))
    listed, place = doors.subquery("listed"), _people.alias("place")
    return (
        select(*(listed.c[name] for name in _COLUMNS), listed.c.area, place.c.lane, place.c.house_no)
        .join_from(listed, place, and_(place.c.unit_id == listed.c.unit_id, place.c.id == listed.c.household_id))
        .order_by(*(listed.c[key.name] for key in keys))
    )


def _order(timing: ColumnElement[str]) -> list[ColumnElement[Any]]:
    """Return the documented order; promises of today stand by their hour."""
    rank = case(dict(_RANK), value=timing)
    hour = case((timing == "promised", _doors.c.follow_up_at), else_=literal(0))
    return [rank, hour, -_doors.c.priority, _areas.c.sort, _doors.c.place_sort, _doors.c.id]


def _matches(words: Sought) -> ColumnElement[bool]:
    """Return the condition for doors where somebody still to be met has this name, and which stand at this number."""
    found: list[ColumnElement[bool]] = []
    if words.names:
        name = literal(" ") + _people.c.name_fold
        someone = (
            select(_cases.c.id)
            .join(_people, and_(_people.c.unit_id == _cases.c.unit_id, _people.c.id == _cases.c.subject_id))
            .where(_cases.c.unit_id == _doors.c.unit_id, _cases.c.door_id == _doors.c.id)
            .where(_cases.c.left_at.is_(None), _cases.c.is_open)
            .where(*(name.contains(f" {word}", autoescape=True) for word in words.names))
            .offset(0)  # asked door by door: PostgreSQL would rather read everybody and join
        )
        found.append(someone.exists())
    if words.house:
        found.append(func.lower(_homes.c.house_no).startswith(words.house, autoescape=True))
    if words.lane:
        found.append((literal(" ") + _homes.c.lane + " ").contains(f" {words.lane} ", autoescape=True))
    return and_(*found)


def _queued(actor: Actor, row: Any, people: Sequence[PersonBehind], now: Instant) -> QueuedDoor:
    return QueuedDoor(
        id=row.id,
        area=row.area,
        lane=row.lane or "",
        house_no=row.house_no or "",
        timing=timing_of_door(row, now),
        follow_up_at=row.follow_up_at,
        promised_at=row.promised_at,
        attempts=row.attempts,
        is_mine=row.assignee_id == actor.membership_id,
        state_version=row.state_version,
        people=tuple(people),
    )


def _total(counts: QueueCounts, chosen: Filter, area: str | None) -> int:
    if area is not None and chosen == "due":
        return counts.by_area.get(area, ("", 0))[1]
    return {"due": counts.due, "later": counts.later, "all": counts.all}[chosen]
