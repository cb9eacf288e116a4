"""A template and values in, an official paper out: rendered, its numbers bookmarked, its package made plain. The same in, the same out."""

import re
import warnings
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final
from unicodedata import normalize

from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from lxml import etree

from rules.time import Instant
from workflow.documents import nd30
from workflow.documents.marked import make_bookmarks
from workflow.documents.package import plain_parts, zipped
from workflow.documents.sandbox import PaperEnvironment
from workflow.documents.word import Look, Shape, element, text_xml

DRAFT: Final = "DỰ THẢO, SỐ LIỆU CHƯA CHỐT"
LARGEST: Final = 10 * 1024 * 1024
"""Bytes of a paper at most."""
_HEADER: Final = re.compile(r"word/header\d*\.xml")
_FIXED: Final = 2
"""Columns of an appendix before those of the figures: order and name."""


class PaperTooLarge(Exception):
    """A template whose paper would be beyond all measure."""


def render_paper(template: bytes, values: Mapping[str, Any], *, author: str, at: Instant, title: str = "") -> bytes:
    """Return the paper. `author` and `at` become its properties; a draft says so at its head and on every page.

    The template must have been checked (`template_check.py`): here a field that does not exist is an error of ours.
    """
    document = DocxTemplate(BytesIO(template))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        document.render(dict(values), PaperEnvironment())
    body = document.docx.element.body
    make_bookmarks(body)
    _spread_columns(body)
    _keep_nfc(body)
    if values.get("draft"):
        body.insert(0, element(text_xml(DRAFT, Look(nd30.BODY, bold=True), Shape("center", after=6))))
    content = BytesIO()
    document.docx.save(content)
    parts = plain_parts(content.getvalue(), author=author, at=at, title=title)
    if values.get("draft"):
        _say_draft(parts)
    made = zipped(parts)
    if len(made) > LARGEST:
        raise PaperTooLarge
    return made


def _spread_columns(body: Any) -> None:
    """Give the columns that came out of a loop the same width each, within the width their table had; a table without them goes."""
    for table in list(body.iter(qn("w:tbl"))):
        rows = table.findall(qn("w:tr"))
        cells = [row.findall(qn("w:tc")) for row in rows]
        grid = table.find(qn("w:tblGrid"))
        if grid is None or not cells or len(cells[0]) <= _FIXED or any(len(row) != len(cells[0]) for row in cells):
            continue
        kept = [int(cell.find(qn("w:tcPr")).find(qn("w:tcW")).get(qn("w:w"))) for cell in cells[0][:_FIXED]]
        width = int(table.find(qn("w:tblPr")).find(qn("w:tblW")).get(qn("w:w")))
        each = (width - sum(kept)) // (len(cells[0]) - _FIXED)
        widths = [*kept, *[each] * (len(cells[0]) - _FIXED)]
        for old in list(grid):
            grid.remove(old)
        for wide in widths:
            grid.append(element(f'<w:gridCol w:w="{wide}"/>'))
        for row in cells:
            for cell, wide in zip(row, widths, strict=True):
                cell.find(qn("w:tcPr")).find(qn("w:tcW")).set(qn("w:w"), str(wide))


def _keep_nfc(body: Any) -> None:
    for text in body.iter(qn("w:t")):
        if text.text and not text.text.isascii():
            text.text = normalize("NFC", text.text)


def _say_draft(parts: dict[str, bytes]) -> None:
    """Put the word draft above everything and into the head of every page, whatever the template says."""
    shown = text_xml(DRAFT, Look(nd30.BODY, bold=True), Shape("center", after=6))
    for name in parts:
        if _HEADER.fullmatch(name):
            header = etree.fromstring(parts[name])
            header.append(element(shown))
            parts[name] = etree.tostring(header, xml_declaration=True, encoding="UTF-8", standalone=True)
