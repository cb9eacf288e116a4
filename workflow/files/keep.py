"""Where the bytes lie: a folder outside the web root, each file under the hash of what it holds, readable by its owner only.

A file lands before the row that names it is committed. If the row never comes, the file lies there unnamed and harms nobody.
"""

import hashlib
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from workflow.errors import NotConfigured, NotFound

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class FileStore:
    """The files of one installation. `folder` is made when the first one comes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep the bytes, safely on disk when this returns, and return their SHA-256.

        What is there already stays as it is, unless it was changed on disk: handing the file in again mends it.
        Raises NotConfigured if the folder cannot be written to.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.folder / sha256
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _holds(path, sha256):
                self._write(path, content)
        except OSError as error:
            raise NotConfigured(
                details=str(error),
                what="Không lưu được tệp vào thư mục tải lên",
                todo="Báo người phụ trách kỹ thuật kiểm tra dung lượng và quyền ghi của máy chủ",
            ) from error
        return sha256

    def read(self, sha256: str) -> bytes:
        """Return the bytes; NotFound if they are not there, or are not those that were handed in."""
        if not _SHA256.fullmatch(sha256):
            raise NotFound
        try:
            content = (self.folder / sha256).read_bytes()
        except OSError as error:
            raise NotFound from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise NotFound(details=f"{sha256} was changed on disk")
        return content

    def _write(self, path: Path, content: bytes) -> None:
        """Write beside, flush to disk, then give the name: a file under its hash is always whole."""
        handle, beside = tempfile.mkstemp(dir=self.folder, prefix=".new-")  # 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(beside)
            raise
        sync_folder(self.folder)


def _holds(path: Path, sha256: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except FileNotFoundError:
        return False


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to disk, where the system can."""
    with suppress(OSError, AttributeError):  # Windows opens no folders
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
