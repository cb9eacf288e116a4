"""A paper list opened as a number, named one by one: figures mark the places until they have a name."""

import uuid

import pytest

from tests.workflow.by_hand.test_add import area_of
from tests.workflow.roster_apply.test_import_roster import cells_now, check_ledger
from workflow.actions.add_door import DoorInput
from workflow.actions.name_unnamed import name_unnamed
from workflow.actions.open_unnamed import open_unnamed
from workflow.actions.person_input import PersonInput
from workflow.errors import AlreadyDecided, BadInput, NotPermitted
from workflow.tables import Case, Door, Event, Subject, UnnamedTotal

BA = PersonInput(name="Lê Thị Ba", birth="1960", sex="Nữ", id_number="999160000003")


def open_places(world, office, total=5, by="hai", **options):
    work = lambda b, c, a: open_unnamed(b, c, a, office.vault, area_id=area_of(world), total=total, **options)  # noqa: E731
    return world.command(by, work)


def name(world, office, case, typed=BA, by="hai", **where):
    where = where or {"home": DoorInput(area_of(world), "Lê Thị Ba", "Ngõ 2", "8")}
    return world.command(by, lambda b, c, a: name_unnamed(b, c, a, office.vault, case.id, typed, **where))


def test_places_are_counted_and_marked(world, office):
    answer = open_places(world, office)

    cases = world.rows(Case)
    assert len(cases) == 5
    assert all(case.unnamed for case in cases)
    assert {str(case.door_id) for case in cases} == {answer["door"]}
    assert world.rows(UnnamedTotal)[0].total == 5
    assert all(event.data["unnamed"] for event in world.events(Event.kind == "enter"))
    assert {key[-1] for key in cells_now(world)} == {True}
    check_ledger(world)


def test_naming_moves_the_case_home_and_out_of_the_unnamed_cell(world, office):
    open_places(world, office)
    case = world.rows(Case)[2]
    world.go_to("2025-05-17 08:00")

    answer = name(world, office, case)

    named = world.case(case.id)
    assert (named.unnamed, str(named.door_id), named.state) == (False, answer["door"], case.state)
    subject = world.rows(Subject, Subject.id == case.subject_id)[0]
    assert (subject.name, subject.unnamed, subject.birth_on) == ("Lê Thị Ba", False, "1960")
    [note] = world.events(Event.kind == "note", Event.case_id == case.id)
    assert note.data["unnamed"] is False
    assert sum(n for key, n in cells_now(world).items() if key[-1]) == 4
    placeholder = world.door(case.door_id)
    assert placeholder.open_cases == 4
    check_ledger(world)


def test_a_place_is_named_behind_a_known_door_once(world, office):
    open_places(world, office, total=2)
    first, second = world.rows(Case)
    answer = name(world, office, first)

    other = PersonInput(name="Lê Văn Con", birth="1990", id_number="999090000004")
    name(world, office, second, other, door_id=uuid.UUID(answer["door"]))

    assert {case.door_id for case in world.rows(Case)} == {uuid.UUID(answer["door"])}
    with pytest.raises(AlreadyDecided):
        name(world, office, first)
    check_ledger(world)


def test_bad_naming_is_a_sentence_and_changes_nothing(world, office):
    open_places(world, office, total=2)
    first, second = world.rows(Case)
    name(world, office, first)
    before = len(world.events())

    with pytest.raises(BadInput, match="đã có người mang số này"):
        name(world, office, second)
    with pytest.raises(BadInput, match="địa bàn khác"):
        name(world, office, second, PersonInput(name="Lê Văn Xa"), home=DoorInput(area_of(world, "A2"), "X"))
    with pytest.raises(BadInput, match="thiếu họ tên"):
        name(world, office, second, PersonInput())

    assert len(world.events()) == before


@pytest.mark.parametrize("total", [0, -3, 5001])
def test_a_total_that_cannot_be_is_refused(world, office, total):
    with pytest.raises(BadInput, match="Số người"):
        open_places(world, office, total=total)
    assert not world.rows(Door)


def test_only_those_of_the_area_open_it(world, office):
    with pytest.raises(NotPermitted):
        open_places(world, office, by="dung")
    with pytest.raises(BadInput, match="không nằm trên đường đi"):
        open_places(world, office, state="army")
    with pytest.raises(BadInput, match="gói quy tắc không có"):
        open_places(world, office, track="nope")
