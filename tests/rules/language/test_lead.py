"""How long before its anchor a condition holds."""

import pytest

from rules.language import CATALOGUE, Context, Type, lead_of, parse
from rules.time import DAY, HOUR, MINUTE


@pytest.mark.parametrize(
    ("when", "anchor", "lead"),
    [
        ("now >= due_at - minutes(60)", "due_at", HOUR),
        ("is_duty and due_at - now <= hours(24)", "due_at", DAY),
        ("now >= due_at - minutes(60)", "due_at - minutes(60)", 0),
        ("now >= due_at - minutes(60)", "due_at - minutes(30)", 30 * MINUTE),
        ("now >= due_at", "due_at", 0),
        ("now >= due_at + hours(4)", "due_at", 0),
        ("now >= due_at - minutes(60) and now >= due_at", "due_at", 0),
        ("now >= internal_due_at", "due_at", 0),
        ("is_duty", "due_at", 0),
        ("now >= due_at - minutes(60)", "later(due_at, internal_due_at)", 0),
        ("now >= due_at - minutes(60) or is_duty", "due_at", 0),
    ],
)
def test_lead(when: str, anchor: str, lead: int) -> None:
    assert (
        lead_of(parse(when, CATALOGUE, Context.TASK), parse(anchor, CATALOGUE, Context.TASK, expects=Type.INSTANT))
        == lead
    )
