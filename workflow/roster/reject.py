"""The file that hands rows back: as they stood in the list, each with its number and all its reasons, to be mended and sent again."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any, Final

import xlsxwriter

from workflow.roster.as_sent import RowsAsSent
from workflow.roster.findings import Doubt, Rejection
from workflow.roster.headers import ADDED
from workflow.spreadsheets import AS_WRITTEN, mark_foot

_SHEET: Final = "Dòng bị trả lại"
_REJECTED: Final = (("Dòng", 8), ("Cột", 26), ("Giá trị", 30), ("Lý do", 52), ("Cần làm", 52))
_DOUBTED: Final = (("Dòng", 8), ("Cột", 26), ("Giá trị", 30), ("Điểm cần xem lại", 64))
_ABOUT: Final = (("Tệp có thông tin cá nhân: chỉ dùng để sửa danh sách, xóa khi xong", 80),)
_ADDED_WIDTHS: Final = (12, 52, 52)
_NARROWEST, _WIDEST = 8, 30


def write_rejects(
    target: Path | IO[bytes],
    rejections: Iterable[Rejection],
    doubts: Iterable[Doubt] = (),
    *,
    as_sent: RowsAsSent | None = None,
    marked: Sequence[str] = (),
) -> int:
    """Write the rows that were not taken (and what is odd in rows that were) to an XLSX file; return how many rows were not taken.

    With `as_sent` they stand under the headers of the list itself, ready to be sent again; without, each fault is a line of its own.
    Values are written as text, never as formulas or links: a name may begin with '='. `marked` says whose copy it is: it stands on
    a sheet of its own and at the foot of every printed page.
    """
    options = {"constant_memory": True, **AS_WRITTEN}
    rejected = list(rejections)
    with xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options) as book:
        if as_sent is not None and rejected:
            headers = [(header, _width(header)) for header in as_sent.headers]
            added = list(zip(ADDED, _ADDED_WIDTHS, strict=True))
            _write_table(book, _SHEET, [*headers, *added], _with_reasons(as_sent, rejected), marked)
        elif rejected or not doubts:
            told = [(each.row, each.column, each.value, each.reason, each.todo) for each in rejected]
            _write_table(book, _SHEET, _REJECTED, told, marked)
        doubted = [(each.row or "", each.column, each.value, each.message) for each in doubts]
        if doubted:
            _write_table(book, "Cần xem lại", _DOUBTED, doubted, marked)
        if marked:
            _write_table(book, "Về tệp này", _ABOUT, [(line,) for line in marked], marked)
    return len({each.row for each in rejected})


def _with_reasons(as_sent: RowsAsSent, rejected: list[Rejection]) -> list[tuple[Any, ...]]:
    """Return each row once: its cells, its number in the file that was sent, its reasons, what to do."""
    faults: dict[int, list[Rejection]] = {}
    for each in rejected:
        faults.setdefault(each.row, []).append(each)
    blank = ("",) * len(as_sent.headers)
    return [
        (
            *as_sent.rows.get(row, blank),
            row,
            "; ".join(each.reason for each in found),
            "; ".join(dict.fromkeys(each.todo for each in found)),
        )
        for row, found in sorted(faults.items())
    ]


def _width(header: str) -> int:
    return min(max(len(header) + 2, _NARROWEST), _WIDEST)


def _write_table(
    book: Any, name: str, columns: Sequence[tuple[str, int]], rows: list[tuple[Any, ...]], marked: Sequence[str]
) -> None:
    sheet = book.add_worksheet(name)
    if marked:
        mark_foot(sheet, " · ".join(marked))
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@", "valign": "top"})
    for index, (header, width) in enumerate(columns):
        sheet.set_column(index, index, width, text)
        sheet.write_string(0, index, header, bold)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, start=1):
        for index, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, index, value)
            elif value:
                sheet.write_string(number, index, value, text)
