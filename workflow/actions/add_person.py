"""Adding a person that no list has, behind a known door or in a household of their own."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select

from rules.said import Part, Said, all_of
from rules.time import Instant, local_date
from workflow.access import Actor, door_for, require_post
from workflow.actions.add_door import ADDERS, DoorInput, entering_at, new_home, require_place
from workflow.actions.person_input import PersonInput, judged_person
from workflow.errors import BadInput, NotSure
from workflow.escalation.settle import open_settled
from workflow.gateway.enter_one import Newcomer, enter_at_door, states_for
from workflow.gateway.personal import Person, columns_of
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.roster.name_check import name_problem
from workflow.roster.reasons import DOUBTS
from workflow.tables import Subject, table_of
from workflow.vault import Vault

_subjects = table_of(Subject)


@dataclass(frozen=True)
class NewPerson:
    """A person as typed, and where: a door (`door_id`), or a household that is new (`home`).

    `confirmed` says that the sender was asked about what is rarely right, and means it.
    """

    person: PersonInput
    door_id: uuid.UUID | None = None
    home: DoorInput | None = None
    confirmed: bool = False


def add_person(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    vault: Vault,
    new: NewPerson,
    *,
    happened_at: Instant | None = None,
) -> dict[str, Any]:
    """Enter a person on every track they belong to; return the door and the cases by track.

    Raises NotFound (the door or area is absent or foreign), NotPermitted, BadInput (a value that cannot be used, somebody known
    already, or a person outside the campaign's population), OutsideWindow, or NotSure (perhaps in the household already, or a name that
    a list would be asked about) unless it is confirmed; nothing is written then.
    """
    if (new.door_id is None) == (new.home is None):
        raise BadInput(where="Hộ", what="chọn một hộ có sẵn hoặc ghi một hộ mới, không phải cả hai")
    if new.door_id is not None:
        require_post(
            actor, ADDERS, door_for(book.session, actor, new.door_id, campaign_id=context.id), action="Thêm người"
        )
    elif new.home is not None:
        require_place(book, actor, new.home.area, action="Thêm người")
    happened_at = entering_at(book, context, happened_at)
    person = judged_person(new.person, today=local_date(book.now))
    columns = columns_of(vault, book.unit_id, person)
    newcomer = Newcomer(columns)
    if not states_for(context, newcomer, happened_at=happened_at):
        raise BadInput(where="Đối tượng", what="người này không thuộc diện của đợt (tuổi, cư trú hoặc tài khoản)")
    refuse_known(book, person, columns)
    if new.home is not None:
        door_id = new_home(book, context, new.home, happened_at=happened_at).door_id
    else:
        assert new.door_id is not None  # noqa: S101 - one of the two was given
        door_id = new.door_id
        household_id = open_settled(book, context, door_id).door.household_id
        refuse_twice(book, household_id, person, columns)
        if not new.confirmed:
            _ask_first(book, household_id, person, columns)
    [cases] = enter_at_door(book, context, vault, door_id, [newcomer], happened_at=happened_at)
    return {
        "door": str(door_id),
        "cases": {track: str(case_id) for track, case_id in cases.items()},
        "ledger_no": book.last_no,
    }


def refuse_known(book: Book, person: Person, columns: dict[str, Any], *, but: uuid.UUID | None = None) -> None:
    """Raise BadInput if another subject of the unit has this ID number."""
    if person.id_number is None:
        return
    statement = select(_subjects.c.id).where(
        _subjects.c.unit_id == book.unit_id,
        _subjects.c.id_index == columns["id_index"],
        _subjects.c.merged_into_id.is_(None),
    )
    if but is not None:
        statement = statement.where(_subjects.c.id != but)
    if book.session.scalar(statement.limit(1)) is not None:
        raise BadInput(
            where="Số ĐDCN",
            what="đã có người mang số này trong sổ; kiểm tra lại số, hoặc nhờ đầu mối tổng hợp chuyển người đó về hộ này",
        )


def refuse_twice(book: Book, household_id: uuid.UUID, person: Person, columns: dict[str, Any]) -> None:
    """Raise BadInput if the household has somebody of this name and birth."""
    same = select(_subjects.c.id).where(
        _subjects.c.unit_id == book.unit_id,
        _subjects.c.household_id == household_id,
        _subjects.c.name_fold == columns["name_fold"],
        _subjects.c.birth_on.is_not_distinct_from(person.birth_on),
        _subjects.c.merged_into_id.is_(None),
    )
    if book.session.scalar(same.limit(1)) is not None:
        raise BadInput(where="Họ và tên", what="hộ đã có người trùng họ tên và ngày sinh; mở người đó để sửa")


def _ask_first(book: Book, household_id: uuid.UUID, person: Person, columns: dict[str, Any]) -> None:
    """Raise NotSure if somebody of the household has this name and may be of this year, or the name is one that lists are asked about."""
    doubts = [Part(DOUBTS[problem]) for problem in [name_problem(person.name or "")] if problem in DOUBTS]
    of_this_name = [
        _subjects.c.unit_id == book.unit_id,
        _subjects.c.household_id == household_id,
        _subjects.c.name_fold == columns["name_fold"],
        _subjects.c.merged_into_id.is_(None),
    ]
    if person.birth_on is not None:
        year = func.substr(_subjects.c.birth_on, 1, 4) == person.birth_on[:4]
        of_this_name.append(or_(_subjects.c.birth_on.is_(None), year))
    if book.session.scalar(select(_subjects.c.id).where(*of_this_name).limit(1)) is not None:
        doubts.append(Part("Trong hộ đã có người trùng họ tên và năm sinh"))
    if doubts:
        raise NotSure(what=Said("Họ và tên: %(doubts)s", doubts=all_of(doubts)))
