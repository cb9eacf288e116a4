"""Answers: who may, what they change, what they leave to the clock, and what is said to whoever comes late."""

import json
import uuid
from typing import Any

import pytest
from sqlalchemy import text

from rules.time import HOUR, at
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, RULE, TOP, Silent
from workflow.actions.answer_escalation import EpisodeGroup
from workflow.actions.record_visit import Finding
from workflow.errors import AlreadyDecided, BadInput, NotFound, NotPermitted, StaleVersion, WorkflowError
from workflow.queries.inbox_group import episodes_in_group
from workflow.tables import Escalation, EscalationStep, Event, Membership, Staged, Task

pytestmark = pytest.mark.slow


def steps(silent: Silent, number: int) -> list[tuple[int, str | None, str | None]]:
    """Return level, answer and by whom of one person's steps."""
    names = {row.id: row.name for row in silent.world.rows(Membership)}
    found = silent.world.rows(EscalationStep, EscalationStep.escalation_id == silent.ids(number)[0])
    return [(step.level, step.answer, names.get(step.answered_by_id)) for step in found]


def test_acknowledging_says_who_and_until_when_and_the_clock_still_climbs(silent: Silent) -> None:
    silent.at(NOTICED)
    until = at("2025-05-17 17:00")

    done = silent.answer("an", silent.ids(0), "acknowledged", until=until, reason="Chiều nay cả tổ đi lại ngõ 1")

    assert (done["answered"], done["skipped"]["absent"]) == (1, 0)
    (line,) = [line for line in silent.opened("an")[0] if line.id == silent.ids(0)[0]]
    assert line.in_hand is not None
    assert (line.in_hand.kind, line.in_hand.by, line.in_hand.until) == ("acknowledged", "Nguyễn Văn An", until)
    assert steps(silent, 0) == [(1, "acknowledged", "Nguyễn Văn An")]

    silent.at(CLIMBED)
    assert silent.episodes()[silent.cases[0]].level == 2
    above = next(line for line in silent.opened("giang")[0] if line.id == silent.ids(0)[0])
    assert above.in_hand is not None
    assert above.in_hand.by == "Nguyễn Văn An"
    assert silent.findings() == []


def test_deciding_closes_it_for_good(silent: Silent) -> None:
    silent.at(NOTICED)

    silent.answer("an", silent.ids(2), "decided", reason="Cả nhà đi vắng dài ngày, hẹn qua điện thoại")

    told = silent.told("an", 2)
    assert (told.is_open, told.closed_because, told.closed_by, told.may) == (False, "decided", "Nguyễn Văn An", ())
    assert [(one.kind, one.reason) for one in told.answers] == [
        ("decided", "Cả nhà đi vắng dài ngày, hẹn qua điện thoại")
    ]
    silent.at(TOP)
    assert [line.title for line in silent.opened("an")[0]] == ["Phạm Văn Năm", "Nguyễn Thị Hai", "Nguyễn Văn Một"]
    assert len(silent.world.rows(EscalationStep, EscalationStep.escalation_id == silent.ids(2)[0])) == 1
    silent.world.go_to("2025-05-19 09:00")
    silent.world.visit("an", silent.doors[1], Finding("needs_help", silent.cases[2]))
    silent.at("2025-05-21 10:00")
    again = [e for e in silent.world.rows(Escalation, Escalation.rule_id == RULE) if e.subject_id == silent.cases[2]]
    assert [e.is_open for e in sorted(again, key=lambda e: e.anchor)] == [False, True]
    assert silent.findings() == []


def test_a_new_silence_is_a_new_episode_and_a_decided_one_stays_closed(silent: Silent) -> None:
    silent.at(NOTICED)
    silent.answer("an", silent.group("A1"), "decided", reason="đã hẹn lại cả ngõ")
    for moment in (NOTICED, CLIMBED, TOP):
        silent.at(moment)
    assert [silent.episodes()[case].is_open for case in silent.cases] == [False, False, False, True]
    assert [line.title for line in silent.opened("an")[0]] == ["Phạm Văn Năm"]  # met on the 16th, silent since
    assert [group.place for group in silent.groups("khanh")] == ["Tổ dân phố 2"]


def test_a_whole_group_is_answered_at_once_with_honest_counts(silent: Silent) -> None:
    silent.at(CLIMBED)
    before = len(silent.world.events())
    silent.answer("giang", silent.ids(0), "decided", reason="đã gặp ở cơ quan")

    done = silent.answer("giang", silent.group("A1"), "decided", reason="giao tổ đi lại toàn bộ sáng 19/5")
    again = silent.answer("giang", silent.ids(0, 1, 2), "decided", reason="lần nữa")
    foreign = silent.answer("giang", [*silent.ids(3), uuid.uuid4()], "decided", reason="không phải của mình")

    assert done["answered"] == 2
    assert (again["answered"], again["skipped"]["closed"]) == (0, 3)
    assert (foreign["answered"], foreign["skipped"]["absent"]) == (0, 2)
    assert len(silent.world.events()) == before + 3
    assert silent.groups("giang") == []
    assert silent.world.rows(Staged) == []
    assert silent.findings() == []


