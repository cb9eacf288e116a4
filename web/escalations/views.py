"""What waits for the posts one holds: rows by rule and group. The list is here; what is opened, decided and shown beside it has
modules of its own.
"""

from typing import Final

from flask.typing import ResponseReturnValue

from rules.time import DAY
from web.escalations import bulk, episode, group, team_day
from web.escalations.blueprint import ROLES, bp
from web.escalations.forms import SettleForm
from web.escalations.listing import list_values
from web.here import here
from web.pages import render
from web.policy import for_roles
from workflow.queries.ladder_counts import ladder_counts
from workflow.queries.last_decisions import last_decisions

_DECISIONS_OF: Final = 7 * DAY


@bp.get("/<unit>/<campaign>/escalations")
@for_roles(*ROLES)
def inbox() -> ResponseReturnValue:
    """The list, the least time left first; the address says which part of it."""
    values = list_values()
    since = here.now - _DECISIONS_OF
    decisions = [] if values["listed"].rows else last_decisions(here.session, here.actor, here.context, since=since)
    of_unit = values["whole"] and values["coordinates"]
    ladder = ladder_counts(here.session, here.context, now=here.now) if of_unit else None
    form = SettleForm(formdata=None)
    return render("escalations/inbox.html", decisions=decisions, form=form, ladder=ladder, **values)


__all__ = ["bp", "bulk", "episode", "group", "team_day"]
