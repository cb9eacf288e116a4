"""Paper on screen: printing, the log, and thirty lines of a returned sheet typed through the page, all balanced."""

import re
import uuid

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from tests.web.site import Browser, Site
from tests.workflow.desk.posts import also_holds
from tests.workflow.paper.sheets import line_of, line_of_door, print_for, put_on_list, sheet_lines
from tests.workflow.paper.test_typing import is_proven
from workflow.tables import Account, Audit, Case, PrintedList, Team, Visit

ROW = re.compile(
    r'name="line" value="(\d*)".*?id="(codes-\d+)".*?name="codes" value="([^"]*)".*?name="promised" value="([^"]*)"',
    re.DOTALL,
)


def rows_on(page: str) -> list[tuple[str, str, str]]:
    """Return the rows of boxes of a typing page: line, codes, promised."""
    return [(line, codes, promised) for line, _, codes, promised in ROW.findall(page)]


def printed(site: Site, doors: int = 10) -> list[tuple[uuid.UUID, list[uuid.UUID]]]:
    """Print a route of doors with two people each in the morning, and go to the evening."""
    homes = [
        site.world.household(["Nguyễn Văn Một", "Trần Thị Hai"], lane=f"Ngõ {1 + n // 5}", house=str(n))
        for n in range(doors)
    ]
    site.world.go_to("2025-05-16 08:00")
    print_for(site.world, "an")
    site.world.go_to("2025-05-16 20:00")
    return homes


def send(
    browser: Browser, rows: list[tuple[str, str, str]], *, at: str = "16/5/2025 18:00", **more: object
) -> TestResponse:
    """Send the typing page of sheet 1 with these rows."""
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    binh = str(browser.site.world.actor("binh").membership_id)
    data = {"visited_at": at, "done_by": binh, "line": columns[0], "codes": columns[1], "promised": columns[2], **more}
    return browser.post("paper/1/type", data)


def test_thirty_lines_of_a_returned_sheet_typed_through_the_page_all_balanced(site: Site) -> None:
    homes = printed(site)
    world, browser = site.world, site.as_("an")
    page = browser.get("paper/1/type").text
    prefilled = rows_on(page)
    assert [row[0] for row in prefilled] == [str(number) for number in range(1, 31)]
    codes: dict[str, tuple[str, str]] = {}
    for number, (door, (one, two)) in enumerate(homes):
        if number in (0, 5):
            codes[str(line_of_door(world, 1, door))] = ("0", "")
        else:
            codes[str(line_of(world, 1, one))] = ("1", "")
            codes[str(line_of(world, 1, two))] = ("5", "19h30")
    wrong = str(line_of(world, 1, homes[3][1][1]))
    codes[wrong] = ("3", "")

    first = send(browser, [(line, *codes.get(line, ("", ""))) for line, _, _ in prefilled])

    assert first.status_code == 422
    assert "30 dòng = 16 đã ghi (9 hộ) + 2 chưa ghi được + 12 để trống." in first.text
    left = [row for row in rows_on(first.text) if row[1]]
    assert sorted(left) == sorted([(str(line_of(world, 1, homes[3][1][0])), "1", ""), (wrong, "3", "")])
    assert len(rows_on(first.text)) + first.text.count('name="done"') == 30
    assert re.search(r'id="codes-\d+"[^>]*aria-invalid="true"[^>]*autofocus', first.text)
    done = re.findall(r'name="done" value="(\d+)"', first.text)
    mended = [(line, "4" if line == wrong else typed, promised) for line, typed, promised in rows_on(first.text)]
    second = send(browser, mended, done=done)
    assert second.status_code == 303
    said = browser.client.get(second.location).text
    assert "14 dòng = 2 đã ghi (1 hộ) + 0 chưa ghi được + 12 để trống." in said
    assert len(world.rows(Visit)) == 10
    binh, an = (world.actor(login).membership_id for login in ("binh", "an"))
    assert {(visit.done_by_id, visit.recorded_by_id) for visit in world.rows(Visit)} == {(binh, an)}
    assert sorted(case.state for case in world.rows(Case)) == ["activated"] * 12 + ["submitted"] * 8
    is_proven(world)


