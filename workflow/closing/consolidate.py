"""Several units' closes of one period, side by side and added line by line. Reads frozen bytes and nothing else.

A line is added only where every unit's pack means the same by it: the same label, unit and figure. What one of them cannot say is
not said for all. The sum is checked like a report of our own; a unit that has not closed is named, never counted as nought.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from rules.findings import Finding
from rules.said import Figure, Said, in_a_row
from workflow.checking.claims import Sum
from workflow.checking.declared import line_place, told_of, value_at
from workflow.checking.judge import finding_of
from workflow.closing.frozen import Frozen, FrozenLine
from workflow.numbers import integer_vi, percent_vi

MANY: Final = 12
"""Units that a sentence names; of more it says how many."""


@dataclass(frozen=True, slots=True)
class UnitClose:
    """A unit and the newest revision it has closed of the period; `frozen` is None: not received. `is_as_kept`: its bytes have their hash."""

    code: str
    name: str
    frozen: Frozen | None
    is_as_kept: bool = True


@dataclass(frozen=True, slots=True)
class SummedLine:
    """A line over all units that closed. `by_unit` has each unit's count by code; `why` says why it is not added, if it is not."""

    code: str
    label: str
    unit: str
    count: int | None
    base: int | None
    percent: str | None
    by_unit: dict[str, int | None]
    why: Said | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """Lines that add up to another one, as a pack declares them."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consolidated:
    """All units of one period. `total` is of those that closed."""

    period: str
    units: tuple[UnitClose, ...]
    lines: tuple[SummedLine, ...]
    total: int
    findings: tuple[Finding, ...] = field(default=())

    @property
    def closed(self) -> tuple[UnitClose, ...]:
        """The units whose figures are here."""
        return tuple(unit for unit in self.units if unit.frozen is not None)

    @property
    def missing(self) -> tuple[UnitClose, ...]:
        """The units that have closed nothing for the period."""
        return tuple(unit for unit in self.units if unit.frozen is None)


def consolidate(period: str, units: Sequence[UnitClose], partitions: Sequence[Parts]) -> Consolidated:
    """Return the units' closes added. `partitions` are those that all their packs declare."""
    ordered = tuple(sorted(units, key=lambda unit: unit.code))
    closes = {unit.code: unit.frozen for unit in ordered if unit.frozen is not None}
    codes = dict.fromkeys(line.code for frozen in closes.values() for line in frozen.lines)
    lines = tuple(_summed(code, closes) for code in sorted(codes, key=_place))
    total = sum(frozen.total for frozen in closes.values())
    found = (*_units_found(ordered), *_sums_found(lines, partitions), *_bases_found(lines))
    return Consolidated(period, ordered, lines, total, found)


def _place(code: str) -> tuple[tuple[int, int, str], ...]:
    """Return what sorts 3.10 after 3.9."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in code.split("."))


def _summed(code: str, closes: dict[str, Frozen]) -> SummedLine:
    own = _own_lines(code, closes)
    known = [line for line in own.values() if line is not None]
    first, by_unit = known[0], {unit: None if line is None else line.count for unit, line in own.items()}
    why: Said | None = None
    if len(known) < len(own):
        absent = [closes[unit].unit_name for unit, line in own.items() if line is None]
        why = Said("Không cộng: %(units)s không có mục này.", units=_names(absent))
    elif len({(line.label, line.unit, line.figure) for line in known}) > 1:
        why = Said("Không cộng: các đơn vị hiểu mục này khác nhau.")
    elif None in by_unit.values():
        silent = [closes[unit].unit_name for unit, count in by_unit.items() if count is None]
        why = Said("Chưa cộng được: %(units)s chưa có số liệu của cơ quan chủ quản.", units=_names(silent))
    count = None if why else sum(line.count or 0 for line in known)
    same_base = len({line.policy for line in known}) == 1 and all(line.base is not None for line in known)
    base = sum(line.base or 0 for line in known) if count is not None and same_base else None
    percent = percent_vi(count, base) if count is not None and base else None
    return SummedLine(code, first.label, first.unit, count, base, percent, by_unit, why)


def _own_lines(code: str, closes: dict[str, Frozen]) -> dict[str, FrozenLine | None]:
    """Return each unit's line of a code. Where the same pack did not print it, because it was nought, it is made from the figure."""
    own = {unit: _line(frozen, code) for unit, frozen in closes.items()}
    printed = {closes[unit].pack_hash: line for unit, line in own.items() if line is not None}
    for unit, frozen in closes.items():
        like = printed.get(frozen.pack_hash)
        if own[unit] is None and like is not None and like.figure in frozen.figures:
            base = next((line.base for line in frozen.lines if line.policy == like.policy), None)
            own[unit] = replace(like, count=frozen.figures[like.figure], base=base, percent=None)
    return own


