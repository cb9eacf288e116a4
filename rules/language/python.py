"""The Python reader: a tree becomes one line of Python source, compiled once and called for every row.

A missing value never reaches an ordering test or a sum: it is caught by a guard, as in
`((v1 := f['age']) is not None and v1 < 18)`. Equality needs no guard, for None equals only None.
"""

from collections.abc import Callable, Mapping
from itertools import count
from types import CodeType
from typing import Any, TypeAlias

from rules.language.problems import LanguageError, Problem
from rules.language.questions import facts_used
from rules.language.tree import Node, Op, Type

Evaluator: TypeAlias = Callable[[Mapping[str, object], int], object]

ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def evaluator(node: Node) -> Evaluator:
    """Return a function of facts and instant that gives the value of `node`: True or False for a condition.

    Facts map every name of `facts_used(node)` to its value, None where it is missing. A mapping that lacks a name, or holds
    a value of another type, is a mistake of the caller: LanguageError names the facts concerned.
    """
    writer = Writer()
    source = f"True if {writer.condition(node)} else False" if node.type is Type.BOOL else writer.optional(node)
    return compiled(source, facts_used(node))


def compiled(source: str, names: frozenset[str]) -> Callable[[Mapping[str, object], int], Any]:
    """Return the function of facts `f` and instant `now` whose value is `source`."""
    lines = f"def rule(f, now):\n try:\n  return {source}\n except (KeyError, TypeError, AttributeError) as error:\n"
    lines += "  raise complaint(f, names) from error\n"
    code: CodeType = compile(lines, "<rule>", "exec")
    space: dict[str, Any] = {"ASCII_LOWER": ASCII_LOWER, "complaint": _complaint, "names": names, "best": _best}
    exec(code, space)  # noqa: S102 - the source is written here, from a tree that the whitelist let through
    function: Callable[[Mapping[str, object], int], Any] = space["rule"]
    return function


def _complaint(facts: Mapping[str, object], names: frozenset[str]) -> LanguageError:
    absent = sorted(name for name in names if name not in facts)
    what = f"thiếu {', '.join(absent)}" if absent else f"sai loại hoặc trống ở một trong: {', '.join(sorted(names))}"
    return LanguageError([Problem(1, 1, f"Dữ kiện đưa vào luật {what}.", "đưa vào đủ dữ kiện mà luật dùng")])


def _best(largest: bool, *values: int | None) -> int | None:
    """Return the largest (or smallest) of the values that are not missing; None if all are."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    return max(known) if largest else min(known)


class Writer:
    """Writes Python source for conditions and values, with fresh names for what it has to remember."""

    def __init__(self) -> None:
        self._numbers = count()

    def fresh(self) -> str:
        """Return a name not used yet."""
        return f"v{next(self._numbers)}"

    def condition(self, node: Node) -> str:
        """Return source that is true or false (or a stored 1, 0, None) as the condition is."""
        match node.op:
            case Op.AND | Op.OR:
                return "(" + f" {node.op.value} ".join(map(self.condition, node.args)) + ")"
            case Op.NOT:
                return f"(not {self.condition(node.args[0])})"
            case Op.COMPARE:
                return self._comparison(node)
            case Op.IN:
                return f"({self.optional(node.args[0])} in {_set(node.value)})"
            case Op.MISSING:
                return f"({self.optional(node.args[0])} is None)"
            case Op.STARTS | Op.ENDS | Op.CONTAINS:
                return self.text_test(node)
            case Op.CONST:
                return repr(node.value)
        return f"f[{node.key!r}]"

    def optional(self, node: Node) -> str:
        """Return source of the value, None if it is missing."""
        if node.op in (Op.FACT, Op.FIGURE):
            return f"f[{node.key!r}]"
        if node.op in (Op.LATER, Op.EARLIER):
            return self._extreme(node)
        guards, value = self.guarded(node)
        return f"({value} if {' and '.join(guards)} else None)" if guards else value

    def guarded(self, node: Node) -> tuple[list[str], str]:
        """Return tests that all hold when the value is known, and its source, to be run after them."""
        if node.op is Op.CONST:
            return [], repr(node.value)
        if node.op is Op.NOW:
            return [], "now"
        if node.op in (Op.ADD, Op.SUB):
            (guards, left), (more, right) = map(self.guarded, node.args)
            return guards + more, f"({left} {'+' if node.op is Op.ADD else '-'} {right})"
        if node.op is Op.LOWER:
            guards, value = self.guarded(node.args[0])
            return guards, f"{value}.translate(ASCII_LOWER)"
        source = self.optional(node)
        if not node.nullable:
            return [], source
        name = self.fresh()
        return [f"({name} := {source}) is not None"], name

    def text_test(self, node: Node) -> str:
        """Return source of starts, ends or contains."""
        guards, value = self.guarded(node.args[0])
        if node.op is Op.CONTAINS:
            test = f"{node.value!r} in {value}"
        else:
            test = f"{value}.{'startswith' if node.op is Op.STARTS else 'endswith'}({node.value!r})"
        return f"({' and '.join([*guards, test])})"

    def _comparison(self, node: Node) -> str:
        left, right = node.args
        if node.value in ("==", "!="):
            return f"({self.optional(left)} {node.value} {self.optional(right)})"
        (guards, one), (more, two) = self.guarded(left), self.guarded(right)
        return f"({' and '.join([*guards, *more, f'{one} {node.value} {two}'])})"

    def _extreme(self, node: Node) -> str:
        """Two bare facts, the usual case, are compared in place; anything else goes through a call."""
        largest = node.op is Op.LATER
        if len(node.args) == 2 and all(arg.op is Op.FACT for arg in node.args):
            one, two = self.fresh(), self.fresh()
            first, second = map(self.optional, node.args)
            keep = f"{one} if ({two} := {second}) is None or {one} {'>=' if largest else '<='} {two} else {two}"
            return f"({second} if ({one} := {first}) is None else {keep})"
        return f"best({largest}, {', '.join(map(self.optional, node.args))})"


def _set(values: object) -> str:
    return "{" + ", ".join(map(repr, values if isinstance(values, tuple) else ())) + "}"
