"""What shows that a task was done: adding it with or without a file, handing the file out again, taking a piece back."""

import hashlib
import uuid
from typing import Any, Final

from flask.typing import ResponseReturnValue

from web.api.blueprint import FORM_BYTES, Operation, bp, carry_out
from web.api.doors import ReasonShape
from web.api.fields import Choice, File, Flag, Shape, Text, Told, Whole
from web.api.tasks import AboutTask, page_of
from web.plan.blueprint import SEES
from web.plan.files import file_store, handed_out
from web.policy import for_roles
from workflow.access import Actor
from workflow.actions.add_evidence import LARGEST as MOST_COUNTED
from workflow.actions.add_evidence import WITH_FILE, add_evidence
from workflow.actions.void_event import LAST_NO
from workflow.actions.withdraw_evidence import withdraw_evidence
from workflow.errors import NotFound
from workflow.files import LARGEST, MEDIA_TYPES, Upload
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext

KINDS: Final = ("document", "count", "link")
"""Evidence that needs no file."""


class NewEvidenceShape(Shape):
    """Evidence without a file: a document's number, a link, or a count under the plan's own name for it."""

    kind = Choice(KINDS, required=True)
    label = Text(required=True, shortest=1)
    count = Whole(load_default=None, allow_none=True, most=MOST_COUNTED)
    is_lower_bound = Flag(load_default=False, metadata={"description": "“trên 30”: more than was counted"})


class NewFileShape(Shape):
    """A photograph (PNG, JPG), or a document (those, PDF, DOCX or XLSX); at most 5 MB. Its name ends as its content is."""

    kind = Choice(WITH_FILE, required=True)
    label = Text(required=True, shortest=1)
    file = File(required=True)


class EvidenceAddedShape(Shape):
    """The new piece of evidence."""

    evidence = Told(required=True, metadata={"format": "uuid"})
    ledger_no = Whole(required=True, most=LAST_NO)


class WithdrawnEvidenceShape(Shape):
    """The piece of evidence that no longer counts, and the entry that says so."""

    evidence = Told(required=True, metadata={"format": "uuid"})
    ledger_no = Whole(required=True, most=LAST_NO)


@bp.route("/<unit>/<campaign>/tasks/<uuid:task_id>/evidence")
@for_roles(*SEES)
class Evidence(AboutTask):
    """Evidence of a task."""

    @bp.arguments(NewEvidenceShape, example={"kind": "document", "label": "Báo cáo số 12/BC-UBND"})
    @bp.response(201, EvidenceAddedShape)
    def post(self, told: dict[str, Any], task_id: uuid.UUID) -> ResponseReturnValue:
        """Add a document's number, a link or a count."""
        return _add(task_id, told, told)


@bp.route("/<unit>/<campaign>/tasks/<uuid:task_id>/evidence/files")
@for_roles(*SEES)
class EvidenceFiles(AboutTask):
    """Evidence that comes with a file."""

    most_bytes = LARGEST + FORM_BYTES
    refuses_also = (503,)

    @bp.arguments(NewFileShape, location="files")
    @bp.response(201, EvidenceAddedShape)
    def post(self, told: dict[str, Any], task_id: uuid.UUID) -> ResponseReturnValue:
        """Add a document with its file, or a photograph. Sent again, it is the same if all its bytes are."""
        sent = told.pop("file")
        upload = Upload(sent.filename, sent.stream.read(LARGEST + 1))
        file_told = [upload.name, hashlib.sha256(upload.content).hexdigest()]
        return _add(task_id, {**told, "file": upload, "files": file_store()}, {**told, "file": file_told})


class AboutEvidence(Operation):
    """Something about one piece of evidence."""

    def find(self, *, task_id: uuid.UUID, evidence_id: uuid.UUID) -> None:
        """Raise NotFound for a task that is absent or foreign, and for evidence that is not its."""
        if evidence_id not in {one.id for one in page_of(task_id).evidence}:
            raise NotFound


@bp.route("/<unit>/<campaign>/tasks/<uuid:task_id>/evidence/<uuid:evidence_id>/file")
@for_roles(*SEES)
class EvidenceFile(AboutEvidence):
    """The file of a piece of evidence."""

    @bp.hands_out(*MEDIA_TYPES)
    def get(self, task_id: uuid.UUID, evidence_id: uuid.UUID) -> ResponseReturnValue:
        """The file as it was handed in, as an attachment under its name; 404 for evidence without one."""
        return handed_out(task_id, evidence_id)


@bp.route("/<unit>/<campaign>/tasks/<uuid:task_id>/evidence/<uuid:evidence_id>/withdraw")
@for_roles(*SEES)
class WithdrawEvidence(AboutEvidence):
    """Taking evidence back."""

    @bp.arguments(ReasonShape, example={"reason": "Nhầm văn bản"})
    @bp.response(200, WithdrawnEvidenceShape)
    def post(self, told: dict[str, Any], task_id: uuid.UUID, evidence_id: uuid.UUID) -> ResponseReturnValue:
        """Take back a piece of evidence while the task is with its owner. It stays in the books, and no longer counts."""
        reason = told["reason"]
        return carry_out(
            lambda book, context, actor: withdraw_evidence(book, context, actor, task_id, evidence_id, reason=reason),
            told,
        )


def _add(task_id: uuid.UUID, values: dict[str, Any], told: dict[str, Any]) -> ResponseReturnValue:
    def work(book: Book, context: CampaignContext, actor: Actor) -> dict[str, Any]:
        added = add_evidence(book, context, task_id, actor=actor, **values)
        return {"evidence": str(added), "ledger_no": book.last_no}

    return carry_out(work, told)
