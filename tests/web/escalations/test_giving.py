"""Several rows given to one person from the list: asked to whom on a page of its own, and every one that was chosen accounted for."""

import re
import uuid

import pytest

from rules.time import MINUTE
from tests.web.escalations.test_bulk import chosen
from tests.web.escalations.test_pages import plain
from tests.web.site import Site
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, Silent

pytestmark = pytest.mark.slow


def offered(page: str) -> dict[str, str]:
    """Return the receivers that a page offers: what each button says, and what it sends."""
    found = re.findall(r'name="to" value="([^"]+)">(.*?)</button>', page, re.DOTALL)
    return {plain(words).strip(): value for value, words in found}


def accounted(page: str) -> tuple[int, int, int]:
    """Return how many were given, how many are told of besides, and how many had been chosen (0 if all were given)."""
    done, picked = re.search(r"Đã giao (\d+) việc", page), re.search(r"Đã chọn (\d+)", page)
    assert done is not None
    left = sum(int(n) for n in re.findall(r"<li><span><b>(\d+)</b>", page))
    return int(done[1]), left, int(picked[1]) if picked else 0


def receiver(page: str, name: str) -> str:
    """Return what the button of somebody sends."""
    return next(value for words, value in offered(page).items() if words.startswith(name))


def test_all_rows_go_to_one_member_who_finds_them_and_a_repeat_gives_nothing_twice(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    an, binh = site.as_("an"), site.as_("binh")
    ticked = chosen(an.get("escalations").text)
    n = sum(int(value.rsplit("~", 1)[1]) for value in ticked["group"])
    typed = {**ticked, "answer": "handed_on", "reason": "đi ngõ 1 trước"}
    before = len(silent.world.events())

    asked = an.post("escalations", typed)
    assert asked.status_code == 200
    assert f"Giao {n} việc cho ai?" in plain(asked.text)
    assert "đi ngõ 1 trước" in asked.text
    assert "3 Đã đăng ký, quá 48 giờ chưa ai đến · Tổ dân phố 1" in plain(asked.text)
    assert silent.world.actor("an").name not in " ".join(offered(asked.text))
    assert len(silent.world.events()) == before

    to, key = receiver(asked.text, "Trần Thị Bình"), uuid.uuid4().hex
    done = [an.post("escalations", {**typed, "to": to, "key": key}) for _ in range(2)]

    assert {answer.status_code for answer in done} == {200}
    given, left, picked = accounted(done[0].text)
    assert given + left == n == (picked or n)
    assert all(f"Đã giao {given} việc cho: Trần Thị Bình" in plain(answer.text) for answer in done)
    assert len([one for one in silent.world.events()[before:] if one.kind == "escalate"]) == given
    assert "đi ngõ 1 trước" in plain(binh.get("escalations").text) or "Tổ dân phố 1" in binh.get("escalations").text
    assert silent.findings() == []


def test_what_lies_elsewhere_or_is_another_posts_by_now_is_told_and_the_rest_is_given(
    site: Site, silent: Silent
) -> None:
    silent.at(NOTICED)
    hai = site.as_("hai")
    page = hai.get("escalations?whole=1").text
    typed = {**chosen(page), "answer": "handed_on", "reason": ""}
    n = sum(int(value.rsplit("~", 1)[1]) for value in typed["group"])
    silent.world.clock.instant += MINUTE
    silent.answer("an", silent.ids(0), "acknowledged")

    asked = hai.post("escalations?whole=1", typed).text
    assert [plain(team).split(" số ")[1].split()[:2] for team in re.findall(r"<summary>(Tổ.*?)</summary>", asked)] == [
        ["1", "3"],
        ["2", "2"],
    ]
    told = hai.post("escalations?whole=1", {**typed, "to": receiver(asked, "Trần Thị Bình")})

    given, left, picked = accounted(told.text)
    assert 0 < given < n
    assert given + left == picked == n
    assert "không thuộc nơi người nhận phụ trách" in plain(told.text)
    assert f"{silent.world.actor('an').name} vừa trả lời sau khi mở trang này" in plain(told.text)


def test_nobody_of_another_place_no_words_and_no_request_is_given(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    an, before = site.as_("an"), len(silent.world.events())
    typed = {**chosen(an.get("escalations").text), "answer": "handed_on", "reason": "đi ngay"}
    for odd in ("huh", "post:huh", str(silent.world.actor("an").membership_id), str(uuid.uuid4())):
        refused = an.post("escalations", {**typed, "to": odd})
        assert refused.status_code == 422, odd
        assert "Giao cho: " in plain(refused.text)
        assert "việc cho ai?" in plain(refused.text)
    binh = str(silent.world.actor("binh").membership_id)
    long = an.post("escalations", {**typed, "reason": "x" * 5000, "to": binh})
    assert (long.status_code, "Nội dung: " in plain(long.text)) == (422, True)
    nothing = an.post("escalations", {"answer": "handed_on", "reason": "", "seen": typed["seen"]})
    assert nothing.status_code == 422
    assert "chưa chọn việc nào" in plain(nothing.text)
    assert len(silent.world.events()) == before


def test_a_member_is_not_offered_it_and_what_went_up_is_not_given(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    an = site.as_("an")
    typed = {**chosen(an.get("escalations").text), "answer": "handed_on", "reason": ""}
    binh = str(silent.world.actor("binh").membership_id)
    an.post("escalations", {**typed, "to": binh})
    assert 'value="handed_on"' not in site.as_("binh").get("escalations").text

    silent.at(CLIMBED)
    told = an.post("escalations", {**typed, "to": binh})
    given, left, picked = accounted(told.text)
    assert given + left == picked
    assert "3 không có quyền: “Đã đăng ký, quá 48 giờ chưa ai đến” đang ở Lãnh đạo phụ trách địa bàn" in plain(
        told.text
    )
