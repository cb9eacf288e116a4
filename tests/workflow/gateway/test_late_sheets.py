"""A paper sheet of the morning typed in the evening, after the door changed hands at noon: everything stays true, nothing is lost."""

import uuid
from pathlib import Path
from typing import Any

import pytest

from rules.time import Instant, at
from tests.workflow.gateway.test_voids import TWO, counted, position, void
from tests.workflow.world import World
from workflow.actions.add_door import DoorInput
from workflow.actions.assign_doors import reassign
from workflow.actions.decide_exit import decide_exit
from workflow.actions.move_household import move_household, move_person
from workflow.actions.record_visit import Finding
from workflow.errors import BadInput, HistoryWouldBreak
from workflow.ledger.book import ledger_no_at
from workflow.tables import Area, Assignment, Event, Request, Team
from workflow.vault import Vault
from workflow.verify import verify
from workflow.verify.personal import CHECK as PERSONAL

MORNING, NOON, EVENING = "2025-05-16 10:00", "2025-05-16 12:00", "2025-05-16 20:00"
CACHED_FOLLOW_UP = -1
"""Where `position` keeps a case's follow-up."""


def is_proven(world: World) -> None:
    """The unit's ledger, rows and roll-ups agree in every point that is checked (its people's values were never sealed)."""
    with world.store.read() as session:
        found = verify(session, [world.unit_id]).violations
    assert [str(each) for each in found if each.check != PERSONAL] == []


def hand_over(world: World, door: uuid.UUID, to: str) -> dict[str, Any]:
    """Give the door to another member of the first team, now."""
    team = next(row.id for row in world.rows(Team) if row.code == "T1")
    heir = world.actor(to).membership_id
    return world.command(
        "an", lambda b, c, a: reassign(b, c, a, [door], team_id=team, assignee_id=heir, reason="Đổi người")
    )


def take_elsewhere(world: World, door: uuid.UUID, folder: Path) -> dict[str, Any]:
    """Take the household to the second area, now."""
    vault = Vault.create(folder / f"{uuid.uuid4().hex}.json")
    area = next(row.id for row in world.rows(Area) if row.code == "A2")
    to = DoorInput(area, "Nguyễn Văn Chủ", "Ngõ 7", "3")
    return world.command("hai", lambda b, c, a: move_household(b, c, a, vault, door, to, reason="Hộ chuyển nhà"))


def effective(world: World, case: uuid.UUID) -> list[tuple[str, str | None, str | None, Instant]]:
    gone = {event.voids_no for event in world.events(Event.kind == "void")}
    steps = [event for event in world.events(Event.case_id == case) if event.state and event.ledger_no not in gone]
    steps.sort(key=lambda event: (event.happened_at, event.ledger_no))
    return [(event.kind, event.from_state, event.state, event.happened_at) for event in steps]


def test_a_morning_sheet_typed_after_a_noon_hand_over(world: World) -> None:
    door, (one, two) = world.household(TWO)
    world.go_to(NOON)
    hand_over(world, door, "cuong")
    held = [(row.assignee_id, row.from_no, row.to_no) for row in world.rows(Assignment)]
    world.go_to(EVENING)
    with world.store.read() as session:
        then = ledger_no_at(session, world.unit_id, world.clock.now())
    known_then = counted(world, at(EVENING), then)
    before = position(world)

    number = world.visit("an", door, Finding("took_part", one), Finding("not_met", two), happened=MORNING)["ledger_no"]

    case = world.case(one)
    assert (case.state, case.entered_at, case.last_happened_at) == ("submitted", at(MORNING), at(NOON))
    assert case.assignee_id == world.door(door).assignee_id == world.actor("cuong").membership_id
    assert effective(world, one)[1:] == [
        ("move", "activated", "submitted", at(MORNING)),
        ("transfer", "submitted", "submitted", at(NOON)),
    ]
    old, new = world.events(Event.kind == "transfer", Event.case_id == one)
    assert (new.cause, new.data["stands_for"], new.data["reason"]) == ("correction", old.ledger_no, "Đổi người")
    assert (old.team_id, old.assignee_id, old.area_id) == (new.team_id, new.assignee_id, new.area_id)
    assert [event.voids_no for event in world.events(Event.kind == "void")] == [old.ledger_no]
    assert counted(world, at("2025-05-16 11:00")) == {"activated": 1, "submitted": 1}
    assert counted(world, at(EVENING), then) == known_then == {"activated": 2}
    assert [(row.assignee_id, row.from_no, row.to_no) for row in world.rows(Assignment)] == held
    is_proven(world)

    void(world, "an", number)

    assert position(world) == before
    assert [step[:3] for step in effective(world, one)[1:]] == [("transfer", "activated", "activated")]
    is_proven(world)


