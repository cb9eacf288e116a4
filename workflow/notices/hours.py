"""Into which digest something falls: one for so many hours, and one at the end of the quiet hours for all of them. Pure."""

from dataclasses import dataclass
from typing import Final

from rules.pack.notices_model import Notices
from rules.said import Said
from rules.time import DAY, HOUR, MINUTE, Duration, Instant, minute_of_day
from rules.typed_time import typed_moment
from workflow.errors import BadInput

DAY_MINUTES: Final = 24 * 60
QUIET: Final = "Giờ yên lặng"
QUARTER: Final = 15 * MINUTE
"""Quiet hours begin and end on a quarter of an hour, so that what came within one quarter falls into one digest."""


def minutes_of(clock: str) -> int:
    """Return the minutes since midnight of a time such as 21:00.

    >>> minutes_of("21:30")
    1290
    """
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def typed_quiet(begins: str, ends: str) -> tuple[int, int] | None:
    """Return quiet hours as somebody types them, in minutes of the day; None if both are empty.

    Raises BadInput for one without the other, and for what is no time of the day.

    >>> typed_quiet("20h30", "6:00"), typed_quiet("", " ")
    ((1230, 360), None)
    """
    typed = begins.strip(), ends.strip()
    if not any(typed):
        return None
    if not all(typed):
        raise BadInput(where=QUIET, what="ghi cả hai giờ, như 21:00 và 06:30, hoặc bỏ trống cả hai")
    return _typed_clock(typed[0]), _typed_clock(typed[1])


def _typed_clock(text: str) -> int:
    try:
        moment, with_day = typed_moment(text, since=0)
    except ValueError:
        moment, with_day = 0, True
    if with_day:
        raise BadInput(where=QUIET, what=Said("“%(text)s” không phải là giờ trong ngày; ghi như 21:00", text=text))
    return minute_of_day(moment)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of every day in which nobody is told anything: minutes of the local day. Both the same: there are none."""

    begins: int
    ends: int

    @classmethod
    def of(cls, said: Notices) -> "Quiet":
        """Return the quiet hours that a pack says."""
        return cls(minutes_of(said.quiet_from), minutes_of(said.quiet_until))

    @property
    def length(self) -> Duration:
        """How long they last."""
        return (self.ends - self.begins) % DAY_MINUTES * MINUTE

    def ends_after(self, instant: Instant) -> Instant | None:
        """Return when the quiet hours end in which `instant` lies; None if it lies in none. Their end is not quiet any more."""
        since = (minute_of_day(instant) - self.begins) % DAY_MINUTES * MINUTE + instant % MINUTE
        return instant - since + self.length if since < self.length else None


def shown_at(instant: Instant, quiet: Quiet, every_hours: int = 1) -> Instant:
    """Return the instant that names the digest into which something of `instant` falls, and from which on it is shown.

    That is the beginning of its hours (counted from midnight); in quiet hours their end; and their end too for what comes after it in
    the hours in which they end.

    >>> from rules.time import at, show
    >>> night = Quiet(21 * 60, 6 * 60 + 30)
    >>> [show(shown_at(at(moment), night)) for moment in ("2025-05-20 16:05", "2025-05-20 21:00", "2025-05-21 06:45")]
    ['2025-05-20 16:00', '2025-05-21 06:30', '2025-05-21 06:30']
    >>> [show(shown_at(at(moment), night, 4)) for moment in ("2025-05-20 19:59", "2025-05-21 07:59")]
    ['2025-05-20 16:00', '2025-05-21 06:30']
    """
    ends = quiet.ends_after(instant)
    if ends is not None:
        return ends
    began = _beginning(instant, every_hours)
    ended = instant - instant % MINUTE - (minute_of_day(instant) - quiet.ends) % DAY_MINUTES * MINUTE
    return max(began, ended) if quiet.length else began


def span_of(shown: Instant, quiet: Quiet, every_hours: int = 1) -> tuple[Instant, Instant]:
    """Return between which instants (the second is exclusive) lies what falls into the digest shown from `shown` on.

    >>> from rules.time import at, show
    >>> [show(end) for end in span_of(at("2025-05-21 06:00"), Quiet(21 * 60, 6 * 60))]
    ['2025-05-20 21:00', '2025-05-21 07:00']
    >>> [show(end) for end in span_of(at("2025-05-20 20:00"), Quiet(21 * 60, 6 * 60), 4)]
    ['2025-05-20 20:00', '2025-05-20 21:00']
    """
    hours = _beginning(shown, every_hours)
    began = shown - quiet.length if quiet.length and minute_of_day(shown) == quiet.ends else hours
    until = hours + every_hours * HOUR
    begins = until - (minute_of_day(until) - quiet.begins) % DAY_MINUTES * MINUTE
    return began, begins if quiet.length and shown < begins < until else until


def _beginning(instant: Instant, every_hours: int) -> Instant:
    """Return when the hours began in which `instant` lies: so many together, counted from midnight."""
    return instant - instant % MINUTE - minute_of_day(instant) % (every_hours * 60) * MINUTE


def read_until(now: Instant, own: Quiet | None) -> Instant:
    """Return up to which instant somebody is told of digests: `now`, or when their own quiet hours began."""
    if own is None:
        return now
    ends = own.ends_after(now)
    return now if ends is None else ends - own.length - 1


__all__ = ["DAY", "QUARTER", "Quiet", "minutes_of", "read_until", "shown_at", "span_of", "typed_quiet"]
