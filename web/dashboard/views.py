"""The campaign, an area, a team on one page each: how far, how far it can still come, where work is left, who moved on how fast."""

from typing import Any

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from rules.time import Instant, local_datetime
from web.charts import bar_rows, line_charts
from web.dashboard.forms import WhenForm
from web.here import here
from web.overview.views import in_words
from web.pages import render
from web.policy import for_roles, policy_of
from workflow.days import as_date
from workflow.errors import NotFound
from workflow.figures.dashboard import By, campaign_dashboard, place_dashboard
from workflow.figures.flow import flows_of
from workflow.queries.looked_after import places_looked_after

bp = Blueprint("dashboard", __name__, url_prefix="/<unit>/<campaign>/dashboard", template_folder="templates")
UNIT_READERS = ("coordinator", "administrator", "chair", "duty_leader", "superior", "auditor")
SHOWN = 20
"""Bars that a page draws at once; the rest stands in the table behind it."""


@bp.get("")
@for_roles(*UNIT_READERS)
def index() -> ResponseReturnValue:
    """The campaign as of an instant (`?as_of=`, default now), its places by area or team (`?by=`)."""
    form, as_of = _when()
    by: By = "team" if request.args.get("by") == "team" else "area"
    page = None
    if as_of is not None:
        is_now = as_of == here.now
        page = campaign_dashboard(here.session, here.actor, here.context, as_of=as_of, is_now=is_now, by=by)
    return _rendered("dashboard/index.html", form, page, bars=bar_rows(page.bars) if page else (), shown=SHOWN, by=by)


@bp.get("/flow")
@for_roles(*UNIT_READERS)
def flow() -> ResponseReturnValue:
    """Who moved on in the day before an instant (`?as_of=`, default now), and how long they had stood where they were."""
    form, as_of = _when()
    page = flows_of(here.session, here.context, as_of=as_of) if as_of is not None else None
    return render("dashboard/flow.html", form=form, page=page, in_words=in_words, is_now=as_of == here.now)


@bp.get("/areas")
@for_roles("coordinator", "administrator", "chair", "duty_leader", "area_head")
def area() -> ResponseReturnValue:
    """An area that the reader looks after (`?code=`, default the first)."""
    return _place("area")


@bp.get("/teams")
@for_roles("coordinator", "administrator", "chair", "duty_leader", "team_leader")
def team() -> ResponseReturnValue:
    """A team that the reader looks after (`?code=`, default the first)."""
    return _place("team")


def _place(by: By) -> ResponseReturnValue:
    form, as_of = _when()
    places = places_looked_after(here.session, here.actor, by)
    code = request.args.get("code") or (places[0].code if places else None)
    if code is None:
        return render("dashboard/none.html", by=by)
    if all(place.code != code for place in places):
        raise NotFound
    page = None
    if as_of is not None:
        is_now = as_of == here.now
        page = place_dashboard(here.session, here.actor, here.context, by, code, as_of=as_of, is_now=is_now)
    bars = bar_rows([page.bar]) if page and page.bar else ()
    return _rendered("dashboard/place.html", form, page, bars=bars, by=by, places=places, code=code)


def _rendered(template: str, form: WhenForm, page: Any, **values: Any) -> ResponseReturnValue:
    curve = page.curve if page else None
    return render(
        template,
        form=form,
        page=page,
        charts=line_charts(curve) if curve else (),
        as_date=as_date,
        stamp=stamp,
        may_open=_may_open,
        **values,
    )


def _when() -> tuple[WhenForm, Instant | None]:
    """Return the form and the instant that it asks for; None if it cannot be answered."""
    form = WhenForm(request.args if request.args.get("as_of") else None)
    if request.args.get("as_of") and not form.read(here.now):
        return form, None
    return form, form.as_of.data if form.as_of.data is not None else here.now


def stamp(instant: Instant) -> str:
    """Return an instant as an address of these pages takes it."""
    return f"{local_datetime(instant):%d/%m/%Y %H:%M}"


def _may_open(endpoint: str) -> bool:
    policy = policy_of(current_app, endpoint) if endpoint in current_app.view_functions else None
    return policy is not None and policy.admits(here.actor.roles)
