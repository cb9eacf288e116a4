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