def test_a_household_that_moved_to_another_area_and_team_at_noon(world: World, tmp_path: Path) -> None:
    door, (one, two) = world.household([("Nguyễn Văn Một", "registered"), TWO[1]])
    world.go_to(NOON)
    take_elsewhere(world, door, tmp_path)
    world.go_to(EVENING)

    world.visit("dung", door, Finding("activated_now", one), Finding("took_part", two), happened=MORNING)

    team = world.door(door).team_id
    for case in (world.case(one), world.case(two)):
        assert case.team_id == team
        move, transfer = world.events(Event.case_id == case.id, Event.state.is_not(None))[-2:]
        assert (move.kind, transfer.kind) == ("move", "transfer")
        assert move.team_id != transfer.team_id == team
        assert transfer.state == transfer.from_state == case.state
        assert transfer.stage == case.stage
    is_proven(world)


def test_several_hand_overs_and_a_second_sheet(world: World) -> None:
    door, (one, _) = world.household([("Nguyễn Văn Một", "registered"), TWO[1]])
    for hour, to in (("12:00", "cuong"), ("13:00", "binh"), ("14:00", "an")):
        world.go_to(f"2025-05-16 {hour}")
        hand_over(world, door, to)
    world.go_to(EVENING)
    world.visit("an", door, Finding("activated_now", one), happened=MORNING)

    world.visit("an", door, Finding("took_part", one), happened="2025-05-16 12:30")

    states = [step[2] for step in effective(world, one)]
    assert states == ["registered", "activated", "activated", "submitted", "submitted", "submitted"]
    originals = [event.ledger_no for event in world.events(Event.kind == "transfer", Event.cause == "person")]
    again = world.events(Event.kind == "transfer", Event.cause == "correction")
    assert {event.data["stands_for"] for event in again} <= set(originals)
    is_proven(world)


def test_other_steps_that_do_not_follow_are_still_refused(world: World) -> None:
    door, (one,) = world.household([("Nguyễn Văn Một", "registered")])
    world.go_to(NOON)
    hand_over(world, door, "cuong")
    world.go_to("2025-05-16 15:00")
    world.visit("an", door, Finding("activated_now", one))
    world.go_to(EVENING)
    before, last = position(world), len(world.events())

    with pytest.raises(HistoryWouldBreak, match="Hủy các bước sau trước"):
        world.visit("an", door, Finding("sim_pending", one), happened=MORNING)

    assert (position(world), len(world.events())) == (before, last)
    is_proven(world)


def test_a_visit_of_the_morning_is_voided_after_a_hand_over(world: World) -> None:
    door, (one, two) = world.household(TWO)
    before = position(world)
    world.go_to(MORNING)
    number = world.visit("an", door, Finding("took_part", one), Finding("not_met", two))["ledger_no"]
    world.go_to(NOON)
    hand_over(world, door, "cuong")
    world.go_to(EVENING)

    void(world, "an", number)

    assert world.case(one).state == "activated"
    assert world.door(door).attempts == before["doors"][door][1]
    assert world.case(one).assignee_id == world.actor("cuong").membership_id
    is_proven(world)


def move_to(world: World, case: uuid.UUID, door: uuid.UUID) -> None:
    who = world.case(case).subject_id
    world.command("hai", lambda b, c, a: move_person(b, c, a, who, door, reason="Về ở với con"))


def test_what_was_asked_for_a_person_goes_along_and_survives_a_void(world: World) -> None:
    door, (one, _) = world.household(TWO)
    other, _ = world.household(["Trần Văn Ba"], house="2")
    world.go_to(MORNING)
    world.visit("an", other, "nobody_home")
    world.visit("an", door, Finding("promised", one, promised_at=at("2025-05-19 09:00")))
    world.go_to(NOON)
    move_to(world, one, other)
    before = position(world)
    assert before["cases"][one][CACHED_FOLLOW_UP] == at("2025-05-19 09:00")
    world.go_to(EVENING)
    number = world.visit("an", other, Finding("not_met", one))["ledger_no"]
    assert position(world) != before

    void(world, "an", number)

    assert position(world) == before
    is_proven(world)


def test_a_late_sheet_at_the_new_door_keeps_the_attempts_made_before_it(world: World) -> None:
    _, (one, _) = world.household(TWO)
    other, _ = world.household(["Trần Văn Ba"], house="2")
    world.go_to("2025-05-16 09:00")
    world.visit("an", other, "nobody_home")
    world.go_to(NOON)
    move_to(world, one, other)
    world.go_to("2025-05-16 13:00")
    world.visit("an", other, Finding("not_met", one))
    before = position(world)
    world.go_to(EVENING)

    number = world.visit("an", other, Finding("took_part", one), happened=MORNING)["ledger_no"]
    is_proven(world)
    void(world, "an", number)

    assert position(world) == before
    is_proven(world)


