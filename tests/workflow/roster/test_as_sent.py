"""Rows that are handed back as they stood: nothing that must not be kept, and with what they took from the rows above them."""

from datetime import date

from workflow.roster.as_sent import RowsAsSent, rows_as_sent
from workflow.roster.columns import Needs
from workflow.roster.findings import Rejection
from workflow.roster.headers import ADDED
from workflow.roster.read import ORDINARY, Declared
from workflow.roster.reject import write_rejects

from .conftest import AN, HEADERS


def sent(path, *wanted, needs=ORDINARY, **declared):
    kept = rows_as_sent(path, Declared(date(2025, 5, 15), needs=needs, **declared), wanted)
    assert kept is not None
    return kept


def test_only_the_rows_that_are_wanted_with_every_cell_that_is_read(write_book):
    rows = [[{**AN, "Họ và tên": name}.get(header, "") for header in HEADERS] for name in ("Lê Văn An", "Lê Văn Ba")]

    kept = sent(write_book([["CÔNG AN PHƯỜNG"], HEADERS, *rows]), 4)

    assert kept.headers == tuple(HEADERS)
    assert list(kept.rows) == [4]
    assert kept.rows[4][1:6] == ("Lê Văn Ba", "05/03/1985", "Nam", "999085000001", "Tổ dân phố số 1")


def test_what_must_not_be_kept_is_blank(write_book):
    headers = [*HEADERS, "Ghi chú", "Tôn giáo", "Ý kiến", "Sở thích"]
    row = [{**AN, "Quan hệ với chủ hộ": "không đồng ý"}.get(header, "x") for header in headers]
    row[headers.index("Họ và tên")] = "An 999085000001"

    kept = sent(write_book([headers, row]), 2)

    assert kept.headers == tuple(headers)
    told = dict(zip(kept.headers, kept.rows[2], strict=True))
    blank = {"Họ và tên", "Quan hệ với chủ hộ", "Ghi chú", "Tôn giáo", "Ý kiến", "Sở thích"}
    assert {header for header, cell in told.items() if not cell} == blank
    assert told["Số ĐDCN"] == "999085000001"


def test_a_day_reads_as_papers_print_it(write_book):
    row = [{**AN, "Ngày sinh": date(1985, 3, 5)}.get(header, "") for header in HEADERS]

    assert sent(write_book([HEADERS, row]), 2).rows[2][2] == "05/03/1985"


def test_area_and_household_come_down_from_the_rows_above(write_book, read, tmp_path):
    headers = ["STT", "Họ và tên", "Ngày sinh", "Số nhà", "Tổ dân phố"]
    rows = [headers, ["Tổ dân phố số 3"], ["Hộ ông Lê Văn An"], ["1", "Lê Văn An", "1956"], ["2", "Lê @", "1985"]]
    needs = Needs(area=True)

    kept = sent(write_book(rows), 5, needs=needs)

    assert kept.headers == (*headers, "Số hồ sơ cư trú", "Chủ hộ")
    assert kept.rows[5] == ("2", "Lê @", "1985", "", "Tổ dân phố số 3", "Hộ ông Lê Văn An", "Lê Văn An")
    path = tmp_path / "again.xlsx"
    mended = RowsAsSent(kept.headers, {5: tuple(cell.replace("@", "Văn Ba") for cell in kept.rows[5])})
    write_rejects(path, [Rejection(5, "B – Họ và tên", "Lê @", "x", "y")], as_sent=mended)
    (taken,), _, _ = read(path, needs=needs)
    assert (taken.name, taken.area_text, taken.head_name) == ("Lê Văn Ba", "Tổ dân phố số 3", "Lê Văn An")


def test_our_columns_are_about_a_row_and_never_of_it(write_book, read):
    row = [{**AN, "Họ và tên": "", "Số ĐDCN": ""}.get(header, "") for header in HEADERS]
    ours = [9, "Thiếu họ tên", "Sửa ngày sinh theo dạng ngày/tháng/năm, người lập biểu"]

    rows, roster, findings = read(write_book([[*HEADERS, *ADDED], [*row, *ours], ["" for _ in row] + ours]))

    assert not rows
    assert (roster.tally.kinds["rejected"], roster.tally.kinds["blank"]) == (1, 1)
    assert sum(finding.check == "column_left_out" for finding in findings) == len(ADDED)
    kept = sent(write_book([[*HEADERS, *ADDED], [*row, *ours]]), 2)
    assert kept.headers == tuple(HEADERS)
