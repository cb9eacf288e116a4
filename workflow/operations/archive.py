"""What a backup consists of: a ZIP inside an envelope, one member a table, and a manifest that names each with its SHA-256."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rules.time import Instant
from workflow.operations.envelope import EnvelopeReader
from workflow.operations.errors import ArchiveDamaged, ManifestMismatch, NotAnArchive

FORMAT = 1
MANIFEST = "manifest.json"
KEYS = "keys.json"
BUFFER = 64 * 1024
"""Bytes read from an envelope at a time."""


@dataclass(frozen=True)
class Member:
    """A table in the archive. `columns` are (name, kind) in alphabetical order; `key` is the primary key its rows are ordered by."""

    table: str
    columns: list[list[str]]
    key: list[str]
    rows: int
    sha256: str

    @property
    def name(self) -> str:
        """The member's name in the ZIP."""
        return f"tables/{self.table}.jsonl"


@dataclass(frozen=True)
class Manifest:
    """What an archive says about itself. `heads` has one entry a unit: ledger number, seal number and newest seal."""

    created_at: Instant
    engine: str
    revision: str
    members: list[Member]
    heads: list[dict[str, Any]]
    keys_sha256: str | None = None
    format: int = FORMAT
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(member.rows for member in self.members)

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as JSON-ready data."""
        return asdict(self)

    def sha256(self) -> str:
        """Return the hash that identifies this backup: over its manifest, and so over everything in it."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class Archive:
    """An opened backup. Nothing is believed before `check` has compared every member with the manifest."""

    def __init__(self, zipped: zipfile.ZipFile) -> None:
        self._zip = zipped
        self.manifest = self._read_manifest()

    def _read_manifest(self) -> Manifest:
        try:
            stored = json.loads(self._zip.read(MANIFEST))
            if stored["format"] != FORMAT:
                raise ManifestMismatch(where=MANIFEST, what=f"định dạng {stored['format']} chưa được hỗ trợ")
            return Manifest(**{**stored, "members": [Member(**member) for member in stored["members"]]})
        except (KeyError, TypeError, ValueError):
            raise ManifestMismatch(where=MANIFEST, what="bản kê không đọc được") from None

    def check(self) -> None:
        """Read everything once and compare names, hashes and row counts; raise ManifestMismatch at the first difference."""
        wanted = {MANIFEST, *(member.name for member in self.manifest.members)}
        if self.manifest.keys_sha256:
            wanted.add(KEYS)
        found = self._zip.namelist()
        for name in sorted(wanted.symmetric_difference(found)):
            raise ManifestMismatch(where=name, what="thiếu" if name in wanted else "không có trong bản kê")
        if len(found) != len(wanted):
            raise ManifestMismatch(where=MANIFEST, what="có thành phần trùng tên")
        for member in self.manifest.members:
            self._check_member(member)
        if self.manifest.keys_sha256 and hashlib.sha256(self.keys()).hexdigest() != self.manifest.keys_sha256:
            raise ManifestMismatch(where=KEYS, what="mã kiểm tra khác")

    def _check_member(self, member: Member) -> None:
        digest, rows = hashlib.sha256(), 0
        for line in self.lines(member):
            digest.update(line)
            rows += 1
        if digest.hexdigest() != member.sha256:
            raise ManifestMismatch(where=member.name, what="mã kiểm tra khác")
        if rows != member.rows:
            raise ManifestMismatch(where=member.name, what=f"có {rows} dòng, bản kê ghi {member.rows}")

    def lines(self, member: Member) -> Iterator[bytes]:
        """Yield the rows of a table, one line each."""
        with self._zip.open(member.name) as file:
            yield from file

    def keys(self) -> bytes:
        """Return the content of the key file in this archive."""
        return self._zip.read(KEYS)


@contextmanager
def open_archive(path: Path, passphrase: str) -> Iterator[Archive]:
    """Open a backup; raise NotAnArchive, WrongPassphrase, ArchiveDamaged or ManifestMismatch."""
    try:
        file = path.open("rb")
    except OSError:
        raise NotAnArchive(details=str(path)) from None
    with file:
        try:
            with zipfile.ZipFile(io.BufferedReader(EnvelopeReader(file, passphrase), BUFFER)) as zipped:
                yield Archive(zipped)
        except zipfile.BadZipFile as error:
            raise ArchiveDamaged(details=str(error), where="bảng mục lục") from None


def check_archive(path: Path, passphrase: str) -> Manifest:
    """Read a whole backup, compare it with its manifest, and return that. Nothing is restored."""
    with open_archive(path, passphrase) as archive:
        archive.check()
        return archive.manifest
