"""Whether an archive (DOCX, XLSX) is what it says: its directory first, then every part unpacked in pieces, for a directory can lie."""

import zipfile
import zlib
from io import BytesIO
from typing import Final

from rules.said import Said
from workflow.files.refused import FileRefused

PARTS: Final = 200
UNPACKED_BYTES: Final = 64 * 1024 * 1024
RATIO: Final = 100
"""How many times larger than its packed size a part of more than 1 MiB, or the whole file, may become."""

_SMALL: Final = 1024 * 1024
_PIECE: Final = 256 * 1024
_BINARY: Final = (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".bin", ".vml", ".ttf", ".odttf")
_MACROS: Final = ("vbaproject.bin", "activex", "oleobject")
_RESAVE: Final = "Mở tệp, lưu thành một tệp mới hoặc xuất ra PDF rồi gửi lại"


def check_archive(content: bytes, *, main_part: str) -> None:
    """Raise FileRefused for an archive that is damaged, locked, swells when unpacked, hides entities, or brings macros.

    `main_part` is the part that makes it the kind of document it says it is.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_directory(parts, len(content), main_part)
            unpacked = 0
            for part in parts:
                unpacked += _unpack(archive, part, UNPACKED_BYTES - unpacked)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        raise _damaged() from None


def _check_directory(parts: list[zipfile.ZipInfo], packed: int, main_part: str) -> None:
    names = [part.filename for part in parts]
    if len(parts) > PARTS:
        raise FileRefused(
            "parts", Said("Tệp có %(n)s phần bên trong, vượt mức %(parts)s", n=len(parts), parts=PARTS), _RESAVE
        )
    if len(set(names)) != len(names) or not {"[Content_Types].xml", main_part}.issubset(names):
        raise _damaged()
    if any(part.flag_bits & 1 for part in parts):
        raise FileRefused("password", "Tệp có đặt mật khẩu", "Bỏ mật khẩu rồi gửi lại")
    if any(mark in name.lower() for name in names for mark in _MACROS):
        raise FileRefused("macros", "Tệp có macro hoặc đối tượng nhúng", "Xuất tệp ra PDF rồi gửi lại")
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise _damaged()
    if sum(part.compress_size for part in parts) > packed:
        raise _damaged()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > UNPACKED_BYTES:
        raise _too_large()
    if unpacked > max(RATIO * packed, _SMALL) or any(_swells(part) for part in parts):
        raise FileRefused("ratio", Said("Tệp nén chặt bất thường (hơn %(ratio)s lần)", ratio=RATIO), _RESAVE)


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo, allowed: int) -> int:
    """Unpack a part piece by piece, keeping nothing, and return its true size."""
    is_xml = not part.filename.lower().endswith(_BINARY)
    tail, size = b"", 0
    with archive.open(part) as unpacked:
        while piece := unpacked.read(_PIECE):
            size += len(piece)
            if size > allowed:
                raise _too_large()
            if is_xml and _declares(tail + piece):
                raise FileRefused("entity", "Tệp khai báo thực thể XML, điều Word và Excel không bao giờ làm", _RESAVE)
            tail = piece[-16:]
    if size != part.file_size:
        raise _damaged()
    return size


def _declares(text: bytes) -> bool:
    plain = text.replace(b"\0", b"")  # the same words in UTF-16
    return b"<!DOCTYPE" in plain or b"<!ENTITY" in plain


def _swells(part: zipfile.ZipInfo) -> bool:
    return part.file_size > _SMALL and part.file_size > RATIO * max(part.compress_size, 1)


def _too_large() -> FileRefused:
    return FileRefused("unpacked", Said("Tệp giải nén ra hơn %(n)s MB", n=UNPACKED_BYTES >> 20), _RESAVE)


def _damaged() -> FileRefused:
    return FileRefused("damaged", "Tệp bị hỏng, bị cắt cụt hoặc không đúng loại", "Mở tệp kiểm tra lại rồi gửi lại")
