"""The figures of a report as a spreadsheet: the very report that a page shows, numbers as numbers, words as words."""

from decimal import Decimal
from typing import IO, Any, Final

from rules.time import moment_vi
from workflow.figures.report import Report
from workflow.numbers import integer_vi
from workflow.spreadsheets import lay_across, workbook_in

SHEET: Final = "Báo cáo"
_COLUMNS: Final = (
    ("Mục", 8), ("Nội dung", 70), ("Số lượng", 12), ("Đơn vị tính", 12), ("Tỷ lệ", 10), ("Tính trên", 44), ("Mẫu số", 12),
    ("Ghi chú", 40),
)  # fmt: skip


def write_report(target: IO[bytes], report: Report, *, unit: str, marked: str) -> int:
    """Write the lines and targets of a report; return how many lines it has. `marked` says whose copy it is."""
    with workbook_in(target) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        words = book.add_format({"text_wrap": True, "valign": "top"})
        whole = book.add_format({"num_format": "#,##0", "valign": "top"})
        sheet = book.add_worksheet(SHEET)
        lay_across(sheet, marked)
        for index, (_, width) in enumerate(_COLUMNS):
            sheet.set_column(index, index, width)
        for row, line in enumerate(_head(report, unit)):
            sheet.write_string(row, 0, line, book.add_format({"bold": not row}))
        row = 3
        for index, (header, _) in enumerate(_COLUMNS):
            sheet.write_string(row, index, header, bold)
        for told in report.lines:
            row += 1
            rate, shown = _rate(told.percent)
            cells = (told.code, told.label, told.count, told.unit, rate, told.base_label, told.base, told.note)
            styles = (
                words,
                words,
                whole,
                words,
                book.add_format({"num_format": shown, "valign": "top"}),
                words,
                whole,
                words,
            )
            for index, (cell, style) in enumerate(zip(cells, styles, strict=True)):
                _write(sheet, row, index, cell, style)
        row += 2
        for target_told in report.targets:
            sheet.write_string(row, 0, target_told.sentence())
            row += 1
        sheet.write_string(row, 0, marked)
    return len(report.lines)


def _head(report: Report, unit: str) -> tuple[str, str]:
    known = f"{unit}. Số liệu tính đến trước {moment_vi(report.as_of)}; sổ ghi đến số {integer_vi(report.ledger_no)}."
    return report.name, known if report.balanced else f"CÁC MỤC KHÔNG KHỚP, chưa được gửi. {known}"


def _rate(percent: str | None) -> tuple[Decimal | None, str]:
    """Return a rate as the number that is printed, and how a spreadsheet shows it.

    >>> _rate("87,44 %"), _rate("100 %"), _rate(None)
    ((Decimal('0.8744'), '0.00%'), (Decimal('1'), '0%'), (None, '0%'))
    """
    if percent is None:
        return None, "0%"
    digits = percent.removesuffix("%").strip().replace(".", "").replace(",", ".")
    decimals = len(digits.partition(".")[2])
    return Decimal(digits) / 100, f"0.{'0' * decimals}%" if decimals else "0%"


def _write(sheet: Any, row: int, column: int, cell: Any, style: Any) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, cell, style)
    elif cell is not None:
        sheet.write_number(row, column, cell, style)
