"""One deadline, one comparison: every wording becomes one exclusive instant.

`parse` reads the pack's short English and `from_vietnamese` the words of a plan; `due_at` gives the instant,
`occurrences` those of a duty; `is_on_time` and `is_overdue` are the only comparisons with it; `describe` shows it.
"""

from rules.deadlines.describe import describe, wording
from rules.deadlines.due import due_at, due_on, follow_up_at, is_on_time, is_overdue, outside
from rules.deadlines.parse import parse, parse_every, to_text
from rules.deadlines.recurrence import Occurrence, occurrences, remainder
from rules.deadlines.recurring import recurring_from_vietnamese
from rules.deadlines.specs import (
    AfterSession,
    BeforeDay,
    ByDay,
    DailyTime,
    Deadline,
    DeadlineError,
    Every,
    Moment,
    MonthlyDay,
    NoDeadline,
    PartOfDay,
    ThroughDay,
    Window,
    Within,
)
from rules.deadlines.vietnamese import from_vietnamese

__all__ = [
    "AfterSession",
    "BeforeDay",
    "ByDay",
    "DailyTime",
    "Deadline",
    "DeadlineError",
    "Every",
    "Moment",
    "MonthlyDay",
    "NoDeadline",
    "Occurrence",
    "PartOfDay",
    "ThroughDay",
    "Window",
    "Within",
    "describe",
    "due_at",
    "due_on",
    "follow_up_at",
    "from_vietnamese",
    "is_on_time",
    "is_overdue",
    "occurrences",
    "outside",
    "parse",
    "parse_every",
    "recurring_from_vietnamese",
    "remainder",
    "to_text",
    "wording",
]
