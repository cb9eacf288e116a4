"""What the actions on a unit's people and places share: who may, what a code and a name look like, the trace that each leaves."""

import re
import uuid
from typing import Any, Final

from sqlalchemy import RowMapping, select

from rules.said import Said
from workflow.access import Actor, require_unit_post
from workflow.errors import BadInput, NotFound
from workflow.ledger.audits import ACTING_FOR, write_audit
from workflow.ledger.book import Book
from workflow.people.names import UnstorableText, nfc
from workflow.queries.place_past import TRACE
from workflow.tables import Base, table_of

CODE: Final = re.compile(r"[A-Za-z0-9]+([_-][A-Za-z0-9]+)*")
LOGIN: Final = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
PLACE_WORDS: Final = {"team": "Tổ công tác", "area": "Địa bàn", "body": "Cơ quan, đoàn thể"}
"""What kinds of places are called."""
LONGEST_CODE: Final = 40
LONGEST_NAME: Final = 200


def require_administrator(actor: Actor) -> None:
    """Raise NotPermitted unless the actor administers the unit."""
    require_unit_post(actor, ("administrator",), action="Quản trị tài khoản và tổ chức")


def typed_name(text: str, *, where: str = "Họ và tên") -> str:
    """Return a name as it is kept. Raises BadInput for none, for one that is too long, or that holds a long number."""
    try:
        name = nfc(text)
    except UnstorableText:
        raise BadInput(where=where, what="có ký tự không lưu được; xóa và gõ lại") from None
    if not name:
        raise BadInput(where=where, what="chưa ghi")
    if len(name) > LONGEST_NAME:
        raise BadInput(where=where, what=Said("dài hơn %(longest_name)s chữ; ghi ngắn lại", longest_name=LONGEST_NAME))
    if re.search(r"\d{9}", name) or not name.isprintable():
        raise BadInput(where=where, what="có số định danh, số điện thoại hoặc ký tự lạ; chỉ ghi tên")
    return name


def typed_code(text: str, *, where: str, pattern: re.Pattern[str] = CODE, example: str) -> str:
    """Return a code or login as typed, without blanks around it. Raises BadInput if it cannot be one."""
    code = text.strip()
    if not code:
        raise BadInput(where=where, what=Said("chưa ghi, ví dụ %(example)s", example=example))
    if not pattern.fullmatch(code) or len(code) > LONGEST_CODE or code == "unit" or re.search(r"\d{9}", code):
        case = "chữ thường không dấu" if pattern is LOGIN else "chữ không dấu"
        raise BadInput(
            where=where,
            what=Said(
                "“%(code)s” không dùng được: chỉ %(case)s, chữ số và dấu nối, ví dụ %(example)s",
                code=code[:LONGEST_CODE],
                case=Said(case),
                example=example,
            ),
        )
    return code


def row_of(book: Book, model: type[Base], row_id: uuid.UUID) -> RowMapping:
    """Return a row of this unit by its id; NotFound for another unit's and for none."""
    table = table_of(model)
    found = book.session.execute(select(table).where(table.c.unit_id == book.unit_id, table.c.id == row_id)).mappings()
    row = found.one_or_none()
    if row is None:
        raise NotFound
    return row


def open_row_of(book: Book, model: type[Base], row_id: uuid.UUID, *, where: str) -> RowMapping:
    """Return the row of a place that is not closed; NotFound as `row_of`, BadInput if it is closed."""
    row = row_of(book, model, row_id)
    if row["valid_to"] is not None:
        raise BadInput(where=where, what=Said("“%(name)s” đã kết thúc; mở lại trước", name=row["name"]))
    return row


def leave_trace(book: Book, actor: Actor, what: str, about_id: uuid.UUID, **data: Any) -> None:
    """Leave the trace of a change, and for whom it was made. `data` holds codes and ids, never names."""
    acting_for = {} if book.acting_for_id is None else {ACTING_FOR: str(book.acting_for_id)}
    write_audit(
        book.session, book.unit_id, TRACE, now=book.now, ids=book.ids, account_id=actor.account_id,
        membership_id=actor.membership_id, about_id=about_id, data={"what": what, **data, **acting_for},
    )  # fmt: skip
