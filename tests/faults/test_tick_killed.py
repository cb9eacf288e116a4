"""kill -9 during a tick: the next one brings exactly what an undisturbed clock would have brought."""

import random
from itertools import chain, count

import pytest

from tests.faults.killing import kill_until_done
from tests.faults.proof import assert_same
from tests.faults.town import Town
from tests.faults.victims import Victim, Victims
from workflow.tables import Case, Escalation, EscalationStep, table_of

pytestmark = pytest.mark.slow
ENOUGH = 50
QUIET = "2025-05-16 23:50"
"""Up to here nothing is disturbed; ten minutes later two days of silence end."""


def test_killed_at_every_point_the_same_episodes_open_once(town: Town, twin: Town, victims: Victims) -> None:
    for each in (town, twin):
        for item in (*each.visits(8), each.tick(QUIET, seed=1)):
            each.do(item)
    kills = committed = 0

    for seed, when in enumerate(("2025-05-17 00:01", "2025-05-17 04:10"), start=2):
        tick = town.tick(when, seed=seed)
        death = kill_until_done(town, victims, lambda _attempt, tick=tick: tick, chain(["before commit 1"], count(seed, 7)), but=("runs",))
        kills, committed = kills + death.kills, committed + death.committed
        assert twin.do(tick)["written"] > 0

    assert kills >= ENOUGH
    assert committed == 2
    assert_same(town.rows("runs"), twin.rows("runs"))


def test_killed_at_any_moment_nothing_is_due_twice_or_forgotten(town: Town, twin: Town, victims: Victims) -> None:
    moments, kills, hour = random.Random(7), 0, 0
    ticks = [town.tick(f"2025-05-{17 + hour // 24} {hour % 24:02}:07", seed=hour + 1) for hour in range(200)]
    for each in (town, twin):
        each.do(each.tick(QUIET, seed=9_000))

    while kills < ENOUGH:
        fate = victims.run(Victim(ticks[hour:], after=(moments.randrange(2), moments.uniform(0, 0.2))))[0]
        kills += fate.killed
        hour += len(fate.acks)
        town.wait_for_the_dead()
        if kills % 10 == 0:
            town.assert_sound()

    for each in (town, twin):
        each.do(ticks[hour])
    for item in ticks[:hour]:
        twin.do(item)
    assert _episodes(town) == _episodes(twin)


def _episodes(town: Town) -> set[tuple[object, ...]]:
    """Return every step of every episode: rule, subject, anchor, level, when it was due."""
    with town.store.read() as session:
        steps = table_of(EscalationStep)
        rows = session.query(steps.c.rule_id, steps.c.subject_id, steps.c.anchor, steps.c.level, steps.c.due_at)
        return {tuple(row) for row in rows.filter(steps.c.unit_id == town.unit_id)}
