"""A plan's spreadsheet from its first byte to rows of text by field. Nothing is judged here beyond what a row is.

Rows under the header are of four kinds: tasks; headings of sections (text in one place only, or merged across); rows that number the
columns; and blank ones. A cell that is merged over several rows holds for each of them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Final

from rules.said import Said
from workflow.planfile.headers import FIELD_OF, NEEDED, OURS, SHOWN_OF, header_of, quoted
from workflow.planfile.oddities import Oddities, oddities_of
from workflow.roster.archive import SheetRefused
from workflow.roster.columns import Column
from workflow.roster.findings import Finding, rows_named
from workflow.roster.headers import squashed
from workflow.roster.sheet import NumberedRow, Sheet, open_sheet

MOST_TASKS: Final = 2000
MOST_ROWS: Final = 5000
"""Rows of the sheet that are looked at, blank ones too: a plan is no roster."""
_HEAD: Final = 40
_LEAST: Final = 3
_LONGEST_HEADER: Final = 60
_ORDINAL: Final = re.compile(r"\d{1,4}(?:\.\d{1,3})*\.?")
_IN_ROW: Final = ("owner", "due", "support", "evidence", "after", "id")
_RESEND: Final = "Sửa tệp rồi gửi lại"


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A row that names a task: its number on the sheet, its texts by field, the heading it stands under."""

    number: int
    cells: Mapping[str, str]
    section: str = ""
    is_hidden: bool = False
    shown: Mapping[str, str] = field(default_factory=dict)
    """What columns say that only show how a task stands, by field."""


@dataclass(frozen=True)
class PlanSheet:
    """A plan as read. `fields` says in which column each field stands; a field without one is not in this file."""

    name: str
    fields: Mapping[str, Column]
    rows: tuple[PlanRow, ...]
    headings: tuple[tuple[int, str], ...]
    findings: tuple[Finding, ...]
    oddities: Oddities = field(default_factory=lambda: Oddities(frozenset(), frozenset(), ()))

    def where(self, name: str) -> str:
        """Return letter and header of a field's column, empty for a field that has none."""
        column = self.fields.get(name)
        return column.label if column is not None else ""


def read_plan(path: Path, *, file_name: str | None = None, sheet: str | None = None) -> PlanSheet:
    """Read a plan's spreadsheet. Raises SheetRefused, a sentence, for what is no plan or no honest spreadsheet."""
    with open_sheet(path, file_name=file_name, sheet=sheet) as opened:
        if opened.last_row > MOST_ROWS:
            what = Said("Trang tính có dữ liệu đến dòng %(count)s, vượt mức %(most)s dòng của một kế hoạch", count=opened.last_row, most=MOST_ROWS)  # fmt: skip
            raise SheetRefused("rows", what, "Xóa các dòng thừa bên dưới bảng, hoặc chia thành nhiều kế hoạch")
        lines = list(opened.rows())
    oddities = oddities_of(path, opened.name)
    at, headers = _header(lines, opened.merged)
    fields, shown, findings = _columns(headers)
    hidden = sorted(column.label for column in fields.values() if column.index in oddities.hidden_columns)
    if hidden:
        raise SheetRefused("hidden", Said("Cột %(columns)s đang bị ẩn nên người xem không thấy", columns=", ".join(hidden)), "Bỏ ẩn cột, hoặc xóa cột, rồi gửi lại")  # fmt: skip
    below = _filled(lines[at:], at, opened.merged)
    rows, headings = _rows(below, fields, shown, oddities)
    if not rows:
        raise SheetRefused("empty", "Dưới dòng tiêu đề không có việc nào", "Điền mỗi việc một dòng rồi gửi lại")
    if len(rows) > MOST_TASKS:
        raise SheetRefused("rows", Said("Tệp có %(n)s việc, vượt mức %(most)s", n=len(rows), most=MOST_TASKS), "Chia thành nhiều kế hoạch rồi gửi lại")  # fmt: skip
    told = [*findings, *_odd(oddities, rows), *_other_sheets(opened)]
    return PlanSheet(opened.name, fields, tuple(rows), tuple(headings), tuple(told), oddities)


def _header(lines: Sequence[NumberedRow], merged: Sequence[tuple[int, int, int, int]]) -> tuple[int, Sequence[str]]:
    """Return how many rows stand up to and with the header, and the header."""
    scores = [len({_field(cell) for cell in cells} - {None}) for _, cells in islice(lines, _HEAD)]
    best = max(range(len(scores)), key=lambda place: (scores[place], -place), default=-1)
    if best < 0 or scores[best] < _LEAST:
        what = Said("Không thấy dòng tiêu đề của kế hoạch trong %(n)s dòng đầu", n=_HEAD)
        todo = Said("Dòng tiêu đề cần có %(columns)s; tải mẫu để xem cách ghi", columns=", ".join(quoted(name) for name in NEEDED))  # fmt: skip
        raise SheetRefused("header", what, todo)
    below = [bottom for top, _, bottom, _ in merged if top == best]
    return max([best, *below]) + 1, lines[best][1]


