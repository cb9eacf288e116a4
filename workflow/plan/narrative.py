"""What a paper tells beside its figures: tasks with their evidence, and leaders' notes. A snapshot, kept with the paper as it was."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Final

from workflow.ledger.canonical import canonical_value

_encode: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class Counted:
    """A number that was handed in for a task. `is_lower_bound`: "trên 30"."""

    label: str
    count: int
    is_lower_bound: bool


@dataclass(frozen=True, slots=True)
class Activity:
    """A task of the plan at unit level: whether it is done, and what shows it."""

    item: str
    label: str
    is_done: bool
    documents: tuple[str, ...] = ()
    counts: tuple[Counted, ...] = ()


@dataclass(frozen=True, slots=True)
class Narrative:
    """What was done and what leaders noted, up to a number of the ledger."""

    ledger_no: int = 0
    activities: tuple[Activity, ...] = ()
    notes: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """Return the canonical JSON."""
        return _encode(canonical_value(asdict(self))).encode()


def read_narrative(data: bytes) -> Narrative:
    """Return the narrative that was kept with a paper."""
    told: dict[str, Any] = json.loads(data)
    activities = tuple(
        Activity(
            each["item"],
            each["label"],
            each["is_done"],
            tuple(each["documents"]),
            tuple(Counted(**count) for count in each["counts"]),
        )
        for each in told["activities"]
    )
    return Narrative(told["ledger_no"], activities, tuple(told["notes"]))
