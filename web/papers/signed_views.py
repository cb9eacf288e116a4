"""The Word file that came back edited is laid beside its close before anybody signs it. Nothing of it is kept."""

import uuid

from flask.typing import ResponseReturnValue

from web.here import here
from web.i18n import _
from web.pages import render
from web.papers.blueprint import MAKES, bp
from web.papers.forms import SignedForm
from web.plan.files import file_store
from web.policy import for_roles
from workflow.actions.make_paper import report_kind
from workflow.checking.read import Unreadable, read_document
from workflow.checking.signed import check_signed
from workflow.documents.make_template import NAMES
from workflow.documents.read_back import author_marks
from workflow.files.refused import FileRefused
from workflow.queries.papers import PaperLine, paper_line


@bp.get("/<unit>/<campaign>/papers/<uuid:paper_id>/edited")
@for_roles(*MAKES)
def edited(paper_id: uuid.UUID) -> ResponseReturnValue:
    return _page(paper_line(here.session, here.context, paper_id), SignedForm(formdata=None))


@bp.post("/<unit>/<campaign>/papers/<uuid:paper_id>/edited")
@for_roles(*MAKES)
def check_edited(paper_id: uuid.UUID) -> ResponseReturnValue:
    paper = paper_line(here.session, here.context, paper_id)
    form = SignedForm()
    upload = form.upload() if form.validate() else None
    if upload is None:
        return _page(paper, form)
    made = file_store().read(paper.file_sha256)
    try:
        findings = check_signed(read_document(made, "made.docx"), read_document(upload.content, upload.name))
        marks = author_marks(upload.content)
    except Unreadable as refusal:
        form.file.errors = [_(refusal.why.message)]
        return _page(paper, form)
    except FileRefused as refusal:
        form.refuse(refusal)
        return _page(paper, form)
    return render(
        "papers/edited.html", paper=paper, form=form, name=NAMES[report_kind(paper.kind)], findings=findings, marks=marks,
        file_name=upload.name,
    )  # fmt: skip


def _page(paper: PaperLine, form: SignedForm) -> ResponseReturnValue:
    name = NAMES[report_kind(paper.kind)]
    return render("papers/edited.html", paper=paper, form=form, name=name, findings=None, marks=[], file_name="")
