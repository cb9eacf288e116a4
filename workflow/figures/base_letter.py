"""A letter that asks the superior to settle what a goal is divided by: the same people under every base, and how far they can come.

Text only, in Vietnamese, every number from the figures it is given; nothing is typed. Number, date and signature stay blank.
"""

from dataclasses import dataclass

from rules.pack import Pack
from rules.time import Instant, moment_vi
from workflow.figures.standings import Judged, Standing
from workflow.numbers import integer_vi

RECIPIENT_UNKNOWN = "…………"


@dataclass(frozen=True, slots=True)
class BaseLetter:
    """A draft: whom it asks, what about, its paragraphs, and the table (first row: headings) that stands after paragraph `table_after`."""

    to: str
    about: str
    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    table_after: int
    recipients: tuple[str, ...]

    @property
    def body(self) -> tuple[str, ...]:
        """The paragraphs before the last, each row of the table one of its own."""
        rows = tuple(_row_in_words(self.rows[0], row) for row in self.rows[1:])
        return (*self.paragraphs[: self.table_after + 1], *rows, *self.paragraphs[self.table_after + 1 : -1])

    @property
    def closing(self) -> str:
        """The last sentence."""
        return self.paragraphs[-1]

    def text(self) -> str:
        """Return the letter as text to paste; each row of the table is a line of its own."""
        lines = [f"V/v {self.about}", "", f"Kính gửi: {self.to}", ""]
        for number, paragraph in enumerate(self.paragraphs):
            lines += [paragraph, ""]
            if number == self.table_after:
                lines += [*(_row_in_words(self.rows[0], row) for row in self.rows[1:]), ""]
        lines += ["Nơi nhận:", *(f"- {one};" for one in self.recipients), "- Lưu: VT."]
        return "\n".join(lines) + "\n"


def base_letter(judged: Judged, pack: Pack, *, as_of: Instant) -> BaseLetter:
    """Return the draft about one target, in the name of whoever issued the unit's own paper. Raises ValueError if the target has nothing to ask about: no number yet, or no standing."""
    status = judged.status
    if status.needed is None or not judged.standings:
        raise ValueError("the target has no number to ask about")
    to, unit = _superior(pack), pack.model.pack.source.issuer
    paragraphs = (
        f"Thực hiện {pack.model.pack.legal_basis.text}, {unit} được giao chỉ tiêu “{status.label}”{_place(status.source)}. Văn bản giao "
        "chỉ tiêu chưa nêu rõ tỷ lệ được tính trên số nào.",
        _stand(judged, as_of),
        "Cùng những người ấy, tùy theo số được lấy làm mẫu số, kết quả như sau:",
        _ceiling(judged),
        f"{unit} kính đề nghị {to} có ý kiến thống nhất: (1) tỷ lệ của chỉ tiêu được tính trên số nào trong các số nêu trên; "
        "(2) người không còn thuộc đối tượng, người vắng mặt không liên lạc được có được trừ khỏi mẫu số hay không, theo văn bản nào; "
        "(3) người đã làm nhưng hệ thống chưa trừ chỉ tiêu có được tính là đã tham gia hay không.",
        f"Trong khi chờ ý kiến, {unit} tiếp tục vận động những người còn lại và báo cáo đúng số thực tế, mỗi tỷ lệ ghi rõ được tính "
        "trên số nào.",
    )
    return BaseLetter(
        to=to,
        about=f"đề nghị thống nhất cách tính chỉ tiêu “{status.label}”",
        paragraphs=tuple(p for p in paragraphs if p),
        rows=(
            ("Tính trên", "Số người", "Cần ít nhất", "Đã có", "Tỷ lệ", "Còn thiếu", "Cao nhất còn có thể", "Kết quả"),
            *(_row(one) for one in judged.standings),
        ),
        table_after=2,
        recipients=("Như trên",),
    )


def _stand(judged: Judged, as_of: Instant) -> str:
    status = judged.status
    counted = "" if status.count is not None else " (theo số đã tham gia, vì chưa có số liệu của cơ quan chủ quản)"
    told = (
        f"Tính đến trước {moment_vi(as_of)}, đã có {integer_vi(status.seen or 0)} người{counted}; còn {integer_vi(status.left)} "
        "người chưa gặp hoặc đã kết thúc liên hệ"
    )
    if status.recoverable:
        told += f"; {integer_vi(status.recoverable)} người còn vướng mắc có thể khắc phục"
    return told + "."


def _ceiling(judged: Judged) -> str:
    told = [
        f"{integer_vi(one.n)} người ({_paper(one.percent)}), {one.words}"
        for one in judged.status.readings
        if one.percent is not None
    ]
    if not told or judged.status.is_reachable is not False:
        return ""
    return (
        f"Tính {judged.status.policy_label}, mức cao nhất còn có thể đạt là {'; '.join(told)}. Như vậy chỉ tiêu không thể đạt dù tất cả "
        "những người còn lại đều tham gia."
    )


def _row(one: Standing) -> tuple[str, ...]:
    if one.is_met:
        result = "đạt"
    elif one.is_reachable is False:
        result = "không thể đạt"
    else:
        result = "chưa đạt"
    return (
        str(one.label),
        integer_vi(one.base),
        integer_vi(one.needed or 0),
        integer_vi(one.count),
        _paper(one.percent),
        integer_vi(one.missing or 0),
        f"{integer_vi(one.highest)} ({_paper(one.highest_percent)})",
        result,
    )


def _row_in_words(headings: tuple[str, ...], row: tuple[str, ...]) -> str:
    told = [
        f"{heading[:1].lower()}{heading[1:]} {cell}" for heading, cell in zip(headings[1:-1], row[1:-1], strict=True)
    ]
    return f"- Tính {row[0]}: {', '.join(told)}: {row[-1]}."


def _paper(percent: str | None) -> str:
    """Return a rate as official papers print it: 87,44%."""
    return (percent or "–").replace(" %", "%")


def _superior(pack: Pack) -> str:
    """Return whom the unit asks: the superior that gave the order (its legal basis names it), else any the pack knows."""
    bodies = [body.label.vi for body in pack.model.pack.bodies if body.kind == "superior"]
    told = [one.to for one in pack.model.pack.reporting.recipients]
    ordered = [body for body in bodies if body in pack.model.pack.legal_basis.text]
    return next(iter([*ordered, *bodies, *told]), RECIPIENT_UNKNOWN)


def _place(source: str) -> str:
    """Return where the order sets the goal; nothing where the pack only assumes it."""
    return "" if "assumed" in source else f" ({source})"


__all__ = ["BaseLetter", "base_letter"]
