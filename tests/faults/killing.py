"""Killing one piece of work at one point after another until it gets through, and looking at the database after each death."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.faults.town import Town
from tests.faults.victims import Victims
from tests.faults.work import Answer, Item

Points = Iterable[int | str]
MOST = 2000
"""Deaths of one piece of work after which it is the test that is wrong."""


class Moments:
    """When to strike, without looking: at any moment of a window that shrinks while many pieces of work get through before it.

    A fast machine would otherwise use up all the work there is before enough have died of it.
    """

    def __init__(self, seed: int, *, acks: int, seconds: float) -> None:
        self._dice, self._acks, self._seconds = random.Random(seed), acks, seconds

    def next(self) -> tuple[int, float]:
        """Return after how many answers, and how many seconds after that."""
        return self._dice.randrange(self._acks), self._dice.uniform(0, self._seconds)

    def heard(self, acks: int) -> None:
        """Take note of how many answers a victim gave."""
        if acks > self._acks + 2:
            self._seconds /= 2


@dataclass
class Deaths:
    """How often a piece of work died, in how many of those it had been committed, and its answer when it got through."""

    kills: int
    committed: int
    answer: Answer
    item: Item


def kill_until_done(
    town: Town,
    victims: Victims,
    item: Item,
    points: Points,
    *,
    commit: int = 1,
    new_ids: bool = False,
    but: tuple[str, ...] = (),
    when_changed: Callable[[Item], None] = lambda _item: None,
) -> Deaths:
    """Let victims do `item`, each killed at the next of `points`, until one is acknowledged; return how it went.

    After a death the rows of the unit (without the tables `but`) are those from before, to the last column, or the whole work is
    there and proves itself; it is never there twice. One death always comes just after the commit that makes it so (the `commit`-th),
    whatever points are visited; `when_changed` gets that item. `new_ids`: every attempt draws ids of its own, because some of what a
    dead one wrote is meant to stay. The points that follow fall into repeats of work already done.
    """
    before, committed, effective = town.rows(*but), 0, None
    for attempt, point in enumerate(points):
        assert attempt < MOST, f"nothing gets through: is the {commit}. commit the one that makes it so?"
        item = {**item, "seed": item["seed"] + 1} if new_ids and attempt else item
        fate = victims.kill_at((point,) if effective else (point, f"after commit {commit}"), item)
        town.wait_for_the_dead()
        after = town.rows(*but)
        if after != before:
            assert effective is None, f"việc đã ghi lại được ghi thêm lần nữa ở điểm {point}"
            town.assert_sound()
            effective, before = item, after
        if fate.acks:
            assert not fate.killed
            return Deaths(attempt, committed, fate.answers[0], effective or item)
        assert fate.killed
        if effective is item:
            committed += 1
            when_changed(item)
    raise AssertionError("unreachable: the points do not end")
