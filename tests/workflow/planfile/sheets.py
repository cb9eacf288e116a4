"""Plans as an office has them: made with xlsxwriter, with whatever a test wants to be odd about them."""

from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

HEADER = ("STT", "Nội dung công việc", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời hạn", "Kết quả (sản phẩm)", "Ghi chú", "Làm sau")  # fmt: skip


def plan_file(
    path: Path, rows: Sequence[Sequence[object]], *, header: Sequence[str] = HEADER, above: Sequence[str] = ()
) -> Path:
    """Write a plan: some lines above, the header, and rows. A row that is one text is a heading merged across."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet, day = book.add_worksheet("KH"), book.add_format({"num_format": "dd/mm/yyyy"})
        for number, line in enumerate(above):
            sheet.write_string(number, 0, line)
        for index, text in enumerate(header):
            sheet.write_string(len(above), index, text)
        for number, row in enumerate(rows, start=len(above) + 1):
            if isinstance(row, str):
                sheet.merge_range(number, 0, number, len(header) - 1, row)
                continue
            for index, value in enumerate(row):
                if hasattr(value, "year"):
                    sheet.write_datetime(number, index, value, day)
                elif isinstance(value, str) and value.startswith("="):
                    sheet.write_formula(number, index, value, None, "đã tính")
                elif value is not None and value != "":
                    sheet.write(number, index, value)
    return path
