"""From text to a typed tree: a whitelist over Python's own syntax tree. Whatever is not named here is refused."""

import ast
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from rules.language import checks
from rules.language.calls import CALLS, Call
from rules.language.facts import Catalogue, Context
from rules.language.problems import LanguageError, Problem, did_you_mean
from rules.language.scan import MAX_DEPTH, check_text, too_deep
from rules.language.tree import LARGEST, Node, Op, Type, constant, depth, negation

Symbols: TypeAlias = Mapping[str, Mapping[str, str] | Iterable[str]]

_OPERATORS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip


def parse(
    text: str, catalogue: Catalogue, context: Context, *, expects: Type = Type.BOOL, symbols: Symbols | None = None
) -> Node:
    """Return the typed tree of `text`, whose value is of type `expects`.

    `symbols` gives closed sets of values that a pack knows: the name of a fact (`state`, `stage`), or `figure`, to its
    values, with labels if it is a mapping. Raises LanguageError with every problem found.

    >>> from rules.language.catalogue import CATALOGUE
    >>> parse("attemps < 3", CATALOGUE, Context.CASE)
    Traceback (most recent call last):
    ...
    rules.language.problems.LanguageError: 1:1: Không có dữ kiện ‘attemps’. – có phải là ‘attempts’?
    """
    check_text(text)
    reader = _Reader(text, catalogue.with_values(symbols or {}), context, (symbols or {}).get("figure"))
    node = reader.read(_syntax_tree(text))
    if node is not None and depth(node) > MAX_DEPTH:
        raise LanguageError([too_deep(*node.at)])
    if node is not None and checks.comparisons(node) > checks.MAX_COMPARISONS:
        reader.say(node.at, "Biểu thức có quá nhiều phép so sánh.", "tách thành nhiều luật")
    if node is not None and node.type is not expects:
        hint = "viết một điều kiện, ví dụ attempts < 3" if expects is Type.BOOL else ""
        reader.say(node.at, f"Chỗ này cần {expects.value}, biểu thức cho {node.type.value}.", hint)
    if reader.problems or node is None:
        raise LanguageError(reader.problems)
    return node


def _syntax_tree(text: str) -> ast.expr:
    """Parse inside brackets, so that an expression may run over several lines."""
    try:
        return ast.parse(f"({text}\n)", mode="eval").body
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 1
        lines = text.split("\n")
        if line > len(lines):
            line, column = len(lines), len(lines[-1]) + 2
        place = (line, max(1, min(column - (line == 1), len(lines[line - 1]) + 1)))
        hint = "kiểm tra chỗ thiếu hoặc thừa một từ, một dấu"
        raise LanguageError([Problem(*place, "Biểu thức chưa đúng cú pháp.", hint)]) from None
    except (RecursionError, MemoryError, ValueError):
        raise LanguageError([too_deep(1, 1)]) from None


