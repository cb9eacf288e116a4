"""What is said of a table at the place: merged cells, no row of totals, units mixed, numbers that are none; the rest is checked."""

import io
from collections.abc import Sequence

import docx
import pytest
import xlsxwriter

from workflow.checking.check import check_file

HEAD = ["STT", "Khu", "Tổng số", "Đã làm", "Không thể"]
ROWS = [[1, "Khu 1", 100, 80, 20], [2, "Khu 2", 120, 100, 20], [3, "Khu 3", 90, 70, 20]]
TOTAL = [None, "Tổng cộng", 310, 250, 60]
Merged = tuple[int, int, int, int]


def book(rows: Sequence[Sequence[object]], merged: Sequence[Merged] = ()) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Bảng 1")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, ["" if cell is None else cell for cell in row])
        for top, left, bottom, right in merged:
            sheet.merge_range(top, left, bottom, right, rows[top][left])
    return made.getvalue()


def word(rows: Sequence[Sequence[object]], merged: Sequence[Merged] = ()) -> bytes:
    document = docx.Document()
    table = document.add_table(len(rows), len(rows[0]))
    inside = {
        (r, c) for top, left, bottom, right in merged for r in range(top, bottom + 1) for c in range(left, right + 1)
    }
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if (r, c) not in inside or (r, c) in {each[:2] for each in merged}:
                table.cell(r, c).text = "" if cell is None else str(cell)
    for top, left, bottom, right in merged:
        table.cell(top, left).merge(table.cell(bottom, right))
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def told(data: bytes, name: str) -> list[tuple[str, str, str]]:
    return [(each.severity, each.check, str(each.where)) for each in check_file(data, name).findings]


MAKERS = pytest.mark.parametrize(
    ("make", "name", "place"),
    [(book, "a.xlsx", lambda r, c: f"Bảng 1!{'ABCDE'[c]}{r + 1}"),
     (word, "a.docx", lambda r, c: f"bảng 1, hàng {r + 1}, cột {c + 1}")],
    ids=["xlsx", "docx"],
)  # fmt: skip


@MAKERS
def test_a_number_merged_down_counts_once_and_is_said(make, name, place):
    rows = [HEAD, [1, "Khu 1", 220, 80, 20], [2, "Khu 2", None, 100, 20], ROWS[2], TOTAL]

    assert told(make(rows, [(1, 2, 2, 2)]), name) == [("warning", "merged", place(1, 2))]
    rows[4] = [None, "Tổng cộng", 300, 250, 61]
    assert told(make(rows, [(1, 2, 2, 2)]), name)[:2] == [
        ("error", "cross-foot", place(4, 2)), ("error", "cross-foot", place(4, 4)),
    ]  # fmt: skip


@MAKERS
def test_a_number_merged_across_is_nobody_s_and_the_other_columns_are_checked(make, name, place):
    rows = [HEAD, [1, "Khu 1", 100, 80, None], *ROWS[1:], TOTAL]

    assert told(make(rows, [(1, 3, 1, 4)]), name) == [("warning", "merged", place(1, 3))]
    rows[4] = [None, "Tổng cộng", 311, 250, 60]
    assert ("error", "cross-foot", place(4, 2)) in told(make(rows, [(1, 3, 1, 4)]), name)


@MAKERS
def test_merged_headings_and_names_are_read_without_a_word(make, name, place):
    rows = [HEAD, *ROWS, ["Tổng cộng", None, *TOTAL[2:]]]

    assert told(make(rows, [(4, 0, 4, 1)]), name) == []


@MAKERS
def test_a_table_without_totals_is_said_and_its_rows_are_checked(make, name, place):
    assert told(make([HEAD, *ROWS], ()), name) == [("info", "no-total", place(3, 2))]
    wrong = [HEAD, *ROWS, [4, "Khu 4", 50, 30, 30]]
    assert told(make(wrong, ()), name) == [("error", "cross-foot", place(4, 2)), ("info", "no-total", place(4, 2))]
    assert told(make([HEAD, *ROWS, TOTAL], ()), name) == []


@MAKERS
def test_a_letter_among_digits_is_no_number(make, name, place):
    rows = [HEAD, [1, "Khu 1", "1O0", 80, 20], *ROWS[1:], TOTAL]

    assert ("error", "malformed", place(1, 2)) in told(make(rows, ()), name)


@MAKERS
@pytest.mark.parametrize(
    ("rows", "at"),
    [
        ([["Nội dung", "Khu", "Số lượng"], ["Đã phân loại", "1", "1.310 hộ"], ["Chưa phân loại", "2", "172 người"],
          ["Khác", "3", "3 hộ"], ["Tổng cộng", "", "1.485 hộ"]], (4, 2)),
        ([["Khu", "Tổng số", "Số hộ", "Số nhân khẩu"], ["Khu 1", 50, 10, 40], ["Khu 2", 80, 20, 60],
          ["Khu 3", 102, 31, 71], ["Tổng cộng", 232, 61, 171]], (1, 1)),
        ([["STT", "Nội dung", "Số lượng"], [1, "Số hộ đã phân loại", 1310], [2, "Số người chưa phân loại", 172],
          [3, "Số hộ mới", 3], [None, "Tổng cộng", 1485]], (4, 2)),
    ],
    ids=["cells", "columns", "rows"],
)  # fmt: skip
def test_units_added_up_are_said_at_the_sum(make, name, place, rows, at):
    assert ("warning", "unit", place(*at)) in told(make(rows, ()), name)


@MAKERS
def test_columns_of_other_units_that_are_not_added_up_are_no_fault(make, name, place):
    rows = [
        ["Khu", "Số hộ", "Số nhân khẩu"],
        ["Khu 1", 10, 41],
        ["Khu 2", 20, 63],
        ["Khu 3", 31, 70],
        ["Tổng cộng", 61, 174],
    ]

    assert told(make(rows, ()), name) == []
