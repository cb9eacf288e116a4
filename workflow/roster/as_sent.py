"""The rows that are handed back as they stood in the file, so that they can be corrected and sent again.

Only what the reader reads is kept: a column that is left out stays, with its header, and its cells are blank; so is a cell that holds
how somebody answered, or a number in the wrong column. What a row takes from the rows above it (its area, its household) is written
into it, for those rows do not come along.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from workflow.plan.texts import answer_in_name, has_long_number, may_answer
from workflow.roster.headers import OURS, USUAL_NAME, squashed
from workflow.roster.households import HOUSEHOLD_FIELDS
from workflow.roster.judge import RowJudge
from workflow.roster.read import Declared, open_roster
from workflow.roster.sheet import Cells

_OF_PERSON: Final = frozenset({"name", "head"})
_NO_NUMBER: Final = frozenset({"name", "head", "relation", "area", "house", "lane", "house_no"})
_BIRTH: Final = frozenset({"birth", "male_mark", "female_mark"})
_ISO_DAY: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


@dataclass(frozen=True, slots=True)
class RowsAsSent:
    """The headers of a list, and by row number the cells under them."""

    headers: tuple[str, ...]
    rows: Mapping[int, tuple[str, ...]]

    def text(self) -> str:
        """Return all of it as text."""
        return json.dumps({"headers": self.headers, "rows": list(self.rows.items())}, ensure_ascii=False)

    @classmethod
    def of(cls, text: str) -> "RowsAsSent":
        """Return what `text` told.

        >>> RowsAsSent.of(RowsAsSent(("Họ và tên",), {7: ("Lê Văn An",)}).text()).rows
        {7: ('Lê Văn An',)}
        """
        told = json.loads(text)
        return cls(tuple(told["headers"]), {number: tuple(cells) for number, cells in told["rows"]})


def rows_as_sent(
    path: Path, read_as: Declared, wanted: Collection[int], *, file_name: str | None = None, sheet: str | None = None
) -> RowsAsSent | None:
    """Read a file once more and return the rows numbered `wanted`; None if there are none."""
    if not wanted:
        return None
    with open_roster(path, read_as, file_name=file_name, sheet=sheet) as roster:
        keeper = _Keeper(roster.judge, wanted)
        roster.judge.on_person = keeper.keep
        for _ in roster.rows():
            pass
    return keeper.kept()


class _Keeper:
    """Keeps rows while they are judged once more."""

    def __init__(self, judge: RowJudge, wanted: Collection[int]) -> None:
        self._judge, self._wanted = judge, frozenset(wanted)
        self._column = {field: column.index for field, column in judge.layout.fields.items()}
        self._added: list[str] = []
        """Fields that rows take from group rows and that the file has no column for."""
        self._rows: dict[int, tuple[Cells, dict[str, str]]] = {}

    def keep(self, number: int, cells: Cells) -> None:
        """Keep a row if it is wanted."""
        if number not in self._wanted:
            return
        layout = self._judge.layout
        row = [""] * len(layout.headers)
        for field, index in self._column.items():
            row[index] = _told(field, cells[index])
        more: dict[str, str] = {}
        for field, text in self._taken_from_above().items():
            told, index = _told(field, text), self._column.get(field, -1)
            if index < 0:
                more[field] = told
                self._added += [] if field in self._added else [field]
            elif not cells[index]:
                row[index] = told
        self._rows[number] = row, more

    def _taken_from_above(self) -> dict[str, str]:
        above = {"area": self._judge.area_above}
        above |= dict(zip(HOUSEHOLD_FIELDS, self._judge.household_told, strict=True))
        return {field: text for field, text in above.items() if text}

    def kept(self) -> RowsAsSent:
        """Return all rows under the headers of the file. Columns that an earlier file of ours had added are left out."""
        headers = self._judge.layout.headers
        own = [index for index, header in enumerate(headers) if squashed(header) not in OURS]
        rows = {
            number: (*(row[index] for index in own), *(more.get(field, "") for field in self._added))
            for number, (row, more) in self._rows.items()
        }
        return RowsAsSent((*(headers[index] for index in own), *map(USUAL_NAME.__getitem__, self._added)), rows)


def _told(field: str, text: str) -> str:
    """Return a cell as it may be kept."""
    if may_answer(text) and answer_in_name(text, of_person=field in _OF_PERSON):
        return ""
    if field in _NO_NUMBER and has_long_number(text):
        return ""
    day = _ISO_DAY.fullmatch(text) if field in _BIRTH else None
    return f"{day[3]}/{day[2]}/{day[1]}" if day else text
