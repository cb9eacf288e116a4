"""A roster from file to ledger: checked and staged outside the write lock, applied in one transaction.

Every row ends as one of four: created, updated, unchanged, rejected; together they are the rows. The same bytes declared the same
way apply once: a second time changes nothing and says so.
"""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update
from sqlalchemy.orm import Session

from workflow.access import Actor, require_post
from workflow.clock import Clock
from workflow.errors import AlreadyDecided, BadInput, NotFound
from workflow.escalation.climb import climb
from workflow.escalation.open import open_due
from workflow.gateway.enter import enter_rows, entering_instant
from workflow.gateway.kinds import CASE
from workflow.gateway.statistics import refresh_statistics
from workflow.ids import IdSource
from workflow.ledger.book import Book, open_book
from workflow.queries.campaigns import CampaignContext
from workflow.roster import say
from workflow.roster.archive import SheetRefused, check_kind
from workflow.roster.change import move_house, raise_accounts, revise_people
from workflow.roster.declare import CheckedDeclaration, Declaration, check_declaration
from workflow.roster.findings import Doubt, Finding, Rejection
from workflow.roster.known import account_falls, judge_known, of_known
from workflow.roster.places import Places
from workflow.roster.read import Roster, open_roster
from workflow.roster.seen import count_missing, see_entries
from workflow.roster.stage import Stager, stage_rows
from workflow.store import Store
from workflow.tables import (
    Assignment,
    Case,
    Door,
    Event,
    ListEntry,
    RosterFile,
    RosterRow,
    Subject,
    UnitHead,
    table_of,
)
from workflow.vault import Vault

_files, _rows, _subjects, _heads = table_of(RosterFile), table_of(RosterRow), table_of(Subject), table_of(UnitHead)
CHECKERS: Final = ("coordinator", "administrator")
"""Who may check a list: whoever may import it."""

_PIECE: Final = 1 << 20


@dataclass(frozen=True)
class Tools:
    """What an import works with."""

    store: Store
    vault: Vault
    clock: Clock
    ids: IdSource


@dataclass(frozen=True)
class Counts:
    """The account of a file's rows. `rows` is always the sum of the four others."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0

    def __post_init__(self) -> None:
        if self.rows != self.created + self.updated + self.unchanged + self.rejected:
            raise AssertionError(f"the four counts do not account for the rows: {self}")

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name."""
        return {name: getattr(self, name) for name in ("rows", "created", "updated", "unchanged", "rejected")}


