"""Having a letter drafted that urges somebody whose work is late: kept like any paper, and written into the ledger."""

import hashlib
from typing import Any, Final

from sqlalchemy import insert

from rules.said import At, Said
from rules.time import DAY, Instant
from workflow.access import Actor
from workflow.access.posts import roles_in_words
from workflow.actions.store_file import store_file
from workflow.documents.letter import write_letter
from workflow.documents.urge_letter import urge_letter
from workflow.errors import BadInput, NotConfigured, NotFound, NotPermitted
from workflow.files import MEDIA_TYPES, CheckedFile, FileStore
from workflow.ledger import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.late_work import URGERS, late_of
from workflow.tables import UrgeLetter

ACTION: Final = "lập công văn đôn đốc"
AFTERWARDS: Final = 7 * DAY
"""How long after a campaign's end an answer may still be asked for."""
DOCX: Final = MEDIA_TYPES[3]


def urge(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    key: str,
    *,
    answer_by: Instant,
    unit_name: str,
    files: FileStore,
) -> dict[str, Any]:
    """Write the letter to whoever `key` names, keep it, and return its id and hash, to whom it goes and how much it names.

    Raises NotPermitted; NotFound for somebody of whom nothing is late (any more); BadInput for an answer that would already be due, or long after the campaign;
    NotConfigured if the pack has no official papers.
    """
    if not actor.holds(*URGERS):
        raise NotPermitted(action=ACTION, who=roles_in_words(URGERS))
    if context.pack.model.pack.reporting.papers is None:
        raise NotConfigured(what="Gói quy tắc chưa có phần văn bản", todo="Ghi phần papers trong pack.yaml")
    if answer_by <= book.now:
        raise BadInput(where="Trả lời trước", what=Said("phải sau bây giờ"))
    latest = max(context.ends_at, book.now) + AFTERWARDS
    if answer_by > latest:
        raise BadInput(where="Trả lời trước", what=Said("quá xa; chọn muộn nhất là %(at)s", at=At(latest)))
    late = late_of(book.session, actor, context, key, now=book.now)
    if late is None:
        raise NotFound
    actor.acts_under(late.post)
    letter = urge_letter(late, context.pack, unit_name=unit_name, now=book.now, answer_by=answer_by)
    content = write_letter(letter, context.pack, unit_name=unit_name, at=book.now)
    sha256 = hashlib.sha256(content).hexdigest()
    store_file(book, files, CheckedFile("cong-van-don-doc", "docx", DOCX, sha256, content))
    letter_id = book.new_id()
    told = {"what": "urge", "to": key, "tasks": len(late.tasks), "episodes": sum(one.n for one in late.unanswered)}
    ledger_no = book.append(
        "note",
        happened_at=book.now,
        cause="person",
        campaign_id=context.id,
        about_id=letter_id,
        data={**told, "answer_by": answer_by, "sha256": sha256},
    )
    row = {
        "unit_id": book.unit_id, "id": letter_id, "campaign_id": context.id, "to_key": key, "addressee": late.name,
        "tasks": told["tasks"], "episodes": told["episodes"], "answer_by": answer_by, "file_sha256": sha256, "made_by_id": book.actor_id,
        "made_at": book.now, "ledger_no": ledger_no,
    }  # fmt: skip
    book.session.execute(insert(UrgeLetter).values(**row))
    return {**told, "letter": str(letter_id), "name": late.name, "sha256": sha256}
