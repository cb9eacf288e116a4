"""The bell and what it leads to: counts agree, every line links to its item, others' digests are absent; the alarm of a silent clock."""

import re
import uuid
from pathlib import Path

import pytest
from sqlalchemy import event

from rules.time import MINUTE
from tests.web.site import Site
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, RULE, Silent, silent_world
from workflow.actions.open_plan import open_plan

pytestmark = pytest.mark.slow


@pytest.fixture
def silent(worlds: NewWorld) -> Silent:
    """The town's world with its plan, in which silence has been noticed."""
    silent = silent_world(worlds)
    with silent.world.book() as (book, context):
        open_plan(book, context)
    silent.at(NOTICED)
    return silent


@pytest.fixture
def site(silent: Silent, web_folder: Path) -> Site:
    """The application over it."""
    return Site(silent.world, web_folder)


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def bell(page: str) -> int:
    """Return the number beside the bell."""
    found = re.search(r'bell-count">(\d+)', page)
    return int(found[1]) if found else 0


def digests(silent: Silent, page: str) -> list[str]:
    """Return the addresses of the digests in a list."""
    return list(dict.fromkeys(re.findall(rf'href="(/{silent.world.code}/notices/[0-9a-f-]{{36}})"', page)))


def test_the_bell_counts_the_unread_digests_of_the_list_on_every_page(site: Site, silent: Silent) -> None:
    an = site.as_("an")
    listed = an.get(f"/{silent.world.code}/notices").text

    assert bell(an.get("escalations").text) == bell(listed) == plain(listed).count("chưa đọc ") - 1 > 0
    assert not bell(site.as_("khanh").get("plan").text) or digests(
        silent, site.as_("khanh").get(f"/{silent.world.code}/notices").text
    )


def test_a_digest_leads_to_its_items_and_others_have_none_of_it(site: Site, silent: Silent) -> None:
    an, dung = site.as_("an"), site.as_("dung")
    address = next(
        each
        for each in digests(silent, an.get(f"/{silent.world.code}/notices").text)
        if "leo thang" in an.get(each).text
    )
    page = an.get(address)

    assert f"escalations/group/{RULE}/{silent.key('A1')}" in page.text.replace("&amp;", "&")
    assert silent.key("A2") not in page.text
    assert "Nguyễn" not in plain(page.text.split("<main")[1])
    missing = dung.get(f"/{silent.world.code}/notices/{uuid.UUID(int=9)}")
    assert (dung.get(address).status_code, dung.get(address).text) == (404, missing.text)
    assert dung.post(f"{address}/read").status_code == 404


def test_a_relayed_report_that_was_not_there_is_missing_and_never_late(site: Site, silent: Silent) -> None:
    an = site.as_("an")
    pages = [plain(an.get(each).text) for each in digests(silent, an.get(f"/{silent.world.code}/notices").text)]

    page, _day_before = [page for page in pages if "Chưa gửi" in page]

    assert "1 chưa gửi" in page
    assert re.search(r"Báo cáo kết quả ngày [^·]*· hạn 16:00 ngày 16/5/2025 · chưa gửi", page)
    assert "uá hạn" not in page


def test_what_was_sent_back_leads_to_its_row(site: Site, silent: Silent) -> None:
    silent.at(CLIMBED)
    silent.answer("giang", silent.ids(0), "returned", reason="tổ đi lại tối nay")
    silent.at("2025-05-18 09:00")
    an, row = site.as_("an"), f"escalations/group/{RULE}/{silent.key('A1')}"
    pages = [an.get(each).text for each in digests(silent, an.get(f"/{silent.world.code}/notices").text)]

    (page,) = [page for page in pages if 'id="returned"' in page]

    assert row in page.split('id="returned"')[1].split("</section>")[0]
    assert "Ý kiến trả lại nằm ngay trên hộ" not in page


