"""The queue shows whoever is to be met now or today, in the documented order, and counts exactly what it lists."""

import random
from collections import Counter

import pytest
from sqlalchemy import select

from rules.time import DAY, HOUR, MINUTE
from tests.workflow.queue.conftest import give, houses, queue, set_door, statements
from tests.workflow.world import World
from workflow.actions.record_visit import Finding
from workflow.days import tomorrow_of
from workflow.errors import BadInput
from workflow.queries.queue import QueuedDoor, queue_of
from workflow.queries.queue_times import DUE, count_queue, timing_of_door, timing_sql
from workflow.tables import Door


def test_overdue_then_promised_then_unseen_then_tonight(given: World) -> None:
    doors = {number: given.household([f"Nguyễn Văn {number}"], house=number)[0] for number in "123456"}
    given.household(["Nguyễn Thị Khác"], area="A2", house="9")
    now = given.go_to("2025-05-16 09:00")
    given.visit("an", doors["1"], Finding("took_part", given_case(given, doors["1"])))
    given.visit("an", doors["2"], "nobody_home")
    given.visit("an", doors["3"], Finding("door_promised", promised_at=now + 5 * HOUR))
    given.visit("an", doors["4"], Finding("door_promised", promised_at=now + HOUR))
    given.visit("an", doors["5"], Finding("door_promised", promised_at=now + 2 * DAY))

    early = queue(given, filter="all")
    given.go_to("2025-05-16 10:30")
    late = queue(given)

    assert [(door.house_no, door.timing) for door in early.doors] == [
        ("4", "promised"), ("3", "promised"), ("6", "new"), ("2", "later_today"), ("5", "another_day"),
    ]  # fmt: skip
    assert [(door.house_no, door.timing) for door in late.doors] == [
        ("4", "overdue"), ("3", "promised"), ("6", "new"), ("2", "later_today"),
    ]  # fmt: skip
    assert (late.counts.due, late.counts.later, late.counts.all, late.counts.overdue) == (4, 1, 5, 1)


def test_inside_a_rank_by_priority_then_along_the_lane(given: World) -> None:
    for lane, house in (("Ngõ 2", "1"), ("Ngõ 1", "3"), ("Ngõ 1", "2")):
        given.household(["Nguyễn Văn A"], lane=lane, house=house)
    urgent, _ = given.household(["Nguyễn Văn B"], lane="Ngõ 3", house="7")
    set_door(given, urgent, priority=1)
    given.go_to("2025-05-16 09:00")

    assert [(door.lane, door.house_no) for door in queue(given).doors] == [
        ("Ngõ 3", "7"), ("Ngõ 1", "2"), ("Ngõ 1", "3"), ("Ngõ 2", "1"),
    ]  # fmt: skip


def test_each_sees_the_doors_that_are_theirs_or_nobodys(given: World) -> None:
    mine, _free, hers = (given.household(["Nguyễn Văn A"], house=number)[0] for number in "123")
    give(given, mine, "binh")
    give(given, hers, "cuong")
    given.go_to("2025-05-16 09:00")

    assert houses(queue(given, "binh")) == ["1", "2"]
    assert [door.is_mine for door in queue(given, "binh").doors] == [True, False]
    assert houses(queue(given, "an")) == ["1", "2", "3"]
    assert houses(queue(given, "em")) == houses(queue(given, "khanh")) == houses(queue(given, "hai")) == []


def test_a_row_and_the_database_agree_on_how_a_door_stands(given: World) -> None:
    now = given.go_to("2025-05-16 09:00")
    picks = random.Random(7)
    moments = [
        None,
        None,
        None,
        now - DAY,
        now - 1,
        now,
        now + 1,
        now + HOUR,
        now + 15 * HOUR - 1,
        now + 15 * HOUR,
        now + 2 * DAY,
    ]
    for number in range(80):
        door, _ = given.household(["Nguyễn Văn A"], house=str(number))
        set_door(
            given,
            door,
            follow_up_at=picks.choice(moments),
            promised_at=picks.choice(moments),
            attempts=picks.choice([0, 1]),
            last_contact=picks.choice([None, now - DAY]),
            open_cases=picks.choice([0, 1, 2]),
            own_follow_up_at=picks.choice(moments),
            someone_untimed=picks.choice([False, True]),
        )

    with given.store.read() as session:
        said = dict(
            session.execute(
                select(Door.id, timing_sql(now, tomorrow_of(now))).where(Door.unit_id == given.unit_id)
            ).all()
        )
        counts = count_queue(session, given.actor("an"), given.context(), now=now)
    rows = given.rows(Door)

    assert {row.id: timing_of_door(row, now) for row in rows} == said
    assert len(set(said.values())) == 7
    assert counts.due == sum(timing in DUE for timing in said.values())
    assert counts.all == sum(timing != "nobody" for timing in said.values())
    by_timing = Counter(door.timing for door in queue(given, filter="all", limit=100).doors)
    assert by_timing == Counter(timing for timing in said.values() if timing != "nobody")


