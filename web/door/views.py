"""One door: what was found there in one tap, undoing it, calling, a person nobody had listed, giving the door back."""

import uuid
from typing import Any, Final

from flask import Blueprint, flash, redirect, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from web.door import words
from web.door.forms import PersonForm, ReasonForm, VisitForm
from web.format import label
from web.forms import Form
from web.here import here
from web.i18n import _
from web.pages import render
from web.policy import for_roles
from web.refusing import told_in
from web.sayings import spoken
from workflow.actions.add_person import NewPerson, add_person
from workflow.actions.hand_back_door import hand_back_door
from workflow.actions.record_visit import record_visit
from workflow.actions.reveal_phone import Revealed, reveal_phone
from workflow.actions.void_event import void_event
from workflow.errors import NotFound, NotSure, StaleVersion, WorkflowError
from workflow.queries.door_page import DoorPage, door_page
from workflow.queries.guidance import guidance_for
from workflow.queries.people_behind import PersonBehind
from workflow.queries.queue_times import anybody_left_here

bp = Blueprint("door", __name__, template_folder="templates")


@bp.record_once
def _in_templates(state: BlueprintSetupState) -> None:
    """Let templates (the queue's and those of a door) put things into words and make keys for their forms."""
    state.app.jinja_env.globals.update(door_words=words, new_key=lambda: uuid.uuid4().hex)


AT_A_DOOR: Final = ("member", "team_leader", "area_head", "duty_leader", "coordinator")
KEPT: Final = ("show", "area", "after")
PAGES: Final = {"cannot": "door/cannot.html", "promise": "door/promise.html"}
"""Pages that ask for more than a tap before an outcome is recorded."""


@bp.get("/<unit>/<campaign>/doors/<uuid:door_id>")
@for_roles(*AT_A_DOOR)
def show(door_id: uuid.UUID) -> ResponseReturnValue:
    door, done = _door(door_id), request.args.get("done", "")
    just_done = next((line for line in door.history if line.ledger_no and str(line.ledger_no) == done), None)
    return _page(door, VisitForm(formdata=None), just_done=just_done)


@bp.get("/<unit>/<campaign>/doors/<uuid:door_id>/guidance")
@for_roles(*AT_A_DOOR)
def guidance(door_id: uuid.UUID) -> ResponseReturnValue:
    door = _door(door_id)
    states = {person.state for person in door.people if person.is_main and person.is_open}
    return render("door/guidance.html", door=door, steps=guidance_for(here.context.pack, states), kept=kept())


@bp.get("/<unit>/<campaign>/doors/<uuid:door_id>/cannot/<uuid:case_id>")
@for_roles(*AT_A_DOOR)
def cannot(door_id: uuid.UUID, case_id: uuid.UUID) -> ResponseReturnValue:
    return _ask(_door(door_id), VisitForm(request.args, case_id=str(case_id)), "cannot")


@bp.get("/<unit>/<campaign>/doors/<uuid:door_id>/promise")
@for_roles(*AT_A_DOOR)
def promise(door_id: uuid.UUID) -> ResponseReturnValue:
    return _ask(_door(door_id), VisitForm(request.args), "promise")


@bp.post("/<unit>/<campaign>/doors/<uuid:door_id>/visit")
@for_roles(*AT_A_DOOR)
def visit(door_id: uuid.UUID) -> ResponseReturnValue:
    door, form = _door(door_id), VisitForm()
    if form.validate():
        try:
            answer = here.command(
                lambda book, context, actor: record_visit(book, context, actor, form.report(door_id, book.now)),
                form.as_request(door_id),
                form.sent_key,
            )
        except NotFound:
            raise
        except WorkflowError as refusal:
            form.refuse(_said_twice(refusal, door, form) if isinstance(refusal, StaleVersion) else refusal)
            form.status = refusal.status
        else:
            return redirect(_onward(door_id, form, answer["ledger_no"]), 303)
    return _ask(_door_now(door_id), form, form.page.data or "")