def test_an_entry_about_somebody_who_moved_away_is_refused_until_they_are_back(world: World) -> None:
    door, (one, two) = world.household(TWO)
    other, _ = world.household(["Trần Văn Ba"], house="2")
    world.go_to(MORNING)
    took = world.visit("an", door, Finding("took_part", one))["ledger_no"]
    later = world.visit("an", door, Finding("promised", two, promised_at=at("2025-05-19 09:00")))["ledger_no"]
    world.go_to(NOON)
    move_to(world, one, other)
    move_to(world, two, other)
    last = len(world.events())

    for number in (took, took + 1, later):
        with pytest.raises(BadInput, match=rf"Số sổ {number}: .*chuyển người ấy về hộ cũ, sửa, rồi chuyển lại"):
            void(world, "an", number)
    assert len(world.events()) == last
    move_to(world, one, door)
    void(world, "an", took)

    assert world.case(one).state == "activated"
    is_proven(world)


def confirm(world: World, request: uuid.UUID, *, yes: bool = True) -> dict[str, Any]:
    reason = None if yes else "Thiếu giấy tờ"
    return world.command("an", lambda b, c, a: decide_exit(b, c, a, request, confirm=yes, reason=reason))


def asked(world: World) -> tuple[uuid.UUID, uuid.UUID, int, uuid.UUID]:
    """A door, its one case, and the visit of the morning that asked for an exit, with its request."""
    door, (one,) = world.household(["Nguyễn Văn Một"])
    world.go_to(MORNING)
    number = world.visit("binh", door, Finding("died", one, evidence="Trích lục khai tử"))["ledger_no"]
    return door, one, number, world.rows(Request)[0].id


@pytest.mark.parametrize("from_the_end", [1, 2])
def test_a_confirmed_exit_is_undone_first_and_then_the_visit(world: World, from_the_end: int) -> None:
    _, _, number, request = asked(world)
    before = position(world)
    world.go_to(EVENING)
    decided_no = confirm(world, request)["ledger_no"]

    with pytest.raises(BadInput, match=rf"đã được xác nhận ở số sổ {decided_no}; sửa bước xác nhận ấy trước"):
        void(world, "an", number)
    void(world, "an", [decided_no + 1, decided_no][from_the_end - 1])

    assert position(world) == before
    row = world.rows(Request)[0]
    assert (row.status, row.decided_no, row.decided_by_id) == ("waiting", None, None)
    is_proven(world)
    void(world, "an", number)
    assert world.rows(Request)[0].status == "withdrawn"
    is_proven(world)


def test_a_visit_whose_request_was_returned_is_voided(world: World) -> None:
    _, one, number, request = asked(world)
    confirm(world, request, yes=False)

    void(world, "an", number)

    assert world.rows(Request)[0].status == "returned"
    assert world.case(one).state == "activated"
    is_proven(world)


def test_an_exit_confirmed_after_a_hand_over_happened_when_it_was_told(world: World) -> None:
    door, one, _, request = asked(world)
    world.go_to(NOON)
    hand_over(world, door, "cuong")
    world.go_to(EVENING)

    confirm(world, request)

    assert (world.case(one).state, world.case(one).entered_at) == ("dead", at(MORNING))
    is_proven(world)


def test_one_late_visit_that_moves_a_person_twice(world: World) -> None:
    door, (one,) = world.household([("Nguyễn Văn Một", "registered")])
    world.go_to(NOON)
    hand_over(world, door, "cuong")
    world.go_to(EVENING)
    before = position(world)

    number = world.visit("an", door, Finding("activated_and_took_part", one), happened=MORNING)["ledger_no"]

    assert [step[:3] for step in effective(world, one)[1:]] == [
        ("move", "registered", "activated"),
        ("move", "activated", "submitted"),
        ("transfer", "submitted", "submitted"),
    ]
    visit, *moves = world.events(Event.kind.in_(("visit", "move")))
    assert visit.data["contact"] == at(MORNING)
    assert all("follow_up_at" in move.data for move in moves)
    is_proven(world)
    void(world, "an", number)
    assert position(world) == before
    is_proven(world)


def test_a_late_sheet_of_somebody_handed_over_within_the_same_instant(world: World) -> None:
    door, (one, _) = world.household(TWO)
    world.go_to(NOON)
    hand_over(world, door, "cuong")
    hand_over(world, door, "binh")
    world.go_to(EVENING)

    world.visit("an", door, Finding("took_part", one), happened=MORNING)

    assert world.case(one).assignee_id == world.actor("binh").membership_id
    is_proven(world)
