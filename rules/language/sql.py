"""The SQL reader: the same expression as a predicate or value over columns, for SQLite and PostgreSQL alike.

The only module of this room that knows SQLAlchemy. Text functions are spelled per database below: none of them looks at
case, wildcards or a locale.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import add
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Boolean, ColumnElement, Text, and_, case, false, func, literal, or_, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from rules.language import bounds
from rules.language.normal import All, AnyOf, Flag, Form, Member, Missing, Order, Part, Truth, Words, levels, normal
from rules.language.problems import LanguageError, Problem
from rules.language.tree import ALWAYS, NEVER, Node, Op, Type

Columns: TypeAlias = Mapping[str, ColumnElement[Any]]
Now: TypeAlias = "ColumnElement[int] | int"

_OPERATORS: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_MIRRORED = {"==": "==", "!=": "!=", "<=": ">=", ">=": "<="}
_STORED: dict[Type, TypeEngine[Any]] = {
    Type.BOOL: Boolean(),
    Type.TEXT: Text(),
    Type.INT: BigInteger(),
    Type.INSTANT: BigInteger(),
    Type.DURATION: BigInteger(),
}
_SHALLOW = 4  # and/or within one another that are written as they come
_MANY = 50  # SQLite takes at most 127 arguments in one max() or min()


def to_sql(node: Node, columns: Columns, now: Now) -> ColumnElement[Any]:
    """Return `node` over `columns`: a condition as a predicate, anything else as a value expression (NULL if missing).

    `columns` maps every name of `facts_used(node)`. In the predicate NULL always means false; for the opposite, translate
    `negation(node)` instead of putting NOT before it. `now` may be a number, a bound parameter or a column.
    Raises LanguageError for `figure(…)`, whose value no column holds, and for a fact without a column.
    """
    writer = _Writer(columns, now)
    writer.check(node)
    return writer.predicate(normal(node)) if node.type is Type.BOOL else writer.value(node)


def earliest_sql(node: Node, columns: Columns, at_least: Sequence[ColumnElement[int]] = ()) -> ColumnElement[int]:
    """Return `earliest(node)` as an expression over `columns`: an instant, NEVER or ALWAYS; it is never NULL.

    `at_least` are instants before which it shall not lie; if one of them is NULL, databases differ in what comes out.
    """
    writer = _Writer(columns, 0)
    writer.check(node)
    return writer.bound(bounds.lowest(normal(node)), at_least)


class _Writer:
    def __init__(self, columns: Columns, now: Now) -> None:
        self._columns = columns
        self._now = now

    def check(self, node: Node) -> None:
        """Refuse what no column holds."""
        for leaf in node.walk():
            if leaf.op is Op.FIGURE:
                message = "figure(…) không chuyển sang SQL được."
                raise LanguageError([Problem(*leaf.at, message, "quy tắc này được xét trọn vẹn, không quét")])
            if leaf.op is Op.FACT and leaf.key not in self._columns:
                raise LanguageError([Problem(*leaf.at, f"Bảng này không có cột cho ‘{leaf.key}’.", "")])

    def predicate(self, form: Form) -> ColumnElement[bool]:
        """Return a predicate in which NULL stands for false."""
        match form:
            case All(parts):
                return and_(*map(self.predicate, _deepest_first(parts)))
            case AnyOf(parts):
                return or_(*map(self.predicate, _deepest_first(parts)))
            case Truth(value):
                return true() if value else false()
            case Missing(name, wanted):
                column = self._columns[name]
                return column.is_(None) if wanted else column.is_not(None)
            case Flag(name, wanted):
                return self._columns[name] == (true() if wanted else false())
            case Order():
                return self._order(form)
            case Words(op, left, right):
                return compare_words(op, self.value(left), self.value(right))
            case Member(node, values, wanted):
                member = self.value(node)
                return member.in_(values) if wanted else member.not_in(values)
            case Part(test, wanted):
                found = TEXT_TESTS[test.op](self.value(test.args[0]), str(test.value))
                return found if wanted else ~found

    def _order(self, form: Order) -> ColumnElement[bool]:
        """Put the facts of one sign left and everything else right; a lone fact stays a bare column.

        `now` stands right with a plus wherever it can: `f <= :now - 48h`.
        """
        left, right, op, sign = _side(form, 1), _side(form, -1), form.op, -1
        if not left or (right and form.now > 0):
            left, right, op, sign = right, left, _MIRRORED[op], 1
        rest = self._moment(sign * form.now, sign * form.constant)
        if not left:
            return _OPERATORS[op](_number(0), rest)
        others = [self._columns[name] for name in right]
        if others and form.constant == 0 and form.now == 0:
            return _OPERATORS[op](self._sum(left), reduce(add, others))
        return _OPERATORS[op](self._sum(left), reduce(add, others, rest))

    def _sum(self, names: Sequence[str]) -> ColumnElement[int]:
        return reduce(add, [self._columns[name] for name in names])

    def _moment(self, factor: int, constant: int) -> ColumnElement[int]:
        """Return factor·now + constant, worked out here if the instant is a number."""
        if not factor or isinstance(self._now, int):
            return _number(constant + (factor * self._now if isinstance(self._now, int) else 0))
        moment = self._now if factor > 0 else -self._now
        if constant:
            return moment + _number(constant) if constant > 0 else moment - _number(-constant)
        return moment

    def value(self, node: Node) -> ColumnElement[Any]:
        """Return the value of `node`, NULL where it is missing."""
        args = node.args
        match node.op:
            case Op.CONST:
                return literal(node.value, _STORED[node.type])
            case Op.FACT:
                return self._columns[node.key]
            case Op.NOW:
                return self._moment(1, 0)
            case Op.ADD:
                return self.value(args[0]) + self.value(args[1])
            case Op.SUB:
                return self.value(args[0]) - self.value(args[1])
            case Op.LOWER:
                return ascii_lower(self.value(args[0]))
        plain, skipping, passed = (
            (Greatest, GreatestKnown, OrLowest) if node.op is Op.LATER else (Least, LeastKnown, OrHighest)
        )
        if node.nullable:
            return skipping(*map(self.value, args))
        return plain(*(passed(self.value(arg)) if arg.nullable else self.value(arg) for arg in args))

    def bound(self, plan: bounds.Plan, at_least: Sequence[ColumnElement[int]] = ()) -> ColumnElement[int]:
        """Return the instant that a plan of `bounds` works out, but none before `at_least`; NULL only if one of those is."""
        match plan:
            case bounds.Extreme(parts, True):
                return self._latest(parts, at_least)
            case _ if at_least:
                return self._latest((plan,), at_least)
            case bounds.Fixed(value):
                return _number(value)
            case bounds.Test(form, holds, fails):
                return case((self.predicate(form), _number(holds)), else_=_number(fails))
            case bounds.Solve():
                moment = self._solution(plan)
                return func.coalesce(moment, _number(plan.missing)) if plan.nullable else moment
            case bounds.Extreme(parts, largest):
                return _extreme(Greatest if largest else Least, [self.bound(part) for part in parts])
            case bounds.Crossed(low, high, crossed, otherwise):
                return case((self.bound(low) > self.bound(high), self.bound(crossed)), else_=self.bound(otherwise))

    def _latest(self, parts: Sequence[bounds.Plan], at_least: Sequence[ColumnElement[int]]) -> ColumnElement[int]:
        """Return the latest of all. What stands still is asked first: if it fails, no sum is worked out."""
        tests = [part.form for part in parts if isinstance(part, bounds.Test) and _says_whether(part)]
        rest = [self.bound(part) for part in parts if not (isinstance(part, bounds.Test) and _says_whether(part))]
        instants = [*rest, *at_least]
        moment = _extreme(Greatest, instants) if instants else _number(ALWAYS)
        return case((and_(*map(self.predicate, tests)), moment), else_=_number(NEVER)) if tests else moment

    def _solution(self, plan: bounds.Solve) -> ColumnElement[int]:
        total = _number(plan.constant)
        for name, factor in plan.terms:
            for _ in range(abs(factor)):
                total = total + self._columns[name] if factor > 0 else total - self._columns[name]
        return total


def _says_whether(test: bounds.Test) -> bool:
    return test.holds == ALWAYS and test.fails == NEVER


def _deepest_first(parts: tuple[Form, ...]) -> Sequence[Form]:
    """Keep the order of the text, but open deep brackets at once: SQLite's parser holds 100 symbols at a time."""
    deep = max(map(levels, parts)) > _SHALLOW
    return sorted(parts, key=levels, reverse=True) if deep else parts


