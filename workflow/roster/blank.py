"""An empty list to fill in: the columns that are read, what may stand in each, and two made-up people who show it."""

from collections.abc import Mapping, Sequence
from typing import IO, Final

from workflow.roster.column_help import ALSO_READ, COLUMNS
from workflow.spreadsheets import workbook_in

SHEET: Final = "Danh sách"
HELP_SHEET: Final = "Hướng dẫn"

EXAMPLES: Final[tuple[Mapping[str, str], ...]] = (
    {
        "name": "Nguyễn Văn Mẫu",
        "id_number": "999085000001",
        "birth": "05/03/1985",
        "head": "Nguyễn Văn Mẫu",
        "house": "Số 12, Ngõ 5",
        "area": "Tổ dân phố số 1",
        "account": "đã kích hoạt",
        "sex": "Nam",
        "relation": "Chủ hộ",
        "phone": "0500000001",
        "residence": "thường trú",
    },
    {
        "name": "Trần Thị Mẫu",
        "id_number": "999190000002",
        "birth": "1990",
        "head": "Nguyễn Văn Mẫu",
        "house": "Số 12, Ngõ 5",
        "area": "Tổ dân phố số 1",
        "account": "chưa kích hoạt",
        "sex": "Nữ",
        "relation": "Vợ",
        "residence": "thường trú",
    },
)
"""Two people who do not exist, by field."""


def write_blank(target: IO[bytes]) -> None:
    """Write the empty list: a sheet with the headers, to be filled in, and a sheet that says what may stand in each column."""
    with workbook_in(target) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        text = book.add_format({"num_format": "@"})
        wrapped = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(SHEET)
        for index, column in enumerate(COLUMNS):
            sheet.set_column(index, index, max(len(column.header) + 2, 16), text)
            sheet.write_string(0, index, column.header, bold)
        sheet.freeze_panes(1, 0)
        told = book.add_worksheet(HELP_SHEET)
        told.set_column(0, len(COLUMNS) - 1, 24, text)
        told.set_column(2, 2, 60, text)
        tables: list[Sequence[Sequence[str]]] = [
            [("Trang “Danh sách” là trang được đọc; trang này chỉ để xem.",)],
            [("Cột", "Cần hay không", "Ghi gì"), *((each.header, each.need, each.what) for each in COLUMNS)],
            [("Cột khác cũng được đọc", "Cần hay không", "Ghi gì"), *((each.header, each.need, each.what) for each in ALSO_READ)],
            [("Ví dụ: hai người không có thật",)],
            [[each.header for each in COLUMNS], *([one.get(each.field, "") for each in COLUMNS] for one in EXAMPLES)],
        ]  # fmt: skip
        row = 0
        for table in tables:
            for place, cells in enumerate(table):
                for index, cell in enumerate(cells):
                    told.write_string(row, index, cell, bold if not place else wrapped)
                row += 1
            row += 1
