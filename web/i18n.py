"""Two languages. What is written in the source is Vietnamese; `locale/en*.po` has every sentence in English.

Only WTForms writes English of its own: `locale/vi/wtforms.po` has it in Vietnamese. Catalogues are read once, at start, from
their `.po` text, so nothing has to be compiled. A test finds sentences without a translation.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy, Translations
from markupsafe import Markup, escape
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


_spoken: Final[ContextVar[str]] = ContextVar("locale", default="vi")


def speak(locale: str) -> None:
    """Let the page that is being made be in `locale`."""
    _spoken.set(locale)


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Put what is said in this block in `locale`."""
    before = _spoken.set(locale)
    try:
        yield
    finally:
        _spoken.reset(before)


def current_locale() -> str:
    """Return the language of the page being made."""
    return _spoken.get()


def gettext(message: str, **values: Any) -> str:
    """Return a sentence in the language of the page, with its named values filled in."""
    said = catalogue(current_locale()).gettext(message)
    return said % values if values else said


def ngettext(singular: str, plural: str, n: int, /, **values: Any) -> str:
    """Return a sentence about `n` things. Vietnamese has one form; English has two."""
    return catalogue(current_locale()).ngettext(singular, plural, n) % {"n": n, **values}


@lru_cache(maxsize=5000)
def _on_page(locale: str, message: str) -> tuple[str, Markup]:
    """Return a sentence as a page writes it: with room for values, and without any."""
    said = catalogue(locale).gettext(message)
    return said, Markup(said.replace("%%", "%"))  # noqa: S704 - a sentence of ours, or of a pack's author


def page_text(message: str, /, **values: Any) -> Markup:
    """Return a sentence for a template; values are escaped, the sentence is our own."""
    said, alone = _on_page(current_locale(), str(message))
    return Markup(said % {name: escape(value) for name, value in values.items()}) if values else alone  # noqa: S704


def page_text_of(singular: str, plural: str, n: int, /, **values: Any) -> Markup:
    """Return a sentence about `n` things for a template."""
    said = Markup(catalogue(current_locale()).ngettext(singular, plural, n))  # noqa: S704 - a sentence of ours
    return said % {"n": n, "num": n, **values}


def lazy_gettext(message: str, **values: Any) -> Any:
    """Return a sentence that is put into words when the page is made: for labels of forms."""
    return LazyProxy(gettext, message, enable_cache=False, **values)


def N_(message: str) -> str:  # noqa: N802 - the name that catalogues know
    """Name a sentence for the catalogues where it is only listed; whoever shows it calls `gettext` then."""
    return message


_, _n, _l = gettext, ngettext, lazy_gettext
