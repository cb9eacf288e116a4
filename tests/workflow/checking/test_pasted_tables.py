"""A table pasted as text is read as the same table in a file; what could not be read is never called right."""

import pytest

from workflow.checking.check import check_document, check_file
from workflow.checking.read import read_pasted

ROWS = ["Khu,Tổng số,Đã tham gia,Chưa tham gia", "Khu 1,300,180,110", "Khu 2,200,100,100"]


def told(text):
    return [(each.severity, each.check, str(each.where)) for each in check_document(read_pasted(text, "dán")).findings]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_pasted_table_is_read_as_a_file(mark):
    text = "\n".join(ROWS).replace(",", mark)
    checked = check_document(read_pasted(text, "dán"))

    assert checked.to_json()["numbers"] == check_file(text.encode(), "a.csv").to_json()["numbers"]
    assert told(text) == [("error", "cross-foot", "ô B2")]


def test_a_total_column_beside_done_and_not_done_is_a_claim_without_a_total_row():
    assert told("Tổng số,Đã tham gia,Chưa tham gia\n300,180,110") == [("error", "cross-foot", "ô A2")]
    assert told("Tổng số,Đã tham gia,Chưa tham gia\n300,180,120") == []
    assert told("Tổng số,Đã tham gia,Chưa tham gia,Không thể\n300,180,110,10") == []


def test_sentences_with_commas_are_no_table():
    text = "Đạt 87,44%, tăng 2,1%, cao hơn kỳ trước\nĐã tham gia: 3.975 người, 12 hộ, 3 tổ"

    assert read_pasted(text, "dán").tables == []


def test_a_text_without_a_figure_that_can_be_read_is_never_called_right():
    checked = check_document(read_pasted("Ngày 5/6/2025 họp tổ, năm 2024 cũng vậy", "dán"))

    assert [(each.severity, each.check) for each in checked.findings] == [("warning", "unread")]


def test_numbers_without_a_sum_or_rate_prove_nothing():
    assert check_document(read_pasted("Đã tham gia: 300 người.", "dán")).is_silent