@dataclass(frozen=True)
class Import:
    """A file checked or applied: its counts, what there is to say, and the rows handed back.

    `status` is judged, applied, refused or already (the same file was applied before, nothing changed now).
    """

    file_id: uuid.UUID
    status: str
    counts: Counts
    findings: tuple[Finding, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    ledger_no: int = 0

    @property
    def applied(self) -> bool:
        """Whether the ledger holds what the file says."""
        return self.status in ("applied", "already")

    @property
    def message(self) -> str:
        """Return the outcome in one sentence."""
        counts = self.counts
        told = (
            f"{counts.rows} dòng: {counts.created} thêm mới, {counts.updated} cập nhật, {counts.unchanged} không đổi, "
            f"{counts.rejected} trả lại"
        )
        return {
            "judged": f"Đã kiểm tra {told}. Chưa ghi gì vào sổ.",
            "applied": f"Đã nhập {told}.",
            "already": f"Tệp này đã nhập trước đó với cùng khai báo; không có gì thay đổi ({told}).",
            "refused": "Tệp chưa nhập được; xem các lỗi, sửa rồi gửi lại.",
        }[self.status]


def check_roster(
    tools: Tools,
    context: CampaignContext,
    path: Path,
    declaration: Declaration,
    *,
    actor: Actor | None = None,
    uploaded_by: uuid.UUID | None = None,
    file_name: str | None = None,
    sheet: str | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Import:
    """Read, judge and stage a file; nothing of the ledger changes.

    What a check answers tells who is known, so only those who may import may check: `actor` is asked before the file is opened.
    Without one, whoever calls has asked already.

    Raises NotPermitted, BadInput for a declaration that makes no sense and SheetRefused for what is no honest spreadsheet.
    """
    if actor is not None:
        require_post(actor, CHECKERS, None, action="Kiểm tra danh sách")
        uploaded_by = actor.membership_id
    name = file_name or path.name
    check_kind(path, name)
    digest = _sha256(path)
    with tools.store.read() as session:
        declared = check_declaration(session, context, declaration, now=tools.clock.now())
        before = _applied_before(session, context, digest, declaration)
        places = Places(session, context.unit_id)
    if before is not None:
        return before
    file_id = _open_file(tools, context, declared, digest, name, uploaded_by)
    stager = Stager(
        context, declared, tools.vault, places,
        file_id=file_id, now=tools.clock.now(), ids=tools.ids, is_sqlite=tools.store.is_sqlite,
    )  # fmt: skip
    try:
        with open_roster(path, declared.read_as, file_name=name, sheet=sheet) as roster:
            stage_rows(tools.store, stager, roster, on_progress)
            return _judge(tools, context, declared, file_id, stager, roster)
    except SheetRefused:
        discard_roster(tools.store, context.unit_id, file_id, status="refused")
        raise


def apply_roster(
    tools: Tools, context: CampaignContext, file_id: uuid.UUID, *, actor_id: uuid.UUID | None = None
) -> Import:
    """Write a checked file to the ledger, whole or not at all; return the final counts.

    Judged anew if the ledger moved since the check. Raises NotFound for an unknown file, AlreadyDecided for one that was thrown
    away, BadInput for one with errors.
    """

    def transaction(session: Session) -> Import:
        book = open_book(
            session, context.unit_id, tools.clock.now(), ids=tools.ids, actor_id=actor_id, pack_hash=context.pack.hash
        )
        done = _apply(book, context, tools.vault, file_id)
        book.close()
        _drop_rows(session, context.unit_id, file_id)
        return done

    done = tools.store.run(transaction)
    with tools.store.write() as session:
        refresh_statistics(session, *(table_of(model) for model in (Subject, Door, Case, Event, Assignment, ListEntry)))
    return done


def discard_roster(store: Store, unit_id: uuid.UUID, file_id: uuid.UUID, *, status: str = "discarded") -> None:
    """Throw a staged file away: its people leave the staging table, the record that it was handed in stays."""
    mine = and_(_files.c.unit_id == unit_id, _files.c.id == file_id, _files.c.applied_at.is_(None))
    with store.write() as session:
        session.execute(update(_files).where(mine).values(status=status))
        _drop_rows(session, unit_id, file_id)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _same(context: CampaignContext, digest: str, declared: str) -> ColumnElement[bool]:
    return and_(
        _files.c.unit_id == context.unit_id,
        _files.c.campaign_id == context.id,
        _files.c.sha256 == digest,
        _files.c.declared == declared,
    )


def _applied_before(session: Session, context: CampaignContext, digest: str, declaration: Declaration) -> Import | None:
    """Return the answer for a file that was applied before: every row that was taken is unchanged now."""
    same = _same(context, digest, declaration.text())
    row = session.execute(select(_files).where(same, _files.c.applied_at.is_not(None))).one_or_none()
    return None if row is None else _already(row)


def _already(row: Any) -> Import:
    counts = Counts(rows=row.rows, unchanged=row.rows - row.rejected, rejected=row.rejected)
    return Import(row.id, "already", counts, _stored_findings(row.findings), ledger_no=row.findings["ledger_no"])


def _open_file(
    tools: Tools,
    context: CampaignContext,
    declared: CheckedDeclaration,
    digest: str,
    file_name: str,
    uploaded_by: uuid.UUID | None,
) -> uuid.UUID:
    """Record that the file was handed in, and drop what an interrupted check of the same file left in staging."""
    now = tools.clock.now()
    file_id = tools.ids.new(now)
    same = _same(context, digest, declared.declaration.text())
    with tools.store.write() as session:
        left = select(_files.c.id).where(same, _files.c.status.in_(("staging", "judged")))
        session.execute(delete(_rows).where(_rows.c.unit_id == context.unit_id, _rows.c.file_id.in_(left)))
        session.execute(
            update(_files).where(same, _files.c.status.in_(("staging", "judged"))).values(status="discarded")
        )
        values = {
            "unit_id": context.unit_id, "id": file_id, "campaign_id": context.id, "sha256": digest,
            "declared": declared.declaration.text(), "list_code": declared.list_code, "area_id": declared.area_id,
            "as_of": declared.as_of, "complete": declared.declaration.complete, "file_name": file_name[:200],
            "status": "staging", "rows": 0, "created": 0, "updated": 0, "unchanged": 0, "rejected": 0, "findings": {},
            "uploaded_by": uploaded_by, "uploaded_at": now,
        }  # fmt: skip
        session.execute(insert(_files), values)
    return file_id


def _judge(
    tools: Tools,
    context: CampaignContext,
    declared: CheckedDeclaration,
    file_id: uuid.UUID,
    stager: Stager,
    roster: Roster,
) -> Import:
    """Judge the staged rows against what is known and keep the account of the file."""
    findings = roster.findings()
    refused = any(finding.severity == "error" for finding in findings)
    rejections = [*roster.tally.rejections, *stager.rejections]
    findings += say.handed_back(stager.rejections) + say.outside(stager.outside)
    happened_at = entering_instant(context, declared.as_of, tools.clock.now())
    findings += say.entered_when(declared.as_of, happened_at)

    def judge(session: Session) -> Import:
        ledger_no = session.execute(select(_heads.c.ledger_no).where(_heads.c.unit_id == context.unit_id)).scalar_one()
        known = _known_rejections(session, context, file_id, declared.kind)
        told = [*findings, *say.handed_back(known)]
        counts = _counts(session, context.unit_id, file_id, handed_back=len(rejections))
        status = "refused" if refused else "judged"
        kept = {
            "ledger_no": ledger_no, "kind": declared.kind, "handed_back": len(rejections),
            "items": [finding.as_dict() for finding in told],
        }  # fmt: skip
        session.execute(
            update(_files)
            .where(_files.c.unit_id == context.unit_id, _files.c.id == file_id)
            .values(status=status, findings=kept, **counts.as_dict())
        )
        sorted_rejections = tuple(sorted([*rejections, *known], key=lambda each: each.row))
        return Import(file_id, status, counts, tuple(told), sorted_rejections, tuple(roster.tally.doubts), ledger_no)

    return tools.store.run(judge)


def _known_rejections(session: Session, context: CampaignContext, file_id: uuid.UUID, kind: str) -> list[Rejection]:
    known = judge_known(session, context, file_id, kind=kind)
    return [Rejection(each.row, "", each.name, each.reason, each.todo) for each in known]


def _counts(session: Session, unit_id: uuid.UUID, file_id: uuid.UUID, *, handed_back: int) -> Counts:
    statement = select(_rows.c.judgement, func.count()).where(_rows.c.unit_id == unit_id, _rows.c.file_id == file_id)
    found: dict[str | None, int] = dict(session.execute(statement.group_by(_rows.c.judgement)).all())
    created, updated, unchanged = (found.get(name, 0) for name in ("created", "updated", "unchanged"))
    rejected = found.get("rejected", 0) + handed_back
    return Counts(created + updated + unchanged + rejected, created, updated, unchanged, rejected)


def _apply(book: Book, context: CampaignContext, vault: Vault, file_id: uuid.UUID) -> Import:
    session = book.session
    mine = and_(_files.c.unit_id == book.unit_id, _files.c.id == file_id)
    file = session.execute(select(_files).where(mine, _files.c.campaign_id == context.id)).one_or_none()
    if file is None:
        raise NotFound
    same = and_(_same(context, file.sha256, file.declared), _files.c.applied_at.is_not(None))
    before = session.execute(select(_files).where(same)).one_or_none()
    if before is not None:
        return _already(before)
    if file.status == "refused":
        raise BadInput(where=f"Tệp {file.file_name}", what="còn lỗi nên chưa nhập được; sửa tệp rồi kiểm tra lại")
    if file.status != "judged":
        raise AlreadyDecided(status="tệp đã bị bỏ; kiểm tra lại tệp từ đầu")
    kind, known = str(file.findings["kind"]), list[Rejection]()
    if file.findings["ledger_no"] != book.last_no:
        known = _known_rejections(session, context, file_id, kind)
    counts = _counts(session, book.unit_id, file_id, handed_back=file.findings["handed_back"])
    findings = [*_stored_findings(file.findings), *_write(book, context, vault, file, kind, counts)]
    kept = {**file.findings, "ledger_no": book.last_no, "items": [finding.as_dict() for finding in findings]}
    session.execute(
        update(_files)
        .where(mine)
        .values(status="applied", applied_at=book.now, batch_id=book.batch_id, findings=kept, **counts.as_dict())
    )
    return Import(file_id, "applied", counts, tuple(findings), tuple(known), ledger_no=book.last_no)


def _write(book: Book, context: CampaignContext, vault: Vault, file: Any, kind: str, counts: Counts) -> list[Finding]:
    """Write what the judged rows say; return what came up."""
    rows = and_(_rows.c.unit_id == book.unit_id, _rows.c.file_id == file.id)
    happened_at = entering_instant(context, file.as_of, book.now)
    book.batch_id = book.new_id()
    risen: dict[uuid.UUID, str] = {}
    lesser = 0
    if counts.updated:
        open_due(book, context, CASE, now=book.now)
        climb(book, context, CASE, now=book.now)
        risen = revise_people(book, context, vault, rows, happened_at=happened_at)
    if counts.updated or counts.unchanged:
        lesser = _count(book.session, and_(rows, _rows.c.judgement != "rejected", of_known(), account_falls()))
    book.flush()
    entered = enter_rows(book, context, file.id, kind=kind, happened_at=happened_at)
    if counts.updated:
        move_house(book, context, rows, happened_at=happened_at)
    moved = raise_accounts(book, context, risen, happened_at=happened_at)
    see_entries(book, context, file)
    gone = count_missing(book, context, file) if file.complete else 0
    return [
        *say.without_team(entered.doors_without_team),
        *say.refused_moves(moved),
        *say.lesser_accounts(lesser),
        *say.missing(gone),
    ]


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    statement = select(func.count()).select_from(_rows).join(_subjects, of_known()).where(condition)
    return session.scalar(statement) or 0


def _stored_findings(kept: dict[str, Any]) -> tuple[Finding, ...]:
    return tuple(
        replace(Finding(**{**item, "repairs": ()}), repairs=tuple(item["repairs"])) for item in kept.get("items", ())
    )


def _drop_rows(session: Session, unit_id: uuid.UUID, file_id: uuid.UUID) -> None:
    """Empty the staging table of a file that is settled, in the transaction that settles it."""
    session.execute(delete(_rows).where(_rows.c.unit_id == unit_id, _rows.c.file_id == file_id))


__all__ = ["Counts", "Import", "Tools", "apply_roster", "check_roster", "discard_roster"]
