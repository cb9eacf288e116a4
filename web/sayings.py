"""What rules and engine say, as sentences on a page: refusals, findings, reasons."""

from typing import Any

from rules.said import At, Figure, Named, Part, Said, Until, within
from web.format import figure, label, moment
from web.i18n import current_locale, gettext
from workflow.errors import WorkflowError


def sentence_of(error: WorkflowError) -> str:
    """Return what happened and what to do, in the language of the page."""
    return in_words(error.said)


def in_words(said: Any) -> str:
    """Return a sentence in the language of the page, whatever it was put together from; other text is data and stays."""
    match said:
        case Said(message=""):
            return ""
        case Said():
            words = gettext(said.message)
            return words % {name: in_words(value) for name, value in said.values.items()} if said.values else words
        case Part():
            return within(in_words(said.whole))
        case Named():
            return label(said)
        case At():
            return moment(said.instant)
        case Until():
            return str(said) if current_locale() == "vi" else gettext("trước %(moment)s", moment=moment(said.instant))
        case Figure():
            return figure(said)
        case _:
            return str(said)


def spoken(said: Any) -> str:
    """Return what the engine says as it stands in a template: plain text is a sentence of ours there, not somebody's data."""
    return in_words(Said(said) if type(said) is str else said)
