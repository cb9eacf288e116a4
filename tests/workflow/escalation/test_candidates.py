"""Asking first which rules can be due, and setting pointers by what lies ahead, leaves the same rows as judging every rule on every row."""

import sys

import pytest
from sqlalchemy import BigInteger, literal, select

from rules.language import NEVER
from rules.time import DAY, HOUR, MINUTE, at
from tests.workflow.conftest import NewWorld
from tests.workflow.sweeps.history import deeds, every, households, live, steps
from tests.workflow.sweeps.test_when_nobody_looked import TOWN, WASTE
from tests.workflow.world import World
from workflow.escalation import candidates
from workflow.escalation import open as opening
from workflow.gateway.pointers import distance_sql
from workflow.tables import Case, Task

pytestmark = pytest.mark.slow


def ask_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask however few rules there are, and look only ahead however many may be due."""
    monkeypatch.setattr(candidates, "FEW", 0)
    monkeypatch.setattr(opening, "FEW", sys.maxsize)


def judge_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stage every rule, and look up the episode of every rule that is due."""
    monkeypatch.setattr(candidates, "FEW", sys.maxsize)
    monkeypatch.setattr(opening, "FEW", -1)


def pointers(world: World) -> list[int | None]:
    """Return the pointers of cases and tasks, in the order in which they came to be."""
    cases = [case.next_action_at for case in sorted(world.rows(Case), key=lambda case: (case.created_at, case.id))]
    tasks = sorted(world.rows(Task), key=lambda task: (task.item, task.occurrence, task.scope))
    return cases + [task.next_action_at for task in tasks]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("pack", ["cat-thanh-2025", "phan-loai-rac-2026"])
def test_the_same_episodes_open_and_the_same_pointers_are_set(
    worlds: NewWorld, monkeypatch: pytest.MonkeyPatch, pack: str, seed: int
) -> None:
    town = pack.startswith("cat")
    since = at("2025-05-16 08:00") if town else at("2026-04-01 08:00")
    until = since + (4 if town else 16) * DAY
    history = deeds(20 + seed, since=since, until=until, many=18)
    found = []
    for way in (ask_first, judge_all):
        way(monkeypatch)
        world = worlds(pack, starts="2025-05-14 08:00" if town else "2026-03-02 08:00")
        homes = households(world, [1, 3, 2, 1] if town else [1] * 5, ["activated", "registered", "none"])
        live(world, homes, history, TOWN if town else WASTE, every(7 * HOUR + MINUTE, since=since, until=until))
        found.append((steps(world, homes), pointers(world)))

    assert found[0] == found[1]
    assert len(found[0][0]) > 10
    assert any(found[0][1])


@pytest.mark.parametrize(("instant", "since"), [(5, 5), (6, 5), (NEVER, 5), (4, 5), (0, 5), (0, 2**61)])
def test_what_lies_behind_is_farther_than_anything_ahead(worlds: NewWorld, instant: int, since: int) -> None:
    asked = distance_sql(literal(instant, BigInteger), literal(since, BigInteger))
    with worlds().store.read() as session:
        far = session.scalar(select(asked))

    assert far == instant - since if instant >= since else far > NEVER
