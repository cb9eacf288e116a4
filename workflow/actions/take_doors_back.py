"""Somebody stops working in a team: the doors they held go back to it, for the leader to give out again."""

import uuid
from typing import Final

from sqlalchemy import and_, func, insert, literal, select

from workflow.actions.give_doors import give_doors
from workflow.ledger.book import Book
from workflow.queries.campaigns import campaigns_of
from workflow.tables import Door, Staged, table_of

REASON: Final = "Người giữ hộ thôi làm việc ở tổ"
_doors, _staged = table_of(Door), table_of(Staged)


def take_doors_back(book: Book, membership_id: uuid.UUID, *, team_id: uuid.UUID | None = None) -> int:
    """Leave the doors that a member holds (in one team, or all) with nobody, in every campaign; return how many. Each is an event."""
    moved = 0
    for context in campaigns_of(book.session, book.unit_id):
        batch = book.new_id()
        mine = and_(
            _doors.c.unit_id == book.unit_id, _doors.c.campaign_id == context.id, _doors.c.assignee_id == membership_id
        )
        rows = select(
            _doors.c.unit_id,
            literal(batch, _staged.c.batch_id.type),
            func.row_number().over(order_by=_doors.c.id),
            _doors.c.id,
            _doors.c.team_id,
            literal(None, _staged.c.assignee_id.type),
        ).where(mine if team_id is None else mine & (_doors.c.team_id == team_id))
        book.flush()
        columns = ["unit_id", "batch_id", "position", "subject_id", "team_id", "assignee_id"]
        book.session.execute(insert(_staged).from_select(columns, rows))
        book.pack_hash = context.pack.hash
        doors, _ = give_doors(book, context, batch, reason=REASON)
        moved += doors
    return moved
