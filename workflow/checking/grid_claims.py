"""What a table claims: its totals add up down and across, and its percentages are one column of another.

Which column is the sum of which others, or whose share a percentage column prints, is learned from the table itself: a relation that
most rows satisfy is claimed of all. Total rows are known by their words.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, takewhile
from typing import Final

from workflow.checking.claims import Claim, Rate, Sum, gives
from workflow.checking.grids import Grid, Row, groups_of
from workflow.checking.model import Entry, Value
from workflow.checking.slips import is_a_slip
from workflow.checking.words import are_opposite

_TOTAL_COLUMN: Final = re.compile(r"^\W*(?:tổng|cộng|total)", re.IGNORECASE)
MOST_COLUMNS: Final = 40
ENOUGH: Final = 0.7
"""The share of rows that must satisfy a relation before it is claimed of all."""


def claims_of_grid(grid: Grid) -> list[Claim]:
    """Return what the table claims."""
    return [*_down(grid), *_across(grid), *_shares(grid)]


def _down(grid: Grid) -> Iterator[Claim]:
    """Yield for each total row and column the sum of the rows it is the total of."""
    rows_of = {
        column: [row for row in grid.rows if column in row.numbers and not row.is_share] for column in grid.counted
    }
    rows_of = {
        column: rows
        for column, rows in rows_of.items()
        if column not in grid.wide and not any(row.numbers[column].decimals for row in rows if not row.is_total)
    }
    for total, parts in _inside(rows_of):
        for column in rows_of:
            if all(column in row.numbers for row in (total, *parts)):
                yield _down_sum(grid, total, parts, column)
    for column, rows in rows_of.items():
        for total, added in _sums_down(rows):
            yield _down_sum(grid, total, added, column)


def _inside(rows_of: dict[int, list[Row]]) -> Iterator[tuple[Row, list[Row]]]:
    """Yield each row with the rows numbered under it, if they make it up in most columns, or miss by a slip in the only one."""
    told: dict[tuple[int, ...], tuple[Row, list[Row]]] = {}
    differences: dict[tuple[int, ...], list[tuple[int, list[int]]]] = {}
    for column, rows in rows_of.items():
        for total, parts in groups_of(rows):
            key = (id(total), *map(id, parts))
            told[key] = total, parts
            numbers = [row.numbers[column].number for row in (total, *parts)]
            differences.setdefault(key, []).append((sum(numbers[1:]) - numbers[0], numbers))
    for key, found in differences.items():
        holding = sum(not difference for difference, _ in found)
        slips = all(is_a_slip(numbers, difference) for difference, numbers in found if difference)
        if 2 * holding > len(found) or (slips and 2 * holding >= len(found) - 1):
            yield told[key]


def _sums_down(rows: Sequence[Row]) -> Iterator[tuple[Row, Sequence[Row]]]:
    """Yield (total, its rows): the grand total at one end, subtotals by their words."""
    totals = [at for at, row in enumerate(rows) if row.is_total]
    if not totals or len(rows) - len(totals) < 2:
        return
    grand = rows[totals[-1]] if totals[-1] == len(rows) - 1 or totals[0] != 0 else rows[0]
    covered = {id(row) for _, parts in groups_of(rows) for row in parts}
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
    taken: set[int] = set()
    for total in _likely_totals(grid, columns):
        parts = _parts_of(rows, columns, total, grid.heads)
        if parts and total not in taken:
            taken.add(total)
            for row in rows:
                if (
                    total in row.numbers
                    and all(each in row.numbers for each in parts)
                    and not grid.is_shared(row, total, *parts)
                ):
                    yield Sum(
                        "cross-foot", row.numbers[total].where, row.numbers[total], tuple(row.numbers[each] for each in parts),
                        why="columns", names=tuple(grid.heads.get(each, "") for each in parts),
                        total_name=_called(row.label, grid.heads.get(total, "")),
                    )  # fmt: skip


def _likely_totals(grid: Grid, columns: list[int]) -> list[int]:
    named = [column for column in columns if _TOTAL_COLUMN.match(grid.heads.get(column, ""))]
    return [*named, *(column for column in columns if column not in named)]


def _parts_of(rows: Sequence[Row], columns: Sequence[int], total: int, heads: Mapping[int, str]) -> tuple[int, ...]:
    """Return the neighbouring columns that add up to `total` in most rows, the longest run first, or by their words; else none."""
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
    return _told_by_words(heads, others, total)


def _told_by_words(heads: Mapping[int, str], others: Sequence[int], total: int) -> tuple[int, ...]:
    """Return the two columns behind a total of which one denies the other, up to the next total; empty if there are none or more."""
    if not _TOTAL_COLUMN.match(heads.get(total, "")):
        return ()
    behind = takewhile(
        lambda each: not _TOTAL_COLUMN.match(heads.get(each, "")), (one for one in others if one > total)
    )
    parts = tuple(behind)
    return parts if len(parts) == 2 and are_opposite(heads.get(parts[0], ""), heads.get(parts[1], "")) else ()


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
            is_whole = share in row.numbers and count in row.numbers and base in row.numbers
            if is_whole and not grid.is_shared(row, share, count, base):
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
                told = [
                    row
                    for row in grid.data
                    if share in row.numbers and count in row.numbers and not grid.is_shared(row, share, count)
                ]
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
