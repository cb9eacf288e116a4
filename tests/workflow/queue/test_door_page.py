"""One door: its people, its history in plain words, and why it stands in the queue."""

import uuid

import pytest

from rules.time import HOUR, at
from tests.workflow.queue.conftest import give, page, set_phone, statements
from tests.workflow.world import World
from workflow.actions.assign_doors import reassign
from workflow.actions.decide_exit import decide_exit
from workflow.actions.record_visit import Finding
from workflow.actions.void_event import void_event
from workflow.errors import NotFound
from workflow.queries.door_page import door_page
from workflow.queries.guidance import guidance_for
from workflow.tables import Request
from workflow.vault import Vault


def test_foreign_and_absent_read_the_same(given: World) -> None:
    door, _ = given.household(["Nguyễn Văn Một"])
    given.go_to("2025-05-16 09:00")

    for login, asked in (("em", door), ("dung", door), ("khanh", door), ("an", uuid.uuid4())):
        with pytest.raises(NotFound):
            page(given, asked, login)


def test_history_says_who_when_and_what_newest_first(given: World) -> None:
    door, (one, _two) = given.household(["Nguyễn Văn Một", "Trần Thị Hai"])
    cuong = given.actor("cuong").membership_id
    given.go_to("2025-05-16 09:00")
    number = given.visit("binh", door, "nobody_home", done_by=cuong)["ledger_no"]
    given.go_to("2025-05-16 09:30")
    given.command("binh", lambda book, context, actor: void_event(book, context, actor, number, reason="bấm nhầm"))
    given.go_to("2025-05-16 10:00")
    given.visit("binh", door, Finding("died", one, evidence="giấy báo tử"), mode="phone")
    given.go_to("2025-05-16 11:00")
    request = given.rows(Request)[0].id
    given.command(
        "an",
        lambda book, context, actor: decide_exit(
            book, context, actor, request, confirm=False, reason="thiếu xác nhận của tổ dân phố"
        ),
    )
    given.go_to("2025-05-16 12:00")
    team = given.door(door).team_id
    given.command(
        "an",
        lambda book, context, actor: reassign(
            book, context, actor, [door], team_id=team, assignee_id=cuong, reason="gần nhà hơn"
        ),
    )

    handed, returned, called, undone, first = page(given, door).history

    assert (handed.kind, handed.to_holder, handed.who, handed.reason) == (
        "handed_over",
        "Lê Văn Cường",
        "Nguyễn Văn An",
        "gần nhà hơn",
    )
    assert (returned.kind, returned.about, returned.reason) == (
        "returned",
        "Nguyễn Văn Một",
        "thiếu xác nhận của tổ dân phố",
    )
    assert (called.mode, called.who, called.typed_by, called.said[0].evidence) == (
        "phone",
        "Trần Thị Bình",
        None,
        "giấy báo tử",
    )
    assert (undone.is_undone, undone.ledger_no, undone.who, undone.typed_by) == (
        True,
        None,
        "Lê Văn Cường",
        "Trần Thị Bình",
    )
    assert (undone.said[0].for_door, undone.said[0].text.vi) == (True, "Không có nhà")
    assert (first.kind, first.to_team, first.to_holder) == ("handed_over", "Tổ công tác số 1", None)


def test_a_request_that_came_back_stands_beside_its_person_until_somebody_sees_to_it(given: World) -> None:
    door, (one, _two) = given.household(["Nguyễn Văn Một", "Trần Thị Hai"])
    given.go_to("2025-05-16 10:00")
    given.visit("binh", door, Finding("died", one, evidence="giấy báo tử"))
    assert page(given, door).sent_back == {}

    given.go_to("2025-05-16 11:00")
    request = given.rows(Request)[0].id
    given.command(
        "an", lambda book, context, actor: decide_exit(book, context, actor, request, confirm=False, reason="thiếu xác nhận")
    )  # fmt: skip
    for login in ("binh", "an"):
        back = page(given, door, login).sent_back
        assert {case: (line.who, line.reason) for case, line in back.items()} == {
            one: ("Nguyễn Văn An", "thiếu xác nhận")
        }

    given.go_to("2025-05-16 14:00")
    given.visit("binh", door, "nobody_home")  # nothing is known of anybody since
    assert list(page(given, door).sent_back) == [one]
    given.visit("binh", door, Finding("died", one, evidence="trích lục khai tử"))
    assert page(given, door).sent_back == {}


