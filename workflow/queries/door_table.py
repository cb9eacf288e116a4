"""The table of doors for the desk: filtered, sorted and paged by the database, with the number of all that match."""

import uuid
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from rules.deadlines import is_overdue
from rules.time import Instant
from workflow.access import Actor
from workflow.queries.campaigns import CampaignContext
from workflow.queries.door_filter import (
    Chosen,
    DoorFilter,
    chosen_doors,
    doors_that_match,
    in_scope,
    is_already,
    may_give,
)
from workflow.tables import Area, Case, Door, Membership, Subject, Team, table_of

PAGE: Final = 50
"""Doors on one page."""
_doors, _areas, _teams, _members = table_of(Door), table_of(Area), table_of(Team), table_of(Membership)
_homes, _cases = table_of(Subject).alias("homes"), table_of(Case)
_PLACE: Final = (_areas.c.sort, _doors.c.place_sort, _doors.c.id)
SORTS: Final[dict[str, tuple[ColumnElement[Any], ...]]] = {
    "place": _PLACE,
    "follow_up": (_doors.c.follow_up_at.is_(None), _doors.c.follow_up_at, *_PLACE),
    "attempts": (_doors.c.attempts.desc(), *_PLACE),
    "contact": (_doors.c.last_contact.is_not(None), _doors.c.last_contact, *_PLACE),
    "holder": (_members.c.name_sort.is_not(None), _members.c.name_sort, *_PLACE),
}
"""How the table may be sorted, the first by default."""


@dataclass(frozen=True, slots=True)
class SeenArea:
    """An area in which the actor sees doors."""

    id: uuid.UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class DoorRow:
    """A door as the table shows it. `names` are the people on the main track who still have something to do, in Vietnamese order."""

    id: uuid.UUID
    area: str
    team: str | None
    holder: str | None
    lane: str
    house_no: str
    open_cases: int
    attempts: int
    follow_up_at: Instant | None
    promised_at: Instant | None
    last_contact: Instant | None
    is_overdue: bool
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DoorPage:
    """One page of the table: `total` doors match in all, on `pages` pages; `page` counts from 1."""

    rows: tuple[DoorRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class HandOverPreview:
    """What a hand-over would do: `matched` doors are meant; `moved` would move, `already` are there, `absent` may not be given.

    `asked` ids that are not found count as absent too: a foreign door looks like none.
    """

    matched: int
    moved: int
    already: int
    absent: int


def door_table(
    session: Session, actor: Actor, context: CampaignContext, wanted: DoorFilter, *, now: Instant, sort: str = "place", page: int = 1
) -> DoorPage:  # fmt: skip
    """Return one page of the doors that match, in the actor's scope. An unknown sort means the first; a page too far the last."""
    condition = doors_that_match(context, actor, wanted, now=now)
    total = session.scalar(select(func.count()).select_from(_doors).where(condition)) or 0
    pages = max(-(-total // PAGE), 1)
    page = min(max(page, 1), pages)
    statement = (
        select(
            _doors.c.id, _areas.c.name.label("area"), _teams.c.name.label("team"), _members.c.name.label("holder"),
            _homes.c.lane, _homes.c.house_no, _doors.c.open_cases, _doors.c.attempts, _doors.c.follow_up_at,
            _doors.c.promised_at, _doors.c.last_contact,
        )
        .join(_areas, and_(_areas.c.unit_id == _doors.c.unit_id, _areas.c.id == _doors.c.area_id))
        .join(_homes, and_(_homes.c.unit_id == _doors.c.unit_id, _homes.c.id == _doors.c.household_id))
        .outerjoin(_teams, and_(_teams.c.unit_id == _doors.c.unit_id, _teams.c.id == _doors.c.team_id))
        .outerjoin(_members, and_(_members.c.unit_id == _doors.c.unit_id, _members.c.id == _doors.c.assignee_id))
        .where(condition)
        .order_by(*SORTS.get(sort, _PLACE))
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )  # fmt: skip
    found = session.execute(statement).all()
    names = _still_to_meet(session, context, [row.id for row in found])
    return DoorPage(tuple(_row(row, names.get(row.id, ()), now) for row in found), total, page, pages)


def areas_with_doors(session: Session, actor: Actor, context: CampaignContext) -> list[SeenArea]:
    """Return the areas with doors in the actor's scope, in printed order."""
    mine = exists().where(in_scope(context, actor), _doors.c.area_id == _areas.c.id)
    statement = select(_areas.c.id, _areas.c.code, _areas.c.name).where(_areas.c.unit_id == context.unit_id, mine)
    return [SeenArea(*row) for row in session.execute(statement.order_by(_areas.c.sort, _areas.c.id))]


def preview_hand_over(
    session: Session, actor: Actor, context: CampaignContext, chosen: Chosen, *,
    team_id: uuid.UUID | None, assignee_id: uuid.UUID | None, now: Instant,
) -> HandOverPreview:  # fmt: skip
    """Return what giving the chosen doors to a team and member would do now: the same counts as `reassign` answers."""
    asked = matched = given = already = 0
    for condition, ids in chosen_doors(context, actor, chosen, now=now):
        counts = session.execute(count_chosen(condition, actor, team_id, assignee_id)).one()
        matched += counts.matched
        given += counts.given or 0
        already += counts.already or 0
        asked += counts.matched if ids is None else ids
    return HandOverPreview(matched, given - already, already, asked - given)


def count_chosen(
    condition: ColumnElement[bool], actor: Actor, team_id: uuid.UUID | None, assignee_id: uuid.UUID | None
) -> Any:
    """Return the statement that counts chosen doors: `matched`, of these the actor's to give (`given`), of these there `already`."""
    mine = may_give(actor)
    return select(
        func.count().label("matched"),
        func.count().filter(mine).label("given"),
        func.count().filter(mine, is_already(team_id, assignee_id)).label("already"),
    ).select_from(_doors).where(condition)  # fmt: skip


def _still_to_meet(
    session: Session, context: CampaignContext, doors: list[uuid.UUID]
) -> dict[uuid.UUID, tuple[str, ...]]:
    people = table_of(Subject)
    statement = (
        select(_cases.c.door_id, people.c.name)
        .join(people, and_(people.c.unit_id == _cases.c.unit_id, people.c.id == _cases.c.subject_id))
        .where(_cases.c.unit_id == context.unit_id, _cases.c.door_id.in_(doors), _cases.c.is_open)
        .where(_cases.c.left_at.is_(None), _cases.c.track == context.pack.main_track.id, people.c.name.is_not(None))
        .order_by(people.c.name_sort, people.c.id)
    )
    names: dict[uuid.UUID, tuple[str, ...]] = {}
    for door, name in session.execute(statement):
        names[door] = (*names.get(door, ()), name)
    return names


def _row(row: Any, names: tuple[str, ...], now: Instant) -> DoorRow:
    overdue = is_overdue(row.follow_up_at, now, is_open=row.open_cases > 0)
    values = {**row._mapping, "lane": row.lane or "", "house_no": row.house_no or ""}
    return DoorRow(**values, is_overdue=overdue, names=names)
