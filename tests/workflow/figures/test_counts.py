"""Counts at past instants: the fast path and the replay agree on random histories, and each rule of counting has its example."""

import random
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from rules.time import DAY, HOUR, Instant
from tests.workflow.figures.world import START, World
from workflow.days import day_start, local_day
from workflow.errors import NotFound
from workflow.figures.counts import (
    ROLLED_UP,
    CellCount,
    changed_by_happening,
    changed_by_recording,
    count_cases,
    newest_no,
    replay_cases,
)
from workflow.figures.replay import Cut, replayed
from workflow.ids import id_of
from workflow.ledger.book import ledger_no_at

ALL = ("track", "state", "stage", "area", "team", "unnamed")


def counted(
    world: World, as_of: Instant, *, ledger_no: int | None = None, by: tuple[str, ...] = ("state",)
) -> dict[object, int]:
    """Return the counts by the last dimension of `by`, after checking that both ways agree."""
    with world.store.read() as session:
        fast = count_cases(session, world.unit_id, world.campaign_id, as_of=as_of, ledger_no=ledger_no, by=by)
        slow = replay_cases(session, world.unit_id, world.campaign_id, as_of=as_of, ledger_no=ledger_no, by=by)
    assert fast == slow
    return {getattr(cell, by[-1]): cell.n for cell in fast}


def then(world: World, as_of: Instant) -> int:
    """Return the ledger number at which *as known then* is cut."""
    with world.store.read() as session:
        return ledger_no_at(session, world.unit_id, as_of)


def test_a_backdated_move_changes_what_is_known_now_and_not_what_was_known_then(world: World) -> None:
    [case] = world.enter("activated", happened_at=START)
    world.later(72)

    world.move(case, "submit", happened_at=START + 10 * HOUR)

    evening = START + 20 * HOUR
    assert counted(world, evening) == {"submitted": 1}
    assert counted(world, evening, ledger_no=then(world, evening)) == {"activated": 1}
    assert counted(world, START + 10 * HOUR) == {"activated": 1}, "what happens at the instant itself is not before it"
    assert counted(world, START + 10 * HOUR + 1) == {"submitted": 1}


def test_a_void_puts_everything_back_and_stays_visible_in_what_was_known_then(world: World) -> None:
    [case] = world.enter("activated")
    world.later(30)
    number = world.move(case, "submit")
    world.later(30)
    between = world.now
    world.later(1)

    assert world.void(number or 0) is not None

    world.later(24)
    assert counted(world, between) == {"activated": 1}
    assert counted(world, between, ledger_no=then(world, between)) == {"submitted": 1}
    assert counted(world, world.now, ledger_no=then(world, world.now)) == {"activated": 1}


def test_a_case_that_left_is_not_counted_and_was_until_then(world: World) -> None:
    [case, _] = world.enter("activated", "activated")
    world.later(30)

    world.leave(case)

    assert counted(world, world.now + 1) == {"activated": 1}
    assert counted(world, world.now) == {"activated": 2}


def test_a_void_of_entering_takes_the_case_out_of_every_day(world: World) -> None:
    world.enter("activated")
    world.later(50)

    assert world.void(1) is not None

    assert counted(world, world.now + 1) == {}
    assert counted(world, world.now, ledger_no=1) == {"activated": 1}


def test_places_of_a_paper_list_are_marked_until_named_and_named_on_every_past_day(world: World) -> None:
    first, _ = world.enter("activated", "activated", unnamed=True)
    before = world.later(30)
    world.later(1)

    world.name(first)

    world.later(30)
    assert counted(world, before, by=("state", "unnamed")) == {True: 1, False: 1}
    assert counted(world, before, ledger_no=then(world, before), by=("state", "unnamed")) == {True: 2}
    assert counted(world, world.now, ledger_no=then(world, world.now), by=("unnamed",)) == {True: 1, False: 1}


def test_who_has_no_name_yet_is_looked_up_case_by_case_where_only_some_cases_are_counted() -> None:
    """Joined as lists, PostgreSQL works one out again for every row of the other until it has measured its tables: minutes for a close."""
    some = replayed(
        id_of("unit"), id_of("campaign"), Cut(START, 1), ROLLED_UP, only=lambda case_id: case_id.is_not(None)
    )
    everybody = replayed(id_of("unit"), id_of("campaign"), Cut(START, 1), ROLLED_UP)

    assert "JOIN" not in str(some)
    assert "LEFT OUTER JOIN" in str(everybody)


def test_area_team_and_member_split_and_narrow(world: World) -> None:
    world.enter("activated", "activated", area=0, team=0, member=1)
    world.enter("activated", area=1, team=None)

    with world.store.read() as session:
        ask = {"as_of": world.now + 1}
        by_team = count_cases(session, world.unit_id, world.campaign_id, by=("area", "team"), **ask)
        of_area = count_cases(session, world.unit_id, world.campaign_id, area_id=world.areas[1], **ask)
        of_team = count_cases(session, world.unit_id, world.campaign_id, team_id=world.teams[0], by=("member",), **ask)

    assert {(cell.area, cell.team): cell.n for cell in by_team} == {
        (world.areas[0], world.teams[0]): 2,
        (world.areas[1], None): 1,
    }
    assert of_area == [CellCount(1, state="activated")]
    assert of_team == [CellCount(2, member=world.members[1])]


def test_another_unit_is_never_counted(world: World) -> None:
    other = World(world.store, seed=2, code="khac")
    other.enter("activated", "activated")
    world.enter("activated")

    assert counted(world, world.now + DAY) == {"activated": 1}
    assert counted(other, other.now + DAY) == {"activated": 2}


