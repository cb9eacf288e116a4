"""A guard in Python: the function that the rule language compiles, against the closure somebody would write for that rule."""

from collections.abc import Callable, Mapping
from typing import Any

from bench.measure import Meter, Result, Side, compare, interleave
from rules.language import CATALOGUE, Context, evaluator, parse
from rules.time import HOUR, at

ALLOWED = 2.0
"""How many times the hand-written closure ours may take."""
NOW = at("2025-05-17 08:00")
CALLS, ROUNDS = 200_000, 7
Facts = Mapping[str, Any]

SIMPLE = "state in ['registered', 'activated'] and exit_class != 'pending' and attempts < 3"
SILENT = "state == 'registered' and attempts < 3 and now - later(entered_at, last_contact) >= hours(48)"
NULLABLE = "is_open and now - follow_up_at >= hours(4) and not (last_contact > follow_up_at)"


def simple(f: Facts, now: int) -> bool:
    """`SIMPLE` by hand."""
    return bool(f["state"] in ("registered", "activated") and f["exit_class"] != "pending" and f["attempts"] < 3)


def silent(f: Facts, now: int) -> bool:
    """`SILENT` by hand."""
    if f["state"] != "registered" or f["attempts"] >= 3:
        return False
    entered, last = f["entered_at"], f["last_contact"]
    return bool(now - (entered if last is None or entered >= last else last) >= 172_800_000_000)


def missed(f: Facts, now: int) -> bool:
    """`NULLABLE` by hand."""
    due, last = f["follow_up_at"], f["last_contact"]
    return (
        bool(f["is_open"]) and due is not None and now - due >= 14_400_000_000 and not (last is not None and last > due)
    )


GUARDS: dict[str, tuple[str, Callable[[Facts, int], bool]]] = {
    "guard: state, list and number": (SIMPLE, simple),
    "guard: the later of two instants": (SILENT, silent),
    "guard: missing values and not": (NULLABLE, missed),
}


def rows() -> list[dict[str, object]]:
    """Return facts in which every part of the guards is sometimes true, sometimes false and sometimes missing."""
    return [
        {
            "state": "registered" if n % 4 else "submitted",
            "entered_at": NOW - n * HOUR,
            "last_contact": None if n % 4 == 0 else NOW - n * HOUR // 2,
            "follow_up_at": None if n % 5 == 0 else NOW - (n % 40) * HOUR,
            "attempts": n % 5,
            "is_open": n % 7 > 0,
            "exit_class": [None, "pending", "remediable"][n % 3],
        }
        for n in range(200)
    ]


def bench_guard(calls: int = CALLS) -> list[Result]:
    """Measure every guard; SystemExit if the two sides decide differently."""
    return [_measured(what, text, by_hand, calls) for what, (text, by_hand) in GUARDS.items()]


def _measured(what: str, text: str, by_hand: Callable[[Facts, int], bool], calls: int) -> Result:
    facts, ours = rows(), evaluator(parse(text, CATALOGUE, Context.CASE))
    if [ours(row, NOW) for row in facts] != [by_hand(row, NOW) for row in facts]:
        raise SystemExit(f"The rule and the closure by hand decide differently: {text}")

    def repeated(function: Callable[[Facts, int], object]) -> Side:
        turns = range(max(calls // len(facts), 1))
        return Side(lambda _: [function(row, NOW) for _ in turns for row in facts], Meter())

    sides = repeated(ours), repeated(by_hand)
    interleave(sides, ROUNDS)
    return compare(what, *sides, ALLOWED, each=calls, unit="ns")
