"""One door on a phone: every outcome, undoing, calling, somebody nobody had listed, giving the door back; and what is refused."""

import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from rules.time import at
from tests.web.queue.test_queue import forms_of, press
from tests.web.site import Site
from tests.workflow.queue.conftest import give, set_phone
from tests.workflow.world import World
from workflow.actions.record_visit import Finding
from workflow.tables import Audit, Case, Door, Event, Request, Subject, Visit, VisitOutcome

NAMES = ["Nguyễn Văn Một", "Trần Thị Hai"]


class Town(Site):
    """A door of two people, given to Bình, with a document beside each, at nine o'clock."""

    def __init__(self, world: World, folder: Path) -> None:
        super().__init__(world, folder)
        self.door, self.cases = world.household([*NAMES], house="36", tracks=("health_insurance",))
        give(world, self.door, "binh")
        world.go_to("2025-05-16 09:00")


@pytest.fixture
def town(world: World, web_folder: Path) -> Town:
    """The application over that door."""
    return Town(world, web_folder)


def test_every_kind_of_outcome_is_a_button_of_one_person(town: Town) -> None:
    page = town.as_("binh").get(f"doors/{town.door}").text

    for outcome in ("took_part", "needs_help", "not_met", "not_taking_part", "insurance_linked"):
        assert len(forms_of(page, outcome)) == 2, outcome
    assert len(forms_of(page, "nobody_home")) == 1
    assert page.count("Không thể lấy ý kiến…") == 2
    assert "Đã chết" not in page
    assert "từ chối" not in page.casefold()
    assert len(set(re.findall(r'name="key" value="([0-9a-f]{32})"', page))) == page.count('name="key"')


def test_one_tap_then_undo_with_a_reason(town: Town) -> None:
    binh = town.as_("binh")
    answer = press(binh, binh.get(f"doors/{town.door}").text, "not_taking_part")
    page = binh.get(answer.location).text
    assert "Đã ghi." in page
    assert "Đã kết thúc liên hệ" in page
    number = town.world.rows(Visit)[0].ledger_no
    town.world.go_to("2025-05-16 09:05")

    refused = binh.post(f"doors/{town.door}/undo/{number}", {"reason": " "})
    done = binh.post(f"doors/{town.door}/undo/{number}", {"reason": "bấm nhầm người"})

    assert refused.status_code == 422
    assert "chưa ghi lý do sửa" in refused.text
    assert done.status_code == 303
    page = binh.get(done.location).text
    assert "Đã sửa lại, không tính" in page
    assert not town.world.rows(Case, Case.exit_class == "declined")


def test_the_three_endings_make_the_same_pages(sites: Callable[..., Site]) -> None:
    pages = []
    for outcome in ("took_part", "took_part_not_deducted", "not_taking_part"):
        site = sites()
        door, _ = site.world.household([*NAMES], house="36")
        site.world.go_to("2025-05-16 09:00")
        for login in ("binh", "an", "hai", "giang"):
            browser = site.as_(login)
            if login == "binh":
                press(browser, browser.get(f"doors/{door}").text, outcome)
            for path in (f"doors/{door}", "queue?show=all", "queue/today", f"doors/{door}/guidance"):
                text = browser.get(path).text
                text = re.sub(
                    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|value=\"[\w.-]{60,}\"", "#", text
                ).replace(site.world.code, "@")
                pages.append((login, path.replace(str(door), "#"), text))

    third = len(pages) // 3
    for one, two, three in zip(pages[:third], pages[third : 2 * third], pages[2 * third :], strict=True):
        assert one == two == three, f"{one[0]} {one[1]}"


