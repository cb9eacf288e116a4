"""Who is told: whoever has to do it at the instant at which it came, though the digest has its name from the beginning of its hours."""

import pytest
from sqlalchemy import update

from rules.time import at
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import NOTICED, Silent, silent_world
from tests.workflow.notices.test_announce import told
from tests.workflow.world import World
from workflow.actions.open_plan import open_plan
from workflow.actions.record_visit import Finding
from workflow.tables import PostHolding, table_of

pytestmark = pytest.mark.slow
_holdings = table_of(PostHolding)
Line = tuple[str, str, str, int]


@pytest.fixture
def silent(worlds: NewWorld) -> Silent:
    """The town's world at the moment before anybody notices."""
    return silent_world(worlds)


def leaves(world: World, login: str, moment: str) -> None:
    """Let somebody hold no post any more from a moment on."""
    mine = (_holdings.c.unit_id == world.unit_id, _holdings.c.membership_id == world.actor(login).membership_id)
    with world.store.write() as session:
        session.execute(update(_holdings).where(*mine).values(to_at=at(moment)))


def news(world: World, before: set[Line], kind: str) -> set[Line]:
    """Return what was told of a kind since."""
    return {line for line in told(world) - before if line[2] == kind}


@pytest.mark.parametrize(("left", "who"), [(None, "team_leader T1"), ("2025-05-17 10:20", "coordinator unit")])
def test_an_exit_that_a_visit_asks_for_is_told_to_who_has_to_confirm_it(
    silent: Silent, left: str | None, who: str
) -> None:
    silent.at("2025-05-17 10:15")
    silent.world.go_to("2025-05-17 10:40")
    if left is not None:
        leaves(silent.world, "an", left)
    silent.world.visit("binh", silent.doors[0], Finding("died", silent.cases[0], evidence="giấy báo"))
    for moment in ("2025-05-17 10:45", "2025-05-17 11:15"):
        silent.at(moment)

    assert news(silent.world, set(), "to_confirm") == {(who, "2025-05-17 10:00", "to_confirm", 1)}


def test_a_deadline_that_comes_near_after_the_owner_left_is_told_to_the_coordinator(silent: Silent) -> None:
    world = silent.world
    with world.book() as (book, context):
        open_plan(book, context)
    silent.at("2025-05-17 14:45")
    before = told(world)
    leaves(world, "an", "2025-05-17 15:05")
    for moment in ("2025-05-17 15:15", "2025-05-17 15:45"):
        silent.at(moment)

    near = {(post, shown) for post, shown, *_ in news(world, before, "due_soon")}
    assert ("coordinator unit", "2025-05-17 15:00") in near
    assert ("team_leader T2", "2025-05-17 15:00") in near
    assert not any(post == "team_leader T1" for post, _ in near)


@pytest.mark.parametrize("looks", [["10:30", "10:45", "11:00", "11:15", "11:20"], ["11:20"]])
def test_a_level_that_comes_after_the_holder_left_goes_to_the_next_however_often_the_clock_looks(
    silent: Silent, looks: list[str]
) -> None:
    world = silent.world
    world.go_to("2025-05-16 10:40")
    world.visit("an", silent.doors[1], Finding("needs_help", silent.cases[2]))
    for moment in ("2025-05-18 10:00", "2025-05-18 10:15"):
        silent.at(moment)
    before = told(world)
    world.go_to("2025-05-18 10:21")
    leaves(world, "an", "2025-05-18 10:20")
    for moment in [*looks, "13:05"]:
        silent.at(f"2025-05-18 {moment}")

    assert news(world, before, "climbed") == {
        ("chair unit", "2025-05-18 10:00", "climbed", 3),
        ("coordinator unit", "2025-05-18 10:00", "climbed", 1),
        ("duty_leader A1", "2025-05-18 10:00", "climbed", 5),
        ("duty_leader A1", "2025-05-18 11:00", "climbed", 2),
    }


@pytest.mark.parametrize("looks", [["08:30", "08:45", "09:00"], ["12:00"]])
def test_what_somebody_took_over_before_its_level_came_is_told_on_when_they_leave(
    silent: Silent, looks: list[str]
) -> None:
    silent.at(NOTICED)
    silent.world.go_to("2025-05-17 08:05")
    silent.answer("giang", silent.ids(0), "taken_over")
    silent.at("2025-05-17 08:15")
    before = told(silent.world)
    leaves(silent.world, "giang", "2025-05-17 08:50")
    for moment in [*looks, "13:00"]:
        silent.at(f"2025-05-17 {moment}")

    [line] = [line for line in news(silent.world, before, "climbed") if line[0] == "chair unit"]
    assert line == ("chair unit", "2025-05-17 08:00", "climbed", 1)