def _columns(headers: Sequence[str]) -> tuple[dict[str, Column], dict[str, int], list[Finding]]:
    """Return the column of each field, those that only show how tasks stand, and what there is to say of the columns."""
    fields, shown, findings = dict[str, Column](), dict[str, int](), list[Finding]()
    for index, header in enumerate(headers):
        name, column = _field(header), Column(index, header)
        if name is not None and name not in fields:
            fields[name] = column
        elif name is not None:
            findings.append(_left_out(column, Said("Cột %(label)s trùng ý nghĩa với cột %(first)s; chỉ đọc cột %(first)s.", label=column.label, first=fields[name].label)))  # fmt: skip
        elif squashed(header) in SHOWN_OF:
            shown.setdefault(SHOWN_OF[squashed(header)], index)
        elif header and squashed(header) not in OURS:
            findings.append(_left_out(column, _unknown(column)))
    lacking = [quoted(name) for name in NEEDED if name not in fields]
    if lacking:
        raise SheetRefused("column", Said("Thiếu cột %(columns)s", columns=", ".join(lacking)), "Thêm cột hoặc sửa tiêu đề rồi gửi lại tệp")  # fmt: skip
    return fields, shown, findings


def _field(header: str) -> str | None:
    return FIELD_OF.get(squashed(header)) if header and len(header) <= _LONGEST_HEADER else None


def _left_out(column: Column, message: str) -> Finding:
    return Finding("column_left_out", "warning", column.label, message)


def _unknown(column: Column) -> str:
    near = get_close_matches(squashed(column.header), FIELD_OF, n=1, cutoff=0.75)
    if near:
        return Said("Không nhận ra cột %(label)s; cột này bị bỏ qua. Có phải là “%(meant)s”? Nếu đúng, sửa tiêu đề rồi gửi lại.", label=column.label, meant=header_of(FIELD_OF[near[0]]))  # fmt: skip
    return Said("Không nhận ra cột %(label)s; cột này bị bỏ qua. Nếu cần, đổi tiêu đề theo mẫu rồi gửi lại.", label=column.label)  # fmt: skip


def _filled(
    lines: Sequence[NumberedRow], skipped: int, merged: Sequence[tuple[int, int, int, int]]
) -> list[tuple[int, list[str], bool]]:
    """Return the rows below the header with merged cells filled downwards, and whether a row is merged across."""
    told = [(number, list(cells)) for number, cells in lines]
    across = set[int]()
    for top, left, bottom, right in merged:
        if right - left >= 2 and left <= 2:
            across.add(top)
        first = top - skipped
        if bottom > top and 0 <= first < len(told) and left < len(told[first][1]):
            for place in range(first + 1, min(bottom - skipped + 1, len(told))):
                if left < len(told[place][1]) and not told[place][1][left]:
                    told[place][1][left] = told[first][1][left]
    return [(number, cells, skipped + place in across) for place, (number, cells) in enumerate(told)]


def _rows(
    lines: Sequence[tuple[int, list[str], bool]],
    fields: Mapping[str, Column],
    shown: Mapping[str, int],
    oddities: Oddities,
) -> tuple[list[PlanRow], list[tuple[int, str]]]:
    rows, headings, section = list[PlanRow](), list[tuple[int, str]](), ""
    for number, cells, is_across in lines:
        texts = {name: cells[column.index] if column.index < len(cells) else "" for name, column in fields.items()}
        filled = [cell for cell in cells if cell]
        if not filled or _numbers_columns(filled):
            continue
        if is_across or _is_heading(texts):
            section = " ".join(dict.fromkeys(filled))
            headings.append((number, section))
        else:
            stands = {name: cells[index] for name, index in shown.items() if index < len(cells)}
            rows.append(PlanRow(number, texts, section, number in oddities.hidden_rows, stands))
    return rows, headings


def _is_heading(texts: Mapping[str, str]) -> bool:
    """Whether a row only names a section: nothing in it says who or until when, and it bears no number of a task."""
    return not any(texts.get(name) for name in _IN_ROW) and not _ORDINAL.fullmatch(texts.get("no", ""))


def _numbers_columns(filled: Sequence[str]) -> bool:
    """Whether a row is the line "(1) (2) (3)" under a header."""
    digits = [text.strip("()") for text in filled]
    return len(filled) >= 3 and digits == [str(n) for n in range(1, len(filled) + 1)]


def _odd(oddities: Oddities, rows: Sequence[PlanRow]) -> Iterator[Finding]:
    numbers = {row.number for row in rows}
    cells = [cell for cell in oddities.formulas if int(re.sub(r"\D", "", cell)) in numbers]
    if cells:
        named = ", ".join(cells[:5]) + (" …" if len(cells) > 5 else "")
        message = Said("%(n)s ô là công thức (%(cells)s): đã đọc giá trị mà tệp lưu sẵn. Xem lại các giá trị ấy ở bảng dưới.", n=len(cells), cells=named)  # fmt: skip
        yield Finding("formula", "warning", named, message, {"cells": len(cells)})
    hidden = [row.number for row in rows if row.is_hidden]
    if hidden:
        message = Said("%(n)s dòng đang bị ẩn trong tệp nên không được nhận: bỏ ẩn rồi gửi lại.", n=len(hidden))
        yield Finding("hidden_rows", "warning", rows_named(hidden), message, {"rows": len(hidden)})


def _other_sheets(sheet: Sheet) -> Iterator[Finding]:
    others = [name for name in sheet.other_names if name not in HELP_SHEETS]
    if others:
        names = ", ".join(f"“{name}”" for name in others[:10])
        message = Said("Chỉ đọc trang tính “%(name)s”. Không đọc: %(names)s. Muốn nhập trang khác, chọn trang đó.", name=sheet.name, names=names)  # fmt: skip
        yield Finding("other_sheets", "warning", "", message, {"sheets": len(others)})


HELP_SHEETS: Final = ("Cách ghi", "Đơn vị")
"""Sheets of our own files that are there to be read by people."""