def test_the_page_sent_twice_records_once_and_a_new_page_says_what_is_typed_already(site: Site) -> None:
    ((_, (one, _)),) = printed(site, doors=1)
    browser, line = site.as_("an"), str(line_of(site.world, 1, one))
    key = uuid.uuid4().hex

    answers = [send(browser, [(line, "1", "")], key=key) for _ in range(2)]
    again = send(browser, [(line, "9", "")])

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(site.world.rows(Visit)) == 1
    assert again.status_code == 422
    assert "đã được ghi cho ngày ấy" in again.text
    assert browser.get("paper/1/type").text.count("</svg> đã nhập<") == 1


def test_what_is_wrong_with_the_whole_sheet_keeps_everything_typed(site: Site) -> None:
    printed(site, doors=1)
    browser = site.as_("an")

    missing = send(browser, [("2", "1", ""), ("3", "5", "19h")], at="")
    early = send(browser, [("2", "1", ""), ("3", "5", "19h")], at="16/5/2025 07:00")
    nonsense = send(browser, [("2", "1", ""), ("3", "5", "19h")], at="hôm qua")

    for answer in (missing, early, nonsense):
        assert answer.status_code == 422
        assert rows_on(answer.text) == [("2", "1", ""), ("3", "5", "19h")]
        assert "Chưa ghi được" in answer.text
    assert "trước khi in phiếu" in early.text
    assert site.world.rows(Visit) == []


@pytest.mark.parametrize("at", ["", "hôm qua", "16/5/2025 07:00", "16/5/2025 23:00"])
def test_a_wrong_time_hides_nothing_that_is_wrong_in_the_lines_and_the_field_has_one_name(site: Site, at: str) -> None:
    ((_, (one, two)),) = printed(site, doors=1)
    lines = [str(line_of(site.world, 1, case)) for case in (one, two)]

    answer = send(site.as_("an"), [(lines[0], "ZZ", ""), (lines[1], "1", "")], at=at)

    assert answer.status_code == 422
    assert '<a href="#visited_at">Lúc đi: ' in answer.text
    assert "Lúc thăm" not in answer.text
    assert f"Dòng {lines[0]}: không có mã “ZZ”" in answer.text
    assert re.findall(r'name="(\w+)"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*name="(\w+)"', answer.text) == [
        ("", "visited_at"),
        ("codes", ""),
    ]
    assert site.world.rows(Visit) == []


def test_a_line_that_only_waits_for_another_one_is_not_marked_and_not_focused(site: Site) -> None:
    ((_, (one, two)),) = printed(site, doors=1)
    lines = [str(line_of(site.world, 1, case)) for case in (one, two)]

    page = send(site.as_("an"), [(lines[0], "1", ""), (lines[1], "ZZ", "")]).text

    boxes = re.findall(r'<input[^>]*name="codes"[^>]*>', page)
    assert ["aria-invalid" in box for box in boxes] == [False, True]
    assert ["autofocus" in box for box in boxes] == [False, True]


def test_beside_each_line_stands_what_the_paper_says_of_the_person(site: Site) -> None:
    printed(site, doors=1)

    page = site.as_("an").get("paper/1/type").text

    assert re.search(r'Trần Thị Hai <span class="quiet">Tài khoản mức 2 đang hoạt động, chưa góp ý</span>', page)


@pytest.mark.parametrize("code", ["1", "9", "38"])
def test_once_recorded_no_page_shows_which_code_it_was(site: Site, code: str) -> None:
    ((_, (one, two)),) = printed(site, doors=1)
    browser = site.as_("an")
    lines = str(line_of(site.world, 1, one)), str(line_of(site.world, 1, two))

    send(browser, [(lines[0], code, ""), ("99", "1", "")])

    shown = [browser.get(f"paper/1{page}").text for page in ("", "/type", "/log")]
    assert all("Nguyễn Văn Một" not in text for text in shown)
    assert "Đã kết thúc liên hệ" in shown[0]
    assert all(row[1] == "" for row in rows_on(shown[1]))


