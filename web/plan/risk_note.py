"""Tomorrow's risk in one line, on the page from which the owner of a part of the plan starts."""

from typing import NamedTuple

from flask import request

from web.here import arrived
from web.navigation import home_of, unit_shown
from web.plan.words import due_words
from workflow.figures.plan_ahead import Risk, risks_of_tomorrow


class RiskNote(NamedTuple):
    """How many of one's own tasks may be missed, how many are overdue already, and the one with the least time left."""

    risks: int
    overdue: int
    first: Risk

    @property
    def due_words(self) -> str:
        """The deadline of the first, as the plan's pages say it."""
        return due_words(self.first.row.due_words, self.first.row.due_at)


def risk_here() -> RiskNote | None:
    """Return tomorrow's risk for the plan owner who stands on their first page; None elsewhere, and where there is none."""
    here = arrived()
    if unit_shown() is None or here.campaign_code is None or request.method != "GET":
        return None
    roles = here.actor.roles
    if "plan_owner" not in roles or request.endpoint != home_of(roles):
        return None
    found = risks_of_tomorrow(here.session, here.actor, here.context, now=here.now, only_own=True)
    if not found.risks:
        return None
    return RiskNote(len(found.risks), found.overdue, found.risks[0])
