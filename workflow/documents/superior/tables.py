"""The tables of a DOCX: cells read in order, their text set in the run that was there, so that its look stays."""

import zipfile
from collections.abc import Mapping
from copy import deepcopy
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

from workflow.documents.package import zipped
from workflow.documents.superior.cells import MOST_COLUMNS, MOST_ROWS, Cell, Grid, Value
from workflow.documents.word import text_of
from workflow.files import FileRefused
from workflow.numbers import decimal_vi, integer_vi

PROTECTED: Final = "văn bản đang khóa sửa; bỏ bảo vệ (Review, Restrict Editing) rồi tải lên lại"
NESTED: Final = "ô chứa một bảng khác; chọn ô trong bảng đó"


def read(content: bytes) -> list[Grid]:
    """Return every table, with its number as its name."""
    body, locked = _body(content)
    grids = []
    for number, table in enumerate(body.iter(qn("w:tbl")), 1):
        rows = []
        for at, row in enumerate(table.findall(qn("w:tr"))[:MOST_ROWS], 1):
            cells = []
            for order, cell in enumerate(row.findall(qn("w:tc"))[:MOST_COLUMNS], 1):
                span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
                if not _continues(cell):
                    text = "\n".join(text_of(each) for each in cell.findall(qn("w:p"))).strip()
                    blocked = locked or (NESTED if cell.find(qn("w:tbl")) is not None else None)
                    across = int(span.get(qn("w:val"))) if span is not None else 1
                    cells.append(Cell(f"{number}.{at}.{order}", text, blocked, across, _down(table, row, cell)))
            rows.append(tuple(cells))
        grids.append(Grid(str(number), tuple(rows), locked))
    return grids


def fill(content: bytes, values: Mapping[str, Value]) -> bytes:
    """Return the document with these cells set: numbers as Vietnamese papers write them."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    tree = etree.fromstring(parts["word/document.xml"], etree.XMLParser(resolve_entities=False, no_network=True))
    found = {
        f"{number}.{at}.{order}": cell
        for number, table in enumerate(tree.iter(qn("w:tbl")), 1)
        for at, row in enumerate(table.findall(qn("w:tr")), 1)
        for order, cell in enumerate(row.findall(qn("w:tc")), 1)
    }
    for place, value in values.items():
        _set(found[place], _shown(value))
    parts["word/document.xml"] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return zipped(parts)


def _body(content: bytes) -> tuple[Any, str | None]:
    try:
        document = Document(BytesIO(content))
    except Exception:  # python-docx raises whatever its parts raise
        raise FileRefused(
            "damaged", "Tệp bị hỏng, bị cắt cụt hoặc không đúng loại", "Mở tệp kiểm tra lại rồi gửi lại"
        ) from None
    protection = document.settings.element.find(qn("w:documentProtection"))
    is_locked = protection is not None and protection.get(qn("w:enforcement")) in ("1", "true", "on")
    return document.element.body, PROTECTED if is_locked else None


def _continues(cell: Any) -> bool:
    """Whether a cell is the lower part of one merged downwards."""
    merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return merge is not None and merge.get(qn("w:val")) != "restart"


def _down(table: Any, row: Any, cell: Any) -> int:
    """Return how many rows a cell reaches down."""
    merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    if merge is None:
        return 1
    at, rows, reach = row.findall(qn("w:tc")).index(cell), table.findall(qn("w:tr")), 1
    for below in rows[rows.index(row) + 1 :]:
        cells = below.findall(qn("w:tc"))
        if at >= len(cells) or not _continues(cells[at]):
            break
        reach += 1
    return reach


def _shown(value: Value) -> str:
    if isinstance(value, Decimal):
        share = (value * 100).normalize()
        decimals = max(0, -int(share.as_tuple().exponent))
        return decimal_vi(int(share.scaleb(decimals)), decimals) + "%"
    return integer_vi(value) if isinstance(value, int) else value


def _set(cell: Any, text: str) -> None:
    """Put text into the first paragraph of a cell, in its first run; what else stood there goes."""
    paragraphs = cell.findall(qn("w:p"))
    first = paragraphs[0]
    for more in paragraphs[1:]:
        cell.remove(more)
    runs = first.findall(qn("w:r"))
    run = runs[0] if runs else OxmlElement("w:r")
    if not runs:
        mark = first.find(f"{qn('w:pPr')}/{qn('w:rPr')}")
        if mark is not None:
            run.append(deepcopy(mark))
        first.append(run)
    for other in list(first):
        if other.tag != qn("w:pPr") and other is not run:
            first.remove(other)
    for old in list(run):
        if old.tag != qn("w:rPr"):
            run.remove(old)
    made = OxmlElement("w:t")
    made.text = text
    made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(made)
