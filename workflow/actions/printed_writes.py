"""What printing anything writes: the sheet with its serial, its numbered lines, and the audit row, without a name in any of them."""

import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import insert, select, update

from rules.said import Said
from workflow.access import Actor
from workflow.errors import BadInput
from workflow.ledger.audits import write_audit
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.printed_lists import highest_serial
from workflow.tables import Area, PrintedLine, PrintedList, table_of

PRINTED = "print"
"""The kind of the audit row that every printed sheet leaves."""
PAPER = "paper"
"""The kind of the audit row for what became of the paper afterwards."""


class Line(NamedTuple):
    """What stands on a line: a door, or a person there."""

    door_id: uuid.UUID
    case_id: uuid.UUID | None = None
    subject_id: uuid.UUID | None = None


def write_sheet(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    lines: Sequence[Line],
    *,
    kind: str,
    team_id: uuid.UUID,
    **columns: Any,
) -> dict[str, Any]:
    """Store a sheet under the next serial of its campaign (the unit's head is locked) and return its serial and counts."""
    serial = highest_serial(book.session, book.unit_id, context.id) + 1
    printed_id, doors = book.new_id(), len({line.door_id for line in lines})
    sheet = {
        "unit_id": book.unit_id,
        "id": printed_id,
        "campaign_id": context.id,
        "serial": serial,
        "kind": kind,
        "team_id": team_id,
        "lines": len(lines),
        "printed_by_id": actor.membership_id,
        "printed_at": book.now,
    }
    book.session.execute(insert(table_of(PrintedList)), sheet | columns)
    rows = [
        {"unit_id": book.unit_id, "printed_id": printed_id, "line_no": number, **line._asdict()}
        for number, line in enumerate(lines, start=1)
    ]
    book.session.execute(insert(table_of(PrintedLine)), rows)
    told = {"serial": serial, "kind": kind, "doors": doors, "lines": len(lines)}
    leave_trace(book, actor, PRINTED, printed_id, told)
    return {"printed": str(printed_id), "serial": serial, "doors": doors, "lines": len(lines)}


def leave_trace(book: Book, actor: Actor, kind: str, about_id: uuid.UUID | None, data: dict[str, Any]) -> None:
    """Write a trace of what the actor did. `data` holds counts and numbers of lines, no name."""
    write_audit(
        book.session,
        book.unit_id,
        kind,
        now=book.now,
        ids=book.ids,
        account_id=actor.account_id,
        membership_id=actor.membership_id,
        about_id=about_id,
        data=data,
    )


def area_called(book: Book, code: str | None) -> uuid.UUID | None:
    """Return the id of an area by its code (None for none); BadInput if the unit has no such area."""
    if code is None:
        return None
    area = book.session.scalar(select(Area.id).where(Area.unit_id == book.unit_id, Area.code == code))
    if area is None:
        raise BadInput(
            where="Địa bàn", what=Said("đơn vị không có địa bàn “%(code)s”; chọn trong danh sách", code=code)
        )
    return area


def change_sheet(book: Book, printed_id: uuid.UUID, **values: Any) -> None:
    """Set columns of a sheet."""
    table = table_of(PrintedList)
    book.session.execute(
        update(table).where(table.c.unit_id == book.unit_id, table.c.id == printed_id).values(**values)
    )
