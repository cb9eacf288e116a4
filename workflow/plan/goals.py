"""What a condition of the plan asks of figures, as numbers that a pace can be held against: nothing left open, or so many reached."""

from typing import Final, NamedTuple

from rules.language import Node, Op

_FLIPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}


class Goal(NamedTuple):
    """A figure that has to come to `number`, from above (`falls`) or from below. `place` is the word of its scope, if it has one."""

    figure: str
    number: int
    falls: bool
    place: str | None


def goals_of(condition: Node) -> tuple[Goal, ...] | None:
    """Return the goals that make a condition true together; None where it asks more than figures against numbers.

    `figure(…) == 0` is taken to fall; any other number must be reached with `>=`, `>`, `<=` or `<`.
    """
    parts = _parts(condition)
    goals = [_goal(part) for part in parts]
    return None if None in goals else tuple(goal for goal in goals if goal is not None)


def _parts(node: Node) -> list[Node]:
    return [part for arg in node.args for part in _parts(arg)] if node.op is Op.AND else [node]


def _goal(node: Node) -> Goal | None:
    if node.op is not Op.COMPARE or str(node.value) not in _FLIPPED:
        return None
    left, right, op = *node.args, str(node.value)
    if left.op is Op.CONST:
        left, right, op = right, left, _FLIPPED[op]
    if left.op is not Op.FIGURE or right.op is not Op.CONST or not isinstance(right.value, int):
        return None
    name, *words = left.args
    if len(words) not in (0, 2) or any(code.op is not Op.FACT for code in words[1::2]):
        return None
    number = right.value + {"<": -1, ">": 1}.get(op, 0)
    if op == "==" and number != 0:
        return None
    return Goal(str(name.value), number, op in ("==", "<", "<="), str(words[0].value) if words else None)