def test_a_tab_is_answered_as_it_was_shown(silent: Silent) -> None:
    silent.at(NOTICED)
    assert silent.answer("an", silent.group("A1", due="overdue"), "acknowledged")["answered"] == 0
    assert silent.answer("an", silent.group("A1", due="today"), "acknowledged")["answered"] == 3


def test_only_who_holds_the_step_stands_above_it_or_coordinates_may_decide(silent: Silent) -> None:
    silent.at(CLIMBED)
    values = {"reason": "đã xử lý"}

    with pytest.raises(NotPermitted, match="Lãnh đạo phụ trách địa bàn"):
        silent.answer("an", silent.ids(0), "decided", **values)
    for stranger in ("dung", "em", "binh"):
        with pytest.raises(NotFound):
            silent.answer(stranger, silent.ids(0), "decided", **values)
    assert silent.answer("an", silent.group("A1"), "decided", **values)["skipped"]["not_held"] == 3
    assert silent.answer("an", silent.ids(0), "noted", **values)["answered"] == 1
    assert silent.answer("khanh", silent.ids(0), "decided", **values)["answered"] == 1
    assert silent.answer("giang", silent.ids(1), "decided", **values)["answered"] == 1
    assert silent.answer("hai", silent.ids(2), "decided", **values)["answered"] == 1
    assert silent.answer("hai", silent.group("A2", whole_unit=True), "decided", **values)["answered"] == 1
    assert silent.findings() == []


def test_foreign_is_absent_before_anything_typed_is_looked_at(silent: Silent) -> None:
    silent.at(NOTICED)
    refused = []
    for chosen in (silent.ids(3), [uuid.uuid4()]):
        for answer, values in (("decided", {}), ("handed_on", {}), ("noted", {"reason": "0912345678"}), ("huh", {})):
            with pytest.raises(WorkflowError) as error:
                silent.answer("an", chosen, answer, **values)
            refused.append((type(error.value), str(error.value)))
    assert set(refused) == {(NotFound, str(NotFound()))}


def test_who_comes_late_is_told_who_decided_and_when(silent: Silent) -> None:
    silent.at(NOTICED)
    silent.world.go_to("2025-05-17 09:30")
    silent.answer("hai", silent.ids(0), "decided", reason="đã gặp")

    with pytest.raises(AlreadyDecided, match="Đỗ Văn Hải đã đóng lúc 09:30 ngày 17/5/2025"):
        silent.answer("an", silent.ids(0), "acknowledged")
    silent.world.visit("an", silent.doors[1], Finding("needs_help", silent.cases[2]))
    with pytest.raises(AlreadyDecided, match="không còn căn cứ nhắc từ 09:30 ngày 17/5/2025"):
        silent.answer("an", silent.ids(2), "acknowledged")


def test_a_stale_page_is_refused(silent: Silent) -> None:
    silent.at(NOTICED)
    seen = silent.told("an", 0).line.state_version
    silent.answer("an", silent.ids(0), "acknowledged", state_version=seen)

    with pytest.raises(StaleVersion):
        silent.answer("an", silent.ids(0), "decided", reason="đã gặp", state_version=seen)
    assert silent.answer("an", silent.ids(0), "decided", reason="đã gặp", state_version=seen + 1)["answered"] == 1


def test_the_same_command_twice_is_one_answer(silent: Silent) -> None:
    silent.at(NOTICED)
    first = silent.answer("an", silent.ids(0), "noted", reason="gọi lại sau", key="một-lần".encode().hex())
    second = silent.answer("an", silent.ids(0), "noted", reason="gọi lại sau", key="một-lần".encode().hex())

    assert first == second
    assert [one.kind for one in silent.told("an", 0).answers] == ["noted"]


def test_calling_the_next_post_early(silent: Silent) -> None:
    silent.at(NOTICED)
    case = silent.world.case(silent.cases[0])

    silent.answer("an", silent.ids(0), "raised", reason="cần lãnh đạo địa bàn gọi điện")

    assert steps(silent, 0) == [(1, "raised", "Nguyễn Văn An"), (2, None, None)]
    told = silent.told("giang", 0)
    assert [(step.level, step.opened_at is not None, step.was_raised) for step in told.ladder] == [
        (1, True, False), (2, True, True), (3, False, False),
    ]  # fmt: skip
    assert told.ladder[2].due_at == at("2025-05-19 00:00")
    assert [line.id for line in silent.opened("giang")[0]] == silent.ids(0)
    after = silent.world.case(silent.cases[0])
    assert (after.version, after.state_version) == (case.version + 1, case.state_version)
    assert silent.findings() == []

    silent.at("2025-05-18 00:00")
    assert [silent.episodes()[key].level for key in silent.cases[:3]] == [2, 2, 2]
    silent.at("2025-05-19 00:00")
    assert {silent.episodes()[key].level for key in silent.cases[:3]} == {3}
    with pytest.raises(BadInput, match="cấp cao nhất"):
        silent.answer("khanh", silent.ids(0), "raised")
    assert silent.answer("khanh", silent.group("A1"), "raised")["skipped"]["at_top"] == 3
    assert silent.findings() == []


