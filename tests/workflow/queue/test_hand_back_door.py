"""A member gives a door back with a reason; it is recorded like any hand-over, and only a door they hold can be given back."""

import pytest

from tests.workflow.queue.conftest import page, queue
from tests.workflow.world import World
from workflow.actions.assign_doors import reassign
from workflow.actions.hand_back_door import hand_back_door
from workflow.errors import BadInput, NotFound, NotPermitted, StaleVersion
from workflow.tables import Assignment, Event, Staged
from workflow.verify import verify

NEEDS_KEYS = "I5-personal"


def held(world: World, login: str = "binh"):
    """Return a door given to somebody as a leader gives it."""
    door, cases = world.household(["Nguyễn Văn Một", "Trần Thị Hai"])
    world.go_to("2025-05-16 08:00")
    member, team = world.actor(login).membership_id, world.door(door).team_id
    world.command(
        "an",
        lambda book, context, actor: reassign(
            book, context, actor, [door], team_id=team, assignee_id=member, reason="chia ngõ"
        ),
    )
    world.go_to("2025-05-16 09:00")
    return door, cases


def back(world: World, login: str, door, version=None, reason="nhà ở xa, không đi được"):
    """Hand a door back as a command of somebody."""
    return world.command(
        login,
        lambda book, context, actor: hand_back_door(book, context, actor, door, state_version=version, reason=reason),
    )


def test_the_team_has_it_again_and_the_ledger_says_why(given: World) -> None:
    door, cases = held(given)

    answer = back(given, "binh", door, given.door(door).state_version)

    row = given.door(door)
    assert (row.assignee_id, row.state_version) == (None, answer["state_version"])
    assert answer["cases"] == 2
    events = given.events(Event.kind == "transfer")[-2:]
    assert {(event.case_id, event.assignee_id, event.data["reason"]) for event in events} == {
        (case, None, "nhà ở xa, không đi được") for case in cases
    }
    assert {event.actor_id for event in events} == {given.actor("binh").membership_id}
    assert [given.case(case).assignee_id for case in cases] == [None, None]
    assert [given_.to_at is None for given_ in given.rows(Assignment, Assignment.door_id == door)].count(True) == 1
    assert not given.rows(Staged)
    assert [door.house_no for door in queue(given, "cuong").doors] == ["1"]
    newest = page(given, door).history[0]
    assert (newest.kind, newest.who, newest.to_team, newest.to_holder) == (
        "handed_over",
        "Trần Thị Bình",
        "Tổ công tác số 1",
        None,
    )
    with given.store.read() as session:
        report = verify(session, [given.unit_id])
    assert not [each for each in report.violations if each.check != NEEDS_KEYS]


def test_only_who_holds_it(given: World) -> None:
    door, _ = held(given)
    before = len(given.events())

    with pytest.raises(NotFound):
        back(given, "cuong", door)
    with pytest.raises(NotPermitted, match="tổ trưởng tổ công tác"):
        back(given, "an", door)
    with pytest.raises(NotPermitted):
        back(given, "hai", door)
    with pytest.raises(NotFound):
        back(given, "em", door, reason="")
    assert len(given.events()) == before

    back(given, "binh", door)
    with pytest.raises(NotPermitted):
        back(given, "binh", door)


def test_a_reason_and_the_newest_version(given: World) -> None:
    door, _ = held(given)

    with pytest.raises(BadInput, match="chưa ghi lý do"):
        back(given, "binh", door, reason="  ")
    with pytest.raises(BadInput, match="ý kiến trả lời"):
        back(given, "binh", door, reason="hộ này không tán thành")
    with pytest.raises(StaleVersion):
        back(given, "binh", door, given.door(door).state_version - 1)
    assert given.door(door).assignee_id is not None
