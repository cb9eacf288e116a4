"""Which item of the plan a row speaks of, what a new one is called, and which item each number of the file stands for."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from rules.pack.lint.opinions import opinion_in_name
from rules.pack.model import Duty, PlanTask
from rules.said import Said
from workflow.people.names import fold
from workflow.planfile.read import PlanRow
from workflow.planfile.words import NUMBERS_APART, Unread
from workflow.roster.headers import squashed

Item = PlanTask | Duty

_LONGEST: Final = 48
_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Matcher:
    """Finds the item of each row, and gives new rows a name that nothing bears or has borne in this campaign."""

    def __init__(self, items: Sequence[Item], borne: Collection[str]) -> None:
        self._by_id = {item.id: item for item in items}
        self._by_label: dict[str, list[Item]] = {}
        for item in items:
            self._by_label.setdefault(squashed(item.label.vi), []).append(item)
        self._taken = {*self._by_id, *borne}

    def item_of(self, row: PlanRow, owner: str | None) -> Item | None:
        """Return the item that a row speaks of, by its code, else by its words; None for a new one. Raises Unread if it may be several."""
        code = row.cells.get("id", "")
        if code:
            return self._by_id.get(code)
        alike = self._by_label.get(squashed(row.cells["label"]), [])
        if len(alike) > 1:
            alike = [item for item in alike if item.owner == owner] or alike
        if len(alike) > 1:
            raise Unread(
                Said("kế hoạch có %(n)s việc cùng tên này", n=len(alike)),
                Said("Ghi cột “Mã việc”: %(codes)s", codes=", ".join(item.id for item in alike)),
            )
        return alike[0] if alike else None

    def new_id(self, row: PlanRow) -> str:
        """Return a name for a new item: the code that the row gives, else one made from its words. Raises Unread for a code that cannot be."""
        code = row.cells.get("id", "")
        if code and (not _ID.fullmatch(code) or len(code) > 60 or opinion_in_name(code)):
            raise Unread(
                Said("mã việc “%(code)s” viết chưa đúng", code=code),
                "Chỉ dùng chữ thường không dấu và chữ số, nối bằng gạch ngang; hoặc để trống",
            )
        if code and code in self._taken:
            raise Unread(
                Said("mã việc “%(code)s” đã dùng cho việc khác trong đợt này", code=code), "Để trống để phần mềm đặt mã"
            )
        chosen = code or self._made(row)
        self._taken.add(chosen)
        return chosen

    def _made(self, row: PlanRow) -> str:
        words = re.sub(r"[^a-z0-9]+", "-", fold(row.cells["label"])).strip("-")
        short = words if len(words) <= _LONGEST else words[:_LONGEST].rpartition("-")[0]
        if not short or opinion_in_name(short):
            short = "viec"
        chosen, n = short, 1
        while chosen in self._taken:
            n += 1
            chosen = f"{short}-{n}"
        return chosen


def numbers_of(rows: Iterable[tuple[PlanRow, str]]) -> dict[str, str]:
    """Return which item each number, code and wording of the file stands for; what stands for two is left out."""
    found: dict[str, str] = {}
    twice = set[str]()
    for row, item in rows:
        keys = {_number(row.cells.get("no", "")), item, squashed(row.cells.get("label", ""))} - {""}
        for key in keys:
            if found.get(key, item) != item:
                twice.add(key)
            found[key] = item
    return {key: item for key, item in found.items() if key not in twice}


def predecessors(text: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """Return the items that a cell names by number, code or words. Raises Unread for what names none."""
    whole = known.get(_number(text)) or known.get(squashed(text)) if text else None
    if whole is not None:
        return (whole,)
    found: dict[str, None] = {}
    for part in filter(None, NUMBERS_APART.split(text)):
        plain = re.sub(r"^(?:việc|nhiệm vụ)?\s*(?:số)?\s*", "", part, flags=re.IGNORECASE)
        item = known.get(_number(plain)) or known.get(plain) or known.get(squashed(part))
        if item is None:
            raise Unread(
                Said("không thấy việc số “%(n)s”", n=part), "Ghi số (cột STT) của một việc trong tệp, hoặc mã của việc"
            )
        found[item] = None
    return tuple(found)


def _number(text: str) -> str:
    return text.strip().rstrip(".")
