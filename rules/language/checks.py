"""Type rules of comparisons and sums, and the limits that keep every reader exact and every statement small."""

from collections.abc import Callable, Mapping
from math import prod

from rules.language.facts import Fact
from rules.language.problems import did_you_mean
from rules.language.tree import Node, Op, Type

MAX_BRANCHES = 64  # comparisons that one comparison with later/earlier unfolds into
MAX_COMPARISONS = 400  # comparisons that a whole expression unfolds into
MAX_NESTING = (
    8  # brackets within brackets in a value, later and earlier counting twice: SQLite's parser holds 100 symbols
)
MAX_TERMS = 64  # facts and constants in one comparison: 64 · 2^53 is far from the end of 64 bits

ORDERED = (Type.INT, Type.INSTANT, Type.DURATION)

_SUMS = {
    (Op.ADD, Type.INT, Type.INT): Type.INT,
    (Op.SUB, Type.INT, Type.INT): Type.INT,
    (Op.ADD, Type.INSTANT, Type.DURATION): Type.INSTANT,
    (Op.ADD, Type.DURATION, Type.INSTANT): Type.INSTANT,
    (Op.SUB, Type.INSTANT, Type.DURATION): Type.INSTANT,
    (Op.SUB, Type.INSTANT, Type.INSTANT): Type.DURATION,
    (Op.ADD, Type.DURATION, Type.DURATION): Type.DURATION,
    (Op.SUB, Type.DURATION, Type.DURATION): Type.DURATION,
}

Complaint = tuple[str, str]


def type_of_sum(op: Op, left: Node, right: Node) -> Type | Complaint:
    """Return the type of `left` ± `right`, or what is wrong and what to do."""
    found = _SUMS.get((op, left.type, right.type))
    if found:
        return found
    verb = "cộng" if op is Op.ADD else "trừ"
    hint = "viết hours(…), days(…)" if Type.INT in (left.type, right.type) and left.type is not right.type else ""
    return f"Không {verb} được {left.type.value} với {right.type.value}.", hint


def complaint_of_nesting(node: Node) -> Complaint | None:
    """Return what is wrong with a value whose brackets lie too deep in one another, if anything."""
    if _nesting(node) <= MAX_NESTING:
        return None
    return "Phép tính lồng quá nhiều tầng ngoặc.", "bỏ bớt ngoặc, hoặc tách thành nhiều phép so sánh"


def complaint_of_comparison(op: str, left: Node, right: Node) -> Complaint | None:
    """Return what is wrong with comparing these two, if anything."""
    if Type.BOOL in (left.type, right.type):
        return "Điều kiện đúng/sai đứng một mình, không so sánh.", "viết resident, hoặc not resident"
    if left.type is not right.type:
        return _mixed(left, right)
    if op not in ("==", "!=") and left.type is Type.TEXT and (_closed(left) or _closed(right)):
        return "Các giá trị này không có thứ tự trước sau.", "liệt kê bằng in ['…', '…']"
    return _limits(left, right)


def unknown_value(value: Node, literal: object) -> Complaint | None:
    """Return what is wrong with a literal that stands beside a fact with a closed set of values."""
    known = _closed(value)
    if known is None or literal in known:
        return None
    return f"‘{value.key}’ không có giá trị ‘{str(literal)[:60]}’.", did_you_mean(str(literal), known)


def comparisons(node: Node) -> int:
    """Return how many plain comparisons the expression unfolds into."""
    if node.op in (Op.AND, Op.OR, Op.NOT):
        return sum(map(comparisons, node.args))
    return prod(map(_branches, node.args)) if node.op is Op.COMPARE and node.args[0].type in ORDERED else 1


def _closed(node: Node) -> Mapping[str, str] | None:
    return node.value.values if node.op is Op.FACT and isinstance(node.value, Fact) else None


def _mixed(left: Node, right: Node) -> Complaint:
    message = f"Không so được {left.type.value} với {right.type.value}."
    types = {left.type, right.type}
    hints = {
        frozenset({Type.DURATION, Type.INT}): "viết hours(48), days(2)",
        frozenset({Type.INSTANT, Type.INT}): "viết now - x >= hours(…)",
        frozenset({Type.INSTANT, Type.TEXT}): "viết at('2025-05-27 16:00')",
        frozenset({Type.INSTANT, Type.DURATION}): "lấy now - x để có khoảng thời gian",
        frozenset({Type.INT, Type.TEXT}): "số viết không có dấu nháy",
    }
    return message, hints.get(frozenset(types), "")


def _limits(left: Node, right: Node) -> Complaint | None:
    if left.type not in ORDERED:
        return None
    if sum(1 for side in (left, right) for n in side.walk() if not n.args) > MAX_TERMS:
        return f"Phép so sánh có hơn {MAX_TERMS} số hạng.", "rút gọn biểu thức"
    if _branches(left) * _branches(right) > MAX_BRANCHES:
        return "Quá nhiều later/earlier trong một phép so sánh.", "tách thành nhiều phép so sánh"
    if any(abs(a - b) > 1 for a in _weights(left) for b in _weights(right)):
        return "now được cộng dồn hai lần trong một phép so sánh.", "mỗi phép so sánh chỉ tính now một lần"
    return None


def _nesting(node: Node) -> int:
    if node.op in (Op.ADD, Op.SUB):
        return max(_nesting(node.args[0]), 1 + _nesting(node.args[1]))
    if node.op in (Op.LATER, Op.EARLIER):
        return 2 + max(map(_nesting, node.args))
    return 0


def _branches(node: Node) -> int:
    count: Callable[[list[int]], int] = sum if node.op in (Op.LATER, Op.EARLIER) else prod
    return count([_branches(arg) for arg in node.args]) if node.op is not Op.FIGURE else 1


def _weights(node: Node) -> set[int]:
    """Return how many times `now` may be contained in the value, for each branch of later and earlier."""
    if node.op is Op.NOW:
        return {1}
    if node.op in (Op.LATER, Op.EARLIER):
        return {w for arg in node.args for w in _weights(arg)}
    if node.op in (Op.ADD, Op.SUB):
        sign = 1 if node.op is Op.ADD else -1
        return {a + sign * b for a in _weights(node.args[0]) for b in _weights(node.args[1])}
    return {0}
