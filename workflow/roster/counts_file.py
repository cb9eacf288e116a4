"""A table of the national system's numbers, from a spreadsheet or a text file: one row a place, each taken or handed back.

Read are the columns that name the place, the number and, if there is one, the instant. A row that names no area but the whole
("Tổng cộng") is the unit's own number. What cannot be read is handed back with row, column and a sentence; the rest goes on.
"""

import csv
import io
import re
import unicodedata
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rules.said import At, Figure, Said
from rules.time import Instant
from rules.typed_time import typed_moment
from workflow.errors import WorkflowError
from workflow.numbers import integer_vi
from workflow.people.names import fold
from workflow.plan.texts import has_long_number
from workflow.roster.archive import SheetRefused
from workflow.roster.places import Places
from workflow.roster.sheet import NumberedRow, open_sheet

MOST_BYTES: Final = 2 * 1024 * 1024
MOST_ROWS: Final = 2000
MOST_COLUMNS: Final = 60
HEAD_ROWS: Final = 20
"""Among so many rows the headers are looked for."""
LARGEST: Final = 100_000_000

_PLACE: Final = frozenset({
    "to dan pho", "dia ban", "khu dan cu", "khu pho", "thon", "thon xom", "to", "tdp", "kdc", "ten to", "ten dia ban", "don vi",
    "ten don vi", "khu vuc", "area", "place",
})  # fmt: skip
_NUMBER: Final = frozenset({
    "so tren he thong", "he thong", "so he thong", "so da gop y", "da gop y", "so nguoi da gop y", "so da thuc hien", "da thuc hien",
    "so da lam", "da lam", "so luong", "so nguoi", "da tham gia", "so da tham gia", "da tru chi tieu", "so da tru", "count", "n",
})  # fmt: skip
_MOMENT: Final = frozenset({"thoi diem", "luc", "tinh den", "thoi gian", "ngay gio", "as of", "time"})
_WHOLE: Final = frozenset({
    "tong", "tong cong", "cong", "tong so", "toan don vi", "ca don vi", "toan thi tran", "toan phuong", "toan xa", "total",
})  # fmt: skip
_GROUPED: Final = re.compile(r"\d{1,3}(?:([., \u00a0])\d{3})(?:\1\d{3})*")
_SECONDS: Final = re.compile(r"(\d{1,2}:\d{2}):\d{2}(?:\.\d+)?$")
_DELIMITERS: Final = ";\t,|"


@dataclass(frozen=True, slots=True)
class CountRow:
    """A row that can be taken: its number in the file, the area (None: the whole unit), the count and its instant."""

    row: int
    area_id: uuid.UUID | None
    n: int
    as_of: Instant


@dataclass(frozen=True, slots=True)
class HandedBack:
    """A row that cannot be taken: where, what stood there (as far as it may be shown), and why."""

    row: int
    column: str
    value: str
    why: str


