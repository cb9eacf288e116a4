"""The units of a superior side by side: what each has closed, what is missing, and their sum. Roll-ups only."""

import io

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from web.attachments import exported, new_serial, whose_copy
from web.here import here
from web.pages import render
from web.policy import for_roles
from workflow.actions.record_export import REPORT
from workflow.closing.side_by_side import SideBySide, side_by_side
from workflow.closing.side_by_side_sheet import write_side_by_side

bp = Blueprint("above", __name__, template_folder="templates")


@bp.get("/<unit>/<campaign>/units")
@for_roles("superior")
def index() -> ResponseReturnValue:
    found = _seen(request.args.get("period"))
    return render("above/index.html", found=found, seen=found.seen, here_url=url_for("above.index"))


@bp.post("/<unit>/<campaign>/units/sheet")
@for_roles("superior")
def sheet() -> ResponseReturnValue:
    """Hand out what the page shows as a spreadsheet: made, recorded in the unit of the page, then given away."""
    seen, serial, content = _seen(request.form.get("period")).seen, new_serial(), io.BytesIO()
    rows = write_side_by_side(content, seen, campaign=here.context.name, marked=" · ".join(whose_copy(serial)))
    return exported(content.getvalue(), "tong-hop", what=REPORT, rows=rows, serial=serial)


def _seen(period: str | None) -> SideBySide:
    return side_by_side(here.session, here.me.account_id, here.context.code, now=here.real_now, period=period or None)
