"""The inbox of requests: what stands there for whom, one decided, several decided, and what a second decider reads."""

import re
import uuid
from typing import Any

import pytest

from tests.web.site import Site
from tests.web.team.test_team_pages import english, plain
from tests.workflow.absence.conftest import Away
from tests.workflow.team.conftest import Teamwork
from tests.workflow.team.test_exit_requests import ask
from web.exits import batch, views
from workflow.actions.decide_exit import decide_exit
from workflow.tables import Door, Event, Request

__all__ = ["english"]


@pytest.fixture
def team(site: Site) -> Teamwork:
    site.world.go_to("2025-05-16 11:00")
    return Teamwork(site.world)


def statuses(team: Teamwork) -> dict[uuid.UUID, str]:
    return {row.id: row.status for row in team.world.rows(Request)}


def test_the_inbox_lists_what_waits_in_scope(site: Site, team: Teamwork) -> None:
    first, second = ask(team, "died"), ask(team, "moved_out", name="Nguyễn Thị Hai")
    far = ask(team, "died", login="em", area="A2", name="Nguyễn Văn Xa")

    page = site.as_("an").get("exits")

    text = plain(page.text)
    assert page.status_code == 200
    assert "2 đề nghị đang chờ" in text
    assert text.index("Nguyễn Văn Một") < text.index("Nguyễn Thị Hai")
    assert "Nguyễn Văn Xa" not in text
    assert page.text.index(str(first)) < page.text.index(str(second))
    assert str(far) in site.as_("hai").get("exits?team=T2").text
    assert str(first) not in site.as_("hai").get("exits?team=T2").text
    assert site.as_("an").get("exits?team=T2").status_code == 404
    assert "Không có đề nghị nào đang chờ." in site.as_("hai").get("exits?team=T2&page=9").text
    assert "Nguyễn" not in re.search(r"<title>(.*?)</title>", page.text, re.S).group(1)  # type: ignore[union-attr]


def test_one_request_with_evidence_and_effect(site: Site, team: Teamwork) -> None:
    request = ask(team, "in_prison")
    team.door("Nguyễn Văn Hai")

    text = plain(site.as_("an").get(f"exits/{request}").text)

    for words in (
        "Đang chấp hành án phạt tù",
        "Xác nhận của gia đình",
        "Cần có: Xác nhận của cảnh sát khu vực",
        "Trần Thị Bình · 11:00 ngày 16/5/2025",
        "Tổ dân phố 1: 0 trên 2 người đang ở diện không thể lấy ý kiến",
        "xác nhận thì thành 1 (50,00 %)",
        "Tính vào mục",
    ):
        assert words in text, words


def test_confirming_leads_back_to_the_inbox(site: Site, team: Teamwork) -> None:
    request = ask(team, "died")
    an = site.as_("an")

    answer = an.post(f"exits/{request}", {"decision": "confirm", "reason": ""})

    assert (answer.status_code, answer.headers["Location"]) == (303, site.path("exits"))
    assert "Đã xác nhận một đề nghị." in an.get("exits").text
    assert statuses(team) == {request: "confirmed"}
    text = plain(an.get(f"exits/{request}").text)
    assert "đã xác nhận Nguyễn Văn An" in text
    assert 'name="decision"' not in an.get(f"exits/{request}").text


def test_returning_needs_a_reason_and_keeps_what_was_typed(site: Site, team: Teamwork) -> None:
    request = ask(team, "died")
    an = site.as_("an")

    bare = an.post(f"exits/{request}", {"decision": "return", "reason": ""})
    phone = an.post(f"exits/{request}", {"decision": "return", "reason": "gọi 0912345678"})

    assert (bare.status_code, phone.status_code) == (422, 422)
    assert "Lý do trả lại: chưa ghi; ghi cần bổ sung gì." in bare.text
    assert 'value="gọi 0912345678"' in phone.text
    assert statuses(team) == {request: "waiting"}
    assert an.post(f"exits/{request}", {"decision": "return", "reason": "Thiếu giấy"}).status_code == 303
    assert statuses(team) == {request: "returned"}
    (door,) = [row.id for row in site.world.rows(Door)]
    seen = plain(site.as_("binh").get(f"doors/{door}").text)
    assert seen.index("Đề nghị bị trả lại: Đã chết") < seen.index("“Thiếu giấy”") < seen.index("Lịch sử")


