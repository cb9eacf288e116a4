"""What a template may do: name fields, go through lists, ask whether; nothing else can even be compiled.

A template comes out of Word and may have been edited by anybody. So it is not enough that attributes are checked while it runs: the
tree of every piece is walked first, and a kind of node that is not listed is refused. No arithmetic, no calls, no strings made longer,
no assignments: what a template can cost is its size times the lists it goes through, and those are ours.
"""

from typing import Any, Final

from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

ALLOWED: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const, nodes.For,
    nodes.If, nodes.Filter, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.Test,
)  # fmt: skip
FILTERS: Final = frozenset({"upper", "lower", "capitalize", "length", "first", "last"})
TESTS: Final = frozenset({"defined", "equalto"})
DEEPEST: Final = 4
"""Loops within loops at most."""


class PaperEnvironment(ImmutableSandboxedEnvironment):
    """The environment of every template: sandboxed, strict, escaping, and with nothing to call."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, cache_size=0)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.tests = {name: self.tests[name] for name in TESTS}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        refuse_more(tree)
        return tree

    def is_safe_callable(self, obj: Any) -> bool:
        """Nothing may be called."""
        return False


def refuse_more(node: nodes.Node, depth: int = 0) -> None:
    """Raise TemplateSyntaxError for anything that a template may not do."""
    if not isinstance(node, ALLOWED) or (isinstance(node, nodes.For) and node.recursive):
        raise TemplateSyntaxError(f"not-allowed {type(node).__name__}", getattr(node, "lineno", 0))
    if isinstance(node, nodes.Filter) and (node.name not in FILTERS or node.args or node.kwargs):
        raise TemplateSyntaxError(f"not-allowed |{node.name}", node.lineno)
    if isinstance(node, nodes.Test) and node.name not in TESTS:
        raise TemplateSyntaxError(f"not-allowed is {node.name}", node.lineno)
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        raise TemplateSyntaxError(f"not-allowed .{node.attr}", node.lineno)
    depth += isinstance(node, nodes.For)
    if depth > DEEPEST:
        raise TemplateSyntaxError("not-allowed loops", getattr(node, "lineno", 0))
    for child in node.iter_child_nodes():
        refuse_more(child, depth)
