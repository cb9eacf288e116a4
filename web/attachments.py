"""Files that leave by way of a browser or a program; one with people or figures in it is recorded before it goes."""

import hashlib
import uuid
from typing import Final

from flask import Response

from rules.time import moment_vi
from web.here import here
from workflow.actions.record_export import record_export

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF: Final = "application/pdf"
ZIP: Final = "application/zip"


def attachment(content: bytes, name: str, media_type: str = XLSX) -> Response:
    """Return a file, always to be saved. `name` is plain ASCII. What leaves is kept nowhere on its way (`security.py`)."""
    answer = Response(content, mimetype=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def new_serial() -> str:
    """Return what marks one copy of an export, in the file and in its record."""
    return uuid.uuid4().hex[:10]


def whose_copy(serial: str) -> tuple[str, str, str]:
    """Return what an export says of itself: who took it, when, and which copy it is."""
    return f"Người tải: {here.actor.name}", moment_vi(here.now), f"Số hiệu {serial}"


def exported(
    content: bytes, name: str, *, what: str, rows: int, serial: str, about_id: uuid.UUID | None = None
) -> Response:
    """Record that the actor takes a spreadsheet away, then return it. `name` stands before the serial.

    Raises TooManyExports or TooManyReports; then nothing is given.
    """
    digest = hashlib.sha256(content).hexdigest()
    here.unit_command(
        lambda book, actor: record_export(
            book, actor, what=what, rows=rows, serial=serial, sha256=digest, about_id=about_id
        ),
        {"export": str(about_id or what), "serial": serial},
        uuid.uuid4().hex,
    )
    return attachment(content, f"{name}-{serial}.xlsx")
