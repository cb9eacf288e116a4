"""A list on screen: handed in, one of three answers, applied with the counts that were agreed to, taken back."""

import io
import re

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from tests.web.roster.lists import content_of, hand_in, seen_on
from tests.workflow.roster_apply.lists import HEADERS, person
from web.roster.checking import AT_ONCE
from workflow.roster.blank import EXAMPLES
from workflow.roster.column_help import ALSO_READ, COLUMNS, RECOGNISED
from workflow.roster.headers import ALIASES
from workflow.tables import Audit, Case, Event, RosterFile, RosterRow, Subject, table_of


@pytest.fixture
def hai(site):
    return site.as_("hai")


def show(browser, answer):
    assert answer.status_code == 303, answer.text
    return browser.get(answer.location)


def apply(browser, answer, **data):
    page = browser.get(answer.location)
    return browser.post(f"{answer.location}/apply", {"seen": seen_on(page), **data})


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_a_clean_list_is_ready_then_in_the_ledger_with_the_same_counts(site, hai, tmp_path):
    answer = hand_in(hai, content_of([person(1), person(2)], tmp_path))

    page = show(hai, answer)
    assert "Sẵn sàng nhập" in page.text
    assert "2 dòng = 2 thêm mới + 0 cập nhật + 0 không đổi + 0 trả lại" in words(page)
    assert not site.world.events()

    page = show(hai, apply(hai, answer))
    assert "Đã nhập vào sổ" in page.text
    assert "2 dòng = 2 thêm mới + 0 cập nhật + 0 không đổi + 0 trả lại" in words(page)
    assert len(site.world.rows(Subject, Subject.kind == "person")) == 2
    assert not site.world.rows(RosterRow)
    listed = words(hai.get("roster"))
    assert "Danh sách tổ 1.xlsx" in listed
    assert "đã nhập vào sổ" in listed


def test_sent_twice_it_is_written_once(site, hai, tmp_path):
    content = content_of([person(1)], tmp_path)
    answer = hand_in(hai, content)
    apply(hai, answer, key="the-same")
    events = len(site.world.events())

    again = hai.post(f"{answer.location}/apply", {"seen": "1,1,0,0,0", "key": "the-same"})
    handed = hand_in(hai, content)

    assert again.status_code == 303
    assert handed.location == answer.location
    assert "đã nhập trước đó" in hai.get(handed.location).text
    assert len(site.world.events()) == events


def test_wrong_cells_are_named_and_can_be_fetched_with_a_trace(site, hai, tmp_path):
    people = [person(1), person(2, birth="31/02/1985"), person(3, id="12345"), person(4, name="=HYPERLINK(1)")]
    answer = hand_in(hai, content_of(people, tmp_path))

    page = show(hai, answer)
    text = words(page)
    assert "3 dòng bị trả lại, phần còn lại nhập được" in text
    assert "C3" in text
    assert "31/02/1985" in text
    assert "E4" in text
    assert "12345" not in text  # numbers are masked
    assert "4 dòng = 1 thêm mới" in text

    file = hai.post(f"{answer.location}/rejects")

    assert file.status_code == 200
    assert re.fullmatch(r'attachment; filename="dong-tra-lai-[0-9a-f]{10}\.xlsx"', file.headers["Content-Disposition"])
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.data))
    rows = book.get_sheet_by_name("Dòng bị trả lại").to_python()
    assert rows[0] == [*HEADERS, "Dòng trong tệp đã gửi", "Lý do trả lại", "Cần làm"]
    assert [row[-3] for row in rows[1:]] == [3, 4, 5]
    assert [row[1:5] for row in rows[2:]] == [
        ["Nguyễn Văn Thử D", "05/03/1985", "Nam", "12345"], ["=HYPERLINK(1)", "05/03/1985", "Nam", "999085000004"],
    ]  # fmt: skip
    assert any("Đỗ Văn Hải" in str(row[0]) for row in book.get_sheet_by_name("Về tệp này").to_python())
    [trace] = site.world.rows(Audit, Audit.kind == "export")
    doubted = book.get_sheet_by_name("Cần xem lại").to_python()
    assert (trace.data["rows"], trace.data["what"]) == (len(rows) + len(doubted) - 2, "roster_rejects")
    for _ in range(4):
        assert hai.post(f"{answer.location}/rejects").status_code == 200
    refused = hai.post(f"{answer.location}/rejects")
    assert refused.status_code == 429
    assert "tối đa trong ngày" in refused.text
    assert len(site.world.rows(Audit, Audit.kind == "export")) == 5


