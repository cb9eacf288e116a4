"""Typing in a sheet that came back from the street: rows of line number and code become one visit for each door.

Each door stands alone: what refuses one door takes nothing from the others. Within a door the visit is all or nothing, as at the
phone, and the row that stands in its way says why. Doors that changed after the sheet was printed are judged by when the visit
happened, like any visit that is told late.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.said import At, Part, Said, kept
from rules.time import MINUTE, Instant
from workflow.access import Actor, printed_for
from workflow.actions.printed_writes import leave_trace
from workflow.actions.record_visit import Finding, VisitReport, record_visit
from workflow.actions.typed_rows import MOST_ROWS, ReadRow, RowRefused, TypedRow, read_row
from workflow.days import local_day
from workflow.errors import AlreadyDecided, BadInput, GuardRefused, MoveNotAllowed, NotFound, WorkflowError
from workflow.gateway.labels import FINISHED
from workflow.gateway.single import check_happened_at
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.paper_route import people_of_team
from workflow.queries.printed_lists import TYPED, printed_line_rows, typed_lines
from workflow.tables import Case

RECORDED, REFUSED, BLANK, READ = "recorded", "refused", "blank", "read"
WALKED_AT: Final = "Lúc đi"
GONE: Final = (
    "hộ hoặc người này không còn ở phạm vi phụ trách như lúc in phiếu; báo người đang phụ trách, để trống dòng này"
)
ENDED: Final = "đã kết thúc liên hệ với người này sau khi in phiếu; để trống dòng này"
BESIDE: Final = "chưa ghi, vì dòng %(line)s của cùng hộ chưa ghi được; sửa dòng ấy rồi gửi lại"

NOT_FROM_HERE: Final = "không ghi được “%(move)s” vì hiện là “%(state)s”; xem lại mã, hoặc để trống dòng này"
NOT_YET: Final = "chưa thể “%(move)s”: %(why)s"


class _OnlyTried(Exception):
    """Raised to take back a part that was only tried."""


@dataclass
class _Row:
    """A row on its way: what was typed, and what became of it."""

    typed: TypedRow
    read: ReadRow | None = None
    door_id: uuid.UUID | None = None
    findings: tuple[Finding, ...] = ()
    status: str = REFUSED
    why: RowRefused | None = None

    @property
    def number(self) -> int:
        return self.read.line if self.read is not None else 0


def type_sheet(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    serial: int,
    rows: Sequence[TypedRow],
    *,
    visited_at: Instant,
    done_by: uuid.UUID | None = None,
    mode: str = "door",
) -> dict[str, Any]:
    """Record what a returned sheet says; return every row's fate: rows = recorded + refused + blank.

    `done_by` went (default: who was to walk the sheet), whoever types. A line is recorded once for a day, however often it is
    typed. The answer holds no code: what was found stands in the visits alone. Raises NotFound (another team's sheet), BadInput or
    OutsideWindow for what concerns the whole sheet; nothing is recorded then.
    """
    sheet = printed_for(book.session, actor, context.id, serial)
    _check_sheet(book, context, sheet, rows, visited_at)
    went = _visitor(book, actor, sheet, done_by, visited_at)
    told = [_Row(row) for row in rows]
    lines = printed_line_rows(book.session, book.unit_id, sheet.id)
    already = typed_lines(book.session, book.unit_id, [sheet.id]).get(sheet.id, set())
    cases = _cases_of(book.session, context, lines.values())
    seen: set[int] = set()
    for row in told:
        _read(context, row, lines, cases, already, seen, visited_at=visited_at, source=serial)
    visits: dict[str, str] = {}
    for door_id, group in _by_door(told).items():
        visit = _record(book, context, actor, door_id, group, done_by=went, mode=mode)
        if visit is not None:
            visits.update({str(row.number): visit for row in group})
    if visits:
        leave_trace(book, actor, TYPED, sheet.id, {"serial": serial, "lines": visits})
    return _answer(serial, told, doors=len(set(visits.values())))


def look_over(
    session: Session,
    context: CampaignContext,
    actor: Actor,
    serial: int,
    rows: Sequence[TypedRow],
    *,
    visited_at: Instant,
) -> dict[str, Any]:
    """Read rows and record nothing: for a sheet that is refused as a whole, so that what is wrong in its lines is told with it.

    The answer is that of `type_sheet`, with the rows that read well as `read`: whether they can be recorded only the right time
    tells. Raises NotFound (another team's sheet).
    """
    sheet = printed_for(session, actor, context.id, serial)
    told = [_Row(row, status=READ) for row in rows[:MOST_ROWS]]
    lines = printed_line_rows(session, context.unit_id, sheet.id)
    cases = _cases_of(session, context, lines.values())
    seen: set[int] = set()
    for row in told:
        _read(context, row, lines, cases, set(), seen, visited_at=visited_at, source=serial)
        row.status = REFUSED if row.why is not None else row.status
    return _answer(serial, told, doors=0)


def _check_sheet(
    book: Book, context: CampaignContext, sheet: Any, rows: Sequence[TypedRow], visited_at: Instant
) -> None:
    if sheet.destroyed_at is not None:
        raise AlreadyDecided(status=Said("phiếu đã hủy lúc %(at)s", at=At(sheet.destroyed_at)))
    if len(rows) > MOST_ROWS:
        raise BadInput(
            where="Phiếu",
            what=Said(
                "có %(n)s dòng trong một lần gửi, tối đa %(most_rows)s; gửi thành nhiều lần",
                n=len(rows),
                most_rows=MOST_ROWS,
            ),
        )
    check_happened_at(context, visited_at, book.now)
    if visited_at < sheet.printed_at - sheet.printed_at % MINUTE:
        raise BadInput(
            where=WALKED_AT, what=Said("trước khi in phiếu (%(at)s); sửa lại ngày giờ", at=At(sheet.printed_at))
        )


def _visitor(book: Book, actor: Actor, sheet: Any, done_by: uuid.UUID | None, visited_at: Instant) -> uuid.UUID | None:
    """Return who went: of the sheet's team when the visit was made, or who types."""
    went: uuid.UUID | None = done_by or sheet.assignee_id
    team = people_of_team(book.session, book.unit_id, sheet.team_id, now=visited_at)
    if went not in {None, actor.membership_id, *(member for member, _ in team)}:
        raise BadInput(where="Người đi", what="không thuộc tổ công tác của phiếu; chọn trong danh sách của tổ")
    return went


def _cases_of(
    session: Session, context: CampaignContext, lines: Iterable[Any]
) -> dict[tuple[uuid.UUID, str], uuid.UUID]:
    """Return the cases of the people on a sheet by person and track."""
    people = {line.subject_id for line in lines if line.subject_id is not None}
    rows = session.execute(
        select(Case.subject_id, Case.track, Case.id).where(
            Case.unit_id == context.unit_id, Case.campaign_id == context.id, Case.subject_id.in_(people)
        )
    )
    return {(subject, track): case for subject, track, case in rows}


def _read(
    context: CampaignContext,
    row: _Row,
    lines: dict[int, Any],
    cases: dict[tuple[uuid.UUID, str], uuid.UUID],
    already: set[tuple[int, int]],
    seen: set[int],
    *,
    visited_at: Instant,
    source: int,
) -> None:
    """Set what a row says, or why it says nothing that can be recorded."""
    if row.typed.is_blank:
        row.status = BLANK
        return
    number = row.typed.line.strip()
    line = lines.get(int(number)) if number.isascii() and number.isdigit() else None
    row.door_id = None if line is None else line.door_id
    try:
        row.read = read_row(context.pack, row.typed, visited_at=visited_at)
        if line is None:
            raise RowRefused(
                "phiếu này có %(lines)s dòng, không có dòng %(line)s; xem lại số dòng và số phiếu",
                lines=len(lines),
                line=number,
            )
        if row.read.line in seen:
            raise RowRefused("dòng %(line)s được nhập hai lần; giữ một lần", line=number)
        seen.add(row.read.line)
        if (row.read.line, local_day(row.read.at)) in already:
            raise RowRefused(
                "dòng này của phiếu đã được ghi cho ngày ấy; ghi nhầm thì mở hộ, chọn “Bấm nhầm – sửa lại”"
            )
        row.findings = tuple(_findings(context, row.read, line, cases, source))
    except RowRefused as refused:
        row.why = refused


def _findings(
    context: CampaignContext,
    read: ReadRow,
    line: Any,
    cases: dict[tuple[uuid.UUID, str], uuid.UUID],
    source: int,
) -> Iterable[Finding]:
    """Yield the findings of a row. The sheet itself, kept in the office, is what an exit is first shown by."""
    for name in read.outcomes:
        outcome = context.pack.outcomes[name]
        if outcome.scope == "door":
            if line.case_id is not None:
                raise RowRefused("mã “%(code)s” là của cả hộ; ghi ở dòng của hộ", code=outcome.code)
            yield Finding(name, promised_at=read.promised_at)
            continue
        if line.subject_id is None:
            raise RowRefused("mã “%(code)s” là của từng người; ghi ở dòng của người ấy", code=outcome.code)
        case_id = cases.get((line.subject_id, context.pack.track_of(name).id))
        if case_id is None:
            raise RowRefused("mã “%(code)s” không dùng cho người này; xem bảng mã", code=outcome.code)
        promised = read.promised_at if "promised_at" in outcome.asks else None
        asks = any(effect.request is not None for effect in outcome.effects)
        evidence = Said("Phiếu giấy số %(source)s, dòng %(line)s", source=source, line=read.line) if asks else None
        yield Finding(name, case_id, promised_at=promised, evidence=evidence)


def _by_door(told: Iterable[_Row]) -> dict[uuid.UUID, list[_Row]]:
    """Return the rows that say something, by door; of a line that is not on the sheet there is no door."""
    doors: dict[uuid.UUID, list[_Row]] = {}
    for row in told:
        if row.status != BLANK and row.door_id is not None:
            doors.setdefault(row.door_id, []).append(row)
    return doors


def _record(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    door_id: uuid.UUID,
    group: list[_Row],
    *,
    done_by: uuid.UUID | None,
    mode: str,
) -> str | None:
    """Record the visit of one door and return its id; None, with a sentence on each of its rows, if something refuses it.

    Where one row is in the way, the others are still tried: what is wrong with them is told at once.
    """
    moments = {row.read.at for row in group if row.read is not None}
    if not any(row.why for row in group) and len(moments) > 1:
        for row in group:
            row.why = RowRefused("các dòng của một hộ phải cùng một giờ thăm; sửa cho khớp")
    if not any(row.why for row in group):
        report = VisitReport(door_id, moments.pop(), _joined(group), mode=mode, done_by=done_by)
        try:
            with book.attempt():
                answer = record_visit(book, context, actor, report)
        except WorkflowError as refused:
            _try_alone(book, context, actor, door_id, group, mode=mode, done_by=done_by)
            if not any(row.why for row in group):  # none is to blame alone: all are together
                for row in group:
                    row.why = told_on_paper(refused)
        else:
            for row in group:
                row.status = RECORDED
            return str(answer["visit"])
    else:
        _try_alone(book, context, actor, door_id, group, mode=mode, done_by=done_by)
    culprits = [row.typed.line.strip() for row in group if row.why]
    for row in group:
        row.why = row.why or RowRefused(BESIDE, line=culprits[0])
    return None


def _joined(group: list[_Row]) -> tuple[Finding, ...]:
    return tuple(finding for row in group for finding in row.findings)


def _try_alone(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    door_id: uuid.UUID,
    group: list[_Row],
    *,
    mode: str,
    done_by: uuid.UUID | None,
) -> None:
    """Say on each row that can be read what refuses it: each is tried alone and taken back."""
    for row in group:
        if row.read is None or row.why is not None:
            continue
        alone = VisitReport(door_id, row.read.at, row.findings, mode=mode, done_by=done_by)
        try:
            with book.attempt():
                record_visit(book, context, actor, alone)
                raise _OnlyTried
        except _OnlyTried:
            continue
        except WorkflowError as its_own:
            row.why = told_on_paper(its_own)


def told_on_paper(error: WorkflowError) -> RowRefused:
    """Return what a refusal says to somebody who types from paper: no page to reload, the line is named already."""
    values = error.values
    match error:
        case NotFound():
            return RowRefused(GONE)
        case MoveNotAllowed() if values["state"] == FINISHED:
            return RowRefused(ENDED)
        case MoveNotAllowed():
            return RowRefused(NOT_FROM_HERE, **values)
        case GuardRefused():
            return RowRefused(NOT_YET, **values)
        case BadInput() if str(values["where"]).startswith("Kết quả thứ"):
            return RowRefused("%(what)s", what=values["what"])
    return RowRefused("%(what)s", what=Part(error.said))


def _answer(serial: int, told: list[_Row], *, doors: int) -> dict[str, Any]:
    counts = {status: sum(row.status == status for row in told) for status in (RECORDED, REFUSED, BLANK)}
    return {"serial": serial, "typed": len(told), **counts, "doors": doors, "rows": [_fate(row) for row in told]}


def _fate(row: _Row) -> dict[str, Any]:
    """Return what became of a row; of a refused one the sentence, and apart its words and values for other languages."""
    fate = {"line": row.number or None, "status": row.status, "say": str(row.why or "")}
    return (
        fate
        if row.why is None
        else {
            **fate,
            "sentence": row.why.sentence,
            "values": {name: kept(value) for name, value in row.why.values.items()},
        }
    )
