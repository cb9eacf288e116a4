"""Handing one's open work over at the end of a shift; the receiver reads the note on their first page and says so."""

import uuid
from typing import Any, Final

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.forms import Form
from web.here import arrived, here
from web.i18n import _, ngettext
from web.navigation import home_of, unit_shown
from web.pages import render
from web.policy import for_roles
from web.refusing import told_in
from web.shift.forms import ShiftForm
from workflow.actions.answer_escalation import MOST
from workflow.actions.hand_over_shift import hand_over_shift, receive_shift
from workflow.errors import AlreadyDecided
from workflow.queries.shifts import Shift, in_hand, last_shifts, next_on_shift, waiting_shifts

bp = Blueprint("shift", __name__, template_folder="templates")
WHO: Final = ("member", "team_leader", "duty_leader", "coordinator", "plan_owner", "chair")


@bp.get("/<unit>/<campaign>/shift")
@for_roles(*WHO)
def index() -> ResponseReturnValue:
    return _page(None)


@bp.post("/<unit>/<campaign>/shift")
@for_roles(*WHO)
def hand_over() -> ResponseReturnValue:
    form = ShiftForm(next_on_shift(here.session, here.actor, now=here.now))
    if form.validate():
        to, note = uuid.UUID(form.to.data), form.note.data or None
        with told_in(form):
            done = here.command(
                lambda book, context, actor: hand_over_shift(book, context, actor, to, note=note),
                {"hand_over_shift": str(to), "note": note},
                form.sent_key,
            )
            flash(_told(done), "success")
            return redirect(url_for("shift.index"), 303)
    return _page(form)


@bp.post("/<unit>/<campaign>/shift/<uuid:shift_id>/receive")
@for_roles(*WHO)
def receive(shift_id: uuid.UUID) -> ResponseReturnValue:
    form = Form()
    if form.validate():
        try:
            here.command(
                lambda book, context, actor: receive_shift(book, context, actor, shift_id),
                {"receive_shift": str(shift_id)},
                form.sent_key,
            )
            flash(_("Đã nhận ca."), "success")
        except AlreadyDecided:
            flash(_("Ca này đã nhận rồi."), "warning")
    return redirect(url_for("home.campaign"), 303)


def shifts_here() -> list[Shift]:
    """Return the shifts that wait for whoever is signed in, on the page they start from. One statement there, none elsewhere."""
    arrived_here = arrived()
    if unit_shown() is None or arrived_here.campaign_code is None or request.method != "GET":
        return []
    actor = arrived_here.actor
    if request.endpoint != home_of(actor.roles) or not actor.roles & set(WHO):
        return []
    return waiting_shifts(arrived_here.session, actor, arrived_here.context)


def receive_form() -> Form:
    """Return the form behind the button that says a shift was received."""
    return Form(formdata=None)


def _told(done: dict[str, Any]) -> str:
    """Return what went and what stayed, in words."""
    doors = ngettext("%(n)s hộ", "%(n)s hộ", done["doors"])
    items = ngettext("%(n)s việc cần xử lý", "%(n)s việc cần xử lý", done["items"])
    words = [_("Đã giao ca: %(doors)s, %(items)s.", doors=doors, items=items)]
    if done["left"]["other_team"]:
        words.append(_("Giữ lại %(n)s hộ của tổ mà người nhận không thuộc.", n=done["left"]["other_team"]))
    if done["left"]["items"]:
        words.append(_("Giữ lại %(n)s việc mà bậc xử lý thuộc vị trí khác.", n=done["left"]["items"]))
    return " ".join(words)


def _page(form: ShiftForm | None) -> ResponseReturnValue:
    session, actor, context = here.session, here.actor, here.context
    people = next_on_shift(session, actor, now=here.now)
    return render(
        "shift/index.html",
        form=form or ShiftForm(people, formdata=None),
        people=people,
        hand=in_hand(session, actor, context, limit=MOST),
        last=last_shifts(session, actor, context),
    )
