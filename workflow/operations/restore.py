"""Bring a backup back into a new, empty place. What is there already is never touched: restore beside it, look, then switch.

Everything is read and compared with the manifest before the first row is written; tables, rows and the proof that they came out
right are one transaction, and files are on the disk before it ends.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.ids import IdSource
from workflow.migrations import migrate
from workflow.operations.archive import Archive, open_archive
from workflow.operations.backup import Progress
from workflow.operations.errors import (
    CannotWrite,
    ManifestMismatch,
    RestoredOtherwise,
    TargetNotEmpty,
    UnknownRevision,
    reason,
)
from workflow.operations.manifest import FileFault, Manifest, Member
from workflow.operations.named_files import named_files
from workflow.operations.restore_files import restored_files
from workflow.operations.rows import dump, load, table_of
from workflow.store import Store
from workflow.tables import Audit, UnitHead

_FOREIGN_KEYS = text(
    "SELECT conrelid::regclass::text AS place, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition "
    "FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY conname"
)


@dataclass(frozen=True)
class Restored:
    """What came back: the archive's manifest, the revision the database stands at now, whether keys came with it, how many files.

    `faults` are the files that rows name and that did not come back as they were handed in, because the archive has none or lacks them.
    """

    manifest: Manifest
    revision: str
    verified: bool
    keys_restored: bool
    files: int
    faults: list[FileFault]


def restore(
    path: Path,
    passphrase: str,
    url: str,
    *,
    now: Instant,
    uploads: Path | None = None,
    key_file: Path | None = None,
    verify: bool = True,
    progress: Progress | None = None,
    ids: IdSource | None = None,
) -> Restored:
    """Restore the backup at `path` into the empty database at `url`, bring it to the newest revision, and note it in the audit.

    `verify` reads every table and file back and compares it with the archive, byte for byte. Files are written to `uploads`, which must
    be empty or not there yet (None leaves them in the archive), keys to `key_file`, which must not exist yet. Raises a refusal of `workflow.operations.errors`; then nothing has been left behind.
    """
    with open_archive(path, passphrase) as archive:
        archive.check()
        if archive.manifest.revision not in migrate.revisions():
            raise UnknownRevision(revision=archive.manifest.revision)
        with_keys = bool(archive.manifest.keys_sha256) and key_file is not None
        with (
            _keys(key_file, archive) if with_keys else nullcontext(),
            restored_files(archive, uploads, verify=verify, progress=progress) if uploads else nullcontext(0) as files,
            _empty_database(url) as connection,
        ):
            _restore_tables(connection, archive, verify=verify, progress=progress)
            migrate.upgrade_connection(connection)
            _note(connection, archive.manifest, now, ids or IdSource())
            faults = _faults(connection, archive.manifest)
        return Restored(archive.manifest, migrate.head(), verify, with_keys, files, faults)


@contextmanager
def _keys(key_file: Path | None, archive: Archive) -> Iterator[None]:
    """Write the archive's keys to a new file, mode 0600; take it away again if the restoration fails."""
    if key_file is None or key_file.exists():
        raise TargetNotEmpty(where=f"đã có tệp khóa {key_file}")
    try:
        with open(os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(archive.keys())
            file.flush()
            os.fsync(file.fileno())
        yield
    except OSError as error:
        key_file.unlink(missing_ok=True)
        raise CannotWrite(path=f"tệp khóa {key_file}", why=reason(error)) from None
    except BaseException:
        key_file.unlink(missing_ok=True)
        raise


@contextmanager
def _empty_database(url: str) -> Iterator[Connection]:
    """Give a connection in one transaction on an empty database; a SQLite file that it made goes away when that fails."""
    store = Store(url)
    made = _new_sqlite_file(store)
    try:
        with store.writer.begin() as connection:
            tables = inspect(connection).get_table_names()
            if tables:
                raise TargetNotEmpty(where=f"cơ sở dữ liệu đã có {len(tables)} bảng")
            yield connection
    except BaseException as error:
        store.dispose()
        if made is not None:
            _remove(made)
        if isinstance(error, DBAPIError):
            raise CannotWrite(path="cơ sở dữ liệu mới", why=str(error.orig).splitlines()[0]) from error
        raise
    store.dispose()


def _new_sqlite_file(store: Store) -> Path | None:
    """Make the SQLite file, mode 0600 before anything stands in it; None if it is there or the database is another."""
    if not store.is_sqlite or not store.url.database:
        return None
    path = Path(store.url.database)
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return None
    except OSError as error:
        raise CannotWrite(path=path, why=reason(error)) from None
    return path


def _remove(database: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def _restore_tables(connection: Connection, archive: Archive, *, verify: bool, progress: Progress | None) -> None:
    migrate.upgrade_connection(connection, archive.manifest.revision)
    with _foreign_keys_last(connection):
        for member in archive.manifest.members:
            _restore_table(connection, archive, member)
            if progress:
                progress(member.table, member.rows)
    if verify:
        for member in archive.manifest.members:
            if _digest(connection, member) != member.sha256:
                raise RestoredOtherwise(what=f"bảng “{member.table}”")


def _restore_table(connection: Connection, archive: Archive, member: Member) -> None:
    try:
        load(connection, table_of(member.table, member.columns), member.columns, archive.lines(member))
    except (ValueError, KeyError, TypeError):
        raise ManifestMismatch(where=member.name, what="có dòng không đúng với các cột của bảng") from None


@contextmanager
def _foreign_keys_last(connection: Connection) -> Iterator[None]:
    """Let rows come in any order, and hold them against every foreign key at the end."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        yield
        return
    keys = connection.execute(_FOREIGN_KEYS).all()
    for key in keys:
        connection.exec_driver_sql(f"ALTER TABLE {key.place} DROP CONSTRAINT {key.name}")
    yield
    for key in keys:
        connection.exec_driver_sql(f"ALTER TABLE {key.place} ADD CONSTRAINT {key.name} {key.definition}")


def _digest(connection: Connection, member: Member) -> str:
    digest = hashlib.sha256()
    for line in dump(connection, table_of(member.table, member.columns), member.key, member.columns):
        digest.update(line)
    return digest.hexdigest()


def _faults(connection: Connection, manifest: Manifest) -> list[FileFault]:
    """Return the files that did not come back; of an archive without files, all that the restored rows name."""
    if manifest.has_files:
        return manifest.faults
    with Session(connection) as session:
        return [FileFault(one.sha256, "not_included", one.uses) for one in named_files(session)]


def _note(connection: Connection, manifest: Manifest, now: Instant, ids: IdSource) -> None:
    """Leave a trace of the restoration in every unit's audit."""
    data = {"backup_made_at": manifest.created_at, "backup_sha256": manifest.sha256(), "rows": manifest.rows}
    with Session(connection) as session:
        for unit_id in session.query(UnitHead.unit_id).order_by(UnitHead.unit_id):
            session.add(Audit(unit_id=unit_id[0], id=ids.new(now), kind="restore", at=now, data=data))
        session.flush()
