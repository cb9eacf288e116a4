"""The support desk on screen: one person at a time, nothing typed in any address, the household stays closed."""

import uuid

import pytest

from tests.web.site import Site
from tests.workflow.desk.posts import appoint, tell
from workflow.actions.record_visit import Finding
from workflow.tables import Audit, Visit

NUMBER = "999185012345"


@pytest.fixture
def desk(site: Site) -> Site:
    """A site with a support desk and somebody with a number."""
    appoint(site.world, "ly", "support_desk")
    return site


def test_look_up_record_and_take_back(desk: Site) -> None:
    _, (one, _) = desk.world.household([("Nguyễn Văn Một", "registered"), "Trần Thị Hai"], house="7")
    tell(desk.world, desk.vault, one, id_number=NUMBER)
    desk.world.go_to("2025-05-16 09:00")
    browser = desk.as_("ly")
    assert browser.get("desk/person").status_code == 404

    found = browser.post("desk", {"id_number": NUMBER})
    page = browser.client.get(found.location).text

    assert found.status_code == 303
    assert NUMBER not in found.location
    assert "Nguyễn Văn Một" in page
    assert "Trần Thị Hai" not in page
    assert "<title>Tại điểm hỗ trợ · Từng Nhà</title>" in page
    assert NUMBER not in page
    missing = browser.post(f"desk/person/{one}", {})
    assert missing.status_code == 422
    assert "Kết quả" in missing.text
    told = browser.post(f"desk/person/{one}", {"outcome": "activated_and_took_part", "assisted": "y"})
    assert told.status_code == 303
    assert desk.world.case(one).state == "submitted"
    (visit,) = desk.world.rows(Visit)
    assert (visit.mode, visit.assisted) == ("support_point", True)
    after = browser.client.get(told.location).text
    assert "Đã kết thúc liên hệ" in after
    assert "Ghi kết quả" not in after
    number = told.location.rsplit("=", 1)[1]
    assert browser.get(f"desk/undo/{number}").status_code == 200
    assert browser.post(f"desk/undo/{number}", {"reason": ""}).status_code == 422
    assert browser.post(f"desk/undo/{number}", {"reason": "bấm nhầm mục"}).status_code == 303
    assert desk.world.case(one).state == "registered"


def test_in_vain_or_several_names_nobody_and_keeps_what_was_typed(desk: Site) -> None:
    for house in ("1", "2"):
        _, (case,) = desk.world.household(["Nguyễn Văn Đạt"], house=house)
        tell(desk.world, desk.vault, case, birth="1985")
    desk.world.go_to("2025-05-16 09:00")
    browser = desk.as_("ly")
    typed = {"name": "Nguyễn Văn Đạt", "birth_year": "1985", "area": "A1"}

    several = browser.post("desk", typed)
    none = browser.post("desk", typed | {"birth_year": "1990"})
    wrong = browser.post("desk", typed | {"birth_year": "85"})

    assert [answer.status_code for answer in (several, none, wrong)] == [422, 422, 422]
    assert "Có nhiều hơn một người trùng" in several.text
    assert "Không có người này" in none.text
    assert "Chưa tìm được</h2>" in none.text
    assert "Năm sinh" in wrong.text
    assert all('value="Nguyễn Văn Đạt"' in answer.text for answer in (several, none, wrong))
    assert len(desk.world.rows(Audit, Audit.kind == "look_up")) == 2
    assert browser.post("desk", typed | {"house_no": "2"}).status_code == 303


def test_nobody_else_of_the_house_and_no_other_role(desk: Site) -> None:
    _, (one, two) = desk.world.household(["Nguyễn Văn Một", "Trần Thị Hai"])
    tell(desk.world, desk.vault, one, id_number=NUMBER)
    desk.world.go_to("2025-05-16 09:00")
    browser = desk.as_("ly")
    browser.post("desk", {"id_number": NUMBER})

    for case in (two, uuid.uuid4()):
        for data in ({"outcome": "took_part"}, {"outcome": "nonsense"}):
            assert browser.post(f"desk/person/{case}", data).status_code == 404
    for login in ("an", "binh", "hai", "khanh"):
        other = desk.as_(login)
        assert other.get("desk").status_code == other.get("desk/person").status_code == 404
        assert other.post(f"desk/person/{one}", {"outcome": "took_part"}).status_code == 404
    assert desk.world.rows(Visit) == []


@pytest.mark.parametrize("ended", ["took_part", "not_taking_part", "took_part_not_deducted"])
def test_whoever_is_finished_reads_the_same(desk: Site, ended: str) -> None:
    door, (one,) = desk.world.household(["Nguyễn Văn Một"])
    tell(desk.world, desk.vault, one, id_number=NUMBER)
    desk.world.go_to("2025-05-16 09:00")
    desk.world.visit("an", door, Finding(ended, one))
    browser = desk.as_("ly")

    page = browser.client.get(browser.post("desk", {"id_number": NUMBER}).location).text

    main = page[page.index("<main") : page.index("</main>")]
    assert "Đã kết thúc liên hệ" in main
    assert "<form" not in main
    assert "trừ chỉ tiêu" not in main
