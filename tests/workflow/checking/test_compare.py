"""A paper that came back edited: figures changed, left out, moved or typed in are found; words are free."""

import io

import docx
import pytest

from workflow.checking.compare import compare
from workflow.checking.read import read_document

LINES = [
    "BÁO CÁO",
    "1. Tổng số công dân cần lấy ý kiến: 4.546 người.",
    "2. Đã tham gia góp ý: 3.975 người, đạt tỷ lệ 87,44%.",
    "3. Không thể lấy ý kiến: 571/4.546 người, chiếm tỷ lệ 12,56%.",
    "Trên đây là báo cáo kết quả./.",
]
ROWS = [("Khu dân cư", "Tổng số", "Đã tham gia"), ("Khu dân cư 1", "505", "441"), ("Khu dân cư 2", "506", "443")]


def word(lines, rows=ROWS):
    paper = docx.Document()
    for line in lines:
        paper.add_paragraph(line)
    table = paper.add_table(len(rows), 3)
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    target = io.BytesIO()
    paper.save(target)
    return read_document(target.getvalue(), "bao-cao.docx")


def told(lines, rows=ROWS):
    return [(found.check, found.where, str(found.message)) for found in compare(word(LINES), word(lines, rows))]


def edited(at, old, new):
    return [line.replace(old, new) if number == at else line for number, line in enumerate(LINES)]


def test_the_same_paper_has_no_difference():
    assert told(LINES) == []


def test_a_changed_figure_is_found_at_its_place():
    (only,) = told(edited(2, "3.975", "3.976"))

    assert only[0] == "edited"
    assert only[1] == "mục 2 (đoạn 3)"
    assert only[2].startswith("văn bản in 3.976, bản lập từ số chốt in 3.975 (“")


@pytest.mark.parametrize(
    ("new", "check", "said"),
    [
        (edited(3, "571/4.546", "571/4.545"), "edited", "văn bản in 571/4.545, bản lập từ số chốt in 571/4.546"),
        (edited(2, "87,44%", "87,4%"), "edited", "văn bản in 87,4%, bản lập từ số chốt in 87,44%"),
        (edited(2, ", đạt tỷ lệ 87,44%", ""), "removed", "số chốt 87,44% không còn trong văn bản"),
        (edited(4, "kết quả", "kết quả, có thêm 12 người"), "typed", "số 12 được gõ thêm"),
        ([line for line in LINES if not line.startswith("3.")], "removed", "số chốt 571/4.546 không còn"),
    ],
)
def test_each_kind_of_edit_is_named(new, check, said):
    found = told(new)

    assert check in {each[0] for each in found}
    assert any(each[2].startswith(said) for each in found), found


def test_a_cell_of_the_appendix_is_found():
    rows = [ROWS[0], ROWS[1], ("Khu dân cư 2", "506", "434")]

    (only,) = told(LINES, rows)

    assert only[:2] == ("edited", "bảng 1, hàng 3, cột 3")


def test_words_number_and_date_are_free():
    lines = ["Số: 05/BC-UBND", "An Lạc, ngày 30 tháng 5 năm 2025", *edited(1, "công dân", "người dân")]

    assert told(lines) == []
