"""Whatever was done, taken back or told late between what was said and what was closed: the reasons add up to the difference."""

import random

import pytest

from rules.time import MINUTE, at, show
from tests.workflow.answer.closes import frozen_of
from tests.workflow.answer.town import Afternoon
from tests.workflow.world import World
from workflow.closing.said import against, said_figures
from workflow.errors import WorkflowError

OUTCOMES = ("took_part", "took_part_not_deducted", "not_taking_part", "no_phone", None)


@pytest.mark.parametrize("seed", [2025])
def test_the_reasons_add_up_for_every_pair_of_cuts(world: World, seed: int) -> None:
    choose, town = random.Random(seed), Afternoon(world)
    world.go_to("2025-05-16 08:00")
    for house in range(8):
        town.home(str(house), *(f"Người {chr(65 + house)}{chr(65 + n)}" for n in range(3)))
    now, visits, closes = at("2025-05-16 09:00"), [], []
    for _ in range(60):
        now += choose.randint(1, 30) * MINUTE
        world.go_to(show(now))
        what = choose.choice(("visit", "visit", "visit", "late", "void", "say", "close"))
        try:
            if what in ("visit", "late"):
                back = choose.randint(1, 90) * MINUTE if what == "late" else 0
                found = [choose.choice(OUTCOMES) for _ in range(3)]
                visits.append(town.visit("an", str(choose.randrange(8)), *found, happened=show(now - back)))
            elif what == "void" and visits:
                town.void("an", choose.choice(visits))
            elif what == "say":
                town.say(town.answer())
            elif what == "close":
                as_of = show(now - choose.choice((0, 0, 15, 60)) * MINUTE)
                closes.append(frozen_of(world, as_of=as_of, period=as_of))
        except WorkflowError:
            continue  # somebody was done already, or has built on it since

    with world.store.read() as session:
        rows, context = said_figures(session, world.context()), world.context()
        pairs = [one for closed in closes for one in against(session, context, closed, rows)]

    told = {name for one in pairs for name in one.reasons}
    assert len(pairs) > 40
    assert {"voided", "late", "new", "after"} <= told
    assert [one for one in pairs if sum(one.reasons.values()) != one.difference] == []
