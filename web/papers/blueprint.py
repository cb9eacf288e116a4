"""Who sees papers and who makes them."""

from typing import Final

from flask import Blueprint

from workflow.queries.papers import MAKERS, READERS

bp = Blueprint("papers", __name__, template_folder="templates")
SEES: Final = READERS
MAKES: Final = MAKERS
