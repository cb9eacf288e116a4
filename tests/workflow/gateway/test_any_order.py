"""Sheets typed late, hand-overs, moves between doors, confirmations and voids in any order: what is accepted is proven true."""

import random
import uuid
from dataclasses import replace

import pytest

from rules.time import HOUR
from tests.workflow.conftest import NewWorld
from tests.workflow.gateway.test_late_sheets import confirm, hand_over, is_proven, move_to
from tests.workflow.gateway.test_voids import void
from tests.workflow.world import World
from workflow.actions.record_visit import Finding
from workflow.errors import WorkflowError
from workflow.gateway.door import open_door
from workflow.gateway.fold import refold
from workflow.tables import Case, Event, Request

FOUND = ("took_part", "activated_and_took_part", "activated_now", "registered_now", "not_met", "needs_help", "card_expired", "died", "not_taking_part")  # fmt: skip


def one_step(world: World, dice: random.Random, doors: list[uuid.UUID]) -> str:
    """Try something that a team does; return what."""
    what = dice.choice(("visit", "late", "late", "hand_over", "move", "void", "void", "decide"))
    door, case = dice.choice(doors), dice.choice(world.rows(Case))
    if what in ("visit", "late"):
        happened = world.clock.now() - (dice.randrange(1, 9) * HOUR if what == "late" else 0)
        world.visit("an", case.door_id, Finding(dice.choice(FOUND), case.id, evidence="giấy"), happened=happened)
    elif what == "hand_over":
        hand_over(world, door, dice.choice(("an", "binh", "cuong")))
    elif what == "move":
        move_to(world, case.id, door)
    elif what == "void":
        numbers = [event.ledger_no for event in world.events(Event.kind.in_(("visit", "move", "request")))]
        void(world, "an", dice.choice(numbers or [1]))
    else:
        waiting = world.rows(Request, Request.status == "waiting")
        if waiting:
            confirm(world, dice.choice(waiting).id, yes=dice.random() < 0.7)
    return what


def is_folded(world: World, doors: list[uuid.UUID]) -> None:
    """Folding the events gives the doors and cases as they stand, so that the next void changes nothing else."""
    for door_id in doors:
        with world.book() as (book, context):
            opened = open_door(book, context, door_id)
            stood = [replace(opened.door), *(replace(case) for case in opened.cases.values())]
            refold(book.session, opened)
            assert [opened.door, *opened.cases.values()] == stood


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_accepted_is_proven(worlds: NewWorld, seed: int) -> None:
    world, dice = worlds(), random.Random(seed)
    listed = ("activated", "registered", "none")
    doors = [
        world.household([(f"Nguyễn Văn {'ABC'[n]}{i}", listed[i]) for i in range(n + 1)], house=str(n + 1))[0]
        for n in range(3)
    ]
    world.go_to("2025-05-16 16:00")
    done: list[str] = []
    for turn in range(45):
        world.clock.move_to(world.clock.now() + dice.choice((0, HOUR, 3 * HOUR)))
        try:
            done.append(one_step(world, dice, doors))
        except WorkflowError as refused:
            assert str(refused).endswith((".", "lại", "trước"))  # noqa: PT017 - each refusal is a sentence
        if turn % 10 == 9:
            is_proven(world)
            is_folded(world, doors)

    assert set(done) == {"visit", "late", "hand_over", "move", "void", "decide"}
    assert world.events(Event.kind == "transfer", Event.cause == "correction")
