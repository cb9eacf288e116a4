"""Lines of a separated table among pasted text: what a spreadsheet or a .csv file gives when it is copied.

A comma or a semicolon also stands in sentences and in 87,44; so such lines are a table only if they all are cut alike, no cell is a
sentence, and most cells below the headings are numbers or empty.
"""

import csv
import re
from collections.abc import Sequence
from typing import Final

_NUMBER: Final = re.compile(r"[-−+]?\d[\d.,]*\s?%?|[-–]?")
LONGEST_CELL: Final = 80
FEWEST: Final = {"\t": 2, ";": 2, ",": 3}
"""How many cells a line has at least, by what cuts it."""


def separated_at(lines: Sequence[str], at: int) -> list[list[str]]:
    """Return the rows of the separated table that begins with a line of headings at `at`; empty if none does.

    >>> separated_at(["Khu;Đã làm", "Khu 1;12"], 0), separated_at(["Đạt 87,44%, tăng 2,1%, cao hơn", "Kỳ trước 85,3%"], 0)
    ([['Khu', 'Đã làm'], ['Khu 1', '12']], [])
    """
    for mark, fewest in FEWEST.items():
        if lines[at].count(mark) < fewest - 1:
            continue
        rows: list[list[str]] = []
        for line in lines[at:]:
            cells = _cells(line, mark)
            if len(cells) < fewest or (rows and len(cells) != len(rows[0])):
                break
            rows.append(cells)
        if len(rows) > 1 and _is_table(rows):
            return rows
    return []


def _cells(line: str, mark: str) -> list[str]:
    """Return the cells of a line; none where a quotation is left open."""
    try:
        return next(csv.reader([line], delimiter=mark, strict=True), [])
    except csv.Error:
        return line.split(mark)


def _is_table(rows: Sequence[Sequence[str]]) -> bool:
    if any(len(cell) > LONGEST_CELL for row in rows for cell in row):
        return False
    below = [cell.strip() for row in rows[1:] for cell in row]
    figures = sum(bool(_NUMBER.fullmatch(cell)) for cell in below)
    heads = [cell.strip() for cell in rows[0] if cell.strip()]
    named = sum(not _NUMBER.fullmatch(cell) for cell in heads)
    return 2 * figures >= len(below) and any(cell for cell in below if cell[:1].isdigit()) and 2 * named >= len(heads)
