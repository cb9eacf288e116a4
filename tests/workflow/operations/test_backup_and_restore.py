"""A backup comes back exactly, into either database, or not at all."""

import errno
import hashlib
import json
import stat
import unicodedata
import zipfile

import pytest
from sqlalchemy import func, inspect, select

from tests.databases import new_database
from tests.workflow.operations.conftest import NOW, PASSPHRASE, UNIT
from workflow.errors import NotConfigured
from workflow.migrations import migrate
from workflow.migrations.guards import missing_guards
from workflow.operations import restore as restore_module
from workflow.operations.archive import MANIFEST, check_archive, open_archive
from workflow.operations.backup import backup, heads_of
from workflow.operations.envelope import EnvelopeWriter
from workflow.operations.errors import (
    AlreadyThere,
    ArchiveDamaged,
    CannotWrite,
    ManifestMismatch,
    NotAnArchive,
    PassphraseTooShort,
    RestoredOtherwise,
    TargetNotEmpty,
    UnknownRevision,
    WrongPassphrase,
)
from workflow.operations.restore import restore
from workflow.operations.rows import load
from workflow.store import Store
from workflow.tables import Audit, Event, Subject
from workflow.vault import Vault


def tables_in(url):
    store = Store(url)
    with store.reader.connect() as connection:
        names = inspect(connection).get_table_names()
    store.dispose()
    return names


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_a_backup_comes_back_into_either_database_byte_for_byte(archive, into, tmp_path):
    url = new_database(into, tmp_path, "restored")

    done = restore(archive, PASSPHRASE, url, now=NOW + 5)

    again = Store(url)
    with again.read() as session:
        assert heads_of(session) == done.manifest.heads
        assert session.scalar(select(Subject.name).where(Subject.kind == "person")) == "Đỗ Thị Ánh 🏠"
        assert [tuple(row) for row in session.execute(select(Audit.kind, Audit.at))] == [("restore", NOW + 5)]
        assert session.scalars(select(Audit.data)).one()["backup_sha256"] == done.manifest.sha256()
        assert missing_guards(session.connection()) == []
    second = backup(again, tmp_path / "b.tnb", PASSPHRASE, now=NOW)
    again.dispose()
    differing = {a.table for a, b in zip(done.manifest.members, second.members, strict=True) if a.sha256 != b.sha256}
    assert differing == {"audits"}  # the note of the restoration, and nothing else
    assert (done.revision, done.verified, done.keys_restored) == (migrate.head(), True, False)


def test_foreign_keys_stand_again_after_a_restoration(archive, kind, tmp_path):
    url = new_database(kind, tmp_path, "restored")
    before = new_database(kind, tmp_path, "plain_head")
    migrate.upgrade(before)
    restore(archive, PASSPHRASE, url, now=NOW)

    def keys(url):
        store = Store(url)
        with store.reader.connect() as connection:
            look = inspect(connection)
            found = {
                (table, tuple(key["constrained_columns"]), key["referred_table"])
                for table in look.get_table_names()
                for key in look.get_foreign_keys(table)
            }
        store.dispose()
        return found

    assert keys(url) == keys(before)
    assert len(keys(url)) > 60


def test_the_manifest_counts_rows_and_names_heads_and_seals(archive):
    manifest = check_archive(archive, PASSPHRASE)

    rows = {member.table: member.rows for member in manifest.members if member.rows}
    assert rows == {"areas": 1, "events": 3, "pack_versions": 1, "seals": 1, "subjects": 2, "unit_heads": 1, "units": 1}
    assert manifest.heads == [
        {"code": "phuong-thu", "ledger_no": 3, "recorded_at": NOW, "seal_no": 1, "sealed_no": 3, "seal": "c0ffee"}
    ]
    assert (manifest.created_at, manifest.revision, manifest.keys_sha256) == (NOW, migrate.head(), None)


