"""A roster file read, judged and staged, outside the write lock of the ledger. Nothing of the ledger changes."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update
from sqlalchemy.orm import Session

from rules.said import At, Said, listed
from workflow.access import Actor, require_post
from workflow.errors import AlreadyDecided
from workflow.gateway.start import entering_instant
from workflow.queries.campaigns import CampaignContext
from workflow.roster import say
from workflow.roster.archive import SheetRefused, check_kind
from workflow.roster.as_sent import rows_as_sent
from workflow.roster.declare import CheckedDeclaration, Declaration, check_declaration
from workflow.roster.findings import Finding
from workflow.roster.known import judge_known
from workflow.roster.places import Places
from workflow.roster.read import Roster, open_roster
from workflow.roster.results import (
    WAITING,
    Counts,
    Import,
    Tools,
    as_rejections,
    known_by_check,
    stored_findings,
)  # fmt: skip
from workflow.roster.seen import count_left_out
from workflow.roster.stage import Stager, stage_rows
from workflow.store import Store
from workflow.tables import RosterFile, RosterRow, UnitHead, table_of

_files, _rows, _heads = table_of(RosterFile), table_of(RosterRow), table_of(UnitHead)
CHECKERS: Final = ("coordinator", "administrator")
"""Who may check a list: whoever may import it."""

_PIECE: Final = 1 << 20
_LEFT: Final = "tệp vừa được gửi lại ở nơi khác; xem lần kiểm tra mới"


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

    Raises NotPermitted, BadInput for a declaration that makes no sense, SheetRefused for what is no honest spreadsheet, and
    AlreadyDecided if the same file was handed in again while this check ran.
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
        told = [] if before is not None else _same_bytes(session, context, digest, declared)
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
            done = _judge(tools, context, declared, file_id, stager, roster, told)
        wanted = {each.row for each in done.rejections}
        return replace(done, as_sent=rows_as_sent(path, declared.read_as, wanted, file_name=name, sheet=sheet))
    except SheetRefused:
        discard_roster(tools.store, context.unit_id, file_id, status="refused")
        raise


def discard_roster(store: Store, unit_id: uuid.UUID, file_id: uuid.UUID, *, status: str = "discarded") -> None:
    """Throw a staged file away: its people leave the staging table, the record that it was handed in stays."""
    with store.write() as session:
        discard_in(session, unit_id, file_id, status=status)


def discard_in(session: Session, unit_id: uuid.UUID, file_id: uuid.UUID, *, status: str = "discarded") -> bool:
    """Throw a staged file away within a transaction; return whether there was anything to throw away.

    What was applied meanwhile stays: the file's row is asked again under its lock.
    """
    mine = and_(_files.c.unit_id == unit_id, _files.c.id == file_id, _files.c.status.in_((*WAITING, "refused")))
    done: Any = session.execute(update(_files).where(mine).values(status=status))
    if done.rowcount:
        drop_rows(session, unit_id, file_id)
    return bool(done.rowcount)


def drop_rows(session: Session, unit_id: uuid.UUID, file_id: uuid.UUID) -> None:
    """Empty the staging table of a file that is settled, in the transaction that settles it."""
    session.execute(delete(_rows).where(_rows.c.unit_id == unit_id, _rows.c.file_id == file_id))


def same_file(context: CampaignContext, digest: str, declared: str) -> ColumnElement[bool]:
    """Return the condition for the same bytes declared the same way."""
    return and_(
        _files.c.unit_id == context.unit_id,
        _files.c.campaign_id == context.id,
        _files.c.sha256 == digest,
        _files.c.declared == declared,
    )


def already(row: Any) -> Import:
    """Return the answer for a file that was applied before: every row that was taken is unchanged now."""
    counts = Counts(rows=row.rows, unchanged=row.rows - row.rejected, rejected=row.rejected)
    return Import(row.id, "already", counts, stored_findings(row.findings), ledger_no=row.findings["ledger_no"])


def count_rows(session: Session, unit_id: uuid.UUID, file_id: uuid.UUID, *, handed_back: int) -> Counts:
    """Return the account of a file whose rows are staged and judged; `handed_back` rows never reached the staging table."""
    statement = select(_rows.c.judgement, func.count()).where(_rows.c.unit_id == unit_id, _rows.c.file_id == file_id)
    found: dict[str | None, int] = dict(session.execute(statement.group_by(_rows.c.judgement)).all())
    created, updated, unchanged = (found.get(name, 0) for name in ("created", "updated", "unchanged"))
    rejected = found.get("rejected", 0) + handed_back
    return Counts(created + updated + unchanged + rejected, created, updated, unchanged, rejected)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _applied_before(session: Session, context: CampaignContext, digest: str, declaration: Declaration) -> Import | None:
    same = same_file(context, digest, declaration.text())
    row = session.execute(select(_files).where(same, _files.c.applied_at.is_not(None))).one_or_none()
    return None if row is None else already(row)


def _same_bytes(session: Session, context: CampaignContext, digest: str, declared: CheckedDeclaration) -> list[Finding]:
    """Say so if the same bytes were imported before under another declaration, and what was declared otherwise."""
    statement = select(_files).where(
        _files.c.unit_id == context.unit_id,
        _files.c.campaign_id == context.id,
        _files.c.sha256 == digest,
        _files.c.applied_at.is_not(None),
    )
    row = session.execute(statement.order_by(_files.c.applied_at.desc()).limit(1)).one_or_none()
    if row is None:
        return []
    message = Said(
        "Đúng tệp này đã nhập lúc %(at)s với khai báo khác: khi đó %(differs)s. Kiểm tra lại khai báo trước khi nhập.",
        at=At(row.applied_at),
        differs=listed(_declared_otherwise(row, declared)),
    )
    return [Finding("same_bytes", "warning", "", message)]


def _declared_otherwise(row: Any, declared: CheckedDeclaration) -> list[str]:
    """Return what an earlier declaration of the same bytes said that this one does not."""
    said: list[str] = []
    if row.list_code != declared.list_code:
        said.append(Said("ghi danh sách %(list_code)s", list_code=row.list_code))
    if row.area_id != declared.area_id:
        said.append(Said("ghi địa bàn khác"))
    if row.as_of != declared.as_of:
        said.append(Said("ghi chốt lúc %(at)s", at=At(row.as_of)))
    if row.complete != declared.declaration.complete:
        said.append(Said("ghi là danh sách đầy đủ" if row.complete else "ghi là danh sách một phần"))
    return said


def _open_file(
    tools: Tools,
    context: CampaignContext,
    declared: CheckedDeclaration,
    digest: str,
    file_name: str,
    uploaded_by: uuid.UUID | None,
) -> uuid.UUID:
    """Record that the file was handed in, and drop what an earlier check of the same file left in staging.

    The rows of an import that is just being written are safe: it holds the lock of its file, and is no more waiting afterwards.
    """
    now = tools.clock.now()
    file_id = tools.ids.new(now)
    waiting = and_(same_file(context, digest, declared.declaration.text()), _files.c.status.in_(WAITING))
    with tools.store.write() as session:
        left = session.scalars(
            update(_files).where(waiting).values(status="discarded").returning(_files.c.id)
        ).all()  # fmt: skip
        for each in left:
            drop_rows(session, context.unit_id, each)
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
    told: list[Finding],
) -> Import:
    """Judge the staged rows against what is known and keep the account of the file."""
    findings = [*told, *roster.findings()]
    refused = any(finding.severity == "error" for finding in findings)
    rejections = [*roster.tally.rejections, *stager.rejections]
    handed_back = len({each.row for each in rejections})
    findings += say.handed_back(stager.rejections) + say.outside(stager.outside)
    happened_at = entering_instant(context, declared.as_of, tools.clock.now())
    findings += say.entered_when(declared.as_of, happened_at)
    doubts = tuple(roster.tally.doubts)

    def judge(session: Session) -> Import:
        ledger_no = session.execute(select(_heads.c.ledger_no).where(_heads.c.unit_id == context.unit_id)).scalar_one()
        known = judge_known(session, context, file_id, kind=declared.kind)
        counts = count_rows(session, context.unit_id, file_id, handed_back=handed_back)
        status = "refused" if refused else "judged"
        file = session.execute(select(_files).where(_files.c.unit_id == context.unit_id, _files.c.id == file_id)).one()
        kept = {
            "ledger_no": ledger_no, "kind": declared.kind, "handed_back": handed_back, "doubts": len(doubts),
            "items": [finding.as_kept() for finding in findings], "known": known_by_check(known),
            "left_out": 0 if refused else count_left_out(session, context, file),
        }  # fmt: skip
        staging = and_(_files.c.unit_id == context.unit_id, _files.c.id == file_id, _files.c.status == "staging")
        done: Any = session.execute(
            update(_files).where(staging).values(status=status, findings=kept, **counts.as_dict())
        )  # fmt: skip
        if not done.rowcount:
            raise AlreadyDecided(status=_LEFT)
        if refused:
            drop_rows(session, context.unit_id, file_id)
        sorted_rejections = tuple(sorted([*rejections, *as_rejections(known)], key=lambda each: each.row))
        return Import(file_id, status, counts, stored_findings(kept), sorted_rejections, doubts, ledger_no)

    return tools.store.run(judge)
