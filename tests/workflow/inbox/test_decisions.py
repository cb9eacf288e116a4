"""What holds for every decision: whose it is, many at once, and the proof."""

from typing import Any

import pytest
from sqlalchemy import text

from rules.time import DAY, HOUR, at
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import NOTICED, Silent, silent_world
from tests.workflow.inbox.ladders import waits_for
from workflow.errors import NotFound, NotPermitted
from workflow.tables import Escalation

pytestmark = pytest.mark.slow


def test_a_foreign_unit_and_a_member_of_the_team_may_decide_nothing(worlds: NewWorld) -> None:
    here, there = silent_world(worlds), silent_world(worlds)
    for silent in (here, there):
        silent.at(NOTICED)
    later = here.world.clock.now() + 2 * DAY
    for answer in (
        "taken_over",
        "returned",
        "granted",
        "rested",
        "decided",
        "raised",
        "handed_on",
        "acknowledged",
        "noted",
    ):
        values = {"reason": "tổ đi lại", "until": later, "to": "team"}
        with pytest.raises(NotFound):
            there.answer("khanh", here.ids(0), answer, **values)
        with pytest.raises(NotFound):
            here.answer("cuong", here.ids(0), answer, **values)
    here.answer("an", here.ids(0), "handed_on", to="team")
    for answer in ("taken_over", "returned", "granted", "decided", "raised", "handed_on"):
        with pytest.raises(NotPermitted):
            here.answer("cuong", here.ids(0), answer, reason="tổ đi lại", until=later, to="team")


def test_a_group_is_decided_with_honest_counts(silent: Silent) -> None:
    silent.at(NOTICED)
    silent.answer("khanh", silent.ids(0), "taken_over")
    done = silent.answer("giang", silent.group("A1"), "granted", reason="mưa lớn", until=at("2025-05-18 12:00"))
    assert (done["answered"], done["skipped"]["absent"]) == (0, 0)  # not yet in giang's list
    done = silent.answer("giang", silent.ids(0, 1, 2), "granted", reason="mưa lớn", until=at("2025-05-18 12:00"))
    assert (done["answered"], done["skipped"]["not_held"]) == (2, 1)
    assert silent.findings() == []


TAMPERS = [
    ("UPDATE escalations SET holder_level = 2 WHERE is_open AND holder_level IS NULL", "I7-holder"),
    ("UPDATE escalations SET holder_level = NULL WHERE holder_level IS NOT NULL", "I7-holder"),
    ("UPDATE escalations SET given_to = 'team' WHERE given_to IS NOT NULL", "I7-holder"),
    ("UPDATE escalations SET unheld_level = 1 WHERE is_open", "I7-holder"),
    ("UPDATE escalations SET next_action_at = next_action_at - 1 WHERE next_action_at IS NOT NULL", "I7-granted"),
    ("UPDATE escalation_rests SET until_at = until_at + 1 WHERE level = 1", "I7-rest"),
]  # fmt: skip


@pytest.mark.parametrize(("tamper", "check"), TAMPERS)
def test_a_tampered_decision_is_found(silent: Silent, tamper: str, check: str) -> None:
    silent.at(NOTICED)
    world, later = silent.world, at("2025-05-18 12:00")
    silent.answer("an", silent.ids(0), "handed_on", to=world.actor("binh").membership_id)
    silent.answer("khanh", silent.ids(1), "taken_over")
    silent.answer("giang", silent.ids(2), "granted", reason="mưa lớn", until=later)
    silent.answer("an", silent.ids(2), "rested", reason="hẹn hộ này", until=later)
    assert silent.findings() == []
    unit = world.unit_id if world.store.reader.dialect.name == "postgresql" else world.unit_id.bytes
    with world.store.write() as session:
        touched: Any = session.execute(text(f"{tamper} AND unit_id = :unit"), {"unit": unit})
        assert touched.rowcount
    assert any(check in finding for finding in silent.findings())


def test_an_episode_that_moved_keeps_its_natural_key(silent: Silent) -> None:
    silent.at(NOTICED)
    before = {row.id: (row.rule_id, row.subject_id, row.anchor, row.due_at) for row in silent.world.rows(Escalation)}
    silent.answer("khanh", silent.ids(0), "taken_over")
    silent.answer("khanh", silent.ids(0), "returned", reason="tổ đi lại")
    silent.answer("giang", silent.ids(0), "granted", reason="mưa lớn", until=at("2025-05-18 00:00") + HOUR)
    after = {row.id: (row.rule_id, row.subject_id, row.anchor, row.due_at) for row in silent.world.rows(Escalation)}
    assert before == after
    assert waits_for(silent) == {"an": 3}
    assert silent.findings() == []
