"""The report as of an instant: the paper's own lines, what its signer must know, and a few lines to paste into a message."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from rules.time import Instant, at, local_datetime
from web.here import here
from web.pages import render
from web.policy import for_roles
from web.report.export import as_spreadsheet
from web.report.forms import AsOfForm, ShownForm
from workflow.errors import NotFound
from workflow.figures.campaign_overview import last_cut_off
from workflow.figures.counts import newest_no
from workflow.figures.report import Report, report
from workflow.figures.text import quick_text
from workflow.figures.values import Known

bp = Blueprint("report", __name__, template_folder="templates")


@bp.get("/<unit>/<campaign>/report")
@for_roles("coordinator", "administrator", "chair", "duty_leader", "superior", "auditor")
def show() -> ResponseReturnValue:
    form = AsOfForm(request.args if request.args else None)
    asked = not request.args or form.read(here.now)
    as_of = form.as_of.data if asked and form.as_of.data is not None else here.now
    known: Known = "then" if asked and form.known.data == "then" else "now"
    if form.as_of.data is None and asked:
        form.as_of.data = here.now
    made = report(here.session, here.context, here.context.pack, as_of=as_of, known=known) if asked else None
    return _page(form, made, known)


@bp.post("/<unit>/<campaign>/report/sheet")
@for_roles("coordinator", "administrator", "chair", "duty_leader", "superior", "auditor")
def sheet() -> ResponseReturnValue:
    """Hand out the report that a page showed: of the same instant, as the ledger stood at the same number."""
    form = ShownForm()
    if not form.read(here.now) or int(form.ledger_no.data or 0) > newest_no(here.session, here.unit.id):
        raise NotFound
    as_of, known = int(form.as_of.data or 0), int(form.ledger_no.data or 0)
    made = report(here.session, here.context, here.context.pack, as_of=as_of, known=known)
    return as_spreadsheet(made)


def _page(form: AsOfForm, made: Report | None, known: Known) -> ResponseReturnValue:
    return render(
        "report/show.html",
        form=form,
        made=made,
        known=known,
        quick=quick_text(made) if made else "",
        cut_off=last_cut_off(here.context, here.now),
        printed=[each for each in here.context.pack.model.examples.printed if at(each.as_of) <= here.now],
        at=at,
        stamp=stamp,
    )


def stamp(instant: Instant) -> str:
    """Return an instant as the form of this page takes it."""
    return f"{local_datetime(instant):%d/%m/%Y %H:%M}"
