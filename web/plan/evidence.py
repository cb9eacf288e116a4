"""What shows that a task was done: adding it, taking it back, handing a file out again."""

import uuid
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.here import here
from web.i18n import _
from web.pages import render
from web.plan.blueprint import SEES, bp
from web.plan.files import file_store, handed_out
from web.plan.forms import EvidenceForm, ReasonForm
from web.policy import for_roles
from web.refusing import told_in
from workflow.access import Actor
from workflow.actions.add_evidence import KINDS, add_evidence
from workflow.actions.withdraw_evidence import withdraw_evidence
from workflow.errors import NotFound
from workflow.files import Upload
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.task_page import TaskPage, task_page


@bp.route("/<unit>/<campaign>/plan/<uuid:task_id>/evidence/new/<kind>", methods=["GET", "POST"])
@for_roles(*SEES)
def add(task_id: uuid.UUID, kind: str) -> ResponseReturnValue:
    page = task_page(here.session, here.actor, here.context, task_id, now=here.now)
    if kind not in KINDS:
        raise NotFound
    form = _form(page, kind)
    if request.method == "POST" and form.validate():
        with told_in(form):
            _add(task_id, kind, form)
            flash(_("Đã bổ sung minh chứng."), "success")
            return redirect(url_for("plan.show", task_id=task_id), 303)
    return render("plan/evidence.html", page=page, kind=kind, form=form)


@bp.route("/<unit>/<campaign>/plan/<uuid:task_id>/evidence/<uuid:evidence_id>/withdraw", methods=["GET", "POST"])
@for_roles(*SEES)
def withdraw(task_id: uuid.UUID, evidence_id: uuid.UUID) -> ResponseReturnValue:
    page = task_page(here.session, here.actor, here.context, task_id, now=here.now)
    chosen = next((one for one in page.evidence if one.id == evidence_id), None)
    if chosen is None:
        raise NotFound
    form = ReasonForm()
    if request.method == "POST" and form.validate():
        reason = str(form.reason.data)
        with told_in(form):
            here.command(
                lambda book, context, actor: withdraw_evidence(
                    book, context, actor, task_id, evidence_id, reason=reason
                ),
                {"what": "withdraw_evidence", "task": str(task_id), "evidence": str(evidence_id), "reason": reason},
                form.sent_key,
            )
            flash(_("Đã rút minh chứng; dòng cũ vẫn còn trong lịch sử."), "success")
            return redirect(url_for("plan.show", task_id=task_id), 303)
    return render("plan/withdraw.html", page=page, chosen=chosen, form=form)


@bp.get("/<unit>/<campaign>/plan/<uuid:task_id>/evidence/<uuid:evidence_id>/file")
@for_roles(*SEES)
def file(task_id: uuid.UUID, evidence_id: uuid.UUID) -> ResponseReturnValue:
    return handed_out(task_id, evidence_id)


def _form(page: TaskPage, kind: str) -> EvidenceForm:
    """Return the form of a kind, with the label that the plan asks for already in it."""
    asked = [want.label.vi for want in page.wanted if want.kind == kind]
    missing = [want.label.vi for want in page.wanted if want.kind == kind and not want.is_met]
    form = EvidenceForm()
    form.suit(kind, asked)
    if request.method == "GET" and kind != "link":
        wished = request.args.get("label", "")
        form.label.data = wished if wished in asked else next(iter(missing or asked), "")
    return form


def _add(task_id: uuid.UUID, kind: str, form: EvidenceForm) -> None:
    upload: Upload | None = form.upload()
    values: dict[str, Any] = {"kind": kind, "label": str(form.label.data)}
    if form.count is not None:
        values |= {"count": form.count.data, "is_lower_bound": bool(form.is_lower_bound.data)}
    files = file_store()

    def work(book: Book, context: CampaignContext, actor: Actor) -> dict[str, Any]:
        added = add_evidence(book, context, task_id, actor=actor, file=upload, files=files, **values)
        return {"evidence": str(added), "ledger_no": book.last_no}

    file_told = None if upload is None else [upload.name, len(upload.content)]
    here.command(work, {"what": "add_evidence", "task": str(task_id), **values, "file": file_told}, form.sent_key)
