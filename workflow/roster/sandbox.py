"""The child process that parses a spreadsheet somebody handed in: little memory, little time, no secrets, no writing.

It is started by path with `python -I` and imports nothing of ours, so a reader that is taken over knows no key and no
database. It answers on standard output: one line of JSON about the sheet (or `{"refused": code}`), then blocks of plain
text, each after its length in four bytes, and a block of length zero at the end. Cells are parted by U+001F and rows by
U+001E; nothing the parent reads is ever executed or unpickled.
"""

import datetime
import json
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 20
ROWS_A_BLOCK = 1000
CELL_END = "\x1f"
ROW_END = "\x1e"


def confine() -> None:
    """Take away memory beyond 512 MiB, CPU time beyond 20 s, writing files and dumping core; not to be undone."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def cell_text(value: object) -> str:
    """Return a cell as text: whole numbers without a point, dates as YYYY-MM-DD, nothing as ''.

    >>> cell_text(999185012345.0), cell_text(datetime.date(1985, 3, 5)), cell_text(2.5), cell_text(True)
    ('999185012345', '1985-03-05', '2.5', 'TRUE')
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value).replace(CELL_END, " ").replace(ROW_END, " ")


def block_text(rows: list[list[Any]], lead: str) -> str:
    """Return rows as one text; `lead` is put before each row for the columns left of the used area."""
    texts = [[cell if type(cell) is str else cell_text(cell) for cell in row] for row in rows]
    joined = ROW_END.join([lead + CELL_END.join(row) for row in texts])
    if joined.count(CELL_END) + joined.count(ROW_END) != sum(lead.count(CELL_END) + len(row) for row in texts) - 1:
        joined = ROW_END.join([lead + CELL_END.join(map(cell_text, row)) for row in texts])
    return joined


def parse(path: str, wanted: str | None, most_rows: int, most_columns: int) -> tuple[dict[str, Any], Iterator[str]]:
    """Return what is known about the sheet to read, and its rows as blocks of text."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_path(path)
    names = [
        each.name
        for each in book.sheets_metadata
        if each.typ == SheetTypeEnum.WorkSheet and each.visible == SheetVisibleEnum.Visible
    ]
    if wanted is not None and wanted not in names:
        return {"refused": "no_such_sheet", "sheets": names}, iter(())
    for name in [wanted] if wanted is not None else names:
        sheet = book.get_sheet_by_name(name)
        if sheet.start is not None and sheet.end is not None:
            break
    else:
        return {"refused": "empty", "sheets": names}, iter(())
    if sheet.end[1] >= most_columns:
        return {"refused": "columns", "count": sheet.end[1] + 1}, iter(())
    if sheet.end[0] >= most_rows:
        return {"refused": "rows", "count": sheet.end[0] + 1}, iter(())
    about = {
        "sheet": name,
        "sheets": names,
        "columns": sheet.end[1] + 1,
        "rows": sheet.end[0] + 1,
        "merged": [[*start, *end] for start, end in sheet.merged_cell_ranges or []][:10_000],
    }
    return about, _blocks(sheet.iter_rows(), CELL_END * sheet.start[1])


def _blocks(rows: Iterator[list[Any]], lead: str) -> Iterator[str]:
    while chunk := list(islice(rows, ROWS_A_BLOCK)):
        yield block_text(chunk, lead)


def answer(out: BinaryIO, about: dict[str, Any], blocks: Iterator[str]) -> None:
    """Write the answer in the form the docstring of this module states."""
    out.write(json.dumps(about).encode() + b"\n")
    for block in blocks:
        data = block.encode("utf-8", "replace")
        out.write(len(data).to_bytes(4, "big") + data)
    out.write(bytes(4))
    out.flush()


def main(arguments: list[str]) -> None:
    """Parse `path rows columns [sheet]` under limits; a file that cannot be read is refused, never a traceback."""
    path, most_rows, most_columns, *wanted = arguments
    confine()
    try:
        about, blocks = parse(path, wanted[0] if wanted else None, int(most_rows), int(most_columns))
    except MemoryError:
        about, blocks = {"refused": "memory"}, iter(())
    except BaseException as error:
        code = "password" if type(error).__name__ == "PasswordError" else "damaged"
        about, blocks = {"refused": code}, iter(())
    answer(sys.stdout.buffer, about, blocks)


if __name__ == "__main__":
    main(sys.argv[1:])
