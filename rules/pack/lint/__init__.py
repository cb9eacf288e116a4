"""Checks across the files of a pack: what the shape of one file cannot tell. One topic a file, all of them run every time."""

from rules.pack.draft import Draft
from rules.pack.lint.campaign import check_campaign
from rules.pack.lint.declined import check_declined
from rules.pack.lint.discretion import check_discretion
from rules.pack.lint.escalations import check_escalations
from rules.pack.lint.examples import check_examples
from rules.pack.lint.expressions import check_expressions
from rules.pack.lint.figures import check_figures
from rules.pack.lint.known import Known
from rules.pack.lint.opinions import check_opinions
from rules.pack.lint.outcomes import check_outcomes
from rules.pack.lint.plan import check_plan
from rules.pack.lint.sums import check_sums
from rules.pack.lint.tracks import check_tracks

__all__ = ["lint"]

_STRUCTURE = (
    "unknown-name",
    "repeated-name",
    "missing",
    "unknown-key",
    "bad-",
    "yaml-",
    "one-way",
    "ring",
    "state-kind",
)
"""Findings after which a sum of states would only repeat the same mistake in other words."""


def lint(draft: Draft) -> None:
    """Run every check; what they find is added to the draft."""
    known = Known(draft)
    check_campaign(draft, known)
    check_tracks(draft, known)
    check_declined(draft)
    check_outcomes(draft, known)
    check_plan(draft, known)
    check_escalations(draft, known)
    check_expressions(draft, known)
    check_figures(draft, known)
    if _can_be_counted(draft):
        check_sums(draft, known)
        check_discretion(draft, known)
    check_opinions(draft)
    check_examples(draft, known)


def _can_be_counted(draft: Draft) -> bool:
    said = [found.check for found in draft.findings if found.file in ("path.yaml", "figures.yaml")]
    return not any(check.startswith(_STRUCTURE) for check in said)
