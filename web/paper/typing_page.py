"""What stands in the rows of the typing page: fresh, or as they were sent with what became of each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.said import Said, ours, revived
from web.sayings import in_words
from workflow.actions.type_sheet import BESIDE, BLANK, RECORDED, REFUSED
from workflow.actions.typed_rows import TypedRow
from workflow.queries.printed_lists import SheetLine


@dataclass(frozen=True, slots=True)
class PageRow:
    """A row: what is in its boxes, which line it is, and what became of it. A recorded row shows no box and no code.

    `waits` says that nothing is wrong with the row itself: another one of its household has to be mended.
    """

    line: str
    codes: str = ""
    promised: str = ""
    status: str = ""
    say: str = ""
    about: SheetLine | None = None
    typed_before: bool = False
    waits: bool = False

    @property
    def is_done(self) -> bool:
        """Whether it was recorded by this page."""
        return self.status == RECORDED

    @property
    def is_wrong(self) -> bool:
        """Whether it has to be mended."""
        return self.status == REFUSED


def fresh_rows(lines: Sequence[SheetLine], before: Collection[int]) -> list[PageRow]:
    """Return a row for each line, its number filled in."""
    return [PageRow(str(line.number), about=line, typed_before=line.number in before) for line in lines]


def rows_answered(
    rows: Sequence[TypedRow], answer: Mapping[str, Any], lines: Mapping[int, SheetLine], done: Collection[str]
) -> list[PageRow]:
    """Return the rows with what became of each, in place; those recorded by an earlier sending of this page stay where they were."""
    told = [_row(row, said, lines) for row, said in zip(rows, answer["rows"], strict=True)]
    return _with_done(told, done, lines)


def said_of(said: Mapping[str, Any]) -> str:
    """Return what refuses a row, in the language of the page; nothing for a row that was not refused."""
    if not said["say"]:
        return ""
    return in_words(Said(said["sentence"], **ours({name: revived(value) for name, value in said["values"].items()})))


def _row(row: TypedRow, said: Mapping[str, Any], lines: Mapping[int, SheetLine]) -> PageRow:
    number, status = row.line.strip(), said["status"]
    about = lines.get(int(number)) if number.isascii() and number.isdigit() else None
    if status == RECORDED:
        return PageRow(number, status=status, about=about)
    waits = said.get("sentence") == BESIDE
    status = "" if status == BLANK else status
    return PageRow(row.line, row.codes, row.promised, status, said_of(said), about, waits=waits)


def _with_done(rows: list[PageRow], done: Collection[str], lines: Mapping[int, SheetLine]) -> list[PageRow]:
    numbers = {int(number) for number in done if number.isascii() and number.isdigit()} & set(lines)
    earlier = [PageRow(str(number), status=RECORDED, about=lines[number]) for number in sorted(numbers)]
    together = [*earlier, *rows]
    if not earlier:
        return rows
    return sorted(
        together, key=lambda row: int(row.line) if row.line.strip().isascii() and row.line.strip().isdigit() else 10**9
    )
