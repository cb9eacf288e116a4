"""What a paper that came back says: its numbers by name, and the passages that its author forgot to look at."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from docx import Document
from docx.oxml.ns import qn

from workflow.documents.marked import AGAIN, begins_review
from workflow.documents.styles import AUTHOR_STYLE
from workflow.documents.word import text_of
from workflow.files.check import Upload, check_upload

_PREFIXES: Final = ("so_", "sl_", "kv_", "ct_", "gc_", "pl_", "viec_")


@dataclass(frozen=True, slots=True)
class PrintedFigure:
    """A number inside its bookmark: its name, the text that stands there now, and where (paragraphs counted from 1, tables' too)."""

    name: str
    text: str
    paragraph: int
    nearby: str


@dataclass(frozen=True, slots=True)
class AuthorMark:
    """A passage that the author still has to look at, and where."""

    text: str
    paragraph: int


def figures_in(content: bytes) -> list[PrintedFigure]:
    """Return the numbers of a paper that still stand in their bookmarks, in order. A second printing has the name of the first.

    Raises FileRefused for what is no Word file.
    """
    found: list[PrintedFigure] = []
    for number, paragraph in enumerate(_paragraphs(content), 1):
        whole = text_of(paragraph)
        for start in paragraph.iter(qn("w:bookmarkStart")):
            name = start.get(qn("w:name")) or ""
            if name.startswith(_PREFIXES):
                found.append(PrintedFigure(name.partition(AGAIN)[0], _inside(paragraph, start), number, whole))
    return found


def author_marks(content: bytes) -> list[AuthorMark]:
    """Return the passages in square brackets, or in the style of such, that nobody looked at. A paper with any is not signed."""
    marks: list[AuthorMark] = []
    for number, paragraph in enumerate(_paragraphs(content), 1):
        text = text_of(paragraph)
        styled = "".join(text_of(run) for run in paragraph.iter(qn("w:r")) if _is_authors(run))
        if begins_review(text) or styled.strip():
            marks.append(AuthorMark(styled or text, number))
    return marks


def _paragraphs(content: bytes) -> list[Any]:
    check_upload(Upload("a.docx", content))
    return list(Document(BytesIO(content)).element.body.iter(qn("w:p")))


def _inside(paragraph: Any, start: Any) -> str:
    number = start.get(qn("w:id"))
    texts: list[str] = []
    for node in paragraph.iter():
        if node is start:
            texts = []
        elif node.tag == qn("w:bookmarkEnd") and node.get(qn("w:id")) == number:
            break
        elif node.tag == qn("w:t"):
            texts.append(node.text or "")
    return "".join(texts)


def _is_authors(run: Any) -> bool:
    style = run.find(f"{qn('w:rPr')}/{qn('w:rStyle')}")
    return style is not None and style.get(qn("w:val")) == AUTHOR_STYLE
