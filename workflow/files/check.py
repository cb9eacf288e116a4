"""What a file is: judged by its first bytes, held against its extension; and the name it is handed out under again."""

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from rules.said import Said
from workflow.files.archive import check_archive
from workflow.files.refused import FileRefused

LARGEST: Final = 5 * 1024 * 1024
"""Bytes of one file at most."""

_ZIP: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class _Kind:
    media_type: str
    signature: bytes
    main_part: str | None = None


_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_KINDS: Final = {
    "pdf": _Kind("application/pdf", b"%PDF-"),
    "png": _Kind("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": _Kind("image/jpeg", b"\xff\xd8\xff"),
    "docx": _Kind(f"{_OFFICE}.wordprocessingml.document", _ZIP, "word/document.xml"),
    "xlsx": _Kind(f"{_OFFICE}.spreadsheetml.sheet", _ZIP, "xl/workbook.xml"),
}
ACCEPTED: Final = tuple(_KINDS)
MEDIA_TYPES: Final = tuple(kind.media_type for kind in _KINDS.values())
PICTURES: Final = ("png", "jpg")
_TAKEN: Final = "Gửi tệp PDF, ảnh PNG hoặc JPG, DOCX hoặc XLSX"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrived: the name its sender gave it, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that may be kept. `stem` is its name without the extension, as it came: it has still to be cleaned."""

    stem: str
    extension: str
    media_type: str
    sha256: str
    content: bytes

    @property
    def is_picture(self) -> bool:
        """Whether it is a photograph."""
        return self.extension in PICTURES


def check_upload(upload: Upload) -> CheckedFile:
    """Return what a file is. Raises FileRefused if it is empty, too large, of another kind, or not what its name says."""
    size = len(upload.content)
    if not size:
        raise FileRefused("empty", "Tệp rỗng", "Chọn lại tệp có nội dung")
    if size > LARGEST:
        what = Said("Tệp lớn hơn %(most)s MB", most=LARGEST >> 20)
        raise FileRefused("size", what, "Giảm kích thước ảnh hoặc chia tài liệu rồi gửi lại")
    stem, extension = _split(upload.name)
    kind = _KINDS.get(extension)
    if kind is None:
        raise FileRefused("extension", "Loại tệp này không được nhận", _TAKEN)
    if not upload.content.startswith(kind.signature):
        raise FileRefused(
            "signature", Said("Nội dung tệp không phải là %(kind)s như tên tệp ghi", kind=extension.upper()), _TAKEN
        )
    if kind.main_part is not None:
        check_archive(upload.content, main_part=kind.main_part)
    return CheckedFile(stem, extension, kind.media_type, hashlib.sha256(upload.content).hexdigest(), upload.content)


def _split(name: str) -> tuple[str, str]:
    """Return a file's name without folders and extension, and its extension; `.jpeg` is `jpg`."""
    path = PurePosixPath(name.replace("\\", "/"))
    extension = path.suffix.lower().removeprefix(".")
    return path.stem, "jpg" if extension == "jpeg" else extension


__all__ = ["ACCEPTED", "LARGEST", "MEDIA_TYPES", "PICTURES", "CheckedFile", "FileRefused", "Upload", "check_upload"]
