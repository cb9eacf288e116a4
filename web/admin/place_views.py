"""Teams, areas and bodies of the unit: list, add, rename, say which team works where."""

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from web.admin.carry_out import carried_out
from web.admin.forms import KINDS, AreaForm, BodyForm, PlaceForm, RenameForm
from web.admin.views import bp
from web.forms import Form
from web.here import here
from web.i18n import _
from web.pages import render
from web.policy import for_roles
from workflow.access import Actor
from workflow.actions.command import Answer
from workflow.actions.manage_places import add_area, add_body, add_team, rename_area, rename_team, set_team_area
from workflow.errors import NotFound
from workflow.ledger.book import Book
from workflow.queries.organisation import AreaRow, Places, TeamRow, places_of_unit


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


@bp.route("/<unit>/admin/teams/<uuid:team>", methods=["GET", "POST"])
@for_roles("administrator")
def team(team: uuid.UUID) -> ResponseReturnValue:
    row = _team(_places(), team)
    form = RenameForm(name=row.name)
    if form.is_submitted():
        name = form.name.data or ""
        if carried_out(
            form,
            lambda book, actor: rename_team(book, actor, team, name=name),
            what="rename_team",
            team=str(team),
            name=name,
        ):
            return _saved()
    return render("admin/team.html", form=form, team=row)


@bp.route("/<unit>/admin/areas/<uuid:area>", methods=["GET", "POST"])
@for_roles("administrator")
def area(area: uuid.UUID) -> ResponseReturnValue:
    known = _places()
    row = _area(known, area)
    form = AreaForm(name=row.name, team=str(row.team_id or ""))
    form.team.choices = [
        SelectChoice("", _("Chưa có tổ nào")),
        *(SelectChoice(str(each.id), each.name) for each in known.teams),
    ]
    if form.is_submitted():
        name, team_id = form.name.data or "", form.team.data

        def change(book: Book, actor: Actor) -> Answer:
            rename_area(book, actor, area, name=name)
            return set_team_area(book, actor, area, team_id=uuid.UUID(team_id) if team_id else None)

        if carried_out(form, change, what="change_area", area=str(area), name=name, team=team_id):
            return _saved()
    return render("admin/area.html", form=form, area=row)


def _places() -> Places:
    return places_of_unit(here.session, here.actor, now=here.now)


def _team(known: Places, team_id: uuid.UUID) -> TeamRow:
    found = next((row for row in known.teams if row.id == team_id), None)
    if found is None:
        raise NotFound
    return found


def _area(known: Places, area_id: uuid.UUID) -> AreaRow:
    found = next((row for row in known.areas if row.id == area_id), None)
    if found is None:
        raise NotFound
    return found


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


def _saved() -> ResponseReturnValue:
    flash(_("Đã lưu."), "success")
    return redirect(url_for("admin.places"), 303)