@dataclass(frozen=True)
class CountsFile:
    """A file that was read: `rows` + `rejected` are all rows that say anything below the headers."""

    rows: tuple[CountRow, ...] = ()
    rejected: tuple[HandedBack, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def rows_in(self) -> int:
        """How many rows were looked at."""
        return len(self.rows) + len(self.rejected)


@dataclass(frozen=True, slots=True)
class _Columns:
    place: int | None
    number: int
    moment: int | None
    names: Mapping[int, str] = field(default_factory=dict)

    def called(self, column: int) -> str:
        """Return a column as its header writes it, or its letter."""
        return self.names.get(column) or _letter(column)


def read_counts(
    path: Path, places: Places, *, file_name: str, as_of: Instant, starts_at: Instant, now: Instant
) -> CountsFile:
    """Return what a file of counts says; rows without an instant of their own are of `as_of`.

    Raises SheetRefused for a file that is no table of counts.
    """
    rows = list(
        _text_rows(path) if Path(file_name).suffix.lower() in (".csv", ".tsv", ".txt") else _sheet_rows(path, file_name)
    )
    filled = [(number, cells) for number, cells in rows if any(cells)]
    head, columns = _columns(filled, places)
    reader = _Reader(places, columns, as_of, starts_at, now)
    for number, cells in filled:
        if number > head:
            reader.read(number, cells)
    return reader.file()


class _Reader:
    """Reads rows one by one and keeps account of each."""

    def __init__(self, places: Places, columns: _Columns, as_of: Instant, starts_at: Instant, now: Instant) -> None:
        self._places, self._columns, self._as_of = places, columns, as_of
        self._starts_at, self._now = starts_at, now
        self._rows: list[CountRow] = []
        self._rejected: list[HandedBack] = []
        self._seen: dict[tuple[uuid.UUID | None, Instant], int] = {}

    def read(self, number: int, cells: Sequence[str]) -> None:
        """Take a row, or hand it back for the first thing that is wrong with it."""
        columns = self._columns
        try:
            area = self._area(_cell(cells, columns.place))
            n = _count(_cell(cells, columns.number), columns.number)
            moment = self._moment(_cell(cells, columns.moment))
        except _Wrong as wrong:
            column = columns.called(wrong.column) if wrong.column is not None else ""
            self._rejected.append(HandedBack(number, column, _shown(wrong.value), wrong.why))
            return
        before = self._seen.setdefault((area, moment), number)
        if before != number:
            why = Said("trùng nơi và thời điểm với dòng %(row)s; giữ một dòng", row=before)
            place = columns.place if columns.place is not None else columns.number
            self._rejected.append(HandedBack(number, columns.called(place), _shown(_cell(cells, place)), why))
            return
        self._rows.append(CountRow(number, area, n, moment))

    def file(self) -> CountsFile:
        """Return what was read, with a remark for each instant at which the areas do not add up to the whole."""
        return CountsFile(tuple(self._rows), tuple(self._rejected), tuple(self._sums()))

    def _area(self, text: str) -> uuid.UUID | None:
        column = self._columns.place
        if column is None or _plain(text) in _WHOLE:
            return None
        if not text:
            raise _Wrong(column, text, "chưa ghi địa bàn; ghi tên địa bàn, hoặc “Tổng cộng” cho cả đơn vị")
        found = self._places.find(text)
        if found is not None:
            return found
        if self._places.closed(text):
            raise _Wrong(column, text, "địa bàn này đã kết thúc; bỏ dòng này hoặc ghi địa bàn thay thế")
        nearest = self._places.nearest(text)
        if nearest:
            raise _Wrong(column, text, Said("không có địa bàn tên này; có phải “%(name)s”?", name=nearest))
        raise _Wrong(column, text, "không có địa bàn tên này; ghi đúng tên như trong danh sách địa bàn")

    def _moment(self, text: str) -> Instant:
        column = self._columns.moment
        if column is None or not text:
            return self._as_of
        try:
            moment, with_day = typed_moment(_SECONDS.sub(r"\1", text), since=self._now, side="behind")
        except ValueError:
            raise _Wrong(column, text, "không đọc được ngày giờ; ghi như 15:45 24/5/2025") from None
        if not with_day:
            raise _Wrong(column, text, "thiếu ngày; ghi như 15:45 24/5/2025")
        if moment > self._now:
            raise _Wrong(column, text, "thời điểm này chưa tới; ghi lại ngày giờ")
        if moment < self._starts_at:
            why = Said("trước khi đợt bắt đầu (%(at)s); ghi lại ngày giờ", at=At(self._starts_at))
            raise _Wrong(column, text, why)
        return moment

    def _sums(self) -> Iterator[str]:
        areas = len(self._places.names)
        for moment in dict.fromkeys(row.as_of for row in self._rows):
            whole = [row.n for row in self._rows if row.as_of == moment and row.area_id is None]
            parts = [row.n for row in self._rows if row.as_of == moment and row.area_id is not None]
            if whole and len(parts) == areas and sum(parts) != whole[0]:
                yield Said(
                    "Lúc %(at)s: cộng %(n)s địa bàn được %(sum)s, dòng tổng ghi %(total)s. Xem lại bảng của hệ thống.",
                    at=At(moment),
                    n=areas,
                    sum=Figure(integer_vi(sum(parts))),
                    total=Figure(integer_vi(whole[0])),
                )


class _Wrong(Exception):
    """What is wrong with a row, and in which column."""

    def __init__(self, column: int | None, value: str, why: str) -> None:
        self.column, self.value, self.why = column, value, why
        super().__init__(why)


def _columns(rows: Sequence[NumberedRow], places: Places) -> tuple[int, _Columns]:
    """Return the number of the row of headers (0: there is none) and what its columns are."""
    for number, cells in rows[:HEAD_ROWS]:
        plain = [_plain(cell) for cell in cells]
        counts = [at for at, name in enumerate(plain) if name in _NUMBER]
        counts += [at for at, name in enumerate(plain) if name == "so" and _first(plain, _PLACE) is not None]
        if counts:
            names = {at: cell for at, cell in enumerate(cells) if cell}
            return number, _Columns(_first(plain, _PLACE), counts[0], _first(plain, _MOMENT), names)
    found = _without_headers(rows, places)
    if found is None:
        raise SheetRefused(
            "columns",
            "Không tìm thấy cột “Số trên hệ thống” trong 20 dòng đầu",
            "Đặt tên hai cột “Địa bàn” và “Số trên hệ thống” rồi gửi lại",
        )
    return 0, found


def _without_headers(rows: Sequence[NumberedRow], places: Places) -> _Columns | None:
    """Return the columns of a bare table of two: a place and a number."""
    pairs = [[at for at, cell in enumerate(cells) if cell] for _, cells in rows]
    if not rows or any(len(pair) != 2 for pair in pairs) or len({tuple(pair) for pair in pairs}) != 1:
        return None
    place, number = pairs[0]
    known = any(places.find(cells[place]) or _plain(cells[place]) in _WHOLE for _, cells in rows)
    return _Columns(place, number, None) if known else None


def people_of(text: str) -> int:
    """Return a number of people as either language groups it: 3045, 3.045, 3,045. Raises ValueError with a sentence.

    >>> [people_of(text) for text in ("3045", "3.045", "1,234,567", "3 045 người", "0")]
    [3045, 3045, 1234567, 3045, 0]
    """
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("người").strip()
    if not plain:
        raise ValueError("chưa có số; ghi số người, 0 nếu không có ai")
    grouped = _GROUPED.fullmatch(plain)
    digits = plain.replace(grouped[1], "") if grouped else plain
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError("không phải số người; ghi số nguyên như 3.045")
    if len(digits) > 12 or int(digits) > LARGEST:
        raise ValueError("số quá lớn; xem lại có gõ thừa chữ số")
    return int(digits)


def _count(text: str, column: int) -> int:
    try:
        return people_of(text)
    except ValueError as wrong:
        raise _Wrong(column, text, Said(str(wrong))) from None


def _sheet_rows(path: Path, file_name: str) -> list[NumberedRow]:
    with open_sheet(path, file_name=file_name) as sheet:
        if sheet.last_row > MOST_ROWS:
            raise _too_long()
        return list(sheet.rows())


def _text_rows(path: Path) -> list[NumberedRow]:
    data = path.read_bytes()
    if not data.strip():
        raise SheetRefused("empty", "Tệp rỗng", "Gửi lại tệp có số liệu")
    if len(data) > MOST_BYTES:
        raise SheetRefused("size", "Tệp lớn hơn 2 MB", "Chỉ giữ bảng số liệu rồi gửi lại")
    text = _decoded(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        rows = [
            (number, [_tidy(cell) for cell in cells])
            for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), 1)
        ]
    except csv.Error:
        raise SheetRefused("damaged", "Tệp .csv không đọc được", "Mở bằng Excel, lưu dạng .xlsx rồi gửi lại") from None
    if len(rows) > MOST_ROWS or any(len(cells) > MOST_COLUMNS for _, cells in rows):
        raise _too_long()
    return rows


def _decoded(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise SheetRefused(
            "encoding",
            "Tệp .csv không phải dạng UTF-8",
            "Trong Excel chọn “Lưu thành” dạng “CSV UTF-8” hoặc .xlsx rồi gửi lại",
        ) from None


def _too_long() -> WorkflowError:
    return SheetRefused("rows", "Bảng dài hơn 2.000 dòng hoặc rộng hơn 60 cột", "Chỉ giữ bảng số liệu rồi gửi lại")


def _first(plain: Sequence[str], names: frozenset[str]) -> int | None:
    return next((at for at, name in enumerate(plain) if name in names), None)


def _cell(cells: Sequence[str], column: int | None) -> str:
    return cells[column] if column is not None and column < len(cells) else ""


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", fold(text)).split())


def _tidy(cell: str) -> str:
    return " ".join(unicodedata.normalize("NFC", cell.replace("\0", " ")).split())


def _shown(value: str) -> str:
    """Return what stood in a cell, shortened; never a number that could be somebody's."""
    return "…" if has_long_number(value) else value if len(value) <= 40 else value[:39] + "…"


def _letter(column: int) -> str:
    """Return a column's letter: 0 is A, 26 is AA."""
    return (_letter(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)