def test_an_unknown_unit_or_dimension_is_refused(world: World) -> None:
    with world.store.read() as session:
        with pytest.raises(NotFound):
            count_cases(session, id_of("nowhere"), world.campaign_id, as_of=world.now)
        with pytest.raises(ValueError, match="opinion"):
            count_cases(session, world.unit_id, world.campaign_id, as_of=world.now, by=("opinion",))


def random_history(world: World, dice: random.Random, steps: int) -> None:
    """Write a random legal history: entries, moves, transfers, leaving, naming, backdating and voids, over several days."""
    numbers: list[int] = []
    for _ in range(steps):
        world.later(dice.choice((0, 0, 1, 3, 9, 25)))
        cases = list(world.histories)
        what = dice.random()
        when = world.now - dice.choice((0, 0, 1, 5, 30, 60)) * HOUR
        if not cases or what < 0.2:
            track = dice.choice(("path", "path", "papers"))
            state = dice.choice(world.pack.tracks[track].line)
            unnamed = dice.random() < 0.2
            world.enter(
                state,
                happened_at=max(when, START),
                area=dice.randrange(2),
                team=dice.choice((None, 0, 1)),
                track=track,
                unnamed=unnamed,
            )
            continue
        case = dice.choice(cases)
        if what < 0.65:
            moves = [m.name for m in world.pack.tracks[world.rows[case]["track"]].moves.values()]
            done = [
                world.move(case, name, happened_at=max(when, START)) for name in dice.sample(moves, min(3, len(moves)))
            ]
            numbers += [number for number in done if number]
        elif what < 0.75:
            numbers.append(
                world.transfer(case, dice.randrange(2), dice.choice((None, 0, 1)), happened_at=max(when, START)) or 0
            )
        elif what < 0.8:
            numbers.append(world.leave(case, happened_at=max(when, START)) or 0)
        elif what < 0.85 and world.rows[case]["unnamed"]:
            world.name(case)
        else:
            world.void(dice.choice(numbers or [1]))


def instants_of(world: World, dice: random.Random) -> list[Instant]:
    """Return day borders, instants of events to the microsecond, and random ones."""
    days = range(local_day(START), local_day(world.now) + 2)
    borders = [day_start(day) for day in dice.sample(list(days), min(4, len(days)))]
    happened = [step.happened_at for steps in world.histories.values() for step in steps]
    edges = [t + shift for t in dice.sample(happened, min(3, len(happened))) for shift in (0, 1)]
    return [*borders, *edges, START, world.now, world.now + 1, world.now + 3 * DAY, START + dice.randrange(10 * DAY)]


@pytest.mark.parametrize("seed", range(6))
def test_the_fast_path_and_the_replay_agree_on_random_histories(world: World, seed: int) -> None:
    dice = random.Random(seed)

    random_history(world, dice, steps=70)

    assert sum(len(steps) > 1 for steps in world.histories.values()) > 3, "a history worth counting"
    for as_of in instants_of(world, dice):
        counted(world, as_of, by=ALL)
        counted(world, as_of, ledger_no=then(world, as_of), by=ALL)
        counted(world, as_of, ledger_no=dice.randrange(40), by=ALL)
    every_step_between_cuts_is_told(world, dice)


def every_step_between_cuts_is_told(world: World, dice: random.Random) -> None:
    """Walk from cut to cut, as closes follow each other: each is the one before, plus what came late, plus what happened since.

    Voids, corrections and backdated entries fall on either side of every cut; so do cuts that lie behind their number.
    """
    with world.store.read() as session:
        newest = newest_no(session, world.unit_id)
        instants = sorted(START + dice.randrange(world.now - START + DAY) for _ in range(5))
        numbers = sorted(dice.randrange(newest + 1) for _ in range(4))
        cuts = [(0, 0), *zip(instants, [*numbers, newest], strict=True)]
        asked = {"by": ("track", "state", "stage", "team")}

        def cells(found: list[CellCount]) -> Counter[CellCount]:
            return Counter({replace(cell, n=0): cell.n for cell in found})

        at = (session, world.unit_id, world.campaign_id)
        for (since, first), (until, last) in pairwise(cuts):
            told = cells(replay_cases(*at, as_of=since, ledger_no=first, **asked))
            told.update(cells(changed_by_recording(*at, as_of=since, after_no=first, until_no=last, **asked)))
            told.update(cells(changed_by_happening(*at, since=since, until=until, ledger_no=last, **asked)))
            assert {key: n for key, n in told.items() if n} == dict(
                cells(count_cases(*at, as_of=until, ledger_no=last, **asked))
            )
            back = cells(changed_by_recording(*at, as_of=since, after_no=last, until_no=first, **asked))
            forth = cells(changed_by_recording(*at, as_of=since, after_no=first, until_no=last, **asked))
            assert back == Counter({key: -n for key, n in forth.items()})


@pytest.mark.parametrize("seed", range(3))
def test_the_replay_agrees_with_the_writers_own_memory(world: World, seed: int) -> None:
    dice = random.Random(100 + seed)
    random_history(world, dice, steps=60)

    for as_of in instants_of(world, dice):
        expected: Counter[tuple[object, ...]] = Counter()
        for case, steps in world.histories.items():
            past = [step for step in steps if step.happened_at < as_of]
            if past and past[-1].kind != "leave":
                last = past[-1]
                expected[world.rows[case]["track"], last.state, last.stage, last.area, last.team, last.member] += 1
        with world.store.read() as session:
            by = ("track", "state", "stage", "area", "team", "member")
            cells = replay_cases(session, world.unit_id, world.campaign_id, as_of=as_of, by=by)
        assert {(c.track, c.state, c.stage, c.area, c.team, c.member): c.n for c in cells} == dict(expected)
