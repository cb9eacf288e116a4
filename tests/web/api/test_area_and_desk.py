"""Area heads, the support desk, callers and plan owners through the API: what their screens do, and what those refuse."""

import pytest

from tests.web.api.conftest import ABSENT, Town
from tests.web.api.program import Program, problem
from tests.web.plan.conftest import plan, task
from tests.web.site import Site
from tests.workflow.desk.posts import appoint, tell
from tests.workflow.queue.conftest import set_phone
from workflow.actions.record_visit import Finding
from workflow.tables import Audit, Case, Command, Request, Task, Visit

__all__ = ["plan"]
NUMBER, PHONE = "999185012345", "0500123456"


@pytest.fixture
def head(town: Town) -> Program:
    """The head of the first area."""
    appoint(town.world, "minh", "area_head", area="A1")
    return Program(town, "minh")


def test_a_movement_is_reported_and_taken_back(town: Town, head: Program) -> None:
    page = head.get("area/households?limit=1").json
    assert (page["total"], page["next"]) == (2, 1)
    [household] = page["households"]
    assert (household["door"], household["house_no"]) == (str(town.door), "36")
    someone = next(each for each in household["residents"] if each["case"] == str(town.cases[0]))
    assert "moved_out" in {each["outcome"] for each in someone["movements"]}
    path = f"area/people/{town.cases[0]}/reports"
    assert problem(head.post(path, {"outcome": "took_part"}), 422, "bad_input")["detail"]
    problem(head.post(path, {"outcome": "moved_out", "state": "x"}), 422, "invalid")

    told = head.post(path, {"outcome": "moved_out", "evidence": "Giấy báo chuyển đi"}, key="m1")
    again = head.post(path, {"outcome": "moved_out", "evidence": "Giấy báo chuyển đi"}, key="m1")

    assert (told.status_code, told.json["status"]) == (201, "waiting")
    assert again.json == told.json
    [row] = town.world.rows(Request)
    assert (row.target, row.status) == ("moved_out", "waiting")
    [mine] = head.get("area/reports").json["reports"]
    assert (mine["id"], mine["status"]) == (told.json["request"], "waiting")
    withdrawn = head.post(f"area/reports/{told.json['request']}/withdraw", {})
    assert (withdrawn.status_code, withdrawn.json["status"]) == (200, "withdrawn")
    problem(head.post(f"area/reports/{told.json['request']}/withdraw", {}), 409, "already_decided")


def test_of_another_area_the_head_learns_nothing(town: Town, head: Program) -> None:
    [foreign] = [case.id for case in town.world.rows(Case, Case.door_id == town.foreign)]
    bodies = [{"outcome": "moved_out"}, {"wrong": 1}]

    answers = {head.post(f"area/people/{case}/reports", body).data for case in (foreign, ABSENT) for body in bodies}

    assert len(answers) == 1
    assert str(town.foreign) not in head.get("area/households").text
    problem(Program(town, "binh").get("area/households"), 404, "not_found")


@pytest.fixture
def desk(town: Town) -> Program:
    """The support desk; the first person has a number."""
    appoint(town.world, "ly", "support_desk")
    tell(town.world, town.vault, town.cases[0], id_number=NUMBER)
    return Program(town, "ly")


def test_one_person_at_the_desk_is_found_recorded_and_taken_back(town: Town, desk: Program) -> None:
    problem(desk.get("desk/person"), 404, "not_found")
    assert desk.post("desk/look-ups", {"id_number": "999185099999"}).json["result"] == "none"

    found = desk.post("desk/look-ups", {"id_number": NUMBER})
    person = desk.get("desk/person").json

    assert found.json["result"] == "one"
    assert (person["name"], person["house_no"]) == ("Đỗ Quang Hằng", "36")
    assert NUMBER not in str(person)
    assert all(NUMBER not in str(row.answer) + row.request_hash for row in town.world.rows(Command))
    [case] = person["cases"]
    assert "took_part" in {each["outcome"] for each in case["choices"]}
    path = f"desk/person/{case['case']}/visits"
    told = {"outcome": "took_part", "state_version": case["state_version"], "assisted": True}
    problem(desk.post(path, told | {"state_version": 9}), 409, "stale")
    done = desk.post(path, told)
    assert done.status_code == 201, done.text
    assert town.world.case(town.cases[0]).state == "submitted"
    [visit] = town.world.rows(Visit)
    assert (visit.mode, visit.assisted) == ("support_point", True)
    assert desk.get("desk/person").json["cases"][0]["state_version"] is None
    void = desk.post(f"desk/entries/{done.json['ledger_no']}/void", {"reason": "Bấm nhầm"})
    assert (void.status_code, void.json) == (201, {"voided": done.json["ledger_no"]})
    assert town.world.case(town.cases[0]).state == "activated"


