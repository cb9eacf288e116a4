"""Changes with their percentages, "giảm 1.279 vụ (-20,29%)", and what was reached of a plan, "412 ha, đạt 98,1% kế hoạch (420 ha)"."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from workflow.checking.claims import Claim, Numbers, Rate, as_printed
from workflow.checking.model import Entry, Passage, Value
from workflow.checking.quantities import MEASURED, Quantity, quantities
from workflow.checking.words import is_change, is_rise

LOOK_BACK: Final = 40
_WORD: Final = re.compile(r"\s*[^\W\d]+")
_CHANGED: Final = re.compile(r"\b(tăng|giảm)\s*$", re.IGNORECASE)
_SIGNED: Final = re.compile(r"[^\d.;()]{0,60}\((?:tăng|giảm)?\s*[-+−–]?\s*", re.IGNORECASE)
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


def claims_of_growth(passages: Sequence[Passage], wheres: Sequence[str]) -> Iterator[Claim]:
    """Yield what changes and plans claim: percentages of the number before, which is now less the change, or of the plan.

    A change is claimed of the only count of its unit before it, and only where most changes of the document hold: else they are
    not changes of what is printed.
    """
    changes: list[Growth] = []
    for passage, where in zip(passages, wheres, strict=True):
        if "%" in passage.text:
            found = quantities(passage.text)
            changes += _changes(passage.text, found, where)
            yield from _plans(passage.text, found, where)
    holding = sum(each.holds(as_printed) for each in changes)
    if 3 * holding >= 2 * len(changes):
        yield from changes


def _changes(text: str, found: Sequence[Quantity], where: str) -> Iterator[Growth]:
    for at in range(len(found) - 1):
        change, rate = found[at], found[at + 1]
        direction = _CHANGED.search(text[max(0, change.start - 20) : change.start])
        if direction is None or change.kind != "count" or not change.unit or rate.kind != "percent":
            continue
        if not _SIGNED.fullmatch(text[change.end : rate.start]):
            continue
        word = _word_behind(text, change)
        same = [
            each
            for each in found[max(0, at - LOOK_BACK) : at]
            if each.kind == "count" and each.over is None and each.unit == change.unit
            and _word_behind(text, each) == word and not is_change(text[max(0, each.start - 60) : each.start])
        ]  # fmt: skip
        if len(same) == 1:
            before = same[0].value + (-change.value if is_rise(direction.group(1)) else change.value)
            if before > 0:
                base = Value(str(before), before, 0, where)
                yield Growth(where, *_entry(change, base, rate, where))


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
