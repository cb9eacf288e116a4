"""Scenarios of `docs/patterns.md` that no other test tells: who gets a piece of work, takes it up, passes it on, calls others in."""

import uuid
from collections import Counter
from typing import Any

import pytest

from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import NOTICED, silent_world
from tests.workflow.plan.conftest import Town, a_town, cat_thanh
from tests.workflow.queue.conftest import houses, queue
from tests.workflow.team.conftest import Teamwork
from tests.workflow.world import World
from workflow.access import Actor
from workflow.actions.hand_over_shift import hand_over_shift
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.actions.record_visit import Finding
from workflow.errors import NotPermitted
from workflow.figures.revisit_sample import Visited, who_asks
from workflow.tables import Case, Door

OFFICE, WOMEN = ("office", "unit"), ("women", "unit")


@pytest.fixture
def team(world: World) -> Teamwork:
    return Teamwork(world)


@pytest.fixture
def plan(world: World) -> Town:
    """A town beside the world's unit, with its plan open."""
    town = a_town(world.store, cat_thanh(), teams=1)
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    return town


def move(town: Town, item: str, name: str, by: Actor, **values: Any) -> None:
    """Move a task of the unit as somebody who has just looked at it."""
    task = town.task(item)
    seen = task.state_version
    town.write(
        "2025-05-14 09:00",
        lambda book: move_task(book, town.campaign, task.id, name, actor=by, state_version=seen, **values),
    )


def test_a_door_is_one_persons_work_with_everybody_and_every_track_behind_it(team: Teamwork) -> None:
    door, cases = team.world.household(["Nguyễn Văn An", "Trần Thị Bình"], tracks=("driving_licence",))
    assert len(cases) == 4

    team.give([door], "binh")

    assert {case.assignee_id for case in team.world.rows(Case, Case.door_id == door)} == {team.member("binh")}


def test_a_follow_up_comes_back_to_whoever_went_there(team: Teamwork) -> None:
    door = team.door(holder="binh", house="1")
    team.world.go_to("2025-05-16 09:00")
    team.world.visit("binh", door, "nobody_home")

    team.world.go_to("2025-05-17 09:00")

    assert [(each.house_no, each.is_mine, each.attempts) for each in queue(team.world, "binh").doors] == [
        ("1", True, 1)
    ]
    assert houses(queue(team.world, "cuong")) == []


def test_a_member_goes_to_a_door_that_nobody_holds(team: Teamwork) -> None:
    door = team.door(house="1")
    (case,) = team.cases(door)
    team.world.go_to("2025-05-16 09:00")
    assert houses(queue(team.world, "binh")) == houses(queue(team.world, "cuong")) == ["1"]

    team.world.visit("binh", door, Finding("took_part", case))

    assert team.world.case(case).is_done
    assert houses(queue(team.world, "cuong")) == []


def test_any_door_of_the_queue_may_be_next(team: Teamwork) -> None:
    doors = [team.door(holder="binh", house=number) for number in "123"]
    team.world.go_to("2025-05-16 09:00")
    assert houses(queue(team.world, "binh")) == ["1", "2", "3"]

    team.world.visit("binh", doors[2], Finding("took_part", team.cases(doors[2])[0]))

    assert houses(queue(team.world, "binh")) == ["1", "2"]


def test_a_shift_passes_doors_on_with_all_that_happened_there(team: Teamwork) -> None:
    world, door = team.world, team.door(holder="binh", house="1")
    world.go_to("2025-05-16 09:00")
    world.visit("binh", door, "nobody_home")
    kept = ("attempts", "last_contact", "follow_up_at", "promised_at", "open_cases", "priority")
    before = {name: getattr(world.door(door), name) for name in kept}
    assert (before["attempts"], before["follow_up_at"] is None) == (1, False)

    world.command("binh", lambda book, context, actor: hand_over_shift(book, context, actor, team.member("cuong")))
    (after,) = world.rows(Door, Door.id == door)
    assert after.assignee_id == team.member("cuong")
    assert {name: getattr(after, name) for name in kept} == before

    team.give([door], "an", by="an")
    (after,) = world.rows(Door, Door.id == door)
    assert after.assignee_id == team.member("an")
    assert {name: getattr(after, name) for name in kept} == before


def test_others_are_called_in_while_the_step_stays_with_its_holder(worlds: NewWorld) -> None:
    silent = silent_world(worlds)
    silent.at(NOTICED)
    assert silent.opened("binh") == ([], 0)

    silent.answer("an", silent.ids(0), "handed_on", to="team", reason="cần thêm người đi ngõ 1")
    silent.answer("binh", silent.ids(0), "noted", reason="đã hỏi nhà bên")
    silent.answer("cuong", silent.ids(0), "noted", reason="đã gọi, hẹn tối")
    with pytest.raises(NotPermitted):
        silent.answer("cuong", silent.ids(0), "decided", reason="đã gặp")
    silent.answer("an", silent.ids(0), "decided", reason="cả tổ đã gặp")

    assert [one.kind for one in silent.told("an", 0).answers] == ["handed_on", "noted", "noted", "decided"]


def test_an_office_passes_its_own_task_to_another_office(plan: Town) -> None:
    office, women = plan.holding(OFFICE), plan.holding(WOMEN)
    assert plan.task("issue-decision").owner_post_id == plan.posts[OFFICE]

    move(plan, "issue-decision", "assign", office, owner_post_id=plan.posts[WOMEN])

    assert plan.task("issue-decision").owner_post_id == plan.posts[WOMEN]
    with pytest.raises(NotPermitted):
        move(plan, "issue-decision", "start", office)
    move(plan, "issue-decision", "start", women)
    assert plan.task("issue-decision").state == "in_progress"


def test_a_task_is_skipped_by_who_does_not_answer_for_it_and_what_waited_for_it_goes_on(plan: Town) -> None:
    waited = plan.task("form-teams").open_predecessors

    with pytest.raises(NotPermitted):
        move(plan, "issue-decision", "waive", plan.holding(OFFICE), reason="quyết định đã có từ trước")
    move(
        plan,
        "issue-decision",
        "waive",
        plan.holding(("deputy_police_chief", "unit")),
        reason="quyết định đã có từ trước",
    )

    assert plan.task("issue-decision").state == "waived"
    assert plan.task("form-teams").open_predecessors == waited - 1


def test_one_office_has_two_tasks_under_way(plan: Town) -> None:
    office = plan.holding(OFFICE)

    for item in ("issue-decision", "staff-first"):
        move(plan, item, "start", office)

    assert {plan.task(item).state for item in ("issue-decision", "staff-first")} == {"in_progress"}


def test_chance_alone_says_which_other_team_asks() -> None:
    teams = [uuid.UUID(int=number) for number in range(1, 5)]
    doors = [Visited(teams[0], uuid.UUID(int=number)) for number in range(100, 700)]

    asked = Counter(who_asks("5e" * 32, door, teams) for door in doors)
    other_seal = [who_asks("a1" * 32, door, teams) for door in doors]

    assert set(asked) == set(teams[1:])
    assert all(150 < number < 250 for number in asked.values())
    assert other_seal != [who_asks("5e" * 32, door, teams) for door in doors]
