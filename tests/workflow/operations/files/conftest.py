"""An installation in which evidence was handed in, a backup of it, and a new place to restore into; on both databases."""

from functools import cache

import pytest

from tests.databases import new_database
from tests.workflow.operations.conftest import NOW, PASSPHRASE, lived_in
from tests.workflow.operations.files.evidence import hand_in_all
from workflow.operations.backup import backup
from workflow.store import Store


@pytest.fixture
def uploads(store, tmp_path):
    """The upload folder of an installation in which evidence was handed in."""
    folder = tmp_path / "instance" / "uploads"
    with store.write() as session:
        hand_in_all(session, folder)
    return folder


@pytest.fixture
def made(store, uploads, tmp_path):
    """Back up into a new archive; return the manifest."""

    def make(name="a.tnb", **options):
        return backup(store, tmp_path / name, PASSPHRASE, now=NOW, uploads=uploads, **options)

    return make


@cache
def filled_backup(kind, folder):
    """The bytes of an archive with three files in it: made once, copied into every test that only reads it."""
    store, uploads = Store(lived_in(kind, folder, "handed_in")), folder / kind / "uploads"
    with store.write() as session:
        hand_in_all(session, uploads)
    backup(store, folder / f"{kind}-files.tnb", PASSPHRASE, now=NOW, uploads=uploads)
    store.dispose()
    return (folder / f"{kind}-files.tnb").read_bytes()


@pytest.fixture
def full(kind, backups, tmp_path):
    """An archive with three files in it."""
    path = tmp_path / "full.tnb"
    path.write_bytes(filled_backup(kind, backups))
    return path


@pytest.fixture
def place(kind, tmp_path):
    """A new, empty place: the address of a database and a folder that is not there yet."""
    return new_database(kind, tmp_path, "restored"), tmp_path / "new_uploads"
