"""Workbooks and comma-separated tables into documents: each table that stands apart on a sheet is one of its own."""

import csv
import io
from typing import Any
from unicodedata import normalize

from python_calamine import CalamineError, CalamineWorkbook

from rules.said import Said
from workflow.checking.model import Cell, Document, Passage, Table
from workflow.checking.unreadable import MOST_CELLS, MOST_CHARACTERS, MOST_COLUMNS, Unreadable
from workflow.checking.words import one_line


def read_workbook(data: bytes, name: str) -> Document:
    """Return a workbook as a document: the tables of every sheet. Raises Unreadable."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [(sheet, book.get_sheet_by_name(sheet)) for sheet in book.sheet_names]
        tables = [_sheet(sheet, rows) for sheet, rows in sheets]
    except (CalamineError, ValueError, OSError):
        raise Unreadable(
            Said("Bảng tính bị hỏng hoặc có mật khẩu, không mở được. Lưu lại bằng Excel, bỏ mật khẩu, rồi thử lại.")
        ) from None
    return tables_only(name, [table for sheet in tables for table in apart(sheet)])


def read_separated(text: str, name: str) -> Document:
    """Return a comma-separated table as a document. Raises Unreadable."""
    first = text[:MOST_CHARACTERS].partition("\n")[0]
    if len(text) > MOST_CHARACTERS or max(map(first.count, ",;\t|")) > MOST_COLUMNS:
        raise Unreadable(
            Said("Bảng dài hơn một triệu ký tự, hoặc rộng hơn 1.000 cột. Chỉ giữ lại bảng số liệu rồi thử lại.")
        )
    try:
        dialect: Any = csv.Sniffer().sniff(text[:4000], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = list(csv.reader(io.StringIO(text), dialect))
    except csv.Error:
        raise Unreadable(Said("Tệp .csv không đọc được. Lưu lại từ Excel dạng “CSV UTF-8” rồi thử lại.")) from None
    return tables_only(name, apart(grid(rows, Said("bảng %(n)s", n=1))))


def tables_only(name: str, tables: list[Table]) -> Document:
    """Return tables as a document; Unreadable if there is no figure in them."""
    if not any(has_figures(table) for table in tables):
        raise Unreadable(Said("Không có con số nào trong bảng. Kiểm tra xem đã chọn đúng tệp và đúng trang tính chưa."))
    return Document(name, tuple(tables))


def has_figures(part: Passage | Table) -> bool:
    """Whether there is a digit in it."""
    texts = [part.text] if isinstance(part, Passage) else [cell.text for row in part.rows for cell in row]
    return any(char.isdigit() for text in texts for char in text)


def grid(rows: list[list[str]], place: str) -> Table:
    """Return rows of texts as a table."""
    made = [
        tuple(
            Cell(one_line(normalize("NFC", text)), "", at, column, is_lettered=True) for column, text in enumerate(row)
        )
        for at, row in enumerate(rows)
    ]
    return Table(tuple(made), place)


def apart(sheet: Table) -> list[Table]:
    """Return the tables that stand below one another on a sheet: an empty row, then headings, begins another one."""
    blocks: list[list[tuple[Cell, ...]]] = [[]]
    for row in sheet.rows:
        if any(cell.text for cell in row):
            blocks[-1].append(row)
        elif blocks[-1]:
            blocks.append([])
    tables: list[list[tuple[Cell, ...]]] = []
    for block in (each for each in blocks if each):
        begins = not tables or not _is_of_figures(block[0])
        if begins and not (tables and not any(_is_of_figures(row) for row in tables[-1])):
            tables.append([])
        tables[-1] += block
    return [Table(tuple(rows), sheet.place, merged=sheet.merged) for rows in tables]


def _is_of_figures(row: tuple[Cell, ...]) -> bool:
    filled = [cell for cell in row if cell.text]
    return len(filled) > 1 and sum(
        any(char.isdigit() for char in cell.text) and len(cell.text) < 20 for cell in filled
    ) * 2 >= len(filled)


def _sheet(name: str, sheet: Any) -> Table:
    first_row, first_column = sheet.start or (0, 0)
    found = sheet.to_python(skip_empty_area=True)
    if sum(len(row) for row in found) > MOST_CELLS:
        raise Unreadable(Said("Bảng tính có hơn 400.000 ô. Chỉ giữ lại bảng số liệu rồi thử lại."))
    rows = []
    for at, values in enumerate(found):
        cells = [
            Cell(_shown(value), name, first_row + at, first_column + column, is_lettered=True, number=_number(value))
            for column, value in enumerate(values)
        ]
        rows.append(tuple(cells))
    merged = tuple((*first, *last) for first, last in sheet.merged_cell_ranges or ())
    return Table(tuple(rows), name, merged=merged)


def _number(value: object) -> float | int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if float(value).is_integer() else value


def _shown(value: object) -> str:
    number = _number(value)
    if number is not None:
        return str(number)
    return one_line(normalize("NFC", str(value))) if value not in (None, "") else ""
