"""A rung that nobody holds: it goes up and that is said, and comes back when the post is filled."""

import pytest

from rules.time import at
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, TOP, Silent
from tests.workflow.inbox.ladders import enter, leave, levels, told, waits_for
from workflow.errors import BadInput, NotPermitted
from workflow.queries.ladder_counts import ladder_counts

pytestmark = pytest.mark.slow


def test_what_reaches_nobody_goes_up_and_says_why(silent: Silent) -> None:
    silent.world.go_to("2025-05-16 23:30")
    leave(silent, "team_leader")
    leave(silent, "duty_leader")

    silent.at(NOTICED)

    assert waits_for(silent) == {"khanh": 3}
    ladder = silent.told("khanh", 0).ladder
    assert [(step.level, step.has_it, step.reached_nobody) for step in ladder] == [
        (1, False, True), (2, False, False), (3, True, False),
    ]  # fmt: skip
    assert {key: told(silent)[-1][key] for key in ("level", "nobody", "holder")} == {
        "level": 1, "nobody": "team_leader", "holder": 3,
    }  # fmt: skip
    with silent.world.store.read() as session:
        assert ladder_counts(session, silent.world.context(), now=silent.world.clock.now()).unheld >= 4
    assert silent.world.tick().written == 0
    silent.at(TOP)
    assert [level for level, _ in levels(silent)] == [1, 2, 3]  # the ladder is the pack's, whoever is there
    assert silent.findings() == []


def test_where_nobody_is_above_it_goes_to_the_top_of_the_unit_else_to_the_coordinator(silent: Silent) -> None:
    silent.at(CLIMBED)
    silent.world.go_to("2025-05-18 09:00")
    for code in ("team_leader", "duty_leader", "chair"):
        leave(silent, code)

    silent.at("2025-05-18 09:15")

    assert waits_for(silent) == {"hai": 4}
    assert silent.told("hai", 0).with_whom.en == "Coordinator"
    assert silent.answer("hai", silent.ids(0), "decided", reason="đã gặp")["answered"] == 1
    assert silent.findings() == []


def test_a_post_that_falls_vacant_while_something_waits_for_it(silent: Silent) -> None:
    silent.at(NOTICED)
    assert silent.told("an", 0).line.holder == 1
    silent.world.go_to("2025-05-17 10:00")
    leave(silent, "team_leader")
    silent.at("2025-05-17 10:15")
    assert waits_for(silent) == {"giang": 3}
    silent.answer("giang", silent.ids(0), "raised", reason="xin ý kiến chỉ đạo")
    assert [level for level, _ in levels(silent)] == [1, 2, 3]
    assert waits_for(silent) == {"giang": 2, "khanh": 1}
    assert silent.findings() == []


def test_what_was_sent_back_to_a_post_that_falls_vacant_lies_with_the_newest_level_again(silent: Silent) -> None:
    silent.at(TOP)
    silent.answer("khanh", silent.ids(0), "returned", reason="làm tiếp")
    silent.world.go_to("2025-05-19 09:05")
    leave(silent, "duty_leader")
    silent.at("2025-05-19 09:15")
    assert silent.told("khanh", 0).line.holder == 3
    assert [step.reached_nobody for step in silent.told("khanh", 0).ladder] == [False, True, False]
    assert silent.findings() == []
    with pytest.raises(BadInput, match="cấp dưới chưa có người giữ"):
        silent.answer("khanh", silent.ids(0), "returned", reason="làm tiếp")


@pytest.mark.parametrize("looks", [True, False])
def test_who_may_decide_does_not_depend_on_whether_the_clock_has_looked(silent: Silent, looks: bool) -> None:
    silent.at(CLIMBED)
    silent.world.go_to("2025-05-18 09:05")
    leave(silent, "duty_leader")
    if looks:
        silent.at("2025-05-18 09:15")
    silent.world.go_to("2025-05-18 09:20")
    with pytest.raises(BadInput, match="cấp cao nhất"):
        silent.answer("khanh", silent.ids(0), "raised", reason="xin ý kiến")
    with pytest.raises(NotPermitted):
        silent.answer("khanh", silent.ids(0), "granted", reason="mưa lớn", until=at("2025-05-20 08:00"))
    silent.answer("khanh", silent.ids(0), "acknowledged")
    assert silent.told("khanh", 0).line.holder == 3
    silent.at(TOP)
    assert levels(silent)[-1] == (3, at("2025-05-19 00:00"))
    assert silent.findings() == []


@pytest.mark.parametrize("looks", [True, False])
def test_a_post_that_is_filled_again_has_again_what_was_meant_for_it(silent: Silent, looks: bool) -> None:
    silent.at(NOTICED)
    an = silent.world.actor("an").membership_id
    for minute, code in (("09:05", "team_leader"), ("09:20", "duty_leader"), ("09:35", "")):
        silent.world.go_to(f"2025-05-17 {minute}")
        if code:
            leave(silent, code)
        else:
            enter(silent, an, "team_leader")
        if looks:
            silent.world.tick()
            assert silent.findings() == []
    assert silent.told("an", 0).line.holder == 1
    silent.world.go_to("2025-05-17 09:40")
    silent.answer("an", silent.ids(0), "acknowledged")
    silent.answer("khanh", silent.ids(0), "granted", reason="mưa lớn", until=at("2025-05-20 08:00"))
    assert silent.told("an", 0).line.holder == 1
    assert [step.reached_nobody for step in silent.told("an", 0).ladder] == [False, False, False]
    assert silent.findings() == []


@pytest.mark.parametrize("looks", [True, False])
def test_what_was_taken_over_by_a_post_that_falls_vacant_goes_up_from_there(silent: Silent, looks: bool) -> None:
    silent.at(NOTICED)
    silent.answer("khanh", silent.ids(0), "taken_over")
    silent.world.go_to("2025-05-17 09:05")
    leave(silent, "chair")
    if looks:
        silent.at("2025-05-17 09:15")
    silent.at(CLIMBED)
    assert waits_for(silent) == {"giang": 2, "hai": 1}
    assert silent.findings() == []
