"""A household that lives elsewhere: its door goes to another area (and that area's team), or its people to another door."""

import uuid
from typing import Any

from sqlalchemy import insert, select, update

from rules.time import Instant
from workflow.access import Actor, door_for, require_post
from workflow.actions.add_door import DoorInput, judged_place, require_place
from workflow.errors import BadInput, NotFound
from workflow.escalation.settle import open_settled
from workflow.gateway.home import take_home
from workflow.gateway.revise import revise_subject
from workflow.gateway.single import check_happened_at
from workflow.gateway.transfer import place_case
from workflow.ledger.book import Book
from workflow.plan.texts import typed_reason
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Assignment, Case, Door, Subject, table_of
from workflow.vault import Vault

MOVERS = ("team_leader", "coordinator", "administrator")
_given, _cases, _doors, _subjects = table_of(Assignment), table_of(Case), table_of(Door), table_of(Subject)


def move_household(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    vault: Vault,
    door_id: uuid.UUID,
    to: DoorInput,
    *,
    reason: str,
    happened_at: Instant | None = None,
) -> dict[str, Any]:
    """Take a door to another address, in this area or another; return the cases transferred.

    In another area the door goes to the team that works it and nobody holds it yet. One `transfer` event a case. Raises NotFound,
    NotPermitted (both areas must be the actor's), BadInput or OutsideWindow.
    """
    row = door_for(book.session, actor, door_id)
    require_post(actor, MOVERS, row, action="Chuyển hộ")
    target = require_place(book, actor, to.area, action="Chuyển hộ")
    reason, happened_at = _checked(book, context, reason, happened_at)
    place = judged_place(to)
    clash = select(_subjects.c.id).where(
        _subjects.c.unit_id == book.unit_id,
        _subjects.c.area_id == to.area,
        _subjects.c.household_key == place.key,
        _subjects.c.kind == "household",
        _subjects.c.id != row.household_id,
    )
    if book.session.scalar(clash.limit(1)) is not None:
        raise BadInput(where="Hộ", what="nơi đến đã có hộ này; chuyển từng người vào hộ đó")
    told = {"reason": reason}
    address = {
        "lane": place.lane,
        "house_no": place.house_no,
        "household_key": place.key,
        "place_sort": place.order,
    }
    revise_subject(
        book,
        vault,
        row.household_id,
        address,
        happened_at=happened_at,
        campaign_id=context.id,
        door_id=door_id,
        data=told,
    )
    book.flush()
    opened = open_settled(book, context, door_id)
    moved = 0
    opened.door.place_sort = place.order
    if to.area != opened.door.area_id:
        opened.door.area_id, opened.door.team_id, opened.door.assignee_id = to.area, target.team_id, None
        opened.door.state_version += 1
        for case in opened.cases.values():
            if case.left_at is None:
                at = max(happened_at, case.last_happened_at)
                place_case(book, opened, case, happened_at=at, cause="person", data=told)
                moved += 1
        _hand_over(book, door_id, target.team_id, None, happened_at)
        _take_along(book, row.household_id, to.area)
    opened.save()
    return {"transferred": moved, "ledger_no": book.last_no}


def move_person(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    subject_id: uuid.UUID,
    to_door: uuid.UUID,
    *,
    reason: str,
    happened_at: Instant | None = None,
) -> dict[str, Any]:
    """Put a person in the household of another door; return the cases transferred. Both doors must be the actor's."""
    _, at = _checked(book, context, reason, happened_at)
    found = book.session.execute(
        select(_cases.c.door_id)
        .where(_cases.c.unit_id == book.unit_id, _cases.c.campaign_id == context.id, _cases.c.subject_id == subject_id)
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFound
    target = door_for(book.session, actor, to_door)
    for door in (door_for(book.session, actor, found.door_id), target):
        require_post(actor, MOVERS, door, action="Chuyển người sang hộ khác")
    if found.door_id == to_door:
        raise BadInput(where="Hộ", what="người này đã ở hộ đó; chọn một hộ khác")
    home = target.household_id, target.area_id, to_door
    moved = take_home(book, context, subject_id, *home, at, cause="person", opening=open_settled)
    return {"transferred": moved, "ledger_no": book.last_no}


def _checked(book: Book, context: CampaignContext, reason: str, happened_at: Instant | None) -> tuple[str, Instant]:
    clean = typed_reason(reason, missing="chưa ghi lý do chuyển; ghi một câu ngắn")
    at = book.now if happened_at is None else happened_at
    check_happened_at(context, at, book.now)
    return clean, at


def _hand_over(
    book: Book, door_id: uuid.UUID, team_id: uuid.UUID | None, assignee_id: uuid.UUID | None, at: Instant
) -> None:
    """Close the open assignment of a door and open the next one."""
    book.session.execute(
        update(_given)
        .where(_given.c.unit_id == book.unit_id, _given.c.door_id == door_id, _given.c.to_at.is_(None))
        .values(to_at=at, to_no=book.last_no)
    )
    if team_id is not None:
        row = {
            "unit_id": book.unit_id, "id": book.new_id(), "door_id": door_id, "team_id": team_id, "assignee_id": assignee_id,
            "from_at": at, "from_no": book.last_no,
        }  # fmt: skip
        book.session.execute(insert(_given), row)


def _take_along(book: Book, household_id: uuid.UUID, area_id: uuid.UUID) -> None:
    """The people of a household live where it does."""
    theirs = (_subjects.c.id == household_id) | (_subjects.c.household_id == household_id)
    book.session.execute(update(_subjects).where(_subjects.c.unit_id == book.unit_id, theirs).values(area_id=area_id))
