"""The head of an area on screen: own households, a movement reported, followed and taken back."""

import uuid

import pytest

from tests.web.site import Site
from tests.workflow.desk.posts import also_holds, appoint
from workflow.actions.record_visit import Finding
from workflow.tables import Request


@pytest.fixture
def area(site: Site) -> Site:
    """A site with a head of the first area."""
    appoint(site.world, "minh", "area_head", area="A1", name="Đinh Văn Minh")
    return site


def test_report_follow_and_take_back(area: Site) -> None:
    _, (one, _) = area.world.household(["Nguyễn Văn Một", "Trần Thị Hai"], house="7")
    area.world.household(["Lê Văn Xa"], area="A2")
    area.world.go_to("2025-05-16 09:00")
    browser = area.as_("minh")
    listed = browser.get("area").text
    assert "Nguyễn Văn Một" in listed
    assert "Lê Văn Xa" not in listed

    form = browser.get(f"area/report/{one}").text
    missing = browser.post(f"area/report/{one}", {"outcome": "died"})
    sent = browser.post(f"area/report/{one}", {"outcome": "died", "evidence": "Trích lục khai tử"})

    assert "Đã chết" in form
    assert "Không tham gia" not in form
    assert missing.status_code == 422
    assert "Căn cứ" in missing.text
    assert sent.status_code == 303
    assert browser.get("area").text.count("Chờ xác nhận") == 1
    (request,) = area.world.rows(Request)
    assert request.status == "waiting"
    assert "Trích lục khai tử" in browser.get("area/reports").text
    assert browser.post(f"area/reports/{request.id}/withdraw").status_code == 303
    assert "Đã rút lại" in browser.get("area/reports").text
    assert browser.post(f"area/reports/{request.id}/withdraw").status_code == 409


def test_foreign_and_absent_are_alike_and_other_roles_have_no_such_page(area: Site) -> None:
    _, (one,) = area.world.household(["Nguyễn Văn Một"])
    _, (foreign,) = area.world.household(["Lê Văn Xa"], area="A2")
    area.world.go_to("2025-05-16 09:00")
    browser = area.as_("minh")

    for case in (foreign, uuid.uuid4()):
        assert browser.get(f"area/report/{case}").status_code == 404
        assert browser.post(f"area/report/{case}", {"outcome": "nonsense"}).status_code == 404
        assert browser.post(f"area/reports/{case}/withdraw").status_code == 404
    for login in ("an", "binh", "hai", "khanh"):
        other = area.as_(login)
        assert other.get("area").status_code == other.get(f"area/report/{one}").status_code == 404
    assert browser.post(f"area/report/{one}", {"outcome": "not_taking_part"}).status_code == 422
    assert area.world.rows(Request) == []


def test_the_head_of_two_areas_chooses_one_and_lanes_of_both_are_not_mixed(area: Site) -> None:
    world = area.world
    appoint(world, "phu", "area_head", area="A2", name="Phan Văn Phú")
    also_holds(world, "minh", "area_head", "A2")
    world.household(["Nguyễn Văn Một"], lane="Ngõ 1", house="7")
    _, (far,) = world.household(["Lê Văn Xa"], area="A2", lane="Ngõ 1", house="9")
    world.household(["Bùi Thị Xa"], area="A2", lane="Ngõ 2")
    world.go_to("2025-05-16 09:00")
    browser = area.as_("minh")

    first, second = browser.get("area").text, browser.get("area?area=A2").text
    assert "Tổ dân phố 1</h1>" in first
    assert "Nguyễn Văn Một" in first
    assert "Lê Văn Xa" not in first
    assert "Tổ dân phố 2</h1>" in second
    assert "Lê Văn Xa" in second
    assert "Ngõ 1 (1 hộ)" in second
    assert browser.get("area?area=A9").status_code == 404
    assert area.as_("phu").get("area?area=A1").status_code == 404
    assert 'aria-label="Địa bàn phụ trách"' not in area.as_("phu").get("area").text
    sent = browser.post(f"area/report/{far}", {"outcome": "died", "evidence": "Trích lục khai tử"})
    assert "area=A2" in sent.location
    assert "Tổ dân phố 2" in browser.get("area/reports").text


@pytest.mark.parametrize("ended", ["took_part", "not_taking_part", "took_part_not_deducted"])
def test_whoever_is_finished_is_not_listed_and_has_no_page(area: Site, ended: str) -> None:
    door, (one, _) = area.world.household(["Nguyễn Văn Một", "Trần Thị Hai"])
    area.world.go_to("2025-05-16 09:00")
    area.world.visit("an", door, Finding(ended, one))
    browser = area.as_("minh")

    assert "Nguyễn Văn Một" not in browser.get("area").text
    assert browser.get(f"area/report/{one}").status_code == 404


def test_lanes_and_pages(area: Site) -> None:
    for number in range(32):
        area.world.household(["Nguyễn Văn Một"], lane="Ngõ 2" if number < 31 else "Ngõ 9", house=str(number))
    browser = area.as_("minh")

    first, second, lane = (browser.get(path).text for path in ("area", "area?page=2", "area?lane=Ng%C3%B5%209"))

    assert [text.count('class="panel home"') for text in (first, second, lane)] == [30, 2, 1]
    assert "Trang 1 / 2" in first
    assert browser.get("area?page=x").status_code == browser.get("area?page=999").status_code == 200
