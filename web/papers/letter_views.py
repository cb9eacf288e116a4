"""One letter that urges: what it named, the file, and what became of it."""

import uuid
from datetime import date
from typing import Final

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.attachments import DOCX, PDF, attachment
from web.here import here
from web.i18n import _
from web.pages import render
from web.papers.blueprint import MAKES, SEES, bp
from web.papers.forms import RecordForm, upload_in
from web.papers.views import day_of, may_make
from web.plan.files import file_store
from web.policy import for_roles
from web.refusing import told_in
from workflow.actions.record_paper import record_letter
from workflow.errors import NotFound
from workflow.queries.late_work import URGERS
from workflow.queries.urge_letters import LetterLine, letter_line

READS: Final = (*SEES, *(role for role in URGERS if role not in SEES))
"""Whoever reads papers; and who may urge, each their own letters."""


@bp.get("/<unit>/<campaign>/papers/letters/<uuid:letter_id>")
@for_roles(*READS)
def letter(letter_id: uuid.UUID) -> ResponseReturnValue:
    return _page(_line(letter_id), RecordForm(formdata=None))


@bp.post("/<unit>/<campaign>/papers/letters/<uuid:letter_id>")
@for_roles(*MAKES)
def letter_record(letter_id: uuid.UUID) -> ResponseReturnValue:
    """Record number, day and the signed copy."""
    line, form = _line(letter_id), RecordForm()
    if form.validate():
        number, day, signed = int(form.number.data or 0), form.issued_on.data or date.min, upload_in(form.signed)
        asked = {
            "what": "record_letter",
            "letter": str(letter_id),
            "number": number,
            "day": str(day),
            "file": bool(signed),
        }
        with told_in(form):
            here.command(
                lambda book, context, actor: record_letter(
                    book, context, actor, letter_id, number=number, issued_on=day, signed=signed, files=file_store()
                ),
                asked,
                form.sent_key,
            )
            flash(_("Đã ghi số và ngày ban hành."), "success")
            return redirect(url_for("papers.letter", letter_id=letter_id), 303)
    return _page(line, form)


@bp.get("/<unit>/<campaign>/papers/letters/<uuid:letter_id>/file")
@for_roles(*READS)
def letter_file(letter_id: uuid.UUID) -> ResponseReturnValue:
    """The letter as it was drafted."""
    line = _line(letter_id)
    return attachment(file_store().read(line.file_sha256), f"{_stem(line)}.docx", DOCX)


@bp.get("/<unit>/<campaign>/papers/letters/<uuid:letter_id>/signed")
@for_roles(*READS)
def letter_signed(letter_id: uuid.UUID) -> ResponseReturnValue:
    """The signed copy."""
    line = _line(letter_id)
    if line.signed_sha256 is None:
        raise NotFound
    return attachment(file_store().read(line.signed_sha256), f"{_stem(line)}-da-ky.pdf", PDF)


def _line(letter_id: uuid.UUID) -> LetterLine:
    return letter_line(here.session, here.actor, here.context, letter_id)


def _page(line: LetterLine, form: RecordForm) -> ResponseReturnValue:
    if request.method == "GET" and line.number is not None:
        form.number.data, form.issued_on.data = line.number, day_of(line)
    reads_all = bool(here.actor.roles & set(SEES))
    return render(
        "papers/letter.html", letter=line, form=form, issued=day_of(line), may_make=may_make(), reads_all=reads_all
    )


def _stem(line: LetterLine) -> str:
    return f"cong-van-don-doc-{line.file_sha256[:8]}"
