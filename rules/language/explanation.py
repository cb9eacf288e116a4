"""Why a condition holds or does not: the comparisons that decided it, with the values they saw."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rules.language.durations import show_duration
from rules.language.facts import Fact
from rules.language.printer import to_text
from rules.language.python import Evaluator, evaluator
from rules.language.tree import Node, Op, Type
from rules.said import At, Named, Said, all_of

MISSING_VI = Said("chưa có")


@dataclass(frozen=True, slots=True)
class Reason:
    """One comparison: its text, whether it holds, and label and value of everything it read."""

    text: str
    holds: bool
    values: tuple[tuple[str, str], ...]

    @property
    def said(self) -> Said:
        """Return it in words."""
        outcome = Said("%(test)s: %(holds)s", test=self.text, holds=Said("đúng" if self.holds else "không đúng"))
        seen = all_of(Said("%(label)s: %(value)s", label=label, value=value) for label, value in self.values)
        return Said("%(outcome)s (%(seen)s)", outcome=outcome, seen=seen) if seen else outcome

    def __str__(self) -> str:
        return str(self.said)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether the condition holds, and the comparisons without which it would be otherwise, in the order of the text.

    It shows the values of facts: print it only for somebody who may see them.
    """

    holds: bool
    reasons: tuple[Reason, ...]

    def __str__(self) -> str:
        head = "Đúng vì:" if self.holds else "Không đúng vì:"
        return "\n".join([head, *(f"– {reason}" for reason in self.reasons)])


def explain(node: Node, facts: Mapping[str, object], now: int) -> Explanation:
    """Return which comparisons decided the condition: the first false one of an "and", the first true one of an "or".

    An "and" that holds is decided by all of its parts, and so is an "or" that does not.
    """
    reasons = tuple(_reason(test, facts, now) for test in _deciding(node, facts, now))
    return Explanation(_holds(node, facts, now), reasons)


def value_vi(value: object, type_: Type, fact: Fact | None = None) -> str:
    """Return how a person reads a value."""
    if value is None:
        return MISSING_VI
    if type_ is Type.BOOL:
        return Said("có" if value else "không")
    if type_ is Type.INSTANT and isinstance(value, int):
        return At(value)
    if type_ is Type.DURATION and isinstance(value, int):
        return show_duration(value)
    return fact.label(value) if fact else str(value)


def _deciding(node: Node, facts: Mapping[str, object], now: int) -> Iterator[Node]:
    if node.op is Op.NOT and node.args[0].op in (Op.AND, Op.OR, Op.NOT):
        yield from _deciding(node.args[0], facts, now)
    elif node.op in (Op.AND, Op.OR):
        settles = node.op is Op.OR
        first = next((part for part in node.args if _holds(part, facts, now) is settles), None)
        for part in node.args if first is None else (first,):
            yield from _deciding(part, facts, now)
    else:
        yield node


def _reason(test: Node, facts: Mapping[str, object], now: int) -> Reason:
    seen: dict[str, str] = {}
    for leaf in test.walk():
        if leaf.op is Op.NOW:
            seen[Said("lúc xét")] = value_vi(now, Type.INSTANT)
        elif leaf.op is Op.FACT and isinstance(leaf.value, Fact):
            value = value_vi(facts.get(leaf.key), leaf.type, leaf.value)
            if leaf.value.unit and facts.get(leaf.key) is not None:
                value = Said("%(value)s %(unit)s", value=value, unit=Said(leaf.value.unit))
            seen[Named(leaf.value.label_vi, leaf.value.label_en)] = value
        elif leaf.op is Op.FIGURE:
            seen[to_text(leaf)] = value_vi(facts.get(leaf.key), leaf.type)
    return Reason(to_text(test), _holds(test, facts, now), tuple(seen.items()))


def _holds(node: Node, facts: Mapping[str, object], now: int) -> bool:
    return bool(_compiled(node)(facts, now))


@lru_cache(maxsize=2048)
def _compiled(node: Node) -> Evaluator:
    return evaluator(node)
