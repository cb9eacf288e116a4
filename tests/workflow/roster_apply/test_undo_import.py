"""Undoing an import: everything back, except what somebody built on since; and the file can come again."""

import pytest

from tests.workflow.roster_apply.lists import person, values_of, write_list
from tests.workflow.roster_apply.test_import_roster import check_ledger, counts
from workflow.actions.assign_doors import assign_doors
from workflow.actions.record_visit import Finding, VisitReport, record_visit
from workflow.actions.undo_import import undo_import
from workflow.errors import AlreadyDecided, BadInput, NotPermitted
from workflow.gateway.personal import mac_of
from workflow.tables import Case, Door, Event, Subject


def undo(world, office, done, by="hai", reason="Nhầm tệp"):
    return world.command(by, lambda b, c, a: undo_import(b, c, a, office.vault, done.file_id, reason=reason))


def test_everybody_leaves_and_the_file_can_come_again(world, office, tmp_path):
    path = write_list(tmp_path / "list.xlsx", [person(1), person(2), person(3, house="Số 7, Ngõ 7", head="Lê Thị Ba")])
    done = office.bring_file(path, "L1")
    world.command("hai", lambda b, c, a: assign_doors(b, c, a))
    world.go_to("2025-05-15 09:00")

    answer = undo(world, office, done)

    assert answer["kept"] == []
    assert answer["voided"] == len(world.events(Event.kind == "void"))
    assert not [c for c in world.rows(Case) if c.left_at is None]
    assert not sum(d.open_cases for d in world.rows(Door))
    check_ledger(world)

    again = office.bring_file(path, "L1")
    assert counts(again) == (3, 0, 3, 0, 0)
    assert len(world.rows(Subject, Subject.kind == "person")) == 3
    assert len([c for c in world.rows(Case, Case.track == "path") if c.left_at is None and c.state == "activated"]) == 3
    check_ledger(world)


def test_who_was_visited_since_stays_and_is_named(world, office):
    done = office.bring("L1", [person(1), person(2, house="Số 7, Ngõ 7", head="Lê Thị Ba")])
    world.go_to("2025-05-16 09:00")
    case = world.rows(Case, Case.track == "path")[0]
    report = VisitReport(case.door_id, world.clock.now(), (Finding("took_part", case.id),))
    world.command("an", lambda b, c, a: record_visit(b, c, a, report))

    answer = undo(world, office, done)

    here = {c.id for c in world.rows(Case) if c.left_at is None}
    assert here == {c.id for c in world.rows(Case, Case.door_id == case.door_id)}
    assert {kept["case"] for kept in answer["kept"]} == {str(case_id) for case_id in here}
    assert all("đã có người ghi việc" in kept["why"] for kept in answer["kept"])
    check_ledger(world)


def test_moves_and_values_of_a_newer_list_are_put_back(world, office):
    office.bring("L3", [person(1), person(2)])
    world.go_to("2025-05-16 08:00")
    done = office.bring("L1", [person(1, name="Nguyễn Văn Khác")], as_of="2025-05-16 07:00")

    answer = undo(world, office, done)

    assert answer["kept"] == []
    assert {c.state for c in world.rows(Case) if c.left_at is None} == {"no_account"}
    [person_1] = world.rows(Subject, Subject.value_version == 3)
    assert (person_1.name, person_1.account) == ("Nguyễn Văn Thử B", "none")
    columns = values_of(person_1)
    assert person_1.mac == mac_of(office.vault, person_1.id, 3, columns)
    check_ledger(world)


def test_undoing_is_refused_with_a_sentence(world, office):
    done = office.bring("L1", [person(1)])
    with pytest.raises(NotPermitted):
        undo(world, office, done, by="an")
    with pytest.raises(BadInput, match="lý do"):
        undo(world, office, done, reason=" ")
    undo(world, office, done)
    with pytest.raises(AlreadyDecided):
        undo(world, office, done)
