"""Adding a household or a person by hand: the same result as from a list, and a sentence for whatever cannot be."""

import uuid

import pytest
from sqlalchemy import select

from rules.time import at
from tests.workflow.roster_apply.lists import AS_OF, names_of, person
from tests.workflow.roster_apply.test_import_roster import check_ledger
from workflow.actions.add_door import DoorInput, add_door
from workflow.actions.add_person import NewPerson, add_person
from workflow.actions.person_input import PersonInput
from workflow.errors import BadInput, NotFound, NotPermitted, OutsideWindow
from workflow.tables import Area, Assignment, Case, Door, Event, Subject

AN = PersonInput(
    name="Nguyễn Văn Mới", birth="05/03/1985", sex="Nam", id_number="999 085 000 777", phone="+84500000123",
    account="đã kích hoạt", residence="thường trú",
)  # fmt: skip


def area_of(world, code="A1"):
    with world.store.read() as session:
        return session.scalar(select(Area.id).where(Area.unit_id == world.unit_id, Area.code == code))


def add(world, office, new, by="hai", **options):
    return world.command(
        by, lambda book, context, actor: add_person(book, context, actor, office.vault, new, **options)
    )


def in_new_home(world, typed=AN, *, area="A1", head="Nguyễn Văn Chủ", lane="Ngõ 1", house_no="1"):
    return NewPerson(typed, home=DoorInput(area_of(world, area), head=head, lane=lane, house_no=house_no))


def test_a_door_added_by_hand_stands_in_the_queue_of_the_areas_team(world):
    answer = world.command(
        "an", lambda b, c, a: add_door(b, c, a, DoorInput(area_of(world), "Lê Thị Hai", "Ngõ 3", "12A"))
    )

    [door] = world.rows(Door)
    assert str(door.id) == answer["door"]
    assert door.place_sort == "ngo 000003 / 000012a"
    assert [given.team_id for given in world.rows(Assignment)] == [door.team_id] != [None]
    assert [event.kind for event in world.events()] == ["note"]
    check_ledger(world)


def test_a_person_added_by_hand_is_as_one_from_a_list(world, office):
    world.go_to("2025-05-15 08:00")
    office.bring("L1", [person(1, name=AN.name, phone="0500000123")], as_of="2025-05-15 08:00")

    add(
        world,
        office,
        in_new_home(
            world,
            PersonInput(
                name=AN.name,
                birth="05/03/1985",
                sex="Nam",
                relation="Con",
                account="m2",
                phone="0500000123",
                id_number="999085000777",
            ),
            house_no="2",
        ),
    )

    listed, added = sorted(world.rows(Subject, Subject.kind == "person"), key=lambda subject: subject.created_at)
    ignored = {"id", "household_id", "id_cipher", "id_index", "phone_cipher", "mac", "created_at"}
    for name in names_of(Subject) - ignored:
        assert getattr(listed, name) == getattr(added, name), name
    one, other = ({case.track: case for case in world.rows(Case, Case.subject_id == s.id)} for s in (listed, added))
    ignored = {"id", "subject_id", "door_id", "created_at"}
    for track in one.keys() | other.keys():
        for name in names_of(Case) - ignored:
            assert getattr(one[track], name) == getattr(other[track], name), (track, name)
    columns = ("track", "state", "stage", "area_id", "team_id", "happened_at", "version", "data")
    entered = [tuple(getattr(e, name) for name in columns) for e in world.events(Event.kind == "enter")]
    assert sorted(entered[:4]) == sorted(entered[4:])
    assert len(entered) == 8
    check_ledger(world)


def test_a_person_is_added_behind_a_known_door(world, office):
    office.bring("L1", [person(1)])
    [door] = world.rows(Door)

    answer = add(world, office, NewPerson(AN, door_id=door.id), by="binh", happened_at=at(AS_OF) + 1)

    assert answer["door"] == str(door.id)
    assert "path" in answer["cases"]
    assert world.door(door.id).open_cases == 2
    check_ledger(world)


def test_numbers_are_sealed_and_text_is_composed(world, office):
    add(
        world,
        office,
        in_new_home(
            world,
            PersonInput(
                name="  Nguye\u0302\u0303n  Va\u0306n B ", birth="1956", account="m2", id_number="999056000001"
            ),
        ),
    )

    [known] = world.rows(Subject, Subject.kind == "person")
    assert (known.name, known.name_fold, known.birth_on, known.sex) == ("Nguyễn Văn B", "nguyen van b", "1956", "male")
    assert b"999056000001" not in known.id_cipher
    assert len(known.id_index) == 16


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "Họ và tên: thiếu họ tên"),
        ({"name": "An 2"}, "chữ số hoặc ký tự lạ"),
        ({"name": "Nguyễn\0Văn"}, "ký tự không lưu được"),
        ({"name": "An " * 60}, "dài quá"),
        ({"birth": "31/02/1985"}, "không có trên lịch"),
        ({"birth": "01/01/2099"}, "Ngày sinh"),
        ({"id_number": "12345"}, "không đủ hoặc thừa chữ số"),
        ({"phone": "abc"}, "không phải số điện thoại"),
        ({"sex": "khác"}, "không hiểu “khác”"),
        ({"account": "chả biết"}, "không hiểu"),
        ({"residence": "tạm vắng"}, "không thuộc diện"),
    ],
)
def test_what_cannot_be_used_is_a_sentence_and_changes_nothing(world, office, changed, said):
    from dataclasses import replace

    with pytest.raises(BadInput, match=said):
        add(world, office, in_new_home(world, replace(AN, **changed)))

    assert not world.events()
    assert not world.rows(Subject)
    assert not world.rows(Door)


def test_somebody_known_is_not_added_twice(world, office):
    answer = add(world, office, in_new_home(world))

    with pytest.raises(BadInput, match="đã có người mang số này"):
        add(world, office, in_new_home(world, house_no="9"))
    with pytest.raises(BadInput, match="đã có hộ này"):
        add(world, office, in_new_home(world, PersonInput(name="Lê Thị Ba", account="m2")))
    same = PersonInput(name="NGUYEN VAN MOI", birth="1985-03-05", account="m2")
    with pytest.raises(BadInput, match="trùng họ tên và ngày sinh"):
        add(world, office, NewPerson(same, door_id=uuid.UUID(answer["door"])))
    check_ledger(world)


def test_only_who_works_there_may_add(world, office):
    with pytest.raises(NotPermitted):
        add(world, office, in_new_home(world), by="em")  # a member of the other team
    with pytest.raises(NotPermitted):
        add(world, office, in_new_home(world), by="khanh")
    with pytest.raises(NotFound):
        add(world, office, NewPerson(AN, home=DoorInput(uuid.uuid4(), "A")))
    with pytest.raises(NotFound):
        add(world, office, NewPerson(AN, door_id=uuid.uuid4()))
    with pytest.raises(BadInput, match="chưa ghi chủ hộ"):
        add(world, office, in_new_home(world, head="", lane="", house_no=""))


def test_nobody_enters_in_the_future_or_after_the_end(world, office):
    with pytest.raises(OutsideWindow):
        add(world, office, in_new_home(world), happened_at=at("2025-05-15 08:00"))
    world.go_to("2025-08-01 08:00")
    with pytest.raises(OutsideWindow):
        add(world, office, in_new_home(world))
