"""Undoing an import: one batch of voids. Whatever somebody has built on since stays, and is named."""

import uuid
from collections import Counter
from typing import Any

from sqlalchemy import Subquery, and_, case, delete, exists, func, insert, literal, or_, select, update

from workflow.access import Actor, require_post
from workflow.actions.import_roster import IMPORTERS
from workflow.actions.void_moves import void_moves
from workflow.errors import AlreadyDecided, NotFound
from workflow.gateway.revise import put_back_values
from workflow.gateway.statistics import refresh_statistics
from workflow.gateway.unenter import unenter_staged
from workflow.ledger.book import Book
from workflow.plan.texts import typed_reason
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Event, ListEntry, RosterFile, Staged, table_of
from workflow.tables.ledger import CASE_KINDS
from workflow.vault import Vault

_events, _files, _staged, _entries = table_of(Event), table_of(RosterFile), table_of(Staged), table_of(ListEntry)
_later, _voids = _events.alias("later"), _events.alias("voids")

_ACTED = "đã có người ghi việc sau khi nhập danh sách"
_REVISED = "thông tin đã được sửa sau khi nhập danh sách"
_MOVED_HOUSE = "danh sách đã chuyển người này sang hộ khác; chuyển lại bằng “Chuyển người sang hộ khác”"


def undo_import(
    book: Book, context: CampaignContext, actor: Actor, vault: Vault, file_id: uuid.UUID, *, reason: str
) -> dict[str, Any]:
    """Void what an import wrote; return how much was voided, and each case or subject that had to stay, with why.

    Giving a door to a member is not counted as having acted. The file may be imported again afterwards. Raises NotPermitted,
    NotFound, BadInput (no reason) or AlreadyDecided (not applied, or undone already).
    """
    require_post(actor, IMPORTERS, None, action="Hủy lần nhập danh sách")
    reason = typed_reason(reason, missing="chưa ghi lý do hủy; ghi một câu ngắn")
    mine = and_(_files.c.unit_id == book.unit_id, _files.c.id == file_id, _files.c.campaign_id == context.id)
    file = book.session.execute(select(_files).where(mine)).one_or_none()
    if file is None:
        raise NotFound
    if file.applied_at is None:
        raise AlreadyDecided(status="lần nhập này chưa ghi vào sổ hoặc đã hủy")
    refresh_statistics(book.session, _events)
    cases = _cases_of(book, file)
    kept = [
        {"case": str(row.case_id), "why": _ACTED if row.acted else _MOVED_HOUSE}
        for row in book.session.execute(select(cases).where(or_(cases.c.acted, cases.c.moved_house)))
    ]
    free = select(cases).where(~cases.c.acted, ~cases.c.moved_house)
    known = book.session.execute(free.where(cases.c.entered == 0).order_by(cases.c.case_id)).all()
    batch = book.new_id()
    _stage(book, cases, batch)
    book.batch_id = book.new_id()
    voided = unenter_staged(book, context, batch, reason=reason)
    book.session.execute(delete(_staged).where(_staged.c.unit_id == book.unit_id, _staged.c.batch_id == batch))
    for row in known:
        done = _void_moves(book, context, file, row, reason)
        voided += done
        if not done:
            kept.append({"case": str(row.case_id), "why": _ACTED})
    notes, kept_notes = _void_notes(book, context, vault, file, reason)
    answer = {"voided": voided + notes, "kept": kept + kept_notes, "ledger_no": book.last_no}
    _forget(book, file, mine, answer)
    return answer


def _in_batch(file: Any) -> Any:
    return and_(
        _events.c.unit_id == file.unit_id,
        _events.c.recorded_at == file.applied_at,
        _events.c.batch_id == file.batch_id,
    )


def _not_voided(event: Any) -> Any:
    return ~exists(select(literal(1)).where(_voids.c.unit_id == event.unit_id, _voids.c.voids_no == event.ledger_no))


