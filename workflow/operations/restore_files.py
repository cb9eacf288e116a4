"""Out of the archive: files go into a folder that is empty or not there yet, and away again if the restoration fails."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from workflow.files.keep import sync_folder
from workflow.operations.archive import BUFFER, Archive
from workflow.operations.errors import CannotWrite, ManifestMismatch, RestoredOtherwise, TargetNotEmpty, reason
from workflow.operations.manifest import FILES, FileMember


@contextmanager
def restored_files(
    archive: Archive, folder: Path, *, verify: bool, progress: Callable[[str, int], None] | None
) -> Iterator[int]:
    """Write every whole file of the archive into `folder` and give their number; if the block fails, none is left.

    They are on the disk before the rows that name them are committed. `verify` reads each back. An archive without files leaves the
    folder alone, whatever stands in it. Raises TargetNotEmpty, CannotWrite, ManifestMismatch or RestoredOtherwise.
    """
    files = archive.manifest.whole_files
    if not files:
        yield 0
        return
    is_ours = _ready(folder)
    written: list[Path] = []
    try:
        for file in files:
            _write(archive, file, folder / file.sha256, written)
            if progress:
                progress(FILES, len(written))
        sync_folder(folder)
        if verify:
            _read_back(written)
        yield len(written)
    except BaseException:
        _take_away(written, folder if is_ours else None)
        raise


def _ready(folder: Path) -> bool:
    """Make the folder, closed to others; return whether it was not there. One with anything in it is refused."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        if not folder.is_dir() or any(folder.iterdir()):
            raise TargetNotEmpty(where=f"{folder} đã có tệp") from None
        return False
    except OSError as error:
        raise CannotWrite(path=folder, why=reason(error)) from None
    return True


def _write(archive: Archive, file: FileMember, path: Path, written: list[Path]) -> None:
    """Write one file, mode 0600, safely on the disk when this returns. It is noted as written before its first byte is."""
    digest = hashlib.sha256()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        written.append(path)
        with open(handle, "wb") as target:
            for piece in archive.pieces(file):
                target.write(piece)
                digest.update(piece)
            target.flush()
            os.fsync(target.fileno())
    except FileExistsError:
        raise TargetNotEmpty(where=f"đã có tệp {path}") from None
    except OSError as error:
        raise CannotWrite(path=path, why=reason(error)) from None
    if digest.hexdigest() != file.sha256:
        raise ManifestMismatch(where=file.name, what="mã kiểm tra khác")


def _read_back(written: list[Path]) -> None:
    for path in written:
        digest = hashlib.sha256()
        with suppress(OSError), path.open("rb") as file:  # what cannot be read has another hash
            while piece := file.read(BUFFER):
                digest.update(piece)
        if digest.hexdigest() != path.name:
            raise RestoredOtherwise(what=f"tệp {path.name}")


def _take_away(written: list[Path], folder: Path | None) -> None:
    """Remove what was written, and the folder if it was not there before; what cannot be removed must not hide why it failed."""
    for path in written:
        with suppress(OSError):
            path.unlink()
    if folder is not None:
        with suppress(OSError):
            folder.rmdir()