@bp.get("/<unit>/<campaign>/doors/<uuid:door_id>/undo/<int:number>")
@for_roles(*AT_A_DOOR)
def undo(door_id: uuid.UUID, number: int) -> ResponseReturnValue:
    door = _door(door_id)
    return render("door/undo.html", door=door, line=_line(door, number), number=number, form=ReasonForm(formdata=None))


@bp.post("/<unit>/<campaign>/doors/<uuid:door_id>/undo/<int:number>")
@for_roles(*AT_A_DOOR)
def undo_now(door_id: uuid.UUID, number: int) -> ResponseReturnValue:
    door, form = _door(door_id), ReasonForm()
    line = _line(door, number)
    try:
        here.command(
            lambda book, context, actor: void_event(book, context, actor, number, reason=form.reason.data or ""),
            {"undo": number, "reason": form.reason.data},
            form.sent_key,
        )
    except NotFound:
        raise
    except WorkflowError as refusal:
        form.refuse(refusal)
        return render("door/undo.html", door=door, line=line, number=number, form=form)
    if request.form.get("at") == "queue":  # the opened card says it: what stands on top is out of sight there
        return redirect(url_for("queue.mine", open=door_id, undone=1, _anchor="now"), 303)
    flash(_(words.UNDONE), "success")
    return redirect(url_for("door.show", door_id=door_id), 303)


@bp.get("/<unit>/<campaign>/doors/<uuid:door_id>/call/<uuid:case_id>")
@for_roles(*AT_A_DOOR)
def call(door_id: uuid.UUID, case_id: uuid.UUID) -> ResponseReturnValue:
    return _call_page(_door(door_id), case_id, None, Form(formdata=None))


@bp.post("/<unit>/<campaign>/doors/<uuid:door_id>/call/<uuid:case_id>")
@for_roles(*AT_A_DOOR)
def reveal(door_id: uuid.UUID, case_id: uuid.UUID) -> ResponseReturnValue:
    door, form, revealed = _door(door_id), Form(), None
    _person(door, case_id)
    try:
        revealed = reveal_phone(here.store, here.clock, here.ids, here.vault, here.context, here.actor, case_id)
    except NotFound:
        raise
    except WorkflowError as refusal:
        form.refuse(refusal)
    return _call_page(door, case_id, revealed, form)


@bp.route("/<unit>/<campaign>/doors/<uuid:door_id>/people/new", methods=["GET", "POST"])
@for_roles("member", "team_leader", "area_head", "coordinator")
def new_person(door_id: uuid.UUID) -> ResponseReturnValue:
    door, form, asks = _door(door_id), PersonForm(), False
    if request.method == "POST" and form.validate():
        new = NewPerson(form.person(), door_id=door_id, confirmed=form.confirmed.data)
        try:
            here.command(
                lambda book, context, actor: add_person(book, context, actor, here.vault, new),
                form.as_request(door_id),
                form.sent_key,
            )
        except NotFound:
            raise
        except WorkflowError as refusal:
            form.refuse(refusal)
            asks = isinstance(refusal, NotSure)
        else:
            flash(_("Đã thêm một người vào hộ."), "success")
            return redirect(url_for("door.show", door_id=door_id), 303)
    return render("door/new_person.html", door=door, form=form, asks=asks)


@bp.route("/<unit>/<campaign>/doors/<uuid:door_id>/hand-back", methods=["GET", "POST"])
@for_roles("member", "team_leader")
def hand_back(door_id: uuid.UUID) -> ResponseReturnValue:
    door = _door(door_id)
    form = ReasonForm(state_version=str(door.state_version))
    if request.method == "POST":
        with told_in(form):
            here.command(
                lambda book, context, actor: hand_back_door(
                    book, context, actor, door_id, state_version=form.version, reason=form.reason.data or ""
                ),
                {"hand_back": str(door_id), "version": form.version, "reason": form.reason.data},
                form.sent_key,
            )
            flash(_("Đã trả lại hộ cho tổ công tác."), "success")
            return redirect(url_for("queue.mine"), 303)
    elif not door.may_hand_back:
        raise NotFound
    return render("door/hand_back.html", door=door, form=form)