class _Reader:
    """Reads one expression. A method returns None after saying what is wrong, and reading goes on beside it."""

    def __init__(
        self, text: str, catalogue: Catalogue, context: Context, figures: Mapping[str, str] | Iterable[str] | None
    ) -> None:
        self._lines = text.split("\n")
        self._facts = catalogue
        self._context = context
        self._figures = None if figures is None else set(figures)
        self.problems: list[Problem] = []

    def say(self, at: tuple[int, int], message: str, hint: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(*at, message, hint))

    def _refuse(self, at: tuple[int, int], message: str, hint: str = "") -> Node | None:
        self.say(at, message, hint)
        return None

    def read(self, tree: ast.expr) -> Node | None:
        """Return the node of any expression of the whitelist."""
        try:
            return self._read(tree)
        except RecursionError:
            raise LanguageError([too_deep(1, 1)]) from None

    def _read(self, tree: ast.expr) -> Node | None:
        match tree:
            case ast.BoolOp():
                return self._join(tree)
            case ast.UnaryOp(op=ast.Not()):
                inner = self._condition(tree.operand)
                return inner and negation(inner)
            case ast.UnaryOp(op=ast.USub()):
                return self._negative(tree)
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return self._sum(tree)
            case ast.Compare():
                return self._comparison(tree)
            case ast.Call():
                return self._call(tree)
            case ast.Name() | ast.Attribute():
                return self._name(tree)
            case ast.Constant():
                return self._constant(tree)
        hint = "danh sách chỉ đứng sau in" if isinstance(tree, (ast.List, ast.Tuple)) else ""
        self.say(self._at(tree), "Luật không dùng cách viết này.", hint)
        return None

    def _at(self, tree: ast.expr) -> tuple[int, int]:
        """Return line and column in characters: `ast` counts bytes, and our wrapping bracket on the first line."""
        line = self._lines[tree.lineno - 1]
        offset = tree.col_offset - (tree.lineno == 1)
        return tree.lineno, len(line.encode()[:offset].decode(errors="ignore")) + 1

    def _condition(self, tree: ast.expr) -> Node | None:
        node = self._read(tree)
        if node is not None and node.type is not Type.BOOL:
            message = f"Chỗ này cần một điều kiện, đây là {node.type.value}."
            return self._refuse(node.at, message, "so sánh nó với một giá trị")
        return node

    def _join(self, tree: ast.BoolOp) -> Node | None:
        op = Op.AND if isinstance(tree.op, ast.And) else Op.OR
        parts: list[Node] = []
        nodes = [self._condition(value) for value in tree.values]
        for node in nodes:
            if node is not None:
                parts += node.args if node.op is op else (node,)
        return None if None in nodes else Node(op, Type.BOOL, tuple(parts), at=self._at(tree))

    def _negative(self, tree: ast.UnaryOp) -> Node | None:
        node = self._read(tree.operand)
        if node is None:
            return None
        if node.op is Op.CONST and node.type in (Type.INT, Type.DURATION) and isinstance(node.value, int):
            return constant(-node.value, node.type, self._at(tree))
        return self._refuse(self._at(tree), "Dấu trừ chỉ đứng trước một số viết sẵn.", "viết a - b")

    def _sum(self, tree: ast.BinOp) -> Node | None:
        op = Op.ADD if isinstance(tree.op, ast.Add) else Op.SUB
        left, right = self._read(tree.left), self._read(tree.right)
        if left is None or right is None:
            return None
        kind = checks.type_of_sum(op, left, right)
        if not isinstance(kind, Type):
            return self._refuse(right.at, *kind)
        node = Node(op, kind, (left, right), nullable=left.nullable or right.nullable, at=self._at(tree))
        return self._value(node)

    def _comparison(self, tree: ast.Compare) -> Node | None:
        if len(tree.ops) > 1:
            return self._refuse(self._at(tree), "Không so sánh liền hai lần.", "viết a < b and b < c")
        operator, right = tree.ops[0], tree.comparators[0]
        if isinstance(operator, (ast.In, ast.NotIn)):
            member = self._member(tree, right)
            return negation(member) if member and isinstance(operator, ast.NotIn) else member
        if type(operator) not in _OPERATORS:
            return self._refuse(self._at(tree), "Luật không dùng phép so sánh này.", "viết missing(x), known(x)")
        return self._compare(_OPERATORS[type(operator)], self._at(tree), self._read(tree.left), self._read(right))

    def _compare(self, op: str, at: tuple[int, int], left: Node | None, right: Node | None) -> Node | None:
        if left is None or right is None:
            return None
        wrong = checks.complaint_of_comparison(op, left, right)
        if wrong:
            return self._refuse(right.at, *wrong)
        for value, literal in ((left, right), (right, left)):
            bad = checks.unknown_value(value, literal.value) if literal.op is Op.CONST else None
            if bad:
                return self._refuse(literal.at, *bad)
        return Node(Op.COMPARE, Type.BOOL, (left, right), op, at=at)

    def _member(self, tree: ast.Compare, listed: ast.expr) -> Node | None:
        value = self._read(tree.left)
        if not isinstance(listed, (ast.List, ast.Tuple)) or not listed.elts:
            return self._refuse(self._at(listed), "Sau in phải là một danh sách viết sẵn.", "ví dụ in ['a', 'b']")
        literals = [self._read(item) for item in listed.elts]
        if value is None or None in literals:
            return None
        if value.type not in (Type.TEXT, Type.INT):
            return self._refuse(value.at, f"Không tìm {value.type.value} trong danh sách.", "viết bằng ==, <, or")
        found = []
        for literal in filter(None, literals):
            if literal.op is not Op.CONST or literal.type is not value.type:
                self.say(literal.at, f"Danh sách này chỉ nhận {value.type.value} viết sẵn.")
            elif bad := checks.unknown_value(value, literal.value):
                self.say(literal.at, *bad)
            else:
                found.append(literal.value)
        return Node(Op.IN, Type.BOOL, (value,), tuple(dict.fromkeys(found)), at=self._at(tree)) if found else None

    def _call(self, tree: ast.Call) -> Node | None:
        name = tree.func.id if isinstance(tree.func, ast.Name) else ast.unparse(tree.func)[:60]
        function = CALLS.get(name)
        if function is None:
            return self._refuse(self._at(tree), f"Không có hàm ‘{name}’.", did_you_mean(name, CALLS))
        args = [self._read(arg) for arg in tree.args]
        keywords = {str(word.arg): self._read(word.value) for word in tree.keywords}
        strange = [word for word in keywords if word not in function.keywords]
        if strange or not function.least <= len(args) <= function.most or len(keywords) < len(tree.keywords):
            return self._refuse(self._at(tree), f"Hàm {name} được gọi chưa đúng.", f"viết như {function.usage}")
        if None in args or None in keywords.values():
            return None
        given = {word: node for word, node in keywords.items() if node is not None}
        node = function.read(Call(name, tuple(filter(None, args)), given, self._at(tree), self.say))
        return self._figure(node) if node is not None and node.op is Op.FIGURE else self._value(node)

    def _value(self, node: Node | None) -> Node | None:
        wrong = checks.complaint_of_nesting(node) if node is not None else None
        return self._refuse(node.at, *wrong) if node is not None and wrong else node

    def _figure(self, node: Node) -> Node | None:
        name = str(node.args[0].value)
        if self._context not in (Context.TASK, Context.TEAM, Context.FIGURE):
            return self._refuse(
                node.at, f"figure(…) không dùng được ở {self._context.value}.", "chỉ dùng ở nhiệm vụ, tổ, số liệu"
            )
        if self._figures is not None and name not in self._figures:
            return self._refuse(node.args[0].at, f"Không có số liệu ‘{name[:60]}’.", did_you_mean(name, self._figures))
        return node

    def _name(self, tree: ast.Name | ast.Attribute) -> Node | None:
        name = _dotted(tree)
        if name is None:
            return self._refuse(self._at(tree), "Dấu chấm chỉ đứng trong tên một dữ kiện.", "ví dụ campaign.starts_at")
        if name in ("true", "false"):
            return constant(name == "true", Type.BOOL, self._at(tree))
        if name not in self._facts:
            here = did_you_mean(name, self._facts.names(self._context))
            return self._refuse(self._at(tree), f"Không có dữ kiện ‘{name[:60]}’.", here or _called(name))
        fact = self._facts[name]
        if self._context not in fact.contexts:
            return self._misplaced(name, self._at(tree))
        if name == "now":
            return Node(Op.NOW, Type.INSTANT, at=self._at(tree))
        return Node(Op.FACT, fact.type, value=fact, nullable=fact.nullable, at=self._at(tree))

    def _misplaced(self, name: str, at: tuple[int, int]) -> Node | None:
        where = ", ".join(sorted(context.value for context in self._facts[name].contexts))
        hint = f"chỉ dùng ở: {where}"
        if name == "now" and self._context is Context.GATEWAY:
            hint = "dùng happened_at, lúc việc xảy ra"
        return self._refuse(at, f"‘{name}’ không dùng được ở {self._context.value}.", hint)

    def _constant(self, tree: ast.Constant) -> Node | None:
        value, at = tree.value, self._at(tree)
        if isinstance(value, bool):
            return constant(value, Type.BOOL, at)
        if isinstance(value, int):
            if value > LARGEST:
                return self._refuse(at, f"Số {value} quá lớn.", f"số lớn nhất là {LARGEST}")
            return constant(value, Type.INT, at)
        if isinstance(value, str):
            return constant(unicodedata.normalize("NFC", value), Type.TEXT, at)
        return self._refuse(at, "Luật không có giá trị này.", "dùng missing(x) hoặc known(x)" if value is None else "")


def _dotted(tree: ast.expr) -> str | None:
    if isinstance(tree, ast.Name):
        return tree.id
    if isinstance(tree, ast.Attribute):
        before = _dotted(tree.value)
        return before and f"{before}.{tree.attr}"
    return None


def _called(name: str) -> str:
    return f"viết như {CALLS[name].usage}" if name in CALLS else "chữ viết sẵn phải đặt trong dấu nháy '…'"
