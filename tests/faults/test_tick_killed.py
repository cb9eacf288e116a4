"""kill -9 during a tick: the next one brings exactly what an undisturbed clock would have brought."""

from itertools import chain, count

import pytest

from tests.faults.killing import Moments, kill_until_done
from tests.faults.proof import assert_same
from tests.faults.town import Town
from tests.faults.victims import Victim, Victims
from workflow.tables import EscalationStep

pytestmark = pytest.mark.slow
ENOUGH = 50
NIGHTS = [("2025-05-16 23:50", "2025-05-17 00:01"), ("2025-05-17 23:50", "2025-05-18 00:05")]
"""Undisturbed until ten minutes to midnight. Then two days of silence end, and a day later those episodes climb."""


def test_killed_at_every_point_the_same_episodes_open_once(town: Town, twin: Town, victims: Victims) -> None:
    for each in (town, twin):
        for item in each.visits(8):
            each.do(item)
    kills = committed = 0

    for seed, (quiet, loud) in enumerate(NIGHTS, start=10):
        for each in (town, twin):
            each.do(each.tick(quiet, seed=seed))
        tick = town.tick(loud, seed=seed + 10)
        points = chain[int | str](
            ["before commit 2"], count(1, 4)
        )  # the first commit ends the look that finds something due
        death = kill_until_done(town, victims, tick, points, commit=2, but=("runs",))
        kills, committed = kills + death.kills, committed + death.committed
        assert twin.do(tick)["written"] > 0

    assert kills >= ENOUGH
    assert committed == 2
    assert_same(town.rows("runs"), twin.rows("runs"))


def test_killed_at_any_moment_nothing_is_due_twice_or_forgotten(town: Town, twin: Town, victims: Victims) -> None:
    moments, kills, done = Moments(7, acks=2, seconds=0.2), 0, 0
    ticks = [town.tick(f"2025-05-{17 + n // 48} {n % 48 // 2:02}:{n % 2 * 30 + 7:02}", seed=n + 1) for n in range(480)]
    for each in (town, twin):
        each.do(each.tick(NIGHTS[0][0], seed=9_000))

    while kills < ENOUGH:
        assert done < len(ticks), f"only {kills} deaths"
        fate = victims.run(Victim(ticks[done:], after=moments.next()))[0]
        kills += fate.killed
        done += len(fate.acks)
        moments.heard(len(fate.acks))
        town.wait_for_the_dead()
        if kills % 10 == 0:
            town.assert_sound()

    town.do(ticks[done])  # the one that was in flight
    for item in ticks[: done + 1]:
        twin.do(item)
    assert _episodes(town) == _episodes(twin) != set()
    assert_same(town.rows("runs"), twin.rows("runs"))


def _episodes(town: Town) -> set[tuple[object, ...]]:
    """Return every step of every episode: rule, subject, anchor, level."""
    return {(step.rule_id, step.subject_id, step.anchor, step.level) for step in town.world.rows(EscalationStep)}
