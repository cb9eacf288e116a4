"""How far today: doors, not people; and when the period is cut."""

from rules.time import HOUR, at
from tests.workflow.queue.conftest import queue
from tests.workflow.world import World
from workflow.actions.record_visit import Finding
from workflow.actions.void_event import void_event
from workflow.queries.member_progress import count_done_today, next_cut_off, visits_typed_today


def done(world: World, login: str) -> int:
    """Return how many doors somebody is through with today."""
    with world.store.read() as session:
        return count_done_today(session, world.actor(login), world.context(), now=world.clock.now())


def test_a_door_is_done_for_today_when_nobody_has_to_go_there_again(given: World) -> None:
    doors = [given.household(["Nguyễn Văn A", "Trần Thị B"], house=str(n)) for n in range(5)]
    now = given.go_to("2025-05-16 09:00")
    (first, (a, b)), (second, _), (third, (c, _)), (fourth, _), _ = doors
    given.visit("binh", first, Finding("took_part", a), Finding("not_taking_part", b))
    given.visit("binh", second, "nobody_home")
    given.visit("binh", third, Finding("took_part", c))
    given.visit("binh", fourth, Finding("door_promised", promised_at=now + 30 * HOUR))

    assert (done(given, "binh"), queue(given, "binh").counts.due) == (2, 3)
    assert done(given, "cuong") == done(given, "an") == 0
    given.go_to("2025-05-17 09:00")
    assert done(given, "binh") == 0


def test_what_was_undone_does_not_count(given: World) -> None:
    door, (one,) = given.household(["Nguyễn Văn A"])
    given.go_to("2025-05-16 09:00")
    number = given.visit("binh", door, Finding("took_part", one))["ledger_no"]
    before = done(given, "binh")
    with given.store.read() as session:
        seen = visits_typed_today(session, given.actor("binh"), given.context(), now=given.clock.now())
    given.command("binh", lambda book, context, actor: void_event(book, context, actor, number, reason="bấm nhầm"))

    assert (before, done(given, "binh"), queue(given, "binh").counts.due) == (1, 0, 1)
    assert [(each.door_id, each.ledger_no, each.said[0][1].vi) for each in seen] == [
        (door, number, "Đã kết thúc liên hệ")
    ]
    with given.store.read() as session:
        assert not visits_typed_today(session, given.actor("binh"), given.context(), now=given.clock.now())


def test_the_cut_off_comes_from_the_pack(worlds) -> None:
    town, ward = worlds(), worlds("an-lac-2025", starts="2025-05-12 08:00")

    early, late = next_cut_off(town.pack, at("2025-05-16 15:59")), next_cut_off(town.pack, at("2025-05-16 16:00"))

    assert early is not None
    assert late is not None
    assert (early.at, early.internal_at) == (at("2025-05-16 16:00"), at("2025-05-16 15:30"))
    assert late.at == at("2025-05-17 16:00")
    other = next_cut_off(ward.pack, at("2025-05-16 15:59"))
    assert other is not None
    assert (other.at, other.internal_at) == (at("2025-05-16 22:00"), None)
    assert next_cut_off(town.pack, at("2025-06-16 15:59")) is None
