"""Requests for an exit: one waits per case, the right post decides, and the case stays where it is meanwhile."""

import uuid
from typing import Any

import pytest

from rules.time import at
from tests.workflow.world import World
from workflow.actions.decide_exit import decide_exit
from workflow.actions.record_visit import Finding
from workflow.actions.void_event import void_event
from workflow.errors import AlreadyDecided, BadInput, NotPermitted
from workflow.gateway.door import open_door
from workflow.queries.door_list import doors_to_visit
from workflow.tables import Event, Request


def decide(world: World, login: str, request: uuid.UUID, **how: Any) -> dict[str, Any]:
    return world.command(login, lambda book, context, actor: decide_exit(book, context, actor, request, **how))


def asked(world: World, outcome: str = "died", account: str = "activated") -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    """A door, its one case, and a request for an exit that Bình made at 09:00 on 16 May."""
    door, (one,) = world.household([("Nguyễn Văn Một", account)])
    world.go_to("2025-05-16 09:00")
    world.visit("binh", door, Finding(outcome, one, evidence="Trích lục khai tử"))
    return door, one, world.rows(Request)[0].id


def test_the_case_stays_in_place_while_a_request_waits(world: World) -> None:
    door, one, _ = asked(world)

    case = world.case(one)
    assert (case.state, case.stage, case.is_open, case.state_version) == ("activated", "activated", True, 1)
    with pytest.raises(BadInput, match=r"đã có một đề nghị đang chờ.*chờ kết quả hoặc rút lại"):
        world.visit("binh", door, Finding("moved_out", one, evidence="giấy"))


def test_a_leader_confirms_and_it_happened_when_it_was_told(world: World) -> None:
    _, one, request = asked(world)
    world.go_to("2025-05-17 10:00")

    assert decide(world, "an", request, confirm=True)["state"] == "dead"

    case = world.case(one)
    assert (case.state, case.stage, case.is_open, case.entered_at) == (
        "dead",
        "activated",
        False,
        at("2025-05-16 09:00"),
    )
    with pytest.raises(AlreadyDecided, match=r"đã xác nhận.*Tải lại trang"):
        decide(world, "an", request, confirm=True)
    assert world.events(Event.kind == "move")[0].about_id == request


def test_only_the_named_post_or_one_above_decides(world: World) -> None:
    _, one, request = asked(world)

    with pytest.raises(NotPermitted, match="Liên hệ tổ trưởng tổ công tác hoặc lãnh đạo phụ trách địa bàn"):
        decide(world, "binh", request, confirm=True)
    assert decide(world, "giang", request, confirm=True)["status"] == "confirmed"
    assert world.case(one).state == "dead"


def test_returning_needs_a_reason_and_frees_the_case(world: World) -> None:
    door, one, request = asked(world)

    with pytest.raises(BadInput, match="Lý do trả lại: chưa ghi; ghi cần bổ sung gì"):
        decide(world, "an", request, confirm=False, reason=" ")
    decide(world, "an", request, confirm=False, reason="Thiếu giấy tờ")

    assert (world.case(one).state, world.rows(Request)[0].reason) == ("activated", "Thiếu giấy tờ")
    world.visit("binh", door, Finding("died", one, evidence="Trích lục khai tử"))
    assert [row.status for row in world.rows(Request)] == ["returned", "waiting"]


def test_a_leader_takes_a_death_back(world: World) -> None:
    door, one, request = asked(world)
    decide(world, "an", request, confirm=True)
    world.go_to("2025-05-18 08:00")

    with world.book() as (book, context):
        opened = open_door(book, context, door)
        opened.move(opened.case(one), "undo_dead_activated", by=["team_leader"], happened_at=book.now)
        opened.save()

    case = world.case(one)
    assert (case.state, case.stage, case.is_open, world.door(door).open_cases) == ("activated", "activated", True, 1)


@pytest.mark.parametrize("outcome", ["took_part", "not_taking_part"])
def test_a_request_is_withdrawn_once_contact_has_ended_and_waits_again_after_a_void(world: World, outcome: str) -> None:
    door, one, request = asked(world)
    number = world.visit("an", door, Finding(outcome, one))["ledger_no"]

    assert world.rows(Request)[0].status == "withdrawn"
    with pytest.raises(AlreadyDecided, match="đã rút lại"):
        decide(world, "an", request, confirm=True)
    world.command("an", lambda b, c, a: void_event(b, c, a, number, reason="Bấm nhầm"))
    assert (world.rows(Request)[0].status, world.case(one).state) == ("waiting", "activated")
    assert decide(world, "an", request, confirm=True)["state"] == "dead"


def test_a_return_says_nothing_about_how_somebody_answered(world: World) -> None:
    _, _, request = asked(world)

    for reason in ("Người này không tán thành", "khong dong y", "gọi 0912345678", "x\ud800", "a\x1b[0m"):
        with pytest.raises(BadInput, match="Lý do trả lại"):
            decide(world, "an", request, confirm=False, reason=reason)


def test_a_sensitive_request_is_named_to_those_who_handle_it(world: World) -> None:
    door, _, request = asked(world, "in_prison")
    decide(world, "an", request, confirm=True)

    def seen(login: str) -> list[tuple[str, str]]:
        with world.store.read() as session:
            (found,) = doors_to_visit(session, world.actor(login), world.context(), door_id=door)
        return [(person.state, person.label) for person in found.people]

    assert seen("binh") == [("unreachable", "Không thể liên hệ")]
    assert seen("an") == seen("giang") == seen("hai") == [("prison", "Đang chấp hành án phạt tù")]
