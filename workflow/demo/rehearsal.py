"""A rehearsed day: Cát Thành is played up to the morning of a day, and that day then minute by minute, the clock looking each minute.

The same morning may be lived through several times, on copies of its database: with the clock always running, with a clock that stood
still for a while, with several workers. Whatever clocks did, the same people have to have been reminded.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from rules.time import HOUR, MINUTE, Instant
from workflow.clock import FixedClock
from workflow.demo.build import PLAYS, open_unit
from workflow.demo.cat_thanh import Moment, Plan, day_of, play, play_until
from workflow.demo.director import Director, Progress
from workflow.ids import IdSource
from workflow.store import Store
from workflow.vault import Vault

OPENS, CLOSES = 6 * HOUR, 24 * HOUR
"""From when to when a day is rehearsed."""
SEED: Final = 20250522

Look = Callable[[Instant], None]
"""What a clock does at an instant: a tick, by one worker or by several."""


@dataclass(frozen=True)
class Morning:
    """The town as it stands when a day begins, who is visited when, and what people will do on the day."""

    director: Director
    plan: Plan
    midnight: Instant
    moments: tuple[Moment, ...]

    @property
    def since(self) -> Instant:
        """The first instant of the rehearsal."""
        return self.midnight + OPENS

    @property
    def until(self) -> Instant:
        """The instant at which it is over."""
        return self.midnight + CLOSES


def morning(
    store: Store,
    vault: Vault,
    folder: Path,
    *,
    midnight: Instant,
    people: int | None = None,
    seed: int = 2025,
    progress: Progress = lambda text: None,
) -> Morning:
    """Play Cát Thành from the first meeting to 06:00 of the day that begins at `midnight`, into a database that has only its tables."""
    town = next(one for one in PLAYS if one.unit == "cat-thanh")
    chosen = town if people is None else replace(town, people=people)
    director = open_unit(chosen, store, vault, folder, seed=seed, progress=progress)
    plan = play_until(director, midnight)
    moments = day_of(director, plan, midnight, ticks=())
    director.go_to(midnight + OPENS)
    director.tick()
    return Morning(director, plan, midnight, tuple(moments))


def live(
    start: Morning, store: Store, *, look: Look | None = None, stopped: range = range(0), silent: Sequence[range] = ()
) -> Director:
    """Live through the day in `store` (a copy of the morning's database); return who played it.

    The clock looks every minute from 06:00 to 24:00, before whatever people do in that minute; between two instants of `stopped` it
    stands still. Nobody does anything within `silent`. `look` replaces the single worker's tick. What people do makes its ids from a
    source of its own, so that it is the same whoever ticks.
    """
    director = replace(
        start.director,
        store=store,
        clock=FixedClock(start.since),
        ids=IdSource(seed=SEED),
        random=random.Random(SEED),
    )
    clockwork = replace(director, ids=IdSource(seed=SEED + 1))

    def one_worker(_now: Instant) -> None:
        clockwork.tick()

    deeds = [moment for moment in start.moments if not any(moment.at in quiet for quiet in silent)]
    following = 0
    for minute in range(start.since, start.until + 1, MINUTE):
        while following < len(deeds) and deeds[following].at < minute:
            play(director, start.plan, [deeds[following]])
            following += 1
        if minute not in stopped:
            director.go_to(minute)
            (look or one_worker)(minute)
    return director


__all__ = ["CLOSES", "OPENS", "Look", "Morning", "live", "morning"]
