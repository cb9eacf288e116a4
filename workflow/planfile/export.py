"""Plans as spreadsheets of our own: one to fill in, one that shows how the plan stands. Both are read back by `read_plan`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final

from rules.pack import Pack
from rules.pack.model import Duty, PlanTask
from workflow.planfile.headers import COLUMNS, STATE_COLUMNS, STATE_FIELDS, TODO_HEADER
from workflow.planfile.read import HELP_SHEETS
from workflow.planfile.who import Directory
from workflow.planfile.words import PER_WORDS, cells_of
from workflow.spreadsheets import workbook_in

SHEET: Final = "Kế hoạch"
_HEADER_ROW: Final = 3
FIRST_ROW: Final = _HEADER_ROW + 2
"""The number, as a spreadsheet shows it, of the first row below the header."""
_EMPTY_LINES: Final = 40
_LINE, _TALLEST = 15.0, 400.0


@dataclass(frozen=True, slots=True)
class Stand:
    """How an item stands: the last moment, state, whether late, progress and evidence, in words."""

    last_moment: str = ""
    state: str = ""
    standing: str = ""
    is_late: bool = False
    progress: int | None = None
    evidence: int = 0


def write_plan(
    target: IO[bytes],
    pack: Pack,
    *,
    title: str,
    subtitle: str,
    marked: str = "",
    stands: Mapping[str, Stand] | None = None,
) -> int:
    """Write the plan of a pack, one row an item; return how many. With `stands`, how each item stands goes beside it."""
    items: list[PlanTask | Duty] = [*pack.model.plan.tasks, *pack.model.plan.duties]
    numbers, who = {item.id: str(n) for n, item in enumerate(items, start=1)}, Directory(pack)
    cells = [cells_of(item, pack, who, numbers) for item in items]
    told = [stands.get(item.id, Stand()) for item in items] if stands is not None else None
    write_rows(target, pack, cells, (title, subtitle), marked=marked, stands=told)
    return len(items)


def write_empty(target: IO[bytes], pack: Pack, *, title: str) -> None:
    """Write a plan to fill in: the columns, what may stand in each, and whom a plan of this campaign may name."""
    subtitle = "Mỗi việc một dòng. Cách ghi từng cột và các đơn vị ở hai trang sau."
    write_rows(target, pack, [{} for _ in range(_EMPTY_LINES)], (title, subtitle))


def write_rows(
    target: IO[bytes], pack: Pack, rows: Sequence[Mapping[str, str]], head: tuple[str, str], *, marked: str = "",
    stands: Sequence[Stand] | None = None, todos: Sequence[str] | None = None,
) -> None:  # fmt: skip
    """Write rows of cells by field below a title; beside them how each stands, or what is to do in it."""
    with workbook_in(target) as book:
        styles = _styles(book)
        sheet = book.add_worksheet(SHEET)
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEADER_ROW)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L" + marked.replace("&", "&&")[:200] + "&R&P/&N")
        sheet.write_string(0, 0, head[0], styles["title"])
        sheet.write_string(1, 0, head[1], styles["quiet"])
        fields, headers = _layout(with_stands=stands is not None, with_todos=todos is not None)
        for index, (header, width) in enumerate(headers):
            sheet.set_column(index, index, width)
            sheet.write_string(_HEADER_ROW, index, header, styles["header"])
        for number, cells in enumerate(rows):
            row, stand = _HEADER_ROW + 1 + number, stands[number] if stands is not None else Stand()
            told = {**cells, **dict(zip(STATE_FIELDS, _stand_cells(stand), strict=True))}
            told |= {"todo": todos[number]} if todos is not None else {}
            sheet.set_row(row, _height(told, fields, headers))
            for index, field in enumerate(fields):
                late = field == "standing" and stand.is_late
                _cell(sheet, row, index, told.get(field, ""), styles["late" if late else "cell"])
        sheet.freeze_panes(_HEADER_ROW + 1, 2)
        sheet.autofilter(_HEADER_ROW, 0, _HEADER_ROW + len(rows), len(headers) - 1)
        sheet.print_area(0, 0, _HEADER_ROW + len(rows), fields.index("after"))
        _help(book, pack, styles)


def _layout(*, with_stands: bool, with_todos: bool) -> tuple[list[str], list[tuple[str, int]]]:
    """Return the fields of the columns from left to right, with header and width: how a task stands is right of its deadline."""
    told: list[tuple[str, tuple[str, int]]] = []
    for column in COLUMNS:
        told.append((column.field, (column.header, column.width)))
        if column.field == "due" and with_stands:
            told += zip(STATE_FIELDS, STATE_COLUMNS, strict=True)
    if with_todos:
        told.append(("todo", (TODO_HEADER, 60)))
    return [field for field, _ in told], [header for _, header in told]


def _height(cells: Mapping[str, str | int | None], fields: Sequence[str], headers: Sequence[tuple[str, int]]) -> float:
    """Return the height of a row, in points, that shows every line of its cells: no program works it out for a file that is made."""
    lines = [
        -(-len(str(cells.get(field) or "")) * 12 // (width * 10))
        for field, (_, width) in zip(fields, headers, strict=True)
    ]
    return min(max(*lines, 1) * _LINE, _TALLEST)


def _stand_cells(stand: Stand) -> tuple[str | int | None, ...]:
    progress = None if stand.progress is None else f"{stand.progress} %"
    return (stand.last_moment, stand.state, stand.standing, progress, stand.evidence)


def stand_texts(stand: Stand) -> dict[str, str]:
    """Return how an item stands as its columns read when they come back, by field."""
    cells = zip(STATE_FIELDS, _stand_cells(stand), strict=True)
    return {name: "" if value is None else str(value) for name, value in cells}


def _cell(sheet: Any, row: int, column: int, value: str | int | None, style: Any) -> None:
    if isinstance(value, int):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, value or "", style)


def _help(book: Any, pack: Pack, styles: Mapping[str, Any]) -> None:
    told = book.add_worksheet(HELP_SHEETS[0])
    told.set_landscape()
    told.fit_to_pages(1, 0)
    told.set_column(0, 0, 26)
    told.set_column(1, 1, 12)
    told.set_column(2, 2, 90)
    for index, header in enumerate(("Cột", "Cần", "Ghi gì")):
        told.write_string(0, index, header, styles["header"])
    for row, column in enumerate(COLUMNS, start=1):
        told.set_row(row, (1 + len(column.help) // 90) * _LINE)
        for index, text in enumerate((column.header, "bắt buộc" if column.is_needed else "", column.help)):
            told.write_string(row, index, text, styles["cell"])
    names = book.add_worksheet(HELP_SHEETS[1])
    names.fit_to_pages(1, 0)
    names.set_column(0, 0, 70)
    names.set_column(1, 1, 24)
    for index, header in enumerate(("Đơn vị, chức danh ghi được", "Áp dụng cho")):
        names.write_string(0, index, header, styles["header"])
    who = [(post.label.vi, PER_WORDS[post.per]) for post in pack.model.pack.posts]
    who += [(body.label.vi, "chỉ phối hợp" if not _answers(pack, body.id) else "") for body in pack.model.pack.bodies]
    first = dict(reversed(who))
    for row, texts in enumerate(((name, first.pop(name)) for name, _ in who if name in first), start=1):
        for index, text in enumerate(texts):
            names.write_string(row, index, text, styles["cell"])


def _answers(pack: Pack, body: str) -> bool:
    return any(post.body == body for post in pack.model.pack.posts)


def _styles(book: Any) -> dict[str, Any]:
    base = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#B0B0B0"}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "quiet": book.add_format({"font_color": "#555555"}),
        "header": book.add_format({**base, "bold": True, "bg_color": "#E8EEF4"}),
        "cell": book.add_format({**base, "num_format": "@"}),
        "late": book.add_format({**base, "bold": True, "font_color": "#B00020"}),
    }
