"""Doors that go from one team to another are no work of either, in the rules' pace and in that of the teams' day."""

import random
from collections import Counter
from typing import Any

from rules.pack.work import work_in
from rules.time import DAY, HOUR, MINUTE, at
from tests.workflow.conftest import NewWorld, pack_called
from tests.workflow.world import World
from workflow.actions.assign_doors import reassign
from workflow.actions.record_visit import Finding
from workflow.actions.void_event import void_event
from workflow.days import day_start, local_day
from workflow.errors import WorkflowError
from workflow.figures.history import PACE_DAYS
from workflow.figures.pace_of_places import past_of_places
from workflow.figures.possible_work import pace_of_work
from workflow.gateway.history import effective_history
from workflow.queries.team_facts import team_facts
from workflow.tables import Case, Event, Team

TRACK = pack_called("cat-thanh-2025").main_track
LEADER_OF = {"T1": "an", "T2": "dung"}
STEPS = ("registered_now", "activated_now", "took_part")


def give(world: World, doors: list[Any], code: str) -> None:
    (team,) = world.rows(Team, Team.code == code)
    world.command(
        "hai", lambda b, c, a: reassign(b, c, a, doors, team_id=team.id, assignee_id=None, reason="Tổ kia đã xong sớm")
    )


def paces(world: World) -> dict[str, tuple[object, int]]:
    """The pace of each team as rules ask for it, and in steps of the last whole days as the leaders read it."""
    context, now = world.context(), world.clock.now()
    with world.store.read() as session:
        facts = team_facts(session, context, now=now)
        past = past_of_places(session, context, today=local_day(now), first=local_day(at("2025-05-14 00:00")))
    return {
        team.code: (facts[team.id]["pace"], pace_of_work(past, TRACK, (team.id, None)).done) for team in world.rows(Team)
    }  # fmt: skip


def homes(world: World, state: str, many: int, area: str = "A1") -> list[tuple[Any, Any]]:
    made = [world.household([(f"Bùi Văn {n}", state)], area=area, house=f"{area}-{n}") for n in range(many)]
    return [(door, people[0]) for door, people in made]


def test_giving_doors_is_no_pace_and_taking_them_no_work(worlds: NewWorld):
    world: World = worlds()
    doors = homes(world, "activated", 9)
    world.go_to("2025-05-18 09:00")
    for door, person in doors[:3]:
        world.visit("an", door, Finding("took_part", person))
    before = paces(world)
    give(world, [door for door, _ in doors[2:6]], "T2")

    assert paces(world) == before == {"T1": (1, 0), "T2": (0, 0)}
    world.go_to("2025-05-19 09:00")
    assert paces(world) == {"T1": (1, 3), "T2": (0, 0)}

    for door, person in doors[3:6]:
        world.visit("dung", door, Finding("took_part", person))
    assert paces(world) == {"T1": (1, 3), "T2": (1, 0)}
    give(world, [doors[3][0]], "T1")
    world.go_to("2025-05-20 09:00")
    assert paces(world) == {"T1": (1, 3), "T2": (1, 3)}


def test_a_sheet_typed_after_the_door_was_given_counts_for_whoever_had_it_then(worlds: NewWorld):
    world: World = worlds()
    doors = homes(world, "activated", 6)
    world.go_to("2025-05-18 12:00")
    give(world, [door for door, _ in doors], "T2")
    world.go_to("2025-05-18 20:00")
    for door, person in doors[:3]:
        world.visit("dung", door, Finding("took_part", person), happened="2025-05-18 10:00")

    assert {code: pace for code, (pace, _) in paces(world).items()} == {"T1": 1, "T2": 0}
    world.go_to("2025-05-19 08:00")
    assert {code: done for code, (_, done) in paces(world).items()} == {"T1": 3, "T2": 0}


def test_the_pace_is_what_was_done_in_each_team_on_random_days(worlds: NewWorld):
    world, chance = worlds(), random.Random(5)
    doors = homes(world, "no_account", 6) + homes(world, "registered", 4, area="A2")
    where, came = {door: ("T1" if n < 6 else "T2") for n, (door, _) in enumerate(doors)}, Counter[Any]()
    voidable: list[int] = []
    for minute in range(0, 4 * DAY // MINUTE, 97):
        world.clock.move_to(at("2025-05-15 06:00") + minute * MINUTE)
        door, person = chance.choice(doors)
        what = chance.random()
        if what < 0.3:
            where[door] = "T2" if where[door] == "T1" else "T1"
            give(world, [door], where[door])
        elif what < 0.4 and voidable:
            void_newest(world, voidable)
        elif came[door] < len(STEPS) and world.case(person).is_open:
            late = chance.choice([0, 0, 30 * MINUTE, 3 * HOUR])
            voidable += visit(world, LEADER_OF[where[door]], door, Finding(STEPS[came[door]], person), late)
            came[door] += 1
    assert len(world.events(Event.kind == "move")) > 12
    assert len(world.events(Event.kind == "void")) > 2
    assert expected(world) == {code: pace for code, (pace, _) in paces(world).items()}


def visit(world: World, login: str, door: Any, finding: Finding, late: int) -> list[int]:
    """Record a visit that may be typed late; return the numbers by which it can be voided."""
    try:
        world.visit(login, door, finding, happened=world.clock.now() - late)
    except WorkflowError:
        return []
    return [event.ledger_no for event in world.events(Event.kind == "visit")[-1:]]


def void_newest(world: World, voidable: list[int]) -> None:
    try:
        number = voidable.pop()
        world.command("hai", lambda b, c, a: void_event(b, c, a, number, reason="bấm nhầm"))
    except WorkflowError:
        pass


def expected(world: World) -> dict[str, int]:
    """Each step of a case's history that is in force, for the team that had it: those of today and the two days before."""
    since, done = day_start(local_day(world.clock.now()) - 2), Counter[Any]()
    with world.store.read() as session:
        for case in world.rows(Case, Case.track == TRACK.id):
            behind = 0
            for step in effective_history(session, world.unit_id, case.id):
                now = work_in(TRACK, step.state, step.stage).behind
                if step.happened_at >= since and step.kind != "transfer":
                    done[step.team_id] += now - behind
                behind = now
    return {team.code: max(done[team.id], 0) // PACE_DAYS for team in world.rows(Team)}
