"""The coordinator's page on screen: what is late, what waits, sums by team; nobody's name."""

import re

import pytest

from tests.workflow.officials import appoint
from workflow.actions.record_visit import Finding


@pytest.fixture
def town(site):
    world = site.world
    world.door, world.people = world.household(
        [("Nguyễn Văn Một", "activated"), ("Nguyễn Văn Hai", "activated"), ("Nguyễn Thị Ba", "activated")], area="A1"
    )
    world.household([("Lê Văn Bốn", "activated")], area="A2")
    world.go_to("2025-05-16 09:00")
    world.visit("an", world.door, Finding("took_part", world.people[0]), Finding("not_taking_part", world.people[1]))
    world.go_to("2025-05-17 15:38")
    world.tick()
    return site


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_what_is_needed_before_the_cut_off_stands_on_one_page(town):
    world = town.world
    world.visit("an", world.door, Finding("died", world.people[2], evidence="trích lục"))

    page = town.as_("hai").get("overview")

    text = words(page)
    assert page.status_code == 200
    assert "Còn 22 phút đến 16:00 · 0/2 tổ đã gửi" in text
    assert "Còn thiếu 4 báo cáo đều của các kỳ trước" in text
    assert "1 chờ, lâu nhất chưa đầy 1 phút" in text
    assert "Các mục cộng khớp" in text
    assert "Tổ công tác số 1" in text
    assert "tính đến mốc chốt 16:00 ngày 16/5/2025" in text
    assert not re.search("Nguyễn|Lê Văn", text)


@pytest.mark.parametrize(("moment", "of_before"), [("2025-05-17 15:38", 4), ("2025-05-17 16:01", 4)])
def test_missing_reports_and_what_is_overdue_are_one_number_on_every_page(town, moment, of_before):
    town.world.go_to(moment)
    seen, said = words(town.as_("hai").get("overview")), words(town.as_("khanh").get("chair"))
    board = words(town.as_("khanh").get("plan?view=all&whose=all"))

    missing = re.search(r"Còn thiếu (\d+) báo cáo (đều|trong đó (\d+)) của các kỳ trước", seen)
    assert missing is not None
    n = int(missing[1])
    assert int(missing[3] or n) == of_before
    assert (n > of_before) == moment.endswith("16:01")
    assert f"còn thiếu {n} báo cáo" in said
    assert sum(map(int, re.findall(r"tổ đã gửi, còn thiếu (\d+)", board.partition("Dải ngày bằng chữ")[0]))) == n
    late = re.search(r"Quá hạn (\d+)", board)
    assert late is not None
    assert f"Việc quá hạn {late[1]} còn thiếu" in said


def test_by_area_on_the_same_page(town):
    text = words(town.as_("hai").get("overview?by=area"))

    assert "Tổ dân phố 1" in text
    assert "Báo cáo kỳ này" not in text


def test_in_english_our_own_words_are_english(town):
    browser = town.as_(appoint(town.world, "administrator"))
    browser.post("/me/language", {"locale": "en"})

    page = browser.get("overview")

    assert "Waiting for somebody" in page.text
    assert "Đang chờ xử lý" not in page.text


@pytest.mark.parametrize("login", ["an", "binh", "giang", "khanh"])
def test_for_other_roles_it_is_not_there(town, login):
    browser = town.as_(login)

    assert browser.get("overview").status_code == 404
    assert browser.get("overview").text == browser.get("overview").text
    assert browser.post("overview").status_code in (404, 405)


def test_an_empty_unit_has_a_page_too(site):
    page = site.as_("hai").get("overview")

    assert page.status_code == 200
    assert "chưa chạy lần nào" in page.text


def test_the_administrator_sees_it_as_well(town):
    assert town.as_(appoint(town.world, "administrator")).get("overview").status_code == 200
