"""A list in two steps, in different requests or processes: checked now, applied once, with the counts that somebody agreed to."""

import io
from collections import Counter
from pathlib import Path

import pytest
import xlsxwriter

from rules.time import DAY, at
from tests.workflow.by_hand.test_add import AN, add, in_new_home
from tests.workflow.roster_apply.lists import AS_OF, person, write_list
from tests.workflow.roster_apply.test_import_roster import check_ledger, counts
from workflow.actions.apply_roster import apply_roster, discard_roster
from workflow.actions.hand_in_roster import hand_in_roster
from workflow.actions.undo_import import undo_import
from workflow.clock import SystemClock
from workflow.errors import AlreadyDecided, BadInput, NotFound, NotPermitted
from workflow.queries.roster_files import count_roster_files, roster_file, roster_files
from workflow.roster.archive import SheetRefused
from workflow.roster.check import check_roster
from workflow.roster.declare import Declaration
from workflow.roster.results import Counts
from workflow.roster.shown import checked
from workflow.roster.uploads import KEPT_FOR, Uploads
from workflow.tables import Door, RosterFile, RosterRow, Subject

SAID = Declaration("L1", at(AS_OF))


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path / "uploads" / "rosters")


@pytest.fixture
def hand_in(world, office, uploads, tmp_path):
    written = {}  # a workbook holds when it was written: the same people are the same bytes here

    def bring(people, *, by="hai", declaration=SAID, name="Danh sách.xlsx"):
        if repr(people) not in written:
            written[repr(people)] = write_list(tmp_path / "sent.xlsx", people).read_bytes()
        content = written[repr(people)]
        return hand_in_roster(
            office.tools, uploads, world.context(), world.actor(by), io.BytesIO(content), declaration, file_name=name
        )

    return bring


@pytest.fixture
def settle(world, office):
    def apply(file_id, seen, *, by="hai", key=None):
        return world.command(
            by,
            lambda b, c, a: apply_roster(b, c, a, office.vault, file_id, seen=seen),
            key=key,
            request={"apply": str(file_id)},
        )

    return apply


def shown(world, uploads, file_id, by="hai"):
    with world.store.read() as session:
        file = roster_file(session, world.context(), world.actor(by), file_id)
    return file, checked(file, uploads)


def test_a_clean_list_is_ready_and_comes_in_once(world, hand_in, settle, uploads):
    done = hand_in([person(1), person(2, house="Số 2, Ngõ 1", head="Lê Văn Hai")])

    file, said = shown(world, uploads, done.file_id)
    assert (said.answer, file.status, tuple(file.counts), file.moved) == ("ready", "judged", (2, 2, 0, 0, 0), 0)
    assert not world.events()

    first = settle(done.file_id, done.counts, key="once")
    again = settle(done.file_id, done.counts, key="once")
    anew = settle(done.file_id, done.counts, key="another")

    assert first["status"] == "applied"
    assert first["counts"] == done.counts.as_dict()
    assert again == first
    assert (anew["status"], anew["counts"]["unchanged"]) == ("already", 2)
    file, _ = shown(world, uploads, done.file_id)
    assert (file.status, file.applied_at, tuple(file.counts)) == ("applied", world.clock.now(), (2, 2, 0, 0, 0))
    assert not world.rows(RosterRow)
    check_ledger(world)


def test_what_was_agreed_to_is_what_is_written_or_nothing_is(world, office, hand_in, settle, uploads):
    done = hand_in([person(777, name=AN.name, phone=""), person(2)])
    add(world, office, in_new_home(world))  # meanwhile somebody adds the first of them by hand
    before = len(world.events())

    changed = settle(done.file_id, done.counts)

    assert (changed["status"], len(world.events())) == ("changed", before)
    file, _ = shown(world, uploads, done.file_id)
    assert (file.status, file.moved, file.counts.created, file.counts.rows) == ("judged", 0, 1, 2)

    agreed = settle(done.file_id, Counts(*file.counts))

    assert agreed["status"] == "applied"
    assert agreed["counts"] == Counts(*file.counts).as_dict()
    assert len(world.rows(Subject, Subject.kind == "person")) == 2
    check_ledger(world)


