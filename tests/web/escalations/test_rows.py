"""What a row of the list says besides its number: who has it, with what instruction it came back; and what is offered for the chosen rows."""

import re
from typing import Any

import pytest

from tests.web.escalations.test_bulk import chosen
from tests.web.escalations.test_bulk_decisions import send
from tests.web.escalations.test_decisions import buttons, say, typed
from tests.web.escalations.test_pages import plain, row
from tests.web.site import Browser, Site
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, TOP, Silent
from workflow.actions.open_plan import open_plan

pytestmark = pytest.mark.slow
TOO_MUCH = ["họp " * 500, "gọi 0912345678", "hộ này không tán thành"]


def of_row(browser: Browser, silent: Silent, tab: str = "") -> str:
    """Return what the row of the first area says."""
    page = browser.get(f"escalations{tab}").text
    return next(plain(part) for part in page.split("<li data-row")[1:] if silent.key("A1") in part)


def test_a_row_says_who_has_it(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    an = site.as_("an")
    silent.answer("an", silent.ids(0), "acknowledged")
    assert "1/3 việc đã có người nhận" in of_row(an, silent)
    silent.answer("an", silent.ids(1, 2), "acknowledged")
    assert "Nguyễn Văn An đã nhận" in of_row(an, silent)
    silent.answer("hai", silent.ids(2), "acknowledged")
    assert "đã có người nhận" in of_row(an, silent)
    assert "Nguyễn Văn An" not in of_row(an, silent)
    silent.at(CLIMBED)  # what those below said is no answer of the post that is asked now
    assert "đã nhận" not in of_row(site.as_("giang"), silent)


def test_a_row_that_came_back_says_the_instruction(site: Site, silent: Silent) -> None:
    silent.at(CLIMBED)
    an = site.as_("an")
    silent.answer("giang", silent.ids(0, 1, 2), "returned", reason="đến lại sau 18 giờ, hỏi hàng xóm bên phải")
    assert "Hoàng Thị Giang chỉ đạo: “đến lại sau 18 giờ, hỏi hàng xóm bên phải”" in of_row(an, silent)
    assert "“đến lại sau 18 giờ, hỏi hàng xóm bên phải”" in plain(an.get(row(silent)).text)
    silent.answer("an", silent.ids(1), "acknowledged")
    assert "chỉ đạo: “đến lại" in of_row(an, silent)
    silent.at(TOP)
    assert "chỉ đạo" not in of_row(site.as_("khanh"), silent)


@pytest.mark.parametrize(
    ("login", "moment", "tab", "offered"),
    [
        ("an", NOTICED, "", ["acknowledged", "handed_on", "raised", "rested", "noted", "decided"]),
        ("giang", CLIMBED, "", ["acknowledged", "handed_on", "raised", "returned", "rested", "noted", "decided"]),
        ("khanh", TOP, "", ["acknowledged", "handed_on", "returned", "rested", "noted", "decided"]),
        ("an", CLIMBED, "?due=passed", ["noted"]),
        ("khanh", NOTICED, "?due=below", ["handed_on", "taken_over", "granted", "noted", "decided"]),
    ],
)
def test_the_chosen_rows_are_offered_what_one_of_them_can_take(
    site: Site, silent: Silent, login: str, moment: str, tab: str, offered: list[str]
) -> None:
    silent.at(moment)
    page = site.as_(login).get(f"escalations{tab}").text
    assert [one for one in buttons(page) if one not in ("confirm", "return")] == offered
    hint = re.search(r'id="bulk-hint">([^<]*)', page)
    assert hint is not None
    assert ("Cho thêm thời gian" in hint[1]) == ("granted" in offered)


def test_what_is_sent_back_from_the_first_rung_says_where_one_can_give_it(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    assert "mở dòng ấy để giao cho một người" in plain(send(site.as_("an"), "returned").text)


@pytest.mark.parametrize("reason", TOO_MUCH)
def test_a_text_that_cannot_be_kept_is_refused_before_one_is_asked_again(
    site: Site, silent: Silent, reason: str
) -> None:
    silent.at(NOTICED)
    an = site.as_("an")
    forms: list[tuple[str, dict[str, Any]]] = [
        (row(silent), typed("decided", reason, scope="all")),
        ("escalations", {**chosen(an.get("escalations").text), "answer": "decided", "reason": reason}),
    ]
    for address, sent in forms:
        refused = an.post(address, sent)
        assert refused.status_code == 422
        assert "Nội dung: " in plain(refused.text)
        assert "Đóng 3 việc?" not in refused.text
    assert silent.opened("an")[1] == 3


def test_a_second_window_is_told_what_happened_in_the_first(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    address = f"escalations/{silent.ids(0)[0]}"
    an = site.as_("an")
    stale = re.search(r'name="state_version" value="(\d+)"', an.get(address).text)
    assert stale is not None
    assert say(an, address, "raised").status_code == 303

    second = an.post(address, {**typed("raised"), "state_version": stale[1]})

    assert second.status_code == 409
    told = plain(second.text)
    assert "Nguyễn Văn An đã chuyển cấp trên lúc 08:00" in told
    assert "đang ở: Trưởng ban chỉ đạo tổ dân phố" in told or "đang ở:" in told
    assert "không thuộc quyền" not in told


def test_between_a_levels_hour_and_the_clock_the_answer_says_that_it_has_gone_up(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    address = f"escalations/{silent.ids(0)[0]}"
    an = site.as_("an")
    silent.world.go_to(CLIMBED)  # the clock has not looked
    told = say(an, address, "acknowledged")
    assert told.status_code == 409
    assert "đến giờ gọi cấp trên lúc 00:00" in plain(told.text)


def test_time_that_is_too_short_is_told_with_the_hour_and_the_post(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    address = f"escalations/{silent.ids(0)[0]}"
    refused = say(site.as_("khanh"), address, "granted", "mưa lớn", until="12:00 17/5/2025")
    assert refused.status_code == 422
    assert re.search(
        r"Thời điểm: .+ chỉ được gọi lúc 00:00 ngày 18/5/2025; ghi một thời điểm sau đó", plain(refused.text)
    )


def test_posts_states_and_deadlines_are_english_on_an_english_page(site: Site, silent: Silent) -> None:
    with silent.world.book() as (book, context):
        open_plan(book, context)
    silent.at(NOTICED)
    an = site.as_("an")
    an.post("/me/language", {"locale": "en"})
    try:
        opened, listed = an.get(row(silent)).text, plain(an.get("escalations?kind=task").text)
        told = plain(an.get(f"/{silent.world.code}/notices").text)
    finally:
        an.post("/me/language", {"locale": "vi"})
    assert "Đã đăng ký" not in plain(opened)
    assert not re.search(r"<option[^>]*>[^<]*(Tổ trưởng|Chủ tịch|Thành viên)", opened)
    assert re.search(r"before \d", listed)
    assert not re.search(r"trước (ngày|\d)|đến hết", listed)
    assert "Tổ trưởng tổ công tác" not in told


def test_a_row_says_to_whom_it_was_given_but_not_to_who_got_it(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    an, binh = site.as_("an"), silent.world.actor("binh")
    silent.answer("an", silent.ids(0), "handed_on", to=binh.membership_id)
    assert f"1/3 việc đã giao: {binh.name}" in of_row(an, silent)
    silent.answer("an", silent.ids(1, 2), "handed_on", to=binh.membership_id)
    assert f"đã giao: {binh.name}" in of_row(an, silent)
    assert f"đã giao: {binh.name}" in of_row(site.as_("hai"), silent, "?whole=1")
    assert "đã giao" not in of_row(site.as_("binh"), silent)
    silent.answer("an", silent.ids(2), "handed_on", to="team")
    assert "đã giao nhiều người" in of_row(an, silent)
    silent.answer("an", silent.ids(0, 1), "handed_on", to="team")
    assert "đã giao: cả tổ công tác" in of_row(an, silent)
    silent.at(CLIMBED)  # who is called next sees who works on it below
    assert "đã giao: cả tổ công tác" in of_row(site.as_("giang"), silent)
