"""A superior's form keeps everything but the cells that were named; statistic forms have real formulas; texts are never formulas."""

import zipfile
from decimal import Decimal
from io import BytesIO

import pytest
import xlsxwriter
from docx import Document
from docx.shared import Pt
from lxml import etree
from python_calamine import CalamineWorkbook

from tests.workflow.documents.closes import an_lac, cat_thanh
from tests.workflow.documents.opened import Opened
from workflow.documents.quick_text import quick_text
from workflow.documents.seal_sheet import Sealed, seal_sheet
from workflow.documents.statistics import statistic_form
from workflow.documents.superior import Choice, choice_of, choices_for, fill_form, read_grids, value_of
from workflow.documents.superior.workbook import FORMULA, PROTECTED
from workflow.files import FileRefused

M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def workbook(*, locked=False):
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Biểu 01")
        share, red = book.add_format({"num_format": "0.00%"}), book.add_format({"font_color": "red"})
        sheet.merge_range("A1:C1", "BIỂU TỔNG HỢP", red)
        sheet.write_row("A2", ["Nội dung", "Số người", "Tỷ lệ"])
        sheet.write("A3", "Tham gia")
        sheet.write_blank("B3", None, red)
        sheet.write_blank("C3", None, share)
        sheet.write_formula("B5", "=B3+B4", None, 0)
        sheet.write("A6", "Đơn vị")
        if locked:
            sheet.protect("x")
    return made.getvalue()


def cells_of(content):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        tree = etree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    return {cell.get("r"): cell for cell in tree.iter(f"{M}c")}


def test_a_workbook_is_shown_and_only_named_cells_change():
    (grid,) = read_grids(workbook(), "xlsx")
    places = {cell.place: cell for row in grid.rows for cell in row}
    before = cells_of(workbook())

    filled = fill_form(
        workbook(), "xlsx", {"1!B3": 3975, "1!C3": Decimal("0.8744"), "1!D3": Decimal("0.8744"), "1!B6": "=1+1"}
    )

    assert (places["1!A1"].columns, places["1!A1"].text) == (3, "BIỂU TỔNG HỢP")
    assert "1!B1" not in places
    assert places["1!B5"].blocked == FORMULA
    after = cells_of(filled)
    assert after["B3"].findtext(f"{M}v") == "3975"
    assert after["B3"].get("s") == before["B3"].get("s")
    assert after["C3"].findtext(f"{M}v") == "0.8744"  # shown as a percentage by its style
    assert after["D3"].findtext(f"{M}v") == "87.44"
    assert (after["B6"].get("t"), after["B6"].find(f"{M}f")) == ("inlineStr", None)
    changed = {"B3", "C3", "D3", "B6"}
    same = lambda cells: {place: etree.tostring(cell) for place, cell in cells.items() if place not in changed}  # noqa: E731
    assert same(after) == same(before)
    with zipfile.ZipFile(BytesIO(workbook())) as old, zipfile.ZipFile(BytesIO(filled)) as new:
        differ = {name for name in old.namelist() if old.read(name) != new.read(name)}
    assert differ == {"xl/worksheets/sheet1.xml", "xl/workbook.xml"}
    sheet = CalamineWorkbook.from_filelike(BytesIO(filled)).get_sheet_by_index(0).to_python()
    assert sheet[2][1] == 3975
    assert sheet[5][1] == "=1+1"


def test_a_protected_sheet_says_so_at_every_cell():
    (grid,) = read_grids(workbook(locked=True), "xlsx")

    assert grid.note == PROTECTED
    assert {cell.blocked for row in grid.rows for cell in row} == {PROTECTED}


def document():
    made = Document()
    table = made.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(0, 2)).text = "BIỂU"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "Tham gia"
    run = table.cell(1, 1).paragraphs[0].add_run("…")
    run.font.size, run.bold = Pt(13), True
    content = BytesIO()
    made.save(content)
    return content.getvalue()


def test_a_word_form_keeps_the_look_of_its_cells():
    (grid,) = read_grids(document(), "docx")
    places = {cell.place: cell for row in grid.rows for cell in row}

    filled = fill_form(document(), "docx", {"1.2.2": 3975, "1.2.3": Decimal("0.8744"), "1.3.2": "22 giờ"})

    assert (places["1.1.1"].columns, places["1.2.1"].rows, "1.3.1" in places) == (3, 2, False)
    table = Document(BytesIO(filled)).tables[0]
    run = table.cell(1, 1).paragraphs[0].runs[0]
    assert (run.text, run.font.size, run.bold) == ("3.975", Pt(13), True)
    assert [table.cell(1, 2).text, table.cell(2, 1).text] == ["87,44%", "22 giờ"]


def test_what_has_no_table_is_refused():
    empty = BytesIO()
    Document().save(empty)
    with pytest.raises(FileRefused, match="không có bảng nào"):
        read_grids(empty.getvalue(), "docx")


def test_choices_name_what_a_close_has():
    frozen, pack, _ = an_lac()

    assert value_of(choice_of("line:2:percent", pack), frozen) == Decimal("0.8744")
    assert value_of(Choice("line", "2"), frozen) == 3975
    assert value_of(Choice("line", "4"), frozen) == 0  # printed only when not zero
    assert value_of(Choice("figure", "recoverable"), frozen) == 164
    assert value_of(Choice("word", "as_of"), frozen) == "22 giờ ngày 29/5/2025"
    assert choice_of("line:99:count", pack) is None
    with pytest.raises(LookupError, match="chưa có số liệu"):
        value_of(Choice("line", "2.1"), frozen)
    assert len({choice.text for choice, _ in choices_for(pack)}) == len(choices_for(pack))


def test_a_statistic_form_has_formulas_with_their_values():
    frozen, pack, _ = cat_thanh()

    content = statistic_form(frozen, pack)

    assert content == statistic_form(frozen, pack)
    cells = cells_of(content)
    formulas = {place: cell.findtext(f"{M}f") for place, cell in cells.items() if cell.find(f"{M}f") is not None}
    assert formulas["C5"] == "C6+C9+C18"
    assert cells["C5"].findtext(f"{M}v") == "9000"
    assert formulas["E6"] == 'IF(F6=0,"",C6/F6)'
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    places = book.get_sheet_by_name("Theo địa bàn").to_python()
    assert places[-1][1:4] == ["Cộng", 9000, 4213]
    assert all(cell.get("t") != "str" or cell.find(f"{M}f") is not None for cell in cells.values())


def test_quick_text_says_what_the_paper_says():
    frozen, pack, _ = an_lac()

    text = quick_text(frozen, pack)

    assert "2. Tổng số người đã tham gia góp ý" in text
    assert "3.975 người, đạt tỷ lệ 87,44% (trên tổng số có trong danh sách: 4.546)." in text
    assert "không thể đạt" in text
    assert "2.1" not in text


def test_the_seal_sheet_is_a_file_of_its_own():
    sealed = Sealed("Phường An Lạc", "Báo cáo tổng kết", an_lac()[0].as_of, "ab" * 32, "cd" * 32, 900, 3, "ef" * 32)

    paper = Opened(seal_sheet(sealed))

    assert "Niêm phong sổ số 3: efef" in paper.text
    assert any(name.startswith("word/media/") for name in paper.parts)
    assert seal_sheet(sealed) == seal_sheet(sealed)
