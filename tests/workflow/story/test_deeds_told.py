"""A stretch of time is told whole: who held the posts then, what was excused, shown and said, who stood in for whom and took over."""

import uuid
from typing import Any

import pytest

from rules.time import at
from tests.workflow.absence.conftest import Away
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import NOTICED, RULE, Silent, silent_world
from tests.workflow.inbox.test_held_again import by_mistake, taken_back
from tests.workflow.shift.test_hand_over_shift import hand_over, receive
from tests.workflow.world import World
from workflow.actions.comment_on_task import comment_on_task
from workflow.actions.decide_exit import decide_exit
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.actions.record_visit import Finding
from workflow.actions.set_progress import set_progress
from workflow.actions.waive_duty import waive_duty
from workflow.cli.story import story_json
from workflow.cli.story_words import story_lines
from workflow.queries.day_story import DayStory, day_story
from workflow.tables import Request, Task

REPORT = "Báo cáo kết quả ngày về UBND thị trấn (qua Công an thị trấn)"


@pytest.fixture
def silent(worlds: NewWorld) -> Silent:
    """Silence is about to be noticed."""
    return silent_world(worlds)


@pytest.fixture
def planned(worlds: NewWorld) -> World:
    """A world whose plan is in force since the day before."""
    world = worlds()
    world.go_to("2025-05-19 08:00")
    with world.book() as (book, context):
        open_plan(book, context)
    return world


def told(world: World, since: str, until: str) -> DayStory:
    with world.store.read() as session:
        return day_story(session, world.context(), since=at(since), until=at(until))


def lines(world: World, since: str, until: str) -> list[str]:
    return list(story_lines(told(world, since, until), unit="Thị trấn"))


def task(world: World, item: str, scope: str = "unit", occurrence: str = "") -> uuid.UUID:
    return world.rows(Task, Task.item == item, Task.scope == scope, Task.occurrence == occurrence)[0].id


def test_a_call_names_who_held_the_post_at_its_instant(silent: Silent) -> None:
    """A delegate who stood in later is not named for what came before; the other leader, who always held theirs, is."""
    silent.world.go_to("2025-05-16 22:00")
    Away(silent.world).plan("an", "dung", "2025-05-17 12:00", "2025-05-18 12:00")
    silent.at(NOTICED)
    before = told(silent.world, "2025-05-17 00:00", "2025-05-17 23:00").called

    assert {name for one in before if one.place == "Tổ dân phố 1" for name in one.names} == {"Nguyễn Văn An"}


def test_a_call_names_the_delegate_while_they_stand_in(silent: Silent) -> None:
    silent.world.go_to("2025-05-16 22:00")
    Away(silent.world).plan("an", "dung", None, "2025-05-17 06:00")
    silent.at(NOTICED)
    called = told(silent.world, "2025-05-16 00:00", "2025-05-19 00:00").called

    assert {one.names for one in called if one.place == "Tổ dân phố 1" and one.level == 1} == {
        ("Nguyễn Văn An", "Phạm Thị Dung thay Nguyễn Văn An")
    }


def test_an_absence_is_told_where_it_begins_and_where_it_ends(silent: Silent) -> None:
    silent.world.go_to("2025-05-16 22:00")
    Away(silent.world).plan("an", "dung", None, "2025-05-17 06:00")
    silent.world.go_to("2025-05-17 07:00")
    text = lines(silent.world, "2025-05-16 00:00", "2025-05-18 00:00")

    assert "22:00  đ/c Phạm Thị Dung bắt đầu làm thay đ/c Nguyễn Văn An, đến 06:00 ngày 17/5/2025" in text
    assert "06:00  đ/c Phạm Thị Dung thôi làm thay đ/c Nguyễn Văn An" in text


def test_a_waiver_of_what_had_not_opened_yet_says_who_waived_what_and_why(planned: World) -> None:
    planned.go_to("2025-05-25 15:49")
    planned.command(
        "hai",
        lambda book, context, actor: vars_of(
            waive_duty(book, context, "daily-report", "T1", actor=actor, reason="Tổ đã xong, không còn gì báo cáo")
        ),
    )
    text = [line for line in lines(planned, "2025-05-25 06:00", "2025-05-25 16:00") if "15:49" in line]

    assert text[0].startswith(f"15:49  đ/c Đỗ Văn Hải miễn “{REPORT}” · Tổ công tác số 1 · ")
    assert text[0].endswith(" – Tổ đã xong, không còn gì báo cáo")
    assert "2025-05-26" in text[0]
    assert not any("Mở việc" in line for line in text)


def vars_of(done: Any) -> dict[str, Any]:
    return {"waived": done.waived, "kept": done.kept}


def test_every_kind_of_deed_about_a_task_is_told(planned: World) -> None:
    planned.go_to("2025-05-20 09:00")
    point = task(planned, "support-point")
    planned.command("hai", lambda b, c, a: comment_on_task(b, c, a, point, "Đã có máy tính."))
    with_reason = lambda b, c, a: vars_moved(  # noqa: E731
        move_task(b, c, point, "cancel", actor=a, state_version=None, reason="Gộp vào điểm của huyện")
    )
    planned.go_to("2025-05-20 09:30")
    planned.command("hai", with_reason)
    text = lines(planned, "2025-05-20 06:00", "2025-05-20 16:00")

    assert any(line.startswith("09:00  đ/c Đỗ Văn Hải ghi trao đổi về “") for line in text)
    assert any(
        line.startswith("09:30  đ/c Đỗ Văn Hải hủy “") and line.endswith(" – Gộp vào điểm của huyện") for line in text
    )
    assert not any("Đã có máy tính" in line for line in text)


