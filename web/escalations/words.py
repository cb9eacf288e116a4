"""What each decision about an escalation is called and does, in words: beside its button before, over the page after."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from web.i18n import _
from workflow.actions.answer_escalation import FROM_ABOVE
from workflow.actions.answer_input import WITH_END, WITH_TEXT
from workflow.queries.inbox_groups import InboxGroup
from workflow.queries.waiting import Wanted


class Button(NamedTuple):
    """A decision that is offered: its name in the form, its words, how it looks, and what happens then."""

    answer: str
    words: str
    icon: str
    look: str
    does: str


_LOOKS: Final[Mapping[str, tuple[str, str]]] = {
    "acknowledged": ("hand-thumbs-up", "primary"),
    "handed_on": ("person-plus", "outline-primary"),
    "raised": ("arrow-up-circle", "outline-primary"),
    "taken_over": ("person-check", "outline-primary"),
    "returned": ("arrow-return-left", "outline-primary"),
    "granted": ("hourglass-split", "outline-primary"),
    "rested": ("moon", "outline-primary"),
    "noted": ("chat-left-text", "outline-primary"),
    "decided": ("check2-square", "outline-danger"),
}
"""Icon and look of each button, in the order in which they stand; what cannot be undone comes last."""


def buttons(may: Collection[str]) -> list[Button]:
    """Return the decisions that are offered, in the order of the buttons."""
    words, does = _names(), _meanings()
    return [Button(answer, words[answer], *look, does[answer]) for answer, look in _LOOKS.items() if answer in may]


def bulk_buttons(wanted: Wanted, groups: Sequence[InboxGroup], *, only_member: bool) -> list[Button]:
    """Return what is offered to the chosen rows of a part of the list: what at least one of the rows shown could take."""
    from_above = wanted.whole_unit or wanted.part == "below"
    if only_member:
        answers = {"acknowledged", "rested", "noted"}
    elif wanted.part == "passed_up":
        answers = {"noted", *(FROM_ABOVE if any(group.sent_back for group in groups) else ())}
    else:
        answers = {"noted", "decided", "handed_on", *(FROM_ABOVE if from_above else ())}
        answers |= set() if wanted.part == "below" else {"acknowledged"}
        answers |= set() if from_above else {"rested"}
        answers |= {"raised"} if wanted.part != "below" and any(one.lowest < one.levels for one in groups) else set()
        answers |= {"returned"} if any(one.highest > 1 for one in groups) else set()
        answers -= {"granted"} if all(one.level >= one.levels for one in groups) else set()
    return [_later(one) if one.answer == "handed_on" else one for one in buttons(answers)]


def _later(giving: Button) -> Button:
    return giving._replace(
        does=_(
            "Trang sau hỏi giao cho ai. Việc vào danh sách của người, vị trí hoặc tổ ấy. Người giao vẫn chịu trách nhiệm."
        )
    )


def with_text(offered: Sequence[Button]) -> str:
    """Return the names of those decisions that need a text."""
    return ", ".join(one.words for one in offered if one.answer in {*WITH_TEXT, "exit_returned"})


def with_end(offered: Sequence[Button]) -> str:
    """Return the names of those decisions that need a time, or nothing where none does."""
    return ", ".join(one.words for one in offered if one.answer in WITH_END)


def _names() -> dict[str, str]:
    return {
        "acknowledged": _("Nhận việc"), "handed_on": _("Giao"), "raised": _("Chuyển cấp trên xử lý"),
        "taken_over": _("Nhận xử lý thay cấp dưới"), "returned": _("Trả lại kèm chỉ đạo"), "granted": _("Cho thêm thời gian"),
        "rested": _("Tạm gác"), "noted": _("Ghi thêm"), "decided": _("Quyết định và đóng"),
    }  # fmt: skip


def _meanings() -> dict[str, str]:
    """Return by decision what happens then. Nothing but what is said here changes when the next post is called."""
    return {
        "acknowledged": _("Mọi người thấy ai đang làm; ghi thời điểm thì thấy cả lúc dự kiến xong."),
        "handed_on": _("Việc vào danh sách của người, vị trí hoặc tổ chọn ở trên. Người giao vẫn chịu trách nhiệm."),
        "raised": _("Gọi cấp trên ngay, không chờ đến giờ. Từ đó cấp ấy quyết định."),
        "taken_over": _(
            "Việc về danh sách của người nhận xử lý thay. Cấp dưới thấy ai đang giữ và không quyết định được nữa. Phải trả lời trước khi cấp tiếp theo được gọi, hoặc trong hôm nay; ghi thời điểm nếu hẹn sớm hơn."
        ),
        "returned": _("Việc về danh sách của cấp dưới, kèm chỉ đạo. Cần ghi nội dung."),
        "granted": _(
            "Cấp tiếp theo được gọi muộn hơn, vào thời điểm đã ghi; mọi cấp thấy ai cho thêm và vì sao. Cần ghi cả nội dung và thời điểm."
        ),
        "rested": _(
            "Chỉ ẩn khỏi danh sách của người tạm gác, đến thời điểm đã ghi hoặc đến khi cấp tiếp theo được gọi. Người khác vẫn thấy. Cần ghi cả nội dung và thời điểm."
        ),
        "noted": _("Chỉ ghi lại, không đổi gì. Cần ghi nội dung."),
        "decided": _("Đóng hẳn: không nhắc lại vì lý do này, không mở lại được. Cần ghi nội dung."),
    }


def done_words(answer: str, n: int) -> str:
    """Return what was done to how many."""
    return {
        "acknowledged": _("Đã nhận %(n)s việc.", n=n), "decided": _("Đã quyết định và đóng %(n)s việc.", n=n),
        "handed_on": _("Đã giao %(n)s việc.", n=n), "raised": _("Đã chuyển cấp trên %(n)s việc.", n=n),
        "taken_over": _("Đã nhận xử lý thay cấp dưới %(n)s việc.", n=n), "returned": _("Đã trả lại cấp dưới %(n)s việc.", n=n),
        "granted": _("Đã cho thêm thời gian %(n)s việc.", n=n), "rested": _("Đã tạm gác %(n)s việc.", n=n),
        "noted": _("Đã ghi thêm vào %(n)s việc.", n=n), "confirm": _("Đã xác nhận %(n)s đề nghị.", n=n),
        "return": _("Đã trả lại %(n)s đề nghị.", n=n),
    }[answer]  # fmt: skip


def answered_words(done: Mapping[str, Any]) -> tuple[str, bool]:
    """Return how many were answered, and how many were not and why; and whether any were left out."""
    said = done_words(done["answer"], done["answered"])
    left = "; ".join(_left_out(done["skipped"], from_above=done["answer"] in FROM_ABOVE))
    return (f"{said} {_('Bỏ qua: %(why)s.', why=left)}", True) if left else (said, False)


def _left_out(skipped: Mapping[str, int], *, from_above: bool) -> list[str]:
    n = skipped["not_held"]
    words = {
        "closed": _("%(n)s việc đã đóng trước đó", n=skipped["closed"]),
        "absent": _("%(n)s việc không còn trong hộp này", n=skipped["absent"]),
        "not_held": _("%(n)s việc chỉ cấp trên của vị trí đang giữ mới làm được", n=n)
        if from_above
        else _("%(n)s việc đang ở cấp khác", n=n),
        "own_request": _(
            "%(n)s việc do chính mình hoặc người được làm thay đã chuyển lên nên không tự quyết định khi làm thay được",
            n=skipped["own_request"],
        ),
        "own_work": _(
            "%(n)s việc mà chính mình đang phải xử lý nên không tự cho mình thêm thời gian được", n=skipped["own_work"]
        ),
        "at_top": _("%(n)s việc đã ở cấp cao nhất", n=skipped["at_top"]),
        "at_bottom": _("%(n)s việc ở cấp đầu tiên, không còn cấp dưới", n=skipped["at_bottom"]),
        "nobody_below": _("%(n)s việc mà cấp dưới chưa có người giữ vị trí", n=skipped["nobody_below"]),
        "no_time": _("%(n)s việc không còn cấp nào phải chờ đến lúc ấy", n=skipped["no_time"]),
        "outside": _("%(n)s việc không thuộc nơi người nhận phụ trách", n=skipped["outside"]),
    }
    return [sentence for why, sentence in words.items() if skipped[why]]


def exit_buttons() -> list[Button]:
    """Return what is offered where somebody's end of contact waits to be confirmed."""
    return [
        Button("exit_confirmed", _("Xác nhận"), "check2-circle", "primary", _("Người này chuyển sang đúng trạng thái được đề nghị, tính từ lúc sự việc xảy ra.")),
        Button("exit_returned", _("Trả lại đề nghị"), "arrow-return-left", "outline-primary", _("Người này giữ nguyên và vẫn được nhắc; người đề nghị được báo cùng lý do đã ghi. Cần ghi lý do.")),
    ]  # fmt: skip


__all__ = ["Button", "answered_words", "bulk_buttons", "buttons", "done_words", "exit_buttons", "with_end", "with_text"]
