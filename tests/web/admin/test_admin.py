"""The administrator's pages: people, posts and places, and what is refused in words."""

import re
import uuid

import pytest

from tests.web.offices import OfficeSite
from tests.workflow.conftest import pack_called
from workflow.actions.open_campaign import open_campaign


def person(place: OfficeSite, name: str, rest: str = "") -> str:
    """Return the address of somebody's page."""
    return place.url(f"admin/people/{place.office.actor(name).membership_id}{rest}")


def test_the_list_shows_who_is_here_with_posts_and_state(place: OfficeSite) -> None:
    place.office.has_password("member")

    page = place.as_("admin").get(place.url("admin")).text

    row = re.search(r"<tr><th[^>]*><a[^>]*>Trần Thị Thành</a>.*?</tr>", page, re.DOTALL)
    assert row is not None
    assert "Tổ công tác số 1" in row[0]
    assert "đăng nhập được" in row[0]
    assert page.count("chưa có mật khẩu") == 7
    assert "8 người" in page


def test_a_search_is_sent_and_never_stands_in_an_address(place: OfficeSite) -> None:
    found = place.as_("admin").post(place.url("admin/search"), {"search": "thanh"})

    assert found.status_code == 200
    assert "Trần Thị Thành" in found.text
    assert "Ngô Văn Trưởng" not in found.text
    assert not re.search(r'(?:href|action)="[^"]*thanh[^"]*"', found.text)
    assert "Không có ai khớp" in place.as_("admin").post(place.url("admin/search"), {"search": "xyz"}).text
    assert place.as_("admin").get(place.url("admin?left=1")).status_code == 200


def test_a_colleague_is_added_given_a_post_and_ended(place: OfficeSite) -> None:
    with place.office.store.write() as session:
        open_campaign(session, place.office.unit_id, pack_called("cat-thanh-2025"), now=place.office.now)
    browser = place.as_("admin")
    login = f"moi.{place.office.number}"

    added = browser.post(place.url("admin/people/new"), {"name": "Phan Thị Mới", "login": login})
    assert added.status_code == 303
    home = added.location
    given = browser.post(f"{home}/posts", {"post-post": "member|T2"})
    assert given.status_code == 303
    page = browser.get(home).text
    assert "Phan Thị Mới" in page
    assert "Đã giao vị trí" in page
    (ending,) = re.findall(r'action="([^"]+/posts/[^"]+/end)"', page)
    assert browser.post(ending).status_code == 303
    assert "Chưa giữ vị trí nào" in browser.get(home).text
    assert browser.post(f"{home}/name", {"name-name": "Phan Thị Mới Hơn"}).status_code == 303
    assert "Phan Thị Mới Hơn" in browser.get(place.url("admin")).text


def test_what_is_wrong_is_said_with_422_and_kept(place: OfficeSite) -> None:
    browser = place.as_("admin")
    taken = place.office.login("member")
    cases = [
        ("admin/people/new", {"name": "Ai Đó", "login": taken}, "đã có người dùng", f'value="{taken}"'),
        ("admin/people/new", {"name": "", "login": "ai.do"}, "chưa ghi", 'value="ai.do"'),
        ("admin/teams", {"team-code": "T1", "team-name": "Tổ Khác"}, "đã dùng", 'value="Tổ Khác"'),
        ("admin/areas", {"area-code": "A9", "area-name": "Thôn 2"}, "đã là tên của địa bàn khác", 'value="A9"'),
        ("admin/bodies", {"body-code": "x", "body-name": "Hội", "body-kind": "bank"}, "chọn một trong", 'value="Hội"'),
    ]  # fmt: skip
    for path, data, says, kept in cases:
        answer = browser.post(place.url(path), data)
        assert answer.status_code == 422, path
        assert 'role="alert"' in answer.text
        assert says in answer.text
        assert kept in answer.text
        assert "<title>Lỗi: " in answer.text
    searched = browser.post(place.url("admin/search"), {"search": "x" * 101})
    assert (searched.status_code, "Chưa tìm được</h2>" in searched.text) == (422, True)
    answer = browser.post(person(place, "idle", "/posts"), {"post-post": "king|unit"})
    assert (answer.status_code, "chọn một trong danh sách" in answer.text) == (422, True)
    answer = browser.post(person(place, "idle", "/posts"), {"post-post": ""})
    assert (answer.status_code, "chưa chọn" in answer.text) == (422, True)