def _number(value: int) -> ColumnElement[int]:
    return literal(value, BigInteger())


def _side(form: Order, sign: int) -> list[str]:
    return [name for name, factor in form.terms for _ in range(factor * sign)]


def _extreme(kind: "type[Greatest] | type[Least]", values: list[ColumnElement[int]]) -> ColumnElement[int]:
    while len(values) > 1:
        groups = [values[start : start + _MANY] for start in range(0, len(values), _MANY)]
        values = [kind(*group) if len(group) > 1 else group[0] for group in groups]
    return values[0]


def compare_words(op: str, left: ColumnElement[str], right: ColumnElement[str]) -> ColumnElement[bool]:
    """Compare texts by code points; equality needs no collation, so its index stays usable."""
    return _OPERATORS[op](left, right) if op in ("==", "!=") else _OPERATORS[op](CodePoints(left), CodePoints(right))


def ascii_lower(value: ColumnElement[str]) -> ColumnElement[str]:
    """Return `value` with A–Z in small letters and nothing else changed."""
    return AsciiLower(value)


def starts(value: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Whether `value` starts with `text`."""
    return Head(value, literal(len(text), BigInteger())) == text


def ends(value: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Whether `value` ends with `text`."""
    return Tail(value, literal(len(text), BigInteger())) == text


def contains(value: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Whether `text` stands anywhere in `value`."""
    return Position(value, literal(text, Text())) > 0


TEXT_TESTS: dict[Op, Callable[[ColumnElement[str], str], ColumnElement[bool]]] = {
    Op.STARTS: starts,
    Op.ENDS: ends,
    Op.CONTAINS: contains,
}


class CodePoints(FunctionElement[str]):
    """A text whose order is the order of its code points."""

    name, type, inherit_cache = "code_points", Text(), True


class AsciiLower(FunctionElement[str]):
    """A text with A–Z made small."""

    name, type, inherit_cache = "ascii_lower", Text(), True


class Head(FunctionElement[str]):
    """The first so many characters of a text."""

    name, type, inherit_cache = "head", Text(), True


class Tail(FunctionElement[str]):
    """The last so many characters of a text."""

    name, type, inherit_cache = "tail", Text(), True


class Position(FunctionElement[int]):
    """Where a text stands in another, from 1; 0 if nowhere."""

    name, type, inherit_cache = "position_in", BigInteger(), True


class Greatest(FunctionElement[int]):
    """The largest of several values, none of them NULL."""

    name, type, inherit_cache = "largest", BigInteger(), True


class Least(FunctionElement[int]):
    """The smallest of several values, none of them NULL."""

    name, type, inherit_cache = "smallest", BigInteger(), True


class GreatestKnown(FunctionElement[int]):
    """The largest value that is not NULL; NULL if all are."""

    name, type, inherit_cache = "largest_known", BigInteger(), True


class LeastKnown(FunctionElement[int]):
    """The smallest value that is not NULL; NULL if all are."""

    name, type, inherit_cache = "smallest_known", BigInteger(), True


class OrLowest(FunctionElement[int]):
    """A value among those of which the largest is looked for: if it is NULL, it counts as less than all others."""

    name, type, inherit_cache = "or_lowest", BigInteger(), True


class OrHighest(FunctionElement[int]):
    """A value among those of which the smallest is looked for: if it is NULL, it counts as more than all others."""

    name, type, inherit_cache = "or_highest", BigInteger(), True


def _spell(element: type[FunctionElement[Any]], dialect: str, template: str) -> None:
    """Say how `element` is written on `dialect`; {0}, {1}… are its arguments and {all} the list of them."""

    @compiles(element, dialect)
    def write(function: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
        args = [compiler.process(clause, **options) for clause in function.clauses]
        return template.format(*args, all=", ".join(args))


def _spell_extreme(element: type[FunctionElement[Any]], name: str, absent: int) -> None:
    """SQLite's max() and min() give NULL if any argument is; a number beyond all values stands in for what is missing."""

    @compiles(element, "sqlite")
    def write(function: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
        args = [f"coalesce({compiler.process(clause, **options)}, {absent})" for clause in function.clauses]
        return f"nullif({name}({', '.join(args)}), {absent})"


_spell(CodePoints, "sqlite", "{0}")
_spell(CodePoints, "postgresql", '({0} COLLATE "C")')
_spell(AsciiLower, "sqlite", "lower({0})")
_spell(AsciiLower, "postgresql", "translate({0}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')")
_spell(Head, "sqlite", "substr({0}, 1, {1})")
_spell(Head, "postgresql", "left({0}, CAST({1} AS INTEGER))")
_spell(Tail, "sqlite", "substr({0}, -{1})")
_spell(Tail, "postgresql", "right({0}, CAST({1} AS INTEGER))")
_spell(Position, "sqlite", "instr({0}, {1})")
_spell(Position, "postgresql", "strpos({0}, {1})")
_spell(Greatest, "sqlite", "max({all})")
_spell(Greatest, "postgresql", "greatest({all})")
_spell(GreatestKnown, "postgresql", "greatest({all})")
_spell(Least, "sqlite", "min({all})")
_spell(Least, "postgresql", "least({all})")
_spell(LeastKnown, "postgresql", "least({all})")
_spell(OrLowest, "sqlite", f"coalesce({{0}}, {ALWAYS * 2 + 1})")
_spell(OrLowest, "postgresql", "{0}")
_spell(OrHighest, "sqlite", f"coalesce({{0}}, {-(ALWAYS * 2 + 1)})")
_spell(OrHighest, "postgresql", "{0}")
_spell_extreme(GreatestKnown, "max", ALWAYS * 2 + 1)
_spell_extreme(LeastKnown, "min", -(ALWAYS * 2 + 1))
