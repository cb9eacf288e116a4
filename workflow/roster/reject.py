"""The file that hands rows back: each with its column, value, reason and what to do, so that it can be mended and resent."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from workflow.roster.findings import Doubt, Rejection

_REJECTED: Final = (("Dòng", 8), ("Cột", 26), ("Giá trị", 30), ("Lý do", 52), ("Cần làm", 52))
_DOUBTED: Final = (("Dòng", 8), ("Cột", 26), ("Giá trị", 30), ("Điểm cần xem lại", 64))


def write_rejects(path: Path, rejections: Iterable[Rejection], doubts: Iterable[Doubt] = ()) -> int:
    """Write the rows that were not taken (and what is odd in rows that were) to an XLSX file; return how many rejections.

    Values are written as text, never as formulas or links: a name may begin with '='.
    """
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": True,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        rejected = [(each.row, each.column, each.value, each.reason, each.todo) for each in rejections]
        _write_table(book, "Dòng bị trả lại", _REJECTED, rejected)
        doubted = [(each.row or "", each.column, each.value, each.message) for each in doubts]
        if doubted:
            _write_table(book, "Cần xem lại", _DOUBTED, doubted)
    return len(rejected)


def _write_table(book: Any, name: str, columns: tuple[tuple[str, int], ...], rows: list[tuple[Any, ...]]) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for index, (header, width) in enumerate(columns):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, header, bold)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, start=1):
        for index, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, index, value)
            else:
                sheet.write_string(number, index, value)
