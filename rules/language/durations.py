"""How a length of time is printed: for a person, and back into the language."""

from rules.said import Said, in_a_row
from rules.time import DAY, HOUR, MINUTE, Duration


def show_duration(duration: Duration) -> str:
    """Return how a person reads a duration, cut off at the minute.

    >>> show_duration(2 * DAY + 30 * MINUTE), show_duration(-HOUR), show_duration(1)
    ('2 ngày 30 phút', 'trừ 1 giờ', 'dưới 1 phút')
    """
    rest, parts = abs(duration), []
    for size, words in ((DAY, "%(n)s ngày"), (HOUR, "%(n)s giờ"), (MINUTE, "%(n)s phút")):
        count, rest = divmod(rest, size)
        if count:
            parts.append(Said(words, n=count))
    if not parts:
        return Said("dưới 1 phút") if rest else Said("%(n)s phút", n=0)
    length = in_a_row(parts)
    return Said("trừ %(length)s", length=length) if duration < 0 else length


def duration_call(duration: Duration) -> str:
    """Return the call that means `duration`, a whole number of minutes; up to four days are counted in hours.

    >>> duration_call(48 * HOUR), duration_call(7 * DAY), duration_call(-90 * MINUTE)
    ('hours(48)', 'days(7)', '-minutes(90)')
    """
    size = abs(duration)
    if size % HOUR:
        call = f"minutes({size // MINUTE})"
    elif size % DAY or size < 4 * DAY:
        call = f"hours({size // HOUR})"
    else:
        call = f"days({size // DAY})"
    return f"-{call}" if duration < 0 else call
