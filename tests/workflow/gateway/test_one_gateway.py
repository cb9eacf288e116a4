"""Moves fired one by one and the same moves fired as a batch: the same states, events, roll-ups and refusals."""

import random
import uuid
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import insert, select

from rules.time import DAY, HOUR, MINUTE, Instant, at
from tests.workflow.conftest import NewWorld
from tests.workflow.world import World
from workflow.errors import GuardRefused, HistoryWouldBreak, MoveNotAllowed, NotPermitted, OutsideWindow, WorkflowError
from workflow.gateway.batch import move_staged
from workflow.gateway.door import open_door
from workflow.tables import Case, Door, Event, Rollup, Staged, table_of

pytestmark = pytest.mark.slow

Row = tuple[uuid.UUID, str, Instant]
STORY = (
    "kind",
    "case",
    "version",
    "move",
    "from_state",
    "state",
    "stage",
    "team_id",
    "cause",
    "happened_at",
    "recorded_at",
    "facts",
    "data",
)


def singly(world: World, rows: list[Row], by: str) -> Counter[str]:
    """Fire each move through an open door; count what moved and why the others did not."""
    counts: Counter[str] = Counter()
    for case_id, move, happened_at in rows:
        try:
            with world.book() as (book, context):
                opened = open_door(book, context, world.case(case_id).door_id)
                opened.move(opened.case(case_id), move, by=[by], happened_at=happened_at, cause="roster")
                opened.save()
            counts["moved"] += 1
        except WorkflowError as refused:
            counts[reason_of(refused)] += 1
    return counts


def reason_of(refused: WorkflowError) -> str:
    """Return the word that a batch counts this refusal under."""
    if isinstance(refused, MoveNotAllowed):
        if refused.values["state"] == "đã rời danh sách":
            return "left"
        return "unknown" if "không có bước này" in refused.values["move"] else "source"
    kinds = {NotPermitted: "mover", OutsideWindow: "window", GuardRefused: "guard", HistoryWouldBreak: "order"}
    return kinds[type(refused)]


def in_a_batch(world: World, rows: list[Row], by: str) -> Counter[str]:
    """Stage the same moves and fire them at once."""
    with world.book() as (book, context):
        batch = book.new_id()
        values = [
            {
                "unit_id": world.unit_id,
                "batch_id": batch,
                "position": n,
                "subject_id": case_id,
                "move": move,
                "happened_at": when,
            }
            for n, (case_id, move, when) in enumerate(rows, start=1)
        ]
        book.session.execute(insert(table_of(Staged)), values)
        counts = move_staged(book, context, batch, by=by, cause="roster")
        book.session.execute(table_of(Staged).delete().where(Staged.unit_id == world.unit_id))
    return counts


def story(world: World, cases: list[uuid.UUID]) -> dict[str, Any]:
    """Everything that must not depend on how the moves were fired, with names instead of ids and numbers."""
    place = {case: n for n, case in enumerate(cases)}
    doors = sorted({world.case(case).door_id for case in cases})
    teams = {row.team_id: row.state_version for row in world.rows(Door)}
    team_names = {team: n for n, team in enumerate(sorted(teams))}
    with world.store.read() as session:
        rollups = session.execute(
            select(Rollup.basis, Rollup.day, Rollup.track, Rollup.state, Rollup.stage, Rollup.n).where(
                Rollup.unit_id == world.unit_id, Rollup.n != 0
            )
        ).all()
    events = []
    for event in world.events(Event.case_id.is_not(None)):
        told = {"case": place[event.case_id], "team_id": team_names[event.team_id]}
        events.append(tuple(repr(told.get(name, getattr(event, name, None))) for name in STORY))
    return {
        "cases": [
            (
                c.state,
                c.stage,
                c.is_open,
                c.is_done,
                c.exit_class,
                c.entered_at,
                c.last_happened_at,
                c.follow_up_at,
                c.version,
                c.state_version,
            )
            for c in map(world.case, cases)
        ],
        "doors": [(d.open_cases, d.follow_up_at, place.get(d.follow_up_case_id)) for d in map(world.door, doors)],
        "events": sorted(events),
        "rollups": sorted(map(tuple, rollups)),
    }


