"""What a ladder does after a level was called is told too: whom it went to where nobody held the post, and who answered how."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from rules.time import at
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, Silent, silent_world
from tests.workflow.inbox.ladders import leave
from workflow.cli.story import story_json
from workflow.cli.story_words import story_lines
from workflow.queries.day_story import DayStory, day_story

pytestmark = pytest.mark.slow


@pytest.fixture
def silent(worlds: NewWorld) -> Silent:
    """Silence is about to be noticed; the second area has no duty leader."""
    return silent_world(worlds)


def told(silent: Silent, since: str = "2025-05-16 00:00") -> DayStory:
    with silent.world.store.read() as session:
        return day_story(session, silent.world.context(), since=at(since), until=silent.world.clock.now() + 1)


def about_silence(story: DayStory) -> Sequence[str]:
    lines = story_lines(story, unit="Thị trấn")
    return [line for line in lines if "Đã đăng ký, quá 48 giờ chưa ai đến" in line]


def test_where_nobody_held_the_post_it_says_who_has_it(silent: Silent) -> None:
    silent.world.go_to("2025-05-16 23:30")
    leave(silent, "team_leader")
    silent.at(NOTICED)
    silent.world.tick()

    lines = about_silence(told(silent))

    assert lines == [
        "00:00  Nhắc → Tổ trưởng tổ công tác (chưa ai giữ): 4 người, “Đã đăng ký, quá 48 giờ chưa ai đến”"
        " · Tổ dân phố 1 (3), Tổ dân phố 2 (đồng hồ mở muộn, lúc 08:00)",
        "08:00  Chưa ai giữ vị trí Tổ trưởng tổ công tác → Lãnh đạo phụ trách địa bàn: 3 người, “Đã đăng ký, quá 48 giờ chưa ai đến”",
        "08:00  Chưa ai giữ vị trí Tổ trưởng tổ công tác → Chủ tịch UBND thị trấn, Trưởng Ban Chỉ đạo: 1 người, “Đã đăng ký, quá 48 giờ"
        " chưa ai đến”",
    ]


def test_what_was_opened_late_is_told_apart_from_what_came_in_the_same_hour(silent: Silent) -> None:
    silent.at(NOTICED)
    one = next(call for call in told(silent).called if "48 giờ" in call.label.vi)
    late = one._replace(
        at=at("2025-05-17 16:37"), opened_from=at("2025-05-17 16:40"), opened_until=at("2025-05-17 16:40")
    )
    in_time = one._replace(
        at=at("2025-05-17 16:59"), opened_from=at("2025-05-17 16:59"), opened_until=at("2025-05-17 16:59")
    )

    lines = about_silence(replace(told(silent), called=(late, in_time)))

    assert [(line[:11].strip(), "muộn" in line) for line in lines] == [("16:37  Nhắc", True), ("16:59  Nhắc", False)]


def test_what_people_answered_stands_between(silent: Silent) -> None:
    silent.at(NOTICED)
    silent.world.go_to("2025-05-17 09:10")
    silent.answer("an", silent.ids(0, 1), "acknowledged")
    silent.at(CLIMBED)
    silent.answer("giang", silent.group("A1"), "returned", reason="tổ đi lại tối nay")

    story = told(silent, "2025-05-17 00:00")
    lines = about_silence(story)

    assert "09:10  đ/c Nguyễn Văn An – nhận việc: 2 người, “Đã đăng ký, quá 48 giờ chưa ai đến”" in lines
    assert lines[-1].startswith("08:00  đ/c Hoàng Thị Giang – trả lại cấp dưới kèm chỉ đạo: 3 người")
    data = story_json(story)
    assert [(one["answer"], one["n"]) for one in data["answered"]] == [("acknowledged", 2), ("returned", 3)]
    assert sum(one["n"] for one in data["called"]) == sum(story.recipients.values())
