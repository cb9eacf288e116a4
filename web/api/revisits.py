"""The doors at which one is to ask whether somebody came: an address and a day, never a name or what was found there."""

from typing import Any

from web.api.blueprint import Operation, bp
from web.api.fields import Inside, Moment, Several, Shape, Told
from web.here import here
from web.policy import for_roles
from web.quality.views import ASKERS
from workflow.days import as_date
from workflow.queries.revisits import ToAsk, revisits_to_ask


class RevisitShape(Shape):
    """A door to ask at about a day (of the visit). `answer`: came, not_came, nobody_there, or null until somebody asked."""

    id = Told(required=True, metadata={"format": "uuid"})
    day = Told(required=True, metadata={"format": "date"})
    area = Told(required=True)
    lane = Told(required=True)
    house_no = Told(required=True)
    team = Told(required=True)
    answer = Told(required=True, allow_none=True)
    answered_at = Moment(required=True, allow_none=True)


class RevisitsShape(Shape):
    """What is to be asked, open ones first."""

    revisits = Several(Inside(RevisitShape), required=True)


@bp.route("/<unit>/<campaign>/revisits")
@for_roles(*ASKERS)
class Revisits(Operation):
    """What one is to ask."""

    @bp.response(200, RevisitsShape)
    def get(self) -> Any:
        """The doors drawn for a re-visit that are yours to ask at; nobody asks about a team of their own."""
        return {"revisits": [_told(one) for one in revisits_to_ask(here.session, here.actor, here.context)]}


def _told(one: ToAsk) -> dict[str, Any]:
    return {**{name: getattr(one, name) for name in RevisitShape._declared_fields}, "day": as_date(one.day).isoformat()}
