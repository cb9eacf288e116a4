"""The normal form behind SQL and `earliest`: and/or over single tests, with every `not` pushed down and made whole.

A test is false when something it reads is missing. Its opposite is therefore the opposite test *or* "something is missing"
(`or_missing`): SQL's third truth value can then only ever stand for false, and no column is wrapped in COALESCE.

Comparisons of numbers, instants and durations become sums (`Order`): Σ factor·fact + now·instant + constant against 0.
`later` and `earlier` dissolve into and/or, so that a database sees one bare column on one side of each comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from rules.language.checks import ORDERED
from rules.language.tree import Node, Op, Type


@dataclass(frozen=True, slots=True)
class Truth:
    """Always, or never."""

    value: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """Whether the fact `name` is missing (`wanted`) or known (not `wanted`)."""

    name: str
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class Flag:
    """A true/false fact is known and equals `wanted`."""

    name: str
    wanted: bool
    nullable: bool


@dataclass(frozen=True, slots=True)
class Order:
    """Σ factor·fact + `now`·instant + `constant` stands to 0 as `op` says: <= or >=, and == or != where `now` is 0."""

    op: str
    terms: tuple[tuple[str, int], ...]
    now: int
    constant: int
    nullable: frozenset[str]


@dataclass(frozen=True, slots=True)
class Words:
    """Two texts, both known, compared by code points."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Member:
    """A known value is among `values`, or is not."""

    value: Node
    values: tuple[object, ...]
    wanted: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A known text starts with, ends with or contains `literal`, or does not."""

    test: Node
    wanted: bool


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Form, ...]


Form: TypeAlias = Truth | Missing | Flag | Order | Words | Member | Part | All | AnyOf

_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", "<=": ">", ">": "<="}


def normal(node: Node, wanted: bool = True) -> Form:
    """Return the normal form of a condition, or of its opposite."""
    match node.op:
        case Op.NOT:
            return normal(node.args[0], not wanted)
        case Op.AND | Op.OR:
            parts = [normal(arg, wanted) for arg in node.args]
            return all_of(parts) if (node.op is Op.AND) == wanted else any_of(parts)
    form = _test(node)
    return form if wanted else negated(form)


def all_of(parts: Iterable[Form]) -> Form:
    """Return the flat conjunction."""
    return _joined(All, parts, neutral=True)


def any_of(parts: Iterable[Form]) -> Form:
    """Return the flat disjunction."""
    return _joined(AnyOf, parts, neutral=False)


def negated(form: Form) -> Form:
    """Return the form that holds exactly when `form` does not."""
    match form:
        case All(parts):
            return any_of(negated(part) for part in parts)
        case AnyOf(parts):
            return all_of(negated(part) for part in parts)
        case Truth(value):
            return Truth(not value)
        case Missing():
            return replace(form, wanted=not form.wanted)
        case Flag():
            return or_missing(replace(form, wanted=not form.wanted), [form.name] if form.nullable else [])
        case Order():
            return or_missing(_opposite_order(form), form.nullable)
        case Words():
            return or_missing(replace(form, op=_OPPOSITE[form.op]), nullable_facts(form.left, form.right))
        case Member():
            # a sum is missing when any part is; `later` only when all are: `missing` knows
            return any_of([replace(form, wanted=not form.wanted), missing(form.value)])
        case Part():
            return or_missing(replace(form, wanted=not form.wanted), nullable_facts(form.test))


def or_missing(form: Form, names: Iterable[str]) -> Form:
    """Return "`form`, or one of these facts is missing": what makes a negated test whole."""
    return any_of([form, *(Missing(name) for name in sorted(names))])


def levels(form: Form) -> int:
    """Return how many and/or lie within one another."""
    return 1 + max(map(levels, form.parts)) if isinstance(form, (All, AnyOf)) else 0


def missing(node: Node) -> Form:
    """Return the form that holds when the value of `node` is missing; it names bare facts only."""
    if not node.nullable:
        return Truth(False)
    if node.op in (Op.FACT, Op.FIGURE):
        return Missing(node.key)
    parts = [missing(arg) for arg in node.args]
    return all_of(parts) if node.op in (Op.LATER, Op.EARLIER) else any_of(parts)


def both_missing(left: Node, right: Node) -> Form:
    """Return the form that makes equality null-safe: two missing values are equal."""
    return all_of([missing(left), missing(right)])


def nullable_facts(*nodes: Node) -> set[str]:
    """Return the names below `nodes` that may be missing."""
    return {n.key for node in nodes for n in node.walk() if n.op is Op.FACT and n.nullable}


def _joined(kind: type[All] | type[AnyOf], parts: Iterable[Form], *, neutral: bool) -> Form:
    flat: dict[Form, None] = {}
    for part in parts:
        if part == Truth(not neutral):
            return part
        if part != Truth(neutral):
            flat |= dict.fromkeys(part.parts if isinstance(part, kind) else (part,))
    if not flat:
        return Truth(neutral)
    return next(iter(flat)) if len(flat) == 1 else kind(tuple(flat))


def _opposite_order(form: Order) -> Order:
    """Whole numbers: what is not <= 0 is >= 1."""
    if form.op in ("==", "!="):
        return replace(form, op=_OPPOSITE[form.op])
    if form.op == "<=":
        return replace(form, op=">=", constant=form.constant - 1)
    return replace(form, op="<=", constant=form.constant + 1)


def _test(node: Node) -> Form:
    """Return the form of a single test."""
    match node.op:
        case Op.CONST:
            return Truth(bool(node.value))
        case Op.FACT:
            return Flag(node.key, True, node.nullable)
        case Op.MISSING:
            return missing(node.args[0])
        case Op.IN:
            return Member(node.args[0], node.value if isinstance(node.value, tuple) else (), True)
        case Op.STARTS | Op.ENDS | Op.CONTAINS:
            return Part(node, True)
    left, right = node.args
    op = str(node.value)
    if op == "!=":
        return negated(_equality(left, right))
    if op == "==":
        return _equality(left, right)
    return Words(op, left, right) if left.type is Type.TEXT else _ordering(op, left, right)


def _equality(left: Node, right: Node) -> Form:
    if left.type not in ORDERED:
        equal: Form = Words("==", left, right)
    elif any(n.op in (Op.NOW, Op.LATER, Op.EARLIER) for side in (left, right) for n in side.walk()):
        equal = all_of([_ordering("<=", left, right), _ordering(">=", left, right)])
    else:
        equal = _ordering("==", left, right)
    return any_of([both_missing(left, right), equal])


def _ordering(op: str, left: Node, right: Node) -> Form:
    shift = {"<": 1, ">": -1}.get(op, 0)
    return _unfold({"<": "<=", ">": ">="}.get(op, op), [(1, left), (-1, right)], _Sum(constant=shift))


@dataclass(frozen=True, slots=True)
class _Sum:
    """What has been added up so far; a fact that cancels out stays, with the factor 0."""

    terms: tuple[tuple[str, int], ...] = ()
    now: int = 0
    constant: int = 0
    nullable: frozenset[str] = frozenset()

    def plus(self, sign: int, leaf: Node) -> _Sum:
        if leaf.op is Op.NOW:
            return replace(self, now=self.now + sign)
        if leaf.op is Op.CONST and isinstance(leaf.value, int):
            return replace(self, constant=self.constant + sign * leaf.value)
        terms = dict(self.terms)
        terms[leaf.key] = terms.get(leaf.key, 0) + sign
        nullable = self.nullable | {leaf.key} if leaf.nullable else self.nullable
        return replace(self, terms=tuple(terms.items()), nullable=nullable)


def _unfold(op: str, pending: Sequence[tuple[int, Node]], total: _Sum) -> Form:
    """Add up what is pending; at the first `later` or `earlier`, go on once for each of its arguments.

    `later(a, b) + r >= 0` is `a + r >= 0 or b + r >= 0`; `<=` is "each that is known", with one known at least.
    """
    if not pending:
        return _closed(op, total)
    (sign, node), rest = pending[0], pending[1:]
    if node.op in (Op.ADD, Op.SUB):
        second = sign if node.op is Op.ADD else -sign
        return _unfold(op, [(sign, node.args[0]), (second, node.args[1]), *rest], total)
    if node.op not in (Op.LATER, Op.EARLIER):
        return _unfold(op, rest, total.plus(sign, node))
    branches = [_unfold(op, [(sign, arg), *rest], total) for arg in node.args]
    if (op == ">=") == ((node.op is Op.LATER) == (sign > 0)):
        return any_of(branches)
    each = [any_of([missing(arg), branch]) for arg, branch in zip(node.args, branches, strict=True)]
    return all_of([*each, negated(missing(node))])


def _closed(op: str, total: _Sum) -> Form:
    terms = tuple((name, factor) for name, factor in total.terms if factor)
    names = {name for name, _ in terms}
    gone = [Missing(name, wanted=False) for name in sorted(total.nullable - names)]
    if not terms and not total.now:
        held = {"<=": total.constant <= 0, ">=": total.constant >= 0, "==": total.constant == 0}[op]
        return all_of([Truth(held), *gone])
    return all_of([Order(op, terms, total.now, total.constant, total.nullable & names), *gone])
