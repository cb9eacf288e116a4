"""What a task's evidence still lacks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rules.pack.model import Evidence
from rules.said import Said, listed


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
    return [lack for lack in lack_of_each(required, given) if lack is not None]


def lack_of_each(required: Sequence[Evidence], given: Iterable[Given]) -> list[str | None]:
    """Return for each demand, in the plan's order, what it still lacks; None for one that is met."""
    rows, lacking = list(given), list[str | None]()
    for number, ask in enumerate(required):
        if ask.kind == "count":
            lacking.append(_count_lacks(ask, rows))
            continue
        same_before = sum(1 for other in required[:number] if other.kind == ask.kind)
        is_there = sum(1 for row in rows if row.kind == ask.kind) > same_before
        lacking.append(None if is_there else Said("thiếu “%(label)s”", label=ask.label.said))
    return lacking


def _count_lacks(ask: Evidence, rows: Sequence[Given]) -> str | None:
    counts = [
        (row.count or 0) + row.is_lower_bound for row in rows if row.kind == "count" and row.label == ask.label.vi
    ]
    if not counts:
        return Said("thiếu số lượng “%(label)s”", label=ask.label.said)
    best, needed = max(counts), ask.at_least or 1
    if best >= needed:
        return None
    return Said("“%(label)s” mới có %(best)s, cần ít nhất %(needed)s", label=ask.label.said, best=best, needed=needed)


def unknown_count(required: Sequence[Evidence], label: str) -> str | None:
    """Return what to write instead if `label` names no count the plan asks for; None if it does or the plan asks for none."""
    names = [ask.label.said for ask in required if ask.kind == "count"]
    if not names or label in names:
        return None
    return Said("hãy chọn một trong: %(names)s", names=listed(Said("“%(name)s”", name=name) for name in names))
