"""A unit's own way of telling: as far as the pack leaves it, from where a digest ends, the same however the clock looked."""

import random

import pytest

from rules.said import Said
from rules.time import DAY, HOUR, MINUTE, Instant, at, show
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import silent_world
from tests.workflow.notices.test_announce import END, START, planned, told
from tests.workflow.world import World
from workflow.actions.set_notices import set_notices
from workflow.errors import BadInput, NotPermitted
from workflow.notices.hours import Quiet, shown_at, span_of
from workflow.notices.ways import Way, begins_after
from workflow.queries.notice_items import items_of
from workflow.queries.notice_ways import way_to_come, ways_of
from workflow.queries.notices import digests_of
from workflow.tables import Audit, Notice, NoticeSetting

NIGHT = Quiet(20 * 60, 7 * 60)


def change(world: World, by: str = "hai", **values: object) -> Instant:
    """Change the way of the unit; return when that begins."""
    said = {"quiet": None, "every_hours": None, "most_listed": None, **values}
    done = world.command(by, lambda book, context, actor: set_notices(book, context, actor, **said))  # type: ignore[arg-type]
    return int(done["from_at"])


@pytest.mark.parametrize(
    "quiet", [Quiet(0, 0), NIGHT, Quiet(21 * 60 + 15, 6 * 60 + 45), Quiet(5 * 60 + 15, 5 * 60 + 30)]
)
@pytest.mark.parametrize("every", [1, 2, 3, 4, 6])
def test_every_instant_lies_in_the_span_of_its_digest_and_in_no_other(quiet: Quiet, every: int) -> None:
    day = at("2025-05-20 00:00")
    for instant in range(day, day + 2 * DAY, 5 * MINUTE):
        since, until = span_of(shown_at(instant, quiet, every), quiet, every)
        assert since <= instant < until, show(instant)


@pytest.mark.parametrize("now", range(0, 24, 5))
@pytest.mark.parametrize("new", [Way(NIGHT, 4, 1), Way(Quiet(0, 0), 6, 1), Way(Quiet(23 * 60, 5 * 60 + 30), 1, 1)])
def test_a_change_begins_between_two_digests_of_either_way(new: Way, now: int) -> None:
    old = Way(Quiet(21 * 60, 6 * 60), 2, 200)
    begins = begins_after(at("2025-05-20 00:10") + now * HOUR, old, new)

    for way, instants in (
        (old, range(begins - DAY, begins, 15 * MINUTE)),
        (new, range(begins, begins + DAY, 15 * MINUTE)),
    ):
        for instant in instants:
            since, until = span_of(shown_at(instant, way.quiet, way.every_hours), way.quiet, way.every_hours)
            assert (
                since >= begins
                or until <= begins
                or (
                    way is old
                    and since < begins
                    and shown_at(instant, way.quiet, way.every_hours) < begins
                    and until <= begins
                )
            )


def test_a_change_is_told_in_the_way_of_its_time_however_the_clock_looked(worlds: NewWorld) -> None:
    dice, seen = random.Random(7), []
    for most in (7 * MINUTE, 3 * HOUR, 60 * HOUR):
        world, now = planned(worlds), START
        world.clock.move_to(START)
        begins = change(world, quiet=(20 * 60, 7 * 60), every_hours=4)
        assert show(begins) == "2025-05-17 08:00"
        while now < END:
            world.clock.move_to(now)
            world.tick()
            now += dice.randint(MINUTE, most)
        world.clock.move_to(END)
        world.tick()
        seen.append(told(world))

    assert seen[0] == seen[1] == seen[2]
    days = {moment for _, moment, *_ in seen[0]}
    assert "2025-05-17 06:00" in days  # the night before still ends as the pack says
    assert {moment[-5:] for moment in days if moment >= "2025-05-17 08:00"} <= {"07:00", "08:00", "12:00", "16:00"}


def test_digests_of_more_hours_list_what_they_counted(worlds: NewWorld) -> None:
    silent = silent_world(worlds)
    silent.world.clock.move_to(START)
    change(silent.world, quiet=(20 * 60, 7 * 60), every_hours=4)
    silent.at("2025-05-18 17:00")
    world, now = silent.world, silent.world.clock.now()

    with world.store.read() as session:
        for login in ("an", "dung", "giang", "hai"):
            actor, context = world.actor(login), world.context()
            for digest in digests_of(session, actor, now=now)[0]:
                listed = items_of(session, actor, context, digest, now=now)
                assert sum(row.n for row in listed.climbed) + listed.rest == digest.counts.get("climbed", 0)
    assert world.rows(Notice)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"quiet": (12 * 60, 14 * 60)}, "18:00"),
        ({"quiet": (15 * 60, 7 * 60)}, "18:00"),
        ({"quiet": (21 * 60, 21 * 60)}, "18:00"),
        ({"every_hours": 6}, "1, 2, 3, 4"),
        ({"every_hours": 5}, "1, 2, 3, 4"),
        ({"every_hours": 0}, "1, 2, 3, 4"),
        ({"most_listed": 501}, "500"),
        ({"most_listed": 0}, "500"),
    ],
)
def test_what_the_pack_does_not_leave_to_the_unit_is_refused_in_a_sentence(
    worlds: NewWorld, values: dict[str, object], says: str
) -> None:
    world = worlds()
    with pytest.raises(BadInput) as refusal:
        change(world, **values)
    assert says in str(refusal.value)
    assert isinstance(refusal.value.values["what"], Said)
    assert not world.rows(NoticeSetting)


def test_coordinators_set_it_others_do_not_and_a_trace_stays(worlds: NewWorld) -> None:
    world = worlds()
    for login in ("an", "giang", "khanh"):
        with pytest.raises(NotPermitted):
            change(world, login, every_hours=2)
    change(world, every_hours=2)

    (trace,) = [row for row in world.rows(Audit) if (row.data or {}).get("what") == "set_notices"]
    assert trace.about_id == world.context().id
    assert trace.data["every_hours"] == 2


def test_a_change_that_has_not_begun_gives_way_and_empty_means_as_the_pack_says(worlds: NewWorld) -> None:
    world = worlds()
    first = change(world, every_hours=4, most_listed=20)
    change(world, every_hours=2)
    assert len(world.rows(NoticeSetting)) == 1
    with world.store.read() as session:
        coming = way_to_come(ways_of(session, world.context()), world.clock.now())
    assert coming is not None
    assert coming[1] == Way(Quiet(21 * 60, 6 * 60), 2, 200)

    world.clock.move_to(first + HOUR)
    back = change(world)
    with world.store.read() as session:
        ways = ways_of(session, world.context())
    assert ways.at(first).every_hours == 2
    assert ways.at(back) == Way.of(ways.said) == ways.at(coming[0] - 1)
