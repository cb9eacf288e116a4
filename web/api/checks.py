"""Checking the figures of a document: the same answer as `tungnha figures check --json`. The document is looked at and forgotten."""

from typing import Any, Final

from marshmallow import fields
from werkzeug.datastructures import FileStorage

from web.api.blueprint import FORM_BYTES, Operation, bp
from web.api.fields import Choice, File, Flag, Inside, Several, Shape, Text, Told
from web.api.problems import invalid
from web.check.forms import LONGEST
from web.check.views import READERS
from web.i18n import _
from web.policy import for_roles
from web.sayings import in_words
from workflow.checking.check import Checked, check_document
from workflow.checking.read import Unreadable, read_document, read_pasted

FILE_BYTES: Final = 10_000_000


class NewTextCheckShape(Shape):
    """Pasted text."""

    text = Text(required=True, shortest=1, longest=LONGEST)


class NewFileCheckShape(Shape):
    """A report (.docx, .xlsx, .csv, .txt; at most 10 MB), with the one of the period before if wanted."""

    file = File(required=True)
    previous = File(load_default=None)


class NumberShape(Shape):
    """A number that the document states. `percent` is as printed; `part_of` is the place of what it is a part of, or the column."""

    where = Told(required=True)
    code = Told(required=True)
    label = Told(required=True)
    count = fields.Integer(required=True, allow_none=True, strict=True)
    unit = Told(required=True, allow_none=True)
    base = fields.Integer(required=True, allow_none=True, strict=True)
    percent = Told(required=True, allow_none=True)
    part_of = Told(required=True, allow_none=True)


class ReadingOfNumberShape(Shape):
    """A reading that would put things right, and the checks that it mends."""

    where = Told(required=True)
    printed = Told(required=True)
    proposed = Told(required=True)
    mends = Several(Told(), required=True)


class FoundShape(Shape):
    """What one check found. Readings are proposed; people decide."""

    check = Told(required=True)
    severity = Choice(("error", "warning", "info"), required=True)
    where = Told(required=True)
    message = Told(required=True)
    repairs = Several(Inside(ReadingOfNumberShape), required=True)


class CheckedFiguresShape(Shape):
    """The document read: its numbers and what is wrong with them. `has_errors`: something in it cannot be."""

    document = Told(required=True)
    has_errors = Flag(required=True)
    numbers = Several(Inside(NumberShape), required=True)
    findings = Several(Inside(FoundShape), required=True)


class LooksOnly(Operation):
    """Something that is only looked at: it needs no key and leaves nothing behind."""

    changes = False


@bp.route("/<unit>/<campaign>/figures/checks/texts")
@for_roles(*READERS)
class TextChecks(LooksOnly):
    """Checking pasted text."""

    most_bytes = 4 * LONGEST + FORM_BYTES

    @bp.arguments(NewTextCheckShape, example={"text": "1. Đã góp ý: 3.976 người. 2. Không thể: 571 người."})
    @bp.response(200, CheckedFiguresShape)
    def post(self, told: dict[str, Any]) -> Any:
        """Read a text and say what in its figures cannot be. Nothing is kept. 422 if no figure can be read."""
        try:
            return _told(check_document(read_pasted(told["text"], str(_("văn bản dán vào")))))
        except Unreadable as refusal:
            raise invalid({"json": {"text": [_(refusal.why.message)]}}) from None


@bp.route("/<unit>/<campaign>/figures/checks/files")
@for_roles(*READERS)
class FileChecks(LooksOnly):
    """Checking a file."""

    most_bytes = 2 * FILE_BYTES + FORM_BYTES

    @bp.arguments(NewFileCheckShape, location="files")
    @bp.response(200, CheckedFiguresShape)
    def post(self, told: dict[str, Any]) -> Any:
        """Read a file and say what in its figures cannot be. Nothing is kept. 422 if it cannot be read."""
        document = _read(told["file"], "file")
        before = None if told["previous"] is None else _read(told["previous"], "previous")
        return _told(check_document(document, before))


def _read(sent: FileStorage, field: str) -> Any:
    try:
        return read_document(sent.read(), sent.filename or "")
    except Unreadable as refusal:
        raise invalid({"files": {field: [_(refusal.why.message)]}}) from None


def _told(checked: Checked) -> dict[str, Any]:
    made = checked.to_json()
    findings = [
        {
            "check": each.check,
            "severity": each.severity,
            "where": in_words(each.where),
            "message": in_words(each.message),
            "repairs": [{**repair.to_json(), "where": in_words(repair.where)} for repair in each.repairs],
        }
        for each in checked.findings
    ]
    return {
        "document": made["document"],
        "has_errors": checked.has_errors,
        "numbers": made["numbers"],
        "findings": findings,
    }
