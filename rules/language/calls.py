"""The declared functions: what each takes, what it returns, and what to say when it is called wrongly.

A handler gets arguments that were read already and returns a node, or None after having said what is wrong.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from rules.language.tree import LARGEST, Node, Op, Type, constant
from rules.time import DAY, HOUR, MINUTE, at

Say: TypeAlias = Callable[[tuple[int, int], str, str], None]
MAX_ARGUMENTS = 8


class Call(NamedTuple):
    """A call whose arguments are typed. `say(at, message, hint)` reports a problem."""

    name: str
    args: tuple[Node, ...]
    keywords: Mapping[str, Node]
    at: tuple[int, int]
    say: Say


class Function(NamedTuple):
    """A declared function: how it is written (for hints), how many arguments, and its handler."""

    usage: str
    least: int
    most: int
    read: Callable[[Call], Node | None]
    keywords: tuple[str, ...] = ()


def _length(unit: int) -> Callable[[Call], Node | None]:
    def read(call: Call) -> Node | None:
        (count,) = call.args
        if count.op is not Op.CONST or type(count.value) is not int:
            call.say(count.at, f"{call.name}(…) cần một số nguyên viết sẵn.", f"ví dụ {call.name}(2)")
            return None
        if not 0 <= count.value * unit <= LARGEST:
            call.say(count.at, f"{call.name}({count.value}) nằm ngoài giới hạn (0 đến 285 năm).", "")
            return None
        return constant(count.value * unit, Type.DURATION, call.at)

    return read


def _at(call: Call) -> Node | None:
    (text,) = call.args
    if text.op is not Op.CONST or not isinstance(text.value, str):
        call.say(text.at, "at(…) cần một thời điểm viết trong dấu nháy.", "ví dụ at('2025-05-27 16:00')")
        return None
    try:
        instant = at(text.value)
    except ValueError as error:
        call.say(text.at, str(error), "")
        return None
    if abs(instant) > LARGEST:
        call.say(text.at, f"Thời điểm {text.value} nằm ngoài giới hạn (năm 1685 đến 2255).", "")
        return None
    return constant(instant, Type.INSTANT, call.at)


def _extreme(op: Op) -> Callable[[Call], Node | None]:
    def read(call: Call) -> Node | None:
        first = call.args[0]
        if first.type not in (Type.INSTANT, Type.DURATION, Type.INT):
            call.say(first.at, f"{call.name}(…) không so được {first.type.value}.", "dùng với thời điểm hoặc số")
            return None
        for other in call.args[1:]:
            if other.type is not first.type:
                message = f"{call.name}(…) trộn {first.type.value} với {other.type.value}."
                call.say(other.at, message, "các giá trị phải cùng loại")
                return None
        return Node(op, first.type, call.args, nullable=all(a.nullable for a in call.args), at=call.at)

    return read


def _missing(call: Call) -> Node | None:
    (value,) = call.args
    if value.type is Type.BOOL and value.op is not Op.FACT:
        call.say(value.at, f"{call.name}(…) cần một dữ kiện, không phải một điều kiện.", "")
        return None
    if not value.nullable:
        call.say(value.at, f"{call.name}(…) vô ích: giá trị này không bao giờ thiếu.", "bỏ phép thử này")
        return None
    return Node(Op.MISSING, Type.BOOL, (value,), at=call.at)


def _known(call: Call) -> Node | None:
    test = _missing(call)
    return test and Node(Op.NOT, Type.BOOL, (test,), at=call.at)


def _text_test(op: Op) -> Callable[[Call], Node | None]:
    def read(call: Call) -> Node | None:
        value, literal = call.args
        if value.type is not Type.TEXT:
            call.say(value.at, f"{call.name}(…) cần chữ, đây là {value.type.value}.", "")
        elif literal.op is not Op.CONST or not isinstance(literal.value, str):
            call.say(literal.at, f"{call.name}(…) cần chữ viết sẵn ở vị trí thứ hai.", f"ví dụ {call.name}(x, 'a')")
        elif not literal.value:
            call.say(literal.at, f"{call.name}(…) với chữ rỗng thì luôn đúng.", "viết ít nhất một ký tự")
        else:
            return Node(op, Type.BOOL, (value,), literal.value, at=call.at)
        return None

    return read


def _lower(call: Call) -> Node | None:
    (value,) = call.args
    if value.type is not Type.TEXT:
        call.say(value.at, f"lower(…) cần chữ, đây là {value.type.value}.", "")
        return None
    return Node(Op.LOWER, Type.TEXT, (value,), nullable=value.nullable, at=call.at)


def _figure(call: Call) -> Node | None:
    (name,) = call.args
    if name.op is not Op.CONST or not isinstance(name.value, str):
        call.say(name.at, "figure(…) cần mã số liệu viết trong dấu nháy.", "ví dụ figure('staff_open')")
        return None
    parts = []
    for keyword, value in sorted(call.keywords.items()):
        if value.type is not Type.TEXT or value.op not in (Op.CONST, Op.FACT):
            call.say(
                value.at, f"{keyword}= cần một mã trong dấu nháy hoặc tên một dữ kiện chữ.", f"ví dụ {keyword}='x'"
            )
            return None
        parts.append(f"{keyword}=@{value.key}" if value.op is Op.FACT else f"{keyword}={value.value}")
    key = f"figure:{name.value}" + (f"[{','.join(parts)}]" if parts else "")
    return Node(Op.FIGURE, Type.INT, (name, *_pairs(call.keywords)), key, nullable=True, at=call.at)


def _pairs(keywords: Mapping[str, Node]) -> list[Node]:
    """Return name and value of each keyword in turn, so that the call can be printed again."""
    return [node for word in sorted(keywords) for node in (constant(word, Type.TEXT), keywords[word])]


CALLS: Mapping[str, Function] = {
    "minutes": Function("minutes(30)", 1, 1, _length(MINUTE)),
    "hours": Function("hours(48)", 1, 1, _length(HOUR)),
    "days": Function("days(2)", 1, 1, _length(DAY)),
    "at": Function("at('2025-05-27 16:00')", 1, 1, _at),
    "later": Function("later(a, b)", 2, MAX_ARGUMENTS, _extreme(Op.LATER)),
    "earlier": Function("earlier(a, b)", 2, MAX_ARGUMENTS, _extreme(Op.EARLIER)),
    "missing": Function("missing(x)", 1, 1, _missing),
    "known": Function("known(x)", 1, 1, _known),
    "starts": Function("starts(x, 'a')", 2, 2, _text_test(Op.STARTS)),
    "ends": Function("ends(x, 'a')", 2, 2, _text_test(Op.ENDS)),
    "contains": Function("contains(x, 'a')", 2, 2, _text_test(Op.CONTAINS)),
    "lower": Function("lower(x)", 1, 1, _lower),
    "figure": Function("figure('staff_open')", 1, 1, _figure, keywords=("area", "body", "office", "team")),
}
