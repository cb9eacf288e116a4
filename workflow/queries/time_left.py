"""By when an answer is expected of somebody, and how that stands: one function for list, badge, tabs, order and bulk decisions.

For an escalation it stands on the episode (`answer_by`): the pack says, else until the next post is called; on the last rung, where
nobody is called any more, by the end of the day on which it came. Whoever puts one aside has it out of the way until then. A request to confirm an exit has no ladder and so is answered by the end of the day on which it was
made. A task or a report has its deadline.

Each answer exists twice, for one row and over rows; a test holds the two together.
"""

from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, case, type_coerce

from rules.time import DAY, Instant
from workflow.days import day_start, tomorrow_of

Due = Literal["overdue", "today", "later", "resting"]
"""How an answer stands with its time; or (escalations only) that the reader put it aside."""
_SHIFT = -day_start(0)


def end_of_day_sql(came: Any) -> ColumnElement[int]:
    """Return the end of the local day in which an instant lies, over rows: `tomorrow_of`."""
    day = type_coerce(came + _SHIFT, BigInteger) // DAY
    return type_coerce(day * DAY + (DAY - _SHIFT), BigInteger)


def stands(until: Instant, now: Instant) -> Due:
    """Return how an answer that is expected before the exclusive instant `until` stands with its time."""
    if now >= until:
        return "overdue"
    return "today" if until <= tomorrow_of(now) else "later"


def stands_sql(until: Any, now: Any, tomorrow: Any) -> ColumnElement[str]:
    """Return the same over rows. `tomorrow`: when the next day begins."""
    return case((until <= now, "overdue"), (until <= tomorrow, "today"), else_="later")


def due_of(answer_by: Instant | None, rests_until: Instant | None, now: Instant) -> Due:
    """Return how an answer to an episode stands with its time, whoever owes it; what the reader put aside rests."""
    if rests_until is not None and now < rests_until:
        return "resting"
    return "later" if answer_by is None else stands(answer_by, now)


def due_sql(rows: Any, now: Any, tomorrow: Any) -> ColumnElement[str]:
    """Return the same over rows with `answer_by` and `rest_until`."""
    return case((rows.rest_until > now, "resting"), else_=stands_sql(rows.answer_by, now, tomorrow))


__all__ = ["Due", "due_of", "due_sql", "end_of_day_sql", "stands", "stands_sql"]
