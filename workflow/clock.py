"""Time, passed in. The engine never reads a clock: whoever calls it says what time it is."""

import time
from dataclasses import dataclass
from typing import Protocol

from rules.time import Instant


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> Instant:
        """Return the present instant in microseconds UTC."""
        ...


class SystemClock:
    """The machine's clock. Used by the outermost layer only: command line, web, worker."""

    def now(self) -> Instant:
        return time.time_ns() // 1000


@dataclass
class FixedClock:
    """A clock that stands until it is moved: rehearsals, demonstrations, tests."""

    instant: Instant

    def now(self) -> Instant:
        return self.instant

    def move_to(self, instant: Instant) -> None:
        """Set the clock to `instant`."""
        self.instant = instant


@dataclass(frozen=True)
class OffsetClock:
    """Another clock, shifted: a demonstration unit lives in its own days."""

    base: Clock
    offset: int

    def now(self) -> Instant:
        return self.base.now() + self.offset
