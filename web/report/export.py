"""Handing out the figures of the report that a page shows: every time is recorded, and there is an end to it on a day."""

import hashlib
import io
import uuid
from typing import Final

from flask import Response

from rules.time import moment_vi
from web.here import here
from workflow.actions.record_export import REPORT, record_export
from workflow.figures.report import Report
from workflow.figures.report_sheet import write_report

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_spreadsheet(made: Report) -> Response:
    """Return a report as a spreadsheet: made, recorded, then given away. Raises TooManyReports."""
    serial, content = uuid.uuid4().hex[:10], io.BytesIO()
    marked = f"{here.unit.name} · Người tải: {here.actor.name} · {moment_vi(here.now)} · Số hiệu {serial}"
    rows = write_report(content, made, unit=here.unit.name, marked=marked)
    digest = hashlib.sha256(content.getvalue()).hexdigest()
    here.unit_command(
        lambda book, actor: record_export(book, actor, what=REPORT, rows=rows, serial=serial, sha256=digest),
        {"export": REPORT, "serial": serial},
        uuid.uuid4().hex,
    )
    answer = Response(content.getvalue(), mimetype=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="bao-cao-{serial}.xlsx"'
    return answer
