"""A door of six people in one visit: all of it is recorded, or none of it."""

import pytest
from sqlalchemy import select

from tests.workflow.world import World
from workflow.actions.record_visit import Finding
from workflow.errors import MoveNotAllowed
from workflow.tables import Case, Door, Event, Rollup, UnitHead, Visit, table_of

SIX = [
    "Nguyễn Văn Một",
    "Nguyễn Thị Hai",
    "Nguyễn Văn Ba",
    "Nguyễn Thị Bốn",
    "Nguyễn Văn Năm",
    ("Nguyễn Thị Sáu", "none"),
]


def everything(world: World) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the unit that a visit may touch."""
    tables = [table_of(model) for model in (Case, Door, Event, Rollup, UnitHead, Visit)]
    with world.store.read() as session:
        return {
            table.name: sorted(
                (tuple(row) for row in session.execute(select(table).where(table.c.unit_id == world.unit_id))), key=repr
            )
            for table in tables
        }


def test_two_submitted_one_card_expired_three_untouched(world: World) -> None:
    door, people = world.household(SIX)
    world.go_to("2025-05-16 19:00")

    world.visit(
        "an", door, Finding("took_part", people[0]), Finding("took_part", people[1]), Finding("card_expired", people[2])
    )

    assert [world.case(p).state for p in people] == [
        "submitted",
        "submitted",
        "card_expired",
        "activated",
        "activated",
        "no_account",
    ]
    assert [world.case(p).version for p in people] == [2, 2, 2, 1, 1, 1]
    assert world.door(door).open_cases == 4
    moves = world.events(Event.kind == "move")
    assert [(e.move, e.from_state, e.state) for e in moves] == [
        ("submit", "activated", "submitted"),
        ("submit", "activated", "submitted"),
        ("mark_card_expired", "activated", "card_expired"),
    ]
    assert {e.about_id for e in moves} == {world.events(Event.kind == "visit")[0].about_id}


def test_one_refused_finding_refuses_all(world: World) -> None:
    door, people = world.household(SIX)
    world.go_to("2025-05-16 19:00")
    before = everything(world)

    with pytest.raises(MoveNotAllowed, match="Góp ý"):
        world.visit(
            "an",
            door,
            Finding("took_part", people[0]),
            Finding("card_expired", people[1]),
            Finding("took_part", people[5]),
        )

    assert everything(world) == before