def test_a_late_clock_changes_nothing_an_answer_finds_the_level_that_was_due(silent: Silent) -> None:
    silent.at(NOTICED)
    silent.world.go_to(CLIMBED)  # and nobody ticks

    with pytest.raises(NotPermitted):
        silent.answer("an", silent.ids(0), "decided", reason="đã gặp")
    assert silent.answer("giang", silent.ids(0), "decided", reason="đã gặp")["answered"] == 1

    silent.world.tick()
    assert [level for level, *_ in steps(silent, 0)] == [1, 2]
    assert silent.findings() == []


def test_handing_on_to_a_colleague_puts_it_in_their_inbox(silent: Silent) -> None:
    silent.at(NOTICED)
    binh = silent.world.actor("binh").membership_id

    silent.answer("an", silent.ids(0), "handed_on", to=binh, reason="đi ngay sáng nay")

    (line,) = silent.opened("binh")[0]
    assert line.in_hand is not None
    assert (line.title, line.in_hand.to) == ("Nguyễn Văn Một", "Trần Thị Bình")
    assert silent.told("binh", 0).may == ("acknowledged", "rested", "noted")
    assert [one.to for one in silent.told("an", 0).answers] == ["Trần Thị Bình"]
    with pytest.raises(NotPermitted):
        silent.answer("binh", silent.ids(0), "decided", reason="đã gặp")
    assert silent.answer("binh", silent.ids(0), "noted", reason="đã gọi, hẹn tối")["answered"] == 1
    assert silent.opened("cuong") == ([], 0)
    silent.answer("an", silent.group("A1"), "handed_on", to="team")
    assert silent.opened("cuong")[1] == 3
    assert silent.opened("em") == ([], 0)
    assert silent.findings() == []


def test_nobody_gets_what_lies_elsewhere_or_has_left(silent: Silent) -> None:
    silent.at(NOTICED)
    people = {login: silent.world.actor(login).membership_id for login in ("an", "em", "giang")}

    with pytest.raises(BadInput, match="Giao cho"):
        silent.answer("an", silent.ids(0), "handed_on")
    with pytest.raises(BadInput, match="không phụ trách nơi này"):
        silent.answer("an", silent.ids(0), "handed_on", to=people["em"])
    for nobody in (people["an"], uuid.uuid4()):
        with pytest.raises(BadInput, match="không nhận việc được"):
            silent.answer("an", silent.ids(0), "handed_on", to=nobody)
    assert silent.answer("hai", silent.ids(0, 3), "handed_on", to=people["em"])["skipped"]["outside"] == 1
    assert silent.answer("an", silent.ids(0), "handed_on", to=people["giang"])["answered"] == 1
    names = {(one.name, one.code) for one in silent.told("an", 0).receivers}
    assert ("Trần Thị Bình", "member") in names
    assert ("Hoàng Thị Giang", "duty_leader") in names
    assert not {name for name, _ in names} & {"Nguyễn Văn An", "Phạm Thị Dung", "Vũ Văn Em"}


@pytest.mark.parametrize("typed", ["", "   ", "gọi 0912 345 678", "hộ này không tán thành", "x" * 501])
def test_what_is_typed_holds_no_number_and_no_opinion(silent: Silent, typed: str) -> None:
    silent.at(NOTICED)
    for answer in ("decided", "noted"):
        with pytest.raises(BadInput, match="Nội dung"):
            silent.answer("an", silent.ids(0), answer, reason=typed)
    assert silent.told("an", 0).answers == ()


def test_a_promise_lies_ahead(silent: Silent) -> None:
    silent.at(NOTICED)
    with pytest.raises(BadInput, match="Thời điểm: phải sau lúc này"):
        silent.answer("an", silent.ids(0), "acknowledged", until=silent.world.clock.now())


def test_the_newest_answer_stands_and_a_note_leaves_it(silent: Silent) -> None:
    silent.at(NOTICED)
    promised = silent.world.clock.now() + 3 * HOUR
    silent.answer("an", silent.ids(0), "acknowledged", until=promised + HOUR)
    silent.answer("an", silent.ids(0), "acknowledged", until=promised)
    silent.answer("an", silent.ids(0), "noted", reason="chờ mưa tạnh")

    hand = silent.told("an", 0).line.in_hand
    assert hand is not None
    assert (hand.kind, hand.until) == ("acknowledged", promised)
    assert [one.kind for one in silent.told("hai", 0).answers] == ["acknowledged", "acknowledged", "noted"]
    assert silent.findings() == []