def test_a_backup_is_readable_by_its_owner_only_and_holds_no_name_in_the_clear(store, tmp_path):
    archive = tmp_path / "a.tnb"
    backup(store, archive, PASSPHRASE, now=NOW)

    content = archive.read_bytes()
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert "Đỗ Thị Ánh".encode() not in content
    assert b"phuong-thu" not in content
    assert [path.name for path in archive.parent.iterdir() if "part" in path.name] == []


def test_a_passphrase_typed_in_another_unicode_form_opens_it_too(archive):
    assert check_archive(archive, unicodedata.normalize("NFD", PASSPHRASE)).rows == 10


def test_keys_travel_only_when_asked_for(store, archive, tmp_path):
    keys, put_back = tmp_path / "keys.json", tmp_path / "new" / "keys.json"
    put_back.parent.mkdir()
    Vault.create(keys)
    backup(store, tmp_path / "with.tnb", PASSPHRASE, now=NOW, key_file=keys)

    assert not restore(
        archive, PASSPHRASE, new_database("sqlite", tmp_path, "r1"), now=NOW, key_file=put_back
    ).keys_restored
    assert not put_back.exists()
    assert restore(
        tmp_path / "with.tnb", PASSPHRASE, new_database("sqlite", tmp_path, "r2"), now=NOW, key_file=put_back
    ).keys_restored
    assert put_back.read_bytes() == keys.read_bytes()
    Vault.open(put_back)  # refuses a file that others may read


def test_keys_are_never_written_over_others(store, tmp_path):
    keys = tmp_path / "keys.json"
    Vault.create(keys)
    before = keys.read_bytes()
    backup(store, tmp_path / "with.tnb", PASSPHRASE, now=NOW, key_file=keys)
    url = new_database("sqlite", tmp_path, "restored")

    with pytest.raises(TargetNotEmpty, match=r"đã có tệp khóa"):
        restore(tmp_path / "with.tnb", PASSPHRASE, url, now=NOW, key_file=keys)

    assert keys.read_bytes() == before
    assert tables_in(url) == []


def test_a_wrong_passphrase_is_told_apart_and_changes_nothing(archive, kind, tmp_path):
    url = new_database(kind, tmp_path, "restored")

    with pytest.raises(WrongPassphrase, match="Mật khẩu không mở được"):
        restore(archive, PASSPHRASE + ".", url, now=NOW)

    assert tables_in(url) == []


@pytest.mark.parametrize("place", [0, 5, 60, 200, 400, -1, -200])
def test_a_changed_byte_anywhere_is_found(archive, place):
    content = bytearray(archive.read_bytes())
    content[place] ^= 1
    archive.write_bytes(content)

    with pytest.raises((ArchiveDamaged, NotAnArchive, WrongPassphrase)):
        check_archive(archive, PASSPHRASE)


@pytest.mark.parametrize("kept", [0, 10, 100, 300, -1, -5000])
def test_a_file_that_was_cut_off_is_found(archive, kept):
    archive.write_bytes(archive.read_bytes()[:kept])

    with pytest.raises((ArchiveDamaged, NotAnArchive)):
        check_archive(archive, PASSPHRASE)


def test_something_else_and_nothing_at_all_are_refused(tmp_path):
    (tmp_path / "x").write_bytes(b"PK\x03\x04 something else")

    for path in (tmp_path / "x", tmp_path / "absent", tmp_path):
        with pytest.raises(NotAnArchive):
            check_archive(path, PASSPHRASE)


def forged(archive, path, change):
    """The same archive with `change` made to its members, in an envelope that opens with the right passphrase."""
    with open_archive(archive, PASSPHRASE) as opened:
        members = {name: opened._zip.read(name) for name in opened._zip.namelist()}
    change(members)
    with path.open("wb") as file:
        envelope = EnvelopeWriter(file, PASSPHRASE)
        with zipfile.ZipFile(envelope, "w") as zipped:
            for name, content in members.items():
                zipped.writestr(name, content)
        envelope.finish()
    return path


def edited(**changes):
    def change(members):
        members[MANIFEST] = json.dumps({**json.loads(members[MANIFEST]), **changes}).encode()

    return change


