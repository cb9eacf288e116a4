"""What a place owes that was set up, or closed and opened again, while the campaign runs: nothing for the time it was not there."""

import uuid
from typing import Any

from rules.time import at
from tests.workflow.world import World
from workflow.actions.close_place import close_place, open_place_again
from workflow.actions.manage_places import add_area, add_body, add_team, set_team_area
from workflow.plan.scopes import Scope
from workflow.queries.plan_scopes import organisation_of
from workflow.tables import Task


def owed(world: World, scope: str) -> list[Any]:
    """Return the duties opened for a place, by their deadlines."""
    tasks = [task for task in world.rows(Task, Task.scope == scope) if task.is_duty]
    return sorted(tasks, key=lambda task: task.due_at)


def scope_of(world: World, code: str) -> Scope:
    """Return when a place is on duty."""
    with world.store.read() as session:
        known = organisation_of(session, world.unit_id)
    return next(scope for scope in (*known.teams, *known.areas, *known.bodies) if scope.key == code)


def test_a_team_set_up_during_the_campaign_owes_only_what_falls_due_afterwards(administered: World) -> None:
    world = administered
    world.go_to("2025-05-24 15:00")
    world.tick()
    founded = world.go_to("2025-05-24 16:03")
    world.command("hai", lambda book, context, actor: add_team(book, actor, code="T9", name="Tổ công tác số 9"))

    world.go_to("2025-05-25 17:00")
    world.tick()

    since_the_start = [task.due_at for task in owed(world, "T1")]
    assert since_the_start[0] < founded
    assert [task.due_at for task in owed(world, "T9")] == [due for due in since_the_start if due > founded]
    assert owed(world, "T9")


def test_areas_and_bodies_are_on_duty_since_they_were_set_up(administered: World) -> None:
    world = administered
    founded = world.go_to("2025-05-24 16:03")
    world.command("hai", lambda book, context, actor: add_area(book, actor, code="A9", name="Tổ dân phố 9"))
    world.command("hai", lambda book, context, actor: add_body(book, actor, code="youth", name="Đoàn Thanh niên"))

    for code in ("A9", "youth"):
        place = scope_of(world, code)
        assert not place.is_on_duty(at("2025-05-23 16:00"), at("2025-05-24 16:00"))
        assert place.is_on_duty(at("2025-05-24 16:00"), at("2025-05-25 16:00"))
        assert founded <= (place.from_at or 0) <= founded + 10
    for code in ("A1", "office"):
        assert scope_of(world, code).is_on_duty(at("2025-05-14 16:00"), at("2025-05-15 16:00"))


def test_a_place_opened_again_owes_nothing_for_the_time_it_was_closed(administered: World) -> None:
    world = administered
    world.go_to("2025-05-16 08:00")
    told = world.command("hai", lambda book, context, actor: add_area(book, actor, code="A9", name="Tổ dân phố 9"))
    area = uuid.UUID(told["area"])
    told = world.command("hai", lambda book, context, actor: add_team(book, actor, code="T9", name="Tổ công tác số 9"))
    team = uuid.UUID(told["team"])
    world.go_to("2025-05-17 09:00")
    for kind, place_id in (("area", area), ("team", team)):
        world.command("hai", lambda book, context, actor, k=kind, p=place_id: close_place(book, actor, k, p))
    world.go_to("2025-05-22 09:00")
    for kind, place_id in (("area", area), ("team", team)):
        world.command("hai", lambda book, context, actor, k=kind, p=place_id: open_place_again(book, actor, k, p))
    world.go_to("2025-05-23 08:00")
    world.command("hai", lambda book, context, actor: set_team_area(book, actor, area, team_id=team))

    for code in ("A9", "T9"):
        place = scope_of(world, code)
        assert not place.is_on_duty(at("2025-05-17 16:00"), at("2025-05-18 16:00")), code
        assert not place.is_on_duty(at("2025-05-20 16:00"), at("2025-05-21 16:00")), code
        assert place.is_on_duty(at("2025-05-22 16:00"), at("2025-05-23 16:00")), code
    assert scope_of(world, "A9").is_on_duty(at("2025-05-16 16:00"), at("2025-05-17 16:00"))
