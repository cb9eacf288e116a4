"""A file is what its first bytes say, under a name that says the same; everything else is refused with what to do."""

import zipfile

import pytest

from tests.workflow.files import files
from workflow.files import ACCEPTED, LARGEST, FileRefused, Upload, check_upload

GOOD = {
    "Quyết định 12.pdf": files.PDF, "anh.PNG": files.png(), "ảnh điểm hỗ trợ.jpg": files.JPG, "a.jpeg": files.JPG,
    "biên bản.docx": files.docx(), "bang.xlsx": files.xlsx(),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_people_hand_in_is_taken(name: str) -> None:
    checked = check_upload(Upload(name, GOOD[name]))

    assert checked.extension in ACCEPTED
    assert checked.extension[0] == name.lower().rpartition(".")[2][0]
    assert len(checked.sha256) == 64


def test_folders_of_the_senders_machine_are_no_part_of_a_name() -> None:
    assert check_upload(Upload("C:\\Users\\an\\..\\qd.pdf", files.PDF)).stem == "qd"
    assert check_upload(Upload("../../etc/qd.pdf", files.PDF)).stem == "qd"


def twice_the_same_part() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate"):
        return files.archive([(files.TYPES, b"a"), ("word/document.xml", b"b"), ("word/document.xml", b"c")])


def locked() -> bytes:
    """Set the bit that says "encrypted" in the directory and in the part's own head."""
    content = bytearray(files.docx())
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        content[content.index(mark) + offset] |= 1
    return bytes(content)


HOSTILE = {
    "empty": ("a.pdf", lambda: b"", "empty"),
    "too large": ("a.pdf", lambda: files.PDF + b"0" * LARGEST, "size"),
    "a program": ("a.exe", lambda: b"MZ", "extension"),
    "a page": ("a.html", lambda: b"<script>", "extension"),
    "a drawing with a script": ("a.svg", lambda: b"<svg onload=x>", "extension"),
    "no extension": ("pdf", lambda: files.PDF, "extension"),
    "two extensions": ("a.pdf.exe", lambda: files.PDF, "extension"),
    "a page called a picture": ("a.png", lambda: b"<html><script>", "signature"),
    "a program called a document": ("a.pdf", lambda: b"MZ\x90", "signature"),
    "a picture called a document": ("a.pdf", files.png, "signature"),
    "a document behind other bytes": ("a.pdf", lambda: b"<script></script>" + files.PDF, "signature"),
    "an old Word file": ("a.docx", lambda: b"\xd0\xcf\x11\xe0", "signature"),
    "a table called a text": ("a.docx", files.xlsx, "damaged"),
    "any archive": ("a.docx", lambda: files.archive({"x": b"y"}), "damaged"),
    "cut off": ("a.docx", lambda: files.docx()[:-30], "damaged"),
    "many parts": ("a.docx", lambda: files.docx(**{f"p{n}": b"" for n in range(200)}), "parts"),
    "a bomb": ("a.docx", files.bomb, "unpacked"),
    "a smaller bomb": ("a.docx", lambda: files.docx(**{"p.xml": b" " * (9 << 20)}), "ratio"),
    "a directory that lies": ("a.docx", files.lying, "damaged"),
    "the same part twice": ("a.docx", twice_the_same_part, "damaged"),
    "locked": ("a.docx", locked, "password"),
    "macros": ("a.docx", lambda: files.docx(**{"word/vbaProject.bin": b"x"}), "macros"),
    "entities": ("a.docx", lambda: files.docx(**{"word/styles.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]>"}), "entity"),
    "entities in UTF-16": ("a.docx", lambda: files.docx(**{"word/styles.xml": "<!DOCTYPE a>".encode("utf-16")}), "entity"),
    "another compression": (
        "a.docx",
        lambda: files.archive({files.TYPES: b"", "word/document.xml": b""}, compression=zipfile.ZIP_LZMA),
        "damaged",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_not_what_it_says_or_does_harm_is_refused_with_what_to_do(case: str) -> None:
    name, content, reason = HOSTILE[case]

    with pytest.raises(FileRefused) as refused:
        check_upload(Upload(name, content()))

    assert refused.value.reason == reason
    assert len(str(refused.value).split(". ")) == 2
    assert refused.value.status == 422


@pytest.mark.parametrize("size", [LARGEST + 1, LARGEST + 900_000])
def test_what_is_too_large_is_said_with_the_bound_alone(size: int) -> None:
    """Uploads are read no further than one byte past the bound: how large they are nobody knows."""
    with pytest.raises(FileRefused) as refused:
        check_upload(Upload("a.pdf", files.PDF + b" " * (size - len(files.PDF))))

    assert "Tệp lớn hơn 5 MB" in str(refused.value)
