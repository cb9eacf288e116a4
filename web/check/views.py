"""A page that reads anybody's report and says what in its figures cannot be. The document is looked at and forgotten."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from web.check.forms import CheckForm
from web.pages import render
from web.policy import for_roles
from workflow.checking.catalogue import CATALOGUE

bp = Blueprint("check", __name__, template_folder="templates")
SHOWN = 200
"""How many of the numbers read a page lists."""
READERS = ("coordinator", "administrator", "chair", "duty_leader", "plan_owner", "superior", "auditor")


@bp.get("/<unit>/<campaign>/check")
@for_roles(*READERS)
def form() -> ResponseReturnValue:
    return render("check/show.html", form=CheckForm(), checked=None, catalogue=CATALOGUE)


@bp.post("/<unit>/<campaign>/check")
@for_roles(*READERS)
def look() -> ResponseReturnValue:
    asked = CheckForm()
    checked = asked.checked() if asked.validate() else None
    numbers = checked.to_json()["numbers"] if checked is not None else []
    return render("check/show.html", form=asked, checked=checked, numbers=numbers, shown=SHOWN, catalogue=CATALOGUE)
