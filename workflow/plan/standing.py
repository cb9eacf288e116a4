"""How a task stands, in the one word that list, tab and badge show: its timing, and whether a deadline ahead is in danger."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from rules.time import DAY, HOUR, MINUTE, Duration, Instant
from workflow.plan.timing import TIMINGS, timing_of

Standing = Literal[
    "overdue",
    "missing",
    "at_risk",
    "due",
    "no_deadline",
    "late",
    "supplement",
    "on_time",
    "sent",
    "waived",
    "cancelled",
]

STANDINGS: Final[Mapping[Standing, str]] = {
    "overdue": TIMINGS["overdue"],
    "missing": TIMINGS["missing"],
    "at_risk": "nguy cơ",
    **{name: label for name, label in TIMINGS.items() if name not in ("overdue", "missing")},
}
"""In the order in which lists show them: what needs somebody first."""

WARN_BEFORE: Final = DAY
"""A task whose deadline is nearer than this is in danger, unless the pack says otherwise (`notices.due_soon_hours`). A duty comes every
day: it is in danger once its internal hour is past."""

_UNITS: Final = (("days", DAY), ("hours", HOUR), ("minutes", MINUTE))


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a deadline is away: whole days, else hours, else minutes. `is_past`: it lies behind."""

    count: int
    unit: Literal["days", "hours", "minutes"]
    is_past: bool


def standing_of(task: Mapping[str, Any], now: Instant, warn_before: Duration = WARN_BEFORE) -> Standing:
    """Return how a task's row stands at `now`; within `warn_before` of its deadline it is in danger.

    >>> row = {"state": "assigned", "submitted_at": None, "due_at": 3 * DAY, "internal_due_at": None,
    ...        "opens_at": 0, "progress": None, "is_duty": False, "is_relayed": False}
    >>> standing_of(row, DAY), standing_of(row, 2 * DAY), standing_of({**row, "progress": 30}, DAY)
    ('due', 'at_risk', 'at_risk')
    """
    timing = timing_of(task["state"], task["submitted_at"], task["due_at"], now, is_relayed=task["is_relayed"])
    return "at_risk" if timing == "due" and _is_in_danger(task, now, warn_before) else timing


def _is_in_danger(task: Mapping[str, Any], now: Instant, warn_before: Duration) -> bool:
    """Whether a deadline still ahead may be missed: the internal hour is past, little time is left, or work lags behind time.

    Work lags if its owner has said how far it is, and that is less than the share of the time that is gone.
    """
    internal, due_at, opens_at, progress = (
        task[name] for name in ("internal_due_at", "due_at", "opens_at", "progress")
    )
    if internal is not None and now >= internal:
        return True
    if task["is_duty"]:
        return False
    lags = progress is not None and 100 * (now - opens_at) > progress * (due_at - opens_at)
    return bool(now >= due_at - warn_before or lags)


def distance_to(due_at: Instant, now: Instant) -> Distance:
    """Return how far away a deadline is, rounded down; less than a minute is 0 minutes.

    >>> distance_to(0, 4 * DAY + HOUR), distance_to(3 * HOUR + MINUTE, 0)
    (Distance(count=4, unit='days', is_past=True), Distance(count=3, unit='hours', is_past=False))
    """
    is_past, length = now >= due_at, abs(due_at - now)
    for unit, size in _UNITS:
        if length >= size:
            return Distance(length // size, unit, is_past)  # type: ignore[arg-type]
    return Distance(0, "minutes", is_past)


_AHEAD: Final = {"days": "còn %(n)s ngày", "hours": "còn %(n)s giờ", "minutes": "còn %(n)s phút"}
_PAST: Final = {"days": "quá hạn %(n)s ngày", "hours": "quá hạn %(n)s giờ", "minutes": "quá hạn %(n)s phút"}
_IN_DANGER: Final = {"days": "nguy cơ, còn %(n)s ngày", "hours": "nguy cơ, còn %(n)s giờ", "minutes": "nguy cơ, còn %(n)s phút"}  # fmt: skip
_WITHIN_A_MINUTE: Final[Mapping[str, str]] = {
    "overdue": "quá hạn chưa đầy 1 phút", "due": "còn chưa đầy 1 phút", "at_risk": "nguy cơ, còn chưa đầy 1 phút",
}  # fmt: skip


def words_of(standing: Standing, due_at: Instant | None, now: Instant) -> tuple[str, dict[str, int]]:
    """Return how a task stands in words with how many days, hours or minutes: a sentence part to translate, and its values.

    >>> words_of("overdue", 0, 4 * DAY + HOUR)
    ('quá hạn %(n)s ngày', {'n': 4})
    """
    words = {"overdue": _PAST, "due": _AHEAD, "at_risk": _IN_DANGER}.get(standing)
    if words is None or due_at is None:
        return STANDINGS[standing], {}
    distance = distance_to(due_at, now)
    if not distance.count:
        return _WITHIN_A_MINUTE[standing], {}
    return words[distance.unit], {"n": distance.count}
