"""What a document says in figures: passages with their numbering, tables, and the entries read out of both."""

from dataclasses import dataclass, field
from typing import Any, Literal

from rules.said import Said

Source = Literal["text", "table"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph. `marker` is its number as printed ("3.8", "a", "-"), empty for running text; `place` says where to look."""

    text: str
    place: str
    marker: str = ""
    kind: str = ""
    """What numbers it: roman, decimal, letter, dash, plus, star; empty for running text."""
    lines: tuple[tuple[int, str], ...] = ()
    """Where further lines of the file begin in `text`, each with its place; empty if the passage is one line."""

    def place_at(self, at: int) -> str:
        """Return where to look for what stands at a position of the text: the line of the file that prints it."""
        return next((place for begin, place in reversed(self.lines) if begin <= at), self.place)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table. `row` and `column` count from 0; `sheet` is the workbook's sheet or the table's name in a document."""

    text: str
    sheet: str
    row: int
    column: int
    is_lettered: bool
    number: float | int | None = None

    @property
    def name(self) -> str:
        """How a reader finds it: B7 in a workbook, "hàng 3, cột 2" in a document."""
        if not self.is_lettered:
            return Said(
                "%(table)s, hàng %(row)s, cột %(column)s", table=self.sheet, row=self.row + 1, column=self.column + 1
            )
        cell = f"{letters(self.column)}{self.row + 1}"
        return f"{self.sheet}!{cell}" if self.sheet else Said("ô %(cell)s", cell=cell)


def letters(column: int) -> str:
    """Return a workbook column's letters; the first is number 0.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    made, left = "", column + 1
    while left:
        left, rest = divmod(left - 1, 26)
        made = chr(65 + rest) + made
    return made


@dataclass(frozen=True, slots=True)
class Table:
    """A grid of cells; a merged cell stands in each place it covers, `spans` says how many columns it covers from there.

    `merged` are the merged ones as (first row, first column, last row, last column) of `Cell`; a workbook keeps their text in the first.
    """

    rows: tuple[tuple[Cell, ...], ...]
    place: str
    spans: dict[tuple[int, int], int] = field(default_factory=dict)
    merged: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A document in reading order. `notes` say what could not be read, each at its place."""

    name: str
    parts: tuple[Passage | Table, ...]
    notes: tuple["Note", ...] = ()

    @property
    def passages(self) -> list[Passage]:
        """The paragraphs, without tables."""
        return [part for part in self.parts if isinstance(part, Passage)]

    @property
    def tables(self) -> list[Table]:
        """The tables."""
        return [part for part in self.parts if isinstance(part, Table)]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that could not be read as meant: a finding before any check."""

    check: str
    where: str
    message: Said
    numbers: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Value:
    """One printed number: its integer in units of the last of `decimals` decimals, and where it is printed."""

    written: str
    number: int
    decimals: int
    where: str
    blur: int = 0
    """Twice how far the true number may lie from a measured and rounded one, in units of `number`; 0 for what is counted."""

    def __repr__(self) -> str:
        return f"{self.written}@{self.where}"


@dataclass(eq=False, slots=True)
class Entry:
    """A count that a document states, with what is printed beside it.

    `code` is the printed number of its line with those above it ("II.3.8"), `over` the base written with a slash, `rate` the
    percentage. `above` is the entry it is a part of by the outline, `first` whether it is the first one of its passage.
    """

    code: str
    label: str
    count: Value
    unit: str
    where: str
    over: Value | None = None
    rate: Value | None = None
    told_base: Value | None = None
    """The base named behind the percentage: "(trên số có tài khoản đang hoạt động: 4.632)"."""
    of_what: str = ""
    """What is written behind the percentage about its base: "tổng số cử tri"."""
    above: "Entry | None" = None
    aside: "Entry | None" = None
    """The count in front of the bracket that lists this one: "12 đơn (3 khiếu nại, 9 tố cáo)"."""
    first: bool = True
    passage: int = 0
    node: int = -1
    lead: str = ""
    """The words that hand over to the parts: "trong đó", "gồm"; empty if none stand there."""
    bound: bool = False
    """Whether only a bound is stated: trên 30, gần 50."""
    source: Source = "text"

    @property
    def values(self) -> list[Value]:
        """The numbers printed for this entry."""
        return [value for value in (self.count, self.over, self.rate, self.told_base) if value is not None]
