"""A rule in Python is as fast as a closure somebody would write by hand: at most twice its time."""

from timeit import repeat

from rules.language import CATALOGUE, Context, evaluator, parse
from rules.time import HOUR, at

NOW = at("2025-05-17 08:00")
ROWS = [
    {
        "state": "registered" if n % 3 else "submitted",
        "entered_at": NOW - n * HOUR,
        "last_contact": None if n % 4 == 0 else NOW - n * HOUR // 2,
        "attempts": n % 5,
        "exit_class": [None, "remediable", "pending"][n % 3],
    }
    for n in range(200)
]


def _by_hand_simple(row, now):
    return row["state"] == "registered" and row["exit_class"] in ("remediable", "pending") and row["attempts"] < 3


def _by_hand_later(row, now):
    last = row["last_contact"]
    since = row["entered_at"] if last is None else max(row["entered_at"], last)
    return row["state"] == "registered" and now - since >= 172_800_000_000 and row["attempts"] < 3


def _seconds(function) -> float:
    return min(repeat(lambda: [function(row, NOW) for row in ROWS], number=30, repeat=7))


def _check(text, by_hand):
    ours = evaluator(parse(text, CATALOGUE, Context.CASE))

    assert [ours(row, NOW) for row in ROWS] == [by_hand(row, NOW) for row in ROWS]
    assert _seconds(ours) <= 2 * _seconds(by_hand)


def test_a_simple_guard():
    _check("state == 'registered' and exit_class in ['remediable', 'pending'] and attempts < 3", _by_hand_simple)


def test_a_guard_with_later():
    _check(
        "state == 'registered' and now - later(entered_at, last_contact) >= hours(48) and attempts < 3", _by_hand_later
    )
