"""An official paper in its XML, rule by rule, as NĐ 30/2020/NĐ-CP wants it."""

import re
import unicodedata

import pytest

from tests.workflow.documents.closes import an_lac, cat_thanh
from tests.workflow.documents.opened import Opened, W, align, looks, text_of
from workflow.documents.make_paper import make_report

MM = 1440 / 25.4


@pytest.fixture(scope="module")
def content():
    return make_report(*an_lac(), "final")


@pytest.fixture(scope="module")
def paper(content):
    return Opened(content)


@pytest.fixture(scope="module")
def daily():
    return Opened(make_report(*cat_thanh(), "daily"))


def between(value, low, high):
    return low * MM - 1 <= int(value) <= high * MM + 1


def test_paper_a4_portrait_with_the_margins(paper):
    sections = list(paper.body.iter(f"{W}sectPr"))

    assert len(sections) == 2
    for section in sections:
        size, margins = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
        assert (size.get(f"{W}w"), size.get(f"{W}h"), size.get(f"{W}orient")) == ("11906", "16838", None)
        for side, low, high in (("top", 20, 25), ("bottom", 20, 25), ("left", 30, 35), ("right", 15, 20)):
            assert between(margins.get(f"{W}{side}"), low, high), side


def test_every_run_is_times_new_roman_for_every_script_black_and_vietnamese(paper, daily):
    for document in (paper, daily):
        runs = [run for part in (document.body, *document.headers().values()) for run in part.iter(f"{W}r")]
        assert len(runs) > 100
        for run in runs:
            fonts = run.find(f"{W}rPr/{W}rFonts")
            assert {fonts.get(f"{W}{script}") for script in ("ascii", "hAnsi", "eastAsia", "cs")} == {"Times New Roman"}
            assert not [key for key in fonts if "Theme" in key]
            assert run.find(f"{W}rPr/{W}lang").get(f"{W}val") == "vi-VN"
            assert run.find(f"{W}rPr/{W}color").get(f"{W}val") == "000000"


def test_page_number_stands_top_centre_and_not_on_the_first_page(paper):
    sections = list(paper.body.iter(f"{W}sectPr"))
    numbered = {name for name, header in paper.headers().items() if "PAGE" in "".join(header.itertext())}

    for section in sections:
        assert section.find(f"{W}titlePg") is not None
        kinds = {each.get(f"{W}type") for each in section.findall(f"{W}headerReference")}
        assert kinds == {"default", "first"}
    assert sections[1].find(f"{W}pgNumType").get(f"{W}start") == "1"
    assert len(numbered) == 2
    for name in numbered:
        header = paper.headers()[name]
        assert align(header.find(f"{W}p")) == "center"
        assert looks(header) <= {(13, False, False), (14, False, False)}


def test_country_and_motto_with_a_rule_below(paper):
    country = paper.paragraph("^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM$")
    motto = paper.paragraph("^Độc lập - Tự do - Hạnh phúc$")
    rule = motto.getnext()

    assert looks(country) <= {(12, True, False), (13, True, False)}
    assert looks(motto) <= {(13, True, False), (14, True, False)}
    assert align(country) == align(motto) == "center"
    assert rule.find(f"{W}pPr/{W}pBdr/{W}top").get(f"{W}val") == "single"
    assert "_" not in text_of(rule)


def test_issuer_bold_capitals_with_a_shorter_rule(paper):
    issuer = paper.paragraph("^PHƯỜNG AN LẠC$")
    rule = issuer.getnext()
    cell = int(issuer.getparent().find(f"{W}tcPr/{W}tcW").get(f"{W}w"))
    indents = rule.find(f"{W}pPr/{W}ind")
    length = cell - int(indents.get(f"{W}left")) - int(indents.get(f"{W}right"))

    assert text_of(issuer.getprevious()) == "ỦY BAN NHÂN DÂN"
    assert looks(issuer) <= {(12, True, False), (13, True, False)}
    assert rule.find(f"{W}pPr/{W}pBdr/{W}top") is not None
    assert 1 / 3 <= length / cell <= 1 / 2


