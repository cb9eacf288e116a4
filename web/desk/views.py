"""The support desk: one exact look-up, then what was done for that one person. Nothing that was typed stands in an address."""

import uuid

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.desk.forms import DoneForm, LookUpForm, SlipForm
from web.format import label
from web.here import here
from web.i18n import _
from web.pages import render
from web.policy import for_roles, searches
from workflow.access import let_in_by_look_up
from workflow.actions.look_up_person import look_up_person, request_of
from workflow.actions.record_at_desk import record_at_desk, void_at_desk
from workflow.actions.record_visit import Finding
from workflow.errors import NotFound, WorkflowError
from workflow.queries.find_person import CaseAtDesk, PersonAtDesk, person_at_desk
from workflow.queries.paper_route import area_choices

bp = Blueprint("desk", __name__, url_prefix="/<unit>/<campaign>/desk", template_folder="templates")


@bp.route("", methods=["GET", "POST"])
@for_roles("support_desk")
@searches
def find() -> ResponseReturnValue:
    form = LookUpForm()
    form.offer(area_choices(here.session, here.unit.id))
    if form.is_submitted() and form.validate():
        typed, vault = form.look_up(), here.vault
        try:
            told = here.command(
                lambda book, context, actor: look_up_person(book, context, actor, vault, typed),
                request_of(vault, typed),
                form.sent_key,
            )
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            if told["result"] == "one":
                return redirect(url_for("desk.person"), 303)
            form.key.data = uuid.uuid4().hex
            form.refuse(_not_one(told["result"]))
    return render("desk/find.html", form=form)


@bp.get("/person")
@for_roles("support_desk")
def person() -> ResponseReturnValue:
    return _person(_found(), None)


@bp.post("/person/<uuid:case_id>")
@for_roles("support_desk")
def record(case_id: uuid.UUID) -> ResponseReturnValue:
    found = _found()
    case = next((each for each in found.cases if each.case_id == case_id), None)
    if case is None:
        raise NotFound
    form = _done_form(case)
    if form.validate():
        outcome = str(form.outcome.data)
        evidence, kind = form.evidence.data or None, form.evidence_kind.data or None
        finding = Finding(outcome, case_id, case.state_version, form.promised_at.data, evidence, kind)
        assisted = bool(form.assisted.data)
        asked = {"desk": str(case_id), "outcome": outcome, "promised": form.promised_at.data, "assisted": assisted}
        try:
            told = here.command(
                lambda book, context, actor: record_at_desk(book, context, actor, (finding,), assisted=assisted),
                asked,
                form.sent_key,
            )
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            flash(_("Đã ghi tại điểm hỗ trợ."), "success")
            return redirect(url_for("desk.person", done=told["ledger_no"]), 303)
    return _person(found, (case_id, form))


@bp.route("/undo/<int:number>", methods=["GET", "POST"])
@for_roles("support_desk")
def undo(number: int) -> ResponseReturnValue:
    _found()
    form = SlipForm()
    if form.is_submitted() and form.validate():
        reason = str(form.reason.data)
        try:
            here.command(
                lambda book, context, actor: void_at_desk(book, context, actor, number, reason=reason),
                {"undo": number, "reason": reason},
                form.sent_key,
            )
        except WorkflowError as refusal:
            if isinstance(refusal, NotFound):
                raise
            form.refuse(refusal)
        else:
            flash(_("Đã hủy lần ghi vừa rồi."), "success")
            return redirect(url_for("desk.person"), 303)
    return render("desk/undo.html", form=form)


def _found() -> PersonAtDesk:
    actor = let_in_by_look_up(here.session, here.actor, now=here.now)
    return person_at_desk(here.session, actor, here.context, now=here.now)


def _done_form(case: CaseAtDesk, *, fresh: bool = False) -> DoneForm:
    form = DoneForm(formdata=None) if fresh else DoneForm()
    form.outcome.choices = [(choice.outcome, label(choice.label)) for choice in case.choices]
    return form


def _person(found: PersonAtDesk, sent: tuple[uuid.UUID, DoneForm] | None) -> ResponseReturnValue:
    forms = {case.case_id: _done_form(case, fresh=True) for case in found.cases}
    if sent is not None:
        forms[sent[0]] = sent[1]
    return render(
        "desk/person.html",
        person=found,
        forms=forms,
        form=sent[1] if sent is not None else None,
        done=request.args.get("done", type=int),
    )


def _not_one(result: str) -> str:
    if result == "several":
        return _("Có nhiều hơn một người trùng. Nhập thêm số nhà, hoặc số định danh trên thẻ.")
    return _("Không có người này trong danh sách của đợt. Xem lại số định danh, hoặc họ tên, năm sinh và nơi ở.")
