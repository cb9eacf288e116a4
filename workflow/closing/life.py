"""How a close lives: a team's sending is accepted or returned, a unit's close is received, and both may be replaced.

One machine for both, as for tasks. A row keeps its bytes in every state; only the state moves, each time with an event.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rules.machine import Guard, build_machine
from rules.machine import fire as fire_machine

STATE_LABELS: Final[Mapping[str, str]] = {
    "draft": "đang soạn",
    "sent": "đã gửi, chờ nhận",
    "returned": "bị trả lại",
    "accepted": "đã nhận",
    "closed": "đã chốt",
    "received": "cấp trên đã nhận",
    "replaced": "đã có lần chốt mới hơn",
}
"""`draft` is never stored: what is not sent yet is counted anew each time it is looked at."""


@dataclass(frozen=True, slots=True)
class CloseMove:
    """A move of a close."""

    name: str
    sources: tuple[str, ...]
    target: str
    guard: Guard | None = None


MOVES: Final[Mapping[str, CloseMove]] = {
    move.name: move
    for move in (
        CloseMove("send", ("draft",), "sent"),
        CloseMove("accept", ("sent",), "accepted"),
        CloseMove("return", ("sent",), "returned"),
        CloseMove("take_back", ("sent", "accepted"), "returned"),
        CloseMove("close", ("draft",), "closed"),
        CloseMove("receive", ("closed",), "received"),
        CloseMove("replace", ("closed", "received"), "replaced"),
    )
}
STANDING: Final = ("sent", "accepted", "closed", "received")
"""States in which the figures count as said by whom they come from."""
_MACHINE: Final = build_machine(STATE_LABELS, MOVES.values())


def state_after(state: str, move: str) -> str:
    """Return the state that `move` leads to from `state`.

    Raises NoSuchMove or WrongState of `rules.machine`.

    >>> state_after("sent", "return"), state_after("closed", "receive")
    ('returned', 'received')
    """
    return fire_machine(_MACHINE, state, move, {}, 0)
