"""What a report must satisfy before anybody signs it, and what its reader should know."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from rules.findings import Finding
from rules.pack import Pack
from rules.pack.model import Line
from rules.said import Figure, Said, in_a_row
from workflow.checking.claims import as_printed
from workflow.checking.declared import declared_sums, line_place, told_in_place, value_at
from workflow.checking.judge import finding_of
from workflow.figures.lines import OTHERS_FIGURE, done_and_other_states
from workflow.figures.values import Figures, figure_of
from workflow.numbers import integer_vi, percent_vi

UNBALANCED: Final = "Chạy “tungnha verify” để tìm chỗ lệch; chưa gửi báo cáo."
"""What to do about figures of ours that do not add up."""


def check_report(figures: Figures) -> list[Finding]:
    """Return every finding about our own figures: sums that fail first, then what a reader should know."""
    found = [*check_partitions(figures), *whose_figures(figures), *done_among_others(figures)]
    if figures.unnamed:
        message = Said(
            "Trong tổng số có %(n)s người chưa có tên (danh sách giấy). Nhập danh sách có tên để thay.",
            n=Figure(integer_vi(figures.unnamed)),
        )
        found.append(Finding("unnamed", "info", "", message, {"unnamed": figures.unnamed, "total": figures.total}))
    return found


def check_partitions(figures: Figures) -> Iterator[Finding]:
    """Yield an error for each partition whose parts do not add up; one with somebody else's figure cannot be added."""
    model = figures.pack.model.figures
    added = {code for partition in model.partitions for code in (partition.total, *partition.parts)}
    counts = {line.code: figures.value(line.figure) for line in model.lines if line.code in added}
    values = {code: value_at(n, line_place(code)) for code, n in counts.items() if n is not None}
    for claim in declared_sums(figures.pack, values):
        if not claim.holds(as_printed):
            found = told_in_place(finding_of(claim))
            yield replace(found, message=in_a_row([found.message, Said(UNBALANCED)]))


def whose_figures(figures: Figures) -> Iterator[Finding]:
    """Yield a note for each line that belongs to the owner of the national system and was not imported."""
    for line in figures.pack.model.figures.lines:
        owner = figure_of(figures.pack, line.figure).external
        if owner and figures.value(line.figure) is None:
            message = Said(
                "Mục %(code)s: %(whose)s (%(owner)s); chỉ nhập số tổng kèm văn bản nguồn, không tự đếm.",
                code=line.code,
                whose=Said(OTHERS_FIGURE),
                owner=owner,
            )
            yield Finding("external", "info", line.code, message, {"owner": owner})


def done_among_others(figures: Figures) -> Iterator[Finding]:
    """Yield a note for each line of people who are done and yet are added to those who could not be reached."""
    for done, other, total in lines_of_done(figures.pack):
        n, main = figures.value(other.figure), figures.value(done.figure)
        base = _base_of(figures, done)
        if n is None or main is None:
            continue
        percent = percent_vi(main + n, base, done.decimals) if base else None
        together: str = Figure(integer_vi(main + n))
        if percent:
            together = Said("%(n)s (%(share)s)", n=together, share=Figure(percent))
        message = Said(
            "Mục %(other)s là người đã làm xong, không phải người không thể liên hệ, nhưng mẫu báo cáo cộng vào mục %(total)s. "
            "Tính cả mục %(other)s thì mục %(done)s là %(together)s.",
            other=other.code,
            total=total,
            done=done.code,
            together=together,
        )
        numbers = {"count": n, "done": main, "done_with": main + n, "base": base, "percent": percent}
        yield Finding("done-among-others", "info", other.code, message, numbers)


def lines_of_done(pack: Pack) -> Iterator[tuple[Line, Line, str]]:
    """Yield (line of the done, line of done people among others, line it is added to), as the pack's partitions have it."""
    by_code = {line.code: line for line in pack.model.figures.lines}
    for whole in pack.model.figures.partitions:
        done = [code for code in whole.parts if _is_done(pack, by_code[code])]
        for split in pack.model.figures.partitions:
            if not done or split.total not in whole.parts or split.total in done:
                continue
            for code in split.parts:
                if _is_done(pack, by_code[code]):
                    yield by_code[done[0]], by_code[code], split.total


def _is_done(pack: Pack, line: Line) -> bool:
    done, others = done_and_other_states(pack, line.figure)
    return bool(done) and not others


def _base_of(figures: Figures, line: Line) -> int | None:
    policy = next((p for p in figures.pack.model.figures.policies if p.id == line.policy), None)
    return figures.value(policy.base) if policy else None
