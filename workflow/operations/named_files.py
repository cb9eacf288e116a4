"""The files that rows of a database name: what each is evidence of, and its bytes, if they still are what was handed in."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from workflow.operations.manifest import FileFault, FileUse
from workflow.tables import Campaign, StoredFile, Task, TaskEvidence, Unit, table_of

PIECE: Final = 256 * 1024
"""Bytes read from a file at a time."""

_file, _given, _task = table_of(StoredFile).c, table_of(TaskEvidence).c, table_of(Task).c
_campaign, _unit = table_of(Campaign).c, table_of(Unit).c

# By tables, not models: a database of an older revision lacks columns that nobody asks for here.
_USES: Final = (
    select(
        _file.sha256, _file.size, _unit.code.label("unit"), _file.name.label("file"), _campaign.code.label("campaign"),
        _task.id.label("task"), _task.label,
    )
    .select_from(table_of(StoredFile))
    .join(table_of(Unit), _unit.id == _file.unit_id)
    .outerjoin(table_of(TaskEvidence), and_(_given.unit_id == _file.unit_id, _given.file_sha256 == _file.sha256))
    .outerjoin(table_of(Task), and_(_task.unit_id == _given.unit_id, _task.id == _given.task_id))
    .outerjoin(table_of(Campaign), and_(_campaign.unit_id == _task.unit_id, _campaign.id == _task.campaign_id))
    .order_by(_file.sha256, _unit.code, _given.ledger_no)
)  # fmt: skip


@dataclass(frozen=True)
class NamedFile:
    """A file by its SHA-256, with its size in bytes and everything it is used for: it lies on the disk once, however many rows name it."""

    sha256: str
    size: int
    uses: list[FileUse]


class NotAsHandedIn(Exception):
    """A file cannot be had as it was handed in; `why` as in a FileFault. Never leaves this folder."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def named_files(session: Session) -> list[NamedFile]:
    """Return each file that a row of stored_files names, once, in the order of their hashes."""
    found: dict[str, NamedFile] = {}
    for row in session.execute(_USES):
        one = found.setdefault(row.sha256, NamedFile(row.sha256, row.size, []))
        use = FileUse(row.unit, row.file, row.campaign, row.task and str(row.task), row.label)
        if use not in one.uses:  # the same file may have been given to a task twice
            one.uses.append(use)
    return sorted(found.values(), key=lambda one: one.sha256)


def pieces_of(folder: Path | None, named: NamedFile) -> Iterator[bytes]:
    """Yield a file's bytes, a little at a time. Raises NotAsHandedIn at the beginning, or at whichever place it turns out."""
    digest = hashlib.sha256()
    if folder is None:
        raise NotAsHandedIn("missing")
    try:
        with open(folder / named.sha256, "rb", opener=_without_waiting) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_size != named.size:
                raise NotAsHandedIn("altered")
            while piece := file.read(PIECE):
                digest.update(piece)
                yield piece
    except FileNotFoundError:
        raise NotAsHandedIn("missing") from None
    except OSError:
        raise NotAsHandedIn("unreadable") from None
    if digest.hexdigest() != named.sha256:
        raise NotAsHandedIn("altered")


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; a pipe that somebody put in its place must not hold us up."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def faults_on_disk(folder: Path, named: Iterable[NamedFile]) -> Iterator[FileFault]:
    """Read every file through and yield those that are not as they were handed in."""
    for one in named:
        try:
            for _ in pieces_of(folder, one):
                pass
        except NotAsHandedIn as found:
            yield FileFault(one.sha256, found.why, one.uses)
