"""One sheet of a spreadsheet file, read safely: rows of clean text, and a sentence for every file that is refused.

A child process parses under limits (`sandbox.py`) while this process unpacks the archive once more to see whether it is
what its directory says (`archive.py`). No row is handed on before both have agreed.
"""

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from rules.said import Said
from workflow.people.names import without_invisible
from workflow.roster import archive, sandbox
from workflow.roster.archive import SheetRefused

DATA_ROWS: Final = 100_000
OTHER_ROWS: Final = 500
"""Rows that may stand around the people of a list: letterhead, group rows, totals, signatures."""
COLUMNS: Final = 60
_HEAD_BYTES: Final = 4_000_000
_BLOCK_BYTES: Final = 256 * 1024 * 1024

_SPLIT: Final = "Chia danh sách thành nhiều tệp, mỗi tệp một tổ dân phố, rồi gửi từng tệp"
_UNTIDY: Final = re.compile(r"[^\S \x1e\x1f]|  | [\x1e\x1f]|[\x1e\x1f] |\A | \Z|\ufeff")
_SPACES: Final = re.compile(r"[^\S\x1e\x1f]+")
_EDGES: Final = re.compile(r" ?([\x1e\x1f]) ?")

Cells = list[str]
NumberedRow = tuple[int, Cells]
"""The row number as the spreadsheet shows it, from 1, and the text of every cell, composed and trimmed."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet being read. `merged` holds (first row, first column, last row, last column), counted from 0."""

    name: str
    other_names: tuple[str, ...]
    columns: int
    last_row: int
    merged: tuple[tuple[int, int, int, int], ...]
    _answer: IO[bytes] = field(repr=False)

    def rows(self) -> Iterator[NumberedRow]:
        """Yield every row once, blank ones too; raise SheetRefused if the reader gives out midway."""
        number = 0
        while True:
            length = int.from_bytes(_exactly(self._answer, 4), "big")
            if not length:
                return
            if length > _BLOCK_BYTES:
                raise _refused("memory")
            for line in tidy(_exactly(self._answer, length).decode("utf-8", "replace")).split(sandbox.ROW_END):
                number += 1
                yield number, line.split(sandbox.CELL_END)


@contextmanager
def open_sheet(path: Path, *, file_name: str | None = None, sheet: str | None = None) -> Iterator[Sheet]:
    """Open the sheet called `sheet`, or the first visible one that is not empty.

    `file_name` is the name the file was sent under, where it is stored under another. Raises SheetRefused, a sentence in
    Vietnamese, for whatever is not an honest spreadsheet of at most 20 MB, 60 columns and 100,000 people.
    """
    archive.check_kind(path, file_name or path.name)
    parts = archive.check_directory(path)
    child = _start(path, sheet)
    try:
        archive.check_contents(path, parts)
        assert child.stdout is not None  # noqa: S101 - asked for with PIPE
        about = _about(child.stdout)
        others = tuple(name for name in about["sheets"] if name != about["sheet"])
        merged = tuple((top, left, bottom, right) for top, left, bottom, right in about["merged"])
        yield Sheet(about["sheet"], others, about["columns"], about["rows"], merged, child.stdout)
    finally:
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


def tidy(block: str) -> str:
    """Return the text of many cells composed (NFC), without invisible characters, each cell trimmed, spaces single."""
    if not block.isascii():
        block = unicodedata.normalize("NFC", without_invisible(block))
    if "\0" in block:
        block = block.replace("\0", " ")
    if _UNTIDY.search(block):
        block = _EDGES.sub(r"\1", _SPACES.sub(" ", block)).strip(" ")
    return block


def _start(path: Path, sheet: str | None) -> subprocess.Popen[bytes]:
    limits = [str(DATA_ROWS + OTHER_ROWS), str(COLUMNS)]
    command = [sys.executable, "-I", sandbox.__file__, str(path.resolve()), *limits]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and script; the path is one argument
        command if sheet is None else [*command, sheet],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8"},
        cwd="/",
    )


def _about(answer: IO[bytes]) -> dict[str, Any]:
    line = answer.readline(_HEAD_BYTES)
    if not line.endswith(b"\n"):
        raise _refused("memory")
    about: dict[str, Any] = json.loads(line)
    if "refused" in about:
        raise _refused(about["refused"], about)
    return about


def _exactly(answer: IO[bytes], length: int) -> bytes:
    data = answer.read(length)
    if len(data) != length:
        raise _refused("memory")
    return data


def _refused(reason: str, about: dict[str, Any] | None = None) -> SheetRefused:
    """Return the sentence for a reason the child gave, or for its silence: then it ran into a limit."""
    about = about or {}
    match reason:
        case "rows":
            return SheetRefused(
                reason,
                Said("Trang tính có dữ liệu đến dòng %(count)s, vượt mức 100.000 dòng", count=about["count"]),
                _SPLIT,
            )
        case "columns":
            what = Said(
                "Trang tính có dữ liệu đến cột thứ %(count)s, vượt mức %(columns)s cột",
                count=about["count"],
                columns=COLUMNS,
            )
            return SheetRefused(reason, what, "Xóa các cột thừa bên phải bảng rồi gửi lại")
        case "empty":
            return SheetRefused(reason, "Tệp không có dòng nào", "Gửi lại tệp có danh sách")
        case "no_such_sheet":
            names = ", ".join(f"“{name}”" for name in about["sheets"][:20])
            return SheetRefused(
                reason, "Tệp không có trang tính được chọn", Said("Chọn một trong các trang: %(names)s", names=names)
            )
        case "password":
            return SheetRefused(reason, "Tệp có đặt mật khẩu", "Bỏ mật khẩu rồi gửi lại")
        case "memory":
            return SheetRefused(reason, "Đọc tệp này cần quá nhiều bộ nhớ hoặc thời gian nên đã dừng", _SPLIT)
        case _:
            todo = "Mở tệp bằng Excel, lưu lại dạng .xlsx rồi gửi lại"
            return SheetRefused(reason, "Tệp bị hỏng hoặc không phải là bảng tính .xlsx", todo)
