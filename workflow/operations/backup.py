"""Back up: every table of one snapshot and the files that its rows name, encrypted, listed by hash, with the ledger heads and newest seals.

The same archive comes out of SQLite and PostgreSQL, so a backup of one can be restored into the other. Work goes on meanwhile:
the snapshot is one read transaction, and files stay what they are once a row names them, so they are copied after it. Keys travel separately unless asked for: whoever finds archive and passphrase must not also
read ID numbers.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, and_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.errors import NotConfigured
from workflow.migrations import migrate
from workflow.operations.archive import KEYS, MANIFEST
from workflow.operations.copy_files import copy_files
from workflow.operations.envelope import EnvelopeWriter
from workflow.operations.errors import AlreadyThere, CannotWrite, UnknownRevision, reason
from workflow.operations.manifest import Manifest, Member
from workflow.operations.named_files import NamedFile, named_files
from workflow.operations.rows import described, dump, table_of
from workflow.store import Store
from workflow.tables import Seal, Unit, UnitHead

Progress = Callable[[str, int], None]
"""Told after each table its name and its rows, and after each file `manifest.FILES` and how many there are so far."""


def backup(
    store: Store,
    path: Path,
    passphrase: str,
    *,
    now: Instant,
    uploads: Path | None = None,
    key_file: Path | None = None,
    progress: Progress | None = None,
) -> Manifest:
    """Write a backup of the database and the files in `uploads` to `path` (mode 0600) and return its manifest.

    A file that is missing or damaged is among the manifest's `faults` and stops nothing: a backup with a gap beats none. `key_file` adds the keys of personal columns. Raises NotConfigured, AlreadyThere, CannotWrite, PassphraseTooShort, or UnknownRevision if the
    database is not at a revision of this release. The file appears under its name only when it is complete and on the disk.
    """
    if store.is_sqlite and not Path(store.url.database or "").is_file():
        raise NotConfigured(
            what=f"Chưa có cơ sở dữ liệu {store.url.database}", todo="Hãy kiểm tra đường dẫn hoặc chạy “tungnha init”"
        )
    with _new_file(path) as file:
        envelope = EnvelopeWriter(file, passphrase)
        with zipfile.ZipFile(envelope, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as zipped:
            keys = _write_keys(zipped, key_file) if key_file else None
            with store.read() as session:
                manifest, named = _write_rows(session, zipped, now, store, progress)
            manifest = copy_files(zipped, uploads, named, replace(manifest, keys_sha256=keys), progress)
            zipped.writestr(MANIFEST, json.dumps(manifest.to_json(), ensure_ascii=False, indent=1))
        envelope.finish()
    return manifest


def _write_rows(
    session: Session, zipped: zipfile.ZipFile, now: Instant, store: Store, progress: Progress | None
) -> tuple[Manifest, list[NamedFile]]:
    """Write every table; return the manifest so far, and the files that the same snapshot names."""
    connection = session.connection()
    revision = migrate.current(connection)
    if revision not in migrate.revisions():
        raise UnknownRevision(revision=revision or "trống")
    members = []
    for name, columns, key in described(connection):
        members.append(_write_table(connection, zipped, name, columns, key))
        if progress:
            progress(name, members[-1].rows)
    manifest = Manifest(now, store.url.get_backend_name(), str(revision), members, heads_of(session))
    return manifest, named_files(session)


def _write_table(
    connection: Connection, zipped: zipfile.ZipFile, name: str, columns: list[list[str]], key: list[str]
) -> Member:
    digest, rows = hashlib.sha256(), 0
    with zipped.open(f"tables/{name}.jsonl", "w", force_zip64=True) as file:
        for line in dump(connection, table_of(name, columns), key, columns):
            file.write(line)
            digest.update(line)
            rows += 1
    return Member(name, columns, key, rows, digest.hexdigest())


def _write_keys(zipped: zipfile.ZipFile, key_file: Path) -> str:
    try:
        content = key_file.read_bytes()
    except OSError as error:
        raise CannotWrite(path=f"khóa {key_file} vào bản sao lưu", why=reason(error)) from None
    zipped.writestr(KEYS, content)
    return hashlib.sha256(content).hexdigest()


def heads_of(session: Session) -> list[dict[str, object]]:
    """Return each unit's ledger number, seal number and newest seal: what a restored ledger is held against."""
    newest = and_(Seal.unit_id == UnitHead.unit_id, Seal.seal_no == UnitHead.seal_no)
    statement = (
        select(Unit.code, UnitHead.ledger_no, UnitHead.recorded_at, UnitHead.seal_no, UnitHead.sealed_no, Seal.seal)
        .join(UnitHead, UnitHead.unit_id == Unit.id)
        .outerjoin(Seal, newest)
        .order_by(Unit.id)
    )
    return [dict(row) for row in session.execute(statement).mappings()]


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a temporary file beside `path`; give it its name when the block ends well, remove it when it does not."""
    if path.exists():
        raise AlreadyThere(path=path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            raise AlreadyThere(path=path)
        temporary.rename(path)
    except OSError as error:
        raise CannotWrite(path=path, why=reason(error)) from None
    finally:
        temporary.unlink(missing_ok=True)