def vars_moved(done: Any) -> dict[str, Any]:
    return {"state": done.state}


def test_a_share_is_told_with_its_number(planned: World) -> None:
    planned.go_to("2025-05-20 09:00")
    mine = task(planned, "team-finishes", "T1")
    planned.command("an", lambda b, c, a: set_progress(b, c, a, mine, 40, None))
    text = lines(planned, "2025-05-20 06:00", "2025-05-20 16:00")

    assert any(
        line.startswith("09:00  đ/c Nguyễn Văn An ghi tiến độ 40 % “") and "Tổ công tác số 1" in line for line in text
    )


def test_a_stretch_begins_where_it_begins_and_lateness_is_said(planned: World) -> None:
    """Duties open at midnight however late the clock looks: a stretch from six o'clock on does not tell of them."""
    planned.go_to("2025-05-20 07:00")
    planned.tick()

    morning = [line for line in lines(planned, "2025-05-20 06:00", "2025-05-20 08:00") if "Mở việc" in line]
    night = [line for line in lines(planned, "2025-05-20 00:00", "2025-05-20 08:00") if f"Mở việc “{REPORT}" in line]
    assert morning == []
    assert night == [f"00:00  Mở việc “{REPORT}” · Tổ công tác số 1, Tổ công tác số 2 (đồng hồ mở muộn, lúc 07:00)"]


def test_what_was_typed_later_stands_when_it_happened_with_when_it_was_typed(planned: World) -> None:
    planned.go_to("2025-05-20 07:00")
    planned.tick()
    report = task(planned, "daily-report", "T1", "2025-05-20")
    planned.go_to("2025-05-21 08:05")
    sent = at("2025-05-20 15:50")
    planned.command(
        "an",
        lambda b, c, a: vars_moved(move_task(b, c, report, "submit", actor=a, state_version=None, happened_at=sent)),
    )

    text = lines(planned, "2025-05-20 15:00", "2025-05-20 16:00")
    assert f"15:50  đ/c Nguyễn Văn An gửi duyệt “{REPORT}” · Tổ công tác số 1 (ghi lúc 08:05 ngày 21/5/2025)" in text
    assert not any("gửi duyệt" in line for line in lines(planned, "2025-05-21 00:00", "2025-05-21 09:00"))


def test_a_shift_is_told_at_both_its_ends(silent: Silent) -> None:
    world = silent.world
    world.go_to("2025-05-17 09:00")
    done = hand_over(world, "binh", "cuong", note="Nhà số 3 có chó")
    world.go_to("2025-05-17 09:20")
    receive(world, "cuong", done["shift"])
    story = told(world, "2025-05-17 08:00", "2025-05-17 10:00")

    text = list(story_lines(story, unit="Thị trấn"))
    assert "09:00  đ/c Trần Thị Bình giao ca cho đ/c Lê Văn Cường: 0 hộ, 0 việc – Nhà số 3 có chó" in text
    assert "09:20  đ/c Lê Văn Cường nhận ca của đ/c Trần Thị Bình" in text
    assert [one["what"] for one in story_json(story)["deeds"]] == ["shift", "shift_received"]


def test_what_is_open_again_and_what_closed_by_itself_is_told(silent: Silent) -> None:
    silent.at(NOTICED)
    number = by_mistake(silent, "2025-05-17 08:10")
    taken_back(silent, "2025-05-17 08:12", number)
    story = told(silent.world, "2025-05-17 00:00", "2025-05-17 12:00")

    assert [(one.rule_id, one.n) for one in story.reopened] == [(RULE, 2)]
    assert story.resolved == 2
    text = list(story_lines(story, unit="Thị trấn"))
    assert "08:12  Lý do trở lại, mở lại: 2 người, “Đã đăng ký, quá 48 giờ chưa ai đến”" in text
    assert "  Tự khép lại vì lý do không còn: 2; đề nghị các tổ gửi: 0." in text


def test_requests_are_counted_and_their_deciders_named(silent: Silent) -> None:
    """Neither whom a request is about nor what for: only how many, and who decided."""
    world = silent.world
    door, (one, two) = world.household([("Lý Văn Sáu", "activated"), ("Lý Thị Bảy", "activated")])
    world.go_to("2025-05-17 10:00")
    world.visit("binh", door, *(Finding("died", person, evidence="Trích lục khai tử") for person in (one, two)))
    for moment, request in zip(("10:20", "10:45"), world.rows(Request), strict=True):
        world.go_to(f"2025-05-17 {moment}")
        decide = lambda b, c, a, request=request: decide_exit(b, c, a, request.id, confirm=True)  # noqa: E731
        world.command("an", decide)
    story = told(world, "2025-05-17 10:00", "2025-05-17 12:00")
    text = list(story_lines(story, unit="Thị trấn"))

    assert story.asked == 2
    assert "10:20–10:45  đ/c Nguyễn Văn An xác nhận 2 đề nghị của tổ" in text
    assert not any("Lý " in line for line in text)
