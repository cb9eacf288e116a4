"""Official papers: made from a close, taken away, and recorded once they are issued."""

import uuid
from datetime import date, timedelta

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from rules.time import moment_vi
from web.attachments import DOCX, PDF, XLSX, attachment
from web.here import here
from web.i18n import _
from web.pages import render
from web.papers.blueprint import MAKES, SEES, bp
from web.papers.forms import MakeForm, RecordForm, upload_in
from web.plan.files import file_store
from web.policy import for_roles
from web.refusing import told_in
from workflow.actions.make_paper import make_paper, pack_of_close, report_kind
from workflow.actions.record_paper import record_paper
from workflow.closing.frozen import Frozen
from workflow.days import as_date
from workflow.documents.kept_close import frozen_of_close
from workflow.documents.make_paper import make_report
from workflow.documents.make_template import NAMES
from workflow.documents.preview import preview_frozen
from workflow.documents.quick_text import quick_text
from workflow.documents.read_back import author_marks
from workflow.documents.seal_sheet import Sealed, seal_sheet
from workflow.documents.statistics import statistic_form
from workflow.errors import NotFound, WorkflowError
from workflow.queries.papers import (
    MOST_LISTED,
    CloseLine,
    PaperLine,
    closes_of_unit,
    narrative_of,
    newest_seal,
    paper_line,
    papers_of,
    superior_forms,
    templates_in_use,
)  # fmt: skip
from workflow.queries.urge_letters import LetterLine, letters_of

MOST_CLOSES = 60
DRAFT_FILES = {"daily": "du-thao-bao-cao-ngay.docx", "final": "du-thao-bao-cao-tong-ket.docx"}


@bp.get("/<unit>/<campaign>/papers")
@for_roles(*SEES)
def index() -> ResponseReturnValue:
    return _index(None)


@bp.post("/<unit>/<campaign>/papers")
@for_roles(*MAKES)
def make() -> ResponseReturnValue:
    form = MakeForm()
    form.offer(close_choices(closes_of_unit(here.session, here.context)))
    if form.validate():
        close_id, kind = form.close, str(form.kind.data)
        try:
            told = here.command(
                lambda book, context, actor: make_paper(book, context, actor, close_id, kind=kind, files=file_store()),
                {"what": "make_paper", "close": str(close_id), "kind": kind},
                form.sent_key,
            )
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            flash(_("Văn bản này đã lập trước đó.") if told["again"] else _("Đã lập văn bản."), "success")
            return redirect(url_for("papers.show", paper_id=told["paper"]), 303)
    return _index(form)


def _index(form: MakeForm | None) -> ResponseReturnValue:
    closes = closes_of_unit(here.session, here.context)[:MOST_CLOSES]
    if form is None:
        form = MakeForm(formdata=None)
        form.offer(close_choices(closes))
    return render(
        "papers/index.html",
        form=form,
        closes=closes,
        papers=_papers_and_letters(),
        as_date=as_date,
        forms=superior_forms(here.session, here.context),
        edited=templates_in_use(here.session, here.context),
        names=NAMES,
        may_make=may_make(),
    )


def _papers_and_letters() -> list[PaperLine | LetterLine]:
    """The newest papers and letters, together."""
    every: list[PaperLine | LetterLine] = [
        *papers_of(here.session, here.context),
        *letters_of(here.session, here.actor, here.context),
    ]
    return sorted(every, key=lambda each: -each.made_at)[:MOST_LISTED]


def may_make() -> bool:
    """Whether whoever looks may make papers."""
    return bool(here.actor.roles & set(MAKES))


def close_choices(closes: list[CloseLine]) -> list[tuple[str, str]]:
    """Return the closes as a form offers them."""
    return [
        (str(each.id), _("%(at)s, lần %(n)s", at=moment_vi(each.as_of), n=each.revision))
        for each in closes[:MOST_CLOSES]
    ]


@bp.get("/<unit>/<campaign>/papers/draft/<report>")
@for_roles(*SEES)
def draft(report: str) -> ResponseReturnValue:
    """Hand out how a paper would look now: a draft on every page, with no place for a signature."""
    if report not in DRAFT_FILES:
        raise NotFound
    frozen = preview_frozen(here.session, here.context, (here.unit.code, here.unit.name), as_of=here.now)
    kind, narrative = report_kind(report), narrative_of(here.session, here.context)
    content = make_report(frozen, pack_of_close(here.session, here.context, frozen), narrative, kind, draft=True)
    return attachment(content, DRAFT_FILES[report], DOCX)


