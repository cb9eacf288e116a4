"""Numbers that know who they are, and words that the author must look at: marked in the text, made into Word after rendering.

Between a template and its paper a figure travels as plain text with invisible marks around it. So an office writes `{{ line["2"].count }}`
anywhere in Word and the bookmark comes by itself; the marks are characters of the private use area and can be in no other text.
"""

import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from workflow.documents.styles import AUTHOR_STYLE

_OPEN, _NAMED, _CLOSE = "\ue000", "\ue001", "\ue002"
_AUTHOR, _AUTHOR_END = "\ue003", "\ue004"
_MARKS: Final = re.compile(f"([{_OPEN}{_CLOSE}{_AUTHOR}{_AUTHOR_END}])")
_PRIVATE: Final = re.compile("[\ue000-\uf8ff]")
_UNFIT: Final = re.compile(r"[^A-Za-z0-9_]")
AGAIN: Final = "_lan"
LONGEST_NAME: Final = 40
"""Characters of a bookmark's name that Word allows."""
REVIEW: Final = "người soạn xem lại"
"""How every passage begins that the author still has to look at; in square brackets."""


def figure(name: str, text: str) -> str:
    """Return a printed number under its name.

    >>> unmarked(figure("so_2_n", "3.975"))
    '3.975'
    """
    return f"{_OPEN}{bookmark_name(name)}{_NAMED}{text}{_CLOSE}"


def for_author(text: str) -> str:
    """Return a passage that is to be looked at before anybody signs; it stands out, and `author_marks` finds it again.

    >>> unmarked(for_author("chưa có bằng chứng"))
    '[người soạn xem lại: chưa có bằng chứng]'
    """
    return f"{_AUTHOR}[{REVIEW}: {text}]{_AUTHOR_END}"


def begins_review(text: str) -> bool:
    """Whether a passage for the author stands somewhere in a text.

    >>> begins_review("Hội nghị. [Người soạn xem lại: sửa]"), begins_review("Người soạn xem lại")
    (True, False)
    """
    return f"[{REVIEW}" in text.casefold()


def bookmark_name(name: str) -> str:
    """Return a name that Word takes for a bookmark: letters, digits, underscores, at most 40 (here 36: `_lan2` may follow).

    >>> bookmark_name("so_3.8_n"), bookmark_name("kv_1_Tổ 2")
    ('so_3x8_n', 'kv_1_T__2')
    """
    return _UNFIT.sub("_", name.replace(".", "x"))[: LONGEST_NAME - 5]


def plain(text: str) -> str:
    """Return somebody's words without characters that could be taken for marks.

    >>> plain("a\\ue000b")
    'ab'
    """
    return _PRIVATE.sub("", text)


def unmarked(text: str) -> str:
    """Return a marked text as people read it."""
    return _PRIVATE.sub("", re.sub(f"{_OPEN}[^{_NAMED}]*{_NAMED}", "", text))


def make_bookmarks(body: Any) -> list[str]:
    """Turn the marks in the runs of a part into bookmarks and the author's style; return the bookmarks' names in order.

    A mark that begins in one run ends in the same: a field is rendered into one run.
    """
    seen: Counter[str] = Counter()
    names: list[str] = []
    for text in list(body.iter(qn("w:t"))):
        if text.text and _MARKS.search(text.text):
            _split(text, seen, names)
    return names


def _split(text: Any, seen: Counter[str], names: list[str]) -> None:
    run = text.getparent()
    parent, at = run.getparent(), run.getparent().index(run)
    parent.remove(run)
    for piece in _pieces(run, text.text or "", seen, names):
        parent.insert(at, piece)
        at += 1


def _pieces(run: Any, text: str, seen: Counter[str], names: list[str]) -> Iterator[Any]:
    """Yield the runs and bookmark ends that a run with marks becomes."""
    number, is_authors = "", False
    for part in _MARKS.split(text):
        if part in (_AUTHOR, _AUTHOR_END):
            is_authors = part == _AUTHOR
        elif part == _OPEN:
            number = "open"
        elif part == _CLOSE:
            if number.isdigit():
                yield _end("w:bookmarkEnd", number)
            number = ""
        elif part:
            if number == "open":
                name, _, part = part.partition(_NAMED)
                seen[name] += 1
                names.append(name if seen[name] == 1 else f"{name}{AGAIN}{seen[name]}")
                number = str(len(names))
                yield _end("w:bookmarkStart", number, names[-1])
            yield _copy(run, part, is_authors=is_authors)


def _end(tag: str, number: str, name: str | None = None) -> Any:
    end = OxmlElement(tag)
    end.set(qn("w:id"), number)
    if name is not None:
        end.set(qn("w:name"), name)
    return end


def _copy(run: Any, text: str, *, is_authors: bool) -> Any:
    copy = deepcopy(run)
    texts = list(copy.iter(qn("w:t")))
    texts[0].text = text
    texts[0].set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    if is_authors:
        properties = copy.find(qn("w:rPr"))
        if properties is None:
            properties = OxmlElement("w:rPr")
            copy.insert(0, properties)
        for old in properties.findall(qn("w:rStyle")):
            properties.remove(old)
        style = OxmlElement("w:rStyle")
        style.set(qn("w:val"), AUTHOR_STYLE)
        properties.insert(0, style)
    return copy
