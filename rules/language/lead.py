"""How long before its anchor a condition already holds: what would be reminded of too late, because nothing opens before its anchor."""

from rules.language.bounds import Extreme, Plan, Solve, lowest
from rules.language.normal import normal
from rules.language.tree import Node, Op, Type
from rules.time import Duration

_NOW = Node(Op.NOW, Type.INSTANT)


def lead_of(when: Node, anchor: Node) -> Duration:
    """Return by how long `when` looks ahead of `anchor`; 0 if it does not, or if the two cannot be compared.

    Compared are a fixed distance from one fact on both sides: `now >= due_at - minutes(60)` looks an hour ahead of `due_at`.
    """
    begins = lowest(normal(Node(Op.COMPARE, Type.BOOL, (_NOW, anchor), ">=")))
    if not isinstance(begins, Solve) or not begins.terms:
        return 0
    same = [one.constant for one in _solved(lowest(normal(when))) if sorted(one.terms) == sorted(begins.terms)]
    return max(0, begins.constant - max(same)) if same else 0


def _solved(plan: Plan) -> list[Solve]:
    """Return the instants that must all have come."""
    if isinstance(plan, Extreme) and plan.largest:
        return [found for part in plan.parts for found in _solved(part)]
    return [plan] if isinstance(plan, Solve) else []
