"""Parts told under "trong đó" fit into their whole; a base named behind its percentage is the base; words are the document's own."""

import pytest

from workflow.checking.check import check_document
from workflow.checking.read import read_pasted

OUT = "Chưa tham gia: 300 người, trong đó:"


def told(text):
    return [
        (each.severity, each.check, str(each.message)) for each in check_document(read_pasted(text, "dán")).findings
    ]


def test_parts_that_come_to_more_than_their_whole_cannot_be():
    assert told(f"{OUT}\n- Vắng mặt: 120 người\n- Chưa gặp: 190 người") == [
        ("error", "subset", "120 + 190 = 310, nhiều hơn số mà chúng là các phần (300).")
    ]


@pytest.mark.parametrize(
    "parts",
    [
        "- Vắng mặt: 120 người\n- Chưa gặp: 150 người",
        "- Nữ: 180 người\n- Người cao tuổi: 170 người",
        "- Đảng viên: 180 người\n- Chưa gặp: 170 người",
        "- Vắng mặt: 120 người\n- Chưa gặp: 190 hộ",
    ],
    ids=["fewer", "traits", "a trait", "units"],
)
def test_fewer_parts_overlapping_ones_and_other_units_are_no_fault(parts):
    assert told(f"{OUT}\n{parts}") == []


BASED = "Đã kích hoạt: {n} người, đạt 51,42% (trên số có tài khoản mức 2 đang hoạt động: 4.632)."


def test_the_base_named_behind_a_percentage_is_its_base():
    assert told(BASED.format(n="2.382")) == []
    assert told(BASED.format(n="2.832")) == [("error", "rate", "2.832/4.632 = 61,14%, văn bản in 51,42%.")]
    assert told("Đã kích hoạt: 2.832/5.800 người, đạt 51,42% (tính trên số đang hoạt động: 4.632).") == [
        ("error", "rate", "2.832/4.632 = 61,14%, văn bản in 51,42%.")
    ]


def test_those_taken_away_are_called_as_the_document_calls_them():
    found = told("1. Tổng số: 500 người\n2. Đã tham gia: 300 người\n3. Chưa tham gia 300 người")

    assert (
        "error",
        "completion",
        "trừ 300 (“Chưa tham gia”) thì còn 200, mà in 300 đã làm: 150,00%, quá 100%.",
    ) in found


def test_a_line_is_named_by_its_own_number_below_a_heading():
    text = "Báo cáo nhanh kết quả\nTổng số: 500 người\nĐã tham gia: 300 người\nChưa tham gia 300 người"
    numbers = check_document(read_pasted(text, "dán")).to_json()["numbers"]

    assert [str(each["where"]) for each in numbers] == ["dòng 2", "dòng 3", "dòng 4"]