def test_a_reason_why_somebody_cannot_be_consulted_asks_for_what_shows_it(town: Town) -> None:
    binh = town.as_("binh")
    ask = binh.get(f"doors/{town.door}/cannot/{town.cases[0]}?state_version=1").text
    assert "Cần có: Trích lục khai tử" in ask
    assert "Nên có: Xác nhận của gia đình hoặc Xác nhận của tổ trưởng tổ dân phố." in ask
    assert "Tổ trưởng tổ công tác xác nhận" in ask
    send = {"case_id": str(town.cases[0]), "state_version": "1", "mode": "door", "page": "cannot"}

    wrong = binh.post(f"doors/{town.door}/visit", {**send, "outcome": "died", "evidence": "số 0912345678 báo"})
    nothing = binh.post(f"doors/{town.door}/visit", {**send, "evidence": "giấy báo tử"})
    bare = binh.post(f"doors/{town.door}/visit", {**send, "outcome": "died", "evidence": " "})
    done = binh.post(f"doors/{town.door}/visit", {**send, "outcome": "died", "evidence": "giấy báo tử"})

    assert bare.status_code == 422
    assert "Căn cứ: chưa ghi; chọn loại căn cứ, hoặc ghi giấy tờ hay người xác nhận" in bare.text
    assert wrong.status_code == nothing.status_code == 422
    assert "số 0912345678 báo" in wrong.text
    assert 'value="died" checked' in wrong.text
    assert "chọn một kết quả" in nothing.text
    assert "giấy báo tử" in nothing.text
    assert done.status_code == 303
    assert [request.target for request in town.world.rows(Request)] == ["dead"]
    assert "Chờ xác nhận: Đã chết" in binh.get(done.location).text


def test_a_time_of_ones_own(town: Town) -> None:
    binh = town.as_("binh")
    send = {
        "case_id": str(town.cases[0]),
        "state_version": "1",
        "outcome": "promised",
        "page": "promise",
        "mode": "door",
    }

    unread = binh.post(f"doors/{town.door}/visit", {**send, "promised_at": "chiều mai"})
    past = binh.post(f"doors/{town.door}/visit", {**send, "promised_at": "08:00 16/05/2025"})
    done = binh.post(f"doors/{town.door}/visit", {**send, "promised_at": "19:30 17/05/2025"})

    assert (unread.status_code, past.status_code, done.status_code) == (422, 422, 303)
    assert "chiều mai" in unread.text
    assert "phải sau lúc thăm" in past.text
    assert "08:00 16/05/2025" in past.text
    page = re.sub(r"<[^>]+>|\s+", " ", binh.get(done.location).text)
    assert "hẹn 19:30 17/5" in page
    assert "Còn người gặp được hôm nay; đã có hẹn 19:30 17/5 (việc của" in page


@pytest.mark.parametrize(
    ("typed", "promised"),
    [
        ("8h30 17/5", "2025-05-17 08:30"),
        ("19:30 17/5", "2025-05-17 19:30"),
        ("08:30", "2025-05-17 08:30"),
        ("18h30", "2025-05-16 18:30"),
        ("17/5 18h30", "2025-05-17 18:30"),
        ("19:30 17/05/2025", "2025-05-17 19:30"),
        ("19:30 ngày 17/5/2025", "2025-05-17 19:30"),
        ("2025-05-17T19:30", "2025-05-17 19:30"),
    ],
)
def test_a_time_is_read_as_people_write_it(town: Town, typed: str, promised: str) -> None:
    send = {"case_id": str(town.cases[0]), "state_version": "1", "outcome": "promised", "page": "promise"}

    answer = town.as_("binh").post(f"doors/{town.door}/visit", {**send, "mode": "door", "promised_at": typed})

    assert answer.status_code == 303
    assert [each.promised_at for each in town.world.rows(VisitOutcome)] == [at(promised)]


def test_what_is_wrong_with_a_time_shows_the_form_of_its_hint(town: Town) -> None:
    binh = town.as_("binh")
    send = {"case_id": str(town.cases[0]), "outcome": "promised", "page": "promise", "mode": "door"}

    hint = binh.get(f"doors/{town.door}/promise?case_id={town.cases[0]}&outcome=promised").text
    wrong = binh.post(f"doors/{town.door}/visit", {**send, "promised_at": "chiều mai"}).text

    assert "18:30, hoặc 18:30 24/5" in hint
    assert "“chiều mai” không đọc được; ghi như 18:30, hoặc 18:30 24/5" in wrong


