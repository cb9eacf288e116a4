"""Dashboards: the unit live and as of any instant, places as the cut-off left them, drawings that can be read aloud, few statements."""

import re

import pytest

from tests.workflow.officials import appoint
from tests.workflow.plan.statements import statements_of
from workflow.actions.record_visit import Finding
from workflow.tables import Area


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


@pytest.fixture
def town(site):
    """Ten people in area 1 and three in area 2; some took part over three days, one ended contact, one died."""
    world = site.world
    door, people = world.household([(f"Nguyễn Văn {n}", "activated") for n in range(10)])
    other, more = world.household([(f"Trần Văn {n}", "activated") for n in range(3)], area="A2")
    for day, cases in (("16", people[:2]), ("17", people[2:4]), ("18", people[4:5])):
        world.go_to(f"2025-05-{day} 09:00")
        for case in cases:
            world.visit("an", door, Finding("took_part", case))
    world.visit("dung", other, Finding("took_part", more[0]))
    world.go_to("2025-05-19 17:00")
    world.visit("an", door, Finding("not_taking_part", people[5]))
    world.go_to("2025-05-20 09:00")
    return site


def test_the_campaign_against_its_goal_with_a_drawing_and_the_same_numbers_as_a_table(town):
    page = town.as_("hai").get("dashboard")
    text = words(page)

    assert page.status_code == 200
    assert "Số liệu lúc 09:00, chưa chốt" in text
    assert "Đã tham gia góp ý 6 46,15 % tính trên số có tài khoản mức 2 đang hoạt động: 13" in text
    assert "Còn thiếu cho chỉ tiêu T1 7 mỗi ngày cần 1 trong 8 ngày còn lại" in text
    assert "Nhịp 3 ngày trọn gần nhất: 1,3 mỗi ngày; với nhịp này đủ vào 25/5/2025." in text
    assert re.search(
        r"<title[^>]*>Tiến độ so chỉ tiêu</title>\s*<desc[^>]*>Đến ngày 20/5/2025: 6. Cần 13, cao nhất", page.text
    )
    assert re.search(r"17/5/2025 4 13 18/5/2025 6 13 19/5/2025 6 13 20/5/2025 \(09:00\) 6 13", text)
    assert page.text.count('class="chart-wide"') == page.text.count('class="chart-narrow"') == 1
    assert "style=" not in page.text
    for told in ("declined", "Không tham gia", "Nguyễn", "Trần Văn"):
        assert told not in page.text


def test_places_stand_by_what_is_still_possible_and_as_the_cut_off_left_them(town):
    browser = town.as_("hai")

    text = words(browser.get("dashboard"))
    assert "Số người ở mốc chốt 16:00 ngày 19/5/2025" in text
    assert re.search(
        r"còn 5 / 10 .* còn 2 / 3", text
    )  # who ended contact after the cut-off, and before, is still there
    teams = words(browser.get("dashboard?by=team"))
    assert re.search(r"Tổ công tác số 1.*Tổ công tác số 2", teams)
    earlier = words(browser.get("dashboard?as_of=17/05/2025 12:00"))
    assert "Tính đến trước 12:00 ngày 17/5/2025" in earlier
    assert "Đã tham gia góp ý 4 30,77 %" in earlier
    assert re.search(r"còn 8 / 10 .* còn 3 / 3", earlier)
    assert "Hộ còn phải đến" not in earlier
    for wrong in ("hôm qua", "21/05/2025 09:00"):
        assert browser.get(f"dashboard?as_of={wrong}").status_code == 422


def test_a_day_alone_is_when_that_day_was_cut(town):
    browser = town.as_("hai")

    assert words(browser.get("dashboard?as_of=18/05/2025")) == words(browser.get("dashboard?as_of=18/05/2025 16:00"))
    assert browser.get("dashboard?as_of=31/02/2025").status_code == 422


def test_no_visit_shows_in_a_place_before_the_cut_off(town):
    leader = town.as_("an")
    before = words(leader.get("dashboard/teams"))
    assert "Đã tham gia 5 50,00 % tính trên danh sách: 10" in before
    assert "Chưa gặp hoặc đã kết thúc liên hệ 5" in before
    door, people = town.world.household([("Lê Thị A", "activated"), ("Lê Thị B", "activated")])
    town.world.visit("an", door, Finding("took_part", people[0]), Finding("not_taking_part", people[1]))

    after = words(leader.get("dashboard/teams"))

    assert [one for one in (before, after) if "Hộ còn phải đến 1" in one]
    without_doors = [re.sub(r"Hộ còn phải đến \d+", "", one) for one in (before, after)]
    assert without_doors[0] == without_doors[1]


def test_a_place_is_seen_by_those_who_look_after_it_and_nobody_else(town):
    with town.world.store.read() as session:
        codes = dict(session.query(Area.code, Area.id).filter(Area.unit_id == town.world.unit_id).all())
    head = appoint(town.world, "area_head", area_id=codes["A1"])

    assert "Tiến độ từng ngày" in words(town.as_(head).get("dashboard/areas"))
    assert town.as_(head).get("dashboard/areas?code=A2").status_code == 404
    assert town.as_(head).get("dashboard").status_code == 404
    assert town.as_("an").get("dashboard/teams?code=T2").status_code == 404
    assert town.as_("khanh").get("dashboard/teams?code=T2").status_code == 200
    for role in ("superior", "auditor"):
        page = words(town.as_(appoint(town.world, role)).get("dashboard"))
        assert "Đã tham gia góp ý 6" in page
        assert "Còn làm được ở đâu" not in page


def test_dashboards_cost_few_statements(town):
    browser = town.as_("hai")
    for path in ("dashboard", "dashboard?by=team&as_of=18/05/2025 10:00", "dashboard/areas", "dashboard/teams?code=T1"):
        browser.get(path)
        with statements_of(town.world.store) as told:
            assert browser.get(path).status_code == 200
        reads = [one for one in told if one.lstrip().upper().startswith(("SELECT", "WITH"))]
        assert len(reads) <= 12, (path, reads)
