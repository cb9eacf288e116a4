"""Checking anybody's report on screen: what is wrong stands at its place, nothing is kept, what cannot be read is said."""

import io
import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from workflow.tables import Audit, Event

REPORT = Path(__file__).parents[2] / "workflow/checking/documents/an-lac.txt"


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


@pytest.fixture
def coordinator(site):
    return site.as_("hai")


def test_a_pasted_report_is_judged_and_nothing_of_it_is_kept(coordinator, site):
    def kept():
        with site.world.store.read() as session:
            return [session.scalar(select(func.count()).select_from(model)) for model in (Event, Audit)]

    before = kept()

    page = coordinator.post("check", {"text": REPORT.read_text("utf-8")})

    text = words(page)
    assert page.status_code == 200
    assert "có 4 chỗ không thể đúng" in text
    assert "mục II.1 (dòng 89) : 3.976 + 571 = 4.547 ≠ 4.546 (thừa 1)." in text
    assert "in 3.976, có thể là 3.975 (sửa 3 chỗ cùng lúc)" in text
    assert kept() == before


def test_a_file_is_judged_against_the_one_before_it(coordinator):
    now, before = (io.BytesIO(text.encode()) for text in (
        "Tổ;Lũy kế đã tham gia\nTổ 1;210\nTổ 2;120\nTổ 3;90\n", "Tổ;Lũy kế đã tham gia\nTổ 1;214\nTổ 2;100\nTổ 3;90\n",
    ))  # fmt: skip

    page = coordinator.post("check", {"file": (now, "nay.csv"), "previous": (before, "truoc.csv")})

    assert "ô B2 : số lũy kế 210 ít hơn kỳ trước (214)" in words(page)


def test_what_cannot_be_read_is_said_at_the_field(coordinator):
    for sent, said in (
        ({}, "dán văn bản, hoặc chọn một tệp"),
        ({"text": "không có số nào"}, "Không có con số nào trong văn bản"),
        ({"file": (io.BytesIO(b"\x89PNG\r\n\x1a\n\x00\x00"), "anh.png")}, "Tệp này không phải văn bản"),
        ({"file": (io.BytesIO(b"%PDF-1.7 "), "bao-cao.pdf")}, "Tệp PDF"),
    ):
        page = coordinator.post("check", sent)

        assert page.status_code == 422
        assert said in words(page)


def test_in_english(coordinator):
    coordinator.post("/me/language", {"locale": "en"})

    text = words(coordinator.post("check", {"text": REPORT.read_text("utf-8")}))

    assert "4 places cannot be right" in text
    assert "line II.1 (line 89) : 3,976 + 571 = 4,547 ≠ 4,546 (1 too many)." in text


def test_nothing_is_called_right_of_which_nothing_could_be_checked(coordinator):
    for sent, said, english in (
        ("Ngày 5/6/2025 họp tổ", "chưa kiểm được gì", "nothing could be checked"),
        ("Đã tham gia: 300 người.", "không có phép cộng hay tỷ lệ nào để kiểm", "there is no sum or rate to check"),
    ):
        coordinator.post("/me/language", {"locale": "vi"})
        text = words(coordinator.post("check", {"text": sent}))
        assert said in text
        assert "không có chỗ nào sai" not in text
        coordinator.post("/me/language", {"locale": "en"})
        text = words(coordinator.post("check", {"text": sent}))
        assert english in text
        assert "nothing is wrong" not in text


def test_blank_lines_above_a_pasted_report_count_as_lines(coordinator):
    page = coordinator.post("check", {"text": "\n\nĐã tham gia: 300/500 người, đạt 50,00%."})

    assert "dòng 3 : 300/500 = 60,00%" in words(page)


def test_members_do_not_find_it(site):
    assert site.as_("an").get("check").status_code == 404


def test_what_is_checked_is_told_before_anything_is_sent(coordinator):
    assert "tỷ lệ tính lại từ số và mẫu số, ở đúng số chữ số lẻ đã in" in words(coordinator.get("check"))
