"""The file that hands rows back: readable by the office, harmless whatever stood in the cells."""

import zipfile

from workflow.roster.findings import Doubt, Rejection
from workflow.roster.reject import write_rejects
from workflow.roster.sheet import open_sheet


def test_rows_come_back_with_place_reason_and_what_to_do(tmp_path):
    path = tmp_path / "rejects.xlsx"
    rejection = Rejection(9, "E – Số ĐDCN", "********234", "Số ĐDCN không đủ chữ số", "Kiểm tra lại")
    doubt = Doubt("age_low", 12, "C – Ngày sinh", "2015", "Dưới 14 tuổi")

    assert write_rejects(path, [rejection], [doubt]) == 1

    with open_sheet(path) as sheet:
        assert [cells for _, cells in sheet.rows()] == [
            ["Dòng", "Cột", "Giá trị", "Lý do", "Cần làm"],
            ["9", "E – Số ĐDCN", "********234", "Số ĐDCN không đủ chữ số", "Kiểm tra lại"],
        ]
        assert sheet.other_names == ("Cần xem lại",)
    with open_sheet(path, sheet="Cần xem lại") as sheet:
        assert [cells for _, cells in sheet.rows()][1] == ["12", "C – Ngày sinh", "2015", "Dưới 14 tuổi"]


def test_what_looks_like_a_formula_or_a_link_stays_text(tmp_path):
    path = tmp_path / "rejects.xlsx"
    values = ["=HYPERLINK(1)", "+1", "-1", "@x", "https://example.org", "{=1}"]

    write_rejects(path, [Rejection(row, "B", value, "x", "y") for row, value in enumerate(values, 2)])

    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"<hyperlink" not in sheet
    with open_sheet(path) as opened:
        assert [cells[2] for _, cells in opened.rows()][1:] == values
