"""An XLSX as it lies in its archive: cells read and set in the XML of their sheet, every style kept, no formula ever written.

A program that loads and saves a whole workbook drops what it does not know. Here only the cells that were asked for are touched; the
workbook is told to calculate anew when it is opened, because formulas of the form depend on them.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

from lxml import etree

from workflow.documents.package import zipped
from workflow.documents.superior.cells import MOST_COLUMNS, MOST_ROWS, Cell, Grid, Value
from workflow.files import FileRefused

_M: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PLACE: Final = re.compile(r"(\d+)!([A-Z]{1,3})([1-9]\d{0,6})")
_RANGE: Final = re.compile(r"([A-Z]+)(\d+):([A-Z]+)(\d+)")
_PERCENT_FORMATS: Final = frozenset({9, 10})
PROTECTED: Final = "trang tính đang khóa; bỏ bảo vệ (Review, Unprotect Sheet) rồi tải lên lại"
FORMULA: Final = "ô có công thức; chọn ô số liệu mà công thức cộng"


def read(content: bytes) -> list[Grid]:
    """Return the visible sheets, each to the last row and column that has anything."""
    parts = _parts(content)
    shared = _shared(parts)
    return [_grid(number, name, _xml(parts, path), shared) for number, (name, path) in _sheets(parts)]


def fill(content: bytes, values: Mapping[str, Value]) -> bytes:
    """Return the workbook with these cells set: whole numbers and shares as numbers, words as text that is no formula."""
    parts = _parts(content)
    paths = dict(_sheets(parts))
    percents = _percent_styles(parts)
    for number, (_, path) in paths.items():
        own = {place: value for place, value in values.items() if place.startswith(f"{number}!")}
        if own:
            sheet = _xml(parts, path)
            for place, value in own.items():
                _set(sheet, place.partition("!")[2], value, percents)
            parts[path] = _bytes(sheet)
    _calculate_anew(parts)
    return zipped(parts)


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _xml(parts: Mapping[str, bytes], path: str) -> Any:
    try:
        return etree.fromstring(parts[path], etree.XMLParser(resolve_entities=False, no_network=True))
    except (KeyError, etree.XMLSyntaxError):
        raise FileRefused(
            "damaged", "Tệp bị hỏng, bị cắt cụt hoặc không đúng loại", "Mở tệp kiểm tra lại rồi gửi lại"
        ) from None


def _bytes(tree: Any) -> bytes:
    made: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return made


def _sheets(parts: Mapping[str, bytes]) -> Iterator[tuple[int, tuple[str, str]]]:
    """Yield the visible sheets: number from 1, name and part."""
    relations = {each.get("Id"): each.get("Target", "") for each in _xml(parts, "xl/_rels/workbook.xml.rels")}
    for number, sheet in enumerate(_xml(parts, "xl/workbook.xml").iter(f"{_M}sheet"), 1):
        target = relations.get(sheet.get(f"{_R}id"), "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if sheet.get("state", "visible") == "visible" and "worksheets/" in path:
            yield number, (sheet.get("name", ""), path)


def _shared(parts: Mapping[str, bytes]) -> list[str]:
    if "xl/sharedStrings.xml" not in parts:
        return []
    return [_inline(each) for each in _xml(parts, "xl/sharedStrings.xml").iter(f"{_M}si")]


def _inline(node: Any) -> str:
    return "".join(each.text or "" for each in node.iter(f"{_M}t"))


def _grid(number: int, name: str, sheet: Any, shared: list[str]) -> Grid:
    cells = {cell.get("r", ""): cell for cell in sheet.iter(f"{_M}c")}
    merged = [_corners(each.get("ref", "")) for each in sheet.iter(f"{_M}mergeCell")]
    used = [_coordinates(place) for place in cells] + [(row, column) for *_, row, column in merged if row]
    if not used:
        return Grid(name, ())
    rows, columns = (min(max(each[at] for each in used), most) for at, most in ((0, MOST_ROWS), (1, MOST_COLUMNS)))
    locked = PROTECTED if sheet.find(f"{_M}sheetProtection") is not None else None
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in merged}
    covered = {
        (row, column)
        for top, left, bottom, right in merged
        for row in range(top, min(bottom, rows) + 1)
        for column in range(left, min(right, columns) + 1)
    } - set(spans)
    made = []
    for row in range(1, rows + 1):
        line = []
        for column in range(1, columns + 1):
            if (row, column) not in covered:
                place = f"{_letters(column)}{row}"
                cell = cells.get(place)
                down, across = spans.get((row, column), (1, 1))
                is_formula = cell is not None and cell.find(f"{_M}f") is not None
                blocked = locked or (FORMULA if is_formula else None)
                line.append(Cell(f"{number}!{place}", _text(cell, shared), blocked, across, down))
        made.append(tuple(line))
    return Grid(name, tuple(made), locked)


def _corners(text: str) -> tuple[int, int, int, int]:
    found = _RANGE.fullmatch(text)
    if found is None:
        return 0, 0, 0, 0
    return int(found[2]), _column(found[1]), int(found[4]), _column(found[3])


def _coordinates(place: str) -> tuple[int, int]:
    found = re.fullmatch(r"([A-Z]+)(\d+)", place)
    return (int(found[2]), _column(found[1])) if found else (0, 0)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def _letters(column: int) -> str:
    """Return the letters of a column.

    >>> _letters(1), _letters(27)
    ('A', 'AA')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _text(cell: Any, shared: list[str]) -> str:
    if cell is None:
        return ""
    if cell.get("t") == "inlineStr":
        return _inline(cell)
    value = cell.findtext(f"{_M}v") or ""
    if cell.get("t") == "s":
        return shared[int(value)] if value.isdigit() and int(value) < len(shared) else ""
    return value


