"""Changes with their percentages, "giảm 1.279 vụ (-20,29%)", and what was reached of a plan, "412 ha, đạt 98,1% kế hoạch (420 ha)"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from workflow.checking.claims import Claim, Numbers, Rate, as_printed, gives
from workflow.checking.model import Entry, Passage, Value
from workflow.checking.quantities import MEASURED, Quantity, quantities
from workflow.checking.slips import kind_of
from workflow.checking.words import is_change, is_rise
from workflow.numbers import percent_units

LOOK_BACK: Final = 40
_WORD: Final = re.compile(r"\s*[^\W\d]+")
_CHANGED: Final = re.compile(r"\b(tăng|giảm)\s*$", re.IGNORECASE)
_SIGNED: Final = re.compile(r"[^\d.;()]{0,60}\((?:tăng|giảm)?\s*[-+−–]?\s*", re.IGNORECASE)
_ENDS: Final = re.compile(r"[.;:](?!\d)")
_BY: Final = re.compile(r"[^\d.;()]{0,40}\b(tăng|giảm)\s*", re.IGNORECASE)
_BEFORE: Final = re.compile(
    r"\s*(?:so )?(?:với )?(?:cùng kỳ|kỳ trước|năm trước|tháng trước|quý trước|đầu năm)\b[^.;(]{0,40}\([^\d.;()]{0,30}",
    re.IGNORECASE,
)
_REACHED: Final = re.compile(r"[\s,(]*(?:ước )?(?:đạt|bằng)\s*", re.IGNORECASE)
_PLAN: Final = re.compile(r"\s*(?:so với )?(?:kế hoạch|dự toán|chỉ tiêu|KH)\b[^.;:()\d]{0,40}\(\s*", re.IGNORECASE)


class Growth(Rate):
    """A change and its percentage of what there was before; that one is worked out and not printed."""

    def wanted(self, of: Numbers) -> Iterator[tuple[Value, int]]:
        """Yield the percentage and the changes that would be right; the number before is no printed one."""
        for value, number in super().wanted(of):
            if value is not self.base:
                yield value, number

    def values(self) -> list[Value]:
        """Return the change and its percentage."""
        return [self.count, self.rate]


@dataclass(frozen=True, eq=False)
class Compared(Rate):
    """A percentage of change between two printed numbers: `now` and, as the base, the one before. `count` is their difference."""

    now: Value | None = None

    def values(self) -> list[Value]:
        """Return both numbers and the percentage."""
        return [self.now or self.count, self.base, self.rate]

    def holds(self, of: Numbers) -> bool:
        """Whether the percentage is the change from the one number to the other."""
        change, before = self._change(of), of(self.base)
        return gives(change, before, of(self.rate), self.rate.decimals, self.count.blur, self.base.blur)

    def wanted(self, of: Numbers) -> Iterator[tuple[Value, int]]:
        """Yield the percentage that would be right."""
        if of(self.base) > 0:
            yield self.rate, percent_units(self._change(of), of(self.base), self.rate.decimals)

    def _change(self, of: Numbers) -> int:
        return abs(of(self.now or self.count) - of(self.base))


def claims_of_growth(passages: Sequence[Passage], wheres: Sequence[str]) -> Iterator[Claim]:
    """Yield what changes and plans claim: percentages of the number before, which is now less the change, or of the plan.

    A change is claimed of the count of its unit before it: of the one of which it holds, else of the only one, and then only where
    most changes of the document hold and both stand in one clause, or where one slip of the pen explains it: else it is no change of
    what is printed. Where the number before is printed as well, nothing has to be guessed.
    """
    changes: list[tuple[Growth, bool]] = []
    for passage, where in zip(passages, wheres, strict=True):
        if "%" in passage.text:
            found = [_unsigned(passage.text, each) for each in quantities(passage.text)]
            changes += _changes(passage.text, found, where)
            yield from _plans(passage.text, found, where)
            yield from _compared(passage.text, found, where)
    holding = sum(each.holds(as_printed) for each, _ in changes)
    most_hold = 3 * holding >= 2 * len(changes)
    yield from (each for each, is_near in changes if (most_hold and is_near) or _is_slip(each))


def _unsigned(text: str, number: Quantity) -> Quantity:
    """Return a percentage written with a minus, (-20,29%), as a percentage; its direction stands in words beside it."""
    sign = re.match(r"\s?%", text[number.end :])
    if number.kind != "measure" or sign is None or number.written[:1] not in "-−":
        return number
    written = number.written + sign.group()
    return replace(number, kind="percent", written=written, end=number.end + len(sign.group()))


def _is_slip(change: Growth) -> bool:
    right = percent_units(change.count.number, change.base.number, change.rate.decimals)
    return bool(kind_of(change.rate.number, right))


def _compared(text: str, found: Sequence[Quantity], where: str) -> Iterator[Compared]:
    """Yield "4.620 con, tăng 10% so với cùng kỳ (4.200 con)", both numbers of one unit and word, changed as the words say."""
    for at in range(len(found) - 2):
        now, rate = found[at], found[at + 1]
        before = next((each for each in found[at + 2 : at + 4] if each.kind not in ("name", "date", "month")), None)
        by = _BY.fullmatch(text[now.end : rate.start])
        if by is None or before is None or rate.kind != "percent" or {now.kind, before.kind} != {"count"}:
            continue
        if not now.unit or now.unit != before.unit or _word_behind(text, now) != _word_behind(text, before):
            continue
        rises = is_rise(by.group(1))
        if (
            not _BEFORE.fullmatch(text[rate.end : before.start])
            or before.value <= 0
            or rises != (now.value > before.value)
        ):
            continue
        base = Value(before.written, before.value, before.decimals, where)
        _, _, percent, entry = _entry(now, base, rate, where)
        change = Value(str(abs(now.value - before.value)), abs(now.value - before.value), 0, where)
        yield Compared(where, change, base, percent, entry, now=Value(now.written, now.value, now.decimals, where))


def _changes(text: str, found: Sequence[Quantity], where: str) -> Iterator[tuple[Growth, bool]]:
    """Yield each change with whether it stands in one clause with the number it changed, or holds."""
    for at in range(len(found) - 1):
        change, rate = found[at], found[at + 1]
        direction = _CHANGED.search(text[max(0, change.start - 20) : change.start])
        if direction is None or change.kind != "count" or not change.unit or rate.kind != "percent":
            continue
        if not _SIGNED.fullmatch(text[change.end : rate.start]):
            continue
        found_bases = [
            (each, Growth(where, *_entry(change, base, rate, where)))
            for each in _counts_before(text, found[max(0, at - LOOK_BACK) : at], change)
            if (base := _value_before(each, change, direction.group(1), where)) is not None
        ]
        holding = [claim for _, claim in found_bases if claim.holds(as_printed)]
        if holding:
            yield holding[0], True
        elif len(found_bases) == 1 and found_bases[0][0].kind == "count":
            base_at, claim = found_bases[0]
            yield claim, not _ENDS.search(text[base_at.end : change.start])


def _counts_before(text: str, found: Sequence[Quantity], change: Quantity) -> list[Quantity]:
    """Return what the change may be a change of: the numbers of its unit and word; also one that reads like a name, "loại 381 đối tượng"."""
    word = _word_behind(text, change)
    return [
        each
        for each in found
        if each.over is None and _word_behind(text, each) == word
        and (each.kind == "name" or (each.kind == "count" and each.unit == change.unit))
        and not is_change(text[max(0, each.start - 60) : each.start])
    ]  # fmt: skip


def _value_before(now: Quantity, change: Quantity, direction: str, where: str) -> Value | None:
    """Return the number before the change, which is not printed; None if there can be none."""
    value = now.value if now.kind == "count" else int(re.sub(r"\D", "", now.written) or 0)
    before = value + (-change.value if is_rise(direction) else change.value)
    return Value(str(before), before, 0, where) if before > 0 else None


def _plans(text: str, found: Sequence[Quantity], where: str) -> Iterator[Rate]:
    for done, rate, plan in zip(found, found[1:], found[2:], strict=False):
        if rate.kind != "percent" or not done.unit or done.unit != plan.unit or "malformed" in (done.kind, plan.kind):
            continue
        if _REACHED.fullmatch(_behind_unit(text[done.end : rate.start])) and _PLAN.fullmatch(
            text[rate.end : plan.start]
        ):
            base = Value(plan.written, plan.value, plan.decimals, where)
            yield Rate(where, *_entry(done, base, rate, where))


def _word_behind(text: str, number: Quantity) -> str:
    found = _WORD.match(text, number.end)
    return found.group().strip().lower() if found else ""


def _behind_unit(text: str) -> str:
    """Return what stands behind the word of measure."""
    return re.sub(r"^\s*[^\W\d]+(?:\s+đồng)?", "", text, count=1)


def _entry(counted: Quantity, base: Value, rate: Quantity, where: str) -> tuple[Value, Value, Value, Entry]:
    """Return (count, base, percentage, entry) with both numbers in the same decimals."""
    count = Value(counted.written, counted.value, counted.decimals, where)
    most = max(count.decimals, base.decimals)
    for value in (count, base):
        lift: int = 10 ** (most - value.decimals)
        value.number, value.decimals = value.number * lift, most
        value.blur = lift if counted.unit.startswith(MEASURED) else 0
    percent = Value(rate.written, rate.value, rate.decimals, where)
    return count, base, percent, Entry("", "", count, counted.unit, where, rate=percent)
