"""One screen for the chair: how far, how far it can still go, what waits for a decision, which teams are late."""

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from web.chair.chart import HEIGHT, WIDTH, chart_of
from web.escalations.listing import kind_words
from web.here import here
from web.pages import render
from web.policy import for_roles, policy_of
from workflow.closing.waiting import closes_waiting
from workflow.days import as_date
from workflow.figures.chair_overview import chair_overview
from workflow.queries.waiting import KINDS, Counts, Kind, WaitingList

bp = Blueprint("chair", __name__, template_folder="templates")


@bp.get("/<unit>/<campaign>/chair")
@for_roles("chair", "coordinator")
def index() -> ResponseReturnValue:
    """The page; figures are of the moment at which it was opened, and say so."""
    page = chair_overview(here.session, here.actor, here.context, now=here.now)
    leads = ("plan.board", "report.show", "overview.index", "answer.quick", "dashboard.index", "targets.index")
    leads_to = {endpoint: _may_open(endpoint) for endpoint in leads}
    return render(
        "chair/index.html",
        page=page,
        other_sorts=_other_sorts(page.waits),
        closes=closes_waiting(here.session, here.context, now=here.now),
        chart=chart_of(page),
        width=WIDTH,
        height=HEIGHT,
        as_date=as_date,
        leads_to=leads_to,
    )


def _other_sorts(waits: WaitingList) -> list[tuple[Kind, str, Counts]]:
    """Return what waits besides what the ladders brought: each sort, what it is called, how much."""
    words = kind_words()
    return [(kind, words[kind], waits.counts[kind]) for kind in KINDS[1:] if waits.counts[kind].waiting]


def _may_open(endpoint: str) -> bool:
    policy = policy_of(current_app, endpoint) if endpoint in current_app.view_functions else None
    return policy is not None and policy.admits(here.actor.roles)
