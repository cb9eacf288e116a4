"""Ending a shift: what goes, what stays and why, what the next one reads, and that nobody takes another's."""

import uuid
from typing import Any

import pytest
from sqlalchemy import update

from rules.time import at
from tests.workflow.inbox.conftest import NOTICED, Silent, silent
from tests.workflow.world import World
from workflow.actions.assign_doors import reassign
from workflow.actions.hand_over_shift import hand_over_shift, receive_shift
from workflow.actions.plan_absence import plan_absence
from workflow.errors import AlreadyDecided, BadInput, NotFound
from workflow.queries.shifts import in_hand, last_shifts, next_on_shift, waiting_shifts
from workflow.tables import Door, Event, Team

__all__ = ["silent"]


def member(world: World, login: str) -> uuid.UUID:
    return world.actor(login).membership_id


def give(world: World, door: uuid.UUID, team: str, to: str) -> None:
    there, receiver = next(row.id for row in world.rows(Team) if row.code == team), member(world, to)
    world.command(
        "hai",
        lambda b, c, a: reassign(b, c, a, [door], team_id=there, assignee_id=receiver, reason="Chia hộ"),
    )


def hand_over(world: World, giver: str, taker: str, note: str | None = None, key: str | None = None) -> dict[str, Any]:
    to = member(world, taker)
    return world.command(
        giver,
        lambda b, c, a: hand_over_shift(b, c, a, to, note=note),
        key=key,
        request={"shift": taker} if key else None,
    )


def receive(world: World, login: str, shift: str) -> dict[str, Any]:
    return world.command(login, lambda b, c, a: receive_shift(b, c, a, uuid.UUID(shift)))


def read(world: World, login: str, query: Any, **values: Any) -> Any:
    actor, context = world.actor(login), world.context()
    with world.store.read() as session:
        return query(session, actor, context, **values)


def held(world: World, login: str) -> set[uuid.UUID]:
    return {row.id for row in world.rows(Door, Door.assignee_id == member(world, login))}


def test_doors_and_items_go_at_once_and_the_next_one_says_so(silent: Silent) -> None:
    world = silent.world
    silent.at(NOTICED)
    for door in silent.doors[:2]:
        give(world, door, "T1", "an")
    silent.answer("an", silent.ids(0), "acknowledged")
    assert read(world, "an", in_hand, limit=500) == (2, 1)

    done = hand_over(world, "an", "binh", "Nhà số 2 có chó dữ")

    assert (done["doors"], done["items"], done["left"]) == (2, 1, {"other_team": 0, "items": 0})
    assert held(world, "binh") == set(silent.doors[:2])
    (waiting,) = read(world, "binh", waiting_shifts)
    assert (waiting.giver, waiting.note, waiting.doors, waiting.items) == (
        "Nguyễn Văn An", "Nhà số 2 có chó dữ", 2, 1,
    )  # fmt: skip
    assert silent.told("binh", 0).may != ()
    receive(world, "binh", done["shift"])
    assert read(world, "binh", waiting_shifts) == []
    assert read(world, "an", last_shifts)[0].received_at == world.clock.now()
    with pytest.raises(AlreadyDecided, match="đã nhận ca này lúc 08:00"):
        receive(world, "binh", done["shift"])
    told = [one.data for one in world.events(Event.kind == "note")]
    assert [sorted(one) for one in told] == [["reason", "shift"], ["shift_received"]]
    assert silent.findings() == []


def test_a_step_of_another_post_stays_and_is_counted(silent: Silent) -> None:
    world = silent.world
    silent.at(NOTICED)
    silent.answer("an", silent.ids(0, 1), "handed_on", to=member(world, "binh"))

    done = hand_over(world, "binh", "cuong", "Hai việc đang làm dở")

    assert (done["items"], done["left"]["items"]) == (0, 2)
    assert read(world, "an", last_shifts) == []
    assert read(world, "binh", last_shifts)[0].kept == 2


