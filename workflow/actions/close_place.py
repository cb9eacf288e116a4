"""Closing a team, an area or a body, and opening it again.

Nothing is deleted: what was recorded there stays, and so do its posts, vacant. From its last day on it is offered nowhere, takes no
households and owes no reports.
"""

import uuid
from typing import Any, Final

from sqlalchemy import RowMapping, update

from rules.said import Said, all_of
from workflow.access import Actor
from workflow.actions.manage_places import end_works_of, take_names_back
from workflow.actions.open_posts import open_posts
from workflow.actions.organisation_input import PLACE_WORDS, leave_trace, require_administrator, row_of
from workflow.days import local_day
from workflow.errors import BadInput
from workflow.ledger.book import Book
from workflow.queries.hanging_work import PLACES, Hanging, PlaceKind, hanging_on
from workflow.tables import table_of

SETTLED_AT: Final = "ở trang “Các hộ” của tổ trưởng tổ công tác hoặc đầu mối tổng hợp"


def close_place(book: Book, actor: Actor, kind: PlaceKind, place_id: uuid.UUID) -> dict[str, Any]:
    """Close a place from today on. An area's team works it no more.

    Raises NotPermitted, NotFound, or BadInput: closed already, or something still hangs on it; then it says how much and where to go.
    """
    require_administrator(actor)
    row = row_of(book, PLACES[kind], place_id)
    if row["valid_to"] is not None:
        raise BadInput(where=PLACE_WORDS[kind], what="đã kết thúc rồi; tải lại trang")
    hanging = hanging_on(book.session, book.unit_id, kind, place_id, row["code"], now=book.now)
    if hanging:
        raise BadInput(
            where=PLACE_WORDS[kind], what=Said("chưa kết thúc được, %(hanging)s", hanging=all_of(_words(hanging)))
        )
    if kind == "area":
        end_works_of(book, place_id)
    _set_last_day(book, kind, row, local_day(book.now))
    leave_trace(book, actor, f"close_{kind}", place_id, code=row["code"])
    return {kind: str(place_id)}


def open_place_again(book: Book, actor: Actor, kind: PlaceKind, place_id: uuid.UUID) -> dict[str, Any]:
    """Open a closed place again, with vacant posts; an area without a team.

    Raises NotPermitted, NotFound, or BadInput: it is open, or another area has its name by now.
    """
    require_administrator(actor)
    row = row_of(book, PLACES[kind], place_id)
    if row["valid_to"] is None:
        raise BadInput(where=PLACE_WORDS[kind], what="đang hoạt động; tải lại trang")
    if kind == "area":
        take_names_back(book, place_id, row["code"], row["name"])
    _set_last_day(book, kind, row, None)
    open_posts(book)
    leave_trace(book, actor, f"open_{kind}_again", place_id, code=row["code"])
    return {kind: str(place_id)}


def _words(hanging: Hanging) -> list[str]:
    said: list[str] = []
    if hanging.doors:
        said.append(
            Said("còn %(n)s hộ còn việc: làm xong hoặc chuyển đi %(where)s", n=hanging.doors, where=Said(SETTLED_AT))
        )
    if hanging.tasks:
        said.append(
            Said("còn %(n)s nhiệm vụ, báo cáo chưa xong: hoàn thành hoặc hủy ở trang “Kế hoạch”", n=hanging.tasks)
        )
    if hanging.escalations:
        said.append(Said("còn %(n)s việc chờ xử lý: trả lời ở trang “Cần xử lý”", n=hanging.escalations))
    if hanging.areas:
        said.append(Said("tổ còn phụ trách %(n)s địa bàn: chọn tổ khác ở trang của từng địa bàn", n=len(hanging.areas)))
    if hanging.holders:
        people = len({holder.membership_id for holder in hanging.holders})
        said.append(Said("còn %(n)s người giữ vị trí: kết thúc vị trí ở trang của từng người", n=people))
    return said


def _set_last_day(book: Book, kind: PlaceKind, row: RowMapping, day: int | None) -> None:
    table = table_of(PLACES[kind])
    mine = (table.c.unit_id == book.unit_id, table.c.id == row["id"])
    book.session.execute(update(table).where(*mine).values(valid_to=day))
