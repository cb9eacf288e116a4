"""What a paper says: figures of the close under their names, each rate with its base, what is not known, and what is left to its author."""

import re
from dataclasses import replace

import pytest

from tests.workflow.documents.closes import an_lac, cat_thanh
from tests.workflow.documents.opened import Opened
from workflow.documents.make_paper import make_report
from workflow.documents.read_back import author_marks, figures_in


@pytest.fixture(scope="module")
def content():
    return make_report(*an_lac(), "final")


@pytest.fixture(scope="module")
def paper(content):
    return Opened(content)


def test_every_figure_of_the_close_stands_under_its_name(paper):
    marks = paper.bookmarks()
    expected = {
        "so_1_n": "4.546", "so_2_n": "3.975", "so_2_p": "87,44%", "so_2_m": "4.546", "so_3_n": "571", "so_3_p": "12,56%",
        "so_3x1_n": "4", "so_3x2_n": "185", "so_3x8_n": "6", "so_2_ca_3x8_n": "3.981", "so_2_ca_3x8_p": "87,57%",
        "sl_recoverable": "164", "ct_G1_needed": "4.319", "ct_G1_missing": "338", "kv_1_2": "441", "kv_cong_2": "3.975",
        "viec_3_1": "30",
    }  # fmt: skip

    assert {name: marks.get(name) for name in expected} == expected
    assert len(marks) == len(set(marks))
    assert all(len(name) <= 40 and re.fullmatch(r"[a-z][A-Za-z0-9_]*", name) for name in marks)


def test_numbers_of_the_results_are_all_of_the_close(paper):
    """In the section of figures no number stands outside a bookmark but those of labels, days and references."""
    text = paper.text[paper.text.index("II. KẾT QUẢ") : paper.text.index("III. NHỮNG")]
    labels = " ".join(line.label for line in an_lac()[0].lines)
    for value in sorted(set(paper.bookmarks().values()), key=len, reverse=True):
        text = re.sub(rf"(?<![\d.,]){re.escape(value)}(?![\d%]|\.\d)", "", text)
    left = re.findall(
        r"\d[\d.,]*\d%?|\d", re.sub(r"^[\d.]+\. |\d+ giờ ngày \S+|mục 3\.8|năm 2013|G1|95%", "", text, flags=re.M)
    )

    assert [number for number in left if number not in labels] == []


def test_each_rate_says_what_it_is_divided_by(paper):
    assert "3.975 người, đạt tỷ lệ 87,44% (trên tổng số có trong danh sách: 4.546)" in paper.text
    assert (
        "3.2. Số công dân nhập ngũ, công tác trong lực lượng vũ trang không ở địa phương: 185/4.546 người, chiếm tỷ lệ 4,07%"
        in paper.text
    )


def test_line_two_is_printed_without_and_with_those_not_yet_deducted(paper):
    assert (
        "Nếu tính cả 6 người nêu tại mục 3.8 (đã làm nhưng hệ thống chưa trừ chỉ tiêu) thì số đã tham gia là 3.981 người, "
        "đạt tỷ lệ 87,57% (trên tổng số có trong danh sách: 4.546)." in paper.text
    )


def test_what_the_owner_of_the_system_has_not_told_is_said(paper):
    assert (
        "2.1. Số người dân cho ý kiến tán thành: chưa có số liệu của cơ quan chủ quản (số liệu chưa công bố)."
        in paper.text
    )


def test_activities_come_from_evidence_with_lower_bounds(paper):
    assert "- Phát tin bài trên Trang thông tin điện tử: Số lượt tin bài: trên 30." in paper.text
    assert "Kế hoạch số 260/KH-BCA-C06 ngày 05/5/2025" in paper.text
    assert "Hướng dẫn đoàn viên" not in paper.text  # nothing was done and nothing shows it


def test_difficulties_are_the_coded_reasons_exactly(paper):
    assert "có thể khắc phục, tổng số 164 người" in paper.text
    assert "Nhiều người cao tuổi <70 & phải dùng điện thoại của cán bộ." in paper.text


def test_what_the_author_must_look_at_is_found_again(content):
    assert len(author_marks(content)) == 3
    assert all(mark.text.startswith("[người soạn xem lại: ") for mark in author_marks(content))


def test_figures_are_read_back_by_name(content):
    found = figures_in(content)

    assert [each.text for each in found if each.name == "so_2_n"] == ["3.975"]
    assert {each.text for each in found if each.name == "so_3x8_n"} == {"6"}
    assert len([each for each in found if each.name == "so_3x8_n"]) == 2


def test_a_daily_report_says_what_is_missing_told_by_telephone_and_late():
    paper = Opened(make_report(*cat_thanh(), "daily"))

    assert (
        "qua ứng dụng VNeID: 4.213 người, đạt tỷ lệ 60,19% (trên số có tài khoản mức 2 đang hoạt động: 7.000); so với kỳ trước tăng 215"
        in paper.text
    )
    assert "1/15 tổ công tác chưa xác nhận số liệu (Tổ công tác 6, cập nhật lần cuối" in paper.text
    assert "chưa đối chiếu, không cộng vào các số trên: Tổ công tác 6: 123." in paper.text
    assert "Số bổ sung: 3 lượt ghi của các kỳ trước" in paper.text
    assert "[người soạn xem lại: viết đề xuất, kiến nghị" in paper.text


def test_a_draft_says_so_everywhere_and_has_no_place_to_sign():
    paper = Opened(make_report(*an_lac(), "final", draft=True))

    assert paper.text.startswith("DỰ THẢO, SỐ LIỆU CHƯA CHỐT")
    assert all("DỰ THẢO" in "".join(header.itertext()) for header in paper.headers().values())
    assert "CHỦ TỊCH" not in paper.text
    assert "TM. ỦY BAN" not in paper.text


def test_names_that_look_like_fields_stay_words():
    frozen, pack, narrative = an_lac()
    area = replace(frozen.areas[0], name="=1+1 {{ unit }} <b>&\ue000x\ue001")

    paper = Opened(make_report(replace(frozen, areas=(area, *frozen.areas[1:])), pack, narrative, "final"))

    assert "=1+1 {{ unit }} <b>&x" in paper.text
