"""The first instant at which a condition can become true, in Python; `rules.language.sql.earliest_sql` is its twin."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from rules.language import bounds
from rules.language.normal import All, AnyOf, Flag, Form, Member, Missing, Order, Part, Truth, Words, normal
from rules.language.python import Writer, compiled
from rules.language.questions import facts_used
from rules.language.tree import Node

Earliest: TypeAlias = Callable[[Mapping[str, object]], int]


def earliest(node: Node) -> Earliest:
    """Return a function of facts that gives a lower bound of the instants at which the condition holds.

    The facts are taken as frozen. NEVER: it cannot become true; ALWAYS: no instant is too early. Exact for conjunctions of
    single tests, for conditions that only begin or only end, and for any "or" of exact ones; otherwise it may be early,
    never late.
    """
    source = _Source().plan(bounds.lowest(normal(node)))
    function = compiled(source, facts_used(node))

    def first(facts: Mapping[str, object]) -> int:
        instant: int = function(facts, 0)
        return instant

    return first


class _Source(Writer):
    """Writes plans and forms as Python source."""

    def plan(self, plan: bounds.Plan) -> str:
        match plan:
            case bounds.Fixed(value):
                return str(value)
            case bounds.Test(form, holds, fails):
                return f"({holds} if {self.form(form)} else {fails})"
            case bounds.Solve():
                guards, total = self._total(plan.terms, plan.constant, plan.nullable)
                return f"({total} if {' and '.join(guards)} else {plan.missing})" if guards else total
            case bounds.Extreme(parts, largest):
                return f"{'max' if largest else 'min'}({', '.join(map(self.plan, parts))})"
            case bounds.Crossed(low, high, crossed, otherwise):
                test = f"{self.plan(low)} > {self.plan(high)}"
                return f"({self.plan(crossed)} if {test} else {self.plan(otherwise)})"

    def form(self, form: Form) -> str:
        match form:
            case All(parts):
                return "(" + " and ".join(map(self.form, parts)) + ")"
            case AnyOf(parts):
                return "(" + " or ".join(map(self.form, parts)) + ")"
            case Truth(value):
                return repr(value)
            case Missing(name, wanted):
                return f"(f[{name!r}] is {'' if wanted else 'not '}None)"
            case Flag(name, wanted):
                return f"(f[{name!r}] == {wanted})"
            case Order():
                guards, total = self._total(form.terms, form.constant, form.nullable)
                return f"({' and '.join([*guards, f'{total} {form.op} 0'])})"
            case Words(op, left, right):
                return self._known([left, right], lambda values: f"{values[0]} {op} {values[1]}")
            case Member(value, values, wanted):
                listed = "{" + ", ".join(map(repr, values)) + "}"
                return self._known([value], lambda v: f"{v[0]} {'in' if wanted else 'not in'} {listed}")
            case Part(test, wanted):
                return (
                    self.text_test(test) if wanted else self._known(test.args, lambda _: f"not {self.text_test(test)}")
                )

    def _known(self, nodes: "list[Node] | tuple[Node, ...]", test: Callable[[list[str]], str]) -> str:
        found = [self.guarded(node) for node in nodes]
        guards = [guard for some, _ in found for guard in some]
        return f"({' and '.join([*guards, test([value for _, value in found])])})"

    def _total(
        self, terms: tuple[tuple[str, int], ...], constant: int, nullable: frozenset[str]
    ) -> tuple[list[str], str]:
        guards, total = [], str(constant)
        for name, factor in terms:
            source = f"f[{name!r}]"
            if name in nullable:
                local = self.fresh()
                guards.append(f"({local} := {source}) is not None")
                source = local
            total += (
                f" {'+' if factor > 0 else '-'} {abs(factor)} * {source}"
                if abs(factor) != 1
                else (f" {'+' if factor > 0 else '-'} {source}")
            )
        return guards, f"({total})"
