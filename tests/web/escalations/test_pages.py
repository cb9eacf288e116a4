"""The inbox on screen: rows, a row opened, one episode; answered singly and in bulk; foreign is absent on every route."""

import re
import uuid

from sqlalchemy import update

from tests.web.site import Site
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, RULE, TOP, Silent
from tests.workflow.inbox.test_held_again import by_mistake, taken_back
from workflow.actions.record_visit import Finding
from workflow.tables import Account, table_of


def plain(html: str) -> str:
    """Return a page's words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def found(pattern: str, page: str) -> str:
    """Return what a pattern finds in a page; it must be there."""
    match = re.search(pattern, page, re.DOTALL)
    assert match is not None, pattern
    return match.group(1)


def row(silent: Silent, code: str = "A1") -> str:
    """Return the address of an area's row."""
    return f"escalations/group/{RULE}/{silent.key(code)}"


def test_the_inbox_shows_what_waits_with_tabs_and_counts(site: Site, silent: Silent) -> None:
    assert "Không có việc chờ." in site.as_("an").get("escalations").text
    silent.at(NOTICED)

    page = site.as_("an").get("escalations")
    assert page.status_code == 200
    assert "Đã đăng ký, quá 48 giờ chưa ai đến" in page.text
    assert "Tổ dân phố 1" in page.text
    assert "Tổ dân phố 2" not in page.text
    assert re.search(r"Tất cả\s*<b>\d+</b>", page.text)
    assert "Nguyễn" not in plain(page.text)
    assert "Toàn đơn vị" not in page.text
    assert "Tổ dân phố 2" in site.as_("hai").get("escalations?whole=1").text
    assert "Tổ dân phố 2" not in site.as_("an").get("escalations?whole=1").text


def test_a_row_opens_to_its_people_and_the_chair_gets_places(site: Site, silent: Silent) -> None:
    silent.at(TOP)
    waits = site.as_("an").get(row(silent)).text
    assert "Phạm Văn Năm" in waits
    assert "1 việc" in plain(waits)  # as the list counts it
    assert "Nguyễn Văn Một" not in waits
    leader = site.as_("an").get(f"{row(silent)}?due=passed")
    assert leader.status_code == 200
    assert "Nguyễn Văn Một" in leader.text
    assert "Đã chuyển: Chủ tịch UBND thị trấn" in leader.text

    chair = site.as_("khanh").get(row(silent))
    assert chair.status_code == 200
    assert "Nhân khẩu tại: Số 2, Ngõ 1" in chair.text
    assert not [name for name in silent.world.names().values() if name and name in chair.text]


