"""The figures of a close as a statistic form: a spreadsheet whose sums and rates are real formulas, with their values beside them.

A telephone shows the values, an office recalculates. Words are always text: what somebody is called is never a formula.
"""

from io import BytesIO
from typing import Any, Final

from rules.pack import Pack
from rules.time import local_datetime
from workflow.closing.frozen import Frozen, FrozenLine
from workflow.documents.marked import unmarked
from workflow.documents.paper_values import column_keys, columns_of
from workflow.documents.remarks import remarks
from workflow.documents.wording import hour_and_day
from workflow.spreadsheets import lay_across, workbook_in

_HEADS: Final = (
    ("Mục", 8),
    ("Nội dung", 64),
    ("Số lượng", 12),
    ("Đơn vị", 12),
    ("Tỷ lệ", 10),
    ("Mẫu số", 12),
    ("Tính trên", 44),
)
_FIRST: Final = 4


def statistic_form(frozen: Frozen, pack: Pack) -> bytes:
    """Return the workbook: one sheet of lines, one of places. The same close gives the same bytes."""
    made = BytesIO()
    with workbook_in(made) as book:
        moment = local_datetime(frozen.as_of).replace(tzinfo=None)
        book.set_properties({"author": frozen.unit_name, "created": moment, "title": "Biểu thống kê"})
        looks = {
            "bold": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1}),
            "words": book.add_format({"text_wrap": True, "valign": "top", "border": 1}),
            "whole": book.add_format({"num_format": "#,##0", "valign": "top", "border": 1}),
            "share": book.add_format({"num_format": "0.00%", "valign": "top", "border": 1}),
            "title": book.add_format({"bold": True, "font_size": 13}),
        }
        _lines(book.add_worksheet("Kết quả"), frozen, pack, looks)
        if frozen.areas:
            _places(book.add_worksheet("Theo địa bàn"), frozen, pack, looks)
    return made.getvalue()


def _head(sheet: Any, frozen: Frozen, heads: list[tuple[str, int]], looks: dict[str, Any]) -> None:
    lay_across(sheet)
    sheet.write_string(0, 0, frozen.unit_name, looks["title"])
    sheet.write_string(1, 0, frozen.name)
    sheet.write_string(
        2, 0, f"Số liệu đến {hour_and_day(frozen.as_of)}; sổ ghi đến số {frozen.cut_no}, chốt lần {frozen.revision}."
    )
    for column, (head, width) in enumerate(heads):
        sheet.set_column(column, column, width)
        sheet.write_string(_FIRST - 1, column, head, looks["bold"])


def _lines(sheet: Any, frozen: Frozen, pack: Pack, looks: dict[str, Any]) -> None:
    _head(sheet, frozen, list(_HEADS), looks)
    rows = {line.code: row for row, line in enumerate(frozen.lines, _FIRST)}
    for line, row in zip(frozen.lines, rows.values(), strict=True):
        sheet.write_string(row, 0, line.code, looks["words"])
        sheet.write_string(row, 1, line.label if line.note is None else f"{line.label} ({line.note})", looks["words"])
        formula = _sum(line, rows, frozen, pack)
        if line.count is None:
            sheet.write_string(row, 2, "", looks["words"])
        elif formula:
            sheet.write_formula(row, 2, formula, looks["whole"], line.count)
        else:
            sheet.write_number(row, 2, line.count, looks["whole"])
        sheet.write_string(row, 3, line.unit, looks["words"])
        _rate(sheet, row, line.count, line.base, ("C", 4, "F"), looks)
        if line.base is None:
            sheet.write_string(row, 5, "", looks["words"])
        else:
            sheet.write_number(row, 5, line.base, looks["whole"])
        sheet.write_string(row, 6, line.base_label or "", looks["words"])
    for row, text in enumerate(remarks(frozen, pack), _FIRST + len(rows) + 1):
        sheet.write_string(row, 0, unmarked(text))


def _sum(line: FrozenLine, rows: dict[str, int], frozen: Frozen, pack: Pack) -> str:
    """Return the formula of a line that is the sum of others which are printed too, as it must come out; empty for any other."""
    counts = {each.code: each.count for each in frozen.lines}
    for partition in pack.model.figures.partitions:
        parts = [code for code in partition.parts if counts.get(code) is not None]
        if partition.total == line.code and parts and sum(counts[code] or 0 for code in parts) == line.count:
            return "=" + "+".join(f"C{rows[code] + 1}" for code in parts)
    return ""


def _rate(
    sheet: Any, row: int, count: int | None, base: int | None, where: tuple[str, int, str], looks: dict[str, Any]
) -> None:
    counted, column, divided = where
    if count is None or base is None:
        sheet.write_string(row, column, "", looks["words"])
        return
    formula = f'=IF({divided}{row + 1}=0,"",{counted}{row + 1}/{divided}{row + 1})'
    sheet.write_formula(row, column, formula, looks["share"], count / base if base else "")


def _places(sheet: Any, frozen: Frozen, pack: Pack, looks: dict[str, Any]) -> None:
    titles = columns_of(frozen, pack)[:-1]
    keys = column_keys(frozen)
    done = next((line.code for line in frozen.lines if line.is_done and line.code in keys), None)
    last = len(keys) + 2
    _head(
        sheet,
        frozen,
        [("TT", 6), ("Địa bàn", 28), *((title, 16) for title in titles), ("Mẫu số", 12), ("Tỷ lệ", 10)],
        looks,
    )
    letter = {key: chr(ord("C") + at) for at, key in enumerate(keys)}
    base_letter = chr(ord("C") + len(keys))
    for row, place in enumerate(frozen.areas, _FIRST):
        sheet.write_number(row, 0, row - _FIRST + 1, looks["whole"])
        sheet.write_string(row, 1, place.name, looks["words"])
        for at, key in enumerate(keys):
            sheet.write_number(row, 2 + at, place.columns[key], looks["whole"])
        if place.base is not None:
            sheet.write_number(row, last, place.base, looks["whole"])
        if done is not None:
            _rate(sheet, row, place.columns[done], place.base, (letter[done], last + 1, base_letter), looks)
    end, first = _FIRST + len(frozen.areas), _FIRST + 1
    sheet.write_string(end, 0, "", looks["bold"])
    sheet.write_string(end, 1, "Cộng", looks["bold"])
    for at, key in enumerate(keys):
        total = sum(place.columns[key] for place in frozen.areas)
        sheet.write_formula(end, 2 + at, f"=SUM({letter[key]}{first}:{letter[key]}{end})", looks["whole"], total)
    bases = sum(place.base or 0 for place in frozen.areas)
    sheet.write_formula(end, last, f"=SUM({base_letter}{first}:{base_letter}{end})", looks["whole"], bases)
    if done is not None:
        _rate(
            sheet,
            end,
            sum(place.columns[done] for place in frozen.areas),
            bases,
            (letter[done], last + 1, base_letter),
            looks,
        )
