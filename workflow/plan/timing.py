"""Whether a task is in time, for badge, list and count alike. The comparison itself is `rules.deadlines`.

A task is judged by when its owner handed it over (`submitted_at`, which happened), not by when somebody found time to review it.
What was returned has not been handed over: the deadline runs on. What was waived or cancelled is never late.

A relayed report is never late either: its deadline binds the post that forwards it. Whoever has sent nothing by then is missing,
and what comes after is a supplement.
"""

from collections.abc import Mapping
from typing import Final, Literal

from rules.deadlines import is_on_time, is_overdue
from rules.time import Instant

Timing = Literal[
    "overdue", "missing", "due", "no_deadline", "late", "supplement", "on_time", "sent", "waived", "cancelled"
]

TIMINGS: Final[Mapping[Timing, str]] = {
    "overdue": "quá hạn",
    "missing": "chưa gửi",
    "due": "còn hạn",
    "no_deadline": "không có hạn",
    "late": "đã gửi, trễ hạn",
    "supplement": "đã gửi bổ sung",
    "on_time": "đã gửi, đúng hạn",
    "sent": "đã gửi, không có hạn",
    "waived": "được miễn",
    "cancelled": "đã hủy",
}
"""In the order in which lists show them: what needs somebody first."""

DUTY_TIMINGS: Final[Mapping[Timing, str]] = {**TIMINGS, "overdue": "quá hạn, chưa gửi", "due": "chưa đến hạn"}
"""The same for an occurrence of a duty: nothing handed over and the deadline past is a missing report."""

NOT_SENT: Final[frozenset[Timing]] = frozenset({"overdue", "missing", "due", "no_deadline"})
"""Nothing has been handed over, whatever the hour."""
MISSED: Final[frozenset[Timing]] = frozenset({"overdue", "missing", "late"})
"""What counts as a missed report: nothing there after the deadline, or, where nobody relays it, there too late."""
LATE: Final[frozenset[Timing]] = frozenset({"overdue", "late"})
"""What counts as late: never a relayed report."""


def timing_of(
    state: str, submitted_at: Instant | None, due_at: Instant | None, now: Instant, *, is_relayed: bool = False
) -> Timing:
    """Return how a task stands with its deadline at `now`. `is_relayed`: another post forwards it by that deadline.

    >>> timing_of("assigned", None, 100, 99), timing_of("assigned", None, 100, 100)
    ('due', 'overdue')
    >>> timing_of("done", 99, 100, 500), timing_of("done", 100, 100, 500)
    ('on_time', 'late')
    >>> timing_of("assigned", None, 100, 100, is_relayed=True), timing_of("done", 100, 100, 500, is_relayed=True)
    ('missing', 'supplement')
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
        return "on_time" if is_on_time(submitted_at, due_at) else "supplement" if is_relayed else "late"
    if due_at is None:
        return "no_deadline"
    if not is_overdue(due_at, now, is_open=True):
        return "due"
    return "missing" if is_relayed else "overdue"
