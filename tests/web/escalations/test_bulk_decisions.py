"""Every kind of decision about several rows: each row that was chosen is accounted for, and each refusal is a sentence."""

import re
from typing import Any

import pytest

from tests.web.escalations.test_bulk import chosen
from tests.web.escalations.test_pages import plain, row
from tests.web.site import Browser, Site
from tests.workflow.absence.conftest import Away
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, RULE, Silent
from workflow.tables import Area

pytestmark = pytest.mark.slow

LATER = "12:00 20/5/2025"
TAKEN, RETURNED, GRANTED = "Đã nhận xử lý thay cấp dưới", "Đã trả lại cấp dưới", "Đã cho thêm thời gian"


def send(browser: Browser, answer: str, tab: str = "", **typed: str) -> Any:
    """Tick every row of a part of the list and answer."""
    ticked = chosen(browser.get(f"escalations{tab}").text)
    return browser.post(f"escalations{tab}", {**ticked, "answer": answer, "reason": "họp lúc chiều", **typed})


def accounted(page: str) -> tuple[int, int, int]:
    """Return how many were decided, how many are told of besides, and how many had been chosen (the last two 0 if all were decided)."""
    done = re.search(r'role="status">.*?<b>[^<\d]*(\d+) việc\.</b>', page, re.DOTALL)
    picked = re.search(r"Đã chọn (\d+)", page)
    assert done is not None
    left = sum(int(n) for n in re.findall(r"<li><span><b>(\d+)</b>", page))
    return int(done.group(1)), left, int(picked.group(1)) if picked else 0


@pytest.mark.parametrize(
    ("login", "tab", "answer", "said"),
    [
        ("giang", "", "rested", "Đã tạm gác"),
        ("giang", "", "returned", RETURNED),
        ("giang", "", "raised", "Đã chuyển cấp trên"),
        ("giang", "", "taken_over", "chỉ cấp trên của vị trí ấy làm được"),
        ("giang", "", "granted", "chỉ cấp trên của vị trí ấy làm được"),
        ("an", "?due=passed", "noted", "Đã ghi thêm vào"),
        ("an", "?due=passed", "taken_over", "chỉ cấp trên của vị trí ấy làm được"),
        ("hai", "?whole=1", "taken_over", TAKEN),
        ("hai", "?whole=1", "granted", GRANTED),
        ("hai", "?whole=1", "returned", RETURNED),
        ("hai", "?whole=1", "raised", "đã ở cấp cao nhất"),
    ],
)
def test_every_row_is_accounted_for(site: Site, silent: Silent, login: str, tab: str, answer: str, said: str) -> None:
    silent.at(CLIMBED)
    browser = site.as_(login)
    page = browser.get(f"escalations{tab}").text
    ticked = sum(int(value.rsplit("~", 1)[1]) for value in chosen(page)["group"])
    assert ticked >= 3

    told = send(browser, answer, tab, until=LATER)

    assert told.status_code == 200, plain(told.text)
    done, left, picked = accounted(told.text)
    assert (done + left, picked) == (ticked, ticked if left else 0)
    assert said in plain(told.text)
    assert silent.findings() == []


def test_rows_sent_back_and_taken_over_again_from_the_tab_of_what_is_elsewhere(site: Site, silent: Silent) -> None:
    silent.at(CLIMBED)
    giang, an = site.as_("giang"), site.as_("an")
    done, left, _ = accounted(send(giang, "returned").text)
    assert (done >= 3, left) == (True, 0)
    assert "Đang ở: Tổ trưởng tổ công tác" in plain(giang.get("escalations?due=passed").text)
    assert row(silent) in an.get("escalations").text

    again = plain(send(giang, "taken_over", "?due=passed").text)

    assert f"{TAKEN} {done} việc." in again
    assert row(silent) not in an.get("escalations").text
    assert row(silent) in giang.get("escalations").text


