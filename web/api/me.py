"""Who is signed in, and what a unit offers: where every program starts."""

from typing import Any

from web.api.blueprint import Operation, bp
from web.api.fields import Flag, Inside, Moment, Several, Shape, Told
from web.here import here
from web.policy import in_unit, signed_in
from web.security import form_token
from workflow.access import Held
from workflow.signing.places import places_of


class AccountShape(Shape):
    """The account that is signed in."""

    id = Told(attribute="account_id", required=True, metadata={"format": "uuid"})
    login = Told(required=True)
    name = Told(required=True)
    language = Told(attribute="locale", required=True, metadata={"enum": ["vi", "en"]})


class UnitShape(Shape):
    """A unit in which the account has a place. `now` is the unit's own time: a demonstration lives in its own days."""

    code = Told(attribute="unit_code", required=True)
    name = Told(attribute="unit_name", required=True)
    membership = Told(attribute="membership_id", required=True, metadata={"format": "uuid"})
    roles = Several(Told(), required=True)
    now = Moment(required=True)


class MeShape(Shape):
    """The account, its units, and the token that every change has to carry."""

    account = Inside(AccountShape, required=True)
    units = Several(Inside(UnitShape), required=True)
    csrf_token = Told(required=True, metadata={"description": "goes into X-CSRF-Token"})
    server_time = Moment(required=True)
    signed_in_until = Moment(required=True)


class PostShape(Shape):
    """A post held now."""

    code = Told(required=True)
    role = Told(required=True)
    label = Told(required=True)


class CampaignShape(Shape):
    """A campaign of the unit."""

    code = Told(required=True)
    name = Told(required=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)


class OverviewShape(Shape):
    """A unit with its campaigns, and the posts that the account holds there."""

    code = Told(required=True)
    name = Told(required=True)
    is_demonstration = Flag(required=True)
    now = Moment(required=True)
    posts = Several(Inside(PostShape), required=True)
    campaigns = Several(Inside(CampaignShape), required=True)


@bp.route("/me")
@signed_in
class Me(Operation):
    """The account."""

    @bp.response(200, MeShape)
    def get(self) -> Any:
        """Who is signed in, in which units with which roles, and the token for changes.

        The token belongs to the session cookie and lasts as long as the session.
        """
        places = places_of(here.session, here.me.account_id, now=here.real_now)
        return {
            "account": here.me,
            "units": [{**_place(place), "roles": sorted(place.roles)} for place in places],
            "csrf_token": form_token(),
            "server_time": here.real_now,
            "signed_in_until": here.me.ends_at,
        }


@bp.route("/<unit>")
@in_unit
class Unit(Operation):
    """A unit."""

    @bp.response(200, OverviewShape)
    def get(self) -> Any:
        """A unit: its time, its campaigns, and the posts that the account holds there."""
        unit = here.unit
        return {
            "code": unit.code,
            "name": unit.name,
            "is_demonstration": unit.is_demo,
            "now": here.now,
            "posts": [_post(held) for held in here.actor.posts],
            "campaigns": here.campaigns,
        }


def _place(place: Any) -> dict[str, Any]:
    return {name: getattr(place, name) for name in ("unit_code", "unit_name", "membership_id", "now")}


def _post(held: Held) -> dict[str, str]:
    return {"code": held.code, "role": held.role, "label": held.label}
