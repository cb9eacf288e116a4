"""Teams, areas and bodies of the unit: list and add."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from web.admin.carry_out import carried_out
from web.admin.forms import KINDS, BodyForm, PlaceForm
from web.admin.views import bp
from web.forms import Form
from web.here import here
from web.i18n import _
from web.pages import render
from web.policy import for_roles
from workflow.actions.command import Answer
from workflow.actions.manage_places import add_area, add_body, add_team
from workflow.queries.organisation import Places, places_of_unit


@bp.get("/<unit>/admin/places")
@for_roles("administrator")
def places() -> ResponseReturnValue:
    return _page(_places())


@bp.post("/<unit>/admin/teams")
@for_roles("administrator")
def new_team() -> ResponseReturnValue:
    form = PlaceForm(prefix="team")
    code, name = form.code.data or "", form.name.data or ""
    done = carried_out(
        form,
        lambda book, actor: add_team(book, actor, code=code, name=name),
        what="add_team",
        code=code,
        name=name,
    )
    return _after(done, _("Đã thêm tổ công tác. Giao địa bàn và người cho tổ."), team_form=form)


@bp.post("/<unit>/admin/areas")
@for_roles("administrator")
def new_area() -> ResponseReturnValue:
    form = PlaceForm(prefix="area")
    code, name = form.code.data or "", form.name.data or ""
    done = carried_out(
        form,
        lambda book, actor: add_area(book, actor, code=code, name=name),
        what="add_area",
        code=code,
        name=name,
    )
    return _after(done, _("Đã thêm địa bàn. Chọn tổ công tác phụ trách."), area_form=form)


@bp.post("/<unit>/admin/bodies")
@for_roles("administrator")
def new_body() -> ResponseReturnValue:
    form = BodyForm(prefix="body")
    values = {"code": form.code.data or "", "name": form.name.data or "", "kind": form.kind.data or ""}
    counts = bool(form.counts_staff.data)
    done = carried_out(
        form,
        lambda book, actor: add_body(book, actor, **values, counts_staff=counts),
        what="add_body",
        counts_staff=counts,
        **values,
    )
    return _after(done, _("Đã thêm bộ phận."), body_form=form)


def _places() -> Places:
    return places_of_unit(here.session, here.actor, now=here.now)


def _page(known: Places, **forms: Form) -> ResponseReturnValue:
    """Show the places with a form for each kind; one of `forms` is the one that was refused."""
    forms.setdefault("team_form", PlaceForm(formdata=None, prefix="team"))
    forms.setdefault("area_form", PlaceForm(formdata=None, prefix="area"))
    forms.setdefault("body_form", BodyForm(formdata=None, prefix="body"))
    wrong = next((form for form in forms.values() if form.is_wrong), forms["team_form"])
    return render("admin/places.html", places=known, kinds=KINDS, wrong=wrong, **forms)


def _after(done: Answer | None, said: str, **forms: Form) -> ResponseReturnValue:
    if done is None:
        return _page(_places(), **forms)
    flash(said, "success")
    return redirect(url_for("admin.places"), 303)
