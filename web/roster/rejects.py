"""Handing out the rows of a list that were handed back, on pages and to programs: every time is an export of its own."""

import hashlib
import io
import uuid
from typing import Final

from flask import Response

from rules.time import moment_vi
from web.here import here
from web.roster.checking import uploads
from workflow.actions.record_export import record_export
from workflow.errors import NotFound
from workflow.queries.roster_files import FileInFull
from workflow.roster.reject import write_rejects
from workflow.roster.shown import checked

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def handed_back(file: FileInFull) -> Response:
    """Return the rows as a spreadsheet: made, recorded, then given away. Raises NotFound if there are none, TooManyExports."""
    said = checked(file, uploads())
    if not (said.rejections or said.doubts):
        raise NotFound
    as_sent = uploads().as_sent(file.id, here.vault)
    serial, content = uuid.uuid4().hex[:10], io.BytesIO()
    marked = (here.unit.name, f"Người tải: {here.actor.name}", moment_vi(here.now), f"Số hiệu {serial}")
    written = write_rejects(content, said.rejections, said.doubts, as_sent=as_sent, marked=marked)
    rows, digest = written + len(said.doubts), hashlib.sha256(content.getvalue()).hexdigest()
    here.unit_command(
        lambda book, actor: record_export(
            book, actor, what="roster_rejects", rows=rows, serial=serial, sha256=digest, about_id=file.id
        ),
        {"export": str(file.id), "serial": serial},
        uuid.uuid4().hex,
    )
    answer = Response(content.getvalue(), mimetype=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="dong-tra-lai-{serial}.xlsx"'
    return answer
