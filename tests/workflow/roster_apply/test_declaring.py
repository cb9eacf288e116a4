"""What a file is said to be, what is judged again, and files that are refused: a sentence each, nothing changed."""

from pathlib import Path

import pytest

from rules.time import at
from tests.workflow.by_hand.test_add import AN, add, in_new_home
from tests.workflow.roster_apply.lists import AS_OF, Office, person, write_list
from tests.workflow.roster_apply.test_import_roster import check_ledger, counts
from workflow.errors import AlreadyDecided, BadInput, NotFound, NotPermitted
from workflow.roster.apply import Counts, apply_roster, check_roster, discard_roster
from workflow.roster.archive import SheetRefused
from workflow.roster.declare import Declaration
from workflow.tables import Case, RosterFile, RosterRow, Subject


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"list_code": "L9"}, "không có danh sách “L9”"),
        ({"list_code": "l1"}, "có phải “L1” không"),
        ({"area": "A9"}, "đơn vị không có mã “A9”"),
        ({"as_of": "2025-05-14 09:00"}, "ở sau giờ hiện tại"),
    ],
)
def test_a_declaration_that_makes_no_sense_is_refused(world, office, declared, said):
    values = {"list_code": "L1", **declared}

    with pytest.raises(BadInput, match=said):
        office.bring(values.pop("list_code"), [person(1)], **values)

    assert not world.rows(RosterFile)
    assert not world.events()


def test_an_instant_of_the_future_is_told_to_the_minute(world, office):
    world.clock.move_to(at("2025-05-24 15:44:15.148079"))

    with pytest.raises(BadInput, match=r"10:00 ngày 1/1/2099 ở sau giờ hiện tại .15:44 ngày 24/5/2025.;"):
        office.bring("L1", [person(1)], as_of="2099-01-01 10:00")


def test_the_same_file_declared_otherwise_says_what_differs(world, office, tmp_path):
    path = write_list(tmp_path / "again.xlsx", [person(1)])
    office.bring_file(path, "L1", as_of="2025-05-13 17:00", area="A1")

    def told(list_code, as_of, **declared):
        declaration = Declaration(list_code, at(as_of), **declared)
        checked = check_roster(office.tools, world.context(), path, declaration, actor=world.actor("hai"))
        return next(finding.message for finding in checked.findings if finding.check == "same_bytes")

    later = told("L1", "2025-05-13 17:01", area="A1")
    assert "khi đó ghi chốt lúc 17:00 ngày 13/5/2025. Kiểm tra" in later
    other = told("L2", "2025-05-13 17:00", complete=True)
    assert "khi đó ghi danh sách L1, ghi địa bàn khác, ghi là danh sách một phần. Kiểm tra" in other


def test_only_the_coordinator_imports(world, office):
    with pytest.raises(NotPermitted):
        office.bring("L1", [person(1)], by="an")


def test_what_is_no_spreadsheet_is_refused_and_leaves_nothing(world, office, tmp_path):
    fake = tmp_path / "fake.xlsx"
    fake.write_bytes(b"PK\x03\x04 this is no archive")
    for path in (fake, tmp_path / "absent.xlsx", tmp_path / "list.csv"):
        with pytest.raises(SheetRefused):
            office.bring_file(path, "L1")
    assert not world.rows(RosterRow)
    assert not world.events()


def test_a_file_without_the_needed_columns_is_not_applied(world, office, tmp_path):
    import xlsxwriter

    path = tmp_path / "columns.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([("STT", "Họ và tên", "Giới tính"), ("1", "Nguyễn Văn An", "Nam")]):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell)

    done = office.bring_file(path, "L1")

    assert done.status == "refused"
    assert any(finding.severity == "error" for finding in done.findings)
    assert not world.events()
    with pytest.raises(BadInput):
        apply_roster(office.tools, world.context(), done.file_id)


def test_a_check_changes_nothing_and_is_judged_again_when_the_ledger_moved(world, office, tmp_path):
    path = write_list(tmp_path / "list.xlsx", [person(777, name=AN.name, phone=""), person(2)])
    checked = check_roster(office.tools, world.context(), path, Declaration("L1", at(AS_OF)))
    assert counts(checked) == (2, 2, 0, 0, 0)
    assert not world.events()

    add(world, office, in_new_home(world))  # meanwhile somebody adds the first of them by hand
    done = apply_roster(office.tools, world.context(), checked.file_id)

    assert counts(done)[:2] == (2, 1)
    assert len(world.rows(Subject, Subject.kind == "person")) == 2
    with pytest.raises(NotFound):
        apply_roster(office.tools, world.context(), world.unit_id)
    check_ledger(world)


def test_a_discarded_file_is_gone_from_staging(world, office, tmp_path):
    path = write_list(tmp_path / "list.xlsx", [person(1)])
    checked = check_roster(office.tools, world.context(), path, Declaration("L1", at(AS_OF)))

    discard_roster(world.store, world.unit_id, checked.file_id)

    assert not world.rows(RosterRow)
    assert world.rows(RosterFile)[0].status == "discarded"
    with pytest.raises(AlreadyDecided):
        apply_roster(office.tools, world.context(), checked.file_id)


def test_a_whole_list_needs_to_tell_each_account(world, office):
    done = office.bring(
        "all", [person(1, account="Đã kích hoạt"), person(2, account=""), person(3, account="chưa có mức 2")]
    )

    assert counts(done) == (3, 2, 0, 0, 1)
    assert {case.state for case in world.rows(Case, Case.track == "path")} == {"activated", "no_account"}


def test_people_outside_the_population_are_known_but_have_no_case(world, office):
    done = office.bring("all", [person(1, account="chưa có", birth="01/01/2020", id="")])

    assert counts(done) == (1, 1, 0, 0, 0)
    assert "outside_population" in {finding.check for finding in done.findings}
    assert not world.rows(Case)


def test_the_four_counts_always_add_up():
    with pytest.raises(AssertionError):
        Counts(rows=3, created=1, updated=1)


def test_households_themselves_can_be_on_a_list(worlds, tmp_path: Path):
    world = worlds("phan-loai-rac-2026", starts="2026-03-05 08:00")
    office = Office(world, tmp_path)
    homes = [person(n, id="", house=f"Số {n}, Ngõ 1", head="") for n in (1, 2)]

    done = office.bring("HO", homes, as_of="2026-03-04 08:00")
    again = office.bring("HO", homes, as_of="2026-03-05 07:00")

    assert counts(done) == (2, 2, 0, 0, 0)
    assert counts(again) == (2, 0, 0, 2, 0)
    assert {subject.kind for subject in world.rows(Subject)} == {"household"}
    assert len(world.rows(Case)) == 2
    check_ledger(world)
