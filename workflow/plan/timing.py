"""Whether a task is in time, for badge, list and count alike. The comparison itself is `rules.deadlines`.

A task is judged by when its owner handed it over (`submitted_at`, which happened), not by when somebody found time to review it.
What was returned has not been handed over: the deadline runs on. What was waived or cancelled is never late.
"""

from collections.abc import Mapping
from typing import Final, Literal

from rules.deadlines import is_on_time, is_overdue
from rules.time import Instant

Timing = Literal["overdue", "due", "no_deadline", "late", "on_time", "sent", "waived", "cancelled"]

TIMINGS: Final[Mapping[Timing, str]] = {
    "overdue": "quá hạn",
    "due": "còn hạn",
    "no_deadline": "không có hạn",
    "late": "đã gửi, trễ hạn",
    "on_time": "đã gửi, đúng hạn",
    "sent": "đã gửi, không có hạn",
    "waived": "được miễn",
    "cancelled": "đã hủy",
}
"""In the order in which lists show them: what needs somebody first."""

DUTY_TIMINGS: Final[Mapping[Timing, str]] = {**TIMINGS, "overdue": "thiếu báo cáo", "due": "chưa đến hạn"}
"""The same for an occurrence of a duty: nothing handed over and the deadline past is a missing report."""


def timing_of(state: str, submitted_at: Instant | None, due_at: Instant | None, now: Instant) -> Timing:
    """Return how a task stands with its deadline at `now`.

    >>> timing_of("assigned", None, 100, 99), timing_of("assigned", None, 100, 100)
    ('due', 'overdue')
    >>> timing_of("done", 99, 100, 500), timing_of("done", 100, 100, 500)
    ('on_time', 'late')
    >>> timing_of("done", 99, None, 500)
    'sent'
    """
    if state == "waived":
        return "waived"
    if state == "cancelled":
        return "cancelled"
    if submitted_at is not None and due_at is None:
        return "sent"
    if submitted_at is not None:
        return "on_time" if is_on_time(submitted_at, due_at) else "late"
    if due_at is None:
        return "no_deadline"
    return "overdue" if is_overdue(due_at, now, is_open=True) else "due"