def test_a_member_prints_and_types_own_route_on_a_phone(site: Site) -> None:
    site.world.household(["Nguyễn Văn Một"], house="12")
    site.world.go_to("2025-05-16 08:00")
    browser = site.as_("binh")
    assert "In tuyến đi" in browser.get("paper").text

    nothing = browser.post("paper/route", {"place": "", "walker": ""})
    told = browser.post("paper/route", {"place": "", "walker": "", "also_free": "y"})

    assert nothing.status_code == 422
    assert "không còn hộ nào" in nothing.text
    assert (told.status_code, told.location.rsplit("/", 2)[1:]) == (303, ["paper", "1"])
    sheet = browser.client.get(told.location).text
    assert "Nguyễn Văn Một" in sheet
    assert "Số 12" in sheet
    assert re.search(r"<title>Phiếu số 1 · Từng Nhà</title>", sheet)
    assert "style=" not in sheet
    assert len(site.world.rows(Audit, Audit.kind == "print")) == 1
    assert "Trần Thị Bình" in browser.get("paper/1/log").text
    assert "Ghi đã thu lại" not in browser.get("paper/1/log").text
    assert browser.post("paper/1/log/returned").status_code == 404


def test_a_sheet_of_another_team_and_one_that_is_not_there_read_the_same(site: Site) -> None:
    printed(site, doors=1)
    for login in ("dung", "em", "binh"):
        browser = site.as_(login)
        for page in ("", "/type", "/log"):
            foreign, absent = browser.get(f"paper/1{page}"), browser.get(f"paper/77{page}")
            assert foreign.status_code == absent.status_code == 404
            assert foreign.text.replace("/1", "") == absent.text.replace("/77", "")
        bad = {"visited_at": "x", "line": "a", "codes": "ZZ", "promised": ""}
        assert browser.post("paper/1/type", bad).status_code == browser.post("paper/77/type", bad).status_code == 404
    for login in ("khanh", "giang"):
        assert site.as_(login).get("paper").status_code == 404


def test_a_list_is_printed_handed_over_returned_and_destroyed(site: Site) -> None:
    _, (one,) = site.world.household([("Nguyễn Văn Một", "registered")])
    put_on_list(site.world, "L2", [one])
    site.world.go_to("2025-05-16 08:00")
    coordinator, leader = site.as_("hai"), site.as_("an")
    binh = str(site.world.actor("binh").membership_id)

    told = coordinator.post("paper/list", {"list_code": "L2", "team": "T1", "area": ""})
    assert told.status_code == 303
    assert "Danh sách nhân khẩu đã đăng ký" in coordinator.client.get(told.location).text
    refused = leader.post("paper/1/log/hand_over", {"to": str(uuid.uuid4())})
    assert refused.status_code == 422
    for step, data in (("hand_over", {"to": binh}), ("returned", {}), ("destroyed", {})):
        assert leader.post(f"paper/1/log/{step}", data).status_code == 303
    (sheet,) = site.world.rows(PrintedList)
    assert (str(sheet.handed_to_id), sheet.returned_at is not None, sheet.destroyed_at is not None) == (
        binh,
        True,
        True,
    )
    log = coordinator.get("paper").text
    assert "Đã hủy" in log
    assert leader.post("paper/1/log/returned").status_code == 409


def test_the_number_of_a_sheet_finds_its_typing_page(site: Site) -> None:
    printed(site, doors=1)
    browser = site.as_("an")

    assert browser.get("paper/find?serial=1").location.endswith("/paper/1/type")


@pytest.mark.parametrize(("login", "typed"), [("an", "99"), ("em", "1"), ("an", "một"), ("an", "")])
def test_a_number_that_finds_no_sheet_stays_in_its_box_with_what_is_wrong(site: Site, login: str, typed: str) -> None:
    printed(site, doors=1)

    answer = site.as_(login).get("paper/find", query_string={"serial": typed})

    assert answer.status_code == 422
    assert "Chưa tìm được" in answer.text
    box = re.search(r'<input[^>]*name="serial"[^>]*>', answer.text)
    assert box is not None
    assert f'value="{typed}"' in box[0]
    assert 'aria-invalid="true"' in box[0]
    said = f"không có số {typed};" if typed.isascii() and typed else "là con số in ở góc trên mỗi trang"
    assert (
        f'<a href="#serial">Số phiếu: {"trong các phiếu được nhập ở đây " if typed.isascii() and typed else ""}{said}'
        in answer.text
    )


