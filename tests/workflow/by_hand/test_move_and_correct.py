"""A household that moves, a person who changes house, and values put right: each an event, nothing lost."""

import pytest

from tests.workflow.by_hand.test_add import AN, add, area_of, in_new_home
from tests.workflow.roster_apply.lists import person, values_of
from tests.workflow.roster_apply.test_import_roster import check_ledger
from workflow.actions.add_door import DoorInput
from workflow.actions.correct_person import correct_person
from workflow.actions.move_household import move_household, move_person
from workflow.actions.person_input import PersonInput
from workflow.errors import AlreadyDecided, BadInput, NotFound, NotPermitted
from workflow.gateway.personal import PHONE, mac_of, opened
from workflow.tables import Assignment, Case, Door, Event, Subject, SubjectVersion


@pytest.fixture
def home(world, office):
    """A household of two people in the first area, entered before now."""
    office.bring("L1", [person(1, phone="0500000001"), person(2)])
    world.go_to("2025-05-16 08:00")
    return world.rows(Door)[0]


def move(world, office, door, to, by="hai", reason="Hộ đã chuyển nhà"):
    return world.command(by, lambda b, c, a: move_household(b, c, a, office.vault, door.id, to, reason=reason))


def correct(world, office, case, typed, by="hai", reason="Đối chiếu thẻ", **options):
    work = lambda b, c, a: correct_person(b, c, a, office.vault, case.id, typed, reason=reason, **options)  # noqa: E731
    return world.command(by, work)


def test_a_door_goes_to_another_area_and_its_team(world, office, home):
    answer = move(world, office, home, DoorInput(area_of(world, "A2"), "Nguyễn Văn Chủ", "Ngõ 7", "3"))

    moved = world.door(home.id)
    assert moved.area_id == area_of(world, "A2")
    assert moved.team_id != home.team_id
    assert moved.assignee_id is None
    assert answer["transferred"] == len(world.rows(Case)) == len(world.events(Event.kind == "transfer"))
    assert {case.team_id for case in world.rows(Case)} == {moved.team_id}
    assert {subject.area_id for subject in world.rows(Subject)} == {moved.area_id}
    first, second = sorted(world.rows(Assignment), key=lambda given: given.from_no)
    assert (first.to_no is None, second.to_at, second.team_id) == (False, None, moved.team_id)
    check_ledger(world)


def test_another_address_in_the_same_area_transfers_nobody(world, office, home):
    answer = move(world, office, home, DoorInput(home.area_id, "Nguyễn Văn Chủ", "Ngõ 7", "3"))

    assert answer["transferred"] == 0
    assert world.door(home.id).place_sort == "ngo 000007 / 000003"
    assert world.rows(SubjectVersion)[0].values["house_no"] == "1"
    check_ledger(world)


def test_moving_needs_a_reason_both_areas_and_a_free_address(world, office, home):
    there = DoorInput(area_of(world, "A2"), "Nguyễn Văn Chủ", "Ngõ 7", "3")
    with pytest.raises(BadInput, match="lý do"):
        move(world, office, home, there, reason=" ")
    with pytest.raises(NotPermitted):
        move(world, office, home, there, by="an")  # leads the first area's team only
    with pytest.raises(NotFound):
        move(world, office, home, there, by="em")
    add(world, office, in_new_home(world, area="A2", lane="Ngõ 7", house_no="3"))
    with pytest.raises(BadInput, match="nơi đến đã có hộ này"):
        move(world, office, home, there)
    check_ledger(world)


def test_a_person_goes_to_another_door_with_all_their_cases(world, office, home):
    other = add(world, office, in_new_home(world, area="A2"))
    who = world.rows(Case, Case.door_id == home.id)[0].subject_id
    [target] = world.rows(Door, Door.id != home.id)

    answer = world.command("hai", lambda b, c, a: move_person(b, c, a, who, target.id, reason="Về ở với con"))

    assert str(target.id) == other["door"]
    theirs = world.rows(Case, Case.subject_id == who)
    assert answer["transferred"] == len(theirs)
    assert {case.door_id for case in theirs} == {target.id}
    assert (world.door(home.id).open_cases, world.door(target.id).open_cases) == (1, 2)
    with pytest.raises(BadInput, match="đã ở hộ đó"):
        world.command("hai", lambda b, c, a: move_person(b, c, a, who, target.id, reason="x"))
    check_ledger(world)


def test_a_correction_keeps_the_earlier_version_and_no_state_changes(world, office, home):
    case = next(c for c in world.rows(Case, Case.track == "path"))
    before = world.case(case.id)

    answer = correct(world, office, case, PersonInput(name="Nguyễn Thị Đúng", sex="Nữ", phone=""), value_version=1)

    known = world.rows(Subject, Subject.id == case.subject_id)[0]
    [earlier], [note] = world.rows(SubjectVersion), world.events(Event.kind == "note")
    assert answer["changed"] == note.data["changed"]
    assert set(answer["changed"]) >= {"name", "sex"}
    assert (known.name, known.sex, known.phone_index, known.value_version) == ("Nguyễn Thị Đúng", "female", None, 2)
    assert earlier.values["sex"] == "male"
    assert earlier.ledger_no == note.ledger_no
    assert "Đúng" not in str(note.data)  # the ledger names what changed, never the value
    columns = values_of(known)
    assert known.mac == mac_of(office.vault, known.id, 2, columns)
    after = world.case(case.id)
    assert (after.state, after.version, after.state_version) == (before.state, before.version, before.state_version)


def test_a_correction_is_refused_with_a_sentence(world, office, home):
    one, two = sorted(world.rows(Case, Case.track == "path"), key=lambda case: case.id)
    with pytest.raises(BadInput, match="đã có người mang số này"):
        correct(world, office, one, PersonInput(id_number="999085000002", sex="Nam"))
    with pytest.raises(BadInput, match="không sửa ở đây"):
        correct(world, office, one, PersonInput(account="m1"))
    with pytest.raises(BadInput, match="lý do"):
        correct(world, office, one, PersonInput(phone="0500000009"), reason="")
    with pytest.raises(NotPermitted):
        correct(world, office, one, PersonInput(id_number="999085000009"), by="binh")
    with pytest.raises(NotFound):
        correct(world, office, one, PersonInput(name="Lê Thị Lạ"), by="em")
    correct(world, office, two, PersonInput(phone="0500000009"))
    with pytest.raises(AlreadyDecided):
        correct(world, office, two, PersonInput(phone="0500000008"), value_version=1)
    known = world.rows(Subject, Subject.id == two.subject_id)[0]
    assert opened(office.vault, world.unit_id, PHONE, known.phone_cipher, known.phone_index) == "0500000009"
    assert correct(world, office, two, PersonInput(phone="0500000009"))["changed"] == []


def test_adding_after_a_visit_takes_the_doors_attempts_along(world, office, home):
    from tests.workflow.by_hand.test_add import NewPerson
    from workflow.actions.record_visit import Finding, VisitReport, record_visit

    report = VisitReport(home.id, world.clock.now(), (Finding("nobody_home"),))
    world.command("an", lambda b, c, a: record_visit(b, c, a, report))
    add(world, office, NewPerson(AN, door_id=home.id))
    office.bring("L1", [person(8)], as_of="2025-05-16 07:00")

    assert {case.attempts for case in world.rows(Case, Case.track == "path")} == {1}
    check_ledger(world)
