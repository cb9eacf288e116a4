"""Which facts a condition waits for: it cannot hold before their instants, so an anchor made of them need not be asked."""

import pytest

from rules.language import CATALOGUE, NEVER, Context, earliest, parse
from rules.language.bounds import lowest, waits_for
from rules.language.normal import normal

WAITING = [
    ("now - later(entered_at, last_contact) >= hours(48)", {"entered_at", "last_contact"}),
    ("state == 'registered' and now - later(entered_at, last_contact) >= hours(48)", {"entered_at", "last_contact"}),
    ("is_open and now - follow_up_at >= hours(4)", {"follow_up_at"}),
    ("now >= follow_up_at and now >= entered_at - hours(1)", {"follow_up_at"}),
    ("now >= follow_up_at - hours(1)", set()),
    ("now >= follow_up_at or now >= entered_at + hours(1)", set()),
    ("now >= follow_up_at or is_open", set()),
    ("now < follow_up_at", set()),
    ("is_open", set()),
]


@pytest.mark.parametrize(("text", "facts"), WAITING)
def test_what_is_waited_for(text: str, facts: set[str]) -> None:
    assert waits_for(lowest(normal(parse(text, CATALOGUE, Context.CASE)))) == facts


@pytest.mark.parametrize(("text", "facts"), [one for one in WAITING if one[1]])
@pytest.mark.parametrize("entered", [0, 10, 10**15])
@pytest.mark.parametrize("contact", [None, 5, 2 * 10**15])
@pytest.mark.parametrize("follow_up", [None, 7, 3 * 10**15])
def test_no_condition_holds_before_what_it_waits_for(
    text: str, facts: set[str], entered: int, contact: int | None, follow_up: int | None
) -> None:
    row = {
        "state": "registered", "is_open": True, "entered_at": entered, "last_contact": contact, "follow_up_at": follow_up,
    }  # fmt: skip
    first = earliest(parse(text, CATALOGUE, Context.CASE))(row)

    assert all(row[fact] is None or first >= row[fact] for fact in facts)
    assert first <= NEVER
