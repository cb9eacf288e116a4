"""What an archive says about itself: its tables, its files, what files it had to do without, the ledger heads and newest seals."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from rules.time import Instant

FORMAT: Final = 2
"""Written by this release. 1 had no files; it is read still. An older release refuses 2 by its number, before it misses anything."""

FILES: Final = "files"
"""The folder of files in the ZIP, and what progress calls them. No table has this name."""

_BEFORE_FILES: Final = 1
_OF_FILES: Final = ("files", "faults")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


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
class FileMember:
    """A file in the archive, under the SHA-256 of what was handed in. `size` is in bytes.

    `held` is the SHA-256 of the bytes that really are there. It is another one if they were changed on disk, or could be read only
    in part: what was written into a stream cannot be taken out again. Such a file has a fault beside it and is not restored.
    """

    sha256: str
    size: int
    held: str

    @property
    def name(self) -> str:
        """The member's name in the ZIP."""
        return f"{FILES}/{self.sha256}"

    @property
    def is_whole(self) -> bool:
        """Whether it is what was handed in."""
        return self.held == self.sha256


@dataclass(frozen=True)
class FileUse:
    """What a file is to people: its name, and the task it is evidence of (None if no evidence names it)."""

    unit: str
    file: str
    campaign: str | None = None
    task: str | None = None
    label: str | None = None


@dataclass(frozen=True)
class FileFault:
    """A file that a row names and that is not there as it was handed in.

    `why` is missing, altered, unreadable, or not_included: the archive is older than files in archives.
    """

    sha256: str
    why: str
    uses: list[FileUse]


@dataclass(frozen=True)
class Manifest:
    """The manifest. `heads` has one entry a unit: ledger number, seal number and newest seal."""

    created_at: Instant
    engine: str
    revision: str
    members: list[Member]
    heads: list[dict[str, Any]]
    keys_sha256: str | None = None
    format: int = FORMAT
    extra: dict[str, Any] = field(default_factory=dict)
    files: list[FileMember] = field(default_factory=list)
    faults: list[FileFault] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(member.rows for member in self.members)

    @property
    def has_files(self) -> bool:
        """Whether the archive was made by a release that puts files into archives."""
        return self.format > _BEFORE_FILES

    @property
    def whole_files(self) -> list[FileMember]:
        """The files that can be restored."""
        return [file for file in self.files if file.is_whole]

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as JSON-ready data, in the shape of its format."""
        data = asdict(self)
        return data if self.has_files else {name: value for name, value in data.items() if name not in _OF_FILES}

    def sha256(self) -> str:
        """Return the hash that identifies this backup: over its manifest, and so over everything in it."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def read_manifest(stored: dict[str, Any]) -> Manifest:
    """Return the manifest that `to_json` gave. Raises KeyError, TypeError or ValueError for anything else."""
    lists: dict[str, Any] = {"members": [Member(**member) for member in stored["members"]]}
    if stored["format"] > _BEFORE_FILES:
        lists |= {"files": _files(stored["files"]), "faults": [_fault(fault) for fault in stored["faults"]]}
    elif not stored.keys().isdisjoint(_OF_FILES):
        raise ValueError("a manifest of format 1 lists no files")
    return Manifest(**{**stored, **lists})


def _files(stored: list[dict[str, Any]]) -> list[FileMember]:
    """Read the list of files. Their names become names on a disk: they are hashes, or the manifest is none of ours."""
    files = [FileMember(**file) for file in stored]
    if not all(_SHA256.fullmatch(file.sha256) for file in files):
        raise ValueError("a file is called by something else than a hash")
    return files


def _fault(stored: dict[str, Any]) -> FileFault:
    return FileFault(**{**stored, "uses": [FileUse(**use) for use in stored["uses"]]})
