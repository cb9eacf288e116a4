"""Files into documents by what they are: running text, Word, workbooks and comma-separated tables; each place by the name a reader can find."""

import io
import zipfile
from pathlib import PurePath

from rules.said import Said
from workflow.checking.model import Document
from workflow.checking.read_tables import read_separated, read_workbook
from workflow.checking.read_text import read_pasted
from workflow.checking.read_word import read_word
from workflow.checking.unreadable import MOST_BYTES, Unreadable


def read_document(data: bytes, name: str) -> Document:
    """Return a file as a document, by what it is and not by its name alone. Raises Unreadable with a sentence."""
    if len(data) > MOST_BYTES:
        raise Unreadable(Said("Tệp lớn hơn 10 MB. Tách tệp, hoặc chép phần có số liệu vào một tệp mới."))
    suffix = PurePath(name).suffix.lower()
    if data[:4] == b"PK\x03\x04":
        return read_word(data, name) if _has(data, "word/document.xml") else read_workbook(data, name)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if suffix == ".xls":
            return read_workbook(data, name)
        if suffix in (".xlsx", ".xlsm", ".docx"):
            raise Unreadable(Said("Tệp có mật khẩu nên không mở được. Bỏ mật khẩu, lưu lại rồi thử lại."))
        raise Unreadable(Said("Tệp Word kiểu cũ (.doc). Mở bằng Word, chọn “Lưu thành” .docx, rồi kiểm tra lại."))
    if data[:5] == b"%PDF-":
        raise Unreadable(Said("Tệp PDF. Mở văn bản gốc (.docx), hoặc chép phần chữ và dán vào ô “Dán văn bản”."))
    text = _decoded(data)
    if suffix in (".csv", ".tsv"):
        return read_separated(text, name)
    return read_pasted(text, name)


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Unreadable(Said("Tệp này không phải văn bản, Word hay bảng tính. Dùng .docx, .xlsx, .csv hoặc .txt (UTF-8)."))


def _has(data: bytes, member: str) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(each.file_size for each in archive.infolist()) > 20 * MOST_BYTES:
                raise Unreadable(
                    Said("Tệp nén bung ra quá lớn nên không mở. Lưu lại tệp bằng Word hoặc Excel rồi thử lại.")
                )
            return member in archive.namelist()
    except zipfile.BadZipFile:
        raise Unreadable(Said("Tệp bị hỏng, không mở được. Lưu lại tệp bằng Word hoặc Excel rồi thử lại.")) from None


__all__ = ["Unreadable", "read_document", "read_pasted"]
