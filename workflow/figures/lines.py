"""The lines of a report: the paper's own numbers and words, each count with what it is divided by."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rules.pack import Pack
from rules.pack.model import Line, Partition
from workflow.figures.values import Figures, cells_of, figure_of
from workflow.numbers import integer_vi, percent_vi

OTHERS_FIGURE = "số liệu thuộc cơ quan chủ quản hệ thống quốc gia"
NOT_BELOW_UNIT = "chỉ in ở cấp xã, phường"


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One line. `count` is None for a figure of somebody else's that was not imported; `note` then says whose it is."""

    code: str
    label: str
    count: int | None
    base: int | None
    policy: str | None
    percent: str | None
    unit: str = "người"
    note: str | None = None
    base_label: str | None = None
    is_done: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the line as JSON-ready data. A note goes with the label, so that no reader can miss it."""
        label = f"{self.label} ({self.note})" if self.note else self.label
        return {
            "code": self.code, "label": label, "count": self.count,
            "base": self.base, "policy": self.policy, "percent": self.percent,
        }  # fmt: skip


def report_lines(figures: Figures) -> list[ReportLine]:
    """Return the pack's lines in its order, without those that are printed only when not zero and are."""
    lines = [_line(figures, line) for line in figures.pack.model.figures.lines]
    kept = [
        line
        for line, model in zip(lines, figures.pack.model.figures.lines, strict=True)
        if model.print == "always" or line.count != 0
    ]
    return kept if figures.is_whole_unit else merge_small(kept, figures.pack)


def lines_of(figures: Figures, codes: Collection[str]) -> list[ReportLine]:
    """Return the lines of these codes in the pack's order, whatever they are, without reading figures that no other line needs.

    For sums at the top of the report: small cells of splits are not merged here.
    """
    return [_line(figures, line) for line in figures.pack.model.figures.lines if line.code in codes]


def _line(figures: Figures, line: Line) -> ReportLine:
    count = figures.told(line.figure)
    policy = next((p for p in figures.pack.model.figures.policies if p.id == line.policy), None)
    base = figures.told(policy.base) if policy else None
    percent = percent_vi(count, base, line.decimals) if count is not None and base is not None else None
    return ReportLine(
        code=line.code,
        label=line.label.vi,
        count=count,
        base=base,
        policy=line.policy,
        percent=percent,
        unit=line.unit.said,
        note=_note(figures, line) if count is None else None,
        base_label=policy.label.said if policy else None,
        is_done=is_done_line(figures.pack, line),
    )


def _note(figures: Figures, line: Line) -> str:
    return OTHERS_FIGURE if figure_of(figures.pack, line.figure).external else NOT_BELOW_UNIT


def narrowest_line(pack: Pack, track_id: str, state: str) -> Line | None:
    """Return the line of the report that counts a state and least besides; None if none does."""
    lines = pack.model.figures.lines
    counting = [(len(cells), line) for line in lines if (track_id, state) in (cells := cells_of(pack, line.figure))]
    return min(counting, key=lambda each: each[0])[1] if counting else None


def is_done_line(pack: Pack, line: Line) -> bool:
    """Whether a line counts nothing but done states."""
    cells = done_and_other_states(pack, line.figure)
    return bool(cells[0]) and not cells[1]


def done_and_other_states(pack: Pack, figure_id: str) -> tuple[set[str], set[str]]:
    """Return the done states that a figure counts, and the others."""
    cells = cells_of(pack, figure_id)
    done = {state for track, state in cells if pack.tracks[track].is_done(state)}
    return done, {state for _, state in cells} - done


def merge_small(lines: Sequence[ReportLine], pack: Pack) -> list[ReportLine]:
    """Merge the small cells of each split of a split (such as the reasons of an exit), so that nobody can be picked out.

    Cells under `small_cell` are told in one line together; a group that is still small takes in the next smallest, so that
    subtracting from the total gives nothing away either.
    """
    merged = list(lines)
    for partition in splits(pack):
        merged = _merge(merged, partition, pack.model.pack.small_cell)
    return merged


def splits(pack: Pack) -> list[Partition]:
    """Return the partitions whose total is itself a part of another one."""
    partitions = pack.model.figures.partitions
    parts = {code for partition in partitions for code in partition.parts}
    return [partition for partition in partitions if partition.total in parts]


def _merge(lines: list[ReportLine], partition: Partition, small: int) -> list[ReportLine]:
    parts = sorted((line for line in lines if line.code in partition.parts and line.count is not None), key=_size)
    if not any(0 < _size(line) < small for line in parts):
        return lines
    group: list[ReportLine] = []
    for line in parts:
        if _size(line) >= small and len(group) > 1 and sum(map(_size, group)) >= small:
            break
        group.append(line)
    inside = [line for line in lines if line in group]
    together = _together(inside, small)
    return [together if line is inside[0] else line for line in lines if line is inside[0] or line not in group]


def _size(line: ReportLine) -> int:
    return line.count or 0


def _together(group: list[ReportLine], small: int) -> ReportLine:
    codes = [line.code for line in group]
    count, base = sum(map(_size, group)), group[0].base
    return replace(
        group[0],
        code=", ".join(codes),
        label=f"Gộp các mục {', '.join(codes)} (có mục dưới {integer_vi(small)} người nên không in riêng)",
        count=count,
        percent=percent_vi(count, base) if base is not None else None,
        is_done=False,
    )
