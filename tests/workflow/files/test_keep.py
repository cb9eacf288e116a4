"""Bytes lie under their hash, readable by their owner only, whole or not at all."""

import hashlib
import os
from pathlib import Path

import pytest

from tests.workflow.files import files
from workflow.errors import NotConfigured, NotFound
from workflow.files import FileStore


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "instance" / "uploads")


def test_a_file_comes_back_as_it_was_handed_in(store: FileStore) -> None:
    name = store.put(files.PDF)

    assert name == hashlib.sha256(files.PDF).hexdigest()
    assert store.read(name) == files.PDF
    assert [path.name for path in store.folder.iterdir()] == [name]


def test_only_its_owner_reads_it(store: FileStore) -> None:
    path = store.folder / store.put(files.PDF)

    assert path.stat().st_mode & 0o777 == 0o600
    assert store.folder.stat().st_mode & 0o777 == 0o700


def test_the_same_bytes_twice_are_one_file(store: FileStore) -> None:
    first = store.put(files.PDF)
    written_at = (store.folder / first).stat().st_mtime_ns

    assert store.put(files.PDF) == first
    assert (store.folder / first).stat().st_mtime_ns == written_at


@pytest.mark.parametrize("name", ["", "..", "../keys.json", "a" * 63, "A" * 64, "/etc/passwd", "0" * 64])
def test_a_name_that_is_no_hash_of_ours_leads_nowhere(store: FileStore, name: str) -> None:
    store.put(files.PDF)
    (store.folder.parent / "keys.json").write_text("{}")

    with pytest.raises(NotFound):
        store.read(name)


def test_a_file_that_was_changed_on_disk_is_not_handed_out(store: FileStore) -> None:
    name = store.put(files.PDF)
    (store.folder / name).write_bytes(files.PDF + b"more")

    with pytest.raises(NotFound):
        store.read(name)


def test_a_file_that_was_changed_on_disk_is_mended_by_handing_it_in_again(store: FileStore) -> None:
    name = store.put(files.PDF)
    (store.folder / name).write_bytes(b"")

    assert store.put(files.PDF) == name
    assert store.read(name) == files.PDF


def test_a_write_that_fails_leaves_nothing_behind_and_says_what_to_do(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(files.PDF)

    def no_space(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(NotConfigured, match="Báo người phụ trách"):
        store.put(files.png())

    assert len(list(store.folder.iterdir())) == 1
