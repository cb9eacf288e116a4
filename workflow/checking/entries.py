"""Counts out of passages: each with its label, the base written beside it and the percentage that belongs to it."""

import re
from collections.abc import Sequence
from typing import Final

from workflow.checking.model import Entry, Passage, Value
from workflow.checking.outline import Node, where_of
from workflow.checking.quantities import MEASURED, UNCOUNTED, Quantity, quantities, speaks_of_others
from workflow.checking.words import LEAD, is_bound, is_change, is_no_share, is_over, is_per, lead_of, one_line

_BREAK: Final = re.compile(r"[.!?]\s+(?=[A-ZÀ-ỸĐ“\"(])")
_CLAUSE: Final = re.compile(r"[;]|[.!?]\s+(?=[A-ZÀ-ỸĐ“\"(])")
_FORWARD: Final = re.compile(
    r"^\s*[(\[,]?\s*(?:tương ứng|tương đương|hay|bằng|là|=)?\s*(?:với|là)?\s*:?\s*$", re.IGNORECASE
)
_IS: Final = re.compile(r"(?::|=|\blà|\bcó|\bđạt|\bđược)\s*$", re.IGNORECASE)
_UNIT_WORDS: Final = re.compile(r"[^,;.:()\d]{0,40}")
_TOLD_BASE: Final = re.compile(r"[\s(,;]*(?:được )?(?:tính )?trên\b[^.;:()%]{0,120}:\s*$", re.IGNORECASE)
_PLANNED: Final = re.compile(r"\b(?:kế hoạch|dự toán|chỉ tiêu|cùng kỳ|KH)\b[^.;:()\d]{0,40}\(\s*$", re.IGNORECASE)
_NAMED: Final = re.compile(r"[^\W\d_]{2,}\s+$")
_LISTED: Final = re.compile(r"\s*(?:[;,)]|\.(?!\d)|$)")
_EXACT_MONEY: Final = frozenset({"money:đồng", "money:đ", "money:vnd", "money:vnđ", "money:usd"})
_TRIM: Final = ' \t,;:.-–()=“”"'
FAR: Final = 100
"""How many characters may stand between a count and its percentage."""


def entries_of(passages: Sequence[Passage], nodes: Sequence[Node]) -> list[Entry]:
    """Return the entries of all passages in order, each knowing the entry it is a part of."""
    found: list[Entry] = []
    of_node: dict[int, list[Entry]] = {}
    for index, node in enumerate(nodes):
        passage = passages[node.passage]
        made = _Reader(passage, node, index).read()
        above = _above(nodes, index, of_node)
        for entry in made:
            entry.above = entry.above or above
        of_node[index] = made
        found += made
    _align(found)
    return found


def _align(entries: Sequence[Entry]) -> None:
    """Give the measured numbers of one unit the same decimals, so that they can be added up."""
    of_unit: dict[str, list[Value]] = {}
    for entry in entries:
        if entry.unit.startswith(MEASURED):
            of_unit.setdefault(entry.unit, []).extend(value for value in (entry.count, entry.over) if value is not None)
    for unit, values in of_unit.items():
        most = max(value.decimals for value in values)
        for value in values:
            lift: int = 10 ** (most - value.decimals)
            value.number, value.decimals = value.number * lift, most
            value.blur = 0 if unit in _EXACT_MONEY else lift


def _above(nodes: Sequence[Node], index: int, of_node: dict[int, list[Entry]]) -> Entry | None:
    """Return the entry of the nearest line above that has one: the one that hands over to its parts, else the last."""
    parent = nodes[index].parent
    while parent >= 0:
        own = of_node.get(parent, [])
        if own:
            return next((entry for entry in reversed(own) if entry.lead), own[-1])
        parent = nodes[parent].parent
    return None


