"""The support desk looks somebody up: exactly, one at a time, each look-up on record (also those in vain), with a daily limit.

What was looked for is written nowhere. The sender's key is bound to a keyed index of it, so the same form sent again finds the same
person and another one cannot ride on its answer.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from rules.said import Part
from workflow.access import LOOK_UP, Actor, require_unit_post
from workflow.actions.printed_writes import area_called, leave_trace
from workflow.days import as_date, day_start, local_day
from workflow.errors import BadInput, WorkflowError
from workflow.gateway.personal import ID_NUMBER
from workflow.ledger.book import Book
from workflow.people.identity import judge_id
from workflow.people.names import UnstorableText, nfc
from workflow.queries.campaigns import CampaignContext
from workflow.queries.find_person import Match, Sought, find_person
from workflow.tables import Audit
from workflow.vault import Vault

LOOK_UPS_A_DAY: Final = 120
"""Look-ups, found or not, that one person at a desk makes in a day at most: twice a busy day."""
_FIRST_YEAR: Final = 1900


class TooManyLookUps(WorkflowError):
    """The desk has looked up as many people today as it may."""

    status = 429
    code = "too_many"
    message = "Hôm nay đã tra cứu %(n)s lượt, hết hạn mức của một ngày. Liên hệ đầu mối tổng hợp."


@dataclass(frozen=True, slots=True)
class LookUp:
    """What somebody at the desk typed: an ID number, or full name, year of birth and area (its code), with the house if need be."""

    id_number: str = ""
    name: str = ""
    birth_year: str = ""
    area: str = ""
    house_no: str = ""


def request_of(vault: Vault, typed: LookUp) -> dict[str, str]:
    """Return what stands for a look-up where commands are kept: a keyed index, from which nobody can go back to what was typed."""
    text = "\x1f".join((typed.id_number, typed.name, typed.birth_year, typed.area, typed.house_no))
    return {"look_up": vault.index(text, "look_up").hex()}


def look_up_person(book: Book, context: CampaignContext, actor: Actor, vault: Vault, typed: LookUp) -> dict[str, Any]:
    """Look somebody up and note that it was done; return `one`, `none` or `several`, no name.

    After `one` the actor is let in to that person for a while (`access.let_in_by_look_up`); after the others to nobody. Raises
    NotPermitted, TooManyLookUps or BadInput (then nothing was looked up).
    """
    require_unit_post(actor, ("support_desk",), action="Tra cứu tại điểm hỗ trợ")
    sought = _sought(book, vault, typed)
    since = day_start(local_day(book.now))
    done = book.session.scalar(
        select(func.count(Audit.id)).where(
            Audit.unit_id == book.unit_id,
            Audit.at >= since,
            Audit.kind == LOOK_UP,
            Audit.membership_id == actor.membership_id,
        )
    )
    if (done or 0) >= LOOK_UPS_A_DAY:
        raise TooManyLookUps(n=done)
    match = find_person(book.session, context, sought)
    leave_trace(book, actor, LOOK_UP, match.subject_id, _told(match, by_number=sought.id_index is not None))
    return {"result": match.result, "left_today": LOOK_UPS_A_DAY - (done or 0) - 1}


def _told(match: Match, *, by_number: bool) -> dict[str, Any]:
    door = {"door": match.door_id.hex} if match.door_id is not None else {}
    return {"result": match.result, "by": "id_number" if by_number else "name", **door}


def _sought(book: Book, vault: Vault, typed: LookUp) -> Sought:
    if typed.id_number.strip():
        judged = judge_id(typed.id_number)
        if judged.value is None:
            raise BadInput(
                where="Số định danh", what="không phải số định danh 12 chữ số; nhập lại đủ 12 chữ số trên thẻ"
            )
        return Sought(id_index=vault.index(judged.value, ID_NUMBER))
    try:
        name, house = nfc(typed.name), nfc(typed.house_no)
    except UnstorableText as problem:
        raise BadInput(where="Họ và tên", what=Part(str(problem))) from None
    if len(name.split()) < 2:
        raise BadInput(where="Họ và tên", what="chưa đủ; nhập đầy đủ họ, chữ đệm và tên, hoặc nhập số định danh")
    year = typed.birth_year.strip()
    this_year = as_date(local_day(book.now)).year
    if not (year.isascii() and year.isdigit() and _FIRST_YEAR <= int(year) <= this_year):
        raise BadInput(where="Năm sinh", what="chưa đúng; nhập bốn chữ số, ví dụ 1985")
    if not typed.area:
        raise BadInput(where="Địa bàn", what="chưa chọn; chọn nơi người ấy ở")
    return Sought(name=name, birth_year=int(year), area_id=area_called(book, typed.area), house_no=house)
