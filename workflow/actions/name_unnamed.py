"""Naming a place of a paper list: from now on it is a person, known as such on every past day, in their own household."""

import uuid
from typing import Any

from rules.time import local_date
from workflow.access import Actor, case_for, door_for, require_post
from workflow.actions.add_door import ADDERS, DoorInput, new_home
from workflow.actions.add_person import refuse_known, refuse_twice
from workflow.actions.person_input import PersonInput, judged_person
from workflow.days import local_day
from workflow.errors import AlreadyDecided, BadInput
from workflow.escalation.settle import open_settled
from workflow.gateway.door import open_door
from workflow.gateway.history import effective_history, recount
from workflow.gateway.home import take_home
from workflow.gateway.live import LiveCase
from workflow.gateway.personal import columns_of
from workflow.gateway.revise import revise_subject
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Case, Door, Subject, table_of
from workflow.vault import Vault

_cases, _subjects, _doors = table_of(Case), table_of(Subject), table_of(Door)


def name_unnamed(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    vault: Vault,
    case_id: uuid.UUID,
    typed: PersonInput,
    *,
    door_id: uuid.UUID | None = None,
    home: DoorInput | None = None,
) -> dict[str, Any]:
    """Give an unnamed case its person and take it to a known door or a new household; return door and case.

    Raises NotFound, NotPermitted, AlreadyDecided (named meanwhile), or BadInput (a value that cannot be used, somebody known
    already, another area).
    """
    row = case_for(book.session, actor, case_id)
    require_post(actor, ADDERS, row, action="Ghi tên người trong danh sách giấy")
    if not row.unnamed:
        raise AlreadyDecided(status="đã ghi tên")
    if (door_id is None) == (home is None):
        raise BadInput(where="Hộ", what="chọn một hộ có sẵn hoặc ghi một hộ mới, không phải cả hai")
    person = judged_person(typed, today=local_date(book.now))
    columns = columns_of(vault, book.unit_id, person)
    refuse_known(book, person, columns)
    target = door_for(book.session, actor, door_id) if door_id is not None else None
    if (target.area_id if target is not None else home.area if home else None) != row.area_id:
        raise BadInput(where="Hộ", what="ở địa bàn khác với danh sách giấy; ghi tên trước, rồi dùng “Chuyển hộ”")
    if target is not None:
        refuse_twice(book, target.household_id, person, columns)
        household_id, to_door = target.household_id, target.id
    else:
        assert home is not None  # noqa: S101 - one of the two was given
        made = new_home(book, context, home, happened_at=book.now)
        household_id, to_door = made.household_id, made.door_id
    _name(book, context, vault, row.door_id, case_id, columns)
    there = household_id, row.area_id, to_door
    take_home(book, context, row.subject_id, *there, book.now, cause="person", opening=open_settled)
    return {"door": str(to_door), "case": str(case_id), "ledger_no": book.last_no}


def _name(
    book: Book, context: CampaignContext, vault: Vault, door_id: uuid.UUID, case_id: uuid.UUID, columns: dict[str, Any]
) -> None:
    """Write the values and clear the mark, and count the case as named on every day it was counted."""
    opened = open_door(book, context, door_id)
    case = opened.case(case_id)
    case.version += 1
    revise_subject(
        book,
        vault,
        case.subject_id,
        {**columns, "unnamed": False},
        campaign_id=context.id,
        case_id=case.id,
        door_id=case.door_id,
        version=case.version,
        track=case.track,
        data={"unnamed": False},
    )
    book.flush()
    recount_named(book, case)
    opened.touched.add(case.id)
    opened.save()


def recount_named(book: Book, case: LiveCase) -> None:
    """Take a case out of the unnamed cells and count it among the named, today and on each day of its history."""
    steps, before = effective_history(book.session, book.unit_id, case.id), case.cell()
    recount(book, case, steps, ())
    case.unnamed = False
    recount(book, case, (), steps)
    book.count("r", local_day(book.now), before, case.cell())
    case.state_version += 1
