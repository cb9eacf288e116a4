"""An edited template: what is wrong with it is said in Vietnamese, at its place, with what may be meant; what is right is taken."""

from io import BytesIO

import pytest
from docx import Document

from tests.workflow.documents.closes import an_lac, cat_thanh, pack_of
from tests.workflow.documents.opened import Opened
from workflow.documents.fields import fields_of, help_on
from workflow.documents.make_paper import make_report
from workflow.documents.make_template import KINDS, make_template
from workflow.documents.template_check import check_template
from workflow.files import FileRefused

PACK = pack_of("an-lac-2025")


def edited(*paragraphs, table=None):
    document = Document(BytesIO(make_template(PACK, "final")))
    for text in paragraphs:
        document.element.body.insert(0, document.add_paragraph(text)._p)
    if table:
        cells = document.add_table(2, 3)
        cells.cell(1, 2).text = table
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def sentences(content):
    return [str(each.sentence()) for each in check_template(content, fields_of("final", PACK))]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["an-lac-2025", "cat-thanh-2025"])
def test_our_own_templates_have_no_fault(name, kind):
    pack = pack_of(name)

    assert check_template(make_template(pack, kind), fields_of(kind, pack)) == []


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Đơn vị {{ unti }}", "đoạn 1, gần “Đơn vị {{ unti }}”: không có trường “unti”; có phải là “unit”?."),
        ("{{ line[“3.9”].count }}", "“line[“3.9”].count”: không có “3.9”; có phải là “3.8”?."),
        ('{{ line["2"].cout }}', "không có “cout”; có phải là “count”?."),
        ('{{ line["2"] }}', "là một nhóm, không in được; hãy ghi rõ phần nào: code, label, count"),
        ("Số {{ unit của phường", "thẻ mở bằng {{ mà không có }} trong cùng đoạn."),
        ("Số unit }} của phường", "có }} mà không có phần mở của thẻ."),
        ("{%p for x in unit %}", "sau in phải là một danh sách như sections, targets"),
        ("{%p for x in places %}", "thẻ for chưa được đóng bằng endfor."),
        ("{%p endif %}", "có endif mà không có if ở trước."),
        ("{%p include 'x' %}", "không dùng được thẻ “include” trong mẫu"),
        ("Chữ {%p if draft %}", "phải đứng một mình trong đoạn"),
        ("{{ 9**9**9 }}", "dùng phép tính, hàm hoặc bộ lọc không được phép trong mẫu."),
        ("{{ unit.__class__.__mro__ }}", "không được phép trong mẫu."),
        ("{{ ''.join(['a']) }}", "không được phép trong mẫu."),
        ("{{ unit|center(10000000) }}", "không được phép trong mẫu."),
        ("{{r unit }}", "viết theo cách không dùng ở đây"),
        ("{{ unit. }}", "không đọc được thẻ “unit.”"),
    ],
)  # fmt: skip
def test_a_fault_is_said_at_its_place(written, said):
    found = sentences(edited(written))

    assert len(found) == 1 or "for" in written
    assert any(said in each for each in found)
    assert found[0].startswith("đoạn 1, gần “")


def test_a_fault_in_a_table_names_the_cell_and_every_fault_is_told():
    found = sentences(edited("{{ unti }}", "{{ yaer }}", table="{{ palce }}"))

    assert len(found) == 3
    assert found[2].startswith("bảng 4, hàng 2, ô 3, gần “{{ palce }}”: không có trường “palce”")


def test_what_an_office_adds_is_filled_and_keeps_its_name():
    content = edited("{{ unit|upper }} có {{ line[“3.8”].count }} người chờ, {{ figure.recoverable }} người cần giúp")
    frozen, pack, narrative = an_lac()

    assert sentences(content) == []
    paper = Opened(make_report(frozen, pack, narrative, "final", template=content))

    assert paper.text.startswith("PHƯỜNG AN LẠC có 6 người chờ, 164 người cần giúp")
    assert paper.bookmarks()["so_3x8_n"] == "6"


def test_what_is_no_word_file_or_fetches_from_elsewhere_is_refused():
    with pytest.raises(FileRefused):
        check_template(b"PK\x03\x04 no archive", fields_of("final", PACK))
    document = Document(BytesIO(make_template(PACK, "final")))
    document.part.relate_to("https://example.org/x.dotx", "http://x/attachedTemplate", is_external=True)
    content = BytesIO()
    document.save(content)
    with pytest.raises(FileRefused, match="nơi ngoài tệp"):
        check_template(content.getvalue(), fields_of("final", PACK))


def test_every_field_is_explained_and_filled():
    frozen, pack, narrative = cat_thanh()
    shown = help_on(fields_of("daily", pack))

    written = [each.written for each in shown if each.written.startswith("{{")]
    content = edited(*written)

    assert check_template(content, fields_of("daily", pack)) == []
    assert all(each.meaning for each in shown)
    make_report(frozen, pack, narrative, "daily", template=content)
