"""The report on screen: as of an instant, as known now or then, with what its signer must know."""

import io
import re

import pytest
from python_calamine import CalamineWorkbook

from tests.workflow.officials import appoint
from workflow.actions.record_export import record_export
from workflow.actions.record_visit import Finding
from workflow.tables import Audit


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


@pytest.fixture
def town(site):
    world = site.world
    door, (one, two) = world.household([("Nguyễn Văn Một", "activated"), ("Nguyễn Thị Hai", "activated")])
    world.go_to("2025-05-16 17:00")
    world.visit("an", door, Finding("took_part", one), happened="2025-05-16 15:00")  # told after the cut-off
    world.visit("an", door, Finding("not_taking_part", two))
    world.go_to("2025-05-17 09:00")
    return site


def test_every_line_has_its_base_and_the_quick_text_says_the_same(town):
    page = town.as_("hai").get("report")

    text = words(page)
    assert page.status_code == 200
    assert "các mục cộng khớp" in text
    assert "50,00 %" in text
    assert "trên số có tài khoản mức 2 đang hoạt động: 2" in text
    quick = re.search(r"<textarea[^>]*>(.*?)</textarea>", page.text, re.DOTALL)[1]
    assert "1. Tổng số công dân đang cư trú, đủ điều kiện, có trong danh sách: 2 người." in quick
    assert "2. Số công dân đã tham gia góp ý qua ứng dụng VNeID: 1 người, đạt tỷ lệ 50,00 %" in quick
    assert "4. Số công dân chưa gặp hoặc đã kết thúc liên hệ: 1 người" in quick
    assert "Nguyễn" not in page.text


def test_as_known_then_is_not_as_known_now(town):
    browser = town.as_("hai")

    now = words(browser.get("report?as_of=16/05/2025 16:00&known=now"))
    then = words(browser.get("report?as_of=16/05/2025 16:00&known=then"))

    assert "VNeID 1 người 50,00 %" in now
    assert "VNeID 0 người 0 %" in then
    assert "như đã biết lúc đó" in then


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("as_of=hôm qua", "không đọc được"),
        ("as_of=32/13/2025", "không đọc được"),
        ("as_of=18/05/2025 09:00", "chưa tới"),
        ("as_of=chiều 16/05&known=then", "không đọc được"),
        ("as_of=16/05/2025 16:00&known=mãi mãi", "chọn một trong danh sách"),
    ],
)
def test_what_cannot_be_answered_is_said_and_kept(town, asked, said):
    page = town.as_("hai").get(f"report?{asked}")

    assert page.status_code == 422
    assert said in page.text


@pytest.mark.parametrize("role", ["superior", "auditor", "administrator"])
def test_a_superior_reads_the_sums_of_the_unit_and_nothing_else(town, role):
    browser = town.as_(appoint(town.world, role))

    assert browser.get("report").status_code == 200
    if role == "superior":
        for path in ("overview", "roster", "roster/new", f"/{town.world.code}/audit"):
            assert browser.get(path).status_code == 404


@pytest.mark.parametrize(("login", "status"), [("khanh", 200), ("giang", 200), ("an", 404), ("binh", 404)])
def test_who_reads_it(town, login, status):
    assert town.as_(login).get("report").status_code == status


def test_the_wards_signed_paper_is_checked_with_what_would_mend_it(sites):
    site = sites("an-lac-2025", starts="2025-05-05 08:00")
    site.world.go_to("2025-05-30 08:00")
    browser = site.as_("hai")

    assert "Đối chiếu văn bản 22:00 29/5" in words(browser.get("report"))
    text = words(browser.get("report?as_of=29/05/2025 22:00"))

    assert "có 2 lỗi phải xem trước khi ký" in text
    assert "mục 1: 3.976 + 571 = 4.547 ≠ 4.546 (thừa 1)." in text
    assert "mục 2, mục 2.1: in 3.976, có thể là 3.975 (sửa 2 chỗ cùng lúc)" in text
    assert "người ký quyết định" in text