def _percent_styles(parts: Mapping[str, bytes]) -> frozenset[str]:
    """Return the numbers of the cell styles that show percentages."""
    if "xl/styles.xml" not in parts:
        return frozenset()
    styles = _xml(parts, "xl/styles.xml")
    own = {each.get("numFmtId") for each in styles.iter(f"{_M}numFmt") if "%" in each.get("formatCode", "")}
    own |= {str(number) for number in _PERCENT_FORMATS}
    formats = styles.find(f"{_M}cellXfs")
    if formats is None:
        return frozenset()
    return frozenset(str(number) for number, each in enumerate(formats) if each.get("numFmtId") in own)


def _set(sheet: Any, place: str, value: Value, percents: frozenset[str]) -> None:
    cell = _cell(sheet, place)
    for old in list(cell):
        cell.remove(old)
    cell.attrib.pop("t", None)
    if isinstance(value, str):
        cell.set("t", "inlineStr")
        text = etree.SubElement(etree.SubElement(cell, f"{_M}is"), f"{_M}t")
        text.text = value
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        return
    shown = value * 100 if isinstance(value, Decimal) and cell.get("s") not in percents else value
    etree.SubElement(cell, f"{_M}v").text = f"{shown.normalize():f}" if isinstance(shown, Decimal) else str(shown)


def _cell(sheet: Any, place: str) -> Any:
    """Return the cell of a place, made where it belongs in its row if the form has none there yet."""
    number, column = _coordinates(place)
    data = sheet.find(f"{_M}sheetData")
    row = next((each for each in data if each.get("r") == str(number)), None)
    if row is None:
        row = etree.Element(f"{_M}row", r=str(number))
        data.insert(sum(int(each.get("r", "0")) < number for each in data), row)
    for cell in row:
        if cell.get("r") == place:
            return cell
    made = etree.Element(f"{_M}c", r=place)
    row.insert(sum(_coordinates(each.get("r", ""))[1] < column for each in row), made)
    return made


def _calculate_anew(parts: dict[str, bytes]) -> None:
    book = _xml(parts, "xl/workbook.xml")
    found = book.find(f"{_M}calcPr")
    if found is None:
        found = etree.Element(f"{_M}calcPr")
        before = (f"{_M}{name}" for name in ("definedNames", "externalReferences", "functionGroups", "sheets"))
        after = next(each for name in before if (each := book.find(name)) is not None)
        after.addnext(found)
    found.set("fullCalcOnLoad", "1")
    parts["xl/workbook.xml"] = _bytes(book)
