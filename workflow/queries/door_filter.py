"""Which doors somebody means by "all that match": one filter, and the one condition made of it.

The table, its count, the preview of a hand-over and the hand-over itself all ask `doors_that_match`, so that they never mean
different doors.
"""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from rules.time import HOUR, Instant
from workflow.access import Actor, scope_of_doors
from workflow.people.names import fold
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Case, Door, Subject, table_of

STUCK_HOURS: Final = 24
"""A door is stuck when its follow-up has been overdue for this long."""
UNIT_ASSIGNERS: Final = ("coordinator", "administrator")
"""Roles that give any door of the unit away; a team leader gives those of the team."""
_IN: Final = 500
"""Ids in one condition at most: SQLite and PostgreSQL both take that many parameters."""
_DIGITS: Final = re.compile(r"\d+")
_doors, _cases, _people = table_of(Door), table_of(Case), table_of(Subject)


@dataclass(frozen=True)
class DoorFilter:
    """Which doors, where no ids are given: all that match.

    `search` is found in the lane and house number, or in a name, whatever the accents. `with_work` leaves out doors where nothing
    is left to do, whichever way it ended.
    """

    area_id: uuid.UUID | None = None
    team_id: uuid.UUID | None = None
    assignee_id: uuid.UUID | None = None
    without_holder: bool = False
    with_work: bool = False
    overdue: bool = False
    stuck: bool = False
    attempts_at_least: int = 0
    search: str = ""


Chosen = Sequence[uuid.UUID] | DoorFilter
"""Doors by id, or all that match."""


def is_overdue(now: Instant, *, hours: int = 0) -> ColumnElement[bool]:
    """Return the condition that something is left to do at a door and its follow-up has been due for `hours`."""
    return and_(_doors.c.open_cases > 0, _doors.c.follow_up_at <= now - hours * HOUR)


def doors_that_match(
    context: CampaignContext, actor: Actor, wanted: DoorFilter, *, now: Instant
) -> ColumnElement[bool]:
    """Return the condition for the doors of the campaign that the actor may see and that `wanted` means at `now`."""
    doors = _doors.c
    conditions = [in_scope(context, actor)]
    for name in ("area_id", "team_id", "assignee_id"):
        if (value := getattr(wanted, name)) is not None:
            conditions.append(doors[name] == value)
    if wanted.without_holder:
        conditions.append(doors.assignee_id.is_(None))
    if wanted.with_work:
        conditions.append(doors.open_cases > 0)
    if wanted.overdue or wanted.stuck:
        conditions.append(is_overdue(now, hours=STUCK_HOURS if wanted.stuck else 0))
    if wanted.attempts_at_least > 0:
        conditions.append(doors.attempts >= wanted.attempts_at_least)
    if fold(wanted.search):
        conditions.append(_found_by(fold(wanted.search)))
    return and_(*conditions)


def chosen_doors(
    context: CampaignContext, actor: Actor, chosen: Chosen, *, now: Instant
) -> list[tuple[ColumnElement[bool], int | None]]:
    """Return conditions that together mean the chosen doors in the actor's scope, each with how many ids it asks for.

    A filter is one condition, without a number.
    """
    if isinstance(chosen, DoorFilter):
        return [(doors_that_match(context, actor, chosen, now=now), None)]
    ids = sorted(set(chosen))
    pieces = [ids[start : start + _IN] for start in range(0, len(ids), _IN)]
    return [(and_(in_scope(context, actor), _doors.c.id.in_(piece)), len(piece)) for piece in pieces]


def in_scope(context: CampaignContext, actor: Actor) -> ColumnElement[bool]:
    """Return the condition for the doors of the campaign that the actor may see."""
    return and_(_doors.c.unit_id == context.unit_id, _doors.c.campaign_id == context.id, scope_of_doors(actor))


def may_give(actor: Actor) -> ColumnElement[bool]:
    """Return the condition for doors that the actor may give away."""
    if actor.holds(*UNIT_ASSIGNERS):
        return true()
    led = [post.team_id for post in actor.holds("team_leader") if post.team_id is not None]
    return _doors.c.team_id.in_(led) if led else false()


def is_already(team_id: uuid.UUID | None, assignee_id: uuid.UUID | None) -> ColumnElement[bool]:
    """Return the condition that a door is already where it should go."""
    return and_(_doors.c.team_id.is_not_distinct_from(team_id), _doors.c.assignee_id.is_not_distinct_from(assignee_id))


def _found_by(folded: str) -> ColumnElement[bool]:
    """Every word stands in the address, or the whole text in the name of somebody on the list behind the door."""
    words = _DIGITS.sub(lambda digits: digits[0].zfill(6), folded).split()  # as `place_sort` writes numbers
    at_this_address = and_(*(_doors.c.place_sort.contains(word, autoescape=True) for word in words))
    named: Any = (
        select(_cases.c.id)
        .join(_people, and_(_people.c.unit_id == _cases.c.unit_id, _people.c.id == _cases.c.subject_id))
        .where(_cases.c.unit_id == _doors.c.unit_id, _cases.c.door_id == _doors.c.id, _cases.c.left_at.is_(None))
        .where(_people.c.name_fold.contains(folded, autoescape=True))
    )
    return or_(at_this_address, exists(named.correlate(_doors)))