def test_one_is_decided_and_the_inbox_says_what_was_decided_last(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    browser, address = site.as_("dung"), f"escalations/{silent.ids(3)[0]}"
    told = browser.get(address)
    assert "Lê Thị Bốn" in told.text
    assert "Vì sao được nhắc" in told.text
    assert "Mục 3.1" in told.text
    version = found(r'name="state_version" value="(\d+)"', told.text)

    refused = browser.post(
        address, {"answer": "decided", "state_version": version, "reason": "", "to": "", "until": ""}
    )
    assert refused.status_code == 422
    assert "Nội dung: chưa ghi" in plain(refused.text)
    kept = browser.post(address, {"answer": "decided", "reason": "gọi 0912345678", "to": "", "until": ""})
    assert kept.status_code == 422
    assert "gọi 0912345678" in kept.text

    done = browser.post(
        address, {"answer": "decided", "state_version": version, "reason": "đã hẹn", "to": "", "until": ""}
    )
    assert done.status_code == 303
    page = browser.get("escalations")
    assert "Đã quyết định và đóng 1 việc." in page.text
    assert "Phạm Thị Dung" in browser.get(address).text
    assert "đã quyết định lúc" in browser.get(address).text
    late = site.as_("hai").post(address, {"answer": "decided", "reason": "muộn", "to": "", "until": ""})
    assert late.status_code == 409
    assert "Phạm Thị Dung đã đóng lúc" in late.text


def test_a_stale_page_shows_both(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    address = f"escalations/{silent.ids(0)[0]}"
    silent.answer("an", silent.ids(0), "acknowledged")
    stale = site.as_("an").post(
        address, {"answer": "decided", "state_version": "1", "reason": "đã gặp", "to": "", "until": ""}
    )
    assert stale.status_code == 409
    assert "Người khác vừa cập nhật" in stale.text


def test_an_episode_says_when_it_was_opened_again(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    path = f"escalations/{silent.ids(2)[0]}"
    assert "Mở lại lúc" not in site.as_("an").get(path).text
    number = by_mistake(silent, "2025-05-17 08:10", number=2)
    taken_back(silent, "2025-05-17 09:20", number)

    told = plain(site.as_("an").get(path).text)

    assert "Mở lại lúc 09:20" in told
    assert "căn cứ nhắc đã có lại" in told


def test_a_whole_group_is_closed_after_asking_once_more(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    browser = site.as_("an")
    typed = {"answer": "decided", "reason": "đi lại cả ngõ sáng mai", "scope": "all", "to": "", "until": ""}

    asked = browser.post(row(silent), typed)
    assert asked.status_code == 200
    assert "Đóng 3 việc?" in asked.text
    assert silent.opened("an")[1] == 3

    key = uuid.uuid4().hex
    for _ in range(2):
        done = browser.post(row(silent), {**typed, "confirmed": "1", "key": key})
        assert done.status_code == 303
    assert silent.opened("an")[1] == 0
    page = browser.get("escalations").text
    assert "Đã quyết định và đóng 3 việc." in page
    assert browser.get(row(silent)).status_code == 404


def test_only_what_was_ticked(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    browser = site.as_("an")
    nothing = browser.post(row(silent), {"answer": "acknowledged", "scope": "chosen", "to": "", "until": ""})
    assert nothing.status_code == 422
    assert "Chưa chọn việc nào" in nothing.text

    ids = [str(one) for one in silent.ids(0, 2)]
    done = browser.post(row(silent), {"answer": "acknowledged", "scope": "chosen", "chosen": ids, "to": "", "until": "17:00 17/5/2025"})  # fmt: skip
    assert done.status_code == 303
    assert "Đã nhận 2 việc." in browser.get("escalations").text
    assert browser.get(row(silent)).text.count("dự kiến xong trước 17:00") == 2


def test_ticks_beside_the_whole_group_are_asked_about_and_nothing_is_done(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    browser, ids = site.as_("an"), [str(one) for one in silent.ids(0, 2)]
    typed = {"answer": "acknowledged", "scope": "all", "chosen": ids, "to": "", "until": "", "reason": "mai đến"}

    asked = browser.post(row(silent), typed)

    assert asked.status_code == 422
    assert "Đã đánh dấu 2 việc nhưng lại chọn cả nhóm" in asked.text
    assert "đã nhận" not in asked.text
    assert asked.text.count(" checked") == 3  # both ticks, and now the radio beside “those ticked”
    assert re.search(r'id="scope-chosen" value="chosen" checked', asked.text)
    assert "mai đến" in asked.text
    assert browser.post(row(silent), {**typed, "scope": "chosen"}).status_code == 303
    assert "Đã nhận 2 việc." in browser.get("escalations").text


def test_handing_on_to_a_member_who_finds_it_in_their_inbox(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    binh = silent.world.actor("binh").membership_id
    address = f"escalations/{silent.ids(0)[0]}"
    assert site.as_("binh").get(address).status_code == 404

    version = found(r'name="state_version" value="(\d+)"', site.as_("an").get(address).text)
    done = site.as_("an").post(
        address,
        {"answer": "handed_on", "state_version": version, "to": str(binh), "reason": "đi ngay", "until": ""},
    )
    assert done.status_code == 303
    page = site.as_("binh").get(address)
    assert page.status_code == 200
    assert "Quyết định và đóng" not in page.text
    assert "giao cho Trần Thị Bình" in plain(page.text)
    assert "Tổ dân phố 1" in site.as_("binh").get("escalations").text


def test_what_went_in_part_says_what_was_skipped_and_why(site: Site, silent: Silent) -> None:
    silent.at(CLIMBED)
    silent.answer("giang", silent.ids(0), "decided", reason="đã gặp")
    browser = site.as_("giang")
    ids = [str(one) for one in silent.ids(0, 1, 3)]
    browser.post(
        row(silent), {"answer": "noted", "reason": "gọi lại", "scope": "chosen", "chosen": ids, "to": "", "until": ""}
    )
    page = plain(browser.get("escalations").text)
    assert "Đã ghi thêm vào 1 việc." in page
    assert "1 việc đã đóng trước đó; 1 việc không còn trong hộp này" in page


def test_foreign_and_absent_are_one_page_for_every_route(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    browser = site.as_("an")
    foreign = [f"escalations/{silent.ids(3)[0]}", row(silent, "A2")]
    absent = [
        f"escalations/{uuid.uuid4()}",
        f"escalations/group/{RULE}/{uuid.uuid4().hex}",
        "escalations/group/no-such/-",
    ]
    pages = [browser.get(path) for path in (*foreign, *absent)]
    sent = [browser.post(path, {"answer": "huh", "until": "x", "scope": "all"}) for path in foreign[:1] + absent[:1]]
    sent += [
        browser.post(path, {"answer": "acknowledged", "scope": "all", "to": "", "until": ""})
        for path in (foreign[1], *absent[1:])
    ]

    assert {page.status_code for page in (*pages, *sent)} == {404}
    for alike in (pages, sent):
        assert len({re.sub(r'"[0-9a-zA-Z_.-]{20,}"', "", page.text) for page in alike}) == 1
    assert silent.findings() == []


def test_whoever_ended_contact_is_nowhere_whichever_way(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    ids = silent.ids(0, 1)
    first, second = silent.cases[:2]
    silent.world.visit("an", silent.doors[0], Finding("activated_now", first))
    silent.world.visit("an", silent.doors[0], Finding("took_part", first), Finding("not_taking_part", second))

    browser = site.as_("an")
    listed = browser.get(row(silent)).text
    assert "Nguyễn Văn Một" not in listed
    assert "Nguyễn Thị Hai" not in listed
    told = [browser.get(f"escalations/{one}").text for one in ids]
    for page in told:
        assert "Đã kết thúc liên hệ" in page
        assert "Không tham gia" not in page
        assert "declined" not in page
        assert "submitted" not in page


def test_titles_and_addresses_name_nobody(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    for path in ("escalations", row(silent), f"escalations/{silent.ids(0)[0]}"):
        page = site.as_("an").get(path).text
        title = found(r"<title>(.*?)</title>", page)
        links = " ".join(re.findall(r'(?:href|action)="([^"]+)"', page))
        for name in ("Nguyễn", "Một", "%E1%BB"):
            assert name not in title
            assert name not in links


def test_english(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    login = table_of(Account).c.login == "an"
    try:
        with silent.world.store.write() as session:
            session.execute(update(table_of(Account)).where(login).values(locale="en"))
        browser = site.as_("an")
        inbox, opened = browser.get("escalations").text, browser.get(row(silent)).text
    finally:
        with silent.world.store.write() as session:
            session.execute(update(table_of(Account)).where(login).values(locale="vi"))

    assert "To handle" in inbox
    assert "Registered, nobody came for 48 hours" in inbox
    assert "Decide and close" in opened
    assert "Quyết định" not in opened
