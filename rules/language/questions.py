"""Questions about a tree, and giving a pack's parameters their values."""

from collections.abc import Mapping
from dataclasses import replace

from rules.language.facts import Fact
from rules.language.tree import LARGEST, Node, Op, constant


def facts_used(node: Node) -> frozenset[str]:
    """Return the names that must be supplied to evaluate `node`; figures as 'figure:…'; `now` is not among them."""
    figures = {n for n in node.walk() if n.op is Op.FIGURE}
    inside = {below.key for figure in figures for below in figure.args if below.op is Op.FACT}
    read = _facts_outside_figures(node)
    return frozenset(read | inside)


def uses_now(node: Node) -> bool:
    """Whether the value of `node` depends on the instant of judging."""
    return any(n.op is Op.NOW for n in node.walk())


def literals(node: Node, fact: str) -> frozenset[object]:
    """Return the values that the expression compares `fact` with by ==, != or in: the states a rule mentions."""
    found: set[object] = set()
    for test in node.walk():
        if test.op is Op.IN and test.args[0].op is Op.FACT and test.args[0].key == fact:
            found.update(test.value if isinstance(test.value, tuple) else ())
        elif test.op is Op.COMPARE and any(a.op is Op.FACT and a.key == fact for a in test.args):
            found.update(a.value for a in test.args if a.op is Op.CONST)
    return frozenset(found)


def edges(node: Node, fact: str) -> frozenset[int] | None:
    """Return the constants that `fact` is compared with, if nothing else is done with it; else None.

    Between two neighbouring edges the expression says the same for every value of the fact.
    """
    read = sum(below.op is Op.FACT and below.key == fact for below in node.walk())
    found: list[int] = []
    for test in node.walk():
        if test.op is Op.COMPARE and sum(a.op is Op.FACT and a.key == fact for a in test.args) == 1:
            found += [a.value for a in test.args if a.op is Op.CONST and isinstance(a.value, int)]
    return frozenset(found) if len(found) == read else None


def bind(node: Node, values: Mapping[str, int]) -> Node:
    """Return `node` with each parameter named in `values` replaced by its value, sums of constants worked out.

    Parameters that are not named stay facts. Raises ValueError for a name that is no parameter of the expression's
    catalogue, or a value that is no whole number within ±2^53.
    """
    if node.op is Op.FACT and node.key in values:
        return _bound(node, values[node.key])
    if not node.args:
        return node
    args = tuple(bind(arg, values) for arg in node.args)
    if node.op in (Op.ADD, Op.SUB) and all(a.op is Op.CONST and isinstance(a.value, int) for a in args):
        return _folded(node, *args)
    if node.op in (Op.ADD, Op.SUB):
        return replace(node, args=args, nullable=any(a.nullable for a in args))
    if node.op in (Op.LATER, Op.EARLIER):
        return replace(node, args=args, nullable=all(a.nullable for a in args))
    return replace(node, args=args)


def _facts_outside_figures(node: Node) -> set[str]:
    if node.op in (Op.FACT, Op.FIGURE):
        return {node.key}
    return {name for arg in node.args for name in _facts_outside_figures(arg)}


def _bound(node: Node, value: object) -> Node:
    if not (isinstance(node.value, Fact) and node.value.parameter):
        raise ValueError(f"‘{node.key}’ không phải tham số của gói, không gán sẵn được.")
    if type(value) is not int or abs(value) > LARGEST:
        raise ValueError(f"Giá trị của ‘{node.key}’ phải là số nguyên trong khoảng ±2^53.")
    return constant(value, node.type, node.at)


def _folded(node: Node, left: Node, right: Node) -> Node:
    one, two = left.value, right.value
    if not (isinstance(one, int) and isinstance(two, int)):
        return node
    total = one + two if node.op is Op.ADD else one - two
    if abs(total) > LARGEST:
        return replace(node, args=(left, right))
    return constant(total, node.type, node.at)
