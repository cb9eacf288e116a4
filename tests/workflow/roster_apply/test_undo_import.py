"""Undoing an import: everything back, except what somebody built on since; and the file can come again."""

import pytest

from rules.time import at
from tests.workflow.roster_apply.lists import AS_OF, person, values_of, write_list
from tests.workflow.roster_apply.test_import_roster import check_ledger, counts
from workflow.actions.assign_doors import assign_doors
from workflow.actions.correct_person import correct_person
from workflow.actions.person_input import PersonInput
from workflow.actions.record_visit import Finding, VisitReport, record_visit
from workflow.actions.undo_import import undo_import
from workflow.errors import AlreadyDecided, BadInput, NotPermitted
from workflow.gateway.personal import ID_NUMBER, mac_of, opened
from workflow.roster.apply import check_roster
from workflow.roster.declare import Declaration
from workflow.tables import Area, Case, Door, Escalation, Event, Subject
from workflow.verify.run import verify


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


def silence(world):
    """Return whether the silence of each person is open, by anchor."""
    rows = world.rows(Escalation, Escalation.rule_id.in_(("silent-activated", "silent-no-account")))
    return sorted((row.anchor, row.is_open) for row in rows)


def test_whoever_was_silent_before_a_list_that_is_undone_is_silent_again(world, office):
    office.bring("L3", [person(1), person(2)])
    [since] = {case.entered_at for case in world.rows(Case, Case.track == "path")}
    world.go_to("2025-05-18 08:00")
    world.tick()
    assert silence(world) == [(since, True)] * 2
    done = office.bring("L1", [person(1)], as_of="2025-05-18 07:00")
    assert silence(world) == [(since, False), (since, True)]
    world.go_to("2025-05-18 08:30")

    undo(world, office, done)

    assert silence(world) == [(since, True)] * 2
    check_ledger(world)


def test_whoever_comes_again_with_the_list_that_was_undone_is_silent_again(world, office, tmp_path):
    path = write_list(tmp_path / "list.xlsx", [person(1), person(2, house="Số 7, Ngõ 7", head="Lê Thị Ba")])
    done = office.bring_file(path, "L1")
    [since] = {case.entered_at for case in world.rows(Case, Case.track == "path")}
    world.go_to("2025-05-17 08:00")
    world.tick()
    assert silence(world) == [(since, True)] * 2

    undo(world, office, done)
    assert silence(world) == [(since, False)] * 2
    world.go_to("2025-05-17 08:30")
    office.bring_file(path, "L1")

    assert silence(world) == [(since, True)] * 2
    world.go_to("2025-05-18 08:00")
    world.tick()
    levels = {row.level for row in world.rows(Escalation, Escalation.is_open) if row.rule_id == "silent-activated"}
    assert levels == {2}
    check_ledger(world)


WRONG = person(1, name="Trần Thị Nhầm", birth="06/04/1990", sex="Nữ", phone="0500000001")
RIGHT = person(1, birth="05/03/1985")


def people(world):
    return world.rows(Subject, Subject.kind == "person")


def check_all(world, office):
    check_ledger(world)
    with world.store.read() as session:
        assert verify(session, [world.unit_id], vault=office.vault).violations == []


def test_a_corrected_row_is_taken_once_the_wrong_one_is_undone(world, office):
    done = office.bring("L1", [WRONG])
    world.go_to("2025-05-15 09:00")
    undo(world, office, done)

    again = office.bring("L3", [RIGHT])

    assert counts(again) == (1, 0, 1, 0, 0)
    [known] = people(world)
    assert (known.name, known.birth_on, known.sex, known.account) == ("Nguyễn Văn Thử B", "1985-03-05", "male", "none")
    assert known.phone_index is None  # the number was the wrong person's
    assert opened(office.vault, world.unit_id, ID_NUMBER, known.id_cipher, known.id_index) == "999085000001"
    assert {c.state for c in world.rows(Case, Case.track == "path") if c.left_at is None} == {"no_account"}
    check_all(world, office)

    world.go_to("2025-05-15 10:00")
    undo(world, office, again)
    once_more = office.bring("L1", [person(1, name="Lê Văn Đúng", birth="1970", area="Tổ dân phố 2", house="Số 9, Ngõ 9", head="Lê Văn Đúng")])  # fmt: skip
    assert counts(once_more) == (1, 0, 1, 0, 0)
    assert [(one.name, one.birth_on) for one in people(world)] == [("Lê Văn Đúng", "1970")]
    [case] = [c for c in world.rows(Case, Case.track == "path") if c.left_at is None]
    assert world.door(case.door_id).area_id == world.rows(Area, Area.code == "A2")[0].id
    check_all(world, office)


def test_a_wrong_number_is_corrected_once_it_is_undone(world, office):
    done = office.bring("L1", [person(1), person(2)])
    world.go_to("2025-05-15 09:00")
    undo(world, office, done)

    again = office.bring("L1", [person(1, id="999085000077"), person(2)])

    assert counts(again) == (2, 0, 2, 0, 0)
    numbers = {opened(office.vault, world.unit_id, ID_NUMBER, one.id_cipher, one.id_index) for one in people(world)}
    assert numbers == {"999085000077", "999085000002"}
    check_all(world, office)


def test_who_left_any_other_trace_stays_who_they_are(world, office):
    other = {"house": "Số 7, Ngõ 7", "head": "Lê Thị Ba"}
    office.bring("L2", [person(4, house="Số 8, Ngõ 8", head="Lê Thị Tư")])
    done = office.bring("L1", [WRONG, person(3, **other), person(4, house="Số 8, Ngõ 8", head="Lê Thị Tư")])
    world.go_to("2025-05-16 09:00")
    met = next(c for c in world.rows(Case, Case.track == "path") if world.names()[c.subject_id] == "Trần Thị Nhầm")
    report = VisitReport(met.door_id, world.clock.now(), (Finding("took_part", met.id),))
    world.command("an", lambda b, c, a: record_visit(b, c, a, report))
    corrected = next(
        c for c in world.rows(Case, Case.track == "path") if world.names()[c.subject_id] == "Nguyễn Văn Thử D"
    )
    world.command(
        "hai",
        lambda b, c, a: correct_person(
            b, c, a, office.vault, corrected.id, PersonInput(relation="Cháu"), reason="Sửa quan hệ"
        ),
    )
    undo(world, office, done)

    path = write_list(
        office.folder / "again.xlsx",
        [RIGHT, person(3, name="Phạm Văn Khác", birth="1971", **other), person(4, name="Phạm Văn Lạ", birth="1972")],
    )
    again = check_roster(office.tools, world.context(), path, Declaration("L1", at(AS_OF)), actor=world.actor("hai"))

    assert counts(again) == (3, 0, 0, 0, 3)
    assert all("người có họ tên và ngày sinh khác" in row.reason for row in again.rejections)
    check_all(world, office)


def test_undoing_is_refused_with_a_sentence(world, office):
    done = office.bring("L1", [person(1)])
    with pytest.raises(NotPermitted):
        undo(world, office, done, by="an")
    with pytest.raises(BadInput, match="lý do"):
        undo(world, office, done, reason=" ")
    undo(world, office, done)
    with pytest.raises(AlreadyDecided):
        undo(world, office, done)
