"""A letter to a superior: number without a kind, V/v below it, no name of a kind, everything else like any paper."""

import re

from rules.time import at
from tests.workflow.documents.closes import pack_of
from tests.workflow.documents.opened import Opened, looks, text_of
from workflow.documents.letter import Letter, write_letter
from workflow.documents.marked import figure, for_author


def test_a_letter_asks_a_superior():
    letter = Letter(
        about="xác định mẫu số tính chỉ tiêu lấy ý kiến",
        addressees=("Ủy ban nhân dân thành phố Chí Linh", "Công an thành phố Chí Linh"),
        paragraphs=(f"Còn {figure('ct_G1_missing', '338')} người.", for_author("nêu lý do")),
        closing="Kính đề nghị xem xét, cho ý kiến",
        recipients=("Như trên", "Lãnh đạo UBND phường"),
    )

    paper = Opened(write_letter(letter, pack_of("an-lac-2025"), unit_name="Phường An Lạc", at=at("2025-02-03 08:00")))

    number = paper.paragraph("^Số:")
    assert re.fullmatch(r"Số: +/UBND", text_of(number))
    assert text_of(number.getnext()) == "V/v xác định mẫu số tính chỉ tiêu lấy ý kiến"
    assert looks(number.getnext()) <= {(12, False, False), (13, False, False)}
    assert "BÁO CÁO" not in paper.text
    assert "tháng 02 năm 2025" in paper.text
    assert "- Ủy ban nhân dân thành phố Chí Linh;\n- Công an thành phố Chí Linh." in paper.text
    assert "Kính đề nghị xem xét, cho ý kiến./." in paper.text
    assert "- Như trên;\n- Lãnh đạo UBND phường;\n- Lưu: VT." in paper.text
    assert paper.bookmarks() == {"ct_G1_missing": "338"}


def test_one_addressee_stands_behind_the_word():
    letter = Letter("báo cáo", ("UBND thành phố",), ("Nội dung.",), "Kính đề nghị")

    paper = Opened(write_letter(letter, pack_of("an-lac-2025"), unit_name="Phường An Lạc", at=at("2025-05-30 08:00")))

    assert "Kính gửi: UBND thành phố\n" in paper.text
