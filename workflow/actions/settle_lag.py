"""Settling who waits to be deducted, by a number of the national system that already holds everybody the ledger has as done.

Nobody is listed and nobody is picked: a list of those who wait would split what reads "Đã kết thúc liên hệ" for everybody. The
number speaks for all of its place at once, and only if the system has as many as the ledger; otherwise some are not deducted yet
and nobody knows who. All moves stand in the number's own batch, so they are taken back as one.
"""

import uuid
from typing import Any, Final

from sqlalchemy import BigInteger, Text, and_, case, delete, func, insert, literal, select

from rules.said import Figure, Said
from workflow.access import Actor, require_unit_post
from workflow.actions.task_writes import check_sender
from workflow.actions.void_moves import void_moves
from workflow.closing.settling import Waiting, event, is_settled_by, moves_that_settle, settled_at, waiting_at
from workflow.closing.system_counts import Counted, system_count
from workflow.errors import AlreadyDecided, BadInput
from workflow.gateway.batch import move_staged
from workflow.ledger import Book
from workflow.numbers import integer_vi
from workflow.plan.texts import typed_reason
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Case, Staged, table_of

ACTION: Final = "đối soát người đã làm mà hệ thống chưa trừ"
SETTLERS: Final = ("coordinator",)
_cases, _staged = table_of(Case), table_of(Staged)
_WHERE: Final = "Đối soát"


def settle_lag(book: Book, context: CampaignContext, actor: Actor, count_id: uuid.UUID) -> dict[str, Any]:
    """Reconcile everybody of a number's place who waited at its instant; return how many, and how many still wait.

    `settled` and `left` (whoever was written about since the instant) are None for an area: below the unit people stand still
    between cut-offs. Raises NotPermitted, NotFound (absent, foreign), AlreadyDecided (the number was taken back), and BadInput if
    the pack has no such step, nobody waits, fewer than the pack's `small_cell` wait in an area, or the system has fewer than the
    ledger.
    """
    moves = _moves(book, context, actor)
    counted = system_count(book.session, actor, context, count_id)
    if counted.because is not None:
        raise AlreadyDecided(status="số này đã gỡ")
    book.flush()
    there = waiting_at(book.session, context, as_of=counted.as_of, area_id=counted.area_id, newest=book.last_no)
    _check(context, counted, there)
    staging = book.new_id()
    _stage(book, context, counted, moves, staging)
    book.batch_id = counted.id
    told = move_staged(book, context, staging, by=SETTLERS[0], cause="person")
    book.session.execute(delete(_staged).where(_staged.c.unit_id == book.unit_id, _staged.c.batch_id == staging))
    if not told["moved"]:
        raise BadInput(
            where=_WHERE, what="những người đang chờ đều có việc ghi sau lúc xem số này; nhập số mới rồi đối soát"
        )
    if counted.area_id is not None:
        return {"settled": None, "left": None, "ledger_no": book.last_no}
    return {"settled": told["moved"], "left": there.waiting - told["moved"], "ledger_no": book.last_no}


def undo_settling(
    book: Book, context: CampaignContext, actor: Actor, count_id: uuid.UUID, *, reason: str
) -> dict[str, Any]:
    """Take back what a number settled; return how many wait again, and how many stay because somebody built on it since.

    Both are None for an area. Raises NotPermitted, NotFound, BadInput (no reason) or AlreadyDecided (nothing is left to undo).
    """
    _moves(book, context, actor)
    counted = system_count(book.session, actor, context, count_id)
    why = typed_reason(reason, missing="chưa ghi lý do hủy; ghi một câu ngắn")
    book.flush()
    home = and_(_cases.c.unit_id == event.unit_id, _cases.c.id == event.case_id)
    statement = (
        select(event.case_id, _cases.c.door_id, event.ledger_no)
        .join(_cases, home)
        .where(is_settled_by(context, counted.id, counted.as_of), _cases.c.left_at.is_(None))
        .order_by(event.ledger_no)
    )
    rows = book.session.execute(statement).all()
    if not rows:
        raise AlreadyDecided(status="số này không còn đối soát ai")
    book.batch_id = book.new_id()
    undone = sum(
        void_moves(book, context, row.case_id, door_id=row.door_id, numbers=(row.ledger_no,), reason=why)
        for row in rows
    )
    if counted.area_id is not None:
        return {"undone": None, "kept": None, "ledger_no": book.last_no}
    return {"undone": undone, "kept": len(rows) - undone, "ledger_no": book.last_no}


def _moves(book: Book, context: CampaignContext, actor: Actor) -> dict[str, str]:
    """Return the moves that settle, by state. Raises NotPermitted, or BadInput if the pack lets no coordinator settle."""
    check_sender(book, actor, action=ACTION, cause="person")
    require_unit_post(actor, SETTLERS, action=ACTION)
    moves = moves_that_settle(context, SETTLERS[0])
    if not moves:
        raise BadInput(
            where=_WHERE, what="kế hoạch này không cho đầu mối tổng hợp bước đối soát nào; hỏi người quản trị gói"
        )
    return moves


def _check(context: CampaignContext, counted: Counted, there: Waiting) -> None:
    small = context.pack.model.pack.small_cell
    if counted.area_id is not None and there.waiting < small:
        what = Said("địa bàn này có dưới %(n)s người đang chờ; đối soát bằng số của cả đơn vị", n=small)
        raise BadInput(where=_WHERE, what=what)
    if not there.waiting:
        raise BadInput(where=_WHERE, what="lúc ấy không còn ai chờ hệ thống trừ; không cần đối soát")
    if counted.n >= there.ledger:
        return
    if counted.area_id is not None:
        what = Said("hệ thống còn ít hơn sổ ở địa bàn này, chưa biết ai đã được trừ; chờ số mới rồi đối soát")
    else:
        what = Said(
            "hệ thống có %(system)s, ít hơn sổ (%(ledger)s), chưa biết ai đã được trừ; chờ số mới rồi đối soát",
            system=Figure(integer_vi(counted.n)), ledger=Figure(integer_vi(there.ledger)),
        )  # fmt: skip
    raise BadInput(where=_WHERE, what=what)


def _stage(book: Book, context: CampaignContext, counted: Counted, moves: dict[str, str], batch: uuid.UUID) -> None:
    """Stage everybody of the place who waits and was not written about since the instant."""
    move = case(*((_cases.c.state == state, literal(name, Text)) for state, name in moves.items()))
    waits = and_(
        _cases.c.unit_id == book.unit_id, _cases.c.campaign_id == context.id, _cases.c.left_at.is_(None),
        _cases.c.track == context.pack.main_track.id, _cases.c.state.in_(list(moves)),
        _cases.c.last_happened_at <= settled_at(counted.as_of),
    )  # fmt: skip
    if counted.area_id is not None:
        waits = and_(waits, _cases.c.area_id == counted.area_id)
    rows = select(
        _cases.c.unit_id, literal(batch, _staged.c.batch_id.type), func.row_number().over(order_by=_cases.c.id),
        _cases.c.id, move, literal(settled_at(counted.as_of), BigInteger),
    ).where(waits)  # fmt: skip
    names = ["unit_id", "batch_id", "position", "subject_id", "move", "happened_at"]
    book.session.execute(insert(_staged).from_select(names, rows))
