"""One team, area or body: rename it, say which team works where, close it and open it again."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any, Final

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from web.admin.carry_out import carried_out
from web.admin.forms import KINDS, AreaForm, RenameForm
from web.admin.views import bp
from web.forms import Form
from web.here import here
from web.i18n import _
from web.pages import render
from web.policy import for_roles
from workflow.access import Actor
from workflow.actions.close_place import close_place, open_place_again
from workflow.actions.command import Answer
from workflow.actions.manage_places import rename_area, rename_body, rename_team, set_team_area
from workflow.errors import NotFound
from workflow.ledger.book import Book
from workflow.queries.hanging_work import PlaceKind, hanging_on
from workflow.queries.organisation import AreaRow, BodyRow, Places, TeamRow, places_of_unit

Row = TeamRow | AreaRow | BodyRow
KIND_OF: Final[dict[str, PlaceKind]] = {"teams": "team", "areas": "area", "bodies": "body"}
"""What stands in an address, and the kind of place it means."""


@bp.route("/<unit>/admin/teams/<uuid:team>", methods=["GET", "POST"])
@for_roles("administrator")
def team(team: uuid.UUID) -> ResponseReturnValue:
    row = _row(_places(), "team", team)
    form = RenameForm(name=row.name)
    return _renamed_or_shown("team", row, form, lambda book, actor, name: rename_team(book, actor, team, name=name))


@bp.route("/<unit>/admin/bodies/<uuid:body>", methods=["GET", "POST"])
@for_roles("administrator")
def body(body: uuid.UUID) -> ResponseReturnValue:
    row = _row(_places(), "body", body)
    form = RenameForm(name=row.name)
    return _renamed_or_shown("body", row, form, lambda book, actor, name: rename_body(book, actor, body, name=name))


@bp.route("/<unit>/admin/areas/<uuid:area>", methods=["GET", "POST"])
@for_roles("administrator")
def area(area: uuid.UUID) -> ResponseReturnValue:
    known = _places()
    row, form = _row(known, "area", area), _area_form(known, area)
    if form.is_submitted():
        name, team_id = form.name.data or "", form.team.data

        def change(book: Book, actor: Actor) -> Answer:
            rename_area(book, actor, area, name=name)
            return set_team_area(book, actor, area, team_id=uuid.UUID(team_id) if team_id else None)

        if carried_out(form, change, what="change_area", area=str(area), name=name, team=team_id):
            return _saved(_("Đã lưu."))
    return _page("area", row, form)


@bp.post("/<unit>/admin/<any(teams, areas, bodies):places>/<uuid:place>/close")
@for_roles("administrator")
def close(places: str, place: uuid.UUID) -> ResponseReturnValue:
    kind, form = KIND_OF[places], Form(prefix="sure")
    row = _row(_places(), kind, place)
    done = carried_out(
        form,
        lambda book, actor: close_place(book, actor, kind, place),
        what="close_place",
        kind=kind,
        place=str(place),
    )
    if done is None:
        return _page(kind, row, _edit_form(kind, row), form)
    return _saved(_("Đã kết thúc %(name)s. Xem lại, mở lại ở cuối trang.", name=row.name))


@bp.post("/<unit>/admin/<any(teams, areas, bodies):places>/<uuid:place>/open")
@for_roles("administrator")
def open_again(places: str, place: uuid.UUID) -> ResponseReturnValue:
    kind, form = KIND_OF[places], Form(prefix="sure")
    row = _row(_places(), kind, place)
    done = carried_out(
        form,
        lambda book, actor: open_place_again(book, actor, kind, place),
        what="open_place_again",
        kind=kind,
        place=str(place),
    )
    if done is None:
        return _page(kind, row, _edit_form(kind, row), form)
    return _saved(_("Đã mở lại %(name)s.", name=row.name))


def _places() -> Places:
    return places_of_unit(here.session, here.actor, now=here.now)


def _row(known: Places, kind: PlaceKind, place_id: uuid.UUID) -> Row:
    """Return the row of a place, open or closed, or raise NotFound."""
    for among in (known, known.closed or Places([], [], [])):
        rows: dict[PlaceKind, Sequence[Row]] = {"team": among.teams, "area": among.areas, "body": among.bodies}
        for row in rows[kind]:
            if row.id == place_id:
                return row
    raise NotFound


def _area_form(known: Places, area_id: uuid.UUID, **options: Any) -> AreaForm:
    row = _row(known, "area", area_id)
    form = AreaForm(name=row.name, team=str(getattr(row, "team_id", None) or ""), **options)
    form.team.choices = [
        SelectChoice("", _("Chưa có tổ nào")),
        *(SelectChoice(str(each.id), each.name) for each in known.teams),
    ]
    return form


def _edit_form(kind: PlaceKind, row: Row) -> Form:
    """Return the form of a place as it is now, whatever another form of the page sent."""
    if kind == "area":
        return _area_form(_places(), row.id, formdata=None)
    return RenameForm(formdata=None, name=row.name)


def _renamed_or_shown(
    kind: PlaceKind, row: Row, form: RenameForm, rename: Callable[[Book, Actor, str], Answer]
) -> ResponseReturnValue:
    if form.is_submitted():
        name = form.name.data or ""
        told = {"what": f"rename_{kind}", kind: str(row.id), "name": name}
        if carried_out(form, lambda book, actor: rename(book, actor, name), **told):
            return _saved(_("Đã lưu."))
    return _page(kind, row, form)


def _page(kind: PlaceKind, row: Row, form: Form, sure_form: Form | None = None) -> ResponseReturnValue:
    """Show a place with its form and what closing it would take; `sure_form` is the closing or opening that was refused."""
    hanging = None
    if row.closed_on is None:
        hanging = hanging_on(here.session, here.unit.id, kind, row.id, row.code, now=here.now)
    return render(
        f"admin/{kind}.html",
        form=form,
        sure_form=sure_form or Form(formdata=None, prefix="sure"),
        wrong=sure_form if sure_form and sure_form.is_wrong else form,
        place=row,
        places=next(name for name, its in KIND_OF.items() if its == kind),
        hanging=hanging,
        kinds=KINDS,
    )


def _saved(said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("admin.places"), 303)
