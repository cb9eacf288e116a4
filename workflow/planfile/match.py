"""Which item of the plan each row speaks of, and what a new one is called.

A row is known by its code, else by its words. Where several rows or items bear the same words, owner, deadline and place in the plan
tell them apart; rows that nothing tells apart are handed back, so that what goes in is known again when it comes back.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from rules.pack.lint.opinions import opinion_in_name
from rules.pack.model import Duty, PlanTask
from rules.said import Said
from workflow.people.names import fold
from workflow.planfile.deadline_cells import due_mark
from workflow.planfile.read import PlanRow
from workflow.planfile.unread import Unread
from workflow.roster.findings import ROWS_NAMED, rows_named
from workflow.roster.headers import squashed

Item = PlanTask | Duty

_LONGEST: Final = 48


@dataclass(frozen=True, slots=True)
class Marks:
    """What tells rows and items of the same words apart. `counted` is the wording of a deadline that counts from a task."""

    owner: str
    due: str
    clause: str
    counted: str = ""

    @property
    def twin(self) -> tuple[str, str, str]:
        """Return what must differ between two rows of the same words."""
        return self.owner, self.due, self.counted


_LEVELS: Final[Sequence[Callable[[Marks], tuple[str, ...]]]] = (
    lambda marks: (marks.owner, marks.due, marks.clause),
    lambda marks: (marks.owner, marks.due),
    lambda marks: (marks.owner, marks.clause),
    lambda marks: (marks.owner,),
    lambda marks: (marks.due, marks.clause),
)
"""What a row and an item must share, from the surest on: each level pairs what it leaves no choice about."""


class Matcher:
    """Finds the item of each row, and gives new rows a name that nothing bears or has borne in this campaign."""

    def __init__(self, items: Sequence[Item], borne: Collection[str]) -> None:
        self._by_id = {item.id: item for item in items}
        self._by_label: defaultdict[str, list[Item]] = defaultdict(list)
        for item in items:
            self._by_label[squashed(item.label.vi)].append(item)
        self._taken = {*self._by_id, *borne}

    def items_of(
        self, rows: Sequence[PlanRow], marks_of: Callable[[PlanRow], Marks]
    ) -> Mapping[int, Item | Unread | None]:
        """Return by row number what each row speaks of: an item, None for a new one, or why it cannot be said."""
        found: dict[int, Item | Unread | None] = {}
        first: dict[str, int] = {}
        groups: defaultdict[str, list[PlanRow]] = defaultdict(list)
        for row in rows:
            code = row.cells.get("id", "")
            if code:
                found[row.number] = self._by_code(code, first, row.number)
            groups[squashed(row.cells["label"])].append(row)
        for words, alike in groups.items():
            items = [item for item in self._by_label.get(words, ()) if item.id not in first]
            found |= dict(self._without_code(alike, items, marks_of))
        return found

    def _by_code(self, code: str, first: dict[str, int], number: int) -> Item | Unread:
        if code in first:
            return Unread(Said("trùng với dòng %(n)s", n=first[code]), "Giữ một dòng, xóa dòng kia")
        if code in self._by_id:
            first[code] = number
            return self._by_id[code]
        near = get_close_matches(code, self._by_id, n=1, cutoff=0.6)
        todo = (
            Said("Có phải “%(code)s” (%(label)s)? Ghi đúng mã; việc mới thì để trống", code=near[0], label=self._by_id[near[0]].label.vi)
            if near
            else "Ghi đúng mã của việc đã có; việc mới thì để trống"
        )  # fmt: skip
        return Unread(Said("kế hoạch không có việc nào mang mã “%(code)s”", code=code[:60]), todo)

    def _without_code(
        self, alike: Sequence[PlanRow], items: list[Item], marks_of: Callable[[PlanRow], Marks]
    ) -> Iterator[tuple[int, Item | Unread | None]]:
        """Yield what rows of the same words speak of, but those that bear a code."""
        rows = [row for row in alike if not row.cells.get("id")]
        if len(alike) == 1 and len(items) < 2:
            yield from ((row.number, items[0] if items else None) for row in rows)
            return
        marks = {row.number: marks_of(row) for row in alike}
        left = {row.number: row for row in rows}
        pool = {item.id: item for item in items}
        for level in _LEVELS:
            for number, name in list(_pairs(level, {n: marks[n] for n in left}, pool)):
                yield number, pool.pop(name)
                del left[number]
        twins: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
        for number, each in marks.items():
            twins[each.twin].append(number)
        for number in left:
            yield number, _unpaired(number, twins[marks[number].twin], list(pool.values()))

    def new_id(self, row: PlanRow) -> str:
        """Return a name for a new item, made from its words; no digit begins it, for a deadline may count from it."""
        words = re.sub(r"[^a-z0-9]+", "-", fold(row.cells["label"])).strip("-")
        short = words if len(words) <= _LONGEST else words[:_LONGEST].rpartition("-")[0]
        if not short or opinion_in_name(short):
            short = "viec"
        short = f"viec-{short}" if short[0].isdigit() else short
        chosen, n = short, 1
        while chosen in self._taken:
            n += 1
            chosen = f"{short}-{n}"
        self._taken.add(chosen)
        return chosen


def marks_of_item(item: Item) -> Marks:
    """Return what tells an item from others of the same words."""
    return Marks(item.owner, due_mark(item.due, item.every if isinstance(item, Duty) else None), squashed(item.clause))


def _pairs(
    level: Callable[[Marks], tuple[str, ...]], rows: Mapping[int, Marks], items: Mapping[str, Item]
) -> Iterator[tuple[int, str]]:
    """Yield the row and the item that alone share what a level looks at."""
    numbers, names = defaultdict[tuple[str, ...], list[int]](list), defaultdict[tuple[str, ...], list[str]](list)
    for number, marks in rows.items():
        numbers[level(marks)].append(number)
    for name, item in items.items():
        names[level(marks_of_item(item))].append(name)
    for key, found in numbers.items():
        if len(found) == 1 and len(names.get(key, ())) == 1:
            yield found[0], names[key][0]


def _unpaired(number: int, twins: Sequence[int], items: Sequence[Item]) -> Unread | None:
    """Return why a row that no item was found for is handed back; None if it is a new one."""
    codes = ", ".join(item.id for item in items)
    if len(twins) > 1:
        others = rows_named([each for each in twins[: ROWS_NAMED + 2] if each != number])
        reason = Said("trùng với %(rows)s: cùng nội dung, đơn vị chủ trì và hạn", rows=others)
        if items:
            return Unread(reason, Said("Giữ một dòng, xóa dòng kia; việc đã có thì ghi cột “Mã việc”: %(codes)s", codes=codes))  # fmt: skip
        return Unread(reason, "Giữ một dòng, xóa dòng kia; nếu là hai việc thì ghi nội dung cho khác nhau")
    if items:
        return Unread(
            Said("kế hoạch có %(n)s việc cùng tên này", n=len(items)),
            Said("Ghi cột “Mã việc”: %(codes)s", codes=codes),
        )
    return None
