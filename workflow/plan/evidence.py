"""What a task's evidence still lacks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rules.pack.model import Evidence


@dataclass(frozen=True, slots=True)
class Given:
    """A piece of evidence somebody added. `is_lower_bound` means "more than `count`"."""

    kind: str
    label: str
    count: int | None = None
    is_lower_bound: bool = False


def missing_evidence(required: Sequence[Evidence], given: Iterable[Given]) -> list[str]:
    """Return a sentence part for each demand that is not met yet, in the plan's order; empty if nothing is missing.

    A count is met by one of its own label that reaches `at_least`. Of each other kind there must be as many pieces as the plan
    names.

    >>> from rules.pack.model import Label
    >>> ask = [Evidence(kind="count", label=Label(vi="Tin bài"), at_least=30)]
    >>> missing_evidence(ask, [Given("count", "Tin bài", 12)])
    ['“Tin bài” mới có 12, cần ít nhất 30']
    """
    rows, lacking = list(given), list[str]()
    for number, ask in enumerate(required):
        if ask.kind == "count":
            lacking.extend(_count_lacks(ask, rows))
            continue
        same_before = sum(1 for other in required[:number] if other.kind == ask.kind)
        if sum(1 for row in rows if row.kind == ask.kind) <= same_before:
            lacking.append(f"thiếu “{ask.label.vi}”")
    return lacking


def _count_lacks(ask: Evidence, rows: Sequence[Given]) -> list[str]:
    counts = [
        (row.count or 0) + row.is_lower_bound for row in rows if row.kind == "count" and row.label == ask.label.vi
    ]
    if not counts:
        return [f"thiếu số lượng “{ask.label.vi}”"]
    best, needed = max(counts), ask.at_least or 1
    return [] if best >= needed else [f"“{ask.label.vi}” mới có {best}, cần ít nhất {needed}"]


def unknown_count(required: Sequence[Evidence], label: str) -> str | None:
    """Return what to write instead if `label` names no count the plan asks for; None if it does or the plan asks for none."""
    names = [ask.label.vi for ask in required if ask.kind == "count"]
    if not names or label in names:
        return None
    return "hãy chọn một trong: " + ", ".join(f"“{name}”" for name in names)