def kept() -> dict[str, str]:
    """Return what of the address says where in the queue somebody came from."""
    return {name: request.args[name] for name in KEPT if request.args.get(name)}


def _door(door_id: uuid.UUID) -> DoorPage:
    """Return the door in the snapshot of this request; NotFound comes before anything that was typed is looked at."""
    return door_page(here.session, here.actor, here.context, door_id, now=here.now, vault=here.vault)


def _door_now(door_id: uuid.UUID) -> DoorPage:
    """Return the door as it is after a refusal: somebody else may have changed it since the request began."""
    with here.store.read() as session:
        return door_page(session, here.actor, here.context, door_id, now=here.now, vault=here.vault)


def _page(door: DoorPage, form: VisitForm, just_done: Any = None) -> ResponseReturnValue:
    return render(
        "door/show.html",
        door=door,
        form=form,
        mode="phone" if request.args.get("mode") == "phone" else "door",
        kept=kept(),
        times=words.quick_times(here.context, here.now),
        just_done=just_done,
    )


def _ask(door: DoorPage, form: VisitForm, page: str) -> ResponseReturnValue:
    """Return the page that a wrong or unfinished outcome belongs to."""
    if page not in PAGES:
        return _page(door, form)
    person = _person(door, form.about) if form.about is not None else None
    if person is None and form.case_id.data:
        raise NotFound
    choices = [
        choice
        for choice in (person.choices if person else door.choices)
        if (choice.kind == "cannot") is (page == "cannot") and (page == "cannot" or choice.asks_time)
    ]
    return render(
        PAGES[page],
        door=door,
        form=form,
        person=person,
        choices=choices,
        kept=kept(),
        times=words.quick_times(here.context, here.now),
    )


def _call_page(door: DoorPage, case_id: uuid.UUID, revealed: Revealed | None, form: Form) -> ResponseReturnValue:
    return render(
        "door/call.html",
        door=door,
        person=_person(door, case_id),
        revealed=revealed,
        form=form,
        kept=kept(),
        times=words.quick_times(here.context, here.now),
    )


def _person(door: DoorPage, case_id: uuid.UUID) -> PersonBehind:
    person = next((person for person in door.people if person.case_id == case_id), None)
    if person is None:
        raise NotFound
    return person


def _line(door: DoorPage, number: int) -> Any:
    """Return the visit that may be undone under this number."""
    line = next((line for line in door.history if line.ledger_no == number), None)
    if line is None:
        raise NotFound
    return line


def _said_twice(refusal: StaleVersion, door: DoorPage, form: VisitForm) -> str:
    """Return what the book says now and what was about to be said, both by their names."""
    people = _door_now(door.id).people
    person = next((person for person in people if person.case_id == form.about), None)
    outcome = here.context.pack.outcomes.get(form.outcome.data or "")
    return _(
        "%(who)s vừa được người khác cập nhật: trong sổ nay là “%(theirs)s”, kết quả đang chọn là “%(yours)s” (chưa lưu). "
        "Xem lại rồi chọn lần nữa.",
        who=(person.name if person else None) or _("Người này"),
        theirs=label(person.label if person else None) or spoken(refusal.values.get("state", "")),
        yours=label(outcome.label if outcome else None),
    )


def _onward(door_id: uuid.UUID, form: VisitForm, number: int) -> str:
    """Return where to go after an outcome: the same card while somebody is left there, else the next one."""
    if form.at.data != "queue":
        return url_for("door.show", door_id=door_id, done=number)
    stays = False
    if form.about is not None:
        with here.store.read() as session:
            stays = anybody_left_here(session, here.context, door_id, now=here.clock.now())
    place: dict[str, Any] = {**kept(), "open": door_id if stays else form.next_door, "done": number}
    return url_for("queue.mine", _anchor="now", **place)
