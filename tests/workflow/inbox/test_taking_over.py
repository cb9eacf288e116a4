"""Taking over: a post above has it from then on, no date moves, and the ladder goes on."""

import pytest

from rules.time import DAY, HOUR, at
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, TOP, Silent
from tests.workflow.inbox.ladders import levels, waits_for
from workflow.errors import BadInput, NotPermitted

pytestmark = pytest.mark.slow


def test_a_post_above_takes_it_over_and_the_ladder_goes_on(silent: Silent) -> None:
    silent.at(NOTICED)
    with pytest.raises(NotPermitted, match="cấp trên của Tổ trưởng"):
        silent.answer("an", silent.ids(0), "taken_over")

    silent.answer("khanh", silent.ids(0), "taken_over", reason="tôi gọi trực tiếp", until=at("2025-05-17 18:00"))

    assert waits_for(silent) == {"an": 2, "khanh": 1}
    assert silent.told("an", 0).may == ("noted",)
    assert silent.told("khanh", 0).with_whom.vi.startswith("Chủ tịch UBND thị trấn")
    assert silent.told("khanh", 0).line.answer_by == at("2025-05-17 18:00")
    with pytest.raises(NotPermitted):
        silent.answer("an", silent.ids(0), "decided", reason="đã gặp")
    assert silent.findings() == []
    silent.at(CLIMBED)
    assert waits_for(silent) == {"giang": 2, "khanh": 1}
    assert [level for level, _ in levels(silent)] == [1, 2]
    silent.at(TOP)
    assert silent.told("khanh", 0).line.holder == 3
    assert silent.findings() == []


def test_what_the_coordinator_takes_over_they_keep_while_the_ladder_goes_on(silent: Silent) -> None:
    silent.at(NOTICED)
    silent.answer("hai", silent.ids(0), "taken_over")
    assert waits_for(silent) == {"an": 2, "hai": 1}
    assert silent.answer("giang", silent.ids(0), "taken_over")["answered"] == 1
    silent.answer("hai", silent.ids(1), "taken_over")
    silent.at(CLIMBED)
    assert waits_for(silent) == {"giang": 2, "hai": 1}
    assert [level for level, _ in levels(silent, 1)] == [1, 2]
    assert silent.findings() == []
    assert silent.answer("khanh", silent.ids(1), "taken_over")["answered"] == 1
    silent.answer("hai", silent.ids(2), "taken_over")
    silent.at(TOP)
    assert (
        silent.answer("khanh", silent.ids(2), "decided", reason="đã xử lý tại chỗ")["answered"] == 1
    )  # nobody is above the chair
    assert silent.findings() == []


def test_who_takes_it_over_moves_no_date(silent: Silent) -> None:
    silent.at(NOTICED)
    called = silent.told("khanh", 0).line.answer_by
    silent.answer("khanh", silent.ids(0), "taken_over", until=at("2025-05-20 18:00"))
    assert silent.told("khanh", 0).line.answer_by == called == at("2025-05-18 00:00")  # when the next level is called

    silent.at(TOP)
    now = silent.world.clock.now()
    silent.answer("hai", silent.ids(1), "taken_over", until=at("2025-05-24 18:00"))
    assert (
        silent.told("hai", 1).line.answer_by == now - (now + 7 * HOUR) % DAY + DAY
    )  # nobody is called any more: today
    for answer, more in (("taken_over", {}), ("acknowledged", {}), ("returned", {"reason": "tổ đi lại"})):
        with pytest.raises(BadInput, match="phải trong đợt"):
            silent.answer("hai", silent.ids(2), answer, until=at("2099-05-24 18:00"), **more)
    assert silent.findings() == []