def test_a_ledger_that_moved_without_changing_the_account_stops_nobody(world, hand_in, settle):
    done = hand_in([person(1)])
    world.household(["Trần Văn Khác"], area="A2", lane="Ngõ 9")

    assert settle(done.file_id, done.counts)["status"] == "applied"


def test_conflicts_that_come_up_at_the_second_look_replace_those_of_the_first(world, office, hand_in, settle, uploads):
    done = hand_in([person(1, name="Lạ Thị Mặt", birth="01/01/1970"), person(2), person(3, id="12345")])
    office.bring("L1", [person(1)])  # now the first row's number is somebody else's

    changed = settle(done.file_id, done.counts)

    file, said = shown(world, uploads, done.file_id)
    assert (changed["status"], tuple(file.counts)) == ("changed", (3, 1, 0, 0, 2))
    assert [(each.cell, each.known) for each in said.rejections] == [("dòng 2", "other_person"), ("E4", "")]
    assert sum(finding.check == "row_conflicts" for finding in said.findings) == 1


def test_rows_with_wrong_cells_are_named_and_the_rest_comes_in(world, hand_in, settle, uploads):
    done = hand_in(
        [person(1), person(2, birth="31/02/1985"), person(3, name="Ba @ 1"), person(4, area="Tổ dân phố 17")]
    )

    file, said = shown(world, uploads, done.file_id)

    assert (said.answer, tuple(file.counts)) == ("cells", (4, 1, 0, 0, 3))
    assert [(each.cell, each.value) for each in said.rejections] == [
        ("C3", "31/02/1985"), ("B4", "Ba @ 1"), ("F5", "Tổ dân phố 17"),
    ]  # fmt: skip
    assert all(each.reason and each.todo for each in said.rejections)
    assert settle(done.file_id, done.counts)["counts"] == {
        "rows": 4, "created": 1, "updated": 0, "unchanged": 0, "rejected": 3,
    }  # fmt: skip
    _, after = shown(world, uploads, done.file_id)
    assert after.rejections == said.rejections


def test_a_row_with_several_faults_is_one_row_with_all_of_them(world, hand_in, settle, uploads):
    bad = person(1, name="", birth="31/02/1985", id="12345", area="Tổ dân phố 17")
    done = hand_in([bad, person(2)])

    file, said = shown(world, uploads, done.file_id)

    assert tuple(file.counts) == (2, 1, 0, 0, 1)
    assert [each.cell for each in said.rejections] == ["B2", "C2", "E2", "F2"]
    assert settle(done.file_id, done.counts)["counts"]["rejected"] == 1


def test_a_complete_list_says_whom_it_leaves_out_before_it_is_applied(world, hand_in, settle, uploads):
    first = hand_in([person(number) for number in range(1, 5)])
    settle(first.file_id, first.counts)
    complete = Declaration("L1", at("2025-05-13 18:00"), complete=True)
    partial = hand_in([person(1)], declaration=Declaration("L1", at("2025-05-13 18:00")))
    done = hand_in([person(1), person(2, birth="31/02/1985")], declaration=complete)

    def left_out(file_id):
        _, said = shown(world, uploads, file_id)
        return [finding.numbers["people"] for finding in said.findings if finding.check == "missing_from_list"]

    assert (left_out(partial.file_id), left_out(done.file_id)) == ([], [3])
    settle(done.file_id, done.counts)
    assert left_out(done.file_id) == [3]


def test_columns_are_asked_for_with_what_was_meant(world, office, settle, uploads):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        rows = [
            ("STT", "Họ và tên", "Số ĐDCM", "Giới tính", "Sở thích"),
            ("1", "Nguyễn Văn An", "999085000001", "Nam", "x"),
        ]
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell)
    content.seek(0)

    done = hand_in_roster(
        office.tools, uploads, world.context(), world.actor("hai"), content, SAID, file_name="cot.xlsx"
    )

    file, said = shown(world, uploads, done.file_id)
    assert (said.answer, file.status) == ("columns", "refused")
    told = Counter(finding.check for finding in said.columns)
    assert told["column_missing"] == 3
    assert told["column_unknown"] == 2
    [repair] = [repair for finding in said.columns for repair in finding.repairs]
    assert (repair["printed"], repair["proposed"]) == ("Số ĐDCM", "Số ĐDCN")
    with pytest.raises(BadInput):
        settle(done.file_id, done.counts)
    assert not world.events()


