"""How a door stands with its time, and which doors are somebody's queue: one definition for list, badge and count.

It stands in two readers that a test holds together: `timing_of_door` for one row, and `timing_sql` for counts, filters and the order.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from rules.deadlines import is_overdue
from rules.time import Instant
from workflow.access import Actor, scope_of_doors
from workflow.days import tomorrow_of
from workflow.queries.asker import ask_as
from workflow.queries.campaigns import CampaignContext
from workflow.statements.asking import Asked
from workflow.tables import Area, Case, Door, table_of

Timing = Literal["overdue", "promised", "new", "again", "later_today", "another_day", "nobody"]

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
QUEUE_ROLES: Final = ("member", "team_leader")
_doors, _areas, _cases = (table_of(model) for model in (Door, Area, Case))


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


def timing_of_door(door: Any, now: Instant) -> Timing:
    """Return how a door (a row of `doors`) stands with its time at `now`.

    One person's wish for another day holds for that person: while others can be met, the door stays with today's. A day given to
    the household itself (`own_follow_up_at`) holds for all.
    """
    if not door.open_cases:
        return "nobody"
    if door.follow_up_at is None:
        return "new" if not door.attempts and door.last_contact is None else "again"
    if is_overdue(door.follow_up_at, now, is_open=True):
        return "overdue"
    tomorrow = tomorrow_of(now)
    if door.follow_up_at >= tomorrow:
        return "again" if door.someone_untimed and door.own_follow_up_at is None else "another_day"
    return "promised" if door.promised_at is not None and door.promised_at < tomorrow else "later_today"


def timing_sql(now: Instant | ColumnElement[int], tomorrow: Instant | ColumnElement[int]) -> ColumnElement[str]:
    """Return how a door stands with its time, as SQL: the same answers as `timing_of_door`. `tomorrow` is when the next day begins."""
    door = _doors.c
    others_wait = and_(door.someone_untimed, door.own_follow_up_at.is_(None))
    never = and_(door.attempts == 0, door.last_contact.is_(None))
    return case(
        (door.open_cases == 0, "nobody"),
        (and_(door.follow_up_at.is_(None), never), "new"),
        (door.follow_up_at.is_(None), "again"),
        (door.follow_up_at <= now, "overdue"),
        (and_(door.follow_up_at >= tomorrow, others_wait), "again"),
        (door.follow_up_at >= tomorrow, "another_day"),
        (door.promised_at < tomorrow, "promised"),
        else_="later_today",
    )


def count_queue(session: Session, actor: Actor, context: CampaignContext, *, now: Instant) -> QueueCounts:
    """Return how many doors of the actor's queue stand how; one statement."""
    due = later = overdue = 0
    by_area: dict[str, tuple[str, int]] = {}
    for code, name, stands, n in ask_as(session, actor, context, _counted, now=now, tomorrow=tomorrow_of(now)):
        if stands in DUE:
            due, overdue = due + n, overdue + (n if stands == "overdue" else 0)
        else:
            later += n
        by_area[code] = (name, by_area.get(code, (name, 0))[1] + (n if stands in DUE else 0))
    return QueueCounts(due, later, overdue, by_area)


def _counted(actor: Actor, context: CampaignContext, *, now: Any, tomorrow: Any) -> Asked:
    timing = timing_sql(now, tomorrow).label("timing")
    counted = (
        select(_doors.c.area_id, timing, func.count().label("n"))
        .where(in_scope(actor, context), _doors.c.open_cases > 0)
        .group_by(_doors.c.area_id, timing)
        .subquery()
    )
    return (
        select(_areas.c.code, _areas.c.name, counted.c.timing, counted.c.n)
        .join_from(counted, _areas, and_(_areas.c.unit_id == context.unit_id, _areas.c.id == counted.c.area_id))
        .order_by(_areas.c.sort, _areas.c.code)
    )


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
    """Return the condition on doors for whose queue it is: what the actor sees as a member or as a team's leader.

    Who goes to doors themselves keeps their own queue while they stand in for a leader: the team's doors are on the leader's pages.
    """
    posts = actor.holds(*QUEUE_ROLES)
    own = tuple(post for post in posts if post.acting_for is None)
    in_the_field = replace(actor, posts=own or posts)
    return and_(_doors.c.unit_id == context.unit_id, _doors.c.campaign_id == context.id, scope_of_doors(in_the_field))