def test_who_may_undo_which_visit(given: World) -> None:
    door, _ = given.household(["Nguyễn Văn Một"])
    given.go_to("2025-05-16 09:00")
    number = given.visit("binh", door, "nobody_home")["ledger_no"]

    undoable = {
        login: page(given, door, login).history[0].ledger_no for login in ("binh", "cuong", "an", "hai", "giang")
    }

    assert undoable == {"binh": number, "cuong": None, "an": number, "hai": number, "giang": None}


def test_why_it_is_here(given: World) -> None:
    door, (one, _two) = given.household([("Nguyễn Văn Một", "registered"), "Trần Thị Hai"])
    now = given.go_to("2025-05-15 09:00")
    unseen = page(given, door).reasons
    given.visit("binh", door, Finding("promised", one, promised_at=now + HOUR))
    promised = page(given, door).reasons
    given.go_to("2025-05-17 10:00")
    given.tick()
    late = page(given, door).reasons

    assert [(reason.timing, reason.whose) for reason in unseen] == [("new", None)]
    assert (promised[0].timing, promised[0].at, promised[0].whose) == ("promised", now + HOUR, "Nguyễn Văn Một")
    assert late[0].timing == "overdue"
    rules = {reason.rule.vi: reason for reason in late[1:] if reason.rule}
    silent = rules["Đã đăng ký, quá 48 giờ chưa ai đến"]
    assert (silent.whose, silent.post.vi if silent.post else None) == ("Nguyễn Văn Một", "Tổ trưởng tổ công tác")
    assert "Mục 3.1" in (silent.source or "")
    assert ("lần liên hệ gần nhất", at("2025-05-15 09:00")) in [(seen.label.vi, seen.value) for seen in silent.seen]
    told = [line.text.vi for line in page(given, door).history if line.kind == "escalated" and line.text]
    assert "Đã đăng ký, quá 48 giờ chưa ai đến" in told


def test_rules_about_finished_people_are_not_told(given: World) -> None:
    door, (one, two) = given.household(["Nguyễn Văn Một", "Trần Thị Hai"])
    given.go_to("2025-05-18 09:00")
    given.tick()
    given.visit("binh", door, Finding("not_taking_part", one), Finding("took_part", two))

    found = page(given, door)

    assert [line.kind for line in found.history] == ["visit", "handed_over"]
    assert [reason.timing for reason in found.reasons] == ["nobody"]
    assert (found.to_meet, found.choices) == (0, ())


def test_a_phone_shows_its_last_three_digits_and_of_a_finished_contact_none(given: World, vault: Vault) -> None:
    door, (one, two, three) = given.household(["Nguyễn Văn Một", "Trần Thị Hai", "Vũ Thị Ba"])
    for case, number in ((one, "0500123678"), (two, "0500123999")):
        set_phone(given, vault, case, number)
    given.go_to("2025-05-16 09:00")
    given.visit("an", door, Finding("took_part", two))

    found = {person.case_id: person.phone for person in page(given, door, vault=vault).people}

    assert found == {one: "…678", two: None, three: None}
    assert "0500123" not in repr(page(given, door, vault=vault))


def test_a_page_costs_ten_statements_however_many_people(given: World) -> None:
    door, cases = given.household([f"Nguyễn Văn {n}" for n in range(9)])
    now = given.go_to("2025-05-18 09:00")
    given.tick()
    for number, case in enumerate(cases[:5]):
        given.clock.move_to(now + number)
        given.visit("binh", door, Finding("needs_help", case))
    actor, context = given.actor("an"), given.context()

    with given.store.read() as session, statements(given) as sent:
        door_page(session, actor, context, door, now=given.clock.now())

    assert len(sent) == 10


def test_guidance_is_for_where_somebody_stands(given: World) -> None:
    steps = {step.step for step in guidance_for(given.pack, ["registered"])}

    assert {"0", "5", "7"} <= steps
    assert not {"1", "3", "6"} & steps
    assert {"1", "2.1", "2.2", "3", "4", "8"} <= {step.step for step in guidance_for(given.pack, ["activated"])}
    assert {"6"} <= {step.step for step in guidance_for(given.pack, ["no_account"])}
    assert {step.step for step in guidance_for(given.pack)} == {"0", "7"}
    assert all(step.source for step in guidance_for(given.pack, ["activated"]))


def test_who_holds_it_may_hand_it_back(given: World) -> None:
    door, _ = given.household(["Nguyễn Văn Một"])
    given.go_to("2025-05-16 09:00")
    free = page(given, door, "binh")
    give(given, door, "binh")

    assert (free.may_hand_back, free.holder) == (False, None)
    assert page(given, door, "binh").may_hand_back
    assert page(given, door, "binh").holder == "Trần Thị Bình"
    assert not page(given, door, "an").may_hand_back
