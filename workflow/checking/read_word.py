"""Word files into documents: paragraphs by their number with what Word counts before them, tables cell by cell."""

import io
import re
from collections.abc import Iterator
from typing import Any
from unicodedata import normalize

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

from rules.said import Said
from workflow.checking.model import Cell, Document, Passage, Table
from workflow.checking.outline import marker_of
from workflow.checking.read_tables import has_figures
from workflow.checking.read_text import in_pieces
from workflow.checking.unreadable import Unreadable
from workflow.checking.word_numbers import number_before
from workflow.checking.words import one_line


def read_word(data: bytes, name: str) -> Document:
    """Return a Word file as a document: paragraphs and tables in order. Raises Unreadable."""
    try:
        word = docx.Document(io.BytesIO(data))
        parts = tuple(_word_parts(word))
    except Unreadable:
        raise
    except Exception:  # whatever a damaged file makes the library do
        raise Unreadable(Said("Tệp Word bị hỏng, không mở được. Mở và lưu lại bằng Word rồi thử lại.")) from None
    if not any(has_figures(part) for part in parts):
        raise Unreadable(
            Said("Không có con số nào trong văn bản. Kiểm tra xem đã chọn đúng tệp, hoặc dán đúng đoạn chưa.")
        )
    return Document(name, parts)


def _word_parts(word: WordDocument) -> Iterator[Passage | Table]:
    counters: dict[tuple[str, int], int] = {}
    paragraphs = tables = 0
    for element in word.element.body.iterchildren():
        if element.tag == qn("w:p"):
            paragraphs += 1
            yield from _word_passages(Paragraph(element, word), word, counters, paragraphs)
        elif element.tag == qn("w:tbl"):
            table = WordTable(element, word)
            if _is_layout(table):
                for row in table.rows:
                    for cell in row.cells:
                        for paragraph in cell.paragraphs:
                            yield from _word_passages(paragraph, word, counters, paragraphs)
                continue
            tables += 1
            yield _word_table(table, Said("bảng %(n)s", n=tables))


def _word_passages(
    paragraph: Paragraph, word: WordDocument, counters: dict[tuple[str, int], int], number: int
) -> Iterator[Passage]:
    """Yield a paragraph, line by line where lines are broken by hand; a number that Word makes is written out."""
    lines = [one_line(line) for line in normalize("NFC", _text_of(paragraph)).split("\n")]
    auto = number_before(paragraph, word, counters)
    for line in (each for each in lines if each):
        kind, marker, rest = marker_of(f"{auto}{line}")
        auto = ""
        for _, piece in in_pieces([rest], number):
            yield Passage(piece, Said("đoạn %(n)s", n=number), marker, kind)


def _text_of(paragraph: Paragraph) -> str:
    """Return the text as it reads with every tracked change accepted: inserted text counts, deleted text does not."""
    pieces = []
    for node in paragraph._p.iter(qn("w:t"), qn("w:tab"), qn("w:br")):
        if any(parent.tag in (qn("w:del"), qn("w:moveFrom")) for parent in node.iterancestors()):
            continue
        pieces.append(node.text or "" if node.tag == qn("w:t") else "\n" if node.tag == qn("w:br") else "\t")
    return "".join(pieces)


def _is_layout(table: WordTable) -> bool:
    """Whether a table only places blocks side by side (head and signature of an official paper): one row, or no figures at all."""
    cells = {id(cell._tc): cell.text for row in table.rows for cell in row.cells}
    return len(table.rows) <= 1 or not any(re.search(r"\d", text) for text in cells.values())


def _word_table(table: WordTable, place: str) -> Table:
    rows = []
    spans: dict[tuple[int, int], int] = {}
    covered: dict[Any, list[tuple[int, int]]] = {}
    for at, row in enumerate(table.rows):
        cells = []
        seen: list[Any] = []
        for column, cell in enumerate(row.cells):
            seen.append(cell._tc)
            covered.setdefault(cell._tc, []).append((at, column))
            cells.append(Cell(one_line(normalize("NFC", cell.text)), place, at, column, is_lettered=False))
            first = next(index for index, each in enumerate(seen) if each is cell._tc)
            if first < column:
                spans[(at, first)] = column - first + 1
        rows.append(tuple(cells))
    merged = tuple(
        (min(rows_of)[0], min(rows_of)[1], max(rows_of)[0], max(rows_of)[1])
        for rows_of in covered.values()
        if len(rows_of) > 1
    )
    return Table(tuple(rows), place, spans, merged)
