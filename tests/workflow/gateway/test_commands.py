"""A command is carried out once, whatever happened to its answer on the way."""

import pytest

from tests.workflow.world import World
from workflow.actions.record_visit import Finding
from workflow.errors import KeyReused, MoveNotAllowed, StaleVersion
from workflow.tables import Command, Event


def test_the_same_key_gets_the_same_answer_after_the_world_moved_on(given: World) -> None:
    door, (one,) = given.household(["Nguyễn Văn Một"])
    given.go_to("2025-05-16 09:00")
    first = given.visit("an", door, Finding("needs_help", one), key="k", request={"a": 1, "b": 2})
    given.go_to("2025-05-16 10:00")
    given.visit("an", door, Finding("took_part", one))
    events = len(given.events())

    again = given.visit("an", door, Finding("needs_help", one), key="k", request={"b": 2, "a": 1})

    assert again == first
    assert len(given.events()) == events


def test_the_same_key_with_another_request_is_refused(given: World) -> None:
    door, (one,) = given.household(["Nguyễn Văn Một"])
    given.go_to("2025-05-16 09:00")
    given.visit("an", door, Finding("needs_help", one), key="k", request={"a": 1})

    with pytest.raises(KeyReused, match="Tải lại trang rồi gửi lại"):
        given.visit("an", door, Finding("took_part", one), key="k", request={"a": 2})
    given.visit("binh", door, Finding("took_part", one), key="k", request={"a": 2})


def test_a_refused_command_leaves_nothing_and_may_be_tried_again(given: World) -> None:
    door, (one,) = given.household([("Nguyễn Văn Một", "registered")])
    given.go_to("2025-05-16 09:00")
    with pytest.raises(MoveNotAllowed):
        given.visit("an", door, Finding("took_part", one), key="k", request={"a": 1})
    assert not given.rows(Command)

    given.visit("an", door, Finding("activated_now", one))
    given.visit("an", door, Finding("took_part", one), key="k", request={"a": 1})

    assert given.case(one).state == "submitted"


def test_an_escalation_is_no_conflict_but_a_colleague_is(given: World) -> None:
    door, (one,) = given.household([("Nguyễn Văn Một", "registered")])
    given.go_to("2025-05-17 08:00")
    seen = given.case(one)
    given.tick()
    escalated = given.case(one)
    assert escalated.version > seen.version
    assert escalated.state_version == seen.state_version

    given.visit("an", door, Finding("activated_now", one, state_version=seen.state_version))

    with pytest.raises(StaleVersion, match=r"bản 2.*bản đang mở là 1"):
        given.visit("binh", door, Finding("took_part", one, state_version=seen.state_version))
    assert [event.version for event in given.events(Event.case_id == one)] == list(
        range(1, given.case(one).version + 1)
    )