def random_rows(world: World, cases: list[uuid.UUID], seed: int, now: Instant) -> list[Row]:
    """Mostly moves that the case's state has, mostly now; and names, instants and movers that do not fit."""
    dice = random.Random(seed)
    edges = [now] * 4 + [
        at("2025-05-28 00:00"),
        at("2025-05-28 00:00") - 1,
        now + 1,
        now - HOUR,
        at("2025-05-12 09:00"),
    ]
    rows = []
    for case_id in cases:
        case = world.case(case_id)
        track = world.pack.tracks[case.track]
        fitting = [move.name for move in track.moves_from(case.state)]
        names = [*fitting * 3, *track.moves, "fly_away"]
        rows.append((case_id, dice.choice(names), dice.choice(edges)))
    return rows


@pytest.mark.parametrize("by", ["roster", "team_leader"])
@pytest.mark.parametrize("seed", range(2))
def test_one_by_one_and_all_at_once(worlds: NewWorld, seed: int, by: str) -> None:
    listed = ["activated", "registered", "none", "activated"]
    stories, counted = [], []
    for fire in (singly, in_a_batch):
        world, cases = worlds(), []
        for number, size in enumerate([1, 3, 2, 4, 2], start=1):
            people = [(f"Nguyễn Văn {chr(64 + number)}{i}", listed[i]) for i in range(size)]
            cases += world.household(list(people), house=str(number), tracks=("driving_licence",))[1]
        left = cases[1]
        counts: Counter[str] = Counter()
        for turn, moment in enumerate(("2025-05-16 09:00", "2025-05-20 09:00", "2025-05-21 09:00", "2025-05-28 09:00")):
            now = world.go_to(moment)
            counts += fire(world, random_rows(world, cases, seed * 10 + turn, now), by)
            with world.store.write() as session:
                session.execute(
                    table_of(Case).update().where(Case.unit_id == world.unit_id, Case.id == left).values(left_at=now)
                )
        stories.append(story(world, cases))
        counted.append(counts)

    assert counted[0] == counted[1]
    assert stories[0] == stories[1]
    assert counted[0]["moved"] > 10
    assert len(counted[0]) > 4


@pytest.mark.parametrize(("moment", "moves"), [(0, False), (-1, True)])
def test_the_window_ends_to_the_microsecond(world: World, moment: int, moves: bool) -> None:
    people = world.household(["Nguyễn Văn Một", "Nguyễn Thị Hai"])[1]
    world.go_to("2025-05-28 10:00")
    until = at("2025-05-28 00:00") + moment

    one = singly(world, [(people[0], "submit", until)], "roster")
    many = in_a_batch(world, [(people[1], "submit", until)], "roster")

    assert one == many == Counter({"moved" if moves else "guard": 1})


def test_another_campaigns_case_is_absent(world: World) -> None:
    people = world.household(["Nguyễn Văn Một"])[1]
    world.go_to("2025-05-16 10:00")

    counts = in_a_batch(
        world, [(people[0], "submit", world.clock.now()), (uuid.uuid4(), "submit", world.clock.now() + DAY)], "roster"
    )

    assert counts == Counter({"moved": 1, "absent": 1})


def test_a_batch_follows_up_from_when_it_happened(world: World) -> None:
    people = world.household(["Nguyễn Văn Một", "Nguyễn Thị Hai"])[1]
    world.go_to("2025-05-23 10:00")
    happened = at("2025-05-16 10:00") + MINUTE

    singly(world, [(people[0], "mark_card_expired", happened)], "member")
    in_a_batch(world, [(people[1], "mark_card_expired", happened)], "member")

    assert world.case(people[0]).follow_up_at == world.case(people[1]).follow_up_at < world.clock.now()
