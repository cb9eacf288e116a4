"""Tables of the national system as offices send them: every row is taken or handed back, whatever the sheet looks like."""

import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from rules.time import at
from workflow.people.names import fold
from workflow.roster.archive import SheetRefused
from workflow.roster.counts_file import CountsFile, read_counts

NOW = at("2025-05-24 15:45")
AREAS = {uuid.UUID(int=n): f"Tổ dân phố {n}" for n in (1, 2, 3)}


class Places:
    """The three areas of a unit, and one that was closed."""

    names = AREAS

    def find(self, text: str) -> uuid.UUID | None:
        return next((key for key, name in AREAS.items() if fold(name) == fold(text)), None)

    def closed(self, text: str) -> str:
        return "Tổ dân phố 4" if fold(text) == "to dan pho 4" else ""

    def nearest(self, text: str) -> str:
        return "Tổ dân phố 3" if fold(text).startswith("to dan") else ""


def read(path: Path, name: str | None = None) -> CountsFile:
    places: Any = Places()
    return read_counts(path, places, file_name=name or path.name, as_of=NOW, starts_at=at("2025-05-13 00:00"), now=NOW)


def test_a_spreadsheet_with_letterhead_real_numbers_and_real_times(tmp_path: Path) -> None:
    path = tmp_path / "so.xlsx"
    with xlsxwriter.Workbook(path, {"in_memory": True}) as book:
        sheet, when = book.add_worksheet("Số liệu"), book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        sheet.merge_range("A1:D1", "CÔNG AN TỈNH – THỐNG KÊ TIẾN ĐỘ")
        for row, cells in enumerate([("STT", "Tổ dân phố", "Đã góp ý", "Thời điểm"), (1, "Tổ dân phố 1", 157, None),
                                     (2, "Tổ dân phố 2", "1.040", None), (3, "Tổ dân phố 3", 12.5, None),
                                     (4, "Tổ dân phố 4", 3, None), (None, "Tổng cộng", 1200, None)], 2):  # fmt: skip
            for column, cell in enumerate(cells):
                sheet.write(row, column, cell)
        sheet.write_datetime(3, 3, datetime(2025, 5, 24, 15, 30), when)  # noqa: DTZ001 - a spreadsheet knows no zones

    told = read(path)

    assert [(row.row, row.area_id and row.area_id.int, row.n) for row in told.rows] == [
        (4, 1, 157),
        (5, 2, 1040),
        (8, None, 1200),
    ]
    assert [row.as_of for row in told.rows] == [at("2025-05-24 15:30"), NOW, NOW]
    assert [(one.row, one.column, one.value) for one in told.rejected] == [
        (6, "Đã góp ý", "12.5"), (7, "Tổ dân phố", "Tổ dân phố 4"),
    ]  # fmt: skip
    assert "đã kết thúc" in told.rejected[1].why
    assert told.rows_in == 5


@pytest.mark.parametrize(
    ("text", "rows", "why"),
    [
        ("Địa bàn\tSố\nTổ dân phố 1\t0\n", 1, ""),
        ("Tổ dân phố 1;12\nTổ dân phố 2;13 người\nTổng;25\n", 3, ""),
        ('Địa bàn,Hệ thống\n"Tổ dân phố 1","1,234"\n', 1, ""),
        ("Số trên hệ thống\n3.045\n", 1, ""),
        ("Số trên hệ thống\n999185012345\n", 0, "số quá lớn"),
        ("Địa bàn;Số\nÔng 0912345678;3\n", 0, "không có địa bàn tên này"),
        ("Địa bàn;Số\nTổ dân phố 1;-3\n", 0, "không phải số người"),
        ("Địa bàn;Số;Lúc\nTổ dân phố 1;3;15:30\n", 0, "thiếu ngày"),
        ("Địa bàn;Số;Lúc\nTổ dân phố 1;3;15:30 1/5/2025\n", 0, "trước khi đợt bắt đầu"),
        ("Địa bàn;Số\nTổ dân phố 1\n", 0, "chưa có số"),
    ],
)
def test_a_text_file_however_it_is_written(tmp_path: Path, text: str, rows: int, why: str) -> None:
    path = tmp_path / "so.csv"
    path.write_text(text, "utf-8")

    told = read(path)

    assert len(told.rows) == rows
    assert [why in one.why for one in told.rejected] == ([True] if why else [])
    assert not any(one.value.strip("…") and one.value.isdigit() and len(one.value) > 8 for one in told.rejected)


def test_areas_that_do_not_add_up_are_said(tmp_path: Path) -> None:
    path = tmp_path / "so.csv"
    path.write_text("Địa bàn;Số\nTổ dân phố 1;1\nTổ dân phố 2;2\nTổ dân phố 3;3\nTổng cộng;7\n", "utf-8")

    (remark,) = read(path).remarks

    assert "cộng 3 địa bàn được 6, dòng tổng ghi 7" in remark


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", "Địa bàn,Số\n".encode("cp1258", "ignore"), b"x\0y\n" * 3, b'"' * 3_000_000]
)
def test_what_is_no_table_is_refused_with_a_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "so.csv"
    path.write_bytes(data)

    with pytest.raises(SheetRefused):
        read(path)