def replaced(name, old, new):
    def change(members):
        assert old in members[name]
        members[name] = members[name].replace(old, new)

    return change


MISMATCHES = {
    "a changed row": replaced("tables/events.jsonl", b'"note"', b'"move"'),
    "a removed row": lambda members: members.update(
        {"tables/events.jsonl": b"".join(members["tables/events.jsonl"].splitlines(True)[1:])}
    ),
    "a removed table": lambda members: members.pop("tables/seals.jsonl"),
    "a table that nobody listed": lambda members: members.update({"tables/spies.jsonl": b"[]\n"}),
    "no manifest": lambda members: members.pop(MANIFEST),
    "a manifest that is no JSON": lambda members: members.update({MANIFEST: b"{"}),
    "a manifest of another format": edited(format=3),
    "a manifest without tables": edited(members=[]),
}


@pytest.mark.parametrize("change", MISMATCHES.values(), ids=MISMATCHES)
def test_what_does_not_match_the_manifest_is_refused_and_leaves_nothing(archive, tmp_path, kind, change):
    url = new_database(kind, tmp_path, "restored")

    with pytest.raises(ManifestMismatch, match="không khớp với bản kê"):
        restore(forged(archive, tmp_path / "forged.tnb", change), PASSPHRASE, url, now=NOW)

    assert tables_in(url) == []


def rehashed(name, old, new):
    """Change rows and the manifest's hash with them: only the database itself can object then."""

    def change(members):
        replaced(f"tables/{name}.jsonl", old, new)(members)
        manifest = json.loads(members[MANIFEST])
        for member in manifest["members"]:
            if member["table"] == name:
                member["sha256"] = hashlib.sha256(members[f"tables/{name}.jsonl"]).hexdigest()
        members[MANIFEST] = json.dumps(manifest).encode()

    return change


def test_rows_that_the_database_refuses_leave_nothing_behind(archive, tmp_path, kind):
    orphan = forged(archive, tmp_path / "forged.tnb", rehashed("events", UNIT.hex.encode(), b"f" * 32))
    url = new_database(kind, tmp_path, "restored")

    with pytest.raises(CannotWrite, match="Không ghi được cơ sở dữ liệu mới"):
        restore(orphan, PASSPHRASE, url, now=NOW)

    assert tables_in(url) == []
    leftovers = {path.name for path in tmp_path.iterdir()}
    assert not {"restored.db-wal", "restored.db-shm"} & leftovers


def test_rows_that_do_not_fit_their_columns_are_refused(archive, tmp_path):
    short = forged(archive, tmp_path / "forged.tnb", rehashed("events", b"[", b"[1,"))
    url = new_database("sqlite", tmp_path, "restored")

    with pytest.raises(ManifestMismatch, match="không đúng với các cột"):
        restore(short, PASSPHRASE, url, now=NOW)

    assert not (tmp_path / "restored.db").exists()


def test_rows_that_come_out_otherwise_undo_the_whole_restoration(archive, tmp_path, kind, monkeypatch):
    def load_all_but_one(connection, target, columns, lines):
        kept = list(lines)
        return load(connection, target, columns, kept[:-1] if target.name == "seals" else kept)

    monkeypatch.setattr(restore_module, "load", load_all_but_one)
    url = new_database(kind, tmp_path, "restored")

    with pytest.raises(RestoredOtherwise, match="seals"):
        restore(archive, PASSPHRASE, url, now=NOW)

    assert tables_in(url) == []


def test_a_backup_of_a_newer_release_is_refused(archive, tmp_path):
    newer = forged(archive, tmp_path / "forged.tnb", edited(revision="9999"))

    with pytest.raises(UnknownRevision, match="9999"):
        restore(newer, PASSPHRASE, new_database("sqlite", tmp_path, "restored"), now=NOW)

    assert not (tmp_path / "restored.db").exists()


