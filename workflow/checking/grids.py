"""What a table claims: its totals add up down and across, and its percentages are one column of another.

Which column is the sum of which others, or whose share a percentage column prints, is learned from the table itself: a relation that
most rows satisfy is claimed of all. Total rows are known by their words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from workflow.checking.claims import Claim, Rate, Sum, gives
from workflow.checking.model import Cell, Entry, Table, Value
from workflow.checking.quantities import read_decimal, read_whole
from workflow.checking.words import one_line

_TOTAL: Final = re.compile(
    r"^\W*(?:tổng(?: cộng| số| toàn .*| chung)?|cộng(?: chung)?|toàn (?:xã|phường|tỉnh|huyện|thị trấn|quận|thành phố|đơn vị)\b.*|grand total|total|tc)\W*(?:\(.*\))?$",
    re.IGNORECASE,
)
_SUBTOTAL: Final = re.compile(r"^\W*(?:cộng|tiểu kết|subtotal)\b", re.IGNORECASE)
_TOTAL_COLUMN: Final = re.compile(r"^\W*(?:tổng|cộng|total)", re.IGNORECASE)
_ORDINAL: Final = re.compile(r"^\W*(?:stt|tt|số tt|số thứ tự|no\.?|mã|mục)\W*$", re.IGNORECASE)
_SHARE: Final = re.compile(r"%|tỷ lệ|tỉ lệ|tỷ trọng|percent|rate", re.IGNORECASE)
_AVERAGE: Final = re.compile(r"bình quân|trung bình|năng suất|average|điểm", re.IGNORECASE)
_MEASURED: Final = re.compile(r"diện tích|kinh phí|đồng|\bha\b|tấn|sản lượng|thu nhập|giá trị|\bm2\b|km", re.IGNORECASE)
_ROMAN: Final = re.compile(r"[IVX]+\.?")
_NESTED: Final = re.compile(r"[-–+•]\s?|\d+\.\d+\.?$|[a-zđ][.)]?$")
MOST_COLUMNS: Final = 40
ENOUGH: Final = 0.7
"""The share of rows that must satisfy a relation before it is claimed of all."""


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
        return first if len(first) <= 6 and first != self.label else self.label[:2]

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

    @property
    def data(self) -> list[Row]:
        """The rows that are no totals."""
        return [row for row in self.rows if not row.is_total]

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
    label_at = _label_column(table, heads, first, width)
    for at in range(first, len(table.rows)):
        row = table.rows[at]
        label = row[label_at].text if label_at < len(row) else ""
        texts = {column: cell.text for column, cell in enumerate(row) if cell.text}
        numbers: dict[int, Value] = {}
        for column, cell in enumerate(row):
            if (
                column == label_at
                or not cell.text
                or _ORDINAL.match(heads.get(column, ""))
                or (table.spans.get((at, column - 1)) and column)
            ):
                continue
            value = _value(cell, is_share=column in shares)
            if value is not None:
                numbers[column] = value
            elif _looks_like_a_number(cell.text):
                wrong.append(cell)
        words = [text for text in texts.values() if not _looks_like_a_number(text)]
        is_total = any(_TOTAL.match(text) for text in words[:2]) or bool(_SUBTOTAL.match(label))
        if numbers and not _is_numbering(numbers, heads):
            rows.append(Row(at, label or (words[0] if words else ""), is_total, numbers, texts))
    return Grid(table, heads, shares, rows, wrong, _broken_counts(rows, heads, shares))


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


def claims_of_grid(grid: Grid) -> list[Claim]:
    """Return what the table claims."""
    return [*_down(grid), *_across(grid), *_shares(grid)]


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
    """Whether a row only numbers the columns: 1 2 3 4, or (1) (2) (3)=(1)+(2)."""
    texts = [cell.text.strip("() ") for cell in cells]
    digits = [text for text in texts if text.isdigit()]
    return (
        len(digits) >= 3
        and digits == [str(int(digits[0]) + step) for step in range(len(digits))]
        and len(digits) >= len(texts) - 2
    )


def _is_numbering(numbers: dict[int, Value], heads: dict[int, str]) -> bool:
    found = [value.number for _, value in sorted(numbers.items())]
    return (
        len(found) >= 3
        and found == list(range(found[0], found[0] + len(found)))
        and found[0] <= 3
        and not heads.get(-1)
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
    """Return the first column that holds words."""
    for column in range(min(width, 4)):
        cells = [row[column].text for row in table.rows[first:] if column < len(row) and row[column].text]
        words = [text for text in cells if not _looks_like_a_number(text) and len(text) > 1]
        if cells and len(words) * 2 > len(cells) and not _ORDINAL.match(heads.get(column, "")):
            return column
    return 0


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
    whole = read_whole(text)
    if whole is not None:
        return Value(text, whole, 0, cell.name)
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


def _down(grid: Grid) -> Iterator[Claim]:
    """Yield for each total row and column the sum of the rows it is the total of."""
    for column in grid.counted:
        rows = [row for row in grid.rows if column in row.numbers and not row.is_share]
        if not any(row.numbers[column].decimals for row in rows if not row.is_total):
            for total, parts in _sums_down(rows):
                yield _down_sum(grid, total, parts, column)


def _sums_down(rows: Sequence[Row]) -> Iterator[tuple[Row, Sequence[Row]]]:
    """Yield (total, its rows): the grand total at one end, subtotals by their words, groups by what is numbered under them."""
    totals = [at for at, row in enumerate(rows) if row.is_total]
    inside = _groups(rows)
    yield from inside
    if not totals or len(rows) - len(totals) < 2:
        return
    grand = rows[totals[-1]] if totals[-1] == len(rows) - 1 or totals[0] != 0 else rows[0]
    covered = {id(row) for _, parts in inside for row in parts}
    parts: list[Row] = []
    pending: list[Row] = []
    for row in rows:
        if row is grand or id(row) in covered:
            continue
        if row.is_total:
            if len(pending) > 1:
                yield row, pending
            parts.append(row)
            pending = []
        else:
            pending.append(row)
    parts += pending
    if len(parts) > 1:
        yield grand, parts


def _groups(rows: Sequence[Row]) -> list[tuple[Row, list[Row]]]:
    """Return each row with the rows numbered or indented under it: I with 1, 2, 3; 1 with 1.1; a name with "- …"."""
    found: list[tuple[Row, list[Row]]] = []
    has_roman = sum(bool(_ROMAN.fullmatch(row.mark)) for row in rows) > 1
    for row in rows:
        is_nested = not row.is_total and bool(_NESTED.match(row.mark) or (has_roman and row.mark.isdigit()))
        if is_nested and found:
            found[-1][1].append(row)
        elif not row.is_total:
            found.append((row, []))
    return [(row, parts) for row, parts in found if len(parts) > 1]


def _down_sum(grid: Grid, total: Row, parts: Sequence[Row], column: int) -> Sum:
    value = total.numbers[column]
    return Sum(
        "cross-foot", value.where, value, tuple(row.numbers[column] for row in parts),
        why="total row", names=tuple(row.label for row in parts), total_name=_called(total.label, grid.heads.get(column, "")),
    )  # fmt: skip


def _called(row: str, column: str) -> str:
    return f"{row}, {column}" if row and column else row or column


def _across(grid: Grid) -> Iterator[Claim]:
    """Yield for each row the relation between columns that most rows satisfy: a total of its parts, or a difference."""
    columns = grid.counted[:MOST_COLUMNS]
    rows = [
        row
        for row in grid.rows
        if not row.is_share and len([column for column in columns if column in row.numbers]) > 1
    ]
    if len(rows) < 3:
        return
    taken: set[int] = set()
    for total in _likely_totals(grid, columns):
        parts = _parts_of(rows, columns, total)
        if parts and total not in taken:
            taken.add(total)
            for row in rows:
                if total in row.numbers and all(each in row.numbers for each in parts):
                    yield Sum(
                        "cross-foot", row.numbers[total].where, row.numbers[total], tuple(row.numbers[each] for each in parts),
                        why="columns", names=tuple(grid.heads.get(each, "") for each in parts),
                        total_name=_called(row.label, grid.heads.get(total, "")),
                    )  # fmt: skip


def _likely_totals(grid: Grid, columns: list[int]) -> list[int]:
    named = [column for column in columns if _TOTAL_COLUMN.match(grid.heads.get(column, ""))]
    return [*named, *(column for column in columns if column not in named)]


def _parts_of(rows: Sequence[Row], columns: Sequence[int], total: int) -> tuple[int, ...]:
    """Return the neighbouring columns that add up to `total` in most rows; the longest run comes first. Empty if none do."""
    others = [column for column in columns if column != total]
    runs = [
        tuple(others[start:end])
        for start in range(len(others))
        for end in range(start + 2, len(others) + 1)
        if total < others[start] or total > others[end - 1]
    ]
    for run in sorted(runs, key=lambda run: (-len(run), run)):
        if _most(rows, run, total):
            return run
    for pair in combinations(others, 2):
        if _most(rows, pair, total):
            return pair
    return ()


def _most(rows: Sequence[Row], parts: Sequence[int], total: int) -> bool:
    """Whether parts add up to the total in most rows, and in at least two where more than one part is more than nothing."""
    told = [row for row in rows if total in row.numbers and all(part in row.numbers for part in parts)]
    if len(told) < 3 or len(told) * 2 < len(rows):
        return False
    holding = [row for row in told if sum(row.numbers[part].number for part in parts) == row.numbers[total].number]
    telling = [row for row in holding if sum(row.numbers[part].number != 0 for part in parts) > 1]
    every = all(any(row.numbers[part].number for row in told) for part in parts)
    return len(holding) >= ENOUGH * len(told) and len(telling) >= 2 and every


def _shares(grid: Grid) -> Iterator[Claim]:
    """Yield for each row the percentage of each share column, if most rows agree on whose share it is."""
    for share in sorted(grid.shares):
        found = _fraction_of(grid, share)
        if found is None:
            continue
        count, base = found
        for row in grid.rows:
            if share in row.numbers and count in row.numbers and base in row.numbers:
                yield _row_rate(grid, row, share, count, base)
    yield from _shares_of_total(grid)


def _row_rate(grid: Grid, row: Row, share: int, count: int, base: int) -> Rate:
    rate = _as_percent(row.numbers[share], row.numbers[count], row.numbers[base])
    entry = Entry(
        "", _called(row.label, grid.heads.get(count, "")), row.numbers[count], "", rate.where, rate=rate, source="table"
    )
    return Rate(rate.where, row.numbers[count], row.numbers[base], rate, entry)


def _fraction_of(grid: Grid, share: int) -> tuple[int, int] | None:
    """Return (count column, base column) that most rows agree on; the nearest to the left come first."""
    columns = [
        column
        for column in grid.counted
        if not any(row.numbers[column].decimals for row in grid.rows if column in row.numbers)
    ]
    near = sorted(columns, key=lambda column: (column > share, abs(column - share)))
    rows = [row for row in grid.rows if share in row.numbers]
    if len(rows) < 3:
        return None
    for count in near:
        for base in sorted(columns):
            if base == count:
                continue
            told = [
                row for row in rows if count in row.numbers and base in row.numbers and row.numbers[base].number > 0
            ]
            good = [row for row in told if _gives(row.numbers[share], row.numbers[count], row.numbers[base])]
            kinds = {row.numbers[share].number for row in good}
            if len(told) >= 3 and len(good) >= ENOUGH * len(told) and len(kinds) > 1:
                return count, base
    return None


def _shares_of_total(grid: Grid) -> Iterator[Claim]:
    """Yield the percentages of a column that are shares of its own total row."""
    totals = [row for row in grid.rows if row.is_total]
    if not totals:
        return
    for share in sorted(grid.shares):
        if _fraction_of(grid, share) is not None:
            continue
        for count in sorted(grid.counted, key=lambda column: (column > share, abs(column - share))):
            for total in (totals[-1], totals[0]):
                told = [row for row in grid.data if share in row.numbers and count in row.numbers]
                if count not in total.numbers or len(told) < 3 or total.numbers[count].number <= 0:
                    continue
                base = total.numbers[count]
                good = [row for row in told if _gives(row.numbers[share], row.numbers[count], base)]
                if len(good) >= ENOUGH * len(told) and len({row.numbers[share].number for row in good}) > 1:
                    for row in told:
                        rate = _as_percent(row.numbers[share], row.numbers[count], base)
                        entry = Entry("", row.label, row.numbers[count], "", rate.where, rate=rate, source="table")
                        yield Rate(rate.where, row.numbers[count], base, rate, entry)
                    break
            else:
                continue
            break


def _gives(share: Value, count: Value, base: Value) -> bool:
    rate = _as_percent(share, count, base)
    return gives(count.number, base.number, rate.number, rate.decimals)


def _as_percent(share: Value, count: Value, base: Value) -> Value:
    """Return a share as a percentage: a workbook may keep 0,8744 for what it shows as 87,44 %."""
    if share.written.rstrip().endswith("%") or base.number <= 0 or not share.decimals:
        return share
    fraction, whole = share.number / 10**share.decimals, count.number / base.number
    if abs(fraction - whole) < abs(fraction - 100 * whole):
        return (
            Value(share.written, share.number, max(share.decimals - 2, 0), share.where)
            if share.decimals >= 2
            else share
        )
    return share