def test_a_list_without_a_row_to_take_is_not_applied(world, hand_in, settle):
    done = hand_in([person(1, birth="31/02/1985")])

    assert counts(done) == (1, 0, 0, 0, 1)
    with pytest.raises(BadInput, match="không có dòng nào"):
        settle(done.file_id, done.counts)


def test_the_same_bytes_are_said_to_be_the_same(world, hand_in, settle, uploads):
    first = hand_in([person(1)])
    settle(first.file_id, first.counts)

    again = hand_in([person(1)])
    otherwise = hand_in([person(1)], declaration=Declaration("L3", at(AS_OF)))

    assert (again.status, again.file_id) == ("already", first.file_id)
    _, said = shown(world, uploads, otherwise.file_id)
    assert [finding.check for finding in said.findings if finding.check == "same_bytes"]
    assert len(world.rows(RosterFile)) == 2


def test_handing_in_again_puts_the_newer_check_in_the_place_of_the_older(world, hand_in, settle):
    older, newer = hand_in([person(1)]), hand_in([person(1)])

    with pytest.raises(AlreadyDecided):
        settle(older.file_id, older.counts)
    assert {row.file_id for row in world.rows(RosterRow)} == {newer.file_id}
    assert settle(newer.file_id, newer.counts)["status"] == "applied"


def test_a_check_that_was_overtaken_stages_nothing_more(world, office, tmp_path):
    path = write_list(tmp_path / "list.xlsx", [person(1), person(2)])

    def meanwhile(_rows: int) -> None:
        if len(world.rows(RosterFile)) == 1:
            check_roster(office.tools, world.context(), path, SAID)

    with pytest.raises(AlreadyDecided, match="gửi lại ở nơi khác"):
        check_roster(office.tools, world.context(), path, SAID, on_progress=meanwhile)

    assert Counter(file.status for file in world.rows(RosterFile)) == {"discarded": 1, "judged": 1}
    assert len(world.rows(RosterRow)) == 2


def test_a_discarded_file_stays_on_record_without_its_people(world, hand_in, settle):
    done = hand_in([person(1)])

    world.command("hai", lambda b, c, a: discard_roster(b, c, a, done.file_id))

    assert not world.rows(RosterRow)
    assert world.rows(RosterFile)[0].status == "discarded"
    with pytest.raises(AlreadyDecided):
        settle(done.file_id, done.counts)
    with pytest.raises(AlreadyDecided):
        world.command("hai", lambda b, c, a: discard_roster(b, c, a, done.file_id))


def test_what_was_applied_cannot_be_discarded(world, hand_in, settle):
    done = hand_in([person(1)])
    settle(done.file_id, done.counts)

    with pytest.raises(AlreadyDecided, match="đã nhập"):
        world.command("hai", lambda b, c, a: discard_roster(b, c, a, done.file_id))
    assert world.rows(RosterFile)[0].status == "applied"


@pytest.mark.parametrize("login", ["an", "binh", "giang", "khanh"])
def test_for_everybody_else_there_are_no_files(world, hand_in, settle, uploads, login):
    done = hand_in([person(1)])
    actor = world.actor(login)

    with pytest.raises(NotPermitted):
        hand_in([person(2)], by=login)
    with world.store.read() as session:
        for read in (roster_files, count_roster_files):
            with pytest.raises(NotFound):
                read(session, world.context(), actor)
    with pytest.raises(NotFound):
        shown(world, uploads, done.file_id, by=login)
    with pytest.raises(NotFound):
        settle(done.file_id, done.counts, by=login)
    with pytest.raises(NotFound):
        world.command(login, lambda b, c, a: discard_roster(b, c, a, done.file_id))
    assert world.rows(RosterFile)[0].status == "judged"


