"""The files that come with evidence: where they lie, and how one is handed out again, on pages and to programs."""

import uuid
from io import BytesIO

from flask import Response, send_file

from web.here import here
from workflow.files import FileStore
from workflow.queries.task_record import file_of_evidence


def file_store() -> FileStore:
    """Return where the files of this installation lie."""
    return FileStore(here.ground.settings.uploads)


def handed_out(task_id: uuid.UUID, evidence_id: uuid.UUID) -> Response:
    """Return the file of a piece of evidence, always as an attachment, whole and kept nowhere on its way. Raises NotFound."""
    found = file_of_evidence(here.session, here.actor, here.context, task_id, evidence_id)
    answer = send_file(
        BytesIO(file_store().read(found.sha256)), found.media_type,
        as_attachment=True, download_name=found.name, etag=False, conditional=False,
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer
