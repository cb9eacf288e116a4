"""The member's day on a phone: the order, one card open, one tap for one person, and the way back after a slip."""

import gzip
import re
import uuid
from pathlib import Path

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from rules.time import HOUR, at
from tests.web.site import Browser, Site
from tests.workflow.world import World
from workflow.actions.record_visit import Finding
from workflow.tables import Case, Door, Event, Visit

SIX = ["Đỗ Quang Hằng", "Nguyễn Văn Hai", "Trần Thị Ba", "Lê Văn Tư", "Vũ Thị Năm", "Ngô Văn Sáu"]


STREET = (
    (SIX, "Ngõ 30", "36"),
    (["Vũ Văn Tâm"], "Ngõ 30", "38"),
    (["Phan Thị Lan"], "Ngõ 30", "40"),
    (["Lý Thị Thu"], "Ngõ 7", "2"),
)


class Town(Site):
    """Three doors of one lane and one of another, at nine o'clock."""

    def __init__(self, world: World, folder: Path) -> None:
        super().__init__(world, folder)
        self.doors = [world.household(list(people), lane=lane, house=house)[0] for people, lane, house in STREET]
        world.household(["Người Tổ Khác"], area="A2", house="99")
        world.go_to("2025-05-16 09:00")


@pytest.fixture
def town(world: World, web_folder: Path) -> Town:
    """The application over the street."""
    return Town(world, web_folder)


def forms_of(page: str, outcome: str) -> list[dict[str, str]]:
    """Return the fields of every form that has a button for an outcome, that button pressed."""
    found = []
    for form in re.findall(r"<form[^>]*>.*?</form>", page, re.DOTALL):
        own = re.search(r'id="(f-[^"]+)"', form)
        elsewhere = own and f'form="{own.group(1)}" name="outcome" value="{outcome}"' in page
        if f'name="outcome" value="{outcome}"' in form or elsewhere:
            fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
            found.append({**fields, "outcome": outcome, "action": re.search(r'action="([^"]+)"', form).group(1)})  # type: ignore[union-attr]
    return found


def press(browser: Browser, page: str, outcome: str, nth: int = 0, **more: str) -> TestResponse:
    """Press the button of an outcome as a browser does."""
    fields = {**forms_of(page, outcome)[nth], **more}
    return browser.post(fields.pop("action"), fields)


def test_doors_stand_in_order_and_by_lane_with_one_card_open(town: Town) -> None:
    town.world.visit("an", town.doors[2], Finding("door_promised", promised_at=town.world.clock.now() + HOUR))
    town.world.go_to("2025-05-16 11:00")

    page = town.as_("binh").get("queue").text

    places = [page.index(text) for text in ("Phan Thị Lan", "Trần Thị Ba", "Vũ Văn Tâm", "Lý Thị Thu")]
    assert places == sorted(places)
    assert page.count('class="panel card-open') == 1
    assert "Quá hẹn 10:00" in page
    assert "Người Tổ Khác" not in page
    assert "Đã xong 0/4 hộ" in page
    assert "Hạn chốt 15:30" in page


def test_one_tap_is_one_person_and_the_card_stays_until_nobody_is_left(town: Town) -> None:
    binh = town.as_("binh")
    first = town.doors[0]
    page = binh.get(f"queue?open={first}").text
    assert len(forms_of(page, "took_part")) == 6

    for left in range(6, 0, -1):
        answer = press(binh, page, "took_part")
        assert answer.status_code == 303
        page = binh.get(answer.location).text
        assert len(town.world.rows(Case, Case.is_done)) == 7 - left
        assert ("Số 36, Ngõ 30</h4>" in page) is (left > 1)

    assert len(town.world.rows(Visit)) == 6
    assert "Số 38, Ngõ 30</h4>" in page
    assert "Đã xong 1/4 hộ" in page
    assert "Bấm nhầm – sửa lại" in page
    assert "Đã kết thúc liên hệ" in page
    assert "Đã ghi." in page
    assert "Đã góp ý" not in page[page.index("Đã ghi.") : page.index("Bấm nhầm – sửa lại")]


def test_the_card_and_the_door_stay_while_others_of_the_household_wait_even_if_one_asks_for_tomorrow(
    town: Town,
) -> None:
    binh = town.as_("binh")

    answer = press(binh, binh.get("queue").text, "needs_help")

    page = binh.get(answer.location).text
    assert "Số 36, Ngõ 30</h4>" in page
    assert len(forms_of(page, "took_part")) == 6
    later = binh.get("queue").text
    assert later.count("Số 36") == 1
    assert "Hẹn ngày khác" not in later


def test_nobody_home_is_one_tap_for_the_whole_door_and_opens_the_next(town: Town) -> None:
    binh = town.as_("binh")

    answer = press(binh, binh.get("queue").text, "nobody_home")

    page = binh.get(answer.location).text
    assert town.world.door(town.doors[0]).attempts == 1
    assert "Số 38, Ngõ 30</h4>" in page
    assert "Quay lại trong hôm nay" in page


def test_promised_in_one_tap(town: Town) -> None:
    binh = town.as_("binh")
    page = binh.get(f"queue?open={town.doors[1]}").text
    assert "Chiều nay" in page

    answer = press(binh, page, "promised", promised_at="19:30 16/05/2025")

    assert answer.status_code == 303
    assert town.world.door(town.doors[1]).promised_at == town.world.clock.now() + 10 * HOUR + HOUR // 2


def test_on_the_last_day_no_time_after_the_campaign_is_offered(town: Town) -> None:
    def offered(when: str) -> list[str]:
        town.world.go_to(when)
        page = town.as_("binh").get(f"queue?open={town.doors[1]}").text
        return sorted(set(re.findall(r"(Chiều nay|Tối nay|Mai) \d\d:\d\d", page)))

    assert offered("2025-05-29 09:00") == ["Chiều nay", "Mai", "Tối nay"]
    assert offered("2025-05-30 09:00") == ["Chiều nay", "Tối nay"]


def test_the_time_on_a_card_is_when_to_come_back_and_not_what_somebody_else_was_promised(town: Town) -> None:
    binh, door = town.as_("binh"), town.doors[0]
    one, two, *_ = (case.id for case in town.world.rows(Case, Case.door_id == door))
    town.world.visit("binh", door, Finding("promised", one, promised_at=at("2025-05-26 09:00")))
    town.world.visit("binh", door, Finding("nobody_home"))
    page = binh.get("queue?show=all").text

    assert "Quay lại trong hôm nay" in page
    assert "26/5" not in page
    assert two


def test_a_cut_that_has_gone_by_says_so(town: Town) -> None:
    assert "Hạn chốt 15:30" in town.as_("binh").get("queue").text
    town.world.go_to("2025-05-16 15:40")

    assert "15:30 đã qua, chốt lúc 16:00" in town.as_("binh").get("queue").text


def test_the_same_sending_twice_is_once_and_the_undo_takes_it_back(town: Town) -> None:
    binh = town.as_("binh")
    fields = forms_of(binh.get(f"queue?open={town.doors[1]}").text, "not_taking_part")[0]
    action = fields.pop("action")

    first, second = binh.post(action, fields), binh.post(action, fields)

    assert (first.status_code, first.location) == (303, second.location)
    assert len(town.world.rows(Visit)) == 1
    page = binh.get(first.location).text
    undo = re.search(r'<form method="post" action="([^"]+/undo/\d+)">.*?</form>', page, re.DOTALL)
    assert undo is not None
    town.world.go_to("2025-05-16 09:01")
    taken = binh.post(undo.group(1), {"reason": "Bấm nhầm", "at": "queue", "key": uuid.uuid4().hex})
    assert taken.status_code == 303
    assert str(town.doors[1]) in taken.location
    card = re.search(r'<article[^>]*id="now">.*?</article>', binh.get(taken.location).text, re.DOTALL)
    assert card is not None
    assert "Đã sửa lại: lần ghi đó không còn tính." in card[0]  # inside the card to which the page jumps
    assert town.world.rows(Case, Case.door_id == town.doors[1])[0].state == "activated"
    assert town.world.events(Event.kind == "void")


def test_filters_and_search(town: Town) -> None:
    town.world.visit("an", town.doors[3], Finding("door_promised", promised_at=town.world.clock.now() + 50 * HOUR))
    binh = town.as_("binh")

    due, later, every = (binh.get(f"queue?show={name}").text for name in ("due", "later", "all"))
    found, wild, none = (binh.post("queue/find", {"q": text}) for text in ("hang do", "%", "khongcoai"))

    assert [("Lý Thị Thu" in page, "Vũ Văn Tâm" in page) for page in (due, later, every)] == [
        (False, True),
        (True, False),
        (True, True),
    ]
    assert "Đỗ Quang Hằng" in found.text
    assert "Vũ Văn Tâm" not in found.text
    assert wild.status_code == 422
    assert "ít nhất hai chữ cái" in wild.text
    assert 'value="%"' in wild.text
    assert "Không tìm thấy hộ nào" in none.text


def test_the_page_asks_at_most_twelve_times(town: Town) -> None:
    binh = town.as_("binh")
    binh.get("queue")
    done = town.world.visit("binh", town.doors[1], "nobody_home")["ledger_no"]
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        asked.append(statement)

    for engine in {town.world.store.reader, town.world.store.writer}:
        event.listen(engine, "before_cursor_execute", note)
    try:
        assert binh.get(f"queue?done={done}").status_code == 200
    finally:
        for engine in {town.world.store.reader, town.world.store.writer}:
            event.remove(engine, "before_cursor_execute", note)

    queries = [sql for sql in asked if not sql.startswith(("BEGIN", "SET", "SHOW"))]
    assert len(queries) <= 12, "\n".join(queries)


def test_a_queue_of_thirty_is_light(town: Town) -> None:
    for number in range(40):
        town.world.household(["Nguyễn Văn Một", "Trần Thị Hai"], lane="Ngõ 9", house=str(100 + number))

    answer = town.as_("binh").get("queue", headers={"Accept-Encoding": "gzip"})

    assert len(answer.data) < 14_000
    assert answer.content_encoding == "gzip"
    page = gzip.decompress(answer.data).decode()
    asked_for = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    assert len(asked_for) >= 3
    others = [town.as_("binh").client.get(path, headers={"Accept-Encoding": "gzip"}) for path in asked_for]
    assert all(other.status_code == 200 and other.content_encoding == "gzip" for other in others)
    assert len(answer.data) + sum(len(other.data) for other in others) <= 60 * 1024, "a cold phone fetches all of it"


def test_who_has_no_queue_finds_no_page(town: Town) -> None:
    for login in ("khanh", "hai", "giang"):
        assert town.as_(login).get("queue").status_code == 404
    assert town.as_("an").get("queue").status_code == 200
    assert town.as_("em").get("queue").text.count('<b class="name">Người Tổ Khác') == 1


def test_a_visit_of_today_is_found_again(town: Town) -> None:
    binh = town.as_("binh")
    person = town.world.rows(Case, Case.door_id == town.doors[1])[0].id
    town.world.visit("binh", town.doors[1], Finding("not_taking_part", person))

    page = binh.get("queue/today").text

    assert "Số 38, Ngõ 30" in page
    assert "Vũ Văn Tâm: Đã kết thúc liên hệ" in page
    assert town.world.rows(Door, Door.id == town.doors[1])[0].open_cases == 0
