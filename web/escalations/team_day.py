"""The teams' day beside the list: what is stuck, who is away, at which pace."""

from typing import Final

from flask import request
from flask.typing import ResponseReturnValue

from web.escalations.blueprint import bp
from web.escalations.listing import LEADERS
from web.here import here
from web.overview.views import in_words
from web.pages import render
from web.policy import for_roles
from workflow.figures.team_day import team_day

HOURS: Final = (24, 48, 72)
"""For how many hours work may have hung, to choose from; the pack's own number is there too."""


@bp.get("/<unit>/<campaign>/escalations/teams")
@for_roles(*sorted(LEADERS))
def teams() -> ResponseReturnValue:
    """The teams one looks after, those with most stuck first."""
    asked = request.args.get("hours", type=int)
    seen = team_day(here.session, here.actor, here.context, now=here.now, hours=asked if asked in HOURS else None)
    choices = sorted({*HOURS, seen.hours})
    opens_teams = bool({"team_leader", "duty_leader", "coordinator"} & here.actor.roles)
    return render("escalations/teams.html", seen=seen, choices=choices, in_words=in_words, opens_teams=opens_teams)
