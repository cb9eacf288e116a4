"""However often the clock looks, the same steps of the same ladders are there in the end, each once."""

import pytest

from rules.time import at
from tests.workflow.conftest import NewWorld
from tests.workflow.sweeps.history import DAY, HOUR, MINUTE, deeds, every, households, live, steps

pytestmark = pytest.mark.slow

TOWN = (
    ("nobody_home", False), ("door_promised", False), ("took_part", True), ("activated_now", True), ("registered_now", True),
    ("needs_help", True), ("promised", True), ("not_met", True), ("not_met", True), ("not_taking_part", True),
    ("card_expired", True), ("sim_pending", True), ("no_phone", True), ("back_activated", True), ("died", True),
)  # fmt: skip
WASTE = (
    ("nobody_home", False), ("comes_back", False), ("registers", True), ("gets_bin", True), ("fails", True), ("fails", True),
    ("gets_bin_again", True), ("passes", True), ("has_no_space", True), ("orders_bin", True), ("orders_bin", True),
    ("looks_empty", True),
)  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
def test_people(worlds: NewWorld, seed: int) -> None:
    since, until = at("2025-05-16 16:30"), at("2025-05-20 15:00")
    history = deeds(seed, since=since, until=until, many=16)
    seen = []
    for interval in (5 * HOUR + MINUTE, 2 * DAY, until - since):
        world = worlds()
        homes = households(world, [1, 3, 2, 1], ["activated", "registered", "none"])
        live(world, homes, history, TOWN, every(interval, since=since, until=until))
        seen.append(steps(world, homes))

    assert seen[0] == seen[1] == seen[2]
    assert len(seen[0]) > 10


@pytest.mark.parametrize("seed", range(2))
def test_households_with_rules_that_move_and_remind(worlds: NewWorld, seed: int) -> None:
    since, until = at("2026-04-01 08:00"), at("2026-04-24 20:00")
    history = deeds(seed, since=since, until=since + 12 * DAY, many=16)
    seen = []
    for interval in (31 * HOUR, 7 * DAY, until - since):
        world = worlds("phan-loai-rac-2026", starts="2026-03-02 08:00")
        homes = households(world, [1, 1, 1, 1, 1], ["none"])
        live(world, homes, history, WASTE, every(interval, since=since, until=until))
        seen.append(steps(world, homes))

    assert seen[0] == seen[1] == seen[2]
    assert len(seen[0]) > 10
