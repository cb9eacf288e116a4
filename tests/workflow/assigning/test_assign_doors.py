"""Who goes where: by rule, evenly, in walking order, once; or because somebody decided."""

import uuid
from collections import Counter
from pathlib import Path

import pytest

from tests.workflow.roster_apply.lists import Office, person
from tests.workflow.roster_apply.test_import_roster import check_ledger
from workflow.actions.assign_doors import DoorFilter, assign_doors, reassign
from workflow.actions.record_visit import Finding, VisitReport, record_visit
from workflow.errors import BadInput, NotFound, NotPermitted
from workflow.tables import Assignment, Case, Door, Event, TeamArea


@pytest.fixture
def office(world, tmp_path: Path) -> Office:
    return Office(world, tmp_path)


@pytest.fixture
def doors(world, office):
    """Seven doors of the first area and two of the second, in no order."""
    near = [
        person(n, house=f"Số {n}, Ngõ {n % 2}", head=f"Chủ {n}".replace(str(n), "ABCDEGHIK"[n]))
        for n in (5, 2, 7, 1, 6, 3, 4)
    ]
    far = [person(10 + n, house=f"Số {n}, Ngõ 9", area="Tổ dân phố 2", head="Chủ Xa") for n in (1, 2)]
    office.bring("L1", near + far)
    return world.rows(Door)


def assign(world, by="hai", **options):
    return world.command(by, lambda b, c, a: assign_doors(b, c, a, **options))


def member(world, login):
    return world.actor(login).membership_id


def blocks(world, team_id):
    mine = sorted((d for d in world.rows(Door) if d.team_id == team_id), key=lambda d: (d.place_sort, d.id))
    return [door.assignee_id for door in mine]


def test_members_get_neighbouring_doors_and_equal_loads(world, doors):
    answer = assign(world)

    team = world.rows(Door, Door.assignee_id == member(world, "em"))[0].team_id
    near = blocks(world, next(d.team_id for d in doors if d.team_id != team))
    assert sorted(Counter(near).values()) == [3, 4]
    assert set(near) == {member(world, "binh"), member(world, "cuong")}
    assert near == sorted(near)  # one block each, members in the order of their ids
    assert answer["to_member"] == 9
    assert answer["skipped"] == {"no_member": 0, "no_team": 0}
    assert {case.assignee_id for case in world.rows(Case)} == {d.assignee_id for d in world.rows(Door)}
    assert len(world.rows(Assignment, Assignment.to_at.is_(None))) == 9
    check_ledger(world)


def test_running_it_twice_changes_nothing(world, doors):
    assign(world)
    before, doors = len(world.events()), [(d.id, d.assignee_id, d.version) for d in world.rows(Door)]

    again = assign(world)

    assert (again["to_team"], again["to_member"]) == (0, 0)
    assert len(world.events()) == before
    assert [(d.id, d.assignee_id, d.version) for d in world.rows(Door)] == doors


def test_later_doors_level_the_loads(world, office, doors):
    assign(world)
    office.bring("L1", [person(20, house="Số 99, Ngõ 99", head="Chủ Mới")], as_of="2025-05-14 07:00")

    assign(world)

    loads = Counter(door.assignee_id for door in world.rows(Door))
    assert loads[member(world, "binh")] == loads[member(world, "cuong")] == 4


def test_doors_of_an_area_that_gets_a_team_later(world, office):
    with world.store.write() as session:
        works = session.execute(TeamArea.__table__.select()).mappings().all()
        session.execute(TeamArea.__table__.delete().where(TeamArea.unit_id == world.unit_id))
    office.bring("L1", [person(1), person(2, area="Tổ dân phố 2")])
    assert assign(world)["skipped"] == {"no_member": 0, "no_team": 2}
    with world.store.write() as session:
        session.execute(TeamArea.__table__.insert(), [dict(row) for row in works if row["unit_id"] == world.unit_id])

    answer = assign(world)

    assert (answer["to_team"], answer["to_member"], answer["skipped"]["no_team"]) == (2, 2, 0)
    assert {given.team_id for given in world.rows(Assignment, Assignment.to_at.is_(None))} == {
        d.team_id for d in world.rows(Door)
    }
    check_ledger(world)


def test_a_visit_typed_in_after_the_first_assignment_still_finds_its_place(world, doors):
    world.go_to("2025-05-16 10:00")
    assign(world)
    door = next(d for d in world.rows(Door) if d.assignee_id == member(world, "binh"))
    [case] = world.rows(Case, Case.door_id == door.id, Case.track == "path")
    from rules.time import at

    report = VisitReport(door.id, at("2025-05-16 09:00"), (Finding("took_part", case.id),))
    world.command("binh", lambda b, c, a: record_visit(b, c, a, report))

    assert world.case(case.id).state == "submitted"
    check_ledger(world)


def test_a_leader_hands_doors_over_within_the_team(world, doors):
    assign(world)
    binh, cuong = member(world, "binh"), member(world, "cuong")
    team = world.rows(Door, Door.assignee_id == binh)[0].team_id
    foreign = world.rows(Door, Door.assignee_id == member(world, "em"))[0].id
    mine = [d.id for d in world.rows(Door) if d.team_id == team]
    held = sum(d.assignee_id == cuong for d in world.rows(Door))

    answer = world.command("an", lambda b, c, a: reassign(
        b, c, a, [*mine, foreign, uuid.uuid4()], team_id=team, assignee_id=cuong, reason="Bình nghỉ ốm"))  # fmt: skip

    assert (answer["moved"], answer["skipped"]) == (7 - held, {"already": held, "absent": 2})
    assert set(blocks(world, team)) == {cuong}
    assert {e.data["reason"] for e in world.events(Event.kind == "transfer") if e.data} == {"Bình nghỉ ốm"}
    check_ledger(world)


def test_the_coordinator_gives_a_whole_area_to_the_other_team(world, doors):
    assign(world)
    one, other = (world.rows(Door, Door.assignee_id == member(world, login))[0].team_id for login in ("binh", "em"))

    answer = world.command("hai", lambda b, c, a: reassign(
        b, c, a, DoorFilter(team_id=one), team_id=other, assignee_id=None, reason="Hỗ trợ"))  # fmt: skip

    assert answer["moved"] == 7
    assert {case.team_id for case in world.rows(Case)} == {other}
    check_ledger(world)


def test_handing_over_is_refused_with_a_sentence(world, doors):
    assign(world)
    em, binh = member(world, "em"), member(world, "binh")
    mine = world.rows(Door, Door.assignee_id == binh)[0]

    def give(by, **options):
        values = {"team_id": mine.team_id, "assignee_id": binh, "reason": "x", **options}
        return world.command(by, lambda b, c, a: reassign(b, c, a, [mine.id], **values))

    with pytest.raises(BadInput, match="Người nhận"):
        give("an", assignee_id=em)
    with pytest.raises(BadInput, match="Lý do"):
        give("an", reason="")
    with pytest.raises(NotPermitted):
        give("binh")
    with pytest.raises(NotPermitted):
        give("dung")
    with pytest.raises(NotFound):
        give("hai", team_id=uuid.uuid4())
    with pytest.raises(NotPermitted):
        assign(world, by="an")
    with pytest.raises(NotFound):
        assign(world, team_id=uuid.uuid4())