def test_a_database_of_an_older_revision_is_backed_up_as_it_is(store, tmp_path):
    """Before going up one backs up: columns and tables that only the newest revision has are simply not there."""
    with store.writer.begin() as connection:
        connection.exec_driver_sql("DROP TABLE audits")
        connection.exec_driver_sql("ALTER TABLE areas DROP COLUMN kind")
        connection.exec_driver_sql("CREATE TABLE of_another_program (id INTEGER PRIMARY KEY)")

    manifest = backup(store, tmp_path / "a.tnb", PASSPHRASE, now=NOW)

    columns = {member.table: [name for name, _ in member.columns] for member in manifest.members}
    assert columns["areas"] == ["code", "id", "name", "sort", "unit_id", "valid_from", "valid_to"]
    assert not {"audits", "of_another_program", "alembic_version"} & set(columns)
    assert check_archive(tmp_path / "a.tnb", PASSPHRASE) == manifest


def test_a_database_that_was_never_migrated_is_not_backed_up(tmp_path, kind):
    store = Store(new_database(kind, tmp_path, "empty"))
    store.writer.connect().close()  # SQLite makes the file now

    with pytest.raises(UnknownRevision, match="trống"):
        backup(store, tmp_path / "a.tnb", PASSPHRASE, now=NOW)

    assert not (tmp_path / "a.tnb").exists()
    store.dispose()


def test_a_database_that_is_not_there_is_not_made_by_looking(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'absent.db'}")

    with pytest.raises(NotConfigured, match="Chưa có cơ sở dữ liệu"):
        backup(store, tmp_path / "a.tnb", PASSPHRASE, now=NOW)

    assert list(tmp_path.iterdir()) == []
    store.dispose()


def test_restoring_never_overwrites_a_database(archive, url, store):
    with pytest.raises(TargetNotEmpty, match="không trống"):
        restore(archive, PASSPHRASE, url, now=NOW)

    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 3
        assert session.scalar(select(func.count()).select_from(Audit)) == 0


def test_a_backup_never_overwrites_a_file(store, archive):
    before = archive.read_bytes()

    with pytest.raises(AlreadyThere, match="không bị ghi đè"):
        backup(store, archive, PASSPHRASE, now=NOW)

    assert archive.read_bytes() == before


def test_a_short_passphrase_or_a_missing_folder_is_refused_before_anything_is_written(store, tmp_path):
    with pytest.raises(PassphraseTooShort, match="ít nhất 12"):
        backup(store, tmp_path / "a.tnb", "ngắn", now=NOW)
    with pytest.raises(CannotWrite, match="không có thư mục"):
        backup(store, tmp_path / "absent" / "a.tnb", PASSPHRASE, now=NOW)
    with pytest.raises(CannotWrite, match="khóa"):
        backup(store, tmp_path / "a.tnb", PASSPHRASE, now=NOW, key_file=tmp_path / "absent.json")

    assert [path.name for path in tmp_path.iterdir() if path.name.startswith((".", "a"))] == []


def test_a_full_disk_is_a_sentence_and_leaves_no_half_file(store, tmp_path, monkeypatch):
    def full(_self, _data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(EnvelopeWriter, "write", full)

    with pytest.raises(CannotWrite, match="đĩa đã đầy"):
        backup(store, tmp_path / "a.tnb", PASSPHRASE, now=NOW)

    assert not list(tmp_path.glob("*.tnb")) + list(tmp_path.glob(".*.part"))


def test_a_backup_is_one_snapshot_while_work_goes_on(url, store, tmp_path):
    """A write that commits after the first table was read must not appear in any later table."""

    other, disturbed = Store(url), []

    def disturb(name, _rows):
        if not disturbed:
            disturbed.append(name)
            with other.write() as session:
                session.add(
                    Event(unit_id=UNIT, ledger_no=4, kind="note", cause="person", happened_at=NOW, recorded_at=NOW)
                )

    manifest = backup(store, tmp_path / "a.tnb", PASSPHRASE, now=NOW, progress=disturb)
    other.dispose()

    assert disturbed
    assert {member.table: member.rows for member in manifest.members}["events"] == 3