def test_who_may_decide_none_of_them_is_offered_no_decision(site: Site, team: Teamwork) -> None:
    Away(site.world).plan("an", "binh", None, "2025-05-20 12:00")
    request = ask(team, "died")  # the delegate's own

    offered = {login: site.as_(login).get("exits").text for login in ("an", "binh")}

    assert all(str(request) in page for page in offered.values())
    assert [(part in offered["an"], part in offered["binh"]) for part in ('type="checkbox"', 'value="confirm"')] == [
        (True, False)
    ] * 2
    assert "Các đề nghị này do người khác xác nhận." in offered["binh"]


def test_whoever_comes_second_reads_what_was_decided(site: Site, team: Teamwork) -> None:
    request = ask(team, "died")
    an = site.as_("an")
    site.world.command("giang", lambda b, c, a: decide_exit(b, c, a, request, confirm=True))

    answer = an.post(f"exits/{request}", {"decision": "return", "reason": "Thiếu giấy"})

    assert answer.status_code == 409
    assert "Việc này đã được xử lý (đã xác nhận)" in answer.text
    assert "Hoàng Thị Giang" in answer.text


def test_foreign_absent_and_not_theirs_are_one_page(site: Site, team: Teamwork) -> None:
    request = ask(team, "died")
    sent = {"decision": "confirm", "reason": "x" * 9999}

    answers = [
        site.as_(login).post(f"exits/{which}", sent)
        for login, which in (("dung", request), ("an", uuid.uuid4()), ("binh", request), ("khanh", request))
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert site.as_("dung").get(f"exits/{request}").status_code == 404
    assert site.as_("an").post(f"exits/{request}", {"decision": "decline"}).status_code == 404
    assert statuses(team) == {request: "waiting"}


def test_several_at_once_say_what_became_of_each(site: Site, team: Teamwork) -> None:
    good, done = ask(team, "died"), ask(team, "moved_out", name="Nguyễn Thị Hai")
    foreign = ask(team, "died", login="em", area="A2", name="Nguyễn Văn Xa")
    site.world.command("giang", lambda b, c, a: decide_exit(b, c, a, done, confirm=False, reason="Thiếu giấy"))
    an = site.as_("an")
    sent: dict[str, Any] = {"request": [str(good), str(done), str(foreign), "nonsense"], "decision": "confirm", "key": "many"}  # fmt: skip

    first, again = (an.post("exits", sent) for _ in range(2))

    for answer in (first, again):
        text = plain(answer.text)
        assert answer.status_code == 200
        assert "Đã xác nhận 1 đề nghị." in text
        assert "3 đề nghị chưa quyết định được" in text
        assert "Việc này đã được xử lý (đã trả lại)" in text
        assert text.count("Đề nghị không tìm thấy") == 2
        assert "Nguyễn Văn Xa" not in text
    assert statuses(team) == {good: "confirmed", done: "returned", foreign: "waiting"}
    assert len(site.world.events(Event.kind == "move")) == 1


def test_all_that_wait_are_decided_a_batch_at_a_time_each_met_once(
    site: Site, team: Teamwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(views, "PAGE", 2)
    mine = [ask(team, "died", name=f"Nguyễn Văn {n}") for n in ("Một", "Hai", "Ba", "Bốn", "Năm")]
    foreign = ask(team, "died", login="em", area="A2", name="Nguyễn Văn Xa")
    an = site.as_("an")
    assert 'name="all"' in an.get("exits").text
    sent = {"all": "1", "decision": "confirm", "key": "all-of-them"}

    first, again = an.post("exits", sent), an.post("exits", sent)
    late = ask(team, "died", name="Nguyễn Văn Sáu")  # comes in meanwhile: not among those that were meant
    for page in (first, again):
        assert "Đã xác nhận 2 đề nghị." in plain(page.text)
        assert "Còn 3 đề nghị chưa xét tới." in plain(page.text)
    second = an.post("exits", next_batch(first.text))
    third = an.post("exits", next_batch(second.text))

    assert "Còn 1 đề nghị chưa xét tới." in plain(second.text)
    assert "Đã xác nhận 1 đề nghị." in plain(third.text)
    assert "chưa xét tới" not in third.text
    told = statuses(team)
    assert {told[one] for one in mine} == {"confirmed"}
    assert (told[foreign], told[late]) == ("waiting", "waiting")
    assert (
        an.post("exits", {**sent, "key": "n", "after": "x", "up_to": "0"}).status_code == 422
    )  # nothing was asked by then


def next_batch(page: str) -> dict[str, str]:
    """Return what the button of a result sends for the requests that are left."""
    form = page[page.index('name="all"') - 600 :]
    fields = dict(re.findall(r'<input[^>]*name="(all|after|up_to|reason|key)"[^>]*value="([^"]*)"', form))
    return {**fields, "decision": "confirm"}


def test_several_without_any_or_without_a_reason(site: Site, team: Teamwork) -> None:
    request = ask(team, "died")
    an = site.as_("an")

    none = an.post("exits", {"decision": "confirm"})
    bare = an.post("exits", {"decision": "return", "request": str(request)})

    assert (none.status_code, bare.status_code) == (422, 422)
    assert "Đề nghị đã chọn: có 0; chọn từ 1 đến 100 đề nghị một lần." in none.text
    assert "Lý do trả lại: chưa ghi" in bare.text
    assert re.search(rf'value="{request}" checked', bare.text)
    assert statuses(team) == {request: "waiting"}


def test_english_speaks_english(team: Teamwork, english: Any) -> None:
    request = ask(team, "died")

    text = plain(english.get(f"exits/{request}").text)

    assert "1 request waiting" in text
    assert "Died" in text
    assert "Đã chết" not in text


def test_a_death_confirmed_by_mistake_is_taken_back_with_a_reason(site: Site, team: Teamwork) -> None:
    request = ask(team, "died")
    case = team.world.rows(Request)[0].case_id
    an = site.as_("an")
    an.post(f"exits/{request}", {"decision": "confirm", "reason": ""})
    assert team.world.case(case).state == "dead"
    inbox = plain(an.get("exits").text)
    assert "Mới xác nhận Nguyễn Văn Một" in inbox

    bare = an.post(f"exits/{request}/take-back", {"reason": ""})
    assert (bare.status_code, "chưa ghi lý do sửa" in bare.text) == (422, True)
    done = an.post(f"exits/{request}/take-back", {"reason": "Trùng tên, người này còn sống"})

    assert (done.status_code, done.headers["Location"]) == (303, site.path(f"exits/{request}"))
    assert statuses(team) == {request: "waiting"}
    assert team.world.case(case).state != "dead"
    page = an.get(f"exits/{request}").text
    assert "Đã hủy xác nhận" in page
    assert 'name="decision"' in page
    voids = team.world.events(Event.kind == "void")
    assert {one.data["reason"] for one in voids} == {"Trùng tên, người này còn sống"}
    an.post(f"exits/{request}", {"decision": "return", "reason": "Còn sống, trùng tên"})
    assert statuses(team) == {request: "returned"}
    assert an.post(f"exits/{request}/take-back", {"reason": "Nhầm"}).status_code == 404


def test_who_leads_another_team_takes_nothing_back(site: Site, team: Teamwork) -> None:
    request = ask(team, "died")
    site.as_("an").post(f"exits/{request}", {"decision": "confirm", "reason": ""})

    assert site.as_("dung").post(f"exits/{request}/take-back", {"reason": "Nhầm"}).status_code == 404
    assert statuses(team) == {request: "confirmed"}


def test_the_kind_of_evidence_is_chosen_of_what_the_pack_declares(site: Site, team: Teamwork) -> None:
    door = team.door("Nguyễn Văn Một")
    (case,) = team.cases(door)
    binh = site.as_("binh")
    page = binh.get(f"doors/{door}/cannot/{case}").text
    assert '<option value="Trích lục khai tử">' in page
    sent = {"outcome": "died", "case_id": str(case), "state_version": "1", "mode": "door", "page": "cannot"}

    wrong = binh.post(f"doors/{door}/visit", {**sent, "evidence_kind": "Xác nhận của gia đình"})
    assert (wrong.status_code, "không dùng cho “Đã chết”" in plain(wrong.text)) == (422, True)
    binh.post(f"doors/{door}/visit", {**sent, "evidence_kind": "Trích lục khai tử"})

    (request,) = team.world.rows(Request)
    assert (request.evidence_kind, request.evidence) == ("Trích lục khai tử", None)
    assert "Căn cứ Trích lục khai tử" in plain(site.as_("an").get(f"exits/{request.id}").text)
