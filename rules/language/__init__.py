"""The rule language: small, typed, two-valued and total. One expression, read alike by Python and by SQL.

`parse` gives a typed tree; `evaluator`, `earliest` and `explain` read it here, `rules.language.sql` in a database. No
expression can raise and none is "unknown": an ordering test with a missing operand is false, equality is null-safe.
"""

from rules.language.bound_reader import earliest
from rules.language.catalogue import CATALOGUE
from rules.language.explanation import Explanation, Reason, explain
from rules.language.facts import Catalogue, Context, Fact
from rules.language.lead import lead_of
from rules.language.printer import to_text
from rules.language.problems import LanguageError, Problem, did_you_mean
from rules.language.python import evaluator
from rules.language.questions import bind, edges, facts_used, literals, uses_now
from rules.language.read import parse
from rules.language.tree import ALWAYS, LARGEST, NEVER, Node, Op, Type, negation

__all__ = [
    "ALWAYS",
    "CATALOGUE",
    "LARGEST",
    "NEVER",
    "Catalogue",
    "Context",
    "Explanation",
    "Fact",
    "LanguageError",
    "Node",
    "Op",
    "Problem",
    "Reason",
    "Type",
    "bind",
    "did_you_mean",
    "earliest",
    "edges",
    "evaluator",
    "explain",
    "facts_used",
    "lead_of",
    "literals",
    "negation",
    "parse",
    "to_text",
    "uses_now",
]
