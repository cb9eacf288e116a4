"""Builders of roster files: honest ones cell by cell, hostile ones part by part."""

import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from workflow.roster.columns import Needs
from workflow.roster.read import ORDINARY, Declared, Roster, open_roster

HEADERS = ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số ĐDCN", "Tổ dân phố", "Số nhà/Ngõ", "Chủ hộ", "Quan hệ với chủ hộ",
           "Số điện thoại", "Tình trạng định danh"]  # fmt: skip
AN = {"Họ và tên": "Nguyễn Văn An", "Ngày sinh": "05/03/1985", "Giới tính": "Nam", "Số ĐDCN": "999085000001", "Tổ dân phố": "Tổ dân phố số 1",
      "Số nhà/Ngõ": "Số 12, Ngõ 5", "Chủ hộ": "Nguyễn Văn An", "Quan hệ với chủ hộ": "Chủ hộ", "Số điện thoại": "0500000001",
      "Tình trạng định danh": "Đã kích hoạt"}  # fmt: skip

PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    "</Types>",
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}  # fmt: skip

Row = Sequence[Any]


@pytest.fixture
def write_book(tmp_path: Path) -> Callable[..., Path]:
    """Write rows of cells (numbers as numbers, the rest as text) to an XLSX; `merged` are (row, column, row, column, text)."""

    def write(
        rows: Sequence[Row], *, name: str = "roster.xlsx", merged: Sequence[tuple] = (), more_sheets: Sequence[str] = ()
    ) -> Path:
        path = tmp_path / name
        with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            sheet = book.add_worksheet("Danh sách")
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, int | float):
                        sheet.write_number(number, column, value)
                    elif isinstance(value, date):
                        sheet.write_datetime(number, column, value, book.add_format({"num_format": "dd/mm/yyyy"}))
                    elif value:
                        sheet.write_string(number, column, value)
            for span in merged:
                sheet.merge_range(*span)
            for other in more_sheets:
                book.add_worksheet(other).write_string(0, 0, "x")
        return path

    return write


@pytest.fixture
def write_parts(tmp_path: Path) -> Callable[..., Path]:
    """Write an XLSX part by part: `sheet` is the inside of the worksheet element, `parts` are added or replaced."""

    def write(
        sheet: str = "<sheetData/>", parts: dict[str, str | bytes] | None = None, name: str = "hostile.xlsx"
    ) -> Path:
        worksheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{sheet}</worksheet>'
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, content in {**PARTS, "xl/worksheets/sheet1.xml": worksheet, **(parts or {})}.items():
                archive.writestr(part, content)
        return path

    return write


@pytest.fixture
def judged(write_book: Callable[..., Path]) -> Callable[..., tuple[list, Roster, list]]:
    """Write people (each a change to the clean row AN) and judge them: the rows taken, the roster, its findings."""

    def judge(
        *people: dict[str, Any], headers: Sequence[str] = HEADERS, needs: Needs = ORDINARY, **declared: Any
    ) -> tuple[list, Roster, list]:
        rows: list[Row] = [headers, *([({**AN, **person}).get(header, "") for header in headers] for person in people)]
        return read(write_book(rows), needs=needs, **declared)

    return judge


def read(
    path: Path, *, needs: Needs = ORDINARY, sheet: str | None = None, **declared: Any
) -> tuple[list, Roster, list]:
    """Read a file to its end: the rows taken, the roster, its findings."""
    with open_roster(path, Declared(date(2025, 5, 15), needs=needs, **declared), sheet=sheet) as roster:
        rows = list(roster.rows())
        return rows, roster, roster.findings()


@pytest.fixture(name="read")
def read_fixture() -> Callable[..., tuple[list, Roster, list]]:
    return read
