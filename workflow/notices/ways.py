"""In which way posts of a campaign are told: what its pack says, or what the unit says instead, from an instant on. Pure.

A digest is made in one way. So a change begins where a digest would begin in the old way and in the new, and what comes late is told in
the way of the instant at which it came.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from rules.pack.notices_model import Notices
from rules.time import DAY, HOUR, MINUTE, Instant, minute_of_day
from workflow.notices.hours import DAY_MINUTES, Quiet, minutes_of

EVERY_HOURS: Final = (1, 2, 3, 4, 6)
"""How many hours a digest may hold."""
LOOK_AHEAD: Final = 2 * DAY


@dataclass(frozen=True, slots=True)
class Way:
    """Quiet hours, the hours that fall into one digest, and how many lines a digest lists."""

    quiet: Quiet
    every_hours: int
    most_listed: int

    @classmethod
    def of(cls, said: Notices) -> "Way":
        """Return the way that a pack says."""
        return cls(Quiet.of(said), said.every_hours, said.most_listed)


class Changed(NamedTuple):
    """What a unit says from an instant on; None: what the pack says."""

    from_at: Instant
    quiet: Quiet | None
    every_hours: int | None
    most_listed: int | None


@dataclass(frozen=True, slots=True)
class Ways:
    """The way of a pack, and what a unit changed, the newest first."""

    said: Notices
    changes: tuple[Changed, ...] = ()

    def at(self, instant: Instant) -> Way:
        """Return the way in force at an instant. What a newer pack no longer leaves to the unit is the pack's again."""
        change = next((each for each in self.changes if each.from_at <= instant), None)
        return Way.of(self.said) if change is None else self.changed(*change[1:])

    def changed(self, quiet: Quiet | None, every_hours: int | None, most_listed: int | None) -> Way:
        """Return the way of the pack with what a unit says instead."""
        own = Way.of(self.said)
        return _within(
            self.said, Way(quiet or own.quiet, every_hours or own.every_hours, most_listed or own.most_listed)
        )


def _within(said: Notices, way: Way) -> Way:
    own = Way.of(said)
    return Way(
        way.quiet if lies_within(way.quiet, widest(said)) else own.quiet,
        min(way.every_hours, longest(said)),
        min(way.most_listed, most_lines(said)),
    )


def widest(said: Notices) -> Quiet:
    """Return the hours within which a unit may be quiet."""
    return Quiet(minutes_of(said.unit_may.quiet_from), minutes_of(said.unit_may.quiet_until))


def longest(said: Notices) -> int:
    """Return how many hours a unit may let fall into one digest: never fewer than the pack itself says."""
    return max(said.every_hours, said.unit_may.every_hours)


def most_lines(said: Notices) -> int:
    """Return how many lines a unit may let a digest list: never fewer than the pack itself says."""
    return max(said.most_listed, said.unit_may.most_listed)


def lies_within(quiet: Quiet, outer: Quiet) -> bool:
    """Whether quiet hours last some time and lie within others.

    >>> lies_within(Quiet(20 * 60, 7 * 60), Quiet(18 * 60, 8 * 60)), lies_within(Quiet(7 * 60, 20 * 60), Quiet(18 * 60, 8 * 60))
    (True, False)
    """
    since, until, end = ((minute - outer.begins) % DAY_MINUTES for minute in (quiet.begins, quiet.ends, outer.ends))
    return since < until <= end


def holds(quiet: Quiet, minute: int) -> bool:
    """Whether a minute of the day lies in quiet hours (their end does not)."""
    return (minute - quiet.begins) % DAY_MINUTES < (quiet.ends - quiet.begins) % DAY_MINUTES


def begins_after(now: Instant, old: Way, new: Way) -> Instant:
    """Return when a change of ways begins: the next full hour at which a digest ends in the old way and begins in the new.

    It never cuts a quiet time, so that none of it is told twice or not at all. With quiet hours that leave no such hour it begins in two days.

    >>> from rules.time import at, show
    >>> night = Way(Quiet(21 * 60, 6 * 60), 1, 200)
    >>> [show(begins_after(at(now), night, Way(Quiet(20 * 60, 6 * 60), 4, 200))) for now in ("2025-05-20 14:10", "2025-05-20 20:30")]
    ['2025-05-20 16:00', '2025-05-21 08:00']
    """
    first = now - now % HOUR + HOUR
    hours = range(first, first + LOOK_AHEAD, HOUR)
    return next((hour for hour in hours if _is_between(hour, old) and _is_between(hour, new)), first + LOOK_AHEAD)


def _is_between(hour: Instant, way: Way) -> bool:
    """Whether an hour lies between two digests: the quiet ones begin at their beginning and hold what comes right after their end."""
    minute = minute_of_day(hour)
    is_inside = way.quiet.length > 0 and 0 < (minute - way.quiet.begins) % DAY_MINUTES <= way.quiet.length // MINUTE
    return minute % (way.every_hours * 60) == 0 and not is_inside