def test_another_units_file_is_absent(worlds, world, office, hand_in):
    there = worlds()
    done = hand_in([person(1)])

    with there.store.read() as session, pytest.raises(NotFound):
        roster_file(session, there.context(), there.actor("hai"), done.file_id)
    with pytest.raises(NotFound):
        there.command("hai", lambda b, c, a: apply_roster(b, c, a, office.vault, done.file_id, seen=done.counts))


def test_the_list_of_files_has_the_four_counts_newest_first(world, hand_in, settle):
    first = hand_in([person(1), person(2, id="1")])
    settle(first.file_id, first.counts)
    world.go_to("2025-05-14 09:00")
    second = hand_in([person(3)])

    with world.store.read() as session:
        files = roster_files(session, world.context(), world.actor("hai"))
        told = count_roster_files(session, world.context(), world.actor("hai"))

    assert [file.id for file in files] == [second.file_id, first.file_id]
    assert [(file.status, tuple(file.counts)) for file in files] == [
        ("judged", (1, 1, 0, 0, 0)), ("applied", (2, 1, 0, 0, 1)),
    ]  # fmt: skip
    assert files[0].uploaded_by == "Đỗ Văn Hải"
    assert told == {"judged": 1, "applied": 1}


def test_undoing_keeps_the_numbers_of_what_stayed(world, office, hand_in, settle, uploads):
    done = hand_in([person(1), person(2, house="Số 2, Ngõ 1", head="Lê Văn Hai")])
    settle(done.file_id, done.counts)
    world.go_to("2025-05-15 09:00")
    [door, *_] = sorted({row.id for row in world.rows(Door)})
    world.visit("hai", door, "nobody_home")

    answer = world.command("hai", lambda b, c, a: undo_import(b, c, a, office.vault, done.file_id, reason="Nhầm tệp"))

    file, _ = shown(world, uploads, done.file_id)
    undone = file.findings["undone"]
    assert (file.status, file.applied_at) == ("undone", None)
    assert undone["voided"] == answer["voided"] > 0
    assert sum(undone["kept"].values()) == len(answer["kept"]) > 0
    assert all("đã có người ghi việc" in why for why in undone["kept"])


def test_files_lie_under_made_up_names_for_their_owner_alone_and_not_for_ever(world, office, hand_in, uploads):
    done = hand_in([person(1, id="12345")], name="Nguyễn Văn Thử 999085000001.xlsx")

    kept = sorted(uploads.folder.iterdir())
    assert [each.name for each in kept] == [f"{done.file_id.hex}.json", f"{done.file_id.hex}.rows"]
    assert {each.stat().st_mode & 0o777 for each in kept} == {0o600}
    assert "Nguyễn".encode() not in kept[1].read_bytes()
    assert uploads.folder.stat().st_mode & 0o777 == 0o700
    assert world.rows(RosterFile)[0].file_name == "danh-sach.xlsx"

    now = SystemClock().now()
    uploads.tidy(now=now)
    assert uploads.handed_back(done.file_id)
    uploads.tidy(now=now + KEPT_FOR + DAY)
    assert uploads.handed_back(done.file_id) is None
    assert uploads.as_sent(done.file_id, office.vault) is None
    file, said = shown(world, uploads, done.file_id)
    assert (said.complete, said.answer, file.counts.rejected) == (False, "cells", 1)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"PK\x03\x04 this is no archive", "a.xlsx", "hỏng"),
        (b"", "a.xlsx", "rỗng"),
        (b"x" * (20 * 1024 * 1024 + 1), "a.xlsx", "20 MB"),
        (b"a;b", "a.csv", "csv"),
        (b"", "", "Chưa chọn tệp"),
    ],
)
def test_what_is_no_list_leaves_nothing_behind(world, office, uploads, content, name, said):
    with pytest.raises(SheetRefused, match=said):
        hand_in_roster(
            office.tools, uploads, world.context(), world.actor("hai"), io.BytesIO(content), SAID, file_name=name
        )

    assert not uploads.folder.exists() or not list(uploads.folder.iterdir())
    assert not world.rows(RosterRow)
    assert not world.events()
