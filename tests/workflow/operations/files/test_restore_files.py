"""Files come back into a new, empty folder, or not at all."""

import errno
import stat

import pytest

from tests.databases import new_database
from tests.workflow.operations.conftest import NOW, PASSPHRASE
from tests.workflow.operations.files.evidence import (
    ALL,
    DECISION,
    LIST,
    PICTURE,
    bring_back,
    contents,
    named,
)
from tests.workflow.operations.test_backup_and_restore import tables_in
from workflow.files import FileStore
from workflow.operations import restore_files as restore_files_module
from workflow.operations.errors import (
    CannotWrite,
    RestoredOtherwise,
    TargetNotEmpty,
)
from workflow.operations.restore import restore


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_files_come_back_byte_for_byte_readable_by_their_owner_only(full, into, tmp_path):
    folder = tmp_path / "new_uploads"
    done = bring_back(full, (new_database(into, tmp_path, "restored"), folder))

    assert contents(folder) == {named(content): content for content in (DECISION, PICTURE, LIST)}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert (done.files, done.faults, done.verified) == (3, [], True)
    assert FileStore(folder).read(named(PICTURE)) == PICTURE


def test_progress_counts_files_both_ways(made, place, tmp_path):
    out, back = [], []

    made(progress=lambda *told: out.append(told))
    bring_back(tmp_path / "a.tnb", place, progress=lambda *told: back.append(told))

    assert [told for told in out if told[0] == "files"] == [("files", 1), ("files", 2), ("files", 3)]
    assert [told for told in back if told[0] == "files"] == [("files", 1), ("files", 2), ("files", 3)]


@pytest.mark.parametrize("there", ["rosters/a.xlsx", named(PICTURE), ".hidden"])
def test_a_folder_with_anything_in_it_is_not_restored_into(full, place, there):
    (place[1] / there).parent.mkdir(parents=True)
    (place[1] / there).write_bytes(b"mine")

    with pytest.raises(TargetNotEmpty, match="đã có tệp"):
        bring_back(full, place)

    assert (place[1] / there).read_bytes() == b"mine"
    assert [path for path in place[1].rglob("*") if path.is_file()] == [place[1] / there]
    assert tables_in(place[0]) == []


def test_a_file_that_appears_meanwhile_is_not_overwritten(full, place):
    def disturb(name, number):
        if (name, number) == ("files", 2):
            (place[1] / max(ALL)).write_bytes(b"mine")  # files come in the order of their names

    with pytest.raises(TargetNotEmpty, match="đã có tệp"):
        bring_back(full, place, progress=disturb)

    assert contents(place[1]) == {max(ALL): b"mine"}


def test_an_empty_folder_is_used_and_stays_when_the_restoration_fails(full, place, url):
    place[1].mkdir()

    with pytest.raises(TargetNotEmpty, match=r"đã có \d+ bảng"):
        bring_back(full, (url, place[1]))
    assert contents(place[1]) == {}

    assert bring_back(full, place).files == 3


def test_a_database_that_refuses_takes_the_files_away_again(full, place, url):
    with pytest.raises(TargetNotEmpty, match=r"đã có \d+ bảng"):
        bring_back(full, (url, place[1]))

    assert not place[1].exists()


def test_a_disk_that_fills_up_while_files_come_back_leaves_nothing(full, place, monkeypatch):
    calls = []

    def no_space(_handle):
        calls.append(1)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(restore_files_module.os, "fsync", no_space)

    with pytest.raises(CannotWrite, match="đĩa đã đầy"):
        bring_back(full, place)

    assert not place[1].exists()
    assert tables_in(place[0]) == []


def test_a_place_that_is_a_file_or_has_no_parent_is_refused(full, place, tmp_path):
    (tmp_path / "plain").write_bytes(b"mine")

    with pytest.raises(TargetNotEmpty):
        bring_back(full, (place[0], tmp_path / "plain"))
    with pytest.raises(CannotWrite, match="không có thư mục"):
        bring_back(full, (place[0], tmp_path / "absent" / "uploads"))


def test_a_file_that_reads_back_otherwise_undoes_the_whole_restoration(full, place):
    def disturb(name, number):
        if (name, number) == ("files", 3):
            (place[1] / named(PICTURE)).write_bytes(b"")

    with pytest.raises(RestoredOtherwise, match=named(PICTURE)):
        bring_back(full, place, progress=disturb)

    assert not place[1].exists()
    assert tables_in(place[0]) == []


def test_without_a_place_for_files_rows_come_back_alone(full, place):
    assert restore(full, PASSPHRASE, place[0], now=NOW).files == 0
    assert not place[1].exists()
