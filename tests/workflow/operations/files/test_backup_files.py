"""Files handed in as evidence go into the archive, whole or named as lacking."""

import errno
import io
import os
import tracemalloc

import pytest

from tests.workflow.operations.conftest import NOW, PASSPHRASE, UNIT
from tests.workflow.operations.files.evidence import (
    ALL,
    DECISION,
    LIST,
    PICTURE,
    a_task,
    bring_back,
    contents,
    hand_in,
    named,
    whys,
)
from workflow.operations import named_files as named_files_module
from workflow.operations import restore_files as restore_files_module
from workflow.operations.archive import check_archive, open_archive
from workflow.operations.backup import backup
from workflow.operations.envelope import EnvelopeWriter
from workflow.operations.errors import (
    CannotWrite,
)
from workflow.store import Store


def test_each_file_that_a_row_names_is_in_the_archive_once_and_nothing_else_of_the_folder(full):
    with open_archive(full, PASSPHRASE) as archive:
        names = [name for name in archive._zip.namelist() if name.startswith("files/")]

    manifest = check_archive(full, PASSPHRASE)
    assert sorted(names) == sorted(f"files/{sha256}" for sha256 in ALL)
    assert {(file.sha256, file.size) for file in manifest.whole_files} == {
        (named(content), len(content)) for content in (DECISION, PICTURE, LIST)
    }
    assert (manifest.format, manifest.faults) == (2, [])


def test_a_missing_file_is_named_with_everything_it_is_evidence_of_and_stops_nothing(made, uploads, place, tmp_path):
    (uploads / named(DECISION)).unlink()

    manifest = made()

    [fault] = manifest.faults
    assert (fault.why, fault.sha256) == ("missing", named(DECISION))
    assert [(use.unit, use.campaign, use.file, use.label) for use in fault.uses] == [
        ("phuong-hai", "dot-1", "QĐ chung.pdf", "Ban hành quyết định"),
        ("phuong-thu", "dot-1", "Quyết định 12.pdf", "Ban hành quyết định"),
    ]
    assert check_archive(tmp_path / "a.tnb", PASSPHRASE) == manifest
    done = bring_back(tmp_path / "a.tnb", place)
    assert (done.files, done.faults) == (2, [fault])
    assert set(contents(place[1])) == ALL - {named(DECISION)}


def test_a_file_given_to_two_tasks_names_both(made, uploads):
    (uploads / named(LIST)).unlink()

    assert [use.label for use in made().faults[0].uses] == ["Ban hành quyết định", "Tuyên truyền"]


def test_a_folder_that_is_gone_or_was_never_given_is_told_file_by_file(store, uploads, tmp_path):
    given = backup(store, tmp_path / "a.tnb", PASSPHRASE, now=NOW, uploads=tmp_path / "absent")
    not_given = backup(store, tmp_path / "b.tnb", PASSPHRASE, now=NOW)

    assert whys(given) == whys(not_given) == dict.fromkeys(ALL, "missing")


def longer(path):
    path.write_bytes(PICTURE + b"more")


def another_of_the_same_size(path):
    path.write_bytes(b"x" * len(PICTURE))


def a_pipe(path):
    path.unlink()
    os.mkfifo(path)


def a_folder(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("harm", "why", "is_held"),
    [
        (longer, "altered", False),
        (another_of_the_same_size, "altered", True),
        (a_pipe, "altered", False),
        (a_folder, "unreadable", False),
    ],
)
def test_a_file_that_is_not_what_was_handed_in_is_named_and_not_restored(
    made, uploads, place, tmp_path, harm, why, is_held
):
    harm(uploads / named(PICTURE))

    manifest = made()

    assert whys(manifest) == {named(PICTURE): why}
    assert [file.sha256 for file in manifest.files if not file.is_whole] == [named(PICTURE)] * is_held
    assert check_archive(tmp_path / "a.tnb", PASSPHRASE) == manifest
    assert bring_back(tmp_path / "a.tnb", place).files == 2
    assert set(contents(place[1])) == ALL - {named(PICTURE)}


def test_a_disk_that_fails_in_the_middle_of_a_file_leaves_an_archive_that_opens(
    made, uploads, place, tmp_path, monkeypatch
):
    class Failing(io.FileIO):
        def read(self, size=-1):
            if self.tell():
                raise OSError(errno.EIO, "Input/output error")
            return super().read(size)

    def opened(path, mode, opener):
        return (Failing if path.name == named(LIST) else open)(path, mode, opener=opener)

    monkeypatch.setattr(named_files_module, "open", opened, raising=False)
    monkeypatch.setattr(named_files_module, "PIECE", 40)

    manifest = made()

    assert whys(manifest) == {named(LIST): "unreadable"}
    assert [file.size for file in manifest.files if not file.is_whole] == [40]
    assert check_archive(tmp_path / "a.tnb", PASSPHRASE) == manifest
    assert bring_back(tmp_path / "a.tnb", place).files == 2


def test_a_disk_that_is_full_while_files_are_copied_is_a_refusal_and_no_fault_of_a_file(made, tmp_path, monkeypatch):
    write = EnvelopeWriter.write

    def full(self, data):
        if bytes(data) == PICTURE:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(EnvelopeWriter, "write", full)

    with pytest.raises(CannotWrite, match="đĩa đã đầy"):
        made()

    assert not list(tmp_path.glob("*.tnb")) + list(tmp_path.glob(".*.part"))


def test_a_file_handed_in_after_the_snapshot_is_not_in_it(url, store, uploads, made, tmp_path):
    other, done = Store(url), []

    def disturb(_name, _rows):
        if not done:
            done.append(True)
            with other.write() as session:
                hand_in(session, uploads, a_task(session, UNIT, "Việc sau"), b"later", "Sau.pdf", 7)

    manifest = made(progress=disturb)
    other.dispose()

    assert done
    assert {file.sha256 for file in manifest.files} == ALL
    assert check_archive(tmp_path / "a.tnb", PASSPHRASE) == manifest


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_many_files_take_no_more_memory_than_one(store, uploads, tmp_path):
    size, count = 1 << 20, 24
    with store.write() as session:
        for number in range(count):
            hand_in(session, uploads, a_task(session, UNIT, f"Việc {number}"), os.urandom(size), f"{number}.pdf")

    tracemalloc.start()
    try:
        manifest = backup(store, tmp_path / "a.tnb", PASSPHRASE, now=NOW, uploads=uploads)
        with open_archive(tmp_path / "a.tnb", PASSPHRASE) as archive:
            archive.check()
            with restore_files_module.restored_files(archive, tmp_path / "new", verify=True, progress=None) as files:
                _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(manifest.whole_files) == files == count + 3
    assert peak < count * size / 3
