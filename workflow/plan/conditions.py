"""Conditions of the plan on figures: `done_when` completes a task, `waive_when` excuses a team that has finished.

A condition is asked as of an instant, so that a clock that looks late finds the same moment as one that looked in time.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from rules.language import Node, Op, facts_used
from rules.pack import Pack
from rules.time import Instant

_TASK_FACTS = (
    "is_duty", "opens_at", "due_at", "internal_due_at", "started_at", "submitted_at", "progress", "open_predecessors",
)  # fmt: skip


class FigureValue(Protocol):
    """Counts a figure of the pack: what happened before `as_of`, within `scope` ({} for the unit, {"team": code} …).

    None means that it cannot be known yet (nothing listed, nothing declared): a condition on it does not hold.
    """

    def __call__(self, figure: str, scope: Mapping[str, str], as_of: Instant) -> int | None:
        """Return the figure's value."""
        ...


class FigureThen(FigureValue, Protocol):
    """Counts a figure as known at a ledger number (None: as known now)."""

    def __call__(
        self, figure: str, scope: Mapping[str, str], as_of: Instant, *, ledger_no: int | None = None
    ) -> int | None:
        """Return the figure's value."""
        ...


def holds_at(pack: Pack, item: str, task: Mapping[str, Any], figures: FigureValue, as_of: Instant) -> bool:
    """Whether the condition of `item` held for `task` at `as_of`. An item without a condition never holds.

    `task` has the columns of a task's row and, for scoped figures, `team`, `area` and `body` as codes.
    """
    if item not in pack.done_when:
        return False
    node, holds = pack.done_when[item]
    return bool(holds(_facts(node, task, figures, as_of), as_of))


def figures_in(node: Node) -> set[str]:
    """Return the ids of the figures that a condition reads."""
    return {str(found.args[0].value) for found in node.walk() if found.op is Op.FIGURE}


def reads_declared_counts(pack: Pack, item: str) -> bool:
    """Whether the condition of `item` rests on what offices declare about their staff, directly or through other figures."""
    if item not in pack.done_when:
        return False
    by_id = {figure.id: figure for figure in pack.model.figures.figures}
    waiting, seen = figures_in(pack.done_when[item][0]), set[str]()
    while waiting:
        name = waiting.pop()
        figure = by_id.get(name)
        if figure is None or name in seen:
            continue
        if figure.declared:
            return True
        seen.add(name)
        waiting |= {*(figure.sum or ()), *(figure.minus or ())}
    return False


def since_when(holds: Callable[[Instant], bool], instants: Sequence[Instant], due_at: Instant | None) -> Instant | None:
    """Return at which of `instants` (ascending: when something happened) a condition that holds by now became true.

    `holds(t)` counts what happened before t. Where the condition came and went, one of the instants at which it came, and never
    one after `due_at` if it held at `due_at`. None if it became true at none of them. Asks about log2(n) times.
    """
    if due_at is not None and holds(due_at):
        instants = instants[: bisect_left(instants, due_at)]
    found = bisect_left(instants, True, key=lambda instant: holds(instant + 1))
    return instants[found] if found < len(instants) else None


def _facts(node: Node, task: Mapping[str, Any], figures: FigureValue, as_of: Instant) -> dict[str, Any]:
    facts = {name: task[name] for name in _TASK_FACTS}
    facts.update(task_state=task["state"], team=task.get("team"), area=task.get("area"), body=task.get("body"))
    for figure, scope_facts, literals, key in _figures(node):
        scope = {**literals, **{word: facts.get(fact) for word, fact in scope_facts.items()}}
        known = {word: str(code) for word, code in scope.items() if code is not None}
        facts[key] = figures(figure, known, as_of) if len(known) == len(scope) else None
    return {name: facts.get(name) for name in facts_used(node)}


def _figures(node: Node) -> Iterator[tuple[str, dict[str, str], dict[str, str], str]]:
    """Yield each figure of a condition: its id, the facts that name its scope, the codes written there, and its key."""
    for found in node.walk():
        if found.op is Op.FIGURE:
            name, *words = found.args
            pairs = list(zip(words[::2], words[1::2], strict=True))
            by_fact = {str(word.value): code.key for word, code in pairs if code.op is Op.FACT}
            written = {str(word.value): str(code.value) for word, code in pairs if code.op is Op.CONST}
            yield str(name.value), by_fact, written, found.key
