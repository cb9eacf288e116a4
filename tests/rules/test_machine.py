"""One shared machine for a track: names checked, refusals told apart, nothing kept."""

import gc
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from rules import machine as module
from rules.machine import GuardRefused, MachineError, NoSuchMove, WrongState, build_machine, fire, moves_from

STATES = ["no_account", "registered", "activated", "submitted", "abroad"]


@dataclass(frozen=True)
class Move:
    name: str
    sources: tuple[str, ...]
    target: str
    guard: Callable[..., object] | None = field(default=None)


MOVES = [
    Move("activate", ("registered",), "activated"),
    Move("submit", ("activated",), "submitted", lambda facts, now: facts["happened_at"] < now),
    Move("leave_country", ("registered", "activated"), "abroad"),
    Move("come_back", ("abroad",), "activated"),
    Move("remind", ("registered",), "registered"),
]
MACHINE = build_machine(STATES, MOVES)


def test_a_move_leads_to_its_target():
    assert fire(MACHINE, "registered", "activate", {}, 0) == "activated"
    assert fire(MACHINE, "activated", "leave_country", {}, 0) == "abroad"
    assert fire(MACHINE, "registered", "remind", {}, 0) == "registered"


def test_the_guard_gets_the_facts_and_now_and_decides():
    assert fire(MACHINE, "activated", "submit", {"happened_at": 9}, 10) == "submitted"

    with pytest.raises(GuardRefused, match="Chưa đủ điều kiện để làm bước “submit” từ “activated”") as refusal:
        fire(MACHINE, "activated", "submit", {"happened_at": 10}, 10)
    assert (refusal.value.state, refusal.value.move) == ("activated", "submit")


@pytest.mark.parametrize("falsy", [None, 0, "", False])
def test_a_guard_that_is_merely_falsy_refuses(falsy):
    machine = build_machine(["a", "b"], [Move("go", ("a",), "b", lambda facts, now: falsy)])

    with pytest.raises(GuardRefused):
        fire(machine, "a", "go", {}, 0)


def test_the_guard_is_not_asked_from_a_wrong_state():
    with pytest.raises(WrongState, match="khi đang ở “registered”"):
        fire(MACHINE, "registered", "submit", {}, 0)


@pytest.mark.parametrize("state", ["submitted", "nowhere", ""])
def test_a_final_or_unknown_state_allows_nothing(state):
    for move in MOVES:
        with pytest.raises(WrongState):
            fire(MACHINE, state, move.name, {}, 0)
    assert moves_from(MACHINE, state) == []


@pytest.mark.parametrize("move", ["to_submitted", "actvate", "", "state", "trigger", "__init__"])
def test_there_are_no_moves_but_the_declared_ones(move):
    """`transitions` can add `to_<state>` shortcuts that skip every guard; ours must not."""
    with pytest.raises(NoSuchMove, match="không có bước"):
        fire(MACHINE, "activated", move, {}, 0)


def test_every_pair_of_state_and_move_agrees_with_the_table():
    for state in STATES:
        for move in MOVES:
            if state in move.sources:
                assert fire(MACHINE, state, move.name, {"happened_at": 0}, 1) == move.target
            else:
                with pytest.raises(WrongState):
                    fire(MACHINE, state, move.name, {"happened_at": 0}, 1)


def test_moves_are_listed_in_the_packs_order():
    assert moves_from(MACHINE, "registered") == ["activate", "leave_country", "remind"]


@pytest.mark.parametrize(
    ("states", "moves", "sentence"),
    [
        ([], [], "chưa có trạng thái nào"),
        (["a", "a"], [], "“a” .trạng thái. được ghi hai lần"),
        (["Đã nộp"], [], "phải bắt đầu bằng chữ thường"),
        (["a"], [Move("go", ("a",), "b")], "“go” nhắc đến trạng thái “b”"),
        (["a"], [Move("go", ("b",), "a")], "“go” nhắc đến trạng thái “b”"),
        (["a"], [Move("go", (), "a")], "không bắt đầu từ đâu"),
        (["a"], [Move("go", ("a",), "a"), Move("go", ("a",), "a")], "“go” .bước. được ghi hai lần"),
        (["a"], [Move("go", ("a", "a"), "a")], "“a” .“from” của bước “go”. được ghi hai lần"),
        (["a"], [Move("state", ("a",), "a")], "không được tên là “state”"),
        (["a"], [Move("*", ("a",), "a")], "“\\*” .bước. phải bắt đầu bằng chữ thường"),
    ],
)
def test_names_are_checked_before_the_library_would_accept_them(states, moves, sentence):
    with pytest.raises(MachineError, match=sentence):
        build_machine(states, moves)


def test_moves_named_like_methods_still_work():
    """Named like a method of the model or machine, `transitions` would install nothing on a model and say nothing."""
    names = ["trigger", "get_state", "events", "add_model", "is_a", "may_go"]
    machine = build_machine(["a", "b"], [Move(name, ("a",), "b") for name in names])

    assert [fire(machine, "a", name, {}, 0) for name in names] == ["b"] * len(names)


def test_the_machine_holds_no_case(monkeypatch):
    held = []

    class Watched(module._Case):
        __slots__ = ("__weakref__",)

        def __init__(self, state: str) -> None:
            super().__init__(state)
            held.append(weakref.ref(self))

    monkeypatch.setattr(module, "_Case", Watched)
    for _ in range(100):
        fire(MACHINE, "registered", "activate", {}, 0)
    gc.collect()

    assert MACHINE.models == []
    assert len(held) == 100
    assert not any(case() for case in held)


def test_threads_may_share_it():
    wrong: list[str] = []

    def work(start: str, move: str, target: str) -> None:
        for number in range(200):
            reached = fire(MACHINE, start, move, {"happened_at": number}, number + 1)
            if reached != target:
                wrong.append(reached)

    jobs = [
        ("registered", "activate", "activated"),
        ("activated", "submit", "submitted"),
        ("abroad", "come_back", "activated"),
    ]
    threads = [threading.Thread(target=work, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
