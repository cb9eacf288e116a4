"""Teams are compared by the work that is still possible: accounts, people out of reach and declined ones do not count against them."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.workflow.conftest import NewWorld, pack_called
from tests.workflow.world import World
from workflow.actions.record_visit import Finding
from workflow.figures.chair_overview import ChairOverview, chair_overview
from workflow.figures.history import PACE_DAYS
from workflow.figures.pace_of_places import Past, Stood
from workflow.figures.possible_work import Work, is_behind, left_of, work_of
from workflow.figures.team_day import team_day
from workflow.queries.team_facts import team_facts
from workflow.tables import Team

TRACK = pack_called("cat-thanh-2025").main_track
T: Any = ("team", None)


def past(cells: Mapping[str, tuple[int, int]], days: int = PACE_DAYS) -> Past:
    """Cases of one team by state: how many stood there then, and `days` before."""
    known = {(TRACK.id, state, TRACK.stage_after(None, state)): Stood(*n) for state, n in cells.items()}
    return Past(today=100, first=100 - days, cells={T: known})


@pytest.mark.parametrize(
    ("state", "stage", "work"),
    [
        ("no_account", "no_account", Work(3, 0)), ("registered", "registered", Work(2, 1)), ("activated", "activated", Work(1, 2)),
        ("submitted", "submitted", Work(0, 3)), ("dead", "activated", Work(0, 3)), ("declined", "activated", Work(0, 3)),
        ("no_phone", "activated", Work(0, 2)), ("no_phone", "registered", Work(0, 1)),
    ],
)  # fmt: skip
def test_work_is_steps_of_the_line_and_nothing_of_whoever_is_out_of_reach(state, stage, work):
    assert work_of(TRACK, (TRACK.id, state, stage)) == work
    assert work_of(TRACK, ("another", state, stage)) == Work(0, 0)


def test_steps_towards_an_account_count_as_work():
    opened_accounts = past({"no_account": (10, 40), "registered": (30, 0)})
    stood_still = past({"no_account": (40, 40)})

    assert not is_behind(opened_accounts, TRACK, T, days_left=9)
    assert is_behind(stood_still, TRACK, T, days_left=9)


def test_people_out_of_reach_are_no_work_of_the_team():
    blocked = past({"activated": (0, 0), "no_phone": (50, 50)})

    assert left_of(blocked, TRACK, T) == 0
    assert not is_behind(blocked, TRACK, T, days_left=1)


def test_a_declined_person_counts_as_one_who_took_part():
    with_declined, with_taken_part = (
        past({"activated": (30, 60), state: (30, 0)}) for state in ("declined", "submitted")
    )

    for days_left in range(1, 10):
        assert is_behind(with_declined, TRACK, T, days_left=days_left) == is_behind(
            with_taken_part, TRACK, T, days_left=days_left
        )


def test_a_team_that_is_through_is_told_from_the_next_morning(worlds: NewWorld):
    world: World = worlds()
    world.go_to("2025-05-15 08:00")
    door, people = world.household(["Bùi Văn Một", "Bùi Văn Hai"])
    world.household(["Bùi Văn Ba"], area="A2", house="3")
    world.visit("an", door, Finding("took_part", people[0]), Finding("not_taking_part", people[1]))

    def finished() -> list[str]:
        with world.store.read() as session:
            page: ChairOverview = chair_overview(session, world.actor("khanh"), world.context(), now=world.clock.now())
        return [team.code for team in page.finished_teams]

    assert finished() == []
    world.go_to("2025-05-16 08:00")
    assert finished() == ["T1"]


def compared(world: World) -> dict[str, tuple[Any, ...]]:
    """What the rules and the leaders' page say of each team: pace, what it needs, whether that is too slow."""
    codes = {team.id: team.code for team in world.rows(Team)}
    with world.store.read() as session:
        facts = team_facts(session, world.context(), now=world.clock.now())
        day = team_day(session, world.actor("hai"), world.context(), now=world.clock.now())
    shown = {one.team.code: (one.pace.done, one.is_slow) for one in day.teams}
    names = ("pace", "required_pace")
    return {code: (*(facts[team][name] for name in names), *shown[code]) for team, code in codes.items()}


def homes_of(world: World, state: str, many: int) -> dict[str, list[tuple[Any, list[Any]]]]:
    """Put as many people in the same state into the areas of both teams."""
    return {
        team: [world.household([(f"Bùi Văn {n}", state)], area=area, house=f"{team}{n}") for n in range(many)]
        for team, area in (("T1", "A1"), ("T2", "A2"))
    }


def test_rules_and_the_teams_day_do_not_tell_declined_from_taken_part(worlds: NewWorld):
    world: World = worlds()
    homes = homes_of(world, "activated", 12)
    world.go_to("2025-05-17 09:00")
    for login, team, outcome in (("an", "T1", "not_taking_part"), ("dung", "T2", "took_part")):
        for door, (person,) in homes[team][:9]:
            world.visit(login, door, Finding(outcome, person))

    assert (said := compared(world))["T1"] == said["T2"]
    assert said["T1"][0] == 3
    world.go_to("2025-05-18 09:00")
    assert (said := compared(world))["T1"] == said["T2"]
    assert said["T1"][2:] == (9, False)


def test_a_team_whose_people_are_out_of_reach_or_far_from_an_account_is_not_the_slow_one(worlds: NewWorld):
    world: World = worlds()
    homes = homes_of(world, "activated", 9)
    far = homes_of(world, "no_account", 6)
    world.go_to("2025-05-17 09:00")
    for door, (person,) in homes["T1"]:
        world.visit("an", door, Finding("no_phone", person))
    for door, (person,) in far["T1"]:
        world.visit("an", door, Finding("registered_now", person))
    world.go_to("2025-05-18 09:00")

    reached, idle = compared(world)["T1"], compared(world)["T2"]

    assert reached[1] < idle[1]  # 12 steps with six people; 9 with nine people and 18 with six
    assert reached[2] == 6
    assert (idle[2], idle[3]) == (0, True)
