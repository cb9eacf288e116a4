"""The way in: the units somebody has a place in, the campaigns of a unit, and from there the page of one's role."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from web.here import here
from web.navigation import home_of
from web.pages import render
from web.policy import in_unit, public, signed_in
from workflow.signing.places import places_of

bp = Blueprint("home", __name__, template_folder="templates")


@bp.get("/")
@signed_in
def index() -> ResponseReturnValue:
    places = places_of(here.session, here.me.account_id, now=here.real_now)
    if len(places) == 1:
        return redirect(url_for("home.unit", unit=places[0].unit_code), 303)
    return render("home/units.html", places=places)


@bp.get("/<unit>/")
@in_unit
def unit() -> ResponseReturnValue:
    campaigns = here.campaigns
    if len(campaigns) == 1:
        return redirect(url_for("home.campaign", campaign=campaigns[0].code), 303)
    return render("home/campaigns.html", campaigns=campaigns)


@bp.get("/<unit>/<campaign>/")
@in_unit
def campaign() -> ResponseReturnValue:
    start = home_of(here.actor.roles)
    if start is not None:
        return redirect(url_for(start), 303)
    return render("home/no_role.html")


@bp.get("/healthz")
@public
def health() -> ResponseReturnValue:
    return {"ok": True}
