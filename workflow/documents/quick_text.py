"""The figures of a close in a few lines to paste into a message: what the paper says, short."""

from rules.pack import Pack
from workflow.closing.frozen import Frozen
from workflow.documents.marked import unmarked
from workflow.documents.remarks import remarks
from workflow.documents.wording import amount, hour_and_day, in_sentence
from workflow.numbers import integer_vi


def quick_text(frozen: Frozen, pack: Pack) -> str:
    """Return the lines of the unit that are no parts, the first target, and what must be remarked about the figures."""
    lines = [
        f"{frozen.unit_name} – báo cáo nhanh",
        f"Đến {hour_and_day(frozen.as_of)} (chốt lần {frozen.revision}, sổ ghi đến số {integer_vi(frozen.cut_no)}).",
    ]
    lines += [
        f"{line.code}. {line.label}: {unmarked(amount(line, None))}."
        for line in frozen.lines
        if "." not in line.code and line.count is not None
    ]
    lines += [f"Chỉ tiêu {in_sentence(target.sentence)}" for target in frozen.targets[:1]]
    return "\n".join([*lines, *(unmarked(text) for text in remarks(frozen, pack))]) + "\n"
