"""When the rungs of a ladder are called and by when each of them must have answered: the pack's words, as instants.

A rung counts from the instant at which the one below it was to be called, in hours on the clock or in working time. So the instants
of a ladder follow from the instant at which its rule became true, and from the time that somebody granted in between.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rules.calendar import Calendar
from rules.deadlines import Within, due_at, parse
from rules.pack.rules_model import Rung
from rules.time import HOUR, MINUTE, Duration, Instant, day_end, day_start, local_date

OWNER: Final = "owner"
"""What a rung says instead of a post for the one that owns the task (or leads the team) of an episode."""
ON_THE_CLOCK: Final[Mapping[str, Duration]] = {"minutes": MINUTE, "hours": HOUR}
WORKING_TIME: Final = ("working hours", "working days")
RUNG_UNITS: Final = (*ON_THE_CLOCK, *WORKING_TIME)
"""Units in which a ladder may count."""


def clock_time(spec: Within | None) -> Duration | None:
    """Return a wait on the clock in microseconds; None for working time, and for none."""
    return spec.count * ON_THE_CLOCK[spec.unit] if spec is not None and spec.unit in ON_THE_CLOCK else None


@dataclass(frozen=True, slots=True)
class LadderTimes:
    """The waits of a ladder, lowest rung first. `after[0]` is None: the first rung is called at once."""

    after: tuple[Within | None, ...]
    answers: tuple[Within | None, ...]
    calendar: Calendar

    @property
    def asks_calendar(self) -> bool:
        """Whether some wait is working time, which only the calendar can tell."""
        return any(spec is not None and spec.unit in WORKING_TIME for spec in (*self.after, *self.answers))

    def next_at(self, level: int, since: Instant) -> Instant | None:
        """Return when the rung above `level` is called, if that level was to be called at `since`; None if it is the last."""
        if level >= len(self.after):
            return None
        return self._count(self.after[level], since)

    def called_at(self, level: int, due_at: Instant) -> Instant:
        """Return when `level` is called if the rule became true at `due_at` and nobody granted time."""
        called = due_at
        for below in range(1, min(level, len(self.after))):
            called = self._count(self.after[below], called)
        return called

    def answer_by(self, level: int, came: Instant, next_at: Instant | None) -> Instant:
        """Return by when whom `level` called at `came` must have answered.

        The pack says (`answer_within`); where it does not, before the next rung is called, and on the last one by the end of the
        day on which it came.
        """
        wanted = self.answers[level - 1] if 1 <= level <= len(self.answers) else None
        if wanted is not None:
            return self._count(wanted, came)
        return next_at if next_at is not None else day_end(local_date(came))

    def _count(self, spec: Within | None, since: Instant) -> Instant:
        if spec is None:
            return since
        # a midnight is the end of the day before it: a day later ends with the very next working day, not with the one after that
        ends_a_day = spec.unit == "working days" and since == day_start(local_date(since))
        until = due_at(spec, self.calendar, since=since - 1 if ends_a_day else since)
        return since if until is None else until


def times_of(ladder: tuple[Rung, ...], calendar: Calendar) -> LadderTimes:
    """Return the times of a ladder whose texts passed every check."""
    after = tuple(_within(rung.after) if number else None for number, rung in enumerate(ladder))
    return LadderTimes(after, tuple(_within(rung.answer_within) for rung in ladder), calendar)


def _within(text: str | None) -> Within | None:
    spec = parse(text) if text else None
    return spec if isinstance(spec, Within) else None


__all__ = ["ON_THE_CLOCK", "OWNER", "RUNG_UNITS", "WORKING_TIME", "LadderTimes", "clock_time", "times_of"]
