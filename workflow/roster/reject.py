"""The file that hands rows back: each with its column, value, reason and what to do, so that it can be mended and resent."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any, Final

import xlsxwriter

from workflow.roster.findings import Doubt, Rejection

_REJECTED: Final = (("Dòng", 8), ("Cột", 26), ("Giá trị", 30), ("Lý do", 52), ("Cần làm", 52))
_DOUBTED: Final = (("Dòng", 8), ("Cột", 26), ("Giá trị", 30), ("Điểm cần xem lại", 64))
_ABOUT: Final = (("Tệp có thông tin cá nhân: chỉ dùng để sửa danh sách, xóa khi xong", 80),)


def write_rejects(
    target: Path | IO[bytes],
    rejections: Iterable[Rejection],
    doubts: Iterable[Doubt] = (),
    *,
    marked: Sequence[str] = (),
) -> int:
    """Write the rows that were not taken (and what is odd in rows that were) to an XLSX file; return how many rejections.

    Values are written as text, never as formulas or links: a name may begin with '='. `marked` says whose copy it is: it stands on
    a sheet of its own and at the foot of every printed page.
    """
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": True,
    }
    with xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options) as book:
        rejected = [(each.row, each.column, each.value, each.reason, each.todo) for each in rejections]
        _write_table(book, "Dòng bị trả lại", _REJECTED, rejected, marked)
        doubted = [(each.row or "", each.column, each.value, each.message) for each in doubts]
        if doubted:
            _write_table(book, "Cần xem lại", _DOUBTED, doubted, marked)
        if marked:
            _write_table(book, "Về tệp này", _ABOUT, [(line,) for line in marked], marked)
    return len(rejected)


def _write_table(
    book: Any, name: str, columns: tuple[tuple[str, int], ...], rows: list[tuple[Any, ...]], marked: Sequence[str]
) -> None:
    sheet = book.add_worksheet(name)
    if marked:
        sheet.set_footer("&L" + " · ".join(marked).replace("&", "&&")[:240])
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
