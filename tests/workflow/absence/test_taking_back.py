"""A decision is taken back under a post that is held then; having made it once gives nobody that right for ever."""

import uuid
from typing import Any

import pytest

from tests.workflow.absence.conftest import Away
from tests.workflow.absence.test_in_whose_name import TO, _asked, _decide, _page, _read, recorded
from tests.workflow.officials import appoint
from workflow.actions.manage_posts import end_post, give_post
from workflow.actions.record_visit import Finding
from workflow.actions.void_event import void_event
from workflow.errors import NotPermitted
from workflow.tables import Area, Event, PostHolding, Request

AFTER = "2025-05-21 09:00"
LEADERS = "Liên hệ tổ trưởng tổ công tác hoặc đầu mối tổng hợp"


def undo(away: Away, login: str, number: int | None) -> dict[str, Any]:
    """Void an entry."""
    assert number is not None
    return away.world.command(
        login, lambda book, context, actor: void_event(book, context, actor, number, reason="Ghi nhầm")
    )


def decided(away: Away) -> tuple[str, int | None]:
    """Return how the one request stands, and the number of its decision."""
    (one,) = away.world.rows(Request)
    return one.status, one.decided_no


def undoable(away: Away, login: str, door: uuid.UUID) -> list[int]:
    """Return the numbers for which the page of a door offers to undo."""
    return [line.ledger_no for line in _page(away, login, door).history if line.ledger_no]


def test_a_delegate_takes_their_decision_back_in_that_name_and_not_after_the_end(away: Away) -> None:
    _, _, request = _asked(away, by="cuong")
    away.plan("an", "binh", None, TO)
    _decide(away, "binh", request)
    assert _read(away, "binh", request).may_take_back

    undo(away, "binh", decided(away)[1])

    assert set(recorded(away, Event.kind == "void")) == {(away.id("binh"), away.id("an"))}
    _decide(away, "binh", request)
    away.world.go_to(AFTER)
    assert not _read(away, "binh", request).may_take_back
    move = away.world.events(Event.kind == "move")[-1]
    assert move.about_id == request
    for number in (decided(away)[1], move.ledger_no):
        with pytest.raises(NotPermitted, match=LEADERS):
            undo(away, "binh", number)
    assert decided(away)[0] == "confirmed"
    undo(away, "an", decided(away)[1])
    assert decided(away)[0] == "waiting"


def test_who_is_no_longer_leader_does_not_take_back_what_they_decided_as_one(away: Away) -> None:
    door, _, request = _asked(away, by="cuong")
    visit = away.world.visit("an", door, Finding("nobody_home"))["ledger_no"]
    _decide(away, "an", request)
    administrator = appoint(away.world, "administrator")
    (led,) = [row.id for row in away.world.rows(PostHolding) if row.membership_id == away.id("an")]
    away.world.command(administrator, lambda b, c, a: give_post(b, a, away.id("an"), code="member", scope="T1"))
    away.world.command(administrator, lambda b, c, a: end_post(b, a, led))

    assert not _read(away, "an", request).may_take_back
    with pytest.raises(NotPermitted, match=LEADERS):
        undo(away, "an", decided(away)[1])
    assert undoable(away, "an", door) == [visit]
    undo(away, "an", visit)


def test_who_confirms_in_the_leaders_place_takes_it_back_in_their_own(away: Away) -> None:
    _, _, request = _asked(away, by="cuong")
    _decide(away, "giang", request)

    assert _read(away, "giang", request).may_take_back
    undo(away, "giang", decided(away)[1])

    assert decided(away)[0] == "waiting"


def test_a_visit_in_somebody_elses_name_is_ones_own_while_one_stands_in_for_them(away: Away) -> None:
    door, _ = away.world.household(["Nguyễn Văn Một"])
    head = appoint(away.world, "area_head", area_id=next(row.id for row in away.world.rows(Area) if row.code == "A1"))
    away.world.go_to("2025-05-16 09:00")
    away.plan(head, "dung", None, TO)
    numbers = [away.world.visit("dung", door, Finding("nobody_home"))["ledger_no"] for _ in range(2)]
    assert recorded(away, Event.kind == "visit") == [(away.id("dung"), away.id(head))] * 2
    assert sorted(undoable(away, "dung", door)) == numbers

    undo(away, "dung", numbers.pop())

    assert recorded(away, Event.kind == "void") == [(away.id("dung"), away.id(head))]
    away.world.go_to(AFTER)
    away.plan("giang", "dung", None, "2025-05-22 09:00")  # the door is seen again, in another name
    assert undoable(away, "dung", door) == []
    with pytest.raises(NotPermitted, match="người đã ghi, tổ trưởng tổ công tác"):
        undo(away, "dung", numbers.pop())


def test_ones_own_visit_stays_in_ones_own_name_whatever_one_borrows(away: Away) -> None:
    door, _ = away.world.household(["Nguyễn Văn Một"])
    away.world.go_to("2025-05-16 09:00")
    number = away.world.visit("binh", door, Finding("nobody_home"))["ledger_no"]
    away.plan("an", "binh", None, TO)

    undo(away, "binh", number)

    assert recorded(away, Event.kind == "void") == [(away.id("binh"), None)]
