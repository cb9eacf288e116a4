"""The units of a superior side by side: what each has closed, what is missing, and their sum. Roll-ups only."""

import hashlib
import io
import uuid

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from rules.time import moment_vi
from web.here import here
from web.pages import render
from web.policy import for_roles
from workflow.actions.record_export import REPORT, record_export
from workflow.closing.side_by_side import SideBySide, side_by_side
from workflow.closing.side_by_side_sheet import write_side_by_side

bp = Blueprint("above", __name__, template_folder="templates")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/<unit>/<campaign>/units")
@for_roles("superior")
def index() -> ResponseReturnValue:
    found = _seen(request.args.get("period"))
    return render("above/index.html", found=found, seen=found.seen, here_url=url_for("above.index"))


@bp.post("/<unit>/<campaign>/units/sheet")
@for_roles("superior")
def sheet() -> ResponseReturnValue:
    """Hand out what the page shows as a spreadsheet: made, recorded in the unit of the page, then given away."""
    seen, serial, content = _seen(request.form.get("period")).seen, uuid.uuid4().hex[:10], io.BytesIO()
    marked = f"Người tải: {here.actor.name} · {moment_vi(here.now)} · Số hiệu {serial}"
    rows = write_side_by_side(content, seen, campaign=here.context.name, marked=marked)
    digest = hashlib.sha256(content.getvalue()).hexdigest()
    here.unit_command(
        lambda book, actor: record_export(book, actor, what=REPORT, rows=rows, serial=serial, sha256=digest),
        {"export": REPORT, "serial": serial},
        uuid.uuid4().hex,
    )
    answer = Response(content.getvalue(), mimetype=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="tong-hop-{serial}.xlsx"'
    return answer


def _seen(period: str | None) -> SideBySide:
    return side_by_side(here.session, here.me.account_id, here.context.code, now=here.real_now, period=period or None)