def sheet_of(browser, page):
    """Fetch the spreadsheet of the report that a page shows."""
    asked = {name: re.search(rf'name="{name}" value="(\d+)"', page.text)[1] for name in ("as_of", "ledger_no")}
    return browser.post("report/sheet", asked)


def rows_of(file):
    return CalamineWorkbook.from_filelike(io.BytesIO(file.data)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("asked", ["", "?as_of=16/05/2025 16:00&known=now", "?as_of=16/05/2025 16:00&known=then"])
def test_the_spreadsheet_has_the_very_numbers_of_the_page(town, asked):
    browser = town.as_("hai")
    page = browser.get(f"report{asked}")
    town.world.go_to("2025-05-17 09:01")
    town.world.household([("Trần Văn Thêm", "activated")], lane="Ngõ 9")  # came after the page

    file = sheet_of(browser, page)

    assert file.status_code == 200
    name, head, _, headers, *lines = rows_of(file)
    assert "Số liệu tính đến trước" in head[0]
    assert "sổ ghi đến số" in head[0]
    assert headers[:7] == ["Mục", "Nội dung", "Số lượng", "Đơn vị tính", "Tỷ lệ", "Tính trên", "Mẫu số"]
    shown = re.findall(r'<th scope="row">([^<]+)</th><td lang="vi">([^<]+).*?Số lượng">(\d+|–)', page.text, re.DOTALL)
    assert [(code, label, str(int(n)) if n != "" else "–") for code, label, n, *_ in lines[: len(shown)]] == shown
    rate = next(line for line in lines if line[0] == "2")
    assert (rate[4], rate[6]) == ((0.5, 2.0) if "then" not in asked else (0.0, 2.0))
    assert "VNeID" in rate[1]
    assert name[0] in page.text


def test_every_report_that_is_taken_away_is_recorded_apart_from_lists(town):
    reader = appoint(town.world, "superior")
    browser = town.as_(reader)
    page = browser.get("report")

    answers = [sheet_of(browser, page) for _ in range(6)]

    assert [each.status_code for each in answers] == [200] * 5 + [429]
    assert "tệp báo cáo" in answers[5].text
    traces = town.world.rows(Audit, Audit.kind == "export")
    assert {trace.data["what"] for trace in traces} == {"report"}
    assert all(trace.data["rows"] and trace.data["serial"] and trace.data["sha256"] for trace in traces)
    auditor = town.as_(appoint(town.world, "auditor"))
    assert "tải số liệu báo cáo" in auditor.get(f"/{town.world.code}/audit").text


@pytest.mark.parametrize("asked", [{}, {"as_of": "x", "ledger_no": "1"}, {"as_of": "1", "ledger_no": "999999"},
                                   {"as_of": "9" * 17, "ledger_no": "1"}])  # fmt: skip
def test_a_report_that_no_page_showed_is_not_there(town, asked):
    assert town.as_("hai").post("report/sheet", asked).status_code == 404
    assert not town.world.rows(Audit, Audit.kind == "export")


def test_lists_fetched_before_leave_the_report_to_be_fetched(town):
    for _ in range(5):
        town.world.command(
            "hai", lambda b, c, a: record_export(b, a, what="roster_rejects", rows=7, serial="abc", sha256="00")
        )
    browser = town.as_("hai")

    assert sheet_of(browser, browser.get("report")).status_code == 200


def test_numbers_have_one_form_in_each_language(town):
    browser = town.as_("hai")
    assert "50,00 %" in words(browser.get("report")) and "people" not in browser.get("report").text  # noqa: PT018

    browser.post("/me/language", {"locale": "en"})
    page = browser.get("report")

    table = re.search(r"<table.*?</table>", page.text, re.DOTALL)[0]
    assert "50.00%" in table
    assert "50,00" not in table
    assert "people" in table
    assert ">người<" not in table


def test_it_is_printed_with_who_and_when(town):
    page = town.as_("hai").get("report")

    assert "data-print hidden" in page.text
    assert "Để in, dùng lệnh in của trình duyệt" in page.text
    assert "In lúc 09:00 ngày 17/5/2025, Đỗ Văn Hải." in words(page)