def test_what_a_task_left_undone_calls_is_answered_the_same_way(silent: Silent) -> None:
    silent.at("2025-05-16 15:10")  # an hour before the day's report is due
    (group,) = [g for g in silent.inbox("an").groups if g.rule_id == "daily-report-due-soon"]
    lines, total = silent.read("an", episodes_in_group, group.rule_id, group.group_key)
    assert total == len(lines) == group.n
    assert all("Tổ công tác số 1" in line.title and line.task_id for line in lines)

    chosen = EpisodeGroup(group.rule_id, group.group_key)
    assert silent.answer("an", chosen, "acknowledged", reason="đang tổng hợp")["answered"] == group.n
    assert silent.answer("an", chosen, "decided", reason="gửi bằng giấy")["answered"] == group.n
    events = silent.world.events(Event.kind == "escalate", Event.about_id == lines[0].id)
    assert [((e.data or {}).get("answer"), e.case_id, e.cause) for e in events][-2:] == [
        ("acknowledged", None, "person"), ("decided", None, "person"),
    ]  # fmt: skip
    assert silent.world.rows(Task, Task.id == lines[0].task_id)[0].is_open
    assert silent.findings() == []


TAMPERS = [
    ("UPDATE escalation_steps SET answered_by_id = :other WHERE answer IS NOT NULL", "I7-answer"),
    ("UPDATE escalation_steps SET answer = 'acknowledged' WHERE answer = 'decided'", "I7-answer"),
    ("UPDATE escalation_steps SET answered_at = answered_at + 1 WHERE answer IS NOT NULL", "I7-answer"),
    ("UPDATE escalation_steps SET answered_at = NULL, answered_by_id = NULL, answer = NULL WHERE answer = 'decided'", "I7-answer"),
    ("UPDATE escalation_steps SET answered_at = opened_at, answered_by_id = :other, answer = 'acknowledged' WHERE answer IS NULL", "I7-answer"),
    ("UPDATE escalation_steps SET answer = 'handed_on:' || 'team' WHERE answer LIKE 'handed_on:%'", "I7-answer"),
    ("UPDATE escalations SET is_open = true, closed_at = NULL, closed_because = NULL WHERE closed_because = 'decided'", "I7-ending"),
    ("UPDATE escalations SET closed_by_id = :other WHERE closed_because = 'decided'", "I7-ending"),
    ("UPDATE escalations SET closed_because = 'resolved' WHERE closed_because = 'decided'", "I7-ending"),
    ("UPDATE escalations SET closed_at = closed_at + 1 WHERE closed_because = 'decided'", "I7-ending"),
    ("UPDATE escalations SET is_open = false, closed_at = opened_at, closed_because = 'resolved' WHERE is_open", "I7-ending"),
    ("UPDATE escalations SET is_open = false, closed_at = opened_at, closed_because = 'effect' WHERE is_open", "I7-ending"),
    ("UPDATE escalations SET level = level + 1 WHERE is_open AND level = 1", "I7-escalation"),
]  # fmt: skip


@pytest.mark.parametrize(("tamper", "check"), TAMPERS)
def test_a_tampered_answer_is_found(silent: Silent, tamper: str, check: str) -> None:
    silent.at(NOTICED)
    world = silent.world
    binh, dung = (world.actor(login).membership_id for login in ("binh", "dung"))
    silent.answer("an", silent.ids(0), "handed_on", to=binh)
    silent.answer("an", silent.ids(1), "decided", reason="đã gặp")
    silent.answer("an", silent.ids(2), "raised")
    assert silent.findings() == []

    other = dung if world.store.reader.dialect.name == "postgresql" else dung.bytes
    unit = world.unit_id if world.store.reader.dialect.name == "postgresql" else world.unit_id.bytes
    with world.store.write() as session:
        mine = text(f"{tamper} AND unit_id = :unit")
        values = {"unit": unit, "other": other} if ":other" in tamper else {"unit": unit}
        touched: Any = session.execute(mine, values)
        assert touched.rowcount
    found = silent.findings()

    assert any(check in finding for finding in found), found


def test_no_field_of_an_answer_says_how_anybody_answered(silent: Silent) -> None:
    silent.at(NOTICED)
    silent.answer("an", silent.ids(0), "noted", reason="gọi lại sau 17 giờ")
    told = json.dumps([event.data for event in silent.world.events(Event.kind == "escalate")], ensure_ascii=False)
    for word in ("Nguyễn", "declined", "tán thành"):
        assert word not in told
