"""A table read: its headings apart from its figures, which rows are totals, and which rows stand under which."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from workflow.checking.model import Cell, Table, Value
from workflow.checking.quantities import UNITS, read_decimal, read_whole
from workflow.checking.words import one_line

_TOTAL: Final = re.compile(
    r"^\W*(?:tổng(?: cộng| số| toàn .*| chung)?|cộng(?: chung)?|toàn (?:xã|phường|tỉnh|huyện|thị trấn|quận|thành phố|đơn vị)\b.*|grand total|total|tc)\W*(?:\(.*\))?$",
    re.IGNORECASE,
)
_SUBTOTAL: Final = re.compile(r"^\W*(?:cộng|tiểu kết|subtotal)\b", re.IGNORECASE)
_ORDINAL: Final = re.compile(r"^\W*(?:stt|tt|số tt|số thứ tự|no\.?|mã|mục)\W*$", re.IGNORECASE)
_SHARE: Final = re.compile(r"%|tỷ lệ|tỉ lệ|tỷ trọng|percent|rate", re.IGNORECASE)
_AVERAGE: Final = re.compile(r"bình quân|trung bình|năng suất|average|điểm", re.IGNORECASE)
_MEASURED: Final = re.compile(r"diện tích|kinh phí|đồng|\bha\b|tấn|sản lượng|thu nhập|giá trị|\bm2\b|km", re.IGNORECASE)
_MARKS: Final = (
    ("upper", re.compile(r"[A-HĐ]\.?")),
    ("roman", re.compile(r"[IVX]+\.?")),
    ("number", re.compile(r"\d{1,3}(?:\.\d{1,2})*\.?")),
    ("letter", re.compile(r"[a-zđ][.)]?")),
    ("dash", re.compile(r"[-–+•*].*")),
)
_MISTYPED: Final = re.compile(r"(?=.*\d.*\d)[\d.,]*[OolI][\d.,OolI]*")
"""A letter among digits, as in 12O."""
_UNIT_BEHIND: Final = re.compile(r"(?P<number>[\d.,]*\d)\s*(?P<unit>[^\W\d]+(?: [^\W\d]+){0,2})")
_COUNTING: Final = re.compile(r"\(?(\d{1,2})\)?(?:\s*=.*)?")


@dataclass(frozen=True)
class Row:
    """A row of figures: what it is called, its numbers by column, and whether it is a total."""

    at: int
    label: str
    is_total: bool
    numbers: dict[int, Value]
    texts: dict[int, str]

    @property
    def mark(self) -> str:
        """What numbers the row: its first cell if that is no name, else what its name begins with."""
        first = next(iter(self.texts.values()), "")
        return first if len(first) <= 6 and first != self.label else self.label.partition(" ")[0]

    @property
    def level(self) -> tuple[str, int]:
        """How the row is numbered, and by how many dots deeper; an empty kind if not at all."""
        mark = self.mark
        kind = next((kind for kind, shape in _MARKS if shape.fullmatch(mark)), "")
        return kind, mark.strip(".").count(".") if kind == "number" else 0

    @property
    def is_share(self) -> bool:
        """Whether the row prints percentages or averages: nothing to add."""
        return bool(_SHARE.search(self.label) or "%" in self.texts.values() or _AVERAGE.search(self.label))


@dataclass
class Grid:
    """A table read: its columns by heading, its rows, and the cells that should be numbers and are not."""

    table: Table
    heads: dict[int, str]
    shares: frozenset[int]
    rows: list[Row]
    wrong: list[Cell]
    broken: list[Value]
    """Numbers with decimals where people, households or things are counted."""
    shared: dict[tuple[int, int], Value] = field(default_factory=dict)
    """By sheet row and column, each place of a merged cell that prints one number for several rows or columns."""
    wide: frozenset[int] = frozenset()
    """Columns that share a number with another column: what is theirs is not known."""
    units: dict[int, list[tuple[Row, str]]] = field(default_factory=dict)
    """By column, the rows whose number is printed with its unit, "12 hộ"."""

    @property
    def data(self) -> list[Row]:
        """The rows that are no totals."""
        return [row for row in self.rows if not row.is_total]

    def is_shared(self, row: Row, *columns: int) -> bool:
        """Whether one of these numbers of a row stands in a merged cell, for other rows or columns as well."""
        cells = self.table.rows[row.at]
        return bool(self.shared) and any(
            at < len(cells) and (cells[at].row, cells[at].column) in self.shared for at in columns
        )

    @property
    def has_totals(self) -> bool:
        """Whether a row adds up others: by its words, or by how the rows are numbered."""
        return any(row.is_total for row in self.rows) or bool(groups_of(self.rows))

    @property
    def counted(self) -> list[int]:
        """The columns of counts."""
        columns = sorted({column for row in self.rows for column in row.numbers})
        return [
            column for column in columns if column not in self.shares and not _ORDINAL.match(self.heads.get(column, ""))
        ]


def read_grid(table: Table) -> Grid:
    """Return a table with its headings apart from its figures."""
    first = _first_row_of_figures(table)
    heads = _heads(table, first)
    width = max((len(row) for row in table.rows), default=0)
    shares = frozenset(column for column in range(width) if _is_share_column(table, heads, column, first))
    rows, wrong = [], []
    covered = {place: merged for merged in table.merged for place in _places(merged) if place != merged[:2]}
    units: dict[int, list[tuple[Row, str]]] = {}
    label_at = _label_column(table, heads, first, width)
    for at in range(first, len(table.rows)):
        row = table.rows[at]
        label = row[label_at].text if 0 <= label_at < len(row) else ""
        texts = {column: cell.text for column, cell in enumerate(row) if cell.text}
        numbers: dict[int, Value] = {}
        with_unit: dict[int, str] = {}
        for column, cell in enumerate(row):
            if (
                column == label_at
                or not cell.text
                or _ORDINAL.match(heads.get(column, ""))
                or (cell.row, cell.column) in covered
                or (table.spans.get((at, column - 1)) and column)
            ):
                continue
            if column not in shares and cell.text.endswith("%"):
                continue
            value = _value(cell, is_share=column in shares)
            told = None if value is not None else _with_unit(cell)
            if told is not None:
                value, with_unit[column] = told
            if value is not None:
                numbers[column] = value
            elif _looks_like_a_number(cell.text) or _MISTYPED.fullmatch(cell.text):
                wrong.append(cell)
        words = [text for text in texts.values() if not _looks_like_a_number(text)]
        is_total = any(_TOTAL.match(text) for text in words[:2]) or bool(_SUBTOTAL.match(label))
        if numbers and not _is_counting([cell for cell in row if cell.text]):
            rows.append(Row(at, label or (words[0] if words else ""), is_total, numbers, texts))
            for column, unit in with_unit.items():
                units.setdefault(column, []).append((rows[-1], unit))
    shared = _shared(table, rows)
    wide = frozenset(
        at
        for top, left, _, right in table.merged
        if (top, left) in shared and right > left
        for row in table.rows[:1]
        for at, cell in enumerate(row)
        if left <= cell.column <= right
    )
    return Grid(table, heads, shares, rows, wrong, _broken_counts(rows, heads, shares), shared, wide, units)


def _places(merged: tuple[int, int, int, int]) -> Iterator[tuple[int, int]]:
    top, left, bottom, right = merged
    return ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))


def _shared(table: Table, rows: Sequence[Row]) -> dict[tuple[int, int], Value]:
    """Return the number of each merged cell among the figures, by every place that it covers."""
    printed = {
        (cell.row, cell.column): row.numbers[column]
        for row in rows
        for column, cell in enumerate(table.rows[row.at])
        if column in row.numbers
    }
    firsts = [(merged, printed[merged[:2]]) for merged in table.merged if merged[:2] in printed]
    return {place: value for merged, value in firsts for place in _places(merged)}


def _with_unit(cell: Cell) -> tuple[Value, str] | None:
    """Return the number and the class of the unit of a cell that prints both, "1.310 hộ"; None if it does not."""
    found = _UNIT_BEHIND.fullmatch(cell.text)
    unit = UNITS.get(found["unit"].lower().strip()) if found else None
    whole = read_whole(found["number"]) if found else None
    if found is None or unit is None or whole is None:
        return None
    return Value(cell.text, whole, 0, cell.name), unit


def _broken_counts(rows: Sequence[Row], heads: dict[int, str], shares: frozenset[int]) -> list[Value]:
    """Return the numbers with decimals that stand alone among whole ones, in their row or column: 10.98 households."""
    lines = [
        [row.numbers[column] for column in row.numbers if column not in shares]
        for row in rows
        if _is_of_counts(row.label) and not row.is_share
    ]
    for column in {column for row in rows for column in row.numbers} - shares:
        if _is_of_counts(heads.get(column, "")):
            lines.append(
                [
                    row.numbers[column]
                    for row in rows
                    if column in row.numbers and not row.is_share and _is_of_counts(row.label)
                ]
            )
    odd = [[value for value in line if value.decimals] for line in lines if len(line) > 4]
    return list({id(each): each for found in odd if len(found) == 1 for each in found}.values())


def _is_of_counts(name: str) -> bool:
    return not (_SHARE.search(name) or _AVERAGE.search(name) or _MEASURED.search(name))


def _first_row_of_figures(table: Table) -> int:
    for at, row in enumerate(table.rows):
        cells = [cell for cell in row if cell.text]
        numeric = [
            cell
            for cell in cells
            if _value(cell, is_share=False) is not None or _value(cell, is_share=True) is not None
        ]
        if len(cells) > 1 and numeric and len(numeric) * 2 >= len(cells) - 1 and not _is_counting(cells):
            return at
    return len(table.rows)


def _is_counting(cells: Sequence[Cell]) -> bool:
    """Whether a row only numbers the columns: A B 1 2 3, or (1) (2) (3)=(1)+(2)."""
    found = [_COUNTING.fullmatch(cell.text) for cell in cells]
    numbers = [int(each.group(1)) for each in found if each is not None]
    lettered = sum(len(cell.text.strip("() ")) == 1 and cell.text.strip("() ").isalpha() for cell in cells)
    first = numbers[0] if numbers else 0
    return (
        len(numbers) >= 3
        and first <= 3
        and numbers == list(range(first, first + len(numbers)))
        and len(numbers) + lettered >= len(cells) - 2
    )


def _heads(table: Table, first: int) -> dict[int, str]:
    heads: dict[int, list[str]] = {}
    for row in table.rows[:first]:
        if len({cell.text for cell in row if cell.text}) < 2:
            continue
        for column, cell in enumerate(row):
            words = heads.setdefault(column, [])
            if cell.text and cell.text not in words:
                words.append(cell.text)
    return {column: one_line(" – ".join(words)) for column, words in heads.items()}


def _label_column(table: Table, heads: dict[int, str], first: int, width: int) -> int:
    """Return the first column that holds words; -1 if there is none and the first one is a total."""
    for column in range(min(width, 4)):
        cells = [row[column].text for row in table.rows[first:] if column < len(row) and row[column].text]
        words = [text for text in cells if not _looks_like_a_number(text) and len(text) > 1]
        if cells and len(words) * 2 > len(cells) and not _ORDINAL.match(heads.get(column, "")):
            return column
    return -1 if _TOTAL.match(heads.get(0, "")) else 0


def _is_share_column(table: Table, heads: dict[int, str], column: int, first: int) -> bool:
    cells = [row[column] for row in table.rows[first:] if column < len(row) and row[column].text]
    if not cells:
        return False
    if _SHARE.search(heads.get(column, "")):
        return True
    return sum(cell.text.rstrip().endswith("%") for cell in cells) * 2 > len(cells)


def _value(cell: Cell, *, is_share: bool) -> Value | None:
    """Return the number of a cell; None for words."""
    if cell.number is not None:
        return _of_workbook(cell, cell.number, is_share=is_share)
    text = cell.text.strip()
    if is_share:
        read = read_decimal(text.rstrip("%").strip())
        return None if read is None else Value(text, read[0], read[1], cell.name)
    if text in ("-", "–"):
        return Value(text, 0, 0, cell.name)
    whole = read_whole(text.lstrip("-−+"))
    if whole is not None and len(text.lstrip("-−+")) >= len(text) - 1:
        return Value(text, -whole if text[0] in "-−" else whole, 0, cell.name)
    read = read_decimal(text)
    if read is not None and read[1] and read[0] % 10 ** read[1] == 0:
        read = read[0] // 10 ** read[1], 0
    return None if read is None else Value(text, read[0], read[1], cell.name)


def _of_workbook(cell: Cell, number: float | int, *, is_share: bool) -> Value:
    """Return a workbook's number. Shares are kept as fractions or as percentages; they are printed with two decimals at most."""
    if isinstance(number, int):
        return Value(cell.text, number, 0, cell.name)
    text = f"{number:.10f}".rstrip("0").rstrip(".")
    decimals = min(len(text.partition(".")[2]), 4)
    return Value(cell.text, round(number * 10**decimals), decimals, cell.name)


def _looks_like_a_number(text: str) -> bool:
    return bool(re.fullmatch(r"[\d.,\s%/()–-]*\d[\d.,\s%/()–-]*", text))


def groups_of(rows: Sequence[Row]) -> list[tuple[Row, list[Row]]]:
    """Return each row with the rows numbered directly under it: A with I, II; I with 1, 2; 1 with 1.1 or a, b; a with "- …".

    A way of numbering that is open already goes on there; a new one begins a level below, as in the outline of a text.
    """
    found: dict[int, tuple[Row, list[Row]]] = {}
    stack: list[tuple[tuple[str, int], Row]] = []
    for row in rows:
        if row.is_total and not row.level[0]:
            stack.clear()
            continue
        levels = [level for level, _ in stack]
        if row.level in levels:
            del stack[levels.index(row.level) :]
        if stack and row.level[0]:
            found.setdefault(id(stack[-1][1]), (stack[-1][1], []))[1].append(row)
        stack.append((row.level, row))
    return [(row, parts) for row, parts in found.values() if len(parts) > 1]
