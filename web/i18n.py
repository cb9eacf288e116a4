"""Two languages. What is written in the source is Vietnamese; `locale/en*.po` has every sentence in English.

Only WTForms writes English of its own: `locale/vi/wtforms.po` has it in Vietnamese. Catalogues are read once, at start, from
their `.po` text, so nothing has to be compiled. A test finds sentences without a translation.
"""

from collections.abc import Callable
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy, Translations
from flask import g, has_request_context
from wtforms import i18n as wtforms_i18n

LOCALES: Final = {"vi": "Tiếng Việt", "en": "English"}
FOLDER: Final = Path(__file__).parent / "locale"


@cache
def catalogue(locale: str) -> NullTranslations:
    """Return what turns our sentences into those of `locale`."""
    if locale == "vi":
        return NullTranslations()
    return _read(*sorted(FOLDER.glob(f"{locale}*.po")), *sorted((FOLDER / locale).glob("*.po")))


@cache
def wtforms_catalogue(locale: str) -> Any:
    """Return what turns the sentences of WTForms into those of `locale`."""
    if locale == "vi":
        return _Gettext(_read(FOLDER / "vi" / "wtforms.po"))
    return wtforms_i18n.DummyTranslations()


def _read(first: Path, *others: Path) -> Translations:
    merged = _catalogue_in(first)
    for path in others:
        merged.merge(_catalogue_in(path))
    return merged


def _catalogue_in(path: Path) -> Translations:
    with path.open("rb") as text:
        binary = BytesIO()
        write_mo(binary, read_po(text))
    binary.seek(0)
    return Translations(fp=binary)


class _Gettext:
    """The two calls that WTForms makes."""

    def __init__(self, translations: NullTranslations) -> None:
        self.gettext: Callable[[str], str] = translations.gettext
        self.ngettext: Callable[[str, str, int], str] = translations.ngettext


def current_locale() -> str:
    """Return the language of the page being made."""
    return str(g.get("locale", "vi")) if has_request_context() else "vi"


def gettext(message: str, **values: Any) -> str:
    """Return a sentence in the language of the page, with its named values filled in."""
    said = catalogue(current_locale()).gettext(message)
    return said % values if values else said


def ngettext(singular: str, plural: str, n: int, **values: Any) -> str:
    """Return a sentence about `n` things. Vietnamese has one form; English has two."""
    return catalogue(current_locale()).ngettext(singular, plural, n) % {"n": n, **values}


def lazy_gettext(message: str, **values: Any) -> Any:
    """Return a sentence that is put into words when the page is made: for labels of forms."""
    return LazyProxy(gettext, message, enable_cache=False, **values)


def N_(message: str) -> str:  # noqa: N802 - the name that catalogues know
    """Name a sentence for the catalogues where it is only listed; whoever shows it calls `gettext` then."""
    return message


_, _n, _l = gettext, ngettext, lazy_gettext