def test_the_first_rung_has_nobody_below_and_says_so(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    told = send(site.as_("an"), "returned")
    done, left, picked = accounted(told.text)
    assert (done, left) == (0, picked)
    assert "đang ở cấp đầu tiên, không còn cấp dưới" in plain(told.text)


def test_a_foreign_row_is_told_of_like_one_that_is_not_there(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    an = site.as_("an")
    seen = {name: value for name, value in chosen(an.get("escalations").text).items() if name == "seen"}
    foreign, absent = f"{RULE}~{silent.key('A2')}~1", f"{RULE}~{'0' * 32}~1"
    for answer in ("taken_over", "returned", "granted", "rested"):
        pages = [
            an.post("escalations", {**seen, "group": [one], "answer": answer, "reason": "thử", "until": LATER})
            for one in (foreign, absent)
        ]
        assert {page.status_code for page in pages} == {200}
        assert len({plain(page.text) for page in pages}) == 1
        assert accounted(pages[0].text) == (0, 1, 1)


REFUSED = [
    ("granted", {"until": "mai nhé"}, "“mai nhé” không đọc được"),
    ("granted", {"until": "25:61 20/5"}, "không đọc được"),
    ("granted", {"until": ""}, "Thời điểm: chưa ghi; ghi cho thêm thời gian đến khi nào"),
    ("granted", {"until": "7:00 18/5/2025"}, "phải sau lúc này"),
    ("granted", {"until": "8:00 20/8/2025"}, "phải trong đợt, muộn nhất là"),
    ("granted", {"reason": ""}, "ghi vì sao cho thêm thời gian"),
    ("rested", {"until": ""}, "Thời điểm: chưa ghi; ghi tạm gác đến khi nào"),
    ("rested", {"until": "8:00 20/8/2025"}, "phải trong đợt, muộn nhất là"),
    ("rested", {"reason": " "}, "ghi vì sao tạm gác"),
    ("returned", {"reason": ""}, "ghi cấp dưới cần làm gì"),
    ("returned", {"until": "7:00 18/5/2025"}, "phải sau lúc này"),
    ("taken_over", {"until": "31/2 8:00"}, "không đọc được"),
]


@pytest.mark.parametrize("how", ["one", "group", "rows"])
def test_every_refusal_is_a_sentence_and_keeps_what_was_typed(site: Site, silent: Silent, how: str) -> None:
    silent.at(CLIMBED)
    hai, before = site.as_("hai"), len(silent.world.events())
    address, typed = {
        "one": (f"escalations/{silent.ids(0)[0]}", {}),
        "group": (f"{row(silent)}?whole=1", {"scope": "all"}),
        "rows": ("escalations?whole=1", chosen(hai.get("escalations?whole=1").text)),
    }[how]
    for answer, wrong, sentence in REFUSED:
        sent = {"reason": "mưa lớn ở ngõ 1", "until": LATER, "to": "", **wrong}
        refused = hai.post(address, {**typed, **sent, "answer": answer})
        assert refused.status_code == 422, (answer, wrong)
        assert sentence in plain(refused.text), (answer, wrong)
        assert all(value.strip() in refused.text for value in sent.values())
    assert len(silent.world.events()) == before


def test_who_is_not_above_is_told_who_may(site: Site, silent: Silent) -> None:
    silent.at(CLIMBED)
    address = f"escalations/{silent.ids(0)[0]}"
    for answer in ("taken_over", "granted"):
        refused = site.as_("giang").post(address, {"answer": answer, "reason": "mưa", "until": LATER, "to": ""})
        assert refused.status_code == 403
        assert "cấp trên của Lãnh đạo phụ trách địa bàn" in plain(refused.text)
    below = site.as_("an").post(address, {"answer": "returned", "reason": "đi lại", "until": "", "to": ""})
    assert below.status_code == 403
    assert "Lãnh đạo phụ trách địa bàn" in plain(below.text)


def test_before_rows_are_closed_no_place_of_somebody_elses_is_named(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    em, foreign, absent = site.as_("em"), silent.key("A1"), "0" * 31 + "1"
    named = [area.name for area in silent.world.rows(Area) if area.code == "A1"]
    pages = []
    for key in (foreign, absent):
        decided = {"answer": "decided", "reason": "đã gặp đủ"}
        rows = em.post("escalations", {**decided, "seen": str(silent.world.clock.now()), "group": f"{RULE}~{key}~3"})
        one = em.post(f"escalations/group/{RULE}/{key}", {**decided, "scope": "chosen", "chosen": absent})
        assert (rows.status_code, one.status_code) == (200, 404)
        assert named[0] not in rows.text
        pages.append(re.sub(rf"{foreign}|{absent}|[0-9a-f]{{32,}}|value=\"[^\"]*\"", "", rows.text))
    assert pages[0] == pages[1]
    assert named[0] in site.as_("an").post("escalations", {
        "answer": "decided", "reason": "đã gặp đủ", "seen": str(silent.world.clock.now()), "group": f"{RULE}~{foreign}~3"
    }).text  # fmt: skip


def test_an_answer_that_does_not_say_what_it_looked_at_is_refused(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    address, an = f"escalations/{silent.ids(0)[0]}", site.as_("an")
    page = an.get(address).text
    seen = re.search(r'name="state_version" value="(\d+)"', page)
    assert seen is not None

    assert an.post(address, {"answer": "acknowledged"}).status_code == 409
    assert an.post(address, {"answer": "acknowledged", "state_version": seen.group(1)}).status_code == 303


def test_in_a_lent_post_ones_own_work_is_left_out_and_told(site: Site, silent: Silent) -> None:
    silent.at(NOTICED)
    Away(silent.world).plan("giang", "an", None, "2025-05-20 12:00")
    an = site.as_("an")
    assert 'value="granted"' not in an.get(f"escalations/{silent.ids(0)[0]}").text

    told = send(an, "granted", until=LATER)

    done, left, picked = accounted(told.text)
    assert (done, left) == (0, picked)
    assert "chính mình đang phải xử lý việc này" in plain(told.text)
    said = an.post(
        f"escalations/group/{RULE}/{silent.key('A1')}",
        {"answer": "granted", "reason": "mưa lớn", "until": LATER, "scope": "all", "to": "", "why": ""},
        follow_redirects=True,
    )
    assert "3 việc mà chính mình đang phải xử lý" in plain(said.text)