@bp.get("/<unit>/<campaign>/papers/<uuid:paper_id>")
@for_roles(*SEES)
def show(paper_id: uuid.UUID) -> ResponseReturnValue:
    return _show(paper_line(here.session, here.context, paper_id), RecordForm(formdata=None))


@bp.post("/<unit>/<campaign>/papers/<uuid:paper_id>")
@for_roles(*MAKES)
def record(paper_id: uuid.UUID) -> ResponseReturnValue:
    paper = paper_line(here.session, here.context, paper_id)
    form = RecordForm()
    if form.validate():
        number, day, signed = int(form.number.data or 0), form.issued_on.data or date.min, upload_in(form.signed)
        with told_in(form):
            here.command(
                lambda book, context, actor: record_paper(
                    book, context, actor, paper_id, number=number, issued_on=day, signed=signed, files=file_store()
                ),
                {
                    "what": "record_paper",
                    "paper": str(paper_id),
                    "number": number,
                    "day": str(day),
                    "file": bool(signed),
                },
                form.sent_key,
            )
            flash(_("Đã ghi số và ngày ban hành."), "success")
            return redirect(url_for("papers.show", paper_id=paper_id), 303)
    return _show(paper, form)


def _show(paper: PaperLine, form: RecordForm) -> ResponseReturnValue:
    frozen = frozen_of_close(here.session, here.context, paper.close_id)
    if request.method == "GET" and paper.number is not None:
        form.number.data, form.issued_on.data = paper.number, day_of(paper)
    return render(
        "papers/show.html",
        paper=paper,
        form=form,
        name=NAMES[report_kind(paper.kind)],
        marks=author_marks(file_store().read(paper.file_sha256)),
        missing=frozen.missing,
        quick=quick_text(frozen, pack_of_close(here.session, here.context, frozen)),
        issued=day_of(paper),
        may_make=may_make(),
    )


def day_of(paper: PaperLine | LetterLine) -> date | None:
    """Return the day on which a paper was issued; None for one that was not."""
    return None if paper.issued_on is None else date(1970, 1, 1) + timedelta(days=paper.issued_on)


@bp.get("/<unit>/<campaign>/papers/<uuid:paper_id>/file")
@for_roles(*SEES)
def file(paper_id: uuid.UUID) -> ResponseReturnValue:
    paper = paper_line(here.session, here.context, paper_id)
    return attachment(file_store().read(paper.file_sha256), f"{_stem(paper)}.docx", DOCX)


@bp.get("/<unit>/<campaign>/papers/<uuid:paper_id>/signed")
@for_roles(*SEES)
def signed(paper_id: uuid.UUID) -> ResponseReturnValue:
    paper = paper_line(here.session, here.context, paper_id)
    if paper.signed_sha256 is None:
        raise NotFound
    return attachment(file_store().read(paper.signed_sha256), f"{_stem(paper)}-da-ky.pdf", PDF)


@bp.get("/<unit>/<campaign>/papers/<uuid:paper_id>/sheet")
@for_roles(*SEES)
def sheet(paper_id: uuid.UUID) -> ResponseReturnValue:
    paper = paper_line(here.session, here.context, paper_id)
    frozen = frozen_of_close(here.session, here.context, paper.close_id)
    content = statistic_form(frozen, pack_of_close(here.session, here.context, frozen))
    return attachment(content, f"bieu-thong-ke-{_stem(paper)}.xlsx", XLSX)


@bp.get("/<unit>/<campaign>/papers/<uuid:paper_id>/seal")
@for_roles(*SEES)
def seal(paper_id: uuid.UUID) -> ResponseReturnValue:
    paper = paper_line(here.session, here.context, paper_id)
    frozen = frozen_of_close(here.session, here.context, paper.close_id)
    return attachment(seal_sheet(_sealed(paper, frozen)), f"niem-phong-{_stem(paper)}.docx", DOCX)


def _sealed(paper: PaperLine, frozen: Frozen) -> Sealed:
    close = next(each for each in closes_of_unit(here.session, here.context) if each.id == paper.close_id)
    number, seal_text = newest_seal(here.session, here.unit.id)
    return Sealed(
        here.unit.name, NAMES[report_kind(paper.kind)], frozen.as_of, close.sha256, paper.file_sha256, frozen.cut_no, number,
        seal_text,
    )  # fmt: skip


def _stem(paper: PaperLine) -> str:
    kind = {"daily": "bao-cao-ngay", "final": "bao-cao-tong-ket"}.get(paper.kind, "van-ban")
    return f"{kind}-{paper.file_sha256[:8]}"
