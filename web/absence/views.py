"""Absences now and to come, planning one, ending one early; and the notice of them on somebody's first page."""

import uuid
from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.absence.forms import AbsenceForm
from web.format import label
from web.forms import Form
from web.here import arrived, here
from web.i18n import _, current_locale
from web.navigation import home_of, unit_shown
from web.pages import render
from web.policy import for_roles
from web.refusing import told_in
from workflow.actions.plan_absence import end_absence, plan_absence
from workflow.errors import NotFound
from workflow.queries.absences import (
    LENT_ROLES,
    Absence,
    Titled,
    absences_near,
    absences_of_unit,
    delegates_for,
    lenders,
    lends,
    plans_for_others,
    titles_here,
)
from workflow.queries.plan_items import title_of

bp = Blueprint("absence", __name__, template_folder="templates")
WHO: Final = (*LENT_ROLES, "administrator", "member")
"""A member may stand in for the team's leader."""


@bp.get("/<unit>/absences")
@for_roles(*WHO)
def index() -> ResponseReturnValue:
    return _page(None)


@bp.post("/<unit>/absences")
@for_roles(*WHO)
def plan() -> ResponseReturnValue:
    absent, people = _absent()
    if absent is None and not people:
        raise NotFound
    if absent is None or "choose" in request.form:
        return redirect(url_for("absence.index", who=absent, _anchor="new"), 303)
    form = _form(absent, people)
    if form.validate():
        delegate, from_at = uuid.UUID(form.delegate.data), form.from_at.data
        to_at: Any = form.to_at.data
        asked = {"plan_absence": str(absent), "delegate": str(delegate), "from_at": from_at, "to_at": to_at}
        with told_in(form):
            here.unit_command(
                lambda book, actor: plan_absence(
                    book, actor, absent, delegate_id=delegate, from_at=from_at, to_at=to_at
                ),
                asked,
                form.sent_key,
            )
            flash(_told(form), "success")
            return redirect(url_for("absence.index"), 303)
    return _page(form)


@bp.post("/<unit>/absences/<uuid:absence>/end")
@for_roles(*WHO)
def end(absence: uuid.UUID) -> ResponseReturnValue:
    form = Form()
    if form.validate():
        here.unit_command(
            lambda book, actor: end_absence(book, actor, absence), {"end_absence": str(absence)}, form.sent_key
        )
        flash(_("Đã kết thúc: người làm thay không còn thấy việc của vị trí ấy."), "success")
    return redirect(url_for("absence.index"), 303)


def absences_here() -> list[Absence]:
    """Return the absences that a page tells of: those of whoever is signed in, on the page they start from. One statement there."""
    arrived_here = arrived()
    if unit_shown() is None or arrived_here.campaign_code is None:
        return []
    actor = arrived_here.actor
    if request.endpoint != home_of(actor.roles) or request.method != "GET":
        return []
    return absences_near(arrived_here.session, actor.unit_id, actor.membership_id, now=arrived_here.now)


def _page(form: AbsenceForm | None) -> ResponseReturnValue:
    actor = here.actor
    absent, people = _absent()
    if form is None and absent is not None:
        form = _form(absent, people, formdata=None)
    known = absences_of_unit(here.session, actor, now=here.now)
    return render(
        "absence/index.html",
        form=form,
        absences=known,
        people=people,
        absent=absent,
        me=actor.membership_id,
        title_words=_title_words(),
        end_form=Form(formdata=None),
    )


def _absent() -> tuple[uuid.UUID | None, list[tuple[uuid.UUID, str]]]:
    """Return whose absence is planned here (None: nobody's), and among whom the actor may choose: what was chosen in the form, else
    in the address, else the actor's own.
    """
    actor = here.actor
    people = lenders(here.session, actor.unit_id, now=here.now) if plans_for_others(actor) else []
    own = actor.membership_id if lends(actor) else None
    text = request.form.get("absent") or request.args.get("who")
    if not text:
        return own, people
    chosen = next((key for key, _name in people if str(key) == text), None)
    if chosen is None and text != str(own):
        raise NotFound
    return chosen or own, people


def _form(absent: uuid.UUID, people: list[tuple[uuid.UUID, str]], **known: Any) -> AbsenceForm:
    titles, words = titles_here(here.session, here.unit.id, now=here.now), _title_words()

    def titled(found: list[tuple[uuid.UUID, str]]) -> list[tuple[uuid.UUID, str]]:
        return [
            (key, f"{name} · {', '.join(map(words, titles[key]))}" if key in titles else name) for key, name in found
        ]

    return AbsenceForm(absent, titled(people), titled(_delegates(absent)), **known)


def _title_words() -> Callable[[Titled], str]:
    """Return what says a post's title in the language of the page: as the newest campaign's paper calls it, else as it is stored."""
    if current_locale() == "vi":
        return str
    newest = next(iter(here.campaigns), None)
    if newest is None:
        return str
    return lambda post: post.in_words(label(title_of(newest, post.code, post.label)))


def _told(form: AbsenceForm) -> str:
    """Return what was planned, with the names: whoever plans for somebody else reads for whom."""
    absent, delegate = (dict(each.choices)[each.data] for each in (form.absent, form.delegate))
    both = _("Hai đồng chí đều thấy thông báo ở trang đầu của mình.")
    if not absent:
        return _("Đã ghi: %(delegate)s làm thay.", delegate=delegate) + " " + both
    return _("Đã ghi: %(absent)s vắng, %(delegate)s làm thay.", absent=absent, delegate=delegate) + " " + both


def _delegates(absent: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    found: Any = delegates_for(here.session, here.unit.id, absent, now=here.now)
    return [person for person in found if absent == here.actor.membership_id or person[0] != here.actor.membership_id]
