"""Decisions on screen: each post is offered what it may do and no more, and every refusal is a sentence."""

import re
import uuid
from typing import Any

import pytest

from tests.web.escalations.test_pages import plain
from tests.web.site import Site
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, RULE, Silent
from workflow.actions.record_visit import Finding
from workflow.tables import Post, Request

pytestmark = pytest.mark.slow


def buttons(page: str) -> list[str]:
    """Return the answers that a page offers."""
    return re.findall(r'name="answer" value="([a-z_]+)"', page)


def typed(answer: str, reason: str = "tổ đi lại tối nay", **values: Any) -> dict[str, Any]:
    """Return a filled form."""
    return {"answer": answer, "reason": reason, "to": "", "until": "", **values}


def say(browser: Any, address: str, answer: str, *words: str, **values: Any) -> Any:
    """Open an episode's page and answer there."""
    seen = re.search(r'name="state_version" value="(\d+)"', browser.get(address).text)
    assert seen is not None
    return browser.post(address, {**typed(answer, *words, **values), "state_version": seen.group(1)})


def test_each_post_is_offered_what_it_may_do(site: Site, silent: Silent) -> None:
    silent.at(CLIMBED)
    address = f"escalations/{silent.ids(0)[0]}"
    offered = {login: buttons(site.as_(login).get(address).text) for login in ("an", "giang", "khanh", "hai")}

    assert offered["an"] == ["noted"]
    assert offered["giang"] == ["acknowledged", "handed_on", "raised", "returned", "rested", "noted", "decided"]
    assert offered["khanh"] == [
        "acknowledged",
        "handed_on",
        "raised",
        "taken_over",
        "returned",
        "granted",
        "rested",
        "noted",
        "decided",
    ]
    assert offered["hai"] == offered["khanh"]
    assert site.as_("binh").get(address).status_code == 404
    assert site.as_("binh").post(address, typed("taken_over")).status_code == 404
    for login, answers in offered.items():
        for answer in {"taken_over", "returned", "granted", "rested"} - set(answers):
            refused = site.as_(login).post(address, typed(answer, until="09:00 20/5/2025"))
            assert refused.status_code in (403, 422)
            assert re.search(r"không thuộc quyền|không còn cấp", plain(refused.text)), (login, answer)


def test_taking_over_sending_back_granting_and_putting_aside(site: Site, silent: Silent) -> None:
    silent.at(CLIMBED)
    address = f"escalations/{silent.ids(0)[0]}"
    giang, khanh, an = site.as_("giang"), site.as_("khanh"), site.as_("an")

    assert say(khanh, address, "granted", "mưa lớn", until="12:00 20/5/2025").status_code == 303
    told = plain(khanh.get(address).text)
    assert "đã cho thêm thời gian đến 12:00" in told
    assert "nếu chưa xong trước 12:00" in told
    missing = say(khanh, address, "granted", "mưa lớn")
    assert missing.status_code == 422
    assert "Thời điểm: chưa ghi; ghi cho thêm thời gian đến khi nào" in plain(missing.text)

    assert say(giang, address, "rested", "hẹn 17 giờ", until="17:00 18/5/2025").status_code == 303
    assert "Tạm gác" in plain(giang.get("escalations?due=resting").text)
    assert "đã tạm gác đến 17:00" in plain(giang.get(address).text)
    assert say(giang, address, "returned", "").status_code == 422
    assert say(giang, address, "returned", "hộ này không tán thành").status_code == 422
    assert say(giang, address, "returned").status_code == 303
    below = an.get(address).text
    assert "Hoàng Thị Giang chỉ đạo" in plain(below)
    assert "tổ đi lại tối nay" in below
    assert "decided" in buttons(below)
    assert say(khanh, address, "taken_over", "tôi gọi trực tiếp").status_code == 303
    assert buttons(an.get(address).text) == ["noted"]
    assert "Đang chờ: Chủ tịch UBND thị trấn" in plain(an.get(address).text)
    assert silent.findings() == []


def test_given_to_a_post(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    address = f"escalations/{silent.ids(0)[0]}"
    [post] = silent.world.rows(Post, Post.code == "chair")
    page = site.as_("an").get(address).text
    assert f'value="post:{post.id}"' in page
    assert say(site.as_("an"), address, "handed_on", to=f"post:{post.id}").status_code == 303
    assert "đã giao cho Trưởng ban chỉ đạo" in plain(site.as_("khanh").get(address).text)
    assert say(site.as_("an"), address, "handed_on", to=f"post:{uuid.uuid4()}").status_code == 422


def test_what_waits_to_be_confirmed_is_decided_on_the_same_page(site: Site, silent: Silent) -> None:
    silent.world.visit("binh", silent.doors[1], Finding("died", silent.cases[2], evidence="giấy báo tử"))
    silent.at("2025-05-18 10:00")  # nobody has decided for 48 hours
    [waiting] = silent.world.rows(Request, Request.status == "waiting")
    address = f"escalations/{silent.ids(2)[0]}"
    assert "Đề nghị đang chờ xác nhận" in site.as_("an").get(address).text
    refused = site.as_("an").post(address, {"answer": "exit_returned", "request": str(waiting.id), "reason": ""})
    assert refused.status_code == 422
    assert "Lý do trả lại: chưa ghi" in plain(refused.text)
    assert "exit_confirmed" not in site.as_("khanh").get(address).text
    done = site.as_("an").post(address, {"answer": "exit_confirmed", "request": str(waiting.id), "reason": ""})
    assert done.status_code == 303
    assert [row.status for row in silent.world.rows(Request)] == ["confirmed"]


def test_nobody_holding_a_post_is_said_on_the_page_and_counted(site: Site, silent: Silent) -> None:
    silent.at(CLIMBED)  # nobody is above the team of the second area
    page = plain(site.as_("hai").get(f"escalations/{silent.ids(3)[0]}").text)
    assert "không có người giữ vị trí này nên đã chuyển đến: Chủ tịch UBND thị trấn" in page
    whole = plain(site.as_("hai").get("escalations?whole=1").text)
    assert "việc không có người giữ vị trí nhận, đã chuyển cấp trên" in whole
    assert "việc không có người giữ" not in plain(site.as_("khanh").get("escalations?whole=1").text)


def test_a_group_is_put_aside_and_sent_back_with_counts(site: Site, silent: Silent) -> None:
    silent.at(CLIMBED)
    row = f"escalations/group/{RULE}/{silent.key('A1')}"
    giang = site.as_("giang")
    assert "returned" in buttons(giang.get(row).text)
    done = giang.post(row, typed("returned", scope="all"))
    assert done.status_code == 303
    assert "Đã trả lại cấp dưới 3 việc." in plain(giang.get("escalations").text)
    assert "Đã trả lại: Tổ trưởng tổ công tác" in plain(giang.get(row).text)
    an = site.as_("an")
    assert an.post(row, typed("rested", "hẹn chiều", scope="all", until="17:00 18/5/2025")).status_code == 303
    assert "Đã tạm gác 3 việc." in plain(an.get("escalations").text)