def test_a_stale_page_shows_both(town: Town) -> None:
    binh = town.as_("binh")
    page = binh.get(f"doors/{town.door}").text
    town.world.visit("an", town.door, Finding("no_phone", town.cases[0]))
    first = next(n for n, form in enumerate(forms_of(page, "took_part")) if form["case_id"] == str(town.cases[0]))

    answer = press(binh, page, "took_part", first)

    assert answer.status_code == 409
    assert "trong sổ nay là “Không còn dùng điện thoại”" in answer.text
    assert "kết quả đang chọn là “Đã góp ý” (chưa lưu)" in answer.text
    assert len(town.world.rows(Visit)) == 1


def test_calling_shows_the_number_once_asked_and_counts_as_a_visit(town: Town) -> None:
    set_phone(town.world, town.vault, town.cases[0], "0500123678")
    binh = town.as_("binh")
    door = binh.get(f"doors/{town.door}").text
    call = f"doors/{town.door}/call/{town.cases[0]}"
    assert "…678" in door
    assert "0500123678" not in door + binh.get(call).text
    assert not town.world.rows(Audit)

    shown = binh.post(call)

    assert shown.status_code == 200
    assert 'href="tel:0500123678"' in shown.text
    assert len(town.world.rows(Audit)) == 1
    assert press(binh, shown.text, "needs_help").status_code == 303
    assert [visit.mode for visit in town.world.rows(Visit)] == ["phone"]
    assert "qua điện thoại" in binh.get(f"doors/{town.door}").text
    assert binh.post(f"doors/{town.door}/call/{town.cases[2]}").status_code == 422


def test_somebody_found_at_the_door(town: Town) -> None:
    binh = town.as_("binh")
    send = {"birth": "1980", "sex": "Nữ", "residence": "thường trú", "account": "đã kích hoạt"}

    wrong = binh.post(f"doors/{town.door}/people/new", {**send, "name": "123", "phone": "12"})
    done = binh.post(f"doors/{town.door}/people/new", {**send, "name": "Lý Thị Mới", "phone": "0500 123 999"})

    assert wrong.status_code == 422
    assert 'value="123"' in wrong.text
    assert done.status_code == 303
    assert "Lý Thị Mới" in binh.get(done.location).text
    assert "…999" in binh.get(done.location).text
    assert town.world.rows(Subject, Subject.name == "Lý Thị Mới")


@pytest.mark.parametrize(
    ("name", "birth", "asked"),
    [
        ("Nguyễn Văn Một", "1980", "trong hộ đã có người trùng họ tên và năm sinh"),
        ("nguyen van mot", "1990", "trong hộ đã có người trùng họ tên và năm sinh"),
        ("Anh", "1980", "họ tên chỉ có một từ"),
        ("A", "1980", "họ tên chỉ có một từ"),
    ],
)
def test_what_is_rarely_right_is_asked_about_before_a_person_is_added(
    town: Town, name: str, birth: str, asked: str
) -> None:
    binh, path = town.as_("binh"), f"doors/{town.door}/people/new"
    before = len(town.world.rows(Subject))
    send = {"name": name, "birth": birth, "sex": "Nam", "residence": "thường trú", "account": "đã kích hoạt"}
    assert 'name="confirmed"' not in binh.get(path).text

    first = binh.post(path, send)

    assert first.status_code == 409
    assert asked in first.text
    assert f'value="{name}"' in first.text
    assert 'name="confirmed"' in first.text
    assert len(town.world.rows(Subject)) == before
    second = binh.post(path, {**send, "confirmed": "y"})
    assert second.status_code == 303
    assert len(town.world.rows(Subject)) == before + 1
    assert f"Thêm vào hộ: {name}" in binh.get(second.location).text


