"""The member's queue: which doors to go to now or today, in which order, and how each stands with its time.

How a door stands is decided in two places that a test holds together: `timing_of_door` for one row, and `timing_sql` here for counts,
filters and the order. The order is: overdue, promised for today, then everybody who has no time yet, then who is to be found later
today; inside each by priority, and along the lane by house number.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from rules.deadlines import is_overdue
from rules.time import Instant
from workflow.access import Actor, scope_of_doors
from workflow.days import day_start, local_day
from workflow.queries.campaigns import CampaignContext
from workflow.queries.people_behind import PersonBehind, people_behind
from workflow.queries.search_words import Sought, sought
from workflow.tables import Area, Case, Door, Subject, table_of
from workflow.vault import Vault

Timing = Literal["overdue", "promised", "new", "again", "later_today", "another_day", "nobody"]
Filter = Literal["due", "later", "all"]

TIMINGS: Final[Mapping[Timing, str]] = {
    "overdue": "Quá hẹn",
    "promised": "Hẹn hôm nay",
    "new": "Chưa đến lần nào",
    "again": "Cần gặp tiếp",
    "later_today": "Quay lại trong hôm nay",
    "another_day": "Hẹn ngày khác",
    "nobody": "Không còn người cần gặp",
}
"""How a door stands with its time, in words."""

DUE: Final[tuple[Timing, ...]] = ("overdue", "promised", "new", "again", "later_today")
"""What "is in the queue" means, for list, badge and count: somebody is to be met there now or today."""
_SHOWN: Final[Mapping[Filter, tuple[Timing, ...]]] = {
    "due": DUE,
    "later": ("another_day",),
    "all": (*DUE, "another_day"),
}
_RANK: Final[Mapping[Timing, int]] = {
    "overdue": 0, "promised": 1, "new": 2, "again": 2, "later_today": 3, "another_day": 4, "nobody": 5,
}  # fmt: skip

QUEUE_ROLES: Final = ("member", "team_leader")
PAGE: Final = 30
MOST_HITS: Final = 50
_doors, _areas, _cases, _people = (table_of(model) for model in (Door, Area, Case, Subject))
_homes = _people.alias("homes")
_COLUMNS: Final = (
    "unit_id", "id", "area_id", "team_id", "assignee_id", "follow_up_at", "promised_at", "attempts", "last_contact", "open_cases",
    "priority", "state_version",
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
class QueueCounts:
    """Doors by how they stand: `due` now or today, `later` on another day; `by_area` has the due ones by code of the area."""

    due: int = 0
    later: int = 0
    overdue: int = 0
    by_area: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def all(self) -> int:
        """Return how many doors somebody is still to be met at."""
        return self.due + self.later


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of the queue. `next_after` is where the next one starts, None at the end; `total` counts what the filter finds."""

    doors: tuple[QueuedDoor, ...]
    counts: QueueCounts
    total: int
    next_after: int | None
    opened: QueuedDoor | None


def timing_of_door(door: Any, now: Instant) -> Timing:
    """Return how a door (a row of `doors`) stands with its time at `now`."""
    if not door.open_cases:
        return "nobody"
    if door.follow_up_at is None:
        return "new" if not door.attempts and door.last_contact is None else "again"
    if is_overdue(door.follow_up_at, now, is_open=True):
        return "overdue"
    tomorrow = _tomorrow(now)
    if door.follow_up_at >= tomorrow:
        return "another_day"
    return "promised" if door.promised_at is not None and door.promised_at < tomorrow else "later_today"


