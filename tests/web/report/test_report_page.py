"""The report on screen: as of an instant, as known now or then, with what its signer must know."""

import re

import pytest

from tests.workflow.officials import appoint
from workflow.actions.record_visit import Finding


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
        ("as_of=16/05/2025&known=then", "không đọc được"),
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

    assert "có 3 lỗi phải xem trước khi ký" in text or "lỗi phải xem trước khi ký" in text
    assert "không bằng 4.546" in text
    assert "Cách đọc: mục 2 là 3.975 thay cho 3.976" in text
