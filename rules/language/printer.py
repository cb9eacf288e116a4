"""The one canonical text of a tree: parsing it again gives an equal tree."""

from rules.language.durations import duration_call
from rules.language.tree import Node, Op, Type
from rules.time import MINUTE, show

_LOOSEST, _AND, _NOT, _TEST, _SUM, _TIGHTEST = range(6)


def to_text(node: Node) -> str:
    """Return `node` in the language, with as few brackets as it needs."""
    return _write(node, _LOOSEST)


def _write(node: Node, around: int) -> str:
    text, strength = _plain(node)
    return f"({text})" if strength < around else text


def _plain(node: Node) -> tuple[str, int]:
    """Return the text and how tightly it holds together."""
    args, op = node.args, node.op
    match op:
        case Op.OR | Op.AND:
            loosest, inner = (_LOOSEST, _AND) if op is Op.OR else (_AND, _NOT)
            return f" {op.value} ".join(_write(a, inner) for a in args), loosest
        case Op.NOT:
            return _not(args[0])
        case Op.COMPARE:
            return f"{_write(args[0], _SUM)} {node.value} {_write(args[1], _SUM)}", _TEST
        case Op.IN:
            return f"{_write(args[0], _SUM)} in {_list(node)}", _TEST
        case Op.ADD | Op.SUB:
            sign = "+" if op is Op.ADD else "-"
            return f"{_write(args[0], _SUM)} {sign} {_write(args[1], _TIGHTEST)}", _SUM
        case Op.FIGURE:
            return _figure(node), _TIGHTEST
        case Op.STARTS | Op.ENDS | Op.CONTAINS:
            return f"{op.value}({to_text(args[0])}, {literal(node.value, Type.TEXT)})", _TIGHTEST
    return _call(node) if args else _leaf(node), _TIGHTEST


def _call(node: Node) -> str:
    return f"{node.op.value}({', '.join(map(to_text, node.args))})"


def _leaf(node: Node) -> str:
    return literal(node.value, node.type) if node.op is Op.CONST else node.key or "now"


def literal(value: object, type_: Type) -> str:
    """Return how a fixed value of `type_` is written."""
    if type_ is Type.BOOL:
        return "true" if value else "false"
    if type_ is Type.TEXT:
        return f'"{value}"' if "'" in str(value) else f"'{value}'"
    if type_ is Type.INSTANT and isinstance(value, int):
        return f"at('{show(value)}')"
    if type_ is Type.DURATION and isinstance(value, int) and value % MINUTE == 0:
        return duration_call(value)
    if type_ is Type.DURATION and isinstance(value, int):
        return f"(at('{show(value)}') - at('{show(0)}'))"
    return str(value)


def _not(inner: Node) -> tuple[str, int]:
    if inner.op is Op.MISSING:
        return f"known({to_text(inner.args[0])})", _TIGHTEST
    if inner.op is Op.IN:
        return f"{_write(inner.args[0], _SUM)} not in {_list(inner)}", _TEST
    return f"not {_write(inner, _NOT)}", _NOT


def _list(node: Node) -> str:
    values = node.value if isinstance(node.value, tuple) else ()
    return f"[{', '.join(literal(v, node.args[0].type) for v in values)}]"


def _figure(node: Node) -> str:
    name, *pairs = node.args
    words = [f"{k.value}={_write(v, _LOOSEST)}" for k, v in zip(pairs[::2], pairs[1::2], strict=True)]
    return f"figure({', '.join([literal(name.value, Type.TEXT), *words])})"
