"""What somebody puts aside: out of their list and its numbers, in nobody else's way, back at its end or with the next level."""

import re
from typing import Any

from tests.web.escalations.test_bulk import chosen
from tests.web.escalations.test_pages import plain, row
from tests.web.site import Browser, Site
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, TOP, Silent


def counts(browser: Browser, tab: str = "") -> dict[str, int]:
    """Return the number over the list, and those of its tabs."""
    page = browser.get(f"escalations{tab}").text
    over = re.search(r'<h1[^>]*>.*?<span class="quiet">(\d+)</span>', page, re.DOTALL)
    assert over is not None
    tabs = re.findall(r"<li><a [^>]*>([^<]+?)\s*<b>(\d+)</b></a></li>", page)
    return {"over": int(over.group(1)), **{name: int(n) for name, n in tabs}}


def put_aside(browser: Browser, address: str, until: str) -> Any:
    """Put a whole row of the list aside."""
    return browser.post(address, {"answer": "rested", "reason": "hẹn chiều", "to": "", "until": until, "scope": "all"})


def test_it_leaves_the_list_and_its_numbers_and_is_back_at_its_end(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    an, hai = site.as_("an"), site.as_("hai")
    before, others = counts(an), counts(hai, "?whole=1")

    assert put_aside(an, row(silent), "17:00 17/5/2025").status_code == 303

    after = counts(an)
    assert (after["over"], after["Tất cả"]) == (before["over"] - 3, before["Tất cả"] - 3)
    assert after["Tạm gác"] == 3
    assert row(silent) not in an.get("escalations").text
    resting = an.get("escalations?due=resting").text
    assert f"{row(silent)}?due=resting" in resting
    assert "Trở lại lúc 17:00" in plain(resting)
    assert "Nguyễn Văn Một" in an.get(f"{row(silent)}?due=resting").text
    told = plain(an.get(f"escalations/{silent.ids(0)[0]}").text)
    assert "trong danh sách của mình đến 17:00; các cấp khác vẫn thấy và vẫn được gọi đúng hẹn" in told
    assert counts(hai, "?whole=1") == others

    silent.world.go_to("2025-05-17 16:59")
    assert counts(an)["Tạm gác"] == 3
    silent.world.go_to("2025-05-17 17:00")
    assert "Tạm gác" not in counts(an)
    assert row(silent) in an.get("escalations").text


def test_the_next_level_ends_it_before_its_time(site: Site, silent: Silent) -> None:
    silent.at(CLIMBED)
    giang, khanh = site.as_("giang"), site.as_("khanh")
    assert put_aside(giang, row(silent), "20:00 19/5/2025").status_code == 303
    assert counts(giang)["Tạm gác"] == 3
    assert row(silent) not in khanh.get("escalations").text

    silent.at(TOP)

    assert "Tạm gác" not in counts(giang)
    assert row(silent) in giang.get("escalations?due=passed").text
    assert row(silent) in khanh.get("escalations").text


def test_rows_put_aside_together_are_answered_from_their_own_tab(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    an = site.as_("an")
    page = an.get("escalations").text
    n = sum(int(value.rsplit("~", 1)[1]) for value in chosen(page)["group"])
    aside = {**chosen(page), "answer": "rested", "reason": "sau giao ban", "until": "17:00"}
    assert f"Đã tạm gác {n} việc." in an.post("escalations", aside).text
    assert counts(an)["Tạm gác"] == n

    resting = chosen(an.get("escalations?due=resting").text)
    told = an.post("escalations?due=resting", {**resting, "answer": "noted", "reason": "đã gọi"})
    assert f"Đã ghi thêm vào {n} việc." in told.text
    assert "còn lại như sau" not in told.text
    assert counts(an)["Tạm gác"] == n
    closed = {**resting, "answer": "decided", "reason": "đã gặp", "confirmed": "1"}
    assert f"Đã quyết định và đóng {n} việc." in an.post("escalations?due=resting", closed).text
    assert silent.findings() == []
