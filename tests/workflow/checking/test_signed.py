"""3.975 edited to 3.976 in Word: located, and what no longer adds up is said; put back, nothing is left to say."""

import io
from pathlib import Path

import docx
import pytest

from workflow.checking.read import read_document
from workflow.checking.signed import check_signed

RIGHT = Path(__file__).parent / "documents/own-f15-an-lac-3975.txt"


def word(text):
    paper = docx.Document()
    for line in text.splitlines():
        paper.add_paragraph(line)
    target = io.BytesIO()
    paper.save(target)
    return read_document(target.getvalue(), "bao-cao.docx")


@pytest.fixture(scope="module")
def right():
    return RIGHT.read_text("utf-8")


def test_one_person_more_is_located_and_no_longer_adds_up(right):
    found = check_signed(word(right), word(right.replace("3.975", "3.976")))

    said = [str(finding) for finding in found]
    assert found[0].check == "edited"
    assert "văn bản in 3.976, bản lập từ số chốt in 3.975" in said[0]
    assert any("3.976 + 571 = 4.547 ≠ 4.546 (thừa 1)" in each for each in said), said


def test_a_restored_copy_passes(right):
    assert check_signed(word(right), word(right)) == []


def test_what_added_up_when_it_was_made_is_missed_however_far_a_number_is_off():
    made = """1. Tổng số công dân trong danh sách: 5.800 người.
2. Số công dân đã tham gia góp ý: 2.382 người, đạt tỷ lệ 41,07% (trên tổng số có trong danh sách: 5.800).
3. Số công dân không thể lấy ý kiến: 215 người.
4. Số công dân chưa gặp hoặc đã kết thúc liên hệ: 3.203 người."""

    said = [str(finding) for finding in check_signed(word(made), word(made.replace("2.382", "2.832")))]

    assert any("2.832 + 215 + 3.203 = 6.250 ≠ 5.800 (thừa 450)" in each for each in said), said
    assert any("2.832/5.800 = 48,83%" in each for each in said), said
    assert len(said) == len(set(said))
    assert check_signed(word(made), word(made)) == []
    gone = check_signed(word(made), word(made.replace("\n3. Số công dân không thể lấy ý kiến: 215 người.", "")))
    assert [finding.check for finding in gone][:1] == ["removed"]


DAILY = """1. Tổng số cán bộ và thân nhân: 5.800 người, gồm:
1.1. Đã kích hoạt: 2.382 người, đạt 51,42% (trên số có tài khoản mức 2 đang hoạt động: 4.632).
1.2. Không thể kích hoạt: 215 người.
1.3. Còn lại: 3.203 người.
2. Trong số đã kích hoạt:
- Cán bộ: 2.361 người
- Thân nhân: 21 người
- Cộng: 2.382 người"""


def test_a_copy_s_rate_is_judged_on_the_base_it_names_and_its_sums_are_missed():
    said = [str(each.message) for each in check_signed(word(DAILY), word(DAILY.replace("2.382", "2.832")))]

    assert any("2.832/4.632 = 61,14%" in each for each in said), said
    assert any("2.832 + 215 + 3.203 = 6.250 ≠ 5.800" in each for each in said), said
    assert any("2.361 + 21 = 2.382 ≠ 2.832" in each for each in said), said
    assert check_signed(word(DAILY), word(DAILY)) == []
