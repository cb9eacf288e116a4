"""The coordinator makes papers on pages, records what was issued, brings edited templates, and lays out a superior's form cell by cell."""

import re
from io import BytesIO

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from tests.workflow.documents.opened import Opened
from tests.workflow.documents.test_forms_and_sheets import workbook
from tests.workflow.documents.world_of_papers import close_by_hand
from tests.workflow.files import files as sent
from tests.workflow.officials import appoint
from workflow.actions.open_plan import open_plan
from workflow.actions.record_visit import Finding
from workflow.documents.make_template import make_template


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


@pytest.fixture
def town(site):
    world = site.world
    with world.book() as (book, context):
        open_plan(book, context)
    door, (one, _two) = world.household([("Nguyễn Văn Một", "activated"), ("Nguyễn Thị Hai", "activated")])
    world.go_to("2025-05-16 15:00")
    world.visit("an", door, Finding("took_part", one))
    world.go_to("2025-05-16 17:00")
    return site


def made(town, kind="daily"):
    close_id = close_by_hand(town.world)
    browser = town.as_("hai")
    answer = browser.post("papers", {"close_id": str(close_id), "kind": kind})
    assert answer.status_code == 303, words(answer)
    return browser, answer.headers["Location"]


def test_a_paper_from_making_to_the_signed_copy(town):
    browser = town.as_("hai")
    assert "Chưa có kỳ nào chốt" in words(browser.get("papers"))
    browser, address = made(town)

    page = browser.get(address)
    assert "Đã lập văn bản." in words(page)
    assert "đoạn người soạn phải xem lại" in words(page)
    assert "báo cáo nhanh" in page.text
    content = browser.get(f"{address}/file")
    assert content.headers["Content-Disposition"].startswith("attachment;")
    assert Opened(content.data).bookmarks()["so_2_n"] == "1"
    assert CalamineWorkbook.from_filelike(BytesIO(browser.get(f"{address}/sheet").data)).sheet_names
    assert "Tờ niêm phong số liệu" in Opened(browser.get(f"{address}/seal").data).text
    assert browser.get(f"{address}/signed").status_code == 404

    wrong = browser.post(address, {"number": "5", "issued_on": "1/5/2025"})
    assert wrong.status_code == 422
    assert "Ngày ban hành: phải từ ngày của số liệu" in words(wrong)
    signed = {"number": "5", "issued_on": "16/5/2025", "signed": (BytesIO(sent.PDF), "ky.pdf")}
    assert browser.post(address, signed, content_type="multipart/form-data").status_code == 303
    assert "số 5 ngày" in words(browser.get(address))
    assert browser.get(f"{address}/signed").data == sent.PDF
    assert "số 5 ngày 16/5/2025, có bản ký" in words(browser.get("papers"))


def test_a_draft_is_handed_out_before_any_close(town):
    for report in ("daily", "final"):
        paper = Opened(town.as_("hai").get(f"papers/draft/{report}").data)
        assert paper.text.startswith("DỰ THẢO, SỐ LIỆU CHƯA CHỐT")
        assert "CHỦ TỊCH" not in paper.text
        assert "Số liệu theo địa bàn chỉ in từ số đã chốt." in paper.text
    assert town.as_("hai").get("papers/draft/letter").status_code == 404


def test_templates_are_edited_in_word(town):
    browser, pack = town.as_("hai"), town.world.pack
    page = words(browser.get("papers/templates/final"))
    assert "{{ unit }} Tên đơn vị" in page.replace("&#34;", '"')
    assert Opened(browser.get("papers/templates/final/file").data).text.startswith("ỦY BAN NHÂN DÂN")

    refused = browser.post("papers/templates/final", _file(pack, "{{ untit }}"), content_type="multipart/form-data")
    assert refused.status_code == 422
    assert "gần “{{ untit }}”: không có trường “untit”; có phải là “unit”?" in words(refused)
    assert browser.post("papers/templates/final").status_code == 422
    taken = browser.post("papers/templates/final", _file(pack, "{{ unit }}"), content_type="multipart/form-data")
    assert taken.status_code == 303
    assert "mẫu của đơn vị" in words(browser.get("papers/templates/final"))
    assert browser.post("papers/templates/final/reset").status_code == 303
    assert "mẫu của đơn vị" not in words(browser.get("papers/templates/final"))


