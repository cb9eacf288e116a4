"""Took part, took part but not yet deducted, and did not take part: whoever looks, at whatever, sees one and the same."""

import dataclasses

import pytest

from tests.workflow.queue.conftest import page, queue
from tests.workflow.world import World
from workflow.actions.record_visit import Finding
from workflow.actions.void_event import void_event
from workflow.queries.member_progress import count_done_today, visits_typed_today

ENDINGS = ("took_part", "took_part_not_deducted", "not_taking_part")
LOGINS = ("an", "binh", "giang", "hai")


def seen(world: World, door, cases, login: str) -> str:
    """Return everything that pages of one door and the queue tell somebody, ids and numbers of the ledger replaced by their order."""
    found = page(world, door, login)
    told = repr(
        [dataclasses.replace(found, history=()), [dataclasses.replace(line, ledger_no=None) for line in found.history]]
    )
    with world.store.read() as session:
        actor, context, now = world.actor(login), world.context(), world.clock.now()
        told += repr(
            [dataclasses.replace(v, ledger_no=0) for v in visits_typed_today(session, actor, context, now=now)]
        )
        told += repr(count_done_today(session, actor, context, now=now))
    told += repr(queue(world, login, filter="all"))
    for number, thing in enumerate([door, *cases, *(world.case(case).subject_id for case in cases)]):
        told = told.replace(repr(thing), f"#{number}")
    for other in ("area_id",):
        assert other in told
    return told


def two_lives(world: World, ending: str, *, undone: bool) -> dict[str, str]:
    """Somebody is helped, then contact ends in one of the ways, with a document beside it; a neighbour in the household goes on."""
    door, cases = world.household(["Nguyễn Văn Một", "Trần Thị Hai"], tracks=("health_insurance",))
    one, paper = cases[0], cases[1]
    world.go_to("2025-05-16 09:00")
    world.visit("binh", door, Finding("needs_help", one), Finding("insurance_linked", paper))
    world.go_to("2025-05-16 10:00")
    number = world.visit("binh", door, Finding(ending, one))["ledger_no"]
    if undone:
        world.go_to("2025-05-16 10:05")
        world.command("binh", lambda book, context, actor: void_event(book, context, actor, number, reason="bấm nhầm"))
    world.go_to("2025-05-16 11:00")
    area = repr(world.door(door).area_id)
    return {login: seen(world, door, cases, login).replace(area, "@") for login in LOGINS}


@pytest.mark.parametrize("undone", [False, True])
def test_three_endings_look_alike_to_everybody(worlds, undone: bool) -> None:
    told = [two_lives(worlds(), ending, undone=undone) for ending in ENDINGS]

    for login in LOGINS:
        assert len({each[login] for each in told}) == 1, login
    if not undone:
        assert "declined" not in told[0]["an"]
        assert "not_taking_part" not in told[0]["an"].split("history")[0].split("Hai")[0]


def test_of_a_finished_contact_nothing_else_is_told(given: World) -> None:
    door, (one, two) = given.household(["Nguyễn Văn Một", ("Trần Thị Hai", "registered")])
    given.go_to("2025-05-16 09:00")
    given.visit("binh", door, Finding("needs_help", one), Finding("sent_to_support", two))
    given.go_to("2025-05-16 10:00")
    given.visit("binh", door, Finding("not_taking_part", one))

    found = page(given, door, "binh")
    person = next(person for person in found.people if person.case_id == one)
    words = [(said.name, said.text.vi) for line in found.history if line.kind == "visit" for said in line.said]

    assert (person.label.vi, person.state_version, person.follow_up_at, person.choices) == (
        "Đã kết thúc liên hệ",
        None,
        None,
        (),
    )
    assert words == [
        ("Nguyễn Văn Một", "Đã kết thúc liên hệ"),
        ("Nguyễn Văn Một", "Đã liên hệ"),
        ("Trần Thị Hai", "Đã hướng dẫn đến điểm hỗ trợ"),
    ]


def test_a_sensitive_exit_reads_so_only_to_those_who_handle_it(given: World) -> None:
    door, (one,) = given.household(["Nguyễn Văn Một"])
    given.go_to("2025-05-16 09:00")
    given.visit("binh", door, Finding("in_prison", one, evidence="xác nhận của cảnh sát khu vực"))

    member, leader = page(given, door, "cuong"), page(given, door, "an")

    assert "chấp hành án" not in repr(dataclasses.replace(member, people=()))
    assert "cảnh sát" not in repr(member.history)
    assert member.people[0].waiting is not None
    assert member.people[0].waiting.vi == "Không thể liên hệ"
    assert leader.people[0].waiting is not None
    assert "chấp hành án" in leader.people[0].waiting.vi
    assert "cảnh sát khu vực" in repr(leader.history)
