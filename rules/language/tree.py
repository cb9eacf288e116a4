"""The typed tree that every expression becomes. Nodes are values: equal text meaning the same is an equal tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, StrEnum

LARGEST = 2**53  # numbers, instants and durations lie within ± this, so that every reader counts exactly
NEVER = 2**62  # earliest(): cannot become true
ALWAYS = -(2**62)  # earliest(): no instant is too early


class Type(Enum):
    """What a value is. Instants and durations are whole microseconds, instants counted from 1970 UTC."""

    BOOL = "đúng/sai"
    INT = "số nguyên"
    TEXT = "chữ"
    INSTANT = "thời điểm"
    DURATION = "khoảng thời gian"


class Op(StrEnum):
    """The kind of a node; what `Node.value` holds is said behind each."""

    CONST = "const"  # the value itself
    FACT = "fact"  # the Fact
    NOW = "now"
    FIGURE = "figure"  # the key under which its value is supplied
    ADD = "add"
    SUB = "sub"
    LATER = "later"
    EARLIER = "earlier"
    LOWER = "lower"
    AND = "and"
    OR = "or"
    NOT = "not"
    COMPARE = "compare"  # one of == != < <= > >=
    IN = "in"  # the tuple of literals
    MISSING = "missing"
    STARTS = "starts"  # the literal
    ENDS = "ends"  # the literal
    CONTAINS = "contains"  # the literal


@dataclass(frozen=True, slots=True)
class Node:
    """A typed piece of an expression. `nullable`: its value may be missing. `at`: line and column of its text."""

    op: Op
    type: Type
    args: tuple[Node, ...] = ()
    value: object = None
    nullable: bool = False
    at: tuple[int, int] = field(default=(1, 1), compare=False)

    def walk(self) -> Iterator[Node]:
        """Yield this node and everything below it."""
        yield self
        for arg in self.args:
            yield from arg.walk()

    @property
    def key(self) -> str:
        """The name under which the value of a fact or figure is supplied."""
        return self.value if isinstance(self.value, str) else str(getattr(self.value, "name", ""))


def depth(node: Node) -> int:
    """Return how many nodes lie on the longest way down."""
    return 1 + max(map(depth, node.args), default=0)


def constant(value: bool | int | str, type_: Type, at: tuple[int, int] = (1, 1)) -> Node:
    """Return the node of a fixed value."""
    return Node(Op.CONST, type_, value=value, at=at)


def negation(node: Node) -> Node:
    """Return the node that holds exactly when `node` does not."""
    return node.args[0] if node.op is Op.NOT else Node(Op.NOT, Type.BOOL, (node,), at=node.at)