def test_handing_back(town: Town) -> None:
    binh = town.as_("binh")
    page = binh.get(f"doors/{town.door}/hand-back").text
    version = re.search(r'name="state_version"[^>]* value="(\d+)"|value="(\d+)"[^>]*name="state_version"', page)
    assert version is not None
    seen = version.group(1) or version.group(2)

    refused = binh.post(f"doors/{town.door}/hand-back", {"state_version": seen, "reason": ""})
    done = binh.post(f"doors/{town.door}/hand-back", {"state_version": seen, "reason": "nhà ở xa"})

    assert refused.status_code == 422
    assert "chưa ghi lý do trả lại hộ" in refused.text
    assert done.status_code == 303
    assert town.world.rows(Door, Door.id == town.door)[0].assignee_id is None
    assert "nhà ở xa" in town.as_("an").get(f"doors/{town.door}").text
    assert town.as_("cuong").get(f"doors/{town.door}").status_code == 200
    assert binh.get(f"doors/{town.door}/hand-back").status_code == 404


def test_guidance_and_why(town: Town) -> None:
    binh = town.as_("binh")

    steps, page = binh.get(f"doors/{town.door}/guidance").text, binh.get(f"doors/{town.door}").text

    assert "Mục II.2, bước 1" in steps
    assert "Đã đăng ký nhưng chưa kích hoạt" not in steps
    assert "not in the paper" not in steps + page
    assert "Chưa có lượt thăm nào" in page


def test_absent_and_foreign_are_one_page_whatever_is_sent(town: Town) -> None:
    case, number = town.cases[0], town.world.visit("binh", town.door, "nobody_home")["ledger_no"]
    paths = [
        ("get", "doors/{door}"), ("get", "doors/{door}/guidance"), ("get", f"doors/{{door}}/cannot/{case}"), ("get", "doors/{door}/promise"),
        ("post", "doors/{door}/visit"), ("get", f"doors/{{door}}/undo/{number}"), ("post", f"doors/{{door}}/undo/{number}"),
        ("get", f"doors/{{door}}/call/{case}"), ("post", f"doors/{{door}}/call/{case}"), ("get", "doors/{door}/people/new"),
        ("post", "doors/{door}/people/new"), ("get", "doors/{door}/hand-back"), ("post", "doors/{door}/hand-back"),
    ]  # fmt: skip
    events = len(town.world.events())
    for login in ("cuong", "em", "dung"):
        browser = town.as_(login)
        for method, path in paths:
            foreign = getattr(browser, method)(path.format(door=town.door))
            absent = getattr(browser, method)(path.format(door=uuid.uuid4()))
            assert (foreign.status_code, absent.status_code) == (404, 404), (login, path)
            assert foreign.text == absent.text
    assert len(town.world.events()) == events
    assert town.as_("khanh").get(f"doors/{town.door}").status_code == 404


def test_bad_values_are_sentences(town: Town) -> None:
    binh = town.as_("binh")
    good = {"outcome": "took_part", "case_id": str(town.cases[0]), "state_version": "1", "mode": "door"}
    for change in (
        {"outcome": "unheard_of"},
        {"case_id": "x"},
        {"mode": "drone"},
        {"state_version": "9e9"},
        {"promised_at": "x"},
    ):
        answer = binh.post(f"doors/{town.door}/visit", {**good, **change})
        assert answer.status_code == 422, change
        assert "Chưa ghi được" in answer.text
    stranger = binh.post(f"doors/{town.door}/visit", {**good, "case_id": str(uuid.uuid4())})
    assert stranger.status_code == 404
    assert not town.world.rows(Visit)
    assert binh.get(f"doors/{town.door}/undo/999999").status_code == 404
    assert (
        binh.get(f"doors/{town.door}/undo/{town.world.events(Event.kind == 'enter')[0].ledger_no}").status_code == 404
    )


def test_titles_and_addresses_name_nobody(town: Town) -> None:
    binh = town.as_("binh")
    answer = press(binh, binh.get("queue").text, "took_part")
    for path in (f"doors/{town.door}", "queue", f"doors/{town.door}/call/{town.cases[0]}", answer.location):
        title = re.search(r"<title>(.*?)</title>", binh.get(path).text)
        assert title is not None
        assert not any(name in title.group(1) + path for name in NAMES)
