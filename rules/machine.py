"""A track's states and moves as one shared `transitions.Machine`; cases stay outside it.

A machine is built once for a pack version and track and holds no case, so a million cases cost nothing and threads
may share it. `transitions` accepts unknown names when a machine is built and fails only when one is fired: names are
checked here first. Needs transitions 0.9: `fire` is the only place that reaches for `machine.events`.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final, Protocol, TypeAlias

from transitions import EventData, Machine

from rules.time import Instant

Facts: TypeAlias = Mapping[str, object]
Guard: TypeAlias = Callable[[Facts, Instant], object]
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


class MoveLike(Protocol):
    """What a machine needs to know of a move; the pack's own model satisfies it."""

    @property
    def name(self) -> str:
        """The imperative name it is fired by, unique on its track."""

    @property
    def sources(self) -> Collection[str]:
        """The states it may start from."""

    @property
    def target(self) -> str:
        """The one state it ends in."""

    @property
    def guard(self) -> Guard | None:
        """A compiled rule over the facts of the case and `now`; None if the move is always allowed."""


class MoveRefused(Exception):
    """A move that did not happen; the case is as before. `message` is a sentence for the person at the screen."""

    message: ClassVar[str] = ""

    def __init__(self, state: str, move: str) -> None:
        super().__init__(self.message.format(state=state, move=move))
        self.state, self.move = state, move


class NoSuchMove(MoveRefused):
    """The track has no move of that name."""

    message = "Đường đi này không có bước “{move}”. Hãy tải lại trang rồi chọn một bước có trong danh sách."


class WrongState(MoveRefused):
    """The move does not start from the state the case is in; somebody may have moved it meanwhile."""

    message = "Không thể làm bước “{move}” khi đang ở “{state}”. Hãy tải lại trang để xem trạng thái mới nhất."


class GuardRefused(MoveRefused):
    """The move starts here, but its condition does not hold. `rules.language.explain` tells which part."""

    message = "Chưa đủ điều kiện để làm bước “{move}” từ “{state}”. Hãy xem điều kiện của bước này."


class MachineError(ValueError):
    """States and moves that cannot form a machine. The pack loader reports these with line and column first."""


class _Case:
    """The only thing a machine ever moves: a throw-away holder of one state."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


def build_machine(states: Iterable[str], moves: Iterable[MoveLike]) -> Machine:
    """Return one machine for every case of a track; it holds no case. Build it once for a pack version and keep it.

    Raises MachineError for a name that is repeated, malformed, or not one of `states`, and for a move without source.
    """
    states, moves = list(states), list(moves)
    _check(states, moves)
    machine = Machine(model=None, states=states, initial=None, auto_transitions=False, send_event=True, queued=False)
    for move in moves:
        conditions: list[str | Callable[..., bool | None]] = [] if move.guard is None else [_condition(move.guard)]
        machine.add_transition(move.name, [*move.sources], move.target, conditions=conditions)
    return machine


def fire(machine: Machine, state: str, move: str, facts: Facts, now: Instant) -> str:
    """Return the state that `move` leads to from `state`; nothing is changed and nothing is kept.

    Raises NoSuchMove, WrongState or GuardRefused. A self-move returns `state`.
    """
    event = machine.events.get(move)
    if event is None:
        raise NoSuchMove(state, move)
    if state not in event.transitions:
        raise WrongState(state, move)
    case = _Case(state)
    if not event.trigger(case, facts=facts, now=now):
        raise GuardRefused(state, move)
    return case.state


def moves_from(machine: Machine, state: str) -> list[str]:
    """Return the names of the moves that start from `state`, in the pack's order, guards not asked."""
    return [name for name, event in machine.events.items() if state in event.transitions]


def _condition(guard: Guard) -> Callable[[EventData], bool]:
    def holds(event: EventData) -> bool:
        given: dict[str, Any] = event.kwargs
        return bool(guard(given["facts"], given["now"]))

    return holds


def _check(states: Sequence[str], moves: Sequence[MoveLike]) -> None:
    _unique("trạng thái", states)
    _unique("bước", [move.name for move in moves])
    if not states:
        raise MachineError("Đường đi chưa có trạng thái nào. Hãy khai báo ít nhất một.")
    for move in moves:
        if move.name == "state":
            raise MachineError("Bước không được tên là “state”. Hãy đặt tên bằng một động từ.")
        if not move.sources:
            raise MachineError(f"Bước “{move.name}” không bắt đầu từ đâu cả. Hãy ghi “from”.")
        _unique(f"“from” của bước “{move.name}”", list(move.sources))
        for state in (*move.sources, move.target):
            if state not in states:
                raise MachineError(f"Bước “{move.name}” nhắc đến trạng thái “{state}” không có trong đường đi.")


def _unique(what: str, names: Sequence[str]) -> None:
    for number, name in enumerate(names):
        if not _NAME.fullmatch(name):
            raise MachineError(f"Tên “{name}” ({what}) phải bắt đầu bằng chữ thường rồi chữ thường, số, gạch dưới.")
        if name in names[:number]:
            raise MachineError(f"Tên “{name}” ({what}) được ghi hai lần. Hãy đổi hoặc bỏ một.")
