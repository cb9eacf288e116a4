"""Whoever waits to be deducted is settled by a number of the system, all at once, and taken back as one."""

from uuid import UUID

import pytest

from tests.workflow.answer.town import Afternoon, afternoon
from tests.workflow.world import World
from workflow.actions.settle_lag import settle_lag, undo_settling
from workflow.actions.withdraw_told import withdraw_system_count
from workflow.closing.counter_page import CounterPage, counter_page
from workflow.errors import AlreadyDecided, BadInput, NotFound, NotPermitted
from workflow.escalation.settle import open_settled
from workflow.tables import Case, Event
from workflow.verify.run import verify

UNSETTLED = "submitted_unreconciled"


@pytest.fixture
def town(world: World) -> Afternoon:
    return afternoon(world)


def settle(town: Afternoon, count: str, login: str = "hai"):
    return town.world.command(login, lambda b, c, a: settle_lag(b, c, a, UUID(count)))


def undo(town: Afternoon, count: str, reason: str = "bấm nhầm", login: str = "hai"):
    return town.world.command(login, lambda b, c, a: undo_settling(b, c, a, UUID(count), reason=reason))


def page(town: Afternoon) -> CounterPage:
    with town.world.store.read() as session:
        return counter_page(session, town.world.actor("hai"), town.world.context(), now=town.world.clock.now())


def settled(town: Afternoon) -> dict[UUID, int | None]:
    return {one.id: one.settled for one in page(town).counts if one.has_settled}


def states(town: Afternoon) -> list[str]:
    return sorted(row.state for row in town.world.rows(Case) if row.track == "path")


NOT_REAL = ("I5-personal", "I6-close")
"""What is not whole in this town from the start: personal values, and the close that its builder wrote by hand."""


def assert_clean(world: World) -> None:
    with world.store.read() as session:
        found = verify(session, [world.unit_id]).violations
    assert [each for each in found if each.check not in NOT_REAL] == []


def test_a_number_that_has_everybody_settles_who_waited_and_is_taken_back_as_one(town: Afternoon) -> None:
    before = states(town)
    count = town.system(7, "2025-05-24 15:30")["count"]
    assert page(town).may_settle
    assert page(town).system.difference.unexplained == 2

    told = settle(town, count)

    assert (told["settled"], told["left"]) == (2, 0)
    assert states(town).count(UNSETTLED) == 0
    assert states(town).count("submitted") == 7
    seen = page(town)
    assert (seen.system.difference.waiting, seen.system.difference.unexplained, seen.may_settle) == (0, 0, False)
    assert settled(town) == {UUID(count): 2}
    moves = [row for row in town.world.rows(Event) if row.batch_id == UUID(count)]
    assert {(row.move, row.cause, row.happened_at) for row in moves} == {
        ("reconcile", "person", seen.counts[0].as_of - 1)
    }
    assert_clean(town.world)
    with pytest.raises(BadInput, match="không còn ai chờ"):
        settle(town, count)

    town.world.go_to("2025-05-24 15:50")
    told = undo(town, count)
    assert (told["undone"], told["kept"]) == (2, 0)
    assert states(town) == before
    assert settled(town) == {}
    assert_clean(town.world)
    with pytest.raises(AlreadyDecided):
        undo(town, count)
    assert settle(town, count)["settled"] == 2  # and once more, under the same number
    assert settled(town) == {UUID(count): 2}
    assert_clean(town.world)


def test_whoever_took_part_after_the_number_was_seen_waits_on(town: Afternoon) -> None:
    count = town.system(5, "2025-05-24 15:05")["count"]
    town.world.go_to("2025-05-24 15:45")
    town.visit("dung", "4", "took_part_not_deducted")

    assert settle(town, count)["settled"] == 2

    assert states(town).count(UNSETTLED) == 1
    assert page(town).system.difference.waiting == 0  # at the number's own instant


def test_nobody_is_settled_by_a_number_that_cannot_say_who(town: Afternoon) -> None:
    fewer = town.system(6, "2025-05-24 15:30")["count"]
    area = town.world.door(town.doors["1"][0]).area_id
    there = town.system(7, "2025-05-24 15:31", area=area)["count"]
    written = len(town.world.rows(Event))
    with pytest.raises(BadInput, match=r"hệ thống có 6, ít hơn sổ \(7\)"):
        settle(town, fewer)
    with pytest.raises(BadInput, match="dưới 5 người đang chờ"):
        settle(town, there)
    for login in ("khanh", "an", "binh"):
        with pytest.raises(NotPermitted):
            settle(town, fewer, login)
        with pytest.raises(NotPermitted):
            undo(town, fewer, login=login)
    with pytest.raises(NotFound):
        settle(town, str(town.world.unit_id))
    with pytest.raises(BadInput, match="chưa ghi lý do"):
        undo(town, fewer, " ")
    assert not page(town).may_settle
    assert len(town.world.rows(Event)) == written


def test_an_area_is_settled_by_its_own_number_and_no_count_is_told(world: World) -> None:
    town = Afternoon(world)
    world.go_to("2025-05-16 09:00")
    town.home("1", *(f"Bùi Văn {name}" for name in ("Một", "Hai", "Ba", "Bốn", "Năm")))
    town.home("4", "Đỗ Thị Chín", area="A2")
    world.go_to("2025-05-24 10:00")
    town.visit("an", "1", *["took_part_not_deducted"] * 5)
    town.visit("dung", "4", "took_part_not_deducted")
    world.go_to("2025-05-24 15:40")
    area = world.door(town.doors["1"][0]).area_id
    fewer = town.system(4, "2025-05-24 15:20", area=area)["count"]
    with pytest.raises(BadInput, match="còn ít hơn sổ ở địa bàn này"):
        settle(town, fewer)
    count = town.system(5, "2025-05-24 15:30", area=area)["count"]

    told = settle(town, count)

    assert (told["settled"], told["left"]) == (None, None)
    assert states(town).count(UNSETTLED) == 1
    assert settled(town) == {UUID(count): None}
    assert undo(town, count)["undone"] is None
    assert states(town).count(UNSETTLED) == 6
    assert_clean(town.world)


def test_what_somebody_built_on_stays(town: Afternoon) -> None:
    count = town.system(7, "2025-05-24 15:30")["count"]
    settle(town, count)
    town.world.go_to("2025-05-24 15:45")
    door, people = town.doors["2"]

    def found_waiting_again(book, context, actor):
        opened = open_settled(book, context, door)
        opened.move(opened.case(people[1]), "find_not_deducted", by=("coordinator",), happened_at=book.now)
        opened.save()
        return {}

    town.world.command("hai", found_waiting_again)

    told = undo(town, count)

    assert (told["undone"], told["kept"]) == (1, 1)
    assert states(town).count(UNSETTLED) == 2
    assert settled(town) == {UUID(count): 1}
    assert_clean(town.world)


def test_a_number_that_settled_somebody_is_not_taken_back_before_that_is(town: Afternoon) -> None:
    count = UUID(town.system(7, "2025-05-24 15:30")["count"])
    settle(town, str(count))

    with pytest.raises(BadInput, match="hủy đối soát trước"):
        town.world.command("hai", lambda b, c, a: withdraw_system_count(b, c, a, count, reason="gõ nhầm"))
    town.world.go_to("2025-05-24 15:50")
    undo(town, str(count))
    town.world.command("hai", lambda b, c, a: withdraw_system_count(b, c, a, count, reason="gõ nhầm"))

    assert [one.because for one in page(town).counts if one.id == count] == ["gõ nhầm"]
