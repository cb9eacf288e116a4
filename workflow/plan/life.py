"""How a task lives: its states, its moves, and what each move demands.

One machine serves every task of every campaign: a plan differs in what has to be done, never in what "done" means.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rules.machine import Guard, build_machine
from rules.machine import fire as fire_machine

CLOSED: Final = ("done", "cancelled", "waived")
HANDED_OVER: Final = ("submitted_for_review", "done")
"""States in which the owner has delivered; only there `submitted_at` has a value."""
EXCUSED: Final = ("waived", "cancelled")
"""States in which nobody is asked any more."""

STATE_LABELS: Final[Mapping[str, str]] = {
    "planned": "đã lên kế hoạch",
    "assigned": "đã giao",
    "in_progress": "đang làm",
    "submitted_for_review": "chờ duyệt",
    "returned": "bị trả lại",
    "done": "đã xong",
    "cancelled": "đã hủy",
    "waived": "được miễn",
}
OPEN: Final = tuple(state for state in STATE_LABELS if state not in CLOSED)


@dataclass(frozen=True, slots=True)
class TaskMove:
    """A move of a task.

    `needs_reason`: a sentence is kept with the event. `checks_work`: predecessors, evidence and the condition on figures are
    asked first. `by_rule`: only a rule may fire it, so that nobody can pass over review. `own_way`: it is made on a page of its
    own, by an action of its own (`workflow.actions.forward_reports`).
    """

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    needs_reason: bool = False
    checks_work: bool = False
    by_rule: bool = False
    own_way: bool = False
    guard: Guard | None = None

    @property
    def is_plain(self) -> bool:
        """Whether a person may make it on the page of any task."""
        return not self.by_rule and not self.own_way


_WITH_OWNER = ("assigned", "in_progress", "returned")

MOVES: Final[Mapping[str, TaskMove]] = {
    move.name: move
    for move in (
        TaskMove("assign", "giao việc", ("planned", *_WITH_OWNER), "assigned"),
        TaskMove("start", "bắt đầu làm", ("assigned", "returned"), "in_progress"),
        TaskMove("submit", "gửi duyệt", _WITH_OWNER, "submitted_for_review", checks_work=True),
        TaskMove("accept", "duyệt", ("submitted_for_review",), "done"),
        TaskMove("return", "trả lại", ("submitted_for_review",), "returned", needs_reason=True),
        TaskMove("cancel", "hủy", OPEN, "cancelled", needs_reason=True),
        TaskMove("waive", "miễn", OPEN, "waived", needs_reason=True),
        TaskMove("reopen", "mở lại", CLOSED, "assigned", needs_reason=True),
        TaskMove("forward", "chuyển báo cáo", ("planned", *_WITH_OWNER), "done", own_way=True),
        TaskMove("complete", "tự hoàn thành theo số liệu", OPEN, "done", by_rule=True),
    )
}
_MACHINE: Final = build_machine(STATE_LABELS, MOVES.values())


def state_after(state: str, move: str) -> str:
    """Return the state that `move` leads to from `state`.

    Raises NoSuchMove or WrongState of `rules.machine`.

    >>> state_after("assigned", "submit")
    'submitted_for_review'
    """
    return fire_machine(_MACHINE, state, move, {}, 0)


def is_open(state: str) -> bool:
    """Whether a task in `state` still has to be done, or looked at."""
    return state not in CLOSED