def test_doors_with_nothing_left_to_do_stay_with_who_did_them(world: World) -> None:
    (open_door, _), (done_door, _) = world.household(["Nguyễn Văn Một"]), world.household(["Nguyễn Văn Hai"])
    world.go_to("2025-05-16 09:00")
    for door in (open_door, done_door):
        give(world, door, "T1", "binh")
    with world.store.write() as session:
        session.execute(update(Door).where(Door.unit_id == world.unit_id, Door.id == done_door).values(open_cases=0))

    assert hand_over(world, "binh", "cuong")["doors"] == 1
    assert (held(world, "binh"), held(world, "cuong")) == ({done_door}, {open_door})


def test_only_to_somebody_of_the_same_team_or_post(world: World) -> None:
    with world.store.read() as session:
        names = {one.name for one in next_on_shift(session, world.actor("binh"), now=world.clock.now())}
        assert names == {"Nguyễn Văn An", "Lê Văn Cường"}
        assert next_on_shift(session, world.actor("khanh"), now=world.clock.now()) == []
    for stranger in ("em", "hai", "binh"):
        with pytest.raises(BadInput, match="cùng tổ hoặc cùng vị trí"):
            hand_over(world, "binh", stranger, "Xin nhận giúp")


def test_nothing_to_hand_over_is_said_and_a_note_alone_goes(world: World) -> None:
    with pytest.raises(BadInput, match="không có hộ hay việc nào"):
        hand_over(world, "binh", "cuong")
    assert hand_over(world, "binh", "cuong", "Chìa khóa để ở trụ sở")["doors"] == 0


def test_nobody_receives_anothers_shift(world: World) -> None:
    shift = hand_over(world, "binh", "cuong", "Chìa khóa để ở trụ sở")["shift"]

    for stranger in ("binh", "an", "em", "hai"):
        with pytest.raises(NotFound):
            receive(world, stranger, shift)
    with pytest.raises(NotFound):
        receive(world, "cuong", str(uuid.uuid4()))


def test_sent_twice_it_goes_once(world: World) -> None:
    first = hand_over(world, "binh", "cuong", "Một lần", key="same")

    assert hand_over(world, "binh", "cuong", "Một lần", key="same") == first
    assert len(read(world, "cuong", waiting_shifts)) == 1


def stand_in(world: World, absent: str, delegate: str) -> None:
    ids = member(world, absent), member(world, delegate)
    world.command(
        absent,
        lambda b, c, a: plan_absence(b, a, ids[0], delegate_id=ids[1], from_at=None, to_at=at("2025-05-20 12:00")),
    )


def told(world: World, login: str) -> list[tuple[str, bool]]:
    """Return what somebody's events since the beginning are, and whether each was in another name."""
    return [(one.kind, one.acting_for_id is not None) for one in world.events(Event.actor_id == member(world, login))]


def test_a_delegate_hands_over_in_their_own_name_what_was_given_to_them(silent: Silent) -> None:
    world = silent.world
    silent.at(NOTICED)
    give(world, silent.doors[1], "T1", "binh")
    silent.answer("an", silent.ids(0, 1), "handed_on", to=member(world, "binh"))
    stand_in(world, "an", "binh")
    before = len(told(world, "binh"))

    done = hand_over(world, "binh", "cuong", "Hai việc đang làm dở")

    assert (done["doors"], done["items"], done["left"]["items"]) == (1, 0, 2), "as on any day: the step is the leader's"
    assert told(world, "binh")[before:] == [("note", False), ("transfer", False)]
    assert silent.findings() == []


def test_what_was_taken_on_in_a_lent_post_stays_with_it_and_ones_own_goes(silent: Silent) -> None:
    world = silent.world
    silent.at(NOTICED)
    give(world, silent.doors[2], "T2", "dung")
    stand_in(world, "an", "dung")
    silent.answer("dung", silent.ids(0, 3), "acknowledged")
    before = len(told(world, "dung"))

    done = hand_over(world, "dung", "em")

    assert (done["doors"], done["items"], done["left"]["items"]) == (1, 1, 1)
    assert told(world, "dung")[before:] == [("note", False), ("escalate", False), ("transfer", False)]
    assert [silent.episodes()[silent.cases[number]].given_to for number in (0, 3)] == [None, member(world, "em").hex]
    assert silent.findings() == []
