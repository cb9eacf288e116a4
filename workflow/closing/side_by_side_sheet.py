"""The units of a superior as a spreadsheet: one column a unit, the sum as a formula with its value, words as words."""

from typing import IO, Final

from xlsxwriter.utility import xl_rowcol_to_cell

from workflow.closing.consolidate import Consolidated
from workflow.spreadsheets import lay_across, workbook_in

SHEET: Final = "Tổng hợp"
_FIRST: Final = 3


def write_side_by_side(target: IO[bytes], seen: Consolidated, *, campaign: str, marked: str) -> int:
    """Write the lines of a consolidation, what stands beside them and whose copy it is (`marked`); return how many lines."""
    with workbook_in(target) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        words = book.add_format({"text_wrap": True, "valign": "top"})
        whole = book.add_format({"num_format": "#,##0", "valign": "top"})
        sheet = book.add_worksheet(SHEET)
        lay_across(sheet, marked)
        sheet.write_string(0, 0, campaign, bold)
        sheet.write_string(1, 0, seen.period)
        sheet.set_column(0, 0, 8)
        sheet.set_column(1, 1, 60)
        sheet.set_column(2, 2 + len(seen.units), 16)
        headers = ("Mục", "Nội dung", *(unit.name for unit in seen.units), "Cộng", "Tỷ lệ", "Mẫu số", "Ghi chú")
        for column, text in enumerate(headers):
            sheet.write_string(_FIRST, column, text, bold)
        last = 1 + len(seen.units)
        for row, line in enumerate(seen.lines, start=_FIRST + 1):
            sheet.write_string(row, 0, line.code, words)
            sheet.write_string(row, 1, line.label, words)
            for column, unit in enumerate(seen.units, start=2):
                count = line.by_unit.get(unit.code)
                if unit.frozen is None:
                    sheet.write_string(row, column, "chưa nhận", words)
                elif count is not None:
                    sheet.write_number(row, column, count, whole)
            if line.count is not None:
                cells = f"{xl_rowcol_to_cell(row, 2)}:{xl_rowcol_to_cell(row, last)}"
                sheet.write_formula(row, last + 1, f"=SUM({cells})", whole, line.count)
            sheet.write_string(row, last + 2, line.percent or "", words)
            if line.base is not None:
                sheet.write_number(row, last + 3, line.base, whole)
            sheet.write_string(row, last + 4, line.why or "", words)
        row = _FIRST + len(seen.lines) + 2
        for finding in seen.findings:
            sheet.write_string(row, 0, str(finding.message))
            row += 1
        sheet.write_string(row, 0, marked)
    return len(seen.lines)
