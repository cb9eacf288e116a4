"""Who sees papers and who makes them; how a file leaves."""

from typing import Final

from flask import Blueprint, Response

from workflow.queries.papers import MAKERS, READERS

bp = Blueprint("papers", __name__, template_folder="templates")
SEES: Final = READERS
MAKES: Final = MAKERS
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF: Final = "application/pdf"


def attachment(content: bytes, name: str, media_type: str) -> Response:
    """Return a file, always to be saved, kept nowhere on its way. `name` is plain ASCII."""
    answer = Response(content, mimetype=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