def test_head_is_a_table_without_lines_forty_to_sixty(paper):
    table = paper.body.find(f"{W}tbl")
    left, right = (int(each.get(f"{W}w")) for each in table.find(f"{W}tblGrid"))

    assert {each.get(f"{W}val") for each in table.find(f"{W}tblPr/{W}tblBorders")} == {"nil"}
    assert 0.38 <= left / (left + right) <= 0.42


def test_number_is_blank_and_the_date_has_no_day(paper, daily):
    number, date = paper.paragraph("^Số:"), paper.paragraph("^An Lạc, ngày")

    assert re.fullmatch(r"Số:\s*\d{0,}\s*/BC-UBND", text_of(number))
    assert looks(number) == {(13, False, False)}
    assert align(number) == "center"
    assert re.fullmatch(r"An Lạc, ngày {3,}tháng 5 năm 2025", text_of(date))
    assert looks(date) <= {(13, False, True), (14, False, True)}
    assert daily.paragraph(r"^Cát Thành, ngày {3,}tháng 5 năm 2025$") is not None


def test_kind_and_abstract_bold_in_the_middle_with_a_rule(paper):
    kind, abstract = paper.paragraph("^BÁO CÁO$"), paper.paragraph("^Kết quả lấy ý kiến tham gia")

    for each in (kind, abstract):
        assert looks(each) <= {(13, True, False), (14, True, False)}
        assert align(each) == "center"
    assert abstract.getnext().find(f"{W}pPr/{W}pBdr/{W}top") is not None


def test_addressees_of_a_superior(paper, daily):
    assert paper.paragraph("^Kính gửi: Ủy ban nhân dân thành phố Chí Linh$") is not None
    several = daily.paragraph("^Kính gửi:$")
    lines = [text_of(several.getnext()), text_of(several.getnext().getnext())]
    assert lines == ["- Công an tỉnh Nam Định (qua Phòng PC06);", "- Ủy ban nhân dân huyện Trực Ninh."]


def test_grounds_italic_each_its_own_line(paper):
    grounds = [each for each in paper.paragraphs() if text_of(each).startswith("Căn cứ")]

    assert [text_of(each)[-1] for each in grounds] == [";", ";", "."]
    assert all(looks(each) <= {(13, False, True), (14, False, True)} for each in grounds)


def test_body_is_justified_stands_in_and_is_spaced(paper):
    body = paper.paragraph("^Các tầng lớp Nhân dân trên địa bàn")
    shape = body.find(f"{W}pPr")

    assert looks(body) <= {(13, False, False), (14, False, False)}
    assert align(body) == "both"
    assert int(shape.find(f"{W}ind").get(f"{W}firstLine")) in (567, 720)
    assert int(shape.find(f"{W}spacing").get(f"{W}after")) >= 120
    assert 240 <= int(shape.find(f"{W}spacing").get(f"{W}line")) <= 360


def test_sections_follow_the_outline_of_the_pack(paper):
    bold = [
        text_of(each)
        for each in paper.paragraphs()
        if looks(each) == {(14, True, False)} and re.match(r"[IVX\d.]+\. ", text_of(each))
    ]

    assert bold == [
        "I. TÌNH HÌNH TRIỂN KHAI VIỆC LẤY Ý KIẾN", "1. Công tác chỉ đạo, quán triệt, triển khai",
        "2. Về công tác tuyên truyền, phổ biến", "3. Về đối tượng, hình thức lấy ý kiến", "3.1. Đối tượng lấy ý kiến",
        "3.2. Hình thức lấy ý kiến", "II. KẾT QUẢ LẤY Ý KIẾN", "III. NHỮNG KHÓ KHĂN, VƯỚNG MẮC KHI TRIỂN KHAI THỰC HIỆN",
    ]  # fmt: skip


