"""What a spreadsheet hides from whoever looks at it: formulas, hidden rows and columns. Looked for in the bytes; nothing is interpreted.

The reader of cells takes the value that was last calculated and knows of no hiding. A plan is put in force from what people have
seen, so what they cannot see is named, and a hidden row is not taken.
"""

import re
import zipfile
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Final

_PIECE: Final = 1 << 18
_TAIL: Final = 1024
_ROW: Final = re.compile(rb"<row\b[^>]{0,600}>")
_COL: Final = re.compile(rb"<col\b[^>]{0,300}>")
_FORMULA: Final = re.compile(rb"<c\b([^>]{0,200})>\s*<f\b")
_HIDDEN: Final = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']")
_NUMBER: Final = re.compile(rb"\br=[\"'](\d{1,7})[\"']")
_CELL: Final = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_SPAN: Final = re.compile(rb"\b(min|max)=[\"'](\d{1,5})[\"']")
_MOST: Final = 10_000
_DIRECTORY: Final = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
_SHEET: Final = re.compile(r"<sheet\b[^>]{0,2000}>")
_NAME: Final = re.compile(r'\bname="([^"]*)"')
_LINK: Final = re.compile(r'\br:id="([^"]*)"')
_RELATION: Final = re.compile(r"<Relationship\b[^>]{0,2000}>")
_TARGET: Final = re.compile(r'\bTarget="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Oddities:
    """Rows are numbered as the spreadsheet shows them, columns from 0."""

    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    formulas: tuple[str, ...]
    """Cells, as in E7."""


def oddities_of(path: Path, sheet: str) -> Oddities:
    """Return what a sheet of a file that was checked before hides; of all sheets, if the workbook does not say which part it is."""
    rows, columns, formulas = set[int](), set[int](), dict[str, None]()
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        part = _part_of(archive, sheet)
        for name in [part] if part in names else names:
            _scan(archive, name, rows, columns, formulas)
    return Oddities(frozenset(rows), frozenset(columns), tuple(formulas))


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return which part of the archive holds the sheet of that name, as the workbook's own directory says."""
    try:
        book, links = (archive.read(name).decode("utf-8", "replace") for name in _DIRECTORY)
    except KeyError:
        return None
    for tag in _SHEET.findall(book):
        name, link = _NAME.search(tag), _LINK.search(tag)
        if name is not None and link is not None and unescape(name[1]) == sheet:
            found = next((each for each in _RELATION.findall(links) if f'"{link[1]}"' in each), "")
            target = _TARGET.search(found)
            return f"xl/{target[1].removeprefix('/xl/')}" if target is not None else None
    return None


def _scan(archive: zipfile.ZipFile, name: str, rows: set[int], columns: set[int], formulas: dict[str, None]) -> None:
    tail = b""
    with archive.open(name) as part:
        while piece := part.read(_PIECE):
            text = tail + piece
            for tag in _ROW.findall(text):
                number = _NUMBER.search(tag)
                if number is not None and _HIDDEN.search(tag):
                    rows.add(int(number[1]))
            for tag in _COL.findall(text):
                if _HIDDEN.search(tag):
                    ends = {key: int(value) for key, value in _SPAN.findall(tag)}
                    columns.update(range(ends.get(b"min", 1) - 1, min(ends.get(b"max", 0), 200)))
            for inside in _FORMULA.findall(text) if len(formulas) < _MOST else ():
                cell = _CELL.search(inside)
                if cell is not None:
                    formulas[f"{cell[1].decode()}{int(cell[2])}"] = None
            tail = text[-_TAIL:]
