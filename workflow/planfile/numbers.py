"""Which item each number, code and wording of a file stands for, and the cells that name tasks by them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rules.said import Said
from workflow.planfile.deadline_cells import by_words
from workflow.planfile.patterns import NUMBERS_APART
from workflow.planfile.read import PlanRow
from workflow.planfile.unread import Unread, quoted_text
from workflow.roster.findings import ROWS_NAMED, rows_named
from workflow.roster.headers import squashed

_LOST: Final = "handed-back-in-row-"


class Names(Mapping[str, str]):
    """What each number, code and wording stands for. To ask for one that several rows bear raises Unread."""

    def __init__(self, once: Mapping[str, str], several: Mapping[str, list[int]]) -> None:
        self._once, self._several = once, several

    def __getitem__(self, key: str) -> str:
        if key in self._several:
            raise Unread(
                Said("“%(n)s” là số hay tên của nhiều dòng: %(rows)s", n=key, rows=rows_named(self._several[key])),
                "Ghi số (cột STT) khác nhau cho từng dòng",
            )
        return self._once[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._once)

    def __len__(self) -> int:
        return len(self._once)

    def and_events(self, events: Mapping[str, str]) -> "Names":
        """Return them with the events of the campaign, over which what stands in the file goes."""
        return Names({**events, **self._once}, self._several)


def names_of(rows: Iterable[PlanRow], named: Mapping[int, str], standing: Iterable[str]) -> Names:
    """Return what the rows of a file may be called by; `named` has their items, `standing` the codes of the plan as it is.

    A row that was handed back has a name too: what hangs on it is handed back with that reason (`lost_row`).
    """
    bearers: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        item = named.get(row.number, f"{_LOST}{row.number}")
        for key in {number_of(row), item, squashed(row.cells.get("label", ""))} - {""}:
            bearers[key][item] = row.number
    once = {name: name for name in standing} | {key: next(iter(found)) for key, found in bearers.items()}
    return Names(once, {key: list(found.values()) for key, found in bearers.items() if len(found) > 1})


def rows_of_one_number(rows: Iterable[PlanRow]) -> dict[int, list[int]]:
    """Return, by row, the first other rows that bear the same number."""
    by_number: defaultdict[str, list[int]] = defaultdict(list)
    for row in rows:
        if number_of(row):
            by_number[number_of(row)].append(row.number)
    several = [found for found in by_number.values() if len(found) > 1]
    return {n: [each for each in found[: ROWS_NAMED + 2] if each != n] for found in several for n in found}


def number_of(row: PlanRow) -> str:
    """Return the number that a row bears, empty for none."""
    return _number(row.cells.get("no", ""))


def lost_row(name: str) -> int | None:
    """Return the number of the row, handed back, that a name stands for; None for any other name."""
    return int(name.removeprefix(_LOST)) if name.startswith(_LOST) else None


def predecessors(text: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """Return the items that a cell names by number, code or words. Raises Unread for what names none."""
    whole = known.get(_number(text)) or by_words(text, known) if text else None
    if whole is not None:
        return (whole,)
    found: dict[str, None] = {}
    for part in filter(None, NUMBERS_APART.split(text)):
        plain = re.sub(r"^(?:việc|nhiệm vụ)?\s*(?:số)?\s*", "", part, flags=re.IGNORECASE)
        item = known.get(_number(plain)) or known.get(plain) or by_words(part, known)
        if item is None:
            raise Unread(
                Said("không thấy việc số “%(n)s”", n=quoted_text(part)),
                "Ghi số (cột STT) của một việc trong tệp, hoặc mã của việc",
            )
        found[item] = None
    return tuple(found)


def _number(text: str) -> str:
    return text.strip().rstrip(".")