def test_letting_go_locking_and_taking_back(place: OfficeSite) -> None:
    place.office.has_password("member", "leader")
    browser, member = place.as_("admin"), person(place, "member")
    phone = place.as_("member")
    assert phone.get("/me").status_code == 200

    assert browser.post(f"{member}/leave").status_code == 303
    assert phone.get("/me").status_code == 303
    assert "Nhận lại làm việc" in browser.get(member).text
    assert "Trần Thị Thành" not in browser.get(place.url("admin")).text
    assert "Trần Thị Thành" in browser.get(place.url("admin?left=1")).text
    assert browser.post(f"{member}/leave").status_code == 422
    assert browser.post(f"{member}/lock").status_code == 303
    assert place.office.sign_in("member").kind == "refused"
    assert browser.post(f"{member}/return").status_code == 303
    assert place.office.sign_in("member").kind == "welcome"
    assert browser.get(member).text.count("Chưa giữ vị trí nào") == 1


def test_the_last_administrator_cannot_be_let_go(place: OfficeSite) -> None:
    browser = place.as_("admin")
    assert browser.post(person(place, "second", "/lock")).status_code == 303

    for rest in ("/leave", "/lock"):
        answer = browser.post(person(place, "admin", rest))
        assert answer.status_code == 422
        assert "người quản trị cuối cùng" in answer.text


def test_teams_areas_and_bodies(place: OfficeSite) -> None:
    browser = place.as_("admin")
    for path, data in (
        ("admin/teams", {"team-code": "T3", "team-name": "Tổ công tác số 3"}),
        ("admin/areas", {"area-code": "A3", "area-name": "Thôn Đông"}),
        ("admin/bodies", {"body-code": "phu_nu", "body-name": "Hội Phụ nữ", "body-kind": "union"}),
    ):
        assert browser.post(place.url(path), data).status_code == 303
    page = browser.get(place.url("admin/places")).text
    team = re.search(r'href="([^"]+)">Tổ công tác số 3<', page)
    area = re.search(r'href="([^"]+)">Thôn Đông<', page)
    assert team and area  # noqa: PT018
    assert "Hội Phụ nữ" in page

    assert browser.post(team[1], {"name": "Tổ số Ba"}).status_code == 303
    team_id = team[1].rpartition("/")[2]
    assert browser.get(area[1]).status_code == 200
    assert browser.post(area[1], {"name": "Thôn Đông", "team": team_id}).status_code == 303
    assert browser.post(area[1], {"name": "Thôn Đông", "team": str(uuid.uuid4())}).status_code == 422

    row = re.search(r"<tr><td[^>]*>T3</td>.*?</tr>", browser.get(place.url("admin/places")).text, re.DOTALL)
    assert row is not None
    assert "Tổ số Ba" in row[0]
    assert "Thôn Đông" in row[0]


def test_a_place_is_closed_when_nothing_hangs_on_it_and_opened_again(place: OfficeSite) -> None:
    browser = place.as_("admin")
    browser.post(place.url("admin/bodies"), {"body-code": "phu_nu", "body-name": "Hội Phụ nữ", "body-kind": "union"})
    page = browser.get(place.url("admin/places")).text
    team, area, body = (
        re.search(rf'href="([^"]+)">{name}<', page) for name in ("Tổ công tác số 1", "Thôn 1", "Hội Phụ nữ")
    )
    assert team and area and body  # noqa: PT018

    hangs = browser.get(team[1]).text
    assert "1 địa bàn tổ phụ trách" in hangs
    assert "2 vị trí có người giữ" in hangs
    assert f'href="{area[1]}"' in hangs
    assert person(place, "leader") in hangs
    assert "/close" not in hangs
    refused = browser.post(f"{team[1]}/close")
    assert refused.status_code == 422
    assert "tổ còn phụ trách 1 địa bàn" in refused.text
    assert "còn 2 người giữ vị trí" in refused.text
    assert 'role="alert"' in refused.text
    assert '<details class="panel" open>' in refused.text
    assert 'value="Tổ công tác số 1"' in refused.text

    assert browser.post(f"{body[1]}", {"name": "Hội Liên hiệp Phụ nữ"}).status_code == 303
    assert browser.post(f"{body[1]}/close").status_code == 303
    assert browser.post(f"{area[1]}/close").status_code == 303
    listed = browser.get(place.url("admin/places")).text
    assert "2 tổ, địa bàn, cơ quan đã kết thúc" in listed
    assert listed.count("từ ngày 14/5/2025") == 2
    assert browser.post(f"{area[1]}/close").status_code == 422
    assert browser.post(area[1], {"name": "Thôn Khác", "team": ""}).status_code == 422
    closed = browser.get(area[1]).text
    assert "đã kết thúc ngày 14/5/2025" in closed
    assert "Mở lại" in closed
    assert browser.post(f"{area[1]}/open").status_code == 303
    assert "1 tổ, địa bàn, cơ quan đã kết thúc" in browser.get(place.url("admin/places")).text