def test_what_was_fetched_is_corrected_and_sent_again_as_it_is(site, hai, tmp_path):
    people = [person(1), person(2, name="", birth="31/02/1985", area="Tổ dân phố 17"), person(3, birth="31/02/1985")]
    answer = hand_in(hai, content_of(people, tmp_path))
    assert "gửi lại nguyên tệp đó" in words(show(hai, answer))
    fetched = hai.post(f"{answer.location}/rejects").data

    unchanged = words(show(hai, hand_in(hai, fetched, "dong-tra-lai.xlsx")))

    assert "2 dòng = 0 thêm mới + 0 cập nhật + 0 không đổi + 2 trả lại" in unchanged
    assert "Lý do trả lại: phần mềm thêm vào tệp trả lại; cột này bị bỏ qua" in unchanged

    mended = corrected(fetched, {"": "Nguyễn Văn Mới", "31/02/1985": "01/02/1985", "Tổ dân phố 17": "Tổ dân phố 1"})
    page = words(show(hai, hand_in(hai, mended, "dong-tra-lai.xlsx")))

    assert "2 dòng = 2 thêm mới + 0 cập nhật + 0 không đổi + 0 trả lại" in page


def corrected(content, values):
    """Return the first sheet of a file with cells replaced, as somebody would in a spreadsheet."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                sheet.write(row, column, values.get(cell, cell) if column < 9 else cell)
    return target.getvalue()


def test_rows_that_are_no_longer_kept_are_said_to_be_gone(site, hai, tmp_path):
    answer = hand_in(hai, content_of([person(1, id="12345")], tmp_path))
    for path in (site.app.extensions["ground"].settings.uploads / "rosters").glob("*.rows"):
        path.unlink()

    page = words(show(hai, answer))
    file = hai.post(f"{answer.location}/rejects")

    assert "không còn được giữ, nên tệp tải về chỉ có ô, lý do" in page
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.data)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["Dòng", "Cột", "Giá trị", "Lý do", "Cần làm"]


def test_columns_to_mend_are_named_with_what_was_meant(site, hai, tmp_path):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        for column, cell in enumerate(("STT", "Họ và tên", "Số ĐDCM", "Giới tính")):
            book.get_worksheet_by_name("Sheet1") or book.add_worksheet("Sheet1")
            book.get_worksheet_by_name("Sheet1").write_string(0, column, cell)

    page = show(hai, hand_in(hai, content.getvalue()))

    assert "Cần sửa tiêu đề cột" in page.text
    assert "Có phải là “Số ĐDCN”?" in page.text
    assert "Thiếu cột “Chủ hộ”" in page.text
    assert "Nhập 0 dòng" not in page.text
    assert not site.world.events()


def test_what_changed_since_the_check_is_said_and_nothing_is_written(site, hai, tmp_path):
    answer = hand_in(hai, content_of([person(1), person(2)], tmp_path))
    other = hand_in(hai, content_of([person(2)], tmp_path), as_of="13/05/2025 16:00")
    apply(hai, other)
    events = len(site.world.events())

    page = show(hai, hai.post(f"{answer.location}/apply", {"seen": "2,2,0,0,0"}))

    assert "Chưa ghi gì; xem lại rồi bấm nhập" in page.text
    assert "2 dòng = 1 thêm mới + 0 cập nhật + 1 không đổi" in words(page)
    assert len(site.world.events()) == events
    assert "Đã nhập vào sổ" in show(hai, apply(hai, answer)).text


def test_a_complete_list_says_on_its_check_whom_it_leaves_out(site, hai, tmp_path):
    apply(hai, hand_in(hai, content_of([person(1), person(2)], tmp_path)))

    answer = hand_in(hai, content_of([person(1)], tmp_path), as_of="13/05/2025 18:00", complete="complete")
    page = words(show(hai, answer))

    assert page.count("1 người có trong danh sách trước nhưng không có trong danh sách đầy đủ này") == 1
    assert page.index("1 người có trong danh sách trước") < page.index("Nhập 1 dòng vào sổ")


def test_undone_it_says_how_much_went_and_what_stayed(site, hai, tmp_path):
    people = [person(1), person(2, house="Số 2, Ngõ 1", head="Lê Văn Hai")]
    answer = hand_in(hai, content_of(people, tmp_path))
    apply(hai, answer)
    site.world.go_to("2025-05-15 09:00")
    site.world.visit("hai", site.world.rows(Case)[0].door_id, "nobody_home")

    unsaid = hai.post(f"{answer.location}/undo", {"reason": ""})
    page = show(hai, hai.post(f"{answer.location}/undo", {"reason": "Nhầm tệp"}))

    assert (unsaid.status_code, "ghi một câu ngắn" in unsaid.text) == (422, True)
    voided = len(site.world.events(Event.kind == "void"))
    assert "Đã hủy lần nhập" in page.text
    assert f"đưa về như trước {voided} dòng sổ" in page.text
    assert "giữ nguyên" in page.text
    assert "đã có người ghi việc" in page.text


def test_thrown_away_nothing_remains_but_the_record(site, hai, tmp_path):
    answer = hand_in(hai, content_of([person(1, id="12345")], tmp_path))

    gone = hai.post(f"{answer.location}/discard")

    assert gone.status_code == 303
    assert not site.world.rows(RosterRow)
    assert "Tệp đã bị bỏ" in hai.get(answer.location).text
    assert hai.post(f"{answer.location}/apply", {"seen": "1,0,0,0,1"}).status_code == 409


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"PK\x03\x04 broken", "a.xlsx", "bị hỏng"),
        (b"\xd0\xcf\x11\xe0 old", "a.xlsx", "Excel cũ"),
        (b"not at all", "a.xlsx", "không phải là bảng tính"),
        (b"a;b", "a.csv", "Hiện chưa nhận tệp .csv"),
        (b"", "a.xlsx", "rỗng"),
        (b"x" * (20 * 1024 * 1024 + 1), "a.xlsx", "20 MB"),
        (b"", "", "chọn tệp danh sách"),
    ],
)
def test_what_is_no_list_is_a_sentence_and_changes_nothing(site, hai, content, name, said):
    answer = hand_in(hai, content, name)

    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="13/05/2025 17:00"' in answer.text  # what was typed is kept
    assert not site.world.rows(RosterRow)
    assert not site.world.events()
    assert all(row.status == "refused" for row in site.world.rows(RosterFile))


def test_a_request_that_is_far_too_large_is_a_sentence_too(site, hai):
    answer = hand_in(hai, b"x" * (22 * 1024 * 1024))

    assert answer.status_code == 413
    assert "Tệp quá lớn" in answer.text


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"as_of": "hôm qua"}, "không đọc được"),
        ({"as_of": ""}, "ghi thời điểm chốt danh sách"),
        ({"as_of": "14/05/2025 09:00"}, "ở sau giờ hiện tại"),
        ({"list_code": "L9"}, "chọn một trong danh sách"),
        ({"area": "A9"}, "chọn một trong danh sách"),
    ],
)
def test_a_declaration_that_makes_no_sense_is_said_where(site, hai, tmp_path, declared, said):
    answer = hand_in(hai, content_of([person(1)], tmp_path), **declared)

    assert answer.status_code == 422
    assert said in answer.text
    assert not site.world.rows(RosterFile)


@pytest.mark.parametrize("seen", ["", "1,2", "1,1,0,0,5", "x", "9" * 5000])
def test_counts_that_nobody_saw_are_not_agreed_to(site, hai, tmp_path, seen):
    answer = hand_in(hai, content_of([person(1)], tmp_path))

    assert hai.post(f"{answer.location}/apply", {"seen": seen}).status_code == 422
    assert not site.world.events()


@pytest.mark.parametrize("login", ["an", "binh", "giang", "khanh"])
def test_for_other_roles_these_pages_are_not_there(site, hai, tmp_path, login):
    address = hand_in(hai, content_of([person(1, id="12345")], tmp_path)).location
    other = site.as_(login)
    absent = other.get("roster/00000000-0000-7000-8000-000000000000")

    answers = [other.get(path) for path in ("roster", "roster/new", "roster/blank", address)]
    answers += [other.post(f"{address}/{verb}", {"seen": "x"}) for verb in ("apply", "discard", "undo", "rejects")]
    answers += [hand_in(other, b"x")]

    assert {answer.status_code for answer in answers} == {404}
    assert {words(answer) for answer in answers} == {words(absent)}
    assert site.world.rows(RosterFile)[0].status == "judged"


def test_another_units_file_is_absent(sites, tmp_path):
    here, there = sites(), sites()
    address = hand_in(here.as_("hai"), content_of([person(1)], tmp_path)).location
    theirs = there.as_("hai")
    path = there.path("roster/" + address.rsplit("/", 1)[1])

    assert theirs.get(path).status_code == 404
    assert theirs.post(f"{path}/apply", {"seen": "x"}).status_code == 404


def test_only_so_many_files_are_read_at_once(site, hai, tmp_path):
    content = content_of([person(1)], tmp_path)
    for _ in range(2):
        assert AT_ONCE.acquire(blocking=False)
    try:
        answer = hand_in(hai, content)
    finally:
        AT_ONCE.release(2)

    assert answer.status_code == 422
    assert "Đang kiểm tra tệp khác" in answer.text
    assert not site.world.rows(RosterFile)
    assert hand_in(hai, content).status_code == 303


def test_staged_and_killed_it_can_be_thrown_away(site, hai, tmp_path):
    answer = hand_in(hai, content_of([person(1)], tmp_path))
    with site.world.store.write() as session:
        files = table_of(RosterFile)
        session.execute(files.update().where(files.c.unit_id == site.world.unit_id).values(status="staging"))

    assert "bị ngắt giữa chừng" in hai.get(answer.location).text
    assert hai.post(f"{answer.location}/discard").status_code == 303
    assert not site.world.rows(RosterRow)


def test_an_empty_list_is_fetched_filled_in_and_taken(site, hai):
    page = hai.get("roster/new")
    assert "Tải mẫu .xlsx" in page.text
    assert "Chỉ nhận bảng tính Excel .xlsx" in page.text
    for column in (*COLUMNS, *ALSO_READ):
        assert f">{column.header}</th>" in page.text

    file = hai.get("roster/blank")

    assert file.headers["Content-Disposition"] == 'attachment; filename="mau-danh-sach.xlsx"'
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.data))
    assert book.sheet_names == ["Danh sách", "Hướng dẫn"]
    [headers] = book.get_sheet_by_name("Danh sách").to_python()
    assert headers == [column.header for column in COLUMNS]
    assert "Không có dòng nào là người dân" in words(show(hai, hand_in(hai, file.data)))
    *_, one, other = book.get_sheet_by_name("Hướng dẫn").to_python()
    filled = io.BytesIO()
    with xlsxwriter.Workbook(filled) as made:
        sheet = made.add_worksheet()
        for row, cells in enumerate((headers, one, other)):
            sheet.write_row(row, 0, cells)
    taken = words(show(hai, hand_in(hai, filled.getvalue())))
    assert "2 dòng = 2 thêm mới + 0 cập nhật + 0 không đổi + 0 trả lại" in taken
    assert not site.world.rows(Audit, Audit.kind == "export")


def test_every_column_that_is_read_is_explained():
    explained = [column.field for column in (*COLUMNS, *ALSO_READ)]

    assert sorted([*explained, *RECOGNISED]) == sorted(ALIASES)
    assert all(example["id_number"].startswith("999") for example in EXAMPLES)
