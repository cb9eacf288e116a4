"""The list on screen: its parts, several rows decided at once, the teams' day beside it."""

import re
import uuid

from rules.time import MINUTE
from tests.web.escalations.test_pages import plain
from tests.web.site import Site
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, RULE, Silent
from workflow.actions.assign_doors import reassign
from workflow.actions.cover_absent import cover_absent
from workflow.tables import Team


def chosen(page: str) -> dict[str, list[str] | str]:
    """Return what a page's form says with every row ticked."""
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    return {
        "group": re.findall(r'name="group" value="([^"]+)"', page),
        "request": re.findall(r'name="request" value="([^"]+)"', page),
        "seen": seen.group(1),
    }


def test_all_rows_are_decided_after_asking_once_more_and_a_repeat_changes_nothing(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    browser = site.as_("an")
    page = browser.get("escalations")
    n = sum(int(value.rsplit("~", 1)[1]) for value in chosen(page.text)["group"])
    typed = {**chosen(page.text), "answer": "decided", "reason": "đi lại sáng mai"}

    asked = browser.post("escalations", typed)
    assert f"Đóng {n} việc?" in asked.text
    assert "3 Đã đăng ký, quá 48 giờ chưa ai đến · Tổ dân phố 1" in plain(asked.text)
    assert silent.opened("an")[1] == 3
    key = uuid.uuid4().hex
    done = [browser.post("escalations", {**typed, "confirmed": "1", "key": key}) for _ in range(2)]
    assert {answer.status_code for answer in done} == {200}
    assert all(f"Đã quyết định và đóng {n} việc." in answer.text for answer in done)
    assert silent.opened("an")[1] == 0


def test_the_answer_says_who_was_faster_and_what_is_not_ones_own(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    browser = site.as_("an")
    typed = {**chosen(browser.get("escalations").text), "answer": "noted", "reason": "gọi lại"}
    silent.world.clock.instant += MINUTE
    silent.answer("hai", silent.ids(0), "decided", reason="đã gặp")
    silent.answer("hai", silent.ids(1), "acknowledged")

    page = plain(browser.post("escalations", typed).text)
    name = silent.world.actor("hai").name
    assert f"1 đã xử lý trước đó, người xử lý: {name}" in page
    assert f"1 {name} vừa trả lời sau khi mở trang này" in page

    silent.at(CLIMBED)
    above = plain(browser.post("escalations", {**typed, "answer": "acknowledged"}).text)
    assert "đang ở Lãnh đạo phụ trách địa bàn" in above


def test_nothing_chosen_or_no_reason_is_said_over_the_list_and_ticks_stay(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    browser = site.as_("an")
    typed = {**chosen(browser.get("escalations").text), "answer": "decided", "reason": ""}
    refused = browser.post("escalations", typed)
    assert refused.status_code == 422
    assert "Nội dung: chưa ghi" in plain(refused.text)
    assert refused.text.count(" checked") == len(typed["group"])
    nothing = browser.post("escalations", {"answer": "noted", "reason": "x", "seen": "huh", "group": ["x~y~z", "~~"]})
    assert nothing.status_code == 422
    assert "chưa chọn việc nào" in nothing.text


def test_filters_are_kept_in_every_link_and_odd_addresses_show_the_list(site: Site, silent: Silent) -> None:
    silent.at(CLIMBED)
    browser = site.as_("hai")
    whole = browser.get("escalations?whole=1&kind=reminder&due=overdue").text
    assert re.search(r'href="[^"]*group/[^"]*due=overdue[^"]*kind=reminder[^"]*whole=1', whole)
    for odd in ("after=x", "after=1~9~a~b", "after=5~1~nope~", "area=x", "kind=x", "due=x"):
        assert browser.get(f"escalations?{odd}").status_code == 200
    assert "Đang ở: Lãnh đạo phụ trách địa bàn" in site.as_("an").get("escalations?due=passed").text


def test_what_is_opened_beside_the_list_is_the_own_page_without_the_list(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    browser, address = site.as_("an"), f"escalations/group/{RULE}/{silent.key('A1')}"
    own = browser.get(address).text
    beside = browser.client.get(browser.site.path(address), headers={"HX-Request": "true"}).text
    assert "data-row" in own
    assert "data-row" not in beside
    assert 'id="detail"' in own
    assert "Nguyễn Văn Một" in beside


def test_the_teams_day_tells_what_is_stuck_and_who_is_away(site: Site, silent: Silent) -> None:
    silent.at(CLIMBED)
    team = next(team.id for team in silent.world.rows(Team) if team.code == "T1")
    absent, other = silent.world.actor("an").membership_id, silent.world.actor("binh").membership_id
    silent.world.command(
        "hai",
        lambda book, *who: reassign(book, *who, silent.doors[:1], team_id=team, assignee_id=absent, reason="đi cùng"),
    )
    silent.world.command(
        "hai", lambda book, *who: cover_absent(book, *who, absent, team_id=team, to=other, until=None, reason="ốm")
    )
    page = plain(site.as_("hai").get("escalations/teams?hours=24").text)
    assert "Việc tồn quá 24 giờ" in page
    assert re.search(rf"{silent.world.actor('an').name} · .*? 1 hộ giao cho {silent.world.actor('binh').name}", page)
    chair = site.as_("khanh").get("escalations/teams").text
    assert silent.world.actor("an").name not in chair
    assert site.as_("binh").get("escalations/teams").status_code in (403, 404)
