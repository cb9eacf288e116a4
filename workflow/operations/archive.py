"""What a backup consists of: a ZIP inside an envelope, one member a table, one a file, and a manifest that names each with its SHA-256."""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workflow.operations.envelope import EnvelopeReader
from workflow.operations.errors import ArchiveDamaged, ManifestMismatch, NotAnArchive
from workflow.operations.manifest import FILES, FORMAT, FileMember, Manifest, Member, read_manifest

MANIFEST = "manifest.json"
KEYS = "keys.json"
BUFFER = 64 * 1024
"""Bytes read from an envelope at a time."""


class Archive:
    """An opened backup. Nothing is believed before `check` has compared every member with the manifest."""

    def __init__(self, zipped: zipfile.ZipFile) -> None:
        self._zip = zipped
        self.manifest = self._read_manifest()

    def _read_manifest(self) -> Manifest:
        try:
            stored = json.loads(self._zip.read(MANIFEST))
            if stored["format"] not in range(1, FORMAT + 1):
                raise ManifestMismatch(
                    where=MANIFEST, what=f"định dạng {stored['format']} chưa được hỗ trợ, cần bản phát hành mới hơn"
                )
            return read_manifest(stored)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise ManifestMismatch(where=MANIFEST, what="bản kê không đọc được") from None

    def check(self) -> None:
        """Read everything once and compare names, hashes, sizes and row counts; raise ManifestMismatch at the first difference."""
        self._check_names()
        for member in self.manifest.members:
            self._check_member(member)
        for file in self.manifest.files:
            self._check_file(file)
        self._check_that_rows_name_the_files()
        if self.manifest.keys_sha256 and hashlib.sha256(self.keys()).hexdigest() != self.manifest.keys_sha256:
            raise ManifestMismatch(where=KEYS, what="mã kiểm tra khác")

    def _check_names(self) -> None:
        tables, files = self.manifest.members, self.manifest.files
        wanted = {MANIFEST, *(table.name for table in tables), *(file.name for file in files)}
        if self.manifest.keys_sha256:
            wanted.add(KEYS)
        found = self._zip.namelist()
        for name in sorted(wanted.symmetric_difference(found)):
            raise ManifestMismatch(where=name, what="thiếu" if name in wanted else "không có trong bản kê")
        if len(found) != len(wanted):
            raise ManifestMismatch(where=MANIFEST, what="có thành phần trùng tên")

    def _check_member(self, member: Member) -> None:
        digest, rows = hashlib.sha256(), 0
        for line in self.lines(member):
            digest.update(line)
            rows += 1
        if digest.hexdigest() != member.sha256:
            raise ManifestMismatch(where=member.name, what="mã kiểm tra khác")
        if rows != member.rows:
            raise ManifestMismatch(where=member.name, what=f"có {rows} dòng, bản kê ghi {member.rows}")

    def _check_file(self, file: FileMember) -> None:
        digest, size = hashlib.sha256(), 0
        for piece in self.pieces(file):
            digest.update(piece)
            size += len(piece)
        if size != file.size:
            raise ManifestMismatch(where=file.name, what=f"có {size} byte, bản kê ghi {file.size}")
        if digest.hexdigest() != file.held:
            raise ManifestMismatch(where=file.name, what="mã kiểm tra khác")

    def _check_that_rows_name_the_files(self) -> None:
        """Every file that a row names is here whole or listed as lacking, and nothing else is."""
        if not self.manifest.has_files:
            return
        told = {file.sha256 for file in self.manifest.whole_files} | {fault.sha256 for fault in self.manifest.faults}
        for sha256 in sorted(told.symmetric_difference(self._named_by_rows())):
            what = "không có dòng nào nhắc tới" if sha256 in told else "có dòng nhắc tới nhưng bản kê không ghi"
            raise ManifestMismatch(where=f"{FILES}/{sha256}", what=what)

    def _named_by_rows(self) -> set[str]:
        for member in self.manifest.members:
            if member.table == "stored_files":
                try:
                    place = [name for name, _ in member.columns].index("sha256")
                    return {str(json.loads(line)[place]) for line in self.lines(member)}
                except (IndexError, KeyError, TypeError, ValueError):
                    raise ManifestMismatch(where=member.name, what="có dòng không đúng với các cột của bảng") from None
        return set()

    def lines(self, member: Member) -> Iterator[bytes]:
        """Yield the rows of a table, one line each."""
        with self._zip.open(member.name) as file:
            yield from file

    def pieces(self, member: FileMember) -> Iterator[bytes]:
        """Yield the bytes of a file, a little at a time."""
        with self._zip.open(member.name) as file:
            while piece := file.read(BUFFER):
                yield piece

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
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise ArchiveDamaged(details=str(error), where="bảng mục lục hoặc một thành phần") from None


def check_archive(path: Path, passphrase: str) -> Manifest:
    """Read a whole backup, files too, compare it with its manifest, and return that. Nothing is restored."""
    with open_archive(path, passphrase) as archive:
        archive.check()
        return archive.manifest
