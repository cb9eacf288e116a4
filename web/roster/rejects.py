"""Handing out the rows of a list that were handed back, on pages and to programs: every time is an export of its own."""

import io

from flask import Response

from web.attachments import exported, new_serial, whose_copy
from web.here import here
from web.roster.checking import uploads
from workflow.errors import NotFound
from workflow.queries.roster_files import FileInFull
from workflow.roster.reject import write_rejects
from workflow.roster.shown import checked


def handed_back(file: FileInFull) -> Response:
    """Return the rows as a spreadsheet: made, recorded, then given away. Raises NotFound if there are none, TooManyExports."""
    said = checked(file, uploads())
    if not (said.rejections or said.doubts):
        raise NotFound
    as_sent = uploads().as_sent(file.id, here.vault)
    serial, content = new_serial(), io.BytesIO()
    marked = (here.unit.name, *whose_copy(serial))
    written = write_rejects(content, said.rejections, said.doubts, as_sent=as_sent, marked=marked)
    rows = written + len(said.doubts)
    return exported(
        content.getvalue(), "dong-tra-lai", what="roster_rejects", rows=rows, serial=serial, about_id=file.id
    )
