"""Sentences that remember how they were put together, so that a page can say them in its own language.

Rules and engine write Vietnamese. A text that is made of parts is a `Said`: to everybody it is the Vietnamese text, to a page also
the sentence without its values, and the values. What is plain text among the values is somebody's data and stays as it is.
"""

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

from rules.time import Instant, exclusive_vi, moment_vi


class Said(str):
    """A sentence, or part of one, with named values in it. A value that is a `Said` too is translated with it.

    >>> Said("%(file)s có %(n)s dòng", file="a.xlsx", n=3)
    'a.xlsx có 3 dòng'
    """

    __slots__ = ("message", "values")
    message: str
    values: Mapping[str, Any]

    def __new__(cls, message: str, /, **values: Any) -> "Said":
        """Return the Vietnamese text. A percent sign of a message that has values is written twice; what is said already stays."""
        if isinstance(message, Said) and not values:
            return message
        made = super().__new__(cls, message % values if values else message)
        made.message, made.values = message, values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.message,), dict(self.values)


class Named(str):
    """What a pack calls a thing, in both languages; `en` is None where the pack has no English."""

    __slots__ = ("en",)
    en: str | None

    def __new__(cls, vi: str, en: str | None = None) -> "Named":
        """Return the Vietnamese name."""
        made = super().__new__(cls, vi)
        made.en = en
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str, str | None], dict[str, Any]]:
        return (str(self), self.en), {}


class At(str):
    """An instant within a sentence, to the minute: 15:38 ngày 24/5/2025."""

    __slots__ = ("instant",)
    instant: Instant

    def __new__(cls, instant: Instant) -> "At":
        """Return it as Vietnamese papers print it."""
        made = super().__new__(cls, moment_vi(instant))
        made.instant = instant
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[Instant], dict[str, Any]]:
        return (self.instant,), {}


class Until(str):
    """A deadline within a sentence, exclusive, told by its last moment: hết Thứ Hai 19/5/2025."""

    __slots__ = ("instant",)
    instant: Instant

    def __new__(cls, instant: Instant) -> "Until":
        """Return it as Vietnamese plans word it."""
        made = super().__new__(cls, exclusive_vi(instant, with_year=True))
        made.instant = instant
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[Instant], dict[str, Any]]:
        return (self.instant,), {}


class Figure(str):
    """A number within a sentence as Vietnamese prints it: 4.546 or 87,44 %."""

    __slots__ = ()


class Part(str):
    """A sentence that stands within another: no capital in front, unless an abbreviation begins there, and no full stop."""

    __slots__ = ("whole",)
    whole: Said

    def __new__(cls, whole: str) -> "Part":
        """Return the Vietnamese part."""
        made = super().__new__(cls, within(whole))
        made.whole = Said(whole)
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[Said], dict[str, Any]]:
        return (self.whole,), {}


def within(sentence: str) -> str:
    """Return a sentence as it stands within another, in whichever language it is.

    >>> within("Trùng. Giữ một dòng."), within("ID number too short")
    ('trùng. Giữ một dòng', 'ID number too short')
    """
    text = sentence.rstrip(".")
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def ours(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values in which plain text is a sentence of ours to translate, and nobody's data."""
    return {name: Said(value) if type(value) is str else value for name, value in values.items()}


def either(parts: Iterable[str]) -> str:
    """Return parts joined by "hoặc"; the empty text if there are none.

    >>> either(["một", "hai", "ba"])
    'một hoặc hai hoặc ba'
    """
    return _joined("%(first)s hoặc %(then)s", parts)


def listed(parts: Iterable[str]) -> str:
    """Return parts one after the other with commas.

    >>> listed(["“A”", "“B”"])
    '“A”, “B”'
    """
    return _joined("%(first)s, %(then)s", parts)


def all_of(parts: Iterable[str]) -> str:
    """Return parts of a sentence one after the other with semicolons."""
    return _joined("%(first)s; %(then)s", parts)


def added_up(parts: Iterable[str]) -> str:
    """Return figures with a plus between them."""
    return _joined("%(first)s + %(then)s", parts)


def in_a_row(parts: Iterable[str]) -> str:
    """Return parts one after the other with spaces."""
    return _joined("%(first)s %(then)s", parts)


def _joined(message: str, parts: Iterable[str]) -> str:
    found = list(parts)
    return reduce(lambda first, then: Said(message, first=first, then=then), found) if found else ""


def kept(value: Any) -> Any:
    """Return a value of a sentence, or the sentence, as JSON keeps it. Plain text is kept as it is."""
    match value:
        case Said():
            return {"say": value.message, "with": {name: kept(each) for name, each in value.values.items()}}
        case Named():
            return {"vi": str(value), "en": value.en}
        case At():
            return {"at": value.instant}
        case Until():
            return {"until": value.instant}
        case Figure():
            return {"figure": str(value)}
        case Part():
            return {"part": kept(value.whole)}
        case _:
            return value


def revived(value: Any) -> Any:
    """Return what `kept` kept. What was kept as text, before sentences were, stays text.

    >>> revived(kept(Said("%(n)s dòng, %(why)s", n=3, why=Said("trùng"))))
    '3 dòng, trùng'
    """
    match value:
        case {"say": str(message), "with": dict(values)}:
            return Said(message, **{name: revived(each) for name, each in values.items()})
        case {"vi": vi, "en": en}:
            return Named(vi, en)
        case {"at": instant}:
            return At(instant)
        case {"until": instant}:
            return Until(instant)
        case {"figure": text}:
            return Figure(text)
        case {"part": whole}:
            return Part(revived(whole))
        case _:
            return value