def test_lines_come_thirty_at_a_time_and_opening_pages_changes_nothing(site: Site) -> None:
    printed(site, doors=12)
    browser = site.as_("an")
    before = len(site.world.events()), len(site.world.rows(Audit))

    second = browser.get("paper/1/type?first=31")

    assert [row[0] for row in rows_on(second.text)] == [str(number) for number in range(31, 37)]
    assert browser.get("paper/1/type?first=61").status_code == 404
    assert browser.get("paper/1?by=lane").status_code == 200
    assert len(sheet_lines(site.world, 1)) == 36
    assert (len(site.world.events()), len(site.world.rows(Audit))) == before


def test_pages_and_refusals_speak_english_to_who_asks_for_it(site: Site) -> None:
    ((_, (one, _)),) = printed(site, doors=1)
    with site.world.store.write() as session:
        session.execute(update(Account).where(Account.id == site.world.account("an")).values(locale="en"))
    browser = site.as_("an")

    answer = send(browser, [(str(line_of(site.world, 1, one)), "ZZ", "")])

    assert "Paper for the street" in browser.get("paper").text
    assert "DOOR-TO-DOOR SHEET" in browser.get("paper/1").text
    assert "Active account, not yet taken part" in browser.get("paper/1").text
    assert "there is no code “ZZ”; see the codes" in answer.text
    assert "1 lines = 0 recorded (0 doors) + 1 not recorded + 0 blank." in answer.text


def test_who_leads_several_teams_chooses_for_which_to_print(site: Site) -> None:
    world, an = site.world, site.as_("an")
    also_holds(world, "an", "team_leader", "T2")
    world.household(["Nguyễn Văn Một"], area="A1", lane="Ngõ 1")
    _, cases = world.household(["Trần Thị Hai"], area="A2", lane="Ngõ 2")
    put_on_list(world, "L2", cases)
    world.go_to("2025-05-16 08:00")

    first, second = an.get("paper").text, an.get("paper?team=T2").text
    assert "Ngõ 1 (1 hộ)" in first
    assert "Ngõ 2 (1 hộ)" not in first
    assert "Ngõ 2 (1 hộ)" in second
    assert "Vũ Văn Em" in second
    assert re.search(r'paper\?team=T2" aria-current="page"', second)
    assert '<option selected value="T2">' in second
    absent = an.get("paper?team=T9")
    assert absent.status_code == 404
    foreign = site.as_("binh").get("paper?team=T2")
    assert foreign.status_code == 404
    assert an.post("paper/route?team=T9", {"place": "", "walker": ""}).status_code == 404

    em = str(world.actor("em").membership_id)
    assert an.post("paper/route?team=T2", {"place": "", "walker": ""}).status_code == 303
    assert an.post("paper/route?team=T1", {"place": "", "walker": em}).status_code == 422
    assert an.post("paper/list?team=T2", {"list_code": "L2", "team": "T2", "area": ""}).status_code == 303
    assert an.post("paper/list", {"list_code": "L2", "team": "T9", "area": ""}).status_code == 422
    teams = {team.id: team.code for team in world.rows(Team)}
    assert [teams[sheet.team_id] for sheet in world.rows(PrintedList)] == ["T2", "T2"]


def test_a_leader_chooses_among_the_areas_of_the_teams_they_lead(site: Site) -> None:
    site.world.household(["Nguyễn Văn Một"], area="A1")
    site.world.household(["Trần Thị Hai"], area="A2")

    def offered(login: str) -> set[str]:
        page = site.as_(login).get("paper").text
        return set(re.findall(r'<option value="(A\d)"', page[page.index('id="area"') :]))

    assert offered("an") == {"A1"}
    assert offered("hai") >= {"A1", "A2"}


def test_one_team_is_not_asked_for(site: Site) -> None:
    site.world.household(["Nguyễn Văn Một"])

    for login in ("an", "binh"):
        page = site.as_(login).get("paper").text
        assert 'aria-label="Tổ đang tham gia"' not in page
        assert "Tổ công tác số 2" not in page
