"""Everything that a coordinator needs before the cut-off, on one page."""

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from rules.time import DAY, HOUR, MINUTE, Duration
from web.here import here
from web.i18n import _, ngettext
from web.pages import render
from web.policy import for_roles
from workflow.closing.waiting import closes_waiting
from workflow.figures.campaign_overview import By, campaign_overview
from workflow.queries.clock_watch import silence_of
from workflow.queries.plan_items import label_of

bp = Blueprint("overview", __name__, template_folder="templates")


@bp.get("/<unit>/<campaign>/overview")
@for_roles("coordinator", "administrator")
def index() -> ResponseReturnValue:
    by: By = "area" if request.args.get("by") == "area" else "team"
    seen = campaign_overview(here.session, here.actor, here.context, now=here.now, by=by)
    return render(
        "overview/index.html",
        seen=seen,
        closes=closes_waiting(here.session, here.context, now=here.now),
        in_words=in_words,
        asked_for=label_of(here.context, seen.period.reports[0].item, seen.period.label) if seen.period.reports else "",
        has_endpoint=lambda name: name in current_app.view_functions,
        clock_is_late=silence_of(seen.clock.tick_at, [here.context], now=here.now) is not None,
    )


def in_words(length: Duration) -> str:
    """Return a length of time as people say it: two days, five hours, 22 minutes.

    Whole units, the largest of which there are at least two.
    """
    if length < MINUTE:
        return _("chưa đầy 1 phút")
    if length >= 2 * DAY:
        return ngettext("%(n)s ngày", "%(n)s ngày", length // DAY)
    if length >= 2 * HOUR:
        return ngettext("%(n)s giờ", "%(n)s giờ", length // HOUR)
    return ngettext("%(n)s phút", "%(n)s phút", length // MINUTE)
