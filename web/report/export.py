"""Handing out the figures of the report that a page shows: every time is recorded, and there is an end to it on a day."""

import io

from flask import Response

from web.attachments import exported, new_serial, whose_copy
from web.here import here
from workflow.actions.record_export import REPORT
from workflow.figures.report import Report
from workflow.figures.report_sheet import write_report


def as_spreadsheet(made: Report) -> Response:
    """Return a report as a spreadsheet: made, recorded, then given away. Raises TooManyReports."""
    serial, content = new_serial(), io.BytesIO()
    marked = " · ".join((here.unit.name, *whose_copy(serial)))
    rows = write_report(content, made, unit=here.unit.name, marked=marked)
    return exported(content.getvalue(), "bao-cao", what=REPORT, rows=rows, serial=serial)
