"""Files that somebody hands in, for as long as they are needed: under made-up names, readable by the program alone.

A list is read at once and then deleted: its people wait in the staging table. What stays beside the database is what no row of it
holds: the cells that were handed back, so that they can be looked at in another request or process, and, sealed, the rows around
them, so that they can be fetched, corrected and sent again. Machines that share a database must share this folder too.
"""

import json
import os
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Final

from rules.said import kept, revived
from rules.time import DAY, Instant
from workflow.roster.archive import FILE_BYTES, SheetRefused
from workflow.roster.as_sent import RowsAsSent
from workflow.roster.findings import Doubt, Rejection
from workflow.roster.results import Import
from workflow.vault import Vault

KEPT_FOR: Final = 30 * DAY
"""How long the cells that were handed back may be fetched."""

_PIECE: Final = 1 << 16


@dataclass(frozen=True)
class HandedBack:
    """What a check could not take, and what it found odd. `names` has who stands in the rows that conflict with the ledger."""

    rejections: tuple[Rejection, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    names: tuple[tuple[int, str], ...] = ()


class Uploads:
    """The folder of one installation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def received(self, stream: IO[bytes]) -> Iterator[Path]:
        """Write what is handed in to a file of ours, which is gone afterwards. Raises SheetRefused for more than 20 MB."""
        path = self._ready() / f"{secrets.token_hex(16)}.part"
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                written = 0
                while piece := stream.read(_PIECE):
                    written += len(piece)
                    if written > FILE_BYTES:
                        what, todo = (
                            "Tệp vượt mức 20 MB",
                            "Bỏ hình ảnh, trang tính không dùng, hoặc chia thành nhiều tệp",
                        )
                        raise SheetRefused("size", what, todo)
                    file.write(piece)
            yield path
        finally:
            path.unlink(missing_ok=True)

    def keep(self, done: Import, vault: Vault) -> None:
        """Keep the cells that a check handed back, and sealed their rows.

        Conflicts with the ledger come and go: of them only the names are kept.
        """
        fixed = [each for each in done.rejections if not each.known]
        names = [(each.row, each.value) for each in done.rejections if each.known]
        told = {
            "rejections": [{**asdict(each), "reason": kept(each.reason), "todo": kept(each.todo)} for each in fixed],
            "doubts": [asdict(each) for each in done.doubts],
            "names": names,
        }
        self._write(self._of(done.file_id), json.dumps(told, ensure_ascii=False).encode())
        if done.as_sent is not None:
            self._write(self._rows_of(done.file_id), vault.encrypt(done.as_sent.text(), _aad(done.file_id)))

    def _write(self, path: Path, content: bytes) -> None:
        part = self._ready() / f"{path.stem}.{secrets.token_hex(4)}.part"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        part.replace(path)

    def handed_back(self, file_id: uuid.UUID) -> HandedBack | None:
        """Return what a check handed back; None if it is not there any more."""
        try:
            told = json.loads(self._of(file_id).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return HandedBack(
            tuple(_rejection(each) for each in told["rejections"]),
            tuple(Doubt(**each) for each in told["doubts"]),
            tuple((row, name) for row, name in told["names"]),
        )

    def has_rows(self, file_id: uuid.UUID) -> bool:
        """Return whether the rows that a check handed back are still there as they stood in the file."""
        return self._rows_of(file_id).exists()

    def as_sent(self, file_id: uuid.UUID, vault: Vault) -> RowsAsSent | None:
        """Return the rows that a check handed back as they stood in the file; None if they are not there any more."""
        try:
            sealed = self._rows_of(file_id).read_bytes()
        except FileNotFoundError:
            return None
        return RowsAsSent.of(vault.decrypt(sealed, _aad(file_id)))

    def forget(self, file_id: uuid.UUID) -> None:
        """Delete what was kept of a file."""
        self._of(file_id).unlink(missing_ok=True)
        self._rows_of(file_id).unlink(missing_ok=True)

    def tidy(self, *, now: Instant) -> None:
        """Delete what has been kept long enough, and what an interrupted upload left. `now` is real time."""
        for path in self.folder.glob("*"):
            age = KEPT_FOR if path.suffix in (".json", ".rows") else DAY
            with suppress(FileNotFoundError):
                if path.stat().st_mtime * 1_000_000 < now - age:
                    path.unlink()

    def _of(self, file_id: uuid.UUID) -> Path:
        return self.folder / f"{file_id.hex}.json"

    def _rows_of(self, file_id: uuid.UUID) -> Path:
        return self.folder / f"{file_id.hex}.rows"

    def _ready(self) -> Path:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.folder


def _aad(file_id: uuid.UUID) -> bytes:
    return b"rows handed back" + file_id.bytes


def _rejection(told: dict[str, Any]) -> Rejection:
    return Rejection(**{**told, "reason": revived(told["reason"]), "todo": revived(told["todo"])})