class _Reader:
    """Reads one passage from left to right."""

    def __init__(self, passage: Passage, node: Node, index: int) -> None:
        self._passage, self._text, self._node, self._index = passage, passage.text, node, index
        self._made: list[Entry] = []
        self._ends: list[int] = []
        self._handing_over: list[int] = []
        self._label_from = self._skipped = 0

    def read(self) -> list[Entry]:
        """Return the entries of the passage."""
        marks = [
            each
            for each in quantities(self._text)
            if each.kind in ("count", "percent") or (each.kind == "measure" and each.unit.startswith(MEASURED))
        ]
        waiting: Quantity | None = None
        for at, mark in enumerate(marks):
            following = marks[at + 1] if at + 1 < len(marks) else None
            if mark.kind == "percent":
                waiting = self._rate(mark, following)
            elif self._is_told_base(mark):
                self._made[-1].told_base = self._value(mark)
                self._ends[-1] = self._label_from = mark.end
            elif self._is_over(mark):
                self._made[-1].over = self._value(mark)
                self._ends[-1] = self._label_from = mark.end
            elif self._is_stated(mark, following):
                self._count(mark, waiting)
                waiting = None
            else:
                self._skipped = mark.end
        self._leads()
        return self._made

    def _where(self, mark: Quantity) -> str:
        return where_of(self._passage, self._node, mark.start)

    def _value(self, mark: Quantity) -> Value:
        return Value(mark.written.strip(), mark.value, mark.decimals, self._where(mark))

    def _is_told_base(self, mark: Quantity) -> bool:
        """Whether the count is the base that the words behind a percentage name: "51,42% (trên số …: 4.632)"."""
        last = self._made[-1] if self._made else None
        if last is None or last.rate is None or last.told_base is not None or mark.kind != "count" or mark.over:
            return False
        return bool(_TOLD_BASE.match(self._text[self._ends[-1] : mark.start]))

    def _is_over(self, mark: Quantity) -> bool:
        """Whether the count is what the one before it is measured on: "3.976 trên tổng số 4.546"."""
        last = self._made[-1] if self._made else None
        if last is None or last.over is not None or last.rate is not None or mark.decimals != last.count.decimals:
            return False
        return mark.value >= last.count.number and is_over(self._text[self._ends[-1] : mark.start])

    def _is_stated(self, mark: Quantity, following: Quantity | None) -> bool:
        before = self._text[max(0, mark.start - FAR) : mark.start]
        if is_change(before) or _PLANNED.search(before):
            return False
        near = following is not None and following.kind == "percent" and following.start - mark.end < FAR
        if mark.over is not None:
            return bool(mark.unit) or near
        if mark.unit:
            return not mark.unit.startswith(UNCOUNTED) and not is_per(self._text[mark.end :])
        return bool(_IS.search(before)) or (near and self._is_beside(mark.end, following)) or self._is_listed(mark)

    def _is_listed(self, mark: Quantity) -> bool:
        """Whether a number without a unit is an item of a list: "trước hạn 1.790; đúng hạn 49; quá hạn 7"."""
        words = self._text[max(self._label_from, self._skipped) : mark.start]
        return bool(_LISTED.match(self._text, mark.end)) and bool(_NAMED.search(words))

    def _is_beside(self, end: int, rate: Quantity | None) -> bool:
        return rate is not None and bool(
            re.fullmatch(r"[\s(,:;–-]*(?:đạt|chiếm|tỷ lệ|tỉ lệ|bằng|[\s:,(])*", self._text[end : rate.start])
        )

    def _count(self, mark: Quantity, waiting: Quantity | None) -> None:
        before = self._text[self._label_from : mark.start]
        entry = Entry(
            code=self._node.code,
            label=self._label(before, mark.end),
            count=self._value(mark),
            unit=mark.unit,
            where=self._where(mark),
            over=Value(mark.over_written, mark.over, 0, self._where(mark)) if mark.over is not None else None,
            first=not self._made,
            passage=self._index,
            node=self._index,
            bound=is_bound(before),
        )
        if waiting is not None:
            entry.rate = self._value(waiting)
        entry.above = self._inside(mark.start, mark.value)
        entry.aside = self._aside(mark) if entry.above is None else None
        if self._made and LEAD.search(self._text, self._ends[-1], mark.end):
            self._handing_over.append(len(self._made) - 1)
        self._made.append(entry)
        self._ends.append(mark.end)
        self._label_from = mark.end

    def _label(self, before: str, end: int) -> str:
        """Return what is counted: the words since the last figure or sentence, then those behind the number."""
        clause = _CLAUSE.split(before)[-1]
        behind = re.match(r"[^,.;:()\d]{0,80}", self._text[end:])
        after = LEAD.sub(" ", behind.group() if behind else "")
        return one_line(f"{LEAD.sub(' ', clause).strip(_TRIM)} {after.strip(_TRIM)}").strip(_TRIM)

    def _inside(self, start: int, value: int) -> Entry | None:
        """Return the entry of the same passage that this one is a part of: the one before "trong đó", up to the sentence's end."""
        if self._made and LEAD.search(self._text, self._ends[-1], start):
            at = len(self._made) - 1
        elif self._handing_over:
            at = self._handing_over[-1]
        else:
            return None
        if _BREAK.search(self._text, self._ends[at], start):
            return None
        apart = ";" in self._text[self._ends[-1] : start] and self._made[at].count.number < value
        return None if apart else self._made[at]

    def _aside(self, mark: Quantity) -> Entry | None:
        """Return the entry that a bracket, still open here, or a sentence that begins with "Trong đó" stands behind."""
        near = max(0, mark.start - 5 * FAR)
        open_at = self._text.rfind("(", near, mark.start)
        if open_at >= 0 and ")" not in self._text[open_at : mark.start]:
            at = next((at for at in range(len(self._ends) - 1, -1, -1) if self._ends[at] <= open_at), None)
            beside = at is not None and _UNIT_WORDS.fullmatch(self._text[self._ends[at] : open_at])
            return self._made[at] if at is not None and beside else None
        begins = max((found.end() for found in _BREAK.finditer(self._text, near, mark.start + 1)), default=0)
        if not begins or not LEAD.match(self._text, begins):
            return None
        before = [entry for entry, end in zip(self._made, self._ends, strict=True) if end <= begins]
        return next((entry for entry in reversed(before) if entry.unit == mark.unit), None)

    def _rate(self, mark: Quantity, following: Quantity | None) -> Quantity | None:
        """Give a percentage to the count before it, or keep it for the one that follows in brackets; drop what is no share."""
        since = max(mark.start - FAR, self._ends[-1] if self._ends else 0)
        before, after = self._text[since : mark.start], self._text[mark.end : mark.end + FAR]
        if is_no_share(before, after):
            return None
        ahead = (
            following is not None
            and following.kind == "count"
            and _FORWARD.match(self._text[mark.end : following.start])
        )
        if ahead and following is not None and (following.over is not None or not self._can_take(mark)):
            return mark
        if self._can_take(mark):
            last = self._made[-1]
            last.rate = self._value(mark)
            behind = re.match(r"[^,.;:\d]{0,80}", after)
            last.of_what = one_line(behind.group().strip(_TRIM)) if behind else ""
            self._ends[-1] = self._label_from = mark.end
        return None

    def _can_take(self, mark: Quantity) -> bool:
        if not self._made or self._made[-1].rate is not None:
            return False
        between = self._text[self._ends[-1] : mark.start]
        if self._skipped > self._ends[-1] or len(between) > FAR or _CLAUSE.search(between):
            return False
        return not speaks_of_others(between + " ", self._made[-1].unit) and not speaks_of_others(
            self._text[mark.end : mark.end + 12].split(",")[0], self._made[-1].unit, first_only=True
        )

    def _leads(self) -> None:
        """Mark the entry that hands over to the lines below: the last one before a final "trong đó:"."""
        if self._made:
            tail = self._text[self._ends[-1] :]
            self._made[-1].lead = lead_of(tail) or (":" if tail.rstrip().endswith(":") else "")
