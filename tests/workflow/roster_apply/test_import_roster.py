"""A list from file to ledger: what it makes, what it counts, and that it does so once."""

from collections import Counter

from sqlalchemy import func, select

from rules.time import at
from tests.workflow.roster_apply.lists import AS_OF, person, values_of, write_list
from workflow.gateway.personal import ID_NUMBER, PHONE, mac_of, opened
from workflow.tables import (
    NOBODY,
    Assignment,
    Case,
    Door,
    Event,
    ListEntry,
    Rollup,
    RosterFile,
    RosterRow,
    Subject,
    SubjectVersion,
    UnitHead,
)  # fmt: skip


def counts(done):
    return (done.counts.rows, done.counts.created, done.counts.updated, done.counts.unchanged, done.counts.rejected)


def cells_now(world):
    """Sum the roll-ups of each calendar and compare with the cases themselves."""
    told = {}
    for basis in "rh":
        sums = Counter()
        for row in world.rows(Rollup, Rollup.basis == basis):
            sums[row.track, row.area_id, row.team_id, row.state, row.stage, row.unnamed] += row.n
        told[basis] = {key: n for key, n in sums.items() if n}
    cases = Counter(
        (c.track, c.area_id, c.team_id or NOBODY, c.state, c.stage, c.unnamed)
        for c in world.rows(Case)
        if c.left_at is None
    )
    assert told["r"] == told["h"] == dict(cases)
    return cases


def check_ledger(world):
    """Numbers without gaps, versions that count the events of a case, doors that know their open cases."""
    events = world.events()
    assert [event.ledger_no for event in events] == list(range(1, len(events) + 1))
    assert world.rows(UnitHead)[0].ledger_no == len(events)
    by_case = Counter(event.case_id for event in events if event.case_id)
    assert {case.id: case.version for case in world.rows(Case)} == dict(by_case)
    open_cases = Counter(case.door_id for case in world.rows(Case) if case.is_open and case.left_at is None)
    assert {door.id: door.open_cases for door in world.rows(Door)} == {d.id: open_cases[d.id] for d in world.rows(Door)}
    cells_now(world)


def test_people_become_subjects_doors_and_cases_where_the_list_says(world, office):
    people = [
        person(1, relation="Chủ hộ", phone="0500000001"),
        person(2),
        person(3, house="Số 2, Ngõ 1", head="Lê Văn Hai"),
    ]

    done = office.bring("L1", people, area="A1")

    assert counts(done) == (3, 3, 0, 0, 0)
    doors, cases = world.rows(Door), world.rows(Case, Case.track == "path")
    assert len(doors) == 2
    assert {door.place_sort for door in doors} == {"ngo 000001 / 000001", "ngo 000001 / 000002"}
    assert {case.state for case in cases} == {"activated"}
    assert len(cases) == 3
    assert {case.entered_at for case in cases} == {at(AS_OF)}  # when the list says so, not when it was typed in
    assert {door.team_id for door in doors} == {given.team_id for given in world.rows(Assignment)} != {None}
    assert len(world.rows(Assignment)) == 2
    assert len(world.rows(ListEntry)) == 3
    assert len(world.rows(Case, Case.track == "health_insurance")) == 3  # tracks beside the path
    assert not world.rows(RosterRow)  # nobody stays in staging
    check_ledger(world)


def test_what_is_stored_can_be_opened_and_carries_its_mac(world, office):
    office.bring("L1", [person(1, phone="0500000001")])

    [known] = world.rows(Subject, Subject.kind == "person")

    assert opened(office.vault, world.unit_id, ID_NUMBER, known.id_cipher, known.id_index) == "999085000001"
    assert opened(office.vault, world.unit_id, PHONE, known.phone_cipher, known.phone_index) == "0500000001"
    columns = values_of(known)
    assert known.mac == mac_of(office.vault, known.id, 1, columns)


def test_the_same_file_twice_changes_nothing(world, office, tmp_path):
    path = write_list(tmp_path / "again.xlsx", [person(1), person(2, id="12345")])
    first = office.bring_file(path, "L1")
    before = world.events()

    second = office.bring_file(path, "L1")

    assert (counts(first), counts(second)) == ((2, 1, 0, 0, 1), (2, 0, 0, 1, 1))
    assert second.status == "already"
    assert "không có gì thay đổi" in second.message
    assert len(world.events()) == len(before)
    assert len(world.rows(RosterFile)) == 1


def test_the_same_people_in_another_file_are_unchanged(world, office):
    office.bring("L1", [person(1), person(2)])
    before = len(world.events())

    done = office.bring("L1", [person(2, name="NGUYỄN VĂN THỬ C"), person(1, birth="1985")], as_of="2025-05-14 07:00")

    assert counts(done) == (2, 0, 0, 2, 0)
    assert len(world.events()) == before
    check_ledger(world)


def test_a_newer_list_changes_values_and_keeps_the_earlier_ones(world, office):
    office.bring("L1", [person(1, phone="0500000001"), person(2)])
    world.go_to("2025-05-16 08:00")

    done = office.bring(
        "L1", [person(1, name="Nguyễn Văn Khác", phone="0500000002"), person(2)], as_of="2025-05-16 07:00"
    )

    assert counts(done) == (2, 0, 1, 1, 0)
    [changed] = world.rows(Subject, Subject.name == "Nguyễn Văn Khác")
    [note] = world.events(Event.kind == "note")
    [earlier] = world.rows(SubjectVersion)
    assert opened(office.vault, world.unit_id, PHONE, changed.phone_cipher, changed.phone_index) == "0500000002"
    assert (note.about_id, note.cause, note.data["changed"]) == (changed.id, "roster", ["name", "phone"])
    assert (earlier.value_version, earlier.ledger_no, earlier.values["name"]) == (1, note.ledger_no, "Nguyễn Văn Thử B")
    columns = values_of(changed)
    assert changed.mac == mac_of(office.vault, changed.id, 2, columns)
    check_ledger(world)