def test_at_the_desk_too_the_kind_of_evidence_is_one_of_the_packs(town: Town, desk: Program) -> None:
    assert desk.post("desk/look-ups", {"id_number": NUMBER}).json["result"] == "one"
    [case] = desk.get("desk/person").json["cases"]
    [died] = [each for each in case["choices"] if each["outcome"] == "died"]
    path, told = f"desk/person/{case['case']}/visits", {"outcome": "died", "state_version": case["state_version"]}
    kind = died["evidence"][0]

    assert died["asks_evidence"]
    problem(desk.post(path, told | {"evidence_kind": "lời kể"}), 422, "bad_input")
    done = desk.post(path, told | {"evidence_kind": kind})
    assert done.status_code == 201, done.text
    [request] = town.world.rows(Request)
    assert request.evidence_kind == kind


def test_the_household_stays_closed_to_the_desk(town: Town, desk: Program) -> None:
    desk.post("desk/look-ups", {"id_number": NUMBER})
    body = {"outcome": "took_part", "state_version": 1}

    answers = {desk.post(f"desk/person/{case}/visits", body).data for case in (town.cases[1], ABSENT)}

    assert len(answers) == 1
    problem(desk.post(f"desk/person/{town.cases[1]}/visits", {}), 404, "not_found")
    town.world.clock.instant += 31 * 60_000_000
    problem(desk.get("desk/person"), 404, "not_found")
    problem(desk.post("desk/entries/1/void", {"reason": "Bấm nhầm"}), 404, "not_found")


def test_a_number_is_shown_whole_each_time_on_record(town: Town) -> None:
    set_phone(town.world, town.vault, town.cases[0], PHONE)
    an, path = Program(town, "an"), f"doors/{town.door}/people/{town.cases[0]}/phone"

    shown = [an.post(path, {}, key="") for _ in range(2)]

    assert [(each.status_code, each.json["phone"]) for each in shown] == [(200, PHONE)] * 2
    assert shown[0].headers["Cache-Control"] == "no-store"
    assert len(town.world.rows(Audit, Audit.kind == "reveal")) == 2
    assert all(PHONE not in str(row.answer) for row in town.world.rows(Command))
    problem(an.post(f"doors/{town.door}/people/{town.cases[1]}/phone", {}), 422, "bad_input")
    nobody = {an.post(f"doors/{door}/people/{ABSENT}/phone", {}).data for door in (town.door, town.foreign, ABSENT)}
    assert len(nobody) == 1
    town.world.visit("an", town.door, Finding("not_taking_part", town.cases[0]))
    problem(an.post(path, {}), 409, "move_not_allowed")


def test_how_far_a_task_is(plan: Site) -> None:
    found = task(plan, "issue-decision")
    owner, path = Program(plan, "lan"), f"tasks/{found.id}/progress"
    problem(owner.post(path, {"percent": 101, "seen": None}), 422, "invalid")
    problem(owner.post(path, {"percent": 10}), 422, "invalid")

    told = owner.post(path, {"percent": 40, "seen": None, "note": "Đã soạn xong"})

    assert (told.status_code, told.json["progress"]) == (200, 40)
    problem(owner.post(path, {"percent": 60, "seen": None}), 409, "stale")
    assert owner.post(path, {"percent": 60, "seen": 40}).json["progress"] == 60
    [row] = plan.world.rows(Task, Task.id == found.id)
    assert row.progress == 60
    assert {
        owner.post(f"tasks/{ABSENT}/progress", body).status_code for body in ({}, {"percent": 1, "seen": None})
    } == {404}
