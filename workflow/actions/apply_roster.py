"""Settling a checked roster: into the ledger once, or thrown away."""

import uuid

from rules.said import Said
from workflow.access import Actor
from workflow.actions.command import Answer
from workflow.errors import AlreadyDecided, BadInput
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.roster_files import roster_file
from workflow.roster.apply import apply_in
from workflow.roster.check import discard_in
from workflow.roster.results import Counts
from workflow.vault import Vault


def apply_roster(
    book: Book, context: CampaignContext, actor: Actor, vault: Vault, file_id: uuid.UUID, *, seen: Counts
) -> Answer:
    """Write a checked file to the ledger, whole or not at all; return its status and the four counts.

    `seen` is the account on the page that somebody agreed to. If the ledger moved since and rows are judged otherwise now, the
    status is `changed`: nothing is written, the file keeps the new account, and has to be agreed to again. A file that was applied
    before is `already`. Raises NotFound (also for whoever may not import), BadInput (errors in its columns, or no row to take) or AlreadyDecided
    (thrown away). Call `workflow.roster.apply.measure` once this is committed.
    """
    file = roster_file(book.session, context, actor, file_id)
    if file.status == "judged" and not file.counts.taken:
        raise BadInput(
            where=Said("Tệp %(file_name)s", file_name=file.file_name),
            what="không có dòng nào nhập được; sửa tệp rồi gửi lại",
        )
    done = apply_in(book, context, vault, file_id, seen=seen)
    return {
        "file": str(done.file_id),
        "status": done.status,
        "counts": done.counts.as_dict(),
        "ledger_no": done.ledger_no,
    }


def discard_roster(book: Book, context: CampaignContext, actor: Actor, file_id: uuid.UUID) -> Answer:
    """Throw a checked file away: its people leave the staging table, that it was handed in stays on record.

    Raises NotFound (also for whoever may not import), or AlreadyDecided if it was applied or thrown away meanwhile.
    """
    file = roster_file(book.session, context, actor, file_id)
    if not discard_in(book.session, book.unit_id, file_id):
        said = {"applied": "tệp đã nhập vào sổ", "undone": "lần nhập đã hủy"}
        raise AlreadyDecided(status=said.get(file.status, "tệp đã bị bỏ"))
    return {"file": str(file_id), "status": "discarded"}