def test_a_further_account_moves_the_case_by_the_paths_own_step(world, office):
    office.bring("L3", [person(1), person(2)])
    office.bring("L2", [person(3)])
    world.go_to("2025-05-16 08:00")

    done = office.bring("L1", [person(1), person(3)], as_of="2025-05-16 07:00")

    assert counts(done) == (2, 0, 2, 0, 0)
    moves = world.events(Event.kind == "move")
    assert sorted(event.move for event in moves) == ["activate", "activate_at_once"]
    assert {(event.cause, event.happened_at) for event in moves} == {("roster", at("2025-05-16 07:00"))}
    states = Counter(case.state for case in world.rows(Case, Case.track == "path"))
    assert states == {"activated": 2, "no_account": 1}
    assert len(world.rows(Case, Case.track == "health_insurance")) == 2  # they have come to belong to it
    check_ledger(world)


def test_a_list_never_takes_an_account_away(world, office):
    office.bring("L1", [person(1)])

    done = office.bring("L3", [person(1)])

    assert counts(done) == (1, 0, 0, 1, 0)
    assert [finding.check for finding in done.findings if finding.check == "lesser_account"]
    assert world.rows(Subject, Subject.kind == "person")[0].account == "activated"


def test_who_moved_house_is_transferred_and_stays_one_case(world, office):
    office.bring("L1", [person(1), person(2)])
    world.go_to("2025-05-16 08:00")

    there = person(1, area="Tổ dân phố 2", house="Số 9, Ngõ 4", head="Trần Thị Mới")
    done = office.bring("L1", [there, person(2)], as_of="2025-05-16 07:00")

    assert counts(done) == (2, 0, 1, 1, 0)
    transfers = world.events(Event.kind == "transfer")
    assert {event.track for event in transfers} == {case.track for case in world.rows(Case)}
    assert len(transfers) == 4
    teams = {case.team_id for case in world.rows(Case)}
    assert len(teams) == 2
    assert len(world.rows(Door)) == 2
    check_ledger(world)


def test_a_changed_head_at_the_same_address_is_the_same_household(world, office):
    office.bring("L1", [person(1), person(2)])

    done = office.bring(
        "L1", [person(1, head="Phạm Thị Mới"), person(3, head="Phạm Thị Mới")], as_of="2025-05-14 07:00"
    )

    assert counts(done) == (2, 1, 0, 1, 0)
    assert len(world.rows(Door)) == 1
    assert len(world.rows(Case, Case.track == "path")) == 3
    check_ledger(world)


def test_without_a_number_people_are_known_by_name_birth_and_household(world, office):
    office.bring("L1", [person(1, id="")])

    done = office.bring("L1", [person(1), person(2, id="", name="Nguyễn Văn Thử B", birth="07/09/1990")])

    assert counts(done) == (2, 1, 1, 0, 0)  # the number is new; another birth is another person
    assert len(world.rows(Subject, Subject.kind == "person")) == 2


def test_conflicts_are_handed_back_with_a_reason(world, office, tmp_path):
    office.bring("L1", [person(1), person(2), person(5, id="")])
    rejects = tmp_path / "rejects.xlsx"
    other = person(1, name="Trần Văn Lạ", birth="01/01/1970")
    twin = person(9, name="Nguyễn Văn Thử C")
    unknown = person(4, area="Tổ dân phố 17")

    path = write_list(tmp_path / "conflicts.xlsx", [other, twin, unknown, person(5, id="", birth="1985"), person(5)])
    done = office.bring_file(path, "L1", rejects=rejects)

    assert counts(done) == (5, 0, 0, 1, 4)
    assert [each.row for each in done.rejections] == [2, 3, 4, 6]
    assert rejects.exists()
    assert "họ tên và ngày sinh khác" in done.rejections[0].reason
    assert "số ĐDCN khác" in done.rejections[1].reason
    assert "Tổ dân phố 17" in done.rejections[2].reason
    assert "cùng một người" in done.rejections[3].reason


def test_an_area_without_a_team_is_a_warning_and_nobody_is_lost(world, office):
    from workflow.tables import TeamArea

    with world.store.write() as session:
        session.execute(TeamArea.__table__.delete())

    done = office.bring("L1", [person(1)])

    assert [f.numbers["doors"] for f in done.findings if f.check == "no_team"] == [1]
    assert world.rows(Door)[0].team_id is None
    assert not world.rows(Assignment)
    check_ledger(world)


def test_missing_from_a_complete_list_is_told_and_nobody_removed(world, office):
    office.bring("L1", [person(1), person(2)], area="A1", complete=True)

    done = office.bring("L1", [person(2)], area="A1", complete=True, as_of="2025-05-14 07:00")

    assert [f.numbers["people"] for f in done.findings if f.check == "missing_from_list"] == [1]
    assert len(world.rows(Case, Case.track == "path", Case.left_at.is_(None))) == 2


def test_many_files_one_after_another_keep_the_sums(world, office):
    for number in range(4):
        office.bring(
            "L1" if number % 2 else "L3",
            [person(n, house=f"Số {n % 3}, Ngõ {number % 2}") for n in range(number, number + 5)],
        )

    with world.store.read() as session:
        doubled = session.execute(
            select(Case.subject_id, Case.track).group_by(Case.subject_id, Case.track).having(func.count() > 1)
        ).all()
    assert not doubled
    check_ledger(world)
