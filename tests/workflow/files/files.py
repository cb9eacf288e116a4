"""Files as people hand them in, and as somebody hands them in who means harm."""

import struct
import zipfile
import zlib
from io import BytesIO

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 64 + b"\xff\xd9"
TYPES = "[Content_Types].xml"


def png(width: int = 4, height: int = 4) -> bytes:
    """Return a small grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x80" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def archive(parts: dict[str, bytes] | list[tuple[str, bytes]], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP of these parts."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", compression) as file:
        for name, content in parts.items() if isinstance(parts, dict) else parts:
            file.writestr(name, content)
    return written.getvalue()


def docx(**more: bytes) -> bytes:
    """Return the least that is a DOCX."""
    return archive({TYPES: b"<Types/>", "word/document.xml": b"<w:document/>", **more})


def xlsx() -> bytes:
    """Return the least that is an XLSX."""
    return archive({TYPES: b"<Types/>", "xl/workbook.xml": b"<workbook/>"})


def bomb() -> bytes:
    """Return a DOCX that unpacks to 80 MB out of 80 KB."""
    return docx(**{"word/media/zeros.bin": b"\0" * (80 << 20)})


def lying() -> bytes:
    """Return a DOCX whose directory says a part is ten bytes long; it is twenty million."""
    honest = docx(**{"word/more.xml": b"a" * 20_000_000})
    real = struct.pack("<I", 20_000_000)
    return honest.replace(real, struct.pack("<I", 10))
