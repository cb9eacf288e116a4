"""When, at the earliest, a condition can become true if its facts stay as they are: a plan that Python and SQL both follow.

A test moves with time in one of three ways: it stands still, turns true at an instant and stays so ("up"), or holds until
an instant and then no more ("down"). For those the instant is exact. An and/or of both kinds gets a lower bound, exact for
a conjunction of single tests: if what must have begun begins after what must not have ended, it can never hold. So does
anything nested beyond `MAX_LEVELS`: early is allowed, late is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rules.language.normal import All, AnyOf, Form, Missing, Order, all_of, any_of
from rules.language.tree import ALWAYS, NEVER

MAX_LEVELS = 5  # and/or within one another that are looked through; what lies deeper is taken to hold at any time
_EMPTY = ALWAYS - 1  # as the last instant of something that never holds


@dataclass(frozen=True, slots=True)
class Fixed:
    """A known instant, NEVER or ALWAYS."""

    value: int


@dataclass(frozen=True, slots=True)
class Test:
    """One instant if the form holds, another if not; the form does not look at `now`."""

    form: Form
    holds: int
    fails: int


@dataclass(frozen=True, slots=True)
class Solve:
    """Σ factor·fact + constant; `missing` if one of the `nullable` facts is missing."""

    terms: tuple[tuple[str, int], ...]
    constant: int
    nullable: frozenset[str]
    missing: int


@dataclass(frozen=True, slots=True)
class Extreme:
    """The largest or the smallest of several instants."""

    parts: tuple[Plan, ...]
    largest: bool


@dataclass(frozen=True, slots=True)
class Crossed:
    """`crossed` if `low` lies after `high`, and `otherwise` if not."""

    low: Plan
    high: Plan
    crossed: Plan
    otherwise: Plan


Plan: TypeAlias = Fixed | Test | Solve | Extreme | Crossed
Motion: TypeAlias = Literal["still", "up", "down", "mixed"]


def motion(form: Form) -> Motion:
    """Return how the truth of `form` moves with time."""
    if isinstance(form, Order) and form.now:
        return "up" if (form.now > 0) == (form.op == ">=") else "down"
    if not isinstance(form, (All, AnyOf)):
        return "still"
    kinds = {motion(part) for part in form.parts} - {"still"}
    return "mixed" if len(kinds) > 1 else next(iter(kinds), "still")


def lowest(form: Form, levels: int = MAX_LEVELS) -> Plan:
    """Return the plan of the first instant at which `form` can hold, looking through so many levels of and/or."""
    kind = motion(form)
    if kind == "still":
        return Test(form, ALWAYS, NEVER)
    if isinstance(form, (All, AnyOf)) and not levels:
        return Fixed(ALWAYS)
    if kind == "down":
        return Crossed(Fixed(ALWAYS), _highest(form, levels), Fixed(NEVER), Fixed(ALWAYS))
    if isinstance(form, Order):
        return _solved(form, NEVER)
    if isinstance(form, AnyOf):
        return _excused(_extreme([lowest(part, levels - 1) for part in _grouped(form)], largest=False))
    return _lowest_of_all(form, levels - 1) if isinstance(form, All) else Fixed(ALWAYS)


def _excused(plan: Plan) -> Plan:
    """Return "the fact is missing, or its instant has come" as one sum: it holds at any time while the fact is missing."""
    match plan:
        case Extreme((Test(Missing(name, True), holds, fails), Solve() as solve), False):
            if solve.nullable == {name} and fails == solve.missing:
                return Solve(solve.terms, solve.constant, solve.nullable, holds)
    return plan


def waits_for(plan: Plan) -> frozenset[str]:
    """Return the facts before whose instants, where they are known, that of the plan never lies."""
    match plan:
        case Solve(((name, 1),), constant) if constant >= 0:
            return frozenset((name,))
        case Extreme(parts, True):
            return frozenset().union(*map(waits_for, parts))
    return frozenset()


def _lowest_of_all(form: All, levels: int) -> Plan:
    parts = _grouped(form)
    begins = [lowest(part, levels) for part in parts if motion(part) in ("still", "up")]
    ends = [_highest(part, levels) for part in parts if motion(part) == "down"]
    mixed = [lowest(part, levels) for part in parts if motion(part) == "mixed"]
    bound = _extreme([*begins, *mixed] or [Fixed(ALWAYS)], largest=True)
    if not ends:
        return bound
    begin = _extreme(begins or [Fixed(ALWAYS)], largest=True)
    return Crossed(begin, _extreme(ends, largest=False), Fixed(NEVER), bound)


def _highest(form: Form, levels: int) -> Plan:
    """Return the plan of the last instant at which a form that stands still or goes down holds."""
    if motion(form) == "still":
        return Test(form, NEVER, _EMPTY)
    if isinstance(form, Order):
        return _solved(form, _EMPTY)
    if not (isinstance(form, (All, AnyOf)) and levels):
        return Fixed(NEVER)
    return _extreme([_highest(part, levels - 1) for part in _grouped(form)], largest=isinstance(form, AnyOf))


def _grouped(form: All | AnyOf) -> list[Form]:
    """Return the parts with all that stand still put together: one test instead of many."""
    still = [part for part in form.parts if motion(part) == "still"]
    moving = [part for part in form.parts if motion(part) != "still"]
    join = all_of if isinstance(form, All) else any_of
    return [join(still), *moving] if still else moving


def _solved(form: Order, missing: int) -> Solve:
    """Solve for `now`, whose factor is 1 or -1."""
    terms = tuple((name, -form.now * factor) for name, factor in form.terms)
    return Solve(terms, -form.now * form.constant, form.nullable, missing)


def _extreme(plans: Sequence[Plan], *, largest: bool) -> Plan:
    return plans[0] if len(plans) == 1 else Extreme(tuple(plans), largest)
