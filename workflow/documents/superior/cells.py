"""What a form looks like from outside: sheets or tables as grids of cells, each with the place that names it for ever."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

MOST_ROWS: Final = 200
MOST_COLUMNS: Final = 40
Value = int | Decimal | str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a form. `place` names it for ever; `blocked` says why nothing may be put into it (None: it may)."""

    place: str
    text: str
    blocked: str | None = None
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet of a workbook or a table of a document: rows of cells, merged ones standing once. `note` says what is the matter with it."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    note: str | None = None
