"""Making an official paper from a close: rendered, kept with all that it came from, written into the ledger."""

import hashlib
import uuid
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import insert, select

from rules.pack import Pack
from rules.said import Said, all_of
from workflow.access import Actor, require_unit_post
from workflow.actions.store_file import store_file
from workflow.actions.task_writes import check_sender
from workflow.closing.frozen import Frozen
from workflow.documents.kept_close import frozen_of_close
from workflow.documents.make_paper import make_report
from workflow.documents.make_template import FILES, KINDS, Kind, make_template
from workflow.errors import BadInput, GuardRefused, NotFound
from workflow.files import MEDIA_TYPES, CheckedFile, FileStore
from workflow.ledger import Book
from workflow.plan.narrative import read_narrative
from workflow.queries.campaigns import CampaignContext, pack_of
from workflow.queries.papers import (
    MAKERS,
    StoredPaper,
    narrative_of,
    stored_paper,
    templates_in_use,
)  # fmt: skip
from workflow.tables import Paper

ACTION: Final = "lập văn bản"
REPORTS: Final[tuple[Kind, ...]] = ("daily", "final")
DOCX: Final = MEDIA_TYPES[3]


@dataclass(frozen=True, slots=True)
class MadeAgain:
    """A paper made again: its bytes now, and whether they are those that were made first."""

    content: bytes
    sha256: str
    is_same: bool


def make_paper(
    book: Book, context: CampaignContext, actor: Actor, close_id: uuid.UUID, *, kind: str, files: FileStore
) -> dict[str, Any]:
    """Make a daily or final report from a close, keep it, and return its id and hash. Made before of the same: that one is returned.

    The coordinator and the chair may. Raises NotFound, NotPermitted, BadInput, and GuardRefused for a close whose figures have
    an error in them: no paper leaves in that shape.
    """
    check_sender(book, actor, action=ACTION, cause="person")
    require_unit_post(actor, MAKERS, action=ACTION)
    frozen = frozen_of_close(book.session, context, close_id)
    chosen = report_kind(kind)
    check_gate(frozen)
    pack = pack_of_close(book.session, context, frozen)
    template = template_in_use(book, context, pack, chosen, files)
    narrative = narrative_of(book.session, context)
    content = make_report(frozen, pack, narrative, chosen, template=template.content)
    sha256 = hashlib.sha256(content).hexdigest()
    known = book.session.scalar(
        select(Paper.id).where(
            Paper.unit_id == book.unit_id, Paper.close_id == close_id, Paper.kind == chosen, Paper.file_sha256 == sha256
        )
    )
    if known is not None:
        return {"paper": str(known), "sha256": sha256, "again": True}
    store_file(book, files, template)
    store_file(book, files, _as_file(f"{FILES[chosen].removesuffix('.docx')} {frozen.period}", content))
    paper_id = book.new_id()
    number = book.append(
        "note",
        happened_at=book.now,
        cause="person",
        campaign_id=context.id,
        about_id=paper_id,
        data={"what": "paper", "paper_kind": chosen, "close": str(close_id), "sha256": sha256},
    )
    book.session.execute(
        insert(Paper).values(
            unit_id=book.unit_id, id=paper_id, campaign_id=context.id, close_id=close_id, kind=chosen,
            template_sha256=template.sha256, narrative=narrative.to_bytes(), pack_hash=pack.hash, file_sha256=sha256,
            made_by_id=book.actor_id, made_at=book.now, ledger_no=number,
        )
    )  # fmt: skip
    return {"paper": str(paper_id), "sha256": sha256, "again": False}


def make_again(session: Any, context: CampaignContext, paper_id: uuid.UUID, files: FileStore) -> MadeAgain:
    """Make a stored paper again out of what it was made of, and compare. Raises NotFound."""
    paper: StoredPaper = stored_paper(session, context, paper_id)
    frozen, pack = frozen_of_close(session, context, paper.close_id), pack_of(session, paper.pack_hash)
    template = files.read(paper.template_sha256)
    content = make_report(frozen, pack, read_narrative(paper.narrative), report_kind(paper.kind), template=template)
    sha256 = hashlib.sha256(content).hexdigest()
    return MadeAgain(content, sha256, sha256 == paper.file_sha256)


def report_kind(kind: str) -> Kind:
    """Return a kind of report; BadInput for anything else."""
    for known in REPORTS:
        if known == kind:
            return known
    raise BadInput(where="Loại văn bản", what="chọn báo cáo ngày hoặc báo cáo tổng kết")


def any_kind(kind: str) -> Kind:
    """Return a kind of paper that has a template; NotFound for anything else."""
    for known in KINDS:
        if known == kind:
            return known
    raise NotFound


def check_gate(frozen: Frozen) -> None:
    """Raise GuardRefused for a close in whose own figures an error was found."""
    wrong = [finding["message"] for finding in frozen.findings if finding.get("severity") == "error"]
    if wrong:
        raise GuardRefused(move=ACTION, why=all_of([Said(message) for message in wrong[:5]]))


def pack_of_close(session: Any, context: CampaignContext, frozen: Frozen) -> Pack:
    """Return the pack under which a close was made."""
    return context.pack if frozen.pack_hash == context.pack.hash else pack_of(session, frozen.pack_hash)


def template_in_use(book: Book, context: CampaignContext, pack: Pack, kind: Kind, files: FileStore) -> CheckedFile:
    """Return the template that papers of a kind are made from now: the unit's own, or the pack's."""
    own = templates_in_use(book.session, context).get(kind)
    content = files.read(own.sha256) if own is not None else make_template(pack, kind)
    return _as_file(FILES[kind].removesuffix(".docx"), content)


def _as_file(stem: str, content: bytes) -> CheckedFile:
    return CheckedFile(stem, "docx", DOCX, hashlib.sha256(content).hexdigest(), content)
