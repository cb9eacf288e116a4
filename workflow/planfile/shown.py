"""How each item of a plan stands, in the words that its export prints."""

from collections.abc import Collection, Mapping
from typing import Final

from rules.time import exclusive_vi
from workflow.plan.counted import WAITS
from workflow.plan.life import STATE_LABELS
from workflow.plan.standing import STANDINGS, Standing
from workflow.planfile.export import Stand
from workflow.queries.plan_stands import ItemStand

SENT: Final[tuple[Standing, ...]] = ("late", "supplement", "on_time", "sent")

_COUNTED: Final[Mapping[Standing, str]] = {"overdue": "quá hạn", "missing": "chưa gửi", "late": "trễ"}
"""What is said with its number of an item of many tasks."""


def stands_in_words(stands: Mapping[str, ItemStand], waiting: Collection[str] = ()) -> dict[str, Stand]:
    """Return how items stand in words. What is late has been said by the one comparison with the deadline.

    `waiting` are the items whose deadline counts from a task: without one yet they wait for it.
    """
    return {item: _words(stand, is_counted=item in waiting) for item, stand in stands.items()}


def _words(stand: ItemStand, *, is_counted: bool) -> Stand:
    worst = WAITS if stand.worst == "no_deadline" and is_counted else STANDINGS[stand.worst]
    moment = "" if stand.due_at is None else exclusive_vi(stand.due_at, with_year=True)
    overdue = stand.standings["overdue"]
    if stand.total == 1:
        state = next(iter(stand.states))
        return Stand(moment, STATE_LABELS[state], worst, bool(overdue), stand.progress, stand.evidence)
    excused = stand.standings["waived"] + stand.standings["cancelled"]
    sent = sum(stand.standings[name] for name in SENT)
    state = f"đã gửi {sent}/{stand.total - excused}" + (f", miễn hoặc hủy {excused}" if excused else "")
    told = [f"{word} {n}" for name, word in _COUNTED.items() if (n := stand.standings[name])]
    return Stand(moment, state, ", ".join(told) or worst, bool(overdue), stand.progress, stand.evidence)  # fmt: skip