def _cases_of(book: Book, file: Any) -> Subquery:
    """Return the cases the import touched: whether it entered them, took them to another house, and whether somebody acted."""
    touched = (
        select(
            _events.c.case_id,
            func.min(_events.c.ledger_no).label("first_no"),
            func.max(_events.c.ledger_no).label("last_no"),
            func.sum(case((_events.c.kind == "enter", 1), else_=0)).label("entered"),
            func.sum(case((_events.c.kind == "transfer", 1), else_=0)).label("transfers"),
        )
        .where(_in_batch(file), _events.c.case_id.is_not(None), _events.c.kind.in_(CASE_KINDS), _not_voided(_events.c))
        .group_by(_events.c.case_id)
        .subquery()
    )
    own = and_(_events.c.unit_id == book.unit_id, _events.c.ledger_no == touched.c.last_no)
    only_holder = and_(_later.c.kind == "transfer", _later.c.data.is_(None))
    acted = exists(
        select(literal(1)).where(
            _later.c.unit_id == book.unit_id,
            _later.c.case_id == touched.c.case_id,
            _later.c.ledger_no > touched.c.last_no,
            or_(_later.c.kind.in_(CASE_KINDS), _later.c.kind.in_(("request", "note"))),
            ~only_holder,
            _not_voided(_later.c),
        )
    )
    visited = exists(
        select(literal(1)).where(
            _later.c.unit_id == book.unit_id,
            _later.c.door_id == _events.c.door_id,
            _later.c.kind == "visit",
            _later.c.ledger_no > touched.c.last_no,
            _not_voided(_later.c),
        )
    )
    return (
        select(
            touched.c.case_id,
            _events.c.door_id,
            touched.c.entered,
            touched.c.last_no,
            or_(acted, visited).label("acted"),
            (touched.c.transfers > 0).label("moved_house"),
        )
        .join(_events, own)
        .subquery("touched_cases")
    )


def _stage(book: Book, cases: Subquery, batch: uuid.UUID) -> None:
    rows = select(
        literal(book.unit_id, _staged.c.unit_id.type),
        literal(batch, _staged.c.batch_id.type),
        func.row_number().over(order_by=cases.c.case_id),
        cases.c.case_id,
    ).where(~cases.c.acted, ~cases.c.moved_house, cases.c.entered > 0)
    book.session.execute(insert(_staged).from_select(["unit_id", "batch_id", "position", "subject_id"], rows))


def _void_moves(book: Book, context: CampaignContext, file: Any, row: Any, reason: str) -> int:
    """Void the moves the import made with a case that was known before; 0 if its history would not chain without them."""
    numbers = set(
        book.session.scalars(select(_events.c.ledger_no).where(_in_batch(file), _events.c.case_id == row.case_id))
    )
    return void_moves(book, context, row.case_id, door_id=row.door_id, numbers=numbers, reason=reason)


def _void_notes(
    book: Book, context: CampaignContext, vault: Vault, file: Any, reason: str
) -> tuple[int, list[dict[str, str]]]:
    """Put back the values that the import replaced, unless somebody corrected them since."""
    notes = book.session.execute(
        select(_events.c.ledger_no, _events.c.about_id)
        .where(_in_batch(file), _events.c.kind == "note", _events.c.about_id.is_not(None), _not_voided(_events.c))
        .order_by(_events.c.ledger_no)
    ).all()
    done, kept = 0, []
    for note in notes:
        if put_back_values(book, vault, note.about_id, note.ledger_no, campaign_id=context.id, reason=reason):
            done += 1
        else:
            kept.append({"subject": str(note.about_id), "why": _REVISED})
    return done, kept


def _forget(book: Book, file: Any, mine: Any, answer: dict[str, Any]) -> None:
    """Let the file be imported again, and take its people off the list where no earlier file had them.

    What was undone and what had to stay is kept with the file as numbers, by reason.
    """
    book.session.execute(
        update(_entries)
        .where(_entries.c.unit_id == book.unit_id, _entries.c.first_file_id == file.id)
        .where(_entries.c.last_file_id == file.id)
        .values(gone_at=book.now)
    )
    stayed = Counter(str(each["why"]) for each in answer["kept"])
    undone = {"at": book.now, "voided": answer["voided"], "kept": dict(stayed), "ledger_no": answer["ledger_no"]}
    values = {"status": "undone", "applied_at": None, "findings": {**file.findings, "undone": undone}}
    book.session.execute(update(_files).where(mine).values(**values))
