"""What a spreadsheet file is before anything parses it: its kind, and a ZIP archive that is what it says.

The directory of the archive is judged first, then every part is unpacked in small pieces and counted, because a directory
can lie. Nothing is kept in memory and no part is interpreted.
"""

import zipfile
import zlib
from pathlib import Path
from typing import Final

from rules.said import Figure, Said
from workflow.errors import WorkflowError

FILE_BYTES: Final = 20 * 1024 * 1024
UNPACKED_BYTES: Final = 256 * 1024 * 1024
PARTS: Final = 200
RATIO: Final = 100
"""How many times larger than its packed size a part of more than 1 MiB, or the whole file, may become."""

_SMALL: Final = 1024 * 1024
_PIECE: Final = 256 * 1024
_NEEDED: Final = {"[Content_Types].xml", "xl/workbook.xml"}
_SAVE_AS: Final = "Mở tệp bằng Excel, chọn “Lưu thành” dạng “Sổ làm việc Excel (.xlsx)” rồi gửi lại"
_RESAVE: Final = "Mở danh sách, chép các dòng cần nhập sang một tệp mới, lưu dạng .xlsx rồi gửi lại"

_OTHER_KINDS: Final = {
    ".xls": "Tệp .xls là dạng Excel cũ",
    ".csv": "Hiện chưa nhận tệp .csv",
    ".xlsm": "Tệp .xlsm có thể chứa macro nên không được nhận",
    ".xlsb": "Tệp .xlsb là dạng nhị phân nên không được nhận",
    ".ods": "Tệp .ods chưa được nhận",
}


class SheetRefused(WorkflowError):
    """A file that is not read, with the reason and what to do. `reason` is a word a program may branch on."""

    status = 422
    code = "sheet_refused"
    message = "%(what)s. %(todo)s."

    def __init__(self, reason: str, what: str, todo: str) -> None:
        self.reason = reason
        super().__init__(what=what, todo=todo)


def check_kind(path: Path, file_name: str) -> None:
    """Refuse a file that is missing, empty, too large, or whose extension and first bytes are not those of an XLSX."""
    extension = Path(file_name).suffix.lower()
    if extension != ".xlsx":
        what = _OTHER_KINDS.get(
            extension, Said("Tệp “%(file_name)s” không phải là bảng tính .xlsx", file_name=file_name)
        )
        raise SheetRefused("extension", what, _SAVE_AS)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(8)
    except OSError:
        raise SheetRefused(
            "missing", Said("Không đọc được tệp “%(file_name)s”", file_name=file_name), "Kiểm tra đường dẫn rồi thử lại"
        ) from None
    if not size:
        raise SheetRefused("empty", Said("Tệp “%(file_name)s” rỗng", file_name=file_name), "Gửi lại tệp có danh sách")
    if size > FILE_BYTES:
        what = Said(
            "Tệp lớn %(size)s MB, vượt mức %(most)s MB",
            size=Figure(f"{-(-size * 10 // 1048576) / 10:.1f}".replace(".", ",")),
            most=FILE_BYTES >> 20,
        )
        raise SheetRefused("size", what, "Bỏ hình ảnh, trang tính không dùng, hoặc chia thành nhiều tệp")
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetRefused("signature", "Tệp là dạng Excel cũ hoặc có đặt mật khẩu, dù tên là .xlsx", _SAVE_AS)
    if not start.startswith(b"PK\x03\x04"):
        raise SheetRefused("signature", "Nội dung tệp không phải là bảng tính .xlsx, chỉ có tên là .xlsx", _SAVE_AS)


def check_directory(path: Path) -> list[zipfile.ZipInfo]:
    """Return the parts of the archive if its directory keeps within the limits; raise SheetRefused otherwise."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise _damaged() from None
    if len(parts) > PARTS:
        raise SheetRefused(
            "parts", Said("Tệp có %(n)s phần bên trong, vượt mức %(parts)s", n=len(parts), parts=PARTS), _RESAVE
        )
    names = [part.filename for part in parts]
    if len(set(names)) != len(names) or not _NEEDED.issubset(names):
        raise _damaged()
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise SheetRefused("macro", "Tệp có macro bên trong dù tên là .xlsx", _SAVE_AS)
    if any(part.flag_bits & 1 for part in parts):
        raise SheetRefused("password", "Tệp có đặt mật khẩu", "Bỏ mật khẩu rồi gửi lại")
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise _damaged()
    unpacked, packed = sum(part.file_size for part in parts), path.stat().st_size
    if sum(part.compress_size for part in parts) > packed:
        raise _damaged()
    if unpacked > UNPACKED_BYTES:
        raise SheetRefused("unpacked", Said("Tệp giải nén ra hơn %(n)s MB", n=UNPACKED_BYTES >> 20), _RESAVE)
    if unpacked > RATIO * packed or any(_swells(part) for part in parts):
        raise SheetRefused("ratio", Said("Tệp nén chặt bất thường (hơn %(ratio)s lần)", ratio=RATIO), _RESAVE)
    return parts


def check_contents(path: Path, parts: list[zipfile.ZipInfo]) -> None:
    """Unpack every part piece by piece and refuse what the directory hid: wrong sizes, entities, other encodings."""
    try:
        with zipfile.ZipFile(path) as archive:
            for part in parts:
                _check_part(archive, part)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError):
        raise _damaged() from None


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    is_xml = not part.filename.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".bin", ".vml"))
    tail, size = b"", 0
    with archive.open(part) as unpacked:
        while piece := unpacked.read(_PIECE):
            size += len(piece)
            if is_xml and not tail and (b"\0" in piece[:4] or piece[:2] in (b"\xff\xfe", b"\xfe\xff")):
                raise SheetRefused("encoding", "Phần XML trong tệp không dùng mã UTF-8", _SAVE_AS)
            if is_xml and _declares(tail + piece):
                raise SheetRefused("entity", "Tệp khai báo thực thể XML, điều Excel không bao giờ làm", _RESAVE)
            tail = piece[-16:]
    if size != part.file_size:
        raise _damaged()


def _declares(text: bytes) -> bool:
    return b"<!DOCTYPE" in text or b"<!ENTITY" in text


def _swells(part: zipfile.ZipInfo) -> bool:
    return part.file_size > _SMALL and part.file_size > RATIO * max(part.compress_size, 1)


def _damaged() -> SheetRefused:
    return SheetRefused("damaged", "Tệp bị hỏng hoặc bị cắt cụt nên không đọc được", _SAVE_AS)