def timing_sql(now: Instant) -> ColumnElement[str]:
    """Return how a door stands with its time, as SQL: the same answers as `timing_of_door`."""
    door, tomorrow = _doors.c, _tomorrow(now)
    never = and_(door.attempts == 0, door.last_contact.is_(None))
    return case(
        (door.open_cases == 0, "nobody"),
        (and_(door.follow_up_at.is_(None), never), "new"),
        (door.follow_up_at.is_(None), "again"),
        (door.follow_up_at <= now, "overdue"),
        (door.follow_up_at >= tomorrow, "another_day"),
        (door.promised_at < tomorrow, "promised"),
        else_="later_today",
    )


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
    timing = timing_sql(now)
    statement = _page(actor, context, timing)
    if words is not None:
        exactly = case((func.lower(_homes.c.house_no) == words.house, 0), else_=1)
        statement = statement.where(_matches(words)).order_by(None).order_by(exactly, *_order(timing))
        limit, after = MOST_HITS, 0
    else:
        listed = timing.in_(_SHOWN[filter])
        if area is not None:
            listed = and_(listed, _areas.c.code == area)
        if (
            opened is not None and after == 0
        ):  # a card that was being worked on stays, whatever time it has got meanwhile
            kept = and_(_doors.c.id == opened, _doors.c.open_cases > 0)
            first = case((and_(kept, ~listed), 0), else_=1)
            statement = statement.order_by(None).order_by(first, *_order(timing))
            listed = or_(listed, kept)
        statement = statement.where(listed)
    rows = list(session.execute(statement.limit(limit + 1).offset(after)))
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


def count_queue(session: Session, actor: Actor, context: CampaignContext, *, now: Instant) -> QueueCounts:
    """Return how many doors of the actor's queue stand how; one statement."""
    timing = timing_sql(now).label("timing")
    statement = (
        select(_areas.c.code, _areas.c.name, timing, func.count())
        .join_from(_doors, _areas, and_(_areas.c.unit_id == _doors.c.unit_id, _areas.c.id == _doors.c.area_id))
        .where(in_scope(actor, context), _doors.c.open_cases > 0)
        .group_by(_areas.c.code, _areas.c.name, _areas.c.sort, timing)
        .order_by(_areas.c.sort, _areas.c.code)
    )
    due = later = overdue = 0
    by_area: dict[str, tuple[str, int]] = {}
    for code, name, stands, n in session.execute(statement):
        if stands in DUE:
            due, overdue = due + n, overdue + (n if stands == "overdue" else 0)
        else:
            later += n
        by_area[code] = (name, by_area.get(code, (name, 0))[1] + (n if stands in DUE else 0))
    return QueueCounts(due, later, overdue, by_area)


def anybody_left_here(session: Session, context: CampaignContext, door_id: uuid.UUID, *, now: Instant) -> bool:
    """Whether somebody behind the door is still to be met now: with no time of their own, or one that has come."""
    statement = select(_cases.c.id).where(
        _cases.c.unit_id == context.unit_id,
        _cases.c.door_id == door_id,
        _cases.c.left_at.is_(None),
        _cases.c.is_open,
        or_(_cases.c.follow_up_at.is_(None), _cases.c.follow_up_at <= now),
    )
    return session.execute(statement.limit(1)).first() is not None


def in_scope(actor: Actor, context: CampaignContext) -> ColumnElement[bool]:
    """Return the condition on doors for whose queue it is: what the actor sees as a member or as a team's leader."""
    in_the_field = replace(actor, posts=actor.holds(*QUEUE_ROLES))
    return and_(_doors.c.unit_id == context.unit_id, _doors.c.campaign_id == context.id, scope_of_doors(in_the_field))


def _page(actor: Actor, context: CampaignContext, timing: ColumnElement[str]) -> Select[Any]:
    return (
        select(*(_doors.c[name] for name in _COLUMNS), _areas.c.name.label("area"), _homes.c.lane, _homes.c.house_no)
        .join_from(_doors, _areas, and_(_areas.c.unit_id == _doors.c.unit_id, _areas.c.id == _doors.c.area_id))
        .join(_homes, and_(_homes.c.unit_id == _doors.c.unit_id, _homes.c.id == _doors.c.household_id))
        .where(in_scope(actor, context))
        .order_by(*_order(timing))
    )


def _order(timing: ColumnElement[str]) -> list[ColumnElement[Any]]:
    """Return the documented order; promises of today stand by their hour."""
    rank = case(dict(_RANK), value=timing)
    hour = case((timing == "promised", _doors.c.follow_up_at), else_=literal(0))
    return [rank, hour, _doors.c.priority.desc(), _areas.c.sort, _doors.c.place_sort, _doors.c.id]


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


def _tomorrow(now: Instant) -> Instant:
    return day_start(local_day(now) + 1)