def _line(frozen: Frozen, code: str) -> FrozenLine | None:
    return next((line for line in frozen.lines if line.code == code), None)


def _units_found(units: Sequence[UnitClose]) -> list[Finding]:
    """Return who is missing, who closed with teams missing, and whose bytes are not what was closed."""
    found: list[Finding] = []
    for unit in units:
        if unit.frozen is None:
            message = Said("%(unit)s: chưa nhận số đã chốt. Tổng dưới đây không có đơn vị này.", unit=unit.name)
            found.append(Finding("missing-unit", "warning", unit.code, message, {"unit": unit.code}))
            continue
        if not unit.is_as_kept:
            message = Said(
                "%(unit)s: số đã chốt không còn đúng mã băm của nó. Đừng dùng; báo quản trị.", unit=unit.name
            )
            found.append(Finding("changed-close", "error", unit.code, message, {"unit": unit.code}))
        if unit.frozen.missing:
            n = len(unit.frozen.missing)
            message = Said(
                "%(unit)s chốt có thiếu: %(n)s tổ chưa xác nhận (%(teams)s).",
                unit=unit.name, n=Figure(integer_vi(n)), teams=_names([team.name for team in unit.frozen.missing]),
            )  # fmt: skip
            found.append(Finding("unconfirmed", "info", unit.code, message, {"unit": unit.code, "teams": n}))
    return found


def _sums_found(lines: Sequence[SummedLine], partitions: Sequence[Parts]) -> list[Finding]:
    """Return each partition that fails: of every unit, so that the unit at fault is named, and of the sum."""
    by_code, found = {line.code: line for line in lines}, list[Finding]()
    for partition in partitions:
        total = by_code.get(partition.total)
        parts = [by_code[code] for code in partition.parts if code in by_code]
        if total is None or len(parts) < len(partition.parts):
            continue
        for unit, claimed in total.by_unit.items():
            found += _failing(partition, claimed, [line.by_unit[unit] for line in parts], unit)
        found += _failing(partition, total.count, [line.count for line in parts], "")
    return found


def _failing(partition: Parts, claimed: int | None, counts: Sequence[int | None], unit: str) -> list[Finding]:
    known = [count for count in counts if count is not None]
    if claimed is None or len(known) < len(counts) or sum(known) == claimed:
        return []
    where = line_place(partition.total)
    parts = tuple(value_at(n, line_place(code)) for code, n in zip(partition.parts, known, strict=True))
    found = told_of(finding_of(Sum("partition", where, value_at(claimed, where), parts)), unit or Said("Tổng hợp"))
    if not unit:
        return [found]
    return [replace(found, where=unit, message=in_a_row([found.message, Said("Trả lại đơn vị.")]))]


def _bases_found(lines: Sequence[SummedLine]) -> list[Finding]:
    """Return each line that counts more than what it is divided by."""
    return [
        Finding(
            "above-base", "error", line.code,
            Said(
                "Mục %(code)s: %(n)s nhiều hơn mẫu số %(base)s.",
                code=line.code, n=Figure(integer_vi(line.count)), base=Figure(integer_vi(line.base)),
            ),
            {"count": line.count, "base": line.base},
        )
        for line in lines
        if line.count is not None and line.base is not None and line.count > line.base
    ]  # fmt: skip


def _names(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= MANY else ", ".join((*names[:MANY], "…"))