def test_what_reached_nobody_is_listed_for_the_coordinator(site: Site, silent: Silent) -> None:
    silent.at(CLIMBED)
    hai = site.as_("hai")
    pages = [hai.get(each).text for each in digests(silent, hai.get(f"/{silent.world.code}/notices").text)]

    (page,) = [page for page in pages if f"escalations/group/{RULE}/{silent.key('A2')}" in page]

    assert "Không còn việc nào mở" not in page


def test_reading_one_and_all_empties_the_bell_and_closes_nothing(site: Site, silent: Silent) -> None:
    an, home = site.as_("an"), f"/{silent.world.code}/notices"
    before = bell(an.get(home).text)
    an.post(f"{digests(silent, an.get(home).text)[0]}/read")
    assert bell(an.get(home).text) == before - 1

    an.post(f"{home}/read")
    assert bell(an.get(home).text) == 0
    assert "Tổ dân phố 1" in an.get("escalations").text


def test_settings_say_what_cannot_be_switched_off_and_refuse_the_daytime(site: Site, silent: Silent) -> None:
    an, address = site.as_("an"), f"/{silent.world.code}/notices/settings"
    page = an.get(address).text
    assert "không tắt được" in plain(page)
    wanted = {"to_confirm": "y", "returned": "y"}

    assert an.post(address, {**wanted, "quiet_from": "12:00", "quiet_until": "14:00"}).status_code == 422
    assert an.post(address, {**wanted, "quiet_from": "mai", "quiet_until": ""}).status_code == 422
    assert an.post(address, {**wanted, "quiet_from": "20:30", "quiet_until": "06:30"}).status_code == 303
    kept = an.get(address).text
    assert 'value="20:30"' in kept
    assert not re.search(r'<input[^>]*name="due_soon"[^>]*checked|<input[^>]*checked[^>]*name="due_soon"', kept)


def test_a_silent_clock_is_an_alarm_on_every_page_of_who_depends_on_it(site: Site, silent: Silent) -> None:
    world = silent.world
    said = "Đồng hồ của hệ thống đã dừng từ 08:00"
    assert said not in plain(site.as_("an").get("escalations").text)
    world.clock.move_to(world.clock.now() + 31 * MINUTE)

    for login, path in (
        ("an", "escalations"),
        ("khanh", "plan"),
        ("hai", "overview"),
        ("giang", f"/{world.code}/notices"),
    ):
        assert said in plain(site.as_(login).get(path).text), login
    assert said not in plain(site.as_("binh").get("queue").text)
    world.tick()
    assert said not in plain(site.as_("an").get("escalations").text)


def test_the_head_of_a_page_costs_one_statement(site: Site, silent: Silent) -> None:
    an, seen = site.as_("an"), list[str]()
    an.get("escalations")

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(silent.world.store.reader, "before_cursor_execute", note)
    try:
        an.get("escalations")
    finally:
        event.remove(silent.world.store.reader, "before_cursor_execute", note)
    assert len([one for one in seen if "notices" in one]) == 1
    assert len([one for one in seen if one.upper() not in ("BEGIN", "COMMIT", "ROLLBACK")]) <= 12


def test_a_page_behind_the_last_one_is_nowhere(site: Site, silent: Silent) -> None:
    an = site.as_("an")

    assert an.get(f"/{silent.world.code}/notices?page=9999").status_code == 404
    assert an.get(f"/{silent.world.code}/notices?page=1").status_code == 200


@pytest.mark.parametrize("typed", ["abc", "25:00"])
def test_own_quiet_hours_that_cannot_be_read_are_named(site: Site, silent: Silent, typed: str) -> None:
    sent = {"quiet_from": typed, "quiet_until": "06:00", "due_soon": "1"}
    answer = site.as_("an").post(f"/{silent.world.code}/notices/settings", sent)

    assert answer.status_code == 422
    assert f"“{typed}” không phải là giờ trong ngày; ghi như 21:00" in plain(answer.text)