def test_a_closed_place_stands_in_no_choice(place: OfficeSite) -> None:
    browser, office = place.as_("admin"), place.office
    with office.store.write() as session:
        open_campaign(session, office.unit_id, pack_called("cat-thanh-2025"), now=office.now)
    browser.post(place.url("admin/teams"), {"team-code": "T3", "team-name": "Tổ công tác số 3"})
    page = browser.get(place.url("admin/places")).text
    team, area = (re.search(rf'href="([^"]+)">{name}<', page) for name in ("Tổ công tác số 3", "Thôn 1"))
    assert team and area  # noqa: PT018
    assert "member|T3" in browser.get(person(place, "idle")).text
    assert "Tổ công tác số 3" in browser.get(area[1]).text

    assert browser.post(f"{team[1]}/close").status_code == 303

    assert "member|T3" not in browser.get(person(place, "idle")).text
    assert "member|T1" in browser.get(person(place, "idle")).text
    assert "Tổ công tác số 3" not in browser.get(area[1]).text
    given = browser.post(person(place, "idle", "/posts"), {"post-post": "member|T3"})
    assert given.status_code == 422


PAGES = ("admin", "admin/people/new", "admin/places")


@pytest.mark.parametrize("by", ["member", "leader", "chair", "idle"])
def test_others_find_nothing_here(place: OfficeSite, elsewhere: OfficeSite, by: str) -> None:
    browser = place.as_(by)
    paths = [place.url(path) for path in PAGES] + [person(place, "member")]
    for path in paths:
        assert browser.get(path).status_code == 404
    for rest in ("/leave", "/lock", "/return", "/name", "/posts"):
        assert browser.post(person(place, "member", rest)).status_code == 404
    assert place.office.actor("member").posts
    assert elsewhere.as_("admin").get(place.url("admin")).status_code == 404


def test_foreign_and_absent_people_and_places_are_alike(place: OfficeSite, elsewhere: OfficeSite) -> None:
    browser = place.as_("admin")
    foreign, absent = elsewhere.office.actor("member").membership_id, uuid.uuid4()
    with elsewhere.office.store.read() as session:
        from workflow.queries.organisation import places_of_unit

        theirs = places_of_unit(session, elsewhere.office.actor("admin"), now=elsewhere.office.now)
    pages = [browser.get(place.url(f"admin/people/{one}")) for one in (foreign, absent)]
    pages += [browser.get(place.url(f"admin/teams/{one}")) for one in (theirs.teams[0].id, absent)]
    pages += [browser.get(place.url(f"admin/areas/{one}")) for one in (theirs.areas[0].id, absent)]
    pages += [browser.get(place.url(f"admin/bodies/{one}")) for one in (theirs.areas[0].id, absent)]
    pages += [
        browser.post(place.url(f"admin/areas/{one}/{what}"))
        for one in (theirs.areas[0].id, absent)
        for what in ("close", "open")
    ]

    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    for rest in ("/leave", "/lock", "/return", "/name", "/posts"):
        assert browser.post(place.url(f"admin/people/{foreign}{rest}")).status_code == 404
    assert elsewhere.office.actor("member").posts


def test_no_page_has_a_name_in_its_title_or_address(place: OfficeSite) -> None:
    browser = place.as_("admin")
    for path in (*[place.url(path) for path in PAGES], person(place, "member")):
        page = browser.get(path).text
        title = re.search(r"<title>(.*?)</title>", page)
        assert title is not None
        assert "Trần" not in title[1]
        assert not re.search(r'href="[^"]*(?:Trần|Tran|thanh)[^"]*"', page)
        assert "style=" not in page


def test_sending_twice_is_once(place: OfficeSite) -> None:
    browser, key = place.as_("admin"), uuid.uuid4().hex
    data = {"name": "Phan Thị Mới", "login": f"moi.{place.office.number}", "key": key}

    first, second = (browser.post(place.url("admin/people/new"), data) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert "9 người" in browser.get(place.url("admin")).text