def _file(pack, text):
    document = Document(BytesIO(make_template(pack, "final")))
    document.add_paragraph(text)
    content = BytesIO()
    document.save(content)
    content.seek(0)
    return {"file": (content, "mau.docx")}


def test_a_form_of_a_superior_is_laid_out_by_its_cells_and_filled(town):
    browser = town.as_("hai")
    close_id = close_by_hand(town.world)
    asked = {"name": "Biểu 01", "file": (BytesIO(workbook()), "bieu01.xlsx")}
    address = browser.post("papers/forms/new", asked, content_type="multipart/form-data").headers["Location"]

    page = browser.get(address)
    assert 'colspan="3"' in page.text
    assert re.search(r'href="[^"]*at=1(%21|!)B3#choose"', page.text)
    cell = browser.get(f"{address}?at=1!B3")
    version = re.search(r'name="version" value="(\d+)"', cell.text)[1]
    put = {"place": "1!B3", "version": version, "choice": "line:2:count"}
    assert browser.post(address, put).status_code == 303
    assert browser.post(address, put).status_code == 409  # somebody laid it out meanwhile
    put = {"place": "1!C3", "version": str(int(version) + 1), "choice": "line:2:percent"}
    assert browser.post(address, put).status_code == 303
    blocked = browser.post(address, {"place": "1!B5", "version": str(int(version) + 2), "choice": "line:2:count"})
    assert "ô có công thức" in words(blocked)
    assert "thuộc một ô gộp" in words(browser.get(f"{address}?at=1!B1"))

    filled = browser.post(f"{address}/fill", {"close_id": str(close_id)})
    rows = CalamineWorkbook.from_filelike(BytesIO(filled.data)).get_sheet_by_index(0).to_python()
    assert rows[2][:3] == ["Tham gia", 1, 0.5]
    assert browser.post(f"{address}/drop").status_code == 303
    assert browser.get(address).status_code == 404


def test_who_sees_and_who_makes(town):
    _, address = made(town)
    superior = town.as_(appoint(town.world, "superior"))

    assert superior.get(address).status_code == 200
    assert "Ghi số, ngày" not in superior.get(address).text
    assert superior.post(address, {"number": "5", "issued_on": "16/5/2025"}).status_code == 404
    for login in ("an", "binh"):
        assert town.as_(login).get("papers").status_code == 404
        assert town.as_(login).get(f"{address}/file").status_code == 404


def test_english_pages(town):
    browser, address = made(town)
    browser.post("/me/language", {"locale": "en"})

    for path in ("papers", address, "papers/templates/daily", "papers/forms/new"):
        assert browser.get(path).status_code == 200


def edited_file(content, old, new):
    """Return a Word file with a text changed in whichever run has it."""
    paper = Document(BytesIO(content))
    cells = [cell for table in paper.tables for row in table.rows for cell in row.cells]
    changed = 0
    for paragraph in [*paper.paragraphs, *(each for cell in cells for each in cell.paragraphs)]:
        for node in paragraph._p.iter():
            if node.tag.endswith("}t") and node.text == old and not changed:
                node.text, changed = new, 1
    assert changed
    target = BytesIO()
    paper.save(target)
    return target.getvalue()


def test_the_file_that_came_back_is_laid_beside_its_close(town):
    browser, address = made(town)
    content = browser.get(f"{address}/file").data

    same = words(browser.post(f"{address}/edited", {"file": (BytesIO(content), "bao-cao.docx")}))
    wrong = words(
        browser.post(f"{address}/edited", {"file": (BytesIO(edited_file(content, "2", "3")), "bao-cao.docx")})
    )
    nothing = browser.post(f"{address}/edited", {})
    rubbish = browser.post(f"{address}/edited", {"file": (BytesIO(b"PK\x03\x04 rubbish"), "x.docx")})

    assert "mọi số đúng như số chốt và cộng khớp" in same
    assert "văn bản in 3, bản lập từ số chốt in 2" in wrong
    assert "Chưa nên trình ký." in wrong
    assert "1 + 0 + 1 = 2 ≠ 3" in wrong
    assert (nothing.status_code, rubbish.status_code) == (422, 422)
    assert "chọn bản Word đã sửa" in words(nothing)
