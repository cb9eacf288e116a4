"""How each item of a plan stands, in the words that its export prints."""

from collections.abc import Mapping
from typing import Final

from rules.time import exclusive_vi
from workflow.plan.life import STATE_LABELS
from workflow.plan.standing import STANDINGS, Standing
from workflow.planfile.export import Stand
from workflow.queries.plan_stands import ItemStand

SENT: Final[tuple[Standing, ...]] = ("late", "supplement", "on_time", "sent")

_COUNTED: Final[Mapping[Standing, str]] = {"overdue": "quá hạn", "missing": "chưa gửi", "late": "trễ"}
"""What is said with its number of an item of many tasks."""


def stands_in_words(stands: Mapping[str, ItemStand]) -> dict[str, Stand]:
    """Return how items stand in words. What is late has been said by the one comparison with the deadline."""
    return {item: _words(stand) for item, stand in stands.items()}


def _words(stand: ItemStand) -> Stand:
    moment = "" if stand.due_at is None else exclusive_vi(stand.due_at, with_year=True)
    overdue = stand.standings["overdue"]
    if stand.total == 1:
        state = next(iter(stand.states))
        return Stand(moment, STATE_LABELS[state], STANDINGS[stand.worst], bool(overdue), stand.progress, stand.evidence)
    excused = stand.standings["waived"] + stand.standings["cancelled"]
    sent = sum(stand.standings[name] for name in SENT)
    state = f"đã gửi {sent}/{stand.total - excused}" + (f", miễn hoặc hủy {excused}" if excused else "")
    told = [f"{word} {n}" for name, word in _COUNTED.items() if (n := stand.standings[name])]
    return Stand(moment, state, ", ".join(told) or STANDINGS[stand.worst], bool(overdue), stand.progress, stand.evidence)  # fmt: skip
