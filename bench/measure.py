"""Measuring: processor time of both sides in turns, so that a busy machine slows both alike.

Processor time is that of this process and, on PostgreSQL, of the server processes behind the measured connections (read from
/proc, to the nanosecond). Where the server runs elsewhere only this process is counted, and the report says so.
"""

import gc
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from workflow.store import Store

_PER_SECOND = {"ms": 1e3, "us": 1e6, "ns": 1e9}


@dataclass(frozen=True)
class Result:
    """One line of the report. `ours` and `limit` are in `unit`; `allowed` is the greatest ratio that passes (None: reported only).

    `failed` says that the thing could not be measured at all; `note` then says why.
    """

    what: str
    ours: float
    limit: float
    unit: str
    allowed: float | None
    note: str = ""
    failed: bool = False

    @property
    def ratio(self) -> float | None:
        """Return how many times the limit ours is; None if there is no limit."""
        return self.ours / self.limit if self.limit else None

    @property
    def ok(self) -> bool:
        """Whether the ratio is within what is allowed."""
        if self.failed:
            return False
        return self.allowed is None or self.ratio is None or self.ratio <= self.allowed


@dataclass
class Meter:
    """Processor seconds of this process, its finished children, and the PostgreSQL processes named by `server_pids`."""

    server_pids: tuple[int, ...] = ()

    def seconds(self) -> float:
        """Return the processor seconds used so far."""
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        own = time.process_time() + children.ru_utime + children.ru_stime
        return own + sum(map(_server_seconds, self.server_pids))


def _server_seconds(pid: int) -> float:
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def meter_of(store: Store) -> Meter:
    """Return a meter that counts the server's processes for every connection open to the store's database now."""
    if store.is_sqlite:
        return Meter()
    statement = text(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
    )
    store.run_briefly(lambda _: None)
    with store.read() as session, store.write() as writing:  # one of each kind is open now, and is used again
        writing.connection()
        pids = tuple(session.scalars(statement))
    return Meter(tuple(pid for pid in pids if Path(f"/proc/{pid}/schedstat").exists()))


@dataclass
class Side:
    """One of two contestants: what it does in a round, and the meter that sees all of it."""

    work: Callable[[int], object]
    meter: Meter
    seconds: list[float] = field(default_factory=list)
    walls: list[float] = field(default_factory=list)

    def run(self, number: int) -> None:
        """Do round `number` and note its processor and wall seconds."""
        gc.collect()
        before, wall = self.meter.seconds(), time.perf_counter()
        self.work(number)
        self.seconds.append(self.meter.seconds() - before)
        self.walls.append(time.perf_counter() - wall)


def interleave(sides: Sequence[Side], rounds: int, *, warm_up: int = 1) -> None:
    """Run all sides in turns, round by round; the first `warm_up` rounds prepare statements and are not counted."""
    for number in range(warm_up + rounds):
        for side in sides:
            side.run(number)
    for side in sides:
        del side.seconds[:warm_up], side.walls[:warm_up]


def compare(what: str, ours: Side, limit: Side, allowed: float, *, each: int = 1, unit: str = "ms") -> Result:
    """Return the medians as a result: processor time (`unit`: ms, us or ns) for each of the `each` things done in a round."""
    scale = _PER_SECOND[unit] / each
    note = "processor time of client and server" if ours.meter.server_pids else "processor time of the process"
    walls = f"wall {_median(ours.walls, scale)} against {_median(limit.walls, scale)} {unit}"
    cpu = [statistics.median(side.seconds) * scale for side in (ours, limit)]
    return Result(what, cpu[0], cpu[1], unit, allowed, f"{note}; {walls}")


def _median(walls: list[float], scale: float) -> str:
    return f"{statistics.median(walls) * scale:.2f}"