def test_last_sentence_ends_with_the_mark_once(paper):
    assert text_of(paper.paragraph(r"\./\.$")).startswith("Trên đây là báo cáo")


def test_recipients_and_signature_stand_level(paper):
    heading, last = paper.paragraph("^Nơi nhận:$"), paper.paragraph(r"^- Lưu: VT\.$")
    authority, position = paper.paragraph("^TM. ỦY BAN NHÂN DÂN$"), paper.paragraph("^CHỦ TỊCH$")
    cells = [each.getparent() for each in (heading, authority)]

    assert looks(heading) == {(12, True, True)}
    assert looks(last) == {(11, False, False)}
    lines = [text_of(each) for each in cells[0].findall(f"{W}p")][1:]
    assert all(re.fullmatch(r"- .+;", line) for line in lines[:-1])
    assert lines[0] == "- UBND thành phố để báo cáo;"
    assert cells[0].getparent() is cells[1].getparent()
    for each in (authority, position):
        assert looks(each) <= {(13, True, False), (14, True, False)}
        assert align(each) == "center"
    after = [text_of(each) for each in position.itersiblings(f"{W}p")]
    assert after == ["", "", "", ""]  # room for the signature, and nobody's name


def test_appendix_names_itself_and_its_paper(paper):
    title, kept = paper.paragraph("^Phụ lục I$"), paper.paragraph("^.Kèm theo Báo cáo số")

    assert looks(title) == {(14, True, False)}
    assert text_of(title.getnext()) == "KẾT QUẢ THEO KHU DÂN CƯ"
    assert re.fullmatch(r"\(Kèm theo Báo cáo số +/BC-UBND ngày +tháng 5 năm 2025\)", text_of(kept))
    assert looks(kept) == {(14, False, True)}
    rows = next(iter(title.itersiblings(f"{W}tbl"))).findall(f"{W}tr")
    assert len(rows) == 1 + 9 + 1
    assert [text_of(cell) for cell in rows[-1].findall(f"{W}tc")][1:] == [
        "Cộng",
        "4.546",
        "3.975",
        "571",
        "87,44%",
    ]


def test_text_is_nfc_in_vietnamese_numbers_and_holds_no_machine_words(paper, daily):
    for document in (paper, daily):
        text = document.text
        assert unicodedata.is_normalized("NFC", text)
        assert not re.search(r"\b(None|nan|NaN|null|True|False|undefined)\b|\{\{|\{%|[\ue000-\uf8ff]", text)
        assert not re.search(r"\d %", text)
        assert not re.search(r"\d+\.\d+ ?%", text)
        told = re.sub(r"\d+/[A-ZĐ-]+[-A-Z0-9Đ]*|\b(19|20)\d\d\b|\d+/\d+/\d+", "", text)
        assert not re.search(r"(?<![\d.,])\d{4,}", told)


def test_properties_tell_of_the_unit_only(paper):
    core = paper.parts["docProps/core.xml"].decode()

    assert "<dc:creator>Phường An Lạc</dc:creator>" in core
    assert "<cp:lastModifiedBy>Phường An Lạc</cp:lastModifiedBy>" in core
    assert core.count("2025-05-29T15:00:00Z") == 2
    assert not [name for name in paper.parts if "thumbnail" in name or "comments" in name or "customXml" in name]
    tracked = ("w:ins", "w:del", "rsid", "trackRevisions", "w:author")
    everything = b"".join(data for name, data in paper.parts.items() if name.endswith(".xml")).decode()
    assert not [word for word in tracked if re.search(rf"\b{word}\b", everything)]


def test_the_same_close_gives_the_same_bytes(content, paper):
    assert make_report(*an_lac(), "final") == content
    assert paper.dates == {(1980, 1, 1, 0, 0, 0)}