def test_one_persons_other_day_leaves_the_others_for_today(given: World) -> None:
    door, cases = given.household(["Nguyễn Văn An", "Trần Thị Bình", "Lê Văn Cường"], house="1")
    now = given.go_to("2025-05-16 09:00")

    given.visit("an", door, Finding("promised", cases[0], promised_at=now + 2 * DAY))
    one_asked = queue(given)
    given.visit("an", door, Finding("promised", cases[1], promised_at=now + DAY))
    given.visit("an", door, Finding("took_part", cases[2]))
    all_asked = queue(given)

    assert [(each.house_no, each.timing, each.follow_up_at) for each in one_asked.doors] == [
        ("1", "again", now + 2 * DAY)
    ]
    assert (one_asked.counts.due, one_asked.counts.later) == (1, 0)
    assert (houses(all_asked), all_asked.counts.due, all_asked.counts.later) == ([], 0, 1)


def test_another_day_for_the_household_holds_for_all(given: World) -> None:
    door, _ = given.household(["Nguyễn Văn An", "Trần Thị Bình"], house="1")
    now = given.go_to("2025-05-16 09:00")

    given.visit("an", door, Finding("door_promised", promised_at=now + 2 * DAY))

    assert given.door(door).someone_untimed
    assert (houses(queue(given)), houses(queue(given, filter="later"))) == ([], ["1"])


def test_thirty_then_the_next(given: World) -> None:
    for number in range(40):
        given.household(["Nguyễn Văn A"], house=f"{number:02d}")
    given.go_to("2025-05-16 09:00")

    first = queue(given)
    rest = queue(given, after=first.next_after)

    assert (len(first.doors), first.next_after, first.total) == (30, 30, 40)
    assert (len(rest.doors), rest.next_after) == (10, None)
    assert not {door.id for door in first.doors} & {door.id for door in rest.doors}


def test_the_page_costs_four_statements_however_many_doors(given: World) -> None:
    for number in range(12):
        given.household(["Nguyễn Văn A", "Trần Thị B", "Lê Văn C"], house=str(number))
    given.go_to("2025-05-16 09:00")
    actor, context = given.actor("an"), given.context()

    with given.store.read() as session, statements(given) as sent:
        queue_of(session, actor, context, now=given.clock.now())

    assert len(sent) == 4


def test_one_area_of_two(given: World) -> None:
    given.household(["Nguyễn Văn A"], area="A1", house="1")
    moved, _ = given.household(["Nguyễn Văn B"], area="A2", house="2")
    set_door(given, moved, team_id=given.rows(Door, Door.id != moved)[0].team_id)
    given.go_to("2025-05-16 09:00")

    both = queue(given)

    assert houses(both) == ["1", "2"]
    assert {code: n for code, (_, n) in both.counts.by_area.items()} == {"A1": 1, "A2": 1}
    assert houses(queue(given, area="A2")) == ["2"]
    assert queue(given, area="A2").total == 1


def test_search_by_folded_name_or_number_and_nothing_else(given: World) -> None:
    given.household(["Đặng Thị Hoà", "Nguyễn Văn Ngà"], lane="Ngõ 5", house="36")
    done, (person,) = given.household(["Đặng Hoà Bình"], lane="Ngõ 5", house="3")
    given.household(["Nguyễn Thị Khác"], lane="Ngõ 36", house="5")
    given.household(["Đặng Thị Hoà"], area="A2", house="36")
    given.go_to("2025-05-16 09:00")
    given.visit("an", done, Finding("not_taking_part", person))

    assert houses(queue(given, search="dang hoa")) == houses(queue(given, search="HOÀ đặng")) == ["36"]
    assert houses(queue(given, search="oà")) == []
    assert houses(queue(given, search="3")) == ["3", "36"]
    assert houses(queue(given, search="số 36, ngõ 5")) == ["36"]
    assert houses(queue(given, search="ngõ 36")) == ["5"]
    assert houses(queue(given, search="hoà bình")) == []
    for nothing in ("%", "*", "_", "a", "%%%", "  . "):
        if nothing.strip():
            with pytest.raises(BadInput, match="ít nhất hai chữ cái"):
                queue(given, search=nothing)
    with pytest.raises(BadInput, match="dài quá"):
        queue(given, search="a" * 61)


def test_search_stops_at_fifty(given: World) -> None:
    for number in range(53):
        given.household(["Nguyễn Văn Trùng"], house=str(number))
    given.go_to("2025-05-16 09:00")

    found = queue(given, search="trung")

    assert (len(found.doors), found.next_after) == (50, None)


def test_only_the_open_card_says_what_may_be_said(given: World) -> None:
    doors = [given.household(["Nguyễn Văn A"], house=number)[0] for number in "123"]
    given.go_to("2025-05-16 09:00")

    first, second = queue(given), queue(given, opened=doors[1])

    assert first.opened is not None
    assert second.opened is not None
    assert (first.opened.house_no, second.opened.house_no) == ("1", "2")
    assert [bool(door.people[0].choices) for door in second.doors] == [False, True, False]


def given_case(world: World, door) -> object:
    """Return the one case of a door."""
    from workflow.tables import Case

    return world.rows(Case, Case.door_id == door)[0].id


def test_what_is_due_to_the_minute(given: World) -> None:
    door, _ = given.household(["Nguyễn Văn A"])
    now = given.go_to("2025-05-16 09:00")
    given.visit("an", door, Finding("door_promised", promised_at=now + MINUTE))
    at_the_minute = queue(given)

    given.clock.move_to(now + MINUTE)

    assert at_the_minute.doors[0].timing == "promised"
    assert isinstance(queue(given).doors[0], QueuedDoor)
    assert queue(given).doors[0].timing == "overdue"
