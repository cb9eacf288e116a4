"""Refusals of the engine as sentences on a page."""

from web.i18n import gettext
from workflow.errors import WorkflowError


def sentence_of(error: WorkflowError) -> str:
    """Return what happened and what to do, in the language of the page as far as the engine speaks it."""
    said = gettext(error.message)
    return said % error.values if error.values else said
