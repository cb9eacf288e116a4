"""A checked roster into the ledger, in one transaction: whole or not at all.

Every row ends as one of four: created, updated, unchanged, rejected; together they are the rows. The same bytes declared the same
way apply once: a second time changes nothing and says so.
"""

import uuid
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from rules.said import Said
from workflow.errors import AlreadyDecided, BadInput, NotFound
from workflow.escalation.climb import climb
from workflow.escalation.open import open_due
from workflow.gateway.enter import enter_rows
from workflow.gateway.kinds import CASE
from workflow.gateway.start import entering_instant
from workflow.gateway.statistics import refresh_statistics
from workflow.ledger.book import Book, open_book
from workflow.queries.campaigns import CampaignContext
from workflow.roster import say
from workflow.roster.change import move_house, raise_accounts, revise_people
from workflow.roster.check import (
    CHECKERS,
    already,
    check_roster,
    count_rows,
    discard_roster,
    drop_rows,
    same_file,
)  # fmt: skip
from workflow.roster.findings import Finding
from workflow.roster.known import KnownRejection, account_falls, judge_known, of_known
from workflow.roster.results import Counts, Import, Tools, as_rejections, known_by_check, stored_findings
from workflow.roster.seen import count_left_out, see_entries
from workflow.store import Store
from workflow.tables import Assignment, Case, Door, Event, ListEntry, RosterFile, RosterRow, Subject, table_of
from workflow.vault import Vault

_files, _rows, _subjects = table_of(RosterFile), table_of(RosterRow), table_of(Subject)


def apply_roster(
    tools: Tools,
    context: CampaignContext,
    file_id: uuid.UUID,
    *,
    actor_id: uuid.UUID | None = None,
    acting_for_id: uuid.UUID | None = None,
) -> Import:
    """Write a checked file to the ledger, whole or not at all; return the final counts.

    Judged anew if the ledger moved since the check. Raises NotFound for an unknown file, AlreadyDecided for one that was thrown
    away, BadInput for one with errors.
    """

    def transaction(session: Session) -> Import:
        book = open_book(
            session,
            context.unit_id,
            tools.clock.now(),
            ids=tools.ids,
            actor_id=actor_id,
            acting_for_id=acting_for_id,
            pack_hash=context.pack.hash,
        )
        done = apply_in(book, context, tools.vault, file_id)
        book.close()
        return done

    done = tools.store.run(transaction)
    measure(tools.store)
    return done


def apply_in(
    book: Book, context: CampaignContext, vault: Vault, file_id: uuid.UUID, *, seen: Counts | None = None
) -> Import:
    """Write a checked file within an open book; return the final counts.

    `seen` is the account that somebody agreed to. If the ledger has moved since and the judging comes out otherwise, nothing is
    written: the new account is kept with the file and the answer says `changed`. Raises as `apply_roster` does.
    """
    session = book.session
    file = _locked(book, context, file_id)
    before = session.execute(
        select(_files).where(same_file(context, file.sha256, file.declared), _files.c.applied_at.is_not(None))
    ).one_or_none()
    if before is not None:
        return already(before)
    if file.status == "refused":
        raise BadInput(
            where=Said("Tệp %(file_name)s", file_name=file.file_name),
            what="còn lỗi nên chưa nhập được; sửa tệp rồi kiểm tra lại",
        )
    if file.status != "judged":
        raise AlreadyDecided(status="tệp đã bị bỏ; kiểm tra lại tệp từ đầu")
    kept, known = dict(file.findings), list[KnownRejection]()
    if kept["ledger_no"] != book.last_no:
        known = judge_known(session, context, file_id, kind=str(kept["kind"]))
        kept |= {"ledger_no": book.last_no, "known": known_by_check(known)}
        kept["left_out"] = count_left_out(session, context, file)
    counts = count_rows(session, book.unit_id, file_id, handed_back=kept["handed_back"])
    values: dict[str, Any] = {"status": "judged"}
    if seen in (None, counts):
        kept["written"] = [finding.as_kept() for finding in _write(book, context, vault, file, kept["kind"], counts)]
        kept["ledger_no"] = book.last_no
        values = {"status": "applied", "applied_at": book.now, "batch_id": book.batch_id}
        drop_rows(session, book.unit_id, file_id)
    mine = and_(_files.c.unit_id == book.unit_id, _files.c.id == file_id)
    session.execute(update(_files).where(mine).values(findings=kept, **values, **counts.as_dict()))
    status = "applied" if values["status"] == "applied" else "changed"
    rejections = tuple(as_rejections(known))
    return Import(file_id, status, counts, stored_findings(kept), rejections, ledger_no=book.last_no)


def measure(store: Store) -> None:
    """Tell the database how its tables have grown: to be called once an import is committed."""
    with store.write() as session:
        refresh_statistics(session, *(table_of(model) for model in (Subject, Door, Case, Event, Assignment, ListEntry)))


def _locked(book: Book, context: CampaignContext, file_id: uuid.UUID) -> Any:
    """Return the file's row, held until the end of the transaction: nobody throws its rows away meanwhile."""
    statement = select(_files).where(
        _files.c.unit_id == book.unit_id, _files.c.id == file_id, _files.c.campaign_id == context.id
    )
    file = book.session.execute(statement.with_for_update()).one_or_none()
    if file is None:
        raise NotFound
    return file


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
    gone = count_left_out(book.session, context, file)
    return [
        *say.without_team(entered.doors_without_team),
        *say.refused_moves(moved),
        *say.lesser_accounts(lesser),
        *say.missing(gone),
    ]


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    statement = select(func.count()).select_from(_rows).join(_subjects, of_known()).where(condition)
    return session.scalar(statement) or 0


__all__ = [
    "CHECKERS", "Counts", "Import", "Tools", "apply_in", "apply_roster", "check_roster", "discard_roster", "measure",
]  # fmt: skip
